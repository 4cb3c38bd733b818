"""What is counted on a labelled page, and intervals of the shares by bootstrap over pages.

A piece is found when an article's stretch of the raw body (first to last run of its text_map) overlaps the piece's by
intersection over union of at least .75; each article counts once, pieces are taken in order. Kind and title are right
or wrong on pieces that were found; a title after folding and parting into words. A string of furniture leaks when it
stands in an article's text. Date, publisher and source are those of the page's first article. ``lost`` counts code
points of the pieces' texts, white space aside, that stand in no text or title.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.page_maker.labelled import spans
from tests.bench.page_maker.page import BODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

IOU = 0.75
_FOLD = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None},
)
_VOWELS = re.compile(r"[\u064b-\u0652\u0670]")
_WORD = re.compile(r"\w+")
_SAMPLES = 1000

Page = dict[str, Any]
Articles = list[dict[str, Any]]


def fold(text: str) -> str:
    """Fold the spellings of a text."""
    return _VOWELS.sub("", text).translate(_FOLD)


def _words(text: str) -> set[str]:
    """The words of more than two letters, folded, without their article."""
    found = [word for word in _WORD.findall(fold(text)) if len(word) > 2]
    return {word[2:] if word.startswith("ال") and len(word) > 4 else word for word in found}


def same(one: str, other: str) -> bool:
    """Whether the words of one text contain those of the other."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return fold(one).strip() == fold(other).strip()
    return first <= second or second <= first


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Intersection over union of two stretches."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


def stretch(article: dict[str, Any]) -> tuple[int, int] | None:
    """Where an article's text stands in the body; None for one without text."""
    runs = article["text_map"]
    return (runs[0][1], runs[-1][1] + runs[-1][2]) if runs else None


def places(page: Page) -> list[tuple[int, int]]:
    """Where the pieces of a page stand: by their offsets, else by their first and last words."""
    pieces = page["pieces"]
    if all("start" in piece for piece in pieces):
        return [(piece["start"], piece["end"]) for piece in pieces]
    return spans(page["body"], pieces)


def score(page: Page, articles: Articles, errors: list[str], *, tags: bool = False) -> Counter[str]:
    """Count what is right on a page, countries and actors too with ``tags``; differences are added to ``errors``."""
    counts: Counter[str] = Counter(pages=1)
    used = _pieces(page, articles, counts, errors)
    for number, article in enumerate(articles):
        if number not in used:
            errors.append(f"extra {article['kind']}: {article['title'][:40]} | {article['text'][:50]}")
    counts["piece_fp"] += len(articles) - len(used)
    for junk in page["junk"]:
        counts["junk"] += 1
        if any(junk in article["text"] for article in articles):
            counts["leak"] += 1
            errors.append(f"leak: {junk[:70]}")
    _fields(page, articles[0] if articles else {}, counts, errors)
    _loss(page, articles, counts)
    if tags:
        _tags(page, articles, counts, errors)
    return counts


def _pieces(page: Page, articles: Articles, counts: Counter[str], errors: list[str]) -> set[int]:
    """Match pieces and articles one to one; return which articles were used."""
    used: set[int] = set()
    found = [stretch(article) for article in articles]
    for piece, place in zip(page["pieces"], places(page), strict=True):
        candidates = [(overlap(place, each), -n) for n, each in enumerate(found) if each and n not in used]
        best, number = max(candidates, default=(0.0, 0))
        if best < IOU:
            counts["piece_fn"] += 1
            errors.append(f"missed {piece['kind']}: {piece['first'][:40]} (best {best:.2f})")
            continue
        article = articles[-number]
        used.add(-number)
        counts["piece_tp"] += 1
        counts["kind"] += article["kind"] == piece["kind"]
        if article["kind"] != piece["kind"]:
            errors.append(f"kind {piece['kind']}, got {article['kind']}: {piece['first'][:40]}")
        right = fold(piece["title"]).split() == fold(article["title"]).split()
        counts["title"] += right
        if not right:
            errors.append(f"title {piece['title'][:60]!r}, got {article['title'][:60]!r}")
    return used


def _fields(page: Page, first: dict[str, Any], counts: Counter[str], errors: list[str]) -> None:
    for name, key in (("published", "published_at"), ("publisher", "publisher"), ("source", "source")):
        wanted, got = page[name], first.get(key)
        right = (got or "")[:10] == (wanted or "") if name == "published" else alike(wanted, got)
        counts[name] += right
        if not right:
            errors.append(f"{name} {wanted!r}, got {got!r}")


def alike(wanted: str | None, got: str | None) -> bool:
    """Whether two names of outlets mean the same; or neither is there."""
    if not wanted or not got:
        return not wanted and not got
    one, other = fold(wanted), fold(got)
    return same(wanted, got) or one in other or other in one


def _loss(page: Page, articles: Articles, counts: Counter[str]) -> None:
    """Count the code points of news and those of them that no article has."""
    body = page["body"]
    kept = bytearray(len(body))
    for article in articles:
        for _, start, length in (*article["title_map"], *article["text_map"]):
            kept[start : start + length] = b"\x01" * length
    for line in page["lines"]:
        for part in line.get("parts", [line]):
            if part["role"] in BODY:
                signs = [at for at in range(part["start"], part["end"]) if not body[at].isspace()]
                counts["news"] += len(signs)
                counts["lost"] += sum(not kept[at] for at in signs)


def _tags(page: Page, articles: Articles, counts: Counter[str], errors: list[str]) -> None:
    """Count countries and actors of all articles of a page against its labels."""
    counts["tagged"] += 1
    gold = {*page["countries_all"], *page["countries_main"]}
    found = {country["code"] for article in articles for country in article.get("countries", ())}
    counts.update(country_tp=len(gold & found), country_fp=len(found - gold), country_fn=len(gold - found))
    if gold != found:
        errors.append(f"countries missed {sorted(gold - found)}, extra {sorted(found - gold)}")
    main = [country["code"] for article in articles[:1] for country in article.get("countries", ()) if country["main"]]
    counts["main"] += main[0] in page["countries_main"] if main else not page["countries_main"]
    actors = [actor for article in articles for actor in article.get("actors", ())]
    names = [[*(mention["surface"] for mention in actor["mentions"]), actor.get("name") or ""] for actor in actors]
    hit: set[int] = set()
    for wanted in page["actors"]:
        alike = [n for n, known in enumerate(names) if any(name and same(wanted["surface"], name) for name in known)]
        hit.update(alike)
        counts["actor_tp" if alike else "actor_fn"] += 1
        if not alike:
            errors.append(f"actor missed: {wanted['surface']} ({wanted['type']})")
        elif wanted["country"]:
            counts["affiliated"] += 1
            counts["affiliation"] += any(actors[n]["country"] == wanted["country"] for n in alike)
    extra = [actors[n]["name"] for n in range(len(actors)) if n not in hit]
    counts["actor_fp"] += len(extra)
    errors += [f"actor extra: {name}" for name in extra]


# Shares ---------------------------------------------------------------------------------------------------------------

#: Shares as sums of counts: what is above the line, what is below it.
SHARES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "precision": ({"piece_tp": 1}, {"piece_tp": 1, "piece_fp": 1}),
    "recall": ({"piece_tp": 1}, {"piece_tp": 1, "piece_fn": 1}),
    "F1": ({"piece_tp": 2}, {"piece_tp": 2, "piece_fp": 1, "piece_fn": 1}),
    "kind": ({"kind": 1}, {"piece_tp": 1}),
    "title": ({"title": 1}, {"piece_tp": 1}),
    "leak": ({"leak": 1}, {"junk": 1}),
    "loss": ({"lost": 1}, {"news": 1}),
    "date": ({"published": 1}, {"pages": 1}),
    "publisher": ({"publisher": 1}, {"pages": 1}),
    "source": ({"source": 1}, {"pages": 1}),
}
TAG_SHARES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "country P": ({"country_tp": 1}, {"country_tp": 1, "country_fp": 1}),
    "country R": ({"country_tp": 1}, {"country_tp": 1, "country_fn": 1}),
    "main first": ({"main": 1}, {"tagged": 1}),
    "actor P": ({"actor_tp": 1}, {"actor_tp": 1, "actor_fp": 1}),
    "actor R": ({"actor_tp": 1}, {"actor_tp": 1, "actor_fn": 1}),
    "affiliation": ({"affiliation": 1}, {"affiliated": 1}),
}


def shares(
    counts: Sequence[Counter[str]], names: Iterable[str], seed: int = 1
) -> dict[str, tuple[float, float, float]]:
    """Return the shares over some pages, each with the bounds of its 95 % interval by bootstrap over pages."""
    known = {**SHARES, **TAG_SHARES}
    draws = np.random.default_rng(seed).multinomial(len(counts), [1 / len(counts)] * len(counts), _SAMPLES)
    found = {}
    for name in names:
        above, below = (
            np.array([sum(weight * each[key] for key, weight in term.items()) for each in counts], dtype=float)
            for term in known[name]
        )
        bottom = draws @ below
        sampled = (draws @ above)[bottom > 0] / bottom[bottom > 0]
        low, high = np.percentile(sampled, [2.5, 97.5]) if len(sampled) else (0.0, 0.0)
        found[name] = (float(above.sum() / max(below.sum(), 1e-9)), float(low), float(high))
    return found

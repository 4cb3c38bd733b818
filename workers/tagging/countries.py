"""Which of the forms found in an article refer to a country, in what role, and which countries it is about."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.lexicon import Form, Hit
from workers.lexicon.forms import proclitic_length
from workers.lexicon.loader import spelled
from workers.tagging.model import Country, Found, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workers.lexicon import Lexicon
    from workers.tagging.view import View

__all__ = ["CountryMention", "find_countries", "is_refused", "main_score", "rank_countries", "weigh"]

_IN = frozenset(
    (
        "في",
        "داخل",
        "مدينه",
        "محافظه",
        "العاصمه",
        "بلده",
        "قريه",
        "شمال",
        "جنوب",
        "شرق",
        "غرب",
        "شمالي",
        "جنوبي",
        "شرقي",
        "غربي",
        "وسط",
        "ولايه",
        "اقليم",
        "الي",
        "من",
        "قرب",
    )
)
# Chosen by hand on development articles: a title's mention weighs like four of the text, the first sixth of a text more
# than its end, where pages put background and teasers.
_TITLE_WEIGHT = 4.0
_LEAD_WEIGHT, _BODY_WEIGHT, _TAIL_WEIGHT = 1.7, 1.0, 0.6
_LEAD_SHARE, _TAIL_SHARE = 1 / 6, 0.75
# A text of a few lines is all lead; without a title its first line says what a title would, the next ones nearly.
_LEAD_LETTERS, _SHORT = 300, 500
_FIRST_LETTERS = 60
_UNTITLED_FIRST, _UNTITLED_LEAD = 3.0, 2.3
_CURRENCY_WEIGHT = 0.15
# A logistic regression of "is this country one of the main ones" on the logarithm of a country's weight and on its
# share of the article's largest weight, fitted to 60 labelled articles (tests/bench/tags.py, --fit; docs/decisions.md).
_INTERCEPT, _BY_WEIGHT, _BY_SHARE = -5.2, 3.3, 2.4
_MAIN = 0.5
_MOST_MAIN = 3
# How far back, in letters, the word for a medium may stand from its nisba: four words.
_MEDIUM_REACH = 48
# A name of a city has at most so many words.
_LONGEST_CITY = 4
_WORD = re.compile(r"[^\W_]+")
# Ending a name would be tanwin: درعًا is a shield, درعا a city.
# A name of two words: عبد الله, عبد الرحمن.
_SERVANT = frozenset(("عبد", "وعبد", "لعبد", "بعبد"))
_SHADDA = "\u0651"
_QUOTES = "\"'“”«»‘’"


@dataclass(slots=True)
class CountryMention:
    """A form that refers to ``codes``; ``actor`` is set when it belongs to a body, a title or a metonym."""

    view: View
    hit: Hit
    codes: tuple[str, ...]
    role: Role

    @property
    def is_nisba(self) -> bool:
        """Whether it is an adjective: الفرنسي, not فرنسا."""
        return self.hit.form.kind == "demonym"


def find_countries(
    views: Sequence[tuple[View, list[Hit]]], lexicon: Lexicon, skip: Sequence[tuple[int, int]]
) -> list[CountryMention]:
    """Return the countries' mentions, in order; ``skip`` are the datelines' stretches of the text."""
    mentions: list[CountryMention] = []
    weak: list[CountryMention] = []
    for view, hits in views:
        places = [hit.end + 1 for hit in hits if hit.form.locator]
        found = _in_view(view, hits, views, lexicon, skip if view.field == "text" else ())
        if places:
            found += _cities(view, places, found, lexicon)
            found.sort(key=_start)
        for mention in found:
            strong = not mention.hit.form.weak or mention.hit.start - mention.hit.proclitics in places
            (mentions if strong else weak).append(mention)
    if weak:
        # What only a weak form names is not named.
        named = {code for mention in mentions for code in mention.codes}
        mentions += [mention for mention in weak if named.issuperset(mention.codes)]
        mentions.sort(key=lambda mention: (mention.view.field != "title", mention.hit.start))
    return mentions


def _start(mention: CountryMention) -> int:
    return mention.hit.start


def _in_view(
    view: View,
    hits: Sequence[Hit],
    views: Sequence[tuple[View, list[Hit]]],
    lexicon: Lexicon,
    skip: Sequence[tuple[int, int]],
) -> list[CountryMention]:
    """The mentions in one field, those of weak forms among them; ``hits`` are its own."""
    mentions: list[CountryMention] = []
    end = 0
    medium = -_MEDIUM_REACH
    named_medium = -9  # not where a text begins
    for hit in hits:
        form = hit.form
        if hit.start < end:
            continue
        if form.block or form.person:
            end = hit.end
            if form.block == "media":
                named_medium = hit.end
            continue
        if form.medium:
            medium = hit.end
        if not form.country or (skip and any(begin <= hit.start < stop for begin, stop in skip)):
            continue
        before = view.word_before(hit.start - hit.proclitics)
        if form.kind == "demonym" and hit.start == named_medium + 1:
            continue
        near_medium = form.kind == "demonym" and hit.start - medium <= _MEDIUM_REACH
        if not _refers(hit, before, view, views, lexicon) or (near_medium and _names_a_medium(hit, view, lexicon)):
            continue  # and a shorter form inside may: وجدة is Oujda, or و and جدة
        end = hit.end
        codes = form.country if form.shared is None else _choose(form, hit, view, views)
        mentions.append(CountryMention(view, hit, codes, _role(hit, before, view, lexicon)))
    return mentions


def _cities(
    view: View, places: Sequence[int], mentions: Sequence[CountryMention], lexicon: Lexicon
) -> list[CountryMention]:
    """The gazetteer's cities after locators, where the lexicon has no form of its own; the longest name counts."""
    known = {mention.hit.start - mention.hit.proclitics for mention in mentions if mention.view is view}
    found: list[CountryMention] = []
    for start in places:
        if start in known or start >= len(view.plain) or view.clean[start - 1] not in " _\u00a0":
            continue
        end = start
        best: tuple[str, int] | None = None
        for _ in range(_LONGEST_CITY):
            word = _WORD.match(view.plain, end)
            if word is None:
                break
            code = lexicon.cities.get(view.plain[start : word.end()])
            if code is not None:
                best = code, word.end()
            end = word.end() + 1
        if best is not None:
            code, end = best
            form = Form(view.plain[start:end], country=(code,), kind="place")
            found.append(CountryMention(view, Hit(start, end, form, 0), (code,), "place"))
    return found


def _refers(hit: Hit, before: str, view: View, views: Sequence[tuple[View, list[Hit]]], lexicon: Lexicon) -> bool:
    """Whether the neighbours let the form name a country."""
    form = hit.form
    if form.kind == "demonym" and form.affix == "definite" and form.text.endswith("ي"):
        end = hit.start - hit.proclitics - 1
        if before in lexicon.words.given and not view.is_preposition(end - len(before), end):
            return False
        if before.startswith("ال") and view.word_before(end - len(before)) in _SERVANT:
            return False
    if view.ends_in_tanwin(hit.start, hit.end):
        return False
    if form.letters and spelled(_written(hit, view)) not in form.letters:
        return False
    if is_refused(hit, before, view):
        return False
    return form.needs is None or _needed(hit, view, before, views)


def is_refused(hit: Hit, before: str, view: View) -> bool:
    """Whether the word ``before`` a form or the one behind says that something else is meant: قطع الرباط, بكل حماس."""
    form = hit.form
    if not (form.never_before or form.never_after):
        return False
    bare = before[1:] if before[:1] in "وفبل" else before
    return before in form.never_before or bare in form.never_before or view.word_after(hit.end) in form.never_after


def _written(hit: Hit, view: View) -> str:
    start, end = view.place(hit.start, hit.end)
    return view.original[start:end]


def _needed(hit: Hit, view: View, before: str, views: Sequence[tuple[View, list[Hit]]]) -> bool:
    needs = hit.form.needs
    if needs is None:
        return True
    words = (before, before[1:], before[2:]) if before[:1] in ("و", "ف", "ب", "ل") else (before,)
    if not needs.before.isdisjoint(words) or view.word_after(hit.end) in needs.after:
        return True
    return any(_position(cue, other.plain, 0) >= 0 for cue in needs.anywhere for other, _ in views)


def _position(cue: str, text: str, start: int) -> int:
    """Where ``cue`` begins as whole words, proclitics allowed, from ``start`` on; or -1."""
    at = text.find(cue, start)
    while at >= 0:
        end = at + len(cue)
        if proclitic_length(text, at, "plain") is not None and (end == len(text) or not text[end].isalnum()):
            return at
        at = text.find(cue, at + 1)
    return -1


def _names_a_medium(hit: Hit, view: View, lexicon: Lexicon) -> bool:
    """Whether a demonym belongs to a newspaper, a channel or an agency: صحيفة لوموند الفرنسية."""
    at = hit.start - hit.proclitics
    words = lexicon.words
    heads, authorities, stop, titles = words.media_heads, words.authorities, words.stop, words.titles
    for token in reversed(view.clean[max(0, at - _MEDIUM_REACH) : at].split()[-4:]):
        word = token.strip(_QUOTES)
        if (
            word in heads
            or (word[:1] in "ولبف" and word[1:] in heads)
            or (word[:2] == "لل" and f"ال{word[2:]}" in heads)
        ):
            return True
        if word in authorities or word in stop or word in titles or not word.isalnum():
            return False
    return False


def _choose(form: Form, hit: Hit, view: View, views: Sequence[tuple[View, list[Hit]]]) -> tuple[str, ...]:
    """The country that a shared form means: by the nearest cue, or by the first that stands anywhere."""
    rule = form.shared
    if rule is None:
        return form.country
    if rule.shadda and _SHADDA in _written(hit, view):
        return (rule.shadda,)
    best: tuple[int, str] | None = None
    for cue, code in rule.cues:
        for other, _ in views:
            at = _position(cue, other.plain, 0)
            while at >= 0:
                # A cue in the other field is as far as the whole of this one.
                distance = abs(at - hit.start) if other is view else len(view.plain)
                if best is None or distance < best[0]:
                    best = (distance, code)
                at = _position(cue, other.plain, at + len(cue)) if rule.nearest else -1
        if best is not None and not rule.nearest:
            break
    return (best[1],) if best else (rule.default,)


def _role(hit: Hit, before: str, view: View, lexicon: Lexicon) -> Role:
    kind = hit.form.kind
    if kind == "demonym":
        return (
            "currency" if before in lexicon.words.currencies or before[1:] in lexicon.words.currencies else "mentioned"
        )
    if kind == "metonym":
        return "actor"
    if before in _IN or "ب" in view.plain[hit.start - hit.proclitics : hit.start] or kind == "place":
        return "place"
    return "actor" if kind == "capital" else "mentioned"


def rank_countries(mentions: Iterable[CountryMention], lexicon: Lexicon, *, titled: bool) -> tuple[Country, ...]:
    """Return country tags by score, then by their first mention: the one to three that it is about come first."""
    by_code: dict[str, list[CountryMention]] = {}
    for mention in mentions:
        for code in mention.codes:
            by_code.setdefault(code, []).append(mention)
    weights = {code: weigh(found, titled=titled) for code, found in by_code.items()}
    ranked = sorted(weights, key=lambda code: -weights[code])  # of equals the one that is named first
    largest = weights[ranked[0]] if ranked else 0.0
    tags: list[Country] = []
    for number, code in enumerate(ranked):
        country = lexicon.countries[code]
        score = round(main_score(weights[code], largest), 4)
        main = not number or (number < _MOST_MAIN and score >= _MAIN)
        found = tuple(_found(mention, code) for mention in by_code[code])
        role = _country_role(by_code[code])
        tags.append(Country(code, country.name_en, country.name_ar, main, role, score, found))
    return tuple(tags)


def _found(mention: CountryMention, code: str) -> Found:
    hit, view = mention.hit, mention.view
    start, end = view.place(hit.start + hit.form.strip, hit.end)
    return Found(view.field, start, end, view.original[start:end], f"country:{code}:{hit.form.kind}")


def main_score(weight: float, largest: float) -> float:
    """The chance, 0 to 1, that a reader counts a country among the main ones, by its weight and the largest."""
    return 1 / (1 + math.exp(-(_INTERCEPT + _BY_WEIGHT * math.log(weight) + _BY_SHARE * weight / largest)))


def weigh(mentions: Sequence[CountryMention], *, titled: bool) -> float:
    """Sum of the mentions' weights, each further one of a field counting less (by the root of its rank)."""
    total = 0.0
    in_title = in_text = 0
    for mention in mentions:
        if mention.view.field == "title":
            in_title += 1
            weight, rank = _TITLE_WEIGHT, in_title
        else:
            in_text += 1
            weight, rank = _text_weight(mention.hit.start, len(mention.view.plain), titled=titled), in_text
        total += (_CURRENCY_WEIGHT if mention.role == "currency" else weight) / math.sqrt(rank)
    return total


def _text_weight(start: int, length: int, *, titled: bool) -> float:
    if start < _LEAD_LETTERS or start < _LEAD_SHARE * length:
        untitled = _UNTITLED_FIRST if start < _FIRST_LETTERS else _UNTITLED_LEAD
        return _LEAD_WEIGHT if titled else untitled
    return _TAIL_WEIGHT if length > _SHORT and start > _TAIL_SHARE * length else _BODY_WEIGHT


def _country_role(mentions: Sequence[CountryMention]) -> Role:
    roles = {mention.role for mention in mentions}
    order: tuple[Role, ...] = ("actor", "place", "mentioned")
    return next((role for role in order if role in roles), "currency")

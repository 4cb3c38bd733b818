"""Which of the forms found in an article refer to a country, in what role, and which countries it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.lexicon import longest
from workers.lexicon.forms import proclitic_length
from workers.lexicon.loader import spelled
from workers.tagging.model import Country, Found, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workers.lexicon import Form, Hit, Lexicon
    from workers.tagging.view import View

__all__ = ["CountryMention", "find_countries", "rank_countries"]

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
_MAIN_SHARE = 0.42
_HALF_SCORE = 2.5
# How far back, in letters, the word for a medium may stand from its nisba: four words.
_MEDIUM_REACH = 48
_QUOTES = "\"'“”«»‘’"


@dataclass(slots=True)
class CountryMention:
    """A form that refers to ``codes``; ``actor`` is set when it belongs to a body, a title or a metonym."""

    view: View
    hit: Hit
    codes: tuple[str, ...]
    role: Role


def find_countries(
    views: Sequence[tuple[View, list[Hit]]], lexicon: Lexicon, skip: Sequence[tuple[int, int]]
) -> list[CountryMention]:
    """Return the countries' mentions, in order; ``skip`` are the datelines' stretches of the text."""
    mentions: list[CountryMention] = []
    for view, hits in views:
        candidates = [hit for hit in hits if hit.form.country or hit.form.block or _is_person(hit.form, lexicon)]
        for hit in longest(candidates):
            form = hit.form
            if (
                not form.country
                or form.block
                or (view.field == "text" and any(begin <= hit.start < end for begin, end in skip))
            ):
                continue
            before = view.word_before(hit.start - hit.proclitics)
            if not _refers(hit, before, view, views, lexicon):
                continue
            codes = form.country if form.shared is None else _choose(form, hit, view, views)
            mentions.append(CountryMention(view, hit, codes, _role(hit, before, view, lexicon)))
    return mentions


def _is_person(form: Form, lexicon: Lexicon) -> bool:
    return bool(form.full) and lexicon.actors[form.full[0]].type == "person"


def _refers(hit: Hit, before: str, view: View, views: Sequence[tuple[View, list[Hit]]], lexicon: Lexicon) -> bool:
    """Whether the neighbours let the form name a country."""
    form = hit.form
    if form.kind == "demonym" and (
        before in lexicon.words.given and form.affix == "definite" and form.text.endswith("ي")
    ):
        return False
    if form.kind == "demonym" and _names_a_medium(hit, view, lexicon):
        return False
    if form.letters:
        start, end = view.place(hit.start, hit.end)
        if spelled(view.original[start:end]) not in form.letters:
            return False
    if form.never_before or form.never_after:
        bare = before[1:] if before[:1] in "وفبل" else before
        if before in form.never_before or bare in form.never_before or view.word_after(hit.end) in form.never_after:
            return False
    return form.needs is None or _needed(hit, view, before, views)


def _needed(hit: Hit, view: View, before: str, views: Sequence[tuple[View, list[Hit]]]) -> bool:
    needs = hit.form.needs
    if needs is None:
        return True
    bare = before[1:] if before[:1] in ("و", "ف") else before
    if before in needs.before or bare in needs.before or view.word_after(hit.end) in needs.after:
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
    heads, stop, titles = lexicon.words.media_heads, lexicon.words.stop, lexicon.words.titles
    for token in reversed(view.clean[max(0, at - _MEDIUM_REACH) : at].split()[-4:]):
        word = token.strip(_QUOTES)
        if (
            word in heads
            or (word[:1] in "ولبف" and word[1:] in heads)
            or (word[:2] == "لل" and f"ال{word[2:]}" in heads)
        ):
            return True
        if word in stop or word in titles or not word.isalnum():
            return False
    return False


def _choose(form: Form, hit: Hit, view: View, views: Sequence[tuple[View, list[Hit]]]) -> tuple[str, ...]:
    """The country that a shared form means: by the nearest cue, or by the first that stands anywhere."""
    rule = form.shared
    if rule is None:
        return form.country
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


def rank_countries(mentions: Iterable[CountryMention], lexicon: Lexicon) -> tuple[Country, ...]:
    """Return country tags: the one to three that the article is about first, then by score, then by code."""
    by_code: dict[str, list[CountryMention]] = {}
    for mention in mentions:
        for code in mention.codes:
            by_code.setdefault(code, []).append(mention)
    weights = {code: _weight(found) for code, found in by_code.items()}
    ranked = sorted(weights, key=lambda code: (-weights[code], code))
    main = [code for code in ranked if weights[code] >= _MAIN_SHARE * weights[ranked[0]] and _is_early(by_code[code])][
        :3
    ] or ranked[:1]
    tags: list[Country] = []
    for code in main + [code for code in ranked if code not in main]:
        country = lexicon.countries[code]
        weight = weights[code]
        score = round(weight / (weight + _HALF_SCORE), 4)
        found = tuple(_found(mention, code) for mention in by_code[code])
        tags.append(
            Country(code, country.name_en, country.name_ar, code in main, _country_role(by_code[code]), score, found)
        )
    return tuple(tags)


def _found(mention: CountryMention, code: str) -> Found:
    hit, view = mention.hit, mention.view
    start, end = view.place(hit.start + hit.form.strip, hit.end)
    return Found(view.field, start, end, view.original[start:end], f"country:{code}:{hit.form.kind}")


def _weight(mentions: Sequence[CountryMention]) -> float:
    """Sum of the mentions' weights, each further one of a field counting less (by the root of its rank)."""
    total = 0.0
    counts = {"title": 0, "text": 0}
    for mention in mentions:
        view = mention.view
        counts[view.field] += 1
        if mention.role == "currency":
            weight = 0.15
        elif view.field == "title":
            weight = _TITLE_WEIGHT
        else:
            share = mention.hit.start / max(1, len(view.plain))
            weight = _LEAD_WEIGHT if share < _LEAD_SHARE else _TAIL_WEIGHT if share > _TAIL_SHARE else _BODY_WEIGHT
        total += weight / math.sqrt(counts[view.field])
    return total


def _is_early(mentions: Sequence[CountryMention]) -> bool:
    return any(
        m.role != "currency" and (m.view.field == "title" or m.hit.start < 0.4 * len(m.view.plain)) for m in mentions
    )


def _country_role(mentions: Sequence[CountryMention]) -> Role:
    roles = {mention.role for mention in mentions}
    order: tuple[Role, ...] = ("actor", "place", "mentioned")
    return next((role for role in order if role in roles), "currency")

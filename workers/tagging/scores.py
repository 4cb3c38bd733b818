"""Scores of countries and actors, and the countries' tags: which countries an article is about."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workers.tagging.model import Country, Found, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workers.lexicon import Lexicon
    from workers.tagging.claims import CountryClaim
    from workers.tagging.model import FieldName

__all__ = ["actor_score", "main_score", "rank_countries", "weigh"]

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
# Of actors: what a mention weighs, and the weight of which the score is a half.
_ACTOR_TITLE_WEIGHT, _ACTOR_TEXT_WEIGHT = 3.0, 1.0
_HALF_SCORE = 2.5
_UNKNOWN_SHARE = 0.8


def rank_countries(claims: Iterable[CountryClaim], lexicon: Lexicon, *, titled: bool) -> tuple[Country, ...]:
    """Return country tags by score, then by their first mention: the one to three that it is about come first."""
    by_code: dict[str, list[CountryClaim]] = {}
    for claim in claims:
        for code in claim.codes:
            by_code.setdefault(code, []).append(claim)
    weights = {code: weigh(found, titled=titled) for code, found in by_code.items()}
    ranked = sorted(weights, key=lambda code: -weights[code])  # of equals the one that is named first
    largest = weights[ranked[0]] if ranked else 0.0
    tags: list[Country] = []
    for number, code in enumerate(ranked):
        country = lexicon.countries[code]
        score = round(main_score(weights[code], largest), 4)
        main = not number or (number < _MOST_MAIN and score >= _MAIN)
        found = tuple(_found(claim, code) for claim in by_code[code])
        tags.append(Country(code, country.name_en, country.name_ar, main, _role(by_code[code]), score, found))
    return tuple(tags)


def _found(claim: CountryClaim, code: str) -> Found:
    view = claim.field.view
    start, end = view.place(claim.start, claim.end)
    return Found(view.field, start, end, view.original[start:end], f"country:{code}:{claim.hit.form.kind}")


def main_score(weight: float, largest: float) -> float:
    """The chance, 0 to 1, that a reader counts a country among the main ones, by its weight and the largest."""
    return 1 / (1 + math.exp(-(_INTERCEPT + _BY_WEIGHT * math.log(weight) + _BY_SHARE * weight / largest)))


def weigh(claims: Sequence[CountryClaim], *, titled: bool) -> float:
    """Sum of the mentions' weights, each further one of a field counting less (by the root of its rank)."""
    total = 0.0
    in_title = in_text = 0
    for claim in claims:
        if claim.field.name == "title":
            in_title += 1
            weight, rank = _TITLE_WEIGHT, in_title
        else:
            in_text += 1
            weight, rank = _text_weight(claim.hit.start, len(claim.field.view.plain), titled=titled), in_text
        total += (_CURRENCY_WEIGHT if claim.role == "currency" else weight) / math.sqrt(rank)
    return total


def _text_weight(start: int, length: int, *, titled: bool) -> float:
    if start < _LEAD_LETTERS or start < _LEAD_SHARE * length:
        untitled = _UNTITLED_FIRST if start < _FIRST_LETTERS else _UNTITLED_LEAD
        return _LEAD_WEIGHT if titled else untitled
    return _TAIL_WEIGHT if length > _SHORT and start > _TAIL_SHARE * length else _BODY_WEIGHT


def _role(claims: Sequence[CountryClaim]) -> Role:
    roles = {claim.role for claim in claims}
    order: tuple[Role, ...] = ("actor", "place", "mentioned")
    return next((role for role in order if role in roles), "currency")


def actor_score(fields: Iterable[FieldName], *, known: bool) -> float:
    """The score of an actor, 0 to 1, by the field of each mention in order; a further mention counts less, and one
    whom the lexicon lacks has four fifths of it.
    """
    weight = 0.0
    for rank, name in enumerate(fields, 1):
        weight += (_ACTOR_TITLE_WEIGHT if name == "title" else _ACTOR_TEXT_WEIGHT) / math.sqrt(rank)
    return round(weight / (weight + _HALF_SCORE) * (1.0 if known else _UNKNOWN_SHARE), 4)

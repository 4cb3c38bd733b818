"""How likely the tag of an actor is right: that a person who reads the article would list that actor.

A logistic regression on what the resolver knows of the actor. Its weights are data (confidence.tsv), written by
``python -m tests.bench.confidence DATA --write``, which also says how well they do on articles that they have not seen.
"""

from __future__ import annotations

import math
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.tagging.entities import Entity

__all__ = ["SIGNS", "chance", "confidence", "signs_of"]

SIGNS = {
    "listed": "a name of the lexicon",
    "body": "a body that every country has (bodies.yaml)",
    "title": "an unlisted person behind a title or a nisba",
    "head": "an unlisted organisation",
    "country": "an unlisted organisation with a country in its name",
    "second": "an unlisted actor whom a weaker rule, which lost, reads there too",
}
"""What may be known of an actor, by the name of its weight. An unlisted person by its look alone has none of these."""

#: The weight of every tag.
_INTERCEPT = "intercept"
_BEHIND = frozenset(("rule:title", "rule:demonym"))


def signs_of(entity: Entity, *, is_read_twice: bool) -> frozenset[str]:
    """Return which of SIGNS are true of an actor; ``is_read_twice`` says whether a claim that lost stands on the same
    words as one of its mentions.
    """
    entries = {place.entry for place in entity.places}
    if entity.known:
        return frozenset(("body" if any(entry.startswith("body:") for entry in entries) else "listed",))
    is_person = entity.type == "person"
    signs = {
        "title": is_person and not entries.isdisjoint(_BEHIND),
        "head": not is_person,
        "country": entity.has_country_in_name,
        "second": is_read_twice,
    }
    return frozenset(name for name, is_true in signs.items() if is_true)


@lru_cache(maxsize=1 << len(SIGNS))
def confidence(signs: frozenset[str]) -> float:
    """Return the chance, 0 to 1, that the tag of an actor of whom these SIGNS are true is right."""
    return round(chance(signs, _weights()), 4)


def chance(signs: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the chance, 0 to 1, that follows from these SIGNS with these weights."""
    return 1 / (1 + math.exp(-weights[_INTERCEPT] - math.fsum(weights[name] for name in signs)))


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    """The weights of confidence.tsv by name."""
    lines = files(__package__).joinpath("confidence.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: float(weight) for name, weight in pairs}

"""How far a lexicon's source reaches, and how old its facts are: for `rasid lexicon stats`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from workers.lexicon.schema import ActorEntry
    from workers.lexicon.source import Source

__all__ = ["OWN", "Coverage", "Stats", "measure"]

#: What an entry's source says that rests on general knowledge alone.
OWN = "written for this project"
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of a country: its actors, those who are people, people with a dated post, posts still held."""

    actors: int
    people: int
    with_posts: int
    open_posts: int
    #: Entries with an id of Wikidata.
    wikidata: int
    #: Entries that no second source was compared with, in whole or in part.
    uncompared: int
    #: Entries that nobody looked at for a year.
    unchecked: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Coverage by country code ("-" for none), the largest first; people with a post in each year; ids unchecked."""

    by_country: dict[str, Coverage]
    by_year: dict[int, int]
    unchecked: list[str]


def measure(source: Source, today: date) -> Stats:
    """Return what a source covers, and what was last checked more than a year before `today`."""
    groups: dict[str, list[ActorEntry]] = {}
    for identity, actor in source.actors.items():
        groups.setdefault(source.country_of[identity] or "-", []).append(actor)
    by_country = {code: _coverage(actors, today) for code, actors in groups.items()}
    entries = {**source.countries, **source.actors}
    return Stats(
        by_country=dict(sorted(by_country.items(), key=lambda each: (-each[1].actors, each[0]))),
        by_year=_by_year(source.actors.values(), today),
        unchecked=[name for name, entry in entries.items() if _is_old(entry.last_checked, today)],
    )


def _is_old(checked: date, today: date) -> bool:
    return today - checked > _YEAR


def _coverage(actors: list[ActorEntry], today: date) -> Coverage:
    people = [actor for actor in actors if actor.type == "person"]
    return Coverage(
        actors=len(actors),
        people=len(people),
        with_posts=sum(bool(actor.posts) for actor in people),
        open_posts=sum(actor.open_post is not None for actor in people),
        wikidata=sum(actor.wikidata is not None for actor in actors),
        uncompared=sum(actor.source == OWN and not actor.is_compared for actor in actors),
        unchecked=sum(_is_old(actor.last_checked, today) for actor in actors),
    )


def _by_year(actors: Iterable[ActorEntry], today: date) -> dict[int, int]:
    """How many people are known to have held a post in each year; an open one counts to the year it was known in."""
    found: Counter[int] = Counter()
    for actor in actors:
        years: set[int] = set()
        for post in actor.posts:
            last = int((post.last or post.as_of or str(today))[:4])
            years.update(range(int(post.first[:4]), last + 1))
        found.update(years)
    return dict(sorted(found.items()))

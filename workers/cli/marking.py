"""A raw page cut where its articles and mentions begin and end: what `rasid explain` shows, in a terminal or as HTML.

Everything here is a function of a body and the events that were made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.models import ActorTag, CountryTag, EnrichedEvent, Mention

__all__ = ["Marked", "Segment", "context", "harmless", "mark_page", "tags_of"]

# A page is others' text: what would move a cursor, ring a bell or turn the writing round is shown, not sent.
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_CONTROLS |= dict.fromkeys(range(0x7F, 0xA0), "\ufffd")
_CONTROLS |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")
_CONTEXT = 30


class Marked(NamedTuple):
    """A mention on the raw page, and what it proves: a tag's label and the lexicon entry or rule that matched."""

    start: int
    end: int
    surface: str
    label: str
    entry: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the raw page. ``article`` is its event's place in the list, None for boilerplate."""

    start: int
    end: int
    article: int | None
    field: str
    marks: tuple[Marked, ...]


def harmless(text: str) -> str:
    """Return others' text without what acts on a terminal: control characters as pictures, bidi controls not at all."""
    return text.replace("\r\n", "\n").translate(_CONTROLS)


def tags_of(event: EnrichedEvent) -> Iterator[tuple[str, CountryTag | ActorTag]]:
    """Yield each tag of an event under its label: ``RU (actor)``, ``murhaf-abu-qasra (person)``; countries first."""
    for country in event.countries:
        yield f"{country.code} ({country.role}{', main' if country.main else ''})", country
    for actor in event.actors:
        yield f"{actor.id} ({actor.type}{'' if actor.known else ', new'})", actor


def context(event: EnrichedEvent, mention: Mention) -> tuple[str, str, str]:
    """Return a mention with up to 30 code points of its line on either side: before, surface, after."""
    text = event.title if mention.field == "title" else event.text
    before = text[max(mention.start - _CONTEXT, 0) : mention.start].rpartition("\n")[2]
    after = text[mention.end : mention.end + _CONTEXT].partition("\n")[0]
    return before, mention.surface, after


def _marks(events: Sequence[EnrichedEvent]) -> list[Marked]:
    return [
        Marked(mention.raw_start, mention.raw_end, mention.surface, label, mention.entry)
        for event in events
        for label, tag in tags_of(event)
        for mention in tag.mentions
    ]


def _taken(events: Sequence[EnrichedEvent]) -> list[tuple[int, int, int, str]]:
    """Where on the raw page each article's title and text stand."""
    taken = []
    for number, event in enumerate(events):
        for field, runs, references in (
            ("title", event.title_map, event.title_references),
            ("text", event.text_map, event.text_references),
        ):
            taken += [(raw, raw + length, number, field) for _, raw, length in (*runs, *references)]
    return sorted(set(taken))


def mark_page(body: str, events: Sequence[EnrichedEvent]) -> list[Segment]:
    """Return the whole body as segments in order, cut wherever an article, its title or a mention begins or ends."""
    taken = _taken(events)
    marks = sorted(_marks(events))
    cuts = {0, len(body)}
    cuts.update(*((start, end) for start, end, *_ in taken), *((mark.start, mark.end) for mark in marks))
    ordered = sorted(cut for cut in cuts if cut <= len(body))
    segments: list[Segment] = []
    active: list[Marked] = []
    next_taken = next_mark = 0
    for start, end in pairwise(ordered):
        while next_taken < len(taken) and taken[next_taken][1] <= start:
            next_taken += 1
        while next_mark < len(marks) and marks[next_mark].start <= start:
            active.append(marks[next_mark])
            next_mark += 1
        active = [mark for mark in active if mark.end > start]
        inside = next_taken < len(taken) and taken[next_taken][0] <= start
        number, field = (taken[next_taken][2], taken[next_taken][3]) if inside else (None, "")
        segments.append(Segment(start, end, number, field, tuple(active)))
    return segments

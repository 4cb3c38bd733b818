"""What a run of the stream must hold, checked over everything that was sent and everything that stands on the topics.

A consumer keeps the ids that it has seen; so a record that was written again counts only where it says something else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from schemas import envelope
from schemas.topics import BY_ACTOR, BY_COUNTRY, DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, UNIQUE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from workers.pipeline.record import Record

__all__ = ["READ", "Findings", "check"]

READ = (RAW, PARSED, UNIQUE, DUPLICATES, ENRICHED, BY_COUNTRY, BY_ACTOR, DEAD_LETTER)
#: Says when or in which replay, not what: may differ between two writings of one record.
_VOLATILE = ("processed_at", "replay")
#: What the page alone decides, whatever came before it.
_OF_THE_PAGE = ("document_id", "ordinal", "kind", "title", "text", "published_at", "span", "countries", "actors")
#: Which topic a topic's records are made from.
_SOURCE = {PARSED: RAW, UNIQUE: PARSED, DUPLICATES: PARSED, ENRICHED: UNIQUE, BY_COUNTRY: UNIQUE, BY_ACTOR: UNIQUE}


@dataclass(slots=True)
class Findings:
    """What is wrong, each by name; `repeated` alone is no fault (delivery is at least once)."""

    sent: int = 0
    injected: int = 0
    dead: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    dead_unexpected: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (self.lost, self.duplicated, self.changed, self.out_of_order, self.dead_unexpected)
        return not any(wrong) and self.dead == self.injected


def check(
    records: Iterable[Record],
    *,
    sent: Collection[str],
    poison: Collection[str],
    expected: Mapping[str, Mapping[str, Any]],
) -> Findings:
    """Return what is wrong with a stream that has come to rest.

    Args:
        records: Everything on the topics of READ, in order by partition.
        sent: Keys of the good documents that the broker acknowledged.
        poison: Keys of the records that must end in the dead letters.
        expected: What the pipeline makes of the documents without a broker and without de-duplication, by article id.
    """
    found = Findings(sent=len(sent), injected=len(poison))
    topics: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        topics[record.topic].append(record)
    _dead_letters(found, topics[DEAD_LETTER], poison)
    _ends(found, topics, sent, expected)
    for name in (PARSED, UNIQUE, DUPLICATES, ENRICHED, BY_COUNTRY, BY_ACTOR):
        _repeats(found, name, topics[name])
    _order(found, topics)
    return found


def _dead_letters(found: Findings, letters: list[Record], poison: Collection[str]) -> None:
    where = (envelope.ERROR_TOPIC, envelope.ERROR_PARTITION, envelope.ERROR_OFFSET)
    places = {tuple(letter.header(name) for name in where) for letter in letters}
    found.dead = len(places)
    keys = {(letter.key or b"").decode() for letter in letters}
    shown = (envelope.ERROR_STAGE, envelope.ERROR_CLASS, *where, envelope.ERROR_MESSAGE)
    found.dead_unexpected = sorted(
        " ".join([key, *(letter.header(name) or "" for name in shown)]).rstrip()
        for letter in letters
        if (key := (letter.key or b"").decode()) not in poison
    )
    found.lost += [f"poison {key} has no dead letter" for key in sorted(set(poison) - keys)]


def _ends(
    found: Findings,
    topics: Mapping[str, list[Record]],
    sent: Collection[str],
    expected: Mapping[str, Mapping[str, Any]],
) -> None:
    """Every article of every document ends once: in an event or in the duplicates, and says what its page says."""
    ends: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    documents: set[str] = set()
    for name in (ENRICHED, DUPLICATES):
        for record in topics[name]:
            message = orjson.loads(record.value or b"{}")
            identity = message["article_id"]
            documents.add(message["document_id"])
            ends[identity].add((name, message.get("event_id") or message["original_id"]))
            wanted = expected.get(identity)
            if wanted is None:
                found.changed.append(f"{name} {identity}: no document gives this article")
                continue
            different = [key for key in _OF_THE_PAGE if key in message and message[key] != wanted[key]]
            if different:
                found.changed.append(f"{name} {identity}: {', '.join(different)} differ from the page's")
    found.lost += [f"document {name}: no article of it ended anywhere" for name in sorted(set(sent) - documents)]
    wanted_ids = {identity for identity, article in expected.items() if article["document_id"] in sent}
    found.lost += [f"article {identity} ended nowhere" for identity in sorted(wanted_ids - ends.keys())]
    found.duplicated = [
        f"article {identity}: {sorted(map(str, each))}" for identity, each in ends.items() if len(each) > 1
    ]


def _repeats(found: Findings, name: str, records: list[Record]) -> None:
    """Count what was written again, and name what then said something else."""
    first: dict[str, tuple[bytes | None, dict[str, Any]]] = {}
    for record in records:
        identity = record.header("ce_id") or "(none)"
        message = {key: value for key, value in orjson.loads(record.value or b"{}").items() if key not in _VOLATILE}
        if identity not in first:
            first[identity] = (record.key, message)
            continue
        found.repeated += 1
        if first[identity] != (record.key, message):
            found.changed.append(f"{name} {identity}: written again with other content")


def _order(found: Findings, topics: Mapping[str, list[Record]]) -> None:
    """What a key's consumer sees for the first time comes in the order of the source partition that it came from."""
    places: dict[str, dict[str, tuple[int, int]]] = {RAW: {}, PARSED: {}, UNIQUE: {}}
    for record in topics[RAW]:
        places[RAW][f"{record.partition}:{record.offset}"] = (record.partition, record.offset)
    for name in (PARSED, UNIQUE):
        for record in topics[name]:
            identity = orjson.loads(record.value or b"{}")["article_id"]
            places[name].setdefault(identity, (record.partition, record.offset))
    for name, source in _SOURCE.items():
        seen: set[str] = set()
        last: dict[tuple[bytes | None, int], int] = {}
        wrong: Counter[bytes | None] = Counter()
        for record in topics[name]:
            identity = record.header("ce_id") or ""
            if identity in seen:
                continue
            seen.add(identity)
            origin = (
                record.header(envelope.ORIGIN) if source == RAW else orjson.loads(record.value or b"{}")["article_id"]
            )
            place = places[source].get(origin or "")
            if place is None:
                continue
            lane = (record.key, place[0])
            wrong[record.key] += place[1] < last.get(lane, 0)
            last[lane] = max(place[1], last.get(lane, 0))
        found.out_of_order += [f"{name}, key {key!r}: {count} times" for key, count in wrong.items() if count]

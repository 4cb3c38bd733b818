"""Accounting for every input: in = out + duplicates + dead letters, record by record, not only as sums.

A record that was sent back from the dead letters (`rasid dlq retry`) says which record it repeats; the two are one
input, whose end is the later one's.

Every derived record carries the place of its raw record (`x-rasid-origin`), every article says how many its document
gave, and every dead letter says which record failed; so a missing article is named, not only counted.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiokafka.errors import GroupCoordinatorNotAvailableError

from schemas import envelope
from schemas.envelope import Origin
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, OUTCOMES, PARSED, RAW, SOURCES, UNIQUE, Stage, app_id
from workers.cluster import admin, read_topics
from workers.errors import UsageError
from workers.pipeline.record import Place
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiokafka import TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient
    from aiokafka.structs import OffsetAndMetadata

    from workers.pipeline.record import Record
    from workers.settings import Settings

__all__ = ["READ", "Account", "Ledger", "committed_offsets", "take_account"]

#: The topics that an account is made of.
READ = (RAW, PARSED, UNIQUE, DUPLICATES, ENRICHED, OUTCOMES, DEAD_LETTER)

COORDINATOR_SECONDS = 20.0


@dataclass(slots=True)
class _Article:
    """What was seen of one article of one raw record; places are those of its records."""

    ordinal: int
    kind: str
    parsed: list[Place] = field(default_factory=list)
    unique: list[Place] = field(default_factory=list)
    duplicates: list[Place] = field(default_factory=list)
    events: list[Place] = field(default_factory=list)
    relation: str = "duplicate"


@dataclass(slots=True)
class _Input:
    """What was seen of one raw record; `place` is None until the record itself was."""

    name: str = ""
    place: Place | None = None
    repeats: Place | None = None
    expected: int = 0
    tombstone: bool = False
    articles: dict[str, _Article] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """What became of every raw record: counts, and by name and place what is missing."""

    documents: int = 0
    documents_dead: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    articles_dead: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    tombstones: int = 0
    """Raw records without a value, which are no documents."""
    repeated: int = 0
    sent_back: int = 0
    countries: Counter[str] = field(default_factory=Counter)
    actors: Counter[str] = field(default_factory=Counter)
    pending: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles the documents gave."""
        return self.kinds.total()

    @property
    def balanced(self) -> bool:
        """True when every input ended in an output, in the duplicates or in the dead letters."""
        return not self.lost and not self.pending


class Ledger:
    """Takes the records of the topics in READ, in any order, and keeps of each only what the account needs."""

    def __init__(self) -> None:
        """Start empty."""
        self._inputs: dict[Origin, _Input] = {}
        #: What failed, and how.
        self._dead: dict[Place, str] = {}
        #: What stands a second time on its topic.
        self._sent_back: set[Place] = set()
        #: Where it stands the second time.
        self._by_hand: set[Place] = set()
        self._account = Account()

    def add(self, record: Record) -> None:
        """Enter one record."""
        if not record.is_readable and record.topic != RAW:
            # Only its place is known; its dead letter has that too.
            return
        place = Place(record.topic, record.partition, record.offset)
        repeats = Place.parse(record.header(envelope.RETRY_OF)) if record.topic in SOURCES.values() else None
        if repeats is not None:
            self._sent_back.add(repeats)
        if record.topic == RAW:
            item = self._inputs.setdefault(Origin(record.partition, record.offset), _Input())
            item.name, item.place = (record.key or b"(no key)").decode(errors="replace"), place
            item.repeats = repeats
        elif record.topic == DEAD_LETTER:
            self._enter_dead(record)
        elif (origin := Origin.parse(record.header(envelope.ORIGIN))) is not None:
            item = self._inputs.setdefault(origin, _Input())
            if record.topic == OUTCOMES:
                self._account.repeated += item.tombstone
                item.tombstone = True
            else:
                self._enter_derived(record, place, item)

    def _enter_dead(self, record: Record) -> None:
        partition, offset = record.header(envelope.ERROR_PARTITION), record.header(envelope.ERROR_OFFSET)
        failed = Place(record.header(envelope.ERROR_TOPIC) or "", int(partition or -1), int(offset or -1))
        if failed in self._dead:
            self._account.repeated += 1
            return
        self._dead[failed] = f"{record.header(envelope.ERROR_STAGE)} {record.header(envelope.ERROR_CLASS)}"

    def _enter_derived(self, record: Record, place: Place, item: _Input) -> None:
        message: dict[str, Any] = orjson.loads(record.value or b"{}")
        article = item.articles.setdefault(message["article_id"], _Article(message["ordinal"], message["kind"]))
        item.expected = max(item.expected, message["articles_in_document"])
        places = {
            PARSED: article.parsed,
            UNIQUE: article.unique,
            DUPLICATES: article.duplicates,
            ENRICHED: article.events,
        }[record.topic]
        if record.header(envelope.RETRY_OF) is not None:
            self._by_hand.add(place)
        else:
            # What stands there again by a person's hand is no sign of a crash.
            self._account.repeated += any(each not in self._by_hand for each in places)
        places.append(place)
        if len(places) > 1:
            return
        if record.topic == ENRICHED:
            article.relation = message["relation"]
            self._account.countries.update(tag["code"] for tag in message["countries"])
            self._account.actors.update(tag["id"] for tag in message["actors"])

    def close(self, committed: Mapping[Stage, Mapping[int, int]]) -> Account:
        """Return the account of everything entered; the ledger takes nothing more after it.

        `committed` holds, for each stage, the offset that it has committed in each partition of its source. What is
        missing is `pending` while its stage has not committed past it, else `lost`. An article counts once for each raw
        record that it came from; `repeated` counts what a stage wrote again after a crash. What came from a raw record
        that retention has deleted, or that came after reading began, is not asked for.
        """
        result, dead = self._account, self._dead
        result.errors.update(error for place, error in dead.items() if place not in self._sent_back)
        result.sent_back = len(self._sent_back & dead.keys())
        same: dict[Place, list[tuple[Place, _Input]]] = {}
        for item in self._inputs.values():
            if item.place is not None:
                same.setdefault(self._first(item, item.place), []).append((item.place, item))
        for items in same.values():
            if any(item.tombstone for _, item in items):
                result.tombstones += 1
                continue
            result.documents += 1
            alive = sorted((place, item) for place, item in items if place not in dead)
            if not alive:
                result.documents_dead += 1
            # Sent back twice: one counts; the others must reach their end all the same.
            for number, (place, item) in enumerate(alive):
                counted = result if number == 0 else Account(lost=result.lost, pending=result.pending)
                result.repeated += number > 0
                self._settle(item, place, committed, counted)
        return result

    def _first(self, item: _Input, place: Place) -> Place:
        """Return the place of the record that this one repeats, and that one, and so on; its own if it repeats none."""
        seen = {place}
        # Only what failed can have been sent back; a header that says otherwise is not believed.
        while item.repeats in self._dead and item.repeats not in seen:
            place = item.repeats
            seen.add(place)
            item = self._inputs.get(Origin(place.partition, place.offset), _Input())
        return place

    def _settle(
        self, item: _Input, origin: Place, committed: Mapping[Stage, Mapping[int, int]], result: Account
    ) -> None:
        """Count into `result` what one raw record led to, and name what is missing of it."""
        dead = self._dead

        def missing(stage: Stage, place: Place, what: str) -> None:
            topic, partition, offset = place
            done = offset < committed.get(stage, {}).get(partition, 0)
            state = "committed past" if done else "not yet done"
            text = f"{item.name}: {what} ({stage} has {state} {topic}/{partition}/{offset})"
            (result.lost if done else result.pending).append(text)

        seen = {article.ordinal for article in item.articles.values()}
        absent = [n for n in range(item.expected) if n not in seen]
        if not item.expected:
            missing("parse", origin, "no article and no dead letter")
        elif absent:
            missing("parse", origin, f"articles {absent} of {item.expected} are missing")
        for identity, article in item.articles.items():
            result.kinds[article.kind] += 1
            if article.events or article.duplicates:
                result.relations[article.relation] += 1
            elif on_its_way := [place for place in article.unique if place not in dead]:
                missing("tag", on_its_way[-1], f"article {identity} has no event")
            elif article.unique or all(place in dead for place in article.parsed):
                result.articles_dead += 1
            else:
                on_its_way = [place for place in article.parsed if place not in dead]
                missing("dedupe", on_its_way[-1], f"article {identity} is neither unique nor a duplicate")


async def committed_offsets(settings: Settings, bootstrap: str) -> dict[Stage, dict[int, int]]:
    """Return the offset that each stage has committed in each partition of its source topic."""
    result: dict[Stage, dict[int, int]] = {}
    async with admin(bootstrap, Security.of(settings)) as client:
        for stage, source in SOURCES.items():
            offsets = await _group_offsets(client, app_id(stage, settings.topic_prefix))
            result[stage] = {
                place.partition: value.offset
                for place, value in offsets.items()
                if place.topic == f"{settings.topic_prefix}{source}"
            }
    return result


async def _group_offsets(client: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Ask for a group's offsets; a new cluster takes some seconds to make the topic that it keeps them in."""
    deadline = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            offsets: Mapping[TopicPartition, OffsetAndMetadata] = await client.list_consumer_group_offsets(group)
        except GroupCoordinatorNotAvailableError as exc:
            if time.monotonic() > deadline:
                raise UsageError(f"the cluster has no coordinator for group {group}: look at its brokers") from exc
            await asyncio.sleep(0.2)
        else:
            return offsets


async def take_account(settings: Settings, bootstrap: str) -> Account:
    """Read the topics and the committed offsets, and account for every raw record.

    Offsets are read first: a record that a stage commits past while the topics are read is pending, never lost. Raises
    UsageError when no broker answers or a topic is missing.
    """
    committed = await committed_offsets(settings, bootstrap)
    ledger = Ledger()
    async for record in read_topics(bootstrap, READ, prefix=settings.topic_prefix, security=Security.of(settings)):
        ledger.add(record)
    return ledger.close(committed)

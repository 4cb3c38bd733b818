"""Accounting for every input: in = out + duplicates + dead letters, record by record, not only as sums.

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
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, SOURCES, UNIQUE, Stage, app_id
from workers.cluster import admin, read_topics
from workers.errors import UsageError
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
READ = (RAW, PARSED, UNIQUE, DUPLICATES, ENRICHED, DEAD_LETTER)

COORDINATOR_SECONDS = 20.0

Place = tuple[str, int, int]


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
    expected: int = 0
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
    repeated: int = 0
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
        self._dead: set[Place] = set()
        self._account = Account()

    def add(self, record: Record) -> None:
        """Enter one record."""
        place = (record.topic, record.partition, record.offset)
        if record.topic == RAW:
            item = self._inputs.setdefault(Origin(record.partition, record.offset), _Input())
            item.name, item.place = (record.key or b"(no key)").decode(errors="replace"), place
        elif record.topic == DEAD_LETTER:
            self._enter_dead(record)
        elif (origin := Origin.parse(record.header(envelope.ORIGIN))) is not None:
            self._enter_derived(record, place, self._inputs.setdefault(origin, _Input()))

    def _enter_dead(self, record: Record) -> None:
        partition, offset = record.header(envelope.ERROR_PARTITION), record.header(envelope.ERROR_OFFSET)
        failed = (record.header(envelope.ERROR_TOPIC) or "", int(partition or -1), int(offset or -1))
        if failed in self._dead:
            self._account.repeated += 1
            return
        self._dead.add(failed)
        stage, error = record.header(envelope.ERROR_STAGE), record.header(envelope.ERROR_CLASS)
        self._account.errors[f"{stage} {error}"] += 1

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
        places.append(place)
        if len(places) > 1:
            self._account.repeated += 1
        elif record.topic == ENRICHED:
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
        for item in self._inputs.values():
            if item.place is not None:
                self._account.documents += 1
                self._settle(item, item.place, committed)
        return self._account

    def _settle(self, item: _Input, origin: Place, committed: Mapping[Stage, Mapping[int, int]]) -> None:
        """Count one raw record and what it led to, and name what is missing of it."""
        result, dead = self._account, self._dead

        def missing(stage: Stage, place: Place, what: str) -> None:
            topic, partition, offset = place
            done = offset < committed.get(stage, {}).get(partition, 0)
            state = "committed past" if done else "not yet done"
            text = f"{item.name}: {what} ({stage} has {state} {topic}/{partition}/{offset})"
            (result.lost if done else result.pending).append(text)

        if origin in dead:
            result.documents_dead += 1
            return
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
            elif not dead.isdisjoint(article.parsed) or not dead.isdisjoint(article.unique):
                result.articles_dead += 1
            elif article.unique:
                missing("tag", article.unique[-1], f"article {identity} has no event")
            elif article.parsed:
                missing("dedupe", article.parsed[-1], f"article {identity} is neither unique nor a duplicate")


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

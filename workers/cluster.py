"""Which Kafka to talk to, and reading topics from their first record to their last."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.structs import ConsumerRecord

from workers.broker import LocalBroker
from workers.errors import UsageError
from workers.existing import existing, problem
from workers.pipeline.record import Record
from workers.pipeline.times import SKEW_SECONDS
from workers.security import PLAINTEXT, Security
from workers.unpack import Faulty, Passed, adopt

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from workers.existing import Existing
    from workers.pipeline.record import Place
    from workers.settings import Settings

__all__ = [
    "admin",
    "end_offsets",
    "existing_topics",
    "follow_topics",
    "groupless",
    "local_folder",
    "no_answer",
    "read_batches",
    "read_partitions",
    "read_records",
    "read_topics",
    "resolve_bootstrap",
]

FETCH_BYTES = 8 << 20
#: Where all of a topic's partitions are read at once, so that what waits to be read stays small.
SMALL_FETCH_BYTES = 1 << 20
#: What one turn hands over: small records by the megabyte become a hundred thousand objects.
TURN_RECORDS = 2000
LOOKUP_SECONDS = 60.0
WHY_MS = 5000


def local_folder(settings: Settings) -> Path:
    """Return the folder of the broker that `rasid kafka up` runs."""
    return settings.state_dir / "kafka"


def resolve_bootstrap(settings: Settings) -> str:
    """Return host:port of the configured cluster, else of the local broker. Raises UsageError when there is neither."""
    if settings.kafka_bootstrap:
        return settings.kafka_bootstrap
    broker = LocalBroker.load(local_folder(settings))
    if broker is None:
        raise UsageError("no Kafka is configured: start one with `rasid kafka up`, or set RASID_KAFKA_BOOTSTRAP")
    return broker.bootstrap


async def no_answer(bootstrap: str, security: Security) -> UsageError:
    """Return the error for a cluster that cannot be reached; asks once more why, where TLS or a password may be."""
    if security.protocol == "PLAINTEXT":
        return UsageError(
            f"no Kafka answers at {bootstrap}: start one with `rasid kafka up`, or set RASID_KAFKA_BOOTSTRAP"
        )
    who = "" if security.user is None else f" as {security.user}"
    why = await _why(bootstrap, security)
    return UsageError(
        f"no Kafka answers at {bootstrap} over {security.protocol}{who} ({why}): "
        "set RASID_KAFKA_BOOTSTRAP and the RASID_KAFKA_* files and user (`rasid settings`)"
    )


async def _why(bootstrap: str, security: Security) -> str:
    """Say what the first address answers: the client that bootstraps only logs its reason."""
    host, _, port = bootstrap.split(",", 1)[0].strip().rpartition(":")
    try:
        connection = await create_conn(host, int(port), request_timeout_ms=WHY_MS, **security.aiokafka())
        connection.close()
    except ssl.SSLError as exc:
        return exc.verify_message if isinstance(exc, ssl.SSLCertVerificationError) else f"TLS: {exc.reason}"
    except (KafkaError, OSError, ValueError, TimeoutError) as exc:
        return type(exc).__name__
    return "the next attempt went through"


@asynccontextmanager
async def admin(bootstrap: str, security: Security = PLAINTEXT) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client. Raises UsageError when no broker answers."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=15_000, **security.aiokafka())
    try:
        try:
            await client.start()
        except KafkaConnectionError as exc:
            raise await no_answer(bootstrap, security) from exc
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def groupless(
    bootstrap: str, security: Security = PLAINTEXT, *, fetch_bytes: int = FETCH_BYTES
) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect a consumer that joins no group and commits nothing; it has no partition yet.

    `fetch_bytes` are those of one partition that wait to be read, at most, where its records are no larger.
    Raises UsageError when no broker answers.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        isolation_level="read_committed",
        # Where retention took what was to be read next: with the client's default all that is left is passed over.
        auto_offset_reset="earliest",
        fetch_max_bytes=4 * FETCH_BYTES,
        max_partition_fetch_bytes=fetch_bytes,
        **security.aiokafka(),
    )
    try:
        try:
            await consumer.start()
        except KafkaConnectionError as exc:
            raise await no_answer(bootstrap, security) from exc
        # One turn of the loop, or stop() raises CancelledError from a task that never began (aiokafka 647).
        await asyncio.sleep(0)
        adopt(consumer)
        yield consumer
    finally:
        await consumer.stop()


async def existing_topics(
    bootstrap: str, names: Collection[str], *, security: Security = PLAINTEXT
) -> dict[str, Existing]:
    """Return what the cluster has of the topics `names` (with their prefix).

    Raises UsageError when one of them does not exist or may not be seen, and when no broker answers.
    """
    async with groupless(bootstrap, security=security) as consumer:
        found = await existing(consumer._client, names)  # noqa: SLF001 - the connection that it has
    if (why := problem(names, found)) is not None:
        raise UsageError(f"{why}: run `rasid topics apply`")
    return found


async def read_partitions(
    bootstrap: str, starts: Mapping[TopicPartition, int | None], *, security: Security = PLAINTEXT
) -> AsyncIterator[Record]:
    """Yield what stands in the partitions now, from the given offsets (None: the first) to their ends at the call.

    Topics in `starts` and in the records carry their prefix. What compaction removed, and what a transaction did not
    commit, is passed over; what cannot be read comes with its fault. Raises UsageError when no broker answers.
    """
    async with groupless(bootstrap, security=security) as consumer:
        consumer.assign(list(starts))
        reading = await _Reading.begin(consumer, starts)
        while batches := await reading.turn():
            for record in chain.from_iterable(batches):
                yield record


async def read_records(
    bootstrap: str, places: Collection[Place], *, prefix: str, security: Security = PLAINTEXT
) -> dict[Place, bytes | None]:
    """Return the value of each record, None for one that its topic no longer has, or that cannot be read.

    `places` name topics without `prefix`. Raises UsageError when no broker answers, TimeoutError when one stops.
    """
    values: dict[Place, bytes | None] = dict.fromkeys(places)
    wanted: dict[TopicPartition, list[Place]] = {}
    for place in sorted(places):
        wanted.setdefault(TopicPartition(f"{prefix}{place.topic}", place.partition), []).append(place)
    async with groupless(bootstrap, security=security) as consumer, asyncio.timeout(LOOKUP_SECONDS):
        consumer.assign(list(wanted))
        firsts, ends = await consumer.beginning_offsets(list(wanted)), await consumer.end_offsets(list(wanted))
        for partition, there in wanted.items():
            missing = deque(each for each in there if firsts[partition] <= each.offset < ends[partition])
            while missing:
                consumer.seek(partition, missing[0].offset)
                found: list[Any] = (await consumer.getmany(partition, timeout_ms=500)).get(partition, [])
                read = {message.offset: message.value for message in found if type(message) is ConsumerRecord}
                # One answer of the broker often has the next ones too.
                while missing and found and missing[0].offset <= found[-1].offset:
                    place = missing.popleft()
                    values[place] = read.get(place.offset)
    return values


async def end_offsets(bootstrap: str, topic: str, *, prefix: str, security: Security = PLAINTEXT) -> dict[int, int]:
    """Return the offset after the last record of each partition of `topic`, which is named without `prefix`.

    Raises UsageError when no broker answers or the topic does not exist.
    """
    async with _assigned(bootstrap, [topic], prefix, security) as consumer:
        ends = await consumer.end_offsets(list(consumer.assignment()))
    return {place.partition: end for place, end in ends.items()}


async def read_topics(
    bootstrap: str, topics: Sequence[str], *, prefix: str, security: Security = PLAINTEXT
) -> AsyncGenerator[Record]:
    """Yield every record that stands in `topics` (named without `prefix`) now, one topic after the other.

    Raises UsageError if a topic is missing.
    """
    # Not by `read_batches`: of two generators, one in the other, the loop may close the inner one first.
    async with _reading(bootstrap, topics, prefix, security) as reading:
        while batches := await reading.turn():
            for record in chain.from_iterable(batches):
                yield record


async def read_batches(
    bootstrap: str,
    topics: Sequence[str],
    *,
    prefix: str,
    security: Security = PLAINTEXT,
    starts: Mapping[tuple[str, int], int] | None = None,
    since: float | None = None,
    to_read: Callable[[int], None] = lambda _: None,
) -> AsyncGenerator[list[Record]]:
    """Yield what `read_topics` does, some records of one partition at a time, as they come; never none.

    `starts` gives the offset to go on from by topic and partition. A partition that it lacks is read from its
    beginning; with `since`, in epoch seconds, from the first record of that time, or up to SKEW_SECONDS before it.
    `to_read` is told how many offsets that is, once, before the first. Raises UsageError if a topic is missing.
    """
    async with _reading(bootstrap, topics, prefix, security, starts, since) as reading:
        to_read(reading.offsets)
        while batches := await reading.turn():
            for records in batches:
                yield records


@asynccontextmanager
async def _reading(
    bootstrap: str,
    topics: Sequence[str],
    prefix: str,
    security: Security,
    starts: Mapping[tuple[str, int], int] | None = None,
    since: float | None = None,
) -> AsyncIterator[_Reading]:
    async with _assigned(bootstrap, topics, prefix, security, fetch_bytes=SMALL_FETCH_BYTES) as consumer:
        known = starts or {}
        there = sorted(consumer.assignment(), key=lambda each: topics.index(each.topic[len(prefix) :]))
        begun = {each: known.get((each.topic.removeprefix(prefix), each.partition)) for each in there}
        if since is not None:
            begun |= await _since(consumer, [each for each in there if begun[each] is None], since - SKEW_SECONDS)
        yield await _Reading.begin(consumer, begun, prefix)


async def _since(consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition], time: float) -> dict[Any, int]:
    """Return the first offset of each partition that is not before the time, its end when there is none."""
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, max(0, int(time * 1000)))) if partitions else {}
    ends = await consumer.end_offsets(list(partitions))
    return {each: ends[each] if (at := found.get(each)) is None else at.offset for each in partitions}


async def follow_topics(
    bootstrap: str, topics: Sequence[str], *, prefix: str, beginning: bool, security: Security = PLAINTEXT
) -> AsyncGenerator[Record]:
    """Yield the records of `topics` (named without `prefix`) as they come, without end; joins no group.

    From the first record there is, or from what comes after the call. Raises UsageError if a topic is missing.
    """
    async with _assigned(bootstrap, topics, prefix, security) as consumer:
        partitions = list(consumer.assignment())
        # Fixed here, not at the first fetch: what comes in between would be passed over.
        starts = await (consumer.beginning_offsets if beginning else consumer.end_offsets)(partitions)
        for each, offset in starts.items():
            consumer.seek(each, offset)
        while True:
            for each, messages in (await consumer.getmany(timeout_ms=500)).items():
                for record in _records(messages, each.topic.removeprefix(prefix)):
                    yield record


@asynccontextmanager
async def _assigned(
    bootstrap: str, topics: Sequence[str], prefix: str, security: Security, *, fetch_bytes: int = FETCH_BYTES
) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect a consumer that has every partition of `topics`. Raises UsageError if one is missing."""
    names = [f"{prefix}{name}" for name in topics]
    async with groupless(bootstrap, security=security, fetch_bytes=fetch_bytes) as consumer:
        # Assigned, not subscribed: a subscription forgets every position when an answer of the broker lacks a topic.
        known = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - topics() leaves the partitions out
        if missing := [name for name in names if not known.partitions_for_topic(name)]:
            hidden = (
                "" if security.user is None and security.context is None else ", or use a principal that may read it"
            )
            raise UsageError(f"topic {', '.join(missing)} does not exist: run `rasid topics apply`{hidden}")
        consumer.assign([TopicPartition(name, each) for name in names for each in known.partitions_for_topic(name)])
        yield consumer


@dataclass(slots=True)
class _Reading:
    """What stands in some partitions when it begins: one topic after the other, each partition up to its end then."""

    consumer: AIOKafkaConsumer
    prefix: str
    ends: Mapping[TopicPartition, int]
    to_come: list[dict[TopicPartition, int]]
    """By topic, where to begin in each of its partitions that has something."""
    offsets: int
    """How many there are from the starts to the ends."""
    unread: set[TopicPartition] = field(default_factory=set)

    @classmethod
    async def begin(
        cls, consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int | None], prefix: str = ""
    ) -> _Reading:
        """Ask for the ends; a partition whose start is None begins with its first record."""
        partitions = list(starts)
        ends = await consumer.end_offsets(partitions)
        firsts = await consumer.beginning_offsets(partitions)
        positions = {each: max(start or 0, firsts[each]) for each, start in starts.items()}
        by_topic: dict[str, dict[TopicPartition, int]] = {}
        for each, position in positions.items():
            if position < ends[each]:
                by_topic.setdefault(each.topic, {})[each] = position
        offsets = sum(max(0, ends[each] - position) for each, position in positions.items())
        return cls(consumer, prefix, ends, list(by_topic.values()), offsets)

    async def turn(self) -> list[list[Record]]:
        """Return the next records, those of a partition together; nothing at the end."""
        found: list[list[Record]] = []
        while not found and (self.unread or self._next_topic()):
            batches: dict[TopicPartition, list[Any]] = await self.consumer.getmany(
                *self.unread, timeout_ms=500, max_records=TURN_RECORDS
            )
            for each, messages in batches.items():
                read = _records(messages, each.topic.removeprefix(self.prefix))
                if records := [record for record in read if record.offset < self.ends[each]]:
                    found.append(records)
            # The position passes over what compaction removed at the end of a partition, which no record shows.
            self.unread = {each for each in self.unread if await self.consumer.position(each) < self.ends[each]}
        return found

    def _next_topic(self) -> bool:
        """Turn to the next topic, if there is one; all at once would be fetched ahead, and fill memory."""
        if not self.to_come:
            return False
        positions = self.to_come.pop(0)
        self.consumer.assign(list(positions))
        for each, position in positions.items():
            self.consumer.seek(each, position)
        self.unread = set(positions)
        return True


def _records(found: Sequence[ConsumerRecord[bytes, bytes] | Passed], topic: str) -> Iterator[Record]:
    for m in found:
        if not isinstance(m, Passed):
            fault = m.fault if isinstance(m, Faulty) else None
            yield Record(topic, m.partition, m.offset, m.key, m.value, list(m.headers), m.timestamp / 1000, fault)

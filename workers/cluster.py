"""Which Kafka to talk to, and reading topics from their first record to their last."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

from workers.broker import LocalBroker
from workers.errors import UsageError
from workers.pipeline.record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from pathlib import Path

    from workers.pipeline.record import Place
    from workers.settings import Settings

__all__ = ["admin", "local_folder", "no_answer", "read_partitions", "read_records", "read_topics", "resolve_bootstrap"]

FETCH_BYTES = 8 << 20
LOOKUP_SECONDS = 60.0


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


def no_answer(bootstrap: str) -> UsageError:
    """Return the error for a cluster that cannot be reached."""
    return UsageError(f"no Kafka answers at {bootstrap}: start one with `rasid kafka up`, or set RASID_KAFKA_BOOTSTRAP")


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client. Raises UsageError when no broker answers."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=15_000)
    try:
        try:
            await client.start()
        except KafkaConnectionError as exc:
            raise no_answer(bootstrap) from exc
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def _groupless(bootstrap: str, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect a consumer that joins no group and commits nothing; it has every partition of `topics`.

    Raises UsageError when no broker answers.
    """
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        fetch_max_bytes=4 * FETCH_BYTES,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    try:
        await consumer.start()
    except KafkaConnectionError as exc:
        raise no_answer(bootstrap) from exc
    try:
        # One turn of the loop, or stop() raises CancelledError from a task that never began (aiokafka 647).
        await asyncio.sleep(0)
        yield consumer
    finally:
        await consumer.stop()


async def read_partitions(bootstrap: str, starts: Mapping[TopicPartition, int | None]) -> AsyncIterator[Record]:
    """Yield what stands in the partitions now, from the given offsets (None: the first) to their ends at the call.

    Topics in `starts` and in the records carry their prefix. What compaction removed is passed over. Raises UsageError
    when no broker answers.
    """
    async with _groupless(bootstrap) as consumer:
        consumer.assign(list(starts))
        async for record in _read(consumer, starts):
            yield record


async def read_records(bootstrap: str, places: Collection[Place], *, prefix: str) -> dict[Place, bytes | None]:
    """Return the value of each record, None for one that its topic no longer has.

    `places` name topics without `prefix`. Raises UsageError when no broker answers, TimeoutError when one stops.
    """
    values: dict[Place, bytes | None] = dict.fromkeys(places)
    wanted: dict[TopicPartition, list[Place]] = {}
    for place in sorted(places):
        wanted.setdefault(TopicPartition(f"{prefix}{place.topic}", place.partition), []).append(place)
    async with _groupless(bootstrap) as consumer, asyncio.timeout(LOOKUP_SECONDS):
        consumer.assign(list(wanted))
        firsts, ends = await consumer.beginning_offsets(list(wanted)), await consumer.end_offsets(list(wanted))
        for partition, there in wanted.items():
            missing = deque(each for each in there if firsts[partition] <= each.offset < ends[partition])
            while missing:
                consumer.seek(partition, missing[0].offset)
                found: list[Any] = (await consumer.getmany(partition, timeout_ms=500)).get(partition, [])
                read = {message.offset: message.value for message in found}
                # One answer of the broker often has the next ones too.
                while missing and found and missing[0].offset <= found[-1].offset:
                    place = missing.popleft()
                    values[place] = read.get(place.offset)
    return values


async def read_topics(bootstrap: str, topics: Sequence[str], *, prefix: str) -> AsyncIterator[Record]:
    """Yield every record that stands in `topics` (named without `prefix`) now. Raises UsageError if one is missing."""
    names = [f"{prefix}{name}" for name in topics]
    # Asked first: a consumer that subscribes to a missing topic logs it without end.
    async with _groupless(bootstrap) as consumer:
        known = await consumer.topics()
    if missing := [name for name in names if name not in known]:
        raise UsageError(f"topic {', '.join(missing)} does not exist: run `rasid topics apply`")
    async with _groupless(bootstrap, *names) as consumer:
        async for record in _read(consumer, dict.fromkeys(consumer.assignment())):
            yield replace(record, topic=record.topic.removeprefix(prefix))


async def _read(consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int | None]) -> AsyncIterator[Record]:
    partitions = list(starts)
    ends = await consumer.end_offsets(partitions)
    firsts = await consumer.beginning_offsets(partitions)
    unread = set()
    for each, start in starts.items():
        position = max(start or 0, firsts[each])
        consumer.seek(each, position)
        if position < ends[each]:
            unread.add(each)
    while unread:
        batches: dict[TopicPartition, list[Any]] = await consumer.getmany(*unread, timeout_ms=500)
        for each, messages in batches.items():
            for m in messages:
                if m.offset < ends[each]:
                    yield Record(m.topic, m.partition, m.offset, m.key, m.value, list(m.headers), m.timestamp / 1000)
        # The position passes over what compaction removed at the end of a partition, which no record shows.
        unread = {each for each in unread if await consumer.position(each) < ends[each]}

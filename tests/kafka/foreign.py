"""What others may put into a topic: a producer that is not ours, batches that none makes, and damage on a disk."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from confluent_kafka import Producer

from tests.batches import HEADER, again, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.batches import RecordParts

Pair = tuple["bytes | None", "bytes | None"]


def produce(bootstrap: str, topic: str, pairs: Iterable[Pair], *, headers: Any = None, **options: Any) -> None:
    """Send keys and values by librdkafka, and wait for the acknowledgements."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20, **options})
    failed: list[object] = []
    for key, value in pairs:
        producer.produce(topic, key=key, value=value, headers=headers, on_delivery=lambda e, _: e and failed.append(e))
    assert producer.flush(30) == 0
    assert not failed


def transactional(bootstrap: str, name: str) -> Producer:
    """Return a producer that has a transactional id."""
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name})
    producer.init_transactions(30)
    return producer


def with_bad_header(records: Sequence[RecordParts]) -> bytes:
    """Return a batch in which every header named `badname` has a name that is not UTF-8."""
    batch = packed(records)
    body = batch[HEADER.size :]
    assert b"badname" in body
    return again(batch, body=body.replace(b"badname", b"bad\xffame"))


def send_batch(bootstrap: str, topic: str, partition: int, batch: bytes) -> None:
    """Have the broker take a batch as it is. Raises AssertionError when it refuses."""

    async def send() -> None:
        client = AIOKafkaClient(bootstrap_servers=bootstrap)
        await client.bootstrap()
        try:
            client.add_topic(topic)
            await client.force_metadata_update()
            request = ProduceRequest(
                transactional_id=None, required_acks=-1, timeout=10_000, topics=[(topic, [(partition, batch)])]
            )
            response = await client.send(client.cluster.leader_for_partition(TopicPartition(topic, partition)), request)
            assert response.topics[0][1][0][1] == 0, response
        finally:
            await client.close()

    asyncio.run(send())


def on_disk(log: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the batches of a segment file, each with where it begins."""
    data, at = log.read_bytes(), 0
    while at < len(data):
        size = 12 + struct.unpack_from(">i", data, at + 8)[0]
        yield at, data[at : at + size]
        at += size


def damage(log: Path, number: int, **fields: int) -> None:
    """Change fields in the header of a segment's batch, or, without any, a byte at its end; all stays in its place."""
    at, batch = list(on_disk(log))[number]
    made = again(batch, crc="crc" not in fields, **fields) if fields else batch[:-1] + bytes([batch[-1] ^ 0xFF])
    assert len(made) == len(batch)
    with log.open("r+b") as file:
        file.seek(at)
        file.write(made)

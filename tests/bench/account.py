"""What `rasid verify` takes for many documents: memory and time, beside a plain read of the same topics.

    python -m tests.bench.account [DOCUMENTS]

A million by default. Each gives one article: a record of some 700 bytes with headers on each of articles.raw,
articles.parsed, articles.unique and events.enriched, every tenth a duplicate, every hundredth a dead letter. They are
written straight to the topics of a broker that is started for it and deleted with it; each stage's group has committed
all. Then in turn, each in a process of its own: a plain read, an account, a plain read, an account. The second read and
account come from the same page cache. Of an account the time is also given for reading and counting apart.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from schemas import envelope
from schemas.envelope import cloudevent, digest, new_traceparent
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, SOURCES, UNIQUE, app_id
from workers.broker import LocalBroker
from workers.cluster import read_topics
from workers.ops import topics
from workers.ops.account import Audit
from workers.ops.ledger import READ
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.envelope import Headers

MILLION = 1_000_000
#: Of the text of each record: the account reads past it.
_TEXT = "خبر " * 40
_SETTLED_SECONDS = 3.0
# Now, since the broker deletes what is old.
_NOW = int(time.time())
_INGESTED, _INGESTED_MS = f"{datetime.fromtimestamp(_NOW, UTC):%Y-%m-%dT%H:%M:%S}.000Z", _NOW * 1000


def records(number: int) -> Iterator[tuple[str, bytes, bytes, Headers]]:
    """Yield what a document leads to, by the topics that it goes to; where it went to partition 0 is filled in."""
    document = digest("document", str(number))
    extra = {envelope.ORIGIN: f"0:{number}", envelope.INGESTED: _INGESTED, envelope.REPLAY_ID: "r"}
    headers = cloudevent(
        type_="article",
        source="parse",
        id_=document,
        time=_INGESTED,
        traceparent=new_traceparent(document),
        extra=extra,
    )
    key = document.encode()
    if number % 100 == 99:
        error = {
            envelope.ERROR_STAGE: "parse",
            envelope.ERROR_CLASS: "NoArticle",
            envelope.ERROR_TOPIC: RAW,
            envelope.ERROR_PARTITION: "0",
            envelope.ERROR_OFFSET: str(number),
        }
        yield RAW, key, b"{}", headers
        yield DEAD_LETTER, key, b"{}", [(name, value.encode()) for name, value in error.items()]
        return
    message = {
        "article_id": digest("article", document),
        "document_id": document,
        "ordinal": 0,
        "articles_in_document": 1,
        "kind": "story",
        "text": _TEXT,
        "relation": "original",
        "countries": [{"code": code} for code in ("SY", "LB")],
        # One in three is an actor of whom nobody else speaks.
        "actors": [{"id": f"known-{number % 3000}"}, {"id": f"known-{number % 71}"}, {"id": f"new-{number}"}],
    }
    yield RAW, key, orjson.dumps({"document_id": document, "body": _TEXT}), headers
    value = orjson.dumps(message)
    ends = (DUPLICATES,) if number % 10 == 0 else (UNIQUE, ENRICHED)
    for topic in (PARSED, *ends):
        yield topic, key, value, headers


def fill(settings: Settings, bootstrap: str, documents: int) -> int:
    """Write everything to partition 0 of each topic, commit it for each stage, and return how many records it was."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "linger.ms": 50,
            "batch.size": 1 << 20,
            "queue.buffering.max.messages": 100_000,
        }
    )
    # An output answers the record that came when it says: the records must have that time, not the broker's.
    raw = ConfigResource("topic", f"{settings.topic_prefix}{RAW}")
    raw.add_incremental_config(
        ConfigEntry("message.timestamp.type", "CreateTime", incremental_operation=AlterConfigOpType.SET)
    )
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for change in admin.incremental_alter_configs([raw]).values():
        change.result()
    # The broker answers before it does so.
    time.sleep(_SETTLED_SECONDS)
    count = 0
    for number in range(documents):
        for topic, key, value, headers in records(number):
            while True:
                try:
                    name = f"{settings.topic_prefix}{topic}"
                    producer.produce(name, value, key, partition=0, headers=headers, timestamp=_INGESTED_MS)
                except BufferError:
                    producer.poll(0.1)
                else:
                    break
            count += 1
        producer.poll(0)
    producer.flush()
    for stage, source in SOURCES.items():
        consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": app_id(stage, settings.topic_prefix)})
        place = TopicPartition(f"{settings.topic_prefix}{source}", 0)
        _, end = consumer.get_watermark_offsets(place, timeout=30)
        consumer.commit(offsets=[TopicPartition(place.topic, 0, end)], asynchronous=False)
        consumer.close()
    return count


def _peak() -> float:
    # Not getrusage: a process begins with the largest size of the one that started it.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


async def _plain(settings: Settings, bootstrap: str) -> None:
    begun, cpu, count = time.perf_counter(), time.process_time(), 0
    async for _ in read_topics(bootstrap, READ, prefix=settings.topic_prefix):
        count += 1
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(f"plain read: {count} records in {seconds:.1f} s, {cpu:.1f} of the processor, {_peak():.0f} MB")


async def _account(settings: Settings, bootstrap: str, folder: Path) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    audit = Audit(settings, bootstrap, folder=folder)
    found = await audit.take()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(
        f"account: {found.documents} documents, {found.articles} articles, balanced: {found.balanced}, "
        f"{found.actors.distinct} actors, in {seconds:.1f} s ({audit.counting_seconds:.1f} of them counting), "
        f"{cpu:.1f} of the processor, "
        f"{_peak():.0f} MB"
    )
    begun = time.perf_counter()
    await audit.take()
    print(f"the same again, with nothing new to read: {time.perf_counter() - begun:.1f} s")


def main() -> None:
    """Run the whole, or one part of it in this process."""
    if sys.argv[1:2] and sys.argv[1] in ("plain", "account"):
        part, bootstrap, folder = sys.argv[1:4]
        settings = Settings(kafka_bootstrap=bootstrap, topic_prefix="bench.")
        asyncio.run(_plain(settings, bootstrap) if part == "plain" else _account(settings, bootstrap, Path(folder)))
        return
    documents = int(sys.argv[1]) if sys.argv[1:] else MILLION
    with tempfile.TemporaryDirectory() as name:
        broker = LocalBroker.start(Path(name) / "kafka")
        try:
            settings = Settings(kafka_bootstrap=broker.bootstrap, topic_prefix="bench.")
            asyncio.run(topics.apply(settings, broker.bootstrap))
            begun = time.perf_counter()
            count = fill(settings, broker.bootstrap, documents)
            print(f"{documents} documents: {count} records written in {time.perf_counter() - begun:.1f} s", flush=True)
            for part in ("plain", "account") * 2:
                command = [sys.executable, "-m", "tests.bench.account", part, broker.bootstrap, name]
                subprocess.run(command, check=True)
        finally:
            broker.stop()


if __name__ == "__main__":
    main()

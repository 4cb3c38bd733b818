"""Bytes on Kafka's disk a document, by topic and by codec, and the disk that follows from them at three rates.

    python -m tests.bench.sizing [PATH] [--documents N]

The stages' functions run in this process, and what they give is sent to a local broker as workers send it: at 1 and at
20 documents/s a worker has one document in a batch, at 200 four (RASID_BATCH_WAIT_SECONDS is 20 ms). The topics
compress (RASID_TOPIC_COMPRESSION), batch by batch, which leaves the same bytes as a producer that compresses. Bytes are
those of the segment files, without copies; a day at a rate, times the days that a topic is kept, is the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from schemas.topics import BY_STORY, TOPICS
from tests.corpus import documents
from workers.broker import LocalBroker
from workers.delivery import KafkaOutbox
from workers.ops import topics
from workers.pipeline.build import build_dedupe, build_parse, build_stories, build_tag
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.document import document_record
from workers.pipeline.enrich import Enricher
from workers.pipeline.record import Place, Record
from workers.replay.reader import read_documents
from workers.settings import Settings

if TYPE_CHECKING:
    from workers.pipeline.record import Output

CODECS = ("uncompressed", "gzip", "lz4", "snappy", "zstd")
#: Documents a second, and how many of them a batch then has.
RATES = {1: 1, 20: 1, 200: 4}
DAY = 86_400
GB = 1e9


def flow(found: list[Document]) -> list[list[Output]]:
    """Return all that each document leads to, its raw record included; the changelog's records too."""
    settings = Settings()
    enricher = Enricher(build_parse(settings), build_dedupe(settings), build_tag(), clock=time.time)
    flowed = [list(enricher._flow(document_record(each, replay_id="sizing", seq=0, now=time.time()))) for each in found]
    stories = build_stories(settings)
    topic: dict[Place, bytes | None] = {}
    for number, outputs in enumerate(flowed):
        for each in [output for output in outputs if output.topic == BY_STORY]:
            record = Record(BY_STORY, 0, number, each.key, each.value, each.headers, time.time())
            for story in finished(outputs_of(stories, record, now=""), topic, stories, record, now=""):
                topic[Place(story.topic, 0, len(topic))] = story.value
                stories.written(story, len(topic) - 1)
                outputs.append(story)
    return flowed


async def send(settings: Settings, bootstrap: str, batches: list[list[Output]]) -> None:
    """Send batch after batch, each acknowledged before the next."""
    outbox = KafkaOutbox(settings, bootstrap, client_id="sizing")
    await outbox.start()
    for batch in batches:
        by_topic = defaultdict(list)
        for output in batch:
            by_topic[output.topic].append(output)
        # As the stages do: one topic's records after another's.
        for outputs in by_topic.values():
            await outbox.deliver(outputs)
    await outbox.stop()


def on_disk(broker: LocalBroker, prefix: str) -> dict[str, int]:
    """Return the bytes of the segments of each topic."""
    found = {}
    for topic in TOPICS:
        folders = (broker.folder / "data").glob(f"{prefix}{topic.name}-*")
        found[topic.name] = sum(file.stat().st_size for folder in folders for file in folder.glob("*.log"))
    return found


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="Documents (.jsonl, .jsonl.gz …); default: recombined sentences.")
    parser.add_argument("--documents", type=int, default=500)
    options = parser.parse_args()
    if options.path:
        found = [
            each for each in islice(read_documents([options.path]), options.documents) if isinstance(each, Document)
        ]
    else:
        found = [Document.model_validate(each) for each in documents(options.documents)]
    led_to = flow(found)
    measured: dict[tuple[str, int], dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="sizing-") as folder:
        broker = LocalBroker.start(Path(folder), heap_mb=256)
        try:
            for size in sorted(set(RATES.values())):
                batches = [list(chain(*led_to[at : at + size])) for at in range(0, len(led_to), size)]
                for codec in CODECS:
                    prefix = f"{codec}-{size}."
                    settings = Settings(topic_prefix=prefix, topic_compression=codec)
                    asyncio.run(topics.apply(settings, broker.bootstrap))
                    asyncio.run(send(settings, broker.bootstrap, batches))
                    bytes_of = on_disk(broker, prefix)
                    measured[codec, size] = {name: count / len(found) for name, count in bytes_of.items()}
        finally:
            broker.stop()
    show(measured, len(found))


def show(measured: dict[tuple[str, int], dict[str, float]], count: int) -> None:
    """Print bytes a document, and gigabytes at each rate under the default retention."""
    console = Console(width=140)
    policy = Settings().topic_policy()
    names = [topic.name for topic in TOPICS if any(row[topic.name] for row in measured.values())]
    for size in sorted(set(RATES.values())):
        table = Table("topic", *CODECS, title=f"bytes a document ({count} documents, {size} in a batch)")
        for name in names:
            table.add_row(name, *(f"{measured[codec, size][name]:,.0f}" for codec in CODECS))
        table.add_row("all", *(f"{sum(measured[codec, size].values()):,.0f}" for codec in CODECS))
        console.print(table)
    kept = {topic.name: policy.kept_ms(topic.keep) / 1000 / DAY for topic in TOPICS}
    table = Table("documents/s", *CODECS, title="gigabytes on disk with the default retention, one copy")
    for rate, size in RATES.items():
        disk = {
            codec: sum(measured[codec, size][name] * kept[name] for name in names) * rate * DAY / GB for codec in CODECS
        }
        table.add_row(str(rate), *(f"{disk[codec]:,.1f}" for codec in CODECS))
    console.print(table)


if __name__ == "__main__":
    main()

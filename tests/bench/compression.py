"""Bytes on disk a document on each topic, and each worker's rate, for every codec, in one run.

    python -m tests.bench.compression [PATH] [--documents N] [--rounds N] [--single N]

Documents are put on articles.raw as a replay does it, and the stages run one after another, each finding all its input
waiting; a round does that for every codec in turn. Then, without measuring time, N documents are sent one at a time
through running stages: what a feed leaves that brings a document now and then. Bytes are those of the broker's segment
files; rates are input records/s between the broker's own times of a worker's first and last output.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from aiokafka import TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder
from rich.console import Console
from rich.table import Table

from schemas.envelope import ERROR_STAGE
from schemas.models import Document
from schemas.topics import DEDUPE_CHANGELOG, DUPLICATES, ENRICHED, PARSED, RAW, SOURCES, STAGES, TARGETS, UNIQUE
from tests.bench.stream import DONE, broker_rate, quiet
from tests.corpus import documents
from workers.broker import LocalBroker
from workers.cluster import read_topics
from workers.delivery import KafkaOutbox
from workers.ops import topics
from workers.ops.account import take_account
from workers.ops.processes import StageProcess
from workers.pipeline.document import document_record
from workers.replay.reader import read_documents
from workers.settings import Settings
from workers.unpack import Answer, Doubts, Unpacker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.topics import Stage
    from workers.pipeline.record import Record

Codec = Literal["none", "gzip", "snappy", "lz4", "zstd"]
CODECS: tuple[Codec, ...] = get_args(Codec)
BATCH = 200
SHOWN = (RAW, PARSED, UNIQUE, DUPLICATES, ENRICHED, *TARGETS["tag"][1:], DEDUPE_CHANGELOG)


async def send(settings: Settings, bootstrap: str, found: Sequence[Document], *, at_once: int) -> None:
    """Put documents on articles.raw, so many acknowledged together."""
    await topics.apply(settings, bootstrap)
    outbox = KafkaOutbox(settings, bootstrap, client_id="bench")
    await outbox.start()
    for start in range(0, len(found), at_once):
        await outbox.deliver([document_record(each, now=time.time()) for each in found[start : start + at_once]])
    await outbox.stop()


def run_stage(stage: Stage, settings: Settings, bootstrap: str, folder: Path) -> float:
    """Run a worker until its source is done; return its input records a second."""

    async def records(*names: str) -> list[Record]:
        return [record async for record in read_topics(bootstrap, names, prefix=settings.topic_prefix)]

    # Dead letters of the stages before.
    before = len(asyncio.run(records(*DONE[stage])))
    worker = StageProcess(stage, settings, bootstrap, log=folder / f"{settings.topic_prefix}{stage}.log")
    try:
        asyncio.run(quiet(settings, bootstrap, DONE[stage], worker, before=before))
    finally:
        worker.process.terminate()
        worker.wait()
    read, written = asyncio.run(records(SOURCES[stage])), asyncio.run(records(*DONE[stage]))
    own = [record for record in written if record.header(ERROR_STAGE) in (None, stage)]
    return broker_rate(own, len(read))


def on_disk(broker: LocalBroker, settings: Settings) -> dict[str, int]:
    """Return the bytes of each topic's segments."""
    return {
        name: sum(
            log.stat().st_size
            for log in broker.folder.rglob("*.log")
            if log.parent.name.rsplit("-", 1)[0] == f"{settings.topic_prefix}{name}"
        )
        for name in SHOWN
    }


async def balanced(settings: Settings, bootstrap: str) -> None:
    """Wait until every document is accounted for."""
    while not (await take_account(settings, bootstrap)).balanced:  # noqa: ASYNC110 - Kafka tells nobody
        await asyncio.sleep(1)


def one_by_one(
    codec: Codec, found: Sequence[Document], base: Settings, broker: LocalBroker, folder: Path
) -> dict[str, int]:
    """Send documents one at a time through running stages; return the bytes of each topic."""
    settings = base.model_copy(update={"topic_prefix": f"one-{codec}.", "producer_compression": codec})
    asyncio.run(topics.apply(settings, broker.bootstrap))
    running = [
        StageProcess(stage, settings, broker.bootstrap, log=folder / f"one-{codec}-{stage}.log") for stage in STAGES
    ]
    try:
        asyncio.run(send(settings, broker.bootstrap, found, at_once=1))
        asyncio.run(balanced(settings, broker.bootstrap))
    finally:
        for each in running:
            each.process.terminate()
        for each in running:
            each.wait()
    return on_disk(broker, settings)


def cost(codec: Codec, found: Sequence[Document]) -> dict[str, float]:
    """Return microseconds of one core a document, in batches of BATCH: to pack it for a request, and to unpack it."""
    packing = unpacking = 0.0
    kind = {name: number for number, name in enumerate(CODECS)}[codec]
    for start in range(0, len(found), BATCH):
        records = [document_record(each, now=0.0) for each in found[start : start + BATCH]]
        started = time.process_time()
        builder = BatchBuilder(64 << 20, kind)
        for record in records:
            builder.append(timestamp=0, key=record.key, value=record.value, headers=record.headers)
        data = bytes(builder._build())
        packing += time.process_time() - started
        started = time.process_time()
        place = TopicPartition(RAW, 0)
        given = list(
            Unpacker(place, Answer(data), None, 0, None, None, True, 1, end=lambda _: 1 << 40, doubts=Doubts())
        )
        unpacking += time.process_time() - started
        if len(given) != len(records):
            raise RuntimeError(f"{codec}: {len(given)} of {len(records)} records were unpacked")
    return {"pack": packing * 1e6 / len(found), "unpack": unpacking * 1e6 / len(found)}


def table(title: str, rows: dict[Codec, dict[str, float]]) -> Table:
    """Return one row a codec."""
    made = Table(title=title)
    made.add_column("codec")
    for name in rows[CODECS[0]]:
        made.add_column(name.removeprefix("rasid-dedupe-"), justify="right")
    for codec, numbers in rows.items():
        made.add_row(codec, *(f"{number:,.0f}" for number in numbers.values()))
    return made


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description="bytes on disk and records/s, by codec, in one run")
    parser.add_argument("path", nargs="?", default="seeds", help="documents; seeds/ means generated ones")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--single", type=int, default=200)
    options = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    wanted = max(options.documents, options.single)
    if options.path == "seeds":
        found = [Document.model_validate(each) for each in documents(wanted)]
    else:
        found = list(islice((d for d in read_documents([options.path]) if isinstance(d, Document)), wanted))
    rates: dict[Codec, dict[str, list[float]]] = {codec: {stage: [] for stage in STAGES} for codec in CODECS}
    sizes: dict[Codec, dict[str, int]] = {}
    single: dict[Codec, dict[str, int]] = {}
    with tempfile.TemporaryDirectory(prefix="rasid-bench-") as name:
        folder = Path(name)
        base = Settings(kafka_bootstrap=None, state_dir=folder / "state")
        broker = LocalBroker.start(folder / "kafka", heap_mb=768)
        try:
            for turn in range(options.rounds):
                for codec in CODECS:
                    settings = base.model_copy(
                        update={"topic_prefix": f"c{turn}-{codec}.", "producer_compression": codec}
                    )
                    asyncio.run(send(settings, broker.bootstrap, found[: options.documents], at_once=BATCH))
                    for stage in STAGES:
                        rates[codec][stage].append(run_stage(stage, settings, broker.bootstrap, folder))
                    sizes[codec] = on_disk(broker, settings)
            for codec in CODECS:
                single[codec] = one_by_one(codec, found[: options.single], base, broker, folder)
        finally:
            broker.stop()
    console = Console(width=180)

    def each(taken: dict[Codec, dict[str, int]], count: int) -> dict[Codec, dict[str, float]]:
        return {
            codec: {**{n: size / count for n, size in by.items()}, "all": sum(by.values()) / count}
            for codec, by in taken.items()
        }

    costs = {codec: cost(codec, found) for codec in CODECS}
    medians = {codec: {stage: statistics.median(by[stage]) for stage in STAGES} for codec, by in rates.items()}
    console.print(
        table(
            f"bytes a document, {options.documents} from {options.path}, sent together", each(sizes, options.documents)
        )
    )
    console.print(
        table(f"bytes a document, {options.single} of them, sent one at a time", each(single, options.single))
    )
    console.print(table(f"microseconds of one core a document, {BATCH} to a batch", costs))
    console.print(table(f"records/s of each worker, medians of {options.rounds} rounds", medians))


if __name__ == "__main__":
    main()

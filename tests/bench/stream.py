"""Articles a second: each stage's function, its worker on a local broker, and a plain aiokafka copy, in one run.

    python -m tests.bench.stream [PATH] [--documents N] [--rounds N]

A round measures everything once, in turn, so that a machine that slows down slows all of it; the table gives medians
over the rounds and the ratio of worker to function. The function's rate is that of one core doing nothing else: bytes
in, decoded, processed, encoded, bytes out. The worker's is between the broker's own times of its first and its last
output, on a broker that shares the machine's cores. Both count input records.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from rich.console import Console
from rich.table import Table

from schemas.models import Document
from schemas.topics import DEAD_LETTER, ENRICHED, SOURCES, STAGES, UNIQUE, Stage
from tests.corpus import documents
from workers.broker import LocalBroker
from workers.cluster import read_topics
from workers.delivery import KafkaOutbox
from workers.ops import topics
from workers.ops.processes import StageProcess
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.dead_letter import outputs_of
from workers.pipeline.document import document_record
from workers.pipeline.record import Output, Processor, Record
from workers.pipeline.times import iso
from workers.replay.reader import read_documents
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

COPY = "copy"
QUIET_SECONDS = 2.0
#: What a worker writes once for each input record that it is done with.
DONE: dict[Stage, tuple[str, ...]] = {
    "parse": ("articles.parsed", DEAD_LETTER),
    "dedupe": ("articles.unique", "articles.duplicates", DEAD_LETTER),
    "tag": (ENRICHED, DEAD_LETTER),
}


def processor(stage: Stage, settings: Settings) -> Processor:
    """Return the stage's function, with an empty state."""
    if stage == "parse":
        return build_parse(settings)
    return build_dedupe(settings) if stage == "dedupe" else build_tag()


def as_records(outputs: Sequence[Output]) -> list[Record]:
    """Return what was written as it would be read."""
    return [
        Record(output.topic, 0, offset, output.key, output.value, output.headers, time.time())
        for offset, output in enumerate(outputs)
    ]


def inputs_of(found: Sequence[Document], settings: Settings) -> dict[Stage, list[Record]]:
    """Return the records that each stage reads when the stream is given `found`."""
    now = iso(time.time())
    read: dict[Stage, list[Record]] = {"parse": as_records([document_record(d, now=time.time()) for d in found])}
    for stage, following in (("parse", "dedupe"), ("dedupe", "tag")):
        function = processor(stage, settings)  # type: ignore[arg-type] # the literals of the line above
        outputs = [output for record in read[stage] for output in outputs_of(function, record, now=now)]  # type: ignore[index] # same
        read[following] = as_records([o for o in outputs if o.topic == SOURCES[following]])  # type: ignore[index] # same
    return read


def time_function(stage: Stage, records: Sequence[Record], settings: Settings) -> float:
    """Return input records a second of the stage's function."""
    function = processor(stage, settings)
    now = iso(time.time())
    gc.collect()
    started = time.perf_counter()
    for record in records:
        function.process(record, now=now)
    return len(records) / (time.perf_counter() - started)


async def fill(settings: Settings, bootstrap: str, records: Sequence[Record]) -> None:
    """Put a stage's input on its topic."""
    await topics.apply(settings, bootstrap)
    outbox = KafkaOutbox(settings, bootstrap, client_id="bench")
    await outbox.start()
    for start in range(0, len(records), 500):
        batch = records[start : start + 500]
        await outbox.deliver([Output(r.topic, r.key, r.value, r.headers) for r in batch])
    await outbox.stop()


async def quiet(
    settings: Settings, bootstrap: str, names: Sequence[str], worker: StageProcess, *, before: int = 0
) -> None:
    """Return once the topics have more than ``before`` records and no more come for two seconds.

    Raises RuntimeError if the worker ends.
    """
    consumer = AIOKafkaConsumer(*(f"{settings.topic_prefix}{name}" for name in names), bootstrap_servers=bootstrap)
    await consumer.start()
    partitions, seen, since = list(consumer.assignment()), 0, time.monotonic()
    while seen <= before or time.monotonic() - since < QUIET_SECONDS:
        await asyncio.sleep(0.5)
        now = sum((await consumer.end_offsets(partitions)).values())
        if now != seen:
            seen, since = now, time.monotonic()
        if not worker.alive():
            raise RuntimeError(f"the {worker.stage} worker ended: see {worker.log}")
    await consumer.stop()


def broker_rate(records: Sequence[Record], done: int) -> float:
    """Return input records a second between the broker's own times of the first and the last output."""
    times = sorted(record.time for record in records)
    return done / max(times[-1] - times[0], 0.001)


def time_worker(stage: Stage, records: Sequence[Record], settings: Settings, bootstrap: str) -> float:
    """Return input records a second of the stage's worker, which finds all its input waiting."""
    asyncio.run(fill(settings, bootstrap, records))
    with tempfile.TemporaryDirectory(prefix="rasid-bench-") as folder:
        worker = StageProcess(stage, settings, bootstrap, log=Path(folder) / "worker.log")
        try:
            asyncio.run(quiet(settings, bootstrap, DONE[stage], worker))
        finally:
            worker.process.terminate()
            worker.wait()

    async def written() -> list[Record]:
        return [record async for record in read_topics(bootstrap, DONE[stage], prefix=settings.topic_prefix)]

    outputs = asyncio.run(written())
    origins = {(record.header("x-rasid-origin"), record.header("ce_id")) for record in outputs}
    if stage != "parse" and len(origins) < len({r.header("ce_id") for r in records}):
        raise RuntimeError(f"{stage} answered {len(origins)} of {len(records)} records")
    return broker_rate(outputs, len(records))


def time_copy(records: Sequence[Record], settings: Settings, bootstrap: str) -> float:
    """Return records a second of a loop that only reads, sends on, and waits for the acknowledgements of each batch."""
    asyncio.run(fill(settings, bootstrap, records))
    source, target = f"{settings.topic_prefix}{records[0].topic}", f"{settings.topic_prefix}{UNIQUE}"

    async def copy() -> float:
        consumer = AIOKafkaConsumer(source, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=True,
            max_batch_size=settings.producer_batch_bytes,
            max_request_size=8 << 20,
        )
        await consumer.start()
        await producer.start()
        await consumer.seek_to_beginning()
        copied, started = 0, time.perf_counter()
        while copied < len(records):
            batches: dict[TopicPartition, list[object]] = await consumer.getmany(
                timeout_ms=1000, max_records=settings.batch_records
            )
            waiting = [
                await producer.send(target, value=m.value, key=m.key, headers=list(m.headers))  # type: ignore[attr-defined] # untyped client
                for messages in batches.values()
                for m in messages
            ]
            await asyncio.gather(*waiting)
            copied += len(waiting)
        seconds = time.perf_counter() - started
        await consumer.stop()
        await producer.stop()
        return copied / seconds

    return asyncio.run(copy())


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="articles a second: function, worker, copy loop, in one run")
    parser.add_argument("path", nargs="?", default="seeds", help="documents; seeds/ means generated ones")
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    # A new topic's first requests are retried, and each retry is logged.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    base = Settings(kafka_bootstrap=None, dedupe_max_entries=1_000_000)
    if options.path == "seeds":
        found = [Document.model_validate(each) for each in documents(options.documents)]
    else:
        found = list(islice((d for d in read_documents([options.path]) if isinstance(d, Document)), options.documents))
    records = inputs_of(found, base)
    sizes = {stage: sum(len(r.value or b"") for r in records[stage]) / len(records[stage]) for stage in STAGES}
    functions: dict[str, list[float]] = {stage: [] for stage in STAGES}
    workers: dict[str, list[float]] = {stage: [] for stage in STAGES}
    copies: list[float] = []
    with tempfile.TemporaryDirectory(prefix="rasid-bench-") as folder:
        broker = LocalBroker.start(Path(folder) / "kafka", heap_mb=1024)
        try:
            for turn in range(options.rounds):
                for stage in STAGES:
                    functions[stage].append(time_function(stage, records[stage], base))
                    settings = base.model_copy(
                        update={"topic_prefix": f"b{turn}-{stage}.", "state_dir": Path(folder) / f"{turn}-{stage}"}
                    )
                    workers[stage].append(time_worker(stage, records[stage], settings, broker.bootstrap))
                settings = base.model_copy(update={"topic_prefix": f"b{turn}-{COPY}."})
                copies.append(time_copy(records["parse"], settings, broker.bootstrap))
        finally:
            broker.stop()

    table = Table(title=f"{len(found)} documents from {options.path}, medians of {options.rounds} rounds, records/s")
    for column in ("stage", "records", "bytes each", "function", "worker", "worker / function", "worker / copy"):
        table.add_column(column, justify="right")
    copied = statistics.median(copies)
    for stage in STAGES:
        function, worker = statistics.median(functions[stage]), statistics.median(workers[stage])
        table.add_row(
            stage,
            f"{len(records[stage]):,}",
            f"{sizes[stage]:,.0f}",
            f"{function:,.0f}",
            f"{worker:,.0f}",
            f"{worker / function:.2f}",
            f"{worker / copied:.2f}",
        )
    table.add_row("copy loop", f"{len(records['parse']):,}", f"{sizes['parse']:,.0f}", "", f"{copied:,.0f}", "", "1.00")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

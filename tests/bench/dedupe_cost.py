"""What de-duplication costs with up to a million articles held: part (c) of :mod:`tests.bench.dedupe`.

    python -m tests.bench.dedupe cost DATA [--sizes N…] [--seed N] [--rivals-seconds N] [--kafka]

Articles are made of DATA's sentences, recombined: lengths as in DATA, and each word replaced with chance .3 by another
of DATA, by its frequency, since a pool of sentences runs out of new word pairs long before a million articles, which
real news does not. One in ten is an exact copy of one of the thousands before it, one in ten a copy with a word in
twenty replaced and the end cut off.

Each size is measured in a process of its own, so that memory is its own:
  held         articles in the engine, all within window and count, every one of them through `Engine.step`
  articles/s   of `Engine.step` on further articles, texts in, records out, by processor time; and relative to the first
  record       bytes of a changelog record; bytes each: records and tables in memory (`Engine.allocated`)
  growth       of the process since before the first article, for each; process MB: all of it, the texts' pool included
  restore s    `Engine.restore` of all records, and the first verdict after it
  Kafka s      with --kafka: the worker's own recovery from a changelog on a local broker, up to the first verdict;
               peak MB is that process's

datasketch (MinHashLSH at .45, 128 permutations, word pairs hashed in one go) is given the same texts in the same run,
with the seconds that --rivals-seconds allows for each size; where these end, the row says how many it held. What it
does is less: no second look at candidates, nothing to restore from, no expiry. It is no dependency of the project:
``pip install --target DIR datasketch`` and DIR on PYTHONPATH bring it; a missing one is named.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import random
import re
import resource
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from schemas.topics import DEDUPE_CHANGELOG
from tests.bench.parse import read
from tests.work import resident
from workers.broker import LocalBroker
from workers.dedupe.engine import Engine, Item, Settings
from workers.delivery import KafkaOutbox
from workers.ops import topics
from workers.pipeline.build import build_parse
from workers.pipeline.dedupe import Dedupe
from workers.pipeline.document import document_record
from workers.pipeline.record import Output, Record
from workers.recovery import Recovery
from workers.settings import Settings as StageSettings
from workers.text.fold import fingerprint, fold_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

START = 1_700_000_000.0
#: Articles that are timed at each size.
TIMED = 5000
_SENTENCE = re.compile(r"(?<=[.؟!])\s+|\n+")
_WORD = re.compile(r"\w+")


class Texts:
    """Articles without end, the same for the same seed."""

    def __init__(self, data: Path, seed: int) -> None:
        """Read DATA's sentences, lengths and words."""
        self._rng = random.Random(seed)  # noqa: S311 - a benchmark's sample, not a secret
        self._sentences: list[list[str]] = []
        self._titles: list[str] = []
        self._lengths: list[int] = []
        for name in ("ant_dev", "saudi_dev"):
            for record in read(data / f"{name}.jsonl.gz"):
                self._titles.append(record["title"])
                found = [[*map(intern, each.split())] for each in _SENTENCE.split(record["text"])]
                self._sentences += [words for words in found if len(words) >= 4]
                self._lengths.append(sum(map(len, found)))
        self._words = [word for words in self._sentences for word in words]

    def articles(self) -> Iterator[tuple[str, str]]:
        """Yield title and text of one article after another."""
        rng = self._rng
        recent: list[tuple[str, str]] = []
        while True:
            draw = rng.random()
            if recent and draw < 0.1:
                made = rng.choice(recent)
            elif recent and draw < 0.2:
                title, text = rng.choice(recent)
                words = text.split()
                made = title, " ".join(self._changed(words[: rng.randint(len(words) * 3 // 4, len(words))], 0.05))
            else:
                length, words = rng.choice(self._lengths), []
                while len(words) < length:
                    words += self._changed(rng.choice(self._sentences), 0.3)
                made = rng.choice(self._titles), " ".join(words)
            recent.append(made)
            if len(recent) > 2000:
                del recent[:1000]
            yield made

    def _changed(self, words: list[str], share: float) -> list[str]:
        # Places by their distance: a draw for each word would take most of the time of the whole benchmark.
        rng, changed = self._rng, list(words)
        at = int(rng.expovariate(share))
        while at < len(changed):
            changed[at] = rng.choice(self._words)
            at += 1 + int(rng.expovariate(share))
        return changed


def items(texts: Texts, start: int = 0) -> Iterator[Item]:
    """Yield articles a fifth of a second apart: a million of them come in 56 hours."""
    for number, (title, text) in enumerate(texts.articles(), start):
        now = START + number / 5
        yield Item(f"{number:032x}", "story", title, text, fingerprint(title, text), now, recorded_at=now)


@dataclass(slots=True)
class Row:
    """What one size gave."""

    held: int
    rate: float
    allocated: float
    growth: float
    process_mb: float
    peak_mb: float
    record: float
    restore: float
    relations: dict[str, int]


def measure(data: Path, seed: int, size: int, folder: Path, answer: Any) -> None:
    """Fill an engine to `size`, time it, write its records to `folder`, restore another from them."""
    texts = Texts(data, seed)
    made = items(texts)
    gc.collect()
    before = resident()
    engine = Engine(Settings(max_entries=size))
    stream = islice(made, size)
    relations: dict[str, int] = {}
    lengths = 0
    with (folder / f"{size}.records").open("wb") as log:
        for each in stream:
            step = engine.step(each)
            log.write(len(step.record).to_bytes(4, "little") + step.record)
            lengths += len(step.record)
            relations[step.verdict.relation] = relations.get(step.verdict.relation, 0) + 1
    gc.collect()
    growth, process, peak = resident() - before, resident(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    allocated = engine.allocated
    further = list(islice(made, TIMED))
    started = time.process_time()
    for each in further:
        engine.step(each)
    rate = TIMED / (time.process_time() - started)
    if len(engine) != size:
        raise RuntimeError(f"{len(engine)} are held, not {size}")
    del engine, further
    gc.collect()
    again = Engine(Settings(max_entries=size))
    started = time.perf_counter()
    for chunk in chunks(folder / f"{size}.records", 5000):
        again.restore(chunk)
    again.step(next(made))
    restore = time.perf_counter() - started
    answer.put(
        Row(size, rate, allocated / size, growth / size, process / 1e6, peak / 1e3, lengths / size, restore, relations)
    )


def chunks(path: Path, most: int) -> Iterator[list[bytes]]:
    """Yield the records of a file, at most so many at a time."""
    with path.open("rb") as log:
        chunk = []
        while length := log.read(4):
            chunk.append(log.read(int.from_bytes(length, "little")))
            if len(chunk) == most:
                yield chunk
                chunk = []
        yield chunk


def measure_datasketch(data: Path, seed: int, size: int, seconds: float, answer: Any) -> None:
    """Fill datasketch's index to `size`, or until the time is over, then time it."""
    # A rival, which may be missing.
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    made = Texts(data, seed).articles()
    gc.collect()
    before = resident()
    index = MinHashLSH(threshold=0.45, num_perm=128)

    def add(number: int, title: str, text: str) -> None:
        words = _WORD.findall(fold_text(f"{title}\n{text}"))
        signature = MinHash(num_perm=128)
        signature.update_batch([f"{one} {two}".encode() for one, two in pairwise(words)])
        index.query(signature)
        index.insert(number, signature, check_duplication=False)

    held, started = 0, time.perf_counter()
    for held, (title, text) in enumerate(islice(made, size), start=1):
        add(held, title, text)
        if time.perf_counter() - started > seconds:
            break
    gc.collect()
    growth = (resident() - before) / held
    process_mb = resident() / 1e6
    further = list(islice(made, TIMED))
    started = time.process_time()
    for number, (title, text) in enumerate(further, start=held + 1):
        add(number, title, text)
    answer.put((held, TIMED / (time.process_time() - started), growth, process_mb))


def apart(function: Any, *arguments: Any) -> Any:
    """Call a function in a process of its own, and return what it puts into its last argument."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=function, args=(*arguments, answer))
    process.start()
    try:
        while process.is_alive():
            if not answer.empty():
                break
            process.join(0.2)
        if answer.empty() and process.exitcode:
            raise RuntimeError(f"{function.__name__} ended with exit code {process.exitcode}")
        return answer.get(timeout=10)
    finally:
        process.join()


async def fill_changelog(settings: StageSettings, bootstrap: str, path: Path) -> int:
    """Write a file of records to the changelog; return their bytes."""
    await topics.apply(settings, bootstrap)
    outbox = KafkaOutbox(settings, bootstrap, client_id="bench")
    await outbox.start()
    written = number = 0
    for chunk in chunks(path, 5000):
        outputs = []
        for record in chunk:
            outputs.append(Output(DEDUPE_CHANGELOG, f"ar:{number:032x}".encode(), record, partition=0))
            number += 1
        written += sum(map(len, chunk))
        await outbox.deliver(outputs)
    await outbox.stop()
    return written


def measure_kafka(size: int, bootstrap: str, settings: StageSettings, answer: Any) -> None:
    """Recover from the changelog as the worker does, up to the first answer."""
    document = Document(document_id="first", title="خبر جديد", text="أعلنت البلدية بدء العمل في الطريق الجديد.")
    (article,) = build_parse(settings).process(received(document_record(document, now=START)), now="")

    async def recover() -> tuple[float, float]:
        started = time.perf_counter()
        dedupe = Dedupe(window_days=7, max_entries=size)
        outbox = KafkaOutbox(settings, bootstrap, client_id="bench-recover")  # for what is not written here
        found = await Recovery(dedupe, settings, bootstrap, deliver=outbox.deliver).recover(0)
        if found != size or dedupe.held(0) != size:
            raise RuntimeError(f"{found} entries were read and {dedupe.held(0)} are held, not {size}")
        dedupe.process(received(article), now="")
        return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3

    answer.put(asyncio.run(recover()))


def received(output: Output) -> Record:
    """Return an output as the next stage reads it."""
    return Record(output.topic, 0, 0, output.key, output.value, output.headers, START)


def cost(options: argparse.Namespace) -> None:
    """Measure every size and print the table."""
    console = Console(width=130)
    with_rival = options.rivals_seconds > 0 and find_spec("datasketch") is not None
    if not with_rival:
        console.print("datasketch: left out, or not installed")
    rows: list[Row] = []
    rivals: list[tuple[int, float, float, float]] = []
    recoveries: list[tuple[float, float] | None] = []
    with tempfile.TemporaryDirectory(prefix="rasid-bench-") as name:
        folder = Path(name)
        broker = LocalBroker.start(folder / "kafka", heap_mb=1024) if options.kafka else None
        try:
            for size in options.sizes:
                rows.append(apart(measure, options.data, options.seed, size, folder))
                console.print(f"{size:,}: {rows[-1].relations}")
                if with_rival:
                    rivals.append(apart(measure_datasketch, options.data, options.seed, size, options.rivals_seconds))
                if broker is not None:
                    settings = StageSettings(kafka_bootstrap=None, topic_prefix=f"n{size}.")
                    asyncio.run(fill_changelog(settings, broker.bootstrap, folder / f"{size}.records"))
                    recoveries.append(apart(measure_kafka, size, broker.bootstrap, settings))
                else:
                    recoveries.append(None)
                (folder / f"{size}.records").unlink()
        finally:
            if broker is not None:
                broker.stop()
    table = Table(title=f"Held articles made of {options.data.name}'s sentences, seed {options.seed}")
    for column in (
        "held", "articles/s", "of the first", "record", "bytes each", "process growth", "process MB", "peak MB",
        "restore s", "Kafka s", "recovered peak MB",
    ):  # fmt: skip
        table.add_column(column, justify="right")
    for row, recovery in zip(rows, recoveries, strict=True):
        table.add_row(
            f"{row.held:,}", f"{row.rate:,.0f}", f"{row.rate / rows[0].rate:.2f}", f"{row.record:,.0f}",
            f"{row.allocated:,.0f}", f"{row.growth:,.0f}", f"{row.process_mb:,.0f}", f"{row.peak_mb:,.0f}",
            f"{row.restore:.1f}", *(("", "") if recovery is None else (f"{recovery[0]:.1f}", f"{recovery[1]:,.0f}")),
        )  # fmt: skip
    for held, rate, growth, process_mb in rivals:
        table.add_row(
            f"datasketch {held:,}", f"{rate:,.0f}", f"{rate / rivals[0][1]:.2f}", "", "", f"{growth:,.0f}",
            f"{process_mb:,.0f}",
        )  # fmt: skip
    console.print(table)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this part's own options."""
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rivals-seconds", type=float, default=200, help="for each size; 0: no rival")
    parser.add_argument("--kafka", action="store_true", help="also recover from a changelog on a local broker")

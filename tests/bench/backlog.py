"""What a worker holds while it works through a backlog of large pages.

    python -m tests.bench.backlog [--documents 2000] [--kilobytes 500] [--seconds 120]

Sends the documents (generated articles, one after the other on a page, up to the size) to a broker of its own, then
starts parse and reads its resident memory ten times a second until it has done all, or for `seconds` after its
first commit. Prints the largest.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.models import Document
from tests.corpus import documents
from tests.work import resident
from workers.broker import LocalBroker
from workers.ops import topics
from workers.ops.account import committed_offsets
from workers.ops.processes import StageProcess
from workers.replay.producer import replay
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE = 0.1
START_SECONDS = 600.0


def pages(count: int, size: int) -> Iterator[Document]:
    """Yield pages of some `size` bytes each, no two of which are alike."""
    for number in range(count):
        articles = itertools.chain.from_iterable(documents(50, seed=1000 * number + n, repeated=0) for n in range(999))
        parts, held = [], 0
        while held < size:
            each = next(articles)
            parts.append(f"{each['title']}\n\n{each['text']}")
            held += len(parts[-1].encode())
        yield Document(document_id=f"page-{number}", body="\n\n".join(parts))


def watched(worker: StageProcess, settings: Settings, bootstrap: str, count: int, seconds: float) -> tuple[int, int]:
    """Return the largest memory of the worker in bytes, and how many documents it committed meanwhile."""
    largest, done, looked = 0, 0, 0.0
    begun: float | None = None
    deadline = time.monotonic() + START_SECONDS
    while done < count and time.monotonic() < (deadline if begun is None else begun + seconds):
        largest = max(largest, resident(worker.process.pid))
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            done = sum(asyncio.run(committed_offsets(settings, bootstrap))["parse"].values())
            if done and begun is None:
                begun = time.monotonic()
        time.sleep(PAUSE)
    return largest, done


def main() -> None:
    """Measure, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--kilobytes", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=120.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = LocalBroker.start(folder / "kafka")
        try:
            settings = Settings(state_dir=folder / "state")
            asyncio.run(topics.apply(settings, broker.bootstrap))
            made = pages(given.documents, given.kilobytes * 1000)
            asyncio.run(replay(settings, broker.bootstrap, made, replay_id="backlog"))
            worker = StageProcess("parse", settings, broker.bootstrap, log=folder / "parse.log")
            try:
                largest, done = watched(worker, settings, broker.bootstrap, given.documents, given.seconds)
            finally:
                worker.signal(signal.SIGTERM)
                worker.wait()
        finally:
            broker.stop()
    print(
        f"{given.documents} documents of {given.kilobytes} KB wait: parse holds {largest / 1e6:.0f} MB at most "
        f"({done} done)"
    )


if __name__ == "__main__":
    main()

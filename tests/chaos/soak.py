"""Does a worker's memory keep growing? An hour of a large feed at full speed, and what each worker holds meanwhile.

    python -m tests.chaos.soak [--documents N] [--seed N]

An hour at 20 documents a second (1.7 million a day, more than all Arabic news) is 72,000. They go through a broker and
one worker of each stage as fast as these can; the resident memory of each worker is read every second. Compared are
the medians around a tenth of the way and at the end, of what that stage has read. De-duplication holds 5,000 articles
at most, so that its state is full before a tenth: what grows after that is a leak.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from schemas.topics import STAGES, Stage
from tests.chaos.scene import Scene
from tests.corpus import documents
from tests.work import resident
from workers.ops.account import committed_offsets, take_account
from workers.replay.producer import replay

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["grown"]

HELD = 5000
#: How much of the way is looked at around each point.
AROUND = 0.05
ALLOWED = 1.10


def _made(count: int, seed: int) -> Iterator[Document]:
    for begin in range(0, count, 1000):
        for each in documents(min(1000, count - begin), seed=seed + begin, repeated=0.15):
            yield Document.model_validate(each)


def grown(samples: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median memory around a tenth of the way and at the end; samples are (share of the way, MB)."""
    tenth = [mb for share, mb in samples if abs(share - 0.1) <= AROUND]
    end = [mb for share, mb in samples if share >= 1 - AROUND]
    return statistics.median(tenth), statistics.median(end)


async def soak(count: int, seed: int, folder: Path) -> dict[Stage, list[tuple[float, float]]]:
    """Return the samples of each stage's worker."""
    samples: dict[Stage, list[tuple[float, float]]] = {stage: [] for stage in STAGES}
    opened = Scene.open(
        folder,
        random.Random(seed),  # noqa: S311 - a test's choices, not a secret
        rate=0,
        poison_share=0,
        builds={},
        properties={},
        more={"dedupe_max_entries": HELD},
    )
    async with opened as scene:
        sending = asyncio.create_task(replay(scene.settings, scene.bootstrap, _made(count, seed), replay_id="soak"))
        while True:
            await asyncio.sleep(1.0)
            committed = await committed_offsets(scene.settings, scene.bootstrap)
            for stage in STAGES:
                (worker,) = scene.of(stage)
                samples[stage].append((sum(committed[stage].values()), resident(worker.pid) / 1e6))
            if sending.done() and sum(committed["parse"].values()) >= count:
                account = await take_account(scene.settings, scene.bootstrap)
                if account.balanced:
                    break
        assert account.documents == count
    return {stage: [(done / found[-1][0], mb) for done, mb in found] for stage, found in samples.items()}


def main() -> int:
    """Read the command line, soak, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=72_000, help="how many (72,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the documents (1)")
    options = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rasid-soak-") as folder:
        samples = asyncio.run(soak(options.documents, options.seed, Path(folder)))
    table = Table("stage", "at a tenth, MB", "at the end, MB", "ratio", title=f"{options.documents:,} documents")
    worst = 0.0
    for stage, found in samples.items():
        tenth, end = grown(found)
        worst = max(worst, end / tenth)
        table.add_row(stage, f"{tenth:.0f}", f"{end:.0f}", f"{end / tenth:.3f}")
    Console(width=100).print(table, f"{time.monotonic() - started:.0f} s")
    return 0 if worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())

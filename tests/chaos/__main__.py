"""Do every fault to a stream under load, and say what became of every record.

    python -m tests.chaos [--seed N] [--short] [--only NAME] [--list]

Each fault has a broker, topics and workers of its own. A load runs all the while, with poison in it; workers that end
by themselves are started again, as a container is. After the last fault the load stops, the stream comes to rest, and
everything that stands on every topic is read. Columns of the table:

  faults        how often it was done
  sent, poison  documents acknowledged by the broker, and records that must end in the dead letters
  dead          different records in the dead letters
  again         records that were written again under the same id: at least once, no fault
  lost          documents, articles or poison that ended nowhere
  duplicated    articles that a consumer which keeps ids would see with two different ends
  changed       records that say something else than their page, or than the first one under their id
  order         keys whose consumer sees something for the first time behind what came later
  restarts      workers that had to be started again
  back          seconds from the heal until every stage has written something new: median and longest

The exit code is 0 when every row but the controls is sound, and no control is. A control is a build that loses records
on purpose; when it is not found out, the check is worth nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.chaos.faults import CONTROLS, DISK_MB, FAULTS, Fault
from tests.chaos.scene import Scene
from tests.disk import memory_disk

if TYPE_CHECKING:
    from tests.chaos.checks import Findings

__all__ = ["Outcome", "run"]

#: Documents a second: what two cores can carry beside a broker and a supervisor.
RATE = 50.0
COLUMNS = ("sent", "poison", "dead", "again", "lost", "duplicated", "changed", "order", "restarts", "back")


class Outcome:
    """What a fault led to."""

    def __init__(self, fault: Fault, scene: Scene, findings: Findings) -> None:
        """Take the numbers of a scene that has come to rest."""
        self.fault, self.findings = fault, findings
        self.faults = scene.faults
        self.restarts = sum(worker.restarts for worker in scene.workers)
        self.recoveries, self.drains = scene.recoveries, scene.drains

    @property
    def passed(self) -> bool:
        """Whether it is sound, or, for a control, whether it was found out."""
        return self.findings.sound != (self.fault in CONTROLS) and all(code == 0 for code, _ in self.drains)

    def row(self) -> list[str]:
        """Return the cells of the table."""
        found, back = self.findings, self.recoveries
        counts = (found.sent, found.injected, found.dead, found.repeated)
        wrong = (found.lost, found.duplicated, found.changed, found.out_of_order)
        shown = f"{statistics.median(back):.1f} / {max(back):.1f}" if back else ""
        return [*map(str, counts), *(str(len(each)) for each in wrong), str(self.restarts), shown]


async def run(fault: Fault, times: int, *, seed: int, folder: Path, rate: float = RATE) -> Outcome:
    """Do `fault` so often under load in `folder`, and return what became of every record.

    Raises OSError when a disk of its own is needed and may not be mounted, AssertionError when a stage does not come
    back.
    """
    rng = random.Random(f"{seed} {fault.name}")  # noqa: S311 - a test's choices, not a secret
    disk = memory_disk(folder / "kafka" / "data", DISK_MB) if fault.needs_disk else nullcontext()
    with disk:
        opened = Scene.open(
            folder, rng, rate=rate, poison_share=fault.poison, builds=fault.builds, properties=fault.properties
        )
        async with opened as scene:
            async with scene.load():
                await fault.act(scene, times)
            findings = await scene.settle()
            return Outcome(fault, scene, findings)


def main() -> int:
    """Read the command line, do the faults, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of every random choice (1)")
    parser.add_argument("--short", action="store_true", help="the few that `make test` does")
    parser.add_argument("--only", help="faults whose name contains this")
    parser.add_argument("--list", action="store_true", help="name the faults and end")
    options = parser.parse_args()
    console = Console(width=160)
    # The load's own client says of each fault that it is there.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    chosen = [fault for fault in (*FAULTS, *CONTROLS) if not options.only or options.only in fault.name]
    if options.list:
        for fault in chosen:
            console.print(f"{fault.name}: {fault.long} times, {fault.short} in the short form", highlight=False)
        return 0
    table = Table("fault", "faults", *COLUMNS, "verdict", title=f"chaos, seed {options.seed}")
    drains: list[float] = []
    failed = 0
    for fault in chosen:
        times = fault.short if options.short else fault.long
        if not times:
            continue
        folder = Path(tempfile.mkdtemp(prefix="rasid-chaos-"))
        started = time.monotonic()
        try:
            outcome = asyncio.run(run(fault, times, seed=options.seed, folder=folder))
        except OSError as exc:
            console.print(f"{fault.name}: not done: {exc}", highlight=False)
            table.add_row(fault.name, "0", *[""] * len(COLUMNS), "not done")
            failed += 1
            continue
        drains += [seconds for _, seconds in outcome.drains]
        verdict = "ok" if outcome.passed else "FAILED"
        if fault in CONTROLS:
            verdict = "found out" if outcome.passed else "NOT FOUND OUT"
        failed += not outcome.passed
        row = [str(outcome.faults), *outcome.row()]
        table.add_row(fault.name, *row, verdict)
        shown = ", ".join(f"{name} {value}" for name, value in zip(("faults", *COLUMNS), row, strict=True))
        console.print(f"{fault.name}: {verdict}, {time.monotonic() - started:.0f} s: {shown}", highlight=False)
        if not outcome.passed:
            _explain(console, outcome, folder)
        else:
            shutil.rmtree(folder)
    console.print(table)
    if drains:
        console.print(
            f"SIGTERM under load: {len(drains)} drains, median {statistics.median(drains):.1f} s,"
            f" longest {max(drains):.1f} s"
        )
    return 1 if failed else 0


def _explain(console: Console, outcome: Outcome, folder: Path) -> None:
    found = outcome.findings
    for name in ("lost", "duplicated", "changed", "out_of_order", "dead_unexpected"):
        for line in getattr(found, name)[:5]:
            console.print(f"  {name}: {line}", highlight=False, markup=False)
    codes = [code for code, _ in outcome.drains if code]
    if codes:
        console.print(f"  exit codes of drains: {codes}")
    console.print(f"  logs are kept in {folder}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())

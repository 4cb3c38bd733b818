"""Running stages in the foreground: one in this process, or all, one process each."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, NoReturn

import faust

from schemas.topics import STAGES
from workers.ops.processes import Stages
from workers.stages import create_stage

if TYPE_CHECKING:
    from types import FrameType

    from schemas.topics import Stage
    from workers.settings import Settings

__all__ = ["run_all", "run_stage"]


def run_stage(stage: Stage, settings: Settings, bootstrap: str) -> NoReturn:
    """Run one stage until a signal or a failure, then exit: 0 after a signal, 1 after a failure."""
    app = create_stage(stage, settings, bootstrap)
    app.finalize()
    worker = faust.Worker(app, loglevel=settings.log_level, redirect_stdouts=False, stdout=sys.stdout)
    # The spinner that Faust draws while it starts is for people; this output goes to logs.
    worker.spinner = None
    worker.execute_from_commandline()


def run_all(settings: Settings, bootstrap: str) -> int:
    """Run every stage in a process of its own until a signal, or until one ends by itself; then stop all.

    Returns the exit code: 0 when all drained after a signal, else 1.
    """
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    stages = Stages(STAGES, settings, bootstrap)
    while not stopping and stages.dead() is None:
        time.sleep(0.2)
    codes = stages.stop()
    return 0 if stopping and not any(codes.values()) else 1

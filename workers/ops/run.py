"""Running stages in the foreground: one in this process, or all, one process each."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import faust
from aiokafka.errors import KafkaConnectionError

from schemas.topics import SOURCES, WORKERS
from workers.build import build
from workers.errors import explained
from workers.ops import logs
from workers.ops.processes import Stages
from workers.stages import create_stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from schemas.topics import Stage
    from workers.app import StageApp
    from workers.settings import Settings

__all__ = ["EXIT_LIMIT", "run_all", "run_stage"]

log = logging.getLogger(__name__)

#: A worker stood at the dead-letter limit when it was ended: a person has to look before it runs again.
EXIT_LIMIT = 3

#: How long a worker that has failed may take to leave its group and to close what is open.
FAILED_SECONDS = 15.0


def run_stage(stage: Stage, settings: Settings, bootstrap: str) -> NoReturn:
    """Run one stage until a signal or a failure, then exit.

    The code is 0 after a signal, 1 after a failure or when it does not come to its end (`_end`), EXIT_LIMIT after a
    signal while it stood at the dead-letter limit.
    """
    logs.configure(settings, stage=stage, stream=sys.stdout)
    app = create_stage(stage, settings, bootstrap)
    # Now, and not when Faust starts: a port that is taken is the caller's mistake, and not a crash.
    app.watch.start()
    app.finalize()
    threading.Thread(target=_end, args=(app, settings), name="end", daemon=True).start()
    # Quiet: what it prints beside the log, such as a row of signs for Ctrl-C, is no line of JSON.
    worker = faust.Worker(app, override_logging=False, redirect_stdouts=False, stdout=sys.stdout, quiet=True)
    # The spinner that Faust draws while it starts is for people; this output goes to logs.
    worker.spinner = None
    source = f"{settings.topic_prefix}{SOURCES[stage]}"
    log.info("rasid %s starts with Kafka at %s, reads %s", build().version, bootstrap, source)
    try:
        worker.execute_from_commandline()
    except SystemExit as exc:
        if not exc.code and app.watch.limit.reason is not None:
            _say(f"{stage} stood at the dead-letter limit: {app.watch.limit.reason}")
            raise SystemExit(EXIT_LIMIT) from exc
        if exc.code:
            _say(f"{stage} stopped by itself: {_why(app.crash_reason or exc.__context__, bootstrap)}")
        else:
            log.info("ended after a signal")
        raise


def _say(line: str) -> None:
    """Tell whoever started the worker, in one line; the log has the rest."""
    sys.stderr.write(f"rasid: {logs.clean(line, logs.EVENT_LIMIT)}\n")


def _why(cause: BaseException | None, bootstrap: str) -> str:
    if isinstance(cause, KafkaConnectionError):
        return f"no Kafka answers at {bootstrap}: start it, or set RASID_KAFKA_BOOTSTRAP"
    return "see its log" if cause is None else f"{explained(cause)}; see its log"


def _end(app: StageApp, settings: Settings) -> None:
    """See to it that a worker that begins to end does end: one that hangs on its way is restarted by nobody.

    What it has in hand may take as long as a stuck record (RASID_HEALTH_STUCK_SECONDS) and its delivery may
    (RASID_REQUEST_TIMEOUT_SECONDS); after both the process is gone, and what it has not committed is read again. After
    a failure nothing is in hand.
    """
    app.ending.wait()
    drain = settings.health_stuck_seconds + settings.request_timeout_seconds
    seconds = drain if app.crash_reason is None else FAILED_SECONDS
    time.sleep(seconds)
    log.critical("%s has not ended within %g s: it is ended as it is", app.conf.id, seconds)
    try:
        for where in _waits(app):
            # One line each: a line is cut where it grows long.
            log.critical(f"a task waits: {where}")  # noqa: G004 - the same message would be counted after the fifth
        logging.shutdown()
    finally:
        # Whatever cannot be told of a worker that is half started: it ends.
        os._exit(1)


def _waits(app: StageApp) -> list[str]:
    """Return where each task of the worker's two event loops waits: function, file and line, innermost first."""
    loops = [app.loop, app.consumer._thread.thread_loop]  # type: ignore[attr-defined]  # noqa: SLF001 - no public name
    found = []
    for loop in loops:
        for task in asyncio.all_tasks(loop):
            frames: list[str] = []
            each: Any = task.get_coro()
            while (frame := getattr(each, "cr_frame", None)) is not None:
                frames.append(f"{frame.f_code.co_name} {Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
                each = each.cr_await
            found.append(" < ".join(reversed(frames)))
    return found


def run_all(settings: Settings, bootstrap: str, *, say: Callable[[str], None]) -> int:
    """Run every stage in a process of its own until a signal, or until one ends by itself; then stop all.

    `say` is told which one ended so, and why. Returns the exit code: 0 when all drained after a signal, EXIT_LIMIT when
    one stood at the limit, else 1.
    """
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    stages = Stages(WORKERS, settings, bootstrap, keep_errors=True)
    while not stopping and (dead := stages.dead()) is None:
        time.sleep(0.2)
    codes = stages.stop()
    if not stopping and dead is not None:
        say(f"the {dead.stage} stage ended by itself, so all were stopped: {dead.why()}")
    for each in stages.processes:
        if stopping and codes[each.stage]:
            say(f"the {each.stage} stage did not end well after the signal: {each.why()}")
    if stopping and EXIT_LIMIT in codes.values():
        return EXIT_LIMIT
    return 0 if stopping and not any(codes.values()) else 1

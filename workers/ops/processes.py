"""Running stages as processes of their own: for `rasid worker all`, the demo, the tests and the benchmarks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemas.topics import Stage
    from workers.settings import Settings

__all__ = ["StageProcess", "Stages"]

#: Settings.request_timeout_seconds is the longest that a healthy drain can take, plus leaving the group.
DRAIN_SECONDS = 45.0
#: What a line for a person begins with (workers/cli/console.py).
SAID = b"rasid: "


class StageProcess:
    """One worker process of one stage."""

    def __init__(
        self,
        stage: Stage,
        settings: Settings,
        bootstrap: str,
        *,
        log: Path | None = None,
        keep_errors: bool = False,
        program: Sequence[str] = ("workers", "worker"),
    ) -> None:
        """Start it; its output goes to `log`, or to this process's own.

        `keep_errors`, without a log: the last line that it writes to standard error is kept too, for `why`. `program`
        is a module and its arguments before the stage: tests give builds with a fault.
        """
        self.stage = stage
        self.log = log
        given = {f"RASID_{name.upper()}": value for name, value in settings.model_dump().items()}
        # What is None here may be set in our own environment, and must not reach the worker from there.
        environment = {name: value for name, value in os.environ.items() if name not in given}
        environment |= {name: str(value) for name, value in given.items() if value is not None}
        environment["RASID_KAFKA_BOOTSTRAP"] = bootstrap
        command = [sys.executable, "-m", *program, stage]
        out = log.open("ab") if log else None
        try:
            # A session of its own: Ctrl-C reaches the parent alone, which then stops the stages in order.
            self.process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE if keep_errors else out,
                start_new_session=True,
            )
        finally:
            if out:
                out.close()
        self._last = b""
        self._reader: threading.Thread | None = None
        if self.process.stderr is not None:
            self._reader = threading.Thread(target=self._pass_on, args=(self.process.stderr,), daemon=True)
            self._reader.start()

    def _pass_on(self, errors: IO[bytes]) -> None:
        with errors:
            for line in errors:
                self._last = line
                sys.stderr.buffer.write(line)
                sys.stderr.buffer.flush()

    def why(self) -> str:
        """Return how the process ended and what it said last; call it once it has ended."""
        code = self.process.wait()
        how = f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
        if self._reader is not None:
            self._reader.join()
        lines = [self._last] if self.log is None else self.log.read_bytes().splitlines()
        said = [line.decode(errors="replace").strip() for line in lines if line.startswith(SAID)]
        if said:
            return f"{how}: {said[-1].removeprefix(SAID.decode()).removeprefix(f'{self.stage} stopped by itself: ')}"
        return f"{how}; it did not say why" + (": has memory run out?" if code == -signal.SIGKILL else "")

    def alive(self) -> bool:
        """Tell whether the process still runs."""
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended is left alone."""
        if self.alive():
            self.process.send_signal(number)

    def wait(self, seconds: float = DRAIN_SECONDS) -> int:
        """Return the exit code, killing the process when it has not ended in time (then -9)."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Stages:
    """Several worker processes that are stopped together."""

    def __init__(
        self,
        stages: Sequence[Stage],
        settings: Settings,
        bootstrap: str,
        *,
        logs: Path | None = None,
        keep_errors: bool = False,
    ) -> None:
        """Start one process for each of `stages`, with a log file each in the folder `logs`.

        `keep_errors` as for StageProcess. The first has the settings' health port, each other one the next.
        """
        self.processes = []
        for number, stage in enumerate(stages):
            port = None if settings.health_port is None else settings.health_port + number
            each = settings.model_copy(update={"health_port": port})
            log = logs / f"{stage}.log" if logs else None
            self.processes.append(StageProcess(stage, each, bootstrap, log=log, keep_errors=keep_errors))

    def dead(self) -> StageProcess | None:
        """Return a process that has ended, or None."""
        return next((each for each in self.processes if not each.alive()), None)

    def stop(self) -> dict[Stage, int]:
        """Drain all, first to last in the flow, and return the exit codes."""
        for each in self.processes:
            each.signal(signal.SIGTERM)
        deadline = time.monotonic() + DRAIN_SECONDS
        return {each.stage: each.wait(max(0.0, deadline - time.monotonic())) for each in self.processes}

"""How far a command has come: a bar on a terminal, elsewhere a plain line every few seconds; on standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from workers.cli.console import err

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

__all__ = ["Counted"]

#: Seconds between two lines where there is no terminal.
LINE_EVERY = 5.0


class Counted:
    """Call it with how many are done, and of how many; a second round begins where the total is another."""

    def __init__(self, what: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Count `what`, a plural; `clock` gives seconds."""
        self._what, self._clock = what, clock
        self._begun = self._last = clock()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        if err.is_terminal:
            columns = (TextColumn(self._what), BarColumn(), MofNCompleteColumn())
            # It leaves nothing behind: what comes after it is the answer.
            self._bar = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=err, transient=True)
            self._task = self._bar.add_task(self._what, total=None)
            self._bar.start()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        now = self._clock()
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
        elif done < total and now - self._last >= LINE_EVERY:
            self._last = now
            err.print(f"{done} of {total} {self._what}, {done / (now - self._begun):.0f} a second")

    def __exit__(self, *_exc: object) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.stop()

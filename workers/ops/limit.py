"""When so much goes to the dead letters that the fault is not the records': the worker stops instead of going on.

A bad deploy turns every record into a dead letter. Taken one by one each of them is handled as it should be; together
they empty the topic into articles.dead-letter. Two limits tell the two apart, as in Sentry's arroyo (DlqLimitState): so
many dead letters in a row, and a share of the last records.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.settings import Settings

__all__ = ["DeadLetterLimit"]


class DeadLetterLimit:
    """Counts the records of one worker, and says at which one it must stop."""

    def __init__(self, settings: Settings) -> None:
        """Take the limits from the settings; 0 means that one is off."""
        self._share, self._consecutive = settings.dead_letter_share, settings.dead_letter_consecutive
        self._last: deque[bool] = deque(maxlen=settings.dead_letter_window)
        self._dead = self._row = 0
        self.reason: str | None = None
        """Why the worker stopped; None as long as it did not."""

    @property
    def share(self) -> float:
        """The dead letters' share of the last records, 0 before the first."""
        return self._dead / len(self._last) if self._last else 0.0

    def allowed(self, dead: Iterable[bool | None]) -> int:
        """Count records (True: a dead letter) and return how many of them may still go out.

        None stands for a record that says nothing of the feed's health, and counts neither way.

        The record at which a limit is reached is not among them, nor is any after it: they stay unread. So from a
        start to the stop at most one dead letter less than the limit is written in a row.
        """
        count = 0
        for each in dead:
            if each is not None:
                self._count(dead=each)
                if self.reason is not None:
                    break
            count += 1
        return count

    def _count(self, *, dead: bool) -> None:
        window = self._last.maxlen or 0
        if len(self._last) == window:
            self._dead -= self._last[0]
        self._last.append(dead)
        self._dead += dead
        self._row = self._row + 1 if dead else 0
        if self._consecutive and self._row >= self._consecutive:
            self.reason = f"{self._row} dead letters in a row (RASID_DEAD_LETTER_CONSECUTIVE)"
        # Of a window that is not full yet a few records would be a large share.
        elif self._share and len(self._last) == window and self.share >= self._share:
            self.reason = (
                f"{self._dead} of the last {window} records are dead letters, {self._share:.0%} is the limit "
                "(RASID_DEAD_LETTER_SHARE)"
            )

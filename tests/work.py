"""Work counted instead of timed, and memory: the same on every machine, however busy it is."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["calls", "grows_linearly", "resident"]


def calls(work: Callable[[], object]) -> int:
    """Return how many functions, Python's and built-in ones, are called while `work` runs."""
    count = 0

    def note(_frame: object, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether four times the size leads to at most five times the calls: quadratic work would need sixteen.

    What one call does inside C is not seen; tests/bench/hostile.py times that.
    """
    work(size)  # caches are filled, modules loaded
    return calls(lambda: work(4 * size)) <= 5 * calls(lambda: work(size)) + 2000


def resident(pid: int | None = None) -> int:
    """Return the bytes of memory that a process, or this one, has now. Raises OSError when it has ended."""
    pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text().split()[1])
    return pages * resource.getpagesize()

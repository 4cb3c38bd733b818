"""Names of evidence: for numbers a few steps, each with a name of its own; which names begin alike."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Beginning", "scale", "steps"]


def steps(name: str, bounds: int) -> tuple[str, ...]:
    """Return the evidence ``name=N`` of each step of a scale with so many bounds."""
    return tuple([f"{name}={number}" for number in range(bounds + 1)])


def scale(name: str, bounds: Sequence[float]) -> Callable[[float], str]:
    """Return what turns a value into the evidence ``name=N``, where N is how many of the bounds (rising) it reaches."""
    names = steps(name, len(bounds))

    def step(value: float) -> str:
        return names[bisect_right(bounds, value)]

    return step


class Beginning(dict[str, bool]):
    """Remembers which names of evidence begin with one of some words, so that each of a few thousand is tested once."""

    def __init__(self, *words: str) -> None:
        """Take the words."""
        self._words = words

    def __missing__(self, name: str) -> bool:
        """Test a name that was not asked for before."""
        found = self[name] = name.startswith(self._words)
        return found

    def among(self, names: Iterable[str]) -> Iterator[str]:
        """Return those of the names that begin so, in their order."""
        return filter(self.__getitem__, names)

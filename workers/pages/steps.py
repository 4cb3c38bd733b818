"""Numbers as evidence: a few steps, each with a name of its own, so that one name stands for one step."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["scale"]


def scale(name: str, bounds: Sequence[float]) -> Callable[[float], str]:
    """Return what turns a value into the evidence ``name=N``, where N is how many of the bounds (rising) it reaches."""
    names = tuple(f"{name}={number}" for number in range(len(bounds) + 1))

    def step(value: float) -> str:
        return names[bisect_right(bounds, value)]

    return step

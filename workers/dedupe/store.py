"""Records one after the other in slabs of memory: what was put in first goes out first, and its slab with it.

A Python object for each article and each of its hashes took nine times the bytes. Slabs are anonymous memory maps: one
that is dropped goes back to the system at once, whatever the allocator does with what it frees.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from mmap import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Store"]

_SMALLEST = 1 << 16
_LARGEST = 4 << 20  # 200 of them for a million articles; at most one is partly empty at either end


class _Slab:
    """Records with consecutive numbers from `first` on."""

    __slots__ = ("_memory", "ends", "first", "size")

    def __init__(self, first: int, size: int) -> None:
        self.first = first
        self.size = size
        self.ends = array("I", [0])
        self._memory = mmap(-1, size)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def append(self, record: bytes) -> bool:
        start = self.ends[-1]
        end = start + len(record)
        if end > self.size:
            return False
        self._memory[start:end] = record
        self.ends.append(end)
        return True

    def record(self, place: int) -> bytes:
        return self._memory[self.ends[place] : self.ends[place + 1]]


class Store:
    """A queue of byte strings, each under a number one higher than the one before it, beginning at 1."""

    def __init__(self) -> None:
        """Start empty."""
        self._slabs: list[_Slab] = []
        self._firsts: list[int] = []
        self.first = 1
        """The oldest number held; equal to `end` when nothing is."""
        self.end = 1
        """The number that comes next."""

    def __len__(self) -> int:
        """Records held."""
        return self.end - self.first

    @property
    def allocated(self) -> int:
        """Bytes of memory taken, those not yet written and those of records that went before their slab included."""
        return sum(slab.size + slab.ends.itemsize * len(slab.ends) for slab in self._slabs)

    def append(self, record: bytes) -> int:
        """Put a record at the end; its number."""
        if not self._slabs or not self._slabs[-1].append(record):
            size = max(len(record), min(_LARGEST, max(_SMALLEST, self._slabs[-1].size * 2 if self._slabs else 0)))
            slab = _Slab(self.end, size)
            slab.append(record)
            self._slabs.append(slab)
            self._firsts.append(self.end)
        self.end += 1
        return self.end - 1

    def __getitem__(self, number: int) -> bytes:
        """The record of a number that is held."""
        slab = self._slabs[bisect_right(self._firsts, number) - 1]
        return slab.record(number - slab.first)

    def pop(self) -> None:
        """Drop the oldest record."""
        self.first += 1
        slab = self._slabs[0]
        if self.first == slab.first + len(slab):
            del self._slabs[0], self._firsts[0]

    def renumber(self) -> None:
        """Count from 1 again, the oldest first; numbers given before are void."""
        shift = self.first - 1
        for slab in self._slabs:
            slab.first -= shift
        self._firsts = [slab.first for slab in self._slabs]
        self.first, self.end = 1, self.end - shift

    def runs(self, most: int) -> Iterator[tuple[int, list[bytes]]]:
        """All records in order, at most so many at a time: the number of each run's first, and the run."""
        for start in range(self.first, self.end, most):
            yield start, [self[number] for number in range(start, min(start + most, self.end))]

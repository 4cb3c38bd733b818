"""Which articles may be alike: bands over signatures (locality-sensitive hashing), bounded by count and by event time.

An entry costs one slot in each of 38 buckets. What leaves takes its slots and its empty buckets with it.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from heapq import heappop, heappush, nsmallest
from typing import TYPE_CHECKING, Generic, TypeVar

from workers.dedupe.sketch import WHOLE_SIGNATURE

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable
    from datetime import timedelta

    from workers.dedupe.sketch import Sketch

__all__ = ["Index", "Postings"]

_MOST_OF_A_BUCKET = 64  # a greeting that opens every cable fills a bucket; its latest users are enough to look at
_LEAST_BANDS = 3  # one or two word pairs in common are chance

K = TypeVar("K")


class Postings(Generic[K]):
    """Numbers under keys, in rising order. A key with one number costs no list, and a key without numbers is gone."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        """Start empty."""
        self._held: dict[K, int | list[int]] = {}

    def __len__(self) -> int:
        """Keys held."""
        return len(self._held)

    def add(self, key: K, number: int) -> None:
        """Put a number under a key; the order of adding does not matter."""
        held = self._held.get(key)
        if held is None:
            self._held[key] = number
        elif isinstance(held, int):
            self._held[key] = [held, number] if held < number else [number, held]
        else:
            insort(held, number)

    def remove(self, key: K, number: int) -> None:
        """Take a number away from a key that has it."""
        held = self._held[key]
        if isinstance(held, int):
            del self._held[key]
            return
        held.remove(number)
        if len(held) == 1:
            self._held[key] = held[0]

    def get(self, key: K) -> tuple[int, ...]:
        """The latest numbers under a key, in rising order, at most 64 of them; none for an unknown key."""
        return tuple(self.gather((key,)))

    def gather(self, keys: Iterable[K]) -> list[int]:
        """The numbers under all of these keys, one after the other, as `get` gives them."""
        gathered: list[int] = []
        for key in keys:
            held = self._held.get(key)
            if held is None:
                continue
            if isinstance(held, int):
                gathered.append(held)
            else:
                gathered += held[-_MOST_OF_A_BUCKET:]
        return gathered


class Index:
    """Numbered sketches, found again by likeness, forgotten oldest first.

    Args:
        max_entries: The most that is held at a time; at least 1.
        window: How far an entry's time may lie behind the latest one added.

    Raises:
        ValueError: For a bound that would hold nothing.
    """

    def __init__(self, *, max_entries: int, window: timedelta) -> None:
        """Start empty, within bounds."""
        if max_entries < 1 or window.total_seconds() <= 0:
            raise ValueError(f"nothing can be held with max_entries={max_entries} and window={window}")
        self._max_entries = max_entries
        self._window = window.total_seconds()
        self._bands: Postings[int] = Postings()
        self._signatures: dict[int, array[int]] = {}
        self._by_time: list[tuple[float, int]] = []
        self.latest = float("-inf")
        """The latest time added, in epoch seconds."""

    def __len__(self) -> int:
        """Entries held."""
        return len(self._signatures)

    @property
    def buckets(self) -> int:
        """Buckets in use: 0 when nothing is held."""
        return len(self._bands)

    def add(self, number: int, sketch: Sketch, held_from: float) -> None:
        """Hold one more entry from this time on, in epoch seconds. `number` is new."""
        self._signatures[number] = sketch.signature
        for key in _keys(sketch.signature):
            self._bands.add(key, number)
        heappush(self._by_time, (held_from, number))
        self.latest = max(self.latest, held_from)

    def make_room(self, held_from: float) -> list[int]:
        """Forget what must go before an entry of this time is added: numbers, oldest first."""
        gone = []
        horizon = max(self.latest, held_from) - self._window
        while self._by_time and (len(self._by_time) >= self._max_entries or self._by_time[0][0] < horizon):
            _, number = heappop(self._by_time)
            for key in _keys(self._signatures.pop(number)):
                self._bands.remove(key, number)
            gone.append(number)
        return gone

    def candidates(self, sketch: Sketch, most: int) -> list[int]:
        """Entries that share at least three bands, those that share most first, then the earliest; at most `most`."""
        shared = self._bands.gather(_keys(sketch.signature))
        found = [(-bands, number) for number, bands in Counter(shared).items() if bands >= _LEAST_BANDS]
        return [number for _, number in nsmallest(most, found)]


def _keys(signature: array[int]) -> list[int]:
    """The bands: every value by itself, then every two of the whole article together; its place is in the low bits.

    A value by itself is one word pair that two articles share: that finds a copy cut to a fifth (J = .2: three bands
    or more with p = .79 on the whole article alone, and a copy opens alike). Values of set phrases fill their
    buckets, of which only the latest are looked at; what two values have in common is rarer, and finds older copies.
    """
    singles = [value << 6 | place for place, value in enumerate(signature)]
    twos = zip(singles[0:WHOLE_SIGNATURE:2], signature[1:WHOLE_SIGNATURE:2], strict=True)
    return singles + [single << 32 | value for single, value in twos]

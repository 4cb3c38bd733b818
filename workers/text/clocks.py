"""Time marks: what stands above each update of a page that is written as things happen.

A mark is a time of day (``14:32``, ``14:32 بتوقيت غرينتش``), how long ago something was (``قبل ساعتين``), or a date
with its time. The first two say nothing without another time: a clock needs a day, "two hours ago" needs the moment at
which the page was fetched, and never the clock of the machine that reads it, or a replay would give other times.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from workers.text.dates import Clock, Moment, at_clock, clock_line, is_date_line, opening_clock
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.text.dates import Precision

__all__ = ["TimeMark", "Told", "ago_line", "days_apart", "inline_mark", "line_mark"]

# Units of time and how precise they are, with their dual and plural forms, folded, then in English and French.
_UNITS: tuple[tuple[str, timedelta, Precision, str], ...] = (
    ("second", timedelta(seconds=1), "minute", "ثانيه|ثانيتين|ثانيتان|ثواني|ثوان|seconds?|secondes?"),
    ("minute", timedelta(minutes=1), "minute", "دقيقه|دقيقتين|دقيقتان|دقائق|دقايق|minutes?|mins?|min"),
    ("hour", timedelta(hours=1), "hour", "ساعه|ساعتين|ساعتان|ساعات|hours?|heures?|hrs?"),
    ("day", timedelta(days=1), "day", "يوم|يومين|يومان|ايام|days?|jours?"),
)
_SIZES = {name: (size, precision) for name, size, precision, _ in _UNITS}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, _, _, words in _UNITS)
_AGO = re.compile(
    rf"\W*(?:(?:قبل|منذ|il y a)\s+)(?:حوالي\s+|نحو\s+)?(?:(?P<n>\d{{1,3}})\s?)?(?:{_UNIT})(?:\s+(?:واحده?|مضت))?"
    rf"(?:\s+و\s?(?P<and>\d{{1,2}})\s?(?:دقيقه|دقائق|دقايق))?\W*"
    rf"|\W*(?P<n_en>\d{{1,3}}|an?)\s?(?:{_UNIT.replace('?P<', '?P<en_')})\s+ago\W*"
)
_DUAL = re.compile(r"(?:ين|ان)$")
# "Now", "moments ago".
_JUST_NOW = re.compile(r"\W*(?:الان|قبل لحظات|منذ لحظات|قبل قليل|منذ قليل|just now)\W*")
_LONGEST_MARK = 60
# What may part a clock from the text behind it.
_PARTING = re.compile(r"[\s\]).|:•·/–—-]+(?=\S)")
_LETTER = re.compile(r"[^\W\d_]")
_DAY_MINUTES = 24 * 60
# Where a clock without a zone is one of the countries that read Arabic news, it is ahead of UTC by so much at most.
_FURTHEST = timedelta(hours=4)


class TimeMark(NamedTuple):
    """A time mark: ``raw`` as written, ``text[start:end]`` of its line, and one of: a whole moment, a clock, how long
    ago. ``precision`` is what it states at most; ``labelled`` says that words beside zone and unit stand with it.
    """

    raw: str
    start: int
    end: int
    precision: Precision
    moment: Moment | None = None
    clock: Clock | None = None
    ago: timedelta | None = None
    labelled: bool = False

    @property
    def minutes(self) -> float | None:
        """Where it stands on its own scale, later is greater: of the day for a clock, since 1970 for a moment."""
        if self.clock is not None:
            return self.clock.since.total_seconds() / 60
        if self.ago is not None:
            return -self.ago.total_seconds() / 60
        return None if self.moment is None else datetime.fromisoformat(self.moment.iso).timestamp() / 60

    @property
    def scale(self) -> str:
        """Which marks it can be compared with."""
        return "clock" if self.clock is not None else "ago" if self.ago is not None else "moment"


class Told(NamedTuple):
    """The mark of an update whose time is not known from its page alone.

    ``after`` is how many days it lies after the earliest clock of its page, ``before`` how many before the latest.
    """

    mark: TimeMark
    after: int = 0
    before: int = 0

    def moment(self, published: str | None, fetched: str | None) -> Moment | None:
        """Return when it was, by the day on which the page was published and the moment at which it was fetched, in
        RFC 3339; None when they do not tell.

        A page that is written over several days states the first of them as a rule; where that puts an update after
        the page was fetched, it states the last.
        """
        seen = None if fetched is None else datetime.fromisoformat(fetched)
        if self.mark.ago is not None:
            return None if seen is None else self._moment(_floor(seen - self.mark.ago, self.mark.precision))
        if self.mark.clock is None:
            return self.mark.moment
        if published is not None:
            stated = date.fromisoformat(published[:10])
            days = [stated + timedelta(days=self.after), stated - timedelta(days=self.before)]
        elif seen is not None:
            last = seen.date() - timedelta(days=self.before)
            days = [last, last - timedelta(days=1)]
        else:
            return None
        first, other = (at_clock(day, self.mark.clock) for day in days)
        return self._moment(other if seen is not None and self._is_beyond(first, seen) else first)

    def _is_beyond(self, iso: str, seen: datetime) -> bool:
        slack = _FURTHEST if self.mark.clock is not None and self.mark.clock.zone is None else timedelta(minutes=10)
        return datetime.fromisoformat(iso) > seen + slack

    def _moment(self, iso: str) -> Moment:
        mark = self.mark
        return Moment(iso, mark.precision, mark.raw, mark.start, mark.end)


def _floor(moment: datetime, precision: Precision) -> str:
    """The first second of the minute, the hour or the day."""
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if precision in ("minute", "hour", "day"):
        moment = moment.replace(second=0)
    if precision in ("hour", "day"):
        moment = moment.replace(minute=0)
    if precision == "day":
        moment = moment.replace(hour=0)
    return moment.isoformat().replace("+00:00", "Z")


def ago_line(text: str) -> tuple[timedelta, Precision] | None:
    """Return how long ago a line says that something was, when it says nothing else, and how precisely."""
    if len(text) > _LONGEST_MARK:
        return None
    folded = fold_text(text).strip()
    if _JUST_NOW.fullmatch(folded):
        return timedelta(), "hour"
    found = _AGO.fullmatch(folded)
    if found is None:
        return None
    told = found.groupdict()
    name, unit = next((name, unit) for name in _SIZES if (unit := told[name] or told[f"en_{name}"]))
    size, precision = _SIZES[name]
    more = timedelta(minutes=int(told["and"] or 0))
    return size * _count(told["n"] or told["n_en"], unit) + more, "minute" if more else precision


def _count(number: str | None, unit: str) -> int:
    """How many units a number says, or without one the unit's form."""
    if number is None:
        return 2 if _DUAL.search(unit) else 1
    return int(number) if number.isdecimal() else 1


def line_mark(text: str) -> TimeMark | None:
    """Return the mark that a line is, when it is nothing but a time finer than a day, or a time ago."""
    if len(text) > _LONGEST_MARK:
        return None
    if (clock := clock_line(text)) is not None:
        rest = text[: clock.start] + text[clock.end :]
        raw = text.strip()
        return TimeMark(raw, 0, len(text), clock.precision, clock=clock, labelled=bool(_LETTER.search(rest)))
    if (ago := ago_line(text)) is not None:
        return TimeMark(text.strip(), 0, len(text), ago[1], ago=ago[0])
    moment = is_date_line(text)
    if moment is None or moment.precision not in ("hour", "minute", "second"):
        return None
    rest = text[: moment.start] + text[moment.end :]
    return TimeMark(moment.raw, 0, len(text), moment.precision, moment=moment, labelled=bool(_LETTER.search(rest)))


def inline_mark(text: str) -> TimeMark | None:
    """Return the clock that a line opens with, up to where its text begins."""
    clock = opening_clock(text)
    if clock is None:
        return None
    raw = text[clock.start : clock.end].strip()
    parting = _PARTING.match(text, clock.start + len(raw))
    return parting and TimeMark(raw, 0, parting.end(), clock.precision, clock=clock)


def days_apart(marks: Sequence[TimeMark], *, newest_first: bool) -> list[Told]:
    """Return the marks of a page in its order, with the days between their clocks.

    A clock that goes against the direction of the page has passed midnight.
    """
    day = 0
    days: list[int] = []
    last: float | None = None
    for mark in marks:
        if mark.clock is not None and mark.minutes is not None:
            step = 0.0 if last is None else mark.minutes - last
            # A step back of a few minutes is an update that was put in late.
            if newest_first and step > _DAY_MINUTES / 4:
                day -= 1
            elif not newest_first and step < -_DAY_MINUTES / 4:
                day += 1
            last = mark.minutes
        days.append(day)
    low, high = min(days, default=0), max(days, default=0)
    return [Told(mark, each - low, high - each) for mark, each in zip(marks, days, strict=True)]

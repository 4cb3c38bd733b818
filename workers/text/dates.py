"""One reader of dates, for records and for pages: what was written, the moment in UTC, and how precise it is.

Read are: RFC 3339 and ISO 8601, also compact (``20250131T101500Z``, ``20250131``); RFC 822; the dates of JavaScript, C,
Twitter, Apache's logs and .NET's JSON; epoch seconds, milliseconds, microseconds and nanoseconds; day and month in
words, in English, French or Arabic with any region's month names, or with two at once (``1 فبراير/شباط 2025``, ``1st,
February 2025 GMT``); and figures. Digits may be Arabic-Indic or Persian, hours may be told by ص, م, صباحا, مساء and the
like, and a zone by its offset, its abbreviation or ``بتوقيت موسكو``.

Decided here (docs/decisions.md has the reasons):

* A date without a time is 00:00 UTC of that day; a time without a zone is taken as UTC. `Moment.precision` tells.
* ``03/02/2025`` is read day first, as this press writes it, unless that day lies after `not_after` and the other one
  does not.
* An hour or an offset that does not exist (``25:10``, ``+99:00``) leaves the day.
* Only years from 1900 to 2099: ``0000-00-00``, ``0001-01-01`` and ``9999-12-31`` stand for "unknown".
* Left alone: relative words (اليوم, ``yesterday``, قبل 3 ساعات), days of the Islamic and the Persian calendar, and
  years of two digits, except in RFC 822's form.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from workers.text.fold import fold, fold_text

__all__ = [
    "Clock",
    "Dated",
    "Moment",
    "Precision",
    "at_clock",
    "clock_line",
    "find_date",
    "is_date_line",
    "is_finer",
    "is_hijri_line",
    "opening_clock",
    "period",
    "read_date",
    "same_day",
    "shown",
]

Precision = Literal["year", "month", "day", "hour", "minute", "second"]
_COARSE_TO_FINE = ("year", "month", "day", "hour", "minute", "second")


class Moment(NamedTuple):
    """A stated time.

    ``iso`` is RFC 3339 in UTC, of whole seconds (``2025-02-01T10:00:00Z``: 20 characters, so that they sort as text),
    the first second of what ``precision`` allows. ``raw`` is the stretch as written, ``text[start:end]`` of what was
    read; for `read_date` the whole value.
    """

    iso: str
    precision: Precision
    raw: str
    start: int
    end: int


# Month names, folded, one line a month: English and French with their short forms, then Arabic: international,
# Egyptian, Maghrebi, Levantine and Iraqi (CLDR's en, fr, ar, ar-EG, ar-MA, ar-DZ, ar-TN, ar-SY, ar-IQ).
_MONTHS = """
january jan janvier janv يناير كانون_الثاني كانون_ثاني كانون2 ك2 جانفي
february feb février fevrier févr فبراير شباط فيفري
march mar mars مارس اذار
april apr avril avr ابريل نيسان افريل
may mai مايو ايار ماي مايس
june jun juin يونيو حزيران يونيه جوان
july jul juillet juil يوليو تموز يوليه جويليه يوليوز
august aug août aout اغسطس اب اوت غشت
september sept sep septembre سبتمبر ايلول شتنبر
october oct octobre اكتوبر تشرين_الاول تشرين_اول تشرين1 ت1
november nov novembre نوفمبر تشرين_الثاني تشرين_ثاني تشرين2 ت2 نونبر
december dec décembre decembre déc ديسمبر كانون_الاول كانون_اول كانون1 ك1 دجنبر
"""
_MONTH_NUMBER = {
    name.replace("_", " "): number
    for number, names in enumerate(_MONTHS.strip().split("\n"), start=1)
    for name in names.split()
}
_MONTH = (
    "(?:"
    + "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_MONTH_NUMBER, key=len, reverse=True))
    + r")(?![^\W\d_])\.?"
)
_BOTH = rf"(?:\s?[/\-(،,]\s?{_MONTH}\)?)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er)?"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"

_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}(?P<sep>\s?[-/.]\s?)(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)")
_WORDS_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}[\s,،/-]+(?P<m>{_MONTH}){_BOTH}[\s,،/-]+{_DAY}(?!\d)")
_WORDS_DAY_FIRST = re.compile(
    rf"(?<!\d){_DAY}\s?,?(?:\s?[./–-]\s?|\s?)(?:من\s|de\s)?(?P<m>{_MONTH}){_BOTH}\s?[,،./–-]?\s?(?:عام\s|سنه\s)?{_YEAR}"
)
_WORDS_MONTH_FIRST = re.compile(rf"(?P<m>{_MONTH}){_BOTH}\s{_DAY}\s?[,،]?\s{_YEAR}")
# As C, Java and Twitter write it: the year behind the clock.
_YEAR_LAST = re.compile(rf"(?P<m>{_MONTH})\s+{_DAY}\s{_CLOCK}(?:\s(?:[a-z]{{1,5}}|[+-]\d{{4}}))?\s{_YEAR}")
# RFC 822 itself has years of two digits; with a clock behind they cannot be anything else.
_RFC_822 = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s(?P<m>{_MONTH})\s(?P<y>\d\d)(?=\s\d\d:\d\d)")
_FIGURES = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?P<sep>\s?[-/.]\s?)(?P<m>\d{{1,2}})(?P=sep){_YEAR}")
_CENTURY = re.compile(r"(?:19|20)\d\d")
# The only one whose year has not four digits; it needs a clock.
_WITHOUT_CENTURY = (_RFC_822,)
_PATTERNS = (_YEAR_FIRST, _WORDS_DAY_FIRST, _WORDS_MONTH_FIRST, _WORDS_YEAR_FIRST, _YEAR_LAST, _RFC_822, _FIGURES)

# Whole values that are no words.
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:[t _-]?(?P<h>[01]\d|2[0-4])(?P<min>[0-5]\d)(?P<s>[0-5]\d)?(?:\.\d+)?)?(?P<zone>z| ?[+-]\d\d:?\d\d)?"
)
_PART = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?:[-/](?P<m>0?[1-9]|1[0-2]))?"
    rf"|(?P<word>{_MONTH}){_BOTH}[\s,،/-]+(?P<of>(?:19|20)\d\d)"
)
_NUMBER = re.compile(r"(?:/date\()?(?P<n>\d{9,19}(?:\.\d+)?)(?:[+-]\d{4})?(?:\)/)?")
# Of a second: seconds, milliseconds, microseconds, nanoseconds. From 1973 to 2286 no two of them overlap.
_UNITS = (1, 10**3, 10**6, 10**9)
_EPOCHS = (10**8, 10**10)

# Where clocks are told by name. A name that means two zones (عمان: Amman or Oman; طرابلس; AST) is not here.
_ZONES = {
    "Africa/Algiers": "الجزائر",
    "Africa/Cairo": "القاهره مصر",
    "Africa/Casablanca": "الرباط المغرب الدار_البيضاء",
    "Africa/Khartoum": "الخرطوم السودان",
    "Africa/Tripoli": "ليبيا",
    "Africa/Tunis": "تونس",
    "America/New_York": "واشنطن نيويورك شرق_الولايات_المتحده الساحل_الشرقي",
    "Asia/Aden": "صنعاء عدن اليمن",
    "Asia/Baghdad": "بغداد العراق",
    "Asia/Beirut": "بيروت لبنان",
    "Asia/Damascus": "دمشق سوريا سوريه",
    "Asia/Dubai": "ابوظبي ابو_ظبي دبي الامارات",
    "Asia/Hebron": "فلسطين غزه",
    "Asia/Jerusalem": "القدس القدس_المحتله",
    "Asia/Kuwait": "الكويت",
    "Asia/Qatar": "الدوحه قطر",
    "Asia/Riyadh": "مكه_المكرمه مكه الرياض السعوديه",
    "Asia/Shanghai": "بكين الصين",
    "Asia/Tehran": "طهران ايران",
    "Europe/Istanbul": "انقره اسطنبول تركيا",
    "Europe/Kyiv": "كييف",
    "Europe/London": "لندن بريطانيا",
    "Europe/Moscow": "موسكو",
    "Europe/Paris": "باريس فرنسا",
    "UTC": "غرينتش جرينتش غرينيتش جرينيتش",
}
_ZONE_OF = {name.replace("_", " "): zone for zone, names in _ZONES.items() for name in names.split()}
_PLACE = "|".join(re.escape(name) for name in sorted(_ZONE_OF, key=len, reverse=True))
# RFC 822's and the usual ones of this part of the world, in hours.
_HOURS = {0: "z gmt utc ut", 1: "bst cet", 2: "cest eet", 3: "eest msk", -4: "edt", -5: "est cdt", -6: "cst mdt"}
_HOURS |= {-7: "mst pdt", -8: "pst"}
_ABBREVIATIONS = {name: hours for hours, names in _HOURS.items() for name in names.split()}
_ABBREVIATION = "|".join(sorted(_ABBREVIATIONS, key=len, reverse=True))
_NAMED_ZONE = rf"(?:ب?توقيت\s+)(?:مدينه\s+)?(?P<place>{_PLACE})(?!\w)|(?P<greenwich>غرين?يتش|جرين?يتش|ت\.?\s?غ\b)"
_FAR_ZONE = re.compile(rf"{_NAMED_ZONE}|\b(?P<short>gmt|utc)\b(?P<offset>[+-]\d{{1,2}}(?::?\d\d)?)?")
# Longest first; what tells an hour alone has to be a word, since م is also "of the Christian era" (2025م).
_HALF_WORDS = r"بعد\sالظهر|صباحا|مساء|ظهرا|عصرا|ليلا|فجرا|[ap]\.?m\b\.?"
_TIME = re.compile(
    rf"(?<!\d)(?P<h>\d{{1,2}})(?:[:h](?P<min>\d\d)(?!\d)(?::(?P<s>\d\d))?(?:[.,]\d+)?\s?(?P<half>{_HALF_WORDS}|[صم]\b)?"
    rf"|\s?(?P<word>{_HALF_WORDS}))"
    rf"[\s،,(]{{0,3}}(?:{_NAMED_ZONE}|(?P<short>{_ABBREVIATION})\b)?(?P<offset>\s?[+-]\d{{1,2}}(?::?\d\d)?(?!\d))?"
    r"|(?<=\d)t(?P<only>\d\d)(?![\d:])(?P<z>z\b)?"
)
_OFFSET = re.compile(r"([+-])(\d{1,2}?):?(\d\d)?")
_FURTHEST_OFFSET = timedelta(hours=14)
#: A time belongs to a date so many letters before it, or behind it.
_NEAR = 48

# A day of the Islamic calendar, beside the Gregorian one or alone: read over and never converted, since the countries
# that write it begin a month on different days. Month names: CLDR's ar names of the islamic calendar, folded.
_HIJRI_MONTHS = (
    "محرم|صفر|ربيع (?:ال)?(?:اول|ثاني|اخره?)|جمادي (?:ال)?(?:اولي?|اخره?|ثاني|ثانيه)|رجب|شعبان|رمضان|شوال"
    "|ذ[وي] (?:القعده|الحجه)"
)
_HIJRI = re.compile(
    rf"(?<!\d)\d{{1,2}}[\s/-]*(?:من\s)?(?:شهر\s)?(?:{_HIJRI_MONTHS})(?:\s(?:عام|سنه))?[\s,،/-]*1[34]\d\d\s?(?:هجريه?|ه)?"
    r"|(?<!\d)(?:1[34]\d\d[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[/-]\d{1,2}[/-]1[34]\d\d)\s?(?:هجريه?|ه)?(?!\w)"
)
_WEEKDAYS = (
    "السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه saturday sunday monday tuesday wednesday thursday friday "
    "sat sun mon tue wed thu fri samedi dimanche lundi mardi mercredi jeudi vendredi"
)
# What may stand beside a date on a line that is nothing but a date.
_BESIDE = re.compile(
    r"\b(?:"
    + "|".join(
        (
            *_WEEKDAYS.split(),
            "تاريخ النشر|تاريخ التحديث|تاريخ|تم النشر|نشرت?|النشر|اخر تحديث|تم التحديث|تحديث|حدثت?",
            "الموافق|موافق|ميلاديه?",
            "بتوقيت [^\\W\\d_]+(?: المكرمه)?",
            "الساعه|بتوقيت|يوم|في|عند",
            "غرينتش|جرينتش|مكه المكرمه|مكه|القاهره|gmt|utc|ast|published|updated|last|posted|date|time|on|at|am|pm|ص|م",
            "publié|le|mis à jour|à",
        )
    )
    + r")\b"
)
_DIGIT = re.compile(r"\d")
_LONGEST_DATE_LINE = 100
# What may stand before the clock that a text opens with.
_BEFORE_CLOCK = re.compile(r"[\W_]{0,4}(?:الساعه\s+)?")
_OPENING = 24
#: Longer than any date; a longer value is not looked through.
_LONGEST_VALUE = 128


class Dated(NamedTuple):
    """The time of an article, and where it was read (as in schemas.models.TimeOrigin)."""

    moment: Moment
    origin: Literal["page", "markup", "prefix", "summary"]


class _Day(NamedTuple):
    """A stated day, and where it stands in the folded text."""

    day: date
    start: int
    end: int


class Clock(NamedTuple):
    """A stated time of day: since midnight, its zone if one is stated, how precise it is, and where it stands in what
    was read.
    """

    since: timedelta
    zone: tzinfo | None
    precision: Precision
    start: int
    end: int


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTH_NUMBER[" ".join(text.rstrip(".").split())]


def _day(found: re.Match[str], not_after: float | None) -> date | None:
    """The day of a match; None when there is no such day."""
    year, month, day = int(found["y"]), _month(found["m"]), int(found["d"])
    if found.re is _RFC_822:
        year += 2000 if year < 69 else 1900
    if found.re is _FIGURES and day <= 12:
        first, second = _date(year, month, day), _date(year, day, month)
        return second if first is None or (_later(first, not_after) and not _later(second, not_after)) else first
    return _date(year, month, day)


def _later(day: date | None, moment: float | None) -> bool:
    """Whether a day, wherever on earth, begins after `moment`, in epoch seconds."""
    if day is None or moment is None:
        return False
    return datetime.combine(day, time(), UTC).timestamp() - _FURTHEST_OFFSET.total_seconds() > moment


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# A line of a date is asked for its day twice: by who looks for one, and by who looks for what else the line says.
@lru_cache(maxsize=64)
def _first_day(folded: str, not_after: float | None = None, begin: int = 0) -> _Day | None:
    """The first day that a folded text states from `begin` on."""
    best: _Day | None = None
    patterns = _PATTERNS if _CENTURY.search(folded) else _WITHOUT_CENTURY if ":" in folded else ()
    for pattern in patterns:
        for found in pattern.finditer(folded, begin):
            if best is not None and found.start() >= best.start:
                break
            if day := _day(found, not_after):
                best = _Day(day, found.start(), found.end())
                break
    return best


def _hour(hour: int, half: str | None) -> int:
    """An hour of twelve, as of 24, by the word beside it."""
    if half is None or hour > 12:
        return hour
    half = half.replace(".", "")
    if half == "ليلا":
        afternoon = 6 <= hour < 12
    elif half == "ظهرا":
        afternoon = hour < 6 or hour == 12
    else:
        afternoon = half in ("pm", "م", "مساء", "عصرا") or half.startswith("بعد")
    return hour % 12 + 12 * afternoon


def _offset(text: str) -> timedelta | None:
    """An offset such as +03:00, +0300 or +3; None when no zone has it."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if size > _FURTHEST_OFFSET or int(found[3] or 0) > 59:
        return None
    return -size if found[1] == "-" else size


def _stated_zone(found: re.Match[str]) -> tzinfo | None:
    """The zone of a match of _TIME or _FAR_ZONE; None when it states none. Raises ValueError when none is like that."""
    told = found.groupdict()
    if told["offset"]:
        size = _offset(told["offset"])
        if size is None:
            raise ValueError(told["offset"])
        return timezone(size)
    if told["place"]:
        return _zone(_ZONE_OF[told["place"]])
    if told["short"]:
        return timezone(timedelta(hours=_ABBREVIATIONS[told["short"]]))
    return UTC if told["greenwich"] or told.get("z") else None


def _clock(found: re.Match[str]) -> Clock | None:
    """The time of day of a match of _TIME; None when no clock shows it."""
    hour = _hour(int(found["h"] or found["only"]), found["half"] or found["word"])
    minute, second = int(found["min"] or 0), int(found["s"] or 0)
    # 24:00 is the end of a day; a leap second the last one of its minute.
    if (hour, minute, second) > (24, 0, 0) or minute > 59 or second > 60:
        return None
    precision: Precision = "second" if found["s"] else "minute" if found["min"] else "hour"
    try:
        zone = _stated_zone(found)
    except ValueError:
        return None
    since = timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return Clock(since, zone, precision, found.start(), found.end())


def _time_of(folded: str, day: _Day) -> Clock | None:
    """The time of day beside a day: inside its stretch, behind it, before it."""
    plain = _HIJRI.sub(lambda found: " " * len(found[0]), folded)
    for begin, end in ((day.start, day.end), (day.end, day.end + _NEAR), (max(0, day.start - _NEAR), day.start)):
        if found := _TIME.search(plain, begin, end):
            clock = _clock(found)
            if clock is None or clock.zone is not None:
                return clock
            return clock._replace(zone=_zone_near(folded, day, clock))
    return None


def _zone_near(folded: str, day: _Day, clock: Clock) -> tzinfo | None:
    """The zone that stands apart from its time, as in ``10:30 - 2 فبراير 2025 بتوقيت القاهرة``."""
    found = _FAR_ZONE.search(folded, max(0, min(day.start, clock.start) - _NEAR), max(day.end, clock.end) + _NEAR)
    try:
        return found and _stated_zone(found)
    except ValueError:
        return None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _at(day: date, clock: Clock | None) -> str:
    midnight = datetime.combine(day, time())
    if clock is None:
        return _iso(midnight.replace(tzinfo=UTC))
    return _iso((midnight + clock.since).replace(tzinfo=clock.zone or UTC))


def find_date(text: str, *, not_after: float | None = None) -> Moment | None:
    """Return the first date that a short text states, with the time of day beside it; None when it states none.

    Meant for a line or a label's value. `not_after`, in epoch seconds, is when the text was known to exist (fetched):
    it decides between day and month where figures leave both open.
    """
    return _date_in(text, not_after) if _DIGIT.search(text) else None


# A line is asked for its date by several who want to know something of it.
@lru_cache(maxsize=256)
def _date_in(text: str, not_after: float | None) -> Moment | None:
    folded = fold_text(text)
    day = _first_day(folded, not_after)
    if day is None:
        return None
    clock = _time_of(folded, day)
    start, end = fold(text).original(
        day.start if clock is None else min(day.start, clock.start),
        day.end if clock is None else max(day.end, clock.end),
    )
    raw = text[start:end].rstrip(" \t(،,")
    end = start + len(raw)
    if "(" in raw and ")" not in raw and text[end : end + 1] == ")":
        end += 1
    return Moment(_at(day.day, clock), "day" if clock is None else clock.precision, text[start:end], start, end)


def read_date(value: str | float, *, not_after: float | None = None) -> Moment | None:
    """Return the time that a field's whole value states; None when it cannot be read as a date.

    Beyond what `find_date` reads: numbers since 1970, compact stamps, a month or a year alone. `not_after` as there.
    """
    text = str(value).strip()
    if not text or len(text) > _LONGEST_VALUE:
        return None
    folded = fold_text(text).strip()
    for read in (_read_compact, _read_number, _read_part):
        if found := read(folded):
            iso, precision = found
            return Moment(iso, precision, text, 0, len(text))
    stated = find_date(text, not_after=not_after)
    return stated and Moment(stated.iso, stated.precision, text, 0, len(text))


def _read_compact(folded: str) -> tuple[str, Precision] | None:
    found = _COMPACT.fullmatch(folded)
    day = found and _date(int(found["y"]), int(found["m"]), int(found["d"]))
    if found is None or day is None:
        return None
    if found["h"] is None:
        return _at(day, None), "day"
    since = timedelta(hours=int(found["h"]), minutes=int(found["min"]), seconds=int(found["s"] or 0))
    zone = found["zone"] or "z"
    size = timedelta() if zone == "z" else _offset(zone)
    if size is None:
        return _at(day, None), "day"
    precision: Precision = "second" if found["s"] else "minute"
    return _at(day, Clock(since, timezone(size), precision, 0, 0)), precision


def _read_number(folded: str) -> tuple[str, Precision] | None:
    found = _NUMBER.fullmatch(folded)
    whole = int(found["n"].partition(".")[0]) if found else 0
    for unit in _UNITS:
        if _EPOCHS[0] * unit <= whole < _EPOCHS[1] * unit:
            moment = datetime.fromtimestamp(whole // unit, UTC)
            return (_iso(moment), "second") if moment.year < 2100 else None
    return None


def _read_part(folded: str) -> tuple[str, Precision] | None:
    found = _PART.fullmatch(folded)
    if found is None:
        return None
    month = found["m"] or found["word"]
    day = date(int(found["y"] or found["of"]), _month(month) if month else 1, 1)
    return _at(day, None), "month" if month else "year"


def _without_days(folded: str) -> str:
    """A folded line with spaces for its days and the times beside them."""
    while day := _first_day(folded):
        clock = _time_of(folded, day)
        for start, end in [(day.start, day.end)] + ([] if clock is None else [(clock.start, clock.end)]):
            folded = folded[:start] + " " * (end - start) + folded[end:]
    return folded


def _is_bare(folded: str) -> bool:
    """Whether nothing but a time, a zone and what may stand beside a date is left of a folded line."""
    rest = _FAR_ZONE.sub(" ", _TIME.sub(" ", _HIJRI.sub(" ", folded), count=1))
    return not re.search(r"[^\W_]", _BESIDE.sub(" ", rest))


def is_date_line(text: str, *, not_after: float | None = None) -> Moment | None:
    """Return the date as :func:`find_date` does when the line holds only dates, weekdays, labels, zones; else None."""
    if len(text) > _LONGEST_DATE_LINE:
        return None
    found = find_date(text, not_after=not_after)
    return found if found and _is_bare(_without_days(fold_text(text))) else None


def clock_line(text: str) -> Clock | None:
    """Return the time of day of a line that holds nothing else but a zone, a weekday or a label; None for any other.

    As ``14:32``, ``الساعة 14:32 بتوقيت غرينتش``, ``2:32 م``. A line with a date is none: see `is_date_line`.
    """
    if len(text) > _LONGEST_DATE_LINE or ":" not in text:
        return None
    folded = fold_text(text)
    found = _TIME.search(folded)
    if found is None or not _is_bare(folded) or _first_day(folded):
        return None
    return _placed(text, found)


def opening_clock(text: str) -> Clock | None:
    """Return the time of day, told in hours and minutes, that a text opens with; None when it opens with none.

    Signs before it are read over, and so is the word "hour".
    """
    head = text[:_LONGEST_VALUE]
    if ":" not in head[:_OPENING]:
        return None
    folded = fold_text(head)
    opened = _BEFORE_CLOCK.match(folded)
    found = _TIME.match(folded, opened.end() if opened else 0)
    return _placed(head, found) if found and found["min"] else None


def _placed(text: str, found: re.Match[str]) -> Clock | None:
    """The clock of a match in the folded text, with its place in the text."""
    clock = _clock(found)
    if clock is None:
        return None
    start, end = fold(text).original(clock.start, clock.end)
    return clock._replace(start=start, end=end)


def at_clock(day: date, clock: Clock) -> str:
    """Return the time of day on a day, in RFC 3339."""
    return _at(day, clock)


def is_hijri_line(text: str) -> bool:
    """Whether the line holds nothing but a date of the Islamic calendar, a weekday, a label or a time."""
    if len(text) > _LONGEST_DATE_LINE or not _DIGIT.search(text):
        return False
    folded = fold_text(text)
    if "13" not in folded and "14" not in folded:
        return False
    return bool(_HIJRI.search(folded)) and _is_bare(folded)


#: How much of a time in RFC 3339 is shown at each precision.
_SHOWN = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16}


def shown(iso: str, precision: str | None) -> str:
    """Return a time in RFC 3339 as far as it was stated, for a person: ``2025-02-01``, ``2025-02-01T10:30``."""
    return iso[: _SHOWN.get(precision or "second", 19)]


def period(iso: str, precision: Precision | None) -> tuple[float, float]:
    """Return the first and the last second, in epoch seconds, that a time in RFC 3339 with this precision may mean."""
    first = datetime.fromisoformat(iso)
    first = first if first.tzinfo else first.replace(tzinfo=UTC)
    start = first.timestamp()
    if precision in ("year", "month"):
        months = 12 if precision == "year" else 1
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        return start, first.replace(year=year, month=month + 1, day=1).timestamp() - 1
    return start, start + {"day": 86_399, "hour": 3599, "minute": 59}.get(precision or "second", 0)


def is_finer(one: Moment, other: Moment) -> bool:
    """Whether `one` is stated more precisely than `other`."""
    return _COARSE_TO_FINE.index(one.precision) > _COARSE_TO_FINE.index(other.precision)


def same_day(one: Moment, other: Moment) -> bool:
    """Whether two times may be one: a day without a zone is that day anywhere on earth."""
    first, last = period(one.iso, one.precision)
    begin, end = period(other.iso, other.precision)
    if "day" in (one.precision, other.precision) and one.precision != other.precision:
        slack = _FURTHEST_OFFSET.total_seconds()
        return first - slack <= end and begin - slack <= last
    return one.iso[:10] == other.iso[:10]

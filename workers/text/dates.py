"""Dates that a page states, as ISO 8601.

Read are: ISO dates with an optional time (``2025-03-03@18:39:16 GMT``), day and month in English (``1st, February
2025``) or in Arabic with either set of month names, Levantine or international, or both at once (``1 فبراير/شباط
2025``), and day/month/year in figures, day first as Arabic papers write it. Digits may be Arabic-Indic. A zone is given
only when one is stated; Hijri years and relative words (اليوم, أمس) are left alone.
"""

from __future__ import annotations

import re
from datetime import date, time

from workers.text.fold import fold_text

__all__ = ["is_date_line", "is_hijri_line", "stated_date"]

# Month names, folded. One line a month: English with its short form, international Arabic with Maghreb and Egyptian
# variants, Levantine (CLDR's ar, ar-EG, ar-SY, ar-DZ and ar-MA month names).
_MONTHS = """
january jan يناير كانون_الثاني جانفي
february feb فبراير شباط فيفري
march mar مارس اذار
april apr ابريل نيسان افريل
may مايو ايار ماي
june jun يونيو حزيران يونيه جوان
july jul يوليو تموز يوليه جويليه يوليوز
august aug اغسطس اب اوت غشت
september sept sep سبتمبر ايلول شتنبر
october oct اكتوبر تشرين_الاول
november nov نوفمبر تشرين_الثاني نونبر
december dec ديسمبر كانون_الاول دجنبر
"""
_MONTH_NUMBER = {
    name.replace("_", " "): number
    for number, names in enumerate(_MONTHS.strip().split("\n"), start=1)
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTH_NUMBER), key=len, reverse=True)) + r")(?![^\W\d_])"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_ISO = re.compile(rf"(?<!\d){_YEAR}([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})(?!\d)")
_FIGURES = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})([-/.])(?P<m>\d{{1,2}})\2{_YEAR}")
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s(?:من\s)?(?P<m>{_MONTH})\.?"
    rf"(?:\s?[/\-(،]\s?{_MONTH}\)?)?\s?[,،]?\s?(?:عام\s|سنه\s)?{_YEAR}"
)
_MONTH_FIRST = re.compile(rf"(?P<m>{_MONTH})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?[,،]?\s{_YEAR}")
_PATTERNS = (_ISO, _DAY_FIRST, _MONTH_FIRST, _FIGURES)
_TIME = re.compile(
    r"(?<!\d)t?(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d))?(?:\.\d+)?\s?(?P<half>صباحا|مساء|ص\b|م\b|am\b|pm\b)?"
    r"\s?(?P<zone>gmt|utc|z\b|بتوقيت غرينتش|غرينتش)?(?P<offset>[+-]\d\d:?\d\d)?"
)
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
    "sat sun mon tue wed thu fri"
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
        )
    )
    + r")\b"
)
_DIGIT = re.compile(r"\d")
_LONGEST_DATE_LINE = 100


def _calendar_day(found: re.Match[str]) -> date | None:
    month = found["m"]
    try:
        return date(int(found["y"]), int(month) if month.isdecimal() else _MONTH_NUMBER[month], int(found["d"]))
    except ValueError:
        return None


def _time_of_day(folded: str) -> str:
    """The time in ``folded`` as ISO 8601 with its leading T, empty when none or none that a clock shows."""
    found = _TIME.search(folded)
    if found is None:
        return ""
    hour = int(found["h"])
    if found["half"] in ("مساء", "م", "pm") and hour < 12:
        hour += 12
    elif found["half"] in ("صباحا", "ص", "am") and hour == 12:
        hour = 0
    try:
        clock = time(hour, int(found["min"]), int(found["s"] or 0))
    except ValueError:
        return ""
    offset = found["offset"] or ("Z" if found["zone"] else "")
    if len(offset) == 5:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"T{clock.isoformat()}{offset}"


def _find(folded: str) -> tuple[str, str] | None:
    """The first stated date in a folded text, and the text without it."""
    for pattern in _PATTERNS:
        found = pattern.search(folded)
        if found and (day := _calendar_day(found)):
            rest = _HIJRI.sub(" ", folded[: found.start()] + " " + folded[found.end() :])
            return day.isoformat() + _time_of_day(rest), _TIME.sub(" ", rest, count=1)
    return None


def stated_date(text: str) -> str | None:
    """Return the first date that a short text states, as ISO 8601, with the time when one stands beside it; else None.

    Meant for a line or a label's value. Day/month/year in figures is read day first.
    """
    found = _find(fold_text(text))
    return found[0] if found else None


def is_date_line(text: str) -> str | None:
    """Return the date as :func:`stated_date` does when the line holds only it, a weekday, label or zone; else None."""
    if len(text) > _LONGEST_DATE_LINE or not _DIGIT.search(text):
        return None
    found = _find(fold_text(text))
    if found is None or re.search(r"[^\W_]", _BESIDE.sub(" ", found[1])):
        return None
    return found[0]


def is_hijri_line(text: str) -> bool:
    """Whether the line holds nothing but a date of the Islamic calendar, a weekday, a label or a time."""
    if len(text) > _LONGEST_DATE_LINE or not _DIGIT.search(text):
        return False
    folded = fold_text(text)
    rest, found = _HIJRI.subn(" ", folded)
    return bool(found) and not re.search(r"[^\W_]", _BESIDE.sub(" ", _TIME.sub(" ", rest, count=1)))

"""One reader of dates: every form that feeds and pages write, in UTC, as precise as it was written."""

from itertools import pairwise

import pytest

from workers.text.dates import (
    Moment,
    find_date,
    is_date_line,
    is_finer,
    is_hijri_line,
    period,
    read_date,
    same_day,
    shown,
)

NOON = "2025-03-09T12:00:00Z"


def read(value: str | float, **options: float) -> tuple[str, str] | None:
    found = read_date(value, **options)
    return found and (found.iso, found.precision)


@pytest.mark.parametrize(
    ("value", "iso", "precision"),
    [
        # RFC 3339, ISO 8601 and what is near them
        ("2025-03-09T12:00:00Z", NOON, "second"),
        ("2025-03-09T15:00:00+03:00", NOON, "second"),
        ("2025-03-09T15:00:00.123456789+0300", NOON, "second"),
        ("2025-03-09 15:00+03", "2025-03-09T12:00:00Z", "minute"),
        ("2025-03-09T12Z", NOON, "hour"),
        ("2025-03-09T24:00:00Z", "2025-03-10T00:00:00Z", "second"),
        ("2025-03-09T15:00:00+03:00[Asia/Riyadh]", NOON, "second"),
        ("2025-03-09@12:00:00 GMT", NOON, "second"),
        ("2025-03-09T12:00:00", NOON, "second"),
        ("2025-03-09", "2025-03-09T00:00:00Z", "day"),
        ("2025/3/9", "2025-03-09T00:00:00Z", "day"),
        ("2025-03", "2025-03-01T00:00:00Z", "month"),
        ("2025", "2025-01-01T00:00:00Z", "year"),
        # compact
        ("20250309T120000Z", NOON, "second"),
        ("20250309150000+0300", NOON, "second"),
        ("202503091200", NOON, "minute"),
        ("20250309", "2025-03-09T00:00:00Z", "day"),
        (20250309, "2025-03-09T00:00:00Z", "day"),
        # since 1970
        (1741521600, NOON, "second"),
        ("1741521600", NOON, "second"),
        (1741521600.75, NOON, "second"),
        ("1741521600000", NOON, "second"),
        (1741521600000, NOON, "second"),
        ("1741521600000000", NOON, "second"),
        ("1741521600000000000", NOON, "second"),
        ("١٧٤١٥٢١٦٠٠", NOON, "second"),
        ("/Date(1741521600000+0300)/", NOON, "second"),
        # mail, browsers, C, logs
        ("Sun, 09 Mar 2025 15:00:00 +0300", NOON, "second"),
        ("Sun, 9 Mar 25 08:00:00 EDT", NOON, "second"),
        ("Sun, 09 Mar 2025 12:00:00 GMT", NOON, "second"),
        ("Sun Mar 09 2025 15:00:00 GMT+0300 (Arabian Standard Time)", NOON, "second"),
        ("Sun Mar  9 12:00:00 2025", NOON, "second"),
        ("Sun Mar 09 12:00:00 UTC 2025", NOON, "second"),
        ("Sun Mar 09 15:00:00 +0300 2025", NOON, "second"),
        ("09/Mar/2025:15:00:00 +0300", NOON, "second"),
        ("3/13/2025, 9:05:07 PM", "2025-03-13T21:05:07Z", "second"),
        # words of every region
        ("9 آذار 2025", "2025-03-09T00:00:00Z", "day"),
        ("٩ مارس/آذار ٢٠٢٥", "2025-03-09T00:00:00Z", "day"),
        ("۹ مارس ۲۰۲۵", "2025-03-09T00:00:00Z", "day"),
        ("12 أكتوبر/ تشرين الأول 2024", "2024-10-12T00:00:00Z", "day"),
        ("12 تشرين الأول (أكتوبر) 2024", "2024-10-12T00:00:00Z", "day"),
        ("أكتوبر/تشرين الأول 12, 2024", "2024-10-12T00:00:00Z", "day"),
        ("2024 تشرين ثاني 12", "2024-11-12T00:00:00Z", "day"),
        ("3 كانون الثاني 2024", "2024-01-03T00:00:00Z", "day"),
        ("3 نونبر 2024", "2024-11-03T00:00:00Z", "day"),
        ("3 غشت 2024", "2024-08-03T00:00:00Z", "day"),
        ("3 يوليوز 2024", "2024-07-03T00:00:00Z", "day"),
        ("3 شتنبر 2024", "2024-09-03T00:00:00Z", "day"),
        ("3 دجنبر 2024", "2024-12-03T00:00:00Z", "day"),
        ("3 جوان 2024", "2024-06-03T00:00:00Z", "day"),
        ("3 جويلية 2024", "2024-07-03T00:00:00Z", "day"),
        ("3 أوت 2024", "2024-08-03T00:00:00Z", "day"),
        ("3 فيفري 2024", "2024-02-03T00:00:00Z", "day"),
        ("3 مايس 2024", "2024-05-03T00:00:00Z", "day"),
        ("1st, February 2025 GMT", "2025-02-01T00:00:00Z", "day"),
        ("Thursday, 5 December, 2024", "2024-12-05T00:00:00Z", "day"),
        ("Dec. 5th, 2024", "2024-12-05T00:00:00Z", "day"),
        ("1er février 2025 à 10h30", "2025-02-01T10:30:00Z", "minute"),
        ("14 août 2025", "2025-08-14T00:00:00Z", "day"),
        ("شباط 2025", "2025-02-01T00:00:00Z", "month"),
        # the hour of twelve, and clocks by name; Damascus and Cairo keep summer time in some years and not in others
        ("9 مارس 2025 3:00 م بتوقيت مكة المكرمة", NOON, "minute"),
        ("9 مارس 2025 - 15:00 (بتوقيت موسكو)", NOON, "minute"),
        ("9 مارس 2025، 02:00 مساءً بتوقيت القاهرة", NOON, "minute"),
        ("14:00 - 9 مارس 2025 بتوقيت القاهرة", NOON, "minute"),
        ("9 يوليو 2025 15:00 بتوقيت القاهرة", "2025-07-09T12:00:00Z", "minute"),
        ("9 يوليو 2020 15:00 بتوقيت دمشق", "2020-07-09T12:00:00Z", "minute"),
        ("9 مارس 2025 12:00 بتوقيت غرينتش", NOON, "minute"),
        ("9 مارس 2025 12:00 ت.غ", NOON, "minute"),
        ("9 مارس 2025 12:15 ص", "2025-03-09T00:15:00Z", "minute"),
        ("9 مارس 2025 12:15 ظهرا", "2025-03-09T12:15:00Z", "minute"),
        ("9 مارس 2025 1:15 ظهرا", "2025-03-09T13:15:00Z", "minute"),
        ("9 مارس 2025 11:15 ليلا", "2025-03-09T23:15:00Z", "minute"),
        ("9 مارس 2025 12:15 بعد الظهر", "2025-03-09T12:15:00Z", "minute"),
        ("9 مارس 2025م الساعة 10 صباحا", "2025-03-09T10:00:00Z", "hour"),
        ("Mar 9, 2025 12:05 a.m.", "2025-03-09T00:05:00Z", "minute"),
        ("2025-03-09 15:00 (GMT+3)", NOON, "minute"),
        ("2025-03-09 17:30 UTC+05:30", NOON, "minute"),
        # figures
        ("09/03/2025", "2025-03-09T00:00:00Z", "day"),
        ("9-3-2025", "2025-03-09T00:00:00Z", "day"),
        ("9 . 3 . 2025", "2025-03-09T00:00:00Z", "day"),
        ("03/13/2025", "2025-03-13T00:00:00Z", "day"),
        # beside the Islamic calendar
        ("9 رمضان 1446 هـ الموافق 9 مارس 2025م", "2025-03-09T00:00:00Z", "day"),
        ("١٤٤٦/٠٩/٠٩ هـ - ٠٩/٠٣/٢٠٢٥", "2025-03-09T00:00:00Z", "day"),
        # a day with an hour or an offset that does not exist
        ("2025-03-09T12:00:00+99:00", "2025-03-09T00:00:00Z", "day"),
        ("2025-03-09 25:10", "2025-03-09T00:00:00Z", "day"),
        # ahead of us
        ("2062-01-01T00:00:00Z", "2062-01-01T00:00:00Z", "second"),
    ],
)
def test_a_stated_time_is_read_in_utc_as_precise_as_it_was_written(
    value: str | float, iso: str, precision: str
) -> None:
    assert read(value) == (iso, precision)


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "yesterday", "أمس", "قبل 3 ساعات", "2 hours ago", "اليوم الجمعة", "null", "None"),
        *("0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "9999-12-31", "1795-01-01"),
        *("31 فبراير 2024", "2024-13-01", "2025-02-30T10:00:00Z", "20251399"),
        *(0, -1, 1, 12345678, "1e300", 1e300, "123456789012345678901234567890", 9_999_999_999),
        *("12/8/1446هـ", "12 شعبان 1446 هـ", "۱۴۰۳/۱۱/۱۳", "03/02/25"),
        "x" * 200 + " 2025-03-09",
    ],
)
def test_what_states_no_day_is_not_read(value: str | float) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize(
    ("value", "fetched", "iso"),
    [
        ("03/11/2025", None, "2025-11-03T00:00:00Z"),
        # A page cannot be published eight months after it was fetched: the month stands first.
        ("03/11/2025", NOON.replace("-09T", "-11T"), "2025-03-11T00:00:00Z"),
        ("03/02/2025", NOON, "2025-02-03T00:00:00Z"),
        # Neither order helps: day first.
        ("11/12/2025", NOON, "2025-12-11T00:00:00Z"),
        # Already tomorrow further east.
        ("10/03/2025", NOON, "2025-03-10T00:00:00Z"),
    ],
)
def test_when_a_page_was_fetched_decides_between_day_and_month(value: str, fetched: str | None, iso: str) -> None:
    latest = None if fetched is None else period(fetched, "second")[0]
    found = read_date(value, not_after=latest)
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize(
    ("line", "raw", "iso"),
    [
        (
            "نُشر في: ١ فبرايـر ٢٠٢٥، ١٠:٣٠ ص (بتوقيت مكة)",
            "١ فبرايـر ٢٠٢٥، ١٠:٣٠ ص (بتوقيت مكة)",
            "2025-02-01T07:30:00Z",
        ),
        ("تاريخ النشر: 1st, February 2025 GMT", "1st, February 2025", "2025-02-01T00:00:00Z"),
        ("السبت 1 فبراير/شباط 2025 - دمشق", "1 فبراير/شباط 2025", "2025-02-01T00:00:00Z"),
        ("آخر تحديث 10:30 - 1 فبراير 2025 في دمشق", "10:30 - 1 فبراير 2025", "2025-02-01T10:30:00Z"),
    ],
)
def test_the_stretch_of_a_line_that_states_a_date_is_given_as_it_is_written(line: str, raw: str, iso: str) -> None:
    found = find_date(line)
    assert found is not None
    assert (found.raw, line[found.start : found.end], found.iso) == (raw, raw, iso)


def test_the_first_of_several_dates_counts() -> None:
    found = find_date("نشر 3 مارس 2024 10:00 وحدث في 2024-03-05")
    assert found is not None
    assert found.iso == "2024-03-03T10:00:00Z"


def test_a_time_far_from_a_day_is_not_its_own() -> None:
    found = find_date("في 3 مارس 2024 " + "أعلنت الوزارة عن خطتها الجديدة " * 3 + "الساعة 10:30")
    assert found is not None
    assert found.precision == "day"


@pytest.mark.parametrize(
    ("line", "iso", "hijri"),
    [
        ("2025-03-03@18:39:16 GMT", "2025-03-03T18:39:16Z", False),
        ("تاريخ النشر: 1st, February 2025 GMT", "2025-02-01T00:00:00Z", False),
        ("date 2025-10-17 -", "2025-10-17T00:00:00Z", False),
        ("السبت 1 فبراير/شباط 2025", "2025-02-01T00:00:00Z", False),
        ("18/07/2015", "2015-07-18T00:00:00Z", False),
        ("نشر: 1 فبراير 2025 10:00 - آخر تحديث: 2 فبراير 2025 11:00", "2025-02-01T10:00:00Z", False),
        ("أعلنت الوزارة في 3 مارس 2025 عن خطتها", None, False),
        ("الأحد 22 شعبان 1445هـ - 3 مارس 2024م", "2024-03-03T00:00:00Z", False),
        ("12 شعبان 1446 هـ الموافق 11 فبراير 2025م", "2025-02-11T00:00:00Z", False),
        ("١٤٤٦/٠٨/١٢ هـ الموافق ١١/٠٢/٢٠٢٥", "2025-02-11T00:00:00Z", False),
        ("12 شعبان 1445 هـ", None, True),
        ("الثلاثاء 5 جمادى الآخرة 1446هـ 10:30 ص", None, True),
        ("1 ذو الحجة 1446", None, True),
        ("عقد الاجتماع في 12 شعبان 1445 هـ في مكة", None, False),
        ("2 تشرين الأول 2021 - 13:57 بتوقيت باريس", "2021-10-02T11:57:00Z", False),
    ],
)
def test_a_line_that_is_nothing_but_a_date_is_told_from_a_sentence(line: str, iso: str | None, hijri: bool) -> None:
    found = is_date_line(line)
    assert (found and found.iso) == iso
    assert is_hijri_line(line) is hijri


@pytest.mark.parametrize(
    ("iso", "precision", "length"),
    [
        (NOON, "second", 0),
        (NOON, "minute", 59),
        (NOON, "hour", 3599),
        ("2025-03-09T00:00:00Z", "day", 86_399),
        ("2024-02-01T00:00:00Z", "month", 29 * 86_400 - 1),
        ("2023-12-01T00:00:00Z", "month", 31 * 86_400 - 1),
        ("2024-01-01T00:00:00Z", "year", 366 * 86_400 - 1),
        # As the first release wrote it.
        ("2025-03-09", None, 0),
    ],
)
def test_a_time_stands_for_a_period(iso: str, precision: str | None, length: int) -> None:
    first, last = period(iso, precision)  # type: ignore[arg-type]
    assert last - first == length


def moment(value: str) -> Moment:
    found = read_date(value)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-03-09", "2025-03-09", True),
        ("2025-03-09", "2025-03-10", False),
        # Half past midnight in Damascus is the day before in UTC.
        ("2025-03-09", "2025-03-09T00:30:00+03:00", True),
        ("2025-03-09", "2025-03-07T20:00:00Z", False),
        ("2025-03-09T10:00:00Z", "2025-03-09T12:00:00Z", True),
        ("2025-03-09T10:00:00Z", "2025-03-10T12:00:00Z", False),
    ],
)
def test_a_day_without_a_zone_is_that_day_anywhere(one: str, other: str, same: bool) -> None:
    assert same_day(moment(one), moment(other)) is same
    assert same_day(moment(other), moment(one)) is same


def test_precisions_are_ordered_and_shown() -> None:
    values = ["2025", "2025-03", "2025-03-09", "2025-03-09T12Z", "2025-03-09T12:00Z", NOON]
    moments = [moment(value) for value in values]
    assert [is_finer(later, earlier) for earlier, later in pairwise(moments)] == [True] * 5
    assert not is_finer(moments[0], moments[0])
    assert [shown(each.iso, each.precision) for each in moments] == [
        "2025",
        "2025-03",
        "2025-03-09",
        "2025-03-09T12",
        "2025-03-09T12:00",
        "2025-03-09T12:00:00",
    ]

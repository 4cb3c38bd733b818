from datetime import timedelta

import pytest

from workers.text.clocks import ago_line, days_apart, inline_mark, line_mark


@pytest.mark.parametrize(
    ("line", "raw", "scale", "minutes", "precision"),
    [
        ("14:32", "14:32", "clock", 872, "minute"),
        ("[14:32]", "[14:32]", "clock", 872, "minute"),
        ("٢:٠٥ م", "٢:٠٥ م", "clock", 845, "minute"),
        ("14:32 بتوقيت غرينتش", "14:32 بتوقيت غرينتش", "clock", 872, "minute"),
        ("الساعة 9:10 صباحا", "الساعة 9:10 صباحا", "clock", 550, "minute"),
        ("قبل ساعتين", "قبل ساعتين", "ago", -120, "hour"),
        ("منذ 5 دقائق", "منذ 5 دقائق", "ago", -5, "minute"),
        ("قبل ساعة و 10 دقائق", "قبل ساعة و 10 دقائق", "ago", -70, "minute"),
        ("منذ يومين", "منذ يومين", "ago", -2880, "day"),
        ("3 hours ago", "3 hours ago", "ago", -180, "hour"),
        ("il y a 4 heures", "il y a 4 heures", "ago", -240, "hour"),
        ("1 يناير 1970 - 00:45", "1 يناير 1970 - 00:45", "moment", 45, "minute"),
    ],
)
def test_a_line_that_is_a_time_is_a_mark(line: str, raw: str, scale: str, minutes: float, precision: str) -> None:
    mark = line_mark(line)
    assert mark is not None
    assert (mark.raw, mark.scale, mark.minutes, mark.precision) == (raw, scale, minutes, precision)


@pytest.mark.parametrize(
    "line",
    [
        "14:32 وصل الوفد",
        "قبل الساعة 14:32",
        "منذ عامين",
        "29 نوفمبر 2026",
        "2:1",
        "25:10",
        "قبل المباراة",
        "الدقيقة 45",
        "",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert line_mark(line) is None


def test_a_label_beside_a_time_is_known() -> None:
    marks = [line_mark(line) for line in ("آخر تحديث 14:40", "14:40 بتوقيت مكة المكرمة")]
    assert [mark and mark.labelled for mark in marks] == [True, False]


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("14:32 | انفجار في المدينة", "انفجار في المدينة"),
        ("14:32 انفجار في المدينة", "انفجار في المدينة"),
        ("• 14:32: انفجار", "انفجار"),
        ("الساعة 14:32 بتوقيت غرينتش - انفجار", "انفجار"),
    ],
)
def test_a_clock_before_a_sentence_is_a_mark_up_to_the_sentence(line: str, rest: str) -> None:
    mark = inline_mark(line)
    assert mark is not None
    assert line[mark.end :] == rest


@pytest.mark.parametrize("line", ["انفجار عند 14:32", "14 قتيلا و32 جريحا", "16:9 صورة", "1984: رواية"])
def test_a_sentence_that_opens_with_no_clock_has_no_mark(line: str) -> None:
    assert inline_mark(line) is None


def test_how_long_ago_is_told_by_the_time_of_fetching_alone() -> None:
    (told,) = days_apart([line_mark("قبل ساعتين")], newest_first=True)
    assert told.moment("2026-11-28T00:00:00Z", None) is None
    found = told.moment("2026-11-28T00:00:00Z", "2026-11-29T01:40:30Z")
    assert (found.iso, found.precision, found.raw) == ("2026-11-28T23:00:00Z", "hour", "قبل ساعتين")


def test_clocks_that_go_against_the_page_have_passed_midnight() -> None:
    marks = [line_mark(line) for line in ("01:10", "00:20", "23:50", "22:00")]
    told = days_apart(marks, newest_first=True)
    # The page states the day on which it began.
    assert [each.moment("2026-11-28", None).iso for each in told] == [
        "2026-11-29T01:10:00Z",
        "2026-11-29T00:20:00Z",
        "2026-11-28T23:50:00Z",
        "2026-11-28T22:00:00Z",
    ]
    # Or that on which it was written last, where the first would lie beyond the fetching.
    assert told[0].moment("2026-11-29", "2026-11-29T02:00:00Z").iso == "2026-11-29T01:10:00Z"
    assert told[2].moment("2026-11-29", "2026-11-29T02:00:00Z").iso == "2026-11-28T23:50:00Z"


def test_without_a_day_a_clock_is_the_last_one_before_fetching() -> None:
    told = days_apart([line_mark("23:10 بتوقيت غرينتش")], newest_first=True)[0]
    assert told.moment(None, "2026-11-29T23:30:00Z").iso == "2026-11-29T23:10:00Z"
    assert told.moment(None, "2026-11-30T06:00:00Z").iso == "2026-11-29T23:10:00Z"
    assert told.moment(None, None) is None


def test_the_zone_that_a_mark_states_counts() -> None:
    told = days_apart([line_mark("14:00 بتوقيت موسكو")], newest_first=True)[0]
    assert told.moment("2026-11-28", None).iso == "2026-11-28T11:00:00Z"


def test_now_is_ago() -> None:
    assert ago_line("الآن") == (timedelta(), "hour")

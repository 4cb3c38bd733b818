from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.dedupe import texts
from tests.unit.dedupe.texts import item
from workers.dedupe.engine import Engine, Settings
from workers.dedupe.entry import Owner

EARLIER = item("earlier", texts.TITLE, texts.REPORT)


@pytest.mark.parametrize(
    ("title", "text", "hours", "relation", "method"),
    [
        pytest.param(texts.TITLE, texts.REPORT, 1, "duplicate", "exact", id="word for word"),
        pytest.param(texts.TITLE, texts.REPORT.replace("أ", "ا"), 1, "duplicate", "exact", id="another spelling"),
        pytest.param(texts.EDITED_TITLE, texts.EDITED, 20, "duplicate", "near", id="reprint with another title"),
        pytest.param(texts.EDITED_TITLE, texts.EDITED, 40, "duplicate", "near", id="reprint two days later"),
        pytest.param(texts.TITLE, texts.LEAD, 2, "duplicate", "abridged", id="opening alone"),
        pytest.param(texts.TITLE, texts.LEAD + texts.MIDDLE, 2, "duplicate", "near", id="without the ending"),
        pytest.param(texts.TITLE, texts.REPORT + texts.ADDED, 2, "duplicate", "near", id="extended"),
        pytest.param(texts.UPDATE_TITLE, texts.UPDATE, 20, "update", None, id="what happened afterwards"),
        pytest.param(*texts.cable("النرويج", "إريك هولم", "النرويجي"), 2, "original", None, id="something else"),
        pytest.param("افتتاح", "", 2, "original", None, id="a word"),
        pytest.param("", "", 2, "original", None, id="nothing"),
    ],
)
def test_what_comes_after_a_report(title: str, text: str, hours: float, relation: str, method: str | None) -> None:
    engine = Engine()
    assert engine.decide(EARLIER).relation == "original"
    verdict = engine.decide(item("later", title, text, hours=hours))
    assert (verdict.relation, verdict.method) == (relation, method)
    assert verdict.original_id == (None if relation == "original" else "earlier")
    assert verdict.revision == (1 if relation == "update" else 0)
    assert (verdict.similarity is None) == (relation == "original")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(
            texts.cable("كينيا", "جوزيف أوما", "الكيني"), texts.cable("بيرو", "لويس فارغاس", "البيروفي"), id="cable"
        ),
        pytest.param(
            texts.court("حسن رضوان", "الساحل", "الحشيش", 3),
            texts.court("عمر قنديل", "الواحة", "الكوكايين", 9),
            id="court",
        ),
        pytest.param(
            texts.plane("الثالثة", "40", "الأدوية والخيام"), texts.plane("الرابعة", "55", "الأغذية"), id="relief plane"
        ),
    ],
)
@pytest.mark.parametrize("hours", [2, 30])
def test_a_template_about_someone_else_is_new(one: tuple[str, str], two: tuple[str, str], hours: float) -> None:
    engine = Engine()
    engine.decide(item("one", *one))
    assert engine.decide(item("two", *two, hours=hours)).relation != "duplicate"
    assert engine.decide(item("three", two[0], two[1] + " انتهى.", hours=hours + 1)).original_id == "two"


TEASER = "وزير النقل سالم الحداد يفتتح الجسر البحري الجديد في مدينة الميناء بحضور ممثلي الشركات المنفذة"


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        (TEASER + " اليوم", "duplicate"),
        (TEASER.replace("سالم الحداد", "ماجد الخطيب"), "original"),
        (TEASER.replace("الجسر البحري", "المستشفى المركزي"), "original"),
        ("بعد 3 سنوات: " + TEASER, "duplicate"),
    ],
)
def test_a_teaser_is_a_copy_only_almost_to_the_word(text: str, relation: str) -> None:
    engine = Engine()
    engine.decide(item("one", "", TEASER, kind="teaser"))
    assert engine.decide(item("two", "", text, kind="teaser", hours=1)).relation == relation


def test_short_copies_with_other_numbers_are_kept_apart() -> None:
    engine = Engine()
    engine.decide(item("one", "", TEASER + " بكلفة 85 مليون دينار", kind="teaser"))
    assert engine.decide(item("two", "", TEASER + " بكلفة 95 مليون دينار", kind="teaser")).relation == "original"


def test_a_story_never_disappears_behind_its_own_teaser() -> None:
    engine = Engine()
    engine.decide(item("teaser", "", texts.LEAD, kind="teaser"))
    assert engine.decide(item("story", "", texts.LEAD)).relation == "original"


def test_a_summary_belongs_to_its_story_and_to_the_original_of_its_story() -> None:
    engine = Engine()
    engine.decide(EARLIER)
    engine.decide(item("copy", texts.EDITED_TITLE, texts.EDITED, hours=1))
    other_words = "ملخص: جسر يختصر الطريق"
    summary = engine.decide(item("summary", "", other_words, kind="summary", summary_of="copy", hours=1))
    assert (summary.relation, summary.original_id, summary.method) == ("duplicate", "earlier", "abridged")
    orphan = engine.decide(item("orphan", "", "خبر آخر عن سوق الأسماك", kind="summary", summary_of="unseen", hours=1))
    assert orphan.relation == "original"


def test_copies_point_at_the_event_that_they_repeat_and_updates_at_the_first() -> None:
    engine = Engine()
    engine.decide(EARLIER)
    engine.decide(item("copy", texts.EDITED_TITLE, texts.EDITED, hours=1))
    assert engine.decide(item("again", texts.EDITED_TITLE, texts.EDITED, hours=2)).original_id == "earlier"
    first = engine.decide(item("update", texts.UPDATE_TITLE, texts.UPDATE, hours=20))
    assert (first.original_id, first.revision) == ("earlier", 1)
    reprint = engine.decide(item("update copy", "خبر: " + texts.UPDATE_TITLE, texts.UPDATE, hours=21))
    assert (reprint.relation, reprint.original_id, reprint.story_id) == ("duplicate", "update", "earlier")


def test_revisions_count_up() -> None:
    engine = Engine()
    engine.decide(EARLIER)
    verdicts = [
        engine.decide(item("first", texts.UPDATE_TITLE, texts.UPDATE, hours=20)),
        engine.decide(item("second", texts.SECOND_UPDATE_TITLE, texts.SECOND_UPDATE, hours=40)),
    ]
    assert [(verdict.original_id, verdict.revision) for verdict in verdicts] == [("earlier", 1), ("earlier", 2)]


def test_a_much_longer_article_is_more_than_a_copy() -> None:
    engine = Engine()
    engine.decide(item("flash", texts.TITLE, texts.LEAD + texts.MIDDLE))
    more = " ".join(f"وأضاف المتحدث{n} تفصيلا{n} جديدا{n} عن المرحلة{n}" for n in range(90))
    assert (
        engine.decide(item("feature", texts.TITLE, texts.LEAD + texts.MIDDLE + more, hours=2)).relation != "duplicate"
    )


@pytest.mark.parametrize("title", [texts.TITLE, texts.UPDATE_TITLE])
@pytest.mark.parametrize("hours", [2, 30])
def test_one_opening_over_another_text_is_one_story_and_no_copy(title: str, hours: float) -> None:
    engine = Engine()
    engine.decide(item("a", texts.TITLE, texts.LEAD + texts.MIDDLE))
    verdict = engine.decide(item("b", title, texts.LEAD + texts.ADDED + texts.END, hours=hours))
    assert (verdict.relation != "duplicate", verdict.story_id) == (True, "a")


def test_a_record_delivered_again_gets_the_same_answer_and_changes_nothing() -> None:
    engine = Engine()
    stream = [EARLIER, item("copy", texts.EDITED_TITLE, texts.EDITED, hours=1)]
    before = [engine.step(one) for one in stream]
    again = [engine.step(one) for one in stream]
    assert [(step.entry, step.record) for step in again] == [(step.entry, step.record) for step in before]
    assert [step.known for step in before + again] == [False, False, True, True]
    assert again[0].verdict.relation == "original"
    assert len(engine) == 2


def test_a_replay_in_another_record_is_no_duplicate_of_itself_and_stays_with_its_first_record() -> None:
    engine = Engine()
    first = engine.step(replace(EARLIER, owner=Owner(2, 7)))
    assert engine.step(replace(EARLIER, owner=Owner(2, 7))).verdict.relation == "original"
    replayed = engine.step(replace(EARLIER, owner=Owner(2, 900), recorded_at=texts.START + 9 * texts.HOUR))
    assert (replayed.known, replayed.verdict.relation, replayed.entry) == (True, "original", first.entry)
    assert replayed.entry.owner == Owner(2, 7)


def test_event_times_that_stand_still_hold_nothing_for_ever() -> None:
    engine = Engine(Settings(window=timedelta(days=7), longest=timedelta(days=8)))
    engine.step(EARLIER)
    for day, evicted in ((7, ()), (8, ()), (8.1, ("earlier",)), (15.1, ("day 7",))):
        later = replace(item(f"day {day}", "", f"خبر اليوم {day}"), recorded_at=texts.START + day * 24 * texts.HOUR)
        assert engine.step(later).evicted == evicted


def test_a_clock_of_records_that_goes_back_is_not_believed() -> None:
    engine = Engine()
    engine.step(replace(EARLIER, recorded_at=texts.START + 60))
    back = engine.step(replace(item("b", "", texts.UPDATE), recorded_at=texts.START))
    assert back.entry.recorded_at == texts.START + 60


def test_the_oldest_go_first_when_the_count_is_full() -> None:
    engine = Engine(Settings(max_entries=2))
    engine.step(item("a", "", "خبر أول عن التجارة", hours=1))
    engine.step(item("b", "", "خبر ثان عن الزراعة", hours=2))
    assert engine.step(item("c", "", "خبر ثالث عن التعليم", hours=3)).evicted == ("a",)
    assert engine.entry("a") is None
    assert engine.entry("b") is not None
    assert len(engine) == 2


def test_what_lies_outside_the_window_is_forgotten_and_its_memory_released() -> None:
    engine = Engine(Settings(window=timedelta(hours=10)))
    engine.step(EARLIER)
    engine.step(item("update", texts.UPDATE_TITLE, texts.UPDATE, hours=5))
    assert engine.step(item("x", "", "خبر قصير", hours=10)).evicted == ()
    last = engine.step(item("late copy", texts.TITLE, texts.REPORT, hours=40))
    assert last.evicted == ("earlier", "update", "x")
    assert last.verdict.relation == "original"
    assert len(engine) == 1
    assert engine.decide(item("copy of late", texts.TITLE, texts.REPORT, hours=41)).original_id == "late copy"


def test_a_late_record_is_remembered_from_when_it_came() -> None:
    engine = Engine(Settings(window=timedelta(hours=10)))
    engine.step(item("now", "", "خبر اليوم عن الطقس", hours=100))
    late = item("late", texts.TITLE, texts.REPORT)
    assert engine.step(late).verdict == engine.step(late).verdict
    assert engine.decide(item("late copy", texts.TITLE, texts.REPORT, hours=101)).original_id == "late"
    assert engine.step(item("next", "", "خبر الغد عن الطقس", hours=112)).evicted == ("now", "late", "late copy")


def test_chain_holds_after_its_original_is_gone() -> None:
    engine = Engine(Settings(window=timedelta(hours=10)))
    engine.step(EARLIER)
    engine.step(item("copy", texts.EDITED_TITLE, texts.EDITED, hours=8))
    verdict = engine.decide(item("copy of copy", texts.EDITED_TITLE, texts.EDITED + " انتهى", hours=16))
    assert engine.entry("earlier") is None
    assert verdict.original_id == "earlier"


def test_a_report_in_a_roundup_is_not_its_other_report() -> None:
    engine = Engine()
    other_title, other = texts.court("حسن رضوان", "الساحل", "الحشيش", 3)
    engine.decide(item("bridge", texts.TITLE, texts.REPORT))
    engine.decide(item("roundup", "أخبار اليوم", texts.REPORT + " " + other, hours=1))
    verdict = engine.decide(item("court", other_title, other, hours=2))
    assert verdict.original_id != "bridge"


@pytest.mark.parametrize("event_time", [float("nan"), float("inf")])
def test_an_event_time_that_is_no_time_is_refused(event_time: float) -> None:
    broken = item("x", "", "خبر", hours=event_time)
    with pytest.raises(ValueError, match="give epoch seconds"):
        Engine().step(broken)


@pytest.mark.parametrize(
    "settings",
    [Settings(max_entries=0), Settings(window=timedelta(0)), Settings(longest=timedelta(0))],
)
def test_bounds_that_hold_nothing_are_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="nothing can be held"):
        Engine(settings)

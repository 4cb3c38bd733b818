from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.unit.dedupe import texts
from tests.unit.dedupe.texts import item
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.entry import Entry, to_name
from workers.dedupe.index import Bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.dedupe.rules import Kind

SENTENCES = [sentence for part in (texts.REPORT, texts.UPDATE, texts.ADDED) for sentence in part.split("، ")]
SENTENCES += [texts.cable(name, name + "ي", name)[1] for name in ("كينيا", "بيرو", "غانا")]
KINDS: list[Kind] = ["story", "story", "story", "teaser", "summary"]
SMALL = Settings(max_entries=12, window=timedelta(hours=30))


@st.composite
def streams(draw: st.DrawFn) -> list[Item]:
    """Articles of recombined sentences, some delivered again, in an order of event time that is not quite the order."""
    stream: list[Item] = []
    for number in range(draw(st.integers(1, 24))):
        if stream and draw(st.integers(0, 5)) == 0:
            stream.append(draw(st.sampled_from(stream)))
            continue
        chosen = draw(st.lists(st.integers(0, len(SENTENCES) - 1), max_size=6))
        kind = draw(st.sampled_from(KINDS))
        of = draw(st.sampled_from(stream)).article_id if stream and kind == "summary" else None
        text = "، ".join(SENTENCES[index] for index in chosen)
        hours = number * 3 + draw(st.integers(-20, 20))
        stream.append(
            item(f"article {number}", draw(st.sampled_from(SENTENCES[:3])), text, hours=hours, kind=kind, summary_of=of)
        )
    return stream


@given(streams(), st.data())
@examples(max_examples=60, deadline=None)
def test_an_engine_restored_anywhere_answers_as_the_one_that_did_not_stop(
    stream: list[Item], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(stream)))
    engine = Engine(SMALL)
    changelog: dict[str, bytes] = {}
    for one in stream[:cut]:
        step = engine.step(one)
        changelog[step.entry.article_id] = step.record
        for gone in step.evicted:
            del changelog[gone]
    records = data.draw(st.permutations(list(changelog.values())))  # a store gives them back in the order of their keys
    restored = Engine(SMALL)
    half = data.draw(st.integers(0, len(records)))
    if records == sorted(records, key=lambda record: Entry.from_bytes(record).sequence):
        restored.restore(records[:half])
        restored.restore(records[half:])
    else:
        restored.restore(records)
    assert len(restored) == len(engine)
    assert [restored.step(one) for one in stream[cut:]] == [engine.step(one) for one in stream[cut:]]
    assert (len(restored), restored._size_class) == (len(engine), engine._size_class)


@given(streams())
@examples(max_examples=60, deadline=None)
def test_copies_repeat_events_stories_begin_with_originals_and_no_article_repeats_itself(stream: list[Item]) -> None:
    engine = Engine()
    verdicts = {one.article_id: engine.decide(one) for one in stream}
    for article_id, verdict in verdicts.items():
        assert verdict.original_id != article_id
        if verdict.original_id is not None:
            assert verdict.story_id is not None
            assert verdicts[verdict.story_id].relation == "original"
            assert (verdicts[verdict.original_id].relation == "duplicate") is False
            assert verdict.relation == "duplicate" or verdict.original_id == verdict.story_id
    assert all(engine.decide(one) == verdicts[one.article_id] for one in stream)


def test_a_record_may_be_restored_twice() -> None:
    record = Engine().step(item("a", texts.TITLE, texts.REPORT)).record
    engine = Engine()
    assert engine.restore([record, record]) == 2
    engine.restore([record])
    assert len(engine) == 1


def test_entries_of_two_owners_at_once_are_both_kept() -> None:
    engine = Engine()
    engine.restore([Engine().step(item("a", texts.TITLE, texts.REPORT)).record])
    engine.restore([Engine().step(item("b", "", texts.UPDATE)).record])
    assert [engine.decide(item("c", texts.TITLE, texts.REPORT)).original_id] == ["a"]
    assert engine.entry("b") is not None
    assert len(engine) == 3


def test_the_last_record_of_an_article_counts() -> None:
    other = Engine()
    other.step(item("b", texts.TITLE, texts.REPORT))
    later = other.step(item("a", texts.TITLE, texts.REPORT, hours=1))
    engine = Engine()
    engine.step(item("z", "", texts.UPDATE))
    engine.step(item("a", texts.TITLE, texts.REPORT))
    engine.restore([later.record])
    assert len(engine) == 2
    again = engine.step(item("a", texts.TITLE, texts.REPORT))
    assert (again.known, again.verdict) == (True, later.verdict)


def test_a_tombstone_takes_its_article_out_wherever_it_stands() -> None:
    engine = Engine()
    for name in "abc":
        engine.step(item(name, "", f"خبر {name} عن سوق الأسماك في المدينة القديمة"))
    for name, left in (("b", 2), ("b", 2), ("unknown", 2), ("a", 1)):
        engine.forget(name)
        assert len(engine) == left
        assert engine.entry(name) is None
    assert engine._store.first == engine._find(to_name("c"))
    assert engine._gone == set()


def test_a_restart_and_time_passing_let_everything_go() -> None:
    settings = Settings(window=timedelta(days=3), longest=timedelta(days=4))
    before = Engine(settings)
    records = [before.step(one).record for one in _many(5000)]
    engine = Engine(settings)
    empty = engine.allocated
    engine.restore(records)
    full = engine.allocated
    assert engine.step(next(_many(1, start=5000))).evicted == ()
    assert engine.allocated > 10 * empty
    assert full > 3 * empty
    # Four days later by the clock of the records, with event times that stand still.
    late = replace(next(_many(1, start=6000)), event_time=texts.START, recorded_at=texts.START + 5 * 86400)
    step = engine.step(late)
    assert len(step.evicted) == 5001
    assert len(engine) == 1
    assert engine.allocated < full / 3
    # And by event time alone.
    engine = Engine(settings)
    engine.restore(records)
    assert len(engine.step(replace(late, event_time=texts.START + 5 * 86400, recorded_at=0.0)).evicted) == 5000
    assert len(engine) == 1
    # And without another article.
    engine = Engine(settings)
    engine.restore(records)
    assert engine.expire(texts.START + 3.9 * 86400) == ()
    assert len(engine.expire(texts.START + 5 * 86400)) == 5000
    assert len(engine) == 0
    assert engine.allocated < empty


def test_memory_does_not_grow_over_three_windows() -> None:
    """Counted in bytes of slabs and tables, at the end of each window."""
    window = 3000
    engine = Engine(Settings(window=timedelta(seconds=window)))
    taken = []
    for number, one in enumerate(_many(4 * window), start=1):
        step = engine.step(replace(one, event_time=texts.START + number))
        assert len(step.evicted) == (1 if number > window + 1 else 0)
        if number % window == 0:
            taken.append(engine.allocated)
    assert len(engine) == window + 1
    # The oldest slab and the newest are partly empty: they may come to one slab more or less.
    assert max(taken[1:]) - min(taken[1:]) <= max(slab.size for slab in engine._store._slabs)


def test_numbers_begin_again_before_they_run_out() -> None:
    stream = list(_many(40))
    engine, other = (Engine(Settings(max_entries=12)) for _ in range(2))
    engine._store.first = engine._store.end = 0xFFFFFFFF - 20
    assert [engine.step(one) for one in stream] == [other.step(one) for one in stream]
    assert engine._store.end < 100


def test_tables_grow_and_shrink_with_what_they_hold_and_answer_alike() -> None:
    """Restored at every hundredth article, while tables are doubled and then halved again."""
    settings = Settings(window=timedelta(seconds=4000))
    engine, follower = Engine(settings), Engine(settings)
    changelog: dict[str, bytes] = {}
    classes = set()
    for number, one in enumerate(_many(3000), start=1):
        event_time = texts.START + (number if number < 2600 else number * 10)
        step = engine.step(replace(one, event_time=event_time))
        assert follower.step(replace(one, event_time=event_time)) == step
        changelog[step.entry.article_id] = step.record
        for gone in step.evicted:
            del changelog[gone]
        classes.add(engine._size_class)
        if number % 500 == 0 or number in (1024, 1025, 1026, 2048, 2049):
            follower = Engine(settings)
            follower.restore(changelog.values())
    assert classes == {10, 11, 12}


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), max_size=120), st.integers(1, 40))
@examples(deadline=None)
def test_many_at_once_fill_the_bands_as_one_by_one_do(lines: list[list[int]], run: int) -> None:
    """Few rows, so that they overflow."""
    rows = np.array(lines, np.int64).reshape(-1, 4)
    alone, together = Bands(2), Bands(2)
    for number, each in enumerate(rows, start=1):
        alone.add(number, each)
    for start in range(0, len(rows), run):
        together.add_run(start + 1, rows[start : start + run])
    assert np.array_equal(alone._table, together._table)
    assert alone._next == together._next


def _many(count: int, start: int = 0) -> Iterator[Item]:
    """Short articles of their own words, every tenth a copy of the one before it."""
    for number in range(start, start + count):
        told = number - 1 if number % 10 == 9 else number
        text = " ".join(f"كلمة{told}حرف{place}" for place in range(12))
        yield item(f"{number:032x}", "", text + (" أخيرا" if told != number else ""))

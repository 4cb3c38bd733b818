from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.unit.dedupe import texts
from tests.unit.dedupe.texts import item
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.entry import Entry

if TYPE_CHECKING:
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
        changelog[step.entry.article_id] = step.entry.to_bytes()
        for gone in step.evicted:
            del changelog[gone]
    records = data.draw(st.permutations(list(changelog.values())))  # a store gives them back in the order of their keys
    restored = Engine(SMALL)
    restored.restore_all(map(Entry.from_bytes, records))
    assert len(restored) == len(engine)
    assert [restored.step(one) for one in stream[cut:]] == [engine.step(one) for one in stream[cut:]]
    assert restored._index.buckets == engine._index.buckets


@given(streams())
@examples(max_examples=60, deadline=None)
def test_chains_end_at_originals_and_no_article_repeats_itself(stream: list[Item]) -> None:
    engine = Engine()
    verdicts = {one.article_id: engine.decide(one) for one in stream}
    for article_id, verdict in verdicts.items():
        assert verdict.original_id != article_id
        if verdict.original_id is not None:
            assert verdicts[verdict.original_id].relation == "original"
    assert all(engine.decide(one) == verdicts[one.article_id] for one in stream)


def test_an_entry_may_be_restored_twice() -> None:
    entry = Engine().step(item("a", texts.TITLE, texts.REPORT)).entry
    engine = Engine()
    engine.restore_all([entry, entry])
    assert len(engine) == 1


def test_entries_of_two_owners_at_once_are_both_kept() -> None:
    engine = Engine()
    engine.restore(Engine().step(item("a", texts.TITLE, texts.REPORT)).entry)
    engine.restore(Engine().step(item("b", "", texts.UPDATE)).entry)
    assert [engine.decide(item("c", texts.TITLE, texts.REPORT)).original_id] == ["a"]
    assert engine.entry("b") is not None
    assert len(engine) == 3

"""The same document sent again: once a run, whatever comes between, and never at the price of an event."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from schemas import envelope
from schemas.topics import DEDUPE_CHANGELOG, DUPLICATES, OUTCOMES, PARSED, UNIQUE
from tests.unit.pipeline.test_updates import NOW, REPORT, SECOND, SETTINGS, UPDATE, parsed
from workers.dedupe.entry import Entry, Owner
from workers.dedupe.shown import Shown, run_of
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.dedupe import Dedupe
from workers.pipeline.enrich import Enricher
from workers.pipeline.record import Output, Record

COPY = REPORT.model_copy(update={"document_id": "copy"})


def sent(offset: int, document: object = REPORT, *, run: str | None = None, retry_of: str | None = None) -> Record:
    """Return the document's article as a record of articles.parsed."""
    record = parsed(document, offset)  # type: ignore[arg-type]
    marks = {envelope.REPLAY_ID: run, envelope.RETRY_OF: retry_of}
    added = [(name, value.encode()) for name, value in marks.items() if value is not None]
    return replace(record, headers=[*record.headers, *added])


def went(dedupe: Dedupe, *records: Record) -> list[str]:
    """Return the topic to which each record's article went."""
    return [dedupe.process(record, now=NOW)[0].topic for record in records]


def changelog(outputs: list[Output]) -> list[Record]:
    return [
        Record(each.topic, each.partition or 0, number, each.key, each.value, [], 0.0)
        for number, each in enumerate(outputs)
        if each.topic == DEDUPE_CHANGELOG
    ]


def test_what_the_feed_sends_again_goes_on_once() -> None:
    dedupe = build_dedupe(SETTINGS)
    first, again = sent(3), sent(8)
    assert went(dedupe, first, again, sent(9, COPY), sent(10, COPY)) == [UNIQUE, OUTCOMES, DUPLICATES, OUTCOMES]
    # Read again after a crash, each is answered as before.
    assert went(dedupe, again, first, again) == [OUTCOMES, UNIQUE, OUTCOMES]
    (outcome,) = dedupe.process(again, now=NOW)
    article = orjson.loads(first.value or b"")
    assert outcome.key == article["article_id"].encode()
    told = orjson.loads(outcome.value or b"")
    assert told == {
        "outcome": "repeat",
        "first": f"{PARSED}/0/3",
        **{name: article[name] for name in ("article_id", "document_id", "ordinal", "articles_in_document", "kind")},
    }
    assert dict(outcome.headers)["ce_id"] != dict(dedupe.process(sent(11), now=NOW)[0].headers)["ce_id"]
    assert outcome.fate is not None
    assert outcome.fate.outcome == "repeat"


def test_each_replay_shows_everything_once_and_hides_nothing_from_the_feed() -> None:
    dedupe = build_dedupe(SETTINGS)
    runs = [None, "a", "a", None, "b", "a", "b"]
    assert went(dedupe, *(sent(offset, run=run) for offset, run in enumerate(runs))) == [
        *(UNIQUE, UNIQUE, OUTCOMES, OUTCOMES),
        *(UNIQUE, OUTCOMES, OUTCOMES),
    ]
    # First in a replay, then from the feed.
    dedupe = build_dedupe(SETTINGS)
    runs = ["a", None, None, "a", ""]
    assert went(dedupe, *(sent(offset, run=run) for offset, run in enumerate(runs))) == [
        *(UNIQUE, UNIQUE, OUTCOMES, OUTCOMES, UNIQUE),
    ]


def test_a_changed_document_under_the_same_id_is_an_update() -> None:
    dedupe = build_dedupe(SETTINGS)
    changed = UPDATE.model_copy(update={"document_id": REPORT.document_id})
    report, update = (dedupe.process(record, now=NOW)[0] for record in (sent(0), sent(1, changed)))
    assert [report.topic, update.topic] == [UNIQUE, UNIQUE]
    assert update.fate is not None
    assert update.fate.outcome == "update"
    assert went(dedupe, sent(2, changed), sent(3)) == [OUTCOMES, OUTCOMES]


def test_what_was_sent_back_from_the_dead_letters_is_no_repeat() -> None:
    dedupe = build_dedupe(SETTINGS)
    went(dedupe, sent(3))
    # It failed, was sent back, failed again, and was sent back again.
    assert went(dedupe, sent(8, retry_of=f"{PARSED}/0/3"), sent(9, retry_of=f"{PARSED}/0/8")) == [UNIQUE, UNIQUE]
    assert went(dedupe, sent(10), sent(11, retry_of="not a place")) == [OUTCOMES, OUTCOMES]


def test_a_worker_that_takes_over_knows_what_went_on_in_every_run() -> None:
    dedupe = build_dedupe(SETTINGS)
    runs = [None, "a", "b"]
    records = [sent(offset, run=run) for offset, run in enumerate(runs)]
    written = changelog([output for record in records for output in dedupe.process(record, now=NOW)])
    assert len(written) == 3
    again = [sent(offset + 10, run=run) for offset, run in enumerate(runs)]
    for given in (written, changelog(list(dedupe.entries(0)))):
        other = build_dedupe(SETTINGS)
        # As it is read after a restart, in parts.
        counts = [other.restore(0, [record]) for record in given]
        assert counts == [1, 0, 0]
        assert went(other, *again) == [OUTCOMES] * 3
        # Whoever died before the output was out: the record itself is answered.
        assert went(other, *records) == [UNIQUE] * 3
    # The state reached the changelog up to the second record: the third is new in its run, and its own owner.
    other = build_dedupe(SETTINGS)
    other.restore(0, written[:2])
    assert went(other, records[2], again[2]) == [UNIQUE, OUTCOMES]


def test_what_leaves_the_state_leaves_it_in_every_run() -> None:
    dedupe = Dedupe(window_days=7, max_entries=1)
    written = [output for n, run in enumerate((None, "a")) for output in dedupe.process(sent(n, run=run), now=NOW)]
    written += dedupe.process(sent(2, SECOND), now=NOW)
    keys = [(record.key, record.value is None) for record in changelog(written)]
    assert len(keys) == 5
    assert {key for key, gone in keys if gone} == {key for key, gone in keys[:2] if not gone}
    # Then it is decided anew, and in no run a repeat.
    assert went(dedupe, sent(3, run="a")) == [UNIQUE]
    other = Dedupe(window_days=7, max_entries=1)
    other.restore(0, changelog(written))
    assert went(other, sent(3, run="a")) == [UNIQUE]
    # A run whose article retention has taken: what is left of it counts for nothing.
    third = build_dedupe(SETTINGS)
    third.restore(0, [record for record in changelog(written) if b"/" in (record.key or b"")][:1])
    assert went(third, sent(3, run="a")) == [UNIQUE]


def test_owners_in_further_runs_are_bounded_and_the_oldest_articles_lose_theirs() -> None:
    shown = Shown(3)
    for number in range(3):
        assert list(shown.add("old" if number < 2 else "new", number, Owner(0, number))) == []
    assert list(shown.add("newest", 0, Owner(0, 9))) == [("old", 0), ("old", 1)]
    assert (len(shown), shown.owner("old", 1), shown.owner("new", 2)) == (2, None, Owner(0, 2))
    assert shown.forget("new", 7) == []
    assert shown.forget("new") == [2]
    assert list(shown) == [("newest", 0, Owner(0, 9))]
    # What was dropped is answered once more: an event too many, never one too few.
    dedupe = Dedupe(window_days=7, max_entries=1)
    assert went(dedupe, *(sent(n, run=run) for n, run in enumerate(("a", "b", "c", "b")))) == [UNIQUE] * 4


def test_runs_differ_by_their_ids() -> None:
    assert len({run_of(each) for each in (None, "", "a", "b", "\ud800")}) == 5
    assert run_of(None) == 0
    assert all(0 < run_of(str(number)) < 1 << 64 for number in range(100))


@pytest.mark.parametrize("run", [None, "a"])
def test_an_entry_of_the_release_before_hides_nothing(run: str | None) -> None:
    """It does not say in which run the article went on: once more in each is right, and then it is known."""
    dedupe = build_dedupe(SETTINGS)
    (entry,) = changelog(dedupe.process(sent(0), now=NOW))
    # Without run, document, and the length of the story's name, which an original lacks.
    before = bytes([3]) + (entry.value or b"")[1:-20]
    assert Entry.from_bytes(before).run is None
    other = build_dedupe(SETTINGS)
    other.restore(0, [replace(entry, value=before)])
    assert went(other, sent(5, run=run), sent(6, run=run)) == [UNIQUE, OUTCOMES]


def test_enrich_gives_no_second_line_and_counts_it() -> None:
    enricher = Enricher(build_parse(SETTINGS), build_dedupe(SETTINGS), build_tag(), clock=lambda: 1.7e9 + 9e4)
    assert [len(list(enricher.enrich(each))) for each in (REPORT, REPORT, UPDATE, REPORT)] == [1, 0, 1, 0]
    assert enricher.repeats == 2

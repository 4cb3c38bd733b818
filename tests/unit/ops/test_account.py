from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas import envelope
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, OUTCOMES, PARSED, RAW, UNIQUE, Stage
from workers.errors import Unreadable, UsageError
from workers.ops.golden import compare, golden_line, read_golden
from workers.ops.ledger import ALL, KEPT, Ledger, Scope, Tags
from workers.pipeline.record import Record
from workers.pipeline.times import iso

if TYPE_CHECKING:
    from pathlib import Path

    from workers.ops.ledger import Account

EVERYTHING: dict[Stage, dict[int, int]] = {"parse": {0: 99}, "dedupe": {0: 99}, "tag": {0: 99}}


def account(records: list[Record], committed: dict[Stage, dict[int, int]], scope: Scope = ALL) -> Account:
    """Close a ledger of the records; their order must not matter, so they come last to first.

    Nor must it matter whether an account was taken when half of them were there.
    """
    ledger, twice = Ledger(scope=scope), Ledger(scope=scope)
    for number, each in enumerate(reversed(records)):
        ledger.add(each)
        twice.add(each)
        if number == len(records) // 2:
            twice.close(committed)
    found = ledger.close(committed)
    assert found == ledger.close(committed) == twice.close(committed)
    return found


def record(topic: str, offset: int, origin: int | None = None, article: int = 0, of: int = 1, **more: Any) -> Record:
    message = {
        "article_id": f"{origin}/{article}",
        "document_id": f"document {origin}",
        "ordinal": article,
        "articles_in_document": of,
        "kind": "story",
        "relation": "original",
        "countries": [{"code": "SY"}],
        "actors": [{"id": "someone"}],
        **more,
    }
    headers = [] if origin is None else [(envelope.ORIGIN, f"0:{origin}".encode())]
    return Record(topic, 0, offset, b"doc", orjson.dumps(message), headers, 0.0)


def letter(offset: int, stage: Stage, topic: str, failed: int, *, origin: int | None = None) -> Record:
    told = {
        envelope.ERROR_STAGE: stage,
        envelope.ERROR_CLASS: "Broken",
        envelope.ERROR_TOPIC: topic,
        envelope.ERROR_PARTITION: "0",
        envelope.ERROR_OFFSET: str(failed),
    }
    if origin is not None:
        told[envelope.ORIGIN] = f"0:{origin}"
    own = record(topic, failed, origin)
    return replace(own, topic=DEAD_LETTER, offset=offset, headers=[(k, v.encode()) for k, v in told.items()])


WHOLE = [
    record(RAW, 0),
    record(RAW, 1),
    record(RAW, 2),
    record(PARSED, 0, 0, 0, 2),
    record(PARSED, 1, 0, 1, 2),
    record(PARSED, 2, 1),
    record(UNIQUE, 0, 0, 0, 2),
    record(DUPLICATES, 0, 0, 1, 2),
    record(UNIQUE, 1, 1),
    record(ENRICHED, 0, 0, 0, 2),
    letter(0, "parse", RAW, 2),
    letter(1, "tag", UNIQUE, 1, origin=1),
]


def test_every_input_is_counted_once() -> None:
    found = account(WHOLE, EVERYTHING)
    assert found.balanced
    assert (found.documents, found.documents_dead, found.articles, found.articles_dead) == (3, 1, 3, 1)
    assert found.relations == {"original": 1, "duplicate": 1}
    assert found.errors == {"parse Broken": 1, "tag Broken": 1}
    assert found.countries == Tags(1, 1, (("SY", 1),))
    assert found.repeated == 0


def back(topic: str, offset: int, failed: int, origin: int | None = None, **more: Any) -> Record:
    """Return the record at `offset` that repeats the one that failed, sent back from the dead letters."""
    again = record(topic, offset, origin, **more)
    again.headers.append((envelope.RETRY_OF, f"{topic}/0/{failed}".encode()))
    return again


def test_a_record_that_was_sent_back_and_the_one_that_failed_are_one_input() -> None:
    mended = [*WHOLE, back(RAW, 3, 2), record(PARSED, 3, 3), record(DUPLICATES, 1, 3)]
    mended += [back(UNIQUE, 2, 1, 1), record(ENRICHED, 1, 1)]
    found = account(mended, EVERYTHING)
    assert found.balanced
    assert (found.documents, found.documents_dead, found.articles, found.articles_dead) == (3, 0, 4, 0)
    assert found.relations == {"original": 2, "duplicate": 2}
    assert (found.sent_back, found.errors, found.repeated) == (2, {}, 0)
    # Failed again: one input, dead once.
    found = account([*WHOLE, back(RAW, 3, 2), letter(2, "parse", RAW, 3)], EVERYTHING)
    assert (found.documents, found.documents_dead, found.errors.total()) == (3, 1, 2)
    # Sent back twice, and both came through: still one.
    twice = [back(RAW, 3, 2), back(RAW, 4, 2), *(record(PARSED, n, n) for n in (3, 4))]
    twice += [record(DUPLICATES, n, n) for n in (3, 4)]
    found = account([*WHOLE, *twice], EVERYTHING)
    assert (found.balanced, found.documents, found.documents_dead, found.repeated) == (True, 3, 0, 1)


def test_what_was_sent_back_is_pending_until_it_ends_and_lost_if_it_was_passed_over() -> None:
    for topic, failed, origin, stage in ((RAW, 2, None, "parse"), (UNIQUE, 1, 1, "tag")):
        on_its_way = [*WHOLE, back(topic, 9, failed, origin)]
        assert len(account(on_its_way, {**EVERYTHING, stage: {0: 9}}).pending) == 1  # type: ignore[dict-item]
        assert len(account(on_its_way, EVERYTHING).lost) == 1
    # A header alone takes nothing out of the account: only what failed can have been sent back.
    forged = account([*WHOLE, back(RAW, 3, 1)], EVERYTHING)
    assert (forged.documents, len(forged.lost)) == (4, 1)


@pytest.mark.parametrize("missing", range(3, len(WHOLE)))
def test_every_single_missing_record_is_found_out(missing: int) -> None:
    """Negative control: leave any one derived record out, and the account no longer balances."""
    left = [each for number, each in enumerate(WHOLE) if number != missing]
    found = account(left, EVERYTHING)
    # What has reached its end is accounted for, though retention may have deleted the records on its way.
    record_ = WHOLE[missing]
    settled = record_.topic == PARSED or (record_.topic == UNIQUE and record_.offset == 0)
    assert found.balanced is settled
    assert len(found.lost) == (0 if settled else 1)


def test_a_tombstone_is_an_input_and_no_document() -> None:
    outcome = record(OUTCOMES, 0, 3, outcome="tombstone")
    found = account([*WHOLE, record(RAW, 3), outcome], EVERYTHING)
    assert (found.balanced, found.documents, found.tombstones) == (True, 3, 1)
    # Written again after a crash.
    again = account([*WHOLE, record(RAW, 3), outcome, replace(outcome, offset=1)], EVERYTHING)
    assert (again.tombstones, again.repeated) == (1, 1)
    # Not done yet, or passed over without a trace.
    assert len(account([*WHOLE, record(RAW, 3)], {**EVERYTHING, "parse": {0: 3}}).pending) == 1
    assert len(account([*WHOLE, record(RAW, 3)], EVERYTHING).lost) == 1


def test_what_a_stage_has_not_committed_past_is_pending() -> None:
    found = account([record(RAW, 0), record(RAW, 1)], {"parse": {0: 1}})
    assert len(found.lost) == 1
    assert len(found.pending) == 1
    assert "articles.raw/0/0" in found.lost[0]


def test_what_is_written_again_counts_once() -> None:
    again = [*WHOLE, record(PARSED, 3, 1), record(ENRICHED, 1, 0, 0, 2), letter(2, "parse", RAW, 2)]
    found = account(again, EVERYTHING)
    assert found.balanced
    assert found.repeated == 3
    assert found.countries == Tags(1, 1, (("SY", 1),))
    assert found.errors.total() == 2


SENT_AGAIN = [
    *WHOLE,
    record(RAW, 3),
    record(PARSED, 3, 3, 0, 2, article_id="0/0", document_id="document 0"),
    record(PARSED, 4, 3, 1, 2, article_id="0/1", document_id="document 0"),
    record(OUTCOMES, 0, 3, 0, 2, article_id="0/0", document_id="document 0", outcome="repeat"),
    record(OUTCOMES, 1, 3, 1, 2, article_id="0/1", document_id="document 0", outcome="repeat"),
]


def test_a_document_that_is_sent_again_is_an_input_whose_articles_are_repeats() -> None:
    found = account(SENT_AGAIN, EVERYTHING)
    assert found.balanced
    assert (found.documents, found.articles, found.articles_dead) == (4, 5, 1)
    assert found.relations == {"original": 1, "duplicate": 1, "repeat": 2}
    assert found.countries == Tags(1, 1, (("SY", 1),))
    assert (found.distinct_documents, found.distinct_articles) == (3, 3)
    # Without its outcome, an article that went on before is no more accounted for than any other.
    assert account(SENT_AGAIN[:-1], EVERYTHING).lost_count == 1
    # Parse wrote an article twice after a crash: it has its end, and a repeat beside it is no second one.
    crashed = account([*WHOLE, record(PARSED, 3, 0, 0, 2), record(OUTCOMES, 0, 0, 0, 2, outcome="repeat")], EVERYTHING)
    assert (crashed.balanced, crashed.articles, crashed.relations["repeat"], crashed.repeated) == (True, 3, 0, 1)


def test_what_an_earlier_topic_led_to_is_no_answer_for_one_that_was_made_again() -> None:
    """articles.raw deleted and made again: its offsets begin anew, and the old outputs stand beside the new ones."""

    def at(time: float, records: list[Record]) -> list[Record]:
        """The same records where the raw ones came at `time`."""
        stamp = (envelope.INGESTED, iso(time).encode())
        return [
            replace(each, time=time + (each.topic != RAW), headers=[*each.headers, stamp] if each.headers else [])
            for each in records
        ]

    old, new = at(1e9, WHOLE), at(1e9 + 86_400.123, WHOLE)
    assert account(new, EVERYTHING).balanced
    derived = [each for each in old if each.topic != RAW]
    # Of the new topic nothing is done but by the old one's outputs.
    found = account([*derived, *new[:3]], EVERYTHING)
    assert (found.documents, found.documents_dead, found.articles, found.lost_count) == (3, 0, 0, 3)
    # All is done: of the old ones only the dead letter counts, which is of the same bytes at the same place.
    found = account([*[replace(each, offset=each.offset + 50) for each in derived], *new], EVERYTHING)
    assert (found.balanced, found.documents_dead, found.articles, found.repeated) == (True, 1, 3, 1)
    # A dead letter that was sent back belongs to the old record: what came in its place is a document of its own.
    found = account([*derived, *new, *at(1e9 + 86_500, [back(RAW, 3, 1)])], EVERYTHING)
    assert (found.documents, found.lost_count) == (4, 1)
    # Made again within minutes, a dead letter is told apart by its bytes.
    other = replace(record(RAW, 2), value=b"{}")
    found = account([*at(1e9, [letter(0, "parse", RAW, 2)]), *at(1e9 + 60, [other])], EVERYTHING)
    assert (found.documents_dead, found.lost_count) == (0, 1)


@pytest.mark.parametrize("end", [DUPLICATES, UNIQUE])
def test_articles_in_a_batch_that_cannot_be_unpacked_are_lost_by_name(end: str) -> None:
    """Its bytes do not say whose they are, nor does its dead letter; what stands on a later topic does."""
    fault = Unreadable("the batch at offsets 0 to 1 cannot be unpacked")
    raw = [record(RAW, 0), record(RAW, 1)]
    batch = Record(PARSED, 0, 0, None, b"?", [], 0.0, fault)
    died = letter(0, "dedupe", PARSED, 0)
    found = account([*raw, batch, died], EVERYTHING)
    assert (found.lost_count, found.errors) == (2, {"dedupe Broken": 1})
    assert found.lost[0] == "doc: no article and no dead letter (parse has committed past articles.raw/0/0)"
    found = account([*raw[:1], batch, died, record(PARSED, 2, 0, 1, 2), record(end, 0, 0, 1, 2)], {"parse": {0: 9}})
    assert "doc: articles [0] of 2 are missing (parse has committed past articles.raw/0/0)" in found.lost
    # Where the batch is of articles.unique, its articles still stand on articles.parsed: named as well.
    unique = replace(batch, topic=UNIQUE)
    found = account([*raw[:1], record(PARSED, 0, 0), unique, letter(0, "tag", UNIQUE, 0)], EVERYTHING)
    assert found.lost == [
        "doc: article 0/0 is neither unique nor a duplicate (dedupe has committed past articles.parsed/0/0)"
    ]


def test_a_document_that_failed_in_part_and_was_sent_back_ends_where_its_articles_did() -> None:
    """Its first article went on before the second was refused; sent back, the first is a repeat of that."""
    failed = [record(RAW, 0), record(PARSED, 0, 0, 0, 2), record(UNIQUE, 0, 0, 0, 2), letter(0, "parse", RAW, 0)]
    same = {"article_id": "0/0", "document_id": "document 0"}
    again = [
        back(RAW, 1, 0),
        record(PARSED, 1, 1, 0, 2, **same),
        record(PARSED, 2, 1, 1, 2, **same | {"article_id": "0/1"}),
    ]
    again += [record(OUTCOMES, 0, 1, 0, 2, **same, outcome="repeat"), record(DUPLICATES, 0, 1, 1, 2, article_id="0/1")]
    # The event of the first is not there yet.
    found = account([*failed, *again], {**EVERYTHING, "tag": {0: 0}})
    assert (found.documents, found.pending_count, found.relations) == (1, 1, {"duplicate": 1})
    found = account([*failed, *again, record(ENRICHED, 0, 0, 0, 2)], EVERYTHING)
    assert (found.balanced, found.articles, found.relations) == (True, 2, {"original": 1, "duplicate": 1})
    assert found.countries.total == 1


def replayed(name: str, records: list[Record]) -> list[Record]:
    """The same records as they come of another replay: at other places."""
    moved = []
    for each in records:
        headers = [(key, b"0:%d" % (int(value[2:]) + 50)) for key, value in each.headers if key == envelope.ORIGIN]
        headers += [
            (key, b"52" if key == envelope.ERROR_OFFSET and value == b"2" else value)
            for key, value in each.headers
            if key != envelope.ORIGIN
        ]
        moved.append(replace(each, offset=each.offset + 50, headers=[*headers, (envelope.REPLAY_ID, name.encode())]))
    return moved


def test_an_account_of_one_replay_leaves_everything_else_out() -> None:
    second = replayed("second", WHOLE[:-1])
    both = [*WHOLE, *second]
    found = account(both, EVERYTHING, Scope(replay="second"))
    assert (found.documents, found.documents_dead, found.articles, found.errors) == (3, 1, 3, {"parse Broken": 1})
    assert [line.split(" (")[0] for line in found.lost] == ["doc: article 1/0 has no event"]
    assert account(both, EVERYTHING, Scope(replay="third")).documents == 0
    # And one of all says how many of the articles are the same ones.
    found = account(both, EVERYTHING)
    assert (found.documents, found.articles, found.distinct_documents, found.distinct_articles) == (6, 6, 3, 3)


def test_an_account_of_a_time_is_about_what_arrived_in_it() -> None:
    timed = [replace(each, time=100.0 + each.offset) if each.topic == RAW else each for each in WHOLE]
    found = account(timed, EVERYTHING, Scope(since=101.0))
    assert (found.documents, found.documents_dead, found.articles, found.countries) == (2, 1, 1, Tags())
    assert (found.errors, found.distinct_articles) == ({"parse Broken": 1, "tag Broken": 1}, 1)
    found = account(timed, EVERYTHING, Scope(until=101.0))
    assert (found.documents, found.documents_dead, found.articles) == (1, 0, 2)
    assert (found.errors, found.countries.total) == ({}, 1)
    assert account(timed, EVERYTHING, Scope(since=101.0, until=102.0)).documents == 1
    # Sent back after the end of it: the record that failed came before, and its end is the later one's.
    mended = [*timed, replace(back(RAW, 3, 2), time=500.0), record(PARSED, 3, 3), record(DUPLICATES, 1, 3)]
    found = account(mended, EVERYTHING, Scope(until=103.0))
    assert (found.documents, found.documents_dead, found.sent_back) == (3, 0, 1)


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"{}", b'{"article_id": 1}', b'"text"'])
@pytest.mark.parametrize("topic", [PARSED, UNIQUE, DUPLICATES, ENRICHED, OUTCOMES])
def test_what_others_write_on_our_topics_is_counted_and_stops_nothing(topic: str, value: bytes | None) -> None:
    found = account([*WHOLE, replace(record(topic, 9, 0), value=value)], EVERYTHING)
    assert (found.balanced, found.documents, found.unreadable) == (True, 3, 1)


@pytest.mark.parametrize("stated", [{"ordinal": 1 << 64}, {"of": 1e300}, {"of": "9" * 400}])
def test_a_number_that_nothing_can_hold_is_no_message_of_ours(stated: dict[str, Any]) -> None:
    strange = record(PARSED, 9, 0)
    message = orjson.loads(strange.value or b"")
    names = {"of": "articles_in_document"}
    value = json.dumps(message | {names.get(name, name): number for name, number in stated.items()}).encode()
    found = account([*WHOLE, replace(strange, value=value)], EVERYTHING)
    assert (found.balanced, found.documents, found.articles) == (True, 3, 3)
    assert found.unreadable == 1


def test_places_and_times_that_no_broker_gives_stop_nothing() -> None:
    headers = [(envelope.ORIGIN, b"0:9999999999999999999")]
    letters = letter(9, "parse", RAW, 0), letter(9, "parse", RAW, 1 << 63)
    strange = [replace(record(PARSED, 9, 0), headers=headers), letters[1]]
    found = account([*WHOLE, *strange], EVERYTHING)
    assert (found.balanced, found.documents, found.unreadable) == (True, 3, 1)
    late = account([replace(each, time=float(1 << 62)) for each in [record(RAW, 0), letters[0]]], EVERYTHING)
    assert (late.documents, late.documents_dead) == (1, 1)


def test_of_a_million_missing_articles_the_first_are_named() -> None:
    found = account(
        [record(RAW, 0), record(PARSED, 0, 0, 1, 1 << 60), record(DUPLICATES, 0, 0, 1, 1 << 60)], EVERYTHING
    )
    assert found.lost_count == 1
    assert found.lost[0].startswith("doc: articles [0, 2, 3, ")
    assert f", {KEPT}] of {1 << 60} are missing" in found.lost[0]


def test_the_most_frequent_tags_are_named_by_frequency_then_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """With few names in memory, so that they are written again and again, and parts of a count added up."""
    records = []
    for n in range(90):
        # Of the letters from a on the first is on every event, the next on every second, and so on.
        actors = [{"id": chr(ord("a") + each)} for each in range(26) if n % (each + 1) == 0]
        records += [record(RAW, n), record(PARSED, n, n), record(UNIQUE, n, n), record(ENRICHED, n, n, actors=actors)]
    # The last two documents are the same one.
    records[-3:] = [replace(each, value=records[-5].value) for each in records[-3:]]
    whole = account(records, EVERYTHING)
    for name, few in (("_NAMES", 2), ("_ADDED_UP", 5), ("_TOGETHER", 7), ("_AT_ONCE", 3)):
        monkeypatch.setattr(f"workers.ops.ledger.{name}", few)
    assert account(records, EVERYTHING) == whole
    assert (whole.balanced, whole.articles, whole.distinct_articles, whole.distinct_documents) == (True, 90, 89, 89)
    counted = Counter(each["id"] for item in records[3::4] for each in orjson.loads(item.value or b"")["actors"])
    expected = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    assert whole.actors == Tags(26, counted.total(), tuple(expected[:20]))
    assert whole.countries == Tags(1, 90, (("SY", 90),))


def test_a_country_and_an_actor_of_one_name_are_two() -> None:
    events = [record(RAW, 0), record(DUPLICATES, 0, 0), record(ENRICHED, 0, 0, actors=[{"id": "SY"}, {"id": "SY"}])]
    found = account(events, EVERYTHING)
    assert (found.countries, found.actors) == (Tags(1, 1, (("SY", 1),)), Tags(1, 2, (("SY", 2),)))


def test_a_dead_letter_of_somebody_else_is_counted_and_stops_nothing() -> None:
    strange = replace(letter(9, "parse", RAW, 0), headers=[(envelope.ERROR_PARTITION, b"x")])
    assert account([*WHOLE, strange], EVERYTHING).unreadable == 1


def test_all_that_is_missing_is_counted_and_the_first_are_named() -> None:
    found = account([record(RAW, n) for n in range(KEPT + 9)], {"parse": {0: 5}})
    assert (found.lost_count, found.pending_count) == (5, KEPT + 4)
    assert (len(found.lost), len(found.pending)) == (5, KEPT)
    assert "articles.raw/0/5)" in found.pending[0]


def test_a_full_disk_is_one_line_that_says_what_to_do() -> None:
    ledger = Ledger()
    ledger._db.execute("PRAGMA max_page_count = 20")

    def fill() -> None:
        for number in range(100_000):
            ledger.add(record(RAW, number))

    with pytest.raises(UsageError, match="--spill"):
        fill()


#: Enters N documents with an article each in a process of its own, and says its largest size in MB.
_MEASURED = """
import sys
from pathlib import Path
from tests.unit.ops.test_account import EVERYTHING, record
from schemas.topics import ENRICHED, PARSED, RAW, UNIQUE
from workers.ops.ledger import Ledger

count = int(sys.argv[1])
ledger = Ledger(Path(sys.argv[2]))
committed = {stage: {0: count} for stage in EVERYTHING}
for number in range(count):
    name = f"{number:032x}"
    actors = [{"id": f"{name}-{each}"} for each in range(2)]
    ledger.add(record(RAW, number))
    for topic in (PARSED, UNIQUE, ENRICHED):
        ledger.add(record(topic, number, number, article_id=name, document_id=name, actors=actors))
found = ledger.close(committed)
assert (found.balanced, found.distinct_articles, found.actors.total) == (True, count, 2 * count), found
# Not getrusage: a process begins with the largest size of the one that started it.
(size,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(size) // 1024)
"""


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    def largest(count: int) -> int:
        command = [sys.executable, "-c", _MEASURED, str(count), str(tmp_path)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    few, many = largest(10_000), largest(40_000)
    # Kept in memory, as it was once, 30,000 more documents took 54 MB more; the caches fill by some 10.
    assert many - few < 25
    assert list(tmp_path.iterdir()) == []


def test_outputs_of_an_input_that_is_gone_are_not_asked_for() -> None:
    assert account([record(PARSED, 0, 77)], EVERYTHING).balanced


def event(**more: Any) -> dict[str, Any]:
    countries = [{"code": "SY", "main": True}, {"code": "IL", "main": False}]
    return {
        "document_id": "d",
        "ordinal": 0,
        "kind": "story",
        "title": "t",
        "text": "one\ntwo",
        "language": "ar",
        "relation": "original",
        "original_id": None,
        "countries": countries,
        "actors": [
            {"id": "b", "name": "ب", "country": "SY", "role": "وزير"},
            {"id": "a", "name": "أ", "country": None, "role": None},
        ],
        **more,
    }


def test_golden_lines_compare_only_what_they_give() -> None:
    assert compare([golden_line(event())], [event()]) == []
    assert compare([{"document_id": "d", "ordinal": 0, "kind": "story"}], [event(title="another")]) == []


def test_golden_differences_are_named() -> None:
    lines = compare(
        [golden_line(event()), golden_line(event(ordinal=1))],
        [event(countries=[{"code": "TR", "main": True}]), event(ordinal=2), event(document_id="not asked for")],
    )
    assert lines == [
        "d article 1: expected, not found",
        "d article 2: found ('t'), not expected",
        "d article 0: countries is ['TR'], expected ['IL', 'SY']",
        "d article 0: main is ['TR'], expected ['SY']",
    ]


def test_golden_lines_of_text_and_actors_are_compared_one_by_one() -> None:
    expected = golden_line(event())
    assert expected["actors"] == ["a | أ | - | -", "b | ب | SY | وزير"]
    lines = compare(
        [expected], [event(text="one\n2", actors=[{"id": "a", "name": "أ", "country": "TR", "role": None}])]
    )
    assert lines == [
        "d article 0: paragraphs: 'two' is missing",
        "d article 0: paragraphs: '2' was not expected",
        "d article 0: actors: 'a | أ | - | -' is missing",
        "d article 0: actors: 'b | ب | SY | وزير' is missing",
        "d article 0: actors: 'a | أ | TR | -' was not expected",
    ]
    # The same lines in another order are another text.
    assert len(compare([expected], [event(text="two\none")])) == 1


def test_golden_files_are_lists_or_lines_or_a_folder_of_both(tmp_path: Path) -> None:
    lines = [{"document_id": "d", "ordinal": n} for n in range(3)]
    (tmp_path / "a.json").write_bytes(orjson.dumps(lines[:2], option=orjson.OPT_INDENT_2))
    (tmp_path / "b.jsonl").write_bytes(orjson.dumps(lines[2]) + b"\n\n")
    assert read_golden(tmp_path / "a.json") == lines[:2]
    assert read_golden(tmp_path) == lines


@pytest.mark.parametrize("content", [b'{"document_id": "d", "ordinal": 0}', b'[{"ordinal": 0}]', b"[1]", b"{"])
def test_what_is_no_golden_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wrong.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"wrong\.json"):
        read_golden(file)


def test_a_golden_folder_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no golden file"):
        read_golden(tmp_path)

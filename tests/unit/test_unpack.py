"""Unpacking a broker's answer: every codec, what transactions leave, and bytes that no client could make sense of."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import cramjam
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from tests.batches import CODECS, HEADER, again, compressed, marker, packed
from workers.errors import InvalidHeader, Unreadable
from workers.unpack import EXPANDED_BYTES, Answer, Doubts, Faulty, Passed, Unpacker, adopt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.batches import RecordParts

PLACE = TopicPartition("articles.raw", 3)


def some(*values: bytes | None) -> list[RecordParts]:
    return [(b"k", value, [("name", b"content")]) for value in values]


def unpack(
    *batches: bytes, start: int = 0, end: int = 1000, aborted: Sequence[tuple[int, int]] = (), committed: bool = True
) -> list[Any]:
    """Return what a consumer gets from an answer; from the same answer again where the first gave nothing.

    The position must follow what was given at every moment, and offsets must rise.
    """
    doubts = Doubts()
    given = fetch(*batches, start=start, end=end, aborted=aborted, committed=committed, doubts=doubts)
    if given:
        return given
    return fetch(*batches, start=start, end=end, aborted=aborted, committed=committed, doubts=doubts)


def fetch(
    *batches: bytes,
    start: int,
    end: int,
    doubts: Doubts,
    aborted: Sequence[tuple[int, int]] = (),
    committed: bool = True,
) -> list[Any]:
    """Return what one answer gives to a consumer that has `doubts`."""
    answer = Answer(b"".join(batches))
    unpacker = Unpacker(
        PLACE, answer, list(aborted), start, None, None, True, int(committed), end=lambda _: end, doubts=doubts
    )
    given = []
    for each in unpacker:
        first = each.first if isinstance(each, Passed) else each.offset
        assert first == (given[-1].offset + 1 if given else start)
        assert unpacker.next_fetch_offset == each.offset + 1 > first
        given.append(each)
    return given


def brief(given: Sequence[Any]) -> list[object]:
    """Return what was given, in short: a record's offset and value, what was passed over, and faults by class."""
    found: list[object] = []
    for each in given:
        if isinstance(each, Passed):
            found.append((each.first, each.offset, "passed"))
        elif isinstance(each, Faulty):
            found.append((each.offset, type(each.fault).__name__))
        else:
            found.append((each.offset, each.value))
    return found


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_read_and_nothing_of_a_record_is_lost(codec: str) -> None:
    records: list[RecordParts] = [
        (b"key", "خبر".encode() * 500, [("one", b"1"), ("one", None), ("اسم", b"")]),
        (None, None, []),
        (b"", b"", [("x", b"\xff")]),
    ]
    given = unpack(packed(records, base=7, codec=CODECS[codec]), start=7)
    assert [(each.key, each.value, list(each.headers)) for each in given] == records
    assert [each.offset for each in given] == [7, 8, 9]
    assert [each.timestamp - 1_700_000_000_000 for each in given] == [0, 1, 2]


def test_snappy_is_read_with_and_without_blocks() -> None:
    plain = packed(some(b"a" * 70_000, b"b"))
    raw = bytes(cramjam.snappy.compress_raw(plain[HEADER.size :]))
    assert brief(unpack(again(plain, attributes=2, body=raw))) == [(0, b"a" * 70_000), (1, b"b")]


def test_a_batch_that_begins_before_what_is_wanted_gives_the_rest() -> None:
    assert brief(unpack(packed(some(b"0", b"1", b"2")), start=2)) == [(2, b"2")]


def test_what_an_answer_breaks_off_in_is_read_with_the_next() -> None:
    first, second = packed(some(b"0")), packed(some(b"1"), base=1)
    for cut in (1, 11, 12, 40, len(second) - 1):
        assert brief(unpack(first, second[:cut])) == [(0, b"0")]


def test_markers_and_aborted_records_are_passed_over() -> None:
    answer = (
        packed(some(b"0"), base=0, producer=1, transactional=True),
        packed(some(b"1", b"2"), base=1, producer=2, transactional=True),
        packed(some(b"3"), base=3),
        marker(4, 1, commit=True),
        marker(5, 2, commit=False),
        packed(some(b"6"), base=6, producer=2, transactional=True),
        marker(7, 2, commit=True),
    )
    assert brief(unpack(*answer, aborted=[(2, 1)])) == [
        (0, b"0"),
        (1, 2, "passed"),
        (3, b"3"),
        (4, 5, "passed"),
        (6, b"6"),
        (7, 7, "passed"),
    ]
    # Whoever reads what is not committed sees it; markers are nobody's.
    assert [each.offset for each in unpack(*answer, committed=False) if not isinstance(each, Passed)] == [0, 1, 2, 3, 6]


def test_offsets_that_the_log_no_longer_has_are_passed_over() -> None:
    compacted = again(packed(some(b"5"), base=5), last_delta=3)
    assert brief(unpack(compacted, packed(some(b"9"), base=9), start=2)) == [
        (2, 4, "passed"),
        (5, b"5"),
        (6, 8, "passed"),
        (9, b"9"),
    ]


def test_a_header_name_that_is_not_utf_8_costs_its_own_record_alone() -> None:
    for codec in CODECS.values():
        named = packed([*some(b"0"), (b"key", b"value", [("good", b"1"), ("badname", b"2")]), *some(None, b"3")])
        body = named[HEADER.size :].replace(b"badname", b"bad\xffame")
        batch = again(named, body=compressed(codec, body), attributes=codec)
        given = unpack(batch)
        assert brief(given) == [(0, b"0"), (1, "InvalidHeader"), (2, None), (3, b"3")]
        bad = given[1]
        assert (bad.key, bad.value, bad.headers) == (b"key", b"value", (("good", b"1"),))
        assert isinstance(bad.fault, InvalidHeader)
        assert r"b'bad\xffame'" in str(bad.fault)
        assert given[3].timestamp == 1_700_000_000_003
        # Read on from the middle it is the same.
        assert brief(unpack(batch, start=1)) == brief(given)[1:]


WHOLE = packed(some(b"1", b"2", b"3"), base=1)
BROKEN = {
    "checksum": (WHOLE[:-1] + b"?", "its checksum is not that of its bytes"),
    "magic": (again(WHOLE, magic=9), "its magic byte is 9, 2 is known"),
    "old magic": (again(WHOLE, magic=1), "its magic byte is 1, 2 is known"),
    "codec": (again(WHOLE, attributes=6), "its compression is 6, which is no codec of Kafka's"),
    "gzip": (again(WHOLE, attributes=1), "its gzip is damaged"),
    "cut gzip": (again(WHOLE, attributes=1, body=compressed(1, WHOLE[61:])[:-9]), "its gzip is damaged"),
    "snappy": (again(WHOLE, attributes=2), "its snappy is damaged"),
    "lz4": (again(WHOLE, attributes=3), "its lz4 is damaged"),
    "zstd": (again(WHOLE, attributes=4), "its zstd is damaged"),
    "count": (again(WHOLE, records=4), "it says that it has 4 records at 3 offsets"),
    "negative": (again(WHOLE, last_delta=-5), "it says that it has 3 records at -4 offsets"),
    "length": (again(WHOLE, length=30), "its length of 42 bytes is less than its header's"),
    "no length": (again(WHOLE, length=-70), "its length of -58 bytes is less than its header's"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_batch_that_cannot_be_unpacked_is_given_with_its_bytes_and_reason(name: str) -> None:
    broken, why = BROKEN[name]
    after = packed(some(b"4"), base=4)
    given = unpack(packed(some(b"0")), broken, after, end=5)
    assert brief(given)[:2] == [(0, b"0"), (1, "Unreadable")]
    bad = given[1]
    assert isinstance(bad.fault, Unreadable)
    assert why in str(bad.fault)
    assert bad.value.startswith(broken)
    assert (bad.key, bad.headers) == (None, ())
    if name.endswith("length"):
        # It hides where the next one begins.
        assert bad.value == broken + after
        return
    # Where its header is not trusted, the next answer begins behind it.
    assert bad.value == broken
    rest = [] if given[-1].offset == 4 else unpack(after, start=given[-1].offset + 1, end=5)
    assert brief([*given[2:], *rest]) == [(2, 3, "passed"), (4, b"4")]


def test_the_first_batch_of_an_answer_may_not_break_off() -> None:
    for cut in (3, 12, 40, 61, len(WHOLE) - 1):
        (given,) = unpack(WHOLE[:cut], start=1, end=2)
        assert given.value == WHOLE[:cut]
        assert "it breaks off after" in str(given.fault)


def test_an_empty_answer_gives_nothing() -> None:
    assert unpack(b"") == []


def test_an_offset_outside_the_partition_moves_nobody_there() -> None:
    for base in (1 << 60, -7, 900):
        given = unpack(again(WHOLE, base=base), packed(some(b"4"), base=4), start=1, end=5)
        assert brief(given) == [(1, "Unreadable"), (2, 3, "passed")]
        assert f"its offset {base} is not one that can stand there" in str(given[0].fault)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_what_expands_without_measure_is_not_expanded(codec: str) -> None:
    zeros = compressed(CODECS[codec], bytes(EXPANDED_BYTES + 1))
    (given,) = unpack(again(packed(some(b"0")), attributes=CODECS[codec], body=zeros))
    assert given.value.endswith(zeros)
    assert f"its {codec} expands to more than {EXPANDED_BYTES} bytes" in str(given.fault)
    # A large document that repeats itself is sound.
    large = packed(some(b"x" * (8 << 20)), codec=CODECS[codec])
    assert len(unpack(large)[0].value) == 8 << 20


def test_a_record_whose_fields_do_not_fit_costs_itself_and_one_without_an_end_the_rest() -> None:
    plain = packed(some(b"0", b"one", b"2"))
    body = plain[HEADER.size :]
    # The value says that it is longer than its record: 3 is written as 6.
    at = body.index(b"one")
    assert body[at - 1] == 6
    given = unpack(again(plain, body=body[: at - 1] + b"\x7e" + body[at:]))
    assert brief(given) == [(0, b"0"), (1, "Unreadable"), (2, b"2")]
    assert b"one" in given[1].value
    # The first record says that it is longer than the batch.
    given = unpack(again(plain, body=b"\xfe\x7f" + body[1:]))
    assert brief(given) == [(0, "Unreadable"), (1, 2, "passed")]
    assert given[0].value == b"\xfe\x7f" + body[1:]


def test_offsets_that_do_not_rise_within_a_batch_are_no_sound_records() -> None:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 1 << 20)
    for offset in (0, 0, 2):
        builder.append(offset, 0, b"k", b"v%d" % offset, [])
    assert brief(unpack(again(bytes(builder.build()), last_delta=2))) == [(0, b"v0"), (1, "Unreadable"), (2, b"v2")]


def test_what_was_appended_while_the_broker_read_is_given_by_the_next_answer() -> None:
    """A broker reads where a partition ends before it reads the records (Kafka's UnifiedLog.read)."""
    doubts = Doubts()
    first, second, third = (packed(some(value), base=base) for base, value in enumerate((b"a", b"b", b"c")))
    assert brief(fetch(first, second, start=0, end=1, doubts=doubts)) == [(0, b"a")]
    assert brief(fetch(second, third, start=1, end=2, doubts=doubts)) == [(1, b"b")]
    assert brief(fetch(third, start=2, end=3, doubts=doubts)) == [(2, b"c")]


def test_a_batch_that_stays_beyond_the_end_says_a_wrong_offset() -> None:
    doubts = Doubts()
    first, wrong = packed(some(b"a")), packed(some(b"b"), base=900)
    assert brief(fetch(first, wrong, start=0, end=2, doubts=doubts)) == [(0, b"a")]
    assert brief(fetch(wrong, start=1, end=2, doubts=doubts)) == [(1, "Unreadable")]


def test_partitions_have_doubts_of_their_own() -> None:
    doubts, other = Doubts(), PLACE._replace(partition=4)
    batch = packed(some(b"a"), base=5)
    assert fetch(batch, start=5, end=5, doubts=doubts) == []
    unpacker = Unpacker(other, Answer(batch), [], 5, None, None, True, 1, end=lambda _: 5, doubts=doubts)
    assert list(unpacker) == []


def test_a_consumer_unpacks_by_us_and_others_do_not() -> None:
    """The names that are given other values are aiokafka's own: another release may have others."""
    names = Fetcher._proc_fetch_request.__code__.co_names
    assert {"MemoryRecords", "PartitionRecords", "FetchResult"} <= set(names)
    before = Fetcher._proc_fetch_request.__globals__["PartitionRecords"]
    consumer = SimpleNamespace(_fetcher=SimpleNamespace())
    adopt(consumer)  # type: ignore[arg-type]  # all that it touches
    assert consumer._fetcher._proc_fetch_request.__globals__["MemoryRecords"] is Answer
    assert Fetcher._proc_fetch_request.__globals__["PartitionRecords"] is before


def test_every_byte_of_a_batch_may_be_wrong() -> None:
    sound = [packed(some(b"0", b"1")), packed(some(b"2" * 40, b"3"), base=2, codec=4), packed(some(b"4"), base=4)]
    data = b"".join(sound)
    for at, value in itertools.product(range(len(data)), (0, 1, 0x7F, 0x80, 0xFF)):
        given = unpack(data[:at] + bytes([value]) + data[at + 1 :], end=5)
        assert given[-1].offset < 5

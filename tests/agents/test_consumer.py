"""The consumer's second line: no hole in what is delivered, no commit beyond a hole."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from schemas.topics import DEAD_LETTER
from workers.app import REWINDS, Consumer, ConsumerThread, _record
from workers.errors import Unreadable
from workers.pipeline.build import build_parse
from workers.pipeline.dead_letter import outputs_of
from workers.pipeline.record import Record
from workers.settings import Settings
from workers.unpack import Faulty, Passed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.agents.conftest import Bench

PLACE = TP("articles.raw", 0)


class Source:
    """A partition that loses records on the way: each reading gives the next of the given lists of offsets."""

    def __init__(self, *readings: list[int | Passed], first: int = 0) -> None:
        self.readings = list(readings)
        self.first = first
        self.seeks: list[int] = []

    async def getmany(self, _timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        for each in self.readings.pop(0):
            yield PLACE, each if isinstance(each, Passed) else SimpleNamespace(tp=PLACE, offset=each, value=b"x" * 10)

    async def seek_wait(self, places: dict[TP, int]) -> None:
        self.seeks.append(places[PLACE])

    async def earliest_offsets(self, *_places: TP) -> dict[TP, int]:
        return {PLACE: self.first}


@pytest.fixture
def consumer(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> Callable[[Source], Consumer]:
    def make(source: Source) -> Consumer:
        monkeypatch.setattr(driver.Consumer, "getmany", source.getmany)
        monkeypatch.setattr(Consumer, "seek_wait", source.seek_wait)
        monkeypatch.setattr(Consumer, "earliest_offsets", source.earliest_offsets)
        made = bench(build_parse(Settings())).app.consumer
        assert isinstance(made, Consumer)
        made._next = {PLACE: 0}
        made._committed_offset[PLACE] = 0
        return made

    return make


async def read(consumer: Consumer) -> list[int]:
    return [message.offset async for _, message in consumer.getmany(1.0)]


async def test_a_hole_is_read_again_and_nothing_beyond_it_is_delivered(consumer: Callable[[Source], Consumer]) -> None:
    source = Source([0, 1, 4, 5], [2, 3, 4, 5])
    found = consumer(source)
    assert await read(found) == [0, 1]
    assert source.seeks == [2]
    assert await read(found) == [2, 3, 4, 5]


async def test_records_dropped_before_the_first_are_read_again(consumer: Callable[[Source], Consumer]) -> None:
    source = Source([3, 4], [0, 1, 2, 3, 4])
    found = consumer(source)
    assert await read(found) == []
    assert await read(found) == [0, 1, 2, 3, 4]


async def test_what_was_delivered_before_is_not_delivered_twice(consumer: Callable[[Source], Consumer]) -> None:
    assert await read(consumer(Source([0, 1, 0, 1, 2]))) == [0, 1, 2]


async def test_a_hole_of_the_topic_itself_is_passed_over(consumer: Callable[[Source], Consumer]) -> None:
    found = consumer(Source([7, 8], first=7))
    assert await read(found) == [7, 8]
    found._acked[PLACE] = [7, 8]
    found._acked_index[PLACE] = {7, 8}
    assert found._new_offset(PLACE) == 9


async def test_a_hole_that_stays_is_given_up_after_some_readings(consumer: Callable[[Source], Consumer]) -> None:
    source = Source(*([[0, 2]] + [[2]] * REWINDS))
    found = consumer(source)
    delivered = [await read(found) for _ in range(REWINDS + 1)]
    assert delivered == [[0], *[[]] * (REWINDS - 1), [2]]
    assert source.seeks == [1] * REWINDS


async def test_records_wait_while_those_in_hand_are_too_large_together(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backlog of large pages took all the memory there was: the buffers count records, not bytes."""
    monkeypatch.setattr("workers.app.IN_HAND_BYTES", 15)
    monkeypatch.setattr(driver.Consumer, "ack", lambda *_: True)
    found = consumer(Source([0, 1, 2]))
    seen: list[Any] = []

    async def drain() -> None:
        async for _, message in found.getmany(1.0):
            seen.append(message)

    reading = asyncio.ensure_future(drain())
    await asyncio.sleep(0.1)
    assert [message.offset for message in seen] == [0, 1]
    found.complete(seen[0])
    await asyncio.wait_for(reading, 60)
    assert [message.offset for message in seen] == [0, 1, 2]


async def test_as_many_records_are_unpacked_at_once_as_may_be_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = iter([500_000, 500_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000])
    asked: list[int] = []

    async def fetched(*given: Any) -> dict[TP, list[Any]]:
        asked.append(given[-1])
        return {PLACE: [Passed(0, 0), SimpleNamespace(value=bytes(next(sizes))), SimpleNamespace(value=None)]}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetched)
    thread = object.__new__(ConsumerThread)
    for _ in range(8):
        await thread._fetch_records(None, {PLACE}, 1.0, 500)
    # At first as if they were of a megabyte; then by the largest that came, which counts half as much each time.
    assert asked == [16, 32, 33, 67, 134, 268, 500, 500]


async def test_nothing_waits_for_room_once_the_partitions_are_given_up(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.app.IN_HAND_BYTES", 5)
    found = consumer(Source([0, 1]))
    reading = asyncio.ensure_future(read(found))
    await asyncio.sleep(0.1)
    assert not reading.done()
    found.stop_flow()
    assert await asyncio.wait_for(reading, 60) == [0, 1]


def finish(consumer: Consumer, *offsets: int) -> None:
    consumer._acked[PLACE].extend(offsets)
    consumer._acked_index[PLACE].update(offsets)


async def test_offsets_without_a_record_are_no_hole_and_commits_pass_over_them(
    consumer: Callable[[Source], Consumer],
) -> None:
    source = Source([0, Passed(1, 2), 3, Passed(4, 4)], [Passed(5, 9)])
    found = consumer(source)
    assert await read(found) == [0, 3]
    assert source.seeks == []
    # Nothing is passed over before what stands in front of it is done.
    assert found._new_offset(PLACE) is None
    finish(found, 3)
    assert found._new_offset(PLACE) is None
    finish(found, 0)
    assert found._new_offset(PLACE) == 5
    found._committed_offset[PLACE] = 5
    # At the end of a partition no record follows, and none need.
    assert await read(found) == []
    assert PLACE in set(found._filter_tps_with_pending_acks())
    assert found._new_offset(PLACE) == 10
    assert (found._acked[PLACE], found._acked_index[PLACE], found._empty[PLACE]) == ([], set(), {})


async def test_what_was_dropped_before_an_offset_without_a_record_is_read_again(
    consumer: Callable[[Source], Consumer],
) -> None:
    source = Source([0, Passed(3, 3), 4], [1, 2, Passed(3, 3), 4], [Passed(4, 6), 7])
    found = consumer(source)
    assert [await read(found) for _ in range(3)] == [[0], [1, 2, 4], [7]]
    assert source.seeks == [1]
    finish(found, 0, 1, 2, 4, 7)
    assert found._new_offset(PLACE) == 8


async def test_a_partition_that_ends_in_markers_has_no_lag(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = consumer(Source([0, Passed(1, 1)]))
    monkeypatch.setattr(Consumer, "assignment", lambda self: {PLACE})
    monkeypatch.setattr(Consumer, "highwater", lambda self, place: 2)
    assert found.lag() == {PLACE: (2, 2)}
    await read(found)
    assert found.lag() == {PLACE: (2, 0)}
    finish(found, 0)
    offset = found._new_offset(PLACE)
    assert offset == 2
    found._committed_offset[PLACE] = offset
    assert found.lag() == {PLACE: (0, 0)}


async def test_a_record_with_a_fault_comes_with_it(consumer: Callable[[Source], Consumer]) -> None:
    found = consumer(Source())
    fault = Unreadable("its checksum is not that of its bytes")
    record = Faulty("articles.raw", 0, 7, 1500, 1, None, b"bytes", None, -1, 5, (), fault)
    message = found._to_message(PLACE, record)
    made = _record(SimpleNamespace(message=message), "")  # type: ignore[arg-type]  # all that it reads
    assert made == Record("articles.raw", 0, 7, None, b"bytes", [], 1.5, fault)
    assert not made.is_readable
    (letter,) = outputs_of(build_parse(Settings()), made, now="2025-03-01T00:00:00Z")
    assert (letter.topic, letter.value) == (DEAD_LETTER, b"bytes")
    headers = dict(letter.headers)
    assert (headers["x-error-class"], headers["x-error-offset"]) == (b"Unreadable", b"7")
    assert headers["x-error-message"] == str(fault).encode()


async def test_a_partition_without_a_commit_is_read_from_its_beginning(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust seeks only where something was committed; what it had fetched elsewhere and dropped was lost."""
    source = Source([5, 6], first=5)
    found = consumer(source)

    async def nothing_committed(self: Consumer) -> None:
        self._committed_offset.clear()
        self._read_offset.clear()

    async def none_strange(self: Consumer, _places: set[TP]) -> set[TP]:
        return set()

    monkeypatch.setattr(driver.Consumer, "perform_seek", nothing_committed)
    monkeypatch.setattr(Consumer, "strangers", none_strange)
    monkeypatch.setattr(Consumer, "assignment", lambda self: {PLACE})
    await found.perform_seek()
    assert source.seeks == [5]
    assert await read(found) == [5, 6]
    found._acked[PLACE] = [6]
    found._acked_index[PLACE] = {6}
    assert found._new_offset(PLACE) is None


async def test_nothing_is_committed_beyond_a_hole(consumer: Callable[[Source], Consumer]) -> None:
    found = consumer(Source())
    found._acked[PLACE] = [1, 2]
    found._acked_index[PLACE] = {1, 2}
    assert found._new_offset(PLACE) is None
    found._acked[PLACE].append(0)
    found._acked_index[PLACE].add(0)
    assert found._new_offset(PLACE) == 3


async def test_what_is_done_while_a_commit_is_under_way_is_committed_too(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust lets whoever asks meanwhile go without a commit: the last records of a drain were read again."""
    made = consumer(Source())
    begun, gate = asyncio.Event(), asyncio.Event()
    committed: list[int | None] = []

    async def slow(self: Consumer, *_: object, **__: object) -> bool:
        offset = self._new_offset(PLACE)
        begun.set()
        await gate.wait()
        self._committed_offset[PLACE] = offset
        committed.append(offset)
        return True

    monkeypatch.setattr(driver.Consumer, "force_commit", slow)

    def done(offset: int) -> None:
        made._acked[PLACE].append(offset)
        made._acked_index[PLACE].add(offset)

    done(0)
    first = asyncio.ensure_future(made.commit())
    await begun.wait()
    done(1)
    second = asyncio.ensure_future(made.commit())
    await asyncio.sleep(0)
    gate.set()
    async with asyncio.timeout(60):
        assert await asyncio.gather(first, second) == [True, True]
    assert committed == [1, 2]


async def test_after_a_crash_nobody_waits_for_an_answer_that_cannot_come(
    consumer: Callable[[Source], Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust's crash ends the consumer's thread, and both queues by which it and the app call each other."""
    made = consumer(Source())
    asked: asyncio.Queue[object] = asyncio.Queue()

    async def never(_self: object, *asked_for: object) -> None:
        asked.put_nowait(asked_for)
        await asyncio.Event().wait()

    for name in ("commit", "threadsafe_partitions_revoked", "threadsafe_partitions_assigned"):
        monkeypatch.setattr(driver.Consumer, name, never)
    calls = [
        asyncio.ensure_future(made.threadsafe_partitions_revoked(None, set())),
        asyncio.ensure_future(made.threadsafe_partitions_assigned(None, set(), 1)),
    ]
    for _ in calls:
        await asked.get()
    made._crash(RuntimeError("a test's"))
    async with asyncio.timeout(60):
        await asyncio.gather(*calls)
        assert not await made.commit()
    assert asked.empty()

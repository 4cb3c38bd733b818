"""What copies are for: three brokers, of which one and then two are killed while records flow."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from schemas.models import Document
from schemas.topics import ENRICHED, RAW, STAGES
from tests.corpus import documents
from tests.kafka.conftest import Stream
from tests.kafka.test_health import PATIENCE, Worker
from tests.kafka.three import Three
from workers.errors import DeliveryError
from workers.ops import topics
from workers.replay.producer import Report, replay
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.topics import Stage

pytestmark = pytest.mark.kafka


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Stream, Three]]:
    brokers = Three(tmp_path / "brokers")
    settings = Settings(
        kafka_bootstrap=brokers.bootstrap,
        replication_factor=3,
        state_dir=tmp_path / "state",
        session_timeout_seconds=10.0,
    )
    logs = tmp_path / "logs"
    logs.mkdir()
    stream = Stream(settings, brokers.bootstrap, logs, [])
    try:
        states = asyncio.run(topics.apply(settings, brokers.bootstrap))
        assert all(state.state == "created" for state in states)
        yield stream, brokers
    finally:
        for each in stream.started:
            each.process.kill()
            each.process.wait()
        brokers.stop()


def some(count: int) -> list[Document]:
    return [Document.model_validate(each) for each in documents(count)]


def test_one_broker_of_three_that_is_killed_under_load_loses_nothing(three: tuple[Stream, Three]) -> None:
    stream, brokers = three
    assert {state.state for state in asyncio.run(topics.verify(stream.settings, stream.bootstrap))} == {"ok"}
    stream.start()
    sent = some(400)

    async def flow() -> None:
        sending = asyncio.create_task(replay(stream.settings, stream.bootstrap, iter(sent), replay_id="t", rate=20))
        async with asyncio.timeout(PATIENCE):
            while len(await asyncio.to_thread(stream.read, ENRICHED)) < len(sent) / 8:  # noqa: ASYNC110 - Kafka's
                await asyncio.sleep(0.2)
        brokers.kill(2)
        report = await sending
        assert report.sent == len(sent)

    asyncio.run(flow())
    account = stream.wait(seconds=180)
    assert account.documents == len(sent)
    # None of the workers noticed more than a pause.
    assert stream.stop() == dict.fromkeys(STAGES, 0)


def test_two_brokers_of_three_that_are_killed_stop_what_is_written_and_nothing_is_lost(
    three: tuple[Stream, Three],
) -> None:
    stream, brokers = three
    workers: dict[Stage, Worker] = {stage: Worker(stream, stage=stage) for stage in STAGES}
    for worker in workers.values():
        worker.wait("/readyz")
    sent, report = some(600), Report()
    feed = stream.settings.model_copy(update={"request_timeout_seconds": 10.0})

    async def flow() -> None:
        sending = asyncio.create_task(replay(feed, stream.bootstrap, iter(sent), replay_id="t", rate=20, report=report))
        async with asyncio.timeout(PATIENCE):
            while len(await asyncio.to_thread(stream.read, ENRICHED)) < 20:  # noqa: ASYNC110 - Kafka's, no event
                await asyncio.sleep(0.2)
        brokers.kill(2, 3)
        # What is not acknowledged does not count as sent, and the error says why.
        with pytest.raises(DeliveryError, match="no acknowledgement within 10 s"):
            await sending

    asyncio.run(flow())
    assert 20 <= report.sent < len(sent)
    stopped(workers["parse"])
    brokers.start(2, 3)
    # As a restart policy does.
    stream.start(*(stage for stage, worker in workers.items() if worker.process.poll() is not None))
    account = stream.wait(seconds=180)
    assert account.documents >= report.sent
    acknowledged = {each.document_id.encode() for each in sent[: report.sent]}
    assert acknowledged <= {record.key for record in stream.read(RAW)}


def stopped(worker: Worker) -> None:
    """Wait until a worker says that the brokers take nothing: not ready, or ended with an error that says so."""
    deadline = time.monotonic() + PATIENCE
    seen: object = None
    while time.monotonic() < deadline:
        if worker.process.poll() is not None:
            assert worker.process.returncode == 1
            assert "no acknowledgement within" in worker.log.read_text()
            return
        with suppress(OSError):
            seen = worker.ask("/readyz")[1]
            if worker.ask("/readyz")[1].keys() & {"delivery", "broker"}:
                assert worker.ask("/livez") == (200, {})
                return
        time.sleep(0.2)
    pytest.fail(f"it says {seen}\n{worker.log.read_text()[-3000:]}")

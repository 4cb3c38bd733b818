"""A real Apache Kafka for the session; one prefix, and so one set of topics and groups, for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from schemas.topics import STAGES, Stage
from workers.broker import LocalBroker
from workers.cluster import read_topics
from workers.ops import topics
from workers.ops.account import take_account
from workers.ops.processes import StageProcess
from workers.replay.producer import Report, replay
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.models import Document
    from workers.ops.ledger import Account
    from workers.pipeline.record import Record

_numbers = itertools.count()


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if configured := os.environ.get("RASID_KAFKA_BOOTSTRAP"):
        yield configured
        return
    broker = LocalBroker.start(tmp_path_factory.mktemp("kafka"))
    yield broker.bootstrap
    broker.stop()
    assert not broker.alive()


@dataclass
class Stream:
    """What a test does with the stream: start stages, send, read back, account."""

    settings: Settings
    bootstrap: str
    logs: Path
    started: list[StageProcess]

    def start(self, *stages: Stage) -> list[StageProcess]:
        new = [
            StageProcess(stage, self.settings, self.bootstrap, log=self.logs / f"{stage}-{len(self.started) + n}.log")
            for n, stage in enumerate(stages or STAGES)
        ]
        self.started += new
        return new

    def replay(self, documents: list[Document], *, rate: float | None = None) -> Report:
        return asyncio.run(replay(self.settings, self.bootstrap, iter(documents), replay_id="test", rate=rate))

    def read(self, *names: str) -> list[Record]:
        async def collect() -> list[Record]:
            return [r async for r in read_topics(self.bootstrap, names, prefix=self.settings.topic_prefix)]

        return asyncio.run(collect())

    def account(self) -> Account:
        return asyncio.run(take_account(self.settings, self.bootstrap))

    def wait(self, *, seconds: float = 60.0) -> Account:
        """Return the account once it balances, or fail with what is missing and the ends of the stages' logs."""

        async def until_balanced() -> Account:
            async with asyncio.timeout(seconds):
                while not (account := await take_account(self.settings, self.bootstrap)).balanced:  # noqa: ASYNC110 - Kafka
                    await asyncio.sleep(0.3)
                return account

        try:
            return asyncio.run(until_balanced())
        except TimeoutError:
            account = self.account()
            logs = "\n".join(f"--- {p.name}\n{p.read_text()[-2000:]}" for p in sorted(self.logs.glob("*.log")))
            pytest.fail(f"lost {account.lost[:5]}, pending {account.pending[:5]}\n{logs}")

    def stop(self) -> dict[str, int]:
        """Drain every stage that still runs, and return the exit codes."""
        import signal

        running = [process for process in self.started if process.alive()]
        for process in running:
            process.signal(signal.SIGTERM)
        return {process.stage: process.wait() for process in running}


@pytest.fixture
def stream(bootstrap: str, tmp_path: Path) -> Iterator[Stream]:
    settings = Settings(
        kafka_bootstrap=bootstrap,
        topic_prefix=f"t{os.getpid()}-{next(_numbers)}.",
        state_dir=tmp_path / "state",
        # A killed worker's partitions come back sooner than in production.
        session_timeout_seconds=6.0,
    )
    states = asyncio.run(topics.apply(settings, bootstrap))
    assert all(state.state == "created" for state in states)
    logs = tmp_path / "logs"
    logs.mkdir()
    stream = Stream(settings, bootstrap, logs, [])
    yield stream
    for process in stream.started:
        process.process.kill()
        process.process.wait()


def payloads(records: list[Record]) -> list[Any]:
    import orjson

    return [orjson.loads(record.value or b"null") for record in records]

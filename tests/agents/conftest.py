"""Stages' Faust apps under Faust's own test_context: real agents, an outbox in memory, no broker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiokafka.structs import RecordMetadata

from workers.app import StageApp, create_app
from workers.errors import DeliveryError, TooLarge
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from workers.delivery import Sent
    from workers.pipeline.record import Output, Processor

NOW = 1_750_000_000.0


@dataclass
class MemoryOutbox:
    """Keeps what is sent; refuses what it is told to."""

    sent: list[Output] = field(default_factory=list)
    fail_topic: str | None = None
    too_large_topic: str | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        answers: list[Sent] = []
        for output in outputs:
            if output.topic == self.fail_topic:
                raise DeliveryError(f"{output.topic} is not there")
            if output.topic == self.too_large_topic:
                answers.append((output, TooLarge("too large")))
                continue
            self.sent.append(output)
            place = RecordMetadata(output.topic, 0, None, len(self.sent), 0, 0, 0)
            answers.append((output, place))
        return answers

    def on(self, topic: str) -> list[Output]:
        return [output for output in self.sent if output.topic == topic]


@dataclass
class Bench:
    app: StageApp
    outbox: MemoryOutbox
    completed: list[int]
    crashes: list[BaseException]

    async def put(self, *values: bytes | None, headers: dict[str, bytes] | None = None) -> None:
        """Put records and return when the agent has done with them (completed or crashed)."""
        (agent,) = self.app.agents.values()
        expected = len(self.completed) + len(values)
        async with agent.test_context() as running:
            for number, value in enumerate(values):
                await running.put(key=f"key-{number}".encode(), value=value, headers=headers or {})
            async with asyncio.timeout(10):
                while len(self.completed) < expected and not self.crashes:  # noqa: ASYNC110 - the app has no event for it
                    await asyncio.sleep(0.01)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    made: list[StageApp] = []

    def make(processor: Processor, **options: Any) -> Bench:
        outbox = MemoryOutbox()
        settings = Settings(state_dir=tmp_path, batch_wait_seconds=0.01)
        app = create_app(settings, "127.0.0.1:1", processor, outbox=outbox, clock=lambda: NOW, **options)
        app._loop = asyncio.get_running_loop()
        app.finalize()
        app.conf.store = "memory://"
        app.flow_control.resume()
        bench = Bench(app, outbox, [], [])

        async def crash(reason: BaseException) -> None:
            bench.crashes.append(reason)

        monkeypatch.setattr(app, "crash", crash)
        monkeypatch.setattr(app, "complete", lambda events: bench.completed.extend(e.message.offset for e in events))
        made.append(app)
        return bench

    yield make
    for app in made:
        # The consumer's thread never starts here, and so never closes the event loop that it was given.
        cast("Any", app.consumer)._thread.thread_loop.close()

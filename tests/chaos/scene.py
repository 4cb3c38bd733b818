"""One run: a broker of its own, the three stages under a supervisor, a load that goes on, the account at the end."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.record.memory_records import MemoryRecords

from schemas.models import Document
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, STAGES, UNIQUE, Stage
from tests.chaos.checks import READ, Findings, check
from tests.chaos.proxy import Proxy
from tests.corpus import documents
from workers.broker import LocalBroker
from workers.cluster import admin, read_topics
from workers.errors import UsageError
from workers.ops import topics
from workers.ops.account import take_account
from workers.ops.processes import StageProcess
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.document import document_record
from workers.pipeline.enrich import Enricher, EveryArticle, Failure
from workers.pipeline.record import Record
from workers.settings import Settings

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path

__all__ = ["Scene", "Worker"]

#: Longer than any fault: the load waits for the broker, as a feed would.
SEND_SECONDS = 300
SETTLE_SECONDS = 300.0
RECOVER_SECONDS = 180.0
_CHUNK = 1000
#: How soon a supervisor (docker's restart policy) starts a worker that ended by itself.
RESTART_SECONDS = 0.5
#: What each stage writes, to see that it works again.
WRITES: dict[Stage, tuple[str, ...]] = {"parse": (PARSED,), "dedupe": (UNIQUE, DUPLICATES), "tag": (ENRICHED,)}
_POISON = (b"{poison", b'{"document_id": "x", "body": "\xff\xfe"}', b'{"document_id": {"a": 1}, "body": 12}', b"[]")


class Worker:
    """A worker process that is started again when it ends by itself, as a container is; `build` is one with a fault."""

    def __init__(self, scene: Scene, stage: Stage, number: int, build: str | None) -> None:
        """Start it."""
        self.stage = stage
        self.restarts = 0
        self._scene, self._number, self._build = scene, number, build
        self._wanted = True
        self._process = self._start()

    def _start(self) -> StageProcess:
        scene = self._scene
        log = scene.folder / f"{self.stage}-{self._number}-{self.restarts}.log"
        program = ("workers", "worker") if self._build is None else ("tests.chaos.builds", self._build)
        return StageProcess(self.stage, scene.settings, scene.bootstrap, log=log, program=program)

    @property
    def pid(self) -> int:
        """The id of the process that runs now."""
        return self._process.process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; the supervisor starts another when it ends."""
        self._process.signal(number)

    def supervise(self) -> None:
        """Start it again if it ended while it is wanted."""
        if self._wanted and not self._process.alive():
            self.restarts += 1
            self._process = self._start()

    async def retire(self) -> tuple[int, float]:
        """Drain it for good; return its exit code and the seconds that took."""
        self._wanted = False
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        code = await asyncio.to_thread(self._process.wait, 60.0)
        return code, time.monotonic() - started

    def end(self) -> None:
        """Make sure that nothing is left."""
        self._wanted = False
        self.signal(signal.SIGKILL)
        self._process.wait()


@dataclass
class Scene:
    """What a fault is done to. Made by `Scene.open`; every number is of this run alone."""

    folder: Path
    rng: random.Random
    rate: float
    poison_share: float
    builds: Mapping[Stage, str]
    broker: LocalBroker
    proxy: Proxy
    settings: Settings
    bootstrap: str
    properties: Mapping[str, str]
    workers: list[Worker] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    drains: list[tuple[int, float]] = field(default_factory=list)
    faults: int = 0
    _kept: list[Record] = field(default_factory=list)
    _sent: dict[str, Document] = field(default_factory=dict)
    _poison: set[str] = field(default_factory=set)
    _enough: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        folder: Path,
        rng: random.Random,
        *,
        rate: float,
        poison_share: float,
        builds: Mapping[Stage, str],
        properties: Mapping[str, str],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> AsyncIterator[Scene]:
        """Start broker, proxy and stages in `folder`; stop all of it at the end, whatever happened.

        `properties` are the broker's, `more` are settings of the workers.
        """
        proxy = Proxy(0)
        await proxy.start()
        given = {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{proxy.port}", **properties}
        broker = await asyncio.to_thread(LocalBroker.start, folder / "kafka", properties=given)
        proxy.target = broker.port
        bootstrap = f"127.0.0.1:{proxy.port}"
        settings = Settings(
            kafka_bootstrap=bootstrap,
            topic_prefix="chaos.",
            state_dir=folder / "state",
            session_timeout_seconds=6.0,
            commit_interval_seconds=0.5,
            request_timeout_seconds=10.0,
            **more,
        )
        scene = cls(folder, rng, rate, poison_share, builds, broker, proxy, settings, bootstrap, given)
        try:
            await topics.apply(settings, bootstrap)
            for stage in STAGES:
                scene.add(stage)
            yield scene
        finally:
            for worker in scene.workers:
                await asyncio.to_thread(worker.end)
            await asyncio.to_thread(scene.broker.stop)
            await proxy.stop()

    def add(self, stage: Stage) -> Worker:
        """Start one more worker of a stage."""
        worker = Worker(self, stage, next(self._numbers), self.builds.get(stage))
        self.workers.append(worker)
        return worker

    async def retire(self, worker: Worker) -> None:
        """Scale a stage down by this worker."""
        self.drains.append(await worker.retire())
        self.workers.remove(worker)

    def of(self, stage: Stage) -> list[Worker]:
        """The workers of a stage."""
        return [worker for worker in self.workers if worker.stage == stage]

    @asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """Send documents, and poison among them, for as long as the block runs."""
        self._enough.clear()
        tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._supervise())]
        try:
            await self._wait_for_work(tasks[0])
            yield
            self._enough.set()
            await tasks[0]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait_for_work(self, sending: asyncio.Task[None]) -> None:
        """Until each stage writes: a fault that comes before is another fault."""
        before = dict.fromkeys(STAGES, 0)
        await self._until_written(before, RECOVER_SECONDS, sending)

    def _endless(self) -> Iterator[dict[str, Any]]:
        """Documents without end: a load that runs dry would look like a stage that does not come back."""
        while True:
            yield from documents(_CHUNK, seed=self.rng.randrange(1 << 30), repeated=0.15)

    async def _send(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, enable_idempotence=True, request_timeout_ms=SEND_SECONDS * 1000
        )
        await producer.start()
        started, seq = time.monotonic(), 0
        waiting: list[asyncio.Future[Any]] = []
        try:
            for each in self._endless():
                if self._enough.is_set():
                    break
                await asyncio.sleep(max(0.0, started + seq / self.rate - time.monotonic()))
                if self.rng.random() < self.poison_share:
                    key = f"poison-{seq}"
                    value = self.rng.choice(_POISON)
                    waiting.append(
                        await producer.send(f"{self.settings.topic_prefix}{RAW}", value=value, key=key.encode())
                    )
                    self._poison.add(key)
                document = Document.model_validate(each)
                output = document_record(document, replay_id="chaos", seq=seq, now=time.time())
                waiting.append(
                    await producer.send(
                        f"{self.settings.topic_prefix}{output.topic}",
                        value=output.value,
                        key=output.key,
                        headers=output.headers,
                    )
                )
                self._sent[document.document_id] = document
                seq += 1
            # What is not acknowledged in the end fails the run: then nobody knows what was sent.
            await asyncio.gather(*waiting)
        finally:
            await producer.stop()

    async def _supervise(self) -> None:
        while True:
            await asyncio.sleep(RESTART_SECONDS)
            for worker in self.workers:
                worker.supervise()

    async def restart_broker(self, number: signal.Signals) -> None:
        """Stop the broker with a signal, wait until it is gone, and start it again on the same data."""
        with suppress(ProcessLookupError):
            os.kill(self.broker.pid, number)
        await asyncio.to_thread(self.broker.stop)
        await self.start_broker()

    async def start_broker(self) -> None:
        """Start the broker again on the data that it had."""
        self.broker = await asyncio.to_thread(LocalBroker.start, self.folder / "kafka", properties=self.properties)

    @contextmanager
    def broker_stopped(self) -> Iterator[None]:
        """Stop the broker's process without ending it, for as long as the block runs."""
        os.kill(self.broker.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.broker.pid, signal.SIGCONT)

    async def delete_dead_letters(self, partitions: int) -> None:
        """Delete the dead letters' topic, and keep what stood on it when it went, for the account.

        Asking the topic before would miss what is acknowledged between the answer and the deletion. The broker renames
        a deleted partition's folder and removes it a minute later (`file.delete.delay.ms`): there it all is.
        """
        name = f"{self.settings.topic_prefix}{DEAD_LETTER}"
        data = self.folder / "kafka" / "data"
        before = set(data.glob(f"{name}-*-delete"))
        async with admin(self.bootstrap) as client:
            await client.delete_topics([name])
        async with asyncio.timeout(SETTLE_SECONDS):
            while len(gone := set(data.glob(f"{name}-*-delete")) - before) < partitions:  # noqa: ASYNC110 - see below
                # A folder gives no event.
                await asyncio.sleep(0.05)
        for folder in gone:
            partition = int(folder.name.removeprefix(f"{name}-").split(".")[0])
            for segment in sorted(folder.glob("*.log")):
                batches = MemoryRecords(await asyncio.to_thread(segment.read_bytes))
                while (batch := batches.next_batch()) is not None:
                    self._kept += [
                        Record(DEAD_LETTER, partition, r.offset, r.key, r.value, list(r.headers), r.timestamp / 1000)
                        for r in batch
                    ]

    async def healed(self) -> None:
        """Note how long it takes from now until each stage has written something new."""
        started = time.monotonic()
        before = await self._ends(RECOVER_SECONDS)
        await self._until_written(before, RECOVER_SECONDS, None)
        self.recoveries.append(time.monotonic() - started)

    async def _until_written(
        self, before: Mapping[Stage, int], seconds: float, sending: asyncio.Task[None] | None
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            now = await self._ends(seconds)
            still = [stage for stage in STAGES if now[stage] <= before[stage]]
            if not still:
                return
            if sending is not None and sending.done():
                sending.result()
            if time.monotonic() > deadline:
                raise AssertionError(f"{', '.join(still)} wrote nothing for {seconds:.0f} s: see {self.folder}")
            await asyncio.sleep(0.2)

    async def _ends(self, seconds: float) -> dict[Stage, int]:
        """How many records each stage has written, once the broker answers."""
        deadline = time.monotonic() + seconds
        while True:
            consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
            try:
                await consumer.start()
                result: dict[Stage, int] = {}
                for stage, names in WRITES.items():
                    places = [
                        TopicPartition(f"{self.settings.topic_prefix}{name}", partition)
                        for name in names
                        for partition in range(self.settings.partitions)
                    ]
                    async with asyncio.timeout(10):
                        result[stage] = sum((await consumer.end_offsets(places)).values())
            except (KafkaError, TimeoutError, OSError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)
            else:
                return result
            finally:
                await consumer.stop()

    async def settle(self) -> Findings:
        """Wait until every record is accounted for, then read everything and return what is wrong.

        When it does not balance in time the findings say what is lost; nothing is raised for it.
        """
        supervising = asyncio.create_task(self._supervise())
        deadline = time.monotonic() + SETTLE_SECONDS
        try:
            while True:
                with suppress(UsageError, KafkaError, TimeoutError):
                    account = await take_account(self.settings, self.bootstrap)
                    # Balanced, or at rest with something lost: what is pending may still come.
                    if not account.pending:
                        break
                if time.monotonic() > deadline:
                    break
                await asyncio.sleep(1.0)
        finally:
            supervising.cancel()
        records = [r async for r in read_topics(self.bootstrap, READ, prefix=self.settings.topic_prefix)]
        expected = await asyncio.to_thread(self._expected)
        return check([*self._kept, *records], sent=self._sent, poison=self._poison, expected=expected)

    def _expected(self) -> dict[str, dict[str, Any]]:
        enricher = Enricher(build_parse(self.settings), EveryArticle(), build_tag(), clock=time.time)
        found = {}
        for document in self._sent.values():
            for result in enricher.enrich(document):
                assert not isinstance(result, Failure), str(result)
                event = orjson.loads(result)
                found[event["article_id"]] = event
        return found

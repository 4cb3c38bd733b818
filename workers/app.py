"""The Faust app that every stage is an instance of, and the loop that every agent runs.

What is added to Faust, and why (docs/decisions.md has the evidence):

* An offset counts as done only when the stage says so (`Consumer.complete`). Faust acknowledges a message when the
  agent raises, and when it skips one during a rebalance; both let an unprocessed record's offset be committed.
* Outputs go through `workers.delivery`, and a record is complete when the broker has acknowledged all of them.
* A failure to deliver crashes the app, so that the process ends with an error before it commits.
* Shutdown waits for the batch in hand and commits it, also when the group is rearranged meanwhile.
* At the dead-letter limit the worker sends what came before, commits it, and then stands, not ready, until a person
  ends it.
* While a topic that the stage needs does not exist, the batch in hand waits (`workers.guard` looks after the topics).
* What happens is told to `workers.ops.watch`, which makes metrics and health of it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, time
from typing import TYPE_CHECKING, Any, TypeVar, cast

import faust
from aiokafka.errors import IllegalStateError, KafkaConnectionError
from aiokafka.protocol.fetch import FetchRequest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import ConsumerMessage

from schemas.topics import DEAD_LETTER, STATE, app_id, needed
from workers.delivery import KafkaOutbox, Outbox
from workers.errors import DeliveryError, explained
from workers.guard import TopicGuard
from workers.ops.watch import Watch
from workers.pipeline.dead_letter import dead_letter, finished, outputs_of
from workers.pipeline.record import Output, Processor, Record
from workers.pipeline.times import iso
from workers.security import Security
from workers.unpack import Faulty, Passed, adopt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence

    from aiokafka import AIOKafkaConsumer
    from aiokafka.client import AIOKafkaClient
    from faust.streams import Stream
    from faust.types import EventT, StreamT
    from faust.types.tuples import TP, Message

    from schemas.envelope import Headers
    from workers.delivery import Sent
    from workers.errors import InvalidRecord
    from workers.pipeline.record import Place
    from workers.settings import Settings

__all__ = ["StageApp", "create_app"]

log = logging.getLogger(__name__)

#: How many records are processed before the event loop gets a turn (fetches, signals, commits), and after how long:
#: twenty pages of a megabyte take twenty seconds.
RECORDS_PER_TURN = 20
SECONDS_PER_TURN = 0.1

#: How often a hole is read again before it is taken for the topic's own.
REWINDS = 3

#: How long a broker may hold a fetch for which it has nothing. aiokafka keeps one fetch under way for each broker, so
#: while the empty partitions' fetch waits, a busy partition on that broker cannot be fetched: with Faust's fixed
#: 1,500 ms a worker with one busy partition stood still for 1.1 s after every 500 records (docs/decisions.md).
FETCH_WAIT_MS = 50

#: Records are handed over while those in hand have no more bytes than this together; one of any size always is. The
#: stage's buffers count records: a thousand pages of a megabyte would take more memory than a worker may have.
IN_HAND_BYTES = 16 << 20

#: How often it is looked whether those in hand have become fewer.
LOOK_SECONDS = 0.02

#: Kafka's own default. Longer, and /readyz would have to be patient with a broker that is silent.
HEARTBEAT_SECONDS = 3.0

#: How often the event loop shows that it turns, and lag and state are looked at.
TICK_SECONDS = 1.0

#: How often a worker that stands at the dead-letter limit says so again.
REMIND_SECONDS = 60.0


T = TypeVar("T")
#: Each record of a batch, and what it led to.
Results = list[tuple[Record, list[Output]]]


class FaultyMessage(ConsumerMessage):
    """Faust's message of a record that cannot be read as it should be."""

    __slots__ = ("fault",)
    fault: InvalidRecord

    @classmethod
    def of(cls, message: ConsumerMessage, record: Faulty) -> FaultyMessage:
        """Return `message`, which was made of `record`, with its fault."""
        made = cast("FaultyMessage", cls.from_message(message, message.tp))
        made.generation_id, made.fault = message.generation_id, record.fault
        return made


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread, with a shorter wait for data, an eye on its topics, and our own unpacking."""

    guard: TopicGuard
    _looking: asyncio.Task[None] | None = None
    #: The bytes that a record may have, by the largest of those that came last; at first a document's usual limit.
    _expected = 1 << 20

    async def on_start(self) -> None:
        """Start the consumer, and look at the topics before it joins its group; nothing is fetched before that."""
        await super().on_start()
        adopt(self._ensure_consumer())
        app = cast("StageApp", self.app)
        source, *others = app.needed
        self.guard = TopicGuard(
            self._ensure_consumer(),
            source=source,
            needed=app.needed,
            followed=[source, *(name for name in others if name == app.state_topic)],
            watch=app.watch,
        )
        await self.guard.look()
        self._looking = asyncio.create_task(self.guard.run())

    async def on_thread_stop(self) -> None:
        """Look no more, and stop the consumer."""
        if self._looking is not None:
            self._looking.cancel()
        await super().on_thread_stop()

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Mapping[TP, list[Any]]:
        """Unpack no more records at once than may be in hand together, if they are as large as those before.

        A megabyte of zstd may hold five hundred pages that are much alike, and all of them would be unpacked.
        """
        most = max(1, IN_HAND_BYTES // self._expected)
        most = most if max_records is None else min(most, max_records)
        found: Mapping[TP, list[Any]] = await super()._fetch_records(consumer, active_partitions, timeout, most)
        records = (each for together in found.values() for each in together if not isinstance(each, Passed))
        if found:
            self._expected = max([1, self._expected // 2, *(len(each.value or b"") for each in records)])
        return found

    async def strangers(self, places: set[TP]) -> set[TP]:
        """Return the partitions whose committed offset means nothing; see TopicGuard."""
        return cast("set[TP]", await self.call_thread(self.guard.strangers, places))

    def highwater(self, tp: TP) -> int:
        """Return the offset after the last record that may be read of a partition; an open transaction's may not."""
        return cast("int", self._ensure_consumer().last_stable_offset(tp))

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no setting for it. Before the first fetch is sent nothing has read it.
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - see above
        # Faust reads what is committed alone only when it writes in transactions itself, which it does not do well.
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - same
        self._listen(consumer._client)  # noqa: SLF001 - every request of the consumer goes through it
        return consumer

    def _listen(self, client: AIOKafkaClient) -> None:
        """Let the watch know of every answer that a broker gives to the consumer."""
        send, watch = client.send, cast("StageApp", self.app).watch

        async def answered(node: Any, request: Any, **options: Any) -> Any:
            answer = await send(node, request, **options)
            watch.answered(fetch=isinstance(request, FetchRequest))
            return answer

        client.send = answered


class Consumer(driver.Consumer):
    """Faust's consumer, made to lose nothing.

    Only the stage may complete an offset, each partition is read without a hole from where its group stands, and
    nothing beyond a hole is committed. Faust itself drops records that were fetched when a rebalance begins and relies
    on going back to the committed offset; where nothing was committed yet it does not go back, and takes the hole for
    one in the topic (docs/decisions.md). Offsets that hold no record are told by the unpacker (`Passed`), so they are
    no hole, and commits pass over them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what Faust's consumer takes."""
        super().__init__(*args, **kwargs)
        #: The offset that each partition must deliver next.
        self._next: dict[TP, int] = {}
        #: How often each hole was read again.
        self._rewinds: Counter[tuple[TP, int]] = Counter()
        #: Where offsets without a record begin, beyond what is committed, and the offset after them.
        self._empty: defaultdict[TP, dict[int, int]] = defaultdict(dict)
        #: The sizes of the records that were handed over and are not done, and their sum.
        self._sizes: dict[tuple[TP, int], int] = {}
        self._in_hand = 0

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def ack(self, message: Message) -> bool:
        """Ignore Faust's own acknowledgement: it comes also for messages that were skipped or that failed."""
        return False

    def lag(self) -> dict[TP, tuple[int, int]]:
        """Return, for each partition of which they are known, records not committed and records not handed over.

        Both as of the last answer of the broker.
        """
        found = {}
        for place in self.assignment():
            end, committed = self.highwater(place), self._committed_offset.get(place)
            if end is not None and committed is not None:
                found[place] = (max(0, end - committed), max(0, end - self._next.get(place, committed)))
        return found

    def ended(self) -> bool:
        """Tell whether the consumer, or the thread in which it talks to the broker, is no longer there."""
        worker = self._thread._thread  # noqa: SLF001 - Faust has no public name for it
        return self.should_stop or self._thread.should_stop or (worker is not None and not worker.is_alive())

    async def commit(self, *args: Any, **kwargs: Any) -> bool:
        """Commit what is done; after a crash nothing more.

        A crash ends the thread that would do it, and Faust, which asks it all the same, never gets an answer. And Faust
        commits nothing where a commit is under way; that one may have begun before the last records were done, so a
        drain that met the periodic commit left them to be read again.
        """
        if self.crash_reason is not None:
            return False
        await self.maybe_wait_for_commit_to_finish()
        return self.crash_reason is None and await super().commit(*args, **kwargs)

    async def threadsafe_partitions_revoked(self, *args: Any) -> None:
        """Have the app give partitions up; see `_or_crashed`."""
        await self._or_crashed(super().threadsafe_partitions_revoked(*args))

    async def threadsafe_partitions_assigned(self, *args: Any) -> None:
        """Have the app take partitions; see `_or_crashed`."""
        await self._or_crashed(super().threadsafe_partitions_assigned(*args))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit what is done, and what is in hand once it is, before Faust forgets it.

        Faust first drops what it knows of the revoked partitions and then waits and commits, so that after each
        rebalance all was read again that had been done since the last commit (faust-streaming 0.15.3).
        """
        await cast("StageApp", self.app).settle(self)
        await super().on_partitions_revoked(revoked)

    async def _or_crashed(self, call: Awaitable[None]) -> None:
        """Wait in the consumer's thread for the app, unless it has crashed: it waits for this thread then."""
        answer = asyncio.ensure_future(call)
        while not answer.done() and self.crash_reason is None:
            await asyncio.wait({answer}, timeout=TICK_SECONDS)
        if answer.done():
            answer.result()
        else:
            answer.cancel()

    def complete(self, message: Message) -> None:
        """Count `message` as done: its offset may be committed once those before it are done too."""
        super().ack(message)
        self._in_hand -= self._sizes.pop((message.tp, message.offset), 0)

    async def create_topic(self, *args: Any, **kwargs: Any) -> None:
        """Make nothing: topics are made by `rasid topics apply`, from one declaration."""

    async def strangers(self, places: set[TP]) -> set[TP]:
        """Return the partitions whose committed offset is another topic's, or beyond the end."""
        return await cast("ConsumerThread", self._thread).strangers(places)

    async def perform_seek(self) -> None:
        """Go to the committed offsets, and to the beginning of partitions for which there is none that counts."""
        await super().perform_seek()
        mine = self.assignment()
        try:
            strangers = await self.strangers(mine)
            unread = {place for place in mine if not self._read_offset.get(place)} | strangers
            firsts = dict(await self.earliest_offsets(*unread)) if unread else {}
            await self.seek_wait(firsts)
        except IllegalStateError:
            log.info("another rebalance began: it will seek again")
            return
        self._committed_offset.update(firsts)
        if strangers:
            # At once: until the first record is done, whoever reads the group's offsets would go by the old ones.
            await self._commit({place: firsts[place] for place in strangers})
        # All that is not committed is read again, and told again.
        self._empty.clear()
        self._sizes.clear()
        self._in_hand = 0
        self._next = {place: self._committed_offset[place] or 0 for place in mine}

    def _to_message(self, tp: TP, record: Any) -> Any:
        if isinstance(record, Passed):
            return record
        message = super()._to_message(tp, record)
        return FaultyMessage.of(message, record) if isinstance(record, Faulty) else message

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109 - Faust's signature
        """Yield what was fetched; where records are missing before it, go back and read them."""
        rewound: set[TP] = set()
        async for place, message in super().getmany(timeout):
            begins = message.first if isinstance(message, Passed) else message.offset
            expected = self._next.get(place, begins)
            if place in rewound or message.offset < expected:
                continue
            if begins > expected and not await self._is_real(place, expected, begins):
                rewound.add(place)
                await self.seek_wait({place: expected})
                continue
            self._next[place] = message.offset + 1
            if isinstance(message, Passed):
                self._pass_over(place, max(begins, expected), message.offset + 1)
                cast("StageApp", self.app).watch.passed()
            else:
                await self._room()
                self._sizes[place, message.offset] = size = len(message.value or b"")
                self._in_hand += size
                yield place, message

    async def _room(self) -> None:
        """Wait while the records in hand are too large together, but not while they are given up."""
        while self._in_hand > IN_HAND_BYTES and self.flow_active and not self.should_stop:  # noqa: ASYNC110 - see below
            # Many things end the wait, a rebalance and a stop among them; no one event stands for all.
            await asyncio.sleep(LOOK_SECONDS)

    def _pass_over(self, place: TP, begins: int, ends: int) -> None:
        """Let commits pass over offsets without a record, also where no record follows them."""
        self._empty[place][begins] = ends
        # Faust looks for offsets to commit where something is acknowledged; an empty list will do.
        self._acked[place].extend(())

    async def _add_gap(self, *_: Any) -> None:
        """Do nothing: Faust takes each jump in offsets for a hole in the topic."""

    async def _is_real(self, place: TP, expected: int, found: int) -> bool:
        """Tell whether records are missing in the topic itself; then let commits pass over them."""
        first = (await self.earliest_offsets(place))[place]
        self._rewinds[place, expected] += 1
        if first <= expected and self._rewinds[place, expected] <= REWINDS:
            log.warning("%s: offset %d came instead of %d: reading again", place, found, expected)
            return False
        log.error("%s: offsets %d to %d are gone from the topic", place, expected, found - 1)
        self._pass_over(place, expected, found)
        return True

    def _new_offset(self, place: TP) -> int | None:
        """Return the offset up to which everything is done or holds no record; None where that is the committed one."""
        committed = self._committed_offset[place] or 0
        done, empty, offset = self._acked_index[place], self._empty[place], committed
        while offset in done or offset in empty:
            done.discard(offset)
            offset = empty.pop(offset, offset + 1)
        if offset == committed:
            return None
        self._acked[place] = [each for each in self._acked[place] if each >= offset]
        return offset


class StageApp(faust.App):
    """A Faust app for one stage."""

    outbox: Outbox
    watch: Watch
    #: The topics without which the stage cannot work, with their prefix; the first is the one that it reads.
    needed: tuple[str, ...]
    #: That of them, with its prefix, which holds the stage's state; None for a stage without one.
    state_topic: str | None
    #: Set when it begins to end, by whatever cause.
    ending: threading.Event
    #: Set when the batch in hand is committed, or will not be any more.
    drained: asyncio.Event
    #: How long a broker is waited for at the start.
    patience: float
    #: Sets the gauges of the stage's own.
    report: Callable[[], None] | None = None

    def _new_transport(self) -> Any:
        transport = super()._new_transport()
        # Faust declares it as the class's; set here it stays this app's own.
        transport.Consumer = Consumer  # type: ignore[misc]
        return transport

    async def on_first_start(self) -> None:
        """Make the folder that Faust insists on, with its parents, which Faust does not make."""
        self.watch.start()
        self.add_future(self._tick())
        self.conf.datadir.mkdir(parents=True, exist_ok=True)
        await super().on_first_start()

    async def on_start(self) -> None:
        """Connect the outbox before the first record comes; wait for a broker that is not there yet.

        Raises KafkaConnectionError when none has answered for `patience` seconds. Were that at once, all workers of a
        machine that starts anew would start over and over, and take the processor that the broker needs.
        """
        deadline = monotonic() + self.patience
        while not self.should_stop:
            try:
                await self.outbox.start()
            except KafkaConnectionError:
                await self.outbox.stop()
                if monotonic() > deadline:
                    raise
                await self.sleep(TICK_SECONDS)
            else:
                await super().on_start()
                return

    async def on_stop(self) -> None:
        """Let Faust finish the batch in hand and commit, then disconnect."""
        self.ending.set()
        self.watch.draining()
        await super().on_stop()
        await self.outbox.stop()

    async def _stop_consumer(self) -> None:
        try:
            await super()._stop_consumer()
        finally:
            self.drained.set()

    async def settle(self, consumer: Consumer) -> None:
        """Take no new records, wait until those in hand are done, and commit; during a shutdown wait for its commit."""
        if self.should_stop:
            await self.drained.wait()
        elif assignment := consumer.assignment():
            consumer.stop_flow()
            self.flow_control.suspend()
            consumer.pause_partitions(assignment)
            self.flow_control.clear()
            await self._consumer_wait_empty(consumer, self.log)
            await consumer.commit()

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Give the partitions up once what is in hand of them is committed, in a shutdown too.

        Faust closes the client when a rebalance comes during a shutdown; the shutdown, which commits by that client,
        then waits for ever, and the process neither works nor ends (docs/decisions.md).
        """
        if self.should_stop:
            await self.drained.wait()
        else:
            await super()._on_partitions_revoked(revoked)

    def _on_rebalance_when_stopped(self) -> None:
        """Leave the client alone: it is closed at the end."""

    async def on_shutdown(self) -> None:
        """Answer probes to the very end."""
        await super().on_shutdown()
        await asyncio.to_thread(self.watch.stop)

    async def _tick(self) -> None:
        """Show that the loop turns, and look at what nobody tells."""
        while not self.should_stop:
            self.watch.turned()
            consumer = cast("Consumer", self.consumer)
            if consumer.started:
                if consumer.ended():
                    self.watch.consumer_ended()
                lag = consumer.lag()
                self.watch.lags(
                    {place.partition: records for place, (records, _) in lag.items()},
                    sum(waiting for _, waiting in lag.values()),
                )
            if self.report is not None:
                self.report()
            await self.sleep(TICK_SECONDS)

    async def stand(self) -> None:
        """Take no more records, and say why until a person ends the worker; the partitions stay with it.

        Were it to leave, the next worker would write as many dead letters again; were it to end, so would its restart.
        """
        # Faust would wait for the records in hand at a rebalance and at the end; they are to be read again.
        self.conf.stream_wait_empty = False
        while True:
            log.critical(
                "%s stands: %s. Nothing more is read; nothing is lost. Look at the dead letters (`rasid dlq list`), "
                "mend the build or the feed, and restart the worker: it goes on where it stopped",
                self.conf.id,
                self.watch.limit.reason,
            )
            await asyncio.sleep(REMIND_SECONDS)

    async def topics_there(self) -> bool:
        """Wait until every topic that the stage needs exists; return False when the worker ends meanwhile.

        What was read waits in hand: to send it would fail after RASID_REQUEST_TIMEOUT_SECONDS, and end the worker.
        """
        # Faust would wait for the records in hand at a rebalance and at the end; they are to be read again.
        patient = self.conf.stream_wait_empty
        while self.watch.vitals.topics_why is not None and not self.should_stop:
            self.conf.stream_wait_empty = False
            self.watch.moved()
            await asyncio.sleep(TICK_SECONDS)
        self.conf.stream_wait_empty = patient
        return not self.should_stop

    async def or_crash(self, work: Awaitable[T]) -> T | None:
        """Return what `work` gives; when it raises, crash the app before anything of it is committed, and return None.

        Left to Faust, an agent's error would skip its batch and go on.
        """
        try:
            return await work
        except Exception as exc:  # noqa: BLE001 - whatever it is, the next worker reads the batch again
            log.critical("%s stops before it commits: %s", self.conf.id, explained(exc))
            await self.crash(exc)
            return None

    def complete(self, events: Sequence[EventT[Any]]) -> None:
        """Mark the records of `events` as done."""
        for event in events:
            cast("Consumer", self.consumer).complete(event.message)


def create_app(
    settings: Settings,
    bootstrap: str,
    processor: Processor,
    *,
    prepare: Callable[[Sequence[Record]], Any] | None = None,
    lookup: Callable[[Collection[Place]], Awaitable[Mapping[Place, bytes | None]]] | None = None,
    delivered: Callable[[Sequence[Sent]], None] | None = None,
    outbox: Outbox | None = None,
    clock: Callable[[], float] = time,
    monotonic: Callable[[], float] = monotonic,
) -> StageApp:
    """Return the Faust app that runs `processor` on its source topic.

    `prepare` is awaited with each batch before it is processed (to recover state); `lookup` finds the values of records
    that outputs lack, None for one that is gone; `delivered` is called with what was acknowledged. `outbox`, `clock`
    (epoch seconds) and `monotonic` are replaced in tests.
    """
    stage = processor.name
    app = StageApp(
        app_id(stage, settings.topic_prefix),
        broker=[f"kafka://{address.strip()}" for address in bootstrap.split(",")],
        broker_credentials=Security.of(settings).faust(),
        store="memory://",
        datadir=Path(settings.state_dir) / "faust" / app_id(stage, settings.topic_prefix),
        autodiscover=False,
        topic_allow_declare=False,
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication_factor,
        # No web server at all, and none of these views if somebody starts one with --with-web.
        web_enabled=False,
        web_tables_enabled=False,
        web_router_enabled=False,
        broker_commit_interval=settings.commit_interval_seconds,
        broker_session_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=min(HEARTBEAT_SECONDS, settings.session_timeout_seconds / 10),
        broker_max_poll_records=settings.batch_records,
        # Two batches: one in hand, one ready. The default of 4,096 documents could be gigabytes.
        stream_buffer_maxsize=settings.batch_records * 2,
        stream_wait_empty=True,
        processing_guarantee="at_least_once",
        producer_acks=-1,
        table_standby_replicas=0,
    )
    app.ending, app.drained = threading.Event(), asyncio.Event()
    app.patience = settings.request_timeout_seconds
    app.watch = Watch(stage, settings, clock=monotonic, wall=clock)
    app.needed = tuple(f"{settings.topic_prefix}{name}" for name in needed(stage))
    app.state_topic = f"{settings.topic_prefix}{STATE[stage]}" if stage in STATE else None
    app.outbox = outbox or KafkaOutbox(settings, bootstrap, client_id=app_id(stage, settings.topic_prefix))
    topic = app.topic(
        f"{settings.topic_prefix}{processor.source}",
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        partitions=settings.partitions,
    )

    loop = _Loop(app, processor, settings, prepare, lookup, delivered, clock)

    async def on_revoked(_app: Any, revoked: Collection[TP], **_: Any) -> None:
        app.watch.revoked()
        if revoked:
            log.info("a rebalance: its partitions are given up")

    async def on_assigned(_app: Any, assigned: Collection[TP], **_: Any) -> None:
        mine = {place.partition for place in assigned if place.topic in topic.topics}
        app.watch.assigned(mine)
        log.info("reads %s", f"partitions {', '.join(map(str, sorted(mine)))}" if mine else "no partition: others do")

    app.on_partitions_revoked.connect(on_revoked)  # type: ignore[arg-type]  # mode types handlers as taking *args
    app.on_partitions_assigned.connect(on_assigned)  # type: ignore[arg-type]  # same
    app.agent(topic, name=f"rasid.{stage}", concurrency=1)(loop.run)
    return app


@dataclass(frozen=True, slots=True)
class _Loop:
    """What an agent does with its batches; the options are those of `create_app`."""

    app: StageApp
    processor: Processor
    settings: Settings
    prepare: Callable[[Sequence[Record]], Any] | None
    lookup: Callable[[Collection[Place]], Awaitable[Mapping[Place, bytes | None]]] | None
    delivered: Callable[[Sequence[Sent]], None] | None
    clock: Callable[[], float]

    async def run(self, stream: StreamT[Any]) -> None:
        """Process batch after batch until the app stops, crashes, or reaches the dead-letter limit."""
        settings, app, watch = self.settings, self.app, self.app.watch
        batches = cast("Stream[bytes]", stream).take_events(settings.batch_records, within=settings.batch_wait_seconds)
        # While the broker acknowledges one batch the next is processed; it is sent when the first is complete, so that
        # at most one batch is on the way, and nothing overtakes a batch that fails.
        on_the_way: asyncio.Task[bool | None] | None = None
        async for events in batches:
            kept = list(events)
            watch.took(len(kept))
            if watch.vitals.topics_why is not None and not await app.topics_there():
                return
            results = await app.or_crash(self._work([_record(event, settings.topic_prefix) for event in kept]))
            if results is None or (on_the_way is not None and not await on_the_way):
                return
            allowed = watch.allowed(results)
            on_the_way = asyncio.create_task(app.or_crash(self._finish(kept[:allowed], results[:allowed])))
            if watch.limit.reason is not None:
                if await on_the_way:
                    watch.idle()
                    await app.stand()
                return
            watch.idle()

    async def _work(self, records: Sequence[Record]) -> Results:
        if self.prepare is not None:
            await self.prepare(records)
        results = await _process(self.processor, records, self.clock, self.app.watch)
        lacking = {output.lack.place for _, outputs in results for output in outputs if output.lack is not None}
        if not lacking:
            return results
        if self.lookup is None:
            raise TypeError(f"{self.processor.name} reads earlier records, and was given no lookup")
        values, now = await self.lookup(lacking), iso(self.clock())
        return [(record, finished(outputs, values, self.processor, record, now=now)) for record, outputs in results]

    async def _finish(self, events: Sequence[EventT[Any]], results: Results) -> bool:
        watch = self.app.watch
        watch.sending()
        try:
            sent, done = await _deliver(self.app.outbox, results, self.processor, self.clock)
        except DeliveryError:
            watch.undelivered()
            raise
        if self.delivered is not None:
            self.delivered(sent)
        watch.delivered(done, refused=_dead(done) - _dead(results))
        self.app.complete(events)
        return True


def _record(event: EventT[Any], prefix: str) -> Record:
    message = event.message
    # aiokafka gives pairs; Faust's test_context gives the mapping that the test gave it.
    given: Any = message.headers or ()
    headers: Headers = list(given.items() if isinstance(given, Mapping) else given)
    return Record(
        topic=message.topic.removeprefix(prefix),
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=headers,
        time=message.timestamp,
        fault=message.fault if isinstance(message, FaultyMessage) else None,
    )


async def _process(
    processor: Processor, records: Sequence[Record], clock: Callable[[], float], watch: Watch
) -> Results:
    """Return what each record leads to; a record that fails leads to its dead letter."""
    results = []
    turn = perf_counter()
    for number, record in enumerate(records, 1):
        begun = perf_counter()
        results.append((record, outputs_of(processor, record, now=iso(clock()))))
        watch.processed(record, perf_counter() - begun)
        if number % RECORDS_PER_TURN == 0 or perf_counter() - turn > SECONDS_PER_TURN:
            await asyncio.sleep(0)
            turn = perf_counter()
    return results


def _dead(results: Results) -> int:
    return sum(any(output.topic == DEAD_LETTER for output in outputs) for _, outputs in results)


async def _deliver(
    outbox: Outbox, results: Results, processor: Processor, clock: Callable[[], float]
) -> tuple[list[Sent], Results]:
    """Deliver everything, and a dead letter for each record one of whose outputs is too large.

    Returns what was sent, and each record with what was acknowledged of its outputs. Raises DeliveryError, also when it
    is the dead letter that is too large: then the record would be lost.
    """
    sent = await outbox.deliver([output for _, outputs in results for output in outputs])
    answers = iter(sent)
    refused: list[Output] = []
    done: Results = []
    for record, outputs in results:
        answered = [next(answers) for _ in outputs]
        kept = [output for output, answer in answered if not isinstance(answer, Exception)]
        errors = [answer for _, answer in answered if isinstance(answer, Exception)]
        if errors:
            refused.append(dead_letter(record, processor.name, errors[0], now=iso(clock())))
            kept.append(refused[-1])
        done.append((record, kept))
    if refused:
        for output, answer in await outbox.deliver(refused):
            if isinstance(answer, Exception):
                raise DeliveryError(f"{output.topic}: {answer}")
    return sent, done

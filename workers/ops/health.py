"""Whether a worker lives and is ready, and what is wrong if it is not.

Three parts: `Vitals`, facts that the worker's loop and its consumer write down as they happen; `judge`, which tells
from the facts and a clock what is red; and `HealthServer`, which answers in a thread and an event loop of its own, so
that it answers also while the worker's loop hangs. Nothing here asks the broker anything: a probe costs no connection,
and says what the worker itself has seen.

What turns red, when (settings), and in which answer:

=============  ================================================================  ==========================  ======
condition      red when                                                          after                       answer
=============  ================================================================  ==========================  ======
loop           the event loop, or the handling of one record, stands still       health_stuck_seconds        livez
consumer       its thread has ended; no fetch is answered while the broker       health_stuck_seconds        livez
               answers otherwise; records wait and none is handed over
broker         no broker has answered the consumer                               health_broker_seconds       readyz
delivery       outputs are sent and not acknowledged                             health_broker_seconds       readyz
topics         a topic that the stage reads or writes does not exist               at once                     readyz
partitions     the worker is in no group yet, or its group is rebalancing        at once                     readyz
state          de-duplication reads its changelog back                           at once                     readyz
disk           RASID_STATE_DIR takes no file                                     health_disk_seconds         readyz
dead_letters   the dead-letter limit was reached                                 at once                     readyz
running        the worker drains                                                 at once                     readyz
=============  ================================================================  ==========================  ======

A worker without partitions is ready, where the topics exist: there are more workers than partitions, and it is there to
take over. What makes /livez red makes /readyz red too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import orjson
from aiohttp import web, web_response

from workers.ops.metrics import CONDITIONS, CONTENT_TYPE
from workers.pipeline.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from workers.ops.metrics import Condition
    from workers.settings import Settings

__all__ = ["LIVE", "TOPICS_DO", "HealthServer", "Limits", "Red", "Vitals", "judge"]

log = logging.getLogger(__name__)

# The answer to what is no HTTP is made before any hook of ours; this reaches it too. Versions are nobody's business.
web_response.SERVER_SOFTWARE = "rasid"  # type: ignore[attr-defined]  # a name that it imports for itself

#: aiohttp logs each malformed request, with what it holds.
_silent = logging.getLogger(f"{__name__}.http")
_silent.setLevel(logging.CRITICAL + 1)

#: What a restart can mend. The others would only be restarted into the same state.
LIVE: frozenset[Condition] = frozenset({"loop", "consumer"})
TOPICS_DO = "run `rasid topics apply`; the worker goes on by itself when they are there"
#: More than a block, so that a file system that still has room for a name alone is found out.
_DISK_BYTES = 64 << 10


@dataclass(slots=True)
class Vitals:
    """What has happened, each by a monotonic clock in seconds. Written by the worker's threads, read by the server's.

    Each fact is one assignment, so no reader sees half of one.
    """

    started: float
    loop_at: float = field(init=False)
    """The event loop's last turn."""
    moved_at: float = field(init=False)
    """When the handler last took a batch, was done with a record, or had nothing left."""
    busy: bool = False
    """The handler has a batch in its hands."""
    sending_since: float | None = None
    """Outputs are on their way, since when."""
    broker_at: float = field(init=False)
    """A broker's last answer to the consumer, of any kind."""
    broker_back_at: float = field(init=False)
    """When the last silence of the broker ended."""
    fetched_at: float = field(init=False)
    """The last answer to a fetch."""
    assigned: frozenset[int] | None = None
    """Partitions of the stage's source; None while the worker is in no group, or the group rebalances."""
    assigned_at: float = field(init=False)
    """When `assigned` last changed."""
    topics_why: str | None = None
    """Which of the topics that the stage needs are missing, in words."""
    topics_at: float = 0.0
    """Since when."""
    passed_at: float = field(init=False)
    """When the consumer last came past offsets that hold no record, such as an aborted transaction's."""
    waiting: int = 0
    """Records that the broker has and the consumer has not handed over."""
    consumer_ended_at: float | None = None
    recovering_since: float | None = None
    disk_at: float = field(init=False)
    """When the state folder last took a file."""
    disk_error: str | None = None
    limit_reason: str | None = None
    limit_at: float = 0.0
    draining_since: float | None = None

    def __post_init__(self) -> None:
        self.loop_at = self.moved_at = self.broker_at = self.broker_back_at = self.started
        self.fetched_at = self.assigned_at = self.disk_at = self.passed_at = self.started


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many seconds a fact turns red."""

    stuck: float
    broker: float
    disk: float

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Take them from the settings."""
        return cls(settings.health_stuck_seconds, settings.health_broker_seconds, 2 * settings.health_disk_seconds)


@dataclass(frozen=True, slots=True)
class Red:
    """A condition that is not met: since when (monotonic), why, and what a person does."""

    since: float
    why: str
    do: str


def judge(vitals: Vitals, limits: Limits, now: float) -> dict[Condition, Red | None]:
    """Return every condition, None for those that are met. `now` is by the clock of the facts."""
    red: dict[Condition, Red | None] = dict.fromkeys(CONDITIONS)
    v = vitals
    lost = now - v.broker_at > limits.broker
    if v.draining_since is not None:
        red["running"] = Red(v.draining_since, "the worker drains after a signal", "wait until it has ended")
    red["loop"] = _loop(v, limits, now, broker_lost=lost)
    if lost:
        red["broker"] = Red(
            v.broker_at, "no broker has answered", "look at the broker, and at the network between; the worker retries"
        )
    if v.sending_since is not None and now - v.sending_since > limits.broker:
        red["delivery"] = Red(
            v.sending_since,
            "outputs were sent and the broker does not acknowledge them",
            "look at the brokers: one that is away, a full disk, fewer copies in sync than min.insync.replicas; it "
            "stops at RASID_REQUEST_TIMEOUT_SECONDS, losing nothing",
        )
    red["consumer"] = _consumer(v, limits, now, broker_lost=lost)
    if v.topics_why is not None:
        red["topics"] = Red(v.topics_at, v.topics_why, TOPICS_DO)
    if v.assigned is None:
        red["partitions"] = Red(
            v.assigned_at,
            "the worker has no place in its group, or the group is being rearranged",
            "wait; after minutes look for workers that come and go, and at the topics (`rasid topics verify`)",
        )
    if v.recovering_since is not None:
        red["state"] = Red(
            v.recovering_since,
            "the state of a partition is being read back from its changelog",
            "wait: a million entries take about half a minute",
        )
    if v.disk_error is not None or now - v.disk_at > limits.disk:
        red["disk"] = Red(
            v.disk_at,
            v.disk_error or "the folder does not answer",
            "make room in RASID_STATE_DIR, or mount it writable",
        )
    if v.limit_reason is not None:
        red["dead_letters"] = Red(
            v.limit_at,
            v.limit_reason,
            "look at them (`rasid dlq list`), mend the build or the feed, then restart the worker: it goes on where it "
            "stopped",
        )
    return red


def _loop(v: Vitals, limits: Limits, now: float, *, broker_lost: bool) -> Red | None:
    do = "take a stack (py-spy dump), then restart the worker"
    if v.draining_since is not None:
        return None  # whoever stops it kills it when its time is over
    if now - v.loop_at > limits.stuck:
        return Red(v.loop_at, "the event loop stands still", do)
    # Waiting for the broker is not standing still.
    if v.busy and v.sending_since is None and not broker_lost and now - v.moved_at > limits.stuck:
        return Red(v.moved_at, "the batch in hand makes no progress", do)
    return None


def _consumer(v: Vitals, limits: Limits, now: float, *, broker_lost: bool) -> Red | None:
    do = "restart the worker; what it has not committed is read again"
    if v.draining_since is not None or v.limit_reason is not None:
        return None  # it is meant to stand
    if v.consumer_ended_at is not None:
        return Red(v.consumer_ended_at, "the consumer has ended", do)
    if broker_lost or v.busy or v.sending_since is not None or not v.assigned:
        return None
    begun = max(v.moved_at, v.assigned_at, v.broker_back_at)
    if now - max(begun, v.fetched_at) > limits.stuck:
        return Red(max(begun, v.fetched_at), "the consumer asks the broker for no records", do)
    begun = max(begun, v.passed_at)
    if v.waiting and now - begun > limits.stuck:
        return Red(begun, "records wait, and the consumer hands none over", do)
    return None


class HealthServer:
    """Answers GET and HEAD of /livez, /readyz and /metrics, and 404 for all else, until it is stopped."""

    def __init__(
        self,
        settings: Settings,
        vitals: Vitals,
        *,
        stage: str,
        exposition: Callable[[Mapping[Condition, Red | None]], bytes],
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        """Serve what `judge` says of `vitals`, and `exposition` of it as metrics.

        `clock` is the clock of the vitals, `wall` gives epoch seconds.
        """
        if settings.health_port is None:
            raise ValueError("RASID_HEALTH_PORT is not set: there is no port to serve")
        self._port, self._host = settings.health_port, settings.health_host
        self._folder, self._every = settings.state_dir, settings.health_disk_seconds
        self._vitals, self._limits = vitals, Limits.of(settings)
        self._stage, self._exposition = stage, exposition
        self._clock, self._wall = clock, wall
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="rasid-health", daemon=True)
        self._ready = threading.Event()
        self._error: Exception | None = None
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        log.info("health: http://%s:%d/livez, /readyz and /metrics", self._host, self._port)

    def stop(self) -> None:
        """Stop listening, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except Exception as exc:  # noqa: BLE001 - raised in the thread that waits in start()
            self._error = exc
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=1024)
        # HEAD comes with GET.
        app.router.add_get("/livez", self._livez)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(
            app, access_log=None, logger=_silent, handle_signals=False, keepalive_timeout=5.0, shutdown_timeout=1.0
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            self._ready.set()
            disk = asyncio.create_task(self._watch_disk())
            await self._stopping.wait()
            disk.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await disk
        finally:
            await runner.cleanup()

    async def _watch_disk(self) -> None:
        while True:
            # In a thread: a file system that hangs must not take the answers with it.
            error = await asyncio.to_thread(_try_folder, self._folder)
            if error is None:
                self._vitals.disk_at = self._clock()
            self._vitals.disk_error = error
            await asyncio.sleep(self._every)

    def _judged(self) -> dict[Condition, Red | None]:
        return judge(self._vitals, self._limits, self._clock())

    async def _livez(self, _request: web.Request) -> web.Response:
        judged = self._judged()
        return self._answer({name: judged[name] for name in CONDITIONS if name in LIVE}, "alive", "not alive")

    async def _readyz(self, _request: web.Request) -> web.Response:
        return self._answer(self._judged(), "ready", "not ready")

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._exposition(self._judged()), headers={"Content-Type": CONTENT_TYPE})

    def _answer(self, judged: Mapping[Condition, Red | None], good: str, bad: str) -> web.Response:
        now, wall = self._clock(), self._wall()
        met = not any(judged.values())
        conditions = [
            {"name": name, "ok": True}
            if red is None
            else {
                "name": name,
                "ok": False,
                "since": iso(wall - (now - red.since)),
                "seconds": round(now - red.since, 1),
                "why": red.why,
                "do": red.do,
            }
            for name, red in judged.items()
        ]
        body = {"stage": self._stage, "status": good if met else bad, "conditions": conditions}
        return web.Response(
            body=orjson.dumps(body) + b"\n",
            status=200 if met else 503,
            headers={"Content-Type": "application/json", "Cache-Control": "no-store"},
        )


def _try_folder(folder: Path) -> str | None:
    """Return why `folder` takes no file, or None."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_DISK_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as exc:
        return f"{folder} takes no file: {exc.strerror}"
    return None

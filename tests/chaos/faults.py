"""The faults, each done to a Scene under load and then healed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka.admin import NewTopic

from schemas.topics import DEAD_LETTER, STAGES, Stage, declared
from tests.disk import fill
from workers.cluster import admin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.chaos.scene import Scene

__all__ = ["CONTROLS", "DISK_MB", "FAULTS", "Fault"]

#: The disk of the broker in `disk full`: its data of some minutes, not more.
DISK_MB = 192


@dataclass(frozen=True, slots=True)
class Fault:
    """`act` is done to a scene; `times` says how often, in the long form and in the short one (0: not in it)."""

    name: str
    act: Callable[[Scene, int], Awaitable[None]]
    long: int
    short: int = 0
    builds: Mapping[Stage, str] = field(default_factory=dict)
    poison: float = 0.02
    properties: Mapping[str, str] = field(default_factory=dict)
    needs_disk: bool = False


async def _pause(scene: Scene, shortest: float = 0.5, longest: float = 2.5) -> None:
    await asyncio.sleep(scene.rng.uniform(shortest, longest))


def _kill(stage: Stage) -> Callable[[Scene, int], Awaitable[None]]:
    async def act(scene: Scene, times: int) -> None:
        for _ in range(times):
            await _pause(scene)
            scene.rng.choice(scene.of(stage)).signal(signal.SIGKILL)
            scene.faults += 1
            await scene.healed()

    return act


async def stop_and_continue(scene: Scene, times: int) -> None:
    """Stop each stage's worker for longer than the session timeout, with a second one there to take over."""
    for turn in range(times):
        stage = STAGES[turn % len(STAGES)]
        paused = scene.rng.choice(scene.of(stage))
        second = scene.add(stage)
        await _pause(scene)
        paused.signal(signal.SIGSTOP)
        scene.faults += 1
        await asyncio.sleep(scene.settings.session_timeout_seconds + 4)
        paused.signal(signal.SIGCONT)
        await scene.healed()
        await scene.retire(second)


async def scale(scene: Scene, times: int) -> None:
    """One worker, three, one again, for each stage in turn."""
    for turn in range(times):
        stage = STAGES[turn % len(STAGES)]
        more = [scene.add(stage), scene.add(stage)]
        await _pause(scene, 3, 6)
        scene.faults += 1
        for worker in more:
            await scene.retire(worker)
        await scene.healed()


async def drain(scene: Scene, times: int) -> None:
    """SIGTERM under load, and another worker in its place."""
    for turn in range(times):
        stage = STAGES[turn % len(STAGES)]
        worker = scene.rng.choice(scene.of(stage))
        await _pause(scene)
        scene.faults += 1
        await scene.retire(worker)
        scene.add(stage)
        await scene.healed()


def _broker(number: signal.Signals) -> Callable[[Scene, int], Awaitable[None]]:
    async def act(scene: Scene, times: int) -> None:
        for _ in range(times):
            await _pause(scene)
            scene.faults += 1
            await scene.restart_broker(number)
            await scene.healed()

    return act


async def broker_paused(scene: Scene, times: int) -> None:
    """The broker answers nobody for longer than a request may take."""
    for _ in range(times):
        await _pause(scene)
        scene.faults += 1
        with scene.broker_stopped():
            await asyncio.sleep(scene.settings.request_timeout_seconds + 3)
        await scene.healed()


async def connections_cut(scene: Scene, times: int) -> None:
    """Every connection is reset; for some seconds none can be made."""
    for _ in range(times):
        await _pause(scene)
        scene.faults += 1
        scene.proxy.refuses = scene.rng.random() < 0.5
        assert scene.proxy.cut()
        await _pause(scene, 0.5, 4)
        scene.proxy.refuses = False
        await scene.healed()


async def connections_slow(scene: Scene, times: int) -> None:
    """Each piece of up to 64 KiB waits, there and back."""
    for _ in range(times):
        await _pause(scene)
        scene.faults += 1
        scene.proxy.delay = scene.rng.uniform(0.1, 0.5)
        await _pause(scene, 6, 10)
        scene.proxy.delay = 0.0
        await scene.healed()


async def dead_letters_missing(scene: Scene, times: int) -> None:
    """The dead-letter topic is gone for a while: a worker may stop, and must not commit past what belongs there."""
    name = f"{scene.settings.topic_prefix}{DEAD_LETTER}"
    policy = scene.settings.topic_policy()
    partitions, topic = next(
        (partitions, topic)
        for full, partitions, topic in declared(policy, prefix=scene.settings.topic_prefix)
        if full == name
    )
    for _ in range(times):
        await scene.delete_dead_letters(partitions)
        scene.faults += 1
        await _pause(scene, 8, 12)
        async with admin(scene.bootstrap) as client:
            await client.create_topics([NewTopic(name, partitions, 1, topic_configs=topic.config(policy))])
        await scene.healed()


async def disk_full(scene: Scene, times: int) -> None:
    """The broker's disk takes no more; somebody makes room and starts it again."""
    ballast = scene.folder / "kafka" / "data" / "ballast"
    for _ in range(times):
        await _pause(scene)
        scene.faults += 1
        await asyncio.to_thread(fill, ballast)
        deadline = time.monotonic() + 30
        while scene.broker.alive() and time.monotonic() < deadline:  # noqa: ASYNC110 - a process gives no event
            await asyncio.sleep(0.2)
        ballast.unlink()
        if not scene.broker.alive():
            await asyncio.to_thread(scene.broker.stop)
            await scene.start_broker()
        await scene.healed()


async def state_lost(scene: Scene, times: int) -> None:
    """A dedupe worker dies with its disk; the next one has only what the changelog gives back."""
    for _ in range(times):
        await _pause(scene)
        scene.faults += 1
        (worker,) = scene.of("dedupe")
        worker.signal(signal.SIGKILL)
        shutil.rmtree(scene.settings.state_dir, ignore_errors=True)
        await scene.healed()


async def nothing(scene: Scene, times: int) -> None:
    """No fault but the load's own poison and the workers' build."""
    for _ in range(times):
        await _pause(scene, 2, 3)
        scene.faults += 1
        await scene.healed()


async def storm(scene: Scene, times: int) -> None:
    """Whatever comes, one after the other without a rest."""
    acts = (
        _kill("parse"),
        _kill("dedupe"),
        _kill("tag"),
        scale,
        connections_cut,
        connections_slow,
        _broker(signal.SIGKILL),
        stop_and_continue,
    )
    for _ in range(times):
        await scene.rng.choice(acts)(scene, 1)


FAULTS: tuple[Fault, ...] = (
    Fault("parse killed", _kill("parse"), long=17),
    Fault("dedupe killed", _kill("dedupe"), long=17, short=2),
    Fault("tag killed", _kill("tag"), long=17),
    Fault("worker stopped, then continued", stop_and_continue, long=6),
    Fault("scaled 1, 3, 1", scale, long=6),
    Fault("drained by SIGTERM", drain, long=10),
    Fault("broker restarted", _broker(signal.SIGTERM), long=3),
    Fault("broker killed", _broker(signal.SIGKILL), long=3, short=1),
    Fault("broker paused", broker_paused, long=2),
    Fault("connections cut", connections_cut, long=6, short=2),
    Fault("connections slow", connections_slow, long=3),
    Fault("dead-letter topic missing", dead_letters_missing, long=2, poison=0.05),
    Fault(
        "broker's disk full",
        disk_full,
        long=2,
        needs_disk=True,
        properties={"log.index.size.max.bytes": "1048576", "log.preallocate": "false"},
    ),
    Fault("clock jumps", nothing, long=4, builds=dict.fromkeys(STAGES, "clock")),
    Fault("poison, 5 %", nothing, long=4, poison=0.05),
    Fault("dedupe's disk lost", state_lost, long=3),
    Fault("storm", storm, long=10),
)
#: Builds that lose records on purpose: each must be found out.
CONTROLS: tuple[Fault, ...] = (
    Fault("control: commits early", _kill("tag"), long=3, short=2, builds={"tag": "early"}),
    Fault("control: drops an output", nothing, long=1, builds={"tag": "dropped"}),
)

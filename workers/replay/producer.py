"""Streaming documents into articles.raw."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaConnectionError

from schemas.topics import RAW
from workers.cluster import existing_topics, no_answer
from workers.delivery import KafkaOutbox
from workers.errors import TooLarge
from workers.ops.tracing import traced
from workers.pipeline.document import document_record
from workers.replay.reader import Problem
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schemas.models import Document
    from workers.delivery import Outbox
    from workers.pipeline.record import Output
    from workers.settings import Settings

__all__ = ["Report", "replay"]

#: Sent and acknowledged together; a slower rate sends what has come due.
BATCH = 200
#: How often a wait for the rate looks whether it is to end.
LOOK_SECONDS = 0.2


@dataclass(slots=True)
class Report:
    """What a replay did. `seq` is the place of the next document: as many were passed over or have an answer."""

    seq: int = 0
    sent: int = 0
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list)


async def replay(
    settings: Settings,
    bootstrap: str,
    documents: Iterable[Document | Problem],
    *,
    replay_id: str,
    rate: float | None = None,
    report: Report | None = None,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Report], None] = lambda _report: None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Send `documents` in order, at most `rate` a second, and return once the broker has acknowledged all.

    `report` is kept up to date on the way; the first document gets its `seq`. `stopped` ends the wait for a rate, and
    what was waiting is not sent; that `documents` end then too is the caller's part. What cannot be sent is in the
    report's problems, and does not stop the rest. Raises UsageError when no broker answers or articles.raw does not
    exist, DeliveryError when the broker stops answering.
    """
    outbox = await _connected(settings, bootstrap)
    report = report or Report()
    started, first = time.monotonic(), report.seq
    batch: list[Output] = []

    async def flush() -> None:
        for output, answer in await outbox.deliver(batch):
            if isinstance(answer, TooLarge):
                report.problems.append(Problem((output.key or b"").decode(), None, str(answer)))
            else:
                report.sent += 1
                report.bytes += len(output.value or b"")
        report.seq += len(batch)
        batch.clear()
        on_progress(report)

    try:
        for item in documents:
            if isinstance(item, Problem):
                report.problems.append(item)
                continue
            seq = report.seq + len(batch)
            if rate is not None and time.monotonic() < (due := started + (seq - first) / rate):
                await flush()
                await _wait(due, stopped)
            if stopped():
                break
            batch.append(document_record(item, replay_id=replay_id, seq=seq, now=clock()))
            if len(batch) >= BATCH:
                await flush()
        await flush()
    finally:
        await outbox.stop()
    return report


async def _wait(due: float, stopped: Callable[[], bool]) -> None:
    """Wait until the monotonic clock shows `due`, or until `stopped`."""
    while not stopped() and (early := due - time.monotonic()) > 0:  # noqa: ASYNC110 - a signal sets no event
        await asyncio.sleep(min(early, LOOK_SECONDS))


async def _connected(settings: Settings, bootstrap: str) -> Outbox:
    """Return an outbox that is started. Raises UsageError when no broker answers or articles.raw does not exist."""
    outbox = traced(
        KafkaOutbox(settings, bootstrap, client_id="rasid-replay"), "rasid-replay", os.environ, settings.topic_prefix
    )
    try:
        await outbox.start()
    except KafkaConnectionError as exc:
        await outbox.stop()
        raise await no_answer(bootstrap, Security.of(settings)) from exc
    try:
        # Now, and not with the first record: that would be waited for, and look like a broker that does not answer.
        await existing_topics(bootstrap, [f"{settings.topic_prefix}{RAW}"], security=Security.of(settings))
    except BaseException:
        await outbox.stop()
        raise
    return outbox

"""Streaming documents into articles.raw."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaConnectionError

from workers.cluster import no_answer
from workers.delivery import KafkaOutbox
from workers.errors import TooLarge
from workers.ops.tracing import traced
from workers.pipeline.document import document_record
from workers.replay.reader import Problem
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schemas.models import Document
    from workers.pipeline.record import Output
    from workers.settings import Settings

__all__ = ["Report", "replay"]

#: Sent and acknowledged together; a slower rate sends what has come due.
BATCH = 200


@dataclass(slots=True)
class Report:
    """What a replay did."""

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
    on_progress: Callable[[Report], None] = lambda _report: None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Send `documents` in order, at most `rate` a second, and return once the broker has acknowledged all.

    What cannot be sent is in the report's problems, and does not stop the rest. Raises UsageError when no broker
    answers, DeliveryError when it stops answering.
    """
    outbox = traced(
        KafkaOutbox(settings, bootstrap, client_id="rasid-replay"), "rasid-replay", os.environ, settings.topic_prefix
    )
    try:
        await outbox.start()
    except KafkaConnectionError as exc:
        await outbox.stop()
        raise await no_answer(bootstrap, Security.of(settings)) from exc
    report, started, seq = Report(), time.monotonic(), 0
    batch: list[Output] = []

    async def flush() -> None:
        for output, answer in await outbox.deliver(batch):
            if isinstance(answer, TooLarge):
                report.problems.append(Problem((output.key or b"").decode(), None, str(answer)))
            else:
                report.sent += 1
                report.bytes += len(output.value or b"")
        batch.clear()
        on_progress(report)

    try:
        for item in documents:
            if isinstance(item, Problem):
                report.problems.append(item)
                continue
            if rate is not None and (early := started + seq / rate - time.monotonic()) > 0:
                await flush()
                await asyncio.sleep(early)
            batch.append(document_record(item, replay_id=replay_id, seq=seq, now=clock()))
            seq += 1
            if len(batch) >= BATCH:
                await flush()
        await flush()
    finally:
        await outbox.stop()
    return report

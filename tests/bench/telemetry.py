"""What watching costs: microseconds for a record of the tag stage (one event, three views), counted, traced, logged.

    python -m tests.bench.telemetry [ROUNDS]

The pieces are timed one after the other in each round, and the medians are printed.
"""

from __future__ import annotations

import io
import logging
import statistics
import sys
import time
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from schemas import envelope
from schemas.envelope import cloudevent, new_traceparent
from schemas.topics import BY_ACTOR, BY_COUNTRY, ENRICHED, UNIQUE
from workers.ops.logs import configure
from workers.ops.spans import Spans
from workers.ops.watch import Watch
from workers.pipeline.record import Fate, Output, Record, derived_headers
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

RECORDS = 500


class Nowhere(SpanExporter):
    """Takes spans as fast as they come."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None: ...


def batch() -> list[tuple[Record, list[Output]]]:
    made = []
    for number in range(RECORDS):
        extra = {envelope.INGESTED: "2025-06-15T15:06:40.000Z", envelope.REPLAY_ID: "r"}
        headers = cloudevent(
            type_="unique-article",
            source="dedupe",
            id_=str(number),
            time="2025-06-15T15:06:40.000Z",
            traceparent=new_traceparent(str(number)),
            extra=extra,
        )
        record = Record(UNIQUE, 0, number, b"key", bytes(4900), headers, 0.0)
        outputs = [
            Output(
                topic,
                b"key",
                bytes(5000),
                derived_headers(
                    record, type_="x", stage="tag", id_=f"{topic}{number}", time="2025-06-15T15:06:40.000Z"
                ),
                fate=Fate("enriched", "story", ("actors",)) if topic == ENRICHED else None,
            )
            for topic in (ENRICHED, BY_COUNTRY, BY_COUNTRY, BY_ACTOR)
        ]
        made.append((record, outputs))
    return made


def watched(watch: Watch, results: list[tuple[Record, list[Output]]]) -> None:
    watch.took(len(results))
    for record, _ in results:
        watch.processed(record, 0.0005)
    watch.allowed(results)
    watch.sending()
    watch.delivered(results)
    watch.idle()


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    settings = Settings()
    results = batch()
    counting, tracing = (Watch("tag", settings, clock=time.monotonic, wall=time.time) for _ in range(2))
    tracing.trace(Spans("bench", Nowhere()), prefix="", group="rasid-tag")
    log = logging.getLogger("workers.bench")
    stream = io.StringIO()
    configure(settings, stage="tag", stream=stream)
    # Each line, not each fifth.
    logging.getLogger().handlers[0].filters.clear()

    def lines() -> None:
        for record, _ in results:
            log.warning("dead letter: %s", "why", extra={"topic": record.topic, "offset": record.offset})

    work: dict[str, Callable[[], object]] = {
        "counted": lambda: watched(counting, results),
        "counted and traced": lambda: watched(tracing, results),
        "one log line": lines,
        "one scrape, in ms": counting.metrics.exposition,
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, each in work.items():
            times[name].append(seconds(each))
    for name, found in times.items():
        unit = 1e3 if "ms" in name else 1e6 / RECORDS
        sys.stdout.write(f"{name:20} {statistics.median(found) * unit:8.1f}\n")
    tracing.stop()


if __name__ == "__main__":
    main()

"""What a worker says of itself: metrics, health and the dead-letter limit, moved by what happens in its loop.

`workers.app` calls it; the stages' functions know nothing of it. What became of an article stands on the output that
carries it on (`Fate`), a dead letter names its error in its headers, what leaves de-duplication's state is a tombstone
on its changelog: so everything is counted from outputs that the broker has acknowledged.
"""

from __future__ import annotations

import logging
from collections import Counter
from time import time_ns
from typing import TYPE_CHECKING, Any

from schemas import envelope
from schemas.topics import DEAD_LETTER, DEDUPE_CHANGELOG, RAW
from workers.errors import UsageError
from workers.ops import metrics
from workers.ops.health import TOPICS_DO, HealthServer, Vitals
from workers.ops.limit import DeadLetterLimit
from workers.ops.metrics import Metrics
from workers.pipeline.record import Place
from workers.pipeline.times import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from schemas.topics import Stage
    from workers.ops.health import Red
    from workers.ops.metrics import Condition, Metric
    from workers.ops.spans import Spans
    from workers.pipeline.record import Output, Record
    from workers.settings import Settings

__all__ = ["Watch"]

log = logging.getLogger(__name__)

#: A record that takes longer is named in the log: a page that the rules for one megabyte did not foresee.
SLOW_SECONDS = 10.0

#: How often it is said again that topics are missing.
REMIND_SECONDS = 60.0

#: Of the stages that hold something: how much of each partition, and how much of it was read back.
_HELD: dict[Stage, Metric] = {"dedupe": metrics.DEDUPE_ENTRIES, "stories": metrics.STORIES_HELD}
_RECOVERED: dict[Stage, Metric] = {"dedupe": metrics.DEDUPE_RECOVERED, "stories": metrics.STORIES_RECOVERED}


class Watch:
    """Keeps the metrics, the vitals and the limit of one worker."""

    def __init__(
        self, stage: Stage, settings: Settings, *, clock: Callable[[], float], wall: Callable[[], float]
    ) -> None:
        """Start counting. `clock` is monotonic, `wall` gives epoch seconds; both in seconds."""
        self.metrics = Metrics(stage)
        self.vitals = Vitals(clock())
        self.limit = DeadLetterLimit(settings)
        self._clock, self._wall = clock, wall
        self._broker_silence = settings.health_broker_seconds
        self._partitions: frozenset[int] = frozenset()
        self._spans: Spans | None = None
        self._begun: dict[Place, tuple[int, int]] = {}
        self._sending = 0
        self._topics_said = 0.0
        self._server: HealthServer | None = None
        self._serving, self._port = False, settings.health_port
        if settings.health_port is not None:
            self._server = HealthServer(
                settings, self.vitals, stage=stage, exposition=self._exposition, clock=clock, wall=wall
            )

    def start(self) -> None:
        """Answer probes from now on, if there is a port; a second call changes nothing.

        Raises UsageError when the port is taken.
        """
        if self._server is None or self._serving:
            return
        try:
            self._server.start()
        except OSError as exc:
            raise UsageError(
                f"RASID_HEALTH_PORT={self._port}: the port is taken, or not ours ({exc.strerror}): choose another"
            ) from exc
        self._serving = True

    def trace(self, spans: Spans | None, *, prefix: str, group: str) -> None:
        """Make spans of every record from now on, if there is something to make them with."""
        self._spans = spans
        if spans is not None:
            spans.prefix, spans.group = prefix, group

    def stop(self) -> None:
        """Send the last spans, and answer no longer; may block for some seconds."""
        if self._spans is not None:
            self._spans.stop()
        if self._server is not None and self._serving:
            self._server.stop()
            self._serving = False

    # The loop and the handler ----------------------------------------------------------------------------------------

    def turned(self) -> None:
        """Note a turn of the event loop."""
        self.vitals.loop_at = self._clock()

    def took(self, count: int) -> None:
        """Note a batch of so many records, now in the handler's hands."""
        self.vitals.moved_at = self._clock()
        self.vitals.busy = True
        self.metrics.observe(metrics.BATCH_RECORDS, count)

    def moved(self) -> None:
        """Note that the handler is not stuck."""
        self.vitals.moved_at = self._clock()

    def passed(self) -> None:
        """Note that the consumer came past offsets that hold no record."""
        self.vitals.passed_at = self._clock()

    def idle(self) -> None:
        """Note that the handler waits for records."""
        self.vitals.moved_at = self._clock()
        self.vitals.busy = False

    def processed(self, record: Record, seconds: float) -> None:
        """Note that the stage's function is done with a record."""
        self.vitals.moved_at = self._clock()
        self.metrics.observe(metrics.STAGE_DURATION, seconds)
        if self._spans is not None:
            ended = time_ns()
            place = Place(record.topic, record.partition, record.offset)
            self._begun[place] = ended - int(seconds * 1e9), ended
        if seconds > SLOW_SECONDS:
            log.warning("slow record: %.1f s", seconds, extra=_place(record))

    def allowed(self, results: Sequence[tuple[Record, Sequence[Output]]]) -> int:
        """Return how many of the results may go out; fewer than all when the dead-letter limit is reached.

        From then on the worker is not ready, and takes no more records.
        """
        count = self.limit.allowed(None if _says_nothing(outputs) else _is_dead(outputs) for _, outputs in results)
        self.metrics.set(metrics.DEAD_LETTER_SHARE, self.limit.share)
        self._note_limit()
        return count

    def _note_limit(self) -> None:
        if self.limit.reason is not None and self.vitals.limit_reason is None:
            self.vitals.limit_at = self._clock()
            self.vitals.limit_reason = self.limit.reason

    # Delivery --------------------------------------------------------------------------------------------------------

    def sending(self) -> None:
        """Note that outputs are on their way."""
        self.vitals.sending_since = self._clock()
        self._sending = time_ns()

    def undelivered(self) -> None:
        """Note that they did not arrive: the worker stops."""
        self.vitals.sending_since = None
        self.metrics.add(metrics.DELIVERY_FAILURES)

    def delivered(self, results: Sequence[tuple[Record, Sequence[Output]]], *, refused: int = 0) -> None:
        """Count a batch: each record, and what the broker has acknowledged of its outputs.

        `refused` of the records are dead letters because the broker refused an output; to the limit they are new.
        """
        now, wall = self._clock(), self._wall()
        since, self.vitals.sending_since = self.vitals.sending_since, None
        if since is not None:
            self.metrics.observe(metrics.DELIVERY, now - since)
        if self._spans is not None:
            self._trace(self._spans, results)
        self._count(results, wall)
        if refused:
            self.limit.allowed([True] * refused)
            self._note_limit()

    def _count(self, results: Sequence[tuple[Record, Sequence[Output]]], wall: float) -> None:
        # Added up first: a label costs more to find than a record to count.
        counts: Counter[tuple[Metric, tuple[tuple[str, str], ...]]] = Counter()
        for record, outputs in results:
            replayed = ("replayed", "yes" if record.header(envelope.REPLAY_ID) else "no")
            counts[metrics.RECORDS_IN, (replayed,)] += 1
            for output in outputs:
                counts[metrics.RECORDS_OUT, (("topic", output.topic), replayed)] += 1
                if output.topic == DEAD_LETTER:
                    _log_dead_letter(record, output)
                for metric, *labels in _counted(output):
                    counts[metric, (*labels, *((replayed,) if "replayed" in metric.labels else ()))] += 1
                if output.fate is not None and output.fate.outcome == "enriched":
                    self._latency(output, replayed[1], wall)
        for (metric, pairs), number in counts.items():
            self.metrics.add(metric, number, **dict(pairs))
            if metric is metrics.RECORDS_IN:
                self.metrics.set(metrics.LAST_PROCESSED, wall, **dict(pairs))

    def _trace(self, spans: Spans, results: Sequence[tuple[Record, Sequence[Output]]]) -> None:
        acknowledged = time_ns()
        for record, outputs in results:
            begun, ended = self._begun.pop(Place(record.topic, record.partition, record.offset))
            spans.processed(record, outputs, begun=begun, ended=ended, sending=self._sending, acknowledged=acknowledged)

    def _latency(self, output: Output, replayed: str, wall: float) -> None:
        # What was parsed by an earlier release says no time.
        ingested = epoch(envelope.first_value(output.headers, envelope.INGESTED))
        if ingested is not None:
            # The broker's clock may be ahead of ours.
            self.metrics.observe(metrics.END_TO_END, max(0.0, wall - ingested), replayed=replayed)

    # The consumer ----------------------------------------------------------------------------------------------------

    def answered(self, *, fetch: bool) -> None:
        """Note that a broker has answered the consumer; called from its thread."""
        now, vitals = self._clock(), self.vitals
        if now - vitals.broker_at > self._broker_silence:
            vitals.broker_back_at = now
        vitals.broker_at = now
        if fetch:
            vitals.fetched_at = now

    def revoked(self) -> None:
        """Note that the group is being rearranged."""
        self.vitals.assigned, self.vitals.assigned_at = None, self._clock()

    def assigned(self, partitions: Collection[int]) -> None:
        """Note which partitions of the source this worker has now."""
        self.vitals.assigned, self.vitals.assigned_at = frozenset(partitions), self._clock()
        self.metrics.add(metrics.REBALANCES)
        self.metrics.set(metrics.PARTITIONS, len(partitions))
        for gone in self._partitions - frozenset(partitions):
            self.metrics.forget(metrics.LAG, partition=str(gone))
            if (held := _HELD.get(self.metrics.stage)) is not None:
                self.metrics.forget(held, partition=str(gone))
        self._partitions = frozenset(partitions)

    def lags(self, lag: Mapping[int, int], waiting: int) -> None:
        """Note how many records of each partition are not committed, and how many in all were not handed over."""
        self.vitals.waiting = waiting
        for partition, records in lag.items():
            self.metrics.set(metrics.LAG, records, partition=str(partition))

    def topics(self, why: str | None, *, source_partitions: int) -> None:
        """Note what is wrong with the topics that the stage needs, in words, and how many partitions its source has.

        Called every few seconds, from the consumer's thread.
        """
        now, vitals = self._clock(), self.vitals
        self.metrics.set(metrics.SOURCE_PARTITIONS, source_partitions)
        if why is not None and (why != vitals.topics_why or now - self._topics_said >= REMIND_SECONDS):
            self._topics_said = now
            log.error("%s: %s", why, TOPICS_DO)
        if why is None and vitals.topics_why is not None:
            log.info("every topic is there now")
        if (why is None) != (vitals.topics_why is None):
            vitals.topics_at = now
        vitals.topics_why = why

    def consumer_ended(self) -> None:
        """Note that the consumer has ended by itself."""
        if self.vitals.consumer_ended_at is None:
            self.vitals.consumer_ended_at = self._clock()

    def draining(self) -> None:
        """Note that the worker finishes what it has in hand, and ends."""
        if self.vitals.draining_since is None:
            self.vitals.draining_since = self._clock()

    # The state -------------------------------------------------------------------------------------------------------

    def recovering(self) -> None:
        """Note that the state is being read back."""
        self.vitals.recovering_since = self._clock()

    def recovered(self, entries: int) -> None:
        """Note that it is back, by so many entries."""
        self.vitals.recovering_since = None
        self.metrics.add(_RECOVERED[self.metrics.stage], entries)

    def holds(self, entries: Mapping[int, int], allocated: int, fullest: float) -> None:
        """Note how many articles the state holds in each partition, in how many bytes, and how near to its bound."""
        for partition, number in entries.items():
            self.metrics.set(metrics.DEDUPE_ENTRIES, number, partition=str(partition))
        self.metrics.set(metrics.DEDUPE_BYTES, allocated)
        self.metrics.set(metrics.DEDUPE_FULLEST, fullest)

    def collects(self, stories: Mapping[int, int], allocated: int) -> None:
        """Note how many stories are held of each partition, and in how many bytes."""
        for partition, number in stories.items():
            self.metrics.set(metrics.STORIES_HELD, number, partition=str(partition))
        self.metrics.set(metrics.STORIES_BYTES, allocated)

    def _exposition(self, judged: Mapping[Condition, Red | None]) -> bytes:
        now, vitals = self._clock(), self.vitals
        moved = min(vitals.loop_at, vitals.moved_at) if vitals.busy else vitals.loop_at
        self.metrics.set(metrics.HEARTBEAT_AGE, now - moved)
        self.metrics.set(metrics.BROKER_AGE, now - vitals.broker_at)
        for name, red in judged.items():
            self.metrics.set(metrics.CONDITION, red is None, condition=name)
        return self.metrics.exposition()


def _counted(output: Output) -> Iterator[tuple[Any, ...]]:
    """Yield the metrics that an output adds one to, each with its labels as pairs."""
    if output.fate is not None:
        yield metrics.ARTICLES, ("outcome", output.fate.outcome)
        for lacking in output.fate.lacking:
            yield metrics.UNTAGGED, ("kind", output.fate.kind), ("lacking", lacking)
    elif output.topic == DEAD_LETTER:
        error = envelope.first_value(output.headers, envelope.ERROR_CLASS) or ""
        yield metrics.ARTICLES, ("outcome", "dead_letter")
        yield metrics.DEAD_LETTERS, ("error", metrics.error_label(error))
    elif output.topic == DEDUPE_CHANGELOG and output.value is None:
        yield (metrics.DEDUPE_EVICTIONS,)


def _place(record: Record) -> dict[str, object]:
    """Return what tells a record from all others, for the log."""
    place: dict[str, object] = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    if record.topic == RAW:
        place["document_id"] = (record.key or b"").decode(errors="replace")
    else:
        place["article_id"] = record.header("ce_id")
    return place


def _log_dead_letter(record: Record, letter: Output) -> None:
    # Its message is worded so as not to quote the text.
    error, message = (
        envelope.first_value(letter.headers, name) for name in (envelope.ERROR_CLASS, envelope.ERROR_MESSAGE)
    )
    log.warning("dead letter: %s", message, extra={**_place(record), "error": error})


def _says_nothing(outputs: Sequence[Output]) -> bool:
    """Tell whether a record was a tombstone: between faulty documents it must not hide that all of them are."""
    return any(output.fate is not None and output.fate.outcome == "tombstone" for output in outputs)


def _is_dead(outputs: Sequence[Output]) -> bool:
    return any(output.topic == DEAD_LETTER for output in outputs)

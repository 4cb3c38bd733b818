"""Every metric that a worker exports: one closed list, and nothing can be counted that is not in it.

A metric says its type, unit, labels with all their values, and what to do when it moves; the dashboard and the alert
rules are held to the same list (`unknown_in`). Everything that can be known beforehand is exported as 0 from the start,
so that the first dead letter of an error is a rise from 0 and not a series that comes from nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from schemas.models import Kind
from schemas.topics import DEAD_LETTER, STATE, TARGETS, WORKERS
from workers import errors
from workers.build import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.topics import Stage

__all__ = [
    "CONDITIONS",
    "CONTENT_TYPE",
    "METRICS",
    "PROCESS_METRICS",
    "Condition",
    "Metric",
    "Metrics",
    "error_label",
    "exported_names",
    "labels_of",
    "unknown_in",
]

CONTENT_TYPE = CONTENT_TYPE_LATEST

# A second series for each counter, of when it was made: the process says so once.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left this one without types

Type = Literal["counter", "gauge", "histogram"]

#: What health is made of (workers/ops/health.py); each is a series of rasid_condition.
Condition = Literal[
    "running", "loop", "consumer", "broker", "delivery", "topics", "partitions", "state", "disk", "dead_letters"
]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)

#: A defect of ours raises what nobody foresaw: one value for all of them keeps the label closed. The dead letter itself
#: names the exception.
DEFECT = "Defect"

#: The articles' fates, by stage. In parse a dead letter is a whole document, and a tombstone is none.
OUTCOMES: dict[Stage, tuple[str, ...]] = {
    "parse": ("parsed", "tombstone", "dead_letter"),
    "dedupe": ("original", "fuller", "update", "related", "duplicate", "repeat", "dead_letter"),
    "tag": ("enriched", "dead_letter"),
    "stories": ("collected", "dead_letter"),
}
LACKING = ("countries", "actors", "language")


def _written(stage: Stage) -> tuple[str, ...]:
    """The topics that a stage writes, its changelog among them."""
    return tuple(dict.fromkeys((*TARGETS[stage], DEAD_LETTER, *((STATE[stage],) if stage in STATE else ()))))


def _invalid_records(base: type[errors.InvalidRecord] = errors.InvalidRecord) -> tuple[str, ...]:
    return tuple(sorted({name for each in base.__subclasses__() for name in (each.__name__, *_invalid_records(each))}))


#: Every value of a label. A partition's are numbers, as many as the settings say.
LABELS: Mapping[str, tuple[str, ...] | None] = {
    "stage": WORKERS,
    "replayed": ("no", "yes"),
    "outcome": tuple(dict.fromkeys(outcome for stage in WORKERS for outcome in OUTCOMES[stage])),
    "topic": tuple(dict.fromkeys(name for stage in WORKERS for name in _written(stage))),
    "error": (*_invalid_records(), DEFECT),
    "kind": get_args(Kind),
    "lacking": LACKING,
    "condition": CONDITIONS,
    "partition": None,
    "version": None,
    "commit": None,
}


# Told apart by identity: they are keys, and a hash over all these words would be most of what counting costs.
@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric. `stages` are those whose workers export it; `buckets` are a histogram's upper bounds, in its unit."""

    name: str
    type: Type
    unit: str
    what: str
    do: str
    """What a person does when it moves."""
    labels: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = WORKERS
    buckets: tuple[float, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which Prometheus stores it."""
        if self.type == "histogram":
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)

    def values(self, label: str, stage: Stage) -> tuple[str, ...]:
        """Return what `label` may be in a worker of `stage`; nothing where only a run can tell."""
        if label == "stage":
            return (stage,)
        if label == "outcome":
            return OUTCOMES[stage]
        if label == "topic":
            return _written(stage)
        return LABELS[label] or ()


#: From a cache to a page in HTML over every limit.
_RECORD_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: A quiet stream needs a few batch waits; a backlog, hours.
_LATENCY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)
_DELIVERY_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BATCH_RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 350, 500, 1000)

RECORDS_IN = Metric(
    "rasid_records_in_total",
    "counter",
    "records",
    "Records that were read and are done: the broker has everything that they led to.",
    "Stands still while lag grows: look at /readyz of its workers. Falls to 0 everywhere: the feed has stopped.",
    ("stage", "replayed"),
)
RECORDS_OUT = Metric(
    "rasid_records_out_total",
    "counter",
    "records",
    "Records that the broker has acknowledged, by topic (named without prefix).",
    "events.enriched far below the articles of dedupe: tag lags or sends to the dead letters.",
    ("stage", "topic", "replayed"),
)
ARTICLES = Metric(
    "rasid_articles_total",
    "counter",
    "articles",
    "What became of each article; in parse a dead letter is a whole document, and a tombstone, a raw record without a "
    "value, is none; a repeat went on before, and is not sent again.",
    "The share of repeats jumps: a feed is sent twice. Of duplicates: one text is everywhere. At 0 dedupe has "
    "lost its state, look at rasid_dedupe_entries.",
    ("stage", "outcome", "replayed"),
)
DEAD_LETTERS = Metric(
    "rasid_dead_letters_total",
    "counter",
    "records",
    "Records that went to articles.dead-letter, by error; Defect is any exception that is not the record's fault.",
    "`rasid dlq list` shows them. InvalidMessage: the feed has changed; NoArticle: a page has a new layout; Defect: a "
    "fault of ours, mend it and `rasid dlq retry`.",
    ("stage", "error", "replayed"),
)
DEAD_LETTER_SHARE = Metric(
    "rasid_dead_letter_share",
    "gauge",
    "ratio",
    "Share of the last RASID_DEAD_LETTER_WINDOW records of this worker that went to the dead letters.",
    "At RASID_DEAD_LETTER_SHARE the worker stops: look at the dead letters before it does.",
    ("stage",),
)
UNTAGGED = Metric(
    "rasid_untagged_total",
    "counter",
    "articles",
    "Articles without a country, without an actor, or in a language that is not tagged, by kind.",
    "Rises among stories after a deploy: the lexicon was broken. Rises slowly: new names, `rasid actors candidates`.",
    ("kind", "lacking", "replayed"),
    ("tag",),
)
END_TO_END = Metric(
    "rasid_end_to_end_latency_seconds",
    "histogram",
    "seconds",
    "From the broker's time of the raw record to the acknowledgement of its event.",
    "High while lag is high: scale the stage that lags. High without lag: rasid_delivery_seconds, the broker.",
    ("replayed",),
    ("tag",),
    _LATENCY_SECONDS,
)
STAGE_DURATION = Metric(
    "rasid_stage_duration_seconds",
    "histogram",
    "seconds",
    "What the stage's function takes for one record.",
    "Rises: larger pages or a slower machine. One record over 10 s: find it by the log line `slow record`.",
    ("stage",),
    buckets=_RECORD_SECONDS,
)
DELIVERY = Metric(
    "rasid_delivery_seconds",
    "histogram",
    "seconds",
    "From the sending of a batch's outputs to the last acknowledgement.",
    "Rises: the broker is slow (disk, replicas). At RASID_REQUEST_TIMEOUT_SECONDS the worker stops.",
    ("stage",),
    buckets=_DELIVERY_SECONDS,
)
DELIVERY_FAILURES = Metric(
    "rasid_delivery_failures_total",
    "counter",
    "batches",
    "Batches of which the broker refused or did not acknowledge an output; the worker stops at the first.",
    "Look at the broker: its disk, its replicas, its ACLs. The records are read again after the restart.",
    ("stage",),
)
BATCH_RECORDS = Metric(
    "rasid_batch_records",
    "histogram",
    "records",
    "Records that were taken and sent together.",
    "Near RASID_BATCH_RECORDS all the time: the stage is the bottleneck. 1 under load: fetches are too small.",
    ("stage",),
    buckets=_BATCH_RECORDS,
)
LAG = Metric(
    "rasid_consumer_lag_records",
    "gauge",
    "records",
    "Records between the committed offset and the end of the partition, as of the last answer of the broker.",
    "Grows in all partitions: start more workers (up to the partitions). In one: one key has the load, or its worker "
    "hangs.",
    ("stage", "partition"),
)
PARTITIONS = Metric(
    "rasid_partitions_assigned",
    "gauge",
    "partitions",
    "Partitions that this worker reads; 0 is normal where there are more workers than partitions.",
    "The sum over a stage's workers is below the topic's partitions for minutes: the group does not settle.",
    ("stage",),
)
SOURCE_PARTITIONS = Metric(
    "rasid_source_partitions",
    "gauge",
    "partitions",
    "Partitions that the topic has which the stage reads, as this worker saw a few seconds ago; 0 when there is none.",
    "Above the sum of rasid_partitions_assigned for minutes: nobody reads some of them. 0: run `rasid topics apply`.",
    ("stage",),
)
REBALANCES = Metric(
    "rasid_rebalances_total",
    "counter",
    "rebalances",
    "Assignments of partitions that this worker was given.",
    "Several an hour without a deploy: workers die, or a batch takes longer than RASID_SESSION_TIMEOUT_SECONDS.",
    ("stage",),
)
LAST_PROCESSED = Metric(
    "rasid_last_processed_timestamp_seconds",
    "gauge",
    "seconds",
    "When the last record was done, in epoch seconds; 0 before the first.",
    "Old while lag is above 0: the stage stands. Old without lag: the feed is quiet.",
    ("stage", "replayed"),
)
HEARTBEAT_AGE = Metric(
    "rasid_heartbeat_age_seconds",
    "gauge",
    "seconds",
    "Since the processing loop last moved: /livez turns red at RASID_HEALTH_STUCK_SECONDS.",
    "Rises steadily: the loop hangs in one record. Take a stack (py-spy dump), then restart the worker.",
    ("stage",),
)
BROKER_AGE = Metric(
    "rasid_broker_answer_age_seconds",
    "gauge",
    "seconds",
    "Since a broker last answered the consumer: /readyz turns red at RASID_HEALTH_BROKER_SECONDS.",
    "Rises in all workers: the broker. In one: its network.",
    ("stage",),
)
CONDITION = Metric(
    "rasid_condition",
    "gauge",
    "bool",
    "1 while a condition of /livez and /readyz is met, 0 while it is red.",
    "/readyz of the worker says since when it is red, and what to do.",
    ("stage", "condition"),
)
DEDUPE_ENTRIES = Metric(
    "rasid_dedupe_entries",
    "gauge",
    "articles",
    "Articles that de-duplication holds, by partition of articles.parsed.",
    "At RASID_DEDUPE_MAX_ENTRIES the window is shorter than it was set to: raise it if there is memory. Falls to 0: "
    "the partition went to another worker, or its state was lost.",
    ("partition",),
    ("dedupe",),
)
DEDUPE_BYTES = Metric(
    "rasid_dedupe_state_bytes",
    "gauge",
    "bytes",
    "Memory that de-duplication's state takes.",
    "Grows towards the container's limit: lower RASID_DEDUPE_MAX_ENTRIES, or raise the limit.",
    (),
    ("dedupe",),
)
DEDUPE_FULLEST = Metric(
    "rasid_dedupe_fullest_ratio",
    "gauge",
    "ratio",
    "Articles held of the language that has most, over RASID_DEDUPE_MAX_ENTRIES.",
    "At 1 articles leave by number before the window is over: raise RASID_DEDUPE_MAX_ENTRIES, and the memory with it.",
    (),
    ("dedupe",),
)
DEDUPE_EVICTIONS = Metric(
    "rasid_dedupe_evictions_total",
    "counter",
    "articles",
    "Articles that left de-duplication's state, by age or by count.",
    "As many as come in, with rasid_dedupe_fullest_ratio at 1: the bound decides, and not the window.",
    (),
    ("dedupe",),
)
DEDUPE_RECOVERED = Metric(
    "rasid_dedupe_recovered_total",
    "counter",
    "articles",
    "Entries that were read back from the changelog when partitions were assigned.",
    "Moves after a rebalance only. 0 after a restart with a topic that is not empty: the changelog is gone.",
    (),
    ("dedupe",),
)
STORIES_HELD = Metric(
    "rasid_stories_held",
    "gauge",
    "stories",
    "Stories of which it is known where they stand, by partition of events.by-story.",
    "Falls to 0: the partition went to another worker, or the topic stories was deleted.",
    ("partition",),
    ("stories",),
)
STORIES_BYTES = Metric(
    "rasid_stories_bytes",
    "gauge",
    "bytes",
    "Bytes of the stories that are held whole, packed: those that came last.",
    "Above 10 MB for each partition: stories have very many articles, look at the topic stories.",
    (),
    ("stories",),
)
STORIES_RECOVERED = Metric(
    "rasid_stories_recovered_total",
    "counter",
    "stories",
    "Records of the topic stories that were read back when partitions were assigned.",
    "Moves after a rebalance only. 0 after a restart with a topic that is not empty: look at what the worker may read.",
    (),
    ("stories",),
)
BUILD = Metric(
    "rasid_build_info",
    "gauge",
    "info",
    "1, with the version of this worker and the commit of its image (unknown where none was given).",
    "Two at once for longer than a deploy: one of the workers was left behind.",
    ("stage", "version", "commit"),
)
LEXICON = Metric(
    "rasid_lexicon_info",
    "gauge",
    "info",
    "1, with the lexicon's version, which stands in every event.",
    "Two versions at once for longer than a deploy: events differ by the worker that they met.",
    ("version",),
    ("tag",),
)

METRICS: tuple[Metric, ...] = (
    RECORDS_IN,
    RECORDS_OUT,
    ARTICLES,
    DEAD_LETTERS,
    DEAD_LETTER_SHARE,
    UNTAGGED,
    END_TO_END,
    STAGE_DURATION,
    DELIVERY,
    DELIVERY_FAILURES,
    BATCH_RECORDS,
    LAG,
    PARTITIONS,
    SOURCE_PARTITIONS,
    REBALANCES,
    LAST_PROCESSED,
    HEARTBEAT_AGE,
    BROKER_AGE,
    CONDITION,
    DEDUPE_ENTRIES,
    DEDUPE_BYTES,
    DEDUPE_FULLEST,
    DEDUPE_EVICTIONS,
    DEDUPE_RECOVERED,
    STORIES_HELD,
    STORIES_BYTES,
    STORIES_RECOVERED,
    BUILD,
    LEXICON,
)

#: What prometheus-client says of the process itself.
PROCESS_METRICS = (
    "process_virtual_memory_bytes",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
)

#: What Prometheus itself adds for each worker that it asks.
_SCRAPE_METRICS = ("up",)
_NAME = re.compile(r"\b(?:rasid|process)_[a-z0-9_]+\b(?!\s*=)")


def exported_names() -> frozenset[str]:
    """Return every name that a query may use: of histograms _bucket, _sum and _count."""
    ours = (name for metric in METRICS for name in metric.series)
    return frozenset((*ours, *PROCESS_METRICS, *_SCRAPE_METRICS))


def labels_of(name: str) -> tuple[str, ...]:
    """Return the labels that the series `name` has of its own; `le` is a bucket's. Raises KeyError."""
    if name in PROCESS_METRICS or name in _SCRAPE_METRICS:
        return ()
    by_series = {series: metric for metric in METRICS for series in metric.series}
    return (*by_series[name].labels, *(("le",) if name.endswith("_bucket") else ()))


def unknown_in(query: str) -> frozenset[str]:
    """Return the names of ours in a PromQL query, or in any text, that no worker exports."""
    return frozenset(_NAME.findall(query)) - exported_names()


def error_label(error_class: str) -> str:
    """Return the value of the label `error` for an exception's name."""
    return error_class if error_class in (LABELS["error"] or ()) else DEFECT


class Metrics:
    """The metrics of one worker, in a registry of its own."""

    def __init__(self, stage: Stage) -> None:
        """Export every metric of `stage`, with 0 for what did not happen yet."""
        self.stage = stage
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self._counters: dict[Metric, Counter] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for metric in METRICS:
            if stage in metric.stages:
                self._export(metric)
        this = build()
        self.set(BUILD, 1, version=this.version, commit=this.commit)

    def add(self, metric: Metric, amount: float = 1, **labels: str) -> None:
        """Count. Raises ValueError for labels that the metric does not have, KeyError for a metric of another stage."""
        collector = self._counters[metric]
        (collector.labels(**self._whole(metric, labels)) if metric.labels else collector).inc(amount)

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge; raises as `add` does."""
        collector = self._gauges[metric]
        (collector.labels(**self._whole(metric, labels)) if metric.labels else collector).set(value)

    def forget(self, metric: Metric, **labels: str) -> None:
        """Export a gauge's series no longer: its partition went to another worker."""
        self._gauges[metric].remove_by_labels(self._whole(metric, labels))

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        """Add to a histogram; raises as `add` does."""
        collector = self._histograms[metric]
        (collector.labels(**self._whole(metric, labels)) if metric.labels else collector).observe(value)

    def exposition(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self.registry)

    def _whole(self, metric: Metric, labels: dict[str, str]) -> dict[str, str]:
        if "stage" in metric.labels:
            labels["stage"] = self.stage
        for label, value in labels.items():
            allowed = LABELS.get(label)
            if allowed is not None and value not in allowed:
                raise ValueError(f"{metric.name}: {value!r} is no declared value of {label}")
        return labels

    def _export(self, metric: Metric) -> None:
        text = f"{metric.what} Unit: {metric.unit}. {metric.do}"
        collector: Counter | Gauge | Histogram
        if metric.type == "counter":
            collector = self._counters[metric] = Counter(metric.name, text, metric.labels, registry=self.registry)
        elif metric.type == "gauge":
            collector = self._gauges[metric] = Gauge(metric.name, text, metric.labels, registry=self.registry)
        else:
            collector = self._histograms[metric] = Histogram(
                metric.name, text, metric.labels, registry=self.registry, buckets=metric.buckets
            )
        for values in product(*(metric.values(label, self.stage) for label in metric.labels)):
            if values:
                collector.labels(*values)

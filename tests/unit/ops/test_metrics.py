"""The closed list of metrics: nothing outside it can be counted, and queries are held to it."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemas.topics import STAGES, Stage
from workers.ops import metrics
from workers.ops.metrics import METRICS, PROCESS_METRICS, Metric, Metrics


def samples(exported: Metrics) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(exported.exposition().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def test_every_metric_of_the_module_is_in_the_list_once() -> None:
    declared = [each for each in vars(metrics).values() if isinstance(each, Metric)]
    assert sorted(each.name for each in declared) == sorted(each.name for each in METRICS)
    assert len({each.name for each in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda each: each.name)
def test_a_metric_is_named_as_prometheus_asks_and_says_what_to_do(metric: Metric) -> None:
    assert re.fullmatch(r"rasid_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.type == "counter")
    assert metric.what.endswith(".")
    assert metric.do.endswith(".")
    assert (metric.type == "histogram") == bool(metric.buckets)
    assert list(metric.buckets) == sorted(metric.buckets)
    if metric.unit in ("seconds", "bytes"):
        assert metric.name.removesuffix("_total").endswith(f"_{metric.unit}")
    assert set(metric.labels) <= metrics.LABELS.keys()


@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_exports_its_stage_s_metrics_and_no_others_under_the_declared_labels(stage: Stage) -> None:
    found = samples(Metrics(stage))
    # What a run alone can tell: partitions, the lexicon's version.
    late = {"rasid_consumer_lag_records", "rasid_dedupe_entries", "rasid_lexicon_info"}
    expected = {name for each in METRICS if stage in each.stages for name in each.series}
    assert found.keys() == (expected - late) | set(PROCESS_METRICS)
    for name, labels in found.items():
        for each in labels:
            assert set(each) == set(metrics.labels_of(name))
            assert each.get("stage", stage) == stage


def test_labels_are_closed() -> None:
    exported = Metrics("dedupe")
    exported.add(metrics.ARTICLES, outcome="update", replayed="no")
    with pytest.raises(ValueError, match="outcome"):
        exported.add(metrics.ARTICLES, outcome="lost", replayed="no")
    with pytest.raises(ValueError, match="label names"):
        exported.add(metrics.ARTICLES, replayed="no")
    with pytest.raises(KeyError):
        exported.add(metrics.UNTAGGED, kind="story", lacking="actors", replayed="no")
    assert metrics.error_label("InvalidJSON") == "InvalidJSON"
    assert metrics.error_label("KeyError") == metrics.DEFECT


def test_names_in_queries_are_held_to_the_list() -> None:
    known = 'histogram_quantile(.9, sum by (le) (rate(rasid_stage_duration_seconds_bucket{stage="tag"}[5m])))'
    assert not metrics.unknown_in(known)
    assert not metrics.unknown_in("process_resident_memory_bytes > 1e9 and on (stage) rasid_condition == 0")
    # A histogram has no series of its own name, and a series no other name.
    assert metrics.unknown_in("rasid_stage_duration_seconds + rasid_articles") == {
        "rasid_stage_duration_seconds",
        "rasid_articles",
    }
    assert metrics.labels_of("rasid_stage_duration_seconds_bucket") == ("stage", "le")

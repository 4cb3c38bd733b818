"""What is counted from a batch, by outputs as the stages make them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from schemas import envelope
from schemas.topics import DEAD_LETTER, DEDUPE_CHANGELOG, DUPLICATES, ENRICHED, RAW, UNIQUE, Stage
from workers.errors import InvalidJSON
from workers.ops.watch import Watch
from workers.pipeline.dead_letter import dead_letter
from workers.pipeline.record import Fate, Output, Record
from workers.settings import Settings

WALL = 1_750_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watch(stage: Stage, clock: Clock | None = None) -> Watch:
    return Watch(stage, Settings(dead_letter_consecutive=3), clock=clock or Clock(), wall=lambda: WALL)


def record(*headers: tuple[str, bytes]) -> Record:
    return Record(RAW, 0, 7, b"key", b"{}", list(headers), WALL - 5)


def moved(found: Watch) -> dict[tuple[str, ...], float]:
    """Return every sample that is not 0, by name and label values without the stage."""
    return {
        (sample.name, *(value for label, value in sample.labels.items() if label != "stage")): sample.value
        for family in text_string_to_metric_families(found.metrics.exposition().decode())
        for sample in family.samples
        if sample.value and sample.name.startswith("rasid") and "bucket" not in sample.name
    }


def test_a_batch_of_dedupe_is_counted_by_what_became_of_the_articles() -> None:
    found = watch("dedupe")
    replayed = (envelope.REPLAY_ID, b"r")
    found.delivered(
        [
            (
                record(),
                [Output(UNIQUE, b"k", b"{}", fate=Fate("original", "story")), Output(DEDUPE_CHANGELOG, b"k", b"e")],
            ),
            (record(replayed), [Output(DUPLICATES, b"k", b"{}", fate=Fate("duplicate", "story"))]),
            (
                record(replayed),
                [Output(UNIQUE, b"k", b"{}", fate=Fate("update", "story")), Output(DEDUPE_CHANGELOG, b"k", None)],
            ),
        ]
    )
    found.holds({2: 40}, allocated=1000, fullest=0.25)
    found.recovered(12)
    assert moved(found) == {
        ("rasid_records_in_total", "no"): 1,
        ("rasid_records_in_total", "yes"): 2,
        ("rasid_records_out_total", "no", UNIQUE): 1,
        ("rasid_records_out_total", "yes", UNIQUE): 1,
        ("rasid_records_out_total", "yes", DUPLICATES): 1,
        ("rasid_records_out_total", "no", DEDUPE_CHANGELOG): 1,
        ("rasid_records_out_total", "yes", DEDUPE_CHANGELOG): 1,
        ("rasid_articles_total", "original", "no"): 1,
        ("rasid_articles_total", "update", "yes"): 1,
        ("rasid_articles_total", "duplicate", "yes"): 1,
        ("rasid_dedupe_evictions_total",): 1,
        ("rasid_dedupe_entries", "2"): 40,
        ("rasid_dedupe_state_bytes",): 1000,
        ("rasid_dedupe_fullest_ratio",): 0.25,
        ("rasid_dedupe_recovered_total",): 12,
        ("rasid_last_processed_timestamp_seconds", "no"): WALL,
        ("rasid_last_processed_timestamp_seconds", "yes"): WALL,
        ("rasid_build_info", "unknown", "0.1.0"): 1,
    }


def test_latency_is_counted_from_the_broker_s_time_of_the_raw_record() -> None:
    found = watch("tag")
    told = [(envelope.INGESTED, b"2025-06-15T15:06:30.000Z")]
    lacking = Fate("enriched", "story", ("actors",))
    found.delivered(
        [
            (record(), [Output(ENRICHED, b"k", b"{}", told, fate=lacking)]),
            # Written before there was such a header.
            (record(), [Output(ENRICHED, b"k", b"{}", fate=Fate("enriched", "teaser"))]),
        ]
    )
    seen = moved(found)
    assert seen["rasid_end_to_end_latency_seconds_sum", "no"] == 10.0
    assert seen["rasid_end_to_end_latency_seconds_count", "no"] == 1
    assert seen["rasid_untagged_total", "story", "actors", "no"] == 1
    assert seen["rasid_articles_total", "enriched", "no"] == 2


def test_dead_letters_are_counted_by_error_and_every_defect_is_one_value() -> None:
    found = watch("parse")
    results = [
        (each, [dead_letter(each, "parse", error, now="2025-06-15T15:06:40Z")])
        for each, error in ((record(), InvalidJSON("bad")), (record(), KeyError("x")), (record(), ValueError("y")))
    ]
    found.delivered(results)
    seen = moved(found)
    assert seen["rasid_dead_letters_total", "InvalidJSON", "no"] == 1
    assert seen["rasid_dead_letters_total", "Defect", "no"] == 2
    assert seen["rasid_articles_total", "dead_letter", "no"] == 3
    assert seen["rasid_records_out_total", "no", DEAD_LETTER] == 3


def test_the_limit_cuts_a_batch_and_is_not_ready_from_then_on() -> None:
    clock = Clock()
    found = watch("parse", clock)
    bad = [dead_letter(record(), "parse", InvalidJSON("bad"), now="2025-06-15T15:06:40Z")]
    assert found.allowed([(record(), bad)] * 5) == 2
    assert found.vitals.limit_reason == "3 dead letters in a row (RASID_DEAD_LETTER_CONSECUTIVE)"
    assert found.vitals.limit_at == clock.now


def test_outputs_that_the_broker_refuses_count_against_the_limit_too() -> None:
    found = watch("parse")
    found.delivered([], refused=3)
    assert found.vitals.limit_reason is not None


def test_a_partition_that_went_is_no_longer_exported() -> None:
    found = watch("dedupe")
    found.assigned({0, 1})
    found.lags({0: 5, 1: 7}, waiting=3)
    found.holds({0: 40, 1: 50}, 10, 0.5)
    found.revoked()
    assert found.vitals.assigned is None
    found.assigned({1})
    seen = moved(found)
    assert [name for name in seen if name[0] == "rasid_consumer_lag_records"] == [("rasid_consumer_lag_records", "1")]
    assert [name for name in seen if name[0] == "rasid_dedupe_entries"] == [("rasid_dedupe_entries", "1")]
    assert seen["rasid_rebalances_total",] == 2
    assert seen["rasid_partitions_assigned",] == 1


def test_answers_of_the_broker_are_told_from_fetches_and_a_silence_is_noticed() -> None:
    clock = Clock()
    found = watch("parse", clock)
    clock.now = 105.0
    found.answered(fetch=False)
    assert (found.vitals.broker_at, found.vitals.fetched_at, found.vitals.broker_back_at) == (105.0, 100.0, 100.0)
    clock.now = 200.0
    found.answered(fetch=True)
    assert (found.vitals.fetched_at, found.vitals.broker_back_at) == (200.0, 200.0)

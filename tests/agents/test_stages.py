from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas import envelope
from schemas.envelope import first_value
from schemas.models import DeadLetterHeaders, Outcome
from schemas.topics import DEAD_LETTER, DEDUPE_CHANGELOG, DUPLICATES, ENRICHED, OUTCOMES, PARSED, UNIQUE
from tests.corpus import documents
from workers.app import Consumer
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.codec import encode
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.agents.conftest import Bench
    from workers.pipeline.record import Output, Record

SETTINGS = Settings()


def raw(count: int, *, repeated: float = 0.0) -> list[bytes]:
    return [orjson.dumps(document) for document in documents(count, repeated=repeated)]


class Failing:
    """A stage with a defect in it."""

    name = "parse"
    source = "articles.raw"

    def process(self, record: Record, *, now: str) -> list[Output]:
        raise KeyError("نص من المقال")


async def test_parse_writes_an_article_for_a_document(bench: Callable[..., Bench]) -> None:
    stage = bench(build_parse(SETTINGS))
    await stage.put(*raw(3))
    articles = [orjson.loads(output.value or b"") for output in stage.outbox.on(PARSED)]
    assert [article["document_id"] for article in articles] == ["doc-0-00000", "doc-0-00001", "doc-0-00002"]
    assert {article["language"] for article in articles} == {"ar"}
    assert [output.key for output in stage.outbox.sent] == [b"ar"] * 3
    assert len(stage.completed) == 3


async def test_the_three_stages_hand_on_to_each_other(bench: Callable[..., Bench]) -> None:
    parse = bench(build_parse(SETTINGS))
    first, second = raw(2)
    copy = orjson.dumps({**orjson.loads(first), "document_id": "copy"})
    await parse.put(first, second, copy)
    dedupe = bench(build_dedupe(SETTINGS))
    await dedupe.put(*(output.value for output in parse.outbox.on(PARSED)))
    assert len(dedupe.outbox.on(UNIQUE)) == 2
    (duplicate,) = (orjson.loads(output.value or b"") for output in dedupe.outbox.on(DUPLICATES))
    assert duplicate["document_id"] == "copy"
    assert duplicate["method"] == "exact"
    assert len(dedupe.outbox.on(DEDUPE_CHANGELOG)) == 3
    tag = bench(build_tag())
    await tag.put(*(output.value for output in dedupe.outbox.on(UNIQUE)))
    events = [orjson.loads(output.value or b"") for output in tag.outbox.on(ENRICHED)]
    assert [event["document_id"] for event in events] == ["doc-0-00000", "doc-0-00001"]
    assert all(event["countries"] for event in events)
    assert not tag.outbox.on(DEAD_LETTER)


POISON = [
    (b"{not json", "InvalidJSON"),
    (b'{"document_id": "d", "body": "\xff\xfe"}', "InvalidJSON"),
    (b"", "EmptyValue"),
    (b'["a list"]', "InvalidJSON"),
    (b'{"document_id": 7, "body": {}}', "InvalidMessage"),
    (b'{"document_id": "d"}', "InvalidMessage"),
    (b'{"document_id": "d", "body": "   "}', "NoArticle"),
    (orjson.dumps({"document_id": "d", "body": "خبر " * 600_000}), "TooLarge"),
    (b'{"document_id": "d", "body": ' + b"[" * 5000 + b"]" * 5000 + b"}", "InvalidJSON"),
]


@pytest.mark.parametrize(("value", "error"), POISON, ids=[f"{e}-{n}" for n, (_, e) in enumerate(POISON)])
async def test_poison_ends_in_the_dead_letters_between_good_ones(
    bench: Callable[..., Bench], value: bytes | None, error: str
) -> None:
    stage = bench(build_parse(SETTINGS))
    before, after = raw(2)
    await stage.put(before, value, after, headers={"ce_id": b"kept"})
    assert len(stage.outbox.on(PARSED)) == 2
    (letter,) = stage.outbox.on(DEAD_LETTER)
    assert letter.value == value
    assert letter.key == b"key-1"
    headers = {name: text.decode() for name, text in letter.headers}
    assert headers["ce_id"] == "kept"
    told = DeadLetterHeaders.model_validate({n: v for n, v in headers.items() if n in envelope.ERROR_HEADERS})
    assert (told.error_class, told.stage, told.attempt) == (error, "parse", 1)
    assert told.message
    assert len(stage.completed) == 3
    assert not stage.crashes


async def test_tombstones_are_no_documents_no_errors_and_no_reason_to_stop(bench: Callable[..., Bench]) -> None:
    stage = bench(build_parse(SETTINGS))
    (document,) = raw(1)
    faulty = SETTINGS.dead_letter_consecutive - 1
    # Between faulty documents a tombstone says nothing of the feed: their row goes on.
    await stage.put(*[None] * 60, document, *[b"{", None] * faulty)
    assert len(stage.outbox.on(PARSED)) == 1
    assert len(stage.outbox.on(DEAD_LETTER)) == faulty
    assert {output.value for output in stage.outbox.on(OUTCOMES)} == {encode(Outcome(outcome="tombstone"))}
    assert len(stage.completed) == 61 + 2 * faulty
    assert stage.app.watch.limit.reason is None
    assert stage.app.watch.limit.allowed([None, True]) == 1
    assert stage.app.watch.limit.reason is not None
    exposed = stage.app.watch.metrics.exposition().decode()
    assert f'rasid_articles_total{{outcome="tombstone",replayed="no",stage="parse"}} {60 + faulty}.0' in exposed


@pytest.mark.parametrize("build", [lambda: build_dedupe(SETTINGS), build_tag])
async def test_only_documents_have_tombstones(bench: Callable[..., Bench], build: Callable[[], Any]) -> None:
    """Nobody but Rasid writes these topics: what has no value there has lost an article, and is looked into."""
    stage = bench(build())
    await stage.put(None)
    (letter,) = stage.outbox.on(DEAD_LETTER)
    assert first_value(letter.headers, envelope.ERROR_CLASS) == "EmptyValue"
    assert "only articles.raw" in (first_value(letter.headers, envelope.ERROR_MESSAGE) or "")


async def test_a_defect_is_a_dead_letter_that_quotes_no_text(bench: Callable[..., Bench]) -> None:
    stage = bench(Failing())
    await stage.put(*raw(1))
    (letter,) = stage.outbox.on(DEAD_LETTER)
    assert first_value(letter.headers, envelope.ERROR_CLASS) == "KeyError"
    message = first_value(letter.headers, envelope.ERROR_MESSAGE) or ""
    assert "test_stages.py" in message
    assert "نص" not in message


async def test_an_attempt_is_counted_up(bench: Callable[..., Bench]) -> None:
    stage = bench(build_parse(SETTINGS))
    await stage.put(b"{", headers={envelope.ERROR_ATTEMPT: b"2", envelope.ERROR_CLASS: b"Old"})
    (letter,) = stage.outbox.on(DEAD_LETTER)
    assert [value for name, value in letter.headers if name == envelope.ERROR_ATTEMPT] == [b"3"]
    assert [value for name, value in letter.headers if name == envelope.ERROR_CLASS] == [b"InvalidJSON"]


async def test_an_output_that_is_too_large_makes_a_dead_letter_of_its_record(bench: Callable[..., Bench]) -> None:
    stage = bench(build_parse(SETTINGS))
    stage.outbox.too_large_topic = PARSED
    (value,) = raw(1)
    await stage.put(value)
    (letter,) = stage.outbox.on(DEAD_LETTER)
    assert letter.value == value
    assert first_value(letter.headers, envelope.ERROR_CLASS) == "TooLarge"
    assert len(stage.completed) == 1


@pytest.mark.parametrize("topic", [PARSED, DEAD_LETTER])
async def test_an_output_that_cannot_be_delivered_crashes_the_app_and_completes_nothing(
    bench: Callable[..., Bench], topic: str
) -> None:
    stage = bench(build_parse(SETTINGS))
    stage.outbox.fail_topic = topic
    await stage.put(*raw(1), b"{poison")
    assert [type(crash).__name__ for crash in stage.crashes] == ["DeliveryError"]
    assert stage.completed == []
    assert b'rasid_delivery_failures_total{stage="parse"} 1.0' in stage.app.watch.metrics.exposition()
    # What was not acknowledged is not counted as done.
    assert b'rasid_records_in_total{replayed="no",stage="parse"} 0.0' in stage.app.watch.metrics.exposition()


async def test_at_the_dead_letter_limit_what_came_before_goes_out_and_the_rest_stays_unread(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    stage = bench(build_parse(SETTINGS))
    stood = asyncio.Event()

    async def stand() -> None:
        stood.set()
        await asyncio.Event().wait()

    stage.app.stand = stand  # type: ignore[method-assign]
    (agent,) = stage.app.agents.values()
    async with agent.test_context() as running:

        async def put() -> None:
            for number in range(80):
                await running.put(key=b"k", value=b"{poison %d" % number)

        # Faust's put() waits until its record is taken; one that comes after the worker stands never is.
        putting = asyncio.create_task(put())
        async with asyncio.timeout(10):
            await stood.wait()
        putting.cancel()
    limit = SETTINGS.dead_letter_consecutive
    assert len(stage.outbox.on(DEAD_LETTER)) == len(stage.completed) == limit - 1
    assert stage.app.watch.vitals.limit_reason is not None
    assert not stage.crashes
    assert "poison" not in caplog.text


async def test_faust_s_own_acknowledgement_counts_for_nothing(bench: Callable[..., Bench]) -> None:
    app = bench(build_parse(SETTINGS)).app
    consumer = app.consumer
    assert isinstance(consumer, Consumer)
    assert consumer.ack(object()) is False  # type: ignore[arg-type]
    assert consumer._n_acked == 0


async def test_no_web_server_no_table_and_no_router_is_served(bench: Callable[..., Bench]) -> None:
    conf = bench(build_parse(SETTINGS)).app.conf
    assert (conf.web_enabled, conf.web_tables_enabled, conf.web_router_enabled) == (False, False, False)


async def test_the_same_record_gives_the_same_outputs(bench: Callable[..., Bench]) -> None:
    once, twice = bench(build_parse(SETTINGS)), bench(build_parse(SETTINGS))
    for stage in (once, twice):
        await stage.put(*raw(5, repeated=0.5))

    def without_time(outputs: list[Output]) -> list[Output]:
        # The test context gives each put a time of its own; a record on a broker keeps its time.
        return [
            replace(output, headers=[pair for pair in output.headers if pair[0] != envelope.INGESTED])
            for output in outputs
        ]

    assert without_time(once.outbox.sent) == without_time(twice.outbox.sent)

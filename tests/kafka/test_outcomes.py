"""Inputs that lead to no article, sent by a producer that is not ours."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from confluent_kafka import Producer

from schemas.topics import DEAD_LETTER, ENRICHED, OUTCOMES, PARSED, RAW, STAGES
from tests.kafka.conftest import payloads
from tests.kafka.test_stream import corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.kafka.conftest import Stream

#: Key, value and headers.
Sent = tuple[bytes | None, bytes | None, dict[str, bytes]]


def produce(stream: Stream, topic: str, records: Iterable[Sent], **options: str | int) -> None:
    """Send records as another client does, and have the broker acknowledge all of them.

    `options` are librdkafka's, with _ for a full stop.
    """
    more = {name.replace("_", "."): value for name, value in options.items()}
    producer = Producer({"bootstrap.servers": stream.bootstrap, **more})
    errors = []
    for key, value, headers in records:
        producer.produce(
            f"{stream.settings.topic_prefix}{topic}",
            key=key,
            value=value,
            headers=list(headers.items()),
            on_delivery=lambda error, _message: errors.append(error) if error else None,
        )
    assert producer.flush(30) == 0
    assert errors == []


def until(done: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_tombstones_are_accounted_for_and_stop_nothing(stream: Stream) -> None:
    before, after = corpus(2, repeated=0)
    deleted: list[Sent] = [(b"page-%d" % n, None, {}) for n in range(60)]
    records: list[Sent] = [
        (b"a", before.model_dump_json().encode(), {}),
        *deleted,
        (None, None, {}),
        (b"empty", b"", {}),
        (b"b", after.model_dump_json().encode(), {}),
    ]
    stream.start()
    produce(stream, RAW, records)
    account = stream.wait()
    assert (account.documents, account.documents_dead, account.tombstones) == (3, 1, 61)
    assert {event["document_id"] for event in payloads(stream.read(ENRICHED))} == {
        before.document_id,
        after.document_id,
    }
    assert [record.key for record in stream.read(DEAD_LETTER)] == [b"empty"]
    outcomes = stream.read(OUTCOMES)
    keys = [key for key, value, _ in records if value is None]
    assert Counter(record.key for record in outcomes) == Counter(keys)
    assert {outcome["outcome"] for outcome in payloads(outcomes)} == {"tombstone"}
    # Nobody but Rasid writes articles.parsed: there a record without a value is an article that is missing.
    produce(stream, PARSED, [(b"ar", None, {})])
    until(lambda: len(stream.read(DEAD_LETTER)) == 2)
    assert stream.stop() == dict.fromkeys(STAGES, 0)
    account = stream.account()
    assert account.balanced
    assert account.errors == {"parse EmptyValue": 1, "dedupe EmptyValue": 1}

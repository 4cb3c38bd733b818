"""Inputs that lead to no article, sent by a producer that is not ours."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

from confluent_kafka import Producer

from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, OUTCOMES, PARSED, RAW, STAGES
from tests.kafka.conftest import payloads
from tests.kafka.test_dedupe import crash, small_batches
from tests.kafka.test_operations import environment
from tests.kafka.test_stream import corpus
from tests.unit.test_commands import rasid
from workers.ops.account import committed_offsets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schemas.models import Document
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


def page(document: Document) -> bytes:
    return document.model_dump_json().encode()


def test_a_document_that_is_sent_again_goes_on_once_also_after_a_restart(stream: Stream) -> None:
    found = corpus(4, repeated=0)
    again: list[Sent] = [(None, page(each), {}) for each in found]
    stream.start("parse", "tag")
    (dedupe,) = stream.start("dedupe")
    produce(stream, RAW, [*again, *again])
    account = stream.wait()
    assert (account.relations["original"], account.relations["repeat"]) == (4, 4)
    assert (account.documents, account.distinct_documents, account.distinct_articles) == (8, 4, 4)
    # What is not committed is read again after a kill, and its records are written a second time.
    until(lambda: sum(asyncio.run(committed_offsets(stream.settings, stream.bootstrap))["dedupe"].values()) == 8)
    dedupe.process.kill()
    dedupe.wait()
    stream.start("dedupe")
    # By the same feed; for a test, under a name of its own, twice; and a page that has changed.
    for_a_test: list[Sent] = [(None, page(each), {"x-replay-id": b"test"}) for each in found]
    changed = found[0].model_copy(update={"text": f"{found[0].text}\nوأعلنت الوزارة أن التحقيق انتهى مساء أمس."})
    produce(stream, RAW, [*again, *for_a_test, *for_a_test, (None, page(changed), {})])
    account = stream.wait()
    assert (account.documents, account.lost_count) == (21, 0)
    assert account.relations["repeat"] == 12
    events = payloads(stream.read(ENRICHED, DUPLICATES))
    assert len(events) == 4 + 4 + 1
    assert {event["document_id"] for event in events} == {each.document_id for each in found}
    # What changed is another article, tied to the one before it.
    (new,) = (event for event in events if "انتهى مساء" in event["text"])
    (first,) = {event["article_id"] for event in events if event["document_id"] == new["document_id"]} - {
        new["article_id"]
    }
    assert new["original_id"] == first
    repeats = [each for each in payloads(stream.read(OUTCOMES)) if each["outcome"] == "repeat"]
    assert len(repeats) == 12
    assert {each["document_id"] for each in repeats} == {each.document_id for each in found}
    assert stream.stop()["dedupe"] == 0


def test_crashes_between_state_and_output_swallow_no_document_that_is_sent_again(stream: Stream) -> None:
    """The owner's output is missing, its entry is not: what came again must wait for it, and not stand in its place."""
    small_batches(stream)
    found = corpus(150, repeated=0)
    stream.start("parse", "tag")
    records: list[Sent] = [(None, page(each), {}) for each in found for _ in range(2)]
    records += [(None, page(each), {"x-replay-id": b"again"}) for each in found]
    produce(stream, RAW, records)
    until(lambda: len(stream.read(PARSED)) == len(records))
    assert [crash(stream, seed) for seed in range(3)] == [-signal.SIGKILL] * 3
    stream.start("dedupe")
    account = stream.wait(seconds=120)
    assert (account.documents, account.distinct_documents, account.lost_count) == (450, 150, 0)
    assert account.relations["repeat"] == 150
    ids = Counter(event["article_id"] for event in payloads(stream.read(ENRICHED, DUPLICATES)))
    assert len(ids) == 150
    # Once for the feed, once for the replay; what a crash had it write again comes on top, and is counted.
    assert min(ids.values()) == 2


def test_a_dead_letter_that_is_sent_back_is_no_repeat(stream: Stream) -> None:
    """Its entry was written, its output was too large: the state alone says that it went on."""
    limited = stream.settings.model_copy(update={"max_output_bytes": 2000})
    (document,) = corpus(1, repeated=0)
    stream.start("parse", "tag")
    whole, stream.settings = stream.settings, limited
    (dedupe,) = stream.start("dedupe")
    stream.settings = whole
    produce(stream, RAW, [(None, page(document), {})])
    account = stream.wait()
    assert account.errors == {"dedupe TooLarge": 1}
    dedupe.signal(signal.SIGTERM)
    assert dedupe.wait() == 0
    stream.start("dedupe")
    code, out, err = rasid("dlq", "retry", "--error", "TooLarge", **environment(stream))
    assert code == 0, out + err
    account = stream.wait()
    assert (account.documents, account.articles_dead, account.sent_back) == (1, 0, 1)
    assert account.relations == {"original": 1}
    # And from now on it is one.
    produce(stream, RAW, [(None, page(document), {})])
    account = stream.wait()
    assert account.relations == {"original": 1, "repeat": 1}

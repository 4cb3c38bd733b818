"""Topics that are missing, deleted, made again or given more partitions under a running worker, on a real broker."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.structs import OffsetAndMetadata

from schemas.models import Document
from schemas.topics import DEDUPE_CHANGELOG, PARSED, RAW, UNIQUE, app_id
from tests.corpus import documents
from tests.kafka.conftest import Stream, payloads
from tests.kafka.test_health import PATIENCE, Worker, good
from tests.unit.test_commands import rasid
from workers.cluster import existing_topics
from workers.ops import topics
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.kafka


def apply(stream: Stream) -> None:
    asyncio.run(topics.apply(stream.settings, stream.bootstrap))


def administer(stream: Stream, what: Callable[[AIOKafkaAdminClient], Any]) -> None:
    async def act() -> None:
        client = AIOKafkaAdminClient(bootstrap_servers=stream.bootstrap)
        await client.start()
        try:
            await what(client)
        finally:
            await client.close()

    asyncio.run(act())


def delete(stream: Stream, name: str) -> None:
    """Delete a topic, and return when the broker no longer shows it."""
    full = f"{stream.settings.topic_prefix}{name}"

    async def gone(client: AIOKafkaAdminClient) -> None:
        await client.delete_topics([full])
        async with asyncio.timeout(PATIENCE):
            while full in await client.list_topics():  # noqa: ASYNC110 - Kafka's, no event
                await asyncio.sleep(0.02)

    administer(stream, gone)


def make_again(stream: Stream, name: str) -> None:
    delete(stream, name)
    apply(stream)


def some(count: int, name: str) -> list[Document]:
    return [
        Document.model_validate({**each, "document_id": f"{name}-{n}"})
        for n, each in enumerate(documents(count, repeated=0, seed=len(name)))
    ]


def replace_id(document: Document, name: str) -> Document:
    return document.model_copy(update={"document_id": f"{name}-{document.document_id}"})


def parsed(stream: Stream) -> set[str]:
    return {each["document_id"] for each in payloads(stream.read(PARSED))}


def wait_for(stream: Stream, *workers: Worker, found: set[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found <= (seen := parsed(stream)):
        for worker in workers:
            assert worker.process.poll() is None, worker.log.read_text()[-3000:]
        if time.monotonic() > deadline:
            logs = "".join(worker.log.read_text()[-6000:] for worker in workers)
            pytest.fail(f"{len(found - seen)} of {len(found)} documents were not parsed\n{logs}")
        time.sleep(0.2)


@pytest.fixture
def bare(bootstrap: str, tmp_path: Path) -> Iterator[Stream]:
    """A stream whose topics do not exist."""
    settings = Settings(kafka_bootstrap=bootstrap, topic_prefix=f"bare{os.getpid()}.", state_dir=tmp_path / "state")
    stream = Stream(settings, bootstrap, tmp_path, [])
    yield stream
    for each in stream.started:
        each.process.kill()
        each.process.wait()


def test_a_worker_without_its_topics_says_so_and_begins_when_they_are_made(bare: Stream) -> None:
    workers = [Worker(bare, stage=stage) for stage in ("parse", "dedupe", "tag")]
    prefix = bare.settings.topic_prefix
    for worker, name in zip(workers, (RAW, PARSED, UNIQUE), strict=True):
        why = worker.wait("/readyz", "topics", perhaps="partitions")["topics"]
        assert f"{prefix}{name}" in why
        assert why.endswith("do not exist")
        assert worker.ask("/livez") == (200, {})
        code, _, err = rasid("health", "--ready", RASID_HEALTH_PORT=str(worker.port))
        assert code == 1
        assert "run `rasid topics apply`" in err
        assert f"{prefix}{name}" in worker.log.read_text()
        assert "run `rasid topics apply`" in worker.log.read_text()
        assert "rasid_source_partitions{" in worker.metrics()
    given = {"RASID_KAFKA_BOOTSTRAP": bare.bootstrap, "RASID_TOPIC_PREFIX": prefix}
    code, out, err = rasid("replay", "seeds", **given)
    assert (code, out) == (2, "")
    assert err == f"rasid: topic {prefix}{RAW} does not exist: run `rasid topics apply`\n"
    apply(bare)
    for worker in workers:
        worker.wait("/readyz")
        assert 'rasid_source_partitions{stage="' in worker.metrics()
    bare.replay(good("first", "second"))
    assert bare.wait().documents == 2
    for worker in workers:
        assert worker.stop() == 0


def test_partitions_that_are_added_are_read(stream: Stream) -> None:
    workers = [Worker(stream), Worker(stream)]
    for worker in workers:
        worker.wait("/readyz")
    name = f"{stream.settings.topic_prefix}{RAW}"
    administer(stream, lambda client: client.create_partitions({name: NewPartitions(9)}))
    sent = some(60, "more")
    # The producer's own metadata is new: it sends to all nine.
    stream.replay(sent)
    assert {record.partition for record in stream.read(RAW)} == set(range(9))
    wait_for(stream, *workers, found={each.document_id for each in sent})
    assigned = [
        float(line.rsplit(" ", 1)[1])
        for worker in workers
        for line in worker.metrics().splitlines()
        if line.startswith("rasid_partitions_assigned{")
    ]
    assert sum(assigned) == 9
    assert 'rasid_source_partitions{stage="parse"} 9.0' in workers[0].metrics()


@pytest.mark.parametrize(("before", "after"), [(60, 12), (12, 60)], ids=["a shorter one", "a longer one"])
def test_a_topic_that_is_made_again_is_read_from_its_beginning(stream: Stream, before: int, after: int) -> None:
    # Nothing is committed before the topic goes: the group is given up with the old offsets in hand.
    worker = Worker(stream, commit_interval_seconds=60.0)
    old, new = some(before, "old"), some(after, "newer")
    stream.replay(old)
    wait_for(stream, worker, found={each.document_id for each in old})
    make_again(stream, RAW)
    stream.replay(new)
    wait_for(stream, worker, found={each.document_id for each in new})
    # A second worker goes by what the first has committed, and finds nothing left.
    assert worker.stop() == 0
    second = Worker(stream)
    second.wait("/readyz")
    last = some(3, "the-last")
    stream.replay(last)
    wait_for(stream, second, found={each.document_id for each in last})
    ids = [each["document_id"] for each in payloads(stream.read(PARSED))]
    assert all(ids.count(each.document_id) == 1 for each in last)
    assert "reading from the beginning" not in second.log.read_text()


def test_what_was_made_of_an_earlier_topic_does_not_account_for_one_that_was_made_again(stream: Stream) -> None:
    empty = [Document(document_id=f"empty-{n}", body="...") for n in range(8)]
    stream.start("parse", "dedupe", "tag")
    stream.replay([*some(60, "old"), *empty])
    before = stream.wait()
    assert (before.documents, before.documents_dead) == (68, 8)
    stream.stop()
    make_again(stream, RAW)
    # At the same offsets, with the old outputs and dead letters on the other topics.
    stream.replay([*some(12, "newer"), *(replace_id(each, "nothing") for each in empty[:4])])
    found = stream.account()
    assert (found.documents, found.documents_dead, found.articles) == (16, 0, 0)
    assert (found.pending_count, found.lost_count) == (16, 0)
    stream.start("parse", "dedupe", "tag")
    after = stream.wait()
    assert (after.documents, after.documents_dead, after.repeated) == (16, 4, 0)


@pytest.mark.parametrize(
    ("offset", "metadata", "said"),
    [
        (1000, "", "the committed offset 1000 is beyond the end"),
        (1, "topic_id=AAAAAAAAAAAAAAAAAAAAAA", "the committed offset 1 is one of an earlier topic of this name"),
    ],
)
def test_an_offset_of_another_topic_counts_for_nothing(stream: Stream, offset: int, metadata: str, said: str) -> None:
    """A group's offsets may outlive its topic: restored from elsewhere, or committed by an earlier release."""
    prefix = stream.settings.topic_prefix

    async def commit() -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=stream.bootstrap, group_id=app_id("parse", prefix))
        await consumer.start()
        places = [TopicPartition(f"{prefix}{RAW}", each) for each in range(stream.settings.partitions)]
        consumer.assign(places)
        await consumer.commit({each: OffsetAndMetadata(offset, metadata) for each in places})
        await consumer.stop()

    asyncio.run(commit())
    sent = some(20, "early")
    stream.replay(sent)
    worker = Worker(stream)
    wait_for(stream, worker, found={each.document_id for each in sent})
    assert said in worker.log.read_text()
    assert worker.stop() == 0
    stream.start("dedupe", "tag")
    assert stream.wait().documents == len(sent)


def test_an_output_topic_that_is_gone_is_waited_for_and_nothing_is_lost(stream: Stream) -> None:
    worker = Worker(stream)
    stream.replay(good("before"))
    wait_for(stream, worker, found={"before"})
    delete(stream, PARSED)
    why = worker.wait("/readyz", "topics")["topics"]
    assert why == f"topic {stream.settings.topic_prefix}{PARSED} does not exist"
    sent = some(20, "meanwhile")
    stream.replay(sent)
    # Longer than a stuck loop would be allowed.
    time.sleep(8)
    assert worker.ask("/livez") == (200, {})
    apply(stream)
    wait_for(stream, worker, found={each.document_id for each in sent})
    worker.wait("/readyz")
    assert worker.stop() == 0


def test_a_worker_that_waits_for_a_topic_ends_when_it_is_told_to(stream: Stream) -> None:
    worker = Worker(stream)
    worker.wait("/readyz")
    delete(stream, PARSED)
    worker.wait("/readyz", "topics")
    stream.replay(good("in-hand"))
    time.sleep(2)
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(60) == 0
    apply(stream)
    second = Worker(stream)
    wait_for(stream, second, found={"in-hand"})


def test_a_changelog_that_is_made_again_under_a_running_dedupe_is_written_again(stream: Stream) -> None:
    parse, dedupe = Worker(stream), Worker(stream, stage="dedupe")
    first, second = some(40, "first"), some(5, "second")
    stream.replay(first)
    wait_for(stream, parse, found={each.document_id for each in first})
    deadline = time.monotonic() + PATIENCE
    while len(stream.read(DEDUPE_CHANGELOG)) < len(first):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    make_again(stream, DEDUPE_CHANGELOG)
    deadline = time.monotonic() + PATIENCE
    while "joining the group anew" not in dedupe.log.read_text():
        assert time.monotonic() < deadline, dedupe.log.read_text()[-3000:]
        time.sleep(0.2)
    dedupe.wait("/readyz")
    stream.replay(second)
    deadline = time.monotonic() + PATIENCE
    while len({record.key for record in stream.read(DEDUPE_CHANGELOG)}) < len(first) + len(second):
        assert time.monotonic() < deadline, dedupe.log.read_text()[-3000:]
        time.sleep(0.2)
    assert dedupe.stop() == 0


def test_what_exists_is_told_with_its_id(stream: Stream) -> None:
    name = f"{stream.settings.topic_prefix}{RAW}"

    def ask() -> str:
        (found,) = asyncio.run(existing_topics(stream.bootstrap, [name])).values()
        assert found.partitions == stream.settings.partitions
        return found.id

    first = ask()
    assert ask() == first
    make_again(stream, RAW)
    assert ask() != first

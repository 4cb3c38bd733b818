"""A feed whose producers are not ours: what they may send is read, refused by a dead letter, or passed over."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, get_args

import orjson
import pytest
from aiokafka.record.default_records import DefaultRecordBatch
from confluent_kafka import ConsumerGroupTopicPartitions, IsolationLevel, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    OffsetSpec,
    ResourceType,
)

from schemas.topics import DEAD_LETTER, ENRICHED, PARSED, RAW, app_id
from tests.batches import HEADER, packed
from tests.corpus import documents
from tests.kafka.conftest import Stream
from tests.kafka.foreign import damage, on_disk, produce, send_batch, transactional, with_bad_header
from tests.kafka.test_health import Worker
from tests.kafka.test_operations import environment
from tests.unit.test_commands import rasid
from workers.broker import LocalBroker
from workers.ops import topics
from workers.settings import Settings
from workers.unpack import EXPANDED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kafka.foreign import Pair

pytestmark = pytest.mark.kafka

CODECS = get_args(Settings.model_fields["producer_compression"].annotation)
QUIET = 4.0


def pairs(name: str, count: int = 5, *, seed: int = 0) -> list[Pair]:
    """Return the keys and values of documents of our own, with ids that begin with `name`."""
    found = [{**each, "document_id": f"{name}-{n}"} for n, each in enumerate(documents(count, seed=seed, repeated=0))]
    return [(each["document_id"].encode(), orjson.dumps(each)) for each in found]


def raw(stream: Stream) -> str:
    return f"{stream.settings.topic_prefix}{RAW}"


def names(stream: Stream) -> set[str]:
    """Return the beginnings of the ids of the documents that led to articles."""
    found = (orjson.loads(record.value or b"{}")["document_id"] for record in stream.read(PARSED))
    return {str(each).rsplit("-", 1)[0] for each in found}


def tailed(stream: Stream) -> int:
    """Return how many events `rasid tail` shows of those that stand on the topic."""
    count = str(len(stream.read(ENRICHED)))
    code, out, err = rasid("tail", "--since", "beginning", "--json", "--limit", count, **environment(stream))
    assert (code, err) == (0, "")
    return len(out.splitlines())


def foreign_lag(stream: Stream, stage: str) -> int:
    """Return a stage's lag as other tools reckon it: to the end of the partitions, markers and all."""
    admin = AdminClient({"bootstrap.servers": stream.bootstrap})
    places = [TopicPartition(raw(stream), each) for each in range(stream.settings.partitions)]
    group = ConsumerGroupTopicPartitions(app_id(stage, stream.settings.topic_prefix), places)  # type: ignore[arg-type]  # a stage's name
    (answer,) = admin.list_consumer_group_offsets([group]).values()
    committed = {each.partition: each.offset for each in answer.result(30).topic_partitions}
    wanted = {each: OffsetSpec.latest() for each in places}
    ends = admin.list_offsets(wanted, isolation_level=IsolationLevel.READ_UNCOMMITTED)
    return sum(end.result(30).offset - max(0, committed[place.partition]) for place, end in ends.items())


def stays_green(stream: Stream, worker: Worker) -> None:
    """Assert that a quiet worker has no lag, in its own eyes and in others', and stays alive beyond its patience."""
    deadline = time.monotonic() + 60
    while foreign_lag(stream, "parse"):
        assert time.monotonic() < deadline, worker.log.read_text()[-3000:]
        time.sleep(0.5)
    time.sleep(QUIET + 2)
    assert worker.ask("/livez") == (200, {})
    assert worker.ask("/readyz") == (200, {})
    lags = [line for line in worker.metrics().splitlines() if line.startswith("rasid_consumer_lag_records{")]
    assert len(lags) == stream.settings.partitions
    assert all(line.endswith(" 0.0") for line in lags), lags


def test_every_codec_is_read_whoever_packs_the_records(stream: Stream) -> None:
    for codec in CODECS:
        produce(stream.bootstrap, raw(stream), pairs(codec), **{"compression.type": codec})
    # The broker packs them again where the topic says so: ours, and what our stages write.
    admin = AdminClient({"bootstrap.servers": stream.bootstrap})
    for name, codec in ((RAW, "lz4"), (PARSED, "snappy")):
        entry = ConfigEntry("compression.type", codec, incremental_operation=AlterConfigOpType.SET)
        place = ConfigResource(ResourceType.TOPIC, f"{stream.settings.topic_prefix}{name}", incremental_configs=[entry])
        for done in admin.incremental_alter_configs([place]).values():
            done.result(30)
    produce(stream.bootstrap, raw(stream), pairs("topic"), **{"compression.type": "zstd"})
    stream.start()
    account = stream.wait()
    assert (account.documents, account.documents_dead) == (5 * len(CODECS) + 5, 0)
    assert names(stream) == {*CODECS, "topic"}
    code, _, err = rasid("topics", "verify", **environment(stream))
    assert code == 1
    for name, codec in ((RAW, "lz4"), (PARSED, "snappy")):
        assert f"{stream.settings.topic_prefix}{name} has compression.type={codec}, producer is declared" in err
    given = environment(stream)
    assert rasid("verify", **given)[0] == 0
    assert tailed(stream) == len(stream.read(ENRICHED))
    assert set(stream.stop().values()) == {0}


@pytest.mark.parametrize("codec", CODECS)
def test_what_we_write_is_packed_as_the_setting_says_and_read_by_others(stream: Stream, codec: str) -> None:
    from confluent_kafka import Consumer

    stream.settings = stream.settings.model_copy(update={"producer_compression": codec})
    stream.replay(list(_documents(20)))
    reader = Consumer(
        {"bootstrap.servers": stream.bootstrap, "group.id": f"{codec}-reader", "auto.offset.reset": "earliest"}
    )
    reader.subscribe([raw(stream)])
    found: Counter[bytes] = Counter()
    deadline = time.monotonic() + 60
    while found.total() < 20 and time.monotonic() < deadline:
        message = reader.poll(1.0)
        if message is not None and message.error() is None:
            found[message.key() or b""] += 1
    reader.close()
    assert (found.total(), len(found)) == (20, 20)


def _documents(count: int) -> Iterator[object]:
    from schemas.models import Document

    return (Document.model_validate(each) for each in documents(count, repeated=0))


def test_only_what_is_committed_is_read_and_markers_are_neither_lag_nor_holes(stream: Stream) -> None:
    worker = Worker(stream, health_stuck_seconds=QUIET)
    stream.start("dedupe", "tag")
    topic, bootstrap = raw(stream), stream.bootstrap
    one, two = (transactional(bootstrap, f"{stream.settings.topic_prefix}{n}") for n in "12")

    def put(producer: object, found: list[Pair]) -> None:
        for key, value in found:
            producer.produce(topic, key=key, value=value)  # type: ignore[attr-defined]  # the client's own, without types
        producer.flush()  # type: ignore[attr-defined]  # same

    for number in range(20):
        one.begin_transaction()
        put(one, pairs(f"committed{number}", 1, seed=number))
        one.commit_transaction()
    # Two at once over the same partitions: one is taken back, and plain records come between.
    one.begin_transaction()
    two.begin_transaction()
    put(one, pairs("interleaved", 8, seed=30))
    put(two, pairs("aborted", 8, seed=31))
    produce(bootstrap, topic, pairs("plain", 8, seed=32))
    put(two, pairs("aborted-too", 8, seed=33))
    one.commit_transaction()
    two.abort_transaction()
    two.begin_transaction()
    put(two, pairs("after", 8, seed=34))
    two.commit_transaction()
    # An open one: nothing of it is waited for.
    one.begin_transaction()
    put(one, pairs("open", 4, seed=35))
    account = stream.wait()
    assert (account.documents, account.documents_dead, account.repeated) == (20 + 3 * 8, 0, 0)
    time.sleep(QUIET + 2)
    assert worker.ask("/livez") == (200, {})
    # Aborted, it leaves markers at the end of the partitions, and no record after them.
    one.abort_transaction()
    stays_green(stream, worker)
    assert names(stream) == {"interleaved", "plain", "after", *(f"committed{n}" for n in range(20))}
    assert stream.account().documents == 20 + 3 * 8
    log = worker.log.read_text()
    assert "reading again" not in log
    assert "are gone" not in log
    assert worker.stop() == 0
    # Nothing is left to be read by the next.
    again = Worker(stream, health_stuck_seconds=QUIET)
    again.wait("/readyz")
    stays_green(stream, again)
    assert again.stop() == 0
    assert stream.account().repeated == 0


def test_records_that_cannot_be_unpacked_are_dead_letters_and_what_stands_beside_them_is_read(stream: Stream) -> None:
    topic, bootstrap = raw(stream), stream.bootstrap
    worker = Worker(stream, health_stuck_seconds=QUIET)
    stream.start("dedupe", "tag")
    # No key, no header: as a producer of few words sends it.
    produce(bootstrap, topic, [(None, value) for _, value in pairs("keyless")])
    (first, second, third) = pairs("beside", 3, seed=1)
    bad = [
        (*first, [("good", b"1")]),
        (*second, [("good", b"1"), ("badname", b"2")]),
        (*third, []),
    ]
    send_batch(bootstrap, topic, 0, with_bad_header(bad))
    produce(bootstrap, topic, pairs("later", 5, seed=2), headers={"x-other": b"\xff\xfe", "leer": None})
    # A broker takes what is small, whatever it expands to.
    bomb = packed([(b"bomb", bytes(EXPANDED_BYTES), [])], codec=4)
    send_batch(bootstrap, topic, 1, bomb)
    account = stream.wait()
    assert (account.documents, account.documents_dead) == (5 + 3 + 5 + 1, 2)
    assert account.errors == {"parse InvalidHeader": 1, "parse Unreadable": 1}
    large, letter = sorted(stream.read(DEAD_LETTER), key=lambda each: each.header("x-error-class") or "", reverse=True)
    assert f"its zstd expands to more than {EXPANDED_BYTES} bytes" in (large.header("x-error-message") or "")
    assert (large.value or b"")[HEADER.size :] == bomb[HEADER.size :]
    assert (letter.key, letter.value, letter.header("good")) == (*second, "1")
    assert (letter.header("x-error-topic"), letter.header("x-error-partition")) == (RAW, "0")
    assert r"b'bad\xffame'" in (letter.header("x-error-message") or "")
    stays_green(stream, worker)
    given = environment(stream)
    assert "1 parse  InvalidHeader: offsets " in rasid("dlq", "list", **given)[1]
    assert rasid("verify", **given)[0] == 0
    # The letter is the record without that header, so it may be sent back.
    code, out, _ = rasid("dlq", "retry", "--error", "InvalidHeader", **given)
    assert (code, out) == (0, "1 dead letters sent back: 1 to articles.raw; 0 left\n")
    account = stream.wait()
    assert (account.documents, account.documents_dead, account.sent_back) == (14, 1, 1)
    # On the topics between the stages too; nothing of the kind ends those who look on.
    send_batch(
        bootstrap, f"{stream.settings.topic_prefix}{ENRICHED}", 0, with_bad_header([(b"k", b"{", [("badname", b"")])])
    )
    assert worker.stop() == 0


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Stream, LocalBroker]]:
    """A stream of one partition on a broker of its own, on whose disk a test may change bytes."""
    broker = LocalBroker.start(tmp_path / "broker")
    settings = Settings(
        kafka_bootstrap=broker.bootstrap,
        topic_prefix="own.",
        state_dir=tmp_path / "state",
        session_timeout_seconds=6.0,
        partitions=1,
    )
    asyncio.run(topics.apply(settings, broker.bootstrap))
    logs = tmp_path / "logs"
    logs.mkdir()
    stream = Stream(settings, broker.bootstrap, logs, [])
    yield stream, broker
    for process in stream.started:
        process.process.kill()
        process.process.wait()
    running = LocalBroker.load(broker.folder)
    if running is not None:
        running.stop()


DAMAGE: dict[str, dict[str, int]] = {
    "its checksum is not that of its bytes": {},
    "its magic byte is 9": {"magic": 9},
    "its compression is 7": {"attributes": 7},
    "its zstd is damaged": {"attributes": 4},
    "records at": {"records": 7},
}


def test_batches_that_are_damaged_on_the_brokers_disk_are_dead_letters_with_their_bytes(
    own: tuple[Stream, LocalBroker],
) -> None:
    stream, broker = own
    given = {**environment(stream), "RASID_PARTITIONS": "1"}
    groups = [pairs(f"batch{number}", 3, seed=number) for number in range(2 * len(DAMAGE) + 1)]
    for found in groups:
        send_batch(stream.bootstrap, raw(stream), 0, packed([(*pair, []) for pair in found]))
    broker.stop()
    (log,) = (broker.folder).rglob("own.articles.raw-0/*.log")
    for number, fields in enumerate(DAMAGE.values()):
        damage(log, 2 * number + 1, **fields)
    kept = [batch for _, batch in on_disk(log)]
    again_there = LocalBroker.start(broker.folder)
    assert again_there.bootstrap == stream.bootstrap
    worker = Worker(stream, health_stuck_seconds=QUIET)
    stream.start("dedupe", "tag")
    account = stream.wait(seconds=120)
    # One input for each batch that cannot be read, and one for each record of the others.
    assert (account.documents, account.documents_dead) == (3 * (len(DAMAGE) + 1) + len(DAMAGE), len(DAMAGE))
    letters = stream.read(DEAD_LETTER)
    assert [letter.value for letter in letters] == kept[1::2]
    for letter, why, number in zip(letters, DAMAGE, range(1, 99, 2), strict=False):
        assert letter.header("x-error-class") == "Unreadable"
        message = letter.header("x-error-message") or ""
        assert f"offsets {3 * number} to {3 * number + 2}" in message
        assert why in message
        assert letter.header("x-error-offset") == str(3 * number)
    assert names(stream) == {f"batch{number}" for number in range(0, len(groups), 2)}
    stays_green(stream, worker)
    assert rasid("verify", **given)[0] == 0
    assert f"{len(DAMAGE)} parse  Unreadable" in rasid("dlq", "list", **given)[1]
    assert tailed(stream) == len(stream.read(ENRICHED))
    # The bytes of a batch are no record: sent back they would only fail again.
    code, out, err = rasid("dlq", "retry", "--error", "Unreadable", **given)
    assert (code, out) == (1, f"0 dead letters sent back; {len(DAMAGE)} left\n")
    assert "no client can unpack it: `rasid dlq show OFFSET --raw FILE` writes its bytes" in err
    assert worker.stop() == 0
    assert HEADER.size < len(kept[1])
    assert not DefaultRecordBatch(kept[1]).validate_crc()

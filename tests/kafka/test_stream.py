"""The whole stream on a real broker: what comes out, what poison and kills do, what a dropped record shows."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from schemas import envelope
from schemas.models import DeadLetterHeaders, Document
from schemas.topics import (
    BY_ACTOR,
    BY_COUNTRY,
    DEAD_LETTER,
    DUPLICATES,
    ENRICHED,
    PARSED,
    RAW,
    STAGES,
    UNIQUE,
    Stage,
    app_id,
)
from tests.corpus import documents
from tests.kafka.conftest import payloads
from workers.cluster import read_topics
from workers.ops import topics
from workers.ops.account import committed_offsets
from workers.ops.processes import StageProcess
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.enrich import Enricher, Failure
from workers.replay.producer import replay
from workers.replay.reader import Problem, read_documents
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.kafka.conftest import Stream

pytestmark = pytest.mark.kafka

NOT_COMPARED = {"processed_at", "replay"}


def corpus(count: int, *, seed: int = 0, repeated: float = 0.1) -> list[Document]:
    return [Document.model_validate(each) for each in documents(count, seed=seed, repeated=repeated)]


def enriched(found: Iterable[Document]) -> dict[str, dict[str, Any]]:
    """Return what `rasid enrich` makes of the documents, by article id."""
    settings = Settings()
    enricher = Enricher(build_parse(settings), build_dedupe(settings), build_tag(), clock=time.time)
    results: dict[str, dict[str, Any]] = {}
    for document in found:
        for result in enricher.enrich(document):
            assert not isinstance(result, Failure), str(result)
            event = orjson.loads(result)
            results[event["article_id"]] = event
    return results


async def written(stream: Stream, topic: str) -> int:
    """Return how many different records stand on a topic."""
    found = read_topics(stream.bootstrap, [topic], prefix=stream.settings.topic_prefix)
    return len({record.header("ce_id") async for record in found})


async def members(stream: Stream, stage: Stage) -> int:
    """Return how many workers the broker counts in a stage's group."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stream.bootstrap)
    await admin.start()
    (response,) = await admin.describe_consumer_groups([app_id(stage, stream.settings.topic_prefix)])
    await admin.close()
    ((error, _group, _state, _type, _protocol, found, *_),) = response.groups
    assert error == 0
    return len(found)


async def send(stream: Stream, records: list[tuple[bytes | None, bytes | None]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stream.bootstrap, max_request_size=10 << 20)
    await producer.start()
    for key, value in records:
        await producer.send_and_wait(f"{stream.settings.topic_prefix}{RAW}", value=value, key=key)
    await producer.stop()


def test_the_seeds_come_out_as_rasid_enrich_makes_them(stream: Stream, seeds: list[Path]) -> None:
    found = [document for document in read_documents([str(p) for p in seeds]) if not isinstance(document, Problem)]
    assert len(found) == 5
    stream.start()
    stream.replay(found)
    account = stream.wait()
    assert stream.stop() == dict.fromkeys(STAGES, 0)

    expected = enriched(found)
    streamed = {event["article_id"]: event for event in payloads(stream.read(ENRICHED, DUPLICATES))}
    assert streamed.keys() == expected.keys()
    for identity, event in streamed.items():
        for name in event.keys() | expected[identity].keys():
            if name not in NOT_COMPARED:
                assert event.get(name) == expected[identity].get(name), (identity, name)

    events = payloads(stream.read(ENRICHED))
    assert {event["document_id"] for event in events} == {path.name for path in seeds}
    assert all(event["replay"]["id"] == "test" for event in events)
    by_country, by_actor = payloads(stream.read(BY_COUNTRY)), payloads(stream.read(BY_ACTOR))
    assert len(by_country) == sum(len(event["countries"]) for event in events) == account.countries.total
    assert len(by_actor) == sum(len(event["actors"]) for event in events) == account.actors.total
    records = stream.read(PARSED, UNIQUE, ENRICHED, BY_COUNTRY, BY_ACTOR)
    assert all(record.header(envelope.ORIGIN) and record.header("ce_id") for record in records)
    # One trace from the document to everything that came of it.
    traces = {record.header("traceparent").split("-")[1] for record in records}  # type: ignore[union-attr]
    assert len(traces) == len(seeds)


def test_poison_ends_in_the_dead_letters_and_the_good_arrive(stream: Stream) -> None:
    poison: dict[bytes, tuple[bytes | None, str]] = {
        b"invalid-json": (b'{"document_id": "x", ', "InvalidJSON"),
        b"invalid-utf8": (b'{"document_id": "x", "body": "\xff\xfe\x00"}', "InvalidJSON"),
        b"empty": (b"", "EmptyValue"),
        b"wrong-types": (b'{"document_id": {"a": 1}, "body": 12}', "InvalidMessage"),
        b"two-megabytes": (orjson.dumps({"document_id": "x", "body": "خبر " * 300_000}), "TooLarge"),
        b"deep": (b'{"document_id": "x", "body": ' + b'{"a":' * 9000 + b"1" + b"}" * 9001, "InvalidJSON"),
        b"no-news": (b'{"document_id": "x", "body": "\\n \\n"}', "NoArticle"),
    }
    assert len(poison[b"two-megabytes"][0] or b"") > 2_000_000
    good = corpus(2 * len(poison), repeated=0)
    records: list[tuple[bytes | None, bytes | None]] = []
    for number, (key, (value, _)) in enumerate(poison.items()):
        before, after = good[2 * number : 2 * number + 2]
        records += [(key, before.model_dump_json().encode()), (key, value), (key, after.model_dump_json().encode())]
    stream.start()
    asyncio.run(send(stream, records))
    account = stream.wait()
    assert account.documents == len(records)
    assert account.documents_dead == len(poison)
    assert {event["document_id"] for event in payloads(stream.read(ENRICHED, DUPLICATES))} == {
        document.document_id for document in good
    }
    letters = {record.key: record for record in stream.read(DEAD_LETTER)}
    assert letters.keys() == poison.keys()
    for key, (value, error) in poison.items():
        letter = letters[key]
        assert letter.value == value
        headers = {name: text.decode() for name, text in letter.headers if name in envelope.ERROR_HEADERS}
        told = DeadLetterHeaders.model_validate(headers)
        assert (told.error_class, told.stage, told.topic, told.attempt) == (error, "parse", RAW, 1)
    assert stream.stop() == dict.fromkeys(STAGES, 0)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_killed_in_mid_stream_loses_nothing(stream: Stream, stage: Stage) -> None:
    found = corpus(500, seed=STAGES.index(stage))
    broken = [(f"poison-{n}".encode(), b"{poison") for n in range(5)]
    processes = dict(zip(STAGES, stream.start(), strict=True))
    asyncio.run(send(stream, broken))

    outputs = {"parse": PARSED, "dedupe": UNIQUE, "tag": ENRICHED}[stage]
    at_kill: list[int] = []

    async def kill_while_it_works() -> None:
        """Kill the stage each time it has written some more, and start another, three times."""
        for _ in range(3):
            before = await written(stream, outputs)
            async with asyncio.timeout(60):
                while (now := await written(stream, outputs)) < before + 25:
                    assert processes[stage].alive()
            at_kill.append(now)
            processes[stage].signal(signal.SIGKILL)
            assert await asyncio.to_thread(processes[stage].wait) == -signal.SIGKILL
            (processes[stage],) = stream.start(stage)

    async def both() -> None:
        sending = replay(stream.settings, stream.bootstrap, iter(found), replay_id="kill", rate=18)
        await asyncio.gather(sending, kill_while_it_works())

    asyncio.run(both())
    # Each kill hit a worker with work done and work left.
    assert len(at_kill) == 3
    assert at_kill[-1] < len(found)
    account = stream.wait(seconds=120)
    assert account.documents == len(found) + len(broken)
    assert account.documents_dead == account.errors["parse InvalidJSON"] == len(broken)
    assert account.errors.total() == len(broken)

    expected = enriched(found)
    ends = payloads(stream.read(ENRICHED, DUPLICATES))
    assert {event["article_id"] for event in ends} == expected.keys()
    assert {event["document_id"] for event in ends} == {document.document_id for document in found}
    # What was written again after a kill says the same as before: nothing became its own duplicate.
    answers: dict[str, set[tuple[str, str | None]]] = {}
    for event in ends:
        answers.setdefault(event["article_id"], set()).add((event["relation"], event["original_id"]))
        assert event["original_id"] != event["article_id"]
    assert [identity for identity, given in answers.items() if len(given) > 1] == []
    ids = {(event["article_id"], event["event_id"]) for event in payloads(stream.read(ENRICHED))}
    assert len(ids) == len({article for article, _ in ids})


def test_sigterm_drains_commits_and_leaves_the_group(stream: Stream) -> None:
    found = corpus(3000, repeated=0)
    stream.replay(found)
    (parse,) = stream.start("parse")
    deadline = time.monotonic() + 60
    while not stream.read(PARSED):
        assert time.monotonic() < deadline
    parse.signal(signal.SIGTERM)
    assert parse.wait() == 0
    # Committed exactly what was written: the next start reads nothing twice.
    committed = asyncio.run(committed_offsets(stream.settings, stream.bootstrap))["parse"]
    origins = {record.header(envelope.ORIGIN) for record in stream.read(PARSED)}
    assert sum(committed.values()) == len(origins)
    assert asyncio.run(members(stream, "parse")) == 0
    stream.start()
    account = stream.wait(seconds=120)
    assert account.repeated == 0
    assert account.documents == len(found)


def holds_a_batch(stream: Stream, gate: Path) -> StageProcess:
    """Start a parse worker that delivers nothing before `gate` is there, and wait until it has a batch in hand."""
    program = ("tests.kafka.holding", str(gate))
    log = stream.logs / "holding.log"
    # What the tests wait for below is said by Faust and the client.
    settings = stream.settings.model_copy(update={"log_level": "debug"})
    worker = StageProcess("parse", settings, stream.bootstrap, log=log, program=program)
    stream.started.append(worker)
    while not gate.with_suffix(".held").exists():
        assert worker.alive(), log.read_text()
        time.sleep(0.05)
    return worker


def says(worker: StageProcess, text: str, times: int = 1) -> None:
    """Wait until a worker has logged `text` so often."""
    assert worker.log is not None
    while worker.log.read_text().count(text) < times:
        assert worker.alive(), worker.log.read_text()
        time.sleep(0.05)


def test_a_rebalance_during_a_drain_waits_for_the_batch_in_hand(stream: Stream, tmp_path: Path) -> None:
    """Faust closes the client then, by which the drain commits: the worker neither worked nor ended."""
    found = corpus(300, repeated=0)
    stream.replay(found)
    gate = tmp_path / "gate"
    worker = holds_a_batch(stream, gate)
    worker.signal(signal.SIGTERM)
    says(worker, "Wait for streams")
    stream.start("parse")
    # Once when it joined, once now.
    says(worker, "Revoking previously assigned partitions", times=2)
    gate.touch()
    assert worker.wait() == 0
    stream.start("dedupe", "tag")
    account = stream.wait(seconds=120)
    assert account.documents == len(found)
    assert account.repeated == 0


def test_a_worker_that_fails_during_a_rebalance_ends(stream: Stream, tmp_path: Path) -> None:
    """A crash ends the consumer's thread too: neither may wait for the other then."""
    found = corpus(300, repeated=0)
    stream.replay(found)
    gate = tmp_path / "gate"
    worker = holds_a_batch(stream, gate)
    stream.start("parse")
    says(worker, "Revoking previously assigned partitions", times=2)
    # Whole at once: the worker reads it as soon as it is there.
    (tmp_path / "new").write_text("fail")
    (tmp_path / "new").rename(gate)
    assert worker.wait() == 1
    assert worker.log is not None
    assert "has not ended" not in worker.log.read_text()
    stream.start("dedupe", "tag")
    assert stream.wait(seconds=120).documents == len(found)


def test_a_worker_that_cannot_end_is_ended(stream: Stream, tmp_path: Path) -> None:
    """Left as it hangs it would neither work nor be restarted; what it holds is read again."""
    found = corpus(50, repeated=0)
    stream.replay(found)
    settings = stream.settings
    stream.settings = settings.model_copy(update={"health_stuck_seconds": 1.0, "request_timeout_seconds": 1.0})
    worker = holds_a_batch(stream, tmp_path / "gate")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 1
    assert worker.log is not None
    assert "has not ended within 2 s" in worker.log.read_text()
    stream.settings = settings
    stream.start()
    assert stream.wait(seconds=120).documents == len(found)


def test_workers_that_join_before_the_first_commit_lose_nothing(stream: Stream) -> None:
    """Each join is a rebalance in which Faust drops what it had fetched; with nothing committed it never went back."""
    found = corpus(1500, repeated=0)

    async def join_while_it_comes_in() -> None:
        sending = asyncio.create_task(
            replay(stream.settings, stream.bootstrap, iter(found), replay_id="join", rate=150)
        )
        for _ in range(3):
            stream.start("parse", "parse")
            await asyncio.sleep(0.4)
        await sending

    asyncio.run(join_while_it_comes_in())
    stream.start("dedupe", "tag")
    account = stream.wait(seconds=120)
    assert account.documents == len(found)
    assert {event["document_id"] for event in payloads(stream.read(ENRICHED, DUPLICATES))} == {
        document.document_id for document in found
    }
    # Nothing is lost, and nothing is held back either: every offset gets committed.
    deadline = time.monotonic() + 30
    while sum(asyncio.run(committed_offsets(stream.settings, stream.bootstrap))["parse"].values()) < len(found):
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_without_dead_letters_the_worker_commits_nothing_until_they_can_be_written(stream: Stream) -> None:
    async def drop_topic() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=stream.bootstrap)
        await admin.start()
        await admin.delete_topics([f"{stream.settings.topic_prefix}{DEAD_LETTER}"])
        await admin.close()

    asyncio.run(drop_topic())
    asyncio.run(send(stream, [(b"k", b"{poison")]))
    (parse,) = stream.start("parse")
    says(parse, "rasid topics apply")
    assert parse.alive()
    assert asyncio.run(committed_offsets(stream.settings, stream.bootstrap))["parse"] == {}
    asyncio.run(topics.apply(stream.settings, stream.bootstrap))
    stream.start("dedupe", "tag")
    account = stream.wait()
    assert (account.documents, account.documents_dead) == (1, 1)


@pytest.mark.parametrize("stage", STAGES)
def test_the_account_fails_when_a_stage_drops_a_record(stream: Stream, stage: Stage) -> None:
    """Negative control: a worker that commits without sending one of its outputs must be found out."""
    found = corpus(40, repeated=0.2)
    stream.replay(found)
    stream.start(*(other for other in STAGES if other != stage))
    log = stream.logs / "dropping.log"
    broken = StageProcess(stage, stream.settings, stream.bootstrap, log=log, program=("tests.kafka.dropping",))
    stream.started.append(broken)
    deadline = time.monotonic() + 60
    while not (account := stream.account()).lost and time.monotonic() < deadline:
        time.sleep(0.3)
    broken.signal(signal.SIGTERM)
    broken.wait()
    assert len(account.lost) == 1
    assert stage in account.lost[0]
    assert not account.balanced

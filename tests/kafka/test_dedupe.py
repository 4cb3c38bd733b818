"""De-duplication's state on a real broker: crashes between state and output, hand-over, a window that moves on."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.partitioner import murmur2
from aiokafka.protocol.group import LeaveGroupRequest
from faust.types.tuples import TP

from schemas.models import Document
from schemas.topics import DEDUPE_CHANGELOG, DUPLICATES, PARSED, UNIQUE, app_id
from tests.corpus import documents
from tests.kafka.conftest import payloads
from tests.kafka.crashing import BATCHES
from tests.unit.dedupe import texts
from tests.unit.pipeline.test_updates import as_record
from workers.delivery import KafkaOutbox
from workers.pipeline.build import build_dedupe, build_parse
from workers.pipeline.dead_letter import finished
from workers.pipeline.document import document_record
from workers.pipeline.record import Place
from workers.recovery import Recovery
from workers.replay.producer import replay
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kafka.conftest import Stream
    from workers.pipeline.record import Output

pytestmark = pytest.mark.kafka

KILLS = 20
Answers = dict[str, set[bytes]]


def corpus(count: int, *, seed: int = 0, day: int = 1) -> list[Document]:
    """Articles of one day, a quarter of them copies, with a report and its update among them."""
    made = [
        {**each, "published_at": f"2025-03-{day:02}T{number * 20 // count:02}:00:00Z"}
        for number, each in enumerate(documents(count, seed=seed, repeated=0.25))
    ]
    told = ((texts.TITLE, texts.REPORT), (texts.UPDATE_TITLE, texts.UPDATE))
    for number, (name, (title, text)) in enumerate(zip(_in_one_partition(f"told-{seed}"), told, strict=False)):
        made.insert(
            (number + 1) * count // 3,
            {
                "document_id": name,
                "title": title,
                "text": text,
                "published_at": f"2025-03-{day:02}T{8 + 4 * number:02}:00:00Z",
            },
        )
    return [Document.model_validate(each) for each in made]


def _in_one_partition(name: str) -> Iterator[str]:
    """Ids whose records go to one partition of articles.raw: only there is a report sure to come before its update."""
    found = (f"{name}-{number}" for number in itertools.count())
    first = next(found)
    yield first
    yield from (each for each in found if _partition(each) == _partition(first))


def _partition(document_id: str) -> int:
    # As every client of Kafka does, by default.
    return int(murmur2(document_id.encode()) & 0x7FFFFFFF) % Settings().partitions


def expected(stream: Stream) -> Answers:
    """What the stage's function makes of articles.parsed in the order in which it stands there, by article."""
    dedupe = build_dedupe(stream.settings)
    records = stream.read(PARSED)
    values: dict[Place, bytes | None] = {
        Place(record.topic, record.partition, record.offset): record.value for record in records
    }
    answers: Answers = {}
    for record in records:
        outputs = finished(dedupe.process(record, now=""), values, dedupe, record, now="")
        for output in outputs:
            if output.topic in (UNIQUE, DUPLICATES):
                answers.setdefault(orjson.loads(output.value or b"")["article_id"], set()).add(output.value or b"")
    return answers


def given(stream: Stream) -> Answers:
    """What stands on the topics that dedupe writes, by article."""
    answers: Answers = {}
    for record in stream.read(UNIQUE, DUPLICATES):
        answers.setdefault(orjson.loads(record.value or b"")["article_id"], set()).add(record.value or b"")
    return answers


async def remove_members(stream: Stream) -> None:
    """Tell the broker that a group's members are gone; it would find out by itself after the session timeout."""
    group = app_id("dedupe", stream.settings.topic_prefix)
    admin = AIOKafkaAdminClient(bootstrap_servers=stream.bootstrap)
    await admin.start()
    node = await admin.find_coordinator(group)
    (response,) = await admin.describe_consumer_groups([group])
    for member, *_ in response.groups[0][5]:
        answer = await admin._send_request(LeaveGroupRequest(group, member), node)
        assert answer.error_code == 0
    await admin.close()


def crash(stream: Stream, seed: int, *options: str) -> int:
    """Run the worker with the fault until it is gone; return its exit code."""
    environment = {
        f"RASID_{name.upper()}": str(value) for name, value in stream.settings.model_dump().items() if value is not None
    }
    command = [sys.executable, "-m", "tests.kafka.crashing", str(seed), *options]
    with (stream.logs / f"crash-{seed}.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
        try:
            code = process.wait(60)
        finally:
            process.kill()
            process.wait()
    asyncio.run(remove_members(stream))
    return code


def small_batches(stream: Stream) -> None:
    """So that there are many points at which a worker can be killed, few of them committed."""
    stream.settings = stream.settings.model_copy(update={"batch_records": 20, "commit_interval_seconds": 0.2})


def test_twenty_crashes_between_state_and_output_lose_nothing_and_change_no_answer(stream: Stream) -> None:
    small_batches(stream)
    found = corpus(3000)
    stream.start("parse", "tag")

    async def under_load() -> list[int]:
        sending = asyncio.create_task(replay(stream.settings, stream.bootstrap, iter(found), replay_id="t", rate=150))
        codes = [await asyncio.to_thread(crash, stream, seed) for seed in range(KILLS)]
        await sending
        return codes

    assert asyncio.run(under_load()) == [-signal.SIGKILL] * KILLS
    before = given(stream)
    state = {key for key, _ in changelog(stream)}
    # The crashes did hit: articles are in the state whose output never came.
    assert {key.removeprefix("ar:") for key in state} - before.keys()
    stream.start("dedupe")
    account = stream.wait(seconds=120)
    assert account.documents == len(found)
    answers = given(stream)
    assert answers == expected(stream)
    messages = [orjson.loads(value) for values in answers.values() for value in values]
    assert all(message["original_id"] != message["article_id"] for message in messages)
    updates = [message for message in messages if message["relation"] == "update"]
    assert any(message["changed"] and message["changed"]["sentences_added"] for message in updates)
    assert sum(message["relation"] == "duplicate" for message in messages) > len(found) / 5


def test_a_dedupe_that_does_not_know_its_own_records_is_found_out(stream: Stream) -> None:
    """Negative control: the same crash with the fault that the test above is there to find."""
    small_batches(stream)
    stream.start("parse")
    # More batches than three workers can get through before they go.
    stream.replay(corpus(3 * (BATCHES + 1) * stream.settings.batch_records))
    for seed in range(3):
        assert crash(stream, seed, "forgetful") == -signal.SIGKILL
    answers = given(stream)
    right = expected(stream)
    assert any(answers[article] != right[article] for article in answers)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_second_worker_takes_over_with_the_state(stream: Stream, number: signal.Signals) -> None:
    small_batches(stream)
    found = corpus(1200, seed=number)
    stream.start("parse", "tag")
    workers = stream.start("dedupe", "dedupe")

    async def hand_over() -> None:
        sending = asyncio.create_task(replay(stream.settings, stream.bootstrap, iter(found), replay_id="t", rate=100))
        async with asyncio.timeout(60):
            while len(await asyncio.to_thread(given, stream)) < len(found) / 4:  # noqa: ASYNC110 - Kafka's, no event
                await asyncio.sleep(0.2)
        (owner,) = (each for each in workers if each.log and "has 0 entries" in each.log.read_text())
        owner.signal(number)
        await sending
        if number == signal.SIGSTOP:
            other = next(each for each in workers if each is not owner)
            async with asyncio.timeout(60):
                while other.log and "from its changelog" not in other.log.read_text():  # noqa: ASYNC110 - same
                    await asyncio.sleep(0.2)
            # What it had in hand it writes now, though the other has long written the same.
            owner.signal(signal.SIGCONT)

    asyncio.run(hand_over())
    account = stream.wait(seconds=120)
    assert account.documents == len(found)
    assert given(stream) == expected(stream)


class Owner:
    """A dedupe stage that owns partition 0, with a changelog on the broker, without the worker around it."""

    def __init__(self, stream: Stream) -> None:
        self.dedupe = build_dedupe(stream.settings)
        self.outbox = KafkaOutbox(stream.settings, stream.bootstrap, client_id="owner")
        self.recovery = Recovery(self.dedupe, stream.settings, stream.bootstrap, deliver=self.outbox.deliver)
        self.parse = build_parse(stream.settings)
        self.partition = TP(f"{stream.settings.topic_prefix}{PARSED}", 0)

    async def own(self) -> int:
        """Be given the partition, whether it was ours before or not; return how many entries that reads."""
        self.recovery.assigned([self.partition])
        return await self.recovery.recover(0)

    def judge(self, documents: list[Document]) -> list[Output]:
        """Decide, and keep what is to be written in hand."""
        outputs: list[Output] = []
        for document in documents:
            (article,) = self.parse.process(as_record(document_record(document, now=1.7e9), 0), now="")
            outputs += self.dedupe.process(as_record(article, 0), now="")
        return [output for output in outputs if output.topic == DEDUPE_CHANGELOG]

    async def write(self, outputs: list[Output]) -> None:
        self.recovery.delivered(await self.outbox.deliver(outputs))


def test_an_owner_that_wrote_late_reads_what_the_other_wrote_meanwhile(stream: Stream) -> None:
    found = [Document.model_validate(each) for each in documents(40, repeated=0)]
    early, in_hand, meanwhile = found[:10], found[10:15], found[10:]

    async def hand_over() -> None:
        paused, other = Owner(stream), Owner(stream)
        await paused.outbox.start()
        await other.outbox.start()
        try:
            assert await paused.own() == 0
            await paused.write(paused.judge(early))
            # Given back with nothing written by others: nothing is read.
            assert await paused.own() == 0
            late = paused.judge(in_hand)
            assert await other.own() == len(early)
            await other.write(other.judge(meanwhile))
            await paused.write(late)
            # An article of both is one entry.
            assert await paused.own() == len(meanwhile)
            assert paused.dedupe.held(0) == len(found)
            assert await paused.own() == 0
        finally:
            await paused.outbox.stop()
            await other.outbox.stop()

    asyncio.run(hand_over())


def changelog(stream: Stream) -> list[tuple[str, bytes | None]]:
    return [((record.key or b"").decode(), record.value) for record in stream.read(DEDUPE_CHANGELOG)]


def held(stream: Stream, log: int) -> list[int]:
    """Articles that a dedupe worker held when it was level with its changelog."""
    text = (stream.started[log].log or stream.logs).read_text()
    return [int(count) for count in re.findall(r"from its changelog, and holds (\d+)", text)]


def test_what_the_window_leaves_behind_goes_also_after_a_restart(stream: Stream) -> None:
    old = corpus(300, day=1)
    late = corpus(30, seed=1, day=20)
    again = old[0].model_copy(update={"document_id": "again", "published_at": "2025-03-20T22:00:00Z"})
    stream.start("parse", "tag")
    (dedupe,) = stream.start("dedupe")
    stream.replay(old)
    stream.wait()
    dedupe.signal(signal.SIGTERM)
    assert dedupe.wait() == 0

    stream.start("dedupe")
    stream.replay([*late, again])
    account = stream.wait()
    assert held(stream, len(stream.started) - 1) == [len(old)]
    assert account.documents == len(old) + len(late) + 1
    (message,) = (each for each in payloads(stream.read(UNIQUE, DUPLICATES)) if each["document_id"] == "again")
    assert message["relation"] == "original"
    # Every old article has its tombstone; the next owner holds the late ones alone.
    last = dict(changelog(stream))
    assert sum(value is None for value in last.values()) == len(old)
    stream.started[-1].signal(signal.SIGTERM)
    assert stream.started[-1].wait() == 0
    stream.start("dedupe")
    extra = corpus(1, seed=2, day=20)
    stream.replay(extra)
    stream.wait()
    deadline = time.monotonic() + 30
    while not (found := held(stream, len(stream.started) - 1)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert found == [len(late) + 1]

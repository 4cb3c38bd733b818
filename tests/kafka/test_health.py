"""What /livez and /readyz say while something is really wrong, and the dead-letter limit, on a real broker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from schemas.models import Document
from schemas.topics import DEAD_LETTER
from tests.corpus import documents
from tests.disk import fill, memory_disk
from tests.kafka.conftest import Stream
from tests.kafka.test_stream import send
from tests.unit.ops.test_health import free_port
from tests.unit.test_commands import rasid
from workers.broker import LocalBroker
from workers.ops import topics
from workers.ops.processes import StageProcess
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemas.topics import Stage

pytestmark = pytest.mark.kafka

#: What the tests set; the broker's time is the least that the settings take.
STUCK, BROKER, DISK = 6.0, 5.0, 1.0
#: How much later than stated a condition may be seen red: this machine may be busy. The tests measure no time.
PATIENCE = 60.0


class Worker:
    """A worker process with a health server."""

    def __init__(
        self,
        stream: Stream,
        *,
        stage: Stage = "parse",
        program: Sequence[str] = ("workers", "worker"),
        **more: Any,
    ):
        self.port = free_port()
        told = {
            "health_port": self.port,
            "health_stuck_seconds": STUCK,
            "health_broker_seconds": BROKER,
            "health_disk_seconds": DISK,
            **more,
        }
        self.settings = stream.settings.model_copy(update=told)
        self.log = stream.logs / f"worker-{self.port}.log"
        started = StageProcess(stage, self.settings, stream.bootstrap, log=self.log, program=program)
        self.process = started.process
        # The fixture ends it.
        stream.started.append(started)

    def ask(self, path: str) -> tuple[int, dict[str, str]]:
        """Return the status, and what is red with its reason."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                status, body = answer.status, json.load(answer)
        except urllib.error.HTTPError as exc:
            status, body = exc.code, json.load(exc)
        return status, {each["name"]: each["why"] for each in body["conditions"] if not each["ok"]}

    def wait(self, path: str, *red: str, perhaps: str = "") -> dict[str, str]:
        """Return once `red` are red, with or without `perhaps`; fail with what was last seen."""
        deadline = time.monotonic() + PATIENCE
        seen: object = None
        while time.monotonic() < deadline:
            try:
                status, found = self.ask(path)
            except OSError as exc:
                seen = exc
            else:
                if found.keys() - {perhaps} == set(red):
                    assert status == (503 if red else 200)
                    return found
                seen = found
            assert self.process.poll() is None, f"ended with {self.process.returncode}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.2)
        pytest.fail(f"{path} says {seen}, expected {red}\n{self.log.read_text()[-3000:]}")

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def good(*names: str) -> list[Document]:
    return [
        Document.model_validate({**each, "document_id": name})
        for name, each in zip(names, documents(len(names)), strict=True)
    ]


def test_a_worker_that_has_nothing_to_do_is_ready_and_so_is_one_too_many(bootstrap: str, tmp_path: Path) -> None:
    settings = Settings(
        kafka_bootstrap=bootstrap, topic_prefix=f"spare{os.getpid()}.", state_dir=tmp_path / "state", partitions=1
    )
    asyncio.run(topics.apply(settings, bootstrap))
    stream = Stream(settings, bootstrap, tmp_path, [])
    first, second = Worker(stream), Worker(stream)
    try:
        for worker in (first, second):
            worker.wait("/readyz")
        deadline = time.monotonic() + PATIENCE
        while True:
            counts = sorted(
                int(float(line.rsplit(" ", 1)[1]))
                for worker in (first, second)
                for line in worker.metrics().splitlines()
                if line.startswith("rasid_partitions_assigned")
            )
            if counts == [0, 1] or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        assert counts == [0, 1]
        # However long nothing comes.
        time.sleep(STUCK + 2)
        for worker in (first, second):
            assert worker.ask("/readyz") == (200, {})
            assert rasid("health", "--ready", RASID_HEALTH_PORT=str(worker.port)) == (0, "parse is ready\n", "")
            assert worker.stop() == 0
    finally:
        for each in stream.started:
            each.process.kill()
            each.process.wait()


HANGS = [
    ("hang-loop", "loop", "the event loop stands still"),
    ("hang-batch", "loop", "the batch in hand makes no progress"),
    ("hang-fetch", "consumer", "the consumer asks the broker for no records"),
]


@pytest.mark.parametrize(("name", "condition", "why"), HANGS, ids=[name for name, *_ in HANGS])
def test_a_worker_that_hangs_is_not_alive_and_says_so_itself(
    stream: Stream, name: str, condition: str, why: str
) -> None:
    worker = Worker(stream, program=("tests.kafka.hanging",))
    stream.replay(good("before"))
    worker.wait("/readyz")
    assert worker.ask("/livez") == (200, {})
    stream.replay(good(name))
    assert worker.wait("/livez", condition) == {condition: why}
    assert worker.ask("/readyz") == (503, {condition: why})
    code, out, err = rasid("health", RASID_HEALTH_PORT=str(worker.port))
    assert (code, out) == (1, "parse is not alive\n")
    assert err.startswith(f"rasid: {condition} is red since 2")
    assert why in err
    # Metrics are told too.
    assert f'rasid_condition{{condition="{condition}",stage="parse"}} 0.0' in worker.metrics()


def test_a_worker_whose_consumer_thread_ends_ends_itself_or_is_not_alive(stream: Stream) -> None:
    worker = Worker(stream, program=("tests.kafka.hanging",))
    worker.wait("/readyz")
    stream.replay(good("hang-thread"))
    deadline = time.monotonic() + PATIENCE
    while worker.process.poll() is None:
        try:
            status, red = worker.ask("/livez")
        except OSError:
            continue
        if status == 503:
            assert red.keys() == {"consumer"}
            return
        assert time.monotonic() < deadline, worker.log.read_text()[-3000:]
        time.sleep(0.2)
    assert worker.process.returncode != 0


def test_the_probe_says_when_nobody_answers() -> None:
    port = free_port()
    code, out, err = rasid("health", RASID_HEALTH_PORT=str(port))
    assert (code, out) == (1, "")
    assert err == f"rasid: no worker answers at http://127.0.0.1:{port}/livez: [Errno 111] Connection refused\n"
    code, _, err = rasid("health")
    assert code == 2
    assert "RASID_HEALTH_PORT is not set" in err


def test_a_port_that_is_taken_ends_the_worker_with_one_line_that_names_it(stream: Stream) -> None:
    first = Worker(stream)
    first.wait("/readyz")
    given = {f"RASID_{k.upper()}": str(v) for k, v in first.settings.model_dump().items() if v is not None}
    code, _, err = rasid("worker", "parse", **given)
    assert code == 2
    assert f"rasid: RASID_HEALTH_PORT={first.port}: the port is taken, or not ours" in err
    assert "Traceback" not in err


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(memory_disk(tmp_path / "small", 96))
        except OSError as exc:
            pytest.skip(f"a full disk needs a small tmpfs: {exc}")
        yield folder


def test_a_full_state_folder_turns_the_disk_red_until_there_is_room(stream: Stream, small: Path) -> None:
    worker = Worker(stream, state_dir=small / "state")
    worker.wait("/readyz")
    filler = small / "filler"
    fill(filler)
    assert "No space left on device" in worker.wait("/readyz", "disk")["disk"]
    assert worker.ask("/livez") == (200, {})
    filler.unlink()
    worker.wait("/readyz")
    assert worker.stop() == 0


@pytest.fixture
def lonely(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Stream, LocalBroker]]:
    """A stream on a broker of its own, that a test may stop; on a small disk where the test has one."""
    small = request.getfixturevalue("small") if "small" in request.fixturenames else tmp_path
    broker = LocalBroker.start(small / "broker")
    settings = Settings(
        kafka_bootstrap=broker.bootstrap,
        topic_prefix="lonely.",
        state_dir=tmp_path / "state",
        session_timeout_seconds=6.0,
        request_timeout_seconds=40.0,
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
        os.kill(running.pid, signal.SIGCONT)
        running.stop()


def test_a_broker_that_is_silent_and_one_that_is_gone_turn_readyz_red_and_livez_never(
    lonely: tuple[Stream, LocalBroker],
) -> None:
    stream, broker = lonely
    worker = Worker(stream)
    worker.wait("/readyz")
    os.kill(broker.pid, signal.SIGSTOP)
    assert worker.wait("/readyz", "broker") == {"broker": "no broker has answered"}
    assert worker.ask("/livez") == (200, {})
    os.kill(broker.pid, signal.SIGCONT)
    worker.wait("/readyz")
    stream.replay(good("between"))
    # Now it is killed; what was sent is read when it is back.
    os.kill(broker.pid, signal.SIGKILL)
    worker.wait("/readyz", "broker", perhaps="delivery")
    assert worker.ask("/livez") == (200, {})
    broker.stop()
    again = LocalBroker.start(broker.folder)
    assert again.bootstrap == broker.bootstrap
    worker.wait("/readyz")
    stream.replay(good("after"))
    stream.start("dedupe", "tag")
    assert stream.wait().documents == 2
    assert worker.stop() == 0


def test_a_worker_that_starts_before_its_broker_waits_for_it_alive_and_not_ready(
    lonely: tuple[Stream, LocalBroker],
) -> None:
    stream, broker = lonely
    broker.stop()
    patient, ended, impatient = Worker(stream), Worker(stream), Worker(stream, request_timeout_seconds=1.0)
    for worker in (patient, ended):
        worker.wait("/readyz", "broker", "partitions")
        assert worker.ask("/livez") == (200, {})
    assert ended.stop() == 0
    assert impatient.process.wait(PATIENCE) == 1
    LocalBroker.start(broker.folder)
    patient.wait("/readyz")
    stream.replay(good("after"))
    stream.start("dedupe", "tag")
    assert stream.wait().documents == 1
    assert patient.stop() == 0


def test_a_broker_whose_disk_is_full_turns_readyz_red_and_nothing_is_lost(
    small: Path, lonely: tuple[Stream, LocalBroker]
) -> None:
    stream, broker = lonely
    worker = Worker(stream)
    worker.wait("/readyz")
    stream.replay(good("one"))
    filler = small / "filler"
    fill(filler)
    # More than the space that the log's last blocks have left.
    flood = [Document(document_id=f"flood-{n}", body="خبر " * 20_000) for n in range(40)]
    with pytest.raises(Exception, match=r"articles\.raw|Kafka|broker"):
        asyncio.run(asyncio.wait_for(_send_all(stream, flood), 45))
    red = worker.wait("/readyz", "broker", perhaps="delivery")
    assert red["broker"] == "no broker has answered"
    assert worker.ask("/livez") == (200, {})
    filler.unlink()
    broker.stop()
    LocalBroker.start(broker.folder)
    worker.wait("/readyz")
    stream.replay(good("two"))
    stream.start("dedupe", "tag")
    stream.wait()
    assert worker.stop() == 0


async def _send_all(stream: Stream, found: list[Document]) -> None:
    from workers.replay.producer import replay

    settings = stream.settings.model_copy(update={"request_timeout_seconds": 10.0})
    await replay(settings, stream.bootstrap, iter(found), replay_id="flood")


def poison(count: int) -> list[tuple[bytes | None, bytes | None]]:
    return [(b"one key", b"{not json %d" % n) for n in range(count)]


def test_at_the_dead_letter_limit_a_worker_stands_and_loses_nothing(stream: Stream) -> None:
    limited = {"dead_letter_consecutive": 20}
    stream.replay(good("good"))
    asyncio.run(send(stream, poison(300)))
    worker = Worker(stream, **limited)
    red = worker.wait("/readyz", "dead_letters")
    assert red == {"dead_letters": "20 dead letters in a row (RASID_DEAD_LETTER_CONSECUTIVE)"}
    # A restart would go on with what is wrong: so it lives.
    time.sleep(STUCK + 2)
    assert worker.ask("/livez") == (200, {})
    assert worker.process.poll() is None
    assert len(stream.read(DEAD_LETTER)) == 19
    account = stream.account()
    assert (account.lost, len(account.pending)) == ([], 301 - 19)
    assert "stands: 20 dead letters in a row" in worker.log.read_text()
    assert worker.stop() == 3
    # What went out is committed, and nothing beyond.
    assert stream.account().pending == account.pending
    # Started again with the same fault, it writes as many again and no more.
    again = Worker(stream, **limited)
    again.wait("/readyz", "dead_letters")
    assert again.stop() == 3
    assert len(stream.read(DEAD_LETTER)) == 38
    # With the limits off it goes on where it stood.
    last = Worker(stream, dead_letter_consecutive=0, dead_letter_share=0)
    stream.start("dedupe", "tag")
    assert stream.wait().documents_dead == 300
    assert last.stop() == 0


def test_a_poison_share_below_the_limit_never_stops_a_worker(stream: Stream) -> None:
    worker = Worker(stream, dead_letter_window=50, dead_letter_consecutive=10)
    mixed: list[tuple[bytes | None, bytes | None]] = []
    for number, document in enumerate(good(*(f"d{n}" for n in range(400)))):
        broken = number % 10 == 0
        mixed.append((b"k", b"{" if broken else document.model_dump_json(exclude_none=True).encode()))
    asyncio.run(send(stream, mixed))
    stream.start("dedupe", "tag")
    account = stream.wait()
    assert account.documents_dead == 40
    assert worker.ask("/readyz") == (200, {})
    assert worker.stop() == 0

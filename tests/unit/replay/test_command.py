"""`rasid replay` around what it sends: names, breaks, progress. The sending itself runs on a real broker."""

from __future__ import annotations

import io
import os
import signal
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

import pytest
import typer
from rich.console import Console

from schemas.models import Document
from workers.cli import replay as command
from workers.errors import DeliveryError, UsageError
from workers.replay import producer
from workers.replay.producer import Report
from workers.replay.reader import Problem, Reading
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workers.pipeline.record import Output


def documents(count: int) -> Iterator[Document | Problem]:
    yield Problem("x", 1, "broken")
    for number in range(count):
        yield Document(document_id=str(number), body="x")


class Outbox:
    """Takes so many batches, then stops answering."""

    def __init__(self, batches: int) -> None:
        self.left = batches
        self.sent: list[Output] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def deliver(self, outputs: Sequence[Output]) -> list[tuple[Output, None]]:
        if not self.left:
            raise DeliveryError("no acknowledgement within 30 s")
        self.left -= 1
        self.sent += outputs
        return [(each, None) for each in outputs]


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    box = Outbox(batches=2)
    monkeypatch.setattr(producer, "traced", lambda *_args: box)
    monkeypatch.setattr(producer, "existing_topics", AsyncMock())
    monkeypatch.setattr(producer, "BATCH", 3)
    monkeypatch.setattr(command, "resolve_bootstrap", lambda _settings: "b")
    monkeypatch.setattr(command, "read_settings", Settings)
    return box


@pytest.mark.parametrize("name", ["a\nb", "", "\x1b[2J", "x" * 2049, "\x9b", "\udcff"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"--id .*: give 1 to 2048 characters, no control characters"):
        command.replay(["seeds"], replay_id=name, dry_run=True)


def test_what_is_skipped_is_counted_in_documents() -> None:
    found = list(command._chosen(documents(9), 2, 3))
    assert [each.document_id for each in found if isinstance(each, Document)] == ["2", "3", "4"]
    assert sum(isinstance(each, Problem) for each in found) == 1
    assert len(list(command._chosen(documents(2), 5, None))) == 1


def lines(path: Path, count: int) -> str:
    path.write_bytes(b"".join(b'{"document_id": "%d", "body": "x"}\n' % number for number in range(count)))
    return str(path)


def test_a_broker_that_stops_answering_leaves_word_of_what_was_sent(
    outbox: Outbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lines(tmp_path / "some of.jsonl", 12)
    with pytest.raises(DeliveryError):
        command.replay([path], replay_id="r 1", skip=2, limit=9)
    out, err = capsys.readouterr()
    assert out.startswith("6 documents (")
    assert f"go on with: rasid replay '{path}' --id 'r 1' --skip 8 --limit 3\n" in err
    # And what is said there does go on: with the same name, and no place in the replay twice or left out.
    outbox.left = 2
    command.replay([path], replay_id="r 1", skip=8, limit=3)
    headers = [dict(each.headers) for each in outbox.sent]
    assert [int(each["x-replay-seq"]) for each in headers] == list(range(2, 11))
    assert [each.key for each in outbox.sent] == [str(number).encode() for number in range(2, 11)]
    assert {each["x-replay-id"] for each in headers} == {b"r 1"}


def test_the_first_ctrl_c_ends_the_reading_and_what_is_in_hand_is_sent(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_args: object) -> Iterator[Document]:
        for number in range(100):
            if number == 4:
                os.kill(os.getpid(), signal.SIGINT)
            yield Document(document_id=str(number), body="x")

    monkeypatch.setattr("workers.replay.reader.read_documents", interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(typer.Exit) as ended:
        command.replay(["-"], replay_id="r")
    assert ended.value.exit_code == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert [each.key for each in outbox.sent] == [b"0", b"1", b"2", b"3"]
    out, err = capsys.readouterr()
    assert out.startswith("4 documents (")
    assert err == (
        "rasid: ended before the last document; go on with: rasid replay - --id r --skip 4, and the same input again\n"
    )


def test_ctrl_c_ends_the_wait_for_a_rate(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(_seconds: float) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(producer.asyncio, "sleep", asked)
    monkeypatch.setattr("workers.replay.reader.read_documents", lambda *_args: documents(9))
    with pytest.raises(typer.Exit) as ended:
        command.replay(["-"], rate=0.001)
    assert ended.value.exit_code == 130
    assert [each.key for each in outbox.sent] == [b"0"]


def test_a_second_ctrl_c_ends_at_once() -> None:
    with command._Interrupt() as interrupt:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, limit: int | None) -> str:
    file = io.StringIO()
    monkeypatch.setattr(command, "err", Console(file=file, force_terminal=terminal, width=120, color_system=None))
    now = 0.0

    def clock() -> float:
        return now

    reading = Reading(total=4000)
    with command._Progress(reading, limit, clock=clock) as progress:
        for number in range(3):
            now, reading.done = 10.0 * (number + 1), 1000 * (number + 1)
            progress(Report(sent=50 * (number + 1), problems=[Problem("x", 1, "broken")]))
        # The bar is drawn by a thread of its own; this is its last state.
        bar: Any = progress._bar
        if bar is not None:
            bar.refresh()
    return file.getvalue()


def test_progress_says_the_rate_and_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=False, limit=None).splitlines() == [
        "50 documents sent (5/s), 1 could not be read",
        "100 documents sent (5/s, 50% done, some 20 s left), 1 could not be read",
        "150 documents sent (5/s, 75% done, some 10 s left), 1 could not be read",
    ]
    assert "150 documents sent (5/s, 75% done, some 10 s left)" in shown(monkeypatch, terminal=False, limit=200)
    assert "150 documents, 5/s" in shown(monkeypatch, terminal=True, limit=None)
    assert "150 of 200 documents, 5/s" in shown(monkeypatch, terminal=True, limit=200)

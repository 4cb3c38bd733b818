"""Dead letters and what comes out, as the people who look after the stream see them, on a real broker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import orjson
import pytest

from schemas import envelope
from schemas.topics import DEAD_LETTER, ENRICHED, RAW
from tests.kafka.test_operations import environment
from tests.kafka.test_stream import send
from tests.unit.test_commands import ROOT, rasid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kafka.conftest import Stream
    from workers.pipeline.record import Record

pytestmark = pytest.mark.kafka


def restarted(stream: Stream, **settings: object) -> None:
    """Stop the stages and start them under other settings: what was wrong is mended."""
    assert set(stream.stop().values()) == {0}
    stream.settings = stream.settings.model_copy(update=settings)
    stream.start()


def failed(stream: Stream) -> tuple[Record, Record]:
    """Start the stages, stream the seeds and poison, and return the two letters: too large, and not JSON."""
    given = environment(stream)
    stream.settings = stream.settings.model_copy(update={"max_document_bytes": 9000})
    stream.start()
    assert rasid("replay", "seeds", **given)[0] == 0
    # Not JSON, with a line that must not reach a terminal as it is.
    asyncio.run(send(stream, [(b"evil\x1b[2J", b"{\x1b]0;owned\x07 not JSON")]))
    account = stream.wait()
    assert (account.documents, account.documents_dead) == (6, 2)
    letters = {record.header("x-error-class"): record for record in stream.read(DEAD_LETTER)}
    return letters["TooLarge"], letters["InvalidJSON"]


def test_letters_are_counted_and_shown_without_their_text(stream: Stream, tmp_path: Path) -> None:
    given = environment(stream)
    large, broken = failed(stream)
    code, out, err = rasid("dlq", "list", **given)
    assert (code, err) == (0, "")
    assert "     1 parse  TooLarge: offsets " in out
    assert "     1 parse  InvalidJSON: offsets " in out
    assert out.endswith("2 dead letters\n")
    for command, expected in (("list", 0), ("retry", 1)):
        code, out, err = rasid("dlq", command, "--error", "Nonsense", **given)
        assert (code, out[:14]) == (expected, "0 dead letters")
        assert err.startswith("rasid: no dead letter matches; there are: 1 parse ")
        assert "1 parse TooLarge (" in err
    group = orjson.loads(rasid("dlq", "list", "--json", "--error", "TooLarge", **given)[1])
    assert (group["stage"], group["count"], group["bytes"]) == ("parse", 1, len(large.value or b""))

    code, out, _ = rasid("dlq", "show", str(large.offset), "--raw", str(tmp_path / "raw"), **given)
    assert code == 0
    assert f"{len(large.value or b'')} bytes, 9000 are allowed" in out
    origin = f"{large.header('x-error-partition')}/{large.header('x-error-offset')}"
    assert f"origin               articles.raw/{origin}" in out
    text = orjson.loads(large.value or b"")["body"]
    assert text[100:140] not in out
    assert (tmp_path / "raw").read_bytes() == large.value
    assert text[100:140] in rasid("dlq", "show", str(large.offset), "--text", **given)[1]
    code, out, _ = rasid("dlq", "show", str(broken.offset), "--text", **given)
    assert "\x1b" not in out
    assert "evil␛[2J" in out
    code, _, err = rasid("dlq", "show", "99", **given)
    assert (code, err.count("\n")) == (2, 1)


def test_a_letter_is_sent_back_once_and_counts_as_one_input(stream: Stream) -> None:
    given = environment(stream)
    large, broken = failed(stream)
    origin = f"{large.header('x-error-partition')}/{large.header('x-error-offset')}"
    # Meant, or not at all.
    assert rasid("dlq", "retry", **given)[0] == 2
    assert rasid("dlq", "retry", "--origin", "somewhere", **given)[0] == 2
    code, out, _ = rasid("dlq", "retry", "--error", "TooLarge", "--dry-run", **given)
    assert code == 0
    assert out.endswith("1 dead letters would be sent back (dry run: nothing was): 1 to articles.raw; 0 left\n")
    assert len(stream.read(RAW)) == 6

    restarted(stream, max_document_bytes=1 << 20)
    code, out, _ = rasid("dlq", "retry", "--origin", origin.replace("/", ":"), **given)
    assert (code, out) == (0, "1 dead letters sent back: 1 to articles.raw; 0 left\n")
    account = stream.wait()
    assert (account.documents, account.documents_dead, account.sent_back) == (6, 1, 1)
    assert (account.articles, account.relations.total()) == (20, 20)
    assert account.errors == {"parse InvalidJSON": 1}
    (again,) = [record for record in stream.read(RAW) if record.header(envelope.RETRY)]
    assert (again.key, again.value) == (large.key, large.value)
    kept = [(name, value) for name, value in large.headers if not name.startswith("x-error-")]
    assert [each for each in again.headers if each in kept] == kept
    assert (again.header(envelope.RETRY), again.header(envelope.RETRY_OF)) == ("1", f"articles.raw/{origin}")
    assert rasid("verify", "--golden", "seeds/golden", **given)[0] == 0

    # What is on its way is left out; what fails again is a new letter, and not sent for ever.
    code, _, err = rasid("dlq", "retry", "--error", "TooLarge", **given)
    assert code == 1
    assert f"rasid: dead letter {large.offset} stays: sent back before, and not failed since" in err
    for count in (1, 2, 3):
        code, out, _ = rasid("dlq", "retry", "--error", "InvalidJSON", "--from", str(broken.offset), **given)
        assert out.startswith("1 dead letters sent back: 1 to articles.raw"), out
        account = stream.wait()
        assert (account.documents, account.documents_dead, account.sent_back) == (6, 1, 1 + count)
        assert account.errors == {"parse InvalidJSON": 1}
    last = stream.read(DEAD_LETTER)[-1]
    assert (last.header("x-error-attempt"), last.header(envelope.RETRY)) == ("4", "3")
    code, out, err = rasid("dlq", "retry", "--error", "InvalidJSON", **given)
    assert code == 1
    assert out.startswith("0 dead letters sent back")
    assert f"rasid: dead letter {last.offset} stays: sent back 3 times already: mend the cause" in err
    assert set(stream.stop().values()) == {0}


def test_tail_shows_what_comes_without_a_group_and_ends_at_ctrl_c(stream: Stream) -> None:
    given = environment(stream)
    # Where this run itself is a job in the background, Ctrl-C is ignored, and what it starts would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "workers", "tail"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RASID_")}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**kept, **given, "PYTHONUNBUFFERED": "1"},
    ) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        # Sent again until it shows: only what comes after it has begun is for it.
        stream.start()
        os.set_blocking(following.stdout.fileno(), False)
        shown = b""
        deadline = time.monotonic() + 60
        # An article of another page names him too, and may come before it.
        while "أعلنت وزارة الدفاع السورية".encode() not in shown or b"andrei-belousov" not in shown:
            assert time.monotonic() < deadline, shown
            assert rasid("replay", "seeds", **given)[0] == 0
            time.sleep(1)
            shown += following.stdout.read() or b""
        following.send_signal(signal.SIGINT)
        assert following.wait(20) == 0
        assert following.stderr.read() == b""
    text = shown.decode()
    assert "original  RU* SY*          أعلنت وزارة الدفاع السورية" in text
    assert stream.wait().balanced

    events = {record.header("ce_id"): json.loads(record.value or b"") for record in stream.read(ENRICHED)}
    of_lebanon = {id_ for id_, event in events.items() if any(tag["code"] == "LB" for tag in event["countries"])}
    code, out, err = rasid(
        "tail", "--since", "beginning", "--country", "lb", "--json", "--limit", str(len(of_lebanon)), **given
    )
    assert (code, err) == (0, "")
    assert {orjson.loads(line)["event_id"] for line in out.splitlines()} <= of_lebanon
    both = ("--actor", "hakan-fidan", "--country", "SY", "--limit", "1")
    code, out, _ = rasid("tail", "--since", "beginning", *both, **given)
    assert code == 0
    assert "SY" in out.splitlines()[0]
    assert "hakan-fidan" in out.splitlines()[1]
    # Duplicates only when asked for; they have no tags, and say what they repeat. Events stand there once a replay.
    everything = str(len(stream.read(ENRICHED)) + 1)
    code, out, _ = rasid("tail", "--since", "beginning", "--duplicates", "--limit", everything, **given)
    assert "duplicate" in out
    assert "repeats " in out
    assert set(stream.stop().values()) == {0}

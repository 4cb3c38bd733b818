"""Topics, the local broker and the commands, on a real broker."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.models import Document
from schemas.topics import DAY_MS, ENRICHED, RAW, TOPICS
from tests.corpus import documents
from tests.unit.test_commands import printed_to, rasid
from workers.broker import LocalBroker
from workers.errors import UsageError
from workers.ops import topics
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kafka.conftest import Stream

pytestmark = pytest.mark.kafka


def environment(stream: Stream) -> dict[str, str]:
    return {"RASID_KAFKA_BOOTSTRAP": stream.bootstrap, "RASID_TOPIC_PREFIX": stream.settings.topic_prefix}


async def make(bootstrap: str, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([topic])
    await admin.close()


def test_topics_apply_a_second_time_changes_nothing(bootstrap: str) -> None:
    given = {"RASID_KAFKA_BOOTSTRAP": bootstrap, "RASID_TOPIC_PREFIX": f"twice{os.getpid()}."}
    code, _, err = rasid("topics", "verify", **given)
    assert (code, err) == (1, "")
    code, out, _ = rasid("topics", "apply", **given)
    assert code == 0
    assert out.endswith(f"{len(TOPICS)} created\n")
    assert "rasid-tag-__assignor-__leader" in out
    code, out, _ = rasid("topics", "apply", **given)
    assert code == 0
    assert out.endswith("nothing to do\n")
    assert rasid("topics", "verify", **given)[0] == 0


@pytest.mark.parametrize(
    ("partitions", "cleanup", "said"),
    [
        (7, "delete", "has 7 partitions, 4 are declared"),
        (4, "compact", "has cleanup.policy=compact, delete is declared: kafka-configs.sh --alter"),
    ],
)
def test_a_topic_that_differs_is_refused_and_nothing_is_made(
    bootstrap: str, partitions: int, cleanup: str, said: str
) -> None:
    prefix = f"drift{os.getpid()}-{partitions}."
    asyncio.run(make(bootstrap, NewTopic(f"{prefix}{RAW}", partitions, 1, topic_configs={"cleanup.policy": cleanup})))
    code, _, err = rasid("topics", "apply", RASID_KAFKA_BOOTSTRAP=bootstrap, RASID_TOPIC_PREFIX=prefix)
    assert code == 1
    assert f"rasid: topic {prefix}{RAW} {said}" in err
    states = asyncio.run(topics.verify(Settings(topic_prefix=prefix), bootstrap))
    assert {state.state for state in states if not state.name.endswith(RAW)} == {"missing"}


def test_what_settings_say_of_topics_in_use_is_altered_when_it_is_asked_for(bootstrap: str) -> None:
    """A window or a retention is changed on a running deployment: named with the command, which does it and no more."""
    prefix = f"alter{os.getpid()}."
    before = {"RASID_KAFKA_BOOTSTRAP": bootstrap, "RASID_TOPIC_PREFIX": prefix}
    assert rasid("topics", "apply", **before)[0] == 0
    # Somebody's own setting, which is not declared, is left alone.
    own = {"file.delete.delay.ms": "30000"}
    asyncio.run(topics.set_configs(Settings(), bootstrap, {f"{prefix}{RAW}": own}))
    after = {**before, "RASID_DEDUPE_WINDOW_DAYS": "14", "RASID_EVENTS_RETENTION_DAYS": "60"}
    after |= {"RASID_TOPIC_COMPRESSION": "zstd", "RASID_RETENTION_BYTES": str(1 << 30)}
    for command in ("verify", "apply"):
        code, out, err = rasid("topics", command, **after)
        assert code == 1
        changelog = f"rasid: topic {prefix}rasid-dedupe-index-changelog has retention.ms={8 * DAY_MS}, {15 * DAY_MS}"
        assert f"{changelog} is declared: `rasid topics apply --alter` sets it" in err
        assert f"topic {prefix}{ENRICHED} has compression.type=producer, zstd is declared" in err
    code, out, err = rasid("topics", "apply", "--alter", **after)
    assert (code, err) == (0, "")
    assert out.endswith(f"{len(TOPICS)} altered\n")
    assert f"retention.ms: {8 * DAY_MS} -> {15 * DAY_MS}" in out
    assert rasid("topics", "apply", **after)[1].endswith("nothing to do\n")
    found = asyncio.run(topics.configs(Settings(), bootstrap, [f"{prefix}{RAW}"]))[f"{prefix}{RAW}"]
    assert found["file.delete.delay.ms"] == "30000"
    assert found["retention.bytes"] == str(1 << 30)


def test_what_altering_cannot_mend_keeps_everything_as_it_is(bootstrap: str) -> None:
    prefix = f"unalterable{os.getpid()}."
    given = {"RASID_KAFKA_BOOTSTRAP": bootstrap, "RASID_TOPIC_PREFIX": prefix}
    assert rasid("topics", "apply", **given)[0] == 0
    more = {**given, "RASID_REPLICATION_FACTOR": "3", "RASID_RETENTION_DAYS": "3"}
    code, _, err = rasid("topics", "apply", "--alter", **more)
    assert code == 1
    assert f"topic {prefix}{RAW} has 1 copies of each partition, 3 are declared: set RASID_REPLICATION_FACTOR=1" in err
    # Of three copies two must be written: declared together.
    assert f"topic {prefix}{RAW} has min.insync.replicas=1, 2 is declared" in err
    assert rasid("topics", "verify", **given)[0] == 0


def test_replay_command_sends_what_it_can_and_names_the_rest(stream: Stream, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("خبر عاجل من دمشق", encoding="utf-8")
    (tmp_path / "mixed.jsonl").write_bytes(
        b'{"document_id": "1", "body": "x"}\n{"broken\n{"document_id": "2", "body": "y"}\n'
    )
    code, out, err = rasid("replay", str(tmp_path), "--id", "mine", **environment(stream))
    assert code == 1
    assert "3 documents" in out
    assert f"rasid: {tmp_path}/mixed.jsonl:2: not JSON" in err
    records = stream.read(RAW)
    assert {record.key for record in records} == {b"good.txt", b"1", b"2"}
    assert sorted(int(record.header("x-replay-seq") or -1) for record in records) == [0, 1, 2]
    assert {record.header("x-replay-id") for record in records} == {"mine"}


def test_replay_keeps_to_its_rate(stream: Stream, tmp_path: Path) -> None:
    lines = [orjson.dumps({"document_id": str(n), "body": "خبر"}) for n in range(40)]
    (tmp_path / "some.jsonl").write_bytes(b"\n".join(lines))
    assert rasid("replay", str(tmp_path), "--rate", "20", "--limit", "21", **environment(stream))[0] == 0
    times = sorted(record.time for record in stream.read(RAW))
    # The broker's own times: 20 intervals of a twentieth of a second, never faster.
    assert len(times) == 21
    assert times[-1] - times[0] >= 0.9


def test_a_standard_output_that_cannot_be_written_is_one_line(stream: Stream) -> None:
    stream.replay(
        [Document.model_validate({**documents(1)[0], "document_id": "one"}), Document(document_id="x", body="?")]
    )
    stream.start()
    stream.wait()
    said = "rasid: standard output cannot be written: No space left on device\n"
    tail = ["tail", "--since", "beginning", "--limit", "1"]
    for arguments in (["verify"], tail, [*tail, "--json"], ["dlq", "list"], ["dlq", "show", "0"], ["topics", "verify"]):
        assert printed_to("> /dev/full", arguments, **environment(stream)) == (1, said), arguments
        assert printed_to("| true", arguments, **environment(stream))[1] == "", arguments


def test_verify_command_accounts_and_compares_with_a_golden_file(stream: Stream, tmp_path: Path) -> None:
    assert rasid("replay", "seeds", **environment(stream))[0] == 0
    code, out, err = rasid("verify", **environment(stream))
    assert code == 1
    assert "0 lost, 5 pending" in out
    assert "rasid: pending: 000_" in err
    stream.start()
    code, out, err = rasid("verify", "--wait", "60", **environment(stream))
    assert (code, err) == (0, "")
    assert "accounted for  yes: 5 documents = 0 dead letters + 5 with 20 articles" in out
    code, out, _ = rasid("verify", "--golden", "seeds/golden", **environment(stream))
    assert code == 0, out
    assert "golden: 20 expected, 0 differences" in out
    # A second replay of the same pages: as many records again, and no new article.
    assert rasid("replay", "seeds", "--id", "second", **environment(stream))[0] == 0
    code, out, err = rasid("verify", "--wait", "60", **environment(stream))
    assert (code, err) == (0, "")
    assert "documents      10, 5 distinct" in out
    assert "articles       40, 20 distinct" in out
    code, out, _ = rasid("verify", "--replay", "second", "--golden", "seeds/golden", **environment(stream))
    assert code == 0, out
    assert "5 documents = 0 dead letters + 5 with 20 articles" in out
    assert "golden: 20 expected, 0 differences" in out
    assert "10 documents" in rasid("verify", "--since", "1h", **environment(stream))[1]
    code, out, err = rasid("verify", "--until", "1h", **environment(stream))
    assert (code, err.count("\n")) == (2, 1)
    code, out, err = rasid("verify", "--replay", "third", **environment(stream))
    assert code == 2
    assert "no document on" in err
    assert "is of replay third" in err
    # The actors on the topic, for review.
    code, out, err = rasid("actors", "candidates", "--least", "1", "--below", "1", **environment(stream))
    assert code == 0, err
    assert "- id: TODO-slug" in out
    assert "# ken-mccallum is in the lexicon, with doubtful tags in 1: كين مكالوم" in out
    golden = tmp_path / "golden.jsonl"
    first = "000_cf06025ab8e113df.txt"
    golden.write_bytes(orjson.dumps({"document_id": first, "ordinal": 0, "kind": "teaser"}))
    code, out, _ = rasid("verify", "--golden", str(golden), **environment(stream))
    assert code == 1
    assert f"{first} article 0: kind is 'story', expected 'teaser'" in out


def test_demo_on_a_running_kafka_accounts_for_all_and_leaves_no_topic(bootstrap: str, tmp_path: Path) -> None:
    code, out, err = rasid("demo", "--out", str(tmp_path / "first"), RASID_KAFKA_BOOTSTRAP=bootstrap)
    assert code == 0, err
    assert "documents      5\n" in out
    assert "accounted for  yes" in out
    code, out, err = rasid("demo", "--out", str(tmp_path / "second"), RASID_KAFKA_BOOTSTRAP=bootstrap)
    assert code == 0, err

    def ids(folder: str) -> list[tuple[str, str]]:
        lines = (tmp_path / folder / "events.enriched.jsonl").read_bytes().splitlines()
        return [(event["document_id"], event["event_id"]) for event in map(json.loads, lines)]

    assert ids("first") == ids("second")
    assert len({document for document, _ in ids("first")}) == 5

    async def left() -> list[str]:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        names = await admin.list_topics()
        await admin.close()
        return [name for name in names if name.startswith("demo-")]

    assert asyncio.run(left()) == []


def test_worker_all_runs_every_stage_until_sigterm(stream: Stream) -> None:
    given = {f"RASID_{k.upper()}": str(v) for k, v in stream.settings.model_dump().items() if v is not None}
    command = [sys.executable, "-m", "workers", "worker", "all"]
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as all_:
        assert rasid("replay", "seeds", **environment(stream))[0] == 0
        assert stream.wait().documents == 5
        all_.send_signal(signal.SIGTERM)
        assert all_.wait(60) == 0


def test_a_replay_that_was_interrupted_goes_on_where_it_says(stream: Stream, tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(b"".join(b'{"document_id": "%d", "body": "x"}\n' % number for number in range(400)))
    command = [sys.executable, "-m", "workers", "replay", str(path), "--rate", "100"]
    given = {**os.environ, **environment(stream)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given) as running:
        while not stream.read(RAW):
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert running.returncode == 130
    sent = len(stream.read(RAW))
    assert 0 < sent < 400
    assert out.startswith(f"{sent} documents (")
    again = shlex.split(err.partition("go on with: rasid ")[2])
    assert again[-4:] == ["--skip", str(sent), "--rate", "100"]
    code, out, err = rasid(*again[:-2], **environment(stream))
    assert (code, err) == (0, "")
    assert out.startswith(f"{400 - sent} documents (")
    records = stream.read(RAW)
    assert sorted(int(record.header("x-replay-seq") or -1) for record in records) == list(range(400))
    assert len({record.header("x-replay-id") for record in records}) == 1


def test_the_local_broker_comes_up_says_so_and_goes_by_its_own_pid(tmp_path: Path) -> None:
    given = {"RASID_STATE_DIR": str(tmp_path)}
    assert rasid("kafka", "status", **given)[0] == 1
    code, out, err = rasid("kafka", "up", **given)
    assert (code, err) == (0, "")
    broker = LocalBroker.load(tmp_path / "kafka")
    assert broker is not None
    assert f"Kafka answers at {broker.bootstrap} (pid {broker.pid}" in out
    assert rasid("kafka", "up", **given)[1] == out
    assert rasid("kafka", "status", **given) == (0, out, "")
    # Commands find it by themselves, and its data outlives a restart.
    assert rasid("topics", "apply", **given)[0] == 0
    assert rasid("kafka", "down", **given)[1] == f"stopped the Kafka at {broker.bootstrap}\n"
    assert not broker.alive()
    assert rasid("kafka", "down", **given)[1] == "no local Kafka runs\n"
    again = LocalBroker.start(tmp_path / "kafka")
    try:
        assert again.port == broker.port
        assert {state.state for state in asyncio.run(topics.verify(Settings(), again.bootstrap))} == {"ok"}
    finally:
        again.stop()


def test_a_broker_that_cannot_start_keeps_its_log_and_names_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        LocalBroker.start(tmp_path, properties={"num.io.threads": "none"})
    assert str(tmp_path / "broker.log") in str(raised.value)
    assert "num.io.threads" in (tmp_path / "broker.log").read_text()
    assert LocalBroker.load(tmp_path) is None

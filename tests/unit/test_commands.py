"""The command line as a person meets it, where no Kafka is needed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import jsonschema
import orjson
import pytest
import yaml

from schemas.export import strict
from workers.build import checkout_commit
from workers.ops.golden import compare, read_golden
from workers.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def rasid(*arguments: str, cwd: Path = ROOT, stdin: bytes | None = None, **environment: str) -> tuple[int, str, str]:
    """Run rasid and return exit code, standard output and standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RASID_")}
    done = subprocess.run(
        [sys.executable, "-m", "workers", *arguments],
        capture_output=True,
        input=stdin,
        check=False,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_enrich_prints_lines_that_hold_to_the_contract_with_proof_for_every_tag(seeds: list[Path]) -> None:
    code, out, err = rasid("enrich", *map(str, seeds))
    assert (code, err) == (0, "")
    bodies = {path.name: path.read_text(encoding="utf-8") for path in seeds}
    seen, proofs = set(), 0
    for line in out.splitlines():
        event = orjson.loads(line)
        kind = "duplicate" if event["relation"] == "duplicate" else "enriched-event"
        for name in (kind, "enrich-line"):
            jsonschema.validate(event, strict(name))
        seen.add(event["document_id"])
        body = bodies[event["document_id"]]
        for tag in [*event.get("countries", []), *event.get("actors", [])]:
            for mention in tag["mentions"]:
                assert event[mention["field"]][mention["start"] : mention["end"]] == mention["surface"]
                assert body[mention["raw_start"] : mention["raw_end"]] == mention["surface"]
                proofs += 1
    assert seen == set(bodies)
    assert proofs > 300


def test_enrich_finds_in_the_seeds_what_a_person_read_there(seeds: list[Path]) -> None:
    expected = read_golden(ROOT / "seeds" / "golden")
    assert {line["document_id"] for line in expected} == {path.name for path in seeds}
    found = [orjson.loads(line) for line in rasid("enrich", *map(str, seeds))[1].splitlines()]
    assert compare(expected, found) == []
    # The check can fail: a paragraph that is missing is named.
    found[0]["text"] = found[0]["text"].partition("\n")[2]
    assert any("article 0: paragraphs: " in line for line in compare(expected, found))


def test_enrich_gives_the_same_answer_every_time(seeds: list[Path]) -> None:
    def lines() -> list[dict[str, object]]:
        found = [orjson.loads(line) for line in rasid("enrich", *map(str, seeds))[1].splitlines()]
        return [{name: value for name, value in event.items() if name != "processed_at"} for event in found]

    assert lines() == lines()


def test_enrich_reads_stdin_keeps_duplicates_and_names_what_failed() -> None:
    text = "أعلنت وزارة الصحة في دمشق افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم."
    documents = [
        {"document_id": "a", "title": "مستشفى جديد في دمشق", "text": text},
        {"document_id": "b", "title": "مستشفى جديد في دمشق", "text": text},
        {"document_id": "big", "body": "خبر " * 400_000},
    ]
    stdin = b"\n".join(map(orjson.dumps, documents)) + b"\n{broken\n"
    code, out, err = rasid("enrich", "-", stdin=stdin)
    assert code == 1
    first, second = map(orjson.loads, out.splitlines())
    assert (first["document_id"], first["relation"]) == ("a", "original")
    assert (second["document_id"], second["relation"], second["method"]) == ("b", "duplicate", "exact")
    assert second["original_id"] == first["article_id"]
    assert "countries" not in second
    assert "rasid: big: parse: TooLarge:" in err
    assert "rasid: <stdin>:4: not JSON" in err
    code, out, _ = rasid("enrich", "-", "--no-dedupe", stdin=stdin)
    assert [orjson.loads(line)["relation"] for line in out.splitlines()] == ["original", "original"]
    assert all(orjson.loads(line)["countries"][0]["code"] == "SY" for line in out.splitlines())


def test_enrich_writes_to_a_file(tmp_path: Path, seeds: list[Path]) -> None:
    code, out, _ = rasid("enrich", str(seeds[0]), "--out", str(tmp_path / "events.jsonl"))
    assert (code, out) == (0, "")
    assert len((tmp_path / "events.jsonl").read_bytes().splitlines()) == 6


def test_a_reader_that_leaves_early_is_no_error(seeds: list[Path]) -> None:
    command = [sys.executable, "-m", "workers", "enrich", *map(str, seeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert orjson.loads(running.stdout.readline())["document_id"] == seeds[0].name
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_a_dry_run_counts_and_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("خبر")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xff")
    code, out, err = rasid("replay", "--dry-run", str(tmp_path))
    assert code == 1
    assert out == "1 documents (6 bytes) would be sent (dry run: nothing was); 1 could not be read\n"
    assert err == f"rasid: {tmp_path}/bad.txt: not UTF-8 (byte 0): convert it, for example with iconv\n"
    assert rasid("replay", "--dry-run", "--limit", "2", "seeds")[1].startswith("2 documents")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("replay", "no-such-file"), "no-such-file does not exist"),
        (("replay", "seeds"), "no Kafka is configured: start one with `rasid kafka up`"),
        (("verify",), "no Kafka is configured"),
        (("topics", "apply"), "no Kafka is configured"),
        (("worker", "parse"), "no Kafka is configured"),
        (("verify", "--since", "yesterday"), "--since yesterday: give a time"),
        (("verify", "--until", "5x"), "or how long ago: 30m, 12h, 7d"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    paths = tuple(str(ROOT / a) if a == "seeds" else a for a in arguments)
    code, out, err = rasid(*paths, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("rasid: ")
    assert said in err
    assert err.count("\n") == 1


def test_a_broker_that_does_not_answer_is_named() -> None:
    for arguments in (("topics", "verify"), ("replay", "seeds"), ("verify",)):
        code, _, err = rasid(*arguments, RASID_KAFKA_BOOTSTRAP="127.0.0.1:1")
        assert (code, err) == (
            2,
            "rasid: no Kafka answers at 127.0.0.1:1: start one with `rasid kafka up`, or set RASID_KAFKA_BOOTSTRAP\n",
        )


def test_an_unknown_stage_is_refused_with_the_choices() -> None:
    code, _, err = rasid("worker", "paint", RASID_KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert code == 2
    assert "choose parse, dedupe, tag, stories or all" in err


def test_a_wrong_setting_is_named() -> None:
    code, _, err = rasid("topics", "list", RASID_PARTITIONS="0")
    assert code == 2
    assert err.startswith("rasid: RASID_PARTITIONS='0': ")
    assert err.count("\n") == 1


def test_settings_lists_every_setting_with_its_value() -> None:
    code, out, _ = rasid("settings", RASID_TOPIC_PREFIX="shadow.")
    assert code == 0
    assert "RASID_TOPIC_PREFIX=shadow." in out
    assert all(f"RASID_{name.upper()}=" in out for name in Settings.model_fields)
    assert all(info.description for info in Settings.model_fields.values())


def test_topics_list_needs_no_broker() -> None:
    code, out, _ = rasid("topics", "list", RASID_TOPIC_PREFIX="shadow.")
    assert code == 0
    assert "shadow.events.enriched: 4 partitions, delete, 30 days, key article_id" in out


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_a_missing_program_is_one_line_that_says_what_to_install(tmp_path: Path, missing: str) -> None:
    """A PATH without it, and a project whose jars were never brought."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    others = {"java": "echo 'openjdk version \"17.0.1\"' >&2", "mvn": "exit 0"}
    for name, script in others.items():
        if name != missing:
            (binaries / name).write_text(f"#!/bin/sh\n{script}\n")
            (binaries / name).chmod(0o755)
    (tmp_path / "broker").mkdir()
    program = (
        "import sys, pathlib; from workers import broker; from workers.cli import main; "
        "broker.POM = pathlib.Path('broker/pom.xml'); sys.argv = ['rasid', 'kafka', 'up']; main()"
    )
    (tmp_path / "broker" / "pom.xml").write_text("<project/>")
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": str(binaries), "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    wanted = {"java": "Java is missing: install a JDK 17 or newer", "mvn": "Maven is missing: install it"}[missing]
    assert wanted in done.stderr
    assert "docker compose up -d kafka" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("module", ["typer", "faust"])
def test_a_worker_that_is_ended_while_it_still_loads_ends_well(
    module: str, number: signal.Signals, tmp_path: Path
) -> None:
    """In the middle of the first heavy import, and of Faust's, whose own handlers stand long after."""
    reached = tmp_path / "reached"
    (tmp_path / f"{module}.py").write_text(
        f"import pathlib, time\npathlib.Path({str(reached)!r}).touch()\ntime.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "workers", "worker", "parse"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
    )
    try:
        while not reached.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def test_candidates_are_entries_that_a_person_can_finish(tmp_path: Path) -> None:
    text = "وقال آدم كوغلمان الباحث في المعهد إن الأمر مهم. وأضاف كوغلمان أن ذلك ممكن."
    documents = "\n".join(
        orjson.dumps({"document_id": f"d{n}", "title": f"خبر رقم {n}", "text": text}).decode() for n in range(3)
    )
    (tmp_path / "in.jsonl").write_text(documents, encoding="utf-8")
    assert rasid("enrich", "--no-dedupe", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))[0] == 0
    code, out, err = rasid("actors", "candidates", str(tmp_path / "out.jsonl"))
    assert (code, err) == (0, "1 candidates in at least 2 events, 1 printed\n")
    events = [orjson.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    confidence = events[0]["actors"][0]["confidence"]
    assert out.startswith(f"# named in 3, confidence {confidence:.2f}; id now x-")
    assert "#   وقال آدم كوغلمان الباحث في المعهد" in out
    (entry,) = yaml.safe_load(out)
    assert (entry["type"], entry["name"], entry["short"]) == ("person", "آدم كوغلمان", ["كوغلمان"])
    code, out, err = rasid("actors", "candidates", "--sure", str(confidence + 0.01), str(tmp_path / "out.jsonl"))
    assert (code, out, err) == (0, "", "0 candidates in at least 2 events, 0 printed\n")
    # An event of contract 1.0 has no confidence.
    del events[0]["actors"][0]["confidence"]
    (tmp_path / "older.jsonl").write_bytes(orjson.dumps(events[0]))
    code, out, _ = rasid("actors", "candidates", "--least", "1", str(tmp_path / "older.jsonl"))
    assert out.startswith("# named in 1, confidence 1.00; id now x-")
    code, _, err = rasid("actors", "candidates", str(tmp_path / "missing.jsonl"))
    assert code == 2
    assert "missing.jsonl: No such file or directory: give a file that rasid enrich or rasid demo wrote" in err


def test_a_command_without_a_broker_says_so_in_one_line() -> None:
    for command in (["dlq", "list"], ["tail"], ["verify"]):
        code, out, err = rasid(*command, RASID_KAFKA_BOOTSTRAP="127.0.0.1:9")
        assert (code, out) == (2, "")
        assert err == (
            "rasid: no Kafka answers at 127.0.0.1:9: start one with `rasid kafka up`, or set RASID_KAFKA_BOOTSTRAP\n"
        )


DOCUMENT = orjson.dumps(
    {
        "document_id": "a",
        "title": "مستشفى جديد في دمشق",
        "text": "أعلنت وزارة الصحة في دمشق افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم.",
    }
)


@pytest.mark.parametrize("place", ["missing/x", "folder", "in.jsonl", "/dev/full"])
@pytest.mark.parametrize(("command", "option"), [("enrich", "--out"), ("explain", "--html")])
def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, command: str, option: str, place: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(DOCUMENT)
    (tmp_path / "folder").mkdir()
    code, out, err = rasid(command, str(tmp_path / "in.jsonl"), option, str(tmp_path / place))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"rasid: {tmp_path / place}")
    assert err.endswith(f": choose another file with {option}\n")
    assert (tmp_path / "in.jsonl").read_bytes() == DOCUMENT


PRINTING = [
    ["--help"],
    ["--version"],
    ["settings"],
    ["settings", "--json"],
    ["metrics"],
    ["schemas", "check"],
    ["replay", "--dry-run", "seeds"],
    ["enrich", "seeds/000_cf06025ab8e113df.txt"],
    ["explain", "seeds/000_cf06025ab8e113df.txt"],
]


def printed_to(given: str, arguments: list[str], **environment: str) -> tuple[int, str]:
    """Run rasid with its standard output as a shell's redirection says; return exit code and standard error."""
    command = f'"$0" -m workers "$@" {given}'
    done = subprocess.run(
        ["/bin/bash", "-c", command, sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_standard_output_that_cannot_be_written_is_one_line(arguments: list[str]) -> None:
    assert printed_to("> /dev/full", arguments) == (
        1,
        "rasid: standard output cannot be written: No space left on device\n",
    )
    assert printed_to(">&-", arguments) == (1, "rasid: standard output cannot be written: Bad file descriptor\n")


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_reader_that_has_gone_hears_nothing(arguments: list[str]) -> None:
    assert printed_to("| true", arguments)[1] == ""


def test_an_output_among_the_inputs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(DOCUMENT)
    code, _, err = rasid("enrich", str(tmp_path), "--out", str(tmp_path / "out.jsonl"))
    assert (code, err) == (
        2,
        f"rasid: {tmp_path / 'out.jsonl'} is part of what is read: choose another file with --out\n",
    )
    assert not (tmp_path / "out.jsonl").exists()


def test_explain_counts_lines_as_errors_do(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n{broken\n" + DOCUMENT + b"\n")
    assert f"rasid: {path}:2: not JSON" in rasid("enrich", str(path))[2]
    code, out, _ = rasid("explain", str(path), "--line", "3")
    assert code == 0
    assert out.startswith("a: 1 articles")
    code, out, err = rasid("explain", str(path), "--line", "2")
    assert (code, out) == (2, "")
    assert err.startswith(f"rasid: {path}:2: not JSON")
    code, out, err = rasid("explain", str(path), "--line", "4")
    assert (code, err) == (2, f"rasid: {path} has no document on line 4: choose another --line, for example 3\n")


def test_a_page_of_html_in_its_own_encoding_is_enriched(tmp_path: Path) -> None:
    text = orjson.loads(DOCUMENT)["text"]
    page = f'<html><head><meta charset="windows-1256"></head><body><h1>خبر</h1><p>{text}</p></body></html>'
    (tmp_path / "page.html").write_bytes(page.encode("cp1256"))
    code, out, err = rasid("enrich", str(tmp_path / "page.html"))
    assert (code, err) == (0, "")
    event = orjson.loads(out)
    assert (event["document_id"], event["text"]) == ("page.html", text)
    assert [tag["code"] for tag in event["countries"]] == ["SY"]
    for mention in event["countries"][0]["mentions"]:
        assert page[mention["raw_start"] : mention["raw_end"]] == mention["surface"]


def test_what_a_file_is_called_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31mred.txt").write_text("x")
    code, _, err = rasid("enrich", str(tmp_path))
    assert code == 1
    assert "a\u241b[31mred.txt: its name cannot be an id" in err


def test_worker_all_says_which_stage_died_and_why() -> None:
    given = {"RASID_KAFKA_BOOTSTRAP": "127.0.0.1:9", "RASID_REQUEST_TIMEOUT_SECONDS": "1"}
    code, _, err = rasid("worker", "all", **given)
    assert code == 1
    last = err.splitlines()[-1]
    assert re.fullmatch(
        r"rasid: the (parse|dedupe|tag) stage ended by itself, so all were stopped: exit code 1: "
        r"no Kafka answers at 127\.0\.0\.1:9: start it, or set RASID_KAFKA_BOOTSTRAP",
        last,
    )


def test_settings_say_which_are_not_the_default() -> None:
    given = {"RASID_PARTITIONS": "12", "RASID_KAFKA_SASL_PASSWORD_FILE": "/run/secret", "RASID_PARTITION": "3"}
    code, out, err = rasid("settings", **given)
    assert code == 0
    assert "RASID_PARTITIONS=12\n    Partitions of every topic that scales\n    changed: the default is 4\n" in out
    assert out.count("changed: ") == 2
    assert err == "rasid: RASID_PARTITION is set and is no setting: did you mean RASID_PARTITIONS?\n"
    code, out, _ = rasid("settings", "--json", **given)
    rows = [orjson.loads(line) for line in out.splitlines()]
    assert [row["name"] for row in rows] == [f"RASID_{name.upper()}" for name in Settings.model_fields]
    assert {row["name"]: (row["value"], row["default"]) for row in rows if row["changed"]} == {
        "RASID_PARTITIONS": (12, 4),
        "RASID_KAFKA_SASL_PASSWORD_FILE": ("/run/secret", None),
    }
    assert all(row["description"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tail", "--country", "Syria"), "--country Syria: no such code: did you mean SY (Syria)?"),
        (("tail", "--country", "سوريا"), "--country سوريا: no such code: did you mean SY (Syria)?"),
        (("tail", "--country", "zz"), "--country zz: no such code: give one as events have it, such as SY"),
        (
            ("tail", "--actor", "Bashar al-Assad"),
            "--actor Bashar al-Assad: no such id: did you mean bashar-al-assad (Bashar al-Assad)?",
        ),
        (
            ("tail", "--actor", "nobody of that name"),
            "--actor nobody of that name: no such id: give one as events have it, such as bashar-al-assad",
        ),
        (("dlq", "list", "--stage", "x"), "--stage x: no stage is called that: choose parse, dedupe, tag, stories"),
        (("dlq", "retry", "--stage", "x"), "--stage x: no stage is called that: choose parse, dedupe, tag, stories"),
        (("worker", "x"), "no stage is called 'x': choose parse, dedupe, tag, stories or all"),
        (("demo", "--out", "/proc/out"), "/proc/out: No such file or directory: choose another folder with --out"),
    ],
)
def test_what_means_nothing_is_refused_with_what_may_be_meant(arguments: tuple[str, ...], said: str) -> None:
    assert rasid(*arguments, RASID_KAFKA_BOOTSTRAP="127.0.0.1:9") == (2, "", f"rasid: {said}\n")


@pytest.mark.parametrize("address", ["nonsense", "host:port", "http://host:9092", "host:9092,", "host:1:2"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    for command in (("tail",), ("worker", "parse"), ("settings",)):
        code, out, err = rasid(*command, RASID_KAFKA_BOOTSTRAP=address)
        assert (code, out, err) == (2, "", f"rasid: RASID_KAFKA_BOOTSTRAP={address!r}: give host:port[,host:port]\n")


def test_a_folder_that_cannot_be_made_is_named() -> None:
    code, out, err = rasid("kafka", "up", RASID_STATE_DIR="/proc/x")
    assert (code, out) == (2, "")
    assert err == (
        "rasid: /proc/x/kafka cannot be made (No such file or directory): "
        "set RASID_STATE_DIR to a folder that you may write to\n"
    )


@pytest.mark.parametrize("line", [b"[]", b'{"a": 1}', b'{"document_id": "d", "actors": [{"id": 1}]}', b"1"])
def test_candidates_refuses_what_are_no_events(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "in.jsonl").write_bytes(line)
    code, out, err = rasid("actors", "candidates", str(tmp_path / "in.jsonl"))
    assert (code, out) == (2, "")
    assert err.endswith("in.jsonl, line 1: no enriched event: give what rasid enrich or rasid demo wrote\n")


def test_the_version_is_told_with_the_commit_of_a_checkout(tmp_path: Path) -> None:
    code, out, err = rasid("--version")
    assert (code, err) == (0, "")
    assert out == f"rasid {version('rasid')}, commit {checkout_commit()}\n"
    assert checkout_commit(tmp_path) == "unknown"
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([*git, *command], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    assert checkout_commit(tmp_path) == head[:12]

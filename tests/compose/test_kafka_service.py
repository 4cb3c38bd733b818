"""The compose file's Kafka, started as its image would start it: by Kafka's own wrapper, from the same variables."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from tests.compose.engine import CACHE, call
from tests.compose.files import ROOT, filled, services
from tests.compose.test_monitoring import KAFKA
from workers import broker
from workers.ops import topics
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kafka
ERRORS = ("kafka_request_errors_total", ("error", "request"))


async def answered_with_an_error(bootstrap: str) -> None:
    """Send a record that is larger than its topic takes."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=8 << 20)
    await producer.start()
    try:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait("rasid-parse-__assignor-__leader", bytes(4 << 20))
    finally:
        await producer.stop()


def agent() -> Path:
    """Return the agent that the image is built with, and hold it to the checksum that the image's build holds it to."""
    pom = ROOT / "deploy" / "kafka" / "pom.xml"
    folder = CACHE / f"agent-{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}"
    if not folder.is_dir():
        partial = CACHE / f"agent-partial-{os.getpid()}"
        done = call(["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"])
        assert done.returncode == 0, done.stdout + done.stderr
        partial.rename(folder)
    (jar,) = folder.glob("*.jar")
    stated = re.search(r'"(\w{64})  agent.jar"', (ROOT / "deploy" / "kafka" / "Dockerfile").read_text(encoding="utf-8"))
    assert stated is not None
    assert hashlib.sha256(jar.read_bytes()).hexdigest() == stated[1]
    return jar


def exported(port: str) -> set[tuple[str, tuple[str, ...]]]:
    """Return every series of Kafka's that the agent shows: its name, and its labels' names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (line.partition("{")[0].split()[0], tuple(re.findall(r'(\w+)="', line)))
        for line in text.splitlines()
        if line.startswith("kafka_")
    }


def test_kafka_starts_from_the_compose_file_s_variables_takes_every_topic_and_shows_its_metrics(tmp_path: Path) -> None:
    service = services()["kafka"]
    ports = dict(zip(("9092", "19092", "9093", "9404"), map(str, broker._free_ports(4)), strict=True))
    env, option, start = service["command"]
    assert (env, start) == ("env", "/etc/kafka/docker/run")
    assert service["expose"] == ["9404"]
    files = {"/opt/metrics/agent.jar": agent(), "/opt/metrics/metrics.yml": ROOT / "deploy" / "kafka" / "metrics.yml"}
    variable, _, options = option.partition("=")
    assert variable == "KAFKA_OPTS"
    for inside, here in files.items():
        assert inside in options
        options = options.replace(inside, str(here))
    options = options.replace("=9404:", f"=127.0.0.1:{ports['9404']}:")
    variables = {name: filled(value) for name, value in service["environment"].items()}
    assert [filled(port) for port in service["ports"]] == ["127.0.0.1:9092:9092"]
    variables["KAFKA_LOG_DIRS"] = str(tmp_path / "data")
    for name in ("KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_CONTROLLER_QUORUM_VOTERS"):
        for old, new in ports.items():
            variables[name] = variables[name].replace(f":{old}", f":{new}")
    # The service's name resolves inside its network alone.
    variables["KAFKA_ADVERTISED_LISTENERS"] = variables["KAFKA_ADVERTISED_LISTENERS"].replace("kafka:", "localhost:")

    folders = {name: tmp_path / name for name in ("default", "mounted", "final")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
        (folders["default"] / name).touch()
    classpath = f"{broker.jars()}/*"
    # Kafka's scripts hand KAFKA_OPTS to each of their programs.
    wrapper = [broker.java(), options, "-cp", classpath, "kafka.docker.KafkaDockerWrapper", "setup"]
    for name, folder in folders.items():
        wrapper += [f"--{name}-configs-dir", str(folder)]
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(wrapper, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    command = [
        broker.java(),
        "-Xmx512m",
        options,
        "-cp",
        classpath,
        "kafka.Kafka",
        str(folders["final"] / "server.properties"),
    ]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as kafka:
        try:
            bootstrap = f"127.0.0.1:{ports['9092']}"
            deadline = time.monotonic() + 60
            while not asyncio.run(broker.metadata_answers(bootstrap)):
                assert kafka.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.2)
            states = asyncio.run(topics.apply(Settings(), bootstrap))
            assert {state.state for state in states} == {"created"}
            seen = exported(ports["9404"])
            # There is none of an error before the first.
            assert seen == {(name, tuple(sorted(labels))) for name, labels in KAFKA.items()} - {ERRORS}
            asyncio.run(answered_with_an_error(bootstrap))
            assert exported(ports["9404"]) - seen == {ERRORS}
        finally:
            kafka.terminate()
            kafka.wait(60)

"""The compose file's Kafka, started as its image would start it: by Kafka's own wrapper, from the same variables."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.compose.files import filled, services
from workers import broker
from workers.ops import topics
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kafka


def test_kafka_starts_from_the_compose_file_s_variables_and_takes_every_topic(tmp_path: Path) -> None:
    service = services()["kafka"]
    ports = dict(zip(("9092", "19092", "9093"), map(str, broker._free_ports(3)), strict=True))
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
    wrapper = [broker.java(), "-cp", classpath, "kafka.docker.KafkaDockerWrapper", "setup"]
    for name, folder in folders.items():
        wrapper += [f"--{name}-configs-dir", str(folder)]
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(wrapper, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    command = [broker.java(), "-Xmx512m", "-cp", classpath, "kafka.Kafka", str(folders["final"] / "server.properties")]
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
        finally:
            kafka.terminate()
            kafka.wait(60)

"""What the compose file, the Dockerfile and .env.example must hold to; a service that is added is held to it too."""

from __future__ import annotations

import inspect
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from opentelemetry import environment_variables as api_variables
from opentelemetry.sdk import environment_variables as sdk_variables

from schemas import topics
from schemas.access import ROLES
from tests.compose.files import ROOT, compose, documented, external, filled, services, used_variables
from workers.ops import probe, tracing
from workers.ops.processes import DRAIN_SECONDS
from workers.settings import Settings

WORKERS = list(topics.WORKERS)
ONE_SHOT = ["topics", "replay", "rasid"]
OURS = [*WORKERS, *ONE_SHOT]
#: What the compose file decides, in the image or in the service, whatever the environment says.
FIXED = {"RASID_KAFKA_BOOTSTRAP", "RASID_STATE_DIR", "RASID_HEALTH_PORT", "RASID_HEALTH_HOST"}


def seconds(duration: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(s|m)", duration).groups()  # type: ignore[union-attr]  # else the test fails here
    return int(number) * {"s": 1, "m": 60}[unit]


def test_the_services_are_those_that_the_runbook_is_about() -> None:
    profiles = {name: tuple(service.get("profiles", ())) for name, service in services().items()}
    assert profiles == {
        "kafka": (),
        "topics": (),
        "parse": (),
        "dedupe": (),
        "tag": (),
        "stories": (),
        "rasid": ("tools",),
        "replay": ("replay",),
        "kafka-ui": ("ui",),
        "prometheus": ("monitoring",),
        "alertmanager": ("monitoring",),
        "disk": ("monitoring",),
        "grafana": ("monitoring",),
    }


@pytest.mark.parametrize("name", services())
def test_every_service_is_hardened(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert 0 < service["pids_limit"] <= 1024
    assert re.fullmatch(r"\d+[mg]", filled(service["mem_limit"]))
    # One of our processes uses one core at most.
    assert 0 < float(filled(str(service["cpus"]))) <= 1
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"]), "a number, and not root's"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert {"network_mode", "pid", "ipc", "devices"}.isdisjoint(service)


def limits(profile: str | None) -> tuple[int, float]:
    """Return the bytes and the cores that all services of a profile may take at once, by default one of each."""
    memory, cores = 0, 0.0
    for name, service in services().items():
        if service.get("profiles", [None]) != [profile]:
            continue
        number, unit = re.fullmatch(r"(\d+)([mg])", filled(service["mem_limit"])).groups()  # type: ignore[union-attr]
        memory += int(number) << {"m": 20, "g": 30}[unit]
        # It has ended before those that wait for it begin; Kafka runs beside it, with less than they take together.
        cores += 0 if name == "topics" else float(filled(str(service["cpus"])))
    return memory, round(cores, 2)


def test_the_limits_sum_to_what_the_readme_promises() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    promised = re.search(r"(\d) GB of memory and two cores", readme)
    assert promised is not None
    memory, cores = limits(None)
    # The machine itself takes some too.
    assert 0.85 * (int(promised[1]) << 30) < memory < 0.95 * (int(promised[1]) << 30)
    assert cores == 2
    topics, kafka = (float(filled(str(services()[name]["cpus"]))) for name in ("topics", "kafka"))
    assert topics + kafka < cores
    for profile, what in (
        ("monitoring", "The monitoring profile"),
        ("ui", "kafka-ui"),
        ("tools", "a command that is run"),
    ):
        memory, cores = limits(profile)
        text = " ".join(readme.split()).replace("half a core", "0.5 cores")
        stated = re.search(rf"{what}[^.]*?(?:\([^)]*\) adds )?(\d+\.\d+) GB and (\d+\.\d+) cores", text)
        assert stated is not None, what
        assert abs(float(stated[1]) * 2**30 - memory) < 0.1 * 2**30
        assert float(stated[2]) == cores


def test_the_broker_s_heap_leaves_room_below_its_limit() -> None:
    kafka = services()["kafka"]
    (heap,) = re.findall(r"-Xmx(\d+)m", filled(kafka["environment"]["KAFKA_HEAP_OPTS"]))
    (tool,) = (re.findall(r"-Xmx(\d+)m", part)[0] for part in kafka["healthcheck"]["test"] if "HEAP" in part)
    number, unit = re.fullmatch(r"(\d+)(m)", filled(kafka["mem_limit"])).groups()  # type: ignore[union-attr]
    assert unit == "m"
    assert int(heap) + int(tool) < 0.5 * int(number)


@pytest.mark.parametrize("name", services())
def test_nothing_is_written_but_to_bounded_memory_and_named_volumes(name: str) -> None:
    service = services()[name]
    for mount in service["tmpfs"]:
        assert "size=" in mount, f"{mount} could fill the machine's memory"
    for volume in service.get("volumes", ()):
        source, *_ = filled(volume).split(":")
        assert source in compose()["volumes"] or volume.endswith(":ro"), f"{volume} is neither named nor read-only"
        assert "docker.sock" not in volume


def test_jvms_that_read_packed_records_can_load_what_they_unpack_them_with() -> None:
    # A tmpfs of Docker's runs nothing unless told to; the jars' native libraries are unpacked into it.
    able = {name for name, service in services().items() if any(",exec" in mount for mount in service["tmpfs"])}
    assert able == {"kafka", "kafka-ui"}
    for name in able:
        (mount,) = (mount for mount in services()[name]["tmpfs"] if ",exec" in mount)
        assert mount.partition(":")[0] == "/tmp"  # noqa: S108 - the container's


@pytest.mark.parametrize("name", services())
def test_ports_are_on_this_machine_alone_and_nothing_keeps_a_stage_from_scaling(name: str) -> None:
    service = services()[name]
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:"), port
    assert "container_name" not in service
    assert "hostname" not in service
    if name in OURS:
        assert "ports" not in service
        assert service["networks"] == ["stream"]
        assert compose()["networks"]["stream"]["internal"] is True


@pytest.mark.parametrize("name", services())
def test_images_are_pinned(name: str) -> None:
    image = filled(services()[name]["image"])
    tag = image.partition(":")[2]
    assert re.search(r"\d+\.\d+", tag), image
    assert "latest" not in image
    assert "." not in image.split("/")[0].partition(":")[0], f"{image} names a registry's host"


def test_the_workers_image_has_the_project_s_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert {filled(services()[name]["image"]) for name in OURS} == {f"rasid:{version}"}


@pytest.mark.parametrize("name", services())
def test_each_service_has_a_health_check_or_ends_by_itself(name: str) -> None:
    service = services()[name]
    check = service["healthcheck"]
    if name in ONE_SHOT:
        assert check == {"disable": True}
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    assert check["test"][0] == "CMD"
    assert check["retries"] >= 3
    assert {"interval", "timeout", "start_period"} <= check.keys()


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_starts_after_the_topics_are_there_and_has_time_to_drain(name: str) -> None:
    service = services()[name]
    assert service["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "topics": {"condition": "service_completed_successfully"},
    }
    assert service["command"] == ["worker", name]
    assert seconds(service["stop_grace_period"]) > DRAIN_SECONDS
    assert seconds(service["healthcheck"]["timeout"]) > 2 * probe.ANSWER_SECONDS


def test_secrets_are_files_and_no_variable_holds_one() -> None:
    for name, secret in compose()["secrets"].items():
        assert secret.keys() == {"file"}, name
    for name, service in services().items():
        for variable, value in service["environment"].items() if "environment" in service else ():
            if re.search(r"PASSWORD|SECRET|TOKEN", variable):
                assert re.search(r"_FILE$", variable), f"{name}: {variable}"
                assert value is None or value.startswith("/run/secrets/"), f"{name}: {variable}={value}"


def test_on_a_kafka_elsewhere_each_service_has_the_secret_of_its_role_and_no_other() -> None:
    override = external()["services"]
    roles = {"topics": "operator", "rasid": "operator", **{name: name for name in ("admin", "replay", *WORKERS)}}
    assert {name for name in services() if name in OURS} | {"admin"} == roles.keys()
    for name, role in roles.items():
        service = override[name]
        assert service["secrets"] == ["kafka_ca", {"source": f"kafka_{role}", "target": "kafka"}], name
        # What they wait for is not there.
        assert service["depends_on"]["kafka"]["required"] is False
        environment = service["environment"]
        assert environment["RASID_KAFKA_CA_FILE"] == "/run/secrets/kafka_ca"
        user = environment["RASID_KAFKA_SASL_USER"]
        assert role in user
        assert user.startswith("${RASID_KAFKA_SASL_PASSWORD_FILE:+"), "with a certificate there is no user"
    names = {"ca": "ca.pem", **{role: role for role in roles.values()}}
    assert external()["secrets"] == {
        f"kafka_{name}": {"file": f"${{RASID_COMPOSE_KAFKA_SECRETS:-./deploy/secrets/kafka}}/{file}"}
        for name, file in names.items()
    }
    assert override["topics"]["command"] == ["topics", "verify"]
    assert override["kafka"] == {"profiles": ["unused"]}
    assert override["kafka-ui"]["scale"] == 0
    assert external()["networks"] == {"stream": {"internal": False}}


def test_the_roles_of_the_override_are_those_of_the_access_lists() -> None:
    files = {Path(secret["file"]).name for secret in external()["secrets"].values()}
    # Consumers are not of this deployment.
    assert files - {"ca.pem", "admin"} == set(ROLES) - {"consumer"}


def test_every_setting_reaches_the_workers() -> None:
    settings = {f"RASID_{field.upper()}" for field in Settings.model_fields}
    for name in OURS:
        environment = services()[name]["environment"]
        ours = {variable for variable in environment if variable.startswith("RASID_")}
        assert ours == settings - {"RASID_STATE_DIR"}, name
        # No default is written here a second time.
        assert {variable for variable in ours if environment[variable] is not None} == FIXED - {"RASID_STATE_DIR"}


def test_env_example_documents_every_setting_with_its_default() -> None:
    expected = {}
    for field, info in Settings.model_fields.items():
        value = "" if info.default is None else info.default
        whole = isinstance(value, float) and value.is_integer()
        expected[f"RASID_{field.upper()}"] = (str(int(value) if whole else value), info.description)
    found = {name: line for name, line in documented().items() if name.startswith("RASID_") and "_COMPOSE_" not in name}
    assert found == expected, "write into .env.example what is in workers/settings.py"


def test_opentelemetry_s_variables_reach_every_worker_and_are_documented() -> None:
    found = {name: line for name, (_, line) in documented().items() if name.startswith("OTEL_")}
    assert all(found.values()), "each has a line that says what it is"
    for name in OURS:
        environment = services()[name]["environment"]
        passed = {variable: value for variable, value in environment.items() if variable.startswith("OTEL_")}
        # In their order, and without a value of this file's.
        assert passed == dict.fromkeys(found), name
    # OpenTelemetry knows each; those that decide whether there are traces at all are among them.
    assert found.keys() <= vars(api_variables).keys() | vars(sdk_variables).keys()
    decide = set(re.findall(r'"(OTEL_\w+)"', inspect.getsource(tracing)))
    assert len(decide) == 6
    assert decide <= found.keys()
    # A token would stand in it, and secrets are files; the collector that stands beside the workers asks for none.
    assert not any("HEADERS" in variable for variable in found)


def test_env_example_documents_every_variable_of_the_compose_file() -> None:
    found = {name: (value, line) for name, (value, line) in documented().items() if name.startswith("RASID_COMPOSE_")}
    assert {name: value for name, (value, _) in found.items()} == used_variables()
    assert all(line for _, line in found.values()), "each has a line that says what it is"


def test_the_broker_of_the_compose_file_is_the_one_of_the_tests() -> None:
    pom = (ROOT / "broker" / "pom.xml").read_text(encoding="utf-8")
    kafka = (ROOT / "deploy" / "kafka" / "Dockerfile").read_text(encoding="utf-8")
    (tag,) = re.findall(r"^ARG KAFKA_IMAGE=apache/kafka:(\S+)$", kafka, re.MULTILINE)
    assert f"<version>{tag}</version>" in pom
    assert filled(services()["kafka"]["image"]) == f"rasid-kafka:{tag}"


def dockerfile() -> list[str]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_installs_only_what_is_locked_and_runs_without_root() -> None:
    lines = dockerfile()
    last_stage = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM ")) :]
    installs = [part for line in lines for part in line.split("&&") if "pip" in part and " install " in part]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or "--no-index" in install, install
    assert not any(install.strip() in line for line in last_stage for install in installs)
    assert "USER 10001:10001" in last_stage
    assert "STOPSIGNAL SIGTERM" in last_stage
    assert 'ENTRYPOINT ["rasid"]' in last_stage
    assert any(line.startswith("HEALTHCHECK ") and "workers.ops.probe" in line for line in last_stage)
    assert sum(line.startswith("FROM ") for line in lines) == 2
    base = next(line for line in lines if line.startswith("ARG PYTHON_IMAGE="))
    assert re.fullmatch(r"ARG PYTHON_IMAGE=python:3\.\d+-slim-\w+", base)


def test_the_build_context_holds_what_the_image_is_made_of_and_nothing_else() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    kept = {rule[1:] for rule in rules if rule.startswith("!")}
    assert "*" in rules
    copied = {
        source
        for line in dockerfile()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == kept
    for path in copied:
        assert (ROOT / path).exists()
        assert not fnmatch(path, ".env*")


def test_every_yaml_and_json_file_of_the_deployment_can_be_read() -> None:
    files = [*ROOT.glob("deploy/**/*.yml"), *ROOT.glob("deploy/**/*.yaml")]
    for file in files:
        assert yaml.safe_load(file.read_text(encoding="utf-8")) is not None, file

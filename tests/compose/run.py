"""`make test-compose`: the shipped compose file on a real docker engine, by the runbook's own commands.

Every command that an operator is told to give is read from docs/runbook.md and run as it stands there; what comes of
it is then looked at from outside. Exit code 0: all checks held. 1: one did not (the services' logs are shown). 2: no
docker engine runs here and none can be started; nothing was tested.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.topics import WORKERS
from tests.compose import standins
from tests.compose.engine import Engine, NoEngine, call
from tests.compose.files import ROOT, runbook
from tests.kafka import secured
from workers.broker import _free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Blocks whose images have no stand-in: run where images can be pulled.
NEEDS_IMAGES = {"grafana": "grafana/grafana", "kafka-ui": "kafbat/kafka-ui"}
#: So that a worker that hangs is found out while one waits.
STUCK_SECONDS = 15
BLOCK_SECONDS = 600.0
#: What a command of the runbook may take until a check holds.
PATIENCE_SECONDS = 300.0
#: Of the seeds, which `docker compose run --rm replay` sends.
SEEDS = 5
#: Documents a second: the last ones arrive after a stop has ended.
SLOWLY = 0.1
#: Refuses each of the seeds.
TOO_FEW_BYTES = 2000
#: Stands where the endpoint of .env.example points, and prints whose traces it is sent.
COLLECTOR = """
from http.server import BaseHTTPRequestHandler, HTTPServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for spans in sent.resource_spans:
            print(*(each.value.string_value for each in spans.resource.attributes if each.key == "service.name"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

HTTPServer(("", 4318), Handler).serve_forever()
"""
#: Stands where alert_webhook_url points, and prints each alert that it is posted: its name, its status, its summary.
PAGER = """
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        for alert in json.loads(self.rfile.read(int(self.headers["content-length"])))["alerts"]:
            print(alert["labels"]["alertname"], alert["status"], alert["annotations"]["summary"], flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

HTTPServer(("", 9000), Handler).serve_forever()
"""


class Failed(Exception):
    """A check did not hold."""


class Stack:
    """One deployment of a copy of the tree, under a project name of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.tree = folder / "rasid"
        self.project = f"rasid-test-{os.getpid()}"
        self.kafka_port, self.prometheus_port, self.alertmanager_port, self.grafana_port, self.ui_port = _free_ports(5)
        self.environment = {
            **{name: value for name, value in engine.environment.items() if not name.startswith("RASID_")},
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_ANSI": "never",
            "COMPOSE_PROGRESS": "quiet",
        }
        self.settings: dict[str, object] = {
            "RASID_COMPOSE_KAFKA_PORT": self.kafka_port,
            "RASID_COMPOSE_PROMETHEUS_PORT": self.prometheus_port,
            "RASID_COMPOSE_ALERTMANAGER_PORT": self.alertmanager_port,
            "RASID_COMPOSE_GRAFANA_PORT": self.grafana_port,
            "RASID_COMPOSE_KAFKA_UI_PORT": self.ui_port,
            "RASID_HEALTH_STUCK_SECONDS": STUCK_SECONDS,
            # There is a collector in one step; in all others it is away, and nothing may come of that.
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
        }
        #: How commands on this machine reach Kafka.
        self.outside = {"RASID_KAFKA_BOOTSTRAP": f"127.0.0.1:{self.kafka_port}"}
        #: Every image of the workers that was chosen, to be removed at the end.
        self.built: set[str] = set()
        self.done: set[str] = set()
        self.checks = 0
        self.documents = 0

    @property
    def images(self) -> list[str]:
        """Return the lines of .env that name the workers' images, the one that counts last."""
        file = self.tree / ".env"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        return [line for line in lines if line.startswith("RASID_COMPOSE_IMAGE=")]

    @property
    def image(self) -> str:
        return self.images[-1].partition("=")[2]

    @property
    def collector(self) -> str:
        return f"{self.project}-collector"

    @property
    def pager(self) -> str:
        return f"{self.project}-pager"

    def beside(self, name: str, network: str, alias: str, program: str) -> None:
        """Start a Python program in a container that is no service, reached in one of the networks by `alias`."""
        command = ["run", "--detach", "--name", name, "--network", f"{self.project}_{network}"]
        command += ["--network-alias", alias, "--entrypoint", "python", self.image, "-c", program]
        self.engine.docker(*command)

    def unpack(self) -> None:
        """Copy what git would ship into a repository of its own, and write the settings of this run.

        Nobody's .env takes part, and the images have tags that no other build has.
        """
        listed = call(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                target = self.tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target)
        self.git("init", "--quiet")
        self.commit("as it is here")
        self.set()

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@rasid.example", "-c", "commit.gpgsign=false"]
        done = call(["git", *who, *arguments], cwd=self.tree, env=self.environment)
        if done.returncode:
            raise Failed(f"git {' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()

    def commit(self, what: str) -> str:
        """Commit the tree as it is, and return the commit as `deploy/image` names it."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", what)
        return self.git("rev-parse", "--short=12", "HEAD")

    def set(self, **settings: object) -> None:
        """Write .env, with these settings too; what is running takes it over at its next `up`."""
        self.settings |= settings
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        lines = "".join(f"{name}={value}\n" for name, value in self.settings.items())
        images = "".join(f"{line}\n" for line in self.images)
        (self.tree / ".env").write_text(f"{example}\n{images}{lines}", encoding="utf-8")

    def block(self, name: str) -> str:
        """Run a block of the runbook and return what it printed. Raises Failed when a command of it fails."""
        commands = runbook()[name]
        started = time.monotonic()
        done = self.shell(commands)
        self.built |= {line.partition("=")[2] for line in self.images}
        if done.returncode:
            raise Failed(f"runbook, {name}: exit code {done.returncode}\n{commands}{done.stdout[-6000:]}{done.stderr}")
        self.done.add(name)
        self.say(f"runbook: {name} ({time.monotonic() - started:.0f} s)")
        return done.stdout

    def shell(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run lines of the runbook, in the folder that an operator would be in."""
        command = ["bash", "-euo", "pipefail", "-c", commands]
        return call(command, cwd=self.tree, env=self.environment, seconds=BLOCK_SECONDS)

    def compose(self, *arguments: str) -> str:
        command = ["docker", "compose", *arguments]
        done = call(command, cwd=self.tree, env=self.environment, seconds=BLOCK_SECONDS)
        if done.returncode:
            raise Failed(f"docker compose {' '.join(arguments)}: {done.stderr[-3000:]}")
        return done.stdout

    def host(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run rasid on this machine, against Kafka as it is reached from here."""
        environment = {**self.environment, **self.outside}
        command = [sys.executable, "-m", "workers", *arguments]
        return call(command, cwd=ROOT, env=environment, seconds=BLOCK_SECONDS)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """Return what docker knows of each container of a service, in the order of their names."""
        ids = self.compose("ps", "--all", "--quiet", "--no-trunc", service).split()
        found: list[dict[str, Any]] = json.loads(self.engine.docker("inspect", *ids)) if ids else []
        return sorted(found, key=lambda each: str(each["Name"]))

    def inside(self, container: dict[str, Any], program: str) -> str:
        """Return what a Python program prints inside a container of ours."""
        return self.engine.docker("exec", container["Id"], "python", "-c", program).strip()

    def kill(self, container: dict[str, Any]) -> None:
        """End a container's processes as a crash does; `docker kill` would be a person's stop, after which none starts.

        The command dies with its container, so it has no exit code to look at.
        """
        call(["docker", "exec", container["Id"], "bash", "-c", "kill -9 -1"], env=self.environment)

    def check(self, what: str, held: object, detail: object = "") -> None:
        if not held:
            raise Failed(f"{what}: {detail}")
        self.checks += 1
        self.say(f"  ok  {what}")

    def until(self, what: str, look: Callable[[], bool], detail: Callable[[], object] = lambda: "") -> None:
        """Wait until a check holds, and say how long it took."""
        started = time.monotonic()
        while not look():
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise Failed(f"{what}: not within {PATIENCE_SECONDS:.0f} s: {detail()}")
            time.sleep(1)
        self.check(f"{what} ({time.monotonic() - started:.0f} s)", held=True)

    def say(self, text: str) -> None:
        print(text, flush=True)


def healthy(stack: Stack, service: str, count: int) -> bool:
    states = [each["State"] for each in stack.containers(service)]
    return len(states) == count and all(state["Health"]["Status"] == "healthy" for state in states)


def replay(stack: Stack) -> str:
    """Send the seeds by the runbook, and return what it printed."""
    shown = stack.block("replay")
    stack.documents += SEEDS
    return shown


def counts(shown: str, documents: int) -> bool:
    """Whether an account says that so many documents were sent; seeds again are no others: "15, 5 distinct"."""
    return re.search(rf"^documents +{documents}(?:, {SEEDS} distinct)?$", shown, re.MULTILINE) is not None


def balanced(stack: Stack, *, golden: bool = True) -> None:
    """Account for everything from outside."""
    done = stack.host("verify", "--wait", "90", *(["--golden", str(ROOT / "seeds" / "golden")] if golden else []))
    counted = counts(done.stdout, stack.documents)
    stack.check(
        f"from outside: {stack.documents} documents are accounted for"
        + (", and the events are the golden ones" * golden),
        done.returncode == 0 and counted,
        done.stdout + done.stderr,
    )


def deploy(stack: Stack) -> None:
    shown = stack.block("deploy")
    stack.check("docker compose ps shows the services", all(stage in shown for stage in WORKERS), shown)
    for service in ("kafka", *WORKERS):
        stack.check(f"{service} is healthy", healthy(stack, service, 1))
    topics = stack.containers("topics")[0]
    stack.check("topics made the topics and ended", topics["State"]["ExitCode"] == 0, topics["State"])
    stack.say(f"measured: {measured(stack)}")
    shown = stack.block("health")
    stack.check(
        "a worker says that it is ready, and has metrics",
        "parse is ready" in shown and "rasid_build_info" in shown,
        shown,
    )


def measured(stack: Stack) -> str:
    """Say how large the image is, and how long the first start took."""
    size = int(stack.engine.docker("image", "inspect", "--format", "{{.Size}}", stack.image))
    base = re.search(r"^ARG PYTHON_IMAGE=(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert base is not None
    below = int(stack.engine.docker("image", "inspect", "--format", "{{.Size}}", base[1]))
    (kafka,) = stack.containers("kafka")
    begun, ended = datetime.fromisoformat(kafka["State"]["StartedAt"]), []
    for stage in WORKERS:
        (worker,) = stack.containers(stage)
        ended.append(next(each["End"] for each in worker["State"]["Health"]["Log"] if each["ExitCode"] == 0))
    took = (max(map(datetime.fromisoformat, ended)) - begun).total_seconds()
    return (
        f"the image has {size / 1e6:.0f} MB, {below / 1e6:.0f} of them its base's; "
        f"all were healthy {took:.0f} s after kafka's start"
    )


def hardened(stack: Stack) -> None:
    """Look from inside at what the compose file promises."""
    for service in WORKERS:
        (container,) = stack.containers(service)
        stack.check(f"{service} runs as 10001", stack.inside(container, "import os; print(os.getuid())") == "10001")
        program = (
            "import errno, pathlib\n"
            "for path in ('/x', '/opt/rasid/x', '/etc/x', '/usr/x'):\n"
            "    try: pathlib.Path(path).touch()\n"
            "    except OSError as exc: print(errno.errorcode[exc.errno])\n"
            "pathlib.Path('/tmp/x').touch(); pathlib.Path('/var/lib/rasid/x').touch()"
        )
        shown = stack.inside(container, program).split()
        stack.check(f"{service} cannot write outside of its two tmpfs", shown == ["EROFS"] * 4, shown)
        status = stack.inside(container, "print(open('/proc/1/status').read())")
        held = all(
            line in status for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1")
        )
        stack.check(f"{service} has no capability and can gain none", held, status)
        host = container["HostConfig"]
        limits = host["Memory"] > 0 and host["PidsLimit"] > 0
        stack.check(f"{service} is bounded in memory and processes", limits, host)
        tools = stack.inside(
            container, "import shutil; print([shutil.which(n) for n in ('pip', 'gcc', 'make', 'curl')])"
        )
        stack.check(f"{service} has no pip, compiler or curl", tools == "[None, None, None, None]", tools)
        program = (
            "import socket\n"
            "try: socket.create_connection(('192.0.2.1', 80), 3); print('open')\n"
            "except OSError as exc: print(type(exc).__name__)"
        )
        stack.check(f"{service} has no way out of its network", stack.inside(container, program) != "open")
    (kafka,) = stack.containers("kafka")
    uid = stack.engine.docker("exec", kafka["Id"], "id", "-u").strip()
    stack.check(
        "kafka runs as 1000 with a read-only root", uid == "1000" and kafka["HostConfig"]["ReadonlyRootfs"], uid
    )
    published = [
        (service, binding["HostIp"])
        for service in ("kafka", *WORKERS)
        for container in stack.containers(service)
        for bindings in container["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    ]
    stack.check("only kafka has a port on the machine, on 127.0.0.1", published == [("kafka", "127.0.0.1")], published)


def stream(stack: Stack) -> None:
    shown = replay(stack)
    stack.check(
        "every seed was sent and is accounted for", "5 documents" in shown and "accounted for  yes" in shown, shown
    )
    balanced(stack)


def monitoring(stack: Stack) -> None:
    stack.block("prometheus")
    targets = f"http://127.0.0.1:{stack.prometheus_port}/api/v1/targets?state=active"

    def up() -> dict[str, int]:
        found: dict[str, int] = {}
        for target in ask(targets)["data"]["activeTargets"]:
            if target["health"] == "up":
                found[target["labels"]["job"]] = found.get(target["labels"]["job"], 0) + 1
        return found

    wanted = dict.fromkeys((*WORKERS, "kafka", "disk", "prometheus"), 1)
    stack.until("prometheus reaches every worker, kafka and its disk", lambda: up() == wanted, up)
    rules = ask(f"http://127.0.0.1:{stack.prometheus_port}/api/v1/rules")["data"]["groups"]
    loaded = [rule["name"] for group in rules for rule in group["rules"]]
    stack.check(
        f"prometheus has loaded {len(loaded)} rules",
        loaded and all(r["health"] != "err" for g in rules for r in g["rules"]),
    )
    watched(stack)
    alerting(stack)
    for name, image in NEEDS_IMAGES.items():
        if stack.engine.own:
            services_of = stack.compose("--profile", "*", "config", "--services").split()
            stack.check(f"{name} is read by docker compose", name in services_of)
            stack.say(
                f"NOT RUN: {name}: {image} cannot be pulled here and nothing stands for it; its configuration was read"
            )
        else:
            stack.block(name)


def query(stack: Stack, expression: str) -> list[dict[str, Any]]:
    """Return the series that an expression gives now."""
    asked = urllib.parse.urlencode({"query": expression})
    found: list[dict[str, Any]] = ask(f"http://127.0.0.1:{stack.prometheus_port}/api/v1/query?{asked}")["data"][
        "result"
    ]
    return found


def watched(stack: Stack) -> None:
    """Look for every series of the rules that is not the workers' own."""
    rules = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    # There is none of the one before the first error.
    names = set(re.findall(r"\b(?:kafka|node|prometheus)_\w+", rules)) - {"kafka_request_errors_total"}

    def missing() -> set[str]:
        return {name for name in names if not query(stack, name)}

    stack.until(f"{len(names)} series of Kafka, its disk and Prometheus are there", lambda: not missing(), missing)
    volume = f"{stack.project}_kafka-data"
    path = stack.engine.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume).strip()
    sizes = query(stack, 'node_filesystem_size_bytes{mountpoint="/volumes/kafka"}')
    stack.check("the disk that is watched is that of Kafka's volume, and no other is", len(sizes) == 1, sizes)
    if Path(path).is_dir():
        stack.check(
            "its size is what the machine says", int(sizes[0]["value"][1]) == shutil.disk_usage(path).total, sizes
        )


def alerting(stack: Stack) -> None:
    """Have a person told: of a test, and of Kafka that stopped."""
    secrets = stack.tree / "deploy" / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    (secrets / "alert_webhook_url").write_text("http://pager:9000/\n")
    (secrets / "alert_webhook_url").chmod(0o644)
    stack.beside(stack.pager, "edge", "pager", PAGER)

    def told() -> str:
        return stack.engine.docker("logs", stack.pager)

    stack.block("alertmanager")
    stack.until("the test alert reaches the one who is told", lambda: "RasidTest firing" in told(), told)
    stack.block("silence")
    manager = f"http://127.0.0.1:{stack.alertmanager_port}"
    silenced = f"{manager}/api/v2/alerts?active=false&silenced=true"
    stack.until(
        "silenced, it is not told again", lambda: [a["labels"]["alertname"] for a in ask(silenced)] == ["RasidTest"]
    )
    stack.compose("stop", "kafka")
    stack.until("Kafka stopped, and that is told", lambda: "KafkaDown firing" in told(), told)
    # What follows from it would come only after five minutes.
    amtool = ("exec", "-T", "alertmanager", "amtool", "--alertmanager.url=http://127.0.0.1:9093")
    stack.compose(*amtool, "alert", "add", "RasidNotReady", "severity=critical")
    states = {each["labels"]["alertname"]: each["status"] for each in ask(f"{manager}/api/v2/alerts")}
    stack.check("and nothing that follows from it", states["RasidNotReady"]["inhibitedBy"], states)
    stack.compose("up", "--detach", "--wait", "--no-recreate", "kafka")
    # They run all the while, and may have been found unhealthy meanwhile, at which `up --wait` would give up.
    for stage in WORKERS:
        stack.until(f"{stage} is healthy again", lambda stage=stage: healthy(stack, stage, 1))  # type: ignore[misc]
    stack.engine.docker("rm", "--force", stack.pager)


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - a port of this run
        return json.load(answer)


def tracing(stack: Stack) -> None:
    """Put a collector where .env.example says that one stands."""
    stack.beside(stack.collector, "stream", "collector", COLLECTOR)
    replay(stack)
    wanted = {f"rasid-{each}" for each in ("replay", *WORKERS)}

    def sent() -> set[str]:
        return set(stack.engine.docker("logs", stack.collector).split())

    stack.until("traces of the replay and of every stage reach a collector", lambda: sent() == wanted, sent)
    stack.engine.docker("rm", "--force", stack.collector)


def scaling(stack: Stack) -> None:
    stack.block("scale")
    stack.check("three workers of tag are healthy", healthy(stack, "tag", 3))
    replay(stack)
    balanced(stack)


def crashes(stack: Stack) -> None:
    """Kill a worker, hang another, kill everything: all come back by themselves, and nothing is lost."""
    victim, hanging = stack.containers("tag")[0], stack.containers("parse")[0]
    stack.kill(victim)
    stack.until("a worker that was killed is back and healthy", lambda: again(stack, [victim]))
    stop = "import os, signal, pathlib\nfor p in pathlib.Path('/proc').iterdir():\n"
    stop += "    if p.name.isdigit() and b'worker\\0parse' in (p / 'cmdline').read_bytes() and int(p.name) > 1:\n"
    stop += "        os.kill(int(p.name), signal.SIGSTOP)"
    stack.inside(hanging, stop)
    stack.until("a worker that hangs is ended by its health check, and back", lambda: again(stack, [hanging]))
    replay(stack)
    balanced(stack)
    # As when the machine loses its power, Kafka first: what waits for it finds it gone.
    everything = [each for service in ("kafka", *WORKERS) for each in stack.containers(service)]
    stack.compose("run", "--rm", "replay")
    stack.documents += SEEDS
    for container in everything:
        stack.kill(container)
    stack.until("killed all at once, Kafka and the workers are back and healthy", lambda: again(stack, everything))
    balanced(stack)


def again(stack: Stack, before: list[dict[str, Any]]) -> bool:
    """Whether containers were started again by their restart policy, and are healthy."""
    now = {each["Id"]: each for service in ("kafka", *WORKERS) for each in stack.containers(service)}
    return all(
        now[each["Id"]]["RestartCount"] > each["RestartCount"]
        and now[each["Id"]]["State"]["Health"]["Status"] == "healthy"
        for each in before
    )


def dead_letters(stack: Stack) -> None:
    """Refuse every document by a limit that is too low, then raise it and send them back: nothing is missing."""
    stack.set(RASID_MAX_DOCUMENT_BYTES=TOO_FEW_BYTES)
    stack.compose("up", "--detach", "--wait", "--no-deps", "parse")
    shown = replay(stack)
    stack.check("every seed that is over the limit is a dead letter", f"dead letters   {SEEDS} (" in shown, shown)
    shown = stack.block("dead-letters")
    stack.check(
        "they are listed by stage and error, and one shows what was wrong with it",
        f"     {SEEDS} parse  TooLarge: offsets 0 to {SEEDS - 1}" in shown and f"{TOO_FEW_BYTES}" in shown,
        shown,
    )
    stack.set(RASID_MAX_DOCUMENT_BYTES=1 << 20)
    stack.compose("up", "--detach", "--wait", "--no-deps", "parse")
    shown = stack.block("retry")
    stack.check(
        "mended and sent back, none is a dead letter any more",
        f"{SEEDS} dead letters sent back: {SEEDS} to articles.raw; 0 left" in shown and "dead letters   0\n" in shown,
        shown,
    )
    balanced(stack)


def maintenance(stack: Stack) -> None:
    stack.block("restart-kafka")
    for service, count in (("kafka", 1), ("parse", 1), ("dedupe", 1), ("tag", 3)):
        stack.until(f"{service} is healthy after kafka's restart", lambda s=service, n=count: healthy(stack, s, n))  # type: ignore[misc]
    replay(stack)
    balanced(stack)
    stack.block("rebuild")
    balanced(stack)
    before = stories(stack)
    stack.check("every story stands on its topic", before > 0, before)
    stack.block("rebuild-stories")
    stack.until("the table of stories is made anew", lambda: stories(stack) == before, lambda: (stories(stack), before))
    shown = stack.block("retention")
    day = 86_400_000
    stack.check(
        "the changelog and what is compared follow the window",
        shown.count(f"retention.ms: {8 * day} -> {11 * day}") == 2,
        shown,
    )
    balanced(stack)


def stories(stack: Stack) -> int:
    """Return how many stories the table has."""
    program = (
        "import asyncio\n"
        "from workers.cluster import read_topics\n"
        "from workers.settings import Settings\n"
        "settings = Settings()\n"
        "async def keys():\n"
        "    read = read_topics(settings.kafka_bootstrap, ['stories'], prefix=settings.topic_prefix)\n"
        "    return {record.key async for record in read}\n"
        "print(len(asyncio.run(keys())))"
    )
    return int(stack.inside(stack.containers("stories")[0], program))


def builds(stack: Stack) -> set[tuple[str, str, str]]:
    """Return what runs: each worker's image, and the version and commit that its metrics name."""
    program = (
        "import re, urllib.request as u\n"
        "text = u.urlopen('http://127.0.0.1:9600/metrics').read().decode()\n"
        "line = re.search(r'^rasid_build_info.*', text, re.M)[0]\n"
        "print(*(re.search(name + '=\"([^\"]*)\"', line)[1] for name in ('version', 'commit')))"
    )
    found = set()
    for container in (each for stage in WORKERS for each in stack.containers(stage)):
        stated, commit = stack.inside(container, program).split()
        found.add((container["Image"], stated, commit))
    return found


def labels(stack: Stack) -> tuple[str, str]:
    """Return the version and the commit that the chosen image's labels name."""
    names = ("version", "revision")
    shown = " ".join(f'{{{{index .Config.Labels "org.opencontainers.image.{name}"}}}}' for name in names)
    stated, commit = stack.engine.docker("image", "inspect", "--format", shown, stack.image).split()
    return stated, commit


def versions(stack: Stack) -> None:
    """Upgrade to another commit while documents arrive, and go back to the image before: nothing is lost."""
    before = builds(stack)
    old = stack.image
    stack.check(
        "the image's tag, its labels and every worker's metrics name one version and commit",
        {found[1:] for found in before} == {labels(stack)} and old == "rasid:{}-{}".format(*labels(stack)),
        (before, old, labels(stack)),
    )
    with (stack.tree / "workers" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\n# the next version\n")
    done = stack.shell("deploy/image")
    stack.check("what is in no commit is not built under a commit's name", done.returncode == 1, done.stderr)
    commit = stack.commit("the next version")
    with arriving(stack):
        stack.block("upgrade")
    after = builds(stack)
    stack.check(
        "every worker runs the new image, and its metrics say so",
        len(after) == 1 and {found[2] for found in after} == {commit} and stack.image.endswith(f"-{commit}"),
        (before, after),
    )
    balanced(stack)
    with arriving(stack):
        stack.block("rollback")
    stack.check("rolled back, every worker runs the old image, and its metrics say so", builds(stack) == before)
    stack.check("and .env names it", stack.image == old, stack.images)
    balanced(stack)


@contextmanager
def arriving(stack: Stack) -> Iterator[None]:
    """Have documents arrive meanwhile, and count them once all are sent."""
    stack.compose("run", "--detach", "--rm", "replay", "--rate", str(SLOWLY / 2))
    yield
    stack.until("the replay has ended", lambda: not replaying(stack))
    stack.documents += SEEDS


def replaying(stack: Stack) -> bool:
    # `docker compose ps` leaves out what `run` started.
    labels = (f"project={stack.project}", "service=replay")
    filters = (part for label in labels for part in ("--filter", f"label=com.docker.compose.{label}"))
    return bool(stack.engine.docker("ps", "--quiet", *filters).strip())


def stopping(stack: Stack) -> None:
    """Stop under load: all drain in time, with 0, and go on where they stopped."""
    stack.compose("run", "--detach", "--rm", "replay", "--rate", str(SLOWLY))
    since = {each["Id"]: each["State"]["StartedAt"] for stage in WORKERS for each in stack.containers(stage)}
    shown = runbook()["stop"].splitlines()
    stack.check("docker compose stop ends", stack.shell(shown[0]).returncode == 0)
    stack.check("documents went on arriving meanwhile", replaying(stack), stack.compose("ps", "--all"))
    codes = {each["Name"]: each["State"]["ExitCode"] for stage in WORKERS for each in stack.containers(stage)}
    stack.check("stopped under load, every worker drains and exits with 0", not any(codes.values()), codes)
    stack.block("stop")
    left = [
        each["Name"]
        for stage in WORKERS
        for each in stack.containers(stage)
        if each["State"]["StartedAt"] == since.get(each["Id"])
    ]
    stack.check("and all started again", not left, left)
    stack.until("the replay has ended", lambda: not replaying(stack))
    stack.documents += SEEDS
    balanced(stack)


def partitions(stack: Stack) -> None:
    shown = stack.block("partitions")
    stack.check(
        "new topics of 8 partitions, and the seeds are accounted for under the prefix",
        "p8.articles.raw (8 partitions" in shown
        and re.findall(r"^documents +(\d+)", shown, re.MULTILINE)[1:] == [str(SEEDS)],
        shown,
    )


def elsewhere(stack: Stack) -> None:
    """Run on a cluster outside of the project that asks who comes, by password and then by certificate."""
    with tempfile.TemporaryDirectory(prefix="rasid-secured-") as folder:
        cluster = secured.start(Path(folder), host=own_address())
        try:
            for protocol in ("SASL_SSL", "SSL"):
                reached(stack, cluster, protocol)
        finally:
            cluster.broker.stop()


def own_address() -> str:
    """Return an address of this machine that containers reach it at; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def reached(stack: Stack, cluster: secured.Secured, protocol: str) -> None:
    """Deploy by the runbook against the cluster, by one of the ways in, and look at what each role has and may do."""
    stack.say(f"a cluster elsewhere, {protocol}:")
    scram, prefix = protocol == "SASL_SSL", f"{protocol.lower()}."
    file, own = ("password" if scram else "both"), "/run/secrets/kafka"
    handed = hand_over(stack, cluster, file)
    stack.set(
        COMPOSE_FILE="docker-compose.yml:docker-compose.external.yml",
        RASID_KAFKA_BOOTSTRAP=cluster.broker.listens(protocol),
        RASID_KAFKA_SECURITY_PROTOCOL=protocol,
        RASID_KAFKA_SASL_PASSWORD_FILE=own if scram else "",
        RASID_KAFKA_CERT_FILE="" if scram else own,
        RASID_KAFKA_KEY_FILE="" if scram else own,
        RASID_ACL_PRINCIPAL=f"User:{'' if scram else 'CN='}rasid-{{role}}",
        RASID_TOPIC_PREFIX=prefix,
    )
    operator = cluster.settings(protocol, "operator", topic_prefix=prefix).model_dump(exclude_unset=True)
    stack.outside = {f"RASID_{name.upper()}": str(value) for name, value in operator.items()}
    stack.documents = 0
    stack.block("external-topics")
    # Nothing that runs needs it.
    handed["admin"].unlink()
    shown = stack.block("external")
    stack.documents += SEEDS
    stack.check("the seeds are accounted for there", "accounted for  yes" in shown, shown)
    services = set(stack.compose("ps", "--all", "--services").split())
    stack.check("the compose file's own Kafka does not run", services == {"topics", *WORKERS}, services)
    for stage in WORKERS:
        only_its_own(stack, stage, handed)
    done = stack.shell("docker compose exec parse rasid verify")
    stack.check(
        "what parse may not read is refused to it",
        done.returncode != 0 and "Authorization" in done.stdout + done.stderr,
        done.stdout + done.stderr,
    )
    balanced(stack)


def hand_over(stack: Stack, cluster: secured.Secured, file: str) -> dict[str, Path]:
    """Lay the cluster's secrets where the runbook says, and return each role's file."""
    folder = stack.tree / "deploy" / "secrets" / "kafka"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    shutil.copy(cluster.folder / "ca.pem", folder / "ca.pem")
    found = {}
    for role in ("admin", "operator", "replay", *WORKERS):
        found[role] = folder / role
        shutil.copy(cluster.folder / f"{role}.{file}", found[role])
    for each in folder.iterdir():
        each.chmod(0o644)
    return found


def only_its_own(stack: Stack, stage: str, handed: dict[str, Path]) -> None:
    """Look at every secret that a stage's container has, in its files and in what docker shows of it."""
    (container,) = stack.containers(stage)
    program = "import pathlib; print(*sorted(each.name for each in pathlib.Path('/run/secrets').iterdir()))"
    names = stack.inside(container, program).split()
    held = stack.inside(container, "print(open('/run/secrets/kafka').read())")
    mounted = {each["Source"] for each in container["Mounts"] if each["Type"] == "bind"}
    wanted = {str(handed[stage]), str(handed[stage].with_name("ca.pem"))}
    stack.check(
        f"{stage} has the secret of its role, and no other",
        names == ["kafka", "kafka_ca"] and held == handed[stage].read_text().strip() and mounted == wanted,
        (names, mounted),
    )
    shown = json.dumps(container)
    told = [role for role, file in handed.items() if file.is_file() and file.read_text().strip() in shown]
    stack.check(f"docker inspect shows no secret of {stage}", not told, told)


def disk(stack: Stack) -> None:
    """Make room on Kafka's disk: of the old topics, which nothing is accounted by any more."""
    before = reach(stack, "articles.raw")
    shown = stack.block("disk-full")
    after = reach(stack, "articles.raw")
    stack.check(
        "the largest partitions are shown, and of articles.raw only what parse has done is let go of",
        "/var/lib/kafka/data/" in shown and before[0] < before[1] and after == (before[1], before[1]),
        (shown, before, after),
    )


def reach(stack: Stack, topic: str) -> tuple[int, int]:
    """Return where a topic begins and ends, as the sums of its partitions' offsets."""
    tool = ("exec", "-T", "kafka", "/opt/kafka/bin/kafka-get-offsets.sh", "--bootstrap-server", "localhost:19092")
    first, last = (
        sum(int(line.rpartition(":")[2]) for line in stack.compose(*tool, "--topic", topic, "--time", when).split())
        for when in ("earliest", "latest")
    )
    return first, last


def remove(stack: Stack) -> None:
    stack.block("remove")
    label = f"label=com.docker.compose.project={stack.project}"
    left = {
        "containers": stack.engine.docker("ps", "--all", "--quiet", "--filter", label).split(),
        "volumes": stack.engine.docker("volume", "ls", "--quiet", "--filter", label).split(),
        "networks": stack.engine.docker("network", "ls", "--quiet", "--filter", label).split(),
    }
    stack.check("nothing of it is left", not any(left.values()), left)


STEPS = (
    deploy,
    hardened,
    stream,
    monitoring,
    tracing,
    scaling,
    crashes,
    dead_letters,
    maintenance,
    versions,
    stopping,
    partitions,
    disk,
    remove,
    elsewhere,
    remove,
)


NAMES = tuple(dict.fromkeys(step.__name__ for step in STEPS))


def show_logs(stack: Stack) -> None:
    try:
        print(stack.compose("ps", "--all"), stack.compose("logs", "--no-color", "--tail", "20"), file=sys.stderr)
    except (Failed, subprocess.SubprocessError) as exc:
        print(f"the logs cannot be shown: {exc}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own-engine", action="store_true", help="start an engine even where one runs")
    parser.add_argument(
        "steps", nargs="*", choices=[[], *NAMES], metavar="STEP", help=f"only these: {', '.join(NAMES)}"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    try:
        engine = Engine.find(own=options.own_engine)
    except NoEngine as exc:
        print(f"test-compose: NOTHING WAS TESTED: {exc}", file=sys.stderr)
        return 2
    try:
        print(engine.version(), flush=True)
        with tempfile.TemporaryDirectory(prefix="rasid-compose-") as folder:
            stack = Stack(engine, Path(folder))
            return run(stack, started, options.steps)
    finally:
        engine.close()


def run(stack: Stack, started: float, only: list[str]) -> int:
    steps = [step for step in STEPS if not only or step.__name__ in only]
    try:
        stack.unpack()
        if stack.engine.own:
            for image, what in standins.make(stack.engine).items():
                stack.say(f"stand-in: {image} is {what}")
            # The shipped Dockerfiles, on the machine's network; the runbook's own build then finds every layer made.
            for context in (stack.tree, stack.tree / "deploy" / "kafka"):
                stack.engine.docker("build", "--network", "host", str(context), seconds=1800)
        for step in steps:
            step(stack)
        if not only:
            missing = runbook().keys() - stack.done - (NEEDS_IMAGES.keys() if stack.engine.own else set())
            stack.check("every block of the runbook was run", not missing, missing)
    except (Failed, subprocess.SubprocessError, OSError) as exc:
        detail = getattr(exc, "stderr", None) or ""
        print(f"\nFAILED: {exc}\n{detail}", file=sys.stderr)
        show_logs(stack)
        return 1
    finally:
        remove_all(stack)
    print(
        f"test-compose: {stack.checks} checks held, {len(stack.done)} blocks of the runbook were run, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 0


def remove_all(stack: Stack) -> None:
    """Leave nothing, whatever happened before."""
    for command in (
        ["docker", "rm", "--force", stack.collector, stack.pager],
        ["docker", "compose", "--profile", "*", "down", "-v", "--remove-orphans", "--timeout", "10"],
        ["docker", "image", "rm", "--force", *stack.built],
    ):
        call(command, cwd=stack.tree, env=stack.environment)


if __name__ == "__main__":
    sys.exit(main())

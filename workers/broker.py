"""A local single-node Apache Kafka from its published jars: for the demo, the tests and the benchmarks.

KRaft combined mode (one process is broker and controller) on free ports, in a folder of its own, stopped by its own
process id. Its log stays in the folder. A cluster elsewhere is named by ``RASID_KAFKA_BOOTSTRAP`` instead.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError

from workers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["LocalBroker", "jars", "metadata_answers"]

#: Brokers that this process started, by process id: to reap them, and because an unreferenced one counts as leaked.
_children: dict[int, subprocess.Popen[bytes]] = {}

PROJECT = Path(__file__).resolve().parent.parent
POM = PROJECT / "broker" / "pom.xml"
#: Kafka 4 brokers need it (Kafka 4.0 upgrade notes).
JAVA_MINIMUM = 17
START_SECONDS = 90.0
STOP_SECONDS = 30.0
#: Another process may take a port between its choice and the broker's bind.
PORT_TRIES = 3
ELSEWHERE = (
    "or set RASID_KAFKA_BOOTSTRAP=host:port to a Kafka that runs elsewhere (`docker compose up -d kafka` gives one)"
)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, so that two test runs do not fill the same folder at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def java() -> str:
    """Return the path of a JVM that can run the broker.

    Raises UsageError, in one line, when there is none or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=f"{home}/bin") if home else None
    path = path or shutil.which("java")
    need = f"install a JDK {JAVA_MINIMUM} or newer (Debian: apt-get install openjdk-17-jdk-headless)"
    if path is None:
        raise UsageError(f"Java is missing: {need}, {ELSEWHERE}")
    shown = subprocess.run([path, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', shown.stderr + shown.stdout)
    if found is None or int(found[1]) < JAVA_MINIMUM:
        raise UsageError(f"{path} is Java {found[1] if found else 'of an unknown version'}: {need}, {ELSEWHERE}")
    return path


def jars() -> Path:
    """Return the folder of the broker's jars, bringing them with Maven when it is missing.

    The folder's name carries the pom's hash: a changed pom gets a new one. It is filled under another name and then
    renamed, so a download that was cut off is never taken for a whole one. Raises UsageError, in one line.
    """
    if not POM.is_file():
        raise UsageError(f"the local broker needs a checkout of the project ({POM} is missing): {ELSEWHERE}")
    target = POM.parent / "target"
    folder = target / f"jars-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    with _locked(target / ".lock"):
        if folder.is_dir():
            return folder
        maven = shutil.which("mvn")
        if maven is None:
            raise UsageError(f"Maven is missing: install it (Debian: apt-get install maven), {ELSEWHERE}")
        java()
        partial = target / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        command = [maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
            why = lines[0] if lines else f"exit code {done.returncode}"
            raise UsageError(f"Maven could not bring the broker's jars ({why}): check the network, {ELSEWHERE}")
        partial.rename(folder)
    return folder


def _free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


async def metadata_answers(bootstrap: str, *, timeout_seconds: float = 5.0) -> bool:
    """Tell whether a broker at `bootstrap` answers a metadata request with itself in it."""
    # The client logs each refused connection as an error; while a broker starts they are expected.
    log = logging.getLogger("aiokafka")
    level, log.level = log.level, logging.CRITICAL
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=int(timeout_seconds * 1000))
    try:
        await asyncio.wait_for(client.bootstrap(), timeout_seconds)
        return bool(client.cluster.brokers())
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()
        log.level = level


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """A broker that was started here. `folder` holds its data, its log and the file that names it."""

    folder: Path
    pid: int
    port: int
    controller_port: int
    #: The ports of further listeners, by security protocol.
    others: Mapping[str, int] = field(default_factory=dict)
    #: The address of this machine that they listen at; the plain one is on 127.0.0.1 alone.
    host: str = "127.0.0.1"

    @property
    def bootstrap(self) -> str:
        """Return host:port for clients."""
        return f"127.0.0.1:{self.port}"

    def listens(self, protocol: str) -> str:
        """Return host:port of the further listener with this security protocol."""
        return f"{self.host}:{self.others[protocol]}"

    @property
    def log(self) -> Path:
        """Return the file that the broker writes its log to."""
        return self.folder / "broker.log"

    @classmethod
    def load(cls, folder: Path) -> LocalBroker | None:
        """Return the broker that runs in `folder`, or None."""
        try:
            known = json.loads((folder / "broker.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        broker = cls(folder, **known)
        return broker if broker.alive() else None

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        heap_mb: int = 512,
        properties: Mapping[str, str] | None = None,
        listeners: Sequence[str] = (),
        host: str = "127.0.0.1",
        scram: Mapping[str, str] | None = None,
    ) -> LocalBroker:
        """Start a broker in `folder` and return once it answers for metadata.

        A folder that was used before keeps its data and its ports. `heap_mb` is the JVM's heap; `properties` are added
        to server.properties; `listeners` are security protocols (SSL, SASL_SSL) that get a port of their own at `host`
        beside the plain one, which `properties` must bring certificates for; `scram` are users and passwords
        (SCRAM-SHA-512) that a new folder is given. Raises UsageError in one line; the log is kept and named.
        """
        if (running := cls.load(folder)) is not None:
            raise UsageError(f"a broker already runs in {folder} ({running.bootstrap}, pid {running.pid})")
        program, classpath = java(), f"{jars()}/*"
        folder = folder.resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            why = f"{folder} cannot be made ({exc.strerror})"
            raise UsageError(f"{why}: set RASID_STATE_DIR to a folder that you may write to") from exc
        known = folder / "broker.json"
        old = json.loads(known.read_text()) if known.is_file() else None
        for attempt in range(1, PORT_TRIES + 1):
            port, controller, *more = (
                (old["port"], old["controller_port"], *old.get("others", {}).values())
                if old
                else _free_ports(2 + len(listeners))
            )
            others = dict(zip(listeners, more, strict=True))
            at = {name: f"{host}:{number}" for name, number in others.items()}
            cls._configure(folder, port, controller, at, properties or {})
            cls._format(folder, program, classpath, scram or {})
            process = cls._launch(folder, program, classpath, heap_mb)
            _children[process.pid] = process
            broker = cls(folder, process.pid, port, controller, others, host)
            known.write_text(json.dumps({key: value for key, value in asdict(broker).items() if key != "folder"}))
            try:
                asyncio.run(broker._wait_until_ready(process))
            except UsageError:
                broker.stop()
                taken = "Address already in use" in broker.log.read_text(errors="replace")
                if not taken or old is not None or attempt == PORT_TRIES:
                    raise
            else:
                return broker
        raise AssertionError("unreachable: the last try returns or raises")

    @staticmethod
    def _configure(
        folder: Path, port: int, controller: int, others: Mapping[str, str], more: Mapping[str, str]
    ) -> None:
        clients = ",".join(f"{name}://{at}" for name, at in {"PLAINTEXT": f"127.0.0.1:{port}", **others}.items())
        values = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"{clients},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": clients,
            "listener.security.protocol.map": ("CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL"),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(folder / "data"),
            # A topic that was not declared must be an error, not a topic with one partition.
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            # One worker a group in most runs: do not wait three seconds for others to join.
            "group.initial.rebalance.delay.ms": "0",
            # Room above the largest topic's own limit.
            "message.max.bytes": str(16 << 20),
            "replica.fetch.max.bytes": str(16 << 20),
            "num.network.threads": "2",
            "num.io.threads": "4",
            **more,
        }
        text = "".join(f"{key}={value}\n" for key, value in values.items())
        (folder / "server.properties").write_text(text)
        (folder / "log4j2.properties").write_text(
            "rootLogger.level=INFO\nrootLogger.appenderRef.out.ref=OUT\n"
            "appender.out.type=Console\nappender.out.name=OUT\nappender.out.layout.type=PatternLayout\n"
            "appender.out.layout.pattern=%d{ISO8601} %p %m (%c)%n%throwable\n"
        )

    @staticmethod
    def _format(
        folder: Path, program: str, classpath: str, scram: Mapping[str, str], cluster: str | None = None
    ) -> None:
        if (folder / "data" / "meta.properties").is_file():
            return
        if cluster is None:
            cluster = urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
            # StorageTool refuses an id that its own argument parser would read as an option.
            cluster = f"r{cluster[1:]}"
        command = [program, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath]
        command += [f"-Dlog4j2.configurationFile={folder}/log4j2.properties", "kafka.tools.StorageTool", "format"]
        command += ["-t", cluster, "-c", str(folder / "server.properties")]
        for user, password in scram.items():
            command += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            (folder / "broker.log").write_text(done.stdout + done.stderr)
            raise UsageError(f"the broker's folder could not be formatted: see {folder / 'broker.log'}")

    @staticmethod
    def _launch(folder: Path, program: str, classpath: str, heap_mb: int) -> subprocess.Popen[bytes]:
        command = [program, f"-Xmx{heap_mb}m", f"-Xms{min(heap_mb, 256)}m", "-XX:+UseSerialGC", "-cp", classpath]
        command += [f"-Dlog4j2.configurationFile={folder}/log4j2.properties"]
        command += ["kafka.Kafka", str(folder / "server.properties")]
        with (folder / "broker.log").open("ab") as log:
            # A session of its own: Ctrl-C at the terminal stops what uses the broker first, then the broker by its pid.
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True
            )

    async def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise UsageError(f"the broker ended with exit code {process.returncode}: see {self.log}")
            if await metadata_answers(self.bootstrap):
                return
            await asyncio.sleep(0.1)
        raise UsageError(f"the broker did not answer for metadata within {START_SECONDS:.0f} s: see {self.log}")

    def alive(self) -> bool:
        """Tell whether the process id is still this broker's: ids are used again after a reboot."""
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except FileNotFoundError:
            if Path("/proc/self/cmdline").exists():
                return False
            shown = subprocess.run(["/bin/ps", "-p", str(self.pid), "-o", "command="], capture_output=True, check=False)
            command = shown.stdout
        return str(self.folder).encode() in command

    def stop(self) -> None:
        """Stop the broker by its own process id: SIGTERM, then SIGKILL when it has not gone within 30 s."""
        for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            if not self.alive():
                break
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
            deadline = time.monotonic() + patience
            while self.alive() and time.monotonic() < deadline:
                time.sleep(0.05)
                if self.pid in _children:
                    _children[self.pid].poll()
        if (child := _children.pop(self.pid, None)) is not None:
            child.wait()

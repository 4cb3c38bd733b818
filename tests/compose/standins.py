"""Stand-ins for the base images, under their own names, for an engine into which no image can be pulled.

The shipped Dockerfiles and compose files are then used as they are. Debian takes the place of the Python image, the
broker's jars that of apache/kafka (same wrapper, same paths, same user), Debian's Maven with what it needs in its
repository that of maven, Debian's Prometheus and node exporter those of prom/prometheus and prom/node-exporter, and
Alertmanager, of the release that the compose file names, is built from its Go module. Grafana and kafka-ui cannot be
had that way: their services are read by `docker compose config` and not started.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.compose.engine import CACHE, build_go, call
from tests.compose.files import ROOT, services
from workers import broker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.compose.engine import Engine

__all__ = ["make"]

LABEL = "rasid.stand-in"
HERE = Path(__file__).resolve().parent
ALERTMANAGER_MODULE = "github.com/prometheus/alertmanager"
#: Services whose own image has a stand-in; the others' are built from the shipped Dockerfiles.
STOOD_IN = ("prometheus", "disk", "alertmanager")

PROMETHEUS = """
RUN apt-get update && apt-get install -y --no-install-recommends prometheus wget && rm -rf /var/lib/apt/lists/* \\
 && ln -s /usr/bin/prometheus /usr/bin/promtool /usr/local/bin/ && install -d -o 65534 -g 65534 /prometheus
USER 65534
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
"""
NODE_EXPORTER = """
RUN apt-get update && apt-get install -y --no-install-recommends prometheus-node-exporter wget \\
 && rm -rf /var/lib/apt/lists/*
USER 65534
ENTRYPOINT ["/usr/bin/prometheus-node-exporter"]
"""
ALERTMANAGER = """
RUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/* \\
 && install -d -o 65534 -g 65534 /alertmanager
COPY alertmanager amtool /bin/
USER 65534
WORKDIR /alertmanager
VOLUME /alertmanager
ENTRYPOINT ["/bin/alertmanager"]
"""
MAVEN = """
RUN apt-get update && apt-get install -y --no-install-recommends maven openjdk-17-jre-headless \\
 && rm -rf /var/lib/apt/lists/*
COPY repository /root/.m2/repository
"""
KAFKA = """
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless \\
 && rm -rf /var/lib/apt/lists/* && useradd --uid 1000 --create-home appuser \\
 && install -d -o 1000 -g 1000 /var/lib/kafka/data /etc/kafka/docker /etc/kafka/secrets /mnt/shared/config \\
    /opt/kafka/config /opt/kafka/logs
COPY libs /opt/kafka/libs
COPY image/tool /opt/kafka/bin/tool
COPY image/run image/log4j2.yaml image/tools-log4j2.yaml image/server.properties /etc/kafka/docker/
RUN cd /opt/kafka/bin && for name in topics consumer-groups configs get-offsets delete-records; do \\
    ln -s tool kafka-$name.sh; done
USER appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
CMD ["/etc/kafka/docker/run"]
"""


def make(engine: Engine) -> dict[str, str]:
    """Make every stand-in that is missing or old, and return the image that stands for each name."""
    python = _argument(ROOT / "Dockerfile", "PYTHON_IMAGE")
    suite = python.rpartition("-")[2]
    _python(engine, python, suite)
    made = {python: f"Debian {suite}"}
    kafka, maven = (
        _argument(ROOT / "deploy" / "kafka" / "Dockerfile", name) for name in ("KAFKA_IMAGE", "MAVEN_IMAGE")
    )
    prometheus, disk, alertmanager = (services()[name]["image"] for name in STOOD_IN)
    with _context() as folder:
        shutil.copytree(HERE / "kafka-image", folder / "image")
        shutil.copytree(_jars(kafka.rpartition(":")[2]), folder / "libs")
        _build(engine, kafka, f"FROM {python}\n{KAFKA}", folder)
        made[kafka] = "the broker's jars"
    with _context() as folder:
        shutil.copytree(_repository(), folder / "repository")
        _build(engine, maven, f"FROM {python}\n{MAVEN}", folder)
        made[maven] = "Debian's Maven"
    with _context() as folder:
        _build(engine, prometheus, f"FROM {python}\n{PROMETHEUS}", folder)
        made[prometheus] = "Debian's Prometheus"
    with _context() as folder:
        _build(engine, disk, f"FROM {python}\n{NODE_EXPORTER}", folder)
        made[disk] = "Debian's node exporter"
    with _context() as folder:
        for program in ("alertmanager", "amtool"):
            shutil.copy(
                build_go(ALERTMANAGER_MODULE, alertmanager.rpartition(":")[2], f"cmd/{program}"), folder / program
            )
        _build(engine, alertmanager, f"FROM {python}\n{ALERTMANAGER}", folder)
        made[alertmanager] = "built from its Go module"
    return made


@contextmanager
def _context() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rasid-stand-in-") as folder:
        yield Path(folder)


def _argument(dockerfile: Path, name: str) -> str:
    found = re.search(rf"^ARG {name}=(\S+)", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def _is_there(engine: Engine, image: str, recipe: str) -> bool:
    try:
        found = engine.docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image)
    except subprocess.CalledProcessError:
        return False
    return found.strip() == recipe


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _python(engine: Engine, image: str, suite: str) -> None:
    """Import a minimal Debian with Python, and with what this machine needs to reach its package index."""
    # The machine's certificates and its pip's configuration: both are the machine's, and never in a file of ours.
    authorities = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    machine = {"etc/ssl/certs/ca-certificates.crt": authorities, "etc/pip.conf": Path("/etc/pip.conf")}
    machine = {target: source for target, source in machine.items() if source.is_file()}
    recipe = _hash(suite.encode(), *(source.read_bytes() for source in machine.values()))
    if _is_there(engine, image, recipe):
        return
    print(f"making a stand-in for {image} by debootstrap ...", flush=True)
    packages = CACHE / "debian"
    packages.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rasid-stand-in-") as folder:
        root = Path(folder, "root")
        _run("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates",
             f"--cache-dir={packages}", suite, str(root))  # fmt: skip
        # Where the Python image has it.
        (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        for target, source in machine.items():
            shutil.copy(source, root / target)
        shutil.rmtree(root / "var/cache/apt/archives")
        archive = Path(folder, "root.tar")
        _run("tar", "-C", str(root), "-cf", str(archive), ".")
        engine.docker(
            "import", "--change", 'CMD ["python3"]', "--change", f"LABEL {LABEL}={recipe}", str(archive), image
        )


def _build(engine: Engine, image: str, dockerfile: str, context: Path) -> None:
    base = engine.docker("image", "inspect", "--format", "{{.Id}}", dockerfile.split()[1])
    files = sorted(path for path in context.rglob("*") if path.is_file())
    recipe = _hash(base.encode(), dockerfile.encode(), *(path.read_bytes() for path in files))
    if _is_there(engine, image, recipe):
        return
    print(f"making a stand-in for {image} ...", flush=True)
    (context / "Dockerfile").write_text(dockerfile)
    engine.docker(
        "build", "--network", "host", "--label", f"{LABEL}={recipe}", "--tag", image, str(context), seconds=1800
    )


def _repository() -> Path:
    """Return a Maven repository with what deploy/kafka/pom.xml needs, plugins and all: then nothing is downloaded."""
    pom = ROOT / "deploy" / "kafka" / "pom.xml"
    folder = CACHE / f"repository-{_hash(pom.read_bytes())}"
    if folder.is_dir():
        return folder
    partial = CACHE / "repository-partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tempfile.TemporaryDirectory() as jars:
        _run("mvn", "-q", "-B", "-f", str(pom), f"-Dmaven.repo.local={partial}", "dependency:copy-dependencies",
             f"-DoutputDirectory={jars}")  # fmt: skip
    # What Maven notes of where it had a file from would make it ask there again.
    for each in partial.rglob("_remote.repositories"):
        each.unlink()
    partial.rename(folder)
    return folder


def _jars(version: str) -> Path:
    """Return a folder with the jars of the broker and of Kafka's tools, whose scripts the health check is one of."""
    pom = (HERE / "kafka-image" / "pom.xml").read_text(encoding="utf-8").replace("${kafka.version}", version)
    folder = CACHE / f"jars-{_hash(pom.encode())}"
    if folder.is_dir():
        return folder
    broker.java()
    partial = CACHE / "jars-partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tempfile.TemporaryDirectory() as pomfolder:
        Path(pomfolder, "pom.xml").write_text(pom)
        _run("mvn", "-q", "-B", "-f", f"{pomfolder}/pom.xml", "dependency:copy-dependencies",
             f"-DoutputDirectory={partial}")  # fmt: skip
    partial.rename(folder)
    return folder


def _run(*command: str) -> None:
    done = call(command)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stdout + done.stderr).strip()[-2000:]}")

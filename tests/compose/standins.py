"""Stand-ins for the base images, under their own names, for an engine into which no image can be pulled.

The shipped Dockerfile and compose file are then used as they are. Debian takes the place of the Python image, the
broker's jars that of apache/kafka (same wrapper, same paths, same user), Debian's Prometheus that of prom/prometheus.
Grafana and kafka-ui cannot be had that way: their services are read by `docker compose config` and not started.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.compose.engine import CACHE, call
from tests.compose.files import ROOT, services
from workers import broker

if TYPE_CHECKING:
    from tests.compose.engine import Engine

__all__ = ["STOOD_IN", "make"]

LABEL = "rasid.stand-in"
HERE = Path(__file__).resolve().parent
#: Services whose images have a stand-in; our own image is built from the shipped Dockerfile.
STOOD_IN = ("kafka", "prometheus")

PROMETHEUS = """
RUN apt-get update && apt-get install -y --no-install-recommends prometheus wget && rm -rf /var/lib/apt/lists/* \\
 && ln -s /usr/bin/prometheus /usr/bin/promtool /usr/local/bin/ && install -d -o 65534 -g 65534 /prometheus
USER 65534
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
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
    base = re.search(r"^ARG PYTHON_IMAGE=(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert base is not None
    python, suite = base[1], base[1].rpartition("-")[2]
    _python(engine, python, suite)
    kafka, prometheus = (services()[name]["image"] for name in STOOD_IN)
    with tempfile.TemporaryDirectory(prefix="rasid-stand-in-") as folder:
        shutil.copytree(HERE / "kafka-image", Path(folder, "image"))
        shutil.copytree(_jars(kafka.rpartition(":")[2]), Path(folder, "libs"))
        _build(engine, kafka, f"FROM {python}\n{KAFKA}", Path(folder))
    with tempfile.TemporaryDirectory(prefix="rasid-stand-in-") as folder:
        _build(engine, prometheus, f"FROM {python}\n{PROMETHEUS}", Path(folder))
    return {python: f"Debian {suite}", kafka: "the broker's jars", prometheus: "Debian's Prometheus"}


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

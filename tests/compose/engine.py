"""A docker engine to run the compose file on: the machine's own, else one that is started here and leaves nothing.

The engine that is started here has its data in .rasid/compose/ (`make clean` removes it), its sockets in a temporary
folder, makes no bridge and no firewall rule of its own, and is stopped by its own process id. Published ports reach it
through docker's userland proxy, and images are built on the machine's network.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.compose.files import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CACHE", "Engine", "NoEngine", "build_go", "call"]

CACHE = ROOT / ".rasid" / "compose"
#: Compose as a Go module, for a machine whose docker has no compose plugin. Go checks it against its sum database.
COMPOSE = "github.com/docker/compose/v2"
COMPOSE_VERSION = "v2.40.3"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
PLUGINS = ("/usr/local/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins")


def call(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None, seconds: float = 900.0
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, without a standard input, and return what it printed."""
    return subprocess.run(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


class NoEngine(Exception):
    """No docker engine runs, and none can be started; says what is missing and what to do."""


@dataclass
class Engine:
    """A docker engine and how to talk to it: `environment` is what `docker` must be called with."""

    environment: dict[str, str]
    #: Started here: no image can be pulled into it, unlike into the machine's own.
    own: bool
    process: subprocess.Popen[bytes] | None = None
    folders: list[Path] = field(default_factory=list)

    @classmethod
    def find(cls, *, own: bool = False) -> Engine:
        """Return the machine's engine, or start one (always, when `own`). Raises NoEngine."""
        if shutil.which("docker") is None:
            raise NoEngine("docker is missing: install it (Debian: apt-get install docker.io debootstrap)")
        if not own and call(["docker", "info"]).returncode == 0:
            engine = cls(dict(os.environ), own=False)
            if not engine._has_compose():
                raise NoEngine("docker runs here without `docker compose` (version 2): install its compose plugin")
            return engine
        return cls._start()

    @classmethod
    def _start(cls) -> Engine:
        if os.geteuid() != 0:
            raise NoEngine("no docker engine answers, and only root can start one: start docker, and run this again")
        if missing := [name for name in ("dockerd", "containerd", "debootstrap") if shutil.which(name) is None]:
            raise NoEngine(
                f"{', '.join(missing)} is missing: apt-get install docker.io debootstrap, and run this again"
            )
        CACHE.mkdir(parents=True, exist_ok=True)
        # A socket's path must be short, and a checkout's may be long.
        run = Path(tempfile.mkdtemp(prefix="rasid-engine-"))
        config = run / "config"
        (config / "cli-plugins").mkdir(parents=True)
        environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{run}/docker.sock",
            "DOCKER_CONFIG": str(config),
            # BuildKit builds on a network of its own making; the classic builder takes the machine's.
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_BAKE": "false",
        }
        command = ["dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"]
        command += [f"--data-root={CACHE / 'docker'}", f"--exec-root={run / 'exec'}", f"--pidfile={run / 'docker.pid'}"]
        command += [f"--host=unix://{run}/docker.sock"]
        log = CACHE / "dockerd.log"
        with log.open("wb") as out:
            # A session of its own: Ctrl-C reaches this program alone, which then stops things in order.
            process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
            )
        engine = cls(environment, own=True, process=process, folders=[run])
        try:
            engine._wait(log)
            if not engine._has_compose():
                (config / "cli-plugins" / "docker-compose").symlink_to(_build_compose())
        except BaseException:
            engine.close()
            raise
        return engine

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while call(["docker", "info"], env=self.environment).returncode:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise NoEngine(f"a docker engine does not start here: {_last_error(log)} (all of it in {log})")
            time.sleep(0.2)

    def _has_compose(self) -> bool:
        done = call(["docker", "compose", "version", "--format", "json"], env=self.environment)
        # Without the plugin docker takes "compose" for an option of its own; version 1 is another program.
        return done.returncode == 0 and json.loads(done.stdout)["version"].lstrip("v").startswith("2")

    def version(self) -> str:
        """Return what runs: engine, storage driver, compose."""
        info = json.loads(self.docker("info", "--format", "{{json .}}"))
        compose = json.loads(self.docker("compose", "version", "--format", "json"))["version"]
        which = "started for this run" if self.own else "the machine's"
        return f"docker {info['ServerVersion']} ({info['Driver']}, {which}), compose {compose.lstrip('v')}"

    def docker(self, *arguments: str, seconds: float = 600.0) -> str:
        """Return what `docker ARGUMENTS` prints. Raises CalledProcessError with its standard error in it."""
        done = call(["docker", *arguments], env=self.environment, seconds=seconds)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
        return done.stdout

    def close(self) -> None:
        """Stop what was started here, by its own process id."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for folder in self.folders:
            # The daemon leaves its network namespace mounted.
            for mount in folder.glob("exec/netns/*"):
                call(["umount", str(mount)])
            shutil.rmtree(folder)


def _last_error(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def _build_compose() -> Path:
    """Return a `docker compose` plugin that was built from its Go module, building it when it is not there."""
    if shutil.which("go") is None:
        raise NoEngine("docker has no compose plugin (version 2), and there is no Go to build it: install either")
    return build_go(COMPOSE, COMPOSE_VERSION, "cmd", flags=f"-X {COMPOSE}/internal.Version={COMPOSE_VERSION}")


def build_go(module: str, version: str, package: str, *, flags: str = "") -> Path:
    """Return a program that was built from a package of a Go module, building it when it is not there.

    `flags` are more of the linker's. Go checks what it downloads against its sum database. Raises NoEngine.
    """
    program = CACHE / f"{'-'.join((*module.split('/')[1:], *package.split('/')[1:]))}-{version}"
    if program.is_file():
        return program
    print(f"building {module} {version} from its Go module: some minutes, once ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "go.mod").write_text(f"module rasid\n\ngo 1.24\n\nrequire {module} {version}\n")
        command = ["go", "build", "-mod=mod", "-trimpath", "-o", f"{program}.partial", "-ldflags", f"-s -w {flags}"]
        done = call([*command, f"{module}/{package}"], cwd=Path(folder), seconds=1800)
    if done.returncode:
        raise NoEngine(f"{module} could not be built: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    Path(f"{program}.partial").rename(program)
    return program

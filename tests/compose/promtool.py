"""Prometheus's own checker of alert rules: the machine's promtool, else Debian's, unpacked into .rasid/.

Nothing is installed and no right is needed: apt keeps its lists in a temporary folder, verifies what it downloads as
always, and of the package one program is kept (`make clean` removes it).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.compose.engine import CACHE, call

__all__ = ["NoPromtool", "promtool"]

SECONDS = 300.0


class NoPromtool(Exception):
    """There is no promtool, and apt cannot bring it; says why, and what to do."""


def promtool() -> Path:
    """Return the program's path, bringing the program when it is not there yet. Raises NoPromtool."""
    if found := shutil.which("promtool"):
        return Path(found)
    program = CACHE / "promtool"
    if not program.is_file():
        _bring(program)
    return program


def _bring(program: Path) -> None:
    if missing := [name for name in ("apt-get", "dpkg-deb") if shutil.which(name) is None]:
        raise NoPromtool(f"promtool is missing, and so is {missing[0]}, which would bring it: install Prometheus")
    program.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that it can be renamed into it: a half-written one is never taken for a whole one.
    with tempfile.TemporaryDirectory(prefix="promtool-", dir=program.parent) as name:
        folder = Path(name)
        for each in ("state/lists/partial", "cache/archives/partial"):
            (folder / each).mkdir(parents=True)
        options = {
            "Dir::State": f"{folder}/state",
            "Dir::Cache": f"{folder}/cache",
            # What is installed stays the machine's affair.
            "Dir::State::status": "/var/lib/dpkg/status",
            # As root, apt would want the folder to be a user's of its own.
            "APT::Sandbox::User": "root",
            # A test asks for this: an archive that does not answer is given up soon.
            "Acquire::Retries": "1",
            "Acquire::http::Timeout": "20",
            # One that gives nothing is the error, and not the package that is not found then.
            "APT::Update::Error-Mode": "any",
        }
        apt = ["apt-get", "--quiet=2", *(f"-o{name}={value}" for name, value in options.items())]
        _run(folder, *apt, "update")
        _run(folder, *apt, "download", "prometheus")
        (package,) = folder.glob("prometheus_*.deb")
        _run(folder, "dpkg-deb", "--extract", package.name, "files")
        (folder / "files/usr/bin/promtool").rename(program)


def _run(folder: Path, *command: str) -> None:
    done = call(command, cwd=folder, seconds=SECONDS)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise NoPromtool(f"promtool is missing, and {command[0]} does not bring it: {said}")

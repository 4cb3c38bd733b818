"""Which build runs: the package's version, and the commit that its image was built from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

__all__ = ["UNKNOWN", "Build", "build", "checkout_commit", "file_at"]

#: The commit where nobody stated one: a checkout, or an image that was built without it.
UNKNOWN = "unknown"
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Build:
    """A build: `version` as in pyproject.toml, `commit` as `deploy/image` gave it to the image, else UNKNOWN."""

    version: str
    commit: str


def build(environment: Path = Path(sys.prefix)) -> Build:
    """Return the build that is installed in a Python environment, by default in this process's.

    The commit is a file of the image (Dockerfile) and no variable, so no setting can change it.
    """
    file = environment / "COMMIT"
    commit = file.read_text(encoding="ascii").strip() if file.is_file() else ""
    return Build(version("rasid"), commit or UNKNOWN)


def checkout_commit(root: Path = PROJECT) -> str:
    """Return the commit that a checkout of the project stands at, with + where files differ; else UNKNOWN."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return UNKNOWN
    command = [git, "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or UNKNOWN


def file_at(revision: str, path: Path, root: Path = PROJECT) -> bytes | None:
    """Return a file of the project as it was at a git revision; None without git, the revision or the file."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists() or revision.startswith("-"):
        return None
    command = [git, "-C", str(root), "cat-file", "blob", f"{revision}:{path.relative_to(root).as_posix()}"]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None

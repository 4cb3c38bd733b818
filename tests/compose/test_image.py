"""deploy/image: the tag says version and commit, .env keeps the images before, and going back builds nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.compose.engine import call
from tests.compose.files import ROOT
from workers.build import UNKNOWN, Build, build

if TYPE_CHECKING:
    import subprocess

#: Stands for docker: writes down how it was called, and knows the images that are named in a file.
DOCKER = """#!/bin/sh
echo "$RASID_COMPOSE_IMAGE $*" >>calls
case "$1 $2" in "image inspect") grep -qx "$3" here ;; esac
"""


class Checkout:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "rasid"
        (self.folder / "deploy").mkdir(parents=True)
        for name in ("deploy/image", ".dockerignore", "pyproject.toml", ".gitignore"):
            shutil.copy(ROOT / name, self.folder / name)
        self.bin = folder / "bin"
        self.bin.mkdir()
        (self.bin / "docker").write_text(DOCKER)
        (self.bin / "docker").chmod(0o755)
        (self.folder / ".env").write_text("# settings\nRASID_PARTITIONS=8\n")
        (self.folder / "here").touch()

    def git(self, *arguments: str) -> str:
        done = call(["git", "-c", "user.name=t", "-c", "user.email=t@rasid.example", *arguments], cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> str:
        self.git("init", "--quiet")
        self.git("add", "pyproject.toml", ".dockerignore", ".gitignore", "deploy")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "--short=12", "HEAD")

    def image(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "GIT_CEILING_DIRECTORIES": "/", **more}
        return call([str(self.folder / "deploy" / "image"), *arguments], env=environment)

    @property
    def env(self) -> str:
        return (self.folder / ".env").read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_an_image_is_named_by_version_and_commit_and_the_one_before_is_kept(checkout: Checkout) -> None:
    first = checkout.commit()
    done = checkout.image()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"docker compose will run rasid:0.1.0-{first}"
    # A second build of the same commit adds nothing.
    assert checkout.image().returncode == 0
    second = checkout.commit()
    assert checkout.image().returncode == 0
    assert checkout.env == (
        "# settings\nRASID_PARTITIONS=8\n"
        f"RASID_COMPOSE_IMAGE=rasid:0.1.0-{first}\nRASID_COMPOSE_IMAGE=rasid:0.1.0-{second}\n"
    )
    calls = (checkout.folder / "calls").read_text().splitlines()
    assert calls[-1] == (f"rasid:0.1.0-{second} compose build --build-arg VERSION=0.1.0 --build-arg COMMIT={second}")


def test_going_back_chooses_the_image_before_and_builds_nothing(checkout: Checkout) -> None:
    lines = "RASID_COMPOSE_IMAGE=rasid:a\nRASID_LOG_LEVEL=info\nRASID_COMPOSE_IMAGE=rasid:b\nRASID_HEALTH_PORT=\n"
    (checkout.folder / ".env").write_text(lines)
    done = checkout.image("--back")
    assert done.returncode == 1
    assert "rasid:a is no longer on this machine" in done.stderr
    assert checkout.env == lines
    (checkout.folder / "here").write_text("rasid:a\n")
    done = checkout.image("--back")
    assert (done.returncode, done.stdout) == (0, "docker compose will run rasid:a\n")
    assert checkout.env == "RASID_COMPOSE_IMAGE=rasid:a\nRASID_LOG_LEVEL=info\nRASID_HEALTH_PORT=\n"
    done = checkout.image("--back")
    assert done.returncode == 1
    assert ".env names no image before rasid:a" in done.stderr
    assert "build" not in (checkout.folder / "calls").read_text()


def test_changes_that_are_in_no_commit_are_refused_where_the_image_would_hold_them(checkout: Checkout) -> None:
    commit = checkout.commit()
    (checkout.folder / "docs").mkdir()
    (checkout.folder / "docs" / "notes.md").touch()
    assert checkout.image().returncode == 0
    (checkout.folder / "workers").mkdir()
    (checkout.folder / "workers" / "new.py").touch()
    done = checkout.image()
    assert done.returncode == 1
    assert "workers/" in done.stderr
    assert "in no commit" in done.stderr
    assert checkout.env.count("RASID_COMPOSE_IMAGE") == 1
    assert commit in checkout.env


def test_outside_of_git_the_commit_is_given(checkout: Checkout) -> None:
    done = checkout.image()
    assert done.returncode == 1
    assert "say which commit it is" in done.stderr
    assert checkout.image(COMMIT="abc123").returncode == 0
    assert checkout.env.endswith("RASID_COMPOSE_IMAGE=rasid:0.1.0-abc123\n")


@pytest.mark.parametrize("arguments", [["--forward"], ["--back", "x"]])
def test_what_it_does_not_know_is_refused(checkout: Checkout, arguments: list[str]) -> None:
    done = checkout.image(*arguments)
    assert (done.returncode, done.stderr) == (1, "deploy/image: usage: deploy/image [--back]\n")


def test_without_env_it_says_how_to_make_one(checkout: Checkout) -> None:
    (checkout.folder / ".env").unlink()
    assert "cp .env.example .env" in checkout.image().stderr


def test_the_build_that_runs_is_read_from_its_environment(tmp_path: Path) -> None:
    assert build(tmp_path) == Build("0.1.0", UNKNOWN)
    (tmp_path / "COMMIT").write_text("1a2b3c\n")
    assert build(tmp_path) == Build("0.1.0", "1a2b3c")
    assert build() == build(Path(sys.prefix))

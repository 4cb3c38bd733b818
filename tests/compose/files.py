"""The deployment's files, read for the tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILES = ("docker-compose.yml", "docker-compose.external.yml")


def services() -> dict[str, dict[str, Any]]:
    """Return the compose file's services, with YAML's anchors and merges resolved."""
    loaded: dict[str, dict[str, Any]] = compose()["services"]
    return loaded


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def external() -> dict[str, Any]:
    """Return the override for a Kafka that runs elsewhere."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.external.yml").read_text(encoding="utf-8"))
    return loaded


def filled(text: str) -> str:
    """Return a value of the compose file with the defaults of its variables."""
    return re.sub(r"\$\{\w+(?::-([^}]*))?\}", lambda found: found[1] or "", text)


def used_variables() -> dict[str, str]:
    """Return the variables that the compose files fill in, and their defaults; of the settings' own, none."""
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in COMPOSE_FILES)
    found = dict(re.findall(r"\$\{(RASID_COMPOSE_\w+)(?::-([^}]*))?\}", text))
    assert found.keys() == set(re.findall(r"RASID_COMPOSE_\w+", re.sub(r"(?m)#.*$", "", text)))
    return found


def documented() -> dict[str, tuple[str, str]]:
    """Return each variable of .env.example: its value, and the comment line above it."""
    found: dict[str, tuple[str, str]] = {}
    before = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if variable := re.fullmatch(r"#((?:RASID|OTEL)_\w+)=(.*)", line):
            assert variable[1] not in found, f"{variable[1]} stands twice"
            found[variable[1]] = (variable[2], before)
        before = line.removeprefix("#").strip()
    return found


def runbook() -> dict[str, str]:
    """Return the named blocks of commands in docs/runbook.md, in their order."""
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names = [name for name, _ in blocks]
    assert len(set(names)) == len(names), "two blocks of the runbook have one name"
    return dict(blocks)

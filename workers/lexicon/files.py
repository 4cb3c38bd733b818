"""The data files of the lexicon, as bytes and as what they hold."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

__all__ = ["lines_of", "parse_yaml", "read_file"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_file(name: str) -> bytes:
    """Return a file of workers/lexicon/data."""
    return (resources.files("workers.lexicon") / "data" / name).read_bytes()


def parse_yaml(data: bytes) -> Any:
    """Return what a file in YAML holds. Raises yaml.YAMLError when it is none."""
    return yaml.load(data, Loader=_LOADER)  # noqa: S506 (a safe loader, in C where there is one)


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a generated file, without its comments."""
    return [line for line in data.decode().splitlines() if not line.startswith("#")]

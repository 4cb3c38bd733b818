"""The files of the lexicon: the source that people edit, and the one file that it is compiled to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["COMPILED", "LATIN", "SOURCE", "grammar", "lines_of", "parse_yaml"]

_HERE = Path(__file__).parent
SOURCE = _HERE / "source"
#: What workers read at start: made of SOURCE by `rasid lexicon compile`, and checked in.
COMPILED = _HERE / "lexicon.compiled"
#: Latin forms of names, made by build.py; it is not compiled, since a worker searches it where it lies.
LATIN = _HERE / "latin.tsv"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(data: bytes) -> Any:
    """Return what a file in YAML holds. Raises yaml.YAMLError when it is none."""
    return yaml.load(data, Loader=_LOADER)  # noqa: S506 (a safe loader, in C where there is one)


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a generated file, without its comments."""
    return [line for line in data.decode().splitlines() if not line.startswith("#")]


@lru_cache(maxsize=1)
def grammar() -> dict[str, tuple[str, ...]]:
    """Return the closed sets of source/grammar.yaml by name, as written there; read once for each process."""
    data = parse_yaml((SOURCE / "grammar.yaml").read_bytes())
    return {name: tuple(words) for name, words in data.items()}

"""Overlays: folders of entries that a user lays over the shipped lexicon, for names of his own.

A folder holds .yaml files with entries as the source has them (workers/lexicon/schema.py). An entry of an id that the
lexicon has takes its place whole; others are added; ``remove`` lists ids to leave out. Of several overlays a later one
counts over an earlier one. Rules and lists of words are the lexicon's own.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.lexicon.model import LexiconError
from workers.lexicon.schema import CountryEntry, OverlayFile
from workers.lexicon.source import Source, read_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Overlay", "apply_overlays", "is_overlay", "read_overlay"]

#: Stands in lexicon_version, where `sites` says that profiles of sites follow.
_NAME = re.compile(r"(?!sites$)[a-z0-9]+(?:[_-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A folder of entries: its name, the first 8 hex digits of SHA-256 over them, and its files by path."""

    name: str
    version: str
    folder: Path
    files: dict[str, OverlayFile]


def is_overlay(folder: Path) -> bool:
    """Tell whether a folder is an overlay and no whole source."""
    return folder.is_dir() and not (folder / "countries").is_dir()


def read_overlay(folder: Path) -> Overlay:
    """Return the entries of an overlay.

    Raises:
        LexiconError: when the folder is none, its name cannot stand in a version, it has no .yaml file, or with every
            entry that the schema refuses, each with its file.
    """
    if not folder.is_dir():
        raise LexiconError(f"{folder} is no folder: give folders with .yaml files of entries")
    name = folder.resolve().name
    if not _NAME.fullmatch(name):
        raise LexiconError(
            f"{folder}: an overlay is named as its folder, in small letters, digits, - and _, and not sites: rename it"
        )
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise LexiconError(f"{folder} has no .yaml file: put entries there, or take it out of RASID_LEXICON_DIRS")
    files, problems, digest = dict[str, OverlayFile](), list[str](), hashlib.sha256()
    for path in paths:
        try:
            files[str(path)] = entries = read_entries(path, OverlayFile)
        except LexiconError as error:
            problems += error.problems
            continue
        digest.update(entries.model_dump_json().encode())
    if problems:
        raise LexiconError(*problems)
    return Overlay(name, digest.hexdigest()[:8], folder, files)


def apply_overlays(source: Source, overlays: Iterable[Overlay]) -> None:
    """Lay overlays over a source, in order.

    Raises:
        LexiconError: with every id that two files of one overlay have, or that is to be removed and is not there.
    """
    problems = [problem for overlay in overlays for problem in _apply(source, overlay)]
    if problems:
        raise LexiconError(*problems)


def _apply(source: Source, overlay: Overlay) -> Iterator[str]:
    own: dict[str, str] = {}
    for path, file in overlay.files.items():
        for identity in file.remove:
            if identity not in source.actors:
                yield f"{path}: remove: there is no actor {identity}: take the line out"
            source.remove(identity)
    for path, file in overlay.files.items():
        keys = _keys(file)
        for key in keys:
            if own.setdefault(key, path) != path:
                yield f"{path}: {key} stands in {own[key]} too: keep one"
            # What is overridden goes first, so that a form that two entries claim is told of the overlay's.
            source.remove(key)
        yield from source.add(file, path)
        source.overlay_of.update(dict.fromkeys(keys, overlay.name))


def _keys(file: OverlayFile) -> tuple[str, ...]:
    """Codes of the countries and ids of the actors that a file has entries of."""
    countries = (file.country.code,) if isinstance(file.country, CountryEntry) else ()
    return (*countries, *(actor.id for actor in file.actors))

"""Checks the lexicon's Wikidata ids against an export of Wikidata: for `rasid lexicon wikidata`.

An export is what Wikidata publishes as JSON: an array with an entity a line, packed with gzip or bzip2 or not. It is
read as a stream, once.
"""

from __future__ import annotations

import bz2
import gzip
import re
from typing import IO, TYPE_CHECKING, Any

import orjson

from workers.lexicon.compile import forms_of_names
from workers.lexicon.model import LexiconError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.lexicon.schema import ActorEntry, CountryEntry
    from workers.lexicon.source import Source

__all__ = ["check_ids", "linked"]

# An entity's own id, which its line begins with: most lines need not be parsed.
_ID = re.compile(rb'"id":"(Q[1-9][0-9]*)"')
_HUMAN = "Q5"
_INSTANCE_OF, _COUNTRY_CODE = "P31", "P297"


def linked(source: Source) -> dict[str, str]:
    """Return the keys of the entries that have an id, by that id."""
    entries: dict[str, ActorEntry | CountryEntry] = {**source.countries, **source.actors}
    return {entry.wikidata.id: key for key, entry in entries.items() if entry.wikidata is not None}


def check_ids(source: Source, export: Path) -> Iterator[str]:
    """Yield each entry whose item in the export is none, or another kind of thing, or has none of its names.

    Raises:
        LexiconError: when the export cannot be read.
    """
    keys = linked(source)
    missing = dict(keys)
    for identity, item in _items(export, set(keys)):
        key = missing.pop(identity, None)
        if key is not None:
            where = f"{source.where[key]}: {key}: {identity}"
            yield from (f"{where} {text}" for text in _doubts(source, key, item))
    for identity, key in missing.items():
        yield f"{source.where[key]}: {key}: {identity} is not in the export: deleted, or merged into another item"


def _items(export: Path, wanted: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with _opened(export) as lines:
            for number, line in enumerate(lines, 1):
                found = _ID.search(line)
                if found is None or (identity := found[1].decode()) not in wanted:
                    continue
                try:
                    yield identity, orjson.loads(line.strip().rstrip(b","))
                except orjson.JSONDecodeError as error:
                    raise LexiconError(
                        f"{export}, line {number}: {error}: give an export with an entity a line"
                    ) from error
    except (OSError, EOFError) as error:
        raise LexiconError(
            f"{export}: {error}: give a JSON export of Wikidata, .json, .json.gz or .json.bz2"
        ) from error


def _opened(export: Path) -> IO[bytes] | gzip.GzipFile | bz2.BZ2File:
    if export.suffix == ".gz":
        return gzip.open(export)
    return bz2.open(export) if export.suffix == ".bz2" else export.open("rb")


def _doubts(source: Source, key: str, item: dict[str, Any]) -> Iterator[str]:
    """Why an item may not be the entry: what it is, the country that it is, its names."""
    if key in source.countries:
        codes = _values(item, _COUNTRY_CODE)
        if codes and key not in codes:
            yield f"is the country {', '.join(map(str, sorted(codes)))}"
        return
    actor = source.actors[key]
    is_human = _HUMAN in _values(item, _INSTANCE_OF)
    if is_human != (actor.type == "person"):
        yield f"is {'a' if is_human else 'no'} human, the entry has type {actor.type}"
    if not _names(item) & _own_names(actor):
        yield "has none of the entry's names"


def _values(item: dict[str, Any], name: str) -> set[Any]:
    values = (claim["mainsnak"].get("datavalue", {}).get("value") for claim in item.get("claims", {}).get(name, []))
    return {value.get("id") if isinstance(value, dict) else value for value in values}


def _names(item: dict[str, Any]) -> set[str]:
    """Labels and aliases in Arabic and English, folded."""
    texts = [label["value"] for language, label in item.get("labels", {}).items() if language in ("ar", "en", "mul")]
    for language, aliases in item.get("aliases", {}).items():
        if language in ("ar", "en", "mul"):
            texts += [alias["value"] for alias in aliases]
    return {form for form, _, _ in forms_of_names(texts)}


def _own_names(actor: ActorEntry) -> set[str]:
    matched = actor.wikidata.matched if actor.wikidata else None
    names = (actor.name, actor.name_en, *actor.spellings, *actor.alone, *([matched] if matched else []))
    return {form for form, _, _ in forms_of_names(names)}

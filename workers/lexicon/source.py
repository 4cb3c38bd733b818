"""Reads the lexicon's source: checked entries of countries, actors and bodies, and the lists beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from workers.lexicon.files import SOURCE, parse_yaml
from workers.lexicon.model import LexiconError
from workers.lexicon.schema import LISTS, ActorEntry, BodyEntry, CountryEntry, EntryFile, RulesFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


__all__ = ["Source", "read_entries", "read_source"]

_File = TypeVar("_File", bound=EntryFile)

#: What checks each file; outlets are checked where they are read (workers.lexicon.outlets).
_TAKES: dict[str, Callable[[Any], Any]] = {
    "bodies.yaml": TypeAdapter(tuple[BodyEntry, ...]).validate_python,
    "datelines.yaml": LISTS.validate_python,
    "given.yaml": LISTS.validate_python,
    "grammar.yaml": LISTS.validate_python,
    "outlets.yaml": lambda data: data,
    "rules.yaml": lambda data: RulesFile.model_validate(data).model_dump(),
    "words.yaml": LISTS.validate_python,
}
# Names of what a value may be, which pydantic puts into a place.
_UNIONS = frozenset(("CountryEntry", "constrained-str", "tuple[str, ...]", "dict[str,tuple[str, ...]]"))
_GENERATED = ("bearers.tsv", "common.txt", "gazetteer.tsv", "geonames.tsv", "shapes.tsv")


@dataclass(slots=True)
class Source:
    """The entries of a lexicon's source by code, id and key, in the order of the files, and its lists by file name.

    ``country_of`` gives the country of an actor, ``where`` the file of an entry: a country's by its code, an actor's
    by its id; ``overlay_of`` the overlay that an entry comes from, if any.
    """

    countries: dict[str, CountryEntry] = field(default_factory=dict)
    actors: dict[str, ActorEntry] = field(default_factory=dict)
    country_of: dict[str, str | None] = field(default_factory=dict)
    bodies: tuple[BodyEntry, ...] = ()
    lists: dict[str, Any] = field(default_factory=dict)
    generated: dict[str, bytes] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    overlay_of: dict[str, str] = field(default_factory=dict)

    def remove(self, key: str) -> None:
        """Leave out an actor by its id, or a country by its code; one that is not there is no error."""
        for table in (self.countries, self.actors, self.country_of, self.where, self.overlay_of):
            table.pop(key, None)

    def add(self, entries: EntryFile, where: str) -> Iterator[str]:
        """Take the entries of a file, and yield what is wrong: an id that stands in two places."""
        code = entries.country.code if isinstance(entries.country, CountryEntry) else entries.country
        if isinstance(entries.country, CountryEntry):
            if code in self.countries:
                yield f"{where}: {code} stands twice: in {self.where[code]} too"
            self.countries[entries.country.code] = entries.country
            self.where[entries.country.code] = where
        for actor in entries.actors:
            if actor.id in self.actors:
                yield f"{where}: {actor.id} stands twice: in {self.where[actor.id]} too"
            self.actors[actor.id] = actor
            self.country_of[actor.id] = code
            self.where[actor.id] = where


def read_source(folder: Path = SOURCE) -> Source:
    """Return what the source in `folder` says.

    Raises:
        LexiconError: with every file that is missing or no YAML, and every entry that the schema refuses.
    """
    source, problems = Source(), list[str]()
    for path in (*sorted((folder / "countries").glob("*.yaml")), folder / "international.yaml"):
        try:
            problems += source.add(read_entries(path, EntryFile), str(path.relative_to(folder)))
        except LexiconError as error:
            problems += error.problems
    for name, take in _TAKES.items():
        data: Any = None
        try:
            data = _read_yaml(folder / name)
            source.lists[name] = take(data)
        except LexiconError as error:
            problems += error.problems
        except ValidationError as error:
            problems += _explained(error, name, data)
    for name in _GENERATED:
        try:
            source.generated[name] = (folder / name).read_bytes()
        except OSError as error:
            problems.append(f"{folder / name}: {error.strerror}")
    if problems:
        raise LexiconError(*problems)
    source.bodies = source.lists.pop("bodies.yaml")
    return source


def read_entries(path: Path, kind: type[_File]) -> _File:
    """Return the entries of a file of countries and actors.

    Raises:
        LexiconError: when it cannot be read, or with every entry that the schema refuses.
    """
    data = _read_yaml(path)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise LexiconError(*_explained(error, str(path), data)) from None


def _read_yaml(path: Path) -> Any:
    try:
        return parse_yaml(path.read_bytes())
    except OSError as error:
        raise LexiconError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise LexiconError(f"{path}: no YAML: {' '.join(str(error).split())}") from error


def _explained(error: ValidationError, where: str, data: Any) -> Iterator[str]:
    """Each thing that the schema refuses: file, entry, field, what is wrong with it."""
    for each in error.errors(include_url=False):
        place, name = data, ""
        path = [part for part in each["loc"] if part not in _UNIONS]
        for part in path:
            try:
                place = place[part]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(place, dict):
                name = next((str(place[key]) for key in ("id", "code", "key") if key in place), name)
        at = ".".join(map(str, path))
        yield f"{where}: {name + ': ' if name else ''}{at}: {each['msg'].removeprefix('Value error, ')}"

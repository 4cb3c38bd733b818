"""The compiled lexicon: one text file, mapped at start, with a section for each kind of thing.

A section is a line ``# name`` and a JSON array, an entry a line, so that git shows and merges a change as that of any
text. A process reads the sections that it uses: parse the names, tag the rest. The same source gives the same bytes.
"""

from __future__ import annotations

import hashlib
import mmap
from contextlib import contextmanager
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from workers.lexicon.model import Actor, Body, Content, Country, Form, LexiconError, Names, Needs, Post, Shared, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["FORMAT", "Buffer", "check_format", "dump", "mapped", "read_content", "read_names", "version_of"]

#: Raised when the same file would give other tags, or is read in another way: part of the lexicon's version.
FORMAT = 7
Buffer = bytes | mmap.mmap
_T = TypeVar("_T")
_Lists = TypeVar("_Lists", Words, Names)
#: What forms share, by the table that holds it.
_SHARED = {
    "shared": "choosers",
    "needs": "needs",
    "never_before": "neighbours",
    "never_after": "neighbours",
    "letters": "neighbours",
}
_TUPLES = ("country", "full", "short")


# Writing --------------------------------------------------------------------------------------------------------------


def dump(content: Content, names: Names, latin: bytes) -> bytes:
    """Return the file that read_content and read_names read.

    Of ``latin``, the index of Latin names, it holds the hash: with other names it has another version.
    """
    tables: dict[str, dict[Any, int]] = {"choosers": {}, "needs": {}, "neighbours": {}}
    forms = [_form_fields(form, tables) for form in content.forms]
    sections: dict[str, Iterable[Any]] = {
        "format": [FORMAT],
        "latin": [hashlib.sha256(latin).hexdigest()],
        "countries": map(_set_fields, content.countries.values()),
        "actors": map(_set_fields, content.actors.values()),
        "bodies": map(_set_fields, content.bodies.values()),
        "cities": content.cities.items(),
        "posts": ([identity, [_set_fields(post) for post in posts]] for identity, posts in content.posts.items()),
        "choosers": map(_set_fields, tables["choosers"]),
        "needs": map(_set_fields, tables["needs"]),
        "neighbours": map(sorted, tables["neighbours"]),
        "forms": forms,
        "words": _lists(content.words),
        "places": content.places.items(),
        "names": _lists(names),
    }
    return b"".join(_section(name, entries) for name, entries in sections.items())


def _section(name: str, entries: Iterable[Any]) -> bytes:
    lines = b",\n".join(orjson.dumps(entry, default=sorted) for entry in entries)
    return b"# %s\n[\n%s\n]\n" % (name.encode(), lines)


def _set_fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that have another value than their default."""
    return {
        field.name: here
        for field in fields(value)
        if (here := getattr(value, field.name)) != field.default or field.default is MISSING
    }


def _form_fields(form: Form, tables: dict[str, dict[Any, int]]) -> dict[str, Any]:
    found = _set_fields(form)
    for name, table in _SHARED.items():
        if name in found:
            found[name] = tables[table].setdefault(found[name], len(tables[table]))
    return found


def _lists(lists: Words | Names) -> Iterator[tuple[str, Any]]:
    for field in fields(lists):
        value = getattr(lists, field.name)
        yield field.name, dict(sorted(value.items())) if isinstance(value, dict) else value


# Reading --------------------------------------------------------------------------------------------------------------


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """Map a compiled file into memory for reading.

    Raises:
        LexiconError: when it cannot be read, or another version of Rasid compiled it.
    """
    try:
        with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
            check_format(data, str(path))
            yield data
    except (OSError, ValueError) as exc:
        if isinstance(exc, LexiconError):
            raise
        raise LexiconError(f"{path}: {exc}: run rasid lexicon compile") from exc


def check_format(data: Buffer, name: str) -> None:
    """Raise LexiconError when a compiled file of this name is none, or of another version of Rasid."""
    found = _read(data, "format")
    if found != [FORMAT]:
        raise LexiconError(f"{name} has format {found}, this version reads [{FORMAT}]: run rasid lexicon compile")


def version_of(data: Buffer) -> str:
    """Return the first 12 hex digits of the SHA-256 of a compiled file: it changes when a tag may."""
    return hashlib.sha256(data).hexdigest()[:12]


def read_names(data: Buffer) -> Names:
    """Return the names that bylines, datelines and credits are made of."""
    return _read_lists(data, "names", Names)


def read_content(data: Buffer) -> Content:
    """Return all that a compiled file holds for the tagger."""
    tables: dict[str, list[Any]] = {
        "choosers": [_chooser(entry) for entry in _read(data, "choosers")],
        "needs": [
            Needs(frozenset(entry["before"]), frozenset(entry["after"]), tuple(entry["anywhere"]))
            for entry in _read(data, "needs")
        ],
        "neighbours": [frozenset(words) for words in _read(data, "neighbours")],
    }
    bodies = [{**entry, "only": frozenset(entry.get("only", ()))} for entry in _read(data, "bodies")]
    return Content(
        countries={entry["code"]: _with_tuples(Country, entry, ("english",)) for entry in _read(data, "countries")},
        actors={
            entry["id"]: _with_tuples(Actor, entry, ("beside", "bodies", "merged")) for entry in _read(data, "actors")
        },
        bodies={entry["key"]: Body(**entry) for entry in bodies},
        cities=dict(_read(data, "cities")),
        posts={identity: tuple(Post(**post) for post in posts) for identity, posts in _read(data, "posts")},
        forms=tuple(_form(entry, tables) for entry in _read(data, "forms")),
        words=_read_lists(data, "words", Words),
        places=dict(_read(data, "places")),
    )


def _read(data: Buffer, name: str) -> Any:
    """What a section holds; None when the file has none of the name."""
    mark = f"# {name}\n".encode()
    at = data.find(b"\n" + mark)
    start = at + 1 if at >= 0 else 0 if data[: len(mark)] == mark else None
    if start is None:
        return None
    # No entry begins a line with the mark: it would be no JSON.
    end = data.find(b"\n# ", start + len(mark))
    return orjson.loads(data[start + len(mark) : end if end >= 0 else len(data)])


def _with_tuples(kind: type[_T], entry: dict[str, Any], names: Iterable[str]) -> _T:
    return kind(**{**entry, **{name: tuple(entry[name]) for name in names if name in entry}})


def _chooser(entry: dict[str, Any]) -> Shared:
    return Shared(**{**entry, "cues": tuple((cue, code) for cue, code in entry["cues"])})


def _form(entry: dict[str, Any], tables: Mapping[str, list[Any]]) -> Form:
    for name in entry.keys() & _SHARED.keys():
        entry[name] = tables[_SHARED[name]][entry[name]]
    for name in _TUPLES:
        if name in entry:
            entry[name] = tuple(entry[name])
    if "homonyms" in entry:
        entry["homonyms"] = tuple((country, actor) for country, actor in entry["homonyms"])
    return Form(**entry)


def _read_lists(data: Buffer, section: str, kind: type[_Lists]) -> _Lists:
    lists: dict[str, Any] = {
        name: value if isinstance(value, dict) else frozenset(value) for name, value in _read(data, section)
    }
    return kind(**lists)

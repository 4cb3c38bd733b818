"""What is wrong with a lexicon's source, or may be: for `rasid lexicon check`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from workers.lexicon.compile import compile_file, forms_of_names
from workers.lexicon.model import LexiconError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.lexicon.schema import ActorEntry, CountryEntry
    from workers.lexicon.source import Source

__all__ = ["Finding", "check_compiled", "check_source"]

# Behind every month.
_NOW = "9999-12"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, or with ``is_note`` to look at: what, in which file, and what to do, in one line."""

    text: str
    is_note: bool = False


def check_source(source: Source) -> Iterator[Finding]:
    """Yield what is wrong with a source that the schema takes, then what may be."""
    try:
        compile_file(source)
    except LexiconError as error:
        yield from map(Finding, error.problems)
    for identity, actor in source.actors.items():
        where = f"{source.where[identity]}: {identity}"
        for text in (*_redundant(actor), *_unknown(source, actor)):
            yield Finding(f"{where}: {text}")
        yield from _two_roles(where, actor)
    yield from _one_item_two_entries(source)
    yield from _one_post_two_people(source)


def check_compiled(source: Source, path: Path) -> Iterator[Finding]:
    """Yield a finding when a compiled file is not what its source, which has no faults, gives."""
    if not path.is_file() or path.read_bytes() != compile_file(source):
        yield Finding(f"{path} is not what the source gives: run rasid lexicon compile")


def _redundant(actor: ActorEntry) -> Iterator[str]:
    """Spellings that give no form that the entry does not have already."""
    groups = (
        ("spellings", (actor.name,), (*actor.spellings, *actor.alone)),
        ("short", (), actor.short),
        ("common", (), actor.common),
    )
    for name, first, others in groups:
        known = set(forms_of_names(first))
        for phrase in others:
            forms = set(forms_of_names((phrase,)))
            if forms <= known:
                yield f"{name}: {phrase} is read as another spelling of the entry already: take it out"
            known |= forms


def _unknown(source: Source, actor: ActorEntry) -> Iterator[str]:
    for other in actor.beside:
        if other not in source.actors:
            yield f"beside: there is no actor {other}"


def _one_item_two_entries(source: Source) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    entries: dict[str, ActorEntry | CountryEntry] = {**source.countries, **source.actors}
    for key, entry in entries.items():
        if entry.wikidata is not None and (other := seen.setdefault(entry.wikidata.id, key)) != key:
            yield Finding(f"{source.where[key]}: {key}: {entry.wikidata.id} is the item of {other} too: keep one")


def _two_roles(where: str, actor: ActorEntry) -> Iterator[Finding]:
    """An open post beside a role: one of them is out of date, or says the same again."""
    post = actor.open_post
    if actor.role is None or post is None:
        return
    if post.as_of == post.first:
        text = f"{post.role} is known of {post.first} alone, and the role is {actor.role}: find out when it ended"
        yield Finding(f"{where}: {text}", is_note=True)
    else:
        yield Finding(f"{where}: role {actor.role} stands beside the open post {post.role}: keep one, or end the post")


def _one_post_two_people(source: Source) -> Iterator[Finding]:
    """Posts of one name and country that two people hold in one month: a month is wrong, or the post has many seats."""
    for (role, country), terms in _terms(source).items():
        for (first, last, one), (second, end, two) in pairwise(sorted(terms)):
            # In the month of a change both hold it.
            if second < last and one != two:
                until = min(last, end)
                until = "now" if until == _NOW else until
                text = f"{role} ({country}): {one} (from {first}) and {two} both hold it from {second} to {until}"
                yield Finding(text, is_note=True)


def _terms(source: Source) -> dict[tuple[str, str | None], list[tuple[str, str, str]]]:
    """First month, last month and holder of each post that one person holds at a time, by its name and country."""
    many = tuple(source.lists["grammar.yaml"]["many_seats"])
    formers = set(source.lists["words.yaml"]["formers"])
    found: dict[tuple[str, str | None], list[tuple[str, str, str]]] = {}
    for identity, actor in source.actors.items():
        for post in actor.posts:
            if not post.role.startswith(many) and formers.isdisjoint(post.role.split()):
                country = post.country if "country" in post.model_fields_set else source.country_of[identity]
                found.setdefault((post.role, country), []).append((post.first, post.last or _NOW, identity))
    return found

"""From what a person types to the codes and ids that events carry: names in English and Arabic, and near misses."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workers.lexicon.loader import Lexicon

__all__ = ["is_actor", "is_country", "like_actor", "like_country"]

#: Ids of actors that the lexicon lacks: derived from the folded name (workers/tagging/entities.py).
_DERIVED = re.compile(r"x-[0-9a-f]{16}")
_MOST = 5
#: Of two names' letters, how many must agree (difflib's ratio): "Siria" and "Syria" do.
_NEAR = 0.75


def is_country(lexicon: Lexicon, code: str) -> bool:
    """Tell whether events may carry this country code."""
    return code in lexicon.countries


def is_actor(lexicon: Lexicon, identity: str) -> bool:
    """Tell whether events may carry this id: a listed actor's, a body's (sy-ministry-of-defence), or a derived one.

    A body that is a listed actor has that actor's id alone (pentagon, no us-ministry-of-defence).
    """
    country, _, body = identity.partition("-")
    code = country.upper()
    return (
        identity in lexicon.actors
        or (code in lexicon.countries and body in lexicon.bodies and (code, body) not in lexicon.body_of)
        or _DERIVED.fullmatch(identity) is not None
    )


def like_country(lexicon: Lexicon, text: str) -> dict[str, str]:
    """Return the countries that `text` may mean, by code with their English names, the likeliest first."""
    names = {name: {code} for code, country in lexicon.countries.items() for name in country.english}
    for code, country in lexicon.countries.items():
        for name in (code, country.name_en, country.name_ar):
            names.setdefault(_key(name), set()).add(code)
    for form in lexicon.forms():
        for code in form.country:
            names.setdefault(form.text, set()).add(code)
    return _like(names, text, lambda code: lexicon.countries[code].name_en)


def like_actor(lexicon: Lexicon, text: str) -> dict[str, str]:
    """Return the actors that `text` may mean, by id with their English names, the likeliest first."""
    names: dict[str, set[str]] = {}
    for identity, actor in lexicon.actors.items():
        for name in (identity, identity.replace("-", " "), actor.name_en, actor.name):
            names.setdefault(_key(name), set()).add(identity)
    for form in lexicon.forms():
        for identity in (*form.full, *form.short):
            names.setdefault(form.text, set()).add(identity)
    found = _like(names, text, lambda identity: lexicon.actors[identity].name_en)
    country, _, rest = text.lower().partition("-")
    if not found and country.upper() in lexicon.countries:
        name = lexicon.countries[country.upper()].name_en
        bodies = get_close_matches(rest, lexicon.bodies, n=_MOST, cutoff=_NEAR)
        ids = {key: lexicon.body_of.get((country.upper(), key), f"{country}-{key}") for key in bodies}
        found = {ids[key]: f"{lexicon.bodies[key].name_en}, {name}" for key in bodies}
    return found


def _key(name: str) -> str:
    return fold_text(name.casefold()).strip()


def _like(names: Mapping[str, set[str]], text: str, english: Callable[[str], str]) -> dict[str, str]:
    key = _key(text)
    found = [key] if key in names else get_close_matches(key, names, n=_MOST, cutoff=_NEAR)
    if not found and len(key) > 2:
        # A part of a name: "Sharaa".
        found = sorted((name for name in names if key in name.split()), key=len)
    ids = list(dict.fromkeys(each for name in found for each in sorted(names[name])))
    return {each: english(each) for each in ids[:_MOST]}

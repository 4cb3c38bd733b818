"""What tagging gives: tags shaped like those of the contract, with mentions in code points of the article's fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = ["Actor", "Country", "FieldName", "Found", "NameOrigin", "Role", "Tags"]

FieldName = Literal["title", "text"]
Role = Literal["place", "actor", "dateline", "mentioned", "currency"]

#: Whence a Latin name is: the lexicon has it; the index has the full name; lists have each word; a word or more is
#: romanised.
NameOrigin = Literal["lexicon", "index", "parts", "romanised"]


class Found(NamedTuple):
    """A mention: ``field[start:end] == surface``; ``entry`` names the lexicon's entry or the rule that matched."""

    field: FieldName
    start: int
    end: int
    surface: str
    entry: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country tag; the fields are those of the contract's CountryTag."""

    code: str
    name_en: str
    name_ar: str
    main: bool
    role: Role
    score: float
    mentions: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor tag; the fields are those of the contract's ActorTag."""

    id: str
    name: str
    name_en: str | None
    name_en_from: NameOrigin | None
    type: str
    country: str | None
    role: str | None
    known: bool
    score: float
    confidence: float
    same_as: tuple[str, ...]
    mentions: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags of an article: main countries first, then by score; actors by score."""

    countries: tuple[Country, ...]
    actors: tuple[Actor, ...]

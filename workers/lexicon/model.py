"""What a lexicon holds, as plain values: countries, actors, bodies, forms and the rules that choose a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Actor", "Body", "Country", "Form", "LexiconError", "Needs", "Post", "Shared", "Words"]


class LexiconError(ValueError):
    """The lexicon's data contradict themselves; the message names the file's entry and says what to mend."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country of ISO 3166-1, or XK; ``demonym`` is its first one, masculine, as written."""

    code: str
    name_en: str
    name_ar: str
    demonym: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A known person or organisation; ``type`` and the other fields are those of an actor tag.

    ``beside`` are actors whose presence lets its short forms count as its own would (داعش والقاعدة).
    """

    id: str
    type: str
    country: str | None
    name: str
    name_en: str
    role: str | None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post that an actor held from the first to the last month (YYYY-MM, both in it); still, without a last one."""

    role: str
    first: str
    last: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """A body that every country may have, as a rule one of its government; or those alone that ``only`` names."""

    key: str
    type: str
    name_en: str
    name_ar: str
    alone: bool
    only: frozenset[str]

    def name_for(self, country: Country) -> str:
        """Return the body's Arabic name with the country's demonym in agreement, or with its name when it has none."""
        if country.demonym is None:
            return f"{self.name_ar} ({country.name_ar})"
        feminine = self.name_ar.split()[0].endswith(("ة", "ات"))
        words = country.demonym.split()
        if feminine:
            words = [word + "ة" if word.endswith("ي") else word for word in words]
        return " ".join(
            [self.name_ar, *(f"ال{word}" if at == 0 or word[-1] in "ية" else word for at, word in enumerate(words))]
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """A form of several countries: the cue in the article decides, the nearest one where ``nearest`` says so.

    ``shadda`` is the country that is meant where the form is written with one (عمّان).
    """

    cues: tuple[tuple[str, str], ...]
    nearest: bool
    default: str
    shadda: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """A form that is also a common word: one of these neighbours, or of these words anywhere, makes it a country."""

    before: frozenset[str]
    after: frozenset[str]
    anywhere: tuple[str, ...]


@dataclass(slots=True)
class Form:
    """A folded form and all that it may mean. ``strip`` counts the letters of لل that are no part of the name.

    A ``weak`` form is a common word or a name as well: it counts after a locator, or beside another form of its
    country. A ``locator`` says that the name of a place follows (مدينة). ``person`` marks a known person's full name,
    ``common`` one that others bear too,
    ``body_whole`` a body's head that needs no country beside it, ``medium`` a word for a newspaper, a channel or an
    agency.
    """

    text: str
    affix: str = "plain"
    strip: int = 0
    country: tuple[str, ...] = ()
    kind: str = ""
    block: str = ""
    full: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    body: str = ""
    body_style: str = ""
    body_whole: bool = False
    title: str = ""
    bare: bool = False
    person: bool = False
    common: bool = False
    medium: bool = False
    weak: bool = False
    locator: bool = False
    homonyms: tuple[tuple[str, str], ...] = ()
    shared: Shared | None = None
    needs: Needs | None = None
    never_before: frozenset[str] = frozenset()
    never_after: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Closed lists of folded words for the rules of workers.tagging; ``heads`` maps heads of organisations to types,
    ``shapes`` three letters to what they say for a foreign word (workers/lexicon/build.py).

    One is equal to itself alone, so that what is known of a word can be remembered by word and lists.
    """

    fields: frozenset[str]
    connectors: frozenset[str]
    stop: frozenset[str]
    verbs: frozenset[str]
    given: frozenset[str]
    particles: frozenset[str]
    houses: frozenset[str]
    currencies: frozenset[str]
    media_heads: frozenset[str]
    authorities: frozenset[str]
    officers: frozenset[str]
    titles: frozenset[str]
    counterparts: frozenset[str]
    women: frozenset[str]
    envoys: frozenset[str]
    sendings: frozenset[str]
    alone_posts: frozenset[str]
    days: frozenset[str]
    formers: frozenset[str]
    sovereigns: frozenset[str]
    kin: frozenset[str]
    agents: frozenset[str]
    seats: frozenset[str]
    ranks: frozenset[str]
    common: frozenset[str]
    frequent: frozenset[str]
    doubtful: frozenset[str]
    family: frozenset[str]
    loose: frozenset[str]
    generic: frozenset[str]
    lone: frozenset[str]
    guarded: frozenset[str]
    movable: frozenset[str]
    definite_only: frozenset[str]
    commands: frozenset[str]
    movements: frozenset[str]
    political: frozenset[str]
    attributes: frozenset[str]
    nouns: frozenset[str]
    wide: frozenset[str]
    purposes: frozenset[str]
    aims: frozenset[str]
    namesakes: frozenset[str]
    press: frozenset[str]
    belonging: frozenset[str]
    cues: frozenset[str]
    relatives: frozenset[str]
    players: frozenset[str]
    saying: frozenset[str]
    halves: frozenset[str]
    heads: Mapping[str, str]
    shapes: Mapping[str, int]

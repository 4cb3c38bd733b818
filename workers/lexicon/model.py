"""What a lexicon holds, as plain values: countries, actors, bodies, forms and the rules that choose a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Actor",
    "Body",
    "Content",
    "Country",
    "Form",
    "LexiconError",
    "Names",
    "Needs",
    "Post",
    "Shared",
    "Words",
]


class LexiconError(ValueError):
    """The lexicon's data contradict themselves; the message names the first entry and says what to mend.

    ``problems`` are all that were found, each a message of its own.
    """

    def __init__(self, *problems: str) -> None:
        """Keep what was found, at least one problem."""
        more = f" (and {len(problems) - 1} more: rasid lexicon check lists them)" if len(problems) > 1 else ""
        super().__init__(problems[0] + more)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Country:
    """A country of ISO 3166-1, or XK; ``demonym`` is its first one, masculine, as written.

    ``english`` are other names that English readers use, in lower case; ``wikidata`` and ``geonames`` its ids there.
    """

    code: str
    name_en: str
    name_ar: str
    demonym: str | None = None
    english: tuple[str, ...] = ()
    wikidata: str | None = None
    geonames: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A known person or organisation; ``type`` and the other fields are those of an actor tag.

    ``role`` is what an article without a date calls it: the post that is still held, or what its entry says.
    ``beside`` are actors whose presence lets its short forms count as its own would (داعش والقاعدة); ``bodies`` the
    keys of the bodies that it is for its country (البنتاغون is the ministry of defence); ``merged`` ids of entries that
    went into this one.
    """

    id: str
    type: str
    name: str
    name_en: str
    country: str | None = None
    role: str | None = None
    wikidata: str | None = None
    beside: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post that an actor held from the first to the last month (YYYY-MM, both in it); still, without a last one.

    ``as_of`` says of a post that is still held when that was last known: a year, or a month (YYYY-MM).
    """

    role: str
    first: str
    last: str | None = None
    country: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A body that every country may have, as a rule one of its government; or those alone that ``only`` names."""

    key: str
    type: str
    name_en: str
    name_ar: str
    alone: bool
    only: frozenset[str] = frozenset()

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
    ``shapes`` three letters to what they say for a foreign word, ``bearers`` a word of people's names to the countries
    in which it is frequent, and ``indexed`` are all countries of which that is known (workers/lexicon/build.py).

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
    clocks: frozenset[str]
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
    owned: frozenset[str]
    venues: frozenset[str]
    vague: frozenset[str]
    governments: frozenset[str]
    regimes: frozenset[str]
    leaders: frozenset[str]
    wares: frozenset[str]
    sources: frozenset[str]
    palaces: frozenset[str]
    locatives: frozenset[str]
    members: frozenset[str]
    cues: frozenset[str]
    relatives: frozenset[str]
    namings: frozenset[str]
    players: frozenset[str]
    positions: frozenset[str]
    lines: frozenset[str]
    kindred: frozenset[str]
    saying: frozenset[str]
    athletes: frozenset[str]
    sports: frozenset[str]
    halves: frozenset[str]
    heads: Mapping[str, str]
    shapes: Mapping[str, int]
    bearers: Mapping[str, str]
    indexed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names by what they name, for workers.lexicon.names. Everyday ones stand in no other set of theirs.

    ``sites`` gives an outlet's name by a site's host, ``labels`` that of the only outlet whose site has this label
    before its first dot, ``owners`` that of the only outlet with a form. ``listed`` are all names of outlets, places
    and countries, ``openings`` the first words of agencies and outlets. ``nameless`` are words that stand in no name:
    verbs of news, grammar; ``frequent`` those that are frequent in news. The last five are of source/grammar.yaml.
    """

    agencies: frozenset[str]
    everyday_agencies: frozenset[str]
    wires: frozenset[str]
    desks: frozenset[str]
    outlets: frozenset[str]
    everyday_outlets: frozenset[str]
    sites: Mapping[str, str]
    labels: Mapping[str, str]
    owners: Mapping[str, str]
    places: frozenset[str]
    everyday_places: frozenset[str]
    countries: frozenset[str]
    listed: frozenset[str]
    openings: frozenset[str]
    given: frozenset[str]
    doubtful: frozenset[str]
    family: frozenset[str]
    nameless: frozenset[str]
    frequent: frozenset[str]
    outlet_heads: frozenset[str]
    before_outlets: frozenset[str]
    news: frozenset[str]
    credits: frozenset[str]
    after_outlets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Content:
    """All that a lexicon tags by, in the order of its source.

    ``cities`` gives a country by the folded name of a city, which counts after a locator; ``posts`` an actor's, the
    earlier first; ``places`` the GeoNames id of a town by its country's code and its folded name.
    """

    countries: dict[str, Country]
    actors: dict[str, Actor]
    bodies: dict[str, Body]
    cities: dict[str, str]
    posts: dict[str, tuple[Post, ...]]
    forms: tuple[Form, ...]
    words: Words
    places: dict[str, dict[str, int]]

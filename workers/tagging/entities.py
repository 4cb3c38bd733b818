"""Who is who: the actors of one article, each with the claims that name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from workers.tagging.affiliation import without_article
from workers.tagging.ids import derived_id, is_widespread
from workers.tagging.looks import BEGINNINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.tagging.claims import BodyClaim, OrganisationClaim
    from workers.tagging.spellings import Spellings
    from workers.tagging.text import AnnotatedText, Field

__all__ = ["Entities", "Entity", "Place"]


class Place(NamedTuple):
    """A stretch of a field's folded letters that names an actor; ``entry`` is the lexicon's, or the rule's name."""

    field: Field
    start: int
    end: int
    entry: str


@dataclass(slots=True, eq=False)
class Entity:
    """An actor of one article as far as it is known: fields of its tag, and its places in the order of the claims."""

    id: str
    name: str
    name_en: str | None
    type: str
    country: str | None
    role: str | None
    known: bool
    #: The folded name that tells the id of whom the lexicon lacks.
    folded: str = ""
    #: Whether bodies of several countries bear the name: its country is then a part of the id.
    generic: bool = False
    #: Whether the name of an organisation that the lexicon lacks holds a country.
    has_country_in_name: bool = False
    #: Without a country it has none: the article's leading one is not meant.
    settled: bool = False
    #: Whether the role is the text's, and tells the country; None while it is not the text's.
    role_owned: bool | None = None
    places: list[Place] = field(default_factory=list)
    #: The names by which it stands, folded, as words.
    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Add a place that names it."""
        self.places.append(place)
        if self.type == "person":
            name = place.field.view.plain[place.start : place.end]
            if name not in self.names:
                self.names[name] = name.split(" ")


class Entities:
    """The actors of one article: `resolve` adds to them, claim by claim."""

    def __init__(self, text: AnnotatedText, spellings: Spellings) -> None:
        """Begin with nobody."""
        self._text, self._spellings = text, spellings
        self._by_id: dict[str, Entity] = {}
        self._keys: dict[str, str] = {}

    def all(self) -> list[Entity]:
        """Return the actors in the order in which they were named."""
        return list(self._by_id.values())

    def people(self) -> Iterable[Entity]:
        """Return the people among them."""
        return [entity for entity in self._by_id.values() if entity.type == "person"]

    def listed(self, identity: str) -> Entity:
        """Return an actor of the lexicon, with the country and the role of the article's month."""
        entity = self._by_id.get(identity)
        if entity is None:
            actor = self._text.lexicon.actors[identity]
            country, role = self._text.country_and_role(identity)
            entity = Entity(identity, actor.name, actor.name_en, actor.type, country, role, known=True)
            self._by_id[identity] = entity
        return entity

    def body(self, claim: BodyClaim) -> Entity:
        """Return the body of a country: the lexicon's own entry, where one is that body (البنتاغون)."""
        listed = self._text.lexicon.body_of.get((claim.code, claim.hit.form.body))
        if listed is not None:
            return self.listed(listed)
        entity = self._by_id.get(claim.identity)
        if entity is None:
            lexicon = self._text.lexicon
            country, body = lexicon.countries[claim.code], lexicon.bodies[claim.hit.form.body]
            name_en = f"{body.name_en} ({country.name_en})"
            entity = Entity(claim.identity, body.name_for(country), name_en, body.type, claim.code, None, known=True)
            self._by_id[claim.identity] = entity
        return entity

    def organisation(self, claim: OrganisationClaim, country: str | None) -> Entity:
        """Return the organisation that a claim names: one named before, or a new one of a country.

        An article says the whole name once (المركز القومي للأعاصير التابع …), and its first words afterwards.
        """
        view, found = claim.field.view, claim.found
        folded = view.plain[found.start : found.end]
        entity = self._organisation_like(folded, found.type)
        if entity is not None:
            entity.country = entity.country or country
            entity.has_country_in_name |= bool(found.holders)
            return entity
        # Behind لل a name has lost its article.
        article = "ال" if view.plain.endswith("لل", 0, found.start) else ""
        name = article + claim.field.surface(found.start, found.end)
        key = f"{found.type} {without_article(folded)}"
        new = Entity(key, name, None, found.type, country, None, known=False, settled=found.wide)
        new.folded, new.generic, new.has_country_in_name = folded, found.own is None, bool(found.holders)
        return self._by_id.setdefault(key, new)

    def _organisation_like(self, name: str, kind: str) -> Entity | None:
        """The organisation already found whose name begins with this one, or that begins this one."""
        words = without_article(name).split(" ")
        for entity in self._by_id.values():
            if entity.known or entity.type != kind:
                continue
            place = entity.places[0]
            other = without_article(place.field.view.plain[place.start : place.end]).split(" ")
            shorter = min(len(words), len(other))
            if shorter > 1 and words[:shorter] == other[:shorter]:
                return entity
        return None

    def spelled(self, name: str, country: str | None) -> Entity | None:
        """Return the listed person whom a folded name means in another spelling, unless of another country."""
        identity = self._spellings.known(name)
        if identity is None or country not in (None, self._text.country_and_role(identity)[0]):
            return None
        return self.listed(identity)

    def person(self, place: Place, country: str | None, role: str | None, *, settled: bool) -> Entity:
        """Return the person whom a name means that no form of the lexicon is: one named before, or a new one.

        Of whom only the surname stood before (والسيد كوديافتسيف), the name is now whole.
        """
        name = place.field.view.plain[place.start : place.end]
        surface = place.field.surface(place.start, place.end)
        entity = self._bearer(name)
        if entity is None:
            new = Entity(f"person {name}", surface, None, "person", country, role, known=False, settled=settled)
            new.folded = name
            return self._by_id.setdefault(new.id, new)
        if not entity.known and " " in name and " " not in entity.name:
            del self._by_id[entity.id]
            entity.id, entity.name, entity.folded = f"person {name}", surface, name
            return self._by_id.setdefault(entity.id, entity)
        return entity

    def settle(self, leading: str | None) -> None:
        """Give organisations that no list knows the article's leading country where none is theirs, and all their ids.

        Two that have one id then are one actor: the later one's places become the earlier one's.
        """
        settled: dict[str, Entity] = {}
        for entity in self._by_id.values():
            if not entity.known:
                # A person may be from anywhere.
                if not entity.settled and entity.type != "person":
                    entity.country = entity.country or leading
                if entity.type == "person" and is_widespread(entity.folded, self._text.words):
                    entity.generic = True
                country = entity.country if entity.generic else None
                entity.id = derived_id(entity.folded, entity.type, country, self._text.words)
            first = settled.setdefault(entity.id, entity)
            if first is not entity:
                first.places += entity.places
                first.role = first.role or entity.role
                first.has_country_in_name |= entity.has_country_in_name
        self._by_id = settled

    def _bearer(self, name: str) -> Entity | None:
        """The person already found whose name this is in a longer or shorter form, or in another spelling."""
        words = name.split(" ")
        for entity in self.people():
            for other, parts in entity.names.items():
                if _are_alike(words, parts) or (len(words) > 1 < len(parts) and self._key(other) == self._key(name)):
                    return entity
        return None

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = self._spellings.key(name)
        return key


def _are_alike(words: list[str], other: list[str]) -> bool:
    """Whether two names are one in a longer and a shorter form: the same words at both ends, more words behind the same
    two (محمد فريد, محمد فريد حجازي; عمر الرزاز, عمر أحمد منيف الرزاز), or the surname alone.
    """
    words, other = _units(words), _units(other)
    shorter = min(len(words), len(other))
    ends_alike = words[-1] == other[-1] or words[:shorter] == other[:shorter]
    return ends_alike and (shorter == 1 or words[0] == other[0])


def _units(words: list[str]) -> list[str]:
    """The words of a name with أبو, ابن and عبد joined to what follows: different fathers are different people."""
    units: list[str] = []
    is_open = False
    for word in words:
        if is_open:
            units[-1] += f" {word}"
        else:
            units.append(word)
        is_open = word in BEGINNINGS
    return units

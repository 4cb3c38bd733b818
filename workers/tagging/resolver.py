"""The resolver: from the claims that stand to tags. It decides who is who, whose country and role are whose, which
later mentions count, and which countries were surnames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from workers.tagging.affiliation import (
    country_before,
    country_behind,
    is_clubs,
    last_country,
    located,
    plays_for,
    post_country,
)
from workers.tagging.aliases import aliases_of
from workers.tagging.claims import (
    BodyClaim,
    LaterClaim,
    ListedClaim,
    OrganisationClaim,
    PersonClaim,
    PostClaim,
    shares_of,
)
from workers.tagging.confidence import confidence, signs_of
from workers.tagging.coverage import OVERLAP
from workers.tagging.entities import Entities, Place
from workers.tagging.ids import earlier_id
from workers.tagging.model import Actor, Found, Tags
from workers.tagging.origins import likely_country
from workers.tagging.posts import role_text, wording
from workers.tagging.romanise import latin_name
from workers.tagging.scores import actor_score, rank_countries
from workers.tagging.view import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from workers.tagging.affiliation import PostCountry
    from workers.tagging.claims import ActorClaim, Claim, Claims, CountryClaim
    from workers.tagging.entities import Entity
    from workers.tagging.model import FieldName, NameOrigin
    from workers.tagging.spellings import Spellings
    from workers.tagging.text import AnnotatedText

__all__ = ["SURNAME", "Loss", "Resolution", "resolve"]

_SPELLING = "rule:spelling"
SURNAME = "it is a person's surname here"
"""Why the claim of a country is lost: it stands in a person's name."""

_SECOND_NAME = "only the first name that the article gives somebody is looked for again"


class Loss(NamedTuple):
    """A claim that is lost, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Resolution:
    """What became of the claims: the tags, the id of the actor whom each claim names, by field and by where the claim
    begins, the places of countries that act, the claims that are lost, and what speaks for each actor by its id (names
    of workers.tagging.confidence.SIGNS).
    """

    tags: Tags
    identities: dict[tuple[FieldName, int], str]
    acting: AbstractSet[tuple[FieldName, int]]
    lost: tuple[Loss, ...]
    signs: Mapping[str, frozenset[str]]


class _ResolvedPost(NamedTuple):
    """A post with its country, and who holds it, if the text names somebody beside it."""

    post: PostClaim
    country: PostCountry
    bearer: Entity | None


def resolve(text: AnnotatedText, claims: Claims, spellings: Spellings) -> Resolution:
    """Return the tags that follow from the claims, and what became of each claim. The same claims, the same tags."""
    resolver = _Resolver(text, claims, spellings)
    resolver.link()
    resolver.read_apposed()
    resolver.give_countries()
    resolver.link_later()
    return resolver.resolution()


class _Resolver:
    """The state of one call of `resolve`, in the order of its methods."""

    def __init__(self, text: AnnotatedText, claims: Claims, spellings: Spellings) -> None:
        self._text, self._claims, self._countries = text, claims, claims.countries
        self._entities = Entities(text, spellings)
        self._linked: dict[tuple[FieldName, int], Entity] = {}
        #: By field and place; the later posts need them in the order of the article.
        self._posts: dict[tuple[FieldName, int], _ResolvedPost] = {}
        self._post_countries: dict[tuple[FieldName, int], PostCountry] = {}
        self._apposed: dict[tuple[FieldName, int], PostClaim] = {}
        self._later: list[LaterClaim] = []
        #: Proper names of organisations, in order.
        self._proper: list[tuple[Entity, str]] = []
        self._acting: set[tuple[FieldName, int]] = set()
        self._surnames: set[tuple[FieldName, int]] = set()
        self._lost: list[Loss] = []
        #: Where claims that are lost stand; None before the first of them is asked for.
        self._lost_words: dict[FieldName, Stretches] | None = None
        self._signs: dict[str, frozenset[str]] = {}

    # Who is who -------------------------------------------------------------------------------------------------------

    def link(self) -> None:
        """Give each claim of a name its actor, in the order of the claims."""
        for claim in self._claims.standing:
            if isinstance(claim, ListedClaim):
                self._place(self._entities.listed(claim.identity), claim, f"actor:{claim.identity}")
            elif isinstance(claim, BodyClaim):
                if claim.holder is not None:
                    self._act(claim.holder)
                self._place(self._entities.body(claim), claim, f"body:{claim.identity}")
            elif isinstance(claim, OrganisationClaim):
                self._link_organisation(claim)
            elif isinstance(claim, PersonClaim):
                self._link_person(claim)
            elif isinstance(claim, PostClaim):
                self._link_post(claim)
            else:
                self._later.append(claim)

    def _place(self, entity: Entity, claim: ActorClaim, entry: str) -> Entity:
        entity.add(Place(claim.field, claim.start, claim.end, entry))
        self._linked[claim.field.name, claim.start] = entity
        return entity

    def _act(self, claim: CountryClaim) -> None:
        """The country acts: it stands in the name of one of its bodies, or in a post of one."""
        self._acting.add((claim.field.name, claim.begins))

    def _link_organisation(self, claim: OrganisationClaim) -> None:
        """A country inside its name is its own, else that of the place right behind it."""
        if claim.identity is not None:
            self._place(self._entities.listed(claim.identity), claim, f"actor:{claim.identity}")
            return
        found, country = claim.found, None
        for at in found.holders:
            holder = self._countries.at(claim.field)[at]
            self._act(holder)
            country = country or holder.codes[0]
        if country is None and not found.wide:
            country = located(claim.field, self._countries, found.end)
        entity = self._place(self._entities.organisation(claim, country), claim, "rule:head")
        if found.own is not None:
            self._proper.append((entity, claim.field.view.plain[slice(*found.own)]))

    def _link_post(self, post: PostClaim) -> None:
        if post.named is not None:
            self._apposed[post.field.name, post.named.start] = post
            return
        resolved = self._resolve_post(post, None)
        if post.hit.form.title != "posts":
            return
        entity = None if post.listed is None else self._linked[post.field.name, post.listed.start]
        self._posts[post.field.name, post.start] = resolved._replace(bearer=entity)
        if entity is not None:
            role = role_text(post, self._text.words)
            self._give_role(entity, role, is_whole=post.is_whole, owned=post.country is not None)

    def _resolve_post(self, post: PostClaim, bearer: Entity | None) -> _ResolvedPost:
        """What a post tells: its country acts."""
        country = post_country(post, self._entity, self._text.words)
        if country.by is not None:
            self._act(country.by)
        self._post_countries[post.field.name, post.start] = country
        return _ResolvedPost(post, country, bearer)

    def _entity(self, claim: ActorClaim) -> Entity:
        return self._linked[claim.field.name, claim.start]

    def _link_person(self, claim: PersonClaim) -> None:
        """Give a name its person: one of the lexicon in another spelling, one named before, or a new one.

        Countries in the name are surnames.
        """
        field, post = claim.field, claim.post
        country, role, settled = self._introduction(claim)
        for surname in self._countries.inside(field, claim.start, claim.end):
            self._surnames.add((field.name, surname.begins))
        entity = self._entities.spelled(field.view.plain[claim.start : claim.end], country)
        if entity is not None:
            is_whole = role is not None and " " in role
            self._place(entity, claim, _SPELLING)
            self._give_role(entity, role, is_whole=is_whole, owned=country is not None)
        else:
            place = Place(field, claim.start, claim.end, claim.rule)
            entity = self._entities.person(place, country, role, settled=settled)
            self._place(entity, claim, claim.rule)
        if post is not None and (resolved := self._posts.get((field.name, post.start))) is not None:
            self._posts[field.name, post.start] = resolved._replace(bearer=entity)

    def _introduction(self, claim: PersonClaim) -> tuple[str | None, str | None, bool]:
        """The country, the role and whether it is settled that there is no country, from what stands before a name."""
        field, post, words = claim.field, claim.post, self._text.words
        if post is None:
            is_players = plays_for(field, self._countries, claim.start, words)
            return country_before(field, self._countries, claim.start, words), None, is_players
        resolved = self._post_countries[field.name, post.start]
        country, is_titled = resolved.code, bool(post.hit.form.title)
        settled = resolved.settled or plays_for(field, self._countries, claim.start, words)
        if country is None and not is_titled:
            nisba = self._countries.at(field)[post.hit.start - post.hit.proclitics]
            if is_clubs(nisba, words):
                return None, None, True
            country = nisba.codes[0]
        if country is None and not settled:
            country = country_before(field, self._countries, post.hit.start, words)
        return country, role_text(post, words) if is_titled else None, settled

    # Whose, and what they are -----------------------------------------------------------------------------------------

    def _give_role(self, entity: Entity, role: str | None, *, is_whole: bool, owned: bool) -> None:
        """Give a listed person the post that the text names: where the article has no date, before the lexicon's, which
        is of its own year, if the text says more than a bare title; else where the lexicon knows none. One with its
        country (``owned``) goes before one without.
        """
        if role is None or (entity.role_owned is not None and entity.role_owned >= owned):
            return
        if entity.role is None or (self._text.month is None and is_whole):
            entity.role, entity.role_owned = role, owned

    def read_apposed(self) -> None:
        """Read the posts behind names."""
        if not self._apposed:
            return
        for field in self._text.fields:
            for entity in self._entities.people():
                for place in entity.places:
                    post = self._apposed.get((field.name, place.start)) if place.field is field else None
                    if post is not None:
                        self._read_apposed(entity, post)

    def _read_apposed(self, entity: Entity, post: PostClaim) -> None:
        # A comma must tell of a known person: وصف بوتين رئيس أوكرانيا.
        if entity.known and not post.is_apart:
            self._lost.append(Loss(post, "a listed person's post stands behind a comma"))
            return
        resolved = self._resolve_post(post, entity)
        self._posts[post.field.name, post.start] = resolved
        role = role_text(post, self._text.words)
        if entity.known:
            self._give_role(entity, role, is_whole=post.is_whole, owned=post.country is not None)
            return
        entity.settled = entity.settled or (resolved.country.settled and entity.country is None)
        entity.country = entity.country or resolved.country.code
        entity.role = entity.role or role

    def give_countries(self) -> None:
        """Give those whom no list knows a country: a person that of what is said behind the name, else one that the
        article is about and the name fits; an organisation the one named last before it, where none leads the article.
        """
        shares = shares_of(claim for claim in self._countries.all if not self._is_surname(claim))
        for entity in self._entities.all():
            if entity.known or entity.settled or entity.country:
                continue
            place = entity.places[0]
            if entity.type == "person":
                name = place.field.view.plain[place.start : place.end]
                behind = country_behind(place.field, self._countries, place.end)
                entity.country = behind or likely_country(name, shares, self._text.words)
            elif self._countries.leading is None:
                entity.country = last_country(place.field, self._countries, place.start, self._text.words)

    # Later mentions ---------------------------------------------------------------------------------------------------

    def link_later(self) -> None:
        """Link the places where somebody named before is named again, organisations first."""
        if not self._later:
            return
        taken = {name: held.copy() for name, held in self._claims.taken.items()}
        by_seed: dict[tuple[bool, str], list[LaterClaim]] = {}
        posts: list[LaterClaim] = []
        for claim in self._later:
            if isinstance(claim.antecedent, PostClaim):
                posts.append(claim)
            else:
                by_seed.setdefault((claim.antecedent.is_person, claim.seed), []).append(claim)
        for key, entity in self._seeds():
            self._repeat(entity, by_seed.pop(key, ()), taken)
        self._lost += [Loss(claim, _SECOND_NAME) for claims in by_seed.values() for claim in claims]
        if posts:
            self._link_later_posts(posts)

    def _seeds(self) -> Iterator[tuple[tuple[bool, str], Entity]]:
        """The name of each actor of which later places are its own: of an organisation its first proper name, of a
        person the first that no form of the lexicon is.
        """
        proper: dict[int, tuple[tuple[bool, str], Entity]] = {}
        for entity, name in self._proper:
            proper.setdefault(id(entity), ((False, name), entity))
        yield from proper.values()
        for entity in self._entities.people():
            place = next((each for each in entity.places if not entity.known or each.entry == _SPELLING), None)
            if place is not None:
                yield (True, place.field.view.plain[place.start : place.end]), entity

    def _repeat(self, entity: Entity, claims: Iterable[LaterClaim], taken: Mapping[FieldName, Stretches]) -> None:
        for claim in claims:
            held = taken[claim.field.name]
            if held.touches(claim.start, claim.end):
                self._lost.append(Loss(claim, OVERLAP))
                continue
            held.add(claim.start, claim.end)
            self._add_later(entity, claim)

    def _add_later(self, entity: Entity, claim: LaterClaim) -> None:
        entity.places.append(Place(claim.field, claim.start, claim.end, claim.rule))
        self._linked[claim.field.name, claim.start] = entity

    def _link_later_posts(self, claims: Iterable[LaterClaim]) -> None:
        """Link the posts that stand for a person named before. Only where they mean one."""
        held = [resolved for resolved in self._posts.values() if resolved.bearer is not None]
        for claim in claims:
            resolved = self._posts[claim.field.name, claim.start]
            if resolved.bearer is not None:
                self._lost.append(Loss(claim, "it is the post of somebody whose name stands right before it"))
                continue
            bearers = self._bearers(resolved, held)
            if len(bearers) == 1:
                self._add_later(bearers[0], claim)
            else:
                reason = "several people hold such a post" if bearers else "nobody is named before with such a post"
                self._lost.append(Loss(claim, reason))

    def _bearers(self, resolved: _ResolvedPost, held: Sequence[_ResolvedPost]) -> list[Entity]:
        """Those who hold a post by what stands before it, each once; ``held`` are the posts that somebody holds."""
        if not held:
            return []
        words, place = wording(resolved.post, self._text.words), self._order(resolved)
        bearers = {
            id(other.bearer): other.bearer
            for other in held
            if other.bearer is not None and self._order(other) < place and self._means(resolved, words, other)
        }
        return list(bearers.values())

    @staticmethod
    def _order(resolved: _ResolvedPost) -> tuple[bool, int]:
        """Where a post stands in the article."""
        return resolved.post.field.name != "title", resolved.post.start

    def _means(self, post: _ResolvedPost, words: str, other: _ResolvedPost) -> bool:
        """Whether a post that stands alone, in these ``words``, may be the one beside a name: the same words and
        country, or الوزير.
        """
        country, theirs = post.country.code, wording(other.post, self._text.words)
        if words in self._text.words.alone_posts and country is None:
            return theirs.split(" ")[0] == words
        if words != theirs or (" " not in words and country is None):
            return False
        return country in (None, (other.bearer and other.bearer.country) or other.country.code)

    # Tags -------------------------------------------------------------------------------------------------------------

    def resolution(self) -> Resolution:
        """Return the tags, actors by score and then by id, and what became of the claims."""
        self._entities.settle(self._countries.leading)
        actors = sorted(map(self._tag, self._entities.all()), key=lambda tag: (-tag.score, tag.id))
        countries = [self._as_acting(claim) for claim in self._countries.all if not self._is_surname(claim)]
        ranked = rank_countries(countries, self._text.lexicon, titled=self._text.is_titled)
        identities = {place: entity.id for place, entity in self._linked.items()}
        surnames = [Loss(claim, SURNAME) for claim in self._countries.all if self._is_surname(claim)]
        tags, lost = Tags(ranked, tuple(actors)), (*self._lost, *surnames)
        return Resolution(tags, identities, self._acting, lost, self._signs)

    def _is_surname(self, claim: CountryClaim) -> bool:
        return (claim.field.name, claim.begins) in self._surnames

    def _as_acting(self, claim: CountryClaim) -> CountryClaim:
        return claim._replace(role="actor") if (claim.field.name, claim.begins) in self._acting else claim

    def _tag(self, entity: Entity) -> Actor:
        places = sorted(entity.places, key=lambda place: (place.field.name != "title", place.start))
        self._signs[entity.id] = signs = signs_of(
            entity, is_read_twice=not entity.known and self._is_read_twice(places)
        )
        return Actor(
            entity.id,
            entity.name,
            *self._name_en(entity),
            entity.type,
            entity.country,
            entity.role,
            entity.known,
            actor_score((place.field.name for place in places), known=entity.known),
            confidence(signs),
            self._same_as(entity),
            tuple(map(_found, places)),
        )

    def _name_en(self, entity: Entity) -> tuple[str | None, NameOrigin | None]:
        """The English name: of people whom the lexicon lacks in Latin letters, of such organisations none, since their
        names are translated and not spelled out.
        """
        if entity.known:
            return entity.name_en, "lexicon"
        return latin_name(entity.name, entity.country, self._text.lexicon) if entity.type == "person" else (None, None)

    def _same_as(self, entity: Entity) -> tuple[str, ...]:
        """Other ids under which events carry or carried the actor: of a listed one its aliases, of another the one that
        contract 1.0 gave to its name, unless bodies of several countries share that.
        """
        if entity.known:
            return aliases_of(entity.id, self._text.lexicon)
        return () if entity.generic else (earlier_id(entity.folded),)

    def _is_read_twice(self, places: Iterable[Place]) -> bool:
        """Whether a claim that is lost stands on words of one of these places."""
        if self._lost_words is None:
            self._lost_words = {field.name: Stretches(len(field.view.plain)) for field in self._text.fields}
            for claim in (*self._claims.lost, *(loss.claim for loss in self._lost)):
                self._lost_words[claim.field.name].add(claim.start, claim.end)
        return any(self._lost_words[place.field.name].touches(place.start, place.end) for place in places)


def _found(place: Place) -> Found:
    view = place.field.view
    start, end = view.place(place.start, place.end)
    return Found(view.field, start, end, view.original[start:end], place.entry)

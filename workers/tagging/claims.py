"""Claims: what the passes say of stretches of an article, before it is decided who and what is meant.

A claim has a span, a kind, a candidate (whom or what it names), a rule, evidence and a strength. Spans are code points
of the field's folded letters. A claim whose ``against`` says something is lost; the others stand.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from workers.tagging.view import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workers.lexicon import Hit
    from workers.tagging.model import FieldName, Role
    from workers.tagging.organisations import Organisation
    from workers.tagging.persons import StatedPost
    from workers.tagging.text import AnnotatedText, Field

__all__ = [
    "ActorClaim",
    "BodyClaim",
    "Claim",
    "Claims",
    "Countries",
    "CountryClaim",
    "Holder",
    "LaterClaim",
    "ListedClaim",
    "OrganisationClaim",
    "PersonClaim",
    "PostClaim",
    "Strength",
    "first_claims",
    "shares_of",
]


class Strength(IntEnum):
    """How sure a rule is. Passes run from the strongest to the weakest; of two that overlap the stronger stands."""

    LATER = 0
    """A name or a post that stands for somebody named before."""
    SPEAKER = 1
    """One word behind a verb of saying."""
    NAME = 2
    """Words that look like a person's name."""
    HEAD = 3
    """The head of an organisation's name and what follows."""
    POST = 4
    """A post, and the name behind it."""
    FORM = 5
    """A form of the lexicon."""


class CountryClaim(NamedTuple):
    """A form that names one country, or two at once (الكوريتان). ``role`` is what its neighbours make of it."""

    field: Field
    hit: Hit
    codes: tuple[str, ...]
    role: Role
    against: str = ""

    @property
    def begins(self) -> int:
        """Where the word begins that it stands in, with its proclitics."""
        return self.hit.start - self.hit.proclitics

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.hit.start + self.hit.form.strip

    @property
    def end(self) -> int:
        """Where the name ends."""
        return self.hit.end

    @property
    def is_nisba(self) -> bool:
        """Whether it is an adjective: الفرنسي, not فرنسا."""
        return self.hit.form.kind == "demonym"

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        return Strength.FORM


class ListedClaim(NamedTuple):
    """An actor of the lexicon, by a form of it; ``begins`` is where the word begins, with its proclitics."""

    field: Field
    begins: int
    start: int
    end: int
    identity: str
    is_person: bool
    strength: Strength = Strength.FORM
    against: str = ""


class BodyClaim(NamedTuple):
    """A body of a country (bodies.yaml): by the country's name beside it (``holder``), or standing alone.

    ``code`` is empty where no country is found.
    """

    field: Field
    hit: Hit
    code: str
    end: int
    holder: CountryClaim | None
    against: str = ""

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.hit.start + self.hit.form.strip

    @property
    def identity(self) -> str:
        """The id: the country's code and the body's key."""
        return f"{self.code.lower()}-{self.hit.form.body}"

    @property
    def is_person(self) -> bool:
        """Whether it names a person: never."""
        return False

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        return Strength.FORM


class Holder(NamedTuple):
    """What stands in a post and may tell whose it is: a country, or a body or a person of one; or both at one place."""

    country: CountryClaim | None
    owner: ActorClaim | None


class PostClaim(NamedTuple):
    """A title with its field of work (وزير الخارجية الفرنسي), before a name or behind one.

    ``read`` is what the grammar made of it, ``holders`` what in it may tell its country, in order, and ``country`` the
    first country in it. ``other`` is the post whose words it takes over (نظيره), ``listed`` the listed person behind
    it, ``is_introducing`` whether a name follows that no list has, ``named`` whose name stands right before it, and
    ``is_apart`` whether a comma stands between the two.
    """

    field: Field
    hit: Hit
    read: StatedPost
    holders: tuple[Holder, ...]
    country: CountryClaim | None
    other: PostClaim | None = None
    listed: ListedClaim | None = None
    is_introducing: bool = False
    named: ActorClaim | None = None
    is_apart: bool = False
    against: str = ""

    @property
    def start(self) -> int:
        """Where the post begins."""
        return self.hit.start + self.hit.form.strip

    @property
    def end(self) -> int:
        """Where the post ends: behind its country, if it has one."""
        return self.read.end if self.country is None else self.country.hit.end

    @property
    def stop(self) -> int:
        """Where the words of the post end, before its country."""
        return self.read.end if self.country is None else self.country.begins

    @property
    def is_whole(self) -> bool:
        """Whether it is more than a bare title."""
        return self.read.end > self.hit.end

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        return Strength.POST


class PersonClaim(NamedTuple):
    """A person's name that no form of the lexicon is; ``post`` is the title that introduces it, if one does."""

    field: Field
    start: int
    end: int
    rule: str
    strength: Strength
    post: PostClaim | None = None
    against: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it names a person: always."""
        return True


class OrganisationClaim(NamedTuple):
    """An organisation by its head; ``identity`` is the listed one that it is without its quotation marks."""

    field: Field
    found: Organisation
    identity: str | None
    against: str = ""

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.found.start

    @property
    def end(self) -> int:
        """Where the name ends."""
        return self.found.end

    @property
    def is_person(self) -> bool:
        """Whether it names a person: never."""
        return False

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        return Strength.HEAD


class LaterClaim(NamedTuple):
    """A stretch that stands for whom ``antecedent`` names: its name again, whole or in part, or a post alone.

    ``seed`` is the name of which it repeats all or a part; empty for a post.
    """

    field: Field
    start: int
    end: int
    rule: str
    antecedent: PersonClaim | OrganisationClaim | PostClaim
    seed: str
    against: str = ""

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        return Strength.LATER


#: Claims that say who is named, each with ``field``, ``start``, ``end`` and ``is_person``.
ActorClaim: TypeAlias = ListedClaim | BodyClaim | PersonClaim | OrganisationClaim
#: Claims that say what stands there, and leave to others who is meant.
_NAMELESS = (PostClaim, LaterClaim)
Claim: TypeAlias = CountryClaim | ActorClaim | PostClaim | LaterClaim


class Countries:
    """The countries' claims that stand, in order, and where each is. ``named`` are their codes, ``leading`` the country
    that over half of all mentions name, if one does.
    """

    __slots__ = ("_by_start", "_starts", "all", "leading", "named")

    def __init__(self, text: AnnotatedText, claims: Sequence[CountryClaim]) -> None:
        """Take the claims that stand, title's first."""
        self.all = claims
        self.named = {code for claim in claims for code in claim.codes}
        self.leading = _leading(shares_of(claims))
        self._by_start: dict[FieldName, dict[int, CountryClaim]] = {field.name: {} for field in text.fields}
        for claim in claims:
            self._by_start[claim.field.name][claim.begins] = claim
        self._starts = {name: sorted(found) for name, found in self._by_start.items()}

    def at(self, field: Field) -> Mapping[int, CountryClaim]:
        """Return a field's claims by where the word begins that each stands in, with proclitics."""
        return self._by_start[field.name]

    def before(self, field: Field, end: int) -> list[CountryClaim]:
        """Return the two claims of a field whose words begin last before a place, in order."""
        starts, at = self._starts[field.name], self._by_start[field.name]
        number = bisect_left(starts, end)
        return [at[begins] for begins in starts[max(0, number - 2) : number]]

    def inside(self, field: Field, start: int, end: int) -> list[CountryClaim]:
        """Return the claims of a field that lie in a stretch whole, with the proclitics of their words."""
        starts, at = self._starts[field.name], self._by_start[field.name]
        first = bisect_left(starts, start)
        return [at[begins] for begins in starts[first : bisect_left(starts, end, first)] if at[begins].hit.end <= end]


def shares_of(claims: Iterable[CountryClaim]) -> dict[str, float]:
    """Each country's share of all mentions, a title's counting two."""
    counts: dict[str, float] = {}
    for claim in claims:
        for code in claim.codes:
            counts[code] = counts.get(code, 0) + (2.0 if claim.field.name == "title" else 1.0)
    total = sum(counts.values())
    return {code: count / total for code, count in counts.items()}


def _leading(shares: Mapping[str, float]) -> str | None:
    best = min(shares, key=lambda code: (-shares[code], code), default=None)
    return best if best is not None and shares[best] > 0.5 else None


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """All claims made so far: countries', the others that stand in the order in which they were made, and the lost."""

    countries: Countries
    standing: tuple[ActorClaim | PostClaim | LaterClaim, ...]
    lost: tuple[Claim, ...]
    taken: Mapping[FieldName, Stretches]
    """The stretches of each field that name an actor."""

    def naming(self, field: Field) -> list[ActorClaim]:
        """Return the claims that stand in a field and say who is named, in order."""
        return [claim for claim in self.standing if claim.field is field and not isinstance(claim, _NAMELESS)]

    def posts(self, field: Field) -> list[PostClaim]:
        """Return the claims of posts that stand in a field, in order."""
        return [claim for claim in self.standing if claim.field is field and isinstance(claim, PostClaim)]

    def adding(self, made: Iterable[ActorClaim | PostClaim | LaterClaim]) -> Claims:
        """Return these claims and those of one more pass."""
        claims = tuple(made)
        if not claims:
            return self
        standing = tuple([claim for claim in claims if not claim.against])
        lost = self.lost if len(standing) == len(claims) else (*self.lost, *[each for each in claims if each.against])
        taken = dict(self.taken)
        for claim in standing:
            if not isinstance(claim, _NAMELESS):
                name = claim.field.name
                if taken[name] is self.taken[name]:
                    taken[name] = self.taken[name].copy()
                taken[name].add(claim.start, claim.end)
        return Claims(self.countries, self.standing + standing, lost, taken)


def first_claims(text: AnnotatedText, countries: Sequence[CountryClaim]) -> Claims:
    """Return the claims that are there when only countries were looked for."""
    standing = [claim for claim in countries if not claim.against]
    lost = tuple(claim for claim in countries if claim.against)
    taken = {field.name: Stretches(len(field.view.plain)) for field in text.fields}
    return Claims(Countries(text, standing), (), lost, taken)

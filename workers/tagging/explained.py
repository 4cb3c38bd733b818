"""Claims in words: what each said and by what evidence, whether it won, and if not, against what it lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from workers.tagging.claims import (
    BodyClaim,
    CountryClaim,
    LaterClaim,
    ListedClaim,
    OrganisationClaim,
    PersonClaim,
    PostClaim,
)
from workers.tagging.coverage import EXCLUDED, OVERLAP, PLACE
from workers.tagging.resolver import SURNAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.tagging.claims import Claim, Claims, Strength
    from workers.tagging.model import FieldName
    from workers.tagging.resolver import Resolution

__all__ = ["Evidence", "Outcome", "outcomes"]

_NOBODY = "no name stands beside it"


class Evidence(NamedTuple):
    """What speaks for a claim: the kind of thing, in English, and the thing itself, as a rule words of the article."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim and what became of it; the span is in code points of the article's field, as a mention's is.

    ``candidate`` is a country's code, two joined by a plus sign, or an actor's id; empty for a lost claim of somebody
    whom the lexicon lacks. ``reason`` says why it was lost and is empty when it won; ``rival`` names the claim or the
    form that it lost against, if it was one.
    """

    field: FieldName
    start: int
    end: int
    surface: str
    kind: str
    candidate: str
    rule: str
    strength: Strength
    evidence: tuple[Evidence, ...]
    reason: str
    rival: str

    @property
    def won(self) -> bool:
        """Whether it is part of a tag."""
        return not self.reason


def outcomes(claims: Claims, resolution: Resolution) -> tuple[Outcome, ...]:
    """Return what became of every claim, in the order of the article, the title first."""
    return tuple(_Reader(claims, resolution).outcomes())


class _Reader:
    """One article's claims, with the reasons of those that are lost."""

    def __init__(self, claims: Claims, resolution: Resolution) -> None:
        self._claims = claims
        self._identities, self._acting = resolution.identities, resolution.acting
        #: By the claim's own identity: claims may be equal.
        self._reasons = {id(loss.claim): loss.reason for loss in resolution.lost}
        self._reasons.update({id(claim): claim.against for claim in claims.lost})
        #: Where the name begins that each post introduces.
        self._names = {
            (claim.field.name, claim.post.start): claim.start
            for claim in claims.standing
            if isinstance(claim, PersonClaim) and claim.post is not None
        }

    def outcomes(self) -> list[Outcome]:
        found = [self._outcome(claim) for claim in self._shown()]
        return sorted(found, key=lambda each: (each.field != "title", each.start, bool(each.reason), each.end))

    def _shown(self) -> Iterator[Claim]:
        """All claims but posts without a name beside them of which a later claim says whom they stand for."""
        later = {id(claim.antecedent) for claim in self._claims.standing if isinstance(claim, LaterClaim)}
        later |= {id(claim.antecedent) for claim in self._claims.lost if isinstance(claim, LaterClaim)}
        for claim in (*self._claims.countries.all, *self._claims.lost, *self._claims.standing):
            is_told = isinstance(claim, PostClaim) and id(claim) in later and not self._holder(claim)
            if not is_told:
                yield claim

    def _outcome(self, claim: Claim) -> Outcome:
        start, end = claim.field.view.place(claim.start, claim.end)
        reason = self._reasons.get(id(claim), "")
        candidate = self._candidate(claim, is_lost=bool(reason))
        if isinstance(claim, PostClaim) and not reason and not candidate:
            reason = _NOBODY
        return Outcome(
            claim.field.name,
            start,
            end,
            claim.field.view.original[start:end],
            _KINDS[type(claim)],
            candidate,
            _rule(claim),
            claim.strength,
            tuple(self._evidence(claim)),
            reason,
            self._rival(claim, reason),
        )

    def _candidate(self, claim: Claim, *, is_lost: bool) -> str:
        """Whom or what a claim names."""
        if isinstance(claim, CountryClaim):
            return "+".join(claim.codes)
        if isinstance(claim, ListedClaim):
            return claim.identity
        if isinstance(claim, BodyClaim):
            return claim.identity if claim.code else claim.hit.form.body
        if isinstance(claim, PostClaim):
            return "" if is_lost else self._holder(claim)
        return "" if is_lost else self._identities.get((claim.field.name, claim.start), "")

    def _holder(self, claim: Claim) -> str:
        """The id of the one beside a post, or an empty string."""
        if not isinstance(claim, PostClaim):
            return ""
        beside = claim.listed or claim.named
        start = self._names.get((claim.field.name, claim.start)) if beside is None else beside.start
        return "" if start is None else self._identities.get((claim.field.name, start), "")

    # Evidence ---------------------------------------------------------------------------------------------------------

    def _evidence(self, claim: Claim) -> Iterator[Evidence]:
        if isinstance(claim, CountryClaim):
            is_acting = (claim.field.name, claim.begins) in self._acting
            yield Evidence("role", "actor, in the name of a body or in a post" if is_acting else claim.role)
        elif isinstance(claim, BodyClaim):
            yield from _of_body(claim)
        elif isinstance(claim, PostClaim):
            yield from _of_post(claim)
        elif isinstance(claim, OrganisationClaim):
            yield from _of_organisation(claim)
        elif isinstance(claim, PersonClaim):
            yield from self._of_person(claim)
        elif isinstance(claim, LaterClaim):
            yield _of_later(claim)

    def _of_person(self, claim: PersonClaim) -> Iterator[Evidence]:
        """The title or the verb before a name, and what its words may be in one."""
        tokens, field = claim.field.tokens, claim.field
        if claim.post is not None:
            yield Evidence("behind", field.surface(claim.post.start, claim.post.end))
        first = tokens.at(claim.start + 1) - 1
        numbers = range(first, tokens.at(claim.end))
        yield Evidence("words", ", ".join(tokens.look(number).kind for number in numbers))
        if claim.rule == "rule:speaker":
            yield Evidence("behind", tokens.before(first))

    # Rivals -----------------------------------------------------------------------------------------------------------

    def _rival(self, claim: Claim, reason: str) -> str:
        """What a claim lost against."""
        if reason == PLACE:
            return self._first_over(claim, self._claims.countries.all)
        if reason in (OVERLAP, SURNAME):
            return self._first_over(claim, (each for each in self._claims.standing if not isinstance(each, PostClaim)))
        if reason == EXCLUDED:
            return self._excluding(claim)
        return ""

    def _first_over(self, claim: Claim, others: Iterable[Claim]) -> str:
        """The first of other claims that won and stands on the same letters."""
        for other in others:
            is_over = other.field is claim.field and other.start < claim.end and claim.start < other.end
            if is_over and other is not claim and id(other) not in self._reasons:
                candidate = self._candidate(other, is_lost=False)
                return f"{_KINDS[type(other)]} {candidate}: {other.field.surface(other.start, other.end)}"
        return ""

    @staticmethod
    def _excluding(claim: Claim) -> str:
        """The form of the lexicon that stands on the same letters and names nobody."""
        for hit in claim.field.hits:
            form = hit.form
            if hit.start < claim.end and claim.start < hit.end and (form.block or form.homonyms):
                return f"{form.block or 'several bearers'}: {claim.field.surface(hit.start, hit.end)}"
        return "dateline"


_KINDS: dict[type, str] = {
    CountryClaim: "country",
    ListedClaim: "listed actor",
    BodyClaim: "body",
    PostClaim: "post",
    PersonClaim: "person",
    OrganisationClaim: "organisation",
    LaterClaim: "later mention",
}


def _rule(claim: Claim) -> str:
    """The name of the rule, as a mention's ``entry`` has it where it becomes one."""
    if isinstance(claim, CountryClaim):
        return f"country:{'+'.join(claim.codes)}:{claim.hit.form.kind}"
    if isinstance(claim, ListedClaim):
        return f"actor:{claim.identity}"
    if isinstance(claim, BodyClaim):
        return f"body:{claim.identity}" if claim.code else f"body:{claim.hit.form.body}"
    if isinstance(claim, PersonClaim | LaterClaim):
        return claim.rule
    if isinstance(claim, OrganisationClaim):
        return "rule:head"
    return "rule:title" if claim.named is None else "rule:apposition"


def _of_body(claim: BodyClaim) -> Iterator[Evidence]:
    yield Evidence("head", claim.hit.form.text)
    if claim.holder is not None:
        yield Evidence("country beside it", claim.field.surface(claim.holder.start, claim.holder.end))
    elif claim.code:
        yield Evidence("country of the article or of the same body elsewhere", claim.code)


def _of_post(claim: PostClaim) -> Iterator[Evidence]:
    """Its title and country, and the name that it stands behind."""
    yield Evidence("title", claim.field.surface(claim.start, claim.hit.end))
    if claim.country is not None:
        yield Evidence("country in it", claim.field.surface(claim.country.start, claim.country.end))
    if claim.other is not None:
        yield Evidence("takes over", claim.field.surface(claim.other.start, claim.other.end))
    if claim.named is not None:
        name = claim.field.surface(claim.named.start, claim.named.end)
        yield Evidence("behind, after a comma" if claim.is_apart else "behind", name)


def _of_later(claim: LaterClaim) -> Evidence:
    """The name that it repeats, or the words of the post."""
    before = claim.antecedent
    name = "post alone" if isinstance(before, PostClaim) else "repeats"
    return Evidence(name, before.field.surface(before.start, before.end))


def _of_organisation(claim: OrganisationClaim) -> Iterator[Evidence]:
    """Its type, by its head, and the proper name in it."""
    yield Evidence("type", claim.found.type)
    if claim.found.own is not None:
        yield Evidence("proper name", claim.field.surface(*claim.found.own))

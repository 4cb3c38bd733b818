"""Which country stands beside a name, and whose a post is: readings of the text around, for the resolver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from workers.tagging.names import APPOSITION

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.lexicon.model import Words
    from workers.tagging.claims import ActorClaim, Countries, CountryClaim, Holder, PostClaim
    from workers.tagging.text import Field

__all__ = [
    "Affiliation",
    "PostCountry",
    "country_before",
    "country_behind",
    "is_clubs",
    "last_country",
    "located",
    "plays_for",
    "post_country",
    "without_article",
]

# In letters: a rank may stand between a country and a name; a post behind a name has some words before its country.
_BEFORE_NAME, _BEHIND_NAME = 3, 60
_NOT_FAR = 150
# Words between a player's part and his club's nisba, and what stands between those words.
_CLUB_REACH = 5
_CLUB_GAPS = frozenset((" ", '"', ' "', '" ', " «", "» "))
# Before the place that an organisation is in.
_INSIDE = re.compile(r" في (?:العاصمه |مدينه |ولايه |محافظه |منطقه )?")
_SENTENCE_END = re.compile(r"[.؟!\n\"»]")


class Affiliation(Protocol):
    """What is known of an actor that stands in another's post; ``settled``: without a country it has none."""

    @property
    def type(self) -> str:
        """The actor's type."""

    @property
    def country(self) -> str | None:
        """The actor's country, as far as it is known."""

    @property
    def known(self) -> bool:
        """Whether the lexicon has the actor."""

    @property
    def settled(self) -> bool:
        """Whether the actor has no country where none is known."""


class PostCountry(NamedTuple):
    """The country of a post; ``settled``: it has none, a body of all's; ``by``: the country's claim that told it."""

    code: str | None
    settled: bool
    by: CountryClaim | None


def without_article(name: str) -> str:
    """Return a name as it stands behind لل, where its article is missing: with and without it the name is one."""
    return name.removeprefix("ال")


def country_before(field: Field, countries: Countries, start: int, words: Words) -> str | None:
    """Return the country right before a name or its post, if one stands there."""
    for claim in countries.before(field, start):
        is_near = 0 < start - claim.hit.end <= _BEFORE_NAME and "." not in field.view.clean[claim.hit.end : start]
        if is_near and len(claim.codes) == 1 and _may_own(claim, words):
            return claim.codes[0]
    return None


def plays_for(field: Field, countries: Countries, start: int, words: Words) -> bool:
    """Tell whether a club's nisba stands right before a name: whose the player is, it does not tell."""
    return any(
        claim.is_nisba and 0 < start - claim.hit.end <= _BEFORE_NAME and is_clubs(claim, words)
        for claim in countries.before(field, start)
    )


def is_clubs(claim: CountryClaim, words: Words) -> bool:
    """Tell whether a nisba is that of a player's club: مدافع بورت التايلاندي; but لاعب الوسط الفرنسي is French."""
    tokens = claim.field.tokens
    number = tokens.at(claim.begins)
    for before in range(number - 1, max(-1, number - 1 - _CLUB_REACH), -1):
        word = tokens.words[before]
        if tokens.gap(before + 1) not in _CLUB_GAPS or word in words.lines:
            return False
        if word in words.positions:
            return before < number - 1
    return False


def _may_own(claim: CountryClaim, words: Words) -> bool:
    """Whether a country may be that of a name behind it: not لدى أستراليا ونيوزيلندا, but for a nisba."""
    if claim.is_nisba:
        return not is_clubs(claim, words)
    return not claim.hit.proclitics and claim.field.view.word_before(claim.begins) not in words.sendings


def country_behind(field: Field, countries: Countries, end: int) -> str | None:
    """Return the country in what is told of a person right behind the name, in apposition."""
    clean = field.view.clean
    if not APPOSITION.match(clean, end):
        return None
    for at, claim in countries.at(field).items():
        is_near = 0 < at - end <= _BEHIND_NAME
        if is_near and len(claim.codes) == 1 and not _SENTENCE_END.search(clean, end, at):
            return claim.codes[0]
    return None


def last_country(field: Field, countries: Countries, start: int, words: Words) -> str | None:
    """Return the country named last before a name, in its sentence."""
    before = [
        claim
        for at, claim in countries.at(field).items()
        if len(claim.codes) == 1
        and 0 < start - at < _NOT_FAR
        and _may_own(claim, words)
        and not _SENTENCE_END.search(field.view.clean, claim.hit.end, start)
    ]
    return max(before, key=lambda claim: claim.hit.start).codes[0] if before else None


def located(field: Field, countries: Countries, end: int) -> str | None:
    """Return the country of a place right behind a name, with في or ب before it."""
    view = field.view
    if view.clean[end : end + 1] != " ":
        return None
    inside = _INSIDE.match(view.plain, end)
    at = inside.end() if inside else end + 1
    claim = countries.at(field).get(at)
    if claim is None or len(claim.codes) != 1:
        return None
    proclitics = view.plain[at : at + claim.hit.proclitics]
    return claim.codes[0] if proclitics == ("" if inside else "ب") else None


def post_country(post: PostClaim, of: Callable[[ActorClaim], Affiliation], words: Words) -> PostCountry:
    """Return the country of a post, from the first demonym, name or body in it; ``of`` tells what is known of a body or
    a person.

    It has none where it is of an international body (المبعوث الأممي إلى سوريا). Where an envoy is sent is not whose he
    is.
    """
    is_wide = has_none = post.is_whole and post.field.view.word_after(post.hit.end) in words.wide
    for holder in _in_order(post, of):
        claim = holder.country
        if claim is not None:
            is_others = _is_sent_there(post, claim, words) or (claim.is_nisba and is_clubs(claim, words))
            if is_others or (is_wide and not claim.is_nisba):
                has_none = True
                continue
            return PostCountry(claim.codes[0], settled=False, by=claim)
        if holder.owner is not None:
            owner = of(holder.owner)
            if owner.country or owner.known:
                return PostCountry(owner.country, settled=owner.country is None, by=None)
            has_none = owner.settled
    return PostCountry(None, settled=has_none, by=None)


def _in_order(post: PostClaim, of: Callable[[ActorClaim], Affiliation]) -> list[Holder]:
    """What may tell a post's country, the government's bodies last: in وزير شؤون مجلس الوزراء الإماراتي the nisba tells
    more than a body that stands without its country.
    """
    if len(post.holders) < 2:
        return list(post.holders)
    return sorted(post.holders, key=lambda each: each.owner is not None and of(each.owner).type == "government")


def _is_sent_there(post: PostClaim, claim: CountryClaim, words: Words) -> bool:
    """Whether a country is where somebody is sent or posted: السفير لدى روسيا, مبعوث في سوريا."""
    before = post.field.view.word_before(claim.begins)
    is_envoy = before == "في" and without_article(post.hit.form.text) in words.envoys
    return is_envoy or before in words.sendings

"""What the source files hold, as pydantic checks it: entries of countries, actors and bodies, with their sources.

An entry's ``source`` and ``checked`` (who says so, and when that was last looked at) hold for every fact of its block
that has none of its own. ``checks`` are second sources, each with the facts that it covers.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

__all__ = [
    "LISTS",
    "ActorEntry",
    "BodyEntry",
    "Check",
    "CountryEntry",
    "EntryFile",
    "OverlayFile",
    "PostEntry",
    "RulesFile",
    "WikidataLink",
]

_YEAR_OR_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Qid = Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]*$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(?:0[1-9]|1[0-2])$")]
Phrases = Annotated[tuple[Text, ...], Field(default=())]
ActorType = Literal["person", "government", "armed_group", "party", "igo", "ngo", "company", "media", "other"]


def _year_or_month(value: Any) -> str:
    if not _YEAR_OR_MONTH.fullmatch(text := str(value)):
        raise ValueError("give a year (2025) or a month (2025-06)")
    return text


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Entry):
    """A second source: what it covers of the entry, and when it was looked at."""

    covers: Text
    source: Text
    checked: date


class _Sourced(_Entry):
    source: Text
    checked: date
    checks: tuple[Check, ...] = ()

    @property
    def last_checked(self) -> date:
        """The day on which any fact of the entry was last looked at."""
        return max(self.checked, *(check.checked for check in self.checks), date.min)


class WikidataLink(_Entry):
    """The entry's item in Wikidata: its id, why it is the same, under which name, who says so.

    It counts not as a check of the entry: the day is that on which the two were compared.
    """

    id: Qid
    matched: Text | None = None
    basis: Text
    source: Text
    checked: date


class CountryEntry(_Sourced):
    """A country: its names and demonyms, and the places that stand for it."""

    code: Code
    name_en: Text
    name_ar: Text
    english: Phrases
    names: Phrases
    demonyms: Phrases
    irregular: Phrases
    capital: Phrases
    places: Phrases
    metonyms: Phrases
    wikidata: WikidataLink | None = None


class PostEntry(_Entry):
    """A post with its months. Without ``to`` it is still held, as far as was known at ``as_of``.

    ``country`` is given only where it is not the actor's own: null for a post in an international body.
    """

    role: Text
    first: Month = Field(alias="from")
    last: Month | None = Field(default=None, alias="to")
    as_of: Annotated[str, BeforeValidator(_year_or_month)] | None = None
    country: Code | None = None
    source: Text | None = None
    checked: date | None = None

    @model_validator(mode="after")
    def _ends_or_is_known(self) -> PostEntry:
        if (self.last is None) == (self.as_of is None):
            raise ValueError("a post has either its last month (to), or when it was last known to be held (as_of)")
        if self.first > (self.last or "9999") or (
            self.as_of is not None and self.as_of < self.first[: len(self.as_of)]
        ):
            raise ValueError(f"the months are not in order at {self.first}")
        if (self.source is None) != (self.checked is None):
            raise ValueError("a source has a day on which it was read (checked)")
        return self


class ActorEntry(_Sourced):
    """A person or an organisation under one stable id, however it is spelled.

    ``bodies`` are keys of bodies.yaml: what the actor is for its country, so that both have the actor's id. ``merged``
    are ids of entries that went into this one: events carried them, so they stay its aliases and are no other entry's.
    """

    id: Slug
    type: ActorType
    name: Text
    name_en: Text
    role: Text | None = None
    spellings: Phrases
    alone: Phrases
    short: Phrases
    common: Phrases
    beside: Annotated[tuple[Slug, ...], Field(default=())]
    bodies: Annotated[tuple[Slug, ...], Field(default=())]
    merged: Annotated[tuple[Slug, ...], Field(default=())]
    posts: tuple[PostEntry, ...] = ()
    wikidata: WikidataLink | None = None

    @model_validator(mode="after")
    def _posts_in_order(self) -> ActorEntry:
        for before, post in zip(self.posts, self.posts[1:], strict=False):
            if post.first < before.first:
                raise ValueError(f"the post from {post.first} stands after the one from {before.first}")
        return self

    @property
    def last_checked(self) -> date:
        """The day on which any fact of the entry was last looked at, its posts among them."""
        return max(super().last_checked, *(post.checked or date.min for post in self.posts), date.min)

    @property
    def is_compared(self) -> bool:
        """Whether any fact of the entry was compared with a second source."""
        return bool(self.checks) or any(post.source for post in self.posts)

    @property
    def undated_role(self) -> str | None:
        """What an article without a date calls the actor."""
        return self.role if self.role is not None or self.open_post is None else self.open_post.role

    @property
    def open_post(self) -> PostEntry | None:
        """The post that is still held, as far as is known; the later one of two."""
        return next((post for post in reversed(self.posts) if post.last is None), None)


class BodyEntry(_Entry):
    """A government body that every country may have; bodies.yaml says what each field is."""

    key: Slug
    name_en: Text
    name_ar: Text
    type: ActorType = "government"
    heads: tuple[Text, ...]
    whole: Phrases
    elliptic: Phrases
    alone: bool
    only: Annotated[tuple[Code, ...], Field(default=())]


class EntryFile(_Entry):
    """A file of source/countries, international.yaml, which has no country, or one of an overlay.

    ``country`` is the country of its actors: the country's entry, or its code alone when another file has that.
    """

    country: Annotated[CountryEntry | Code | None, Field(default=None, union_mode="left_to_right")]
    actors: tuple[ActorEntry, ...] = ()


class OverlayFile(EntryFile):
    """A file of an overlay; ``remove`` are ids of actors that the lexicon is to leave out."""

    remove: Annotated[tuple[Slug, ...], Field(default=())]


class _FormRule(_Entry):
    forms: Phrases
    demonyms: Phrases


class _NeedsRule(_FormRule):
    before: tuple[Text, ...]
    after: tuple[Text, ...]
    anywhere: tuple[Text, ...]


class _NeverRule(_FormRule):
    before: tuple[Text, ...]
    after: tuple[Text, ...]


class _LettersRule(_FormRule):
    spelled: tuple[Text, ...]


class _SharedRule(_FormRule):
    cues: dict[Code, tuple[Text, ...]]
    nearest: bool
    default: Code | Literal[""]
    also: tuple[Code, ...]
    shadda: Code | None = None


class _PairRule(_Entry):
    forms: tuple[Text, ...]
    codes: tuple[Code, ...]


class _HomonymRule(_Entry):
    forms: tuple[Text, ...]
    actors: dict[Code, Slug]


class RulesFile(_Entry):
    """rules.yaml, which says what each rule is."""

    locators: tuple[Text, ...]
    no_city: tuple[Text, ...]
    weak: tuple[_FormRule, ...]
    blocks: dict[str, tuple[Text, ...]]
    shared: tuple[_SharedRule, ...]
    pairs: tuple[_PairRule, ...]
    needs: tuple[_NeedsRule, ...]
    never: tuple[_NeverRule, ...]
    letters: tuple[_LettersRule, ...]
    no_preposition: tuple[Text, ...]
    homonyms: tuple[_HomonymRule, ...]
    houses: tuple[Text, ...]
    officers: tuple[Text, ...]
    currencies: tuple[Text, ...]
    clocks: tuple[Text, ...]
    authorities: tuple[Text, ...]
    media_heads: tuple[Text, ...]


#: The files of lists alone: words by the list's name, in words.yaml heads by the type that they tell.
LISTS: TypeAdapter[dict[str, tuple[str, ...] | dict[str, tuple[str, ...]]]] = TypeAdapter(
    dict[str, tuple[str, ...] | dict[str, tuple[str, ...]]]
)

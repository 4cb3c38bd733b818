"""The records of actors.reference: what a lexicon knows of each actor, and under which ids events may name it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from schemas import envelope
from schemas.models import ActorReference, ReferencePost
from schemas.topics import REFERENCE
from workers.pipeline.codec import encode
from workers.pipeline.record import Output
from workers.tagging.aliases import aliases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.lexicon import Lexicon

__all__ = ["encoded", "reference_record", "references"]


def references(lexicon: Lexicon) -> Iterator[ActorReference]:
    """Yield what a lexicon, overlays included, knows of its actors, then of each country's bodies.

    The same lexicon gives the same records in the same order. A derived id that several actors might have had is no
    alias of any.
    """
    claims = Counter(alias for identity in lexicon.actors for alias in aliases_of(identity, lexicon))
    for identity, actor in lexicon.actors.items():
        posts = [
            ReferencePost(role=post.role, country=post.country, first=post.first, last=post.last, as_of=post.as_of)
            for post in lexicon.posts.get(identity, ())
        ]
        yield ActorReference(
            id=identity,
            name=actor.name,
            name_en=actor.name_en,
            names=sorted(form.text for form in lexicon.full_forms(identity)),
            type=actor.type,
            country=actor.country,
            posts=posts,
            wikidata=actor.wikidata,
            aliases=[alias for alias in aliases_of(identity, lexicon) if claims[alias] == 1],
        )
    yield from _bodies(lexicon)


def _bodies(lexicon: Lexicon) -> Iterator[ActorReference]:
    for code, country in lexicon.countries.items():
        for key, body in lexicon.bodies.items():
            if (code, key) in lexicon.body_of or (body.only and code not in body.only):
                continue
            name = body.name_for(country)
            yield ActorReference(
                id=f"{code.lower()}-{key}",
                name=name,
                name_en=f"{body.name_en} ({country.name_en})",
                names=[],
                type=body.type,
                country=code,
                posts=[],
                wikidata=None,
                aliases=[],
            )


def reference_record(identity: str, value: bytes | None, *, now: str) -> Output:
    """Return the record of an actor, or with no value its tombstone; `now` is its event time in ISO 8601."""
    content = "" if value is None else value.decode()
    headers = envelope.cloudevent(
        type_="actor-reference",
        source="lexicon",
        id_=envelope.digest("reference", identity, content),
        time=now,
        traceparent=envelope.new_traceparent(identity),
        extra={},
    )
    return Output(REFERENCE, identity.encode(), value, headers)


def encoded(lexicon: Lexicon) -> dict[str, bytes]:
    """Return the values of all records by their ids."""
    return {each.id: encode(each) for each in references(lexicon)}

"""The passes in their order, from the strongest rule to the weakest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.tagging.claims import first_claims
from workers.tagging.countries import find_countries
from workers.tagging.governments import find_governments
from workers.tagging.known import find_known
from workers.tagging.later import find_later_names, find_later_posts
from workers.tagging.organisations import find_organisations
from workers.tagging.people import find_people
from workers.tagging.posts import find_apposed, find_posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workers.tagging.claims import ActorClaim, Claims, LaterClaim, PostClaim
    from workers.tagging.text import AnnotatedText

    Pass = Callable[[AnnotatedText, Claims], Iterable[ActorClaim | PostClaim | LaterClaim]]

__all__ = ["PASSES", "make_claims"]

PASSES: tuple[Pass, ...] = (
    find_known,
    find_governments,
    find_posts,
    find_organisations,
    find_people,
    find_apposed,
    find_later_names,
    find_later_posts,
)
"""What finds actors, each in the text and in the claims of those before it."""


def make_claims(text: AnnotatedText) -> Claims:
    """Return all claims that the passes make of a text: countries first, then actors."""
    claims = first_claims(text, find_countries(text))
    for each in PASSES:
        claims = claims.adding(each(text, claims))
    return claims

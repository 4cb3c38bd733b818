"""The passes that find what stands for somebody named before: names again, whole or in part, and posts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.lexicon.forms import proclitic_length
from workers.tagging.claims import LaterClaim, OrganisationClaim, PersonClaim, PostClaim
from workers.tagging.looks import kind_of
from workers.tagging.posts import is_definite, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.lexicon.model import Words
    from workers.tagging.claims import Claims
    from workers.tagging.text import AnnotatedText, Field

__all__ = ["find_later_names", "find_later_posts"]


def find_later_names(text: AnnotatedText, claims: Claims) -> list[LaterClaim]:
    """Return the claims of the places where a name stands again that no form of the lexicon is: a person's whole name
    or surname, an organisation's proper name. Each name is looked for once, for the first claim of it.
    """
    found: list[LaterClaim] = []
    seen: set[str] = set()
    for claim in claims.standing:
        if isinstance(claim, PersonClaim):
            name = claim.field.view.plain[claim.start : claim.end]
            parts = [name, *_surname(name, text.words)]
        elif isinstance(claim, OrganisationClaim) and claim.found.own is not None:
            name = claim.field.view.plain[slice(*claim.found.own)]
            parts = [name] if _is_proper(name, text.words) else []
        else:
            continue
        if (key := f"{type(claim).__name__} {name}") in seen:
            continue
        seen.add(key)
        for field in text.fields:
            for part in parts:
                is_whole = part == name and isinstance(claim, PersonClaim)
                found += _again(claim, name, part, field, text.words, claims, is_whole=is_whole)
    return found


def _surname(name: str, words: Words) -> list[str]:
    """The last word of a name, with a particle before it, where it may stand for the person."""
    parts = name.split(" ")
    last = " ".join(parts[-2:]) if len(parts) > 2 and parts[-2] in words.particles else parts[-1]
    is_clear = len(last) > 3 and last not in words.stop and last not in words.given and last not in words.verbs
    # غربي, الأول: what is everywhere is no name of one.
    is_clear = is_clear and last not in words.frequent
    return [last] if is_clear and last != name else []


def _is_proper(name: str, words: Words) -> bool:
    """Whether an organisation's proper name may stand alone (شركة أركونيكس, later أركونيكس): no word of it is a common
    one, a given name or a place.
    """
    return len(name) > 3 and all(kind_of(word, words) == "unknown" for word in name.split(" "))


def _again(
    claim: PersonClaim | OrganisationClaim,
    name: str,
    part: str,
    field: Field,
    words: Words,
    claims: Claims,
    *,
    is_whole: bool,
) -> Iterator[LaterClaim]:
    """The places of a field where a name or a part of it stands and no other claim does."""
    view, taken = field.view, claims.taken[field.name]
    end = 0
    while (start := view.plain.find(part, end)) >= 0:
        end = start + len(part)
        if end < len(view.plain) and view.plain[end].isalnum():
            continue
        proclitics = proclitic_length(view.plain, start, "plain")
        if proclitics is None or taken.touches(start, end):
            continue
        is_anothers = not is_whole and view.word_before(start - proclitics) in words.given
        against = "another given name stands before it" if is_anothers else ""
        yield LaterClaim(field, start, end, "rule:later-name", claim, name, against)


def find_later_posts(text: AnnotatedText, claims: Claims) -> list[LaterClaim]:
    """Return the claims of posts that may stand for a person named before: وزير الدفاع السوري, الوزير."""
    return [
        LaterClaim(claim.field, claim.start, claim.end, "rule:later-post", claim, "", _objection(claim, text.words))
        for claim in claims.standing
        if isinstance(claim, PostClaim)
        and claim.hit.form.title == "posts"
        and not (claim.is_introducing or claim.listed or claim.named)
    ]


def _objection(post: PostClaim, words: Words) -> str:
    """What keeps a post from standing for somebody, or an empty string."""
    if not is_definite(post, words):
        return "the post is not definite"
    before = post.field.view.word_before(post.start)
    # نائب الرئيس, مكتب الرئيس: somebody else.
    if before in words.titles or before in words.fields:
        return "it belongs to the word before it"
    return "it is the post of somebody else" if wording(post, words).split(" ")[0] in words.women else ""

"""The pass that finds governments by who leads them (إدارة ترامب, نظام بشار الأسد): the body of his country.

He is named there too: the words of his name belong to both claims.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon import Hit
from workers.lexicon.model import Form
from workers.tagging.claims import BodyClaim, ListedClaim
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.lexicon.model import Words
    from workers.tagging.claims import Claims
    from workers.tagging.text import AnnotatedText, Field
    from workers.tagging.tokens import Tokens

__all__ = ["find_governments"]

# Words between such a head and the name: إدارة الرئيس الأميركي السابق دونالد ترامب.
_LONGEST_TITLE = 4
_CLITICS = ("", "و", "ف", "ب", "ل", "ك")
_REGIME, _GOVERNMENT = (Form(head, body=head, body_style="head") for head in ("regime", "government"))


def find_governments(text: AnnotatedText, claims: Claims) -> list[BodyClaim]:
    """Return the claims of governments that are called by a listed person who leads or led one."""
    return [
        claim
        for field in text.fields
        for named in claims.naming(field)
        if isinstance(named, ListedClaim) and named.is_person
        for claim in _led_by(named, field, text)
    ]


def _led_by(named: ListedClaim, field: Field, text: AnnotatedText) -> Iterator[BodyClaim]:
    """The claim of the government whose head stands before a name, with his title between, if one does."""
    if named.begins != named.start:
        return
    tokens, words = field.tokens, text.words
    number = _head_before(tokens, tokens.at(named.begins), words)
    if number is None or not _leads(named.identity, text):
        return
    code = text.lexicon.actors[named.identity].country
    # إدارة بايدن للأزمة: how he manages it.
    if code is None or field.view.word_after(named.end).startswith("لل"):
        return
    clitic, form = _heads(words)[tokens.words[number]]
    hit = Hit(tokens.starts[number] + clitic, named.end, form, clitic)
    yield BodyClaim(field, hit, code, named.end, None)


def _head_before(tokens: Tokens, number: int, words: Words) -> int | None:
    """The number of the word that heads a government's name before this one, with at most a title between."""
    heads = _heads(words)
    for before in range(number - 1, max(-1, number - 2 - _LONGEST_TITLE), -1):
        if tokens.gap(before + 1) != " ":
            return None
        word = tokens.words[before]
        if word in heads:
            is_near = before == number - 1 or tokens.words[before + 1] in words.titles
            return before if is_near else None
        if not _is_of_a_title(word, words):
            return None
    return None


@lru_cache(maxsize=4)
def _heads(words: Words) -> Mapping[str, tuple[int, Form]]:
    """Such heads with each proclitic: the letters of the proclitic, and the body that they name."""
    kinds = ((words.governments, _GOVERNMENT), (words.regimes, _REGIME))
    return {clitic + head: (len(clitic), form) for heads, form in kinds for head in heads for clitic in _CLITICS}


def _is_of_a_title(word: str, words: Words) -> bool:
    """Whether a word may stand in a title between a head and a name."""
    return word in words.titles or word in words.formers or word.startswith("ال")


def _leads(identity: str, text: AnnotatedText) -> bool:
    """Whether somebody leads a government, or did, by his posts and his role."""
    roles = [post.role for post in text.lexicon.posts.get(identity, ())]
    roles.append(text.lexicon.actors[identity].role or "")
    return any(fold_text(role).startswith(tuple(text.words.leaders)) for role in roles)

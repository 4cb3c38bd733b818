"""Finds the names that a title introduces: ``نائب وزير الدفاع الروسي يونس بك يفكيروف``.

A closed grammar over the words after a title: first the post's field (definite words, listed nouns, a country, a body),
then the name, as workers.tagging.names reads one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.tagging.names import CLITIC_ARTICLE, is_clear, name_at

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from workers.lexicon import Hit, Lexicon
    from workers.lexicon.model import Words
    from workers.tagging.names import Tokens
    from workers.tagging.view import View

__all__ = ["Introduction", "introduce"]

_TOKEN = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[^\w\s\"'“”«»‘’،#]|\n")
_LONGEST_FIELD = 9


@dataclass(frozen=True, slots=True)
class Introduction:
    """A title and what follows it: ``title`` and ``name`` are stretches of the view's plain text; no name, no person.

    ``holders`` are the starts of country and body forms inside the title, in order.
    """

    title: tuple[int, int]
    holders: tuple[int, ...]
    name_at: int
    name: tuple[int, int] | None


def introduce(
    view: View, tokens: Tokens, hit: Hit, spans: Mapping[int, int], persons: Container[int], lexicon: Lexicon
) -> Introduction | None:
    """Read the words after a title. ``spans`` maps the start of a country, body or organisation to its end,
    ``persons`` holds the starts of known persons: one of them ends the title.

    Returns None when the title's field is not followed by anything that could be a name.
    """
    words = lexicon.words
    plain, clean = view.plain, view.clean
    holders: list[int] = []
    end = hit.end
    limit = _LONGEST_FIELD if hit.form.title == "posts" else 3
    commas = 0
    while limit:
        token = _TOKEN.search(plain, end)
        if token is None:
            return None
        gap = clean[end : token.start()]
        if _BREAK.search(gap) or token.start() - end > 4:
            return None
        commas += gap.count("،")
        if token.start() in persons:
            return Introduction((hit.start, end), tuple(holders), token.start(), None)
        if token.start() in spans:
            holders.append(token.start())
            end = spans[token.start()]
            limit -= 1
            continue
        if commas or not _is_field(token[0], words):
            break
        end = token.end()
        limit -= 1
    else:
        return None
    title = (hit.start, end)
    titled = not commas and bool(hit.form.title)
    # الوزير, not وزير: what follows is no ministry's seat.
    alone = titled and plain.startswith("ال", hit.start)
    name = _name(view, tokens, token.start(), spans, words, titled=titled, alone=alone)
    return Introduction(title, tuple(holders), token.start(), name)


def _is_field(word: str, words: Words) -> bool:
    if word in words.given:
        return False
    if word in words.fields or word in words.connectors or (word[:1] in "ولب" and word[1:] in words.fields):
        return True
    return len(word) > 3 and word.startswith(("ال", *CLITIC_ARTICLE))


def _name(
    view: View, tokens: Tokens, start: int, spans: Mapping[int, int], words: Words, *, titled: bool, alone: bool
) -> tuple[int, int] | None:
    """The stretch of a name that begins at ``start``, or None; of a surname ``alone`` where the title allows one."""
    at = tokens.at(start)
    first = tokens[at]
    if start in spans or first.word in words.fields:
        return None
    found = name_at(view, tokens, at, words, "title" if titled else "led")
    if found is None:
        is_surname = alone and is_clear(first.word, words) and tokens.is_last(at, words)
        return (start, first.end) if is_surname else None
    # A country's own name or an indefinite demonym is no part of a name; a definite one may be a surname.
    end = found.after
    for number in range(at + 1, found.after):
        if tokens[number].start in spans and not tokens[number].word.startswith("ال"):
            end = number
            break
    return (found.start, tokens[end - 1].end) if end - at > 1 else None

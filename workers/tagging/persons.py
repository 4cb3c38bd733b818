"""Finds the names that a title introduces: ``نائب وزير الدفاع الروسي يونس بك يفكيروف``.

A closed grammar over the words after a title: first the post's field (definite words, listed nouns, a country, a body),
then the name, two words or more, up to a stop word, a verb of news or punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.tagging.names import CLITIC_ARTICLE

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from workers.lexicon import Hit, Lexicon
    from workers.lexicon.model import Words
    from workers.tagging.view import View

__all__ = ["Introduction", "introduce"]

_TOKEN = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[^\w\s\"'“”«»‘’،#]|\n")
_LONGEST_FIELD = 9
_LONGEST_NAME = 6
# Feminine nouns, plurals and accusatives: what common words end in and most names that are not Arabic do not. Folded.
_COMMON_ENDINGS = ("ه", "ات", "ين", "ون", "هم", "ها", "ء")


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
    view: View, hit: Hit, spans: Mapping[int, int], persons: Container[int], lexicon: Lexicon
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
    name = _name(view, token.start(), spans, words, listed_only=commas > 0 or hit.form.title != "posts")
    return Introduction(title, tuple(holders), token.start(), name)


def _is_field(word: str, words: Words) -> bool:
    if word in words.given:
        return False
    if word in words.fields or word in words.connectors or (word[:1] in "ولب" and word[1:] in words.fields):
        return True
    return len(word) > 3 and word.startswith(("ال", *CLITIC_ARTICLE))


def _ends_name(word: str, words: Words) -> bool:
    if word in words.stop or word in words.verbs or word in words.titles or word.isdigit() or len(word) < 2:
        return word not in words.particles
    rest = word[1:]
    if word[0] in "وف" and (
        rest in words.stop
        or rest in words.verbs
        or rest in words.fields
        or rest in words.given
        or rest.startswith("ال")
    ):
        return True
    return word.startswith(CLITIC_ARTICLE) or (word[0] == "ل" and rest in words.fields)


def _name(
    view: View, start: int, spans: Mapping[int, int], words: Words, *, listed_only: bool
) -> tuple[int, int] | None:
    """The stretch of a name that begins at ``start``, or None."""
    plain, clean = view.plain, view.clean
    taken: list[re.Match[str]] = []
    closed = True
    end = start
    while len(taken) < _LONGEST_NAME:
        token = _TOKEN.search(plain, end)
        if token is None or (taken and (_BREAK.search(clean, end, token.start()) or "،" in clean[end : token.start()])):
            break
        if taken and any(mark in clean[end : token.start()] for mark in '"“”«»') and len(taken) > 1:
            break
        word = token[0]
        behind_particle = bool(taken) and taken[-1][0] in words.particles and word.startswith("ال")
        if (
            (_ends_name(word, words) and not behind_particle)
            or (not taken and word in words.fields)
            or view.is_preposition(*token.span())
        ):
            break
        # A country's own name or an indefinite demonym is no part of a name; a definite one may be a surname.
        if token.start() in spans and not (taken and word.startswith("ال")):
            break
        taken.append(token)
        end = token.end()
    else:
        closed = False
    if len(taken) < 2 or not _is_credible([token[0] for token in taken], words, listed_only=listed_only or not closed):
        return None
    size = _length(taken, words, closed=closed)
    return (taken[0].start(), taken[size - 1].end()) if size > 1 else None


def _is_credible(names: list[str], words: Words, *, listed_only: bool) -> bool:
    """Whether words may be a name: the first is a given name, or all look foreign and have a clear end."""
    if names[0] in words.given:
        return True
    if listed_only or len(names) > 3 or names[0] in words.particles or names[0] in words.common:
        return False
    return not any(
        name.startswith("ال")
        or name.endswith(_COMMON_ENDINGS)
        or len(name) < 2
        or (name[0] in "ولبف" and name[1:] in words.common)
        for name in names
    )


def _length(taken: list[re.Match[str]], words: Words, *, closed: bool) -> int:
    """How many of the words belong to the name: two, more after a particle or before a clear end."""
    names = [token[0] for token in taken]
    size = 2
    while size < len(names) and (
        names[size - 1] in words.particles
        or names[size] in words.particles
        or (names[size] not in words.common and (words.given | words.particles).issuperset(names[:size]))
    ):
        size += 1
    if closed and len(names) == 3 and names[2] not in words.common:
        size = 3
    # A particle at the end has lost its word: the name ends before it.
    while size and names[size - 1] in words.particles:
        size -= 1
    return size

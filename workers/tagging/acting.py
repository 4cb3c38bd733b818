"""Whether what stands at a place acts or is only where something happens: what stands right before and behind tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.lexicon.model import Words
    from workers.tagging.text import Field

__all__ = ["acts", "is_scene", "is_spoken_of"]

_SENTENCE_END = re.compile(r"[.؟!:\n]")
_QUOTES = frozenset('"“”«»')


def acts(field: Field, start: int, end: int, words: Words) -> bool:
    """Whether a stretch begins a sentence, has a verb of news beside it, or a title before it: مدير مستشفى الأمل."""
    tokens = field.tokens
    number = tokens.at(start + 1) - 1
    if field.view.word_after(end) in words.verbs:
        return True
    before = tokens.before(number)
    if before:
        return before in words.titles or (before in words.verbs and tokens.starts[number] == start)
    return number == 0 or _SENTENCE_END.search(tokens.gap(number)) is not None


def is_spoken_of(field: Field, start: int, end: int, words: Words) -> bool:
    """Whether a stretch is spoken of as somebody: it acts, stands in quotes, somebody belongs to it, or it is a source
    (بحسب, وفقا ل).
    """
    if field.is_quoted(start, end):
        return True
    tokens = field.tokens
    before = tokens.before(tokens.at(start + 1) - 1)
    is_ones = _is_post(before, words) or before in words.belonging or before in words.sources
    return is_ones or acts(field, start, end, words)


def is_scene(field: Field, start: int, words: Words) -> bool:
    """Whether a stretch is a place here: behind a preposition of place, unless somebody of it is meant (مسؤول في)."""
    tokens = field.tokens
    number = tokens.at(start + 1) - 1
    clitics = field.view.plain[tokens.starts[number] : start]
    before = tokens.before(number)
    if before not in words.locatives:
        return "ب" in clitics and not _is_post(before, words)
    return not _is_post(tokens.before(number - 1), words)


def _is_post(word: str, words: Words) -> bool:
    """Whether a word tells that somebody belongs to what follows."""
    return word in words.titles or word in words.members or word.removeprefix("ال") in words.members

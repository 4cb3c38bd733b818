"""Phrases that speak for a kind of furniture: phrases.txt as sets of words, looked up and never searched for."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import NamedTuple

from workers.text.fold import fold_text

__all__ = ["KINDS", "phrases_in"]

_WORD = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")
_ANY_WORDS = 40
_PLACES = ("whole", "head", "tail", "any")


class _Entry(NamedTuple):
    kind: str
    where: str
    words: tuple[str, ...]


def _parse(text: str) -> list[_Entry]:
    """The entries of the list. Raises ValueError with the line's number for one that is no entry."""
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, where, phrase = (part.strip() for part in (*line.split("|", 2), "", "")[:3])
        words = tuple("_" if word == "_" else " ".join(_WORD.findall(fold_text(word))) for word in phrase.split())
        words = tuple(word for word in words if word)
        if not kind or where not in _PLACES or not words:
            raise ValueError(f"phrases.txt, line {number}: expected `kind | where | phrase`, where one of {_PLACES}")
        entries.append(_Entry(kind, where, words))
    return entries


def _index(entries: list[_Entry]) -> dict[str, dict[str, list[tuple[tuple[str, ...], str]]]]:
    """By place, then by the word that an entry is looked up by (its first, for tails its last)."""
    index: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {where: {} for where in _PLACES}
    for kind, where, words in entries:
        key = words[-1] if where == "tail" else words[0]
        index[where].setdefault(key, []).append((words, kind))
    return index


_ENTRIES = _parse(files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8"))
_INDEX = _index(_ENTRIES)
KINDS = tuple(dict.fromkeys(entry.kind for entry in _ENTRIES))
"""The kinds of the list, in its order."""


def _fits(words: list[str], at: int, phrase: tuple[str, ...]) -> bool:
    if at < 0 or at + len(phrase) > len(words):
        return False
    return all(expected in ("_", words[at + offset]) for offset, expected in enumerate(phrase))


def phrases_in(folded: str) -> list[str]:
    """Return `kind/where` for each phrase that a folded line has, without repeats; linear in its length.

    ``any`` looks at lines of at most 40 words, and is also said of a line that begins with the phrase.
    """
    words = _WORD.findall(folded)
    if not words:
        return []
    found: dict[str, None] = {}

    def look(where: str, at: int, key: str) -> None:
        for phrase, kind in _INDEX[where].get(key, ()):
            begin = at if where != "tail" else len(words) - len(phrase)
            if _fits(words, begin, phrase) and (where != "whole" or len(phrase) == len(words)):
                place = "whole" if len(phrase) == len(words) else "head" if begin == 0 else where
                found[f"{kind}/{place}"] = None

    look("head", 0, words[0])
    look("whole", 0, words[0])
    look("tail", 0, words[-1])
    if len(words) <= _ANY_WORDS:
        anywhere = _INDEX["any"]
        for at, word in enumerate(words):
            if word in anywhere:
                look("any", at, word)
    return list(found)

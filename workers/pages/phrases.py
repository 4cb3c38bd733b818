"""Phrases that speak for a kind of furniture: phrases.txt as sets of words, looked up and never searched for."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import NamedTuple

from workers.text.fold import fold_text

__all__ = ["KINDS", "phrases_in"]

_WORD = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")
_ANY_WORDS = 40
_PLACES = ("head", "whole", "tail", "any")


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
_HEADS, _WHOLES, _TAILS, _ANYWHERE = map(_index(_ENTRIES).__getitem__, _PLACES)
KINDS = tuple(dict.fromkeys(entry.kind for entry in _ENTRIES))
"""The kinds of the list, in its order."""


def _fits(words: list[str], at: int, phrase: tuple[str, ...]) -> bool:
    if at < 0 or at + len(phrase) > len(words):
        return False
    for offset, expected in enumerate(phrase, at):  # noqa: SIM110 - any() of a generator takes three times as long
        if expected not in ("_", words[offset]):
            return False
    return True


def phrases_in(folded: str) -> list[str]:
    """Return `kind/where` for each phrase that a folded line has, without repeats; linear in its length.

    ``any`` looks at lines of at most 40 words, and is also said of a line that begins with the phrase.
    """
    words = _WORD.findall(folded)
    if not words:
        return []
    first, last = words[0], words[-1]
    found: dict[str, None] = {}
    for phrase, kind in _HEADS.get(first, ()):
        _look(words, 0, phrase, kind, "head", found)
    for phrase, kind in _WHOLES.get(first, ()):
        if len(phrase) == len(words):
            _look(words, 0, phrase, kind, "whole", found)
    for phrase, kind in _TAILS.get(last, ()):
        _look(words, len(words) - len(phrase), phrase, kind, "tail", found)
    if len(words) <= _ANY_WORDS and not _ANYWHERE.keys().isdisjoint(words):
        for at in [at for at, word in enumerate(words) if word in _ANYWHERE]:
            for phrase, kind in _ANYWHERE[words[at]]:
                _look(words, at, phrase, kind, "any", found)
    return list(found)


def _look(words: list[str], at: int, phrase: tuple[str, ...], kind: str, where: str, found: dict[str, None]) -> None:
    """Add what a phrase says when it stands at ``at`` among the words."""
    if _fits(words, at, phrase):
        place = "whole" if len(phrase) == len(words) else "head" if at == 0 else where
        found[f"{kind}/{place}"] = None

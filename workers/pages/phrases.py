"""Phrases that speak for a kind of furniture: phrases.txt as sets of words, looked up and never searched for."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from workers.text.fold import fold_text
from workers.text.tokens import letter_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KINDS", "phrases_in", "words_of"]

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
        words = tuple("_" if word == "_" else " ".join(letter_runs([fold_text(word)])[0]) for word in phrase.split())
        words = tuple(word for word in words if word)
        if not kind or where not in _PLACES or not words:
            raise ValueError(f"phrases.txt, line {number}: expected `kind | where | phrase`, where one of {_PLACES}")
        entries.append(_Entry(kind, where, words))
    return entries


class _Placed(NamedTuple):
    """An entry and its number, with where in its phrase the word stands that it is looked up by."""

    offset: int
    number: int
    words: tuple[str, ...]
    kind: str


def _index(entries: list[_Entry], where: str) -> dict[str, list[_Placed]]:
    """The entries of a place by one of their words: the first; for tails the last; for any place the longest."""
    index: dict[str, list[_Placed]] = {}
    for number, (kind, place, words) in enumerate(entries):
        if place == where:
            offsets = {"tail": len(words) - 1, "any": words.index(max(words, key=len))}
            offset = offsets.get(where, 0)
            index.setdefault(words[offset], []).append(_Placed(offset, number, words, kind))
    return index


_ENTRIES = _parse(files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8"))
_HEADS, _WHOLES, _TAILS, _ANYWHERE = (_index(_ENTRIES, where) for where in ("head", "whole", "tail", "any"))
_ANY = frozenset(_ANYWHERE)
KINDS = tuple(dict.fromkeys(entry.kind for entry in _ENTRIES))
"""The kinds of the list, in its order."""


def _fits(words: list[str], at: int, phrase: tuple[str, ...]) -> bool:
    if at < 0 or at + len(phrase) > len(words):
        return False
    for offset, expected in enumerate(phrase, at):  # noqa: SIM110 - any() of a generator takes three times as long
        if expected not in ("_", words[offset]):
            return False
    return True


def words_of(folded: Sequence[str]) -> list[list[str]]:
    """Return the words of folded lines, as phrases are made of."""
    return letter_runs(folded)


def phrases_in(words: list[str]) -> list[str]:
    """Return `kind/where` for each phrase that a line of these folded words has, without repeats; linear.

    ``any`` looks at lines of at most 40 words, and is also said of a line that begins with the phrase.
    """
    if not words:
        return []
    count = len(words)
    found: dict[str, None] = {}
    for _, _, phrase, kind in _HEADS.get(words[0], ()):
        _look(words, 0, phrase, kind, "head", found)
    for _, _, phrase, kind in _WHOLES.get(words[0], ()):
        if len(phrase) == count:
            _look(words, 0, phrase, kind, "whole", found)
    for offset, _, phrase, kind in _TAILS.get(words[-1], ()):
        _look(words, count - 1 - offset, phrase, kind, "tail", found)
    if count <= _ANY_WORDS and not _ANY.isdisjoint(words):
        placed = [(at - each.offset, each) for at, word in enumerate(words) for each in _ANYWHERE.get(word, ())]
        for at, (_, _, phrase, kind) in sorted(placed, key=lambda one: (one[0], one[1].number)):
            _look(words, at, phrase, kind, "any", found)
    return list(found)


def _look(words: list[str], at: int, phrase: tuple[str, ...], kind: str, where: str, found: dict[str, None]) -> None:
    """Add what a phrase says when it stands at ``at`` among the words."""
    if _fits(words, at, phrase):
        place = "whole" if len(phrase) == len(words) else "head" if at == 0 else where
        found[f"{kind}/{place}"] = None

"""What an update changes: the sentences that it adds to an earlier article, and those that it leaves out."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from workers.dedupe.sketch import number_in
from workers.text.fold import fold_text

__all__ = ["Changes", "changes", "sentences"]

# A full stop, a question or an exclamation mark before a space, or a line's end. Not the stop of a one-letter title
# (د. فلان) or of an initial; 1.6 has no space behind its stop.
_END = re.compile(r"(?<![\s.][^\W\d_])(?<!^[^\W\d_])[.؟!…]+[\"'»”)\]]*(?=\s)|\n+")
_WORD = re.compile(r"\w+")
_KEPT = 0.7
"""From this share of its word pairs on, a sentence stands in the other article too: an editor's change of one word in
twenty takes two pairs of nineteen away."""
_LEAST_WORDS = 2


class Changes(NamedTuple):
    """Places are (start, end) in code points: of the newer text what was added, of the earlier what was removed."""

    added: tuple[tuple[int, int], ...]
    removed: tuple[tuple[int, int], ...]


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of at least two words begins and ends, without the space around it; linear."""
    places = []
    begin = 0
    for end in (*(found.end() for found in _END.finditer(text)), len(text)):
        raw = text[begin:end]
        if len(raw.split(maxsplit=_LEAST_WORDS - 1)) >= _LEAST_WORDS:
            places.append((begin + len(raw) - len(raw.lstrip()), begin + len(raw.rstrip())))
        begin = end
    return places


def changes(earlier: str, newer: str) -> Changes:
    """Return the sentences of `newer` that `earlier` does not have, and the reverse; linear in the two lengths.

    The other text has a sentence when most of its pairs of neighbouring words stand there, and all of its numbers, in
    digits or from three to ten in words: ten dead and twelve dead are two sentences. What was only moved or lightly
    reworded is neither added nor removed.
    """
    return Changes(_missing(newer, earlier), _missing(earlier, newer))


def _missing(text: str, other: str) -> tuple[tuple[int, int], ...]:
    words = _words(other)
    pairs = set(pairwise(words))
    numbers = _numbers(words)

    def is_there(sentence: str) -> bool:
        own = _words(sentence)
        found = [pair in pairs for pair in pairwise(own)]
        return sum(found) >= _KEPT * len(found) and _numbers(own) <= numbers

    return tuple((start, end) for start, end in sentences(text) if not is_there(text[start:end]))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold_text(text))


def _numbers(words: list[str]) -> set[str]:
    return {number for word in words if (number := number_in(word))}

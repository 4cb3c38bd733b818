"""One pass over a folded text that finds every form of the lexicon, word-exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick

from workers.lexicon.forms import PROCLITICS, proclitic_length
from workers.text.fold import IS_ALNUM, to_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workers.lexicon.model import Form

__all__ = ["Hit", "Matcher", "longest"]


class Hit(NamedTuple):
    """A form in a folded text: ``start`` is where the form begins, after ``proclitics`` letters of و ف ب ك ل."""

    start: int
    end: int
    form: Form
    proclitics: int


class Matcher:
    """Finds forms by Aho-Corasick (Aho and Corasick 1975, the Rust crate of BurntSushi) and checks the words' edges.

    The automaton reports overlapping matches, so that a long form that fails at its edge does not hide a short one. It
    reads the text with a byte a letter: that is half of UTF-8, its places are the letters' own, and one comparison
    tells whether a letter stands beside a match. The forms have some 40 letters and signs; all others are two bytes.
    """

    _OTHER_SIGN, _FIRST_LETTER, _OTHER_LETTER = 0, 128, 255

    def __init__(self, forms: Sequence[Form]) -> None:
        """Build the automaton; the forms' texts are folded, not empty and each there once.

        Raises:
            ValueError: when the forms have more than 127 different letters, or as many signs.
        """
        self._forms = list(forms)
        self._table = np.where(IS_ALNUM, np.uint8(self._OTHER_LETTER), np.uint8(self._OTHER_SIGN))
        used = sorted(set("".join(form.text for form in self._forms)))
        letters = [ord(character) for character in used if character.isalnum()]
        signs = [ord(character) for character in used if not character.isalnum()]
        if max(len(letters), len(signs)) >= self._FIRST_LETTER:
            raise ValueError(f"the forms have {len(letters)} letters and {len(signs)} signs: a byte has room for 127")
        self._table[signs] = np.arange(1, len(signs) + 1)
        self._table[letters] = np.arange(self._FIRST_LETTER, self._FIRST_LETTER + len(letters))
        self._automaton = BytesAhoCorasick(self._all_bytes([form.text for form in self._forms]))
        self._proclitics = frozenset(self._bytes(to_codes(PROCLITICS)))

    def _all_bytes(self, texts: Sequence[str]) -> list[bytes]:
        """The bytes of each text; taken at once, as a look-up for each would be most of the start."""
        data, start, found = self._bytes(to_codes("".join(texts))), 0, []
        for text in texts:
            found.append(data[start : start + len(text)])
            start += len(text)
        return found

    def _bytes(self, codes: NDArray[np.uint32]) -> bytes:
        return self._table.take(codes).tobytes()

    def find(self, text: str, codes: NDArray[np.uint32]) -> list[Hit]:
        """Return every form that stands in ``text`` as whole words, in order of start, the longest first.

        ``text`` is folded, with spaces for underscores and hyphens; ``codes`` are its code points.
        """
        hits: list[Hit] = []
        forms, may_stand, letter = self._forms, self._proclitics, self._FIRST_LETTER
        # The sign behind the last letter is also the one before the first: data[-1].
        data = self._bytes(codes) + b"\0"
        for index, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            if data[end] >= letter:
                continue
            before = data[start - 1]
            if before < letter:
                hits.append(Hit(start, end, forms[index], 0))
            elif before in may_stand:
                form = forms[index]
                proclitics = proclitic_length(text, start, form.affix)
                if proclitics:
                    hits.append(Hit(start, end, form, proclitics))
        hits.sort(key=_order)
        return hits


def _order(hit: Hit) -> int:
    """Where a hit's word begins, then the longest first: one integer, which sorts faster than a pair."""
    return ((hit[0] - hit[3]) << 32) - hit[1]


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Return the leftmost-longest of hits that overlap; ``hits`` are in the order of Matcher.find."""
    chosen: list[Hit] = []
    end = 0
    for hit in hits:
        if hit.start >= end:
            chosen.append(hit)
            end = hit.end
    return chosen

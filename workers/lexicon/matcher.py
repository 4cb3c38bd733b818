"""One pass over a folded text that finds every form of the lexicon, word-exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick

from workers.lexicon.forms import proclitic_length

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    The automaton reports overlapping matches, so that a long form that fails at its edge does not hide a short one.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        """Build the automaton; the forms' texts are folded, not empty and each there once."""
        self._forms = list(forms)
        self._automaton = AhoCorasick([form.text for form in self._forms])

    def find(self, text: str) -> list[Hit]:
        """Return every form that stands in ``text`` as whole words, in order of start, the longest first.

        ``text`` is folded, with spaces for underscores and hyphens.
        """
        hits: list[Hit] = []
        forms = self._forms
        length = len(text)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if end < length and text[end].isalnum():
                continue
            form = forms[index]
            if start == 0 or not text[start - 1].isalnum():
                hits.append(Hit(start, end, form, 0))
                continue
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

"""The words of a field, with what stands around each, and which of them a name or an organisation may begin with."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from workers.lexicon.model import Words
    from workers.tagging.looks import Look, Looks
    from workers.tagging.view import View

__all__ = ["Tokens"]


class Tokens:
    """The words of a field in order, with where they begin and end in plain text.

    ``names`` and ``heads`` are the numbers of those that a name may begin with, and an organisation.
    """

    __slots__ = ("_clean", "_introduced", "_looks", "ends", "heads", "names", "starts", "words")

    def __init__(self, view: View, looks: Looks, introduced: Collection[int]) -> None:
        """Split the view's plain text; ``introduced`` are where words right behind a nisba begin."""
        self._clean, self._looks, self._introduced = view.clean, looks, introduced
        self.words, self.starts, self.ends = view.words()
        words = self.words
        openers = list(compress(count(), map(looks.openers.__contains__, words)))
        self.heads = [number for number in openers if words[number] in looks.heads]
        self.names = self._names(openers)

    def _names(self, openers: Iterable[int]) -> list[int]:
        """The words that a name may begin with, by themselves or behind what leads to it."""
        words, looks, leads = self.words, self._looks, self._looks.leads
        names = {number for number in openers if looks[words[number]].begins == "always"}
        led = [number + 1 for number in openers if words[number] in leads]
        led += [self.at(start) for start in self._introduced]
        names.update([n for n in led if n < len(words) and looks[words[n]].begins == "led" and self.is_led(n)])
        return sorted(names)

    def look(self, number: int) -> Look:
        """Return what a word may be."""
        return self._looks[self.words[number]]

    def at(self, start: int) -> int:
        """Return the number of the word that begins there, or of the next one."""
        return bisect_left(self.starts, start)

    def gap(self, number: int) -> str:
        """Return what stands between this word and the one before it, punctuation kept."""
        return self._clean[self.ends[number - 1] : self.starts[number]]

    def before(self, number: int) -> str:
        """Return the word one space before this one, or an empty string."""
        return self.words[number - 1] if number and self.gap(number) == " " else ""

    def word_behind(self, number: int) -> str:
        """Return the word one space behind this one, or an empty string."""
        after = number + 1
        return self.words[after] if after < len(self.words) and self.gap(after) == " " else ""

    def is_last(self, number: int, words: Words) -> bool:
        """Whether the word behind this one is punctuation, grammar or a title: a name ends here."""
        behind = self.word_behind(number)
        return not behind or behind in words.stop or behind in words.titles or behind in words.verbs

    def is_introduced(self, number: int) -> bool:
        """Whether a nisba stands right before this word."""
        return self.starts[number] in self._introduced

    def is_led(self, number: int) -> bool:
        """Whether a verb of saying, a cue, a player's part or a nisba stands right before this word."""
        return self.before(number) in self._looks.leads or self.is_introduced(number)

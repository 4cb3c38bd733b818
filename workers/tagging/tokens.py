"""The words of a field, with what stands around each, and which of them a name or an organisation may begin with."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from workers.lexicon.model import Words
    from workers.tagging.looks import Look, Looks
    from workers.tagging.view import View

__all__ = ["Openings", "Tokens"]


class Tokens:
    """The words of a field in order, with where they begin and end in plain text.

    ``openers`` are the numbers of those that may begin a name or an organisation or lead to a name, ``heads`` of those
    that may begin an organisation.
    """

    __slots__ = ("_clean", "ends", "heads", "looks", "openers", "starts", "words")

    def __init__(self, view: View, looks: Looks) -> None:
        """Split the view's plain text."""
        self._clean, self.looks = view.clean, looks
        self.words, self.starts, self.ends = view.words()
        words = self.words
        self.openers = list(compress(count(), map(looks.openers.__contains__, words)))
        self.heads = [number for number in self.openers if words[number] in looks.heads]

    def look(self, number: int) -> Look:
        """Return what a word may be."""
        return self.looks[self.words[number]]

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


class Openings:
    """The words of a field that a person's name may begin with: by themselves, or behind what leads to one."""

    __slots__ = ("_introduced", "_tokens", "names")

    def __init__(self, tokens: Tokens, introduced: Collection[int]) -> None:
        """Find them; ``introduced`` are where words right behind a nisba begin."""
        self._tokens, self._introduced = tokens, introduced
        words, looks = tokens.words, tokens.looks
        names = {number for number in tokens.openers if looks[words[number]].begins == "always"}
        led = [number + 1 for number in tokens.openers if words[number] in looks.leads]
        led += [tokens.at(start) for start in introduced]
        names.update([n for n in led if n < len(words) and looks[words[n]].begins == "led" and self.is_led(n)])
        #: The words' numbers, in order.
        self.names = sorted(names)

    def is_introduced(self, number: int) -> bool:
        """Whether a nisba stands right before this word."""
        return self._tokens.starts[number] in self._introduced

    def is_led(self, number: int) -> bool:
        """Whether a verb of saying, a cue, a player's part or a nisba stands right before this word."""
        return self._tokens.before(number) in self._tokens.looks.leads or self.is_introduced(number)

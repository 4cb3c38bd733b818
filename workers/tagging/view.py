"""A field of an article as the rules read it: folded, words apart by spaces, with the way back to the original."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.text.fold import fold

if TYPE_CHECKING:
    from workers.tagging.model import FieldName

__all__ = ["View"]

# A hashtag's sign and a second space would break a name in two (دونالد #ترامب): they are left out.
_NOISE = re.compile(r"#|(?<=[ \u00a0])[ \u00a0]+")
_NOISY = ("#", "  ", " \u00a0", "\u00a0 ", "\u00a0\u00a0")
# Hyphens, underscores and odd spaces stand between the words of one name (كيم جونغ-أون, حركة_طالبان).
_SPACES = "_-–—\u00a0\u2009\u202f"
_WORD = re.compile(r"[^\W_]+")


class View:
    """A field's letters. ``plain`` is for matching; ``clean`` is as long and keeps the punctuation."""

    __slots__ = ("_folded", "_kept", "clean", "field", "has_tanwin", "original", "plain")

    def __init__(self, field: FieldName, original: str) -> None:
        """Fold ``original``; time linear in its length."""
        self.field = field
        self.original = original
        self.has_tanwin = "\u064b" in original
        self._folded = fold(original)
        text = self._folded.text
        self._kept: list[int] | None = None
        if any(noise in text for noise in _NOISY):
            kept: list[int] = []
            done = 0
            for noise in _NOISE.finditer(text):
                kept.extend(range(done, noise.start()))
                done = noise.end()
            kept.extend(range(done, len(text)))
            self._kept = kept
            text = _NOISE.sub("", text)
        self.clean = text
        for character in _SPACES:
            # Most texts lack most of them: looking first is many times faster than str.translate.
            if character in text:
                text = text.replace(character, " ")
        self.plain = text

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of ``plain`` that is not empty stands in the original, in code points."""
        if self._kept is not None:
            start, end = self._kept[start], self._kept[end - 1] + 1
        return self._folded.original(start, end)

    def is_preposition(self, start: int, end: int) -> bool:
        """Whether the word of ``plain`` there is على, on, which folds like the name علي: by its last letter as written.

        Egyptian papers write the name so too; there a name is missed rather than made up.
        """
        return self.plain[start:end] == "علي" and self.original[self.place(start, end)[1] - 1] == "ى"

    def word_before(self, at: int) -> str:
        """Return the word that ends right before ``at`` with one space between, or an empty string."""
        # Punctuation that was made a space does not join two words.
        if at < 2 or self.clean[at - 1] not in " _\u00a0":
            return ""
        begin = end = at - 1
        while begin > 0 and self.plain[begin - 1].isalnum():
            begin -= 1
        return self.plain[begin:end]

    def word_after(self, at: int) -> str:
        """Return the word that begins one space after ``at``, or an empty string."""
        if at >= len(self.plain) or self.clean[at] not in " _\u00a0":
            return ""
        found = _WORD.match(self.plain, at + 1)
        return found[0] if found else ""

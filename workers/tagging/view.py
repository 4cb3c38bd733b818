"""A field of an article as the rules read it: folded, words apart by spaces, with the way back to the original."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np

from workers.text.fold import IS_ALNUM, fold_letters, original_stretch, to_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workers.tagging.model import FieldName

    Letters = NDArray[np.uint32]

__all__ = ["Stretches", "View"]

_HASH, _SPACE, _HARD_SPACE = 0x23, 0x20, 0xA0
# Hyphens, underscores and odd spaces stand between the words of one name (كيم جونغ-أون, حركة_طالبان).
_SPACES = "_-–—\u00a0\u2009\u202f"
_SPACED = np.arange(sys.maxunicode + 1, dtype=np.uint32)
_SPACED[[ord(character) for character in _SPACES]] = _SPACE
# Letters and digits as they are, all else as a space.
_WORDS = np.where(IS_ALNUM, _SPACED, np.uint32(_SPACE))
_STOP = 0x2E
# How papers shorten الدكتور and المهندس before a name: د. and م.
_SHORT_TITLES = frozenset((0x62F, 0x645))
_ONLY_YA = re.compile(r"\b(?:الي|إلي|حتي)\b")
_WORD = re.compile(r"[^\W_]+")


def _titles_apart(codes: Letters) -> Letters:
    """Return folded letters with a space for the full stop of a title that is one letter (د. سامي, م.سامي): it ends no
    sentence. Not in an agency's letters (د.ب.أ), and not of a year (1217 م. وكان).
    """
    stops = (codes == _STOP).nonzero()[0].tolist()
    titles = [at for at in stops if at and int(codes[at - 1]) in _SHORT_TITLES and _is_title(codes, at - 1)]
    if not titles:
        return codes
    apart = codes.copy()
    apart[titles] = _SPACE
    return apart


def _is_title(codes: Letters, at: int) -> bool:
    """Whether the letter there stands alone, behind no number and no shortened word, and a word behind its stop."""
    before = to_text(codes[max(0, at - 2) : at])
    behind = to_text(codes[at + 2 : at + 5]).lstrip(" ")
    is_alone = not before or not (before[-1].isalnum() or before[-1] in "./_" or before[0].isdigit())
    return is_alone and len(behind) > 1 and behind[:2].isalpha()


class Stretches:
    """Stretches of a text that something holds: a byte a letter, so that asking costs the same for one or many."""

    __slots__ = ("_held",)

    def __init__(self, size: int) -> None:
        """Begin with none, in a text of so many letters."""
        self._held = bytearray(size)

    def add(self, start: int, end: int) -> None:
        """Hold a stretch; what lies behind the text's end is cut off."""
        end = min(end, len(self._held))
        self._held[start:end] = b"\1" * (end - start)

    def copy(self) -> Stretches:
        """Return the same stretches, to which others can be added."""
        other = Stretches(0)
        other._held = self._held[:]
        return other

    def touches(self, start: int, end: int) -> bool:
        """Whether a letter of this stretch is held."""
        return self._held.find(1, start, end) >= 0


class View:
    """A field's letters. ``plain`` is for matching, ``codes`` are its code points; ``clean`` is as long and keeps the
    punctuation.
    """

    __slots__ = ("_has_only_ya", "_has_tanwin", "_starts", "clean", "codes", "field", "original", "plain")

    def __init__(self, field: FieldName, original: str) -> None:
        """Fold ``original``; time linear in its length."""
        self.field = field
        self.original = original
        self._has_only_ya: bool | None = None
        self._has_tanwin = "\u064b" in original
        letters = fold_letters(original)
        codes, self._starts = _titles_apart(letters.codes), letters.starts
        # A hashtag's sign and a second space would break a name in two (دونالد #ترامب): they are left out.
        spaces = (codes == _SPACE) | (codes == _HARD_SPACE)
        noise = codes == _HASH
        noise[1:] |= spaces[1:] & spaces[:-1]
        if noise.any():
            kept = (~noise).nonzero()[0]
            codes = codes.take(kept)
            self._starts = kept if self._starts is None else self._starts.take(kept)
        # Many papers, most of Algeria's among them, write a Latin comma: the rules need to know one comma.
        self.clean = to_text(codes).replace(",", "،")
        self.codes = _SPACED.take(codes)
        self.plain = to_text(self.codes)

    def words(self) -> tuple[list[str], list[int], list[int]]:
        """Return the words of ``plain``, stretches of letters and digits, and where they begin and end."""
        codes = _WORDS.take(self.codes)
        inside = np.zeros(len(codes) + 2, np.bool_)
        np.not_equal(codes, _SPACE, out=inside[1:-1])
        edges = (inside[1:] != inside[:-1]).nonzero()[0]
        return to_text(codes).split(), edges[::2].tolist(), edges[1::2].tolist()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of ``plain`` that is not empty stands in the original, in code points."""
        return original_stretch(self.original, self._starts, start, end)

    @property
    def has_only_ya(self) -> bool:
        """Whether the field is written with ي for every ى, as some Egyptian papers do: الي for إلى."""
        if self._has_only_ya is None:
            self._has_only_ya = _ONLY_YA.search(self.original) is not None
        return self._has_only_ya

    def is_preposition(self, start: int, end: int) -> bool:
        """Whether the word of ``plain`` there is على, on, which folds like the name علي: by its last letter as written.

        Egyptian papers write the name so too; there a name is missed rather than made up.
        """
        return self.plain[start:end] == "علي" and self.original[self.place(start, end)[1] - 1] == "ى"

    def ends_in_tanwin(self, start: int, end: int) -> bool:
        """Whether the word of ``plain`` there is written with a tanwin: an adverb or an object, never a name."""
        if not self._has_tanwin or self.plain[end - 1] != "ا":
            return False
        begin, stop = self.place(start, end)
        return "\u064b" in self.original[begin:stop]

    def word_before(self, at: int) -> str:
        """Return the word that ends right before ``at`` with one space between, or an empty string."""
        # Punctuation that was made a space does not join two words.
        if at < 2 or self.clean[at - 1] not in " _\u00a0":
            return ""
        end = at - 1
        begin = self.plain.rfind(" ", 0, end) + 1
        word = self.plain[begin:end]
        if word.isalnum():
            return word
        begin = end
        while begin > 0 and self.plain[begin - 1].isalnum():
            begin -= 1
        return self.plain[begin:end]

    def word_after(self, at: int) -> str:
        """Return the word that begins one space after ``at``, or an empty string."""
        if at >= len(self.plain) or self.clean[at] not in " _\u00a0":
            return ""
        found = _WORD.match(self.plain, at + 1)
        return found[0] if found else ""

"""The words of texts, told apart in one array: that takes a third of the time of a pattern, or less."""

from __future__ import annotations

import re
from codecs import utf_32_le_decode
from typing import TYPE_CHECKING

import numpy as np

from workers.text.fold import IS_ALNUM, to_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["letter_runs", "word_runs"]

# Letters beyond are of scripts that no news is in; a text with one is read by the pattern.
_TABLE_END = 0x20000
# An array has to be set up: in fewer letters than this a pattern is quicker.
_FEW_LETTERS = 44
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")


def _alone(kept: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """What each code point becomes: itself where it is kept, and at a line's end, else a space."""
    codes = np.arange(_TABLE_END, dtype="<u4")
    return np.where(kept[:_TABLE_END] | (codes == ord("\n")), codes, np.uint32(ord(" ")))


_WORDS_ALONE = _alone(IS_ALNUM)
_LETTERS_ALONE = _alone(IS_ALNUM & ~np.strings.isdecimal(np.arange(len(IS_ALNUM), dtype=np.uint32).view("U1")))


def _runs(texts: Sequence[str], alone: NDArray[np.uint32], pattern: re.Pattern[str]) -> list[list[str]]:
    """What a pattern finds in each text, by the table of the letters that it finds."""
    joined = "\n".join(texts)
    if len(joined) >= _FEW_LETTERS:
        try:
            lines = utf_32_le_decode(alone.take(to_codes(joined)).tobytes(), "surrogatepass")[0].split("\n")
        except IndexError:
            lines = []
        if len(lines) == len(texts):
            return [line.split() for line in lines]
    return [pattern.findall(text) for text in texts]


def word_runs(texts: Sequence[str]) -> list[list[str]]:
    """Return the runs of letters and figures of each text; an underscore is neither."""
    return _runs(texts, _WORDS_ALONE, _WORD)


def letter_runs(texts: Sequence[str]) -> list[list[str]]:
    """Return the runs of letters of each text; single underscores between letters are of the run."""
    found = _runs(texts, _LETTERS_ALONE, _LETTERS)
    return [_LETTERS.findall(text) if "_" in text else runs for text, runs in zip(texts, found, strict=True)]

"""Arabic folding: one spelling for what readers take for the same word, with a way back to the original.

What is folded, and whose convention it is:

* alef with madda, hamza or wasla (U+0622, U+0623, U+0625, U+0671-0673) to bare alef; alef maksura (U+0649) to yeh;
  teh marbuta (U+0629) to heh; harakat (U+064B-0652) and tatweel (U+0640) removed: as Lucene's ArabicNormalizer and
  CAMeL Tools' ``normalize_alef_ar``, ``normalize_alef_maksura_ar``, ``normalize_teh_marbuta_ar`` and ``dediac_ar``.
* hamza seats waw (U+0624) and yeh (U+0626) to the bare letter. A hamza that stands alone (U+0621) is kept, as in
  Lucene: without it words that differ become one (ماء and ما).
* every other Arabic nonspacing mark (Unicode category Mn in the Arabic blocks: Quranic signs, superscript alef).
* letters of Persian, Urdu, Kurdish and the Maghreb to the Arabic letter of the same skeleton (ک and گ to ك, ی and ے to
  ي, پ to ب, چ to ج, ڤ to ف, ہ to ه), as Lucene's PersianNormalizer does for ک and ی. The letters that only languages
  far from this press write (Kashmiri, Hausa, Arwi: most of the Supplement and the Extended blocks) stay as they are.
* presentation forms (U+FB50-FDFF, U+FE70-FEFF) through NFKC (UAX 15), then folded: one may become several letters.
* Arabic-Indic and extended Arabic-Indic digits to ASCII; bidi controls, zero-width characters and soft hyphens removed.
* cased letters of any script through their Unicode case folding, except that a dotted capital I becomes a plain i.

Spaces and line breaks are never touched. Folding twice gives the same as folding once.
"""

from __future__ import annotations

import sys
import unicodedata
from codecs import utf_32_le_decode, utf_32_le_encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "IS_ALNUM",
    "Folded",
    "Letters",
    "fingerprint",
    "fold",
    "fold_all",
    "fold_letters",
    "fold_line",
    "fold_text",
    "original_stretch",
    "to_codes",
    "to_text",
]

# Letters by skeleton: what folds to the first letter of each group.
_SKELETONS = """
اآأإٱٲٳٵ بپٻڀٮ تٹٺټٽ جچڃڄڇ حځڂ دڈډڊڋڌڍ رڑڒړڔڕږ زژڙ سښڛڜ صڝڞ عڠ فڡڢڣڤڥ قٯڧڨ
كکڪګڬڭڮگڰڱڲڳڴ لڵڶڷڸ نںڻڼڽ هةہھۀۂۃەۿ وؤۄۅۆۇۈۉۊۋٶٷ يىئیۍێېےۓٸ
"""

# Bidi controls, zero-width characters, soft hyphen, word joiner, byte order mark: they show nothing and break a match.
_INVISIBLE = (0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
_TATWEEL = 0x0640
_ARABIC_BLOCKS = (range(0x0600, 0x0700), range(0x0750, 0x0780), range(0x0870, 0x0900))
_PRESENTATION_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF))
# Nothing beyond the Supplementary Multilingual Plane's scripts has case or is punctuation worth a table entry.
_TABLE_END = 0x1F000


def _marks() -> frozenset[int]:
    """Code points of Arabic nonspacing marks, and the high hamza that other letters carry."""
    found = {c for block in _ARABIC_BLOCKS for c in block if unicodedata.category(chr(c)) == "Mn"}
    return frozenset(found | {0x0674})


def _fold_table(marks: frozenset[int]) -> dict[int, str]:
    """The table for str.translate: code point to its folding, empty for what is removed."""
    # All characters in one string between NULs: folded at once, where a call for each would be most of the start-up.
    characters = "\0".join(map(chr, range(1, _TABLE_END)))
    pairs = zip(characters.split("\0"), characters.casefold().split("\0"), strict=True)
    table = {code: folded for code, (character, folded) in enumerate(pairs, 1) if folded != character}
    # U+0130 folds to i and a combining dot; every other case folding is taken as it is.
    table[0x0130] = "i"
    for group in _SKELETONS.split():
        table.update({ord(letter): group[0] for letter in group[1:]})
    for zero in (0x0660, 0x06F0):
        table.update({zero + digit: str(digit) for digit in range(10)})
    table.update(dict.fromkeys((*marks, *_INVISIBLE, _TATWEEL), ""))
    for block in _PRESENTATION_FORMS:
        for code in block:
            plain = unicodedata.normalize("NFKC", chr(code))
            if plain != chr(code):
                # An isolated mark decomposes to a space and the mark: it must not bring a space into a word.
                words = plain.translate(table)
                table[code] = words if words.strip() else ""
    return table


_MARKS = _marks()
_CHANGES = _fold_table(_MARKS)
# str.translate raises and catches KeyError for each code point that the table lacks; naming the common ones is faster.
_TABLE: dict[int, str] = (
    {code: chr(code) for code in (*range(0x20, 0x0700), *range(0x2000, 0x2070))} | {0x0A: "\n"} | _CHANGES
)


class _WordsTable(dict[int, str]):
    """The table with a space for punctuation, symbols, controls and spaces; each code point is judged when first met,
    as judging all of them would be a tenth of the start-up.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _CHANGES:
            becomes = _CHANGES[code]
        else:
            becomes = " " if code < _TABLE_END and unicodedata.category(character)[0] in "PSCZ" else character
        self[code] = becomes
        return becomes


_WORDS_TABLE = _WordsTable()


def _flat(table: dict[int, str]) -> NDArray[np.uint32]:
    """The table as an array over all code points: what each becomes, _GONE for nothing, _MANY for several letters.

    Looking up a whole text in it takes a tenth of str.translate's time.
    """
    flat = np.arange(_CODES, dtype="<u4")
    for code, folded in table.items():
        flat[code] = ord(folded) if len(folded) == 1 else _MANY if folded else _GONE
    return flat


_CODES = sys.maxunicode + 1
# What is removed becomes NUL, so that a text with that letter of its own goes another way; no code point is as high as
# the other, and decoding it fails.
_GONE, _MANY = 0, sys.maxunicode + 1
# An array is set up for each text: of fewer letters than this, str.translate is quicker.
_FEW_LETTERS = 44
# Beyond the Tertiary Ideographic Plane are tags, selectors and private use: looking there was a tenth of a start.
_LETTERS_END = 0x40000
IS_ALNUM: NDArray[np.bool_] = np.zeros(_CODES, dtype=np.bool_)
"""Whether each code point is a letter or a digit, as str.isalnum says."""
IS_ALNUM[:_LETTERS_END] = np.strings.isalnum(np.arange(_LETTERS_END, dtype=np.uint32).view("U1"))
_FLAT = _flat(_CHANGES)
# The same for _WORDS_TABLE: a letter that was not met yet stands as one that becomes several.
_FLAT_WORDS = np.full(_TABLE_END, _MANY, dtype="<u4")


@dataclass(frozen=True, slots=True)
class Letters:
    """Folded letters as code points, and where in the original each one stands; None where that is its own place."""

    codes: NDArray[np.uint32]
    starts: NDArray[np.intp] | None


def fold_letters(text: str) -> Letters:
    """Fold ``text`` to an array: what `fold` does, for callers that go on with arrays."""
    codes = to_codes(text)
    folded = _FLAT.take(codes)
    if not len(codes) or (folded.min() > _GONE and folded.max() < _MANY):
        return Letters(folded, None)
    if folded.max() == _MANY or "\0" in text:
        lengths = [len(_CHANGES.get(code, " ")) for code in codes.tolist()]
        starts = None if set(lengths) == {1} else np.repeat(np.arange(len(codes)), lengths)
        return Letters(to_codes(text.translate(_TABLE)), starts)
    starts = folded.nonzero()[0]
    return Letters(folded.take(starts), starts)


def to_codes(text: str) -> NDArray[np.uint32]:
    """Return the code points of a string."""
    return np.frombuffer(utf_32_le_encode(text, "surrogatepass")[0], "<u4")


def to_text(codes: NDArray[np.uint32]) -> str:
    """Return code points as a string."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def original_stretch(original: str, starts: NDArray[np.intp] | None, start: int, end: int) -> tuple[int, int]:
    """Return the half-open stretch of ``original``, in code points, that letters ``start`` to ``end`` came from.

    ``starts`` says where each letter stands, as in Letters. See Folded.original.
    """
    if start == end:
        return (start, start) if starts is None else (int(starts[start]), int(starts[start]))
    begin, stop = (start, end) if starts is None else (starts.item(start), starts.item(end - 1) + 1)
    while stop < len(original) and ord(original[stop]) in _MARKS:
        stop += 1
    return begin, stop


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text and its map to the original."""

    text: str
    _original: str
    _starts: NDArray[np.intp] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open stretch of the original, in code points, that ``text[start:end]`` came from.

        It begins at the first letter and ends after the last one, with the combining marks that this letter carries, so
        that no cluster is cut; tatweel and controls at either edge stay outside. A stretch that touches a part of a
        letter that became several covers that letter. An empty stretch gives an empty one.

        Raises:
            ValueError: when not 0 <= start <= end <= len(text).
        """
        size = len(self.text)
        if not 0 <= start <= end <= size:
            raise ValueError(f"no stretch {start}:{end} in a folded text of {size} code points")
        if start == size:
            last = original_stretch(self._original, self._starts, size - 1, size)[1] if size else 0
            return last, last
        return original_stretch(self._original, self._starts, start, end)


def fold_text(text: str) -> str:
    """Return ``text`` folded as the module says; the same as ``fold(text).text`` without the map."""
    if len(text) < _FEW_LETTERS or "\0" in text:
        return text.translate(_TABLE)
    try:
        return _decoded(_FLAT.take(to_codes(text)))
    except UnicodeDecodeError:
        return text.translate(_TABLE)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Return texts folded, each as :func:`fold_text` does: in one array, as to set one up takes longer than to fold."""
    joined = "\n".join(texts)
    if "\0" not in joined:
        try:
            folded = _decoded(_FLAT.take(to_codes(joined))).split("\n")
        except UnicodeDecodeError:
            folded = []
        if len(folded) == len(texts):
            return folded
    return [fold_text(text) for text in texts]


@lru_cache(maxsize=512)
def fold_line(line: str) -> str:
    """Return a short line folded, as :func:`fold_text` does: a page's lines are folded by each that looks at them."""
    return fold_text(line)


def _decoded(letters: NDArray[np.uint32]) -> str:
    """Folded letters as a string. Raises UnicodeDecodeError when one of them stands for several."""
    return utf_32_le_decode(letters.tobytes(), "surrogatepass")[0].replace("\0", "")


def fold(text: str) -> Folded:
    """Fold ``text`` and keep the map back; time and space linear in its length."""
    letters = fold_letters(text)
    return Folded(to_text(letters.codes), text, letters.starts)


def fingerprint(title: str, text: str) -> str:
    """Return a hash that is equal for equal words: BLAKE2b (RFC 7693), 128 bits, as 32 hex digits.

    Words are compared folded; punctuation, symbols, controls and the kind and number of spaces do not count. Where the
    title ends and the text begins does.
    """
    parts = (" ".join(_words_of(part).split()) for part in (title, text))
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _words_of(text: str) -> str:
    """``text`` by _WORDS_TABLE."""
    try:
        return _decoded(_FLAT_WORDS.take(to_codes(text)))
    except (UnicodeDecodeError, IndexError):
        words = text.translate(_WORDS_TABLE)
    for code in set(map(ord, text)):
        becomes = _WORDS_TABLE[code]
        if code < _TABLE_END and len(becomes) < 2:
            _FLAT_WORDS[code] = ord(becomes) if becomes else _GONE
    return words

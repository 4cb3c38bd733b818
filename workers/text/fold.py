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

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["Folded", "fingerprint", "fold", "fold_text"]

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
    table: dict[int, str] = {}
    for code in range(_TABLE_END):
        character = chr(code)
        folded = character.casefold()
        if folded != character:
            # U+0130 folds to i and a combining dot; every other case folding is taken as it is.
            table[code] = "i" if code == 0x0130 else folded
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
_WORDS_TABLE: dict[int, str] = _TABLE | {
    code: " " for code in range(_TABLE_END) if code not in _CHANGES and unicodedata.category(chr(code))[0] in "PSCZ"
}


def _character_class(codes: list[int]) -> str:
    return "[" + "".join(re.escape(chr(code)) for code in sorted(codes)) + "]"


# What changes the length: a stretch of removed characters, or one character that becomes several.
_UNEVEN = re.compile(
    _character_class([code for code, folded in _CHANGES.items() if not folded])
    + "+|"
    + _character_class([code for code, folded in _CHANGES.items() if len(folded) > 1])
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and its map to the original.

    The map is a list of segments in order. Segment i begins at ``folded_at[i]`` in the folded text and
    ``original_at[i]`` in the original; within it letters stand one to one, unless ``several[i]``: then it is one
    original letter that became several. ``marks_after[i]`` counts the removed combining marks that follow the segment's
    last letter in the original.
    """

    text: str
    folded_at: tuple[int, ...]
    original_at: tuple[int, ...]
    several: tuple[bool, ...]
    marks_after: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open stretch of the original, in code points, that ``text[start:end]`` came from.

        It begins at the first letter and ends after the last one, with the combining marks that this letter carries, so
        that no cluster is cut; tatweel and controls at either edge stay outside. A stretch that touches a part of a
        letter that became several covers that letter. An empty stretch gives an empty one.

        Raises:
            ValueError: when not 0 <= start <= end <= len(text).
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"no stretch {start}:{end} in a folded text of {len(self.text)} code points")
        if start == len(self.text):
            return self._after_last(), self._after_last()
        first = bisect_right(self.folded_at, start) - 1
        begin = self.original_at[first] + (0 if self.several[first] else start - self.folded_at[first])
        if start == end:
            return begin, begin
        last = bisect_right(self.folded_at, end - 1) - 1
        if self.several[last]:
            return begin, self.original_at[last] + 1 + self.marks_after[last]
        stop = self.original_at[last] + end - self.folded_at[last]
        ends_segment = end == len(self.text) or (last + 1 < len(self.folded_at) and self.folded_at[last + 1] == end)
        return begin, stop + (self.marks_after[last] if ends_segment else 0)

    def _after_last(self) -> int:
        """Where the original's last kept letter ends; 0 when nothing was kept."""
        return self.original(len(self.text) - 1, len(self.text))[1] if self.text else 0


def fold_text(text: str) -> str:
    """Return ``text`` folded as the module says; the same as ``fold(text).text`` without the map."""
    return text.translate(_TABLE)


def fold(text: str) -> Folded:
    """Fold ``text`` and keep the map back; time and space linear in its length."""
    folded = text.translate(_TABLE)
    folded_at: list[int] = []
    original_at: list[int] = []
    several: list[bool] = []
    marks_after: list[int] = []

    position = 0

    def add(begin: int, width: int, *, one_to_many: bool) -> None:
        nonlocal position
        folded_at.append(position)
        original_at.append(begin)
        several.append(one_to_many)
        marks_after.append(0)
        position += width

    done = 0
    for uneven in _UNEVEN.finditer(text):
        begin, end = uneven.span()
        if begin > done:
            add(done, begin - done, one_to_many=False)
        becomes = _CHANGES[ord(text[begin])]
        if becomes:
            add(begin, len(becomes), one_to_many=True)
        elif marks_after:
            marks_after[-1] = _leading_marks(text, begin, end)
        done = end
    if done < len(text):
        add(done, len(text) - done, one_to_many=False)
    return Folded(folded, tuple(folded_at), tuple(original_at), tuple(several), tuple(marks_after))


def _leading_marks(text: str, begin: int, end: int) -> int:
    """How many of the removed characters, from the first on, are combining marks."""
    at = begin
    while at < end and ord(text[at]) in _MARKS:
        at += 1
    return at - begin


def fingerprint(title: str, text: str) -> str:
    """Return a hash that is equal for equal words: BLAKE2b (RFC 7693), 128 bits, as 32 hex digits.

    Words are compared folded; punctuation, symbols, controls and the kind and number of spaces do not count. Where the
    title ends and the text begins does.
    """
    parts = (" ".join(part.translate(_WORDS_TABLE).split()) for part in (title, text))
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

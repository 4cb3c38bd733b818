"""What de-duplication keeps of an article: hashes of its word pairs and words, a MinHash signature, its numbers.

No text is kept. Two sketches are enough to measure how much two articles share, which of their own
words they do not share, and whether their numbers agree (compare.py). Long articles are sampled: the
smallest hashes are kept (a bottom-k sketch, Broder 1997; Cohen and Kaplan 2007), so that any two
sketches can be compared below the smaller of their two limits without bias.

The same title and text give the same bytes on every machine and in every process: words are hashed
with BLAKE2, never with Python's salted hash().

Hashes are 16 bits wide: the square root of a 32-bit hash, rounded down. The root keeps the order and spends more of
its values on small hashes, where the samples of a long text crowd. Two sets of 165 hashes have half a hash in common
by chance (165 * 165 * 4/3 / 65,536), two of 192 taken from texts of 5,000 words have 3.3: a share is too large by a
third of a per cent, and by under two.

Size as bytes: 97 for header and signature, then 2 for each hash kept and a bit for each word; 981 at most.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress, groupby
from typing import TYPE_CHECKING

import numpy as np
from rensa import RMinHash  # type: ignore[import-untyped]  # rensa 0.5 ships neither stubs nor py.typed

from workers.text.fold import fold_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LEAD_SIGNATURE",
    "MAX_BIGRAMS",
    "MAX_HASH",
    "MAX_NUMBERS",
    "MAX_SUBJECTS",
    "MAX_TITLE",
    "MAX_WORDS",
    "SIGNATURE",
    "SIGNATURE_AT",
    "SIGNATURE_BYTES",
    "WHOLE_SIGNATURE",
    "Sketch",
    "SketchFormatError",
    "bigrams_in",
    "is_correction",
    "number_in",
    "signatures_in",
    "size_in",
    "sketch",
    "subjects",
]

MAX_HASH = 0xFFFF
"""The largest hash: every hash is 16 bits wide."""

MAX_BIGRAMS = 192
"""Word pairs kept. A share measured on 192 samples has a standard error of at most .036."""

MAX_WORDS = 160
"""Words kept, of those that carry meaning. The median article has 110 of them."""

MAX_NUMBERS = 64
"""Numbers kept. Tables of prices have more; 64 are enough to tell two of them apart."""

MAX_TITLE = 16
"""Words of the title kept, of those that carry meaning. A headline has six."""

MAX_SUBJECTS = 48
"""Words that `subjects` gives. The median article has 25."""

WHOLE_SIGNATURE = 20
"""Values of the signature that are of the whole article."""

LEAD_SIGNATURE = 8
"""Values at the end of a signature that are of title and opening alone: shortened copies still open alike."""

SIGNATURE = WHOLE_SIGNATURE + LEAD_SIGNATURE
"""Values of a signature."""

_LEAD_WORDS = 48
_SEED = 20150721
_FORMAT = 3
_HEADER = struct.Struct("<BBIHHBBB")
_VALUE_BYTES = 3

SIGNATURE_AT = _HEADER.size
"""Where the signature begins in a sketch's bytes."""

SIGNATURE_BYTES = _VALUE_BYTES * SIGNATURE
"""How long it is: three bytes for each value."""
_WORD = re.compile(r"\w+")
_SERVANT = re.compile(r"(?<!\w)(و?عبد)\s+(?=ال\w)")
_CORRECTION = re.compile(r"\W*(?:تصحيح|تصويب|استدراك)\s*(?:[:–—\-/|،.!]|$)")
_LIST = 5  # headlines that make a list
_HEADLINE = 20  # words of one, at most
_TOLD = 12  # words that must stand beside a list: else the list is what the article tells
_ENDS = (".", "،", "؛", ":")  # a question or an exclamation ends many a headline
_QUOTES = " \"'»”)"
_DIGITS = re.compile(r"\d+")

# Proclitics and the article come off, and the letters that spellings disagree on are dropped: a copy that writes
# الميليشيات for المليشيات, or بالرياض for الرياض, uses the same word. Where less than three letters would be left
# (بيرو, كينيا), only what cannot belong to the word comes off.
_PROCLITICS = re.compile(r"^[وف]?(?:بال|كال|لل|ال|[بلك])?(?=\w{3})")
_ARTICLE = re.compile(r"^[وف]?(?:بال|كال|لل|ال)(?=\w{2})")
_WEAK = str.maketrans("", "", "اويءئؤآأإٱى")

# Words that say nothing of what an article is about: grammar, courtesy, days of the week and the press's own phrases.
_GLUE_WORDS = """
من في على عن إلى أن إن أنه أنها بأن التي الذي الذين هذه هذا ذلك تلك وقال قال قالت أضاف وأضاف حيث كما بعد قبل دون خلال
قد تم يتم ما لا لم لن أو أم ثم كل بين مع عند عنده غير هو هي هم وهو وهي كان كانت له لها لهم به بها فيه فيها منها منه منهم
عليه عليها أي أكد وأكد أوضح وأوضح أشار وأشار لفت ولفت ذكر مؤكدا مشيرا موضحا إذ حتى كذلك أيضا أكثر بعض كافة جميع عدد
معالي معاليه سمو سموه صاحب السمو الملكي الأمير الملك آل بن ابن عبد عبدالعزيز حفظه الله يحفظه فخامة فخامته سعادة
الدكتور الأستاذ المهندس الشيخ السيد رئيس مدير أمس اليوم غدا الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت
الماضي المقبل القادم الجاري الحالي عام العام يوم رابط الخبر صحيفة متابعات وكالة
"""

_ORDINAL_WORDS = "ثالث رابع خامس سادس سابع ثامن تاسع عاشر"  # second is also a unit of time, first an ordinary word
_CARDINAL_WORDS = "ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة"


class SketchFormatError(ValueError):
    """Bytes that are no sketch of this version: rebuild the state from the topic, an old sketch cannot be converted."""


@dataclass(frozen=True, slots=True, eq=True)
class Sketch:
    """What is kept of one article. The arrays hold unsigned hashes, sorted; treat them as read-only."""

    bigrams: array[int]
    """Pairs of neighbouring folded words, the smallest MAX_BIGRAMS of them."""
    words: array[int]
    """Words that carry meaning, without proclitics, the smallest MAX_WORDS of them."""
    repeated: array[int]
    """Those of `words` that stand at least twice: what the article is about."""
    numbers: array[int]
    """Numbers in digits, or from three to ten in words, the smallest MAX_NUMBERS hashes of them."""
    title: array[int]
    """Words of the title that carry meaning, as in `words`, the smallest MAX_TITLE of them."""
    ordinals: int
    """Bit n is set when the n-th (3 to 10) stands in title or opening."""
    signature: array[int]
    """MinHash of the word pairs, 24 bits each: WHOLE_SIGNATURE values of all, then LEAD_SIGNATURE of the opening."""
    length: int
    """Words in title and text."""

    def to_bytes(self) -> bytes:
        """The sketch as little-endian bytes, the same on every machine."""
        sizes = (len(self.bigrams), len(self.words), len(self.numbers), len(self.title))
        header = _HEADER.pack(_FORMAT, RMinHash.ALGORITHM_VERSION, self.length, self.ordinals, *sizes)
        values = np.array(self.signature, dtype="<u4").view(np.uint8).reshape(SIGNATURE, 4)
        marks = 0
        for word in self.repeated:
            marks |= 1 << bisect_left(self.words, word)
        hashes = map(_little_endian, (self.bigrams, self.words, self.numbers, self.title))
        return b"".join(
            (header, values[:, :_VALUE_BYTES].tobytes(), *hashes, marks.to_bytes((sizes[1] + 7) // 8, "little"))
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that `to_bytes` wrote.

        Raises SketchFormatError for another format, another version of the MinHash algorithm, or a cut record.
        """
        if size_in(data, 0) != len(data):
            raise SketchFormatError(f"a sketch of {len(data)} bytes does not fit its own header")
        _, _, length, ordinals, *sizes = _HEADER.unpack_from(data)
        parts = []
        start = _HEADER.size + SIGNATURE_BYTES
        for size in sizes:
            end = start + 2 * size
            parts.append(_from_little_endian(data[start:end]))
            start = end
        bigrams, words, numbers, title = parts
        marks = int.from_bytes(data[start:], "little")
        repeated = array("H", compress(words, map(int, reversed(f"{marks:b}"))))
        signature = array("I", signatures_in(data[SIGNATURE_AT : SIGNATURE_AT + SIGNATURE_BYTES])[0].tolist())
        return cls(bigrams, words, repeated, numbers, title, ordinals, signature, length)


def size_in(data: bytes, start: int) -> int:
    """How many bytes the sketch that begins at `start` says it has.

    Raises SketchFormatError for another format, another version of the MinHash algorithm, or less than a header.
    """
    if len(data) - start < _HEADER.size:
        raise SketchFormatError(f"a sketch has at least {_HEADER.size} bytes, this has {len(data) - start}")
    header: tuple[int, ...] = _HEADER.unpack_from(data, start)
    version, algorithm, _, _, bigrams, words, numbers, title = header
    if version != _FORMAT or algorithm != RMinHash.ALGORITHM_VERSION:
        raise SketchFormatError(
            f"sketch format {version} with MinHash {algorithm}; this release reads {_FORMAT} with "
            f"{RMinHash.ALGORITHM_VERSION}"
        )
    return _HEADER.size + SIGNATURE_BYTES + 2 * (bigrams + words + numbers + title) + (words + 7) // 8


def subjects(of: Sketch) -> array[int]:
    """What an article is about: the words of its title and those that it repeats, the smallest MAX_SUBJECTS of them."""
    return array("H", sorted({*of.title, *of.repeated})[:MAX_SUBJECTS])


def bigrams_in(data: bytes, start: int) -> array[int]:
    """`Sketch.bigrams` of the sketch that begins at `start`, for a tenth of the time that reading all of it takes."""
    size = _HEADER.unpack_from(data, start)[4]
    begin = start + _HEADER.size + SIGNATURE_BYTES
    return _from_little_endian(data[begin : begin + 2 * size])


def signatures_in(data: bytes | NDArray[np.uint8]) -> NDArray[np.uint32]:
    """`Sketch.signature` of several sketches, a row each, from SIGNATURE_BYTES bytes of each one after the other."""
    stored = np.frombuffer(data, np.uint8).reshape(-1, SIGNATURE, _VALUE_BYTES)
    values = np.zeros((len(stored), SIGNATURE, 4), np.uint8)
    values[:, :, :_VALUE_BYTES] = stored
    return values.view("<u4").reshape(len(stored), SIGNATURE)


def is_correction(title: str, text: str) -> bool:
    """Whether an article opens by saying that it corrects an earlier one."""
    return _CORRECTION.match(title) is not None or _CORRECTION.match(text) is not None


def sketch(title: str, text: str, authors: tuple[str, ...] = ()) -> Sketch:
    """The sketch of an article.

    Args:
        title: The title, raw; may be empty.
        text: The text, raw; may be empty.
        authors: Names that are not what the article is about, wherever they stand in it.
    """
    heading = _words(title)
    first, second, bare, number, ordinal = _vocabulary.codes([*heading, *_words(_without_lists(text))])
    pairs = first[:-1] ^ second[1:]
    if authors:
        bare = bare * ~np.isin(bare, _vocabulary.codes(_words("\n".join(authors)))[2])
    headline = bare[: len(heading)]
    bare = np.sort(bare[bare > 0])
    words = _short(bare)
    # A word that stands again follows itself. Its full hashes tell: two words may share a short one.
    again = words[1:][bare[1:] == bare[:-1]]
    words = _distinct(words)[:MAX_WORDS]
    again = _distinct(again)
    return Sketch(
        bigrams=_array(_distinct(np.sort(_short(pairs)))[:MAX_BIGRAMS]),
        words=_array(words),
        repeated=_array(again[: again.searchsorted(words[-1], "right")] if len(words) else again),
        numbers=_array(_distinct(np.sort(_short(number[number > 0])))[:MAX_NUMBERS]),
        title=_array(_distinct(np.sort(_short(headline[headline > 0])))[:MAX_TITLE]),
        ordinals=int(np.bitwise_or.reduce(ordinal[:_LEAD_WORDS])),
        signature=_signature(pairs),
        length=len(first),
    )


def _words(text: str) -> list[str]:
    """The folded words of a text; names of the form عبد الرحمن are one word, as many write them."""
    folded = fold_text(text)
    # Looking for the letters takes a tenth of the time of the pattern, and few articles have them.
    return _WORD.findall(_SERVANT.sub(r"\1", folded) if "عبد ال" in folded else folded)


def _without_lists(text: str) -> str:
    """A text without the lists of other articles' headlines in it.

    A list is a run of lines without a sentence's end, in a text that tells something besides. What stands in it stands
    in every article that the outlet publishes that hour, and would make all of them one report.
    """
    if text.count("\n") < _LIST:
        return text
    runs = [(key, list(group)) for key, group in groupby(filter(str.strip, text.split("\n")), _is_headline)]
    told = "\n".join(line for key, group in runs if not key or len(group) < _LIST for line in group)
    return told if len(told.split(maxsplit=_TOLD)) >= _TOLD else text


def _is_headline(line: str) -> bool:
    return not line.rstrip(_QUOTES).endswith(_ENDS) and len(line.split(maxsplit=_HEADLINE)) <= _HEADLINE


def _distinct(hashes: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Each of these sorted hashes once. np.unique takes four times as long on so few."""
    return hashes if len(hashes) < 2 else hashes[np.concatenate((_TRUE, hashes[1:] != hashes[:-1]))]


_TRUE = np.ones(1, np.bool_)


def _short(hashes: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """The 16-bit hashes of 32-bit ones. Exact: a double holds 53 bits, and its root is rounded to the nearest."""
    return np.sqrt(hashes.astype(np.float64)).astype(np.uint16)


def _array(hashes: NDArray[np.uint16]) -> array[int]:
    """An array that is equal to another with the same hashes, and quicker to walk than numpy's."""
    return array("H", hashes.tobytes())


def _signature(pairs: NDArray[np.uint32]) -> array[int]:
    """MinHash of all pairs, then of those of the opening, in one call: two rows over one list."""
    lead = pairs[: _LEAD_WORDS - 1]
    ends = [0, len(pairs), len(pairs) + len(lead)]
    hashes = np.concatenate((pairs, lead)).astype(np.uint64)
    rows = RMinHash.digest_matrix_from_flat_token_hashes(hashes, ends, WHOLE_SIGNATURE, _SEED).to_rows()
    return array("I", [value & 0xFFFFFF for value in rows[0] + rows[1][:LEAD_SIGNATURE]])


def _hash(kind: bytes, word: str) -> int:
    """A hash that is never 0, which stands for "none"."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4, person=kind).digest(), "little") or 1


def _bare(word: str) -> str:
    """A folded word without proclitics, ending and weak letters."""
    stem = _PROCLITICS.sub("", word)
    if len(stem) > 3:
        stem = stem.rstrip("هةي")
    skeleton = stem.translate(_WEAK)
    return skeleton if len(skeleton) > 2 else _ARTICLE.sub("", word)


def _folded(words: str) -> list[str]:
    return _WORD.findall(fold_text(words))


_GLUE = frozenset(map(_bare, _folded(_GLUE_WORDS)))
_ORDINALS = {
    form: 1 << number
    for number, word in enumerate(_folded(_ORDINAL_WORDS), start=3)
    for form in (word, fold_text(word + "ة"), "ال" + word, fold_text("ال" + word + "ة"))
}
_CARDINALS = {
    form: str(number)
    for number, word in enumerate(_folded(_CARDINAL_WORDS), start=3)
    for form in (word, word.rstrip("هة"), "ال" + word)
}


def number_in(word: str) -> str:
    """The number that a folded word states, in digits: 120 for 120, 4 for اربعه; empty when it states none."""
    digits = "".join(_DIGITS.findall(word))
    return digits.lstrip("0") or digits or _CARDINALS.get(word, "")


class _Vocabulary(dict[str, int]):
    """What folded words are hashed to, remembered: hashing is ten times dearer than looking up.

    As the first word of a pair and as the second (two independent hashes, so that their exclusive or depends on the
    order: tabulation hashing), as a word that carries meaning, as a number, as an ordinal's bit; 0 for what it is not.
    Maps a word to its row. Holds LIMIT words, or those of one longer article; then it starts again, which costs time
    and changes no answer.
    """

    LIMIT = 200_000

    def __init__(self) -> None:
        """Start without words."""
        self._columns = self._empty()

    @staticmethod
    def _empty() -> tuple[array[int], ...]:
        return tuple(array("I", [0]) for _ in range(5))  # no word has row 0: numpy takes no empty buffers

    def codes(self, words: list[str]) -> tuple[NDArray[np.uint32], ...]:
        """A value for each word, five times: first, second, bare, number, ordinal."""
        if len(self) >= self.LIMIT:
            self.clear()
            self._columns = self._empty()
        # The columns are read only when every word has its row: an array that is being read cannot grow.
        rows = np.fromiter(map(self.__getitem__, words), np.intp, len(words))
        return tuple(np.frombuffer(column, np.uint32).take(rows) for column in self._columns)

    def __missing__(self, word: str) -> int:
        bare = _bare(word)
        number = number_in(word)
        values = (
            _hash(b"first", word),
            _hash(b"second", word),
            _hash(b"bare", bare) if len(bare) > 2 and not number and bare not in _GLUE else 0,
            _hash(b"number", number) if number else 0,
            _ORDINALS.get(word, 0),
        )
        row = self[word] = len(self._columns[0])
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)
        return row


_vocabulary = _Vocabulary()


def _little_endian(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()


def _from_little_endian(data: bytes) -> array[int]:
    values = array("H", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values

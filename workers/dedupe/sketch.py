"""What de-duplication keeps of an article: hashes of its word pairs and words, a MinHash signature, its numbers.

No text is kept. Two sketches are enough to measure how much two articles share, which of their own
words they do not share, and whether their numbers agree (compare.py). Long articles are sampled: the
smallest hashes are kept (a bottom-k sketch, Broder 1997; Cohen and Kaplan 2007), so that any two
sketches can be compared below the smaller of their two limits without bias.

The same title and text give the same bytes on every machine and in every process: words are hashed
with BLAKE2, never with Python's salted hash().

Size as bytes: 18 + 112 for header and signature, then 4 for each hash kept; at most 2,690, and 1,390 on
average over a month of sixteen thousand articles of Saudi newspapers (median 200 words).
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b
from operator import or_, xor
from typing import TYPE_CHECKING

from rensa import RMinHash  # type: ignore[import-untyped]  # rensa 0.5 ships neither stubs nor py.typed

from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "LEAD_SIGNATURE",
    "MAX_BIGRAMS",
    "MAX_HASH",
    "MAX_NUMBERS",
    "MAX_WORDS",
    "SIGNATURE",
    "WHOLE_SIGNATURE",
    "Sketch",
    "SketchFormatError",
    "sketch",
]

MAX_HASH = 0xFFFFFFFF
"""The largest hash: every hash is 32 bits wide."""

MAX_BIGRAMS = 256
"""Word pairs kept. A share measured on 256 samples has a standard error of at most 0.03."""

MAX_WORDS = 160
"""Words kept, of those that carry meaning. The median article has 110 of them."""

MAX_NUMBERS = 64
"""Numbers kept. Tables of prices have more; 64 are enough to tell two of them apart."""

WHOLE_SIGNATURE = 20
"""Values of the signature that are of the whole article."""

LEAD_SIGNATURE = 8
"""Values at the end of a signature that are of title and opening alone: shortened copies still open alike."""

SIGNATURE = WHOLE_SIGNATURE + LEAD_SIGNATURE
"""Values of a signature."""

_LEAD_WORDS = 48
_SEED = 20150721
_FORMAT = 1
_HEADER = struct.Struct("<BBIHHHHHH")
_WORD = re.compile(r"\w+")
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
    """What is kept of one article. The arrays hold unsigned 32-bit hashes, sorted; treat them as read-only."""

    bigrams: array[int]
    """Pairs of neighbouring folded words, the smallest MAX_BIGRAMS of them."""
    words: array[int]
    """Words that carry meaning, without proclitics, the smallest MAX_WORDS of them."""
    repeated: array[int]
    """Those of `words` that stand at least twice: what the article is about."""
    numbers: array[int]
    """Numbers in digits, or from three to ten in words, the smallest MAX_NUMBERS hashes of them."""
    ordinals: int
    """Bit n is set when the n-th (3 to 10) stands in title or opening."""
    signature: array[int]
    """MinHash of the word pairs: WHOLE_SIGNATURE values of the whole article, then LEAD_SIGNATURE of its opening."""
    length: int
    """Words in title and text."""

    def to_bytes(self) -> bytes:
        """The sketch as little-endian bytes, the same on every machine."""
        arrays = (self.bigrams, self.words, self.repeated, self.numbers, self.signature)
        header = _HEADER.pack(
            _FORMAT, RMinHash.ALGORITHM_VERSION, self.length, self.ordinals, *(len(part) for part in arrays)
        )
        return header + b"".join(map(_little_endian, arrays))

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that `to_bytes` wrote.

        Raises SketchFormatError for another format, another version of the MinHash algorithm, or a cut record.
        """
        if len(data) < _HEADER.size:
            raise SketchFormatError(f"a sketch has at least {_HEADER.size} bytes, this has {len(data)}")
        version, algorithm, length, ordinals, *sizes = _HEADER.unpack_from(data)
        if (version, algorithm) != (_FORMAT, RMinHash.ALGORITHM_VERSION):
            raise SketchFormatError(
                f"sketch format {version} with MinHash {algorithm}; this release reads {_FORMAT} with "
                f"{RMinHash.ALGORITHM_VERSION}: rebuild the de-duplication state"
            )
        if len(data) != _HEADER.size + 4 * sum(sizes) or sizes[-1] != SIGNATURE:
            raise SketchFormatError(f"a sketch of {len(data)} bytes does not fit its own header")
        parts = []
        start = _HEADER.size
        for size in sizes:
            end = start + 4 * size
            parts.append(_from_little_endian(data[start:end]))
            start = end
        bigrams, words, repeated, numbers, signature = parts
        return cls(bigrams, words, repeated, numbers, ordinals, signature, length)


def sketch(title: str, text: str) -> Sketch:
    """The sketch of an article.

    Args:
        title: The title, raw; may be empty.
        text: The text, raw; may be empty.
    """
    found = list(map(_code, _WORD.findall(fold_text(f"{title}\n{text}"))))
    # One list each: unzipping with zip(*found) takes twice as long.
    pairs = list(map(xor, [code[0] for code in found], [code[1] for code in found[1:]]))
    counts = Counter([code[2] for code in found])
    del counts[0]
    words = sorted(counts)[:MAX_WORDS]
    return Sketch(
        bigrams=array("I", sorted(set(pairs))[:MAX_BIGRAMS]),
        words=array("I", words),
        repeated=array("I", [word for word in words if counts[word] > 1]),
        numbers=array("I", sorted({code[3] for code in found if code[3]})[:MAX_NUMBERS]),
        ordinals=reduce(or_, [code[4] for code in found[:_LEAD_WORDS]], 0),
        signature=_signature(pairs),
        length=len(found),
    )


def _signature(pairs: list[int]) -> array[int]:
    """MinHash of all pairs, then of those of the opening, in one call: two rows over one list."""
    lead = pairs[: _LEAD_WORDS - 1]
    ends = [0, len(pairs), len(pairs) + len(lead)]
    rows = RMinHash.digest_matrix_from_flat_token_hashes(pairs + lead, ends, WHOLE_SIGNATURE, _SEED).to_rows()
    return array("I", rows[0] + rows[1][:LEAD_SIGNATURE])


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


def _number(word: str) -> str:
    digits = "".join(_DIGITS.findall(word))
    return digits.lstrip("0") or digits or _CARDINALS.get(word, "")


class _Codes(dict[str, tuple[int, int, int, int, int]]):
    """What a folded word is hashed to, remembered: hashing is ten times dearer than looking up.

    As the first word of a pair and as the second (two independent hashes, so that their exclusive or depends on the
    order: tabulation hashing), as a word that carries meaning, as a number, as an ordinal's bit; 0 for what it is not.
    Holds at most LIMIT words; then it starts again, which costs time and changes no answer.
    """

    LIMIT = 200_000

    def __missing__(self, word: str) -> tuple[int, int, int, int, int]:
        bare = _bare(word)
        number = _number(word)
        code = (
            _hash(b"first", word),
            _hash(b"second", word),
            _hash(b"bare", bare) if len(bare) > 2 and not number and bare not in _GLUE else 0,
            _hash(b"number", number) if number else 0,
            _ORDINALS.get(word, 0),
        )
        if len(self) >= self.LIMIT:
            self.clear()
        self[word] = code
        return code


_code = _Codes().__getitem__


def _little_endian(values: Sequence[int]) -> bytes:
    copy = array("I", values)
    if sys.byteorder == "big":
        copy.byteswap()
    return copy.tobytes()


def _from_little_endian(data: bytes) -> array[int]:
    values = array("I", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values

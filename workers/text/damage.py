"""Text that was damaged before it came: read in the wrong encoding, in visual order, or with its letters lost.

What can be told for certain is repaired, character by character with a map back to the raw body, and a note says so.
What has lost its letters cannot be repaired and is refused: published as it is, it would pass for another language.

ftfy (Apache-2.0) brings the byte tables: its ``sloppy-`` codecs know what Windows makes of each of the 256 bytes, those
too that the standard leaves undefined. Its own repair covers UTF-8 read as a Western encoding, but neither
Windows-1256, which Arabic text is usually read as or was written in, nor positions; both are done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import ftfy.bad_codecs  # noqa: F401 - registers the codecs

from workers.text.fold import fold_text
from workers.text.offsets import Builder, Mapped
from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Repaired", "damage", "repair"]

LOST = "\ufffd"
#: A body that lost more of its letters than this says nothing that can be trusted.
_LOST_SHARE = 0.1
_QUESTIONED_SHARE = 0.5
#: Of the words of a repaired text so many are everyday Arabic or carry the article; running Arabic news has 30 to 50 %.
_ARABIC_SHARE = 0.15
#: What may stay unreadable in a text that counts as repaired.
_LEFT_SHARE = 0.02

_EVERYDAY = frozenset(
    fold_text("في من على إلى أن إن عن التي الذي هذا هذه بعد مع كان قال خلال لم قد أو لا ما هو بين").split()
)
_WORD = re.compile(r"[^\W\d_]+")
_QUESTIONED = re.compile(r"(?<!\S)[\"'«(]?\?{2,}[^\s?]?(?!\S)")

# Traces in a row that no sound text has. UTF-8 read as Windows-1252 or Latin-1: Arabic begins each letter with Ø or Ù,
# and with Ã and Â where it happened twice.
_UTF8_AS_WESTERN = re.compile(r"(?:[ÂÃØÙÚÛ][^\s\w]|[ÂÃØÙÚÛ][\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™\ufffd]){3}")
# UTF-8 read as Windows-1256: the same bytes are ط and ظ there.
_UTF8_AS_ARABIC = re.compile(r"(?:[طظ](?:[^\s\w]|[پٹچژڈگکڑںھےœŒƒ\u200c\u200d\xa0])){3}")
# Windows-1256 or ISO 8859-6 read as a Western encoding: words of accented letters and signs alone.
_BYTES_AS_WESTERN = re.compile(r"(?:(?<!\S)[¡-¿À-ÿŒœŽžŸŠšƒ]{2,}[.,:!)\"]*\s+(?:[-–]\s+)?){3}")

# In visual order a word ends where it should begin: no word of Arabic opens with ta marbuta or alif maqsura.
_BACKWARD = re.compile(r"(?<!\w)[ةىﺓﺔﻯﻰ]\w{2}|\w{3}لا(?!\w)")
_FORWARD = re.compile(r"(?<!\w)ال\w{3}|\w{2}[ةى](?!\w)")
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z\d٠-٩۰-۹](?:[\w.,:/@%+-]*[A-Za-z\d٠-٩۰-۹%])?", re.ASCII)
_BACKWARD_LEAST = 4


#: A text without any of these shows no trace: they are cheap to look for, and all that a sound text pays.
_WESTERN_LETTER = re.compile("[À-ÖØ-öø-ÿ]")
#: ط and ظ are less than one letter in forty of sound Arabic, and every other one of a text misread so.
_TAH_SHARE = 1 / 8
_opens_backward = holding(*(f"{space}{letter}" for space in " \n" for letter in "ةى"))
_has_forms = holding(*"ﺓﺔﻯﻰ")
_opens_backward_in_forms = holding(*(f"{space}{letter}" for space in " \n" for letter in "ﺓﺔﻯﻰ"))


class _Reading(NamedTuple):
    """Bytes of the encoding ``written`` that somebody read as ``read``."""

    written: str
    read: str
    trace: re.Pattern[str]
    name: str


_READINGS = (
    _Reading("utf-8", "sloppy-windows-1252", _UTF8_AS_WESTERN, "UTF-8 read as Windows-1252"),
    _Reading("utf-8", "latin-1", _UTF8_AS_WESTERN, "UTF-8 read as Latin-1"),
    _Reading("utf-8", "sloppy-windows-1256", _UTF8_AS_ARABIC, "UTF-8 read as Windows-1256"),
    _Reading("sloppy-windows-1256", "sloppy-windows-1252", _BYTES_AS_WESTERN, "Windows-1256 read as Windows-1252"),
    _Reading("iso8859-6", "latin-1", _BYTES_AS_WESTERN, "ISO 8859-6 read as Latin-1"),
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text, mapped to the text as it came, and what was done to it."""

    mapped: Mapped
    notes: tuple[str, ...]


def damage(text: str) -> str | None:
    """Return why ``text`` can neither be trusted nor repaired, None for any other; linear in its length.

    Meant for what :func:`repair` left: letters replaced by U+FFFD or by question marks, or bytes that were read in an
    encoding not known here.
    """
    lost = text.count(LOST)
    if lost:
        letters = sum(map(len, _WORD.findall(text)))
        if lost > _LOST_SHARE * (lost + letters):
            return f"{lost} of some {lost + letters} letters were lost before it came (U+FFFD)"
    questioned = len(_QUESTIONED.findall(text)) if "??" in text else 0
    if questioned > 2 and questioned > _QUESTIONED_SHARE * len(text.split()):
        return f"{questioned} of {len(text.split())} words are question marks: their letters were lost before it came"
    for trace in _traces(text):
        found = trace.search(text)
        if found:
            return (
                f"it was read in a wrong encoding, from code point {found.start()} on, and no known one makes it Arabic"
            )
    return None


def repair(text: str) -> Repaired | None:
    """Return ``text`` with what was certain repaired, mapped to ``text``; None when nothing was to be repaired.

    Repaired are a wrong encoding, line by line (one that was damaged twice too), and visual order. Each repaired
    character is a reference to the one to four that it was made of. Linear in the length.
    """
    found = _decoded_again(text, levels=2)
    result, notes = found or (None, ())
    if result is not None:
        text = result.text
    turned = _in_reading_order(text)
    if turned is not None:
        result = turned if result is None else turned.over(result)
        notes = (*notes, "the text was repaired: it stood in visual order, each line from its last letter to its first")
    return None if result is None else Repaired(result, notes)


# Encodings ------------------------------------------------------------------------------------------------------------


# A text is asked before it is repaired, and again when nothing was to be repaired.
@lru_cache(maxsize=1)
def _traces(text: str) -> tuple[re.Pattern[str], ...]:
    """Return the traces that ``text`` could show, none for nearly every sound text."""
    western = (_UTF8_AS_WESTERN, _BYTES_AS_WESTERN) if _WESTERN_LETTER.search(text) else ()
    arabic = (_UTF8_AS_ARABIC,) if text.count("ط") + text.count("ظ") > _TAH_SHARE * len(text) else ()
    return western + arabic


def _decoded_again(text: str, *, levels: int) -> tuple[Mapped, tuple[str, ...]] | None:
    """Return the text decoded as it was meant, and notes; None where it shows no trace or does not become Arabic.

    What is still damaged after one reading is read again, ``levels`` times at most.
    """
    traces = {trace for trace in _traces(text) if trace.search(text)}
    tried = [
        (*_read_again(text, reading), f"the text was repaired: {reading.name}")
        for reading in _READINGS
        if reading.trace in traces
    ]
    best = max(tried, key=lambda each: each[1], default=None)
    if best is not None and best[1] >= _ARABIC_SHARE:
        return best[0], (best[2],)
    for mapped, _, note in tried if levels > 1 else ():
        if deeper := _decoded_again(mapped.text, levels=levels - 1):
            return deeper[0].over(mapped), (note, *deeper[1])
    return None


def _read_again(text: str, reading: _Reading) -> tuple[Mapped, float]:
    """Decode the damaged lines of ``text``; return the result and the share of Arabic in what was decoded."""
    builder = Builder(text)
    decoded: list[str] = []
    for start, end in _lines(text):
        line = text[start:end]
        pieces = _pieces(line, reading) if _is_damaged(line, reading) else None
        if pieces is None:
            builder.take(start, end)
        else:
            decoded.append("".join(character for character, _, _ in pieces))
            for character, begin, stop in pieces:
                if stop - begin == 1 and character == line[begin]:
                    builder.take(start + begin, start + stop)
                else:
                    builder.refer(character, start + begin, start + stop)
    return builder.build(), _arabic_share(" ".join(decoded))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends, its line feed included.

    Not by ``str.splitlines``, for which U+0085 ends a line: a misread byte may be one.
    """
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, end
        start = end


def _is_damaged(line: str, reading: _Reading) -> bool:
    """Whether a line is part of a damaged text: it has no sound Arabic, or shows the trace itself.

    Once the body shows the trace, a short line need not: a title of two words is too short for it.
    """
    return bool(reading.trace.search(line)) or not (line.isascii() or _everyday(line))


def _pieces(line: str, reading: _Reading) -> list[tuple[str, int, int]] | None:
    """Return each character that the line was meant to have, with the stretch of the line that it is made of.

    None when more of it stays unreadable than may.
    """
    units = [_byte(character, reading.read) for character in line]
    pieces: list[tuple[str, int, int]] = []
    left = at = 0
    while at < len(line):
        length = _length(units[at]) if reading.written == "utf-8" else 1
        character = _character(units[at : at + length], reading.written)
        if character is None:
            left += not line[at].isascii()
            character, length = line[at], 1
        pieces.append((character, at, at + length))
        at += length
    return pieces if left <= _LEFT_SHARE * len(line) + 1 else None


@cache
def _byte(character: str, encoding: str) -> int | None:
    """Return the byte that was read as ``character``; -1 for one that nobody knows any more, None for no byte."""
    if character == LOST:
        return -1
    try:
        return character.encode(encoding)[0]
    except UnicodeEncodeError:
        return None


def _length(unit: int | None) -> int:
    """How many bytes the character takes in UTF-8 that begins with this one."""
    if unit is None or unit < 0xC2:
        return 1
    return 2 if unit < 0xE0 else 3 if unit < 0xF0 else 4


def _character(units: list[int | None], encoding: str) -> str | None:
    if units == [0xD9, -1]:
        # Of the five bytes that Windows-1252 does not define one alone ends a letter of unvowelled Arabic: feh.
        return "ف"
    if any(unit is None or unit < 0 for unit in units):
        return None
    try:
        return bytes(unit for unit in units if unit is not None).decode(encoding)
    except UnicodeDecodeError:
        return None


def _everyday(text: str) -> int:
    """How many words of a text are Arabic beyond doubt: the commonest, and those with the article."""
    return sum(word in _EVERYDAY or (word.startswith("ال") and len(word) > 4) for word in fold_text(text).split())


def _arabic_share(text: str) -> float:
    words = len(_WORD.findall(text))
    return _everyday(text) / words if words else 0.0


# Visual order ---------------------------------------------------------------------------------------------------------


def _in_reading_order(text: str) -> Mapped | None:
    """Return a text that stands in visual order as it is read, line by line; None for one that does not.

    Numbers and Latin words stand in their own order in both.
    """
    # A single letter is quicker to look for than two.
    if not _opens_backward(text) and not (_has_forms(text) and _opens_backward_in_forms(text)):
        return None
    backward = len(_BACKWARD.findall(text))
    if backward < _BACKWARD_LEAST or backward <= 4 * len(_FORWARD.findall(text)):
        return None
    builder = Builder(text)
    for start, end in _lines(text):
        content = text[start:end].rstrip("\r\n")
        _turn(builder, content, start)
        builder.take(start + len(content), end)
    return builder.build()


def _turn(builder: Builder, line: str, start: int) -> None:
    """Append the characters of ``line``, which begins at ``start``, from the last to the first."""
    kept = {found.end(): found.start() for found in _LEFT_TO_RIGHT.finditer(line)}
    at = len(line)
    while at > 0:
        begin = kept.get(at, at - 1)
        for place in range(begin, at):
            builder.refer(line[place], start + place, start + place + 1)
        at = begin

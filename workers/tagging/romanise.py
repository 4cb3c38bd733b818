"""Latin forms of the names of people whom the lexicon lacks.

A name is looked up whole, then word by word (workers/lexicon/latin.py); a word that the index lacks is romanised. That
follows the ALA-LC table for Arabic without its marks, as the press does: no macrons and dots, and neither ayn nor hamza
(Said). It departs from it in this:

- short vowels, which news leaves out, are guessed: ``i`` behind a long ``a`` and else ``a``, where Arabic could not be
  spoken without one (فارس Faris, حسن Hasan);
- a name that is no Arabic one has ``o`` for و, ``g`` for غ, ``e`` for a first إي, ``ov`` for a last وف, and no vowels
  that are not written but an ``e`` before a last r (زينغر Zinger);
- the article is ``al-`` before every letter, and a last ة ``a``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.forms import ARTICLE
from workers.lexicon.latin import is_definite
from workers.lexicon.loader import spelled
from workers.tagging.looks import looks_foreign
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.lexicon import Lexicon
    from workers.tagging.model import NameOrigin

__all__ = ["latin_name", "romanised"]

_PART = re.compile(r"([^\W\d_]+)([-‑]?)")
_SERVANT = "عبد"
# What stands between the words of names, in the order (elsewhere, the Maghreb): no index counts it as a name.
_LINKS = {
    "بن": ("bin", "Ben"),
    "ابن": ("Ibn", "Ibn"),
    "بنت": ("bint", "bent"),
    "ابو": ("Abu", "Abu"),
    "ابي": ("Abi", "Abi"),
    "ام": ("Umm", "Umm"),
    "ال": ("Al", "Al"),
}
_MAGHREB = frozenset(("DZ", "MA", "MR", "TN"))
_LETTERS = {
    **dict(zip("بتجحدرزسصضطظفقكلمنهپڤگ", "btjhdrzssdtzfqklmnhpvg", strict=True)),
    "ث": "th",
    "خ": "kh",
    "ذ": "dh",
    "ش": "sh",
    "ع": "_",
    "غ": "gh",
    "چ": "ch",
    "ژ": "zh",
}
_SILENT = "_"
"""Ayn: a consonant where vowels are guessed, and then no letter."""
_VOWELS = {"ا": "a", "أ": "a", "آ": "a", "إ": "i", "ٱ": "a", "ى": "a"}
_LAST_OV = re.compile("(?<=و)ف$")
_HAMZAS = frozenset("ءئؤ")


@lru_cache(maxsize=1 << 14)
def latin_name(name: str, country: str | None, lexicon: Lexicon) -> tuple[str, NameOrigin]:
    """Return the Latin form of a person's name as an article writes it, and how it was made.

    ``country``, where it is known, tells whose spelling is used: مراد is Mourad in Algiers and Murad in Baghdad.
    """
    parts = [(word, hyphen) for word, hyphen in _PART.findall(spelled(name))]
    folded = " ".join(fold_text(word) for word, _ in parts)
    whole = lexicon.latin.full(folded.replace("عبدال", "عبد ال"), country) if " " in folded else None
    if whole is not None:
        return whole, "index"
    found = list(_latin_parts(parts, country, lexicon))
    origin: NameOrigin = "parts" if all(is_listed for _, is_listed, _ in found) else "romanised"
    return "".join(latin + (hyphen or " ") for latin, _, hyphen in found).strip(" -"), origin


def _latin_parts(
    parts: list[tuple[str, str]], country: str | None, lexicon: Lexicon
) -> Iterator[tuple[str, bool, str]]:
    """Each part of a name in Latin letters, whether a list has it, and the hyphen behind it."""
    at = 0
    while at < len(parts):
        word, hyphen = parts[at]
        if at + 1 < len(parts):
            second, behind = parts[at + 1]
            both = lexicon.latin.word(f"{fold_text(word)} {fold_text(second)}", country)
            if both is not None:
                yield both, True, behind
                at += 2
                continue
        yield *_latin_word(word, country, lexicon, is_first=at == 0), hyphen
        at += 1


def _latin_word(word: str, country: str | None, lexicon: Lexicon, *, is_first: bool) -> tuple[str, bool]:
    folded = fold_text(word)
    if folded in _LINKS:
        # Who is called بن علي alone is Ben Ali everywhere.
        link = _LINKS[folded][is_first or country in _MAGHREB]
        return (link[0].upper() + link[1:] if is_first else link), True
    if folded.startswith(_SERVANT + ARTICLE):
        # عبدالكريم, written together.
        apart = f"{_SERVANT} {folded.removeprefix(_SERVANT)}"
        servant = lexicon.latin.word(apart, country)
        if servant is not None:
            return servant, True
    article, bare = ("al-", word.removeprefix(ARTICLE)) if is_definite(word) else ("", word)
    listed = lexicon.latin.word(fold_text(bare), country)
    if listed is not None:
        return article + listed, True
    is_foreign = country not in lexicon.words.indexed if country else looks_foreign(folded, lexicon.words)
    return article + romanised(bare, is_foreign=is_foreign and not article), False


def romanised(word: str, *, is_foreign: bool) -> str:
    """Return one Arabic word, without its article and diacritics, in Latin letters, the first one a capital."""
    if is_foreign:
        word = _LAST_OV.sub("ڤ", word)
    sounds = list(_sounds(word, is_foreign=is_foreign))
    vowels = [_guessed(sounds, at, is_foreign=is_foreign) for at in range(len(sounds))]
    text = "".join(sound + vowel for (sound, _), vowel in zip(sounds, vowels, strict=True)).replace(_SILENT, "")
    return text[:1].upper() + text[1:]


def _guessed(sounds: list[tuple[str, bool]], at: int, *, is_foreign: bool) -> str:
    """The vowel that is not written behind a sound: none behind a vowel, before one, and at the end."""
    if sounds[at][1] or at + 1 == len(sounds) or sounds[at + 1][1]:
        return ""
    is_last = at + 2 == len(sounds)
    if is_foreign:
        return "e" if is_last and at and sounds[at + 1][0] == "r" else ""
    # A consonant ends the syllable behind a vowel, written or guessed, unless it stands before the last one.
    is_closing = at > 0 and (sounds[at - 1][1] or bool(_guessed(sounds, at - 1, is_foreign=False)))
    if is_closing and not is_last:
        return ""
    return "i" if at and sounds[at - 1] == ("a", True) else "a"


def _sounds(word: str, *, is_foreign: bool) -> Iterator[tuple[str, bool]]:
    """The sounds of a word as written, each with whether it is a vowel."""
    for at, letter in enumerate(word):
        before, behind = word[at - 1 : at], word[at + 1 : at + 2]
        if letter in _HAMZAS:
            continue
        if letter in "وي":
            yield _glide(letter, before, behind, is_foreign=is_foreign, is_first=at == 0)
        elif letter in _VOWELS:
            # أوسكار, إيلاد: with what follows one vowel.
            is_carrier = at == 0 and behind in tuple("وي") and letter != "آ"
            if not is_carrier:
                yield _VOWELS[letter], True
        elif letter == "ة" or (letter == "ه" and not behind and at > 1):
            yield "a", True
        else:
            yield ("g" if is_foreign and letter == "غ" else _LETTERS.get(letter, letter)), False


def _glide(letter: str, before: str, behind: str, *, is_foreign: bool, is_first: bool) -> tuple[str, bool]:
    """Whether و and ي are consonants (وليد, سويد) or long vowels, by what stands beside them."""
    is_consonant = is_first or (behind in _VOWELS and before not in _VOWELS) or behind == "ة"
    if is_consonant:
        return ("w" if letter == "و" else "y"), False
    if not is_foreign:
        return ("u" if letter == "و" else "i"), True
    return ("o" if letter == "و" else "e" if before == "إ" else "i"), True

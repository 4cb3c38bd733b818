"""One name in several spellings: by rule which of them are the same name, and whom of the lexicon they mean.

Foreign names have no one spelling in Arabic: a hard g is غ in Beirut, ج in Cairo and ق in Riyadh, and vowels are
written out or not (بيلوسوف, بيلاوسوف). Arabic names have one, and there these letters tell people apart (قاسم, جاسم).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.lexicon import Lexicon
    from workers.lexicon.model import Words

__all__ = ["Spellings", "spelling_key"]

#: Letters that write the same foreign sound; of given names, which are Arabic ones too, only those that
#: tell no two of them apart.
_FOREIGN = str.maketrans("جقطثصضظ", "غغتتسدز")
_GIVEN = str.maketrans("جط", "غت")
_DOUBLED = re.compile(r"ا(?=[وي])|و(?=و)|ي(?=ي)|(?<=ي)ه$")
_VOWELS = re.compile(r"(?<=.)[اوي]+")
#: Consonants from which a word without its vowels is still one name; bare skeletons of fewer are many names.
_LONG = 4


def spelling_key(name: str, words: Words, *, bare: bool = False) -> str:
    """Return what all spellings of a folded name have in common; two names of one key are one name.

    Words that the lists of Arabic know keep their vowels, and those with the article all their letters; ``bare`` takes
    the vowels of these too, for a name of the lexicon that a text may spell in a way that no list has.
    """
    return " ".join(_word_key(word, words, bare=bare) for word in name.split(" "))


def _word_key(word: str, words: Words, *, bare: bool) -> str:
    if word.startswith("ال") or word in words.particles:
        return word
    if word in words.given:
        return _DOUBLED.sub("", word.translate(_GIVEN))
    key = _DOUBLED.sub("", word.translate(_FOREIGN))
    is_listed = word in words.family or word in words.common
    skeleton = _VOWELS.sub("", key)
    return skeleton if len(skeleton) >= _LONG and (bare or not is_listed) else key


@lru_cache(maxsize=1)
def _people(lexicon: Lexicon) -> Mapping[str, str]:
    """The people of a lexicon by the keys of their full names; a key that two of them have means nobody."""
    found: dict[str, set[str]] = {}
    for form in lexicon.forms():
        if form.person and not form.strip and " " in form.text and len(form.full) == 1 and not form.common:
            for bare in (False, True):
                found.setdefault(spelling_key(form.text, lexicon.words, bare=bare), set()).add(form.full[0])
    return {key: people.pop() for key, people in found.items() if len(people) == 1}


class Spellings:
    """Whom of a lexicon a name means that none of its forms has."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Read the lexicon's names, once for each lexicon."""
        self._words = lexicon.words
        self._people = _people(lexicon)

    def key(self, name: str) -> str:
        """Return the key of a folded name."""
        return spelling_key(name, self._words)

    def known(self, name: str) -> str | None:
        """Return the id of whom a folded name of two words or more means in another spelling, or None."""
        return self._people.get(self.key(name)) if " " in name else None

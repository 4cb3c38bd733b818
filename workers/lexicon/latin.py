"""Latin forms of Arabic names: an index of full names and of their words, and the words of the lexicon's own people.

The index is latin.tsv, made by workers/lexicon/build.py. It is mapped when the first name is asked for and searched in
place, so that a worker's start and memory do not grow with it.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.files import LATIN
from workers.lexicon.forms import ARTICLE
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.lexicon.model import Actor

__all__ = ["COLUMNS", "ELSEWHERE", "RARE", "LatinNames", "bare_latin", "is_definite", "region_of", "without_marks"]

#: Whose press and papers write names alike: in the columns of latin.tsv, in order. All other countries are elsewhere.
REGIONS = {
    "arab": "AE BH DJ EG IQ JO KM KW LB LY OM PS QA SA SD SO SY YE",
    "maghreb": "DZ MA MR TN",
    "east": "AF IR PK",
}
ELSEWHERE = "elsewhere"
COLUMNS = (*REGIONS, ELSEWHERE)
RARE = "?"
"""What stands in latin.tsv before a form that one person alone bears."""

_LATIN_ARTICLE = re.compile(r"(?:al|el|a[dnrstz]|ash)[- ](?=\w)", re.IGNORECASE)
_SHORTEST_DEFINITE = 5


def region_of(country: str | None) -> str | None:
    """Return the region of a country's code, None for no country."""
    if country is None:
        return None
    return next((name for name, codes in REGIONS.items() if country in codes.split()), ELSEWHERE)


def without_marks(latin: str) -> str:
    """Return a Latin name without diacritics."""
    letters = unicodedata.normalize("NFKD", latin)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def is_definite(word: str) -> bool:
    """Whether a word of a name, its letters as written, has the article: القحطاني, not ألكسندر."""
    return word.startswith(ARTICLE) and len(word) >= _SHORTEST_DEFINITE


def bare_latin(latin: str) -> str | None:
    """Return the Latin form of a definite word without its article, written apart (al-Khatib) or not at all; None where
    it is written together (Elbagir), since it may be no article (Alexandra).
    """
    bare = _LATIN_ARTICLE.sub("", latin, count=1)
    return None if bare == latin and latin[:2].lower() in ("al", "el") else bare


class LatinNames:
    """Latin forms of names, by their folded Arabic."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        """Keep the actors of a lexicon: their words are read when the first one is asked for."""
        self._actors = actors
        self._listed: dict[str, str] | None = None

    def full(self, name: str, country: str | None) -> str | None:
        """Return the Latin form of a full folded name that somebody of the country's region bears, or with no country
        anybody; None where nobody is known to.
        """
        columns = _columns(name)
        region = region_of(country)
        found = columns if region is None else (columns[COLUMNS.index(region)],)
        return next((form.removeprefix(RARE) for form in found if form), None)

    def word(self, word: str, country: str | None) -> str | None:
        """Return the Latin form of one folded word of names, without the article, or of two that make one name (عبد
        السلام): the most frequent one in the country's region, else elsewhere; None where none is known.

        A form of people of the lexicon goes before the index's where the country is of no region, or one person alone
        bears the latter.
        """
        columns, region = _columns(word), region_of(country)
        listed = self._words().get(word)
        own = columns[COLUMNS.index(region)] if region is not None else ""
        candidates = [own, *columns]
        frequent = [form for form in candidates if form and not form.startswith(RARE)]
        rare = [form.removeprefix(RARE) for form in candidates if form]
        if listed is not None and region == ELSEWHERE:
            return listed
        if own and not own.startswith(RARE):
            return own
        return next(iter((*frequent, *([listed] if listed else []), *rare)), None)

    def _words(self) -> dict[str, str]:
        if self._listed is None:
            self._listed = _words_of(self._actors)
        return self._listed


def _words_of(actors: Iterable[Actor]) -> dict[str, str]:
    """The most frequent Latin form of each folded word of people's names, where both names have as many words."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for actor in actors:
        arabic, latin = actor.name.split(), without_marks(actor.name_en).split()
        if actor.type != "person" or len(arabic) != len(latin):
            continue
        for one, two in zip(arabic, latin, strict=True):
            bare = bare_latin(two) if is_definite(one) else two
            if bare is not None:
                found[fold_text(one.removeprefix(ARTICLE) if is_definite(one) else one)][bare] += 1
    return {word: min(forms, key=lambda form: (-forms[form], form)) for word, forms in found.items()}


@lru_cache(maxsize=1 << 14)
def _columns(key: str) -> tuple[str, ...]:
    """The forms of a key by COLUMNS; all empty where the index lacks it."""
    columns = _line(_index(), key.encode()).decode().split("\t")[1:]
    return (*columns, *[""] * (len(COLUMNS) - len(columns)))


def _line(data: mmap.mmap, key: bytes) -> bytes:
    """The line that begins with a key and a tab, of lines in order of their bytes; empty where there is none."""
    low, high = 0, len(data)
    while low < high:
        middle = (low + high) // 2
        start = max(low, data.rfind(b"\n", low, middle) + 1)
        end = data.find(b"\n", middle)
        line = data[start:end]
        found = line.partition(b"\t")[0]
        if found == key:
            return line
        if found < key:
            low = end + 1
        else:
            high = start
    return b""


@lru_cache(maxsize=1)
def _index() -> mmap.mmap:
    with LATIN.open("rb") as handle:
        return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)

"""What a word by itself may be in a person's name, by lists and by its letters.

A word is judged by lists (given and family names, the most frequent words of Arabic, grammar, verbs of news) and, if
none has it, by its letters, which go on in names as they do not in words of Arabic (``Words.shapes``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from workers.lexicon.forms import PROCLITICS

if TYPE_CHECKING:
    from workers.lexicon.model import Words

__all__ = [
    "BEFORE_HEADS",
    "BEGINNINGS",
    "CLITICS",
    "CLITIC_ARTICLE",
    "Kind",
    "Looks",
    "is_clear",
    "kind_of",
    "looks_foreign",
    "may_be_name",
    "name_kind",
]

Kind = Literal["given", "doubtful", "particle", "family", "surname", "unknown", "common", "stop"]

#: Sums of ``Words.shapes``: a word that looks like a name by itself, and one that may be the rest of a name.
_LOOKS, _MAY = 0, -15
#: One that is a name alone, behind a verb of saying or a title.
_CLEAR = 10
# The same of a word in ي behind a sure given name: chosen by eye on development articles.
_NISBA = -40
#: Words whose kind is remembered: a month of news has some 200 thousand.
_REMEMBERED = 200_000
# Feminine nouns, plurals, pronouns: what Arabic words end in and foreign names do not. Folded.
_ENDINGS = ("ه", "ات", "هم", "ها", "هن", "نا", "وا", "ء", "ون", "ين", "يما", "هما", "يه")
# The verbal nouns of three derived forms: انتشال, استخراج, اعتراض.
_VERBAL_NOUN = re.compile("ا(?:ن|ست|.ت)[ء-ي]{1,3}ا[ء-ي]")
CLITICS = PROCLITICS + "س"
"""The letters that may stand before a word as parts of it: the proclitics, and the future's س."""
BEFORE_HEADS = frozenset(("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"))
"""What may stand before the head of an organisation's name."""
CLITIC_ARTICLE = ("وال", "بال", "فال", "كال", "لل", "ولل")
"""How a definite word begins behind a proclitic, in folded text."""
BEGINNINGS = frozenset(("عبد", "ابو", "ابن", "بن"))
"""Words that begin a name of two words: عبد السلام, أبو فلان, ابن فلان."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a word by itself may be in a name. Words that are alike share one: there are some dozens.

    ``kind`` is what it may be behind other words of a name, ``first`` what it may be as the first, without the letters
    of proclitics that ``clitic`` counts; ``joined`` says that it reads as و, and, with a name behind it. ``begins`` is
    whether a name may begin with it: "led", only behind what leads to one.
    """

    kind: Kind
    first: Kind
    clitic: int
    joined: bool
    begins: Literal["", "led", "always"]


class Looks(dict[str, Look]):
    """What words may be, remembered by word: a word is judged when a rule first asks for it, which most never do.

    Holds LIMIT words; then it starts again, which costs time and changes no answer. ``heads`` are the heads of
    organisations in all their forms, ``leads`` the words that lead to a name, ``openers`` both, and the words that a
    name may begin with by itself, with some others: what is not among them begins nothing and leads to nothing.
    """

    LIMIT = _REMEMBERED

    def __init__(self, words: Words) -> None:
        """Judge words by these lists."""
        super().__init__()
        self.words = words
        self.leads = words.verbs | words.cues | words.players
        self.heads = frozenset(
            proclitic + article + head
            for proclitic in BEFORE_HEADS
            for article in ("", "ال", "لل")
            for head in words.heads
        )
        names = words.given | words.halves | BEGINNINGS
        self.openers = names.union(*({clitic + name for name in names} for clitic in CLITICS), self.leads, self.heads)
        self._alike: dict[Look, Look] = {}

    def __missing__(self, word: str) -> Look:
        """Judge a word that was not asked for before."""
        words = self.words
        first, clitic = _first_kind(word, words)
        begins: Literal["", "led", "always"] = ""
        if _may_begin(word, first, words, led=True):
            begins = "always" if _may_begin(word, first, words, led=False) else "led"
        look = Look(name_kind(word, words), first, clitic, _is_joined(word, words), begins)
        if len(self) >= self.LIMIT:
            self.clear()
        self[word] = look = self._alike.setdefault(look, look)
        return look


@lru_cache(maxsize=_REMEMBERED)
def kind_of(word: str, words: Words) -> Kind:
    """Say what a folded word may be in a name."""
    kind: Kind = "unknown"
    if word in words.particles:
        kind = "particle"
    elif word in words.given and word not in words.titles:
        kind = "doubtful" if word in words.doubtful else "given"
    elif _is_stop(word, words):
        kind = "stop"
    elif word in words.fields or word in words.common or word.startswith(CLITIC_ARTICLE) or _has_clitic(word, words):
        kind = "common"
    elif word.startswith("ال") and len(word) > 4:
        kind = "surname"
    return kind


def _is_stop(word: str, words: Words) -> bool:
    """Whether a name ends before this word: grammar, verbs of news, titles, digits, another script."""
    listed = word in words.stop or word in words.verbs or word in words.titles
    return listed or len(word) < 2 or not word.isalpha() or not "ء" <= word[0] <= "ي"


def _has_clitic(word: str, words: Words) -> bool:
    """Whether a word that no list has is one that a list has, behind و, ف, ب, ل, ك or the future's س."""
    if word[0] not in CLITICS or len(word) < 4:
        return False
    rest = word[1:]
    listed = rest in words.common or rest in words.verbs or rest in words.stop
    return listed or (word[0] in "وفل" and rest in words.given)


def _may_begin(word: str, kind: Kind, words: Words, *, led: bool) -> bool:
    if kind in ("unknown", "family"):
        return led and (kind == "family" or looks_foreign(word, words))
    return kind in ("given", "doubtful") or word in BEGINNINGS or word in words.halves


def _is_joined(word: str, words: Words) -> bool:
    """Whether a word is و, and, with a name behind it: few names begin with و and a consonant."""
    return len(word) > 4 and word[0] == "و" and word[1] not in "ايولر" and word not in words.given


def name_kind(word: str, words: Words) -> Kind:
    """What a folded word may be in a name, where family names are told apart."""
    kind = kind_of(word, words)
    return "family" if kind in ("common", "surname", "unknown") and word in words.family else kind


def _first_kind(word: str, words: Words) -> tuple[Kind, int]:
    """What the first word of a name may be, and how many letters of proclitics it begins with."""
    kind = name_kind(word, words)
    if kind in ("common", "unknown", "family") and word[0] in CLITICS and len(word) > 3:
        rest = word[1:]
        if rest in BEGINNINGS:
            return "particle", 1
        if rest in words.given and not _is_whole(word, rest, words):
            return "doubtful" if rest in words.doubtful else "given", 1
    return kind, 0


def _is_whole(word: str, rest: str, words: Words) -> bool:
    """Whether a word is one of Arabic as it stands, with no proclitic before a name: سبيل, بيانا."""
    if word[0] in "سك":
        return True
    if word in words.common:
        return rest in words.doubtful or (word[0] != "و" and rest not in words.common)
    return word[0] != "و" and _is_inflected(word, words)


def is_clear(word: str, words: Words) -> bool:
    """Whether a word is a surname by itself."""
    kind = name_kind(word, words)
    return kind == "family" or (kind == "unknown" and looks_foreign(word, words) and _shape(word, words) > _CLEAR)


@lru_cache(maxsize=_REMEMBERED)
def _shape(word: str, words: Words) -> int:
    """How much a word's letters speak for a name."""
    framed, shapes = f"^^{word}$", words.shapes
    return sum(shapes.get(framed[at : at + 3], 0) for at in range(len(word) + 1))


def looks_foreign(word: str, words: Words) -> bool:
    """Whether a word that no list has may be a foreign name, by its length, its ending and its letters."""
    if not 2 < len(word) < 14 or word.startswith("ال"):
        return False
    return _shape(word, words) > _LOOKS and not _is_inflected(word, words) and not _VERBAL_NOUN.fullmatch(word)


def may_be_name(word: str, words: Words) -> bool:
    """Whether a word that no list has may be the rest of a name."""
    if not 2 < len(word) < 14:
        return False
    shape = _shape(word, words)
    return shape > _MAY and (shape > _LOOKS or not word.endswith(_ENDINGS)) and not _is_inflected(word, words)


def is_nisba_of_none(word: str, words: Words) -> bool:
    """Whether a word that no list has, in ي, may be an Arabic surname behind a sure given name: it is no adjective that
    the press uses, and has not the form of a verb.
    """
    is_verb = word.startswith(("ي", "لي", "سي", "ست", "لت")) or word.endswith("ني")
    return word.endswith("ي") and 4 < len(word) < 10 and not is_verb and _shape(word, words) > _NISBA


def _is_inflected(word: str, words: Words) -> bool:
    """Whether a word is one of Arabic with an ending: a common one in the accusative, one with whose it is."""
    for ending in ("ا", "ه", "ها", "هم", "نا", "ات", "وا", "ون", "ين", "ان"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) > 2 and (stem in words.frequent or stem in words.verbs or stem in words.stop):
                return True
    return False

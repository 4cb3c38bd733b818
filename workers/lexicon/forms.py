"""Arabic word forms, all of them folded: inflections of a nisba, and the proclitics that may stand before a word.

Rules of the written language, with the closed sets of source/grammar.yaml, so that a form never matches the beginning
of another word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from workers.lexicon.files import grammar
from workers.text.fold import fold_text

__all__ = [
    "ARTICLE",
    "PROCLITICS",
    "definite",
    "name_forms",
    "nisba_forms",
    "plain_form",
    "proclitic_length",
    "with_lil",
]

ARTICLE = "ال"


def _set(name: str) -> tuple[str, ...]:
    return tuple(map(fold_text, grammar()[name]))


_BEFORE_DEFINITE = frozenset(_set("proclitics_before_definite"))
_BEFORE_INDEFINITE = _BEFORE_DEFINITE.union(_set("proclitics_before_indefinite"))
# ل and the article melt into لل (with_lil).
_BEFORE_LIL = frozenset(_set("proclitics_before_lil"))
#: The letters of all of these.
PROCLITICS = "".join(sorted(set("".join(_BEFORE_INDEFINITE))))
_ENDINGS = _set("nisba_endings")
_FATHER, *_FATHER_CASES = (f"{word} " for word in _set("father"))
_A_FATHER = re.compile(rf"\b{_FATHER}")


_SPACES = re.compile(r"[\s_\-–—]+")


def plain_form(text: str) -> str:
    """Return a form folded as the matcher sees the text: hyphens and underscores as spaces."""
    return _SPACES.sub(" ", fold_text(text)).strip()


def definite(word: str) -> str:
    """Return a folded word with the article."""
    return ARTICLE + word


def with_lil(phrase: str) -> str:
    """Return a folded definite phrase after the preposition ل, whose first word loses the article's alef.

    A word whose own first letter is lam keeps two of the three (لل + اللبناني is للبناني).

    Raises:
        ValueError: when the phrase does not begin with the article.
    """
    if not phrase.startswith(ARTICLE):
        raise ValueError(f"{phrase!r} does not begin with the article")
    rest = phrase[len(ARTICLE) :]
    return "ل" + rest if rest.startswith("ل") else "لل" + rest


def nisba_forms(nisba: str) -> list[str]:
    """Return every form of a demonym: its masculine singular is given folded, without the article, ending in yeh.

    Two-word demonyms agree word by word (كوري جنوبي, الكوريه الجنوبيه); when the first word is no nisba it stays as it
    is, and the article stands before either or both (جنوب افريقي, الجنوب افريقيه).

    Raises:
        ValueError: when the last word does not end in yeh.
    """
    *heads, last = nisba.split(" ")
    if not last.endswith("ي"):
        raise ValueError(f"a nisba ends in ي: {nisba!r}")
    forms: list[str] = []
    for ending in _ENDINGS:
        word = last[:-1] + ending
        if not heads:
            forms += [word, definite(word)]
            if ending == last[-1]:
                # سودانيا, of an indefinite man in the accusative.
                forms.append(f"{word}ا")
        elif len(heads) == 1 and heads[0].endswith("ي"):
            # A plural of people takes a plural adjective; things in the plural a feminine one, which stands above.
            first = heads[0][:-1] + ending
            forms += [f"{first} {word}", f"{definite(first)} {definite(word)}"]
        else:
            head = " ".join(heads)
            forms += [f"{head} {word}", f"{definite(head)} {word}", f"{definite(head)} {definite(word)}"]
            forms.append(f"{head} {definite(word)}")
    return forms


def name_forms(name: str) -> list[str]:
    """Return a folded name as given, with عبد written together or apart, and with ابو in its other cases."""
    variants = [name]
    if "عبد ال" in name:
        variants.append(name.replace("عبد ال", "عبدال"))
    elif "عبدال" in name:
        variants.append(name.replace("عبدال", "عبد ال"))
    for variant in list(variants):
        if _A_FATHER.search(variant):
            variants += [_A_FATHER.sub(case, variant) for case in (*_FATHER_CASES, _FATHER.rstrip())]
    return list(dict.fromkeys(variants))


@lru_cache(maxsize=65536)
def _allowed(before: str, kind: str) -> bool:
    if kind == "definite":
        return before in _BEFORE_DEFINITE
    if kind == "lil":
        return before in _BEFORE_LIL
    return before in _BEFORE_INDEFINITE


def proclitic_length(text: str, start: int, kind: str) -> int | None:
    """Return how many letters of proclitics stand before ``start``, or None when the word is another one.

    ``kind`` is "definite" for a form that begins with the article, "lil" for one made by with_lil, else "plain".
    """
    if start == 0 or not text[start - 1].isalnum():
        return 0
    begin = start - 1
    while begin > 0 and start - begin <= 2 and text[begin - 1].isalnum():
        begin -= 1
    return start - begin if _allowed(text[begin:start], kind) else None

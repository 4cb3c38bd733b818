"""Arabic word forms, all of them folded: inflections of a nisba, and the proclitics that may stand before a word.

Rules of the written language, as any reference grammar gives them (K. Ryding, A Reference Grammar of Modern Standard
Arabic, chapters 7, 10 and 16): closed sets, so that a form never matches the beginning of another word.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["ARTICLE", "PROCLITICS", "definite", "nisba_forms", "proclitic_length", "with_lil"]

ARTICLE = "ال"
# و and ف may stand before every other proclitic; ب, ك and ل before a noun. ل and the article melt into لل (with_lil).
_BEFORE_DEFINITE = frozenset(("و", "ف", "ب", "ك", "وب", "وك", "فب", "فك"))
_BEFORE_INDEFINITE = _BEFORE_DEFINITE | {"ل", "ول", "فل"}
_BEFORE_LIL = frozenset(("و", "ف"))
#: The letters of all of these.
PROCLITICS = "وفبكل"
# Masculine and feminine singular, sound plurals and duals in both cases, and the plural in construct. Folded.
_ENDINGS = ("ي", "يه", "يون", "يين", "يات", "يان", "يتان", "يتين", "يو")


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
        elif len(heads) == 1 and heads[0].endswith("ي"):
            # A plural of people takes a plural adjective; things in the plural a feminine one, which stands above.
            first = heads[0][:-1] + ending
            forms += [f"{first} {word}", f"{definite(first)} {definite(word)}"]
        else:
            head = " ".join(heads)
            forms += [f"{head} {word}", f"{definite(head)} {word}", f"{definite(head)} {definite(word)}"]
            forms.append(f"{head} {definite(word)}")
    return forms


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

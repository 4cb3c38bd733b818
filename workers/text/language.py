"""Which language a text is in: by its script, by letters that one language alone writes, else by py3langid.

py3langid (BSD-3-Clause; a naive Bayes classifier over byte n-grams, Lui and Baldwin 2012) is asked only about the
languages that write the script which most of the text is in. It knows no Sorani Kurdish; its letters tell that.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]  # py3langid 0.4 ships no types

__all__ = ["detect", "is_arabizi", "stated_code"]

_SAMPLE = 1200
# Scripts that one language (nearly) owns in news, by the first and last letter of their block.
_SCRIPTS = (
    ("arabic", "\u0600", "\u06ff"),
    ("arabic", "\u0750", "\u077f"),
    ("arabic", "\ufb50", "\ufeff"),
    ("latin", "A", "\u024f"),
    ("latin", "\u1e00", "\u1eff"),
    ("he", "\u05d0", "\u05ea"),
    ("cyrillic", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("hy", "\u0531", "\u0587"),
    ("ka", "\u10a0", "\u10ff"),
    ("am", "\u1200", "\u137f"),
    ("hi", "\u0900", "\u097f"),
    ("bn", "\u0980", "\u09ff"),
    ("ta", "\u0b80", "\u0bff"),
    ("th", "\u0e00", "\u0e7f"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
    ("ko", "\uac00", "\ud7a3"),
)
_NO_ARABIC_LETTER = re.compile(r"[^\W\d_\u0600-\u06ff]")
# Closed sets: a language that no news of this region is written in would only take texts from those that are.
_LANGUAGES = {
    "arabic": ("ar", "fa", "ur", "ps", "ug"),
    "latin": ("en", "fr", "tr", "de", "es", "it", "pt", "nl", "sv", "pl", "id", "ku", "az", "ro"),
    "cyrillic": ("ru", "uk", "sr", "kk", "ky"),
}
# Letters that only these languages write, in the order in which they settle it.
_OWN_LETTERS = (("ug", "ۇۈۋ"), ("ckb", "ێۆڵڕ"), ("ps", "ښځڅړږټډڼ"), ("ur", "ٹڈڑںے"))
_NOT_ARABIC = re.compile("[پچژگکیەۆێڕڵےہںٹڈڑھښځڅړږټډڼۍېۇۈۋ]")
# Words that news in Arabic cannot do without, and in Persian and Urdu. Folded.
_ARABIC_WORDS = frozenset(
    fold_text("في من على إلى أن إن عن التي الذي هذا هذه بعد مع كان قال خلال عند لم قد أو لا ما هو هي بين منذ").split()
)
_OTHERS_WORDS = frozenset(
    fold_text("از به در که را این است برای های می شد شود کرد کے کی میں ہے سے کا نے پر ہیں").split()
)
# The article, and letters that Persian and Urdu do not end a word with.
_ARTICLE = re.compile(r"\b[وفبلك]?ال\w{3}|\bلل\w{3}")
_ENDING = re.compile(r"\w\w[ةىأإ]")
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_WORDS = 200


# Sorani typed on an Arabic keyboard lacks ە: heh and a zero-width non-joiner are written for it, in older fonts a teh
# marbuta, which in Arabic ends a word. Persian writes the first too, in one word of forty; Sorani in every other one.
_SORANI_HEH = "ه\u200c"
_SORANI_TEH = re.compile("ة(?=[^\\W\\d_])")
_SORANI_SHARE = 0.15
# Arabic in Latin letters writes the letters that these lack as figures (7 for ح, 3 for ع), and its particles as anybody
# hears them. A name with a figure alone (G20, mp3) is no sign.
_ARABIZI_LETTER = re.compile(
    r"(?<!\w)(?=[a-z'\d]*[a-z]{2})(?:[a-z']+[235679][a-z']*|[235679][a-z'\d]+)(?!\w)", re.IGNORECASE
)
_ARABIZI_PARTICLES = (
    "el al il w wa fi fe men min mn en enno 3an 3ala 3la ma3 bel lel da di dah deh msh mesh mish mafi kan 2al 7atta"
)
_ARABIZI_PARTICLE = re.compile(rf"(?<!\w)(?:{'|'.join(_ARABIZI_PARTICLES.split())})(?!\w)", re.IGNORECASE)
_ARABIZI_SHARE = 0.08


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return next((name for name, low, high in _SCRIPTS if low <= letter <= high), "")


@cache
def _all_languages() -> LanguageIdentifier:
    """The classifier over all languages that py3langid knows; loaded when a text is not Arabic at first sight."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - 70 MB that Arabic alone does not need

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _identifier(script: str) -> LanguageIdentifier:
    """The classifier over the languages of a script; all share what py3langid loads."""
    identifier = copy(_all_languages())
    identifier.set_languages(list(_LANGUAGES[script]))
    return identifier


def stated_code(tag: str | None) -> str | None:
    """Return the ISO 639-1 code of a language tag (BCP 47: ``ar-SY``, ``EN``), or None when it has none.

    Two letters alone are taken: whatever a page states, de-duplication keeps no more scopes than there are codes.
    """
    primary = re.split("[-_]", tag or "", maxsplit=1)[0].strip().lower()
    return primary if re.fullmatch("[a-z]{2}", primary) else None


def is_arabizi(text: str) -> bool:
    """Whether ``text`` is Arabic in Latin letters, with figures for the letters that these lack (``7odood``).

    The first 1,200 code points decide. Rests on such words and on spoken particles beside them.
    """
    sample = text[:_SAMPLE]
    words = len(sample.split())
    spelled = len(_ARABIZI_LETTER.findall(sample))
    particles = len(_ARABIZI_PARTICLE.findall(sample))
    return spelled >= 3 and spelled >= _ARABIZI_SHARE * words and particles >= 3


def detect(text: str) -> str:
    """Return the ISO 639-1 code (639-3 where there is none) of the language that most of ``text`` is in, else ``und``.

    The first 1,200 code points decide; ``und`` is for texts without a letter of a script known here, and for Arabic in
    Latin letters, which has no code.
    """
    sample = text[:_SAMPLE]
    if _NO_ARABIC_LETTER.search(sample) is None:
        return _arabic_script(sample) if _WORD.search(sample) else "und"
    words = _WORD.findall(sample)
    script = _commonest_script(words)
    if script == "arabic":
        return _arabic_script(sample)
    if script not in _LANGUAGES:
        return script or "und"
    if script == "latin" and is_arabizi(sample):
        return "und"
    return str(_identifier(script).classify(" ".join(word for word in words if _script(word[0]) == script))[0])


def _commonest_script(words: Sequence[str]) -> str:
    """The script that most letters of some words are in; empty when none is known here."""
    letters: Counter[str] = Counter()
    for word in words:
        letters[_script(word[0])] += len(word)
    letters.pop("", None)
    # Japanese news is mostly Chinese characters: any share of kana tells it.
    return "ja" if letters["ja"] and letters["zh"] else max(letters, key=lambda name: letters[name], default="")


def _has_arabic_words(sample: str, article: bool, foreign: bool) -> bool:
    """Whether a text is Arabic by its words; where it has foreign letters too (پوتين, or Persian ک and ی), by many."""
    words = fold_text(sample).split()
    known = sum(map(_ARABIC_WORDS.__contains__, words))
    if not foreign:
        return known > 0
    return article and known * 12 >= len(words) and known > sum(word in _OTHERS_WORDS for word in words)


def _arabic_script(sample: str) -> str:
    """Tell Arabic from the languages that borrowed its letters, names and many of its words."""
    vowels = sample.count(_SORANI_HEH) + len(_SORANI_TEH.findall(sample))
    if vowels >= 3 and vowels >= _SORANI_SHARE * len(sample.split()):
        return "ckb"
    foreign = bool(_NOT_ARABIC.search(sample))
    # Most texts have the article among their first words: that spares folding the rest.
    article = bool(_ARTICLE.search(fold_text(sample[:_FIRST_WORDS])) or _ARTICLE.search(fold_text(sample)))
    if (not foreign and (article or _ENDING.search(sample))) or _has_arabic_words(sample, article, foreign):
        return "ar"
    for language, own in _OWN_LETTERS:
        if sum(map(sample.count, own)) * 50 >= len(sample):
            return language
    return str(_identifier("arabic").classify(sample)[0])

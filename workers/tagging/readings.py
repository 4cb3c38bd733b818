"""Which reading of a form its neighbours allow: whether it names a country at all, which one, and in what role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.lexicon.forms import proclitic_length
from workers.lexicon.loader import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.lexicon import Hit
    from workers.lexicon.model import Needs, Shared, Words
    from workers.tagging.model import Role
    from workers.tagging.text import AnnotatedText, Field
    from workers.tagging.view import View

__all__ = ["MEDIUM_REACH", "chosen_codes", "is_refused", "names_a_medium", "objection", "role_of"]

_IN = frozenset(
    (
        "في",
        "داخل",
        "مدينه",
        "محافظه",
        "العاصمه",
        "بلده",
        "قريه",
        "شمال",
        "جنوب",
        "شرق",
        "غرب",
        "شمالي",
        "جنوبي",
        "شرقي",
        "غربي",
        "وسط",
        "ولايه",
        "اقليم",
        "الي",
        "من",
        "قرب",
    )
)
#: How far back, in letters, the word for a medium may stand from its nisba: four words.
MEDIUM_REACH = 48
# A name of two words: عبد الله, عبد الرحمن.
_SERVANT = frozenset(("عبد", "وعبد", "لعبد", "بعبد"))
# How a nisba ends in the accusative: سودانيا is of Sudan, with a tanwin or without.
_ACCUSATIVE = "يا"
_SHADDA = "\u0651"
_QUOTES = "\"'“”«»‘’"
_CLITICS = ("و", "ف", "ب", "ل")


def objection(hit: Hit, before: str, field: Field, text: AnnotatedText) -> str:
    """Return what keeps a form from naming a country here, or an empty string; ``before`` is the word before it."""
    view, form, words = field.view, hit.form, text.words
    if _is_surname(hit, before, view, words):
        return "a given name stands before it: it is a surname"
    if view.ends_in_tanwin(hit.start, hit.end) and not form.text.endswith(_ACCUSATIVE):
        return "it is written with a tanwin: a common word"
    if form.letters and spelled(field.surface(hit.start, hit.end)) not in form.letters:
        return "the country is spelled otherwise"
    tells_time = before in words.clocks and form.kind in ("capital", "place")
    if tells_time or is_refused(hit, before, view):
        return "with the word beside it, it means something else"
    if form.needs is not None and not _is_backed(form.needs, hit, before, view, text):
        return "none of the words stands by that it needs"
    return ""


def _is_surname(hit: Hit, before: str, view: View, words: Words) -> bool:
    """Whether a definite demonym in the singular stands behind a given name: محمد المصري, عبد الله المصري."""
    form = hit.form
    if form.kind != "demonym" or form.affix != "definite" or not form.text.endswith("ي"):
        return False
    end = hit.start - hit.proclitics - 1
    if before in words.given and not view.is_preposition(end - len(before), end):
        return True
    return before.startswith("ال") and view.word_before(end - len(before)) in _SERVANT


def is_refused(hit: Hit, before: str, view: View) -> bool:
    """Whether the word ``before`` a form or the one behind says that something else is meant: قطع الرباط, بكل حماس."""
    form = hit.form
    if not (form.never_before or form.never_after):
        return False
    bare = before[1:] if before[:1] in "وفبل" else before
    return before in form.never_before or bare in form.never_before or view.word_after(hit.end) in form.never_after


def _is_backed(needs: Needs, hit: Hit, before: str, view: View, text: AnnotatedText) -> bool:
    """Whether a word that the form needs stands beside it, or a phrase anywhere in the article."""
    words = (before, before[1:], before[2:]) if before[:1] in _CLITICS else (before,)
    if not needs.before.isdisjoint(words) or view.word_after(hit.end) in needs.after:
        return True
    return any(_position(cue, field.view.plain, 0) >= 0 for cue in needs.anywhere for field in text.fields)


def _position(cue: str, text: str, start: int) -> int:
    """Where ``cue`` begins as whole words, proclitics allowed, from ``start`` on; or -1."""
    at = text.find(cue, start)
    while at >= 0:
        end = at + len(cue)
        if proclitic_length(text, at, "plain") is not None and (end == len(text) or not text[end].isalnum()):
            return at
        at = text.find(cue, at + 1)
    return -1


def names_a_medium(hit: Hit, view: View, words: Words) -> bool:
    """Whether a demonym belongs to a newspaper, a channel or an agency: صحيفة لوموند الفرنسية."""
    at = hit.start - hit.proclitics
    authorities, stop, titles = words.authorities, words.stop, words.titles
    for token in reversed(view.clean[max(0, at - MEDIUM_REACH) : at].split()[-4:]):
        word = token.strip(_QUOTES)
        if _is_medium(word, words.media_heads):
            return True
        if word in authorities or word in stop or word in titles or not word.isalnum():
            return False
    return False


def _is_medium(word: str, heads: frozenset[str]) -> bool:
    """Whether a word is one for a newspaper, a channel or an agency, with or without a proclitic."""
    if word in heads or (word[:1] in "ولبف" and word[1:] in heads):
        return True
    return word[:2] == "لل" and f"ال{word[2:]}" in heads


def chosen_codes(hit: Hit, field: Field, fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the countries that a form names; of a shared one that which a cue tells, else its default."""
    rule = hit.form.shared
    if rule is None:
        return hit.form.country
    if rule.shadda and _SHADDA in field.surface(hit.start, hit.end):
        return (rule.shadda,)
    code = _nearest(rule, hit, field, fields) if rule.nearest else _first(rule, fields)
    return (code or rule.default,)


def _first(rule: Shared, fields: Sequence[Field]) -> str | None:
    """The country of the first cue that stands anywhere."""
    for cue, code in rule.cues:
        if any(_position(cue, field.view.plain, 0) >= 0 for field in fields):
            return code
    return None


def _nearest(rule: Shared, hit: Hit, field: Field, fields: Sequence[Field]) -> str | None:
    """The country of the cue that is nearest; one in the other field is as far as the whole of this one."""
    best: tuple[int, str] | None = None
    for cue, code in rule.cues:
        for other in fields:
            for at in _positions(cue, other.view.plain):
                distance = abs(at - hit.start) if other is field else len(field.view.plain)
                if best is None or distance < best[0]:
                    best = (distance, code)
    return best and best[1]


def _positions(cue: str, text: str) -> Iterator[int]:
    at = _position(cue, text, 0)
    while at >= 0:
        yield at
        at = _position(cue, text, at + len(cue))


def role_of(hit: Hit, before: str, view: View, words: Words) -> Role:
    """Return what the neighbours of a form say of its country's part."""
    kind = hit.form.kind
    if kind == "demonym":
        is_currency = before in words.currencies or before[1:] in words.currencies
        return "currency" if is_currency else "mentioned"
    if kind == "metonym":
        return "actor"
    if before in _IN or "ب" in view.plain[hit.start - hit.proclitics : hit.start] or kind == "place":
        return "place"
    return "actor" if kind == "capital" else "mentioned"

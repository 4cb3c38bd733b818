"""The pass that finds countries: which of the lexicon's forms name one here, and which do not, with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.lexicon import Form, Hit
from workers.tagging.claims import CountryClaim
from workers.tagging.readings import MEDIUM_REACH, chosen_codes, names_a_medium, objection, role_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from workers.tagging.text import AnnotatedText, Field

__all__ = ["find_countries"]

# A name of a city has at most so many words.
_LONGEST_CITY = 4
_WORD = re.compile(r"[^\W_]+")


def find_countries(text: AnnotatedText) -> list[CountryClaim]:
    """Return the claims of countries, those of the title first, each field's in order of start."""
    claims: list[CountryClaim] = []
    weak: list[CountryClaim] = []
    for field in text.fields:
        places = [hit.end + 1 for hit in field.hits if hit.form.locator]
        for claim in _in_field(field, places, text):
            (weak if _is_weak(claim, places) else claims).append(claim)
    if weak:
        named = {code for claim in claims if not claim.against for code in claim.codes}
        claims += [_backed(claim, named) for claim in weak]
        claims.sort(key=lambda claim: (claim.field.name != "title", claim.hit.start))
    return claims


def _is_weak(claim: CountryClaim, places: Collection[int]) -> bool:
    """Whether a form is a common word or a name as well, and no locator stands before it."""
    return claim.hit.form.weak and not claim.against and claim.begins not in places


def _backed(claim: CountryClaim, named: set[str]) -> CountryClaim:
    """The claim of a weak form, which counts only where another form names its country."""
    if named.issuperset(claim.codes):
        return claim
    return claim._replace(against="a weak form, and nothing else names its country")


def _in_field(field: Field, places: Sequence[int], text: AnnotatedText) -> list[CountryClaim]:
    """The claims in one field; ``places`` are where locators say that a place's name begins."""
    found = list(_forms(field, text))
    if places:
        known = {claim.begins for claim in found if not claim.against}
        found += _cities(field, places, known, text.lexicon.cities)
        found.sort(key=lambda claim: claim.hit.start)
    return found


def _forms(field: Field, text: AnnotatedText) -> Iterator[CountryClaim]:
    """The lexicon's forms of countries, the longest first; a shorter one inside one that is refused may count: وجدة is
    Oujda, or و and جدة.
    """
    end = 0
    medium = -MEDIUM_REACH
    named_medium = -9  # not where a text begins
    for hit in field.hits:
        form = hit.form
        if hit.start < end:
            continue
        if form.block or form.person:
            end = hit.end
            if form.block == "media":
                named_medium = hit.end
            continue
        if form.medium:
            medium = hit.end
        if form.country:
            claim = _claim(hit, field, text, medium, is_mediums=hit.start == named_medium + 1)
            end = end if claim.against else hit.end
            yield claim


def _claim(hit: Hit, field: Field, text: AnnotatedText, medium: int, *, is_mediums: bool) -> CountryClaim:
    """The claim of one form. ``medium`` is where the last word for a medium ends; ``is_mediums``: a medium's own name
    stands right before.
    """
    codes = hit.form.country
    if field.in_dateline(hit.start):
        return CountryClaim(field, hit, codes, "dateline", "it stands in a dateline")
    is_nisba = hit.form.kind == "demonym"
    before = field.view.word_before(hit.start - hit.proclitics)
    against = "it is a medium's" if is_nisba and is_mediums else objection(hit, before, field, text)
    is_near = is_nisba and not against and hit.start - medium <= MEDIUM_REACH
    if is_near and names_a_medium(hit, field.view, text.words):
        against = "it is a medium's"
    if against:
        return CountryClaim(field, hit, codes, "mentioned", against)
    if hit.form.shared is not None:
        codes = chosen_codes(hit, field, text.fields)
    return CountryClaim(field, hit, codes, role_of(hit, before, field.view, text.words))


def _cities(
    field: Field, places: Sequence[int], known: Collection[int], cities: Mapping[str, str]
) -> Iterator[CountryClaim]:
    """The gazetteer's cities after locators, where the lexicon has no form of its own; the longest name counts."""
    view = field.view
    for start in places:
        if start in known or start >= len(view.plain) or view.clean[start - 1] not in " _\u00a0":
            continue
        best = _longest_city(view.plain, start, cities)
        if best is not None:
            code, end = best
            form = Form(view.plain[start:end], country=(code,), kind="place")
            yield CountryClaim(field, Hit(start, end, form, 0), (code,), "place")


def _longest_city(plain: str, start: int, cities: Mapping[str, str]) -> tuple[str, int] | None:
    """The country of the longest name of a city that begins there, and where the name ends."""
    best: tuple[str, int] | None = None
    end = start
    for _ in range(_LONGEST_CITY):
        word = _WORD.match(plain, end)
        if word is None:
            break
        code = cities.get(plain[start : word.end()])
        if code is not None:
            best = code, word.end()
        end = word.end() + 1
    return best

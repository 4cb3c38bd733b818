"""Bodies that every country may have, ministries above all: by their country beside them, or standing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.tagging.acting import is_scene
from workers.tagging.claims import BodyClaim

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from workers.lexicon import Hit
    from workers.tagging.claims import Claims, Countries, CountryClaim
    from workers.tagging.text import AnnotatedText, Field

__all__ = ["find_bodies"]

_QUOTES = frozenset('"“”«»')


def find_bodies(hits: Sequence[tuple[Field, Hit]], text: AnnotatedText, claims: Claims) -> list[BodyClaim]:
    """Return the claims of bodies: those with their country beside them, then the heads that stand alone."""
    beside: list[BodyClaim] = []
    alone: list[tuple[Field, Hit]] = []
    codes: dict[str, str] = {}
    for field, hit in hits:
        # وزيرة الدفاع الفرنسية is no ministry.
        if hit.form.body_style == "elliptic" and field.view.word_before(hit.start) in text.words.titles:
            beside.append(BodyClaim(field, hit, "", hit.end, None, "it belongs to the post before it"))
            continue
        is_single = hit.form.body_style == "head" and text.lexicon.bodies[hit.form.body].alone
        holder = _holder(field, hit, claims.countries, is_single=is_single)
        if holder is None:
            alone.append((field, hit))
            continue
        codes.setdefault(hit.form.body, holder.codes[0])
        beside.append(BodyClaim(field, hit, holder.codes[0], holder.hit.end, holder))
    government = _government({claim.code for claim in beside if claim.holder}, claims.countries.leading)
    return beside + [_alone(field, hit, codes, text, government) for field, hit in alone]


def _government(named: Collection[str], leading: str | None) -> str | None:
    """The country of which the article's government is: the only one whose bodies it names, else the leading one; None
    where the bodies are of several others.
    """
    if not named or leading in named:
        return leading
    return next(iter(named)) if len(named) == 1 else None


def _alone(field: Field, hit: Hit, codes: dict[str, str], text: AnnotatedText, government: str | None) -> BodyClaim:
    """The claim of a head without a country beside it: its country is that of the same body elsewhere, else that of the
    article's government, else it is nobody's.
    """
    body = text.lexicon.bodies[hit.form.body]
    code = codes.get(body.key, government)
    against = ""
    # المجلس الوطني للإعلام is no parliament.
    behind = field.view.word_after(hit.end)
    if hit.form.body_style != "head" or not (body.alone or hit.form.body_whole):
        against = "no country stands beside it"
    elif behind.startswith("لل") and behind[2:] in text.words.purposes:
        against = "what it is for stands behind it: another body"
    elif code is None:
        against = "no country leads the article, and its government is not one country's"
    elif is_scene(field, hit.start + hit.form.strip, text.words):
        against = "a place here: nobody acts in it"
    elif body.only and code not in body.only:
        against = "the country has no such body"
    return BodyClaim(field, hit, code or "", hit.end, None, against)


def _holder(field: Field, hit: Hit, countries: Countries, *, is_single: bool) -> CountryClaim | None:
    """The country's claim right after a body's head, or after في, when it fits the head; ``is_single`` tells that a
    country has one such body, so that a place in it tells whose it is.
    """
    # A paper may doubt a body by quotation marks: "الجيش" الإسرائيلي.
    at = hit.end + (2 if field.is_quoted(hit.start, hit.end) else 1)
    is_inside = field.view.plain.startswith("في ", at)
    claim = countries.at(field).get(at + 3 if is_inside else at)
    if claim is None or claim.hit.proclitics or len(claim.codes) != 1:
        return None
    # وزارة الصحة في غزة: a ministry at a place is that country's, an embassy is not.
    if is_inside and is_single and claim.hit.form.kind in ("place", "capital"):
        return claim
    fits = _fits_as_nisba if claim.is_nisba else _fits_as_name
    return claim if fits(hit, claim, is_inside=is_inside) else None


def _fits_as_nisba(hit: Hit, claim: CountryClaim, *, is_inside: bool) -> bool:
    """Whether a demonym agrees with a body's head."""
    is_definite = hit.form.text.split(" ")[-1].startswith(("ال", "لل"))
    fits = is_definite and claim.hit.form.affix == "definite" and not is_inside
    return fits and (hit.form.body_style != "elliptic" or claim.hit.form.text.endswith("يه"))


def _fits_as_name(hit: Hit, claim: CountryClaim, *, is_inside: bool) -> bool:
    """Whether a country's name may stand behind a body's head; it may be a nisba: الخارجية السعودية."""
    form = claim.hit.form
    is_nisba = form.affix == "definite" and form.text.endswith("يه") and not is_inside
    return form.kind == "name" and (hit.form.body_style == "head" or is_nisba)

"""The passes that find people whom no list has and no title introduces: by the look of their names, and as speakers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.lexicon.forms import ARTICLE
from workers.tagging.claims import ListedClaim, PersonClaim, Strength
from workers.tagging.coverage import PLACE, NameCoverage
from workers.tagging.names import joined_name, lone_surname, name_from
from workers.tagging.tokens import Openings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from workers.lexicon.model import Words
    from workers.tagging.claims import Claim, Claims, Countries
    from workers.tagging.coverage import Coverage
    from workers.tagging.names import Name
    from workers.tagging.text import AnnotatedText, Field

__all__ = ["find_people"]


def find_people(text: AnnotatedText, claims: Claims) -> list[PersonClaim | ListedClaim]:
    """Return the claims of names by their look, then those of surnames alone behind a verb of saying."""
    parts = [(field, _openings(field, claims.countries), NameCoverage(field, claims)) for field in text.fields]
    named = [claim for part in parts for claim in _names(*part, text, claims.countries)]
    surnames = _surnames([*claims.standing, *named])
    spoke = [claim for part in parts for claim in _speakers(*part, surnames, text, claims.countries)]
    return [*named, *spoke]


def _surnames(claims: Iterable[Claim]) -> set[str]:
    """The last words of the names that the article gives people in full: what stands for them again is no new name."""
    people = [claim for claim in claims if isinstance(claim, PersonClaim) and not claim.against]
    names = [claim.field.view.plain[claim.start : claim.end].split(" ") for claim in people]
    return {name[-1] for name in names if len(name) > 1}


def _openings(field: Field, countries: Countries) -> Openings:
    """Which words a name may begin with; behind a definite nisba (الإسباني …) more may."""
    behind = {
        claim.hit.end + 1
        for claim in countries.at(field).values()
        if claim.is_nisba and claim.hit.form.affix != "plain"
    }
    return Openings(field.tokens, behind)


def _names(
    field: Field, openings: Openings, coverage: NameCoverage, text: AnnotatedText, countries: Countries
) -> Iterator[PersonClaim]:
    """The claims of names by their look; the coverage takes up those that stand."""
    view, tokens, words = field.view, field.tokens, text.words
    done = 0
    for at in openings.names:
        found = name_from(view, tokens, openings, at, words) if at >= done else None
        while found is not None:
            claim = _claim(field, found, coverage, text, countries)
            yield claim
            if claim.against:
                break
            coverage.take(found.start, found.end)
            done = found.after
            found = joined_name(view, tokens, done, words)


def _claim(field: Field, found: Name, coverage: NameCoverage, text: AnnotatedText, countries: Countries) -> PersonClaim:
    against = coverage.name_objection(found.start, found.end) or _described(field, found, text.words, countries)
    return PersonClaim(field, found.start, found.end, "rule:name", Strength.NAME, against=against)


def _described(field: Field, found: Name, words: Words, countries: Countries) -> str:
    """Why a word with an indefinite nisba behind it is no name (عدوان إسرائيلي), or an empty string: nobody bears the
    nisba as a surname, or the word is a common one.
    """
    first, _, rest = field.view.plain[found.start : found.end].partition(" ")
    claim = countries.at(field).get(found.start + len(first) + 1)
    is_nisba = claim is not None and claim.is_nisba and not claim.hit.proclitics and claim.hit.form.affix != "definite"
    return PLACE if is_nisba and (first in words.common or rest not in words.bearers) and " " not in rest else ""


def _speakers(
    field: Field,
    openings: Openings,
    coverage: Coverage,
    surnames: Container[str],
    text: AnnotatedText,
    countries: Countries,
) -> Iterator[PersonClaim | ListedClaim]:
    """Who is named by a surname alone, behind a verb of saying: the one of the lexicon who bears it and whose country
    the article names, or somebody whom the lexicon lacks; ``surnames`` are those of people named in full.
    """
    for at in openings.names:
        found = lone_surname(field.tokens, at, text.words)
        if found is None or field.tokens.words[at] in surnames:
            continue
        start, end = found.start, found.end
        against = coverage.objection(start, end) or (PLACE if start in countries.at(field) else "")
        bearers = _bearers(field, start, end)
        fitting = [each for each in bearers if text.country_and_role(each)[0] in countries.named]
        if not bearers:
            yield PersonClaim(field, start, end, "rule:speaker", Strength.SPEAKER, against=against)
        elif len(fitting) == 1:
            yield ListedClaim(field, start, start, end, fitting[0], True, Strength.SPEAKER, against)
        else:
            against = against or "of those who bear this surname not just one is of a country that is named"
            yield ListedClaim(field, start, start, end, bearers[0], True, Strength.SPEAKER, against)


def _bearers(field: Field, start: int, end: int) -> list[str]:
    """The people of the lexicon who bear a surname; one with the article is that of a whole tribe."""
    if field.view.plain.startswith(ARTICLE, start):
        return []
    found = {each: None for hit in field.hits if (hit.start, hit.end) == (start, end) for each in hit.form.short}
    return list(found)

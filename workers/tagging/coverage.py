"""Where a pass may still claim a name: the stretches that stronger claims hold, and those that name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.tagging.view import Stretches

if TYPE_CHECKING:
    from workers.tagging.claims import Claims
    from workers.tagging.text import Field

__all__ = ["EXCLUDED", "OVERLAP", "PLACE", "Coverage", "NameCoverage"]

OVERLAP = "a stronger claim holds these words"
"""Why a claim is lost: another claim stands there that is stronger, or as strong and made before."""
EXCLUDED = "the lexicon takes these words for something else"
"""Why a claim is lost: a dateline, a form of a thing or a medium, or one of several bearers stands there."""
PLACE = "a country is named there"
"""Why a claim is lost: the words, or some of them, are a country's."""


class Coverage:
    """A field as one pass finds it; what the pass itself takes is known to it alone."""

    def __init__(self, field: Field, claims: Claims) -> None:
        """Begin with what the claims made so far hold."""
        self._taken = claims.taken[field.name].copy()
        self._excluded = field.excluded

    def take(self, start: int, end: int) -> None:
        """Hold a stretch from now on."""
        self._taken.add(start, end)

    def is_taken(self, start: int, end: int) -> bool:
        """Tell whether a claim holds a letter of a stretch."""
        return self._taken.touches(start, end)

    def objection(self, start: int, end: int) -> str:
        """Return what keeps a stretch from naming somebody whom the lexicon lacks, or an empty string."""
        if self._taken.touches(start, end):
            return OVERLAP
        return EXCLUDED if self._excluded.touches(start, end) else ""


class NameCoverage(Coverage):
    """Coverage for names that only their look tells: no country is named in them, but for a nisba behind their first
    word, which is a surname then.
    """

    def __init__(self, field: Field, claims: Claims) -> None:
        """Begin with what the claims made so far hold, countries' among them."""
        super().__init__(field, claims)
        self._names, self._nisbas = (Stretches(len(field.view.plain)) for _ in range(2))
        for at, claim in claims.countries.at(field).items():
            (self._nisbas if claim.is_nisba else self._names).add(at, claim.hit.end)

    def name_objection(self, start: int, end: int) -> str:
        """Return what keeps a stretch from being a name by its look, or an empty string."""
        against = self.objection(start, end)
        if not against and (self._names.touches(start, end) or self._nisbas.touches(start, start + 1)):
            return PLACE
        return against

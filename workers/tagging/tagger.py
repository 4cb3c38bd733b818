"""The tagger: an article's title and text in, its countries and actors out, each with the places that prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.tagging.countries import find_countries
from workers.tagging.explained import outcomes
from workers.tagging.looks import Looks
from workers.tagging.passes import make_claims
from workers.tagging.resolver import resolve
from workers.tagging.scores import rank_countries
from workers.tagging.spellings import Spellings
from workers.tagging.text import annotate

if TYPE_CHECKING:
    from workers.lexicon import Lexicon
    from workers.tagging.claims import CountryClaim
    from workers.tagging.explained import Outcome
    from workers.tagging.model import Actor, Country, Tags

__all__ = ["Tagger"]


class Tagger:
    """Tags articles with a lexicon. The same input gives the same output, in the same order, whatever came before."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Keep the lexicon; it is only read."""
        self.lexicon = lexicon
        self._looks = Looks(lexicon.words)
        self._spellings = Spellings(lexicon)

    def tag(self, title: str, text: str, *, dateline: str | None = None, published_at: str | None = None) -> Tags:
        """Return the countries and actors of an article, with mentions in code points of ``title`` and ``text``.

        A country that stands only in a dateline is left out: the one given, when the text begins with it, or one that a
        line of the text opens with. ``published_at`` (ISO 8601) tells which of a person's posts is meant. Raises
        nothing for any text.
        """
        article = annotate(title, text, self.lexicon, self._looks, dateline=dateline, published_at=published_at)
        return resolve(article, make_claims(article), self._spellings).tags

    def explain(
        self, title: str, text: str, *, dateline: str | None = None, published_at: str | None = None
    ) -> tuple[Outcome, ...]:
        """Return every claim behind the tags of an article, won and lost, in order; it takes what `tag` takes."""
        article = annotate(title, text, self.lexicon, self._looks, dateline=dateline, published_at=published_at)
        claims = make_claims(article)
        return outcomes(claims, resolve(article, claims, self._spellings))

    def signs(self, title: str, text: str, *, published_at: str | None = None) -> list[tuple[Actor, frozenset[str]]]:
        """Return the actors of an article, each with the SIGNS (confidence.py) that its confidence rests on."""
        article = annotate(title, text, self.lexicon, self._looks, dateline=None, published_at=published_at)
        resolution = resolve(article, make_claims(article), self._spellings)
        return [(tag, resolution.signs[tag.id]) for tag in resolution.tags.actors]

    def countries(self, title: str, text: str, *, dateline: str | None = None) -> tuple[Country, ...]:
        """Return the countries alone, as `tag` does but for surnames of people whom only a title makes known."""
        return rank_countries(self.country_claims(title, text, dateline), self.lexicon, titled=bool(title))

    def country_claims(self, title: str, text: str, dateline: str | None = None) -> list[CountryClaim]:
        """Return the claims of countries that stand before actors are looked for."""
        article = annotate(title, text, self.lexicon, self._looks, dateline=dateline, published_at=None)
        return [claim for claim in find_countries(article) if not claim.against]

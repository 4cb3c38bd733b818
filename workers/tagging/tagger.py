"""The tagger: an article's title and text in, its countries and actors out, each with the places that prove it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.tagging.actors import ActorFinder
from workers.tagging.countries import find_countries, rank_countries
from workers.tagging.looks import Looks
from workers.tagging.model import Tags
from workers.tagging.spellings import Spellings
from workers.tagging.view import View

if TYPE_CHECKING:
    from workers.lexicon import Hit, Lexicon
    from workers.tagging.countries import CountryMention
    from workers.tagging.model import Country

__all__ = ["Tagger"]

# A bureau line that the parser left in place: a few words, an agency in brackets or between dashes, and dashes.
_BRACKETED = re.compile(r"(?m)^[^.()\n]{2,70}\([^()\n]{2,25}\)\s*[-–—ـ]{1,3}")
_MONTH = re.compile(r"\d{4}-\d\d-")
_DASHED = re.compile(
    r"[^.()\n\-–—:]{2,40}\s[-–—]\s(?:[^.()\n\-–—:]{2,25}[-–—:])?|[^.()\n\-–—:]{2,25}\s[-–—]\s?العربية[.]نت"
)


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
        month = published_at[:7] if published_at and _MONTH.match(published_at) else None
        views, skip, mentions = self._mentions(title, text, dateline)
        finder = ActorFinder(views, mentions, self.lexicon, skip, self._looks, self._spellings, month)
        actors = finder.find()
        surnames = finder.surnames()
        kept = [m for m in mentions if (m.view.field, m.hit.start - m.hit.proclitics) not in surnames]
        return Tags(rank_countries(kept, self.lexicon, titled=bool(title)), actors)

    def countries(self, title: str, text: str, *, dateline: str | None = None) -> tuple[Country, ...]:
        """Return the countries alone, as `tag` does but for surnames of people whom only a title makes known."""
        _, _, mentions = self._mentions(title, text, dateline)
        return rank_countries(mentions, self.lexicon, titled=bool(title))

    def _mentions(
        self, title: str, text: str, dateline: str | None
    ) -> tuple[list[tuple[View, list[Hit]]], list[tuple[int, int]], list[CountryMention]]:
        views = [
            (view, self.lexicon.matcher.find(view.plain, view.codes))
            for view in (View("title", title), View("text", text))
        ]
        skip = _datelines(text, views[1][0].clean, dateline)
        return views, skip, find_countries(views, self.lexicon, skip)


def _datelines(text: str, clean: str, dateline: str | None) -> list[tuple[int, int]]:
    """The stretches of the folded text that are datelines: at its start, and after a line that repeats the lead."""
    found = [match.span() for match in _BRACKETED.finditer(clean)] if "(" in clean else []
    if dateline and text.startswith(dateline):
        found.append((0, len(View("text", dateline).clean)))
    elif opening := _DASHED.match(clean):
        found.append(opening.span())
    return found

"""The lexicon as a worker reads it: the compiled file, and the matcher over its forms."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.compiled import mapped, read_content, version_of
from workers.lexicon.files import COMPILED
from workers.lexicon.forms import ARTICLE, plain_form
from workers.lexicon.matcher import Matcher

if TYPE_CHECKING:
    from workers.lexicon.model import Content, Form, Post

__all__ = ["Lexicon", "load", "spelled"]

_MARKS = re.compile("[\u064b-\u0652\u0640]")


class Lexicon:
    """Countries, actors, bodies and their forms, with the matcher over all of them.

    ``version`` changes when a tag may; ``cities`` gives a country by the folded name of a city, which counts after a
    locator.
    """

    def __init__(self, content: Content, version: str) -> None:
        """Keep what a compiled lexicon holds, and build the matcher."""
        self.version = version
        self.countries = content.countries
        self.actors = content.actors
        self.bodies = content.bodies
        self.cities = content.cities
        self.posts = content.posts
        self.words = content.words
        self._places = content.places
        self._forms = content.forms
        self.matcher = Matcher(self._forms)

    def forms(self) -> list[Form]:
        """Return every form, in the order of the source."""
        return list(self._forms)

    def geonames(self, code: str, surface: str) -> int | None:
        """The GeoNames id of the town of a country that is written so; None when unknown."""
        names = self._places.get(code, {})
        plain = plain_form(surface)
        # Behind لل the article is missing from a surface.
        return names.get(plain) or names.get(ARTICLE + plain)

    def post(self, identity: str, month: str) -> Post | None:
        """The post that an actor held in a month (YYYY-MM), the later one where two meet in it; None when unknown."""
        held = [post for post in self.posts.get(identity, ()) if post.first <= month <= (post.last or month)]
        return held[-1] if held else None


def spelled(surface: str) -> str:
    """Return a surface without diacritics and tatweel, letters as written: what a ``letters`` rule compares."""
    return _MARKS.sub("", surface)


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """Return the lexicon that ships with the package; it is read once for each process.

    Raises:
        LexiconError: when the compiled file is missing, or another version of Rasid made it.
    """
    with mapped(COMPILED) as data:
        return Lexicon(read_content(data), version_of(data))

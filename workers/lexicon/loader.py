"""The lexicon as a worker reads it: the compiled file, and the matcher over its forms."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.compiled import mapped, read_content, version_of
from workers.lexicon.files import COMPILED
from workers.lexicon.forms import ARTICLE, plain_form
from workers.lexicon.latin import LatinNames
from workers.lexicon.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from workers.lexicon.model import Content, Form, Post

__all__ = ["Lexicon", "load", "spelled"]

_MARKS = re.compile("[\u064b-\u0652\u0640]")


class Lexicon:
    """Countries, actors, bodies and their forms, with the matcher over all of them.

    ``version`` changes when a tag may, and names the overlays with their versions (``…+clients.3f2a91bc``);
    ``overlay_of`` gives the overlay of an entry, by a country's code or an actor's id; ``cities`` a country by the
    folded name of a city, which counts after a locator; ``latin`` has Latin forms of people's names.
    """

    def __init__(self, content: Content, version: str, overlay_of: Mapping[str, str] | None = None) -> None:
        """Keep what a compiled lexicon holds, and build the matcher."""
        self.version = version
        self.overlay_of = overlay_of or {}
        self.countries = content.countries
        self.actors = content.actors
        self.bodies = content.bodies
        #: The actor that is a country's body, by the country's code and the body's key.
        self.body_of = {
            (actor.country, key): actor.id for actor in content.actors.values() for key in actor.bodies if actor.country
        }
        self.cities = content.cities
        self.posts = content.posts
        self.words = content.words
        self._places = content.places
        self._forms = content.forms
        #: By the actor's id; None before the first is asked for.
        self._full_forms: defaultdict[str, list[Form]] | None = None
        self.matcher = Matcher(self._forms)
        self.latin = LatinNames(content.actors.values())

    def forms(self) -> list[Form]:
        """Return every form, in the order of the source."""
        return list(self._forms)

    def full_forms(self, identity: str) -> list[Form]:
        """Return the forms that name an actor in full and nobody else, each name once, in the order of the source."""
        if self._full_forms is None:
            self._full_forms = defaultdict(list)
            for form in self._forms:
                # A form with لل is the same name again.
                if len(form.full) == 1 and not form.strip:
                    self._full_forms[form.full[0]].append(form)
        return self._full_forms.get(identity, [])

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


def load(folders: tuple[Path, ...] = ()) -> Lexicon:
    """Return the lexicon that ships with the package, with overlays laid over it; read once for each process.

    With overlays it is compiled anew, which takes some two seconds more.

    Raises:
        LexiconError: when the compiled file is missing, or another version of Rasid made it; when an overlay has
            faults, or contradicts the lexicon.
    """
    return _load(folders)


# Apart from load: there, load() and load(()) would be two lexicons.
@lru_cache(maxsize=2)
def _load(folders: tuple[Path, ...]) -> Lexicon:
    if folders:
        return _with_overlays(folders)
    with mapped(COMPILED) as data:
        return Lexicon(read_content(data), version_of(data))


def _with_overlays(folders: tuple[Path, ...]) -> Lexicon:
    # Nothing of this is needed, nor loaded, without overlays.
    from workers.lexicon.compile import compile_source  # noqa: PLC0415 - see above
    from workers.lexicon.overlays import apply_overlays, read_overlay  # noqa: PLC0415 - same
    from workers.lexicon.source import read_source  # noqa: PLC0415 - same

    overlays = [read_overlay(folder) for folder in folders]
    source = read_source()
    apply_overlays(source, overlays)
    with mapped(COMPILED) as data:
        version = "+".join((version_of(data), *(f"{overlay.name}.{overlay.version}" for overlay in overlays)))
    return Lexicon(compile_source(source), version, source.overlay_of)

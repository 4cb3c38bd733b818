"""Learns from an archive what each site prints on every page: documents in, profiles out.

A line that stands on many pages of one host, over different stories, is furniture, whatever it says. What a site's
labels mean (:mod:`workers.pages.site_labels`), where its titles stand (:mod:`workers.pages.site_titles`) and who prints
its pages is asked of the page reader: on one page it may be wrong, but where most of a hundred pages agree, the few
that do not are what a profile is for.

Pure and deterministic: the same documents in the same order give the same profiles.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from workers.lexicon.names import outlet_of
from workers.pages.body import outline_body
from workers.pages.reader import outline_page
from workers.pages.site_labels import LabelTally
from workers.pages.site_titles import TitleTally
from workers.pages.sites import LEAST_PAGES, SiteProfile, shape_of, site_of
from workers.text.dates import read_date
from workers.text.fold import fold_text
from workers.text.markup import is_html, read_markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.pages.sites import Label, TitlePlace
    from workers.text.markup import Markup

__all__ = ["LEAST_PAGES", "Learner"]

#: A line is furniture from this share of a site's pages on.
LEAST_SHARE = 0.2
#: A paragraph of this many words is taken for furniture only where it stands on this share of the pages: a notice, or
#: what a site says of itself. Reprints of one story are counted once.
LONG_WORDS = 25
LONG_SHARE = 0.3
_LONGEST_LINE = 1000
#: Shapes held for one site before those seen once are let go.
_SHAPES_HELD = 200_000
_TITLE_AND_OUTLET = re.compile(r"^(.{12,}?)\s[|–—-]\s([^|–—]{2,40})$")
_OUTLET_SHARE = 0.5
#: What must speak for the outlet's name on a page, in the mean; how far it must lead; the most that one page may say.
_LEAST_WORTH, _LEAD, _MOST_WORTH = 1.0, 1.5, 6.0
#: So many pages of a site are read for its labels, titles and outlet; more would say the same.
_PAGES_READ = 100


@dataclass(slots=True)
class _Named:
    """A name that may be the outlet's: on how many pages, what spoke for it in all, and how they spell it."""

    pages: int = 0
    worth: float = 0.0
    spelled: Counter[str] = field(default_factory=Counter)

    def speak(self, name: str, worth: float) -> None:
        """Count what one page says for it."""
        self.pages += 1
        self.worth += min(worth, _MOST_WORTH)
        self.spelled[name] += 1


@dataclass(slots=True)
class _Seen:
    """What was counted of one site's pages so far."""

    pages: int = 0
    read: int = 0
    stories: set[bytes] = field(default_factory=set)
    shapes: Counter[str] = field(default_factory=Counter)
    outlets: defaultdict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    #: Shapes of titles that records state: no furniture, however often they are listed.
    stated: set[str] = field(default_factory=set)
    labels: LabelTally = field(default_factory=LabelTally)
    titles: TitleTally = field(default_factory=TitleTally)
    names: dict[str, _Named] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    """A document to learn from: its body, its HTML if it is some, its lines, what its record says."""

    body: str
    markup: Markup | None
    lines: list[str]
    title: str | None
    title_length: int
    published: str | None
    fetched: str | None


class Learner:
    """Takes documents one by one and gives a profile for each site; memory is bounded by what sites repeat."""

    def __init__(self) -> None:
        """Start with no site."""
        self._sites: defaultdict[str, _Seen] = defaultdict(_Seen)
        self.without_site = 0

    def add(
        self,
        body: str,
        *,
        url: str | None = None,
        source: str | None = None,
        title: str | None = None,
        title_length: int = 0,
        published: str | None = None,
        fetched: str | None = None,
    ) -> None:
        """Count one document under its site; one without an address and a source is counted apart.

        Reprints of a story that the site has shown before are passed over: their lines would look like furniture.

        Args:
            body: the raw body.
            url: its address, whose host is the site.
            source: what the record names as its source: the site of a document without an address.
            title: the title, where the record has it, in the body or apart.
            title_length: how many code points of the body are that title, where it was given apart.
            published: when it was published, as the record writes it.
            fetched: when it was fetched.
        """
        site = site_of(url, source)
        if site is None:
            self.without_site += 1
            return
        markup = read_markup(body) if is_html(body) else None
        lines = [line for line in _lines(body, markup) if line]
        if lines:
            _add(self._sites[site], _Page(body, markup, lines, title, title_length, published, fetched))

    def profiles(self) -> Iterator[SiteProfile]:
        """Yield a profile for each site of which enough pages were seen, by name."""
        for site in sorted(self._sites):
            seen = self._sites[site]
            if seen.pages >= LEAST_PAGES:
                yield _profile(site, seen)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(errors="replace"), digest_size=8).digest()


def _day_of(stated: str | None) -> str | None:
    moment = read_date(stated) if stated else None
    return moment.iso[:10] if moment else None


def _lines(body: str, markup: Markup | None) -> Iterator[str]:
    """Yield a page's lines as a reader sees them."""
    if markup is not None:
        for block in markup.blocks:
            yield " ".join(block.text(body).split())
    else:
        for line in body.splitlines():
            yield " ".join(line.split())


def _add(seen: _Seen, page: _Page) -> None:
    """Count a page, if its story was not shown before."""
    story = _digest(shape_of(max(page.lines, key=len)))
    if story in seen.stories:
        return
    seen.stories.add(story)
    seen.pages += 1
    if page.title:
        seen.stated.add(shape_of(page.title))
    _count(seen, page.lines)
    if seen.read < _PAGES_READ:
        _read(seen, page)


def _count(seen: _Seen, lines: list[str]) -> None:
    """Count the shapes of a page's lines, and names behind its headlines."""
    seen.shapes.update({shape_of(line) for line in lines if len(line) <= _LONGEST_LINE} - {"", "#"})
    if len(seen.shapes) > _SHAPES_HELD:
        seen.shapes = Counter({shape: count for shape, count in seen.shapes.items() if count > 1})
    for line in lines:
        if outlet := _TITLE_AND_OUTLET.match(line):
            seen.outlets[outlet[2].strip()].add(_digest(outlet[1]))


def _read(seen: _Seen, page: _Page) -> None:
    """Have a page read, and count its labels, the place of its title and the names that may be its outlet's."""
    outline = outline_body(page.body, title_length=page.title_length)
    if outline is None:
        return
    names = outline.names
    if page.markup is not None:
        seen.titles.add_html(page.body, page.markup)
        # What the extractor leaves out has labels and names too.
        outline = outline_page("\n".join(page.lines))
        names = {**outline.names, **names}
    elif not page.title_length:
        seen.titles.add(outline, page.title)
    seen.labels.add(outline, {"published": _day_of(page.published), "visit": _day_of(page.fetched)})
    for name, worth in names.items():
        seen.names.setdefault(fold_text(outlet_of(name) or name), _Named()).speak(name, worth)
    seen.read += 1


def _profile(site: str, seen: _Seen) -> SiteProfile:
    labels = dict(seen.labels.labels(lambda count: _repeats(count, seen.read)))
    titles = dict(seen.titles.places())
    outlet = _outlet(seen, {each.label for each in labels})
    examples: dict[Label | TitlePlace, str] = dict([*labels.items(), *titles.items()])
    return SiteProfile(site, seen.pages, outlet, _furniture(seen, labels), tuple(labels), tuple(titles), examples)


def _furniture(seen: _Seen, labels: Mapping[Label, str]) -> dict[str, float]:
    """The shapes that recur; but for titles, dates, and lines of which a label says what stands in them."""
    opened = tuple(f"{each.label} " for each in labels if each.label and each.says != "other")
    kept = seen.stated | seen.labels.dated
    return {
        shape: round(count / seen.pages, 3)
        for shape, count in sorted(seen.shapes.items(), key=lambda each: (-each[1], each[0]))
        if _repeats(count, seen.pages, words=len(shape.split())) and shape not in kept and not shape.startswith(opened)
    }


def _repeats(count: int, pages: int, *, words: int = 0) -> bool:
    return count >= LEAST_PAGES and count >= pages * (LONG_SHARE if words >= LONG_WORDS else LEAST_SHARE)


def _outlet(seen: _Seen, labels: set[str]) -> str | None:
    """Who prints the pages: the name behind most headlines, else that for which most speaks on most pages.

    What a page says for a name may be too little for that page; the same little on most pages is enough.
    """
    # A name behind a dash is the outlet's when each page has another headline before it; in a menu nothing varies.
    name, headlines = max(seen.outlets.items(), key=lambda each: (len(each[1]), each[0]), default=(None, set()))
    if name is not None and len(headlines) >= max(_OUTLET_SHARE * seen.pages, LEAST_PAGES):
        return name
    # "Source | an agency" looks like an outlet and whom it credits.
    names = ((key, named) for key, named in seen.names.items() if shape_of(key) not in labels)
    by_worth = sorted(names, key=lambda each: (-each[1].worth, each[0]))
    if not by_worth:
        return None
    best, rival = by_worth[0][1], by_worth[1][1].worth if len(by_worth) > 1 else 0.0
    sure = best.pages >= max(_OUTLET_SHARE * seen.read, LEAST_PAGES) and best.worth >= _LEAST_WORTH * seen.read
    if not sure or best.worth < _LEAD * rival:
        return None
    return max(best.spelled.items(), key=lambda each: (each[1], each[0]))[0]

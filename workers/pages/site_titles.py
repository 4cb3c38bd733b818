"""Where the titles of one site stand, learned from its pages.

The page reader says which line of each page is the title, unless the record does. On one page it may be wrong; where
most pages agree on a place, that place is learned, and helps where the reader alone would not find it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.sites import LEAST_PAGES, TitlePlace, form_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.pages.reader import Outline
    from workers.text.markup import Markup

__all__ = ["TitleTally"]

# Lines kept of a page's head; how far below or above another line a title may stand.
_HEAD_LINES, _FARTHEST_BELOW, _FARTHEST_ABOVE = 24, 6, 2
# A place counts from lines of which this share has a title there, of so many forms at the most.
_SURE, _MOST_FORMS = 0.8, 12
# The share of pages that one line number must hold for, that a place must; which is kept beside a better one.
_SAME_LINE, _LEAST_SHARE, _BESIDE_BEST, _MOST_PLACES = 0.6, 0.3, 0.5, 3
_TITLE_WORDS = range(3, 26)
_HEADING_SHARE = 0.6
_LEVELS = (1, 2, 3)


class _Head(NamedTuple):
    """The forms of a page's first lines, and which of them is the title, with its words."""

    forms: list[str]
    title: int
    words: str


class TitleTally:
    """Counts where the titles of a site's pages stand."""

    def __init__(self) -> None:
        """Start with no page."""
        self._pages = self._html = 0
        self._first_on: Counter[str] = Counter()
        self._heads: list[_Head] = []
        self._headings: defaultdict[int, list[str]] = defaultdict(list)

    def add(self, outline: Outline, title: str | None) -> None:
        """Count a page of plain text; ``title`` is what its record says the title is."""
        lines = outline.lines[:_HEAD_LINES]
        forms = [form_of(line.text) for line in lines]
        self._pages += 1
        self._first_on.update(set(forms))
        number = outline.title
        if title:
            wanted = shape_of(title)
            number = next((n for n, line in enumerate(lines) if shape_of(line.text) == wanted), number)
        if number is not None and number < len(lines):
            self._heads.append(_Head(forms, number, lines[number].text))

    def add_html(self, body: str, markup: Markup) -> None:
        """Count a page of HTML: the heading of each level that it has but one of."""
        self._html += 1
        for level in _LEVELS:
            texts = [" ".join(block.text(body).split()) for block in markup.blocks if block.heading == level]
            if len(texts) == 1:
                self._headings[level].append(texts[0])

    def places(self) -> Iterator[tuple[TitlePlace, str]]:
        """Yield where the titles stand, each place with an example."""
        yield from self._heading()
        said = Counter(head.forms[head.title] for head in self._heads)
        # What is a title on page after page is none: the reader took a kicker or a name for it.
        heads = [head for head in self._heads if said[head.forms[head.title]] == 1]
        if len(heads) < LEAST_PAGES:
            return
        places = [*self._same_line(heads), *sorted(self._beside_lines(heads), key=_best_first)]
        best = max((place.share for place in places), default=0.0)
        kept = [place for place in places if place.share >= _BESIDE_BEST * best][:_MOST_PLACES]
        yield from ((place, head.words) for place, head in zip(kept, reversed(heads), strict=False))

    def _same_line(self, heads: Sequence[_Head]) -> Iterator[TitlePlace]:
        """The line of the page that most titles are."""
        number, count = Counter(head.title for head in heads).most_common(1)[0]
        if count >= _SAME_LINE * self._pages:
            yield TitlePlace(number + 1, share=round(count / self._pages, 3))

    def _beside_lines(self, heads: Sequence[_Head]) -> Iterator[TitlePlace]:
        """Places so many lines below, or above, the first line of a form that recurs."""
        for step in range(1, _FARTHEST_BELOW + 1):
            forms, share = self._forms_at(heads, -step)
            if share >= _LEAST_SHARE:
                yield TitlePlace(step, forms, share=share)
        for step in range(1, _FARTHEST_ABOVE + 1):
            forms, share = self._forms_at(heads, step)
            if share >= _LEAST_SHARE:
                yield TitlePlace(step, above=forms, share=share)

    def _forms_at(self, heads: Sequence[_Head], step: int) -> tuple[tuple[str, ...], float]:
        """The recurring forms of lines that far from titles, and the share of pages that have one of them there."""
        found = Counter(form for head in heads if (form := _form_at(head, head.title + step)))
        sure = [
            (form, count)
            for form, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
            if count > 1 and count >= _SURE * self._first_on[form]
        ][:_MOST_FORMS]
        return tuple(form for form, _ in sure), round(sum(count for _, count in sure) / self._pages, 3)

    def _heading(self) -> Iterator[tuple[TitlePlace, str]]:
        """The level of the heading that most pages have once, each with other words."""
        for level in _LEVELS:
            texts = self._headings[level]
            count = Counter(map(shape_of, texts))
            own = [text for text in texts if count[shape_of(text)] == 1 and len(text.split()) in _TITLE_WORDS]
            many = len(own) >= max(_HEADING_SHARE * self._html, LEAST_PAGES)
            if many and median(len(each.split()) for each in own) > _TITLE_WORDS[0]:
                yield TitlePlace(heading=level, share=round(len(own) / self._html, 3)), own[-1]
                return


def _form_at(head: _Head, at: int) -> str | None:
    """The form of a line if it is the first of its form on the page."""
    form = head.forms[at] if 0 <= at < len(head.forms) else ""
    return form if form and head.forms.index(form) == at else None


def _best_first(place: TitlePlace) -> tuple[float, int, TitlePlace]:
    return -round(place.share, 1), place.lines, place

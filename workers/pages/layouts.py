"""The states of a page's lines, where the layout of the whole page is weighed too.

The chain (roles.py) weighs each line with the line above it, so it cannot see whether a page agrees with itself. On
most pages either every article has a headline or none has; an item of a bulletin is one paragraph, as the items
beside it are; where items have a bullet, each item has one; where one heading is an article's headline, the others
are; most pages are one story. Each of these is a layout here:
some states are closed on some lines, the best way through what is left is found, and what the layout is worth is
added to its score. The best of these, and of the way with nothing closed, is taken. So a page may follow no layout,
when its lines speak for that.

What a layout is worth was chosen on two thirds of the hand-made pages, read by weights that had not seen them, and on
the written pages that measure (docs/decisions.md, "The layout of the whole page"): so those pages flatter it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.pages.roles import NOTHING, STATES
from workers.pages.sections import COUNT_OF_HEADINGS
from workers.pages.steps import Beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.pages.roles import Known, Lattice, Model, Way

__all__ = ["Decision", "decide"]

_TITLE, _BEGIN, _TEXT = (
    [n for n, state in enumerate(STATES) if state.role == role] for role in ("title", "begin", "text")
)
_OPENING = _TITLE + _BEGIN
_NEWS = _TITLE + _TEXT
_EVERY = slice(None)

# In the unit of the chain's weights: natural logarithms of odds.
#: What a way loses that has an article with a headline above one without.
_MIXED = 3.0
#: What a way loses that reads some of the page's headings as headlines, and others as lines of a text.
_UNEVEN = 6.0
#: What a page of one article gains, and up to how many articles it is tried for: each is one more way to find.
_ONE, _MOST_TRIED = 2.0, 2
#: What a list of articles of one paragraph each, without headlines, gains; it has three or more.
_LIST, _FEWEST = 6.0, 3
#: What a page gains whose articles begin where its paragraphs have a bullet, and nowhere else.
_BULLETED = 8.0
_BULLET = "bullet="
_IS_COUNT = Beginning(COUNT_OF_HEADINGS)


class Decision(NamedTuple):
    """The states of a page's lines, by number, and the layout that decided them.

    ``worth`` is what the layout added to the score, ``moved`` are the lines that have another state by it. ``layout``
    is None where the lines alone say the same.
    """

    states: list[int]
    layout: str | None = None
    worth: float = 0.0
    moved: frozenset[int] = frozenset()


class _Layout(NamedTuple):
    name: str
    worth: float
    way: Way

    @property
    def score(self) -> float:
        return self.way.score + self.worth


def decide(
    model: Model, evidence: Sequence[Sequence[str]], *, titled: bool = False, known: Known = NOTHING
) -> Decision:
    """Return the states of a page's lines; ``evidence`` holds the names of evidence of each line.

    ``titled`` and ``known`` are as in `Model.lattice`. A page whose title was given apart is one story by that
    alone: no other layout is tried.
    """
    if not evidence:
        return Decision([])
    lattice = model.lattice(evidence, titled=titled, known=known)
    free = lattice.best()
    if titled:
        return Decision(free.states)
    best = max(_layouts(lattice, free, evidence), key=lambda layout: layout.score)
    moved = frozenset(
        n for n, (one, other) in enumerate(zip(free.states, best.way.states, strict=True)) if one != other
    )
    return Decision(best.way.states, best.name, best.worth, moved) if moved else Decision(free.states)


def _layouts(lattice: Lattice, free: Way, evidence: Sequence[Sequence[str]]) -> Iterator[_Layout]:
    """Yield the way with nothing closed, and the best way under each layout that may be the page's."""
    openings = [number for number, state in enumerate(free.states) if state in _OPENING]
    mixed = _is_mixed(free)
    headings = _headings(evidence, free)
    uneven = {free.states[number] in _TITLE for number in headings if free.states[number] in _NEWS} == {False, True}
    yield _Layout("none", -_MIXED * mixed - _UNEVEN * uneven, free)
    if uneven:
        yield _Layout("an article under each heading", 0.0, lattice.without((headings, _TEXT)).best())
        yield _Layout("headings inside a story", 0.0, lattice.without((headings, _TITLE)).best())
    if mixed:
        yield _Layout("a headline above each article", 0.0, lattice.without((_EVERY, _BEGIN)).best())
        yield _Layout("no headlines", 0.0, lattice.without((_EVERY, _TITLE)).best())
    if any(free.states[number] in _BEGIN for number in openings):
        yield from _lists(lattice, evidence)
    if 1 < len(openings) <= _MOST_TRIED:
        for opening in openings:
            others = [number for number in range(len(evidence)) if number != opening]
            yield _Layout("one story", _ONE, lattice.without((others, _OPENING)).best())


def _lists(lattice: Lattice, evidence: Sequence[Sequence[str]]) -> Iterator[_Layout]:
    """Yield the layouts of articles without headlines that one line after the other begins."""
    way = lattice.without((_EVERY, _TITLE + _TEXT)).best()
    if sum(state in _BEGIN for state in way.states) >= _FEWEST:
        yield _Layout("a list of single paragraphs", _LIST, way)
    for bulleted in _bulleted(evidence):
        others = [number for number in range(len(evidence)) if number not in bulleted]
        way = lattice.without((_EVERY, _TITLE), (others, _BEGIN), (bulleted, _TEXT)).best()
        yield _Layout("an article at each bullet", _BULLETED, way)


def _headings(evidence: Sequence[Sequence[str]], way: Way) -> list[int]:
    """Return the headings below the first paragraph (see `sections`); none where no headline of a way is one."""
    titles = [number for number, state in enumerate(way.states) if state in _TITLE]
    if not any(_is_heading(evidence[number]) for number in titles):
        return []
    return [number for number, shown in enumerate(evidence) if _is_heading(shown)]


def _is_heading(shown: Sequence[str]) -> bool:
    return any(map(_IS_COUNT.__getitem__, shown))


def _is_mixed(way: Way) -> bool:
    """Whether an article with a headline stands above one without."""
    titles = [number for number, state in enumerate(way.states) if state in _TITLE]
    return bool(titles) and any(state in _BEGIN for state in way.states[titles[0] :])


def _bulleted(evidence: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return for each bullet that paragraphs have the lines of these, where they are as many as a list has."""
    lines: dict[str, list[int]] = {}
    for number, shown in enumerate(evidence):
        if "paragraph" in shown:
            for each in shown:
                if each.startswith(_BULLET) and " " not in each:
                    lines.setdefault(each, []).append(number)
    return [numbers for numbers in lines.values() if len(numbers) >= _FEWEST]

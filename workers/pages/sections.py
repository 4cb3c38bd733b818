"""What the headings of a page have in common.

A heading inside one story and the headline of a digest's item look alike one by one. Together they differ: the sections
of a digest share few words, each heading's words stand in its own section, and a line at the head often names them
all. So each heading, and each paragraph right below one, is told what holds on average for all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.passages import LIKEST
from workers.pages.steps import scale
from workers.text.words import alike, content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.evidence import Looks

__all__ = ["COUNT_OF_HEADINGS", "sections"]

_NONE: frozenset[str] = frozenset()
_LEAD_PARAGRAPHS = 2
_FEWEST_HEADINGS = 2
# A headline of eight letters or more that stands in a longer line is no chance.
_LEAST_LETTERS = 8
COUNT_OF_HEADINGS = "headings="
"""How the evidence begins that says of each heading below the first paragraph, and of no other line, how many there
are."""
_count = scale("headings", (2, 3, 4, 6, 9))
_apart = scale("sections alike", (0.04, 0.08, 0.12, 0.18, 0.25, 0.35))
_own = scale("headings in their sections", (0.1, 0.25, 0.4, 0.55, 0.7))
_others = scale("headings in other sections", (0.05, 0.12, 0.2, 0.3, 0.45))
_long = scale("paragraphs a section", (1.01, 1.5, 2.1, 3.1))
_going = scale("sections go on", (0.01, 0.26, 0.51))
_told = scale("headings named above", (0.01, 0.26, 0.51, 0.76))


class _Section(NamedTuple):
    """A heading's line, the paragraphs below it up to the next heading, and their stems (of the first two)."""

    heading: int
    paragraphs: Sequence[int]
    stems: frozenset[str]


def sections(looks: Sequence[Looks], stems: Sequence[frozenset[str]], best: Sequence[str]) -> list[list[str]]:
    """Return for headings, and for the paragraph right below each, what the sections of the page have in common.

    ``stems`` are those of each line; ``best`` says which line of several is likest to the paragraph below (see
    evidence). Returns for each line a list of names of evidence (see :mod:`workers.pages.evidence`), in time linear in
    the number of lines. A page with fewer than two headings below its first paragraph has no sections.
    """
    told: list[list[str]] = [[] for _ in looks]
    found = _sections_of(looks, stems, best)
    begun = next((number for number, each in enumerate(looks) if each.paragraph), len(looks))
    later = [section for section in found if section.heading > begun]
    if len(later) < _FEWEST_HEADINGS:
        return told
    common = [_count(len(later)), *_shares(found, later, looks, stems, begun)]
    for section in found:
        told[section.heading] += common if section.heading > begun else [f"first: {each}" for each in common]
        told[section.paragraphs[0]] += [f"lead: {each}" for each in common]
    return told


def _sections_of(looks: Sequence[Looks], stems: Sequence[frozenset[str]], best: Sequence[str]) -> list[_Section]:
    """The headings of a page: between two paragraphs the line likest to the lower one, else the line right above it."""
    headings: list[tuple[int, int]] = []
    chosen, last = -1, -1
    for number, each in enumerate(looks):
        if each.paragraph:
            if chosen < 0 and number - 1 > last and looks[number - 1].may_head:
                chosen = number - 1
            if chosen >= 0:
                headings.append((chosen, number))
            chosen, last = -1, number
        elif best[number] in LIKEST:
            chosen = number
    paragraphs = [number for number, each in enumerate(looks) if each.paragraph]
    found = []
    for (heading, first), (end, _) in pairwise([*headings, (len(looks), -1)]):
        own = paragraphs[bisect_left(paragraphs, first) : bisect_left(paragraphs, end)]
        found.append(_Section(heading, own, _NONE.union(*(stems[number] for number in own[:_LEAD_PARAGRAPHS]))))
    return found


def _shares(
    found: Sequence[_Section],
    later: Sequence[_Section],
    looks: Sequence[Looks],
    stems: Sequence[frozenset[str]],
    begun: int,
) -> list[str]:
    """What holds on average for the headings of a page; ``begun`` is its first paragraph."""
    shared = [alike(below.stems, above.stems) for above, below in pairwise(found)]
    own = [alike(stems[section.heading], section.stems) for section in later]
    strange = [alike(stems[below.heading], above.stems) for above, below in pairwise(found)]
    named = [_named_above(section.heading, looks, stems, begun) for section in later]
    return [
        _apart(_mean(shared)),
        _own(_mean(own)),
        _others(_mean(strange)),
        _long(_mean([len(section.paragraphs) for section in later])),
        _going(_mean([looks[section.paragraphs[0]].goes_on for section in later])),
        _told(_mean(named)),
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


# Code points of a line at the head that are looked at, as those that stems are taken of.
_HEAD_LINES, _LONGEST_HEADLINE, _COMPARED = 12, 8, 600
_MOST_OF = 0.66


def _named_above(heading: int, looks: Sequence[Looks], stems: Sequence[frozenset[str]], begun: int) -> bool:
    """Whether a longer line at the head of the page holds a heading, word for word or most of its stems."""
    text, own = looks[heading].text, stems[heading]
    for number in range(min(begun + 1, heading, _HEAD_LINES)):
        other = looks[number]
        if other.words > looks[heading].words and (
            (len(text) >= _LEAST_LETTERS and text in other.text[:_COMPARED])
            or (len(own) >= _FEWEST_HEADINGS and alike(own, _stems_at(number, looks, stems)) >= _MOST_OF)
        ):
            return True
    return False


def _stems_at(number: int, looks: Sequence[Looks], stems: Sequence[frozenset[str]]) -> frozenset[str]:
    """The stems of a line, of one too long for a headline too."""
    return stems[number] or (content_stems(looks[number].text) if looks[number].words > _LONGEST_HEADLINE else _NONE)

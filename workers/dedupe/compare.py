"""How much two sketches share, and whether what they do not share is the name of something else."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import eq
from typing import TYPE_CHECKING

from workers.dedupe.sketch import LEAD_SIGNATURE, MAX_BIGRAMS, MAX_HASH, MAX_WORDS

if TYPE_CHECKING:
    from array import array

    from workers.dedupe.sketch import Sketch

__all__ = ["Likeness", "compare", "contained"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two articles have in common. Shares run from 0 to 1 and do not depend on the order of the two."""

    jaccard: float
    """Word pairs in both / word pairs in either."""
    containment: float
    """Word pairs in both / word pairs in the shorter."""
    pairs: int
    """Word pairs kept of the shorter: how much the two shares rest on."""
    other_subject: float
    """Of the words that one article repeats, the share that the other never uses; the smaller of both directions.

    A copy, shortened or extended, leaves one direction near 0. A template about another person has high values in both.
    """
    other_words: int
    """How many words that is, in the direction with fewer."""
    other_wording: float
    """Of all meaningful words of one article, the share that the other never uses; the smaller of both directions."""
    numbers: float
    """Numbers in both / numbers in the article with fewer; 1 when that has none."""
    fewest_numbers: int
    """Numbers in the article with fewer."""
    ordinals_differ: bool
    """Both openings count (the third, the fourth), and never alike."""
    titles: float | None
    """Meaningful words in both titles / those of the title with fewer; None when one has none."""
    openings: float
    """Estimate of the Jaccard similarity of title and first words, on 8 values: coarse, standard error 0.17."""


def contained(pairs: frozenset[int], one: array[int], two: array[int]) -> float:
    """`Likeness.containment` alone, for a fifth of the time, from word pairs; `pairs` are those of `one`, as a set."""
    shared, in_one, in_two = _overlap(pairs, one, two)
    smaller = min(in_one, in_two)
    return shared / smaller if smaller else 0.0


def compare(one: Sketch, two: Sketch) -> Likeness:
    """What two articles have in common, from their sketches alone."""
    shared, in_one, in_two = _overlap(frozenset(one.bigrams), one.bigrams, two.bigrams)
    smaller = min(in_one, in_two)
    either = in_one + in_two - shared
    forth, forth_count = _foreign(one.repeated, one, two)
    back, back_count = _foreign(two.repeated, two, one)
    opening_one, opening_two = one.signature[-LEAD_SIGNATURE:], two.signature[-LEAD_SIGNATURE:]
    numbers = min(len(one.numbers), len(two.numbers))
    titles = min(len(one.title), len(two.title))
    return Likeness(
        jaccard=shared / either if either else 0.0,
        containment=shared / smaller if smaller else 0.0,
        pairs=smaller,
        other_subject=min(forth, back),
        other_words=min(forth_count, back_count),
        other_wording=min(_foreign(one.words, one, two)[0], _foreign(two.words, two, one)[0]),
        numbers=len(set(one.numbers).intersection(two.numbers)) / numbers if numbers else 1.0,
        fewest_numbers=numbers,
        ordinals_differ=bool(one.ordinals and two.ordinals and not one.ordinals & two.ordinals),
        titles=len(set(one.title).intersection(two.title)) / titles if titles else None,
        openings=sum(map(eq, opening_one, opening_two)) / LEAD_SIGNATURE,
    )


def _limit(hashes: array[int], most: int) -> int:
    """Up to this hash everything is known: a full sketch ends at its last hash, any other holds all there is."""
    return hashes[-1] if len(hashes) == most else MAX_HASH


def _overlap(pairs: frozenset[int], one: array[int], two: array[int]) -> tuple[int, int, int]:
    """Hashes in both, in one and in two, of those below both limits; `pairs` is `one` as a set."""
    limit = min(_limit(one, MAX_BIGRAMS), _limit(two, MAX_BIGRAMS))
    return len(pairs.intersection(two)), bisect_right(one, limit), bisect_right(two, limit)


def _foreign(words: array[int], one: Sketch, two: Sketch) -> tuple[float, int]:
    """Of these words of `one`: the share, and the number, that `two` never uses."""
    known = bisect_right(words, min(_limit(one.words, MAX_WORDS), _limit(two.words, MAX_WORDS)))
    if not known:
        return 0.0, 0
    foreign = len(set(words[:known]).difference(two.words))
    return foreign / known, foreign

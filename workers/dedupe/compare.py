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
    """What a new article and an earlier one have in common. Shares run from 0 to 1.

    Of the shares that come in two directions the first is the new article's: what of it the earlier one lacks.
    """

    jaccard: float
    """Word pairs in both / word pairs in either."""
    new_in_old: float
    """Word pairs in both / word pairs of the new article: 1 when it says nothing that the earlier one does not."""
    old_in_new: float
    """Word pairs in both / word pairs of the earlier article."""
    pairs: int
    """Word pairs kept of the shorter: how much the shares rest on."""
    other_subjects: tuple[float, float]
    """Of the words that one article repeats, the share that the other never uses.

    A copy, shortened or extended, leaves one direction near 0. A template about another person has high values in both.
    """
    other_words: int
    """How many words that is, in the direction with fewer."""
    other_wordings: tuple[float, float]
    """Of all meaningful words of one article, the share that the other never uses."""
    numbers: int
    """Numbers in both."""
    fewest_numbers: int
    """Numbers in the article with fewer."""
    foreign_numbers: int
    """Numbers of the new article that the earlier one lacks."""
    ordinals_differ: bool
    """Both openings count (the third, the fourth), and never alike."""
    titles: tuple[float, float] | None
    """Meaningful words of one title that the other article uses anywhere / of that title; None when one has none."""
    foreign_title: int
    """Meaningful words of the new title that the earlier article never uses."""
    new_numbers: int
    """Numbers in the new article."""
    new_title: int
    """Meaningful words of its title."""
    openings: float
    """Estimate of the Jaccard similarity of title and first words, on 8 values: coarse, standard error 0.17."""

    @property
    def containment(self) -> float:
        """Word pairs in both / word pairs in the shorter."""
        return max(self.new_in_old, self.old_in_new)


def contained(pairs: frozenset[int], one: array[int], two: array[int]) -> float:
    """`Likeness.containment` alone, for a fifth of the time, from word pairs; `pairs` are those of `one`, as a set."""
    shared, in_one, in_two = _overlap(pairs, one, two)
    smaller = min(in_one, in_two)
    return shared / smaller if smaller else 0.0


def compare(new: Sketch, old: Sketch) -> Likeness:
    """What a new article has in common with an earlier one, from their sketches alone."""
    shared, in_new, in_old = _overlap(frozenset(new.bigrams), new.bigrams, old.bigrams)
    either = in_new + in_old - shared
    limit = min(_limit(new.words, MAX_WORDS), _limit(old.words, MAX_WORDS))
    in_new_words, in_old_words = frozenset(new.words), frozenset(old.words)
    forth, forth_count = _foreign(new.repeated, in_old_words, limit)
    back, back_count = _foreign(old.repeated, in_new_words, limit)
    opening_new, opening_old = new.signature[-LEAD_SIGNATURE:], old.signature[-LEAD_SIGNATURE:]
    numbers = len(set(new.numbers).intersection(old.numbers))
    title_forth, title_back = _foreign(new.title, in_old_words, limit), _foreign(old.title, in_new_words, limit)
    return Likeness(
        jaccard=shared / either if either else 0.0,
        new_in_old=shared / in_new if in_new else 0.0,
        old_in_new=shared / in_old if in_old else 0.0,
        pairs=min(in_new, in_old),
        other_subjects=(forth, back),
        other_words=min(forth_count, back_count),
        other_wordings=(
            _foreign(new.words, in_old_words, limit)[0],
            _foreign(old.words, in_new_words, limit)[0],
        ),
        numbers=numbers,
        fewest_numbers=min(len(new.numbers), len(old.numbers)),
        foreign_numbers=len(new.numbers) - numbers,
        ordinals_differ=bool(new.ordinals and old.ordinals and not new.ordinals & old.ordinals),
        titles=(1 - title_forth[0], 1 - title_back[0]) if new.title and old.title else None,
        foreign_title=title_forth[1],
        new_numbers=len(new.numbers),
        new_title=len(new.title),
        openings=sum(map(eq, opening_new, opening_old)) / LEAD_SIGNATURE,
    )


def _limit(hashes: array[int], most: int) -> int:
    """Up to this hash everything is known: a full sketch ends at its last hash, any other holds all there is."""
    return hashes[-1] if len(hashes) == most else MAX_HASH


def _overlap(pairs: frozenset[int], one: array[int], two: array[int]) -> tuple[int, int, int]:
    """Hashes in both, in one and in two, of those below both limits; `pairs` is `one` as a set."""
    limit = min(_limit(one, MAX_BIGRAMS), _limit(two, MAX_BIGRAMS))
    return len(pairs.intersection(two)), bisect_right(one, limit), bisect_right(two, limit)


def _foreign(words: array[int], others: frozenset[int], limit: int) -> tuple[float, int]:
    """Of these words of one article, each once, up to a limit: the share, and the number, that are not the other's."""
    known = bisect_right(words, limit)
    if not known:
        return 0.0, 0
    foreign = known - len(others.intersection(words[:known]))
    return foreign / known, foreign

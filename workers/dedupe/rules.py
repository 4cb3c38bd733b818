"""What two articles share -> duplicate, update, or nothing to do with each other. Every threshold stands here.

The thresholds were set on judged pairs of reprints and look-alikes of 2015 and 2018 and read against a month of
fourteen newspapers; they speak of shares and hours only, and of no text. Containment does most of the work
(word-bigram containment at .45 finds 99 % of reprints, but merges two thirds of the look-alikes); the rest is to take
the look-alikes out again:

* titles and words: a copy keeps its title's words and says little in words that the other lacks; follow-ups, round-ups
  and templates have titles of their own, and move the containment that is asked for;
* one headline over one opening within a day is one report, whatever else was cut or added below;
* an article twice as long with another title holds the other as one item of several;
* a template about someone else (cables, executions) repeats words that the other article never uses, both ways;
* daily reports (weather, markets) come a day apart, so that a late copy must share more than an early one;
* counted events (the third, the fourth relief plane) and tables of other numbers disagree in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from workers.dedupe.compare import Likeness

__all__ = ["Kind", "Method", "Relation", "Side", "Thresholds", "judge"]

Kind = Literal["story", "teaser", "summary"]
Relation = Literal["original", "duplicate", "update"]
Method = Literal["exact", "near", "abridged"]

_NUMBERS = 3  # one or two may be alike, or differ, by chance


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares run from 0 to 1, times are in hours, lengths in words."""

    near: float = 0.45
    """Jaccard of word pairs from which a copy is near (text-dedup's setting for news); below it, it is abridged."""
    contained: float = 0.55
    """Containment of word pairs from which an article is a copy, within `soon`, with no words of its own and no word of
    its title in the other's."""
    contained_wording: float = 0.50
    """What `other_wording` adds to that: of two that share half, the one that says the other half in words that the
    other uses too was edited; the one that says it in others tells of something else."""
    contained_titles: float = 0.20
    """What the share of the titles in common takes off: follow-ups and round-ups have a title of their own."""
    untitled: float = 0.5
    """That share where one has no title."""
    contained_late: float = 0.10
    """What an article that comes after `soon` needs besides: yesterday's forecast shares .60 with today's."""
    soon: float = 24.0
    contained_numbers: float = 0.05
    """What numbers add that are all different, where there are three to compare: a market's next report."""
    same_titles: float = 0.80
    """With this much of the titles in common,"""
    same_opening: float = 0.50
    """this much of the openings,"""
    same_numbers: float = 0.75
    """and of the numbers, where there are three, two articles within `soon` of each other open as one report;"""
    same_contained: float = 0.40
    """then this containment is enough, and nothing is asked of the rest: a table, a second half of one's own."""
    part: float = 2.0
    """An article this many times longer than the other holds it as one item of several,"""
    part_titles: float = 0.65
    """unless they share this much of their titles"""
    part_contained: float = 0.50
    """and of the shorter's word pairs,"""
    part_opening: float = 0.38
    """or, where one has no title, this much of their openings."""
    template: float = 0.12
    """From this `other_subject` on, with at least two such words, the two are about different people or places."""
    numbers: float = 0.20
    """Below this share of numbers in common, with at least three numbers to compare, nothing is a copy."""
    chain: float = 0.35
    """Containment that a copy of a copy must still have in the original, as long as the original is held."""
    extended: float = 4.0
    """An article this many times longer than what it repeats brings news of its own: an update at most."""
    update: float = 0.45
    """Containment from which a report that is not a copy is an update, if its opening is alike too."""
    update_opening: float = 0.18
    update_numbers: float = 0.50
    """Share of numbers in common that an update keeps: two fires on one day are told in the same words."""
    update_pairs: int = 60
    """Word pairs of the shorter that this must rest on."""
    update_within: float = 20.0
    """Less than a day: what comes back every day at the same hour is the next report, not an update of the last."""
    short: int = 40
    """Up to this length, and for every teaser, the rules for short texts hold: one name is a third of the news."""
    short_near: float = 0.70
    short_contained: float = 0.90
    short_pairs: int = 8
    short_wording: float = 0.10
    """The most `other_wording` that two short copies may have."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the rules ask of an article beside its likeness: kind, length in words, event time in seconds."""

    kind: Kind
    length: int
    event_time: float


def judge(likeness: Likeness, new: Side, old: Side, at: Thresholds) -> tuple[Relation, Method | None]:
    """What `new` is to `old`, an article seen before it: a duplicate with its method, an update, or an original.

    A story is never the duplicate of a teaser or of a summary: the full report would be lost.
    """
    if new.kind == "story" and old.kind != "story":
        return "original", None
    if min(new.length, old.length) <= at.short or "teaser" in (new.kind, old.kind):
        return _judge_short(likeness, at)
    return _judge_story(likeness, new, old, at)


def _judge_story(likeness: Likeness, new: Side, old: Side, at: Thresholds) -> tuple[Relation, Method | None]:
    """Reports of some length: copies share their words, and leave neither one's subject to itself."""
    if likeness.ordinals_differ:
        return "original", None
    hours = abs(new.event_time - old.event_time) / 3600
    one_opening = hours <= at.soon and _opens_alike(likeness, at)
    if likeness.other_subject >= at.template and likeness.other_words > 1 and not one_opening:
        return "original", None
    is_copy = one_opening or _repeats(likeness, new, old, hours, at)
    if is_copy and new.length <= at.extended * old.length:
        return "duplicate", "near" if likeness.jaccard >= at.near else "abridged"
    if (
        likeness.containment >= at.update
        and likeness.openings >= at.update_opening
        and likeness.pairs >= at.update_pairs
        and likeness.numbers >= at.update_numbers
        and hours <= at.update_within
        and new.event_time >= old.event_time
    ):
        return "update", None
    return "original", None


def _opens_alike(likeness: Likeness, at: Thresholds) -> bool:
    return (
        likeness.titles is not None
        and likeness.titles >= at.same_titles
        and likeness.openings >= at.same_opening
        and (likeness.fewest_numbers < _NUMBERS or likeness.numbers >= at.same_numbers)
        and likeness.containment >= at.same_contained
    )


def _repeats(likeness: Likeness, new: Side, old: Side, hours: float, at: Thresholds) -> bool:
    """Enough of the one stands in the other, and neither is one item of several in the other."""
    titles = at.untitled if likeness.titles is None else likeness.titles
    enough = at.contained + at.contained_wording * likeness.other_wording - at.contained_titles * titles
    if hours > at.soon:
        enough += at.contained_late
    if likeness.fewest_numbers >= _NUMBERS:
        if likeness.numbers < at.numbers:
            return False
        enough += at.contained_numbers * (1 - likeness.numbers)
    stands_alone = (
        likeness.openings >= at.part_opening
        if likeness.titles is None
        else likeness.titles >= at.part_titles and likeness.containment >= at.part_contained
    )
    is_part = max(new.length, old.length) > at.part * min(new.length, old.length) and not stands_alone
    return likeness.containment >= enough and not is_part


def _judge_short(likeness: Likeness, at: Thresholds) -> tuple[Relation, Method | None]:
    """Teasers and alerts: only a copy almost to the word, with every number the same, counts."""
    if likeness.ordinals_differ or likeness.numbers < 1 or likeness.pairs < at.short_pairs:
        return "original", None
    if likeness.jaccard >= at.short_near and likeness.other_wording <= at.short_wording:
        return "duplicate", "near"
    if likeness.containment >= at.short_contained and not likeness.other_words:
        return "duplicate", "abridged"
    return "original", None

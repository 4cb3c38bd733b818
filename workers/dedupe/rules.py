"""What two articles share -> copy, fuller version, update, related report, or two stories. Every threshold stands here.

Scores (score.py) say whether the two are one report, whether they tell of one event, and whether the later brings news.
Of one report, the later is fuller when it is clearly longer and holds more that is new than it leaves out, else a
duplicate. Of one event, it is an update when it repeats part of the earlier and tells what came after, else an
independent, related report. Alerts and teasers have too few words to be weighed: they have rules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.dedupe.score import features, news

if TYPE_CHECKING:
    from workers.dedupe.compare import Likeness
    from workers.dedupe.score import Weights

__all__ = ["Judgement", "Kind", "Method", "Relation", "Side", "Thresholds", "judge"]

Kind = Literal["story", "teaser", "summary"]
Relation = Literal["original", "duplicate", "update", "fuller", "related"]
Method = Literal["exact", "near", "abridged"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Chances and shares run from 0 to 1, times are in hours, lengths in words."""

    copy: float = 0.5
    """Chance from which two articles are one report."""
    story: float = 0.7
    """Chance from which they tell of one event: at .5 to .7 as much is right in sum, and the higher, the more of what
    is linked is right, and the less depends on the order of arrival."""
    bridge: float = 0.8
    """Chance from which an article that is linked to one story tells of another one's event too,"""
    bridged: float = 0.6
    """if the two articles that it was compared with have this chance of telling of one event: else it is a round-up."""
    near: float = 0.45
    """Jaccard of word pairs from which a copy is near (text-dedup's setting for news); below it, it is abridged."""
    longer: float = 1.25
    """A copy this many times longer than what it repeats is fuller,"""
    adds: float = 0.05
    """if this much more of it is new than of the other left out."""
    wording: float = 0.40
    """From this share of `other_wordings` in both directions on, two articles are two reports: no judged copy is so
    far from the other, and the score knows nothing of such ones."""
    update: float = 0.45
    """Chance, of telling one event and of bringing news, from which an article is an update, else it is related,"""
    update_contained: float = 0.35
    """if it shares this much of the word pairs of the shorter"""
    update_words: int = 12
    """and so many words are new in it, by estimate: about a sentence."""
    linked_within: float = 48.0
    """How far apart an update or a related report may be from what it is linked with."""
    subject: float = 0.25
    """From this share of `other_subjects` in both directions on, with at least two such words, two articles are about
    different people or places."""
    chain: float = 0.35
    """Containment that a copy of a copy must still have in what that one repeats, as long as it is held."""
    drift: float = 0.2
    """Chance that an article which is linked to one of a story must have of telling the same event as its first."""
    least_words: int = 4
    """Meaningful words below which an article has no text of its own (a caricature, a page of photographs): it is never
    a copy, and nothing is a copy of it."""
    short: int = 40
    """Up to this length, and for every teaser, the rules for short texts hold: one name is a third of the news."""
    short_near: float = 0.70
    short_contained: float = 0.90
    short_pairs: int = 8
    short_wording: float = 0.10
    """The most of their words that two short copies may have each to itself."""
    alert_wording: float = 0.25
    """The most of an alert's words that the report of the same event may lack."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the rules ask of an article beside its likeness: kind, length in words, event time in seconds."""

    kind: Kind
    length: int
    event_time: float
    document: int = 0
    """A number for the document that it stood in; 0 where that is not known."""
    correction: bool = False
    """It says of itself that it corrects an earlier one."""
    outlet: int = 0
    """A number for the outlet that published it; 0 where that is not known."""

    def same_outlet(self, other: Side) -> float:
        """Return 1 when both are of one outlet, -1 when not, 0 when that is not known."""
        if not (self.outlet and other.outlet):
            return 0.0
        return 1.0 if self.outlet == other.outlet else -1.0


class Judgement(NamedTuple):
    """What a new article is to an earlier one, and the chances that this rests on (0 for short texts)."""

    relation: Relation
    method: Method | None = None
    copy: float = 0.0
    story: float = 0.0


_NOTHING = Judgement("original")


def judge(likeness: Likeness, new: Side, old: Side, at: Thresholds, weights: Weights) -> Judgement:
    """Return what `new` is to `old`, an article seen before it.

    A story is never the duplicate of a teaser or of a summary: the full report would be lost.
    """
    if new.kind == "story" and old.kind != "story":
        return _NOTHING
    if "teaser" in (new.kind, old.kind) or max(new.length, old.length) <= at.short:
        return _judge_short(likeness, at)
    if min(new.length, old.length) <= at.short:
        return _judge_alert(likeness, new, old, at)
    return _judge_story(likeness, new, old, at, weights)


def _judge_story(likeness: Likeness, new: Side, old: Side, at: Thresholds, weights: Weights) -> Judgement:
    if likeness.ordinals_differ:  # the third and the fourth of a series
        return _NOTHING
    copy, story = weights.scores(
        features(likeness, new.length, old.length, (new.event_time - old.event_time) / 3600, new.same_outlet(old))
    )
    found: Relation
    if max(copy, story) >= min(at.copy, at.story) and _corrects(likeness, new, old):
        found = "update"
    elif copy >= at.copy and min(likeness.other_wordings) < at.wording:
        found = _copy(likeness, new, old, at)
    elif story >= at.story and abs(new.event_time - old.event_time) <= at.linked_within * 3600:
        found = "update" if _is_update(likeness, new, old, at, story, weights) else "related"
    else:
        found = "original"
    method: Method = "near" if likeness.jaccard >= at.near else "abridged"
    return Judgement(found, method if found == "duplicate" else None, copy, story)


def _corrects(likeness: Likeness, new: Side, old: Side) -> bool:
    """Whether the new article says so, or is the earlier one's own document with another subject or number."""
    if new.correction:
        return True
    own = new.document and new.document == old.document
    return bool(own and (likeness.foreign_title or likeness.foreign_numbers))


def _copy(likeness: Likeness, new: Side, old: Side, at: Thresholds) -> Relation:
    longer = new.length >= at.longer * old.length
    return "fuller" if longer and likeness.old_in_new - likeness.new_in_old >= at.adds else "duplicate"


def _is_update(likeness: Likeness, new: Side, old: Side, at: Thresholds, story: float, weights: Weights) -> bool:
    hours = (new.event_time - old.event_time) / 3600
    return (
        hours >= 0
        and likeness.containment >= at.update_contained
        and (1 - likeness.new_in_old) * new.length >= at.update_words
        and story * weights.brings_news(news(likeness, hours, new.same_outlet(old))) >= at.update
    )


def _judge_short(likeness: Likeness, at: Thresholds) -> Judgement:
    """Teasers and alerts: only a copy almost to the word, with every number the same, counts."""
    if likeness.ordinals_differ or likeness.numbers < likeness.fewest_numbers or likeness.pairs < at.short_pairs:
        return _NOTHING
    if likeness.jaccard >= at.short_near and min(likeness.other_wordings) <= at.short_wording:
        return Judgement("duplicate", "near")
    if likeness.containment >= at.short_contained and not likeness.other_words:
        return Judgement("duplicate", "abridged")
    return _NOTHING


def _judge_alert(likeness: Likeness, new: Side, old: Side, at: Thresholds) -> Judgement:
    """An alert and a report: one event when the report uses almost all of the alert's words, and all of its numbers."""
    came_first = old.length < new.length
    if not came_first and (copy := _judge_short(likeness, at)).relation == "duplicate":
        return copy
    wording = likeness.other_wordings[1 if came_first else 0]
    if (
        likeness.ordinals_differ
        or likeness.numbers < likeness.fewest_numbers
        or likeness.pairs < at.short_pairs
        or wording > at.alert_wording
        or abs(new.event_time - old.event_time) > at.linked_within * 3600
    ):
        return _NOTHING
    return Judgement("fuller" if came_first else "related")

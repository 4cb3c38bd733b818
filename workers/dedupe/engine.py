"""The engine: one article after another gets its verdict, and is remembered for as long as the window allows.

Nothing here reads a clock, a file or a network: a verdict is a function of the entries held and of the item. Every item
leaves one Entry; the engine that is given the same entries again answers as this one does. One engine serves one scope
(language) and is used by one thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING

from workers.dedupe.compare import Likeness, compare, contained
from workers.dedupe.entry import Entry, Verdict
from workers.dedupe.index import Index, Postings
from workers.dedupe.rules import Kind, Method, Side, Thresholds, judge
from workers.dedupe.sketch import Sketch, sketch

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

__all__ = ["Engine", "Item", "Settings", "Step"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds and thresholds of an engine. A change of bounds takes effect with the next article."""

    max_entries: int = 200_000
    """Articles held at most."""
    window: timedelta = timedelta(days=7)
    """How far behind the latest event time an article is still remembered; one that comes late counts as the latest."""
    candidates: int = 10
    """Earlier articles that a new one is compared with, at most."""
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class Item:
    """An article as de-duplication sees it."""

    article_id: str
    kind: Kind
    title: str
    text: str
    fingerprint: str
    """workers.text.fold.fingerprint of title and text."""
    event_time: float
    """Epoch seconds. The caller keeps it within reason: one far in the future makes the engine forget all the rest."""
    summary_of: str | None = None
    """For a summary, the article_id of the story beside it, if that is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one item led to: what to answer, what to write to the changelog, and what to write tombstones for."""

    verdict: Verdict
    entry: Entry
    evicted: tuple[str, ...]
    """article_ids that are no longer held, oldest first."""


class Engine:
    """Decides which articles were seen before.

    Raises:
        ValueError: For settings that would hold nothing.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        """Start without memory; `restore` brings it back."""
        self._settings = settings or Settings()
        self._index = Index(max_entries=self._settings.max_entries, window=self._settings.window)
        self._entries: dict[int, Entry] = {}
        self._sequences: dict[str, int] = {}
        self._fingerprints: Postings[str] = Postings()
        self._revisions: Postings[str] = Postings()
        self._next = 0

    def __len__(self) -> int:
        """Articles held."""
        return len(self._entries)

    def entry(self, article_id: str) -> Entry | None:
        """What is held of an article, or None."""
        sequence = self._sequences.get(article_id)
        return None if sequence is None else self._entries[sequence]

    def decide(self, item: Item) -> Verdict:
        """The verdict of `step`, for a caller that keeps no changelog."""
        return self.step(item).verdict

    def step(self, item: Item) -> Step:
        """Say what an article is to those before it, and remember it.

        An article_id that is held already (delivered again after a crash, or replayed) gets the verdict
        and the entry that it got before, and changes nothing: its step can be written out again as it stands.

        Raises:
            ValueError: For an event time that is not a finite number.
        """
        if not isfinite(item.event_time):
            raise ValueError(f"event_time of {item.article_id} is {item.event_time}: give epoch seconds")
        known = self.entry(item.article_id)
        if known is not None:
            return Step(known.verdict, known, ())
        # An article that comes late (a backlog, a replay of mixed years) is remembered from now on: counted from its
        # own time it would be forgotten at once, with what is said beside it still to come.
        held_from = max(item.event_time, self._index.latest)
        evicted = tuple(self._forget(self._index.make_room(held_from)))
        new = sketch(item.title, item.text)
        entry = Entry(
            article_id=item.article_id,
            sequence=self._next,
            kind=item.kind,
            fingerprint=item.fingerprint,
            event_time=item.event_time,
            held_from=held_from,
            verdict=self._verdict(item, new),
            sketch=new,
        )
        self._add(entry)
        return Step(entry.verdict, entry, evicted)

    def restore(self, entry: Entry) -> None:
        """Take an entry of an earlier run back into memory. Entries may come in any order, and more than once.

        When all that were written and not evicted are back, the engine answers as the one that wrote them. Two entries
        with the same place in the order were written by two owners at once, one of which did not know yet that it had
        been replaced: both are kept, the one that comes later at the end.
        """
        if entry.article_id in self._sequences:
            return
        if entry.sequence in self._entries:
            entry = replace(entry, sequence=self._next)
        self._add(entry)

    def restore_all(self, entries: Iterable[Entry]) -> None:
        """`restore` for many."""
        for entry in entries:
            self.restore(entry)

    def _verdict(self, item: Item, new: Sketch) -> Verdict:
        """A function of the entries held and of the item; changes nothing."""
        for sequence in self._fingerprints.get(item.fingerprint):
            entry = self._entries[sequence]
            if item.kind != "story" or entry.kind == "story":
                return Verdict("duplicate", entry.story_id, 1.0, "exact")
        story = self.entry(item.summary_of) if item.kind == "summary" and item.summary_of else None
        if story is not None:
            return Verdict("duplicate", story.story_id, compare(new, story.sketch).containment, "abridged")
        return self._likeness_verdict(item, new)

    def _likeness_verdict(self, item: Item, new: Sketch) -> Verdict:
        """The best duplicate among the candidates, else the best update, else an original."""
        pairs = frozenset(new.bigrams)
        side = Side(item.kind, new.length, item.event_time)
        best: tuple[tuple[bool, float], Entry, Likeness, Method | None] | None = None
        for sequence in self._index.candidates(new, self._settings.candidates):
            entry = self._entries[sequence]
            if contained(pairs, new, entry.sketch) < self._settings.thresholds.update:
                continue  # too little for any rule; most candidates end here
            likeness = compare(new, entry.sketch)
            old = Side(entry.kind, entry.sketch.length, entry.event_time)
            relation, method = judge(likeness, side, old, self._settings.thresholds)
            rank = (relation == "duplicate", likeness.containment)
            if relation == "original" or (best is not None and rank <= best[0]):
                continue
            if self._of_the_same_story(pairs, new, entry):
                best = (rank, entry, likeness, method)
        if best is None:
            return Verdict("original")
        _, entry, likeness, method = best
        similarity = self._similarity(new, entry, likeness, abridged=method == "abridged")
        if method is not None:
            return Verdict("duplicate", entry.story_id, similarity, method)
        revisions = self._revisions.get(entry.story_id)
        return Verdict("update", entry.story_id, similarity, None, revisions[-1] + 1 if revisions else 1)

    def _of_the_same_story(self, pairs: Set[int], new: Sketch, found: Entry) -> bool:
        """False when what was found repeats an original that has little to do with the new article.

        A round-up of the day repeats one report and is repeated by another: the two have nothing in common.
        """
        original = self.entry(found.story_id)
        if original is None or original is found:
            return True
        return contained(pairs, new, original.sketch) >= self._settings.thresholds.chain

    def _similarity(self, new: Sketch, found: Entry, likeness: Likeness, *, abridged: bool) -> float:
        """With the original where it is held, else with the copy of it that was found."""
        original = self.entry(found.story_id)
        if original is not None and original is not found:
            likeness = compare(new, original.sketch)
        return round(likeness.containment if abridged else likeness.jaccard, 4)

    def _add(self, entry: Entry) -> None:
        self._entries[entry.sequence] = entry
        self._sequences[entry.article_id] = entry.sequence
        self._fingerprints.add(entry.fingerprint, entry.sequence)
        if entry.verdict.revision:
            self._revisions.add(entry.story_id, entry.verdict.revision)
        self._index.add(entry.sequence, entry.sketch, entry.held_from)
        self._next = max(self._next, entry.sequence + 1)

    def _forget(self, sequences: Iterable[int]) -> Iterable[str]:
        for sequence in sequences:
            entry = self._entries.pop(sequence)
            del self._sequences[entry.article_id]
            self._fingerprints.remove(entry.fingerprint, sequence)
            if entry.verdict.revision:
                self._revisions.remove(entry.story_id, entry.verdict.revision)
            yield entry.article_id

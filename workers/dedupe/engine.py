"""The engine: one article after another gets its verdict, and is remembered for as long as the window allows.

Nothing here reads a clock, a file or a network: a verdict is a function of the entries held and of the item. Every item
leaves one record; the engine that is given the same records again answers as this one does. One engine serves one scope
(language) and is used by one thread.

Articles leave in the order in which they came: what they are held from never goes back (see `Entry.held_from`), nor
does the time of their records. That is what lets all of it be kept in flat memory (store.py, index.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from workers.dedupe.compare import Likeness, compare, contained
from workers.dedupe.entry import Entry, Head, Owner, Verdict, pairs_of, read_head, signature_of, to_name
from workers.dedupe.index import Bands, Chains
from workers.dedupe.rules import Kind, Method, Side, Thresholds, judge
from workers.dedupe.sketch import Sketch, signatures_in, sketch
from workers.dedupe.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["Engine", "Item", "Settings", "Step"]

_LEAST_CLASS = 10  # tables with room for 1,024 articles take 280 kB
_SHRINK = 8  # tables an eighth full are halved until they are a quarter full: far from where they grow again
_LAST_NUMBER = 0xFFFFFFFF
_RUN = 8192
_LATEST_COPIES = 64  # an empty text is repeated for ever; its latest users are enough to look at


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds and thresholds of an engine. A change of bounds takes effect with the next article."""

    max_entries: int = 200_000
    """Articles held at most."""
    window: timedelta = timedelta(days=7)
    """How far behind the latest event time an article is still remembered; one that comes late counts as the latest."""
    longest: timedelta = timedelta(days=8)
    """How long an article is remembered at most by the times of the records, whatever the event times say: where these
    stand still, nothing would ever leave. A day more than the window: an event is seldom older than its record."""
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
    recorded_at: float = 0.0
    """Epoch seconds of the record that it came in: the only clock there is. 0 throughout where there are no records."""
    owner: Owner | None = None
    """The record that it came in."""
    run: int = 0
    """The run that it came in (`shown.run_of`)."""


class Previous(NamedTuple):
    """The revision before an update: the record that it came in, and which article it is."""

    owner: Owner
    article_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one item led to: what to answer, what to write to the changelog, and what to write tombstones for."""

    verdict: Verdict
    entry: Entry
    record: bytes
    """`entry` as bytes: the changelog's record."""
    known: bool
    """The article was held already: its record is written, and nothing has changed."""
    evicted: tuple[str, ...]
    """article_ids that are no longer held, oldest first."""
    previous: Previous | None
    """For an update: the revision before it, for the first the original. None when that is no longer held, and for all
    that are no updates."""


class Engine:
    """Decides which articles were seen before.

    Raises:
        ValueError: For settings that would hold nothing.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        """Start without memory; `restore` brings it back."""
        self._settings = settings or Settings()
        bounds = self._settings
        if bounds.max_entries < 1 or min(bounds.window, bounds.longest) <= timedelta(0):
            raise ValueError(
                f"nothing can be held with max_entries={bounds.max_entries}, window={bounds.window} "
                f"and longest={bounds.longest}"
            )
        self._window, self._longest = bounds.window.total_seconds(), bounds.longest.total_seconds()
        self._store = Store()
        self._gone: set[int] = set()  # taken out before their turn, which only two owners at once bring about
        self._size_class = _LEAST_CLASS
        self._bands: Bands | None = Bands(1 << _LEAST_CLASS)  # None: to be filled from the store
        self._make_chains()
        self._latest = self._recorded = float("-inf")
        self._sequence = 0

    def __len__(self) -> int:
        """Articles held."""
        return len(self._store) - len(self._gone)

    @property
    def latest(self) -> float | None:
        """The latest event time of an article, in epoch seconds; None when there was none."""
        return self._latest if isfinite(self._latest) else None

    @property
    def allocated(self) -> int:
        """Bytes of memory that the state takes: records and tables."""
        tables = (self._bands, self._ids, self._fingerprints, self._revisions)
        return self._store.allocated + sum(table.allocated for table in tables if table)

    def entry(self, article_id: str) -> Entry | None:
        """What is held of an article, or None."""
        number = self._find(to_name(article_id))
        return None if number is None else Entry.from_bytes(self._store[number])

    def decide(self, item: Item) -> Verdict:
        """The verdict of `step`, for a caller that keeps no changelog."""
        return self.step(item).verdict

    def step(self, item: Item) -> Step:
        """Say what an article is to those before it, and remember it.

        An article_id that is held already gets the verdict and the entry that it got before, and changes nothing: its
        step can be written out again as it stands. So a record that is delivered again after a crash (the owner of the
        entry is the record itself) is never a duplicate of itself; nor is a document that is replayed later in another
        record. After the article has left, a replay of it is decided like any other.

        Raises:
            ValueError: For a time that is not a finite number.
        """
        if not (isfinite(item.event_time) and isfinite(item.recorded_at)):
            raise ValueError(
                f"event_time of {item.article_id} is {item.event_time}, recorded_at {item.recorded_at}: "
                "give epoch seconds"
            )
        number = self._find(to_name(item.article_id))
        if number is not None:
            record = self._store[number]
            entry = Entry.from_bytes(record)
            return Step(entry.verdict, entry, record, known=True, evicted=(), previous=self._previous(entry.verdict))
        # An article that comes late (a backlog, a replay of mixed years) is remembered from now on: counted from its
        # own time it would be forgotten at once, with what is said beside it still to come.
        held_from = max(item.event_time, self._latest)
        recorded_at = max(item.recorded_at, self._recorded)
        evicted = tuple(self._make_room(held_from, recorded_at))
        self._fit()
        new = sketch(item.title, item.text)
        rows = self._filled_bands().rows(np.array([new.signature], np.uint32))[0]
        entry = Entry(
            article_id=item.article_id,
            sequence=self._sequence,
            kind=item.kind,
            fingerprint=item.fingerprint,
            event_time=item.event_time,
            held_from=held_from,
            recorded_at=recorded_at,
            owner=item.owner,
            size_class=self._size_class,
            verdict=self._verdict(item, new, rows),
            sketch=new,
            run=item.run,
        )
        record = entry.to_bytes()
        number = self._append(record, read_head(record))
        if self._bands is not None:  # else all of them are filled in when they are asked for
            self._bands.add(number, rows)
        previous = self._previous(entry.verdict)
        return Step(entry.verdict, entry, record, known=False, evicted=evicted, previous=previous)

    def expire(self, recorded_at: float) -> tuple[str, ...]:
        """Forget what was held too long at this time, in epoch seconds, by the clock of the records.

        `step` does so by itself; this is for a scope to which nothing comes any more. Returns article_ids, oldest
        first. What is forgotten would have gone before the next verdict: no answer changes. The tables give their
        memory back with the next article, or when nothing is held.
        """
        gone = tuple(self._forget_while(lambda head: head.recorded_at < recorded_at - self._longest))
        if not len(self):  # otherwise `_fit` sees to the tables
            self._size_class, self._bands = _LEAST_CLASS, None
            self._make_chains()
        return gone

    def forget(self, article_id: str) -> None:
        """Take an article out whose tombstone stands in the changelog; nothing happens when it is not held."""
        number = self._find(to_name(article_id))
        if number is not None:
            self._gone.add(number)
            self._drop_gone()

    def records(self) -> Iterator[tuple[str, bytes]]:
        """Yield each article_id that is held with its record, in the order of decisions: `restore` takes the records.

        Nothing may be decided or forgotten before all are taken.
        """
        for start, run in self._store.runs(_RUN):
            for number, record in enumerate(run, start):
                if number not in self._gone:
                    yield read_head(record).article_id, record

    def restore(self, records: Iterable[bytes]) -> int:
        """Take records of an earlier run back into memory, and return how many there were.

        Within a call they may come in any order, and more than once; what a later call brings came later. When all that
        were written and not evicted are back, the engine answers as the one that wrote them. The changelog's last
        record of an article counts. Two entries with the same place in the order were written by two owners at once,
        one of which did not know yet that it had been replaced: both are kept, the one that comes later at the end.

        Raises:
            EntryFormatError: For a record of another release; the state is then incomplete, and of no use.
        """
        read = [(read_head(record), record) for record in records]
        read.sort(key=lambda each: each[0].sequence)
        for head, record in read:
            known = self._find(head.article)
            if known is not None:
                if self._store[known] == record:
                    continue
                self._gone.add(known)
                self._drop_gone()
            if head.sequence < self._sequence:
                record, head = self._moved_to_the_end(record)  # noqa: PLW2901 - what is kept is not what was read
            self._append(record, head)
            self._size_class = head.size_class
            self._bands = None
        return len(read)

    def _moved_to_the_end(self, record: bytes) -> tuple[bytes, Head]:
        entry = Entry.from_bytes(record)
        moved = replace(
            entry,
            sequence=self._sequence,
            held_from=max(entry.held_from, self._latest),
            recorded_at=max(entry.recorded_at, self._recorded),
        ).to_bytes()
        return moved, read_head(moved)

    def _verdict(self, item: Item, new: Sketch, rows: NDArray[np.int64]) -> Verdict:
        """A function of the entries held and of the item; changes nothing."""
        for number in reversed(self._copies(to_name(item.fingerprint))):
            entry = Entry.from_bytes(self._store[number])
            if item.kind != "story" or entry.kind == "story":
                return Verdict("duplicate", entry.story_id, 1.0, "exact")
        story = self.entry(item.summary_of) if item.kind == "summary" and item.summary_of else None
        if story is not None:
            similarity = round(compare(new, story.sketch).containment, 4)
            return Verdict("duplicate", story.story_id, similarity, "abridged")
        return self._likeness_verdict(item, new, rows)

    def _likeness_verdict(self, item: Item, new: Sketch, rows: NDArray[np.int64]) -> Verdict:
        """The best duplicate among the candidates, else the best update, else an original.

        All of a story that was found must agree that an article is abridged: a report of two meetings is half of each
        one's story, and would tie the two together for all that follow.
        """
        at = self._settings.thresholds
        least = min(at.update, at.same_contained)
        pairs = frozenset(new.bigrams)
        side = Side(item.kind, new.length, item.event_time)
        found: list[tuple[tuple[bool, float], Entry, Likeness, Method | None]] = []
        others: set[bytes] = set()  # stories one of which is something else
        for record in self._candidates(rows):
            if contained(pairs, new.bigrams, pairs_of(record)) < least:
                others.add(read_head(record).story)
                continue  # too little for any rule; most candidates end here
            entry = Entry.from_bytes(record)
            likeness = compare(new, entry.sketch)
            old = Side(entry.kind, entry.sketch.length, entry.event_time)
            relation, method = judge(likeness, side, old, at)
            if relation != "original":
                found.append(((relation == "duplicate", likeness.jaccard), entry, likeness, method))
            if relation != "duplicate":
                others.add(to_name(entry.story_id))
        for _, entry, likeness, method in sorted(found, key=lambda each: each[0], reverse=True):
            if method == "abridged" and to_name(entry.story_id) in others:
                continue
            if not self._of_the_same_story(pairs, new, entry):
                continue
            similarity = self._similarity(new, entry, likeness, abridged=method == "abridged")
            if method is not None:
                return Verdict("duplicate", entry.story_id, similarity, method)
            revision = self._last_revision(to_name(entry.story_id)) + 1
            return Verdict("update", entry.story_id, similarity, None, revision)
        return Verdict("original")

    def _of_the_same_story(self, pairs: frozenset[int], new: Sketch, found: Entry) -> bool:
        """False when what was found repeats an original that has little to do with the new article.

        A round-up of the day repeats one report and is repeated by another: the two have nothing in common.
        """
        original = None if found.verdict.original_id is None else self.entry(found.story_id)
        if original is None:
            return True
        return contained(pairs, new.bigrams, original.sketch.bigrams) >= self._settings.thresholds.chain

    def _similarity(self, new: Sketch, found: Entry, likeness: Likeness, *, abridged: bool) -> float:
        """With the original where it is held, else with the copy of it that was found."""
        original = None if found.verdict.original_id is None else self.entry(found.story_id)
        if original is not None:
            likeness = compare(new, original.sketch)
        return round(likeness.containment if abridged else likeness.jaccard, 4)

    # What is held, and where -----------------------------------------------------------------------------------------

    def _find(self, article: bytes) -> int | None:
        for number in self._ids.get(crc32(article), self._store.first):
            if number not in self._gone and read_head(self._store[number]).article == article:
                return number
        return None

    def _copies(self, fingerprint: bytes) -> list[int]:
        """The latest with this fingerprint, the latest first."""
        numbers = self._fingerprints.get(crc32(fingerprint), self._store.first)
        same = (
            number
            for number in numbers
            if number not in self._gone and read_head(self._store[number]).fingerprint == fingerprint
        )
        return list(islice(same, _LATEST_COPIES))

    def _updates(self, story: bytes) -> Iterator[Head]:
        """The story's updates that are held, the latest first."""
        for number in self._revisions.get(crc32(story), self._store.first):
            head = read_head(self._store[number])
            if number not in self._gone and head.original == story:
                yield head

    def _last_revision(self, story: bytes) -> int:
        """The revision of the story's latest update, 0 when none is held."""
        return next((head.revision for head in self._updates(story)), 0)

    def _previous(self, verdict: Verdict) -> Previous | None:
        """See `Step.previous`."""
        if verdict.original_id is None or not verdict.revision:
            return None
        story = to_name(verdict.original_id)
        if verdict.revision == 1:
            number = self._find(story)
            head = None if number is None else read_head(self._store[number])
        else:
            head = next((head for head in self._updates(story) if head.revision == verdict.revision - 1), None)
        return None if head is None or head.owner is None else Previous(head.owner, head.article_id)

    def _candidates(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """Records of the articles that share most bands, the best first."""
        for number in self._filled_bands().candidates(rows, self._store.first, self._settings.candidates):
            if number not in self._gone:
                yield self._store[number]

    def _append(self, record: bytes, head: Head) -> int:
        """Hold a record, all but its bands; its number."""
        if self._store.end > _LAST_NUMBER:
            self._renumber()
        if len(self._store) >= self._chain_room:
            self._make_chains()
        number = self._store.append(record)
        self._link(number, head)
        self._latest = max(self._latest, head.held_from)
        self._recorded = max(self._recorded, head.recorded_at)
        self._sequence = head.sequence + 1
        return number

    def _link(self, number: int, head: Head) -> None:
        self._ids.add(crc32(head.article), number)
        self._fingerprints.add(crc32(head.fingerprint), number)
        if head.revision:
            self._revisions.add(crc32(head.original), number)

    def _make_chains(self) -> None:
        """Fill chains from the store, with room for as many again. They are exact: their size changes no answer."""
        self._chain_room = 1 << max(_LEAST_CLASS, len(self._store).bit_length())
        self._ids, self._fingerprints, self._revisions = (Chains(self._chain_room) for _ in range(3))
        for start, run in self._store.runs(_RUN):
            for number, record in enumerate(run, start):
                self._link(number, read_head(record))

    def _filled_bands(self) -> Bands:
        """The bands, filled from the store when they were dropped."""
        if self._bands is None:
            bands = self._bands = Bands(1 << self._size_class)
            for start, run in self._store.runs(_RUN):
                bands.add_run(start, bands.rows(signatures_in(b"".join(map(signature_of, run)))))
        return self._bands

    def _fit(self) -> None:
        """Give the tables the room that one more article asks for.

        The size decides what a full row forgets, so it must be the same after a restart: it changes only here, before
        an entry that carries it.
        """
        needed = len(self._store) + 1
        size_class = self._size_class
        if needed > 1 << size_class:
            size_class += 1
        elif needed * _SHRINK <= 1 << size_class:
            size_class = max(_LEAST_CLASS, needed.bit_length() + 1)
        if size_class != self._size_class:
            self._size_class, self._bands = size_class, None
            self._make_chains()

    def _renumber(self) -> None:
        shift = self._store.first - 1
        self._store.renumber()
        self._gone = {number - shift for number in self._gone}
        self._bands = None
        self._make_chains()

    def _make_room(self, held_from: float, recorded_at: float) -> Iterator[str]:
        """Forget what must go before an article of these times is held."""
        horizon, longest = held_from - self._window, recorded_at - self._longest
        return self._forget_while(
            lambda head: (
                len(self) >= self._settings.max_entries or head.held_from < horizon or head.recorded_at < longest
            )
        )

    def _forget_while(self, leaves: Callable[[Head], bool]) -> Iterator[str]:
        """Forget the oldest as long as it leaves; article_ids, the oldest first."""
        while len(self._store):
            head = read_head(self._store[self._store.first])
            if not leaves(head):
                return
            self._store.pop()
            yield head.article_id
            self._drop_gone()

    def _drop_gone(self) -> None:
        """Let go of the oldest that were taken out before: the first in the store is always held."""
        while self._store.first in self._gone:
            self._gone.remove(self._store.first)
            self._store.pop()

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
from workers.dedupe.entry import Entry, Head, Owner, Verdict, pairs_of, read_head, signature_of, subjects_of, to_name
from workers.dedupe.index import Bands, Chains, Subjects
from workers.dedupe.rules import Judgement, Kind, Side, Thresholds, judge
from workers.dedupe.score import read_weights
from workers.dedupe.sketch import Sketch, is_correction, signatures_in, sketch, subjects
from workers.dedupe.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["Engine", "Item", "Settings", "Step"]

_LEAST_CLASS = 10  # tables with room for 1,024 articles take 280 kB
_SHRINK = 8  # tables an eighth full are halved until they are a quarter full: far from where they grow again
_LAST_NUMBER = 0xFFFFFFFF
_RUN = 8192
_LEAST_CONTAINED = 0.2  # below it, what shares bands is no copy; another report of the event is found by its subject
_BRIDGES = 4
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
    """Earlier articles that share word pairs with a new one and are compared with it, at most."""
    subjects: int = 5
    """Earlier articles that are about the same and are compared with it besides, at most."""
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
    document: int = 0
    """A number for the document that it stood in, of 64 bits; 0 where that is not known."""
    authors: tuple[str, ...] = ()
    """Whose names are not what the article is about."""
    outlet: int = 0
    """A number for the outlet that publishes it (`entry.outlet_number`); 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An earlier article that has to do with the new one."""

    entry: Entry
    likeness: Likeness
    judgement: Judgement


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
    """For a fuller version or an update: the revision before it, for the first the story's first article. None when
    that is no longer held, and for all others."""


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """The rows of one article in both tables."""

    bands: NDArray[np.int64]
    subjects: NDArray[np.int64]


class _Tables:
    """Where an article may have been seen before: by word pairs in common, and by what it is about."""

    def __init__(self, capacity: int) -> None:
        """Start empty, for so many articles."""
        self.bands, self.subjects = Bands(capacity), Subjects(capacity)

    @property
    def allocated(self) -> int:
        """Bytes of memory taken."""
        return self.bands.allocated + self.subjects.allocated

    def rows(self, new: Sketch) -> _RowsOf:
        """Return an article's rows."""
        return _RowsOf(self.bands.rows(np.array([new.signature], np.uint32))[0], self.subjects.rows(subjects(new)))

    def add(self, number: int, rows: _RowsOf) -> None:
        """Put a number, higher than all before it, into its rows."""
        self.bands.add(number, rows.bands)
        self.subjects.add(number, rows.subjects)


#: A copy is nearer than a fuller version, and that than a link.
_ORDER = {"duplicate": 3, "fuller": 2, "update": 1, "related": 1, "original": 0}
_COPIES = ("duplicate", "fuller")
_WHOLE = 0.5  # of the word pairs of both, from which two articles are one whole report


def _nearest(found: _Found) -> tuple[int, float, float]:
    """What to sort by: the nearer relation, then more in common, then the likelier story."""
    relation, _, copy, story = found.judgement
    return _ORDER[relation], found.likeness.jaccard if relation in _COPIES else story, copy


def _is_whole(found: _Found) -> bool:
    """Whether the article and what was found are one whole report, neither a part of the other."""
    return found.judgement.relation in _COPIES and min(found.likeness.new_in_old, found.likeness.old_in_new) >= _WHOLE


def _side_of(entry: Entry) -> Side:
    return Side(entry.kind, entry.sketch.length, entry.event_time, entry.document, outlet=entry.outlet)


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
        self._weights = read_weights()
        self._tables: _Tables | None = _Tables(1 << _LEAST_CLASS)  # None: to be filled from the store
        self._recent = 1  # no number below it was held from so late that it may be linked
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
        tables = (self._tables, self._ids, self._fingerprints, self._revisions)
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
        new = sketch(item.title, item.text, item.authors)
        self._advance(held_from)
        rows = self._filled_tables().rows(new)
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
            document=item.document,
            outlet=item.outlet,
        )
        record = entry.to_bytes()
        number = self._append(record, read_head(record))
        if self._tables is not None:  # else all of them are filled in when they are asked for
            self._tables.add(number, rows)
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
            self._size_class, self._tables = _LEAST_CLASS, None
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
            self._tables = None
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

    def _verdict(self, item: Item, new: Sketch, rows: _RowsOf) -> Verdict:
        """A function of the entries held and of the item; changes nothing."""
        if len(new.words) >= self._settings.thresholds.least_words:
            for number in self._copies(to_name(item.fingerprint)):
                entry = Entry.from_bytes(self._store[number])
                if item.kind != "story" or entry.kind == "story":
                    return Verdict("duplicate", entry.event_id, 1.0, "exact", story_id=entry.story_id)
        story = self.entry(item.summary_of) if item.kind == "summary" and item.summary_of else None
        if story is not None:
            similarity = round(compare(new, story.sketch).containment, 4)
            return Verdict("duplicate", story.event_id, similarity, "abridged", story_id=story.story_id)
        if len(new.words) < self._settings.thresholds.least_words:
            return Verdict("original")
        return self._likeness_verdict(item, new, rows)

    def _likeness_verdict(self, item: Item, new: Sketch, rows: _RowsOf) -> Verdict:
        """A copy of what is most alike, else what is linked most surely, else an original.

        Who is about somebody else speaks against all copies of one report: congratulations to two presidents are almost
        one text, and would bring together those to all others.
        """
        found = self._found(item, new, rows)
        refused = {each.entry.event_id for each in found if self._is_other_subject(each)}
        for each in sorted(found, key=_nearest, reverse=True):
            if each.judgement.relation == "original" or each.entry.event_id in refused:
                continue
            if (verdict := self._as_verdict(item, new, each)) is not None:
                return replace(verdict, same_story=self._bridged(each, found, refused))
        return Verdict("original")

    def _found(self, item: Item, new: Sketch, rows: _RowsOf) -> list[_Found]:
        """What is found and judged: by word pairs in common, and by what the articles are about."""
        at = self._settings
        pairs = frozenset(new.bigrams)
        side = self._side(item, new)
        tables = self._filled_tables()
        by_pairs = tables.bands.candidates(rows.bands, self._store.first, at.candidates)
        by_subject = tables.subjects.candidates(rows.subjects, self._recent, self._store.end, at.subjects)
        numbers = [
            number
            for number in by_pairs
            if number not in self._gone
            and contained(pairs, new.bigrams, pairs_of(self._store[number])) >= _LEAST_CONTAINED
        ]
        numbers += [number for number in by_subject if number not in self._gone and number not in numbers]
        found = []
        for number in numbers:
            entry = Entry.from_bytes(self._store[number])
            if len(entry.sketch.words) >= at.thresholds.least_words:
                found.append(self._judged(new, side, entry))
        return found

    def _judged(self, new: Sketch, side: Side, entry: Entry) -> _Found:
        likeness = compare(new, entry.sketch)
        judgement = judge(likeness, side, _side_of(entry), self._settings.thresholds, self._weights)
        return _Found(entry, likeness, judgement)

    @staticmethod
    def _side(item: Item, new: Sketch) -> Side:
        correction = is_correction(item.title, item.text)
        return Side(item.kind, new.length, item.event_time, item.document, correction, item.outlet)

    def _is_other_subject(self, found: _Found) -> bool:
        likeness, at = found.likeness, self._settings.thresholds
        return found.judgement.relation == "original" and (
            (min(likeness.other_subjects) >= at.subject and likeness.other_words > 1) or likeness.ordinals_differ
        )

    def _as_verdict(self, item: Item, new: Sketch, found: _Found) -> Verdict | None:
        """What the article is, by the one that was found; None when it has too little to do with what that one repeats.

        A round-up of the day repeats one report and is repeated by another: the two have nothing in common.
        """
        entry = found.entry
        nearer = found
        if entry.verdict.relation == "duplicate" and (held := self.entry(entry.event_id)) is not None:
            if contained(frozenset(new.bigrams), new.bigrams, held.sketch.bigrams) < self._settings.thresholds.chain:
                return None
            nearer = self._judged(new, self._side(item, new), held)
            if _nearest(nearer)[0] >= _nearest(found)[0]:
                found = nearer
        relation, method, *_ = found.judgement
        story = entry.story_id
        if relation == "duplicate":
            shared = nearer.likeness.containment if method == "abridged" else nearer.likeness.jaccard
            return Verdict("duplicate", entry.event_id, round(shared, 4), method, story_id=story)
        first = None if story == found.entry.article_id else self.entry(story)
        if first is not None:
            nearer = self._judged(new, self._side(item, new), first)
            # Short texts have no chance to go by.
            if 0 < nearer.judgement.story < self._settings.thresholds.drift or self._is_other_subject(nearer):
                return None
        shared = (found if first is None else nearer).likeness.jaccard
        revision = 0 if relation == "related" else self._last_revision(to_name(story)) + 1
        return Verdict(relation, story, round(shared, 4), None, revision, story_id=story)

    def _bridged(self, chosen: _Found, found: Iterable[_Found], refused: Collection[str]) -> tuple[str, ...]:
        """Other stories whose event the article tells of too: it shows that they were one all along.

        It is a whole report of both, or is linked surely to both and these are like each other. A round-up holds
        several reports that have nothing in common, and is the whole of none.
        """
        stories = {
            each.entry.story_id: None
            for each in found
            if each.entry.story_id != chosen.entry.story_id
            and each.judgement.relation != "original"
            and each.entry.event_id not in refused
            and ((_is_whole(each) and _is_whole(chosen)) or self._is_one_event(each, chosen.entry))
        }
        return tuple(stories)[:_BRIDGES]

    def _is_one_event(self, found: _Found, other: Entry) -> bool:
        """Whether what was found is surely of the article's event, and likely of that of another entry."""
        at = self._settings.thresholds
        if found.judgement.story < at.bridge:
            return False
        likeness = compare(other.sketch, found.entry.sketch)
        two = judge(likeness, _side_of(other), _side_of(found.entry), at, self._weights)
        return two.story >= at.bridged

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
        """The story's fuller versions and updates that are held, the latest first."""
        for number in self._revisions.get(crc32(story), self._store.first):
            head = read_head(self._store[number])
            if number not in self._gone and head.story == story:
                yield head

    def _last_revision(self, story: bytes) -> int:
        """The revision of the story's latest version, 0 when it is the first that is held."""
        return next((head.revision for head in self._updates(story)), 0)

    def _previous(self, verdict: Verdict) -> Previous | None:
        """See `Step.previous`."""
        if verdict.story_id is None or not verdict.revision:
            return None
        story = to_name(verdict.story_id)
        if verdict.revision == 1:
            number = self._find(story)
            head = None if number is None else read_head(self._store[number])
        else:
            head = next((head for head in self._updates(story) if head.revision == verdict.revision - 1), None)
        return None if head is None or head.owner is None else Previous(head.owner, head.article_id)

    def _advance(self, held_from: float) -> None:
        """Let `_recent` follow the time from which an article is held: never back, as that time never goes back."""
        horizon = held_from - self._settings.thresholds.linked_within * 3600
        self._recent = max(self._recent, self._store.first)
        while self._recent < self._store.end and read_head(self._store[self._recent]).held_from < horizon:
            self._recent += 1

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
            self._revisions.add(crc32(head.story), number)

    def _make_chains(self) -> None:
        """Fill chains from the store, with room for as many again. They are exact: their size changes no answer."""
        self._chain_room = 1 << max(_LEAST_CLASS, len(self._store).bit_length())
        self._ids, self._fingerprints, self._revisions = (Chains(self._chain_room) for _ in range(3))
        for start, run in self._store.runs(_RUN):
            for number, record in enumerate(run, start):
                self._link(number, read_head(record))

    def _filled_tables(self) -> _Tables:
        """The tables, filled from the store when they were dropped."""
        if self._tables is None:
            tables = self._tables = _Tables(1 << self._size_class)
            for start, run in self._store.runs(_RUN):
                tables.bands.add_run(start, tables.bands.rows(signatures_in(b"".join(map(signature_of, run)))))
                # What is too old to be linked is never asked for.
                late = max(0, self._recent - start)
                tables.subjects.add_run(start + late, [subjects_of(record) for record in run[late:]])
        return self._tables

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
            self._size_class, self._tables = size_class, None
            self._make_chains()

    def _renumber(self) -> None:
        shift = self._store.first - 1
        self._store.renumber()
        self._gone = {number - shift for number in self._gone}
        self._recent = max(1, self._recent - shift)
        self._tables = None
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

"""What an account is made of: records in, in any order; what became of every input out. No Kafka and no clock.

A ledger keeps a row for each record (some 100 bytes) in a temporary SQLite database, which holds a few megabytes in
memory and the rest in a file that is gone with the process. The account is made by reading the rows in the order of the
raw records that they go back to, one input after the other; so its memory does not grow with their number. It may be
made at any time, and again when more was entered.

A topic that is deleted and made again counts its offsets anew, so a place alone does not say which record is meant.
What was derived from a raw record says when that came (`x-rasid-ingested`, to the millisecond); what says another time
is an earlier record's, and no proof for this one. A dead letter holds the record's own bytes: it is of one that has as
many and did not come after it.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson

from schemas import envelope
from schemas.envelope import Origin, as_text
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, OUTCOMES, PARSED, RAW, SOURCES, UNIQUE, Stage
from workers.errors import UsageError
from workers.pipeline.record import Place
from workers.pipeline.times import SKEW_SECONDS, epoch, iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from workers.pipeline.record import Record

__all__ = ["ALL", "KEPT", "READ", "Account", "Ledger", "Scope", "Tags"]

#: The topics that an account is made of.
READ = (RAW, PARSED, UNIQUE, DUPLICATES, ENRICHED, OUTCOMES, DEAD_LETTER)

#: How many of the inputs that are lost or pending are named; all are counted.
KEPT = 1000
#: Rows and names that wait in memory until they are written together.
_TOGETHER = 5000
_CACHE_KB = 8_000
_NAMES = 10_000
_MOST = 20
#: Stands for a time or a size that is not known, and is like any other.
_ANY = -1

_NUMBERS = {topic: number for number, topic in enumerate(READ)}
_SCHEMA = """
CREATE TABLE seen (
    p INT, o INT,               -- the raw record that this one goes back to
    topic INT, at_p INT, at_o INT,
    article, ordinal INT,
    size INT,                   -- of a raw record its bytes, else the articles of its document
    kind TEXT, relation TEXT,
    hand INT,                   -- sent back from the dead letters
    came INT,                   -- when the raw record did, in milliseconds
    more                        -- of an event its tags, of an article its document, of a raw record whether it counts
);
CREATE TABLE dead (
    topic TEXT, at_p INT, at_o INT,
    mark INT,                   -- of a raw record its bytes, of any other when its raw record came
    error TEXT, p INT, o INT, written INT,
    PRIMARY KEY (topic, at_p, at_o, mark)
) WITHOUT ROWID;
CREATE TABLE judged (p INT, o INT, failed INT, PRIMARY KEY (p, o)) WITHOUT ROWID;
CREATE TABLE back (topic TEXT, at_p INT, at_o INT, by_p INT, by_o INT, PRIMARY KEY (topic, at_p, at_o, by_p, by_o))
    WITHOUT ROWID;
CREATE TABLE root (p INT, o INT, first_p INT, first_o INT, PRIMARY KEY (p, o)) WITHOUT ROWID;
CREATE TABLE counted (p INT, o INT, PRIMARY KEY (p, o)) WITHOUT ROWID;
CREATE TABLE names (what INT, hash INT);
CREATE TABLE tags (what INT, name TEXT, number INT, PRIMARY KEY (what, name)) WITHOUT ROWID;
"""
#: Raw records for whose place there is a dead letter, and whether one is theirs; the clocks of two brokers may differ.
_JUDGE = f"""
INSERT INTO judged
SELECT s.p, s.o, MAX((s.size = {_ANY} OR d.mark = s.size) AND d.written >= s.came - {int(SKEW_SECONDS * 1000)})
FROM seen s CROSS JOIN dead d ON d.topic = '{RAW}' AND d.at_p = s.p AND d.at_o = s.o
WHERE s.topic = 0 GROUP BY s.p, s.o
"""  # noqa: S608 - numbers and a name of ours
_DOCUMENTS, _ARTICLES = 0, 1
_COUNTRY, _ACTOR = 0, 1


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents an account is about; all, where nothing is given."""

    replay: str | None = None
    """Those of one replay: the value of x-replay-id."""
    since: float | None = None
    """Those that arrived at this time or later: the broker's time of the raw record, in epoch seconds."""
    until: float | None = None
    """Those that arrived before."""

    @property
    def limited(self) -> bool:
        """Whether it is about some only."""
        return (self.replay, self.since, self.until) != (None, None, None)

    def __str__(self) -> str:
        """What a document must be to be in it."""
        parts = [] if self.replay is None else [f"is of replay {self.replay}"]
        parts += [] if self.since is None else [f"came at {iso(self.since)} or later"]
        parts += [] if self.until is None else [f"came before {iso(self.until)}"]
        return " and ".join(parts)

    def __contains__(self, time: float) -> bool:
        """Tell whether a raw record of this time is in it."""
        return (self.since is None or time >= self.since) and (self.until is None or time < self.until)


ALL = Scope()


class Tags(NamedTuple):
    """Tags of one kind over all events."""

    distinct: int = 0
    total: int = 0
    most: tuple[tuple[str, int], ...] = ()
    """The most frequent with their numbers of events, the most frequent first."""


_NO_TAGS = Tags()


@dataclass(slots=True)
class _Article:
    """What was seen of one article of one raw record; places are those of its records."""

    ordinal: int
    kind: str
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """By topic: partition and offset."""
    relation: str = "duplicate"
    tags: bytes = b""

    @property
    def repeats(self) -> bool:
        """Whether it came to its end as a repeat alone."""
        return OUTCOMES in self.places and not {UNIQUE, DUPLICATES, ENRICHED} & self.places.keys()


@dataclass(slots=True)
class _Input:
    """What was seen of one raw record; `place` is None until the record itself was."""

    name: str = ""
    place: Place | None = None
    failed: bool = False
    counts: bool = False
    expected: int = 0
    document: int | None = None
    came: int = _ANY
    tombstones: int = 0
    repeated: int = 0
    articles: dict[bytes | str, _Article] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """What became of every raw record: counts, and by name and place what is missing."""

    documents: int = 0
    documents_dead: int = 0
    distinct_documents: int = 0
    distinct_articles: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    """Of each article that came to its end: original, update, duplicate, or `repeat`, which went on before."""
    articles_dead: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    tombstones: int = 0
    """Raw records without a value, which are no documents."""
    repeated: int = 0
    sent_back: int = 0
    unreadable: int = 0
    """Records on the topics that Rasid writes which are none of its own."""
    countries: Tags = _NO_TAGS
    actors: Tags = _NO_TAGS
    pending_count: int = 0
    lost_count: int = 0
    pending: list[str] = field(default_factory=list)
    """The first KEPT of them."""
    lost: list[str] = field(default_factory=list)
    """The first KEPT of them."""

    @property
    def articles(self) -> int:
        """How many articles the documents gave."""
        return self.kinds.total()

    @property
    def balanced(self) -> bool:
        """True when every input ended in an output, in the duplicates, in the dead letters or in an outcome."""
        return not self.lost_count and not self.pending_count

    def miss(self, text: str, *, lost: bool) -> None:
        """Count an input, or an article of it, that came to no end."""
        names = self.lost if lost else self.pending
        if len(names) < KEPT:
            names.append(text)
        self.lost_count += lost
        self.pending_count += not lost


class Ledger:
    """Takes the records of the topics in READ, in any order, and keeps of each only what the account needs."""

    def __init__(self, folder: Path | None = None, *, scope: Scope = ALL) -> None:
        """Start empty; `folder` takes what memory should not, by default that of the system's temporary files.

        Only what belongs to `scope` is entered; one with times must be closed over all that came since its `since`.
        """
        self._scope = scope
        names = (envelope.ORIGIN, envelope.INGESTED, envelope.RETRY_OF)
        self._wanted = {*names, *([] if scope.replay is None else [envelope.REPLAY_ID])}
        self._folder = folder
        self._numbers: dict[tuple[int, str], int] = {}
        self._next_number = 0
        self._rows: list[tuple[Any, ...]] = []
        self._dead_again = self._unreadable = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        # "": a database of its own, in a file only where it outgrows its cache; the file has no name left.
        self._db = sqlite3.connect("", isolation_level=None)
        if folder is not None:
            # The only way to say where, beside a variable that would hold for all that this process starts.
            self._db.execute(f"PRAGMA temp_store_directory = '{str(folder).replace(chr(39), chr(39) * 2)}'")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)
        # One transaction for all: it is never undone, and nobody else reads.
        self._db.execute("BEGIN")

    def add(self, record: Record) -> None:
        """Enter one record. Raises UsageError when the disk is full."""
        if not record.is_readable and record.topic != RAW:
            # Only its place is known; its dead letter has that too.
            return
        # `Record.header` goes through all of them for each; of headers of one name the first counts.
        told = {name: value for name, value in reversed(record.headers) if name in self._wanted}
        if self._scope.replay is not None and as_text(told.get(envelope.REPLAY_ID)) != self._scope.replay:
            return
        by_hand = None
        if envelope.RETRY_OF in told and record.topic in _STAGES_READ:
            by_hand = Place.parse(as_text(told[envelope.RETRY_OF]))
        if by_hand is not None:
            place = (record.partition, record.offset)
            with self._room():
                self._db.execute("INSERT OR IGNORE INTO back VALUES (?, ?, ?, ?, ?)", (*by_hand, *place))
        if record.topic == RAW:
            name = (record.key or b"(no key)").decode(errors="replace")
            place = (record.partition, record.offset)
            # How much of what cannot be unpacked comes as one depends on the broker's answer.
            size = _size(record) if record.is_readable else _ANY
            counts = record.time in self._scope
            self._enter((*place, _NUMBERS[RAW], *place, name, 0, size, "", "", 0, _ms(record.time), counts))
            return
        origin = Origin.parse(as_text(told.get(envelope.ORIGIN)))
        came = _came(as_text(told.get(envelope.INGESTED)))
        if record.topic == DEAD_LETTER:
            self._enter_dead(record, origin, came)
        elif origin is not None:
            self._enter_derived(record, origin, came, by_hand=by_hand is not None)

    def _enter(self, row: tuple[Any, ...]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _TOGETHER:
            self._flush()

    def _enter_dead(self, record: Record, origin: Origin | None, mark: int) -> None:
        topic = record.header(envelope.ERROR_TOPIC)
        partition, offset = (record.header(name) for name in (envelope.ERROR_PARTITION, envelope.ERROR_OFFSET))
        failed = Place.parse(f"{topic}/{partition}/{offset}")
        if failed is None:
            self._unreadable += 1
            return
        error = f"{record.header(envelope.ERROR_STAGE)} {record.header(envelope.ERROR_CLASS)}"
        if failed.topic == RAW:
            origin = Origin(failed.partition, failed.offset)
            cut = record.header(envelope.ERROR_CUT_FROM)
            mark = int(cut) if cut is not None and cut.isdecimal() and len(cut) < _DIGITS else _size(record)
        goes_back = (None, None) if origin is None else (origin.partition, origin.offset)
        row = (*failed, mark, error, *goes_back, _ms(record.time))
        with self._room():
            new = self._db.execute("INSERT OR IGNORE INTO dead VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if not new.rowcount:
                self._dead_again += 1
                latest = "UPDATE dead SET written = MAX(written, ?) WHERE (topic, at_p, at_o, mark) = (?, ?, ?, ?)"
                self._db.execute(latest, (row[-1], *failed, mark))

    def _enter_derived(self, record: Record, origin: Origin, came: int, *, by_hand: bool) -> None:
        try:
            message: dict[str, Any] = orjson.loads(record.value or b"")
            place = (origin.partition, origin.offset, _NUMBERS[record.topic], record.partition, record.offset)
            if message.get("outcome") == "tombstone":
                self._enter((*place, None, 0, 0, "", "", 0, came, None))
                return
            more: Any = None
            if record.topic == ENRICHED:
                more = self._numbered(message)
            elif record.topic in (PARSED, OUTCOMES):
                more = _hash(str(message["document_id"]))
            article, kind, relation = _packed(str(message["article_id"])), message["kind"], message.get("relation", "")
            ordinal, size = int(message["ordinal"]), int(message["articles_in_document"])
            self._enter((*place, article, ordinal, size, str(kind), str(relation), by_hand, came, more))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
            self._unreadable += 1

    def _numbered(self, event: Mapping[str, Any]) -> bytes:
        """Return the event's tags as numbers, four bytes each."""
        countries = [self._number(_COUNTRY, str(tag["code"])) for tag in event["countries"]]
        actors = [self._number(_ACTOR, str(tag["id"])) for tag in event["actors"]]
        return array("I", [*countries, *actors]).tobytes()

    def _number(self, what: int, name: str) -> int:
        key = (what, name)
        number = self._numbers.get(key)
        if number is None:
            with self._room():
                new = self._db.execute("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", (*key, self._next_number))
            if new.rowcount:
                number, self._next_number = self._next_number, self._next_number + 1
            else:
                (number,) = self._db.execute("SELECT number FROM tags WHERE what = ? AND name = ?", key).fetchone()
            if len(self._numbers) >= _NAMES:
                self._numbers.clear()
            self._numbers[key] = number
        return number

    def _flush(self) -> None:
        self._write("INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows)

    def _write(self, statement: str, rows: list[Any]) -> None:
        with self._room():
            self._db.executemany(statement, rows)
        rows.clear()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Say what to do when the disk is full."""
        try:
            yield
        except sqlite3.OperationalError as exc:
            where = self._folder or "the folder of temporary files"
            raise UsageError(
                f"{where}: {exc}: an account takes some 200 bytes of disk a record; give --spill a folder with room"
            ) from exc

    # The account -----------------------------------------------------------------------------------------------------

    def close(self, committed: Mapping[Stage, Mapping[int, int]]) -> Account:
        """Return the account of everything entered so far; more may be entered, and closed again.

        `committed` holds, for each stage, the offset that it has committed in each partition of its source. What is
        missing is `pending` while its stage has not committed past it, else `lost`. An article counts once for each raw
        record that it came from; `repeated` counts what a stage wrote again after a crash. What came from a raw record
        that retention has deleted, or that came after reading began, is not asked for. Raises UsageError when the disk
        is full.
        """
        self._flush()
        with self._room():
            return self._account(committed)

    def _account(self, committed: Mapping[Stage, Mapping[int, int]]) -> Account:
        result = Account(repeated=self._dead_again, unreadable=self._unreadable)
        for table in ("root", "counted", "names", "judged"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of four
        self._db.execute(_JUDGE)
        self._find_roots()
        tally, waiting = np.zeros(self._next_number, np.int64), bytearray()
        names: list[tuple[int, int]] = []
        counted: list[tuple[int, int]] = []
        for items in self._groups():
            self._count(items, committed, result, waiting)
            for item in items:
                if item.place is not None:
                    counted.append(item.place[1:])
                    names += _names(item)
            if len(names) >= _TOGETHER:
                self._note(names, counted)
                _add_up(waiting, tally)
        self._note(names, counted)
        _add_up(waiting, tally)
        result.distinct_documents, result.distinct_articles = map(self._distinct, (_DOCUMENTS, _ARTICLES))
        result.countries, result.actors = (self._tags(what, tally) for what in (_COUNTRY, _ACTOR))
        self._count_dead(result)
        return result

    def _note(self, names: list[tuple[int, int]], counted: list[tuple[int, int]]) -> None:
        self._write("INSERT INTO names VALUES (?, ?)", names)
        if self._scope.limited:
            self._write("INSERT OR IGNORE INTO counted VALUES (?, ?)", counted)
        counted.clear()

    def _distinct(self, what: int) -> int:
        # Grouped, not counted as distinct: SQLite sorts for the one, and fills a tree for the other.
        query = "SELECT COUNT(*) FROM (SELECT 1 FROM names WHERE what = ? GROUP BY hash)"
        return int(self._db.execute(query, (what,)).fetchone()[0])

    def _tags(self, what: int, tally: np.ndarray[Any, np.dtype[np.int64]]) -> Tags:
        distinct = total = 0
        most: list[tuple[int, str]] = []
        for number, name in self._db.execute("SELECT number, name FROM tags WHERE what = ?", (what,)):
            if count := int(tally[number]):
                distinct, total = distinct + 1, total + count
                most.append((-count, name))
                if len(most) > _NAMES:
                    most = sorted(most)[:_MOST]
        return Tags(distinct, total, tuple((name, -count) for count, name in sorted(most)[:_MOST]))

    def _count_dead(self, result: Account) -> None:
        """Count the dead letters by error, but for those that were sent back."""
        sent_back = "EXISTS (SELECT 1 FROM back b WHERE (b.topic, b.at_p, b.at_o) = (d.topic, d.at_p, d.at_o))"
        about = "1"
        if self._scope.limited:
            about = "EXISTS (SELECT 1 FROM counted c WHERE (c.p, c.o) = (d.p, d.o))"
        query = f"SELECT {sent_back}, error, COUNT(*) FROM dead d WHERE {about} GROUP BY 1, 2"  # noqa: S608 - our words
        for back, error, count in self._db.execute(query):
            if back:
                result.sent_back += count
            else:
                result.errors[error] += count

    def _find_roots(self) -> None:
        """Note, for each raw record that was sent back, the record that it repeats, and that one, and so on.

        Only what failed can have been sent back; a header that says otherwise is not believed.
        """
        failed = """SELECT b.at_p, b.at_o FROM back b JOIN dead d USING (topic, at_p, at_o)
                    WHERE b.topic = ? AND b.by_p = ? AND b.by_o = ?
                    AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.p = b.at_p AND j.o = b.at_o AND NOT j.failed)"""
        for by in self._db.execute("SELECT DISTINCT by_p, by_o FROM back WHERE topic = ?", (RAW,)).fetchall():
            first, seen = by, {by}
            while (before := self._db.execute(failed, (RAW, *first)).fetchone()) is not None and before not in seen:
                first = before
                seen.add(first)
            if first != by:
                self._db.execute("INSERT INTO root VALUES (?, ?, ?, ?)", (*by, *first))

    def _groups(self) -> Iterator[list[_Input]]:
        """Yield the raw records that are one input, in the order of their places."""
        rows: Iterable[tuple[Any, ...]] = self._db.execute(
            """SELECT COALESCE(first_p, s.p), COALESCE(first_o, s.o), s.p, s.o, s.topic, s.at_p, s.at_o,
                      article, ordinal, size, kind, relation, hand, came, more,
                      s.topic = 0 AND EXISTS (SELECT 1 FROM judged j WHERE j.p = s.p AND j.o = s.o AND j.failed)
               FROM seen s LEFT JOIN root r ON r.p = s.p AND r.o = s.o
               ORDER BY 1, 2, 3, 4, 5, 6, 7"""
        )
        for _, together in groupby(rows, key=itemgetter(0, 1)):
            items = [_input(of_one) for _, of_one in groupby(together, key=itemgetter(2, 3))]
            # One that is not in the scope, but whose repetition is, or the other way round, is.
            if any(item.counts for item in items):
                yield items

    def _not_failed(self, topic: str, places: Iterable[tuple[int, int]], came: int) -> list[Place]:
        query = "SELECT 1 FROM dead WHERE topic = ? AND at_p = ? AND at_o = ? AND (mark IN (?, ?) OR ? = ?)"
        all_ = (Place(topic, *place) for place in places)
        marks = (came, _ANY, came, _ANY)
        return [place for place in all_ if self._db.execute(query, (*place, *marks)).fetchone() is None]

    def _count(
        self,
        items: list[_Input],
        committed: Mapping[Stage, Mapping[int, int]],
        result: Account,
        tally: bytearray,
    ) -> None:
        """Count the raw records that are one input into `result`, and add their events' tags to `tally`."""
        result.repeated += sum(item.repeated for item in items)
        if any(item.tombstones for item in items):
            result.tombstones += 1
            result.repeated += sum(max(0, item.tombstones - 1) for item in items)
            return
        result.documents += 1
        alive = [item for item in items if item.place is not None and not item.failed]
        if not alive:
            result.documents_dead += 1
        # What a document had given before it failed went on: what it gives again is a repeat of that, and ends with it.
        before = {name: article for item in items if item.failed for name, article in item.articles.items()}
        # Sent back twice: one counts; the others must reach their end all the same.
        for number, item in enumerate(alive):
            result.repeated += number > 0
            self._settle(item, before, committed, result, tally if number == 0 else None)

    def _settle(
        self,
        item: _Input,
        before: Mapping[bytes | str, _Article],
        committed: Mapping[Stage, Mapping[int, int]],
        result: Account,
        tally: bytearray | None,
    ) -> None:
        """Name what is missing of one raw record, and count what it led to where there is a `tally`."""

        def missing(stage: Stage, place: Place | None, what: str) -> None:
            topic, partition, offset = place or ("", 0, 0)
            done = offset < committed.get(stage, {}).get(partition, 0)
            state = "committed past" if done else "not yet done"
            result.miss(f"{item.name}: {what} ({stage} has {state} {topic}/{partition}/{offset})", lost=done)

        if not item.expected:
            missing("parse", item.place, "no article and no dead letter")
        elif absent := set(range(item.expected)) - {article.ordinal for article in item.articles.values()}:
            missing("parse", item.place, f"articles {sorted(absent)} of {item.expected} are missing")
        counted = result if tally is not None else Account()
        for identity, seen in item.articles.items():
            article = before.get(identity, seen) if seen.repeats else seen
            counted.kinds[article.kind] += 1
            if ENRICHED in article.places or DUPLICATES in article.places:
                counted.relations[article.relation] += 1
                if tally is not None:
                    tally += article.tags
            elif article.repeats:
                counted.relations["repeat"] += 1
            else:
                self._unended(item, article, _unpacked(identity), missing, counted)

    def _unended(self, item: _Input, article: _Article, name: str, missing: Any, counted: Account) -> None:
        def on_their_way(topic: str) -> list[Place]:
            return self._not_failed(topic, article.places.get(topic, ()), item.came)

        if places := on_their_way(UNIQUE):
            missing("tag", places[-1], f"article {name} has no event")
        elif UNIQUE in article.places or not (places := on_their_way(PARSED)):
            counted.articles_dead += 1
        else:
            missing("dedupe", places[-1], f"article {name} is neither unique nor a duplicate")


_STAGES_READ = frozenset(SOURCES.values())


def _input(rows: Iterable[tuple[Any, ...]]) -> _Input:
    """Return what the rows of one raw record say."""
    item = _Input()
    again = 0
    # The raw record comes first.
    for _, _, _, _, number, at_p, at_o, article, ordinal, size, kind, relation, by_hand, came, more, failed in rows:
        topic = READ[number]
        if topic == RAW:
            item.name, item.place, item.came = article, Place(topic, at_p, at_o), came
            item.counts, item.failed = bool(more), bool(failed)
            continue
        if item.came != came and _ANY not in (item.came, came):
            continue
        if article is None:
            item.tombstones += 1
            continue
        known = item.articles.get(article)
        if known is None:
            known = item.articles[article] = _Article(ordinal, kind)
        item.expected = max(item.expected, size)
        if topic in (PARSED, OUTCOMES):
            item.document = more
        places = known.places.get(topic)
        if places is None:
            known.places[topic] = places = []
            if topic == ENRICHED:
                known.relation, known.tags = relation, more
        # What stands there again by a person's hand is no sign of a crash; it came after what failed.
        again += bool(places) and not by_hand
        places.append((at_p, at_o))
    item.repeated = again
    return item


def _ms(time: float) -> int:
    return round(time * 1000)


def _came(ingested: str | None) -> int:
    """Return the time in a header in milliseconds."""
    time = epoch(ingested)
    return _ANY if time is None else _ms(time)


def _size(record: Record) -> int:
    return len(record.key or b"") + len(record.value or b"")


def _add_up(waiting: bytearray, tally: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Count the tags, four bytes each, into `tally`, by number; and empty them."""
    numbers = np.frombuffer(bytes(waiting), np.uint32)
    tally += np.bincount(numbers, minlength=len(tally))
    waiting.clear()


def _names(item: _Input) -> Iterator[tuple[int, int]]:
    """Yield the document and the articles of a raw record, as numbers that stand for them."""
    if not item.tombstones:
        yield _DOCUMENTS, _hash(item.name) if item.document is None else item.document
    for article in item.articles:
        yield _ARTICLES, _hash(article)


def _hash(name: bytes | str) -> int:
    """Return 63 bits of a name: of a million, two are alike once in nine million times."""
    data = name if isinstance(name, bytes) else name.encode(errors="surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest()) >> 1


def _packed(identity: str) -> bytes | str:
    """Return an id of ours in half its bytes; any other as it is."""
    if len(identity) == _HEX:
        try:
            packed = bytes.fromhex(identity)
        except ValueError:
            return identity
        # Upper case and blanks are read too, and would not come back.
        return packed if packed.hex() == identity else identity
    return identity


_HEX = 32
#: No number in a header is so long.
_DIGITS = 19


def _unpacked(identity: bytes | str) -> str:
    return identity.hex() if isinstance(identity, bytes) else identity

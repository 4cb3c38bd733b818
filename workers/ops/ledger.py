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
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson

from schemas import envelope
from schemas.envelope import MAX_OFFSET, Origin, as_text
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
#: Rows to a statement: that takes half the time that a statement for each does, and more of them save nothing.
_AT_ONCE = 50
#: Numbers of what is counted that wait in memory until they are added up: as many as 800 kB hold.
_ADDED_UP = 100_000
_CACHE_KB = 8_000
#: Rows come and go one after the other: larger pages are fewer to write.
_PAGE_BYTES = 16_384
#: Names that are known to be written; one that is not known is written again.
_NAMES = 10_000
_MOST = 20
#: Stands for a time or a size that is not known, and is like any other.
_ANY = -1

#: A partition's number has less than 32 bits; before them stands that of its topic, of which RAW has the least.
_PARTITION_BITS = 32
_FIRST = {topic: number << _PARTITION_BITS for number, topic in enumerate(READ)}
#: Of sets of topics, a bit each.
_BITS = {topic: 1 << number for number, topic in enumerate(READ)}
_UNIQUE, _ENRICHED, _REPEATED = _BITS[UNIQUE], _BITS[ENRICHED], _BITS[OUTCOMES]
_ENDED = _BITS[DUPLICATES] | _ENRICHED
_WENT_ON = _UNIQUE | _ENDED
_ON_ITS_WAY = _BITS[PARSED] | _UNIQUE
_TELLS_DOCUMENT = _BITS[PARSED] | _REPEATED
_SCHEMA = """
CREATE TABLE seen (
    p INT, o INT,               -- the raw record that this one goes back to
    at INT, at_o INT,           -- where this one stands: topic and partition, and offset
    came INT,                   -- when the raw record did, in milliseconds
    article TEXT,               -- of a raw record its key
    said,                       -- of a raw record its bytes, else what is said of the article, in JSON
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
CREATE TABLE names (number INT, name TEXT); -- of each tag, some more than once
CREATE TABLE counts (number INT, count INT); -- parts of what there is of each number
CREATE TABLE totals (number INTEGER PRIMARY KEY, count INT);
"""
#: Raw records for whose place there is a dead letter, and whether one is theirs; the clocks of two brokers may differ.
_JUDGE = f"""
INSERT INTO judged
SELECT s.p, s.o, MAX((s.said = {_ANY} OR d.mark = s.said) AND d.written >= s.came - {int(SKEW_SECONDS * 1000)})
FROM seen s CROSS JOIN dead d ON d.topic = '{RAW}' AND d.at_p = s.p AND d.at_o = s.o
WHERE s.at < {_FIRST[PARSED]} GROUP BY s.p, s.o
"""  # noqa: S608 - numbers and a name of ours
#: Of a row of `seen`; and whether a raw record failed.
_COLUMNS = f"""s.p, s.o, at, at_o, came, article, said, more,
at < {_FIRST[PARSED]} AND EXISTS (SELECT 1 FROM judged j WHERE j.p = s.p AND j.o = s.o AND j.failed)
"""  # noqa: S608 - a number of ours
#: Of the names whose total is at least that of the last of so many; some are written more than once.
_MOST_FREQUENT = """
SELECT DISTINCT name, (SELECT count FROM totals t WHERE t.number = n.number) AS count
FROM names n WHERE number IN (
    SELECT number FROM totals WHERE count >= (SELECT MIN(count) FROM (
        SELECT count FROM totals ORDER BY count DESC LIMIT ?)))
ORDER BY count DESC, name LIMIT ?
"""
#: What is counted by name; the last two bits of its number.
_DOCUMENT, _ARTICLE, _COUNTRY, _ACTOR = range(4)


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
    """What was seen of one article of one raw record."""

    ordinal: int
    kind: str
    seen: int = 0
    """The topics on which its records stand, a bit each."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """Of its records on the way to an end: topic and partition, and offset."""
    relation: str = "duplicate"
    tags: bytes = b""

    @property
    def repeats(self) -> bool:
        """Whether it came to its end as a repeat alone."""
        return bool(self.seen & _REPEATED) and not self.seen & _WENT_ON

    def on(self, topic: str) -> list[Place]:
        """Where it stands on a topic of those on the way."""
        first, after = _FIRST[topic], _FIRST[topic] + (1 << _PARTITION_BITS)
        return [Place(topic, at - first, offset) for at, offset in self.places if first <= at < after]


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
    articles: dict[str, _Article] = field(default_factory=dict)

    said: str = ""
    told: tuple[int, int, str, str, bool] = (0, 0, "", "", False)
    """What the last record that was entered says of its article, in JSON and read."""

    def enter(self, at: int, offset: int, article: str | None, said: str, more: Any) -> None:
        """Enter a derived record (see the table `seen`)."""
        if article is None:
            self.tombstones += 1
            return
        if said != self.said:
            # Of one article most records say the same.
            self.said, self.told = said, orjson.loads(said)
            self.expected = max(self.expected, self.told[1])
        ordinal, _, kind, relation, by_hand = self.told
        known = self.articles.get(article)
        if known is None:
            known = self.articles[article] = _Article(ordinal, kind)
        bit = 1 << (at >> _PARTITION_BITS)
        if bit & _TELLS_DOCUMENT:
            self.document = more
        if known.seen & bit:
            # What stands there again by a person's hand is no sign of a crash; it came after what failed.
            self.repeated += not by_hand
        elif bit == _ENRICHED:
            known.relation, known.tags = relation, more
        known.seen |= bit
        if bit & _ON_ITS_WAY:
            known.places.append((at, offset))

    def absent(self) -> list[int]:
        """Which of the articles that it should have given were not seen: the first KEPT of them."""
        there = {article.ordinal for article in self.articles.values()}
        if len(there) >= self.expected and there.issuperset(range(self.expected)):
            return []
        # One by one: whoever writes on our topics may say any number.
        return list(islice((number for number in range(self.expected) if number not in there), KEPT))


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
        self._rows: list[tuple[Any, ...]] = []
        self._names: list[tuple[int, str]] = []
        self._known: dict[int, dict[str, int]] = {_COUNTRY: {}, _ACTOR: {}}
        self._texts: dict[tuple[int, int, str, str, bool], str] = {}
        self._came: tuple[bytes | None, int] = (None, _ANY)
        self._dead_again = self._unreadable = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        # "": a database of its own, in a file only where it outgrows its cache; the file has no name left.
        self._db = sqlite3.connect("", isolation_level=None)
        if folder is not None:
            # The only way to say where, beside a variable that would hold for all that this process starts.
            self._db.execute(f"PRAGMA temp_store_directory = '{str(folder).replace(chr(39), chr(39) * 2)}'")
        self._db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)
        # One transaction for all: it is never undone, and nobody else reads.
        self._db.execute("BEGIN")

    def add(self, record: Record) -> None:
        """Enter one record. Raises UsageError when the disk is full."""
        if record.fault is not None and record.topic != RAW and not record.is_readable:
            # Only its place is known; its dead letter has that too.
            return
        # `Record.header` goes through all of them for each; of headers of one name the first counts.
        told = {name: value for name, value in reversed(record.headers) if name in self._wanted}
        if self._scope.replay is not None and as_text(told.get(envelope.REPLAY_ID)) != self._scope.replay:
            return
        by_hand = envelope.RETRY_OF in told and self._enter_back(record, told[envelope.RETRY_OF])
        if record.topic == RAW:
            self._enter_raw(record)
        elif record.topic == DEAD_LETTER:
            self._enter_dead(record, told)
        else:
            self._enter_derived(record, told, by_hand=by_hand)
        if len(self._rows) + len(self._names) >= _TOGETHER:
            self._flush()

    def _when(self, ingested: bytes | None) -> int:
        """Return the time in a header in milliseconds; what came together has the same."""
        if ingested != self._came[0]:
            self._came = ingested, _came(as_text(ingested))
        return self._came[1]

    def _enter_back(self, record: Record, header: bytes | None) -> bool:
        """Note which record this one repeats, and tell whether it does."""
        failed = Place.parse(as_text(header)) if record.topic in _STAGES_READ else None
        if failed is None:
            return False
        with self._room():
            row = (*failed, record.partition, record.offset)
            self._db.execute("INSERT OR IGNORE INTO back VALUES (?, ?, ?, ?, ?)", row)
        return True

    def _enter_raw(self, record: Record) -> None:
        name = (record.key or b"(no key)").decode(errors="replace")
        place = (record.partition, record.offset)
        # How much of what cannot be unpacked comes as one depends on the broker's answer.
        size = _size(record) if record.is_readable else _ANY
        counts = record.time in self._scope
        self._rows.append((*place, *place, _ms(record.time), name, size, counts))

    def _enter_dead(self, record: Record, told: Mapping[str, bytes | None]) -> None:
        topic = record.header(envelope.ERROR_TOPIC)
        partition, offset = (record.header(name) for name in (envelope.ERROR_PARTITION, envelope.ERROR_OFFSET))
        failed = Place.parse(f"{topic}/{partition}/{offset}")
        if failed is None:
            self._unreadable += 1
            return
        error = f"{record.header(envelope.ERROR_STAGE)} {record.header(envelope.ERROR_CLASS)}"
        origin, mark = Origin.parse(as_text(told.get(envelope.ORIGIN))), self._when(told.get(envelope.INGESTED))
        if failed.topic == RAW:
            origin = Origin(failed.partition, failed.offset)
            cut = record.header(envelope.ERROR_CUT_FROM)
            mark = int(cut) if cut is not None and cut.isdecimal() and len(cut) < _DIGITS else _size(record)
        row = (*failed, mark, error, *(origin or (None, None)), _ms(record.time))
        with self._room():
            new = self._db.execute("INSERT OR IGNORE INTO dead VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if not new.rowcount:
                self._dead_again += 1
                latest = "UPDATE dead SET written = MAX(written, ?) WHERE (topic, at_p, at_o, mark) = (?, ?, ?, ?)"
                self._db.execute(latest, (row[-1], *failed, mark))

    def _enter_derived(self, record: Record, told: Mapping[str, bytes | None], *, by_hand: bool) -> None:
        origin = Origin.parse(as_text(told.get(envelope.ORIGIN)))
        if origin is None:
            return
        try:
            message: dict[str, Any] = orjson.loads(record.value or b"")
            at = _FIRST[record.topic] + record.partition
            place = (*origin, at, record.offset, self._when(told.get(envelope.INGESTED)))
            if message.get("outcome") == "tombstone":
                self._rows.append((*place, None, None, None))
                return
            more: Any = None
            if record.topic == ENRICHED:
                more = self._numbered(message)
            elif record.topic in (PARSED, OUTCOMES):
                more = _number(_DOCUMENT, str(message["document_id"]))
            ordinal, of = int(message["ordinal"]), int(message["articles_in_document"])
            said = self._said((ordinal, of, str(message["kind"]), str(message.get("relation", "")), by_hand))
            self._rows.append((*place, str(message["article_id"]), said, more))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
            self._unreadable += 1

    def _said(self, what: tuple[int, int, str, str, bool]) -> str:
        """Return what is said of an article in JSON; of most the same is said."""
        text = self._texts.get(what)
        if text is None:
            if len(self._texts) >= _NAMES:
                self._texts.clear()
            text = self._texts[what] = orjson.dumps(what).decode()
        return text

    def _numbered(self, event: Mapping[str, Any]) -> bytes:
        """Return the numbers of the event's tags, eight bytes each, and see that their names are written."""
        numbers = array("q")
        for what, names in (
            (_COUNTRY, [str(tag["code"]) for tag in event["countries"]]),
            (_ACTOR, [str(tag["id"]) for tag in event["actors"]]),
        ):
            known = self._known[what]
            for name in names:
                number = known.get(name)
                if number is None:
                    if len(known) >= _NAMES:
                        known.clear()
                    known[name] = number = _number(what, name)
                    self._names.append((number, name))
                numbers.append(number)
        return numbers.tobytes()

    def _flush(self) -> None:
        self._write("seen", self._rows)
        self._write("names", self._names)

    def _write(self, table: str, rows: list[Any]) -> None:
        """Write rows, and empty their list."""
        if not rows:
            return
        insert = f"INSERT OR IGNORE INTO {table} VALUES "  # noqa: S608 - one of ours
        one = f"({', '.join('?' * len(rows[0]))})"
        many, single = insert + ", ".join([one] * _AT_ONCE), insert + one
        whole = len(rows) - len(rows) % _AT_ONCE
        with self._room():
            for at in range(0, whole, _AT_ONCE):
                self._db.execute(many, tuple(chain.from_iterable(rows[at : at + _AT_ONCE])))
            self._db.executemany(single, rows[whole:])
        rows.clear()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Say what to do when the disk is full."""
        try:
            yield
        except sqlite3.OperationalError as exc:
            where = self._folder or "the folder of temporary files"
            raise UsageError(
                f"{where}: {exc}: an account takes some 250 bytes of disk a record; give --spill a folder with room"
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
        for table in ("root", "counted", "counts", "judged"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of four
        self._db.execute(_JUDGE)
        self._find_roots()
        tally = array("q")
        counted: list[tuple[int, int]] = []
        for items in self._groups():
            self._count(items, committed, result, tally)
            for item in items:
                if item.place is not None:
                    counted.append(item.place[1:])
                    tally.extend(_names(item))
            if len(tally) >= _ADDED_UP:
                self._note(tally, counted)
        self._note(tally, counted)
        result.distinct_documents, result.distinct_articles = map(self._distinct, (_DOCUMENT, _ARTICLE))
        result.countries, result.actors = map(self._tags, (_COUNTRY, _ACTOR))
        self._count_dead(result)
        return result

    def _note(self, tally: array[int], counted: list[tuple[int, int]]) -> None:
        """Write how often each number is in `tally`, and what was counted; and empty both."""
        numbers, counts = np.unique(np.frombuffer(tally, np.int64), return_counts=True)
        self._write("counts", list(zip(numbers.tolist(), counts.tolist(), strict=True)))
        del tally[:]
        if self._scope.limited:
            self._write("counted", counted)
        counted.clear()

    def _distinct(self, what: int) -> int:
        # Grouped, not counted as distinct: SQLite sorts for the one, and fills a tree for the other.
        query = "SELECT COUNT(*) FROM (SELECT 1 FROM counts WHERE number & 3 = ? GROUP BY number)"
        return int(self._db.execute(query, (what,)).fetchone()[0])

    def _tags(self, what: int) -> Tags:
        self._db.execute("DELETE FROM totals")
        add_up = "INSERT INTO totals SELECT number, SUM(count) FROM counts WHERE number & 3 = ? GROUP BY number"
        self._db.execute(add_up, (what,))
        distinct, total = self._db.execute("SELECT COUNT(*), COALESCE(SUM(count), 0) FROM totals").fetchone()
        most = self._db.execute(_MOST_FREQUENT, (_MOST, _MOST)).fetchall()
        return Tags(distinct, total, tuple(most))

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
        # As few columns as will do: each costs more than the sorting does.
        columns, order, of_input = _COLUMNS, "1, 2, 3, 4", itemgetter(0, 1)
        if self._db.execute("SELECT 1 FROM root LIMIT 1").fetchone() is not None:
            columns += ", COALESCE(first_p, s.p), COALESCE(first_o, s.o)"
            order, of_input = f"10, 11, {order}", itemgetter(9, 10)
            source = "seen s LEFT JOIN root r ON r.p = s.p AND r.o = s.o"
        else:
            source = "seen s"
        rows = self._db.execute(f"SELECT {columns} FROM {source} ORDER BY {order}")  # noqa: S608 - names of ours
        for _, together in groupby(rows, key=of_input):
            of_all = list(together)
            if of_all[0][:2] == of_all[-1][:2]:
                items = [_input(of_all)]
            else:
                items = [_input(of_one) for _, of_one in groupby(of_all, key=itemgetter(0, 1))]
            # One that is not in the scope, but whose repetition is, or the other way round, is.
            if any(item.counts for item in items):
                yield items

    def _not_failed(self, places: Iterable[Place], came: int) -> list[Place]:
        query = "SELECT 1 FROM dead WHERE topic = ? AND at_p = ? AND at_o = ? AND (mark IN (?, ?) OR ? = ?)"
        marks = (came, _ANY, came, _ANY)
        return [place for place in places if self._db.execute(query, (*place, *marks)).fetchone() is None]

    def _count(
        self,
        items: list[_Input],
        committed: Mapping[Stage, Mapping[int, int]],
        result: Account,
        tally: array[int],
    ) -> None:
        """Count the raw records that are one input into `result`, and add their events' tags to `tally`."""
        tombstones = 0
        for item in items:
            result.repeated += item.repeated + max(0, item.tombstones - 1)
            tombstones += item.tombstones
        if tombstones:
            result.tombstones += 1
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
        before: Mapping[str, _Article],
        committed: Mapping[Stage, Mapping[int, int]],
        result: Account,
        tally: array[int] | None,
    ) -> None:
        """Name what is missing of one raw record, and count what it led to where there is a `tally`."""

        def missing(stage: Stage, place: Place | None, what: str) -> None:
            topic, partition, offset = place or ("", 0, 0)
            done = offset < committed.get(stage, {}).get(partition, 0)
            state = "committed past" if done else "not yet done"
            result.miss(f"{item.name}: {what} ({stage} has {state} {topic}/{partition}/{offset})", lost=done)

        if not item.expected:
            missing("parse", item.place, "no article and no dead letter")
        elif absent := item.absent():
            missing("parse", item.place, f"articles {absent} of {item.expected} are missing")
        counted = result if tally is not None else Account()
        for identity, seen in item.articles.items():
            article = before.get(identity, seen) if seen.repeats else seen
            counted.kinds[article.kind] += 1
            if article.seen & _ENDED:
                counted.relations[article.relation] += 1
                if tally is not None:
                    tally.frombytes(article.tags)
            elif article.repeats:
                counted.relations["repeat"] += 1
            else:
                self._unended(item, article, identity, missing, counted)

    def _unended(self, item: _Input, article: _Article, name: str, missing: Any, counted: Account) -> None:
        if places := self._not_failed(article.on(UNIQUE), item.came):
            missing("tag", places[-1], f"article {name} has no event")
        elif article.seen & _UNIQUE or not (places := self._not_failed(article.on(PARSED), item.came)):
            counted.articles_dead += 1
        else:
            missing("dedupe", places[-1], f"article {name} is neither unique nor a duplicate")


_STAGES_READ = frozenset(SOURCES.values())


def _input(rows: Iterable[tuple[Any, ...]]) -> _Input:
    """Return what the rows of one raw record say."""
    item = _Input()
    # The raw record comes first.
    for _, _, at, at_o, came, article, said, more, failed, *_ in rows:
        if at < _FIRST[PARSED]:
            item.name, item.place, item.came = article, Place(RAW, at, at_o), came
            item.counts, item.failed = bool(more), bool(failed)
        elif item.came == came or _ANY in (item.came, came):
            item.enter(at, at_o, article, said, more)
    return item


def _ms(time: float) -> int:
    # Producers may state any time, and the database takes no larger number.
    return min(round(time * 1000), MAX_OFFSET)


def _came(ingested: str | None) -> int:
    """Return the time in a header in milliseconds."""
    time = epoch(ingested)
    return _ANY if time is None else _ms(time)


def _size(record: Record) -> int:
    return len(record.key or b"") + len(record.value or b"")


def _names(item: _Input) -> Iterator[int]:
    """Yield the numbers of the document and the articles of a raw record."""
    if not item.tombstones:
        yield _number(_DOCUMENT, item.name) if item.document is None else item.document
    for article in item.articles:
        yield _number(_ARTICLE, article)


def _number(what: int, name: str) -> int:
    """Return 62 bits of a name and `what` it is: of a million names, two are alike once in nine million times.

    Only this process can make the same number again: the key of the hash is its own.
    """
    return hash(name) & ~3 | what


#: No number in a header is so long.
_DIGITS = 19

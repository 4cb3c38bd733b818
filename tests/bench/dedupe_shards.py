"""How far de-duplication would go beyond one owner, by numbers: part (e) of :mod:`tests.bench.dedupe`.

    python -m tests.bench.dedupe shards DATA [--held N] [--asked N] [--seed N]

Nothing of this is built. What two steps would gain and cost follows from the owner's own parts, timed here one by one,
and from what the tables of a real owner answer.

Step 1: exact copies are taken out before the owner. What the owner spends on one, and how many there are in the
collections of DATA, bound the gain.

Step 2: the owner's tables are split, and workers without state make sketches before it, compare and decide behind it.
By bands, each shard keeps the rows that a hash gives it, of all articles. It is asked for the rows that it has, and
since three rows of all shards make a candidate, it must answer with whatever it meets once; with what it meets twice or
three times, some candidates are missed. By articles, each shard keeps all rows of a part of the articles. All are
asked for all rows, and answers with its best ten.

Columns: shards; how many of them an article asks; numbers that the busiest answers with; share of the one owner's
candidates that come back; microseconds that the busiest shard spends on an article (its share of look-ups and
insertions as timed here, and for the message the time of a plain copy loop); articles/s at which it is full.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench.dedupe_cost import Texts, items
from tests.bench.parse import read
from workers.dedupe.engine import Engine, Settings, _Tables
from workers.dedupe.sketch import sketch
from workers.text.fold import fingerprint

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from workers.dedupe.engine import Item, _RowsOf

__all__ = ["add_options", "shards"]

#: Seconds of a core for a record in and one out: aiokafka's copy loop at 22,800 records/s (docs/decisions.md).
MESSAGE = 1 / 22_800
SHARDS = (1, 2, 4, 8, 16)
COLLECTIONS = ("ant_dev", "saudi_dev", "recent_dev")
LEAST = 3
MOST = 10


@dataclass(slots=True)
class Parts:
    """Seconds of the processor that the owner spends on one article, by what it does."""

    step: float
    copy: float
    """Of `step`, on an exact copy."""
    sketch: float
    look_up: float
    insert: float

    @property
    def judge(self) -> float:
        """The rest: comparing, deciding, and writing the entry."""
        return self.step - self.sketch - self.look_up - self.insert


@dataclass(slots=True)
class Split:
    """What one way of splitting gives, on average over the articles that were asked for."""

    asked: float
    answered: float
    found: float


def timed(what: Callable[[], object]) -> float:
    """Return the seconds of the processor that a call takes."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def parts(engine: Engine, further: Sequence[Item]) -> Parts:
    """Time the parts of `Engine.step` on articles that are then held, and on an exact copy of each."""
    made = [sketch(each.title, each.text) for each in further]
    tables = engine._filled_tables()
    rows = [tables.rows(each) for each in made]
    store = engine._store

    def look_up() -> None:
        for each in rows:
            tables.bands.candidates(each.bands, store.first, MOST)
            tables.subjects.candidates(each.subjects, engine._recent, store.end, MOST)

    def insert() -> None:
        other = _Tables(1 << engine._size_class)
        for number, each in enumerate(rows, 1):
            other.add(number, each)

    copies = [_again(each) for each in further]
    seconds = Parts(
        sketch=timed(lambda: [sketch(each.title, each.text) for each in further]),
        look_up=timed(look_up),
        insert=timed(insert),
        step=timed(lambda: [engine.step(each) for each in further]),
        copy=timed(lambda: [engine.step(each) for each in copies]),
    )
    return Parts(*(getattr(seconds, name) / len(further) for name in ("step", "copy", "sketch", "look_up", "insert")))


def _again(item: Item) -> Item:
    return replace(item, article_id=item.article_id[::-1])


def by_bands(engine: Engine, rows: Sequence[_RowsOf], number: int, least: int) -> Split:
    """Ask `number` shards that keep rows by a hash; each answers with what it meets `least` times."""
    table, first = engine._filled_tables().bands._table, engine._store.first
    asked = answered = found = wanted = 0
    for each in rows:
        owners = each.bands % number
        met: Counter[int] = Counter()
        most = 0
        for shard in set(owners.tolist()):
            numbers = table[each.bands[owners == shard]].reshape(-1)
            counts = Counter(numbers[numbers >= first].tolist())
            answer = {held: count for held, count in counts.items() if count >= least}
            met.update(answer)
            most = max(most, len(answer))
            asked += 1
        answered += most
        candidates = engine._filled_tables().bands.candidates(each.bands, first, MOST)
        wanted += len(candidates)
        found += sum(met[held] >= LEAST for held in candidates)
    return Split(asked / len(rows), answered / len(rows), found / max(1, wanted))


def by_articles(engine: Engine, rows: Sequence[_RowsOf], number: int) -> Split:
    """Ask all of `number` shards that have a part of the articles each; each answers with its best ten."""
    table, first = engine._filled_tables().bands._table, engine._store.first
    answered = 0
    for each in rows:
        numbers = table[each.bands].reshape(-1)
        counts = Counter(numbers[numbers >= first].tolist())
        enough = Counter(held % number for held, count in counts.items() if count >= LEAST)
        answered += min(MOST, max(enough.values(), default=0))
    # Of the best ten of all, a shard's best ten has those that are its own.
    return Split(number, answered / len(rows), 1.0)


def exact_copies(data: Path) -> float:
    """Return the share of the articles of DATA's collections that repeat an earlier one of theirs word for word."""
    articles = copies = 0
    for name in COLLECTIONS:
        seen: set[str] = set()
        for record in read(data / f"{name}.jsonl.gz"):
            mark = fingerprint(record["title"] or "", record["text"] or "")
            articles += 1
            copies += mark in seen
            seen.add(mark)
    return copies / articles


def shards(options: argparse.Namespace) -> None:
    """Measure and print; the options are those of `add_options`."""
    console = Console(highlight=False, width=140)
    made = items(Texts(options.data, options.seed))
    engine = Engine(Settings(max_entries=2 * options.held))
    for each in islice(made, options.held):
        engine.step(each)
    asked = list(islice(made, options.asked))
    rows = [engine._filled_tables().rows(sketch(each.title, each.text)) for each in asked]
    # The pool of texts has millions of words: to look through them for cycles would be most of what is timed.
    gc.collect()
    gc.freeze()
    splits = [(number, [*_ways(engine, rows, number)]) for number in SHARDS]
    one = parts(engine, asked)
    micro = {name: 1e6 * getattr(one, name) for name in ("sketch", "look_up", "insert", "judge", "step", "copy")}
    console.print(f"{options.held:,} articles held; microseconds of the processor an article, of {options.asked:,}:")
    console.print("  " + ", ".join(f"{name.replace('_', '-')} {value:.0f}" for name, value in micro.items()))
    share = exact_copies(options.data)
    for name, part in (("as there are", share), ("were they a tenth", 0.1), ("were they a fifth", 0.2)):
        gain = one.step / (one.step - part * one.copy)
        console.print(
            f"step 1: {part:.3f} of the articles are exact copies, {name}: without them {gain:.2f} times as far"
        )
    stateless = one.sketch + one.judge
    console.print(f"what needs no state, out of the owner: {one.step / (one.step - stateless):.1f} times as far")
    table = Table(title="step 2: the tables split", box=None)
    for column in ("split", "shards", "asked", "answered", "found", "us", "articles/s"):
        table.add_column(column, justify="left" if column == "split" else "right")
    for number, ways in splits:
        for name, split, part in ways:
            busy = MESSAGE + one.look_up * part + one.insert / number
            figures = (f"{split.asked:.1f}", f"{split.answered:.1f}", f"{split.found:.3f}", f"{1e6 * busy:.0f}")
            table.add_row(name, str(number), *figures, f"{1 / busy:,.0f}")
    console.print(table)
    console.print(f"one owner: {1 / one.step:,.0f} articles/s; workers without state: {1 / stateless:,.0f} each")


def _ways(engine: Engine, rows: Sequence[_RowsOf], number: int) -> list[tuple[str, Split, float]]:
    """Each way of splitting: its name, what it gives, and the part of all look-ups that one shard does."""
    ways = [(f"by bands, met {least} times", by_bands(engine, rows, number, least), 1 / number) for least in (1, 2, 3)]
    return [*ways, ("by articles", by_articles(engine, rows, number), 1.0)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    parser.add_argument("--held", type=int, default=50_000)
    parser.add_argument("--asked", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)

"""Judged pairs, what an engine and its rivals say of them, and the tables: part (a) of :mod:`tests.bench.dedupe`.

Five sets, each in two halves by a hash of the pair's two addresses (`half`): rules and weights may be tuned on `tuned`;
the pairs of `untouched` are counted and never looked at.
  pairs_dev         DATA/labels: reprints of July 2015. Judged before `fuller` existed: such a link counts as merged.
  pairs_hard        tests/bench/labels: pairs of 2015 and 2018 where methods disagree; `fuller` counts as merged too.
  pairs_links       tests/bench/labels: what the engine merged and linked in streams of 2015 to 2026, drawn at random.
  pairs_more, 2015  DATA/labels: pairs of saudi_dev in pairs_more_dev; here `fuller` is not merged.
  pairs_more, recent  the same of recent_dev, 2018 to 2026.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from hashlib import blake2b, sha256
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rensa import RMinHash  # type: ignore[import-untyped]  # no stubs
from rich.table import Table

from tests.bench.parse import read
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.entry import outlet_number
from workers.text.fold import fingerprint, fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console

HARD = Path(__file__).parent / "labels" / "pairs_hard.jsonl"
LINKS = Path(__file__).parent / "labels" / "pairs_links.jsonl"
_WORD = re.compile(r"\w+")
#: What the judgements call a relation -> what the project calls it.
_RELATIONS = {
    "duplicate": "duplicate",
    "abridged": "duplicate",
    "fuller": "fuller",
    "update": "update",
    "related": "related",
    "same_event": "related",
}
Half = Literal["tuned", "untouched"]
ANSWERS = ("duplicate", "fuller", "update", "related", "original")
#: Reads pairs as JSON lines and answers each with a relation, in a checkout of its own, by the calls that every release
#: of the engine has had.
_ELSEWHERE = """
import json, sys
from workers.dedupe.engine import Engine, Item
for line in sys.stdin:
    engine = Engine()
    one, two = ([engine.decide(Item(*each)).relation for each in json.loads(line)])
    print(two)
"""


@dataclass(frozen=True)
class Article:
    """An article of DATA with its time in epoch seconds."""

    id: str
    title: str
    text: str
    source: str
    time: float

    def item(self) -> Item:
        """Return it as the engine takes it."""
        printed = fingerprint(self.title, self.text)
        return Item(self.id, "story", self.title, self.text, printed, self.time, outlet=outlet_number(self.source))


def articles(path: Path) -> list[Article]:
    """Return a file's articles in order of time, without those that have none, or no text."""
    return sorted((each for each in _told(path) if each.time), key=lambda each: each.time)


def known_articles(data: Path) -> dict[str, Article]:
    """Return every article of DATA that has a text, by its id; its time is 0 where none is stated."""
    return {each.id: each for name in ("saudi", "ant", "recent") for each in _told(data / f"{name}_dev.jsonl.gz")}


def _told(path: Path) -> Iterable[Article]:
    for each in read(path):
        if each["text"].strip():
            time = _epoch(each["published_at"] or "")
            yield Article(each["document_id"], each["title"] or "", each["text"], each["source"], time)


def _epoch(stated: str) -> float:
    if not stated:
        return 0.0
    when = datetime.fromisoformat(stated[:26]) if stated[:2] == "20" else parsedate_to_datetime(stated)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


@cache
def shingles(article: Article) -> frozenset[str]:
    """Return an article's folded word pairs."""
    return frozenset(map(" ".join, pairwise(_WORD.findall(fold_text(f"{article.title}\n{article.text}")))))


def jaccard(one: Article, two: Article) -> float:
    """Return the Jaccard similarity of two articles' word pairs."""
    first, second = shingles(one), shingles(two)
    return len(first & second) / (len(first | second) or 1)


def containment(one: Article, two: Article) -> float:
    """Return the word pairs in both / in the shorter."""
    first, second = shingles(one), shingles(two)
    return len(first & second) / (min(len(first), len(second)) or 1)


@cache
def rensa_signature(article: Article) -> Any:
    """Return rensa's MinHash of an article."""
    made = RMinHash(num_perm=128, seed=1)
    made.update(sorted(shingles(article)))
    return made


@cache
def datasketch_signature(article: Article) -> Any:
    """Return datasketch's MinHash of an article."""
    from datasketch import MinHash  # type: ignore[import-not-found]  # a rival, which may be missing

    made = MinHash(num_perm=128, seed=1)
    made.update_batch([each.encode() for each in shingles(article)])
    return made


@cache
def simhash(article: Article) -> int:
    """Return the 64-bit SimHash of an article's word pairs (Charikar 2002)."""
    sums = [0] * 64
    for each in shingles(article):
        value = int.from_bytes(blake2b(each.encode(), digest_size=8).digest(), "little")
        for bit in range(64):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if sums[bit] > 0)


def rasid(one: Article, two: Article, settings: Settings | None = None) -> str:
    """Return what an engine says of the second article after the first."""
    engine = Engine(settings)
    engine.decide(one.item())
    return engine.decide(two.item()).relation


def _at(measure: Callable[[Article, Article], float], threshold: float, one: Article, two: Article) -> str:
    return "duplicate" if measure(one, two) >= threshold else "original"


def _datasketch(one: Article, two: Article) -> float:
    return float(datasketch_signature(one).jaccard(datasketch_signature(two)))


def _rensa(one: Article, two: Article) -> float:
    return float(rensa_signature(one).jaccard(rensa_signature(two)))


def _same_bits(one: Article, two: Article) -> float:
    return 64 - (simhash(one) ^ simhash(two)).bit_count()


@dataclass(frozen=True)
class Pair:
    """Two articles, the earlier first, and what was judged of them."""

    of: str
    """The set."""
    half: Half
    one: Article
    two: Article
    relation: str
    """One of ANSWERS; `original` for two stories."""
    merge: bool
    sure: bool

    @property
    def same_story(self) -> bool:
        """Whether both tell of one event."""
        return self.relation != "original"

    def merges(self, answer: str) -> bool:
        """Return whether an answer counts as a merge in this pair's set."""
        return answer == "duplicate" or (answer == "fuller" and self.of in ("pairs_dev", "pairs_hard"))


def half_of(one: str, two: str) -> Half:
    """Return the half that a pair of addresses belongs to, in whatever order they are given."""
    return "untouched" if sha256(" ".join(sorted((one, two))).encode()).digest()[0] & 1 else "tuned"


def judged_pairs(data: Path, known: dict[str, Article]) -> list[Pair]:
    """Return every judged pair whose articles both are in `known`."""
    made = []
    for name, path in (
        ("pairs_dev", data / "labels" / "pairs_dev.jsonl"),
        ("pairs_hard", HARD),
        ("pairs_links", LINKS),
        ("pairs_more", data / "labels" / "pairs_more_dev.jsonl"),
    ):
        for line in path.read_text(encoding="utf-8").splitlines():
            judged = json.loads(line)
            if judged["a"] not in known or judged["b"] not in known:
                continue
            one, two = _in_order(known[judged["a"]], known[judged["b"]], stated=name in ("pairs_more", "pairs_links"))
            of = name
            if name == "pairs_more":
                of += ", 2015" if one.id.startswith("http") else ", recent"
            relation = _RELATIONS.get(judged["relation"], "original")
            if not judged.get("same_story", True):
                relation = "original"
            made.append(
                Pair(of, half_of(judged["a"], judged["b"]), one, two, relation, judged["merge"], judged["sure"])
            )
    return made


def _in_order(one: Article, two: Article, *, stated: bool) -> tuple[Article, Article]:
    """Return two articles, the earlier first; where the judge stated the order, the times are made to agree with it."""
    if not (one.time and two.time):
        one, two = (replace(each, time=max(one.time, two.time)) for each in (one, two))
    if stated:
        return one, replace(two, time=max(one.time, two.time))
    return (one, two) if one.time <= two.time else (two, one)


@dataclass(frozen=True)
class Method:
    """Something that is asked what the second article of each pair is to the first."""

    name: str
    answers: Callable[[Sequence[Pair]], list[str]]


def methods(console: Console, old: Path | None) -> list[Method]:
    """Return every method; `old` is another checkout of this project, whose engine is asked too."""
    found = [Method("rasid", partial(_each, rasid))]
    if old is not None:
        found.append(Method(f"rasid in {old.name}", partial(_elsewhere, old)))
    if find_spec("datasketch") is None:
        console.print("datasketch is not installed: left out (pip install --target DIR datasketch, DIR on PYTHONPATH)")
    else:
        found += [_measured("datasketch MinHash", _datasketch, at) for at in (0.45, 0.5, 0.8)]
    found += [_measured("rensa MinHash", _rensa, at) for at in (0.45, 0.5, 0.8)]
    found += [
        Method(f"SimHash, {bits} bits", partial(_each, partial(_at, _same_bits, 64 - bits))) for bits in (3, 10, 16)
    ]
    found += [_measured("containment", containment, at) for at in (0.3, 0.45, 0.57, 0.7)]
    return found


def _measured(name: str, measure: Callable[[Article, Article], float], threshold: float) -> Method:
    return Method(f"{name} {threshold}", partial(_each, partial(_at, measure, threshold)))


def _each(decide: Callable[[Article, Article], str], judged: Sequence[Pair]) -> list[str]:
    return [decide(each.one, each.two) for each in judged]


def _elsewhere(checkout: Path, judged: Sequence[Pair]) -> list[str]:
    """Ask the engine of another checkout, in a process of its own."""

    def told(article: Article) -> list[Any]:
        item = article.item()
        return [item.article_id, item.kind, item.title, item.text, item.fingerprint, item.event_time]

    lines = "".join(json.dumps([told(each.one), told(each.two)]) + "\n" for each in judged)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(checkout)!r})\n{_ELSEWHERE}"],
        input=lines, capture_output=True, text=True, check=True, cwd=checkout,
    )  # fmt: skip
    return done.stdout.split()


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, from counts."""

    right: int
    wrong: int
    missed: int

    def __str__(self) -> str:
        p, r = self.right / (self.right + self.wrong or 1), self.right / (self.right + self.missed or 1)
        return f"{p:.3f} {r:.3f} {2 * p * r / (p + r or 1):.3f}"


def score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    """Return the score of (answered, judged) pairs."""
    counts = Counter(pairs)
    return Score(counts[True, True], counts[True, False], counts[False, True])


def tables(console: Console, judged: Sequence[Pair], found: Sequence[Method]) -> None:
    """Print, for each set and half and for all of them, what each method is worth, and how rasid's answers fall."""
    answers = {method.name: dict(zip(judged, method.answers(judged), strict=True)) for method in found}
    groups = {
        f"{name}, {half}": [each for each in judged if (each.of, each.half) == (name, half)]
        for name in dict.fromkeys(each.of for each in judged)
        for half in _HALVES
    }
    # What the engine linked says how much of that is right, and nothing of what it misses.
    drawn = [each for each in judged if each.of != "pairs_links"]
    for half in _HALVES:
        mine = [each for each in drawn if each.half == half]
        groups[f"2015 and 2018, {half}"] = [each for each in mine if "recent" not in each.of]
        groups[f"all sets but pairs_links, {half}"] = mine
    for name, group in groups.items():
        console.print(_table(name, group, answers))
    for of in ("all sets but pairs_links", "pairs_links"):
        for half in _HALVES:
            console.print(_confusion(f"rasid, {of}, {half}", groups[f"{of}, {half}"], answers["rasid"]))


def _table(name: str, group: Sequence[Pair], answers: dict[str, dict[Pair, str]]) -> Table:
    unlike = [each for each in group if not each.merge]
    merges, sure = len(group) - len(unlike), sum(each.sure for each in group)
    table = Table(title=f"{name}: {len(group)} pairs, {merges} to merge, {sure} sure")
    table.add_column("method")
    for column in ("merge P R F1", "sure", "look-alikes merged", "other stories merged", "same story P R F1", "sure"):
        table.add_column(column, justify="right")
    for method, said in answers.items():
        if not group:
            continue
        merged = [(each, (each.merges(said[each]), each.merge)) for each in group]
        linked = [(each, (said[each] != "original", each.same_story)) for each in group]
        others = [each for each in unlike if not each.same_story]
        table.add_row(
            method,
            str(score(each for _, each in merged)),
            str(score(each for pair, each in merged if pair.sure)),
            f"{sum(each.merges(said[each]) for each in unlike)} of {len(unlike)}",
            f"{sum(each.merges(said[each]) for each in others)} of {len(others)}",
            str(score(each for _, each in linked)),
            str(score(each for pair, each in linked if pair.sure)),
        )
    return table


def _confusion(name: str, group: Sequence[Pair], said: dict[Pair, str]) -> Table:
    counts = Counter((each.relation, said[each]) for each in group)
    table = Table(title=f"{name}: judged (lines) and answered (columns)")
    table.add_column("judged")
    for answer in ANSWERS:
        table.add_column(answer, justify="right")
    for relation in ANSWERS:
        table.add_row(relation, *(str(counts[relation, answer]) for answer in ANSWERS))
    return table


_HALVES: tuple[Half, ...] = ("tuned", "untouched")

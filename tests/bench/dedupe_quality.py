"""How well duplicates are told from look-alikes: parts (a), (b) and (d) of :mod:`tests.bench.dedupe`.

    python -m tests.bench.dedupe quality DATA [--out FILE] [--seed N]

(a) Judged pairs: DATA/labels/pairs_dev.jsonl, and tests/bench/labels/pairs_hard.jsonl, whose articles were chosen for
being hard. Each pair goes through an engine of its own, the earlier article first. Rivals see the same folded word
pairs: datasketch and rensa (MinHash, 128 permutations) at .45, .5 and .8, SimHash of 64 bits, exact containment.
  merge P, R, F1   over all judged pairs; look-alikes merged: of those that are not to be merged
  updates          of the judged updates, those that are kept apart, and those of them that are linked as updates
  same title       pairs of saudi_dev with one title in two papers within two days: how many each method merges, of
                   those with word-pair Jaccard under .15 (one event told twice) and of the rest
(b) The whole streams in order: what comes out, and with --out 40 merges and 40 near misses, drawn at random, to read. A
near miss is what an engine without the rules against look-alikes, and with containment .4, would merge.
(d) Order: the articles of the busiest day of saudi_dev in ten shuffled orders; the mean and the least adjusted Rand
index (Hubert and Arabie 1985) of the groups of duplicates between two orders. Rival: each article joins the group of
the most alike before it, by exact Jaccard similarity, from .45 and from .35.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from hashlib import blake2b
from importlib.util import find_spec
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rensa import RMinHash  # type: ignore[import-untyped]  # no stubs
from rich.console import Console
from rich.table import Table

from tests.bench.parse import read
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.rules import Thresholds
from workers.text.fold import fingerprint, fold_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

HARD = Path(__file__).parent / "labels" / "pairs_hard.jsonl"
SAMPLE = 40
ORDERS = 10
#: A word pair in more articles than this is grammar, and brings no two together that share nothing else.
COMMON = 400
_WORD = re.compile(r"\w+")
#: No rule against look-alikes, and little in common is enough: what it merges besides is a near miss.
LAX = Settings(
    thresholds=Thresholds(
        contained=0.4, contained_wording=0, contained_late=0, part=99, template=2, numbers=0, update=0.4
    )
)


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
        return Item(self.id, "story", self.title, self.text, fingerprint(self.title, self.text), self.time)


@dataclass(frozen=True)
class Pair:
    """Two articles, the earlier first, and what was judged of them."""

    one: Article
    two: Article
    relation: str
    merge: bool
    sure: bool


def articles(path: Path) -> list[Article]:
    """Return a file's articles in order of time, without those that have none, or no text."""
    found = []
    for each in read(path):
        stated = each["published_at"]
        if not stated or not each["text"].strip():
            continue
        when = datetime.fromisoformat(stated) if stated[:2] == "20" else parsedate_to_datetime(stated)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        found.append(Article(each["document_id"], each["title"], each["text"], each["source"], when.timestamp()))
    return sorted(found, key=lambda each: each.time)


def pairs(path: Path, known: dict[str, Article]) -> list[Pair]:
    """Return a file's judged pairs, those whose articles both have a text."""
    made = []
    for line in path.read_text(encoding="utf-8").splitlines():
        judged = json.loads(line)
        if judged["a"] in known and judged["b"] in known:
            one, two = sorted((known[judged["a"]], known[judged["b"]]), key=lambda each: each.time)
            made.append(Pair(one, two, judged["relation"], judged["merge"], judged["sure"]))
    return made


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


def methods(console: Console) -> dict[str, Callable[[Article, Article], str]]:
    """Return every method by its name in the table."""
    found: dict[str, Callable[[Article, Article], str]] = {"rasid": rasid}
    if find_spec("datasketch") is None:
        console.print("datasketch is not installed: left out (pip install --target DIR datasketch, DIR on PYTHONPATH)")
    else:
        for threshold in (0.45, 0.5, 0.8):
            found[f"datasketch MinHash {threshold}"] = partial(_at, _datasketch, threshold)
    for threshold in (0.45, 0.5, 0.8):
        found[f"rensa MinHash {threshold}"] = partial(_at, _rensa, threshold)
    for bits in (3, 10, 16):
        found[f"SimHash, {bits} bits"] = partial(_at, _same_bits, 64 - bits)
    for threshold in (0.45, 0.57, 0.7):
        found[f"containment {threshold}"] = partial(_at, containment, threshold)
    return found


def _datasketch(one: Article, two: Article) -> float:
    return float(datasketch_signature(one).jaccard(datasketch_signature(two)))


def _rensa(one: Article, two: Article) -> float:
    return float(rensa_signature(one).jaccard(rensa_signature(two)))


def _same_bits(one: Article, two: Article) -> float:
    return 64 - (simhash(one) ^ simhash(two)).bit_count()


def same_titles(found: Sequence[Article]) -> list[tuple[Article, Article]]:
    """Return pairs with one folded title of three words or more, of two papers, within two days."""
    by_title: dict[str, list[Article]] = defaultdict(list)
    for each in found:
        words = _WORD.findall(fold_text(each.title))
        if len(words) > 2:
            by_title[" ".join(words)].append(each)
    return [
        (one, two)
        for group in by_title.values()
        for one, two in combinations(group, 2)
        if one.source != two.source and two.time - one.time <= 2 * 86_400
    ]


def quality(options: argparse.Namespace) -> None:
    """Print every table."""
    console = Console(width=150)
    saudi, ant = (articles(options.data / f"{name}_dev.jsonl.gz") for name in ("saudi", "ant"))
    known = {each.id: each for each in [*saudi, *ant]}
    sets = {
        "pairs_dev": pairs(options.data / "labels" / "pairs_dev.jsonl", known),
        "pairs_hard": pairs(HARD, known),
    }
    sets["all"] = [*sets["pairs_dev"], *sets["pairs_hard"]]
    sets["all, sure"] = [each for each in sets["all"] if each.sure]
    alike = same_titles(saudi)
    apart = [each for each in alike if jaccard(*each) < 0.15]
    for name, judged in sets.items():
        console.print(_judged_table(name, judged, methods(console)))
    table = Table("method", "told twice", "the rest", title="Same title in two papers: merged")
    rest = [each for each in alike if each not in apart]
    for name, method in methods(console).items():
        counts = (sum(method(*each) == "duplicate" for each in group) for group in (apart, rest))
        table.add_row(name, *(f"{n} of {len(group)}" for n, group in zip(counts, (apart, rest), strict=True)))
    console.print(table)
    for pair in sets["all"]:
        answer = rasid(pair.one, pair.two)
        if (answer == "duplicate") != pair.merge:
            console.print(f"{answer:9} judged {pair.relation}{'' if pair.sure else '?'}: {pair.one.id} {pair.two.id}")
    rng = random.Random(options.seed)  # noqa: S311 - a benchmark's sample
    for name, stream in (("saudi_dev", saudi), ("ant_dev", ant)):
        _whole_stream(console, name, stream, rng, options.out)
    _orders(console, saudi, rng)


def _judged_table(name: str, judged: Sequence[Pair], found: dict[str, Callable[[Article, Article], str]]) -> Table:
    alike = [each for each in judged if not each.merge]
    updates = [each for each in judged if each.relation == "update"]
    table = Table(title=f"{name}: {len(judged)} pairs, {len(judged) - len(alike)} to merge")
    for column in ("method", "P", "R", "F1", "look-alikes merged", "updates apart", "updates linked"):
        table.add_column(column, justify="left" if column == "method" else "right")
    for method, decide in found.items():
        answers = [(each, decide(each.one, each.two)) for each in judged]
        right = sum(each.merge and answer == "duplicate" for each, answer in answers)
        wrong = sum(not each.merge and answer == "duplicate" for each, answer in answers)
        missed = sum(each.merge and answer != "duplicate" for each, answer in answers)
        of_updates = Counter(answer for each, answer in answers if each.relation == "update")
        table.add_row(
            method,
            f"{right / (right + wrong or 1):.3f}",
            f"{right / (right + missed or 1):.3f}",
            f"{2 * right / (2 * right + wrong + missed or 1):.3f}",
            f"{wrong} of {len(alike)}",
            f"{len(updates) - of_updates['duplicate']} of {len(updates)}",
            f"{of_updates['update']}",
        )
    return table


def _whole_stream(console: Console, name: str, stream: Sequence[Article], rng: random.Random, out: Path | None) -> None:
    engine, lax = Engine(), Engine(LAX)
    by_id = {each.id: each for each in stream}
    relations: Counter[str] = Counter()
    merges, misses = [], []
    for each in stream:
        verdict, other = engine.decide(each.item()), lax.decide(each.item())
        relations[verdict.method or verdict.relation] += 1
        if verdict.relation == "duplicate" and verdict.method != "exact":
            merges.append((each, verdict.original_id))
        elif verdict.relation != "duplicate" and other.relation == "duplicate":
            misses.append((each, other.original_id))
    console.print(f"{name}: {len(stream)} articles: {dict(relations)}; near misses {len(misses)}")
    if out is None:
        return
    with out.open("a", encoding="utf-8") as handle:
        for kind, found in (("merge", merges), ("near miss", misses)):
            for each, original in rng.sample(found, min(SAMPLE, len(found))):
                earlier = by_id[original or ""]
                shares = f"containment {containment(each, earlier):.2f} Jaccard {jaccard(each, earlier):.2f}"
                handle.write(f"##### {name} {kind}: {shares}\n")
                for told in (earlier, each):
                    when = datetime.fromtimestamp(told.time, UTC)
                    handle.write(f"{told.id} {told.source} {when:%m-%d %H:%M}\n{told.title}\n{told.text}\n\n")


def rand_index(one: Sequence[str], two: Sequence[str]) -> float:
    """Return the adjusted Rand index of two groupings of the same things, by their labels in one order."""

    def twos(counts: Iterable[int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts)

    both = twos(Counter(zip(one, two, strict=True)).values())
    first, second = twos(Counter(one).values()), twos(Counter(two).values())
    expected = first * second / twos([len(one)])
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _orders(console: Console, stream: Sequence[Article], rng: random.Random) -> None:
    days: dict[int, list[Article]] = defaultdict(list)
    for each in stream:
        days[int(each.time // timedelta(days=1).total_seconds())].append(each)
    busiest = max(days.values(), key=len)
    orders = [rng.sample(busiest, len(busiest)) for _ in range(ORDERS)]
    alike = _neighbours(busiest)
    groupings = {
        "rasid": [_grouped(each) for each in orders],
        "the most alike with Jaccard >= .45": [_grouped_by_neighbour(each, alike, 0.45) for each in orders],
        "the most alike with Jaccard >= .35": [_grouped_by_neighbour(each, alike, 0.35) for each in orders],
    }
    for name, groups in groupings.items():
        labels = [[each[article.id] for article in busiest] for each in groups]
        found = [rand_index(one, two) for one, two in combinations(labels, 2)]
        console.print(
            f"order: {len(busiest)} articles of one day in {ORDERS} orders, groups {len(set(labels[0]))}: adjusted "
            f"Rand index {sum(found) / len(found):.4f} on average, {min(found):.4f} at least: {name}"
        )


def _grouped(stream: Sequence[Article]) -> dict[str, str]:
    """Return the first article of each one's group, by its id."""
    engine = Engine()
    groups = {}
    for each in stream:
        verdict = engine.decide(each.item())
        duplicate = verdict.relation == "duplicate"
        groups[each.id] = (verdict.original_id or each.id) if duplicate else each.id
    return groups


def _neighbours(found: Sequence[Article]) -> dict[str, list[tuple[float, str]]]:
    """Return, for each article, every other with which it shares a word pair, and their Jaccard similarity."""
    holders: dict[str, list[Article]] = defaultdict(list)
    for each in found:
        for pair in shingles(each):
            holders[pair].append(each)
    by_id = {each.id: each for each in found}
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    for held in holders.values():
        if len(held) <= COMMON:
            ids = [each.id for each in held]
            for one in ids:
                shared[one].update(ids)
    return {
        one: sorted(((jaccard(by_id[one], by_id[two]), two) for two in others if two != one), reverse=True)
        for one, others in shared.items()
    }


def _grouped_by_neighbour(
    stream: Sequence[Article], alike: dict[str, list[tuple[float, str]]], threshold: float
) -> dict[str, str]:
    """Return groups as `_grouped` does, for a rival: each article joins the group of the most alike before it."""
    groups: dict[str, str] = {}
    for each in stream:
        before = (groups[two] for share, two in alike.get(each.id, ()) if share >= threshold and two in groups)
        groups[each.id] = next(before, each.id)
    return groups


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this part's own options."""
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="file to which merges and near misses are written, to be read")

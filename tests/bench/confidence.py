"""The confidence of actors' tags: fits its weights to labelled articles, and says how far it can be believed.

    python -m tests.bench.confidence DATA [--write] [-v]

DATA is the folder that tests.bench.tags takes, with labels/tags_dev.jsonl and labels/tags_recent_dev.jsonl. A tag is
right when the words of a mention, in any order, are among a label's, or the label's among them; tags of names on which
readers differ are left out. The weights are those of a logistic regression on workers.tagging.confidence.SIGNS, fitted
to tags_dev and to one half of tags_recent_dev (by a hash of the article's id, fixed before anything was fitted); the
other half is for measuring alone. Printed, for both sets and for each half:

  cross-validated         the weights that judge an article are fitted without it and a tenth of the others
  the weights as fitted   for the half that they have not seen; on the others they flatter
  reliability             tags by their confidence: how many, the mean confidence, the share that is right
  calibration error       the mean distance between the two, weighed by the bins' sizes
  kept                    what a consumer who keeps tags of at least a confidence gets: the share that is right, and the
                          share of all right tags that is kept

With --write the weights go to workers/tagging/confidence.tsv.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.tags import labelled, regression, words_of
from workers.lexicon import load
from workers.tagging import Tagger
from workers.tagging.confidence import SIGNS, chance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.tags import Labelled
    from workers.tagging import Actor

WEIGHTS = Path(__file__).parents[2] / "workers" / "tagging" / "confidence.tsv"
HEADER = "# Made by python -m tests.bench.confidence DATA --write. What each sign is: workers/tagging/confidence.py.\n"
SETS = ("tags_dev", "tags_recent_dev")
#: Lower bounds of the bins: nine tags in ten have more than .9.
BINS = (0.0, 0.7, 0.8, 0.9, 0.95, 0.98)
THRESHOLDS = (0.0, 0.7, 0.8, 0.9, 0.95)
FOLDS = 10
_SHORT_DEFINITE = 4


class Judged(NamedTuple):
    """A tag of a labelled article: what its confidence rests on, and whether a reader lists the actor."""

    article: str
    name: str
    signs: frozenset[str]
    is_right: bool


#: Tags with the chance that each is right.
Rated = list[tuple[Judged, float]]


def is_held_out(article: str) -> bool:
    """Whether an article of tags_recent_dev is for measuring alone: half of them are."""
    return blake2b(article.encode(), digest_size=1).digest()[0] % 2 == 1


def judge(each: Labelled, tag: Actor) -> bool | None:
    """Say whether a reader lists the actor of a tag; None where readers differ.

    Looser than tests.bench.tags, which also judges where a name begins and ends: the actor is meant, or is not.
    """
    names = [_bare(words_of(mention.surface)) for mention in tag.mentions]
    listed = [_bare(words_of(label["surface"] or "")) for label in each.actors]
    if any(name <= other or other <= name for name in names for other in listed):
        return True
    neutral = [_bare(words) for words in each.neutral]
    return None if any(name <= other or other <= name for name in names for other in neutral) else False


def _bare(words: Iterable[str]) -> frozenset[str]:
    """Words of three letters and more, without the article."""
    return frozenset(
        word.removeprefix("ال") if len(word) > _SHORT_DEFINITE else word for word in words if len(word) > 2
    )


def judged(tagger: Tagger, articles: Iterable[Labelled]) -> list[Judged]:
    """Return the tags of labelled articles that are scored."""
    found = []
    for each in articles:
        for tag, signs in tagger.signs(each.title, each.text, published_at=each.published_at):
            is_right = judge(each, tag)
            if is_right is not None:
                found.append(Judged(each.id, tag.name, signs, is_right))
    return found


def fitted(tags: Iterable[Judged]) -> dict[str, float]:
    """Return the weights that fit tags best, by name."""
    rows = [(tag.name, [1.0, *(float(name in tag.signs) for name in SIGNS)], tag.is_right) for tag in tags]
    return dict(zip(("intercept", *SIGNS), map(float, regression(rows)), strict=True))


def cross_validated(tags: Iterable[Judged]) -> Rated:
    """Rate each tag by weights that are fitted without its article's share of the articles, a tenth."""
    parts: defaultdict[int, list[Judged]] = defaultdict(list)
    for tag in tags:
        parts[blake2b(tag.article.encode(), digest_size=1, salt=b"folds").digest()[0] % FOLDS].append(tag)
    rated: Rated = []
    for number, part in parts.items():
        weights = fitted(tag for other, tags in parts.items() if other != number for tag in tags)
        rated += [(tag, chance(tag.signs, weights)) for tag in part]
    return rated


def calibration_error(rated: Rated) -> float:
    """Return the mean distance between confidence and share of right tags, over BINS by their sizes."""
    return math.fsum(abs(mean - right) * len(bin_) for _, bin_, mean, right in _bins(rated)) / len(rated)


def _bins(rated: Rated) -> list[tuple[float, Rated, float, float]]:
    """Lower bound, tags, mean confidence and share of right ones of each bin that has tags."""
    bins: defaultdict[float, Rated] = defaultdict(list)
    for tag, value in rated:
        bins[max(bound for bound in BINS if bound <= value)].append((tag, value))
    return [
        (
            bound,
            found,
            sum(value for _, value in found) / len(found),
            sum(tag.is_right for tag, _ in found) / len(found),
        )
        for bound, found in sorted(bins.items())
    ]


def report(console: Console, title: str, rated: Rated) -> None:
    """Print the reliability of one set of tags, and what filtering gives."""
    wrong = sum(not tag.is_right for tag, _ in rated)
    loss = -sum(math.log(value if tag.is_right else 1 - value) for tag, value in rated) / len(rated)
    table = Table(
        "confidence from", "tags", "mean confidence", "right", title=f"{title}: {len(rated)} tags, {wrong} wrong"
    )
    for bound, found, mean, right in _bins(rated):
        table.add_row(f"{bound:.2f}", str(len(found)), f"{mean:.3f}", f"{right:.3f}")
    console.print(table)
    kept = [(least, [tag for tag, value in rated if value >= least]) for least in THRESHOLDS]
    all_right = len(rated) - wrong
    told = [
        f"{least}: {sum(tag.is_right for tag in tags) / (len(tags) or 1):.3f} right, "
        f"{sum(tag.is_right for tag in tags) / all_right:.3f} of right ones"
        for least, tags in kept
    ]
    console.print(f"calibration error {calibration_error(rated):.3f}, log loss {loss:.3f}. Kept, from", "; ".join(told))


def main() -> None:
    """Fit, report, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="write workers/tagging/confidence.tsv")
    parser.add_argument("-v", "--verbose", action="store_true", help="list the wrong tags, the surest first")
    options = parser.parse_args()
    console, tagger = Console(width=150, highlight=False), Tagger(load())
    sets = {name: judged(tagger, labelled(options.data, options.data / "labels" / f"{name}.jsonl")) for name in SETS}
    older, recent = (sets[name] for name in SETS)
    seen = [tag for tag in recent if not is_held_out(tag.article)]
    unseen = [tag for tag in recent if is_held_out(tag.article)]
    weights = fitted([*older, *seen])
    console.print("weights:", {name: round(weight, 3) for name, weight in weights.items()})
    rated = cross_validated([*older, *recent])
    for name, tags in sets.items():
        articles = {tag.article for tag in tags}
        report(console, f"{name}, cross-validated", [each for each in rated if each[0].article in articles])
    seen_rated = cross_validated([*older, *seen])
    report(console, "tags_dev and the half of tags_recent_dev that is fitted to, cross-validated", seen_rated)
    last: Rated = [(tag, chance(tag.signs, weights)) for tag in unseen]
    report(console, "the half of tags_recent_dev that was not seen, the weights as fitted", last)
    if options.verbose:
        for tag, value in sorted(seen_rated, key=lambda pair: -pair[1]):
            if not tag.is_right:
                console.print(f"{value:.2f} {tag.article} {tag.name} {sorted(tag.signs)}", markup=False)
    if options.write:
        lines = [f"{name}\t{weight:.3f}\n" for name, weight in weights.items()]
        WEIGHTS.write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The chance that two articles are one report, or tell of one event, and that the later brings news: logistic scores.

Rules that each forbid something do not travel to articles that nobody looked at; a sum of all that speaks for and
against does. The weights stand in weights.tsv beside this file. They are learned from judged pairs by

    python -m tests.bench.dedupe fit DATA

and a line of the file is the score's name, the feature's name, and its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.dedupe.compare import Likeness

__all__ = ["FEATURES", "NEWS", "SCORES", "WEIGHTS", "Weights", "features", "news", "read_weights"]

WEIGHTS = Path(__file__).parent / "weights.tsv"

FEATURES = (
    "constant",
    "contained",
    "contained back",
    "other subject",
    "other subject back",
    "other words",
    "other words back",
    "numbers in common",
    "numbers that differ",
    "openings",
    "length ratio",
    "title used",
    "title used back",
    "hours apart",
    "same outlet",
)
"""What the scores are sums of. Where a share has two directions, the first is that of the direction with less to tell
the two apart, and `back` the other: a score is the same whichever article came first."""

NEWS = ("constant", "contained", "hours later", "new subjects", "new title words", "new numbers", "other outlet")
"""What the chance is a sum of that of two reports of one event the later is an update."""

SCORES = {"copy": FEATURES, "story": FEATURES, "update": NEWS}
"""copy: one is the other, edited, shortened or extended. story: both tell of one event. update: of those that do, and
are not one report, the later tells what came after the earlier."""

_FLOOR = 5  # words added to a length before its logarithm: below that, a word more or less says nothing
_UNTITLED = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the scores, in the order of their features."""

    copy: tuple[float, ...]
    story: tuple[float, ...]
    update: tuple[float, ...]

    def scores(self, values: tuple[float, ...]) -> tuple[float, float]:
        """Return the chances of `copy` and `story`, from 0 to 1, for values as `features` gives them."""
        return _chance(self.copy, values), _chance(self.story, values)

    def brings_news(self, values: tuple[float, ...]) -> float:
        """Return the chance of `update`, from 0 to 1, for values as `news` gives them."""
        return _chance(self.update, values)


def _chance(weights: tuple[float, ...], values: tuple[float, ...]) -> float:
    total = sum(map(float.__mul__, weights, values))
    return 1 / (1 + exp(-max(-50.0, min(50.0, total))))


def features(
    likeness: Likeness, new_length: int, old_length: int, hours: float, same_outlet: float
) -> tuple[float, ...]:
    """Return the values of FEATURES for two articles of so many words.

    `hours` lie between them, in either direction; `same_outlet` is 1, -1 for two outlets, 0 where that is not known.
    """
    subject, subject_back = sorted(likeness.other_subjects)
    words, words_back = sorted(likeness.other_wordings)
    title, title_back = (_UNTITLED, _UNTITLED) if likeness.titles is None else sorted(likeness.titles)
    return (
        1.0,
        likeness.containment,
        min(likeness.new_in_old, likeness.old_in_new),
        subject,
        subject_back,
        words,
        words_back,
        # One of one says less than nine of nine: as if there were two numbers more, one in common.
        (likeness.numbers + 1) / (likeness.fewest_numbers + 2),
        log(1 + likeness.fewest_numbers - likeness.numbers),
        likeness.openings,
        abs(log((new_length + _FLOOR) / (old_length + _FLOOR))),
        title,
        title_back,
        log(1 + abs(hours)),
        same_outlet,
    )


def news(likeness: Likeness, hours: float, same_outlet: float) -> tuple[float, ...]:
    """Return the values of NEWS for an article that comes so many hours later; `same_outlet` as in `features`.

    An outlet writes again of what it has reported when something has come after; another tells of it in its own words.
    Where outlets are not known, as in a feed that names none, they count as one.
    """
    return (
        1.0,
        likeness.containment,
        log(1 + max(0.0, hours)),
        likeness.other_subjects[0],
        likeness.foreign_title / (likeness.new_title + 1),
        likeness.foreign_numbers / (likeness.new_numbers + 2),
        float(same_outlet < 0),
    )


@cache
def read_weights(path: Path = WEIGHTS) -> Weights:
    """Return the weights in a file.

    Raises ValueError for a line that names no score or no feature, and for one that is missing.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in SCORES}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            score, feature, weight = line.split("\t")
            if feature not in SCORES.get(score, ()):
                raise ValueError(f"{path.name}: no such score or feature: {line!r}")
            found[score][feature] = float(weight)
    return Weights(*(_in_order(path, score, found[score]) for score in SCORES))


def _in_order(path: Path, score: str, weights: Mapping[str, float]) -> tuple[float, ...]:
    names = SCORES[score]
    if missing := [name for name in names if name not in weights]:
        raise ValueError(f"{path.name}: {score} has no weight for {', '.join(missing)}")
    return tuple(weights[name] for name in names)

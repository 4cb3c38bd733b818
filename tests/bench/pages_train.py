"""Learn the weights of the page reader (workers/pages/weights.tsv).

    python -m tests.bench.pages train DATA [--out FILE] [--made N] [--each N] [--singles N] [--epochs N] [--seed N]

DATA is a folder as tests.bench.pages takes it. What is learned from:

  labelled pages   two thirds of the hand-made pages, by host; the last third is never looked at. Their labels say where
                   pieces and furniture lie, not which furniture: any role may be
  made pages       with furniture for training, by the frequency of layouts and of each layout; every line has its role
  articles         of the collections as they are: nothing in one of them opens another; and several of them joined,
                   with and without titles and blank lines

The model is a conditional random field over a chain (workers/pages/roles.py), trained by stochastic gradient ascent
(Adam) on the likelihood of the labels with a margin: a mistake counts for more the more it costs, and losing news costs
most. The same data and seed give the same file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.bench.page_maker import articles as pool_of
from tests.bench.page_maker import layouts, make
from tests.bench.page_maker.articles import COLLECTIONS, part, read
from tests.bench.page_maker.labelled import host, split_of
from tests.bench.pages_written import PAGES
from tests.unit.text.test_seeds import EXPECTED, NEWS_LINES
from workers.pages.blocks import Block, group, joint_evidence, kind_evidence
from workers.pages.evidence import gather
from workers.pages.labels import Sort
from workers.pages.lines import Line, read_lines
from workers.pages.roles import (
    FURNITURE,
    ROLES,
    STATES,
    State,
    allowed,
    may_begin,
    may_end,
    state_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from workers.pages.evidence import Looks

ROOT = Path(__file__).resolve().parents[2]
_STATE = {state_name(state): number for number, state in enumerate(STATES)}
_FURNITURE_IN = [number for number, state in enumerate(STATES) if state.inside and state.role in FURNITURE]
_FURNITURE_OUT = [number for number, state in enumerate(STATES) if not state.inside and state.role in FURNITURE]
_NEWS = [number for number, state in enumerate(STATES) if state.role not in FURNITURE]
_LEAST_SEEN = 6
_MOST_LINES = 120
_ROLE_NAMES = {"deck": "text", "subhead": "text", "teaser": "text", "teaser_title": "title"}


class Example(NamedTuple):
    """A page's evidence, and for each line the states that it may have; ``weight`` is how often the page counts.

    ``kinds`` are its stories and teasers: what tells one from the other, and whether it is a teaser.
    """

    evidence: list[list[str]]
    masks: NDArray[np.bool_]
    weight: float
    kinds: list[tuple[list[str], bool]]
    joints: list[tuple[list[str], bool]]


def states(*names: str) -> list[int]:
    """The numbers of states by name; ``in`` and ``out`` stand for all furniture there."""
    numbers: list[int] = []
    for name in names:
        numbers += _FURNITURE_IN if name == "in" else _FURNITURE_OUT if name == "out" else [_STATE[name]]
    return numbers


def masks_of(choices: list[list[int]]) -> NDArray[np.bool_]:
    """One row a line, True for each state that it may have."""
    masks = np.zeros((len(choices), len(STATES)), dtype=bool)
    for number, choice in enumerate(choices):
        masks[number, choice] = True
    return masks


# Labelled pages -------------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A labelled piece: its kind, its title, where its text lies in the body."""

    kind: str
    title: str
    start: int
    end: int


def pieces_of(body: str, labels: dict[str, Any]) -> list[Piece]:
    """Where the labelled pieces lie; as the score places them."""
    pieces, at = [], 0
    for piece in labels["pieces"]:
        start = body.find(piece["first"], at)
        start = body.find(piece["first"]) if start < 0 else start
        stop = body.find(piece["last"], start)
        stop = (body.rfind(piece["last"]) if stop < 0 else stop) + len(piece["last"])
        at = start
        pieces.append(Piece(piece["kind"], piece["title"], start, stop))
    return pieces


def _words(text: str) -> str:
    return " ".join(text.strip(" \"'«»“”•*-–—|:.").split())


def _titles(lines: tuple[Line, ...], pieces: list[Piece]) -> tuple[dict[int, int], set[int]]:
    """By line the piece whose title it is (the last such line above the text), and the lines that repeat a title."""
    chosen: dict[int, int] = {}
    copies: set[int] = set()
    floor = 0
    for number, piece in enumerate(pieces):
        if piece.title:
            same = [
                at
                for at, line in enumerate(lines)
                if _words(line.text) == _words(piece.title)
                or (_words(line.text).startswith(_words(piece.title)) and len(line.text) < len(piece.title) + 30)
            ]
            above = [at for at in same if floor <= lines[at].start and lines[at].end <= piece.start + 1]
            if above:
                chosen[above[-1]] = number
            copies.update(same)
        floor = piece.end if piece.kind != "summary" else floor
    return chosen, copies - set(chosen)


def labelled(body: str, labels: dict[str, Any], weight: float) -> Example | None:
    """A labelled page as an example."""
    lines = read_lines(body)
    if not lines:
        return None
    pieces = pieces_of(body, labels)
    titles, copies = _titles(lines, pieces)
    titled = set(titles.values())
    owner = [
        next((n for n, piece in enumerate(pieces) if line.start < piece.end and line.end > piece.start), None)
        for line in lines
    ]
    last = {number: at for at, number in enumerate(owner) if number is not None}
    choices: list[list[int]] = []
    inside: int | None = None
    begun: set[int] = set()
    for at, line in enumerate(lines):
        number = owner[at]
        if at in titles:
            inside = titles[at]
            begun.add(inside)
            choices.append(states("title"))
            continue
        junk = _is_junk(body, line, labels["junk"])
        if number is None or (junk and len(junk) > 0.6 * len(line.text)):
            still = inside is not None and at < last.get(inside, -1)
            names = [f"{'+' if still else ''}repeat"] if at in copies else ["in" if still else "out"]
            choices.append(states(*names))
            continue
        piece = pieces[number]
        if piece.kind == "summary":
            still = inside is not None and at < last.get(inside, -1) and inside != number
            choices.append(states("+summary" if still else "summary"))
            continue
        first = number not in begun
        begun.add(number)
        inside = number
        if first:
            choices.append(states("begin"))
        elif len(line.text) <= 8 and line.gap:
            choices.append(states("text", "in"))
        else:
            choices.append(states("text"))
    del titled
    return example(lines, choices, [piece.kind for piece in pieces if piece.kind != "summary"], weight)


def example(lines: tuple[Line, ...], choices: list[list[int]], kinds: list[str], weight: float) -> Example:
    """An example of a page's lines, the states that each may have, the kinds of its stories and teasers in order."""
    evidence, looks = gather(lines)
    blocks = group([STATES[choice[0]] for choice in choices])
    news = [number for number, block in enumerate(blocks) if block.kind != "summary"]
    told = []
    if len(news) == len(kinds):
        shown = kind_evidence(blocks, lines, looks)
        told = [(shown[number], kind == "teaser") for number, kind in zip(news, kinds, strict=True)]
    return Example(evidence, masks_of(choices), weight, told, joints_of(blocks, lines, looks))


def joints_of(blocks: Sequence[Block], lines: Sequence[Line], looks: Sequence[Looks]) -> list[tuple[list[str], bool]]:
    """The joints of a page, and places inside its articles that could be taken for some: True for these."""
    told: list[tuple[list[str], bool]] = []
    news = [block for block in blocks if block.kind is None and block.text]
    for above, below in pairwise(news):
        told.append((joint_evidence(above, below, lines, looks), False))
    for block in news:
        for place in range(1, len(block.text)):
            number = block.text[place]
            headed = looks[number].headline and place + 1 < len(block.text) and looks[block.text[place + 1]].paragraph
            alone = looks[number].paragraph and not looks[number].goes_on
            if not headed and not alone:
                continue
            cuts = [at for at in range(place + 2, len(block.text)) if looks[block.text[at]].headline]
            end = cuts[0] if cuts else len(block.text)
            above = Block(block.title, block.text[:place])
            rest = block.text[place + 1 : end] if headed else block.text[place:end]
            told.append((joint_evidence(above, Block(number if headed else None, rest), lines, looks), True))
    return told


def _is_junk(body: str, line: Line, junk: list[str]) -> str:
    stretch = body[line.start : line.end]
    return max((each for each in junk if each and (each in stretch or stretch in each)), key=len, default="")


def labelled_pages(data: Path, *, held: bool) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The pages of pages_dev with their labels: the third that is held out, or the others."""
    with (data / "labels" / "pages_dev.jsonl").open(encoding="utf-8") as file:
        labels = {each["document_id"]: each for each in map(json.loads, file)}
    with (data / "pages_dev.jsonl").open(encoding="utf-8") as file:
        for page in map(json.loads, file):
            if (split_of(host(page)) == "held") == held:
                yield page, labels[page["document_id"]]


# Generated pages ------------------------------------------------------------------------------------------------------


def generated(page: dict[str, Any], weight: float) -> Example | None:
    """A generated page, each line with its role."""
    lines = read_lines(page["body"])
    if not lines or len(lines) > _MOST_LINES:
        return None
    said = _said(page)
    last: dict[int, int] = {}
    of_line = []
    for at, line in enumerate(lines):
        each = max(said, key=lambda one: min(one["end"], line.end) - max(one["start"], line.start))
        of_line.append(each)
        if each.get("piece") is not None:
            last[each["piece"]] = at
    kinds = [piece["kind"] for piece in page["pieces"]]
    choices = []
    inside: int | None = None
    for at, each in enumerate(of_line):
        role, number = each["role"], each.get("piece")
        role = _ROLE_NAMES.get(role, role)
        still = inside is not None and at < last.get(inside, -1)
        if number is None:
            known = role in FURNITURE
            place = "+" if still else ""
            choices.append(states(f"{place}{role}") if known else states("in" if still else "out"))
        elif kinds[number] == "summary":
            choices.append(states("+summary" if still and inside != number else "summary"))
        elif role == "title":
            # A copy of the title above the text: the last one is the title.
            follows = at + 1 < len(of_line) and any(
                _ROLE_NAMES.get(other["role"], other["role"]) == "title" and other.get("piece") == number
                for other in of_line[at + 1 :]
            )
            if follows:
                choices.append(states("repeat"))
            else:
                inside = number
                choices.append(states("title"))
        elif inside != number:
            inside = number
            choices.append(states("begin"))
        else:
            choices.append(states("text"))
    return example(lines, choices, [kind for kind in kinds if kind != "summary"], weight)


def _said(page: dict[str, Any]) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    for line in page["lines"]:
        said += line.get("parts") or [line]
    return said


# Articles -------------------------------------------------------------------------------------------------------------


def articles(data: Path, rng: random.Random, count: int) -> list[tuple[str, list[str]]]:
    """Articles of the collections that are for training: title, and paragraphs."""
    found = []
    for name in COLLECTIONS:
        records = [each for each in read(data / f"{name}.jsonl.gz") if part(str(each["document_id"]), 2) == 0]
        for record in rng.sample(records, min(count, len(records))):
            if record["source"] == "CNN" or not record["title"] or len(record["text"]) < 200:
                continue
            paragraphs = [line.strip() for line in record["text"].splitlines() if line.strip()]
            if paragraphs and "\n" not in record["title"].strip():
                found.append((record["title"].strip(), paragraphs))
    rng.shuffle(found)
    return found


def joined(chosen: list[tuple[str, list[str]]], rng: random.Random, weight: float) -> Example | None:
    """One article, or several one below the other, as a page."""
    joint = rng.choice(("\n", "\n\n"))
    between = rng.choice(("\n", "\n\n")) if joint == "\n" else joint
    titled = rng.random() < (0.85 if len(chosen) == 1 else 0.6)
    parts, marks = [], []
    for title, paragraphs in chosen:
        own = paragraphs if len(chosen) == 1 else paragraphs[: rng.randint(2, 9)]
        rows = [(title, "title")] * titled + [(each, "text" if titled or n else "begin") for n, each in enumerate(own)]
        parts.append(joint.join(text for text, _ in rows))
        marks += rows
    body = between.join(parts)
    lines = read_lines(body)
    if len(lines) > _MOST_LINES:
        return None
    places, at = [], 0
    for text, role in marks:
        begin = body.index(text, at)
        places.append((begin, role))
        at = begin + len(text)
    starts = [begin for begin, _ in places]
    choices = []
    for line in lines:
        number = max(int(np.searchsorted(starts, line.start, side="right")) - 1, 0)
        first = line is lines[0] or starts[number] >= line.start - 60
        role = places[number][1] if first else "text"
        if role == "text" and line.sort is not Sort.TEXT:
            choices.append(states("text", "in", "out"))
        else:
            choices.append(states(role))
    return example(lines, choices, ["story"] * len(chosen), weight)


# Learning -------------------------------------------------------------------------------------------------------------


def costs_of(masks: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What each state costs on each line, given those that are right."""
    news = np.isin(np.arange(len(STATES)), _NEWS)
    opens = np.array([state.role in ("title", "begin") for state in STATES])
    is_news = (masks & news).any(axis=1)
    is_furniture = (masks & ~news).any(axis=1)
    is_opening = (masks & opens).any(axis=1)
    costs = np.where(masks, 0.0, 0.4).astype(np.float32)
    costs += ((is_news & ~is_furniture)[:, None] & ~news[None, :]) * LOST
    costs += ((is_furniture & ~is_news)[:, None] & news[None, :]) * LEAKED
    costs += ((is_news & ~is_opening)[:, None] & opens[None, :]) * SPLIT
    costs += (is_opening[:, None] & ~opens[None, :]) * JOINED
    return np.where(masks, 0.0, costs).astype(np.float32)


LOST, LEAKED, SPLIT, JOINED = 2.0, 2.0, 1.5, 1.0
_GROUPS = ("title", "begin", "text", "summary", "+summary", "+", "-")


def _group(state: State) -> int:
    name = state_name(state)
    return _GROUPS.index(name if name in _GROUPS else "+" if state.inside else "-")


_GROUP_OF = np.array([_group(state) for state in STATES])
_ROLE_OF = np.array([ROLES.index(state.role) for state in STATES])
_INSIDE = np.array([float(state.inside and state.role in (*FURNITURE, "summary")) for state in STATES], np.float32)


class Batch(NamedTuple):
    """Pages of about one length: lines' evidence as a matrix, masks and costs padded to the longest."""

    evidence: NDArray[np.uint8]
    places: NDArray[np.int64]
    masks: NDArray[np.bool_]
    costs: NDArray[np.float32]
    lengths: NDArray[np.int64]
    weights: NDArray[np.float32]


def batches(examples: list[Example], index: dict[str, int], size: int) -> list[Batch]:
    """The examples in batches of pages of like length."""
    made = []
    ordered = sorted(examples, key=lambda each: len(each.masks))
    for begin in range(0, len(ordered), size):
        chosen = ordered[begin : begin + size]
        lengths = np.array([len(each.masks) for each in chosen])
        longest = int(lengths.max())
        evidence = np.zeros((int(lengths.sum()), len(index)), dtype=np.uint8)
        places = np.zeros(int(lengths.sum()), dtype=np.int64)
        masks = np.zeros((len(chosen), longest, len(STATES)), dtype=bool)
        costs = np.zeros((len(chosen), longest, len(STATES)), dtype=np.float32)
        row = 0
        for page, each in enumerate(chosen):
            masks[page, : len(each.masks)] = each.masks
            costs[page, : len(each.masks)] = costs_of(each.masks)
            for at, shown in enumerate(each.evidence):
                numbers = [index[name] for name in shown if name in index]
                evidence[row, numbers] = 1
                places[row] = page * longest + at
                row += 1
        weights = np.array([each.weight for each in chosen], dtype=np.float32)
        made.append(Batch(evidence, places, masks, costs, lengths, weights))
    return made


_LOW = np.float32(-1e4)
DROPPED = 0.4
BEGIN_MORE = 1.5


def _sweep(
    scores: NDArray[np.float32], ways: NDArray[np.float32], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Marginals of the states, sums of the pairs weighed with nothing, and the log of the partition sum.

    ``scores`` (pages, lines, states) hold what is forbidden as very low, ``ways`` is the exponential of the pairs.
    """
    pages, longest, _count = scores.shape
    alpha = np.empty_like(scores)
    beta = np.zeros_like(scores)
    alpha[:, 0] = np.where(_BEGINS, scores[:, 0], _LOW)
    for at in range(1, longest):
        top = alpha[:, at - 1].max(axis=1, keepdims=True)
        alpha[:, at] = np.log(np.exp(alpha[:, at - 1] - top) @ ways + 1e-30) + top + scores[:, at]
    last = np.where(_ENDS, np.float32(0), _LOW)
    for page in range(pages):
        beta[page, lengths[page] - 1] = last
    for at in range(longest - 2, -1, -1):
        value = beta[:, at + 1] + scores[:, at + 1]
        top = value.max(axis=1, keepdims=True)
        backed = np.log(np.exp(value - top) @ ways.T + 1e-30) + top
        running = at < lengths - 1
        beta[running, at] = backed[running]
    ends = alpha[np.arange(pages), lengths - 1] + last
    top = ends.max(axis=1, keepdims=True)
    total = (np.log(np.exp(ends - top).sum(axis=1, keepdims=True)) + top)[:, 0]
    inside = np.arange(longest)[None, :] < lengths[:, None]
    marginals = np.where(inside[:, :, None], np.exp(np.minimum(alpha + beta - total[:, None, None], 0)), 0)
    return marginals.astype(np.float32), _pairs(alpha, beta, scores, ways, lengths, total), total


def _pairs(alpha, beta, scores, ways, lengths, total):  # type: ignore[no-untyped-def]
    """For each page-independent pair of states how often it is expected, summed over batch; weights come in by page."""
    pages, longest, count = scores.shape
    sums = np.zeros((pages, count, count), dtype=np.float32) if pages * count * count < 4_000_000 else None
    out = np.zeros((count, count), dtype=np.float32)
    for at in range(longest - 1):
        running = at < lengths - 1
        if not running.any():
            break
        left = alpha[running, at]
        right = beta[running, at + 1] + scores[running, at + 1]
        top = left.max(axis=1, keepdims=True)
        other = total[running][:, None] - top
        weight = _WEIGHTS_OF_BATCH[running][:, None]
        out += (np.exp(left - top) * weight).T @ np.exp(np.minimum(right - other, 80))
    del sums
    return out * ways


_BEGINS, _ENDS = may_begin(), may_end()
_WEIGHTS_OF_BATCH: NDArray[np.float32] = np.ones(1, np.float32)


class Weights(NamedTuple):
    """What is learned."""

    emission: NDArray[np.float32]
    inside: NDArray[np.float32]
    pair: NDArray[np.float32]
    group: NDArray[np.float32]


def gradients(weights: Weights, batch: Batch, rng: np.random.Generator) -> tuple[Weights, float]:
    """The gradient of the margin-bearing likelihood over a batch, and its value."""
    global _WEIGHTS_OF_BATCH  # noqa: PLW0603 - read by _pairs
    _WEIGHTS_OF_BATCH = batch.weights
    # Each time some of the evidence is not shown: what is learned must not hang on one phrase.
    shown = rng.random(batch.evidence.shape, dtype=np.float32) >= DROPPED
    evidence = (batch.evidence * shown).astype(np.float32) / (1 - DROPPED)
    by_role = evidence @ weights.emission
    by_place = evidence @ weights.inside
    flat = by_role[:, _ROLE_OF] + by_place[:, None] * _INSIDE
    pages, longest, count = batch.masks.shape
    scores = np.zeros((pages * longest, count), dtype=np.float32)
    scores[batch.places] = flat
    scores = scores.reshape(pages, longest, count)
    pair = weights.pair + weights.group[_GROUP_OF][:, _GROUP_OF]
    ways = np.where(allowed(), np.exp(pair), 0).astype(np.float32)
    right = np.where(batch.masks, scores, _LOW)
    told, told_pairs, told_total = _sweep(right, ways, batch.lengths)
    free, free_pairs, free_total = _sweep(scores + batch.costs, ways, batch.lengths)
    # A page whose labels no way fits tells nothing.
    sound = told_total > _LOW / 2
    worth = (batch.weights * sound)[:, None, None]
    change = ((told - free) * worth).reshape(pages * longest, count)[batch.places]
    by_role_change = np.zeros((len(flat), len(ROLES)), dtype=np.float32)
    for number, role in enumerate(_ROLE_OF):
        by_role_change[:, role] += change[:, number]
    pairs = told_pairs - free_pairs
    groups = np.zeros_like(weights.group)
    np.add.at(groups, (_GROUP_OF[:, None], _GROUP_OF[None, :]), pairs)
    value = float(((told_total - free_total) * batch.weights)[sound].sum())
    return Weights(evidence.T @ by_role_change, evidence.T @ (change @ _INSIDE), pairs, groups), value


def learn(
    examples: list[Example], *, epochs: int, seed: int, rate: float = 0.05, decay: float = 0.3
) -> tuple[dict[str, int], Weights]:
    """Learn the weights; the same examples and seed give the same."""
    seen = Counter(name for each in examples for shown in each.evidence for name in set(shown))
    index = {name: number for number, name in enumerate(sorted(n for n, c in seen.items() if c >= _LEAST_SEEN))}
    made = batches(examples, index, 48)
    groups = len(_GROUPS)
    weights = Weights(
        np.zeros((len(index), len(ROLES)), np.float32),
        np.zeros(len(index), np.float32),
        np.zeros((len(STATES), len(STATES)), np.float32),
        np.zeros((groups, groups), np.float32),
    )
    first = [np.zeros_like(each) for each in weights]
    second = [np.zeros_like(each) for each in weights]
    rng = np.random.default_rng(seed)
    total = float(sum(each.weight for each in examples))
    usual = total / len(made)
    step = 0
    kept = [np.zeros_like(each) for each in weights]
    counted = 0
    for epoch in range(epochs):
        value = 0.0
        now = rate * (1 - epoch / epochs) + 0.002
        for number in rng.permutation(len(made)):
            batch = made[number]
            step += 1
            change, gained = gradients(weights, batch, rng)
            value += gained
            share = float(batch.weights.sum()) / total
            for number_of, (weight, raised) in enumerate(zip(weights, change, strict=True)):
                gradient = (raised - decay * share * weight) / usual
                first[number_of] = 0.9 * first[number_of] + 0.1 * gradient
                second[number_of] = 0.999 * second[number_of] + 0.001 * gradient * gradient
                ahead = first[number_of] / (1 - 0.9**step)
                spread = np.sqrt(second[number_of] / (1 - 0.999**step)) + 1e-6
                np.add(weight, now * ahead / spread, out=weight)
            if epoch >= epochs // 2:
                counted += 1
                for number_of, weight in enumerate(weights):
                    kept[number_of] += (weight - kept[number_of]) / counted
        print(f"epoch {epoch + 1}: {value / total:.4f} a page", file=sys.stderr, flush=True)
    return index, Weights(*kept)


def learn_flat(told: list[tuple[list[str], bool, float]], *, steps: int = 400, decay: float = 1.0) -> dict[str, float]:
    """Learn what tells one of two answers from the other: logistic regression by gradient ascent."""
    seen = Counter(name for shown, _, _ in told for name in set(shown))
    index = {name: number for number, name in enumerate(sorted(name for name, count in seen.items() if count >= 10))}
    evidence = np.zeros((len(told), len(index)), np.float32)
    for row, (shown, _, _) in enumerate(told):
        evidence[row, [index[name] for name in shown if name in index]] = 1
    right = np.array([float(answer) for _, answer, _ in told])
    worth = np.array([weight for _, _, weight in told])
    weights = np.zeros(len(index))
    moved, spread = np.zeros(len(index)), np.zeros(len(index))
    for step in range(1, steps + 1):
        chance = 1 / (1 + np.exp(-(evidence @ weights)))
        gradient = (evidence.T @ ((right - chance) * worth) - decay * weights) / worth.sum()
        moved = 0.9 * moved + 0.1 * gradient
        spread = 0.99 * spread + 0.01 * gradient**2
        weights += 0.05 * (moved / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    score = evidence @ weights
    for answer in (False, True):
        chosen = right == answer
        print(f"  {answer}: {(((score > 0) == answer) & chosen).sum()} of {chosen.sum()}", file=sys.stderr)
    return {name: float(weights[number]) for name, number in index.items()}


def learn_kinds(examples: list[Example]) -> dict[str, float]:
    """Learn what tells a teaser from a story."""
    return learn_flat([(shown, teaser, each.weight) for each in examples for shown, teaser in each.kinds])


def learn_joints(examples: list[Example]) -> dict[str, float]:
    """Learn what tells a block that goes on from one that opens another article."""
    return learn_flat([(shown, on, _joint_weight(each, on=on)) for each in examples for shown, on in each.joints])


def _joint_weight(example: Example, *, on: bool) -> float:
    """Joints that are none are far rarer; taking two stories for one must not become the rule."""
    return example.weight * (1.0 if on else JOINED_BLOCKS)


JOINED_BLOCKS = 40.0


def write(
    path: Path,
    index: dict[str, int],
    weights: Weights,
    kinds: dict[str, float],
    joints: dict[str, float],
    header: Iterable[str],
    least: float = 0.04,
) -> int:
    """Write the file of weights; returns how many there are."""
    rows = [f"# {line}" for line in header]
    # What the margin keeps rare is asked for less: set so that the seeds are read as a person reads them.
    weights.emission[index["always"], ROLES.index("begin")] += BEGIN_MORE
    count = 0
    for name, number in index.items():
        for role, weight in zip(ROLES, weights.emission[number], strict=True):
            if abs(weight) >= least:
                rows.append(f"evidence\t{name}\t{role}\t{weight:.2f}")
                count += 1
        if abs(weights.inside[number]) >= least:
            rows.append(f"inside\t{name}\t{weights.inside[number]:.2f}")
            count += 1
    pair = weights.pair + weights.group[_GROUP_OF][:, _GROUP_OF]
    fits = allowed()
    for above, one in enumerate(STATES):
        for below, other in enumerate(STATES):
            if fits[above, below] and abs(pair[above, below]) >= least:
                rows.append(f"pair\t{state_name(one)}\t{state_name(other)}\t{pair[above, below]:.2f}")
                count += 1
    rows += [f"teaser\t{name}\t{weight:.2f}" for name, weight in kinds.items() if abs(weight) >= least]
    rows += [f"joint\t{name}\t{weight:.2f}" for name, weight in joints.items() if abs(weight) >= least]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return count


def seeds() -> Iterator[Example]:
    """The seed documents, as their tests say that they are read."""
    for name, expected in EXPECTED.items():
        body = (ROOT / "seeds" / name).read_text(encoding="utf-8")
        lines = read_lines(body)
        news = {number - 1 for number in NEWS_LINES[name]}
        rows = [body.count("\n", 0, line.start) for line in lines]
        titles = {title for _, title in expected if title}
        last_title = {title: max(n for n, line in enumerate(lines) if line.text == title) for title in titles}
        # Of a list of links one is the title of a story above it.
        last_title = {
            title: at
            if at <= max(map(rows.index, news & set(rows)))
            else rows.index(max(news & {rows[n] for n, line in enumerate(lines) if line.text == title}))
            for title, at in last_title.items()
        }
        kinds = [kind for kind, _ in expected]
        choices: list[list[int]] = []
        begun = -1
        for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
            below = next((at for at in rows[number + 1 :] if at in news), None)
            if row not in news and not (line.text in titles and last_title[line.text] == number):
                title_next = any(number < at for at in last_title.values())
                inside = bool(choices) and begun >= 0 and kinds[begun] != "teaser" and below is not None
                inside = inside and not title_next and not _ends_below(lines[number:])
                choices.append(states("in" if inside else "out"))
            elif line.text in titles and last_title[line.text] == number:
                begun += 1
                choices.append(states("title"))
            elif line.text in titles:
                choices.append(states("repeat"))
            elif begun < 0 and kinds[0] == "summary":
                begun = 0
                choices.append(states("summary"))
            elif begun + 1 < len(kinds) and (
                begun < 0 or kinds[begun] == "summary" or (kinds[begun + 1] == "teaser" and _ended(lines[:number]))
            ):
                begun += 1
                choices.append(states("begin"))
            else:
                choices.append(states("text"))
        yield example(lines, choices, [kind for kind in kinds if kind != "summary"], _SEED_WEIGHT)


def written() -> Iterator[Example]:
    """The pages in our own words."""
    for page in PAGES:
        for joint in ("\n", "\n\n"):
            body = joint.join(text for _, text in page)
            lines = read_lines(body)
            if len(lines) == len(page):
                roles = [role for role, _ in page]
                opened = sum(role in ("title", "begin") for role in roles)
                kinds = ["story"] + ["teaser" if "notice" in roles or "source" in roles else "story"] * (opened - 1)
                yield example(lines, [states(role) for role in roles], kinds, _WRITTEN_WEIGHT)


_WRITTEN_WEIGHT = 10.0


def _ends_below(lines: Sequence[Line]) -> bool:
    return lines[0].sort is Sort.NOTICE


def _ended(lines: Sequence[Line]) -> bool:
    return any(line.sort is Sort.NOTICE for line in lines)


_SEED_WEIGHT = 30.0
_LABELLED_WEIGHT, _SEVERAL_WEIGHT, _SINGLE_WEIGHT = 8.0, 2.0, 2.0
_ALONE = ("single", "ticker")


def made_pages(data: Path, seed: int, count: int, each: int) -> Iterator[tuple[dict[str, Any], float]]:
    """Made pages for training with their weights: ``count`` by the frequency of layouts, ``each`` of each layout."""
    pool = pool_of.load(data, "train")
    for page in make.many(pool, "train", seed, count):
        yield page, 1.0
    for layout in layouts.of("train"):
        several = layout.group not in _ALONE
        for page in make.many(pool, "train", seed + 1, each if several else each // 2, layout.name):
            yield page, _SEVERAL_WEIGHT if several else 1.0


def gathered(data: Path, *, seed: int, made: int, each: int, singles: int) -> list[Example]:
    """All examples."""
    rng = random.Random(seed)  # noqa: S311 - a sample of articles, not a secret
    found = [labelled(page["body"], labels, _LABELLED_WEIGHT) for page, labels in labelled_pages(data, held=False)]
    found += [generated(page, weight) for page, weight in made_pages(data, seed, made, each)]
    found += seeds()
    found += written()
    texts = articles(data, rng, singles)
    at = 0
    while at < len(texts):
        count = rng.choice((1, 1, 1, 1, 1, 1, 2, 3, 4))
        found.append(joined(texts[at : at + count], rng, _SINGLE_WEIGHT if count == 1 else 1.0))
        at += count
    return [each for each in found if each is not None]


def main(argv: list[str]) -> None:
    """Read the command line, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "workers" / "pages" / "weights.tsv")
    parser.add_argument("--made", type=int, default=1800, help="made pages by the frequency of layouts")
    parser.add_argument("--each", type=int, default=35, help="made pages of each layout")
    parser.add_argument("--singles", type=int, default=1000, help="articles of each collection")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(argv)
    examples = gathered(chosen.data, seed=chosen.seed, made=chosen.made, each=chosen.each, singles=chosen.singles)
    print(f"{len(examples)} pages, {sum(len(each.masks) for each in examples)} lines", file=sys.stderr)
    index, weights = learn(examples, epochs=chosen.epochs, seed=chosen.seed)
    header = (
        "Weights of the page reader (workers/pages/roles.py). Written by tests/bench/pages_train.py; do not edit.",
        (
            f"Learned from {len(examples)} pages: --made {chosen.made} --each {chosen.each} --singles {chosen.singles}"
            f" --epochs {chosen.epochs} --seed {chosen.seed}. Columns: workers/pages/roles.py, parse."
        ),
    )
    print(
        write(chosen.out, index, weights, learn_kinds(examples), learn_joints(examples), header),
        "weights",
        file=sys.stderr,
    )

"""Learn the weights of the page reader (workers/pages/weights.tsv).

    python -m tests.bench.pages train DATA [--without-held] [--out FILE] [--made N] [--each N] [--singles N]
                                           [--epochs N] [--seed N]

DATA is a folder as tests.bench.pages takes it. What is learned from:

  labelled pages   the hand-made pages; with --without-held two thirds of them, by host, so that the others measure
                   what is learned. Their labels say where pieces and furniture lie; furniture may be of any role
  written pages    tests/bench/written/: whole pages in our own words, each line with its role; not those that measure
  made pages       with furniture for training, by the frequency of layouts and of each layout; every line has its role
  articles         of the collections as they are: nothing in one of them opens another; and several of them joined,
                   with and without titles and blank lines

The model is a conditional random field over a chain (workers/pages/roles.py), trained by stochastic gradient ascent
(Adam) on the likelihood of the labels with a margin: a mistake counts for more the more it costs, and losing news costs
most. It is trained three times, each in another order of pages, and the mean is kept. The same data and seed give the
same file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.bench.page_maker import articles as pool_of
from tests.bench.page_maker import layouts, make
from tests.bench.page_maker.articles import COLLECTIONS, part, read
from tests.bench.page_maker.labelled import host, split_of
from tests.bench.pages_written import PAGES, is_taught, whole_pages
from tests.unit.text.test_seeds import EXPECTED, NEWS_LINES
from workers.pages.blocks import Block, group, kind_evidence
from workers.pages.evidence import gather
from workers.pages.labels import Sort
from workers.pages.layouts import decide
from workers.pages.lines import Line, read_lines
from workers.pages.roles import (
    FURNITURE,
    ROLES,
    STATES,
    Model,
    State,
    allowed,
    may_begin,
    may_end,
    parse,
    state_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    ``piece`` numbers for each line the story or teaser that it is text of, -1 for none; ``teasers`` says by the same
    number which are teasers, and is empty where that is not known. ``kinds`` is what they show of it, each with its
    answer.
    """

    evidence: list[list[str]]
    masks: NDArray[np.bool_]
    weight: float
    lines: tuple[Line, ...]
    looks: list[Looks]
    piece: list[int]
    teasers: list[bool]
    kinds: list[tuple[list[str], bool]]


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
    piece = [-1] * len(lines)
    for number, at in enumerate(news):
        for line in blocks[at].text:
            piece[line] = number
    teasers = [kind == "teaser" for kind in kinds] if len(news) == len(kinds) else []
    shown = kind_evidence(blocks, lines, looks) if teasers else []
    told = [(shown[at], teaser) for at, teaser in zip(news, teasers, strict=bool(teasers))]
    return Example(evidence, masks_of(choices), weight, lines, looks, piece, teasers, told)


def proposed(model: Model, example: Example) -> list[tuple[list[str], bool]]:
    """Read a page by a model that has not seen it; return what its blocks show of their kind, and which are teasers."""
    blocks = group([STATES[number] for number in decide(model, example.evidence).states])
    shown = kind_evidence(blocks, example.lines, example.looks)
    return [
        (shown[number], example.teasers[of])
        for number, block in enumerate(blocks)
        if block.kind is None and block.text and 0 <= (of := _piece_of(block, example)) < len(example.teasers)
    ]


def _piece_of(block: Block, example: Example) -> int:
    found = Counter(example.piece[number] for number in block.text)
    return found.most_common(1)[0][0] if found else -1


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


class Shown(NamedTuple):
    """The evidence of lines as a sparse matrix of ones, lines by names.

    ``names`` are the columns of its ones, line by line; line n's begin at ``starts[n]``. ``order`` sorts the ones by
    name: those of ``named[k]`` then begin at ``by_name[k]``. ``lines`` are the rows of the ones, so sorted.
    """

    names: NDArray[np.int64]
    starts: NDArray[np.int64]
    order: NDArray[np.int64]
    named: NDArray[np.int64]
    by_name: NDArray[np.int64]
    lines: NDArray[np.int64]


def shown_of(evidence: Sequence[Sequence[int]]) -> Shown:
    """The sparse matrix of lines' evidence, a line's by number."""
    counts = np.array([len(each) for each in evidence])
    names = np.concatenate([np.array(each, dtype=np.int64) for each in evidence])
    order = np.argsort(names, kind="stable")
    named, by_name = np.unique(names[order], return_index=True)
    lines = np.repeat(np.arange(len(evidence)), counts)[order]
    return Shown(names, np.concatenate([[0], np.cumsum(counts)[:-1]]), order, named, by_name, lines)


class Batch(NamedTuple):
    """Pages of about one length: their lines' evidence one below the other, masks and costs padded to the longest."""

    evidence: Shown
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
        evidence = []
        places = np.zeros(int(lengths.sum()), dtype=np.int64)
        masks = np.zeros((len(chosen), longest, len(STATES)), dtype=bool)
        costs = np.zeros((len(chosen), longest, len(STATES)), dtype=np.float32)
        row = 0
        for page, each in enumerate(chosen):
            masks[page, : len(each.masks)] = each.masks
            costs[page, : len(each.masks)] = costs_of(each.masks)
            for at, shown in enumerate(each.evidence):
                evidence.append(sorted({index[name] for name in shown if name in index}))
                places[row] = page * longest + at
                row += 1
        weights = np.array([each.weight for each in chosen], dtype=np.float32)
        made.append(Batch(shown_of(evidence), places, masks, costs, lengths, weights))
    return made


_LOW = np.float32(-1e4)
DROPPED = 0.4


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
    of = batch.evidence
    kept = (rng.random(len(of.names), dtype=np.float32) >= DROPPED).astype(np.float32)[:, None] / (1 - DROPPED)
    learned = np.concatenate([weights.emission, weights.inside[:, None]], axis=1)
    worth_of = np.add.reduceat(learned[of.names] * kept, of.starts, axis=0)
    by_role, by_place = worth_of[:, :-1], worth_of[:, -1]
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
    changes = np.concatenate([by_role_change, (change @ _INSIDE)[:, None]], axis=1)
    learned = np.zeros_like(learned)
    learned[of.named] = np.add.reduceat(changes[of.lines] * kept[of.order], of.by_name, axis=0)
    return Weights(learned[:, :-1], learned[:, -1], pairs, groups), value


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


def learn_kinds(examples: list[Example], *, epochs: int, seed: int, folds: int = 3) -> dict[str, float]:
    """Learn what tells teasers from stories.

    Learned from are the blocks that are right, and those that models propose which have not seen the page (by folds).
    """
    kinds = [(shown, teaser, each.weight) for each in examples for shown, teaser in each.kinds]
    for fold in range(folds):
        seen = [each for number, each in enumerate(examples) if number % folds != fold]
        model = model_of(*learn(seen, epochs=epochs, seed=seed))
        for each in examples[fold::folds]:
            kinds += [(shown, teaser, each.weight) for shown, teaser in proposed(model, each)]
    return learn_flat(kinds)


def model_of(index: dict[str, int], weights: Weights) -> Model:
    """A model of what was learned of the lines, without what tells blocks apart."""
    return parse("\n".join(rows_of(index, weights, {})))


def rows_of(index: dict[str, int], weights: Weights, kinds: dict[str, float], least: float = 0.06) -> list[str]:
    """The rows of a file of weights; smaller ones than ``least`` are left out."""
    rows = []
    for name, number in index.items():
        for role, weight in zip(ROLES, weights.emission[number], strict=True):
            if abs(weight) >= least:
                rows.append(f"evidence\t{name}\t{role}\t{weight:.2f}")
        if abs(weights.inside[number]) >= least:
            rows.append(f"inside\t{name}\t{weights.inside[number]:.2f}")
    pair = weights.pair + weights.group[_GROUP_OF][:, _GROUP_OF]
    fits = allowed()
    for above, one in enumerate(STATES):
        for below, other in enumerate(STATES):
            if fits[above, below] and abs(pair[above, below]) >= least:
                rows.append(f"pair\t{state_name(one)}\t{state_name(other)}\t{pair[above, below]:.2f}")
    rows += [f"teaser\t{name}\t{weight:.2f}" for name, weight in kinds.items() if abs(weight) >= least]
    return rows


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


_WRITTEN_WEIGHT, _WHOLE_WEIGHT = 25.0, 8.0


def _ends_below(lines: Sequence[Line]) -> bool:
    return lines[0].sort is Sort.NOTICE


def _ended(lines: Sequence[Line]) -> bool:
    return any(line.sort is Sort.NOTICE for line in lines)


_SEED_WEIGHT = 40.0
_LABELLED_WEIGHT, _SEVERAL_WEIGHT, _SINGLE_WEIGHT = 8.0, 2.0, 4.0
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


def labelled_examples(data: Path, *, held: bool = True) -> Iterator[tuple[str, Example | None]]:
    """The labelled pages as examples, by the document's id: those to tune on, then with ``held`` those held out."""
    for each in (False, True) if held else (False,):
        for page, labels in labelled_pages(data, held=each):
            yield page["document_id"], labelled(page["body"], labels, _LABELLED_WEIGHT)


def unlabelled(data: Path, *, seed: int, made: int, each: int, singles: int) -> list[Example]:
    """All other examples: made pages, the seeds, written pages, articles."""
    rng = random.Random(seed)  # noqa: S311 - a sample of articles, not a secret
    found = [generated(page, weight) for page, weight in made_pages(data, seed, made, each)]
    found += seeds()
    found += written()
    found += (generated(page, _WHOLE_WEIGHT) for page in filter(is_taught, whole_pages()))
    texts = articles(data, rng, singles)
    at = 0
    while at < len(texts):
        count = rng.choice((1, 1, 1, 1, 1, 1, 2, 3, 4))
        found.append(joined(texts[at : at + count], rng, _SINGLE_WEIGHT if count == 1 else 1.0))
        at += count
    return [each for each in found if each is not None]


def learn_often(examples: list[Example], *, epochs: int, seed: int, times: int = 3) -> tuple[dict[str, int], Weights]:
    """Learn several times, each in another order of pages, and return the mean: it hangs less on that order."""
    found = [learn(examples, epochs=epochs, seed=seed + number) for number in range(times)]
    means = (np.mean(each, axis=0) for each in zip(*(weights for _, weights in found), strict=True))
    return found[0][0], Weights(*means)


def learned_rows(examples: list[Example], *, epochs: int, seed: int) -> list[str]:
    """Learn all that a file of weights holds: its rows."""
    index, weights = learn_often(examples, epochs=epochs, seed=seed)
    return rows_of(index, weights, learn_kinds(examples, epochs=epochs, seed=seed))


def learned(examples: list[Example], *, epochs: int, seed: int) -> Model:
    """Learn a model."""
    return parse("\n".join(learned_rows(examples, epochs=epochs, seed=seed)))


#: How much is learned from, how long, and with which seed.
SIZES = {"made": 1800, "each": 35, "singles": 1000, "epochs": 8, "seed": 1}


def main(argv: list[str]) -> None:
    """Read the command line, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "workers" / "pages" / "weights.tsv")
    helps = {
        "made": "made pages by the frequency of layouts",
        "each": "made pages of each layout",
        "singles": "articles of each collection",
    }
    for name, default in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=helps.get(name))
    parser.add_argument("--without-held", action="store_true", help="leave a third of the labelled pages for measuring")
    chosen = parser.parse_args(argv)
    data, seed = chosen.data, chosen.seed
    own = [example for _, example in labelled_examples(data, held=not chosen.without_held)]
    others = unlabelled(data, seed=seed, made=chosen.made, each=chosen.each, singles=chosen.singles)
    examples = [*(each for each in own if each is not None), *others]
    print(f"{len(examples)} pages, {sum(len(each.masks) for each in examples)} lines", file=sys.stderr)
    header = [
        "# Weights of the page reader (workers/pages/roles.py). Written by tests/bench/pages_train.py; do not edit.",
        (
            f"# Learned from {len(examples)} pages: --made {chosen.made} --each {chosen.each}"
            f" --singles {chosen.singles} --epochs {chosen.epochs} --seed {seed}"
            f"{' --without-held' if chosen.without_held else ''}. Columns: workers/pages/roles.py, parse."
        ),
    ]
    rows = learned_rows(examples, epochs=chosen.epochs, seed=seed)
    chosen.out.write_text("\n".join([*header, *rows]) + "\n", encoding="utf-8")
    print(len(rows), "weights", file=sys.stderr)

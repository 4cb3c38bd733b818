"""From lines with roles to blocks: which lines make up one piece of news, and what kind of piece it is.

A block is a title, the lines of its text, and the furniture around them that may say something of it (its date, its
author, its source). Which lines belong together is what the roles say; nothing is decided anew here but the kind.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from workers.pages.labels import Sort
from workers.pages.roles import State
from workers.text.fold import fold_text
from workers.text.words import content, content_stems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.live import Update
    from workers.text.clocks import Told

__all__ = ["Block", "Kind", "group", "kind_evidence", "settle_kinds", "story_of", "without_echoes"]

Kind = Literal["story", "teaser", "summary"]

# Share of a summary's content words that its story has.
_SUMMARY_SHARE = 0.35
# Share of the words of a text, beyond its headline's, up to which it says nothing else.
_NEW_WORDS = 0.25
_STORY_HEAD = 600
_MOST_SUMMARY_PARAGRAPHS = 3
# A story stands at most so many blocks from its summary.
_BESIDE = 8


@dataclass(slots=True)
class Block:
    """A piece of news: the numbers of its lines; ``above``, ``inside`` and ``below`` are furniture around them.

    ``update`` is what it is on a live page.
    """

    title: int | None = None
    text: list[int] = field(default_factory=list)
    kind: Kind | None = None
    above: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    update: Update | None = None

    def note(self, text: str) -> None:
        """Write down what was uncertain, once."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def told(self) -> Told | None:
        """The mark of an update of which the page does not tell the time."""
        return None if self.update is None else self.update.told

    @property
    def first(self) -> int:
        """The number of its first line of text; of its title without text."""
        return self.text[0] if self.text else self.title if self.title is not None else 0


def group(states: Sequence[State]) -> list[Block]:
    """Return the blocks of a page in the order of their texts; linear."""
    blocks: list[Block] = []
    current: Block | None = None
    summary: Block | None = None
    waiting: list[int] = []
    for number, state in enumerate(states):
        role = state.role
        if role in ("title", "begin"):
            current = Block(number if role == "title" else None, [] if role == "title" else [number], above=waiting)
            blocks.append(current)
            waiting, summary = [], None
        elif role == "text" or (role == "summary" and state.inside and current is not None and current.text):
            # Points in the middle of a story are its own.
            if current is None:
                current = Block(above=waiting)
                blocks.append(current)
                waiting = []
            current.text.append(number)
            summary = None
        elif role == "summary":
            if summary is None:
                summary = Block(kind="summary")
                if not state.inside:
                    summary.above = list(waiting)
                blocks.append(summary)
            summary.text.append(number)
        elif state.inside and current is not None:
            current.inside.append(number)
        else:
            waiting.append(number)
            if current is not None:
                current.below.append(number)
    found = [block for block in blocks if block.text or block.title is not None]
    return sorted(found, key=lambda block: block.first)


def without_echoes(states: Sequence[State], lines: Sequence[Line]) -> list[State]:
    """Return the states where an article that only says its headline again, shortened or lengthened, is a repeat.

    Such stands above the articles of a digest, whose own headline it is. It stays where no other block has a text.
    """
    told = list(states)
    blocks = [block for block in group(states) if block.text]
    echoes = [block for block in blocks if block.kind is None and _only_echoes(block, lines)]
    if len(echoes) < len(blocks):
        for block in echoes:
            for number in (block.title, *block.text, *block.inside):
                if number is not None:
                    told[number] = State("repeat", inside=False)
    return told


def _only_echoes(block: Block, lines: Sequence[Line]) -> bool:
    if block.title is None or len(block.text) != 1:
        return False
    title, text = (set(fold_text(lines[number].text).split()) for number in (block.title, block.text[0]))
    return len(text - title) <= _NEW_WORDS * len(text)


# Kinds --------------------------------------------------------------------------------------------------------------

_WORDS = (12, 25, 40, 60, 90, 140, 220)


def kind_evidence(blocks: Sequence[Block], lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Return for each block what tells a teaser from a story; linear in the number of lines."""
    words = [sum(looks[number].words for number in block.text) for block in blocks]
    news = [number for number, block in enumerate(blocks) if block.kind != "summary"]
    alone = sum(len(blocks[number].text) == 1 for number in news)
    cut = [_is_cut(blocks[number], looks) for number in range(len(blocks))]
    longest = max((words[number] for number in news), default=0)
    cuts = sum(cut[number] for number in news) / max(len(news), 1)
    told = [0 if block.kind == "summary" else count for block, count in zip(blocks, words, strict=True)]
    before = [0, *accumulate(told, max)]
    after = [*reversed([0, *accumulate(reversed(told[1:]), max)])]
    evidence = []
    for number, block in enumerate(blocks):
        shown = ["always", f"words={bisect_right(_WORDS, words[number])}"]
        shown.append(f"paragraphs={min(len(block.text), 4)}")
        shown.append("titled" if block.title is not None else "untitled")
        one = len(block.text) == 1
        if cut[number]:
            shown += ["cut", "cut alone" if one else "cut long"]
        place = "later"
        if news and number == news[0]:
            place = "only" if len(news) == 1 else "first"
        shown += [f"place={place}", f"place={place}, {'one' if one else 'more'}"]
        if len(news) > 1:
            shown.append(f"pieces={bisect_right((2, 3, 5), len(news))}")
            share_alone = alone / len(news)
            shown.append(f"page alone={bisect_right((0.3, 0.7, 0.99), share_alone)}{', one' if one else ''}")
            shown.append(f"page cut={bisect_right((0.01, 0.4, 0.7), cuts)}{', one' if one else ''}")
            shown.append(f"page longest={bisect_right((40, 60, 100, 200), longest)}{', one' if one else ''}")
            if one and max(before[number], 1) >= 3 * words[number]:
                shown.append("one below a longer one")
            if one and max(after[number], 1) >= 3 * words[number]:
                shown.append("one above a longer one")
        shown += _surroundings(block, lines, one=one)
        evidence.append(shown)
    return evidence


def _is_cut(block: Block, looks: Sequence[Looks]) -> bool:
    return bool(block.text) and looks[block.text[-1]].final not in ("stop", "question", "bracket", "quote")


def _surroundings(block: Block, lines: Sequence[Line], *, one: bool) -> list[str]:
    shown = []
    sorts = {lines[number].sort for number in block.above}
    told = (Sort.RELATED, Sort.NOTICE, Sort.SOURCE, Sort.TAGS, Sort.DATE)
    shown += [f"above {sort.name}{', one' if one else ''}" for sort in told if sort in sorts]
    if any(part.role == "dateline" for number in block.text[:1] for part in lines[number].before):
        shown.append("dateline")
    if any(lines[number].date for number in block.inside):
        shown.append("dated inside")
    if any(lines[number].sort is Sort.SOURCE for number in block.below[:3]) or (
        block.text and lines[block.text[-1]].mark
    ):
        shown.append("source below")
    if block.text and lines[block.text[0]].bullet:
        shown.append("bulleted")
    return shown


def settle_kinds(
    blocks: Sequence[Block], lines: Sequence[Line], looks: Sequence[Looks], weights: Mapping[str, float]
) -> None:
    """Say of each block whether it is a story or a teaser, by the weights of its evidence."""
    for block, shown in zip(blocks, kind_evidence(blocks, lines, looks), strict=True):
        if block.kind is None:
            score = sum(weights.get(each, 0.0) for each in shown)
            block.kind = "teaser" if score > 0 or not block.text else "story"


def story_of(blocks: Sequence[Block], number: int, texts: Sequence[str]) -> int | None:
    """Return which story says the same as the summary ``number``: the next below it, else the next above."""
    below = next(
        (n for n in range(number + 1, min(number + _BESIDE, len(blocks))) if blocks[n].kind != "summary"), None
    )
    above = next((n for n in range(number - 1, max(number - _BESIDE, -1), -1) if blocks[n].kind != "summary"), None)
    for at in (below, above):
        if at is not None and blocks[at].kind == "story":
            paragraphs = blocks[at].text[:_MOST_SUMMARY_PARAGRAPHS]
            words = content_stems(" ".join(texts[each][:_STORY_HEAD] for each in paragraphs))
            summary = " ".join(texts[each] for each in blocks[number].text)
            if content(summary).share_in(words) >= _SUMMARY_SHARE:
                return at
    return None

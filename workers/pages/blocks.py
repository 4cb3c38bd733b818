"""From lines with roles to blocks: which lines make up one piece of news, and what kind of piece it is.

A block is a title, the lines of its text, and the furniture around them that may say something of it (its date, its
author, its source). Which lines belong together is what the roles say; nothing is decided anew here but the kind.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

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
    grouping = _Grouping()
    for number, state in enumerate(states):
        grouping.add(number, state)
    found = [block for block in grouping.blocks if block.text or block.title is not None]
    return sorted(found, key=lambda block: block.first)


class _Grouping:
    """The blocks so far: the last one, the summary that goes on, the furniture that waits for a block below it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._current: Block | None = None
        self._summary: Block | None = None
        self._waiting: list[int] = []

    def add(self, number: int, state: State) -> None:
        """Add a line."""
        role = state.role
        if role == "title":
            self._open(number)
        elif role == "begin":
            self._open(None).text.append(number)
        elif role == "text":
            self._add_text(number)
        elif role == "summary":
            self._add_summary(number, state)
        else:
            self._add_furniture(number, state)

    def _open(self, title: int | None) -> Block:
        block = self._current = Block(title, above=self._waiting)
        self.blocks.append(block)
        self._waiting, self._summary = [], None
        return block

    def _add_text(self, number: int) -> None:
        (self._current or self._open(None)).text.append(number)
        self._summary = None

    def _add_summary(self, number: int, state: State) -> None:
        if state.inside and self._current is not None and self._current.text:
            # Points in the middle of a story are its own.
            self._add_text(number)
            return
        if self._summary is None:
            self._summary = Block(kind="summary", above=[] if state.inside else list(self._waiting))
            self.blocks.append(self._summary)
        self._summary.text.append(number)

    def _add_furniture(self, number: int, state: State) -> None:
        if state.inside and self._current is not None:
            self._current.inside.append(number)
            return
        self._waiting.append(number)
        if self._current is not None:
            self._current.below.append(number)


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


class _News(NamedTuple):
    """What the blocks of a page have in common, but for machine summaries.

    ``words`` is how many each block has, ``longest_above`` and ``longest_below`` how many the longest has on that side;
    ``first`` is the number of the first one, ``pieces`` how many there are; ``alone`` is the share of those of a single
    paragraph, ``cut`` of those that end amid a sentence; ``longest`` is how many words the longest has.
    """

    words: Sequence[int]
    longest_above: Sequence[int]
    longest_below: Sequence[int]
    first: int
    pieces: int
    alone: float
    cut: float
    longest: int


def _news_of(blocks: Sequence[Block], looks: Sequence[Looks]) -> _News:
    words = [sum(looks[number].words for number in block.text) for block in blocks]
    news = [number for number, block in enumerate(blocks) if block.kind != "summary"]
    told = [0 if block.kind == "summary" else count for block, count in zip(blocks, words, strict=True)]
    return _News(
        words,
        [0, *accumulate(told, max)],
        [*reversed([0, *accumulate(reversed(told[1:]), max)])],
        news[0] if news else -1,
        len(news),
        sum(len(blocks[number].text) == 1 for number in news) / max(len(news), 1),
        sum(_is_cut(blocks[number], looks) for number in news) / max(len(news), 1),
        max((words[number] for number in news), default=0),
    )


def kind_evidence(blocks: Sequence[Block], lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Return for each block what tells a teaser from a story; linear in the number of lines."""
    news = _news_of(blocks, looks)
    evidence = []
    for number, block in enumerate(blocks):
        one = len(block.text) == 1
        shown = ["always", f"words={bisect_right(_WORDS, news.words[number])}"]
        shown.append(f"paragraphs={min(len(block.text), 4)}")
        shown.append("untitled" if block.title is None else "titled")
        if _is_cut(block, looks):
            shown += ["cut", "cut alone" if one else "cut long"]
        place = "later" if number != news.first else "only" if news.pieces == 1 else "first"
        shown += [f"place={place}", f"place={place}, {'one' if one else 'more'}"]
        if news.pieces > 1:
            shown += _among_others(news, number, one=one)
        shown += _surroundings(block, lines, one=one)
        evidence.append(shown)
    return evidence


def _among_others(news: _News, number: int, *, one: bool) -> list[str]:
    """What the other pieces of the page say of a block; ``one`` says that it has a single paragraph."""
    also = ", one" if one else ""
    shown = [
        f"pieces={bisect_right((2, 3, 5), news.pieces)}",
        f"page alone={bisect_right((0.3, 0.7, 0.99), news.alone)}{also}",
        f"page cut={bisect_right((0.01, 0.4, 0.7), news.cut)}{also}",
        f"page longest={bisect_right((40, 60, 100, 200), news.longest)}{also}",
    ]
    if one and max(news.longest_above[number], 1) >= 3 * news.words[number]:
        shown.append("one below a longer one")
    if one and max(news.longest_below[number], 1) >= 3 * news.words[number]:
        shown.append("one above a longer one")
    return shown


def _is_cut(block: Block, looks: Sequence[Looks]) -> bool:
    return bool(block.text) and looks[block.text[-1]].final not in ("stop", "question", "bracket", "quote")


_TOLD_ABOVE = (Sort.RELATED, Sort.NOTICE, Sort.SOURCE, Sort.TAGS, Sort.DATE)


def _surroundings(block: Block, lines: Sequence[Line], *, one: bool) -> list[str]:
    """What the furniture of a block says of it."""
    sorts = {lines[number].sort for number in block.above}
    shown = [f"above {sort.name}{', one' if one else ''}" for sort in _TOLD_ABOVE if sort in sorts]
    if _opens_dated(block, lines):
        shown.append("dateline")
    if any(lines[number].date for number in block.inside):
        shown.append("dated inside")
    if _states_source(block, lines):
        shown.append("source below")
    if block.text and lines[block.text[0]].bullet:
        shown.append("bulleted")
    return shown


def _opens_dated(block: Block, lines: Sequence[Line]) -> bool:
    """Whether a dateline was peeled off its first line."""
    return bool(block.text) and any(part.role == "dateline" for part in lines[block.text[0]].before)


def _states_source(block: Block, lines: Sequence[Line]) -> bool:
    """Whether a source stands behind its last sentence, or on a line right below."""
    marked = bool(block.text) and lines[block.text[-1]].mark
    return bool(marked) or any(lines[number].sort is Sort.SOURCE for number in block.below[:3])


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

"""A live page in HTML: its updates as a plain text, with the times that its markup states for them.

The extractor of main text looks for one text and drops the times between updates, which are all that parts them; so
here the page's own structure decides what is text, and whether the page is a live one is weighed over its lines, as for
plain text (:mod:`workers.pages.live`). A page that is drawn by a script holds its updates in JSON-LD alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.live import DECLARED, ELSEWHERE, Stamp, may_be_live
from workers.pages.reader import FromMarkup, is_live
from workers.text.clocks import line_mark
from workers.text.dates import read_date
from workers.text.offsets import Builder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from workers.text.jsonld import Declared, DeclaredUpdate
    from workers.text.markup import Block, Markup
    from workers.text.offsets import Mapped

__all__ = ["LiveText", "live_text"]

_LINKED_SHARE = 0.5
# What the markup must show of the updates that a page declares.
_SHOWN_SHARE = 0.8
_LONGEST_MARK = 60
_OPENING = 40
_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?(?P<to>[^\"'\s>]{1,2000})", re.IGNORECASE)
_LINK_BEFORE = 600


class LiveText(NamedTuple):
    """A live page as plain text, the length of the title that it opens with, and what its markup says."""

    plain: Mapped
    length: int
    said: FromMarkup


def live_text(
    raw: str,
    markup: Markup,
    declared: Declared,
    headline: Callable[[list[int], Builder], tuple[int, list[int]]],
) -> LiveText | None:
    """Return what an HTML page says as a live page; None when it is none.

    Args:
        raw: the page.
        markup: the page as it was read.
        declared: what it declares in JSON-LD.
        headline: writes the page's title, and returns its length and which of some blocks are left.
    """
    numbers = [number for number, block in enumerate(markup.blocks) if _may_be_text(raw, block, markup)]
    builder = Builder(raw)
    length, numbers = headline(numbers, builder)
    blocks = [markup.blocks[number] for number in numbers]
    starts = []
    for block in blocks:
        builder.insert("\n" if builder.length else "")
        starts.append(builder.length)
        block.write(raw, builder)
    plain = builder.build()
    stamps = sorted([*_shown_times(plain, markup), *_declared_times(raw, blocks, starts, declared.updates)])
    hints = frozenset({DECLARED} if declared.live else ())
    if not may_be_live(plain.text, stamps) and not declared.updates:
        return None
    if _lead_elsewhere(raw, blocks):
        hints |= {ELSEWHERE}
    if _hides(plain.text, declared.updates):
        return _from_declared(raw, length, plain, declared.updates)
    said = FromMarkup(stamps, hints)
    return LiveText(plain, length, said) if is_live(plain.text, length, said) else None


def _may_be_text(raw: str, block: Block, markup: Markup) -> bool:
    """Whether a block may be an update's text, headline or time: the time often stands in a header."""
    if block.boilerplate:
        return block.header and block.letters <= _LONGEST_MARK and _is_time(raw, block, markup)
    return bool(block.heading) or block.linked <= block.letters * _LINKED_SHARE or _is_time(raw, block, markup)


def _is_time(raw: str, block: Block, markup: Markup) -> bool:
    if block.letters > _LONGEST_MARK:
        return False
    begin, length = block.nodes[0]
    at = bisect_right(markup.times, (begin + length, len(raw), "")) - 1
    return (at >= 0 and markup.times[at].end > begin) or line_mark(block.text(raw)) is not None


def _shown_times(plain: Mapped, markup: Markup) -> Iterable[Stamp]:
    """The times that elements state, where the plain text shows them or what stands behind them."""
    outs = sorted((raw, out, length) for out, raw, length in plain.runs)
    for element in markup.times:
        moment = read_date(element.stated)
        if moment is None:
            continue
        begin, end = _place(outs, element.start), _place(outs, element.end)
        yield Stamp(begin, max(begin, end), moment)


def _place(runs: Sequence[tuple[int, int, int]], raw: int) -> int:
    """Where the plain text has what stands in the raw page at ``raw``; where it has not, the end of what is before."""
    at = bisect_right(runs, (raw, 1 << 62, 0)) - 1
    if at < 0:
        return 0
    begin, out, length = runs[at]
    return out + min(raw - begin, length)


def _declared_times(
    raw: str, blocks: Sequence[Block], starts: Sequence[int], updates: Sequence[DeclaredUpdate]
) -> Iterable[Stamp]:
    """The times of declared updates, where the page shows their headline, or else the beginning of their text."""
    if not updates:
        return
    shown: dict[str, int] = {}
    for block, start in zip(blocks, starts, strict=True):
        shown.setdefault(_opening(block.text(raw)), start)
    for update in updates:
        place = shown.get(_opening(update.title.text), shown.get(_opening(update.body.text)))
        moment = read_date(update.published)
        if place is not None and moment is not None:
            yield Stamp(place, place, moment)


def _opening(text: str) -> str:
    return "".join(text[: 4 * _OPENING].split())[:_OPENING]


def _lead_elsewhere(raw: str, blocks: Sequence[Block]) -> bool:
    """Whether most headings are links to other pages, as cards' are, and not to a place on this one."""
    headings = [block for block in blocks if block.heading > 1]
    away = 0
    for block in headings:
        if block.linked > block.letters * _LINKED_SHARE:
            begin = block.nodes[0][0]
            links = list(_LINK.finditer(raw, max(begin - _LINK_BEFORE, 0), begin))
            away += not (links and "#" in links[-1]["to"])
    return away * 2 > len(headings) > 0


def _hides(shown: str, updates: Sequence[DeclaredUpdate]) -> bool:
    """Whether the markup shows too little of the updates that the page declares."""
    size = sum(len(update.body.text) for update in updates)
    if not size:
        return False
    squeezed = "".join(shown.split())
    found = sum(len(update.body.text) for update in updates if _opening(update.body.text) in squeezed)
    return found < _SHOWN_SHARE * size


def _from_declared(raw: str, length: int, plain: Mapped, updates: Sequence[DeclaredUpdate]) -> LiveText:
    """The updates as the page declares them, under its title."""
    builder = Builder(raw)
    for out, begin, size in plain.runs:
        if out < length:
            builder.take(begin, begin + min(size, length - out))
    length = builder.length
    stamps = []
    for update in updates:
        moment = read_date(update.published)
        if moment is None:
            continue
        builder.insert("\n\n" if builder.length else "")
        stamps.append(Stamp(builder.length, builder.length, moment))
        builder.append(update.title)
        builder.insert("\n" if update.title.text else "")
        builder.append(update.body)
    return LiveText(builder.build(), length, FromMarkup(stamps, frozenset({DECLARED})))

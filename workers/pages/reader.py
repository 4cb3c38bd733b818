"""Read a page: lines, evidence, roles, blocks, articles. Each step is a function of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from workers.pages import fields
from workers.pages.blocks import Block, group, settle_kinds, story_of
from workers.pages.evidence import gather
from workers.pages.lines import points_of, read_lines
from workers.pages.model import LineRole, PageArticle
from workers.pages.roles import STATES, load
from workers.text.offsets import Builder, Mapped
from workers.text.words import breaks_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.roles import State

__all__ = ["explain_page", "split_page"]

_SHORT = 5
# The title was given apart: what follows is one story, unless much speaks for another.
_OPENS_AGAIN = -6.0


class _Read(NamedTuple):
    """A page up to its blocks."""

    body: str
    title: tuple[int, int] | None
    lines: tuple[Line, ...]
    evidence: list[list[str]]
    looks: list[Looks]
    states: list[State]
    blocks: list[Block]


def _read(body: str, title_length: int) -> _Read:
    title = None
    if title_length > 0:
        head = body[:title_length]
        begin = len(head) - len(head.lstrip())
        title = (begin, begin + len(head.strip())) if head.strip() else None
    lines = read_lines(body, title_length, cut_datelines=title is None)
    evidence, looks = gather(lines, titled=title is not None)
    states = [STATES[number] for number in load().decide(evidence, _given(len(lines)) if title else None)]
    blocks = group(states, given=title is not None)
    settle_kinds(blocks, lines, looks, load().kinds)
    return _Read(body, title, lines, evidence, looks, states, blocks)


def _given(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    extra = np.zeros((count, len(STATES)), dtype=np.float32)
    for number, state in enumerate(STATES):
        if state.role in ("title", "begin"):
            extra[:, number] = _OPENS_AGAIN
    return extra


def split_page(body: str, *, title_length: int = 0) -> list[PageArticle]:
    """Return the articles of a page, in its order; linear in its length, and never raises for any text.

    Args:
        body: the raw body, any Unicode text.
        title_length: when the document gave title and text apart, how many code points of the body are the title. What
            follows is then one story, except where much speaks for another.

    Returns:
        Stories, teasers and machine summaries; an empty list when no line is news. Spans lie inside the body and do not
        overlap.
    """
    read = _read(body, title_length)
    if not read.blocks:
        if read.title:
            return [_only_title(body, read.title)]
        return []
    return _articles(read)


def explain_page(body: str, *, title_length: int = 0) -> list[LineRole]:
    """Return each stretch of a page that was read as one, with its role and what spoke most for it."""
    read = _read(body, title_length)
    model = load()
    kinds = {number: block.kind for block in read.blocks for number in (*block.text, block.title) if number is not None}
    roles: list[LineRole] = []
    for number, (line, shown, state) in enumerate(zip(read.lines, read.evidence, read.states, strict=True)):
        roles += [LineRole(part.start, part.end, part.role, ()) for part in line.before]
        role = "text" if state.role == "begin" else state.role
        if kinds.get(number) == "teaser":
            role = "teaser_title" if role == "title" else "teaser"
        roles.append(LineRole(line.start, line.end, role, model.reasons(shown, state)))
        roles += [LineRole(part.start, part.end, part.role, ()) for part in line.behind]
    return roles


# Articles --------------------------------------------------------------------------------------------------------------


def _only_title(body: str, title: tuple[int, int]) -> PageArticle:
    mapped = _taken(body, [(*title, "")])
    return PageArticle("teaser", mapped.text, "", mapped.runs, (), title)


def _articles(read: _Read) -> list[PageArticle]:
    body, lines, blocks = read.body, read.lines, read.blocks
    bracketed = sum(fields.ends_in_bracket(lines[block.title].text) for block in blocks if block.title is not None) > 1
    titles = [_title_of(read, block, credits=bracketed) for block in blocks]
    publisher = fields.publisher_of(lines, read.states, [body[slice(*title)] for title in titles if title])
    stories = sum(block.kind != "summary" for block in blocks)
    texts = [line.text for line in lines]
    articles: list[PageArticle] = []
    floor = 0
    for number, block in enumerate(blocks):
        text = _taken(body, _stretches(read, block))
        title = titles[number]
        taken = _taken(body, [(*title, "")] if title else [])
        start = text.runs[0][1] if text.runs else (title or (floor, floor))[0]
        end = text.runs[-1][1] + text.runs[-1][2] if text.runs else (title or (floor, floor))[1]
        if title and floor <= title[0] < start:
            start = title[0]
        floor = end
        dated = fields.date_of(block, lines, read.looks, read.states, alone=stories == 1)
        articles.append(
            PageArticle(
                kind=block.kind or "story",
                title=taken.text,
                text=text.text,
                title_map=taken.runs,
                text_map=text.runs,
                span=(start, end),
                publisher=publisher,
                source=fields.source_of(block, lines),
                authors=fields.authors_of(block, lines, read.states),
                dateline=fields.dateline_of(block, lines) if block.kind == "story" else None,
                published=dated,
                summary_of=story_of(blocks, number, texts) if block.kind == "summary" else None,
            )
        )
    return articles


def _title_of(read: _Read, block: Block, *, credits: bool) -> tuple[int, int] | None:
    if block.given:
        return read.title
    if block.title is None:
        return None
    line = read.lines[block.title]
    begin, end = fields.title_stretch(line.text, credits=credits)
    return line.start + begin, line.start + end


def _stretches(read: _Read, block: Block) -> list[tuple[int, int, str]]:
    """Where the pieces of a block's text stand, each with what joins it to the one before."""
    found: list[tuple[int, int, str]] = []
    above: int | None = None
    for number in block.text:
        line = read.lines[number]
        joint = " " if above is not None and _is_cut(read, above, number) else "\n"
        if block.kind == "summary":
            found += [(start, end, joint) for start, end in points_of(line)]
        else:
            found.append((line.start, line.end, joint))
        above = number
    return found


def _is_cut(read: _Read, above: int, below: int) -> bool:
    """Whether a sentence goes on from one line to the next."""
    looks = read.looks
    if looks[above].final not in ("letter", "comma", "digit", "quote", "bracket"):
        return False
    one, other = looks[above].text, looks[below].text
    return breaks_off(one[-80:], other[:80])


def _taken(body: str, stretches: Sequence[tuple[int, int, str]]) -> Mapped:
    """The text of some stretches of the body; where lines of one paragraph were put together, a space joins them."""
    builder = Builder(body)
    for number, (start, end, joint) in enumerate(stretches):
        if number:
            builder.insert(joint)
        at = start
        for count, row in enumerate(body[start:end].splitlines(keepends=True)):
            text = row.strip()
            begin = at + len(row) - len(row.lstrip())
            if count and text:
                builder.insert(" ")
            builder.take(begin, begin + len(text))
            at += len(row)
    return builder.build()

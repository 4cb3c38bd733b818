"""Read a page: lines, evidence, roles, blocks, articles. Each step is a function of the one before."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from workers.pages import fields
from workers.pages.blocks import Block, group, settle_kinds, story_of, without_echoes
from workers.pages.evidence import gather
from workers.pages.labels import Sort
from workers.pages.layouts import Decision, decide
from workers.pages.lines import points_of, read_lines, title_line
from workers.pages.live import Live, find_live, may_be_live
from workers.pages.model import LineRole, PageArticle
from workers.pages.outlets import candidates_of, originals_of, publisher_of, source_of
from workers.pages.roles import STATES, State, load
from workers.pages.site_signs import NO_SIGNS, Signs, read_signs
from workers.text.offsets import Builder, Mapped
from workers.text.words import breaks_off, first_of_same, opens_with_and

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workers.pages.blocks import Kind
    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.live import Chronology, Stamp, Update
    from workers.pages.sites import SiteProfile
    from workers.text.dates import Dated, Moment

__all__ = ["NO_MARKUP", "FromMarkup", "Outline", "explain_page", "is_live", "outline_page", "split_page"]

# A line that opens with one of these may hold a whole list.
_FEW_LINES, _LONE_WORDS = 3, 6
_LIST_SIGNS = frozenset("-–—•*")
_NEWS = frozenset({"title", "begin", "text", "summary"})
# Of a live page: an update's lines, the time above it or between its headline and its text, and what labels the list.
_BEGIN, _TEXT = State("begin", inside=True), State("text", inside=True)
_MARK, _MARK_INSIDE = State("date", inside=False), State("date", inside=True)
_LISTED = State("list_label", inside=False)
_LEAST_WORDS = 3


class FromMarkup(NamedTuple):
    """What the markup of a page says of its plain text: all empty for a page that was no HTML.

    ``stamps`` are times that it states, with their places in the text, in order; ``hints`` what it says for and against
    a live page (workers/pages/live.py); ``inside`` where lines begin that it places inside a text.
    """

    stamps: Sequence[Stamp] = ()
    hints: frozenset[str] = frozenset()
    inside: Sequence[int] = ()


NO_MARKUP = FromMarkup()
"""Of a page without markup."""


class _Read(NamedTuple):
    """A page up to its blocks."""

    body: str
    title: tuple[int, int] | None
    lines: tuple[Line, ...]
    evidence: list[list[str]]
    looks: list[Looks]
    states: list[State]
    blocks: list[Block]
    decision: Decision | None
    """None for a live page, whose updates are decided one by one."""
    signs: Signs = NO_SIGNS


def _read(body: str, title_length: int, site: SiteProfile | None, markup: FromMarkup = NO_MARKUP) -> _Read:
    title = None
    if title_length > 0:
        head = body[:title_length]
        begin = len(head) - len(head.lstrip())
        title = (begin, begin + len(head.strip())) if head.strip() else None
    lines = read_lines(body, title_length, cut_datelines=title is None)
    if title:
        lines = (title_line(body, *title), *lines)
    evidence, looks = gather(lines, titled=title is not None)
    signs = read_signs(lines, looks, site, titled=title is not None)
    model = load()
    known = signs.known()._replace(kept=_lines_at(lines, markup.inside))
    decision = decide(model, evidence, titled=title is not None, known=known)
    states = [STATES[number] for number in decision.states]
    if may_be_live(body, markup.stamps):
        news = [state.role in _NEWS for state in states]
        found = find_live(lines, looks, news, stamps=markup.stamps, hints=markup.hints)
        if isinstance(found, Live):
            return _read_live(body, title, found, site)
        if found is not None:
            states = _with_times(states, found)
    if title is None:
        states = without_echoes(states, lines)
    blocks = group(states)
    if not blocks and len(lines) <= _FEW_LINES:
        blocks = _lone_texts(lines, looks)
    settle_kinds(blocks, lines, looks, model.kinds)
    return _Read(body, title, lines, evidence, looks, states, blocks, decision, signs)


def _read_live(body: str, title: tuple[int, int] | None, live: Live, site: SiteProfile | None) -> _Read:
    """Read a live page: what stands above its updates, and each update, as a page of its own."""
    lines = live.lines
    evidence, looks = gather(lines, titled=title is not None)
    signs = read_signs(lines, looks, site, titled=title is not None)
    states = _states_above(evidence, looks, live.updates[0].first, titled=title is not None)
    for update in live.updates:
        states += [_LISTED] * (update.first - len(states))
        states += _states_of(update, lines, evidence, looks, signs)
    states += [_LISTED] * (len(lines) - len(states))
    blocks = group(states)
    for update in live.updates:
        own = next((block for block in blocks if update.first <= block.first < update.stop), None)
        if own is not None:
            own.update, own.kind = update, "story"
    settle_kinds(blocks, lines, looks, load().kinds)
    return _Read(body, title, lines, evidence, looks, states, blocks, None, signs)


def _states_above(evidence: list[list[str]], looks: Sequence[Looks], stop: int, *, titled: bool) -> list[State]:
    """The states of the lines above the updates; a headline that has no text of its own is that of the list below."""
    decided = decide(load(), evidence[:stop], titled=titled)
    states = [STATES[number] for number in decided.states]
    if any(looks[number].paragraph and state.role in _NEWS for number, state in enumerate(states)):
        return states
    return [_LISTED if state.role in _NEWS or state.inside else state for state in states]


def _states_of(
    update: Update,
    lines: Sequence[Line],
    evidence: Sequence[list[str]],
    looks: Sequence[Looks],
    signs: Signs,
) -> list[State]:
    """The states of an update's lines: one piece, and what stands behind furniture below it."""
    own = [n for n in range(update.first, update.stop) if n != update.mark]
    decided = decide(load(), [evidence[number] for number in own], known=signs.known(own))
    states = [STATES[number] for number in decided.states]
    reads_as_news = any(state.role in _NEWS for state in states)
    found = _as_one(states) if reads_as_news else _as_text(states, own, lines, looks)
    if update.mark is not None:
        found.insert(update.mark - update.first, _MARK if update.mark == update.first else _MARK_INSIDE)
    return found


def _as_one(states: list[State]) -> list[State]:
    """The states of an update without openings in its midst: what follows its text at once goes on with it."""
    found: list[State] = []
    begun = False
    for above, state in zip([None, *states], states, strict=False):
        opens = state.role in ("title", "begin", "summary")
        if opens and begun and above is not None and above.role in _NEWS:
            found.append(_TEXT)
        else:
            found.append(_BEGIN if state.role == "summary" and not begun else state)
        begun = begun or state.role in _NEWS
    return found


def _with_times(states: list[State], chronology: Chronology) -> list[State]:
    """The states of a page with the texts of a chronology as parts of the story that they stand in."""
    found = list(states)
    for time, text in chronology.times:
        found[time] = _MARK_INSIDE
        if found[text].role in ("title", "begin"):
            found[text] = _TEXT
    return found


def _as_text(states: list[State], own: Sequence[int], lines: Sequence[Line], looks: Sequence[Looks]) -> list[State]:
    """The states of an update in which no news was found: what no list of furniture knows is its text."""
    found = list(states)
    begun = False
    for place, number in enumerate(own):
        if lines[number].sort is Sort.TEXT and looks[number].words >= _LEAST_WORDS:
            found[place] = _TEXT if begun else _BEGIN
            begun = True
        elif begun:
            found[place] = _LISTED
    return found


def _lines_at(lines: Sequence[Line], places: Sequence[int]) -> list[int]:
    """The lines that stand at some places of the body."""
    ends = [line.end for line in lines]
    found = {bisect_right(ends, place) for place in places}
    return sorted(number for number in found if number < len(lines))


def _lone_texts(lines: Sequence[Line], looks: Sequence[Looks]) -> list[Block]:
    """Of a page of a line or two in which no news was found, those that no list of furniture knows."""
    found = [
        number
        for number, (line, each) in enumerate(zip(lines, looks, strict=True))
        if line.sort is Sort.TEXT
        and each.words >= _LONE_WORDS
        and not any(name.startswith("gaps") for name in each.shown)
    ]
    return [Block(text=found)] if found else []


def split_page(
    body: str,
    *,
    title_length: int = 0,
    site: SiteProfile | None = None,
    markup: FromMarkup = NO_MARKUP,
) -> list[PageArticle]:
    """Return the articles of a page, in its order; linear in its length, and never raises for any text.

    Args:
        body: the raw body, any Unicode text.
        title_length: when the document gave title and text apart, how many code points of the body are the title. What
            follows is then one story, except where much speaks for another.
        site: what the page's site is known to repeat.
        markup: what its markup says, where it was HTML.

    Returns:
        Stories, teasers and machine summaries; an empty list when no line is news. Spans lie inside the body and do not
        overlap.
    """
    return _articles(_read(body, title_length, site, markup))


def is_live(body: str, title_length: int, markup: FromMarkup) -> bool:
    """Whether a page is read as one that is written as things happen; arguments as for :func:`split_page`."""
    return may_be_live(body, markup.stamps) and any(
        block.update is not None for block in _read(body, title_length, None, markup).blocks
    )


def explain_page(
    body: str,
    *,
    title_length: int = 0,
    site: SiteProfile | None = None,
    markup: FromMarkup = NO_MARKUP,
) -> list[LineRole]:
    """Return each stretch of a page that was read as one, with its role and what spoke most for it.

    Arguments as for :func:`split_page`.
    """
    read = _read(body, title_length, site, markup)
    model = load()
    kinds = {number: block.kind for block in read.blocks for number in (*block.text, block.title) if number is not None}
    roles: list[LineRole] = []
    for number, (line, shown, state) in enumerate(zip(read.lines, read.evidence, read.states, strict=True)):
        reasons = model.reasons(shown, state)
        if read.decision is not None and number in read.decision.moved:
            reasons = ((f"the page's layout: {read.decision.layout}", read.decision.worth), *reasons)
        reasons = (*read.signs.reasons(number, line), *reasons)
        roles.append(LineRole(line.start, line.end, _shown_role(state, kinds.get(number)), reasons))
        roles += [LineRole(part.start, part.end, part.role, ()) for part in line.behind]
    return roles


def _shown_role(state: State, kind: Kind | None) -> str:
    """The role of a line as a person is told it: ``kind`` is that of the article that the line is of."""
    if kind == "teaser":
        return "teaser_title" if state.role == "title" else "teaser"
    return "text" if state.role == "begin" else state.role


class Outline(NamedTuple):
    """A page as its lines, with what they were taken for: for who learns from many pages.

    ``title`` is the number of the first article's title, None without one or where the document gave it apart;
    ``last`` that of the last line of its text. ``names`` may be the publisher's, with what speaks for each.
    """

    lines: tuple[Line, ...]
    title: int | None
    last: int
    names: Mapping[str, float]


def outline_page(body: str, *, title_length: int = 0) -> Outline:
    """Return a page's lines and where its first article stands among them; arguments as for :func:`split_page`."""
    read = _read(body, title_length, None)
    titles = [read.lines[each.title].text for each in read.blocks if each.title is not None]
    block = next((each for each in read.blocks if each.kind != "summary"), None)
    title = None if block is None or read.title else block.title
    last = block.text[-1] if block and block.text else title if title is not None else 0
    return Outline(read.lines, title, last, candidates_of(read.lines, read.states, titles))


# Articles -----------------------------------------------------------------------------------------------------------


class _Whole(NamedTuple):
    """What the articles of a page have in common.

    ``titles`` are where each block's title stands; ``alone`` says that there is one story, ``dated_below`` that dates
    stand below their articles; ``only`` is the page's one date, ``originals`` whose reports the page says it shows.
    """

    titles: Sequence[tuple[int, int] | None]
    publisher: str | None
    alone: bool
    dated_below: bool
    only: Moment | None
    originals: Sequence[str]


def _whole(read: _Read) -> _Whole:
    body, lines, blocks = read.body, read.lines, read.blocks
    bracketed = sum(fields.ends_in_bracket(lines[block.title].text) for block in blocks if block.title is not None) > 1
    own = fields.Own(None, fields.headlines_of(lines))
    found = [_title_of(read, block, own, in_review=bracketed) for block in blocks]
    said = [body[slice(*title)] for title in found if title]
    publisher = publisher_of(lines, read.states, said, outlet=read.signs.outlet)
    own = own._replace(publisher=publisher)
    return _Whole(
        [_title_of(read, block, own, in_review=bracketed) for block in blocks],
        publisher,
        sum(block.kind != "summary" for block in blocks) == 1,
        fields.dates_below(blocks, lines),
        fields.only_date(lines, read.states, read.signs),
        originals_of(lines),
    )


def _articles(read: _Read) -> list[PageArticle]:
    whole = _whole(read)
    texts = [line.text for line in read.lines]
    articles: list[PageArticle] = []
    floor = 0
    for number, block in enumerate(read.blocks):
        _note_repeats(read, block)
        _note_doubts(read, number)
        text = _taken(read.body, _stretches(read, block))
        title = whole.titles[number]
        taken = _taken(read.body, [(*title, "")] if title else [])
        if text.runs or taken.runs:
            span = _span(title, text.runs or taken.runs, floor)
            floor = span[1]
            summary_of = story_of(read.blocks, number, texts) if block.kind == "summary" else None
            articles.append(_article(read, whole, number, taken, text, span, summary_of))
    return _settled(articles)


def _article(
    read: _Read,
    whole: _Whole,
    number: int,
    title: Mapped,
    text: Mapped,
    span: tuple[int, int],
    summary_of: int | None,
) -> PageArticle:
    """The article of a block, with what the page says of it."""
    block, lines = read.blocks[number], read.lines
    return PageArticle(
        kind=block.kind or "story",
        title=title.text,
        text=text.text,
        title_map=title.runs,
        text_map=text.runs,
        span=span,
        publisher=whole.publisher,
        source=source_of(block, lines, whole.publisher, whole.originals, read.signs),
        authors=fields.authors_of(block, lines, read.states, read.signs),
        dateline=fields.dateline_of(block, lines) if block.kind == "story" else None,
        published=_published(read, block, whole, first=not number),
        told=block.told,
        summary_of=summary_of,
        notes=tuple(block.notes),
    )


def _published(read: _Read, block: Block, whole: _Whole, *, first: bool) -> Dated | None:
    """When an article was published: an update by the time above it, any other by what stands around it."""
    if block.update is not None:
        return block.update.published
    return fields.date_of(
        block,
        read.lines,
        read.looks,
        read.states,
        read.signs,
        alone=whole.alone,
        dated_below=whole.dated_below,
        first=first,
        only=whole.only,
    )


def _span(title: tuple[int, int] | None, runs: Sequence[tuple[int, int, int]], floor: int) -> tuple[int, int]:
    """From the title to the last letter; a title above a machine summary stays outside its story's span."""
    start, end = runs[0][1], runs[-1][1] + runs[-1][2]
    return (title[0] if title and floor <= title[0] < start else start), end


def _note_doubts(read: _Read, number: int) -> None:
    block = read.blocks[number]
    if block.kind == "summary" or not block.text:
        return
    if any(read.lines[each].wrapped for each in block.text):
        block.note("lines of one width were put together")
    first = block.text[0]
    if block.title is None and number and read.states[first - 1].role in ("text", "begin"):
        block.note("opened by its topic alone")
    if len(block.text) > 1 and _is_cut(read, first, block.text[1]):
        block.note("the first sentence was cut across lines")


def _settled(articles: list[PageArticle]) -> list[PageArticle]:
    """Give a story without a date that of its summary, and note a summary without a story."""
    settled = list(articles)
    for place, article in enumerate(articles):
        if article.kind != "summary":
            continue
        at = article.summary_of
        if at is None or at >= len(articles):
            settled[place] = replace(
                article, summary_of=None, notes=(*article.notes, "no story beside it says the same")
            )
            continue
        if article.source is None:
            settled[place] = replace(settled[place], source=settled[at].source)
        if article.published is None and settled[at].published is not None:
            settled[place] = replace(settled[place], published=settled[at].published)
        elif article.published and settled[at].published is None:
            dated = article.published._replace(origin="summary")
            notes = (*settled[at].notes, "published_at is the summary's")
            settled[at] = replace(settled[at], published=dated, notes=notes)
    return settled


def _title_of(read: _Read, block: Block, own: fields.Own, *, in_review: bool) -> tuple[int, int] | None:
    if block.title is None:
        return None
    if read.title and block.title == 0:
        return read.title
    line = read.lines[block.title]
    begin, end = fields.title_stretch(line.text, own, in_review=in_review)
    return line.start + begin, line.start + end


def _stretches(read: _Read, block: Block) -> list[tuple[int, int, str]]:
    """Where the pieces of a block's text stand, each with what joins it to the one before."""
    found: list[tuple[int, int, str]] = []
    above: int | None = None
    for number in block.text:
        line = read.lines[number]
        if number in block.repeated:
            continue
        joint = " " if above is not None and _is_cut(read, above, number) else "\n"
        if block.kind == "summary" or line.bullet in _LIST_SIGNS:
            found += [(start, end, joint) for start, end in points_of(line)]
        else:
            found.append((line.start, line.end, joint))
        above = number
    return found


def _note_repeats(read: _Read, block: Block) -> None:
    """Find the lines of a text that say its title again, and the paragraphs that stand further up in it.

    A standfirst that the first paragraph repeats stays: it stands on the page as the outlet wrote it.
    """
    texts = [read.lines[number].text for number in (*block.text, *(() if block.title is None else (block.title,)))]
    same = first_of_same(texts)
    title = -1 if block.title is None else len(block.text)
    said: set[int] = set()
    for place, number in enumerate(block.text):
        if title >= 0 and same[place] == same[title] and len(block.text) > 1:
            block.repeated.add(number)
        elif read.looks[number].paragraph:
            if same[place] in said and place > 1:
                block.repeated.add(number)
                block.note("a repeated paragraph was left out")
            said.add(same[place])


def _is_cut(read: _Read, above: int, below: int) -> bool:
    """Whether a sentence goes on from one line to the next."""
    looks = read.looks
    if looks[above].final not in ("letter", "comma", "digit", "quote", "bracket"):
        return False
    one, other = looks[above].text, looks[below].text
    # A headline is not cut; two lines that open a text without one may be the halves of its first sentence.
    first = read.states[above].role == "begin" and not looks[above].paragraph and opens_with_and(other[:80])
    return first or breaks_off(one[-80:], other[:80])


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

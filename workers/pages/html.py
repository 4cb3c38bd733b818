"""An HTML page becomes articles: an extractor says what is main text, and the rest goes the way of any other page.

trafilatura decides which texts of a page are its news. It gives text without places, so each piece of text between two
tags is marked with a character of its own before it sees the page; the characters that come back say what was kept,
with no guess about where a sentence came from, however often the page repeats it. What was kept is put together from
the raw page (:mod:`workers.text.markup`), split as plain text is, and the maps are composed.

Where the extractor cannot be used (a page over its limits, nothing found, an error of its own) the page's own structure
decides, and a note on each article says so.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workers.pages.labels import ENDS, Sort, classify
from workers.pages.live import NOT_LIVE
from workers.pages.live_html import live_text
from workers.pages.outlets import DECLARED
from workers.pages.reader import FromMarkup, explain_page, outline_page, split_page
from workers.pages.site_signs import is_field
from workers.pages.sites import LONGEST_DATED
from workers.text.dates import Dated, is_finer, read_date, same_day
from workers.text.jsonld import Declared, read_json_ld
from workers.text.markup import Block, Markup, read_markup
from workers.text.offsets import Builder, Mapped, Reference, compose, covering_span, hull
from workers.text.references import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.pages.model import LineRole, PageArticle
    from workers.pages.reader import Outline
    from workers.pages.sites import SiteProfile, Where
    from workers.text.dates import Moment

__all__ = ["HtmlPage", "PlacedArticle", "explain_html", "outline_html", "placed_roles", "split_html"]

# Where a page declares when it was published: schema.org, Open Graph, Dublin Core, the time element.
_DECLARED = re.compile(
    r"(?:datePublished|published_time|\bdc\.date[\w.]*|\bpubdate|\bdatetime)[\"'\s:=]{1,12}(?:content\s*=\s*[\"'])?"
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)",
    re.IGNORECASE,
)
# Assigned, printable, in no news text, and enough of them: CJK ideographs of extension B.
_MARKS = range(0x20000, 0x2A6DF)
_OWN_MARKS = re.compile("[\U00020000-\U0002a6df]")
# libxml2 gives up on a page nested deeper than 255; trafilatura is linear on ordinary pages and has no limit of its own
# on hostile ones.
_DEEPEST = 240
_LONGEST = 1 << 21
# The extractor's time goes with the tags: each takes as long as 30 characters should. Beyond so many tags a page must
# have that many characters for each; pages of news have 40 to 200.
_TAGS_ALLOWED = 3000
_LETTERS_A_TAG = 30
# An article element with this much text outside links is a story, not a card that leads to one.
_STORY_LETTERS = 250
# Where no article element has this much, they are cards, each with a heading and a sentence.
_WHOLE_STORY_LETTERS = 600
_CARD_LETTERS = 40
_LINKED_SHARE = 0.5
# Shorter bare text beside paragraphs is a label or a counter.
_BARE_LETTERS = 25
# What a page declares as its text counts where its markup shows less than this share of it.
_SHOWN_SHARE = 0.8
# Labels, the longest of them notices.
_LABEL_LETTERS = 600
_PARTING = ENDS | {Sort.DATE, Sort.BYLINE, Sort.CREDIT, Sort.RELATED, Sort.LINK, Sort.SUMMARY}
# The extractor is not believed when it leaves out this much in paragraphs of this length, against what it takes.
_PARAGRAPH_LETTERS = 80
_SENTENCE_ENDS = (".", "؟", "!", ".»", '."', ".”")
_UNHEARD_LETTERS = 150
_UNHEARD_SHARE = 0.5
# A title repeated below this share of the page's kept text is no headline over all of it.
_HEAD_SHARE = 0.2

# The extractor logs each page in which it finds nothing as an error; here a note on the article says so.
for _name in ("trafilatura", "htmldate", "justext", "courlan"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """An article with maps to a body, and those letters of its title and text that the body writes as references."""

    page: PageArticle
    title_references: tuple[Reference, ...] = ()
    text_references: tuple[Reference, ...] = ()

    def over(self, below: Mapped) -> PlacedArticle:
        """Return the same article mapped to the body of ``below``, whose text is what it is mapped to now."""
        page = self.page
        title_map, title_references = compose(page.title_map, below.runs, below.references, self.title_references)
        text_map, text_references = compose(page.text_map, below.runs, below.references, self.text_references)
        span = hull(below.runs, below.references, *page.span)
        return PlacedArticle(
            replace(page, title_map=title_map, text_map=text_map, span=span), title_references, text_references
        )


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The articles of an HTML page in its order, the language that its root element states, and declared authors."""

    articles: tuple[PlacedArticle, ...]
    language: str | None
    authors: tuple[str, ...] = ()


class _Extracted(NamedTuple):
    """What the extractor said: the numbers of the nodes that it kept, title, date and site; or why it said nothing."""

    kept: frozenset[int] = frozenset()
    title: str | None = None
    date: str | None = None
    site: str | None = None
    problem: str | None = None


def _stories(markup: Markup) -> int:
    """How many article elements hold a story of their own; on a page of cards, how many cards with a heading."""
    blocks: dict[int, list[Block]] = defaultdict(list)
    for block in markup.blocks:
        if block.article >= 0:
            blocks[block.article].append(block)
    if max((_unlinked(each) for each in blocks.values()), default=0) < _WHOLE_STORY_LETTERS:
        return sum(
            _unlinked(each) >= _CARD_LETTERS and any(block.heading for block in each) for each in blocks.values()
        )
    return sum(_unlinked(each) >= _STORY_LETTERS or _is_short_story(each) for each in blocks.values())


def _unlinked(blocks: list[Block]) -> int:
    return sum(block.letters - block.linked for block in blocks)


def _is_short_story(blocks: list[Block]) -> bool:
    """Whether an article element has a heading that leads nowhere, and more than one paragraph: a card has one."""
    own = [block for block in blocks if not block.linked]
    paragraphs = sum(block.letters >= _PARAGRAPH_LETTERS and not block.heading for block in own)
    return paragraphs > 1 and any(block.heading for block in own)


def _unheard(markup: Markup, kept: frozenset[int]) -> bool:
    """Whether the extractor left out much that reads as news: paragraphs without links that no navigation holds.

    It looks for the one main text of a page; of two stories in plain elements it takes one.
    """
    left = heard = first = 0
    for block in markup.blocks:
        nodes = range(first, first + len(block.nodes))
        first += len(block.nodes)
        if block.letters < _PARAGRAPH_LETTERS or block.boilerplate or block.linked:
            continue
        if any(node in kept for node in nodes):
            heard += block.letters
        else:
            left += block.letters
    return left >= _UNHEARD_LETTERS and left > heard * _UNHEARD_SHARE


def _marked(raw: str, start: int, markup: Markup, *, flatten: bool) -> str:
    """The page with a mark before each node; with ``flatten``, article elements as section elements.

    Of several article elements the extractor keeps the first alone, and news would be lost.
    """
    edits = [
        (node, node, chr(_MARKS[number]))
        for number, (node, _) in enumerate(node for block in markup.blocks for node in block.nodes)
    ]
    if flatten:
        for element in markup.articles:
            if "comment" in raw[element.start : element.end]:
                continue
            edits.append((element.start, element.start + len("<article"), "<section"))
            if element.close:
                edits.append((element.close[0], element.close[0] + len("</article"), "</section"))
        edits.sort()
    parts: list[str] = []
    at = start
    for begin, end, put in edits:
        parts += (_OWN_MARKS.sub("一", raw[at:begin]), put)
        at = end
    parts.append(_OWN_MARKS.sub("一", raw[at:]))
    return "".join(parts)


def _extract(raw: str, start: int, markup: Markup, *, flatten: bool) -> _Extracted:
    """Ask the extractor; never raises."""
    if sum(len(block.nodes) for block in markup.blocks) > len(_MARKS) or len(raw) - start > _LONGEST:
        return _Extracted(problem="the page is too large for the extractor")
    if markup.tags > _TAGS_ALLOWED + (len(raw) - start) // _LETTERS_A_TAG:
        return _Extracted(problem="the page has too many tags for the extractor")
    if markup.depth > _DEEPEST:
        return _Extracted(problem="the page is nested too deep for the extractor")
    try:
        # Loading it takes half a second and 40 MB, which a stream of plain text need not pay.
        from trafilatura import bare_extraction, extract_metadata  # noqa: PLC0415 - see above

        found = bare_extraction(
            _marked(raw, start, markup, flatten=flatten), include_comments=False, with_metadata=False, fast=True
        )
        # Marks would hide dates and titles from it; only what the page declares counts, not any date in its text.
        told = extract_metadata(
            raw[start:], date_config={"extensive_search": False, "original_date": True}, extensive=False
        )
    except Exception as exc:  # noqa: BLE001 - whatever a third-party parser does on a hostile page, the page is still read
        return _Extracted(problem=f"the extractor failed ({type(exc).__name__})")
    text = getattr(found, "text", None) or ""
    kept = frozenset(ord(mark) - _MARKS.start for mark in _OWN_MARKS.findall(text))
    problem = None if kept else "the extractor found no main text"
    if kept and _unheard(markup, kept):
        kept, problem = frozenset(), "the extractor left out much that reads as news"
    return _Extracted(kept, told.title, _with_time(raw, start, told.date), told.sitename, problem)


def _with_time(raw: str, start: int, day: str | None) -> str | None:
    """The day that the page declares, with the time of day and the zone that it declares beside it."""
    if day is None:
        return None
    return next((found[1] for found in _DECLARED.finditer(raw, start) if found[1].startswith(day)), day)


def _main_blocks(raw: str, markup: Markup, extracted: _Extracted, site: SiteProfile | None) -> list[int]:
    """The numbers of the blocks that are main text, and of those among them that say where an article ends, or what the
    site's profile knows as a label.
    """
    main = _kept_blocks(markup, extracted.kept)
    if not main:
        return [
            number
            for number, block in enumerate(markup.blocks)
            if not block.boilerplate and block.linked <= block.letters * _LINKED_SHARE
        ]
    main |= _beside_paragraphs(markup, main)
    main |= _below_headline(raw, markup, main, extracted.title)
    stories = {markup.blocks[number].article for number in main} - {-1}
    last = max(main)
    for number in range(min(main), len(markup.blocks)):
        block = markup.blocks[number]
        if number in main or block.boilerplate:
            continue
        if _is_lost_label(raw, block, stories, within=number <= last):
            main.add(number)
    if site and site.labels:
        main.update(_profiled_blocks(raw, markup, site, max(main)))
    return sorted(main)


def _profiled_blocks(raw: str, markup: Markup, site: SiteProfile, last: int) -> Iterator[int]:
    """The numbers of the blocks in which a label of the site says a date, a source or an author; of bare dates only
    down to the ``last`` block of the text, where the profile says which heading holds the title.
    """
    title = _title_block(markup, site.heading)
    for number, block in enumerate(markup.blocks):
        if block.letters <= LONGEST_DATED:
            where: Where | None = None
            if title is not None:
                where = "above" if number < title else "head" if number <= last else "below"
            if is_field(" ".join(block.text(raw).split()), site, where):
                yield number


def _kept_blocks(markup: Markup, kept: frozenset[int]) -> set[int]:
    """The numbers of the blocks of which the extractor kept half or more."""
    main = set()
    first = 0
    for number, block in enumerate(markup.blocks):
        length = sum(length for node, (_, length) in enumerate(block.nodes, first) if node in kept)
        first += len(block.nodes)
        if length * 2 >= block.letters:
            main.add(number)
    return main


def _is_lost_label(raw: str, block: Block, stories: set[int], *, within: bool) -> bool:
    """Whether a block that the extractor dropped is a title or says where an article ends.

    The extractor drops a heading that is a link, which over a card's sentence is the card's title, and all short lines
    that are not news; but sources, tags, dates and notices say where one article ends and another begins.
    """
    if block.heading:
        return block.article in stories or (within and not block.linked)
    return block.letters <= _LABEL_LETTERS and _parts_articles(block.text(raw), within=within)


def _beside_paragraphs(markup: Markup, main: set[int]) -> set[int]:
    """The numbers of blocks that no paragraph element holds and that stand beside paragraphs of the main text.

    The extractor drops text that stands in the element around the paragraphs: a lead as bare text, in bold, behind an
    image, the last sentence behind the last paragraph.
    """
    around = {markup.blocks[number].container for number in main}
    return {
        number
        for number, block in enumerate(markup.blocks)
        if block.bare
        and block.container in around
        and not block.boilerplate
        and block.letters >= _BARE_LETTERS
        and block.linked <= block.letters * _LINKED_SHARE
    }


def _below_headline(raw: str, markup: Markup, main: set[int], title: str | None) -> set[int]:
    """The numbers of paragraphs between the page's headline and the first block of its main text.

    The extractor takes the element that holds most of the text; a lead that has one of its own is lost with all that
    stands between.
    """
    head = _headline(raw, markup, sorted(main), title) if title else None
    first = min((number for number in main if head is not None and number > head), default=0)
    between = range(first if head is None else head + 1, first)
    return {number for number in between if _reads_as_news(raw, markup.blocks[number])}


def _reads_as_news(raw: str, block: Block) -> bool:
    """Whether a block outside navigation is a paragraph; one that is a link ends as a sentence does."""
    if block.boilerplate or block.letters < _PARAGRAPH_LETTERS:
        return False
    return not block.linked or block.text(raw).rstrip().endswith(_SENTENCE_ENDS)


def _parts_articles(text: str, *, within: bool) -> bool:
    """Whether a line is a label that the splitter reads; below the main text only a notice, which names the outlet."""
    sort = classify(text.strip()).sort if text.strip() else Sort.NOISE
    return sort in _PARTING if within else sort is Sort.NOTICE


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _headline(raw: str, markup: Markup, main: list[int], title: str) -> int | None:
    """The number of the block that is the page's title above its main text, if there is one."""
    wanted = _squeezed(title)
    size = sum(markup.blocks[number].letters for number in main)
    seen = 0
    found = None
    kept = set(main)
    for number, block in enumerate(markup.blocks):
        if seen > size * _HEAD_SHARE:
            break
        same = block.letters < 4 * len(title) + 200 and _squeezed(block.text(raw)) == wanted
        if same and (found is None or block.heading or not markup.blocks[found].heading):
            found = number
            if block.heading == 1:
                break
        seen += block.letters if number in kept else 0
    return found


def _title_element(raw: str, markup: Markup, title: str) -> Block | None:
    """The stretch of the page's title element that is the title, without the site's name beside it."""
    element = markup.title
    if element is None:
        return None
    whole = Builder(raw)
    element.write(raw, whole)
    mapped = whole.build()
    at = mapped.text.find(title)
    if at < 0:
        return None
    if len(title) == len(mapped.text):
        return element
    try:
        begin, end = covering_span(mapped.runs, mapped.references, at, at + len(title))
    except ValueError:
        return None
    pieces = [piece for piece in element.pieces if piece.end > begin and piece.start < end]
    cut = [
        piece._replace(start=max(piece.start, begin), end=min(piece.end, end)) if piece.put is None else piece
        for piece in pieces
    ]
    return Block(pieces=cut)


def _title_block(markup: Markup, level: int | None) -> int | None:
    """The number of a page's only heading of a level, in which its site is known to write titles."""
    found = [number for number, block in enumerate(markup.blocks) if level and block.heading == level]
    return found[0] if len(found) == 1 else None


def _profiled_title(raw: str, markup: Markup, site: SiteProfile | None) -> str:
    """The text of the heading that holds the title by the site's profile; empty where the page has none, or several."""
    number = _title_block(markup, site.heading) if site else None
    return "" if number is None else " ".join(markup.blocks[number].text(raw).split())


def _plain(
    raw: str, start: int, markup: Markup, extracted: _Extracted, declared: Declared, site: SiteProfile | None
) -> tuple[Mapped, int, list[int]]:
    """The main text as a plain page, the length of the title that it opens with, 0 where none is certain, and where
    lines begin that stand inside a text.
    """
    builder = Builder(raw)
    main = _main_blocks(raw, markup, extracted, site)
    several = _stories(markup) > 1 or sum(markup.blocks[number].heading == 1 for number in main) > 1
    title = None if several else _profiled_title(raw, markup, site) or extracted.title or declared.title
    length, main = _write_title(raw, start, markup, main, title, builder)
    blocks = [markup.blocks[number] for number in main]
    if declared.body is not None and _hides(blocks, declared.body, several=several):
        builder.insert("\n\n" if builder.length else "")
        builder.append(declared.body)
        return builder.build(), length, []
    starts = _write_blocks(raw, blocks, builder, several=several)
    inside = [] if several else [starts[place] for place in _inside(raw, blocks)]
    return builder.build(), length, inside


def _inside(raw: str, blocks: list[Block]) -> list[int]:
    """The places of points, cells and headings between two paragraphs of a text, but for labels and links.

    Taken by themselves they look like a byline or a headline of another story; what stands around them says more.
    """
    paragraphs = [
        place
        for place, block in enumerate(blocks)
        if block.letters >= _PARAGRAPH_LETTERS and not (block.heading or block.listed or block.linked)
    ]
    if not paragraphs:
        return []
    return [
        place
        for place, block in enumerate(blocks[paragraphs[0] : paragraphs[-1]], paragraphs[0])
        if (block.listed or block.heading > 1) and not block.linked and classify(block.text(raw)).sort is Sort.TEXT
    ]


def _write_title(
    raw: str, start: int, markup: Markup, main: list[int], title: str | None, builder: Builder
) -> tuple[int, list[int]]:
    """Append the title that was given apart, else the page's; return as :func:`_write_headline` does."""
    if given := raw[:start].strip():
        begin = raw.index(given)
        builder.take(begin, begin + len(given))
        return len(given), main
    return _write_headline(raw, markup, main, title, builder) if title else (0, main)


def _write_headline(raw: str, markup: Markup, main: list[int], title: str, builder: Builder) -> tuple[int, list[int]]:
    """Append the page's title where it has a place in the page; return its length, and the blocks that are left.

    The length is 0 for the title element alone, which may also be the name of a section.
    """
    number = _headline(raw, markup, main, title)
    head = markup.blocks[number] if number is not None else _title_element(raw, markup, title)
    if head is None:
        return 0, main
    head.write(raw, builder)
    if number is None:
        return 0, main
    return builder.length, [each for each in main if each > number]


def _write_blocks(raw: str, blocks: list[Block], builder: Builder, *, several: bool) -> list[int]:
    """Append blocks, a line each, and return where each begins; of several stories a blank line sets each off."""
    starts = []
    if blocks and builder.length:
        builder.insert("\n")
    for before, block in pairwise([None, *blocks]):
        if before is not None and block is not None:
            opens = several and (block.heading == 1 or (block.article >= 0 and block.article != before.article))
            builder.insert("\n\n" if opens else "\n")
        if block is not None:
            starts.append(builder.length)
            block.write(raw, builder)
    return starts


def _hides(blocks: list[Block], body: Mapped, *, several: bool) -> bool:
    """Whether a page's markup shows too little of the text that it declares; never on a page of several stories."""
    shown = sum(block.letters for block in blocks if not block.heading)
    return not several and shown < _SHOWN_SHARE * len(body.text)


def _dated(articles: list[PageArticle], stated: str | None, *, profiled: bool) -> list[PageArticle]:
    """Give the page's declared date to its only story; to the stories among several that show none, with a note.

    Where the profile of the site says which dates are those of publishing (``profiled``), the one that a story shows
    stays, since the extractor may have taken another for declared.
    """
    moment = read_date(stated) if stated else None
    stories = [article for article in articles if article.kind == "story"]
    if moment is None or not stories:
        return articles
    declared = Dated(moment, "markup")
    dated = []
    for article in articles:
        kept = _keeps_its_date(article, moment, len(stories), profiled=profiled)
        if article.kind != "story" or article.told is not None or kept:
            dated.append(article)
        elif len(stories) == 1:
            dated.append(replace(article, published=declared))
        else:
            notes = (*article.notes, "published_at is the page's")
            dated.append(replace(article, published=declared, notes=notes))
    return dated


def _keeps_its_date(article: PageArticle, declared: Moment, stories: int, *, profiled: bool) -> bool:
    """Whether a story shows a date that the page's declared one does not replace.

    ``profiled`` says that the profile of its site knows which dates are those of publishing.
    """
    if article.published is None:
        return False
    shown = article.published.moment
    return stories > 1 or (not is_finer(declared, shown) if same_day(shown, declared) else profiled)


def _told(article: PageArticle, stated: str | None) -> PageArticle:
    """An update of a live page with its clock on the day that the page declares."""
    declared = read_date(stated) if article.told and stated else None
    moment = article.told.moment(declared.iso, None) if article.told and declared else None
    if moment is None:
        return article
    notes = (*article.notes, "the day of published_at is the page's")
    return replace(article, published=Dated(moment, "page"), told=None, notes=notes)


class _Text(NamedTuple):
    """The main text of a page as a plain page, how long the title is that it opens with, what the page declares, and
    what its markup says of its lines.
    """

    plain: Mapped
    length: int
    markup: Markup
    extracted: _Extracted
    declared: Declared
    said: FromMarkup


def _text(body: str, title_length: int, site: SiteProfile | None = None) -> _Text:
    markup = read_markup(body, title_length)
    declared = read_json_ld(body, title_length)
    flatten = _stories(markup) > 1
    # Lines of text with some markup among them have no navigation that the extractor would know from the news.
    extracted = _Extracted() if markup.opens_with_text else _extract(body, title_length, markup, flatten=flatten)
    title = _profiled_title(body, markup, site) or extracted.title or declared.title

    def headline(blocks: list[int], builder: Builder) -> tuple[int, list[int]]:
        return _write_title(body, title_length, markup, blocks, title, builder)

    if (live := live_text(body, markup, declared, headline)) is not None:
        # What was found of its main text does not count, nor whether any was.
        told = extracted._replace(problem=None)
        return _Text(live.plain, live.length, markup, told, declared, live.said)
    plain, length, inside = _plain(body, title_length, markup, extracted, declared, site)
    if again := decoded(plain.text):
        # Escaped twice: what the markup's references stand for holds references itself.
        plain, length, inside = again.over(plain), again.moved(length), []
    said = FromMarkup(hints=frozenset({NOT_LIVE}), inside=inside)
    return _Text(plain, length, markup, extracted, declared, said)


def split_html(body: str, *, title_length: int = 0, site: SiteProfile | None = None) -> HtmlPage:
    """Return the articles of an HTML page; linear in its length, and never raises for any text.

    Args:
        body: the raw body; HTML from ``title_length`` on.
        title_length: when the document gave title and text apart, how many code points of the body are the title.
        site: what the page's site is known to repeat.

    Returns:
        The articles as :func:`workers.pages.reader.split_page` gives them, their spans and maps in code points of the
        raw HTML. Their notes say where the extractor was not used, and why.
    """
    read = _text(body, title_length, site)
    plain, extracted, declared = read.plain, read.extracted, read.declared
    note = () if extracted.problem is None else (f"{extracted.problem}: the page's own structure decided",)
    articles = []
    found = split_page(plain.text, title_length=read.length, site=site, markup=read.said)
    date = extracted.date or declared.published
    profiled = site is not None and any(label.says == "published" for label in site.labels)
    for article in _dated([_told(each, date) for each in found], date, profiled=profiled):
        page = replace(
            article,
            publisher=article.publisher or extracted.site or declared.publisher,
            notes=(*article.notes, *note),
        )
        articles.append(PlacedArticle(page).over(plain))
    return HtmlPage(tuple(articles), read.markup.language, declared.authors)


def outline_html(body: str, *, title_length: int = 0) -> Outline:
    """Return the lines of an HTML page's main text, and where its first article stands among them."""
    read = _text(body, title_length)
    outline = outline_page(read.plain.text, title_length=read.length)
    if named := read.extracted.site or read.declared.publisher:
        outline = outline._replace(names={**outline.names, named: outline.names.get(named, 0.0) + DECLARED})
    return outline


def explain_html(body: str, *, title_length: int = 0, site: SiteProfile | None = None) -> list[LineRole]:
    """Return the lines of an HTML page's main text with their roles, in code points of the raw HTML."""
    read = _text(body, title_length, site)
    roles = explain_page(read.plain.text, title_length=read.length, site=site, markup=read.said)
    return placed_roles(roles, read.plain)


def placed_roles(roles: Iterable[LineRole], mapped: Mapped) -> list[LineRole]:
    """Return lines of a text with their places in the body that the text is mapped to."""
    placed = []
    for each in roles:
        with suppress(ValueError):
            start, end = covering_span(mapped.runs, mapped.references, each.start, each.end)
            placed.append(each._replace(start=start, end=end))
    return placed

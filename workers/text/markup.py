"""HTML read once from front to back: its visible text in blocks, each letter with its place in the raw page.

This is not a tree builder. A page of news is a row of blocks (paragraphs, headings, list points, table cells), and
what bounds a block is a tag that is not inline; so tags need no balance, broken ones do no harm, and no depth is too
great. Everything here is linear in the length of the page and raises for no text.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.text.offsets import Builder

__all__ = ["Block", "Element", "Markup", "TimeElement", "is_html", "read_markup"]

# How much of a body is looked at to tell what it is, and how thinly tags may stand in it.
_SAMPLE = 1 << 16
_LEAST_TAGS = 3
_LETTERS_A_TAG = 2000
_PROLOGUE = re.compile(
    r"(?:\s|\ufeff|<\?[^>]{0,200}>|<!--(?:[^-]|-(?!->)){0,2000}-->)*<(?:!doctype\s+html|html)\b", re.IGNORECASE
)
_CLOSING = re.compile(r"</(?:html|body|div|p|article|section|main|ul|ol|table|td|h[1-6]|span)\s*>", re.IGNORECASE)
# One paragraph of a feed: it opens with a tag and ends with one that closes.
_FRAGMENT = re.compile(
    r"\s*<(?:p|div|h[1-6]|article|section|figure|img|table|ul|ol|span|a|b|strong)(?=[\s/>])[^<>]{0,2000}>"
    r"(?s:.*)</(?:p|div|h[1-6]|article|section|figure|table|ul|ol|span|a|b|strong)\s*>\s*\Z",
    re.IGNORECASE,
)
# A text in which nothing but line breaks was kept of its markup.
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_KNOWN = re.compile(
    r"</?(?:html|head|body|div|p|br|span|a|b|strong|em|i|ul|ol|li|h[1-6]|article|section|main|header|footer|nav|aside"
    r"|table|tr|td|th|img|meta|link|script|style|figure|figcaption|blockquote|time)(?=[\s/>])[^<>]{0,500}>",
    re.IGNORECASE,
)

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
# An attribute's quoted value may hold < and >; a quote anywhere else is an ordinary character.
_UNQUOTED = re.compile(r"[^<>\"']*")
_BEFORE_QUOTE = re.compile(r"=\s*$")
_INLINE_TEXT = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small span
    strike strong sub sup time tt u var wbr nobr o:p
"""
_INLINE = frozenset(_INLINE_TEXT.split())
# Elements without an end tag, and those that a parser ends by itself: neither nests.
_VOID_TEXT = """
    area base basefont br col embed frame hr img input isindex keygen link meta param source track wbr
    p li dt dd option optgroup tr td th thead tbody tfoot colgroup rp rt h1 h2 h3 h4 h5 h6
"""
_VOID = frozenset(_VOID_TEXT.split())
_LISTED = frozenset(("li", "td", "th", "dd", "dt"))
# What one of these puts between itself and its content: a row and a cell, a point.
_DEPTHS = {"table": 4, "ul": 2, "ol": 2, "dl": 2}
# Their content is no text of the page, whatever stands in it, up to their own end tag.
_OPAQUE_TEXT = "script style template svg iframe noscript textarea xmp noembed noframes math title"
_OPAQUE = frozenset(_OPAQUE_TEXT.split())
_BOILERPLATE_TEXT = "nav footer aside header form button select menu dialog"
_BOILERPLATE = frozenset(_BOILERPLATE_TEXT.split())
# Readers' comments, in the names that content systems give to what holds them.
_COMMENTS = re.compile(
    r"(?:id|class)\s*=\s*[\"'][^\"'>]*\b(?:comments?|comment-?list|disqus\w*|respond)\b", re.IGNORECASE
)
_LANG = re.compile(r"\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DATETIME = re.compile(r"\bdatetime\s*=\s*[\"']?([^\"'<>]{8,40})")
_LONGEST_TIME = 400
# A character reference, or white space other than one plain space.
_UNEVEN = re.compile(r"(?P<ref>&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?)|[^\S ]\s*| \s+")


class _Piece(NamedTuple):
    """``raw[start:end]`` as it is, or in its place ``put``: a space, or what a character reference stands for."""

    start: int
    end: int
    put: str | None = None


class Element(NamedTuple):
    """An element whose tags matter: where its opening tag stands, and where its closing one, if it has any."""

    name: str
    start: int
    end: int
    close: tuple[int, int] | None


class TimeElement(NamedTuple):
    """An element that states a time: ``raw[start:end]`` is between its tags, ``stated`` is what its attribute says."""

    start: int
    end: int
    stated: str


@dataclass(slots=True)
class Block:
    """The text between two tags that bound blocks.

    ``heading`` is 1 to 6 for a heading, else 0. ``nodes`` are the pieces of text between two tags of any sort: where
    each begins in the raw page, and its length. ``article`` numbers the outermost article element around it, -1 outside
    any. ``container`` numbers the innermost element around it that holds blocks, and ``bare`` says that no element of
    its own, such as a paragraph, bounds it there. ``linked`` counts the letters inside links; ``boilerplate`` says that
    the page itself calls it navigation, a footer or the like, ``header`` that nothing but a header makes it so.
    ``listed`` says that it opens a point of a list or a cell of a table.
    """

    heading: int = 0
    article: int = -1
    container: int = 0
    bare: bool = True
    nodes: list[tuple[int, int]] = field(default_factory=list)
    linked: int = 0
    boilerplate: bool = False
    header: bool = False
    listed: bool = False
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def letters(self) -> int:
        """How many characters of the raw page are its text."""
        return sum(length for _, length in self.nodes)

    def write(self, raw: str, builder: Builder) -> None:
        """Append the block's text to ``builder``, which is one over ``raw``."""
        for start, end, put in self.pieces:
            if put is None:
                builder.take(start, end)
            elif put == " ":
                builder.insert(put)
            else:
                builder.refer(put, start, end)

    def text(self, raw: str) -> str:
        """Return the block's text."""
        return "".join(raw[start:end] if put is None else put for start, end, put in self.pieces)


@dataclass(slots=True)
class Markup:
    """A page that was read: its blocks in order, its title element as a block, its stated language, its articles, the
    times that elements state in an attribute.

    ``depth`` is how deep block elements nest, at least, and ``tags`` how many there are of all sorts.
    """

    blocks: list[Block] = field(default_factory=list)
    title: Block | None = None
    language: str | None = None
    articles: list[Element] = field(default_factory=list)
    times: list[TimeElement] = field(default_factory=list)
    opens_with_text: bool = False
    depth: int = 0
    tags: int = 0


def is_html(body: str) -> bool:
    """Whether a body is HTML: it opens as a page does, or known tags, some of them closing or line
    breaks, stand in it densely, or it is one marked paragraph.

    A stray ``<``, or a tag or two that somebody left in a text, do not make a page. Looks at the first 65,536 code
    points.
    """
    sample = body[:_SAMPLE]
    if _PROLOGUE.match(sample):
        return True
    if _FRAGMENT.match(sample) and "\n\n" not in sample.strip():
        return True
    if not _CLOSING.search(sample) and len(_BREAKS.findall(sample)) < _LEAST_TAGS:
        return False
    tags = letters = 0
    for found in _KNOWN.finditer(sample):
        tags += 1
        letters += found.end() - found.start()
    return tags >= _LEAST_TAGS and (len(sample) - letters) <= tags * _LETTERS_A_TAG


# Fields of a record, each on a line, of which one holds markup: not a page that somebody marked up.
_TEXT_FIRST = re.compile(r"[\s\ufeff]*[^<\s\ufeff]")
_DOCUMENT = re.compile(r"<(?:html|head|body|!doctype)\b", re.IGNORECASE)


def opens_with_text(raw: str, start: int) -> bool:
    """Whether plain text stands before the first tag, and no document with a head and a body follows."""
    return bool(_TEXT_FIRST.match(raw, start)) and not _DOCUMENT.search(raw, start, start + _SAMPLE)


class _Tag(NamedTuple):
    name: str
    start: int
    end: int
    closing: bool


class _Reader:
    """Goes through a page once."""

    def __init__(self, raw: str, start: int) -> None:
        self.raw = raw
        self.at = start
        self.markup = Markup()
        self.block = Block()
        # Where the text since the last block ended in white space: none may follow.
        self.spaced = True
        self.links = 0
        self.open_articles: list[int] = []
        self.outer_articles = 0
        # For each kind of element, the number of the block that each open one began at, and whether it is boilerplate.
        self.open_boilerplate: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        self.boilerplate: list[tuple[int, int, bool]] = []
        self.depth = 0
        # The elements that hold blocks and are open, by name and number; and how many of each name are open.
        self.containers: list[tuple[str, int]] = [("", 0)]
        self.containers_open: Counter[str] = Counter()
        self.containers_seen = 0
        # Inside preformatted text a line's end is one; outside of all elements too, on a page that opens with text.
        self.preformatted = False
        self.markup.opens_with_text = opens_with_text(raw, start)
        # Names of opaque elements that have no end tag any more: looked for once, not once for each that opens.
        self.endless: set[str] = set()

    def read(self) -> Markup:
        in_head = False
        for item in self._items():
            if isinstance(item, tuple) and not isinstance(item, _Tag):
                if not in_head:
                    self._text(*item)
                continue
            if item.name == "head":
                in_head = not item.closing
            elif item.name == "body" or (in_head and item.name in ("div", "p", "article", "main", "h1")):
                in_head = False
            self._tag(item)
        self._end_block()
        self._mark_boilerplate()
        return self.markup

    # From characters to tags and texts --------------------------------------------------------------------------------

    def _items(self) -> Iterator[_Tag | tuple[int, int]]:
        """Yield tags, and stretches of text between them, in order."""
        raw, begin = self.raw, self.at
        at = raw.find("<", begin)
        while at >= 0:
            end = self._markup_end(at)
            if end is None:
                # A tag that never ends: what follows is text.
                break
            if end == at:
                at = raw.find("<", at + 1)
                continue
            if begin < at:
                yield begin, at
            name = _NAME.match(raw, at + 2 if raw.startswith("</", at) else at + 1)
            if name:
                tag = _Tag(name[0].lower(), at, end, raw[at + 1] == "/")
                yield tag
                if tag.name in _OPAQUE and not tag.closing and raw[end - 2] != "/":
                    end = self._opaque(tag)
            begin = end
            at = raw.find("<", end)
        if begin < len(raw):
            yield begin, len(raw)

    def _markup_end(self, at: int) -> int | None:
        """Where the markup that begins with the ``<`` at ``at`` ends: ``at`` for a stray one, None for never."""
        raw = self.raw
        if raw.startswith("<!--", at):
            end = raw.find("-->", at + 4)
            return end + 3 if end >= 0 else len(raw)
        after = raw[at + 1 : at + 2]
        if after in ("!", "?"):
            end = raw.find(">", at)
            return end + 1 if end >= 0 else None
        if not (after == "/" or (after.isascii() and after.isalpha())):
            return at
        return self._tag_end(at)

    def _tag_end(self, at: int) -> int | None:
        """As :meth:`_markup_end`, of a tag: it does not end within quotation marks, of which there are two."""
        raw = self.raw
        place = at + 1
        while True:
            gap = _UNQUOTED.match(raw, place)
            place = gap.end() if gap else place
            if place >= len(raw):
                return None
            mark = raw[place]
            if mark in "><":
                return place + (mark == ">")
            closing = -1
            if _BEFORE_QUOTE.search(raw, max(at, place - 8), place):
                closing = raw.find(mark, place + 1)
            place = max(place, closing) + 1

    def _opaque(self, tag: _Tag) -> int:
        """Return where the content of an element that is not text ends; a page's title is kept aside."""
        found = None
        if tag.name not in self.endless:
            found = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(self.raw, tag.end)
            if found is None:
                self.endless.add(tag.name)
        if tag.name == "title" and found and self.markup.title is None:
            kept, self.block, spaced, self.spaced = self.block, Block(), self.spaced, True
            self._text(tag.end, found.start())
            self._trim()
            self.markup.title = self.block if self.block.pieces else None
            self.block, self.spaced = kept, spaced
        return found.start() if found else len(self.raw) if tag.name in ("script", "style") else tag.end

    # From tags and texts to blocks ------------------------------------------------------------------------------------

    def _tag(self, tag: _Tag) -> None:
        self.markup.tags += 1
        if tag.name == "a":
            self.links = 0 if tag.closing else 1
        elif "time" in tag.name:
            self._time(tag)
        if tag.name not in _INLINE:
            self._end_block()
            self._nesting(tag)
            self._block_tag(tag)

    def _block_tag(self, tag: _Tag) -> None:
        """Take in what an element says of the blocks in it."""
        if tag.name == "html" and not tag.closing:
            stated = _LANG.search(self.raw, tag.start, min(tag.end, tag.start + 2000))
            self.markup.language = stated[1].lower() if stated else None
        elif tag.name == "pre":
            self.preformatted = not tag.closing
        elif tag.name == "article":
            self._article(tag)
        elif tag.name in _BOILERPLATE:
            self._boilerplate(tag, believed=True)
        elif tag.name in ("div", "section", "ol", "ul"):
            self._boilerplate(tag, believed=bool(_COMMENTS.search(self.raw, tag.start, min(tag.end, tag.start + 400))))
        elif tag.name in _HEADINGS and not tag.closing:
            self.block.heading = _HEADINGS[tag.name]

    def _time(self, tag: _Tag) -> None:
        """Keep what a time element states; one that is not closed shows nothing."""
        times = self.markup.times
        if not tag.closing:
            stated = _DATETIME.search(self.raw, tag.start, min(tag.end, tag.start + 2000))
            if stated:
                times.append(TimeElement(tag.end, tag.end, stated[1]))
        elif times and times[-1].start == times[-1].end and tag.start - times[-1].start <= _LONGEST_TIME:
            times[-1] = times[-1]._replace(end=tag.start)

    def _nesting(self, tag: _Tag) -> None:
        """Keep how deep elements nest, which are open, and whether a point or a cell begins; linear over the page."""
        if tag.name in _LISTED:
            self.block.listed = not tag.closing
        if tag.name in _VOID:
            self.block.bare &= tag.closing or tag.name == "br"
            return
        if self.raw[tag.end - 2] == "/":
            return
        levels = _DEPTHS.get(tag.name, 1)
        self.depth = max(self.depth - levels, 0) if tag.closing else self.depth + levels
        self.markup.depth = max(self.markup.depth, self.depth)
        if not tag.closing:
            self.containers_seen += 1
            self.containers_open[tag.name] += 1
            self.containers.append((tag.name, self.containers_seen))
        elif self.containers_open[tag.name]:
            name = ""
            while name != tag.name:
                name, _ = self.containers.pop()
                self.containers_open[name] -= 1

    def _article(self, tag: _Tag) -> None:
        articles = self.markup.articles
        if not tag.closing:
            self.outer_articles += not self.open_articles
            self.open_articles.append(len(articles))
            articles.append(Element("article", tag.start, tag.end, None))
        elif self.open_articles:
            number = self.open_articles.pop()
            articles[number] = articles[number]._replace(close=(tag.start, tag.end))

    def _boilerplate(self, tag: _Tag, *, believed: bool) -> None:
        """Note where an element opens, and when it ends, that it holds boilerplate if it was ``believed`` to.

        Only an element that ends is believed: one that was left open would take the rest of the page with it.
        """
        opened = self.open_boilerplate[tag.name]
        if not tag.closing:
            opened.append((len(self.markup.blocks), believed))
        elif opened:
            begin, believed = opened.pop()
            if believed:
                self.boilerplate.append((begin, len(self.markup.blocks), tag.name == "header"))

    def _mark_boilerplate(self) -> None:
        """Mark the blocks inside boilerplate, but for headings in a header; linear however deep elements nest."""
        blocks = self.markup.blocks
        for headers in (False, True):
            change = [0] * (len(blocks) + 1)
            for begin, end, header in self.boilerplate:
                if header == headers:
                    change[begin] += 1
                    change[end] -= 1
            for block, inside in zip(blocks, accumulate(change), strict=False):
                if inside > 0 and not (headers and block.heading):
                    block.header = headers and not block.boilerplate
                    block.boilerplate = True

    def _end_block(self) -> None:
        heading, listed = 0, False
        if self.block.pieces:
            self._trim()
            if self.open_articles:
                self.block.article = self.outer_articles - 1
            self.block.container = self.containers[-1][1]
            self.markup.blocks.append(self.block)
        else:
            # <h1><div>...: the heading is the first block inside; as is the point in <li><p>.
            heading, listed = self.block.heading, self.block.listed
        self.block = Block(heading=heading, listed=listed)
        self.spaced = True

    def _trim(self) -> None:
        pieces = self.block.pieces
        if pieces and pieces[-1].put == " ":
            pieces.pop()
        elif pieces and pieces[-1].put is None and self.raw[pieces[-1].end - 1] == " ":
            last = pieces.pop()
            if last.end - 1 > last.start:
                pieces.append(_Piece(last.start, last.end - 1))

    def _text(self, start: int, end: int) -> None:
        """Append a stretch of text, in preformatted text line by line."""
        if not (self.preformatted or (self.markup.opens_with_text and len(self.containers) == 1)):
            self._flow(start, end)
            return
        while (line_end := self.raw.find("\n", start, end)) >= 0:
            self._flow(start, line_end)
            self._end_block()
            start = line_end + 1
        self._flow(start, end)

    def _flow(self, start: int, end: int) -> None:
        """Append ``raw[start:end]`` to the block: white space becomes one space, references what they stand for."""
        raw, pieces = self.raw, self.block.pieces
        before = len(pieces)
        at = start
        for found in _UNEVEN.finditer(raw, start, end):
            self._plain(at, found.start())
            at = found.end()
            if found["ref"] is None:
                self._space(found.start(), at)
                continue
            characters = html.unescape(found["ref"])
            if characters.isspace():
                self._space(found.start(), at)
            elif characters == found["ref"]:
                self._plain(found.start(), at)
            else:
                pieces.append(_Piece(found.start(), at, characters))
                self.spaced = False
        self._plain(at, end)
        if len(pieces) > before:
            length = end - pieces[before].start
            self.block.nodes.append((pieces[before].start, length))
            self.block.linked += length * self.links

    def _space(self, start: int, end: int) -> None:
        if not self.spaced:
            self.block.pieces.append(_Piece(start, end, " "))
            self.spaced = True

    def _plain(self, start: int, end: int) -> None:
        if self.spaced and start < end and self.raw[start] == " ":
            start += 1
        if start < end:
            self.block.pieces.append(_Piece(start, end))
            self.spaced = self.raw[end - 1] == " "


def read_markup(raw: str, start: int = 0) -> Markup:
    """Return the blocks of the HTML page ``raw``, from code point ``start`` on; linear, and never raises."""
    return _Reader(raw, start).read()

"""What a document's body holds, whatever form it came in: its articles, each mapped back to the body as it came.

A body is read in layers, each a text with a map to the one below: damage is repaired, a feed becomes its items, escaped
markup is decoded; what is left is HTML or plain text and is split into articles. Composing the maps leads from any
letter of an article to the raw body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workers.pages.html import PlacedArticle, explain_html, outline_html, placed_roles, split_html
from workers.pages.reader import explain_page, outline_page, split_page
from workers.text.damage import LOST, damage, repair
from workers.text.feeds import FeedItem, is_feed, read_feed
from workers.text.markup import is_html
from workers.text.offsets import Builder, Mapped
from workers.text.references import decoded

__all__ = ["Body", "Found", "explain_body", "outline_body", "read_body"]

if TYPE_CHECKING:
    from workers.pages.model import LineRole
    from workers.pages.reader import Outline
    from workers.pages.sites import SiteProfile

_CDATA_MARKS = ("<![CDATA[", "]]>")


@dataclass(frozen=True, slots=True)
class Found:
    """An article, and what the form that it came in says of it beside its text."""

    article: PlacedArticle
    url: str | None = None
    published: str | None = None
    """As the feed writes it; the page's own date is ``article.page.published_at``."""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """The articles of a body in its order; ``language`` is what its markup states.

    ``refused`` says why a damaged body was not read; then there is no article.
    """

    found: tuple[Found, ...] = ()
    language: str | None = None
    refused: str | None = None


def read_body(body: str, *, title_length: int = 0, site: SiteProfile | None = None) -> Body:
    """Return the articles of a document's raw body; linear in its length, and never raises for any text.

    Args:
        body: the raw body: plain text, HTML, escaped HTML, or a whole RSS or Atom document.
        title_length: when the document gave title and text apart, how many code points of the body are the title.
        site: what the document's site is known to repeat.

    Returns:
        The articles with their spans and maps in code points of ``body``. Their notes say what was repaired.
    """
    repaired = repair(body)
    text = body if repaired is None else repaired.mapped.text
    if why := damage(text):
        return Body(refused=why)
    notes = () if repaired is None else repaired.notes
    if lost := text.count(LOST):
        notes += (f"letters of the body were lost before it came: {lost} (U+FFFD)",)
    length = title_length if repaired is None else repaired.mapped.moved(title_length)
    read = _read_feed(text, site) if not length and is_feed(text) else _read(text, length, site)
    found = tuple(_below(each, None if repaired is None else repaired.mapped, notes) for each in read.found)
    return replace(read, found=found)


def _below(found: Found, mapped: Mapped | None, notes: tuple[str, ...]) -> Found:
    """Return the article mapped to what ``mapped`` is mapped to, with the notes."""
    article = found.article if mapped is None else found.article.over(mapped)
    page = replace(article.page, notes=(*article.page.notes, *notes)) if notes else article.page
    return replace(found, article=replace(article, page=page))


def _read(text: str, title_length: int, site: SiteProfile | None) -> Body:
    """Read HTML or plain text, escaped or not."""
    opened = _without_escapes(text, title_length)
    if opened is not None:
        text, title_length = opened.text, opened.moved(title_length)
    if is_html(text[title_length:]):
        html = split_html(text, title_length=title_length, site=site)
        found = [Found(each, authors=html.authors) for each in html.articles]
        language = html.language
    else:
        found = [Found(PlacedArticle(page)) for page in split_page(text, title_length=title_length, site=site)]
        language = None
    return Body(tuple(_below(each, opened, ()) for each in found), language)


def outline_body(body: str, *, title_length: int = 0) -> Outline | None:
    """Return the lines of a body and where its first article stands; None for a feed and for what cannot be read."""
    repaired = repair(body)
    text = body if repaired is None else repaired.mapped.text
    length = title_length if repaired is None else repaired.mapped.moved(title_length)
    if damage(text) or (not length and is_feed(text)):
        return None
    opened = _without_escapes(text, length)
    if opened is not None:
        text, length = opened.text, opened.moved(length)
    return (outline_html if is_html(text[length:]) else outline_page)(text, title_length=length)


def explain_body(body: str, *, title_length: int = 0, site: SiteProfile | None = None) -> list[LineRole]:
    """Return the lines that a body was read as, each with its role and what spoke most for it; none for a feed.

    Arguments as for :func:`read_body`; offsets are code points of ``body``.
    """
    repaired = repair(body)
    text = body if repaired is None else repaired.mapped.text
    length = title_length if repaired is None else repaired.mapped.moved(title_length)
    if not length and is_feed(text):
        return []
    opened = _without_escapes(text, length)
    if opened is not None:
        text, length = opened.text, opened.moved(length)
    roles = (
        explain_html(text, title_length=length, site=site)
        if is_html(text[length:])
        else explain_page(text, title_length=length, site=site)
    )
    for mapped in (opened, None if repaired is None else repaired.mapped):
        roles = roles if mapped is None else placed_roles(roles, mapped)
    return roles


def _without_escapes(text: str, title_length: int) -> Mapped | None:
    """Return the text without CDATA marks and, but for the references of markup, decoded; None when it had neither.

    HTML keeps its references, which are part of its grammar: decoded, ``&lt;`` would open a tag.
    """
    result: Mapped | None = None
    if _CDATA_MARKS[0] in text:
        result = _without_marks(text)
        text, title_length = result.text, result.moved(title_length)
    if "&" in text:
        again = _decoded_title(text, title_length) if is_html(text[title_length:]) else decoded(text)
        if again is not None:
            result = again if result is None else again.over(result)
    return result


def _decoded_title(text: str, title_length: int) -> Mapped | None:
    title = decoded(text[:title_length])
    if title is None:
        return None
    builder = Builder(text)
    builder.append(title)
    builder.take(title_length, len(text))
    return builder.build()


def _without_marks(text: str) -> Mapped:
    builder = Builder(text)
    at = 0
    while at < len(text):
        places = [(place, mark) for mark in _CDATA_MARKS if (place := text.find(mark, at)) >= 0]
        place, mark = min(places, default=(len(text), ""))
        builder.take(at, place)
        at = place + len(mark)
        if not mark:
            break
    return builder.build()


def _read_feed(text: str, site: SiteProfile | None) -> Body:
    """Read each item of a feed as a document of its own."""
    channel, items = read_feed(text)
    found: list[Found] = []
    languages: list[str | None] = []
    for item in items:
        document, length = _document(text, item)
        read = _read(document.text, length, site)
        languages.append(read.language)
        for each in read.found:
            article = each.article.over(document)
            page = replace(article.page, publisher=article.page.publisher or channel)
            found.append(
                Found(
                    replace(article, page=page),
                    url=item.link,
                    published=item.date,
                    authors=item.authors or each.authors,
                )
            )
    return Body(tuple(found), next(filter(None, languages), None))


def _document(text: str, item: FeedItem) -> tuple[Mapped, int]:
    """Return an item as a body, its title over its content, and the title's length."""
    builder = Builder(text)
    title = decoded(item.title.text)
    builder.append(item.title if title is None else title.over(item.title))
    length = len(builder.build().text)
    builder.insert("\n\n" if length else "")
    builder.append(item.content)
    return builder.build(), length

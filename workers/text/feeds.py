"""A body that is a whole RSS or Atom document: its items, each field with its place in the document.

The document is not parsed as XML: a third of the feeds in the wild break its rules somewhere (a bare ``&``, an HTML
entity, a byte that XML forbids), and a parser gives values without their places. Items are elements that never nest, so
they are found by their tags; what a tag holds is either a CDATA section or escaped text, and both lead back to the raw
body code point by code point. Maintained feed readers give no places, and the usual one needs a package that is not
built as a wheel (docs/decisions.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.text.offsets import Builder, Mapped
from workers.text.references import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FeedItem", "is_feed", "read_feed"]

_PROLOGUE = re.compile(
    r"(?:\s|\ufeff|<\?[^>]{0,500}>|<!--(?:[^-]|-(?!->)){0,2000}-->|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,2000}\])?>)*"
    r"<(?:rss|rdf:RDF|(?:atom:)?feed)(?=[\s>])",
    re.IGNORECASE,
)
_ITEM = re.compile(r"<(?P<name>(?:atom:)?(?:item|entry))(?=[\s>/])[^<>]*>", re.IGNORECASE)
_NAME = r"[A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?"
_ELEMENT = re.compile(rf"<(?P<name>{_NAME})(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/?)>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
# Longest first: what a feed calls content is the whole text, its description a sentence or all there is.
_CONTENT = ("content:encoded", "content", "description", "summary", "media:description")
_DATES = ("pubdate", "published", "dc:date", "date", "issued", "updated", "modified")
_AUTHORS = ("dc:creator", "author", "creator")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a feed.

    ``title`` and ``content`` are mapped to the document (an empty text when there is none); ``content`` may be HTML.
    ``date`` is as the feed writes it.
    """

    title: Mapped
    content: Mapped
    link: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    attributes: str
    start: int
    end: int


def is_feed(body: str) -> bool:
    """Whether a body is an RSS 0.9 to 2.0, RDF or Atom document: its root element says so."""
    return _PROLOGUE.match(body) is not None


def read_feed(body: str) -> tuple[str | None, list[FeedItem]]:
    """Return the name of the channel and the items of a feed in its order; linear, and never raises for any text.

    An item that holds neither title nor content is left out.
    """
    opened = list(_ITEM.finditer(body))
    head = body[: opened[0].start()] if opened else body
    name = next((_words(head, each) for each in _fields(head, 0, len(head)) if _plain_name(each) == "title"), None)
    items = []
    for number, found in enumerate(opened):
        limit = opened[number + 1].start() if number + 1 < len(opened) else len(body)
        close = body.find(f"</{found['name']}", found.end(), limit)
        item = _item(body, found.end(), close if close >= 0 else limit)
        if item.title.text.strip() or item.content.text.strip():
            items.append(item)
    return name or None, items


def _item(body: str, start: int, end: int) -> FeedItem:
    fields: dict[str, list[_Field]] = {}
    for each in _fields(body, start, end):
        fields.setdefault(_plain_name(each), []).append(each)

    def all_of(*names: str) -> list[_Field]:
        return [each for name in names for each in fields.get(name, ())]

    contents = (_content(body, each) for each in all_of(*_CONTENT))
    dates = (_words(body, each) for each in all_of(*_DATES))
    return FeedItem(
        title=next((_content(body, each) for each in all_of("title")), Mapped("", ())),
        content=next((each for each in contents if each.text.strip()), Mapped("", ())),
        link=_link(body, all_of("link"), all_of("guid", "id")),
        date=next(filter(None, dates), None),
        authors=tuple(dict.fromkeys(filter(None, (_person(body, each) for each in all_of(*_AUTHORS))))),
    )


def _plain_name(each: _Field) -> str:
    return each.name.lower().removeprefix("atom:")


def _fields(body: str, start: int, end: int) -> Iterator[_Field]:
    """Yield the child elements between ``start`` and ``end``, not what is nested in them."""
    at = start
    # Looked for once, not once for each tag that opens: otherwise the time would go with the square of the tags.
    endless: set[str] = set()
    while found := _ELEMENT.search(body, at, end):
        at = found.end()
        if found["empty"]:
            yield _Field(found["name"], found["attributes"], at, at)
            continue
        stop = None if found["name"] in endless else _close(body, found["name"], at, end)
        if stop is None:
            endless.add(found["name"])
            continue
        yield _Field(found["name"], found["attributes"], found.end(), stop)
        at = stop + len(found["name"]) + 3


def _close(body: str, name: str, start: int, end: int) -> int | None:
    """Return where the end tag of an element stands that opened before ``start``; tags in CDATA do not count."""
    at = start
    while True:
        close = body.find(f"</{name}", at, end)
        if close < 0:
            return None
        cdata = body.find("<![CDATA[", at, close)
        if cdata < 0:
            return close
        at = body.find("]]>", cdata, end)
        if at < 0:
            return None


def _content(body: str, each: _Field) -> Mapped:
    """Return what an element holds: CDATA as it is, other text with its references decoded once."""
    builder = Builder(body)
    at = each.start
    for found in _CDATA.finditer(body, each.start, each.end):
        _unescape(builder, body, at, found.start(), beside_cdata=True)
        builder.take(found.start(1), found.end(1))
        at = found.end()
    _unescape(builder, body, at, each.end, beside_cdata=at > each.start)
    return builder.build()


def _unescape(builder: Builder, body: str, start: int, end: int, *, beside_cdata: bool) -> None:
    """Append escaped text; white space around a CDATA section is layout."""
    piece = body[start:end]
    if beside_cdata and not piece.strip():
        return
    once = decoded(piece, levels=1)
    if once is None:
        builder.take(start, end)
    else:
        builder.append(once, shift=start)


def _words(body: str, each: _Field) -> str:
    """Return the plain words of an element, as for a name or a date."""
    text = re.sub(r"<[^<>]*>", " ", _content(body, each).text)
    return " ".join(_unescaped(text).split())


def _person(body: str, each: _Field) -> str:
    """Return an author's name: Atom holds it in an element of its own, RSS writes ``mail (name)``."""
    name = next((_words(body, part) for part in _fields(body, each.start, each.end) if part.name == "name"), None)
    text = _words(body, each) if name is None else name
    beside_mail = re.fullmatch(r"\S+@\S+\s*\((.+)\)", text)
    return beside_mail[1] if beside_mail else "" if "@" in text else text


def _link(body: str, links: Sequence[_Field], identities: Sequence[_Field]) -> str | None:
    """Return an item's address: RSS writes it as text, Atom as an attribute; an id that is an address is the last."""
    for each in links:
        attributes = {
            found["name"].lower(): found["double"] or found["single"] or ""
            for found in _ATTRIBUTE.finditer(each.attributes)
        }
        if attributes.get("rel", "alternate") == "alternate" and (
            address := _unescaped(attributes.get("href", "")) or _words(body, each)
        ):
            return address
    addresses = (_words(body, each) for each in identities)
    return next((address for address in addresses if re.match(r"https?://", address)), None)


def _unescaped(text: str) -> str:
    return (decoded(text) or Mapped(text, ())).text

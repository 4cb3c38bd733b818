"""What a page says of itself in JSON-LD (schema.org): the article's text, its date, who wrote and who published it.

A page that is drawn by a script holds its text here alone; one behind a paywall often holds the whole text here and its
beginning in the markup. The text is mapped to the raw page: a JSON string's escapes are references like any other.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from workers.text.offsets import Builder, Mapped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Declared", "DeclaredUpdate", "read_json_ld"]

_SCRIPT = re.compile(r"<script(?=[\s>])[^>]{0,300}?application/ld\+json[^>]{0,300}>", re.IGNORECASE)
_SCRIPT_END = re.compile("</script", re.IGNORECASE)
_ARTICLE_TYPES_TEXT = """
    Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle
    AskPublicNewsArticle ReviewNewsArticle LiveBlogPosting BlogPosting SocialMediaPosting Report
"""
_ARTICLE_TYPES = frozenset(_ARTICLE_TYPES_TEXT.split())
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_BODY_KEY = re.compile(r"\"articleBody\"\s*:\s*\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_TITLE_KEY = re.compile(r"\"(?:headline|name)\"\s*:\s*\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_LIVE_TYPE = "LiveBlogPosting"
_NOTHING = Mapped("", ())
_Literals = defaultdict[str, deque[Mapped]]
_MOST_UPDATES = 2000
_NESTED_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class DeclaredUpdate:
    """An update of a live page; ``title`` (empty where it has none) and ``body`` are mapped to the raw page."""

    title: Mapped
    body: Mapped
    published: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page declares of its one article; ``body`` is mapped to the raw page.

    ``live`` says that it is written as things happen; ``updates`` are those that it declares a time for.
    """

    title: str | None = None
    body: Mapped | None = None
    published: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    live: bool = False
    updates: tuple[DeclaredUpdate, ...] = ()


def read_json_ld(raw: str, start: int = 0) -> Declared:
    """Return what the page ``raw`` declares of its article in JSON-LD, from code point ``start`` on.

    Nothing is declared where there is none, or where several articles with texts of their own are, as in a list of
    stories. Broken JSON is passed over, for a page may hold several scripts. Linear in the length, and never raises.
    """
    if "ld+json" not in raw:
        return Declared()
    found = [each for begin, end in _scripts(raw, start) for each in _read_script(raw, begin, end)]
    bodies = {each.body.text for each in found if each.body is not None}
    told = next((each for each in found if each.body is not None), next(iter(found), Declared()))
    live = next((each for each in found if each.live), None)
    one = Declared() if len(bodies) > 1 else told
    return one if live is None else replace(one, live=True, updates=live.updates)


def _read_script(raw: str, start: int, end: int) -> list[Declared]:
    """Return what the articles of one script declare."""
    text = raw[start:end].strip().removesuffix(";")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = _loosely(text)
    bodies = _literals(_BODY_KEY, raw, start, end)
    titles = _literals(_TITLE_KEY, raw, start, end) if _LIVE_TYPE in text else _Literals()
    return [_declared(each, bodies, titles) for each in _articles(value, 0)]


def _literals(key: re.Pattern[str], raw: str, start: int, end: int) -> _Literals:
    """The strings that a script has under a key, by their words, in its order.

    By words, since control characters became spaces where it was read loosely.
    """
    found: _Literals = defaultdict(deque)
    for literal in key.finditer(raw, start, end):
        mapped = _string(raw, literal.start(1), literal.end(1))
        found[" ".join(mapped.text.split())].append(mapped)
    return found


def _scripts(raw: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where the content of each JSON-LD script stands; one that never ends is none."""
    while opened := _SCRIPT.search(raw, start):
        closed = _SCRIPT_END.search(raw, opened.end())
        if closed is None:
            return
        yield opened.end(), closed.start()
        start = closed.end()


def _loosely(text: str) -> Any:
    """Read JSON with raw line breaks inside its strings, which many content systems write; None for other faults."""
    try:
        return orjson.loads(re.sub(r"[\x00-\x1f]", " ", text))
    except orjson.JSONDecodeError:
        return None


def _articles(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects that are articles, wherever a graph or a list holds them."""
    if depth > _NESTED_DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _articles(each, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type")
        if _ARTICLE_TYPES.intersection(types if isinstance(types, list) else [types] if isinstance(types, str) else []):
            yield value
        for key in ("@graph", "mainEntity", "itemListElement", "item"):
            yield from _articles(value.get(key), depth + 1)


def _declared(value: dict[str, Any], bodies: _Literals, titles: _Literals) -> Declared:
    body = _mapped(value.get("articleBody"), bodies)
    types = value.get("@type")
    return Declared(
        title=_text(value.get("headline")) or _text(value.get("name")),
        body=body if body is not None and body.text.strip() else None,
        published=_text(value.get("datePublished")) or _text(value.get("dateCreated")),
        publisher=next(iter(_names(value.get("publisher"))), None),
        authors=tuple(dict.fromkeys(_names(value.get("author")))),
        live=types == _LIVE_TYPE or (isinstance(types, list) and _LIVE_TYPE in types),
        updates=tuple(_updates(value.get("liveBlogUpdate"), bodies, titles)),
    )


def _mapped(text: Any, literals: _Literals) -> Mapped | None:
    """The place of a string among those of the script; of several that say the same, the next."""
    places = literals.get(" ".join(text.split())) if isinstance(text, str) else None
    if not places:
        return None
    return places.popleft() if len(places) > 1 else places[0]


def _updates(value: Any, bodies: _Literals, titles: _Literals) -> Iterator[DeclaredUpdate]:
    """Yield the updates of a live page that have a text or a title, and a time."""
    for each in (value if isinstance(value, list) else [value])[:_MOST_UPDATES]:
        if not isinstance(each, dict):
            continue
        title = _mapped(_own(each, "headline") or _own(each, "name"), titles)
        body = _mapped(each.get("articleBody"), bodies)
        published = _text(each.get("datePublished")) or _text(each.get("dateCreated"))
        if published and (title or body):
            yield DeclaredUpdate(title or _NOTHING, body or _NOTHING, published)


def _own(value: dict[str, Any], key: str) -> str | None:
    """A string as it is written, if it says anything."""
    found = value.get(key)
    return found if isinstance(found, str) and found.strip() else None


def _text(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _names(value: Any) -> list[str]:
    """Return the names in what is a string, an object with a name, or a list of either."""
    if isinstance(value, list):
        return [name for each in value[:50] for name in _names(each if not isinstance(each, list) else None)]
    if isinstance(value, dict):
        value = value.get("name")
    return [name] if (name := _text(value)) else []


def _string(raw: str, start: int, end: int) -> Mapped:
    """Return the JSON string whose content is ``raw[start:end]``, decoded."""
    builder = Builder(raw)
    at = start
    for found in _ESCAPE.finditer(raw, start, end):
        try:
            characters = orjson.loads(f'"{found[0]}"')
        except orjson.JSONDecodeError:
            # Half a surrogate pair, or an escape that JSON lacks: it stands as it is written.
            continue
        builder.take(at, found.start())
        builder.refer(characters, found.start(), found.end())
        at = found.end()
    builder.take(at, end)
    return builder.build()

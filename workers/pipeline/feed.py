"""What other people's feeds send, as the fields of a document: envelopes opened, names and nested forms mapped.

A record that has `document_id` and a body under our own names is left as it is. Every other one is

1. taken out of its envelopes: Kafka Connect's ``{"schema", "payload"}``, Debezium's ``{"before", "after", "op"}``, a
   structured CloudEvent's ``data`` or ``data_base64``; a payload that is JSON as text is read;
2. mapped: for each of our fields the first of the feed's names that holds something (`FIELDS`, or the setting
   RASID_FEED_FIELDS). Names are compared without case and signs (``content:encoded``, ``content_encoded``,
   ``contentEncoded``); a full stop leads into an object (``feed.title``). A value may be nested, as converters from XML
   write it: ``{"#text": …}``, ``{"value": …}``, ``{"@href": …}``, or a list of those.

The raw body of such a document is its title, a blank line, and its content as it came, HTML or not: all raw offsets
count from there. A document without an id gets one from its link, the same each time.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from schemas.envelope import digest
from workers.errors import InvalidJSON, InvalidMessage, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FIELDS", "FeedFields", "document_fields", "read_fields"]

FeedFields = dict[str, tuple[str, ...]]
"""For each field of ours, the names that feeds give it, the most trusted first."""

FIELDS: FeedFields = {
    "document_id": ("document_id", "guid", "id"),
    "title": ("title", "headline"),
    "text": ("body", "text", "content:encoded", "content", "summary", "description"),
    "url": ("url", "link", "links"),
    "published_at": ("published_at", "pubDate", "published", "isoDate", "dc:date", "date", "updated"),
    "fetched_at": ("fetched_at", "fetched"),
    "source": ("source", "feed.title", "publisher"),
    "language": ("language", "lang", "dc:language"),
    "authors": ("authors", "author", "dc:creator", "creator"),
}
_MANY = "authors"

#: Where converters put an element's text or target, and typed encodings (Avro, MongoDB) the value.
_INNER = (
    *("#text", "_text", "_", "$t", "$", "value", "#cdata-section", "__cdata", "text", "content", "title", "name"),
    *("@href", "href", "url", "$date", "$numberLong", "string", "long"),
)
_DEEPEST = 4
_ENVELOPES = 4
_SIGNS = re.compile(r"[^a-z0-9#$@]+")
#: Parameters of a link that say how a reader came, not what he reads.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|mc_cid|mc_eid", re.IGNORECASE)
_SHOWN_NAMES = 8
_SHOWN_LETTERS = 40


def read_fields(text: str) -> FeedFields:
    """Return the mapping that a setting states, over the default's other fields.

    `text` is a JSON object of names or lists of names, or ``field=name,name; field=name``. Raises UsageError.
    """
    given = _stated_names(text.strip())
    for field, names in given.items():
        if field not in FIELDS:
            raise UsageError(f"RASID_FEED_FIELDS names {field[:40]!r}: a document's fields are {', '.join(FIELDS)}")
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise UsageError(f"RASID_FEED_FIELDS gives no names for {field}: write {field}=name,name or a JSON list")
    return {**FIELDS, **{field: tuple(names) for field, names in given.items()}}


def _stated_names(text: str) -> dict[str, Any]:
    """What a setting states, unchecked: a list of names for each field, if it is sound."""
    if text.startswith("{"):
        try:
            stated = orjson.loads(text)
        except orjson.JSONDecodeError as exc:
            raise UsageError(f"RASID_FEED_FIELDS is no JSON object: {exc}") from None
        return {field: [names] if isinstance(names, str) else names for field, names in stated.items()}
    parts = (part.partition("=") for part in text.split(";") if part.strip())
    return {field.strip(): [name.strip() for name in names.split(",")] for field, _, names in parts}


def document_fields(data: Mapping[str, Any], fields: FeedFields = FIELDS) -> dict[str, Any] | None:
    """Return the fields of the document that a record's JSON holds; None when its envelope says that it was deleted.

    What stands under our own names is returned as it is, sound or not: the model judges it. Raises InvalidJSON or
    InvalidMessage, which say what is missing.
    """
    found = _opened(data)
    if found is None or _is_ours(found):
        return found
    mapped = {field: value for field, names in fields.items() if (value := _first(found, names, field)) is not None}
    if "text" not in mapped:
        raise InvalidMessage(_missing("body: give `body`, or `title` and `text`", fields["text"], found))
    link = mapped.get("url")
    stated = mapped.get("document_id")
    # A bare number is a row of somebody's table: two feeds have the same ones.
    if stated is None or (stated.isdecimal() and link):
        if not link:
            names = (*fields["document_id"], *fields["url"])
            raise InvalidMessage(_missing("document_id, and no link to make one of", names, found))
        mapped["document_id"] = _id_of(link)
    return mapped


def _is_ours(data: Mapping[str, Any]) -> bool:
    return "document_id" in data and ("body" in data or "text" in data)


def _missing(what: str, names: Iterable[str], data: Mapping[str, Any]) -> str:
    shown = ", ".join(str(name)[:_SHOWN_LETTERS] for name in list(data)[:_SHOWN_NAMES]) or "nothing"
    return f"no {what}; looked for {', '.join(names)} (RASID_FEED_FIELDS); the record has {shown}"


# Envelopes ------------------------------------------------------------------------------------------------------------


def _opened(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the envelopes around a document hold; None for a deletion."""
    inside: Any = data
    for _ in range(_ENVELOPES):
        if inside.keys() == {"schema", "payload"}:
            inside, what = inside["payload"], "payload of Kafka Connect's envelope"
        elif inside.keys() >= {"before", "after", "op"}:
            inside, what = inside["after"], "`after` of a change event"
        elif "specversion" in inside and not _is_ours(inside):
            inside, what = _event_data(inside), "data of the CloudEvent"
        else:
            break
        if inside is None:
            return None
        inside = _object(inside, what)
    return dict(inside)


def _event_data(event: Mapping[str, Any]) -> Any:
    if (encoded := event.get("data_base64")) is not None:
        try:
            return base64.b64decode(encoded, validate=True).decode()
        except (TypeError, ValueError, binascii.Error):
            raise InvalidMessage("data_base64 of the CloudEvent is not text in base64: send JSON in UTF-8") from None
    if "data" not in event:
        raise InvalidMessage("the CloudEvent has no data: send the document in `data` or `data_base64`")
    return event["data"]


def _object(value: Any, what: str) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InvalidJSON(f"the {what} is text that is not JSON: send the document as an object") from None
    if not isinstance(value, dict):
        raise InvalidJSON(f"the {what} is a {type(value).__name__}: an object is needed")
    return value


# Names and values -----------------------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return _SIGNS.sub("", name.lower())


def _first(data: Mapping[str, Any], names: Iterable[str], field: str) -> Any:
    """The first of the named values that holds something: text, for authors a list of texts."""
    known = {_plain(str(name)): value for name, value in reversed(list(data.items()))}
    for name in names:
        value = data[name] if name in data else known.get(_plain(name))
        if value is None and "." in name:
            outer, _, inner = name.partition(".")
            under = data.get(outer)
            value = under.get(inner) if isinstance(under, dict) else None
        found = _texts(value) if field == _MANY else _text(value)
        if found:
            return found
    return None


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for each in listed if (text := _text(each))]


def _text(value: Any, depth: int = 0) -> str | None:
    """The text in a value: itself, a number's digits, or what stands at a known place inside; None for none."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if depth >= _DEEPEST:
        return None
    return next((text for each in _inside(value) if (text := _text(each, depth + 1))), None)


def _inside(value: Any) -> Iterable[Any]:
    """What may hold the text of an object or a list, the likeliest first: of Atom's links the page's own."""
    if isinstance(value, dict):
        return (value.get(name) for name in _INNER)
    return sorted(value, key=lambda each: not _is_alternate(each)) if isinstance(value, list) else ()


def _is_alternate(value: Any) -> bool:
    return isinstance(value, dict) and "alternate" in (value.get("rel"), value.get("@rel"))


def _id_of(link: str) -> str:
    """An id for the page behind a link, whatever way readers were sent there."""
    link = link.strip()
    try:
        parts = urlsplit(link)
        query = urlencode(
            [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
        )
        link = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
    except ValueError:
        pass  # no URL: then it is an id as it stands
    return f"link-{digest('link', link)}"

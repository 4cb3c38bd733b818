"""How much of what comes around a record goes on: its headers and its key are not ours, and have no use for a reader.

What arrives is limited by its topic alone; a large header is no fault of its document. The value's own limits are the
settings' (bytes) and the models' (each field); `codec.decode` counts keys and levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from schemas.topics import DEAD_LETTER_BYTES

if TYPE_CHECKING:
    from schemas.envelope import Headers
    from workers.pipeline.record import Record

__all__ = ["Kept", "carried", "fitting"]

#: Of a header that is copied into every record that is derived: a page may give hundreds. There are five such names.
CARRIED_BYTES = 512
#: Of a dead letter: what its topic takes, less its error headers and the batch around it.
LETTER_BYTES = DEAD_LETTER_BYTES - (1 << 18)


def carried(record: Record, name: str) -> str | None:
    """Return a header's text as it goes on into derived records; None when it is absent, not UTF-8 or too large."""
    text = record.header(name)
    return None if text is None or len(text.encode()) > CARRIED_BYTES else text


class Kept(NamedTuple):
    """As much of a record as a dead letter can hold."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    headers_left_out: int
    cut_from: int | None
    """Bytes of key and value together, where not all of them are here."""


def fitting(key: bytes | None, value: bytes | None, headers: Headers, *, limit: int = LETTER_BYTES) -> Kept:
    """Return a record whole if it has at most `limit` bytes; else without its largest headers, then cut short.

    A compressed batch may hold many times what its topic's limit says, so a record can be larger than any letter.
    """
    own = len(key or b"") + len(value or b"")
    kept = _smallest(headers, limit - own)
    left_out = len(headers) - len(kept)
    if own <= limit:
        return Kept(key, value, kept, left_out, None)
    short = None if key is None else key[: limit // 2]
    room = limit - len(short or b"")
    return Kept(short, None if value is None else value[:room], kept, left_out, own)


def _smallest(headers: Headers, room: int) -> Headers:
    """The headers without as many of the largest as it takes to fit into `room` bytes, in their order."""
    sizes = [len(name.encode()) + len(content or b"") for name, content in headers]
    total, left_out = sum(sizes), set()
    for number in sorted(range(len(headers)), key=lambda each: -sizes[each]):
        if total <= max(room, 0):
            break
        left_out.add(number)
        total -= sizes[number]
    return [header for number, header in enumerate(headers) if number not in left_out]

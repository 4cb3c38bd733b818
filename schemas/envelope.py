"""Headers of every record: CloudEvents 1.0 in Kafka's binary mode, W3C trace context, replay marks, origin, errors.

Sources: CloudEvents Kafka protocol binding 1.0.2 (``ce_`` prefix, UTF-8 values, ``content-type``), W3C Trace Context
(``traceparent``: version, 16-byte trace id, 8-byte parent id, flags).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CARRIED",
    "ERROR_HEADERS",
    "INGESTED",
    "MAX_OFFSET",
    "ORIGIN",
    "TRACEPARENT",
    "Headers",
    "Origin",
    "as_text",
    "child_traceparent",
    "cloudevent",
    "count",
    "digest",
    "first_value",
    "new_traceparent",
    "trace_parts",
]

Headers = list[tuple[str, bytes]]

TRACEPARENT = "traceparent"
ORIGIN = "x-rasid-origin"
#: The broker's time of the raw record, in ISO 8601: what latency is counted from.
INGESTED = "x-rasid-ingested"
REPLAY_ID = "x-replay-id"
REPLAY_SEQ = "x-replay-seq"
REPLAY_TIME = "x-replay-original-time"
#: Copied unchanged from a record to everything that is derived from it.
CARRIED = (REPLAY_ID, REPLAY_SEQ, REPLAY_TIME)

#: On a record that was sent back from the dead letters: how often, and the place (topic/partition/offset) at which it
#: failed. They are the record's own, and are not carried to what is derived from it.
RETRY = "x-rasid-retry"
RETRY_OF = "x-rasid-retry-of"

ERROR_STAGE = "x-error-stage"
ERROR_CLASS = "x-error-class"
ERROR_MESSAGE = "x-error-message"
ERROR_TOPIC = "x-error-topic"
ERROR_PARTITION = "x-error-partition"
ERROR_OFFSET = "x-error-offset"
ERROR_TIME = "x-error-time"
ERROR_ATTEMPT = "x-error-attempt"
#: On a dead letter that is too large to be whole: how many headers it lacks, and from how many bytes of key and value
#: together it was cut.
ERROR_HEADERS_LEFT_OUT = "x-error-headers-left-out"
ERROR_CUT_FROM = "x-error-cut-from"
ERROR_HEADERS = (
    ERROR_STAGE,
    ERROR_CLASS,
    ERROR_MESSAGE,
    ERROR_TOPIC,
    ERROR_PARTITION,
    ERROR_OFFSET,
    ERROR_TIME,
    ERROR_ATTEMPT,
    ERROR_HEADERS_LEFT_OUT,
    ERROR_CUT_FROM,
)

_TRACEPARENT = re.compile(r"^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$")


def digest(*parts: str, size: int = 16) -> str:
    """Hash `parts` to ``2 * size`` hex digits, the same on every machine; used for every derived id.

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def first_value(headers: Iterable[tuple[str, bytes]], name: str) -> str | None:
    """Return the first value of header `name` as text, or None when it is absent or not UTF-8."""
    for key, value in headers:
        if key == name and value is not None:
            return as_text(value)
    return None


def as_text(value: bytes | None) -> str | None:
    """Return the value of a header as text, or None when it is null or not UTF-8."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def count(text: str | None) -> int:
    """Return the number in a header; 0 when it is absent, malformed or of more than six digits."""
    return int(text) if text and len(text) <= 6 and text.isdecimal() else 0


def new_traceparent(seed: str) -> str:
    """Return a sampled traceparent whose ids derive from `seed`: a replay of the same input gives the same trace."""
    return f"00-{digest('trace', seed)}-{digest('span', seed, size=8)}-01"


def child_traceparent(parent: str | None, seed: str) -> str:
    """Return a traceparent in the trace of `parent` with a span id derived from `seed`.

    A missing or malformed parent starts a new trace, as the W3C recommendation asks.
    """
    parts = trace_parts(parent)
    if parts is None:
        return new_traceparent(seed)
    trace_id, _, flags = parts
    return f"00-{trace_id}-{digest('span', seed, size=8)}-{flags}"


def trace_parts(traceparent: str | None) -> tuple[str, str, str] | None:
    """Return trace id, span id and flags of a traceparent in hex; None when it is missing or malformed."""
    match = _TRACEPARENT.match(traceparent) if traceparent else None
    return (match[1], match[2], match[3]) if match else None


def cloudevent(*, type_: str, source: str, id_: str, time: str, traceparent: str, extra: Mapping[str, str]) -> Headers:
    """Return the headers of a record.

    `type_` is a name of ``schemas.models.MODELS``; `source` the part of Rasid that made the record; `time` the event
    time in ISO 8601; `extra` is appended as it is.
    """
    pairs = {
        "ce_specversion": "1.0",
        "ce_id": id_,
        "ce_source": f"/rasid/{source}",
        "ce_type": f"rasid.{type_}.v1",
        "ce_time": time,
        "content-type": "application/json",
        TRACEPARENT: traceparent,
        **extra,
    }
    return [(name, value.encode()) for name, value in pairs.items()]


#: The largest that a partition's offset can be; what stands in a header may be more.
MAX_OFFSET = (1 << 63) - 1


class Origin(NamedTuple):
    """The record on articles.raw that everything derived from it goes back to."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"

    @classmethod
    def parse(cls, text: str | None) -> Origin | None:
        """Read what ``str(origin)`` wrote; None when it is absent or malformed."""
        text = text or ""
        partition, _, offset = text.partition(":")
        # An offset has 19 digits at the most; int() raises for one of thousands.
        if not (partition.isdecimal() and offset.isdecimal() and len(text) < 40):
            return None
        place = cls(int(partition), int(offset))
        return place if max(place) <= MAX_OFFSET else None

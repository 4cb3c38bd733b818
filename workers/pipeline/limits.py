"""How large what comes around a record's value may be: its key and its headers, which are not ours and are copied on.

The value's own limits are the settings' (bytes) and the models' (each field); `codec.decode` counts keys and levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import envelope
from workers.errors import TooLarge

if TYPE_CHECKING:
    from workers.pipeline.record import Record

__all__ = ["check_envelope"]

#: A key is an id: of 2,048 characters at the most (schemas.models.Identifier), four bytes each.
KEY_BYTES = 8192
HEADERS = 64
HEADER_BYTES = 8192
ALL_HEADERS_BYTES = 65_536
#: Of what is copied into every record that is derived: a page may give hundreds.
CARRIED_BYTES = 512
_CARRIED = {*envelope.CARRIED, envelope.ORIGIN, envelope.INGESTED}


def check_envelope(record: Record) -> None:
    """Raise TooLarge, with the name and the limit, where the key or a header is larger than any of use."""
    key = len(record.key or b"")
    if key > KEY_BYTES:
        raise TooLarge(f"the key has {key} bytes, {KEY_BYTES} are allowed: send it with a shorter one")
    if len(record.headers) > HEADERS:
        raise TooLarge(f"the record has {len(record.headers)} headers, {HEADERS} are allowed: send it with fewer")
    total = 0
    for name, value in record.headers:
        size = len(value or b"")
        limit = CARRIED_BYTES if name in _CARRIED else HEADER_BYTES
        if size > limit:
            raise TooLarge(f"header {name[:60]!a} has {size} bytes, {limit} are allowed: send it with a shorter one")
        total += size + len(name.encode())
    if total > ALL_HEADERS_BYTES:
        raise TooLarge(f"the headers have {total} bytes, {ALL_HEADERS_BYTES} are allowed: send it with fewer")

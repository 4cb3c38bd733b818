"""Character references in text that should have none: ``&amp;``, ``&#8211;``, or whole escaped markup.

A feed escapes its HTML once, and some escape it twice; a title then reads ``&amp;quot;``. In a plain text such a
reference is never meant as it is written, so it is decoded, and decoded again while anything is left, with a map back.
"""

from __future__ import annotations

import html
import re

from workers.text.offsets import Builder, Mapped

__all__ = ["decoded"]

#: A reference ends in a semicolon: without one, ``AT&T`` and addresses with ``&copy=`` would be changed.
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: Three levels have been seen in feeds (``&amp;amp;quot;``); each level is one pass over the text.
_MOST_LEVELS = 4


def decoded(text: str, *, levels: int = _MOST_LEVELS) -> Mapped | None:
    """Return ``text`` with its character references decoded, mapped to ``text``; None when it has none.

    What decoding leaves may be references again: it is decoded ``levels`` times at most. A reference that names no
    character stays as it is. A no-break space becomes a plain one. Linear in the length.
    """
    result: Mapped | None = None
    for _ in range(levels):
        level = _decoded_once(text)
        if level is None:
            break
        result = level if result is None else level.over(result)
        text = level.text
    return result


def _decoded_once(text: str) -> Mapped | None:
    builder = Builder(text)
    at = 0
    for found in _REFERENCE.finditer(text):
        characters = html.unescape(found[0])
        if characters == found[0]:
            continue
        builder.take(at, found.start())
        builder.refer(" " if characters == "\xa0" else characters, found.start(), found.end())
        at = found.end()
    if not at:
        return None
    builder.take(at, len(text))
    return builder.build()

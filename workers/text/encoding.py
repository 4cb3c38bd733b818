"""Bytes of a file to text, without guessing: a byte order mark, UTF-8, or the encoding that a page declares."""

from __future__ import annotations

import codecs
import re

__all__ = ["EncodingError", "declared_encoding", "decode_text"]

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Browsers look at 1,024 bytes; pages with much before their <meta> are met all the same.
_HEAD = 8192
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARED = re.compile(
    rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)|<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
#: Labels that mean another encoding than Python takes them for (WHATWG, Encoding: names and labels), or that it lacks.
_LABELS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii"), "cp1252"),
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
}
# No language writes so many of these letters in a row: the bytes are of another encoding than was declared.
_NOT_LATIN = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{6}")


class EncodingError(ValueError):
    """Bytes that are not text as they stand; the message says what to do."""


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page of HTML or XML names in its first 8 KiB, None where it names none."""
    match = _DECLARED.search(_COMMENT.sub(b"", data[:_HEAD]))
    return (match[1] or match[2]).decode("ascii").lower() if match else None


def decode_text(data: bytes, *, declared: str | None = None) -> str:
    """Return the text of `data`, without its byte order mark.

    A byte order mark decides. Else what is UTF-8 is read as that, whatever is `declared`: text in another encoding is
    not UTF-8 by chance, while a page that was converted often keeps its old declaration. Else `declared` decides.

    Raises:
        EncodingError: for anything else, and where the text is then plainly not what was meant.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, f"its byte order mark says {encoding}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        if declared is None:
            raise EncodingError(f"not UTF-8 (byte {exc.start}): convert it, for example with iconv") from exc
    else:
        if "\0" in text:
            raise EncodingError("not UTF-8 (it holds zero bytes, as UTF-16 does): convert it, for example with iconv")
        return text
    return _decoded(data, _LABELS.get(declared, declared), f"it declares {declared}")


def _decoded(data: bytes, encoding: str, why: str) -> str:
    try:
        # LookupError also for a codec that is none of text, such as hex.
        text = data.decode(encoding)
    except LookupError as exc:
        raise EncodingError(f"{why}, which is no encoding that is known: convert it, for example with iconv") from exc
    except UnicodeDecodeError as exc:
        raise EncodingError(f"{why}, but byte {exc.start} is not of it: convert it, for example with iconv") from exc
    if _NOT_LATIN.search(text):
        raise EncodingError(f"{why}, but its letters then make no words: convert it to UTF-8, for example with iconv")
    return text

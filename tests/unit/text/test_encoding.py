from __future__ import annotations

import codecs

import pytest

from workers.text.encoding import EncodingError, declared_encoding, decode_text

ARABIC = "أعلنت وزارة الخارجية السورية"


def page(charset: str, encoding: str, text: str = ARABIC) -> bytes:
    return f'<html><head><meta charset="{charset}"></head><body>{text}</body></html>'.encode(encoding)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b'<meta charset="Windows-1256">', "windows-1256"),
        (b"<META CHARSET=utf-8>", "utf-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-6" />', "iso-8859-6"),
        (b"<meta\ncharset = 'cp1256'>", "cp1256"),
        (b'<?xml version="1.0" encoding="windows-1256"?><html>', "windows-1256"),
        (b'<!-- <meta charset="latin1"> --><meta charset="utf-8">', "utf-8"),
        (b'<!-- <meta charset="latin1">', None),
        (b'<p>charset="latin1"</p>', None),
        (b" " * 10_000 + b'<meta charset="utf-8">', None),
        (b"", None),
    ],
)
def test_what_a_page_declares(head: bytes, found: str | None) -> None:
    assert declared_encoding(head) == found


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("windows-1256", "cp1256"),
        ("iso-8859-6", "iso8859-6"),
        ("ISO-8859-6-I", "iso8859-6"),
        # What was converted and still declares what it was.
        ("windows-1256", "utf-8"),
        ("iso-8859-1", "utf-8"),
        # No such thing, and not needed.
        ("nonsense", "utf-8"),
    ],
)
def test_a_page_is_read_as_it_declares(charset: str, encoding: str) -> None:
    data = page(charset, encoding)
    assert ARABIC in decode_text(data, declared=declared_encoding(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_goes_before_what_is_declared(encoding: str) -> None:
    mark = getattr(codecs, f"BOM_{encoding.upper().replace('-', '_').replace('UTF_', 'UTF')}")
    assert decode_text(mark + ARABIC.encode(encoding), declared="windows-1252") == ARABIC


def test_latin_1_means_what_browsers_take_it_for() -> None:
    data = page("iso-8859-1", "cp1252", "“l’été”")
    assert "“l’été”" in decode_text(data, declared="iso-8859-1")


@pytest.mark.parametrize(
    ("data", "declared", "why"),
    [
        (ARABIC.encode("cp1256"), None, "not UTF-8 (byte 0): convert it"),
        (ARABIC.encode("cp1256"), "iso-8859-1", "it declares iso-8859-1, but its letters then make no words"),
        (ARABIC.encode("cp1256"), "iso-8859-9", "it declares iso-8859-9, but its letters then make no words"),
        (ARABIC.encode("cp1256"), "nonsense", "it declares nonsense, which is no encoding that is known"),
        (ARABIC.encode("cp1256"), "hex", "it declares hex, which is no encoding that is known"),
        (ARABIC.encode("cp1256"), "utf-8", "it declares utf-8, but byte 0 is not of it"),
        (codecs.BOM_UTF8 + b"\xff", None, "its byte order mark says utf-8, but byte 0 is not of it"),
        (ARABIC.encode("utf-16-le"), None, "not UTF-8 (it holds zero bytes, as UTF-16 does)"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused(data: bytes, declared: str | None, why: str) -> None:
    with pytest.raises(EncodingError) as raised:
        decode_text(data, declared=declared)
    assert str(raised.value).startswith(why)
    assert "iconv" in str(raised.value)

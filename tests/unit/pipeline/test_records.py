from __future__ import annotations

import pytest

from schemas import envelope
from schemas.envelope import MAX_OFFSET, Origin, child_traceparent, digest, new_traceparent
from schemas.models import Document
from workers.pipeline.document import document_record
from workers.pipeline.record import Record, derived_headers
from workers.pipeline.times import epoch, iso

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def headers_of(document: Document, **options: object) -> dict[str, str]:
    record = document_record(document, now=1_750_000_000.0, **options)  # type: ignore[arg-type]
    return {name: value.decode() for name, value in record.headers}


def test_a_document_record_carries_cloudevents_trace_and_replay_headers() -> None:
    document = Document(document_id="d", body="ن", published_at="Fri, 02 Mar 2018 16:49:57 +0400")
    headers = headers_of(document, replay_id="r", seq=7)
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_id"] == "d"
    assert headers["ce_type"] == "rasid.document.v1"
    assert headers["ce_time"] == "2018-03-02T12:49:57.000Z"
    assert headers["content-type"] == "application/json"
    assert headers["traceparent"] == new_traceparent("d")
    assert headers["x-replay-id"] == "r"
    assert headers["x-replay-seq"] == "7"
    assert headers["x-replay-original-time"] == "2018-03-02T12:49:57Z"


def test_a_document_without_a_time_has_the_time_of_sending_and_no_original_time() -> None:
    headers = headers_of(Document(document_id="d", body="ن"), replay_id="r")
    assert headers["ce_time"] == "2025-06-15T15:06:40.000Z"
    assert "x-replay-original-time" not in headers
    assert not [name for name in headers_of(Document(document_id="d", body="ن")) if name.startswith("x-replay")]


@pytest.mark.parametrize(
    ("parent", "kept"),
    [
        (PARENT, True),
        (None, False),
        ("", False),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", False),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", False),
        ("garbage", False),
        (PARENT.upper(), False),
    ],
)
def test_a_child_stays_in_its_parent_s_trace_if_that_is_well_formed(parent: str | None, kept: bool) -> None:
    child = child_traceparent(parent, "seed")
    assert (child.split("-")[1] == PARENT.split("-")[1]) is kept
    assert child != parent
    assert child == child_traceparent(parent, "seed")


def test_derived_headers_keep_replay_marks_and_the_origin() -> None:
    given = [("x-replay-id", b"r"), ("x-replay-seq", b"3"), ("traceparent", PARENT.encode()), ("other", b"x")]
    raw = Record("articles.raw", 2, 41, b"k", b"v", given, 0.0)
    first = dict(derived_headers(raw, type_="article", stage="parse", id_="a", time="t"))
    assert first[envelope.ORIGIN] == b"2:41"
    assert first["x-replay-id"] == b"r"
    assert "other" not in first
    parsed = Record("articles.parsed", 0, 9, b"ar", b"v", list(first.items()), 0.0)
    second = dict(derived_headers(parsed, type_="unique-article", stage="dedupe", id_="a", time="t"))
    assert second[envelope.ORIGIN] == b"2:41"
    assert second["x-replay-seq"] == b"3"
    assert second["ce_source"] == b"/rasid/dedupe"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("3:14", Origin(3, 14)),
        ("0:9223372036854775807", Origin(0, MAX_OFFSET)),
        *(
            (text, None)
            for text in ("", None, "3:", "x:1", "0:9223372036854775808", f"0:{'9' * 9999}", "-1:0", "1:2:3")
        ),
    ],
)
def test_an_origin_reads_what_it_wrote(text: str | None, origin: Origin | None) -> None:
    assert Origin.parse(text) == origin
    assert origin is None or str(origin) == text


def test_a_digest_does_not_run_its_parts_together() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert len(digest("a")) == 32
    assert digest("\ud800")  # a lone surrogate, which JSON can carry, has an id too


def test_epoch_takes_utc_where_nothing_is_stated() -> None:
    assert epoch("1970-01-01 00:01:00") == 60.0
    assert epoch("1970-01-01T00:01:00+00:01") == 0.0
    assert epoch("yesterday") is None
    assert epoch("") is None
    assert epoch(None) is None
    assert iso(60.5) == "1970-01-01T00:01:00.500Z"

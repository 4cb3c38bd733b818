"""What of a value is too large, too deep or not printable is a dead letter that names the field and the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas import envelope
from schemas.topics import DEAD_LETTER, DEAD_LETTER_BYTES, PARSED, RAW
from workers.pipeline.build import build_parse
from workers.pipeline.dead_letter import outputs_of
from workers.pipeline.limits import LETTER_BYTES
from workers.pipeline.record import Output, Record
from workers.settings import Settings

if TYPE_CHECKING:
    from schemas.envelope import Headers

NOW = "2026-01-01T00:00:00.000Z"
TEXT = "أعلنت وزارة الصحة في دمشق افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم."


def parse(value: bytes, *, key: bytes | None = b"k", headers: Headers | None = None) -> list[Output]:
    return outputs_of(build_parse(Settings()), Record(RAW, 0, 0, key, value, headers or [], 0.0), now=NOW)


def document(**fields: Any) -> bytes:
    return orjson.dumps({"document_id": "d", "body": TEXT, **fields})


def refusal(outputs: list[Output]) -> tuple[str, str]:
    (letter,) = outputs
    assert letter.topic == DEAD_LETTER
    told = dict(letter.headers)
    return told[envelope.ERROR_CLASS].decode(), told[envelope.ERROR_MESSAGE].decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"document_id": "x" * 2049}, "document_id: String should have at most 2048 characters"),
        ({"document_id": "a\nb"}, "document_id: String should match pattern"),
        ({"document_id": "a\u009bb"}, "document_id: String should match pattern"),
        ({"url": "h" * 8193}, "url: String should have at most 8192 characters"),
        ({"source": "s" * 513}, "source: String should have at most 512 characters"),
        ({"language": "a" * 65}, "language: String should have at most 64 characters"),
        ({"published_at": "2" * 129}, "published_at: String should have at most 128 characters"),
        ({"fetched_at": "2" * 129}, "fetched_at: String should have at most 128 characters"),
    ],
)
def test_a_field_over_its_limit_is_named_with_the_limit(fields: dict[str, str], said: str) -> None:
    error, message = refusal(parse(document(**fields)))
    assert error == "InvalidMessage"
    assert said in message
    assert len(message) < 300


def test_keys_and_levels_of_json_are_counted() -> None:
    many = {f"k{n}": 0 for n in range(1001)}
    assert refusal(parse(document(**many)))[1].startswith("the object has 1003 keys, 1000 are allowed")
    for depth in (1025, 5000, 500_000):
        deep = b'{"document_id":"d","body":"x","more":' + b"[" * depth + b"]" * depth + b"}"
        error, message = refusal(parse(deep))
        assert error == "InvalidJSON"
        assert message.startswith("nested deeper than 1024 levels at character ")
    # Within the limits an unknown field is ignored.
    assert [output.topic for output in parse(document(more=[[[{"a": 1}]]]))] == [PARSED]


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        (b"k" * 100_000, []),
        (b"k", [(f"h{n}", b"") for n in range(1000)]),
        (b"k", [("baggage", b"v" * 2_000_000)]),
        (b"k", [("x-replay-id", b"v" * 513), ("x-replay-seq", b"1")]),
        (b"k", [("x-replay-id", b"v" * 4_000_000)]),
        (b"k", [("traceparent", b"0" * 1_000_000), ("ce_time", b"2" * 1_000_000)]),
        (b"k", [(f"h{n}", b"v" * 8000) for n in range(100)]),
    ],
)
def test_large_headers_and_keys_are_no_fault_of_a_document_and_do_not_go_on(key: bytes, headers: Headers) -> None:
    outputs = parse(document(), key=key, headers=headers)
    assert [output.topic for output in outputs] == [PARSED]
    assert sum(len(name) + len(value) for name, value in outputs[0].headers) < 1000
    assert dict(parse(document())[0].headers).keys() - dict(outputs[0].headers).keys() == set()


def test_what_is_of_use_is_carried_on() -> None:
    headers = [("x-replay-id", b"v" * 512), ("x-replay-seq", b"7"), ("baggage", b"v" * 2_000_000)]
    (output,) = parse(document(), headers=headers)
    assert dict(output.headers)["x-replay-id"] == b"v" * 512
    assert dict(output.headers)["x-replay-seq"] == b"7"
    assert "baggage" not in dict(output.headers)


def test_a_dead_letter_has_the_large_headers_that_its_topic_takes() -> None:
    headers = [(f"h{n}", b"v" * 8000) for n in range(100)]
    (letter,) = parse(b"not JSON", key=b"k" * 100_000, headers=headers)
    assert letter.key == b"k" * 100_000
    assert letter.headers[:100] == headers
    assert envelope.ERROR_HEADERS_LEFT_OUT not in dict(letter.headers)
    assert envelope.ERROR_CUT_FROM not in dict(letter.headers)


def test_a_dead_letter_without_its_largest_headers_says_how_many() -> None:
    headers = [("small", b"v"), ("first", b"v" * 5_000_000), ("second", b"v" * 6_000_000), ("attempt", b"1")]
    (letter,) = parse(b"not JSON", headers=headers)
    told = dict(letter.headers)
    assert told[envelope.ERROR_HEADERS_LEFT_OUT] == b"1"
    assert envelope.ERROR_CUT_FROM not in told
    assert letter.headers[:3] == [headers[0], headers[1], headers[3]]
    assert (letter.key, letter.value) == (b"k", b"not JSON")


def test_a_dead_letter_that_its_topic_would_not_take_is_cut_short_and_says_so() -> None:
    value, key = b"x" * 12_000_000, b"k" * 6_000_000
    (letter,) = parse(value, key=key, headers=[("h", b"v" * 100)])
    told = dict(letter.headers)
    assert told[envelope.ERROR_CUT_FROM] == b"18000000"
    assert told[envelope.ERROR_HEADERS_LEFT_OUT] == b"1"
    assert letter.key is not None
    assert letter.value is not None
    assert key.startswith(letter.key)
    assert value.startswith(letter.value)
    size = len(letter.key) + len(letter.value) + sum(len(name) + len(content) for name, content in letter.headers)
    assert LETTER_BYTES <= size < DEAD_LETTER_BYTES
    (tombstone,) = parse(b"", key=b"k" * 20_000_000)
    assert tombstone.key is not None
    assert len(tombstone.key) <= LETTER_BYTES


def test_headers_that_only_look_like_ours_do_no_harm() -> None:
    hostile = [
        (envelope.ERROR_ATTEMPT, b"9" * 5000),
        (envelope.ORIGIN, b"9" * 400 + b":1"),
        (envelope.REPLAY_ID, b"r"),
        (envelope.REPLAY_SEQ, b"9" * 500),
        ("traceparent", b"00-zz"),
    ]
    assert [output.topic for output in parse(document(), headers=hostile)] == [PARSED]
    # The attempts of a letter are counted by it: thousands of digits must not stop the worker.
    (letter,) = parse(b"not JSON", headers=hostile)
    assert dict(letter.headers)[envelope.ERROR_ATTEMPT] == b"1"


@pytest.mark.parametrize(
    ("stated", "scope"), [("en-GB", b"en"), ("AR", b"ar"), ("made up", b"und"), ("x" * 60, b"und"), (None, b"und")]
)
def test_a_page_cannot_make_up_a_scope_of_deduplication(stated: str | None, scope: bytes) -> None:
    # No words by which a language could be told.
    outputs = parse(document(body="1234 5678 9012. " * 20, language=stated))
    assert {output.key for output in outputs if output.topic == PARSED} in ({scope}, set())

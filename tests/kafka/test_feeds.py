"""What other people's feeds send, by a producer that is not ours."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import orjson

from schemas import envelope
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, STAGES
from tests.kafka.conftest import payloads
from tests.kafka.test_outcomes import produce
from tests.kafka.test_stream import corpus

if TYPE_CHECKING:
    from tests.kafka.conftest import Stream

#: Of librdkafka's own limit, which counts bytes before they are compressed.
LARGE = 30_000_000


def test_large_headers_refuse_no_document_and_outgrow_no_dead_letter(stream: Stream) -> None:
    documents = corpus(4, repeated=0)
    values = [document.model_dump_json().encode() for document in documents]
    stream.start()
    large = {"baggage": b"v" * 500_000, "x-replay-id": b"r" * 5000, "x-replay-seq": b"1", "traceparent": b"0" * 100_000}
    produce(
        stream,
        RAW,
        [
            (b"k" * 50_000, values[0], large),
            (b"b", values[1], {f"h{number}": b"v" * 5000 for number in range(150)}),
            (b"kept whole", b"not JSON", large),
        ],
    )
    # Eleven and twelve megabytes that compress to some kilobytes: more than a dead letter can hold.
    produce(
        stream,
        RAW,
        [
            (b"c", values[2], {"lineage": b"v" * 12_000_000}),
            (b"without headers", b"not JSON either", {"lineage": b"v" * 12_000_000, "kind": b"page"}),
            (b"cut", b"x" * 12_000_000, {"kind": b"page"}),
            (b"d", values[3], {}),
        ],
        compression_type="gzip",
        message_max_bytes=LARGE,
    )
    account = stream.wait()
    assert (account.documents, account.documents_dead) == (7, 3)
    events = stream.read(ENRICHED, DUPLICATES)
    assert {event["document_id"] for event in payloads(events)} == {each.document_id for each in documents}
    for record in [*stream.read(PARSED), *events]:
        assert sum(len(name) + len(value) for name, value in record.headers) < 1000
    letters = {record.key: record for record in stream.read(DEAD_LETTER)}
    assert letters.keys() == {b"kept whole", b"without headers", b"cut"}
    assert letters[b"kept whole"].headers[: len(large)] == list(large.items())
    without = letters[b"without headers"]
    assert without.value == b"not JSON either"
    assert without.header("kind") == "page"
    assert without.header("lineage") is None
    assert without.header(envelope.ERROR_HEADERS_LEFT_OUT) == "1"
    cut = letters[b"cut"]
    assert cut.header(envelope.ERROR_CUT_FROM) == str(12_000_000 + len(b"cut"))
    assert set(cut.value or b"") == {ord("x")}
    assert stream.stop() == dict.fromkeys(STAGES, 0)
    assert stream.account().balanced


def test_envelopes_and_items_of_feeds_become_events_and_the_rest_says_what_it_lacks(stream: Stream) -> None:
    documents = [each.model_dump(exclude_none=True, exclude_defaults=True) for each in corpus(5, repeated=0)]
    connect, event, encoded, rss, atom = documents
    link = "https://news.example.org/atom/5"
    sound: list[tuple[object, dict[str, bytes]]] = [
        ({"schema": {"type": "struct"}, "payload": connect}, {}),
        (
            {"specversion": "1.0", "id": "e1", "source": "/feed", "type": "page", "data": event},
            {"content-type": b"application/cloudevents+json"},
        ),
        (
            {"specversion": "1.0", "id": "e2", "source": "/feed", "type": "page"}
            | {"data_base64": base64.b64encode(orjson.dumps(encoded)).decode()},
            {"content-type": b"application/cloudevents+json; charset=UTF-8"},
        ),
        (
            {"guid": {"#text": rss["document_id"]}, "link": "https://news.example.org/4", "title": rss["title"]}
            | {"content:encoded": f"<p>{rss['text']}</p>", "pubDate": "Sun, 09 Mar 2025 15:00:00 +0300"},
            {},
        ),
        (
            {
                "link": {"@href": link},
                "title": {"value": atom["title"]},
                "summary": atom["text"],
                "published": 1741521600,
            },
            {},
        ),
    ]
    lacking: dict[bytes, object] = {
        b"no content": {"guid": "urn:x", "title": "عنوان"},
        b"no id": {"title": "عنوان", "content": "نص"},
        b"no data": {"specversion": "1.0", "id": "e3"},
    }
    stream.start()
    records = [(None, orjson.dumps(value), headers) for value, headers in sound]
    records += [(key, orjson.dumps(value), {}) for key, value in lacking.items()]
    produce(stream, RAW, [*records, (b"deleted", b'{"schema":null,"payload":null}', {})])
    account = stream.wait()
    assert (account.documents, account.documents_dead, account.tombstones) == (8, 3, 1)
    events = {event["title"]: event for event in payloads(stream.read(ENRICHED, DUPLICATES))}
    assert events.keys() == {each["title"] for each in documents}
    assert {events[each["title"]]["document_id"] for each in documents[:4]} == {
        each["document_id"] for each in documents[:4]
    }
    last = events[atom["title"]]
    assert (last["document_id"].startswith("link-"), last["url"]) == (True, link)
    for title in (rss["title"], atom["title"]):
        assert (events[title]["published_at"], events[title]["published_precision"]) == (
            "2025-03-09T12:00:00Z",
            "second",
        )
    # Mentions lead back to title, a blank line, and the content as it came.
    body = f"{rss['title']}\n\n<p>{rss['text']}</p>"
    mentions = [mention for tag in events[rss["title"]].get("countries", []) for mention in tag["mentions"]]
    assert all(body[each["raw_start"] : each["raw_end"]] == each["surface"] for each in mentions)
    letters = {record.key: record.header(envelope.ERROR_MESSAGE) or "" for record in stream.read(DEAD_LETTER)}
    assert letters.keys() == lacking.keys()
    assert letters[b"no content"].startswith("no body")
    assert letters[b"no id"].startswith("no document_id, and no link")
    assert letters[b"no data"].startswith("the CloudEvent has no data")
    assert stream.stop() == dict.fromkeys(STAGES, 0)

"""What other people's feeds send, by a producer that is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

"""Metrics, logs and traces of a real run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from schemas import envelope
from schemas.models import Document
from schemas.topics import BY_COUNTRY, ENRICHED, WORKERS
from tests.kafka.test_health import PATIENCE, Worker, good
from tests.kafka.test_stream import send
from workers.ops.metrics import METRICS, PROCESS_METRICS, exported_names
from workers.replay.reader import Problem, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kafka.conftest import Stream

pytestmark = pytest.mark.kafka


def samples(running: Worker) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(running.metrics()):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def test_every_declared_metric_moves_in_a_run_and_no_other_is_exported(stream: Stream, seeds: list[Path]) -> None:
    moved: set[str] = set()
    exported: set[str] = set()

    def scrape(*running: Worker) -> None:
        for each in running:
            for name, _, value in samples(each):
                exported.add(name)
                if value:
                    moved.add(name)

    small = {"dedupe_max_entries": 5, "log_level": "debug"}
    parse, dedupe = Worker(stream, log_level="debug"), Worker(stream, stage="dedupe", **small)
    # What it has done is not committed for a while: its lag can be seen.
    tag = Worker(stream, stage="tag", commit_interval_seconds=60, log_level="debug")
    stories = Worker(stream, stage="stories", log_level="debug")
    for each in (parse, dedupe, tag, stories):
        each.wait("/readyz")
    secret = "كلمات لا يقرؤها أحد"  # noqa: S105 - words that no log may hold
    asyncio.run(
        send(stream, [(b"poison", f"{{{secret}".encode()), (b"7", f'{{"document_id": 7, "x": "{secret}"}}'.encode())])
    )
    found = [each for each in read_documents([str(path) for path in seeds]) if not isinstance(each, Problem)]
    stream.replay(found)
    deadline = time.monotonic() + PATIENCE
    first = {"rasid_end_to_end_latency_seconds_count", "rasid_consumer_lag_records", "rasid_stories_held"}
    while not first <= moved:
        assert time.monotonic() < deadline
        scrape(parse, dedupe, tag, stories)
        time.sleep(0.2)
    assert (dedupe.stop(), stories.stop()) == (0, 0)
    again, stories_again = Worker(stream, stage="dedupe", **small), Worker(stream, stage="stories", log_level="debug")
    for each in (again, stories_again):
        each.wait("/readyz")
    stream.replay(good("one more"))
    # One that only a fault moves: tests/agents/test_stages.py makes it.
    expected = {name for each in METRICS for name in each.series} - {"rasid_delivery_failures_total"}
    while not expected <= moved and time.monotonic() < deadline:
        scrape(parse, again, tag, stories_again)
        time.sleep(0.2)
    assert expected == moved - set(PROCESS_METRICS)
    assert exported <= exported_names()
    by_replay = {labels["replayed"]: v for name, labels, v in samples(parse) if name == "rasid_records_in_total"}
    assert by_replay == {"yes": 6, "no": 2}
    errors = {labels["error"]: v for name, labels, v in samples(parse) if name == "rasid_dead_letters_total" and v}
    assert errors == {"InvalidJSON": 1, "InvalidMessage": 1}

    # And nobody's words are in the logs, at their loudest.
    texts = [secret, *(line for document in found for line in document.raw_body.splitlines() if len(line) > 20)]
    for each in (parse, dedupe, again, tag, stories, stories_again):
        log = each.log.read_text()
        events = [orjson.loads(line) for line in log.splitlines()]
        assert {event["stage"] for event in events} <= set(WORKERS)
        written = log + "".join(str(event) for event in events)
        assert not [text for text in texts if text in written]
    letters = [orjson.loads(line) for line in parse.log.read_text().splitlines() if "dead letter: " in line]
    assert sorted((event["topic"], event["document_id"], event["error"]) for event in letters) == [
        ("articles.raw", "7", "InvalidMessage"),
        ("articles.raw", "poison", "InvalidJSON"),
    ]


@contextmanager
def collector() -> Iterator[tuple[int, list[ExportTraceServiceRequest]]]:
    """Take spans as an OpenTelemetry collector does."""
    requests: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port, requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_one_document_is_one_trace_from_replay_to_the_last_record(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "أعلنت وزارة الخارجية السورية في دمشق أن الوزير أسعد الشيباني التقى نظيره التركي هاكان فيدان اليوم."
    documents = [Document(document_id=name, title=f"لقاء {name}", text=text + name) for name in ("ألف", "باء")]
    with collector() as (port, requests):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        stream.start()
        stream.replay(documents[:1])
        stream.wait()
        assert set(stream.stop().values()) == {0}
    spans = {}
    for request in requests:
        for resource in request.resource_spans:
            names = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    spans[span.span_id.hex()] = (names["service.name"], span)
    assert len({span.trace_id for _, span in spans.values()}) == 1
    # Each hangs below another, up to the one with which the replay began.
    (root,) = [span for _, span in spans.values() if not span.parent_span_id]
    assert root.name == "send articles.raw"
    below = defaultdict(list)
    for service, span in spans.values():
        if span.parent_span_id:
            assert span.parent_span_id.hex() in spans, span.name
            below[span.parent_span_id.hex()].append((service, span))
    (first,) = below[root.span_id.hex()]
    path = ["rasid-replay send articles.raw"]
    node = first
    while True:
        path.append(f"{node[0]} {node[1].name}")
        children = [each for each in below[node[1].span_id.hex()] if "events.by" not in each[1].name]
        if not children:
            break
        (node,) = children
    assert path == [
        "rasid-replay send articles.raw",
        "rasid-parse process articles.raw",
        "rasid-parse send articles.parsed",
        "rasid-dedupe process articles.parsed",
        "rasid-dedupe send articles.unique",
        "rasid-tag process articles.unique",
        "rasid-tag send events.enriched",
    ]
    # The records say so themselves.
    for record in stream.read(ENRICHED, BY_COUNTRY):
        parts = envelope.trace_parts(record.header("traceparent"))
        assert parts is not None
        assert spans[parts[1]][1].name == f"send {record.topic}"
    attributes = {each.key: each.value.string_value for each in first[1].attributes}
    assert attributes["messaging.destination.name"] == f"{stream.settings.topic_prefix}articles.raw"
    assert attributes["messaging.consumer.group.name"] == f"{stream.settings.topic_prefix}rasid-parse"
    assert not [each for _, span in spans.values() for each in span.attributes if text[:20] in each.value.string_value]

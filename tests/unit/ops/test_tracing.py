"""Traces are off unless asked for; when they are on, what a record led to hangs below it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from schemas import envelope
from schemas.envelope import cloudevent, new_traceparent
from schemas.topics import DEAD_LETTER, PARSED, RAW
from workers.errors import InvalidJSON, UsageError
from workers.ops.spans import Spans
from workers.ops.tracing import start, wanted
from workers.pipeline.dead_letter import dead_letter
from workers.pipeline.record import Fate, Output, Record, derived_headers

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

ROOT = Path(__file__).resolve().parents[3]
TIMES = {"begun": 1, "ended": 2, "sending": 3, "acknowledged": 4}


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        ({}, None),
        ({"OTEL_TRACES_EXPORTER": ""}, None),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, None),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "TRUE"}, None),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, "otlp"),
    ],
)
def test_traces_are_wanted_by_the_standard_variables(environment: dict[str, str], exporter: str | None) -> None:
    assert wanted(environment) == exporter


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "jaeger"}, "OTEL_TRACES_EXPORTER=jaeger: choose otlp, console or none"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc: only http/protobuf is spoken",
        ),
    ],
)
def test_what_cannot_be_had_is_refused(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        start("rasid-parse", environment)


@pytest.mark.parametrize(("environment", "imported"), [({}, "False"), ({"OTEL_TRACES_EXPORTER": "console"}, "True")])
def test_a_worker_without_traces_imports_nothing_of_them(
    environment: dict[str, str], imported: str, tmp_path: Path
) -> None:
    program = (
        "import sys; from workers.stages import create_stage; from workers.settings import Settings; "
        "create_stage('parse', Settings(), '127.0.0.1:1'); "
        "print(any(m.startswith('opentelemetry') for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), **environment},
    )
    assert done.stdout == f"{imported}\n"


def raw(traceparent: str = new_traceparent("doc")) -> Record:
    headers = cloudevent(
        type_="document", source="replay", id_="doc", time="2025-06-15T15:06:40Z", traceparent=traceparent, extra={}
    )
    return Record(RAW, 2, 41, b"doc", b"{}", headers, 0.0)


def article(record: Record, identity: str) -> Output:
    headers = derived_headers(record, type_="article", stage="parse", id_=identity, time="2025-06-15T15:06:40Z")
    return Output(PARSED, b"ar", b"{...}", headers, fate=Fate("parsed", "story"))


class Traced:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.spans = Spans("rasid-parse", self.exporter, prefix="p.", group="p.rasid-parse")

    def finished(self) -> list[ReadableSpan]:
        self.spans.stop()
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)


def test_what_was_written_hangs_below_what_it_was_made_of_under_the_id_in_its_header() -> None:
    traced, record = Traced(), raw()
    outputs = [article(record, "a1"), article(record, "a2"), Output("rasid-dedupe-index-changelog", b"k", None)]
    traced.spans.processed(record, outputs, **TIMES)
    process, first, second = traced.finished()
    parts = envelope.trace_parts(record.header("traceparent"))
    assert parts is not None
    assert process.name == "process articles.raw"
    assert process.kind is SpanKind.CONSUMER
    assert process.parent is not None
    assert f"{process.parent.span_id:016x}" == parts[1]
    assert (process.start_time, process.end_time) == (1, 2)
    assert dict(process.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "p.articles.raw",
        "messaging.destination.partition.id": "2",
        "messaging.kafka.offset": 41,
        "messaging.consumer.group.name": "p.rasid-parse",
        "messaging.message.id": "doc",
        "messaging.message.body.size": 2,
    }
    for span, output in ((first, outputs[0]), (second, outputs[1])):
        told = envelope.trace_parts(envelope.first_value(output.headers, "traceparent"))
        assert told is not None
        assert span.context is not None
        assert span.parent is not None
        assert process.context is not None
        assert (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}") == (parts[0], told[1])
        assert span.parent.span_id == process.context.span_id
        assert span.kind is SpanKind.PRODUCER
        assert (span.start_time, span.end_time) == (3, 4)
    assert process.resource.attributes["service.name"] == "rasid-parse"


@pytest.mark.parametrize(
    ("name", "value", "service"),
    [
        ("OTEL_SERVICE_NAME", "news", "news"),
        ("OTEL_SERVICE_NAME", "", "rasid-parse"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=news,deployment.environment.name=test", "news"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test", "rasid-parse"),
    ],
)
def test_the_environment_s_name_of_the_service_goes_before_ours(
    name: str, value: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    traced = Traced()
    traced.spans.processed(raw(), [], **TIMES)
    (process,) = traced.finished()
    assert process.resource.attributes["service.name"] == service


def test_a_dead_letter_is_an_error_by_its_class_and_has_no_text() -> None:
    traced, record = Traced(), raw()
    letter = dead_letter(record, "parse", InvalidJSON("no words of the record"), now="2025-06-15T15:06:40Z")
    assert letter.topic == DEAD_LETTER
    traced.spans.processed(record, [letter], **TIMES)
    (process,) = traced.finished()
    assert process.status.status_code is StatusCode.ERROR
    assert process.status.description is None
    assert (process.attributes or {})["error.type"] == "InvalidJSON"
    assert not process.events


def test_a_trace_that_was_not_sampled_stays_out() -> None:
    traced = Traced()
    record = raw(new_traceparent("doc")[:-2] + "00")
    traced.spans.processed(record, [article(record, "a1")], **TIMES)
    traced.spans.sent(article(record, "a2"), begun=1, ended=2)
    assert traced.finished() == []


def test_outputs_of_a_record_without_a_trace_begin_their_own_and_point_back() -> None:
    traced = Traced()
    record = Record(RAW, 0, 1, b"k", b"{}", [], 0.0)
    traced.spans.processed(record, [article(record, "a1")], **TIMES)
    process, send = traced.finished()
    assert process.parent is None
    assert send.parent is None
    assert process.context is not None
    assert send.context is not None
    assert send.context.trace_id != process.context.trace_id
    assert [link.context.span_id for link in send.links] == [process.context.span_id]


def test_the_sampler_decides_at_the_beginning_and_the_header_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    traced = Traced()
    told = [
        envelope.first_value(traced.spans.sampled(raw(new_traceparent(str(n))).headers), "traceparent")
        for n in range(200)
    ]
    flags = [parent[-2:] for parent in told if parent is not None]
    assert len(flags) == 200
    assert 60 < flags.count("01") < 140
    assert set(flags) == {"00", "01"}
    traced.spans.stop()

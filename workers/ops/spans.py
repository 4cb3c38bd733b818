"""Spans of what happens to a record, in the trace that its `traceparent` header carries.

Every record that a stage writes has a traceparent whose span id is derived from its own id (schemas/envelope.py), so
that a record that is written again says the same. A span with that very id is made here for the writing of the record:
the next stage's span then has a parent that exists. So one document is one trace, from `send articles.raw` to
`send events.by-actor`, whatever is repeated.

Names and attributes follow OpenTelemetry's semantic conventions for messaging, and for Kafka among them.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from schemas import envelope
from schemas.topics import DEAD_LETTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.util.types import AttributeValue

    from schemas.envelope import Headers
    from workers.delivery import Outbox, Sent
    from workers.pipeline.record import Output, Record

__all__ = ["Spans", "TracedOutbox", "exporter_named"]


def exporter_named(name: str) -> SpanExporter:
    """Return the exporter `otlp` or `console`, as the environment sets it."""
    if name == "console":
        return ConsoleSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - brings a client with it
        OTLPSpanExporter,
    )

    return OTLPSpanExporter()


class _Ids(RandomIdGenerator):
    """Gives the ids that it was told to give, once, and random ones otherwise."""

    trace_id: int | None = None
    span_id: int | None = None

    def generate_trace_id(self) -> int:
        given, self.trace_id = self.trace_id, None
        return super().generate_trace_id() if given is None else given

    def generate_span_id(self) -> int:
        given, self.span_id = self.span_id, None
        return super().generate_span_id() if given is None else given


class Spans:
    """Makes the spans of one process. Times are in nanoseconds since 1970."""

    def __init__(self, service: str, exporter: SpanExporter, *, prefix: str = "", group: str | None = None) -> None:
        """Send spans to `exporter`; `service` is named where the environment names none.

        `prefix` stands before every topic; `group` is the consumer group of a stage.
        """
        # What is given here would win over the environment.
        named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        attributes = {SERVICE_VERSION: version("rasid"), **({} if named else {SERVICE_NAME: service})}
        self.prefix, self.group = prefix, group
        self._ids = _Ids()
        # Not the global one: nothing else in the process shall make spans by it.
        self._provider = TracerProvider(
            resource=Resource.create(attributes), id_generator=self._ids, shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("rasid")

    def stop(self) -> None:
        """Send what is left, and stop; blocks for as long as the exporter's own time-out at the most."""
        self._provider.shutdown()

    def sampled(self, headers: Headers) -> Headers:
        """Return a first record's headers with the sampler's decision in its traceparent, which all stages follow."""
        context = _context(headers)
        if context is None:
            return headers
        decision = self._provider.sampler.should_sample(None, context.trace_id, "send")
        if decision.decision is Decision.RECORD_AND_SAMPLE:
            return headers
        return [(name, value[:-2] + b"00" if name == envelope.TRACEPARENT else value) for name, value in headers]

    def sent(self, output: Output, *, begun: int, ended: int, parent: Span | None = None) -> None:
        """Make the span of writing `output`, under the id that its traceparent names; none when it names none."""
        context = _context(output.headers)
        # A dead letter carries the trace of its record, as it came.
        if context is None or output.topic == DEAD_LETTER:
            return
        links: Sequence[Link] = ()
        above = parent.get_span_context() if parent is not None else None
        if above is not None and above.trace_id != context.trace_id:
            # Its record came without a trace, so each output begins one of its own.
            links, above = [Link(above)], None
        if above is None and not context.trace_flags.sampled:
            return
        self._ids.span_id = context.span_id
        if above is None:
            self._ids.trace_id = context.trace_id
        span = self._tracer.start_span(
            f"send {output.topic}",
            context=None if above is None else set_span_in_context(NonRecordingSpan(above)),
            kind=SpanKind.PRODUCER,
            attributes=self._attributes("send", output.topic, output.headers, output.value),
            links=links,
            start_time=begun,
        )
        if output.fate is not None:
            span.set_attribute("rasid.outcome", output.fate.outcome)
        span.end(ended)

    def processed(
        self, record: Record, outputs: Sequence[Output], *, begun: int, ended: int, sending: int, acknowledged: int
    ) -> None:
        """Make the span of processing `record`, and those of writing its outputs below it."""
        context = _context(record.headers)
        attributes = self._attributes("process", record.topic, record.headers, record.value)
        attributes["messaging.destination.partition.id"] = str(record.partition)
        attributes["messaging.kafka.offset"] = record.offset
        if self.group is not None:
            attributes["messaging.consumer.group.name"] = self.group
        span = self._tracer.start_span(
            f"process {record.topic}",
            context=None if context is None else set_span_in_context(NonRecordingSpan(context)),
            kind=SpanKind.CONSUMER,
            attributes=attributes,
            start_time=begun,
        )
        for output in outputs:
            if output.topic == DEAD_LETTER:
                error = envelope.first_value(output.headers, envelope.ERROR_CLASS) or ""
                span.set_attribute("error.type", error)
                span.set_status(Status(StatusCode.ERROR))
            self.sent(output, begun=sending, ended=acknowledged, parent=span)
        span.end(ended)

    def _attributes(
        self, operation: str, topic: str, headers: Headers, value: bytes | None
    ) -> dict[str, AttributeValue]:
        attributes: dict[str, AttributeValue] = {
            "messaging.system": "kafka",
            "messaging.operation.name": operation,
            "messaging.operation.type": operation,
            "messaging.destination.name": f"{self.prefix}{topic}",
            "messaging.message.body.size": len(value or b""),
        }
        identity = envelope.first_value(headers, "ce_id")
        if identity is not None:
            attributes["messaging.message.id"] = identity
        return attributes


class TracedOutbox:
    """An outbox of the process with which traces begin."""

    def __init__(self, outbox: Outbox, spans: Spans) -> None:
        """Send through `outbox`; `spans` is stopped with it."""
        self._outbox, self._spans = outbox, spans

    async def start(self) -> None:
        """Connect."""
        await self._outbox.start()

    async def stop(self) -> None:
        """Disconnect, and send the last spans."""
        await self._outbox.stop()
        await asyncio.to_thread(self._spans.stop)

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        """Send `outputs` with the sampler's decision in them; see Outbox.deliver."""
        begun = time.time_ns()
        sent = await self._outbox.deliver(
            [replace(output, headers=self._spans.sampled(output.headers)) for output in outputs]
        )
        ended = time.time_ns()
        for output, answer in sent:
            if not isinstance(answer, Exception):
                self._spans.sent(output, begun=begun, ended=ended)
        return sent


def _context(headers: Headers) -> SpanContext | None:
    parts = envelope.trace_parts(envelope.first_value(headers, envelope.TRACEPARENT))
    if parts is None:
        return None
    trace_id, span_id, flags = parts
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))

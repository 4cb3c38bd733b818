"""Whether traces are wanted, by OpenTelemetry's own variables; nothing of it is imported while they are not.

A trace is wanted when OTEL_TRACES_EXPORTER names an exporter (otlp, console), or when an OTLP endpoint is set; not when
OTEL_SDK_DISABLED is true or the exporter is none. All other variables (endpoint, headers, sampler, service name,
resource attributes, limits) are read by the SDK itself. Only http/protobuf is spoken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.delivery import Outbox
    from workers.ops.spans import Spans

__all__ = ["start", "traced", "wanted"]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")


def wanted(environment: Mapping[str, str]) -> str | None:
    """Return the exporter that is asked for, `otlp` or `console`, or None.

    Raises UsageError for one that is not there: silence would look like a stream without traces.
    """
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    # An empty variable counts as one that is not set (the specification's rule).
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip()
    if not exporter:
        exporter = "otlp" if any(environment.get(name, "").strip() for name in _ENDPOINTS) else "none"
    if exporter not in ("otlp", "console", "none"):
        raise UsageError(f"OTEL_TRACES_EXPORTER={exporter}: choose otlp, console or none")
    for name in _PROTOCOLS:
        if exporter == "otlp" and environment.get(name, "").strip() not in ("", "http/protobuf"):
            raise UsageError(f"{name}={environment[name]}: only http/protobuf is spoken")
    return None if exporter == "none" else exporter


def start(service: str, environment: Mapping[str, str]) -> Spans | None:
    """Return what makes spans of `service` (a name for the trace's reader), or None when they are not wanted.

    `environment` must be the process's own where the SDK is to read its other variables. Raises UsageError.
    """
    exporter = wanted(environment)
    if exporter is None:
        return None
    from workers.ops.spans import Spans, exporter_named  # noqa: PLC0415 - see the module

    return Spans(service, exporter_named(exporter))


def traced(outbox: Outbox, service: str, environment: Mapping[str, str], prefix: str) -> Outbox:
    """Return `outbox` with a first span for each record that it sends, or as it is when traces are not wanted.

    See `start`; `prefix` stands before every topic.
    """
    spans = start(service, environment)
    if spans is None:
        return outbox
    from workers.ops.spans import TracedOutbox  # noqa: PLC0415 - see the module

    spans.prefix = prefix
    return TracedOutbox(outbox, spans)

"""JSON Schema (2020-12) and AsyncAPI 3.0 documents, generated from the models and the topic declarations.

What is published is for readers, and open: unknown fields are allowed, and where Rasid writes one of several values a
reader's schema names them but takes any other too, so that a validator does not stop at the next minor version.
`strict` gives the closed schema of what Rasid writes now; the tests hold every record to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.envelope import CARRIED, ERROR_HEADERS, INGESTED, ORIGIN
from schemas.models import INPUTS, MODELS, SCHEMA_VERSION
from schemas.topics import DEAD_LETTER, SOURCES, TARGETS, TOPICS, WORKERS, Policy, Topic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DIRECTORY", "documents", "stale", "strict"]

DIRECTORY = Path(__file__).parent / "generated"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def documents() -> dict[str, str]:
    """Return every generated file's text by name."""
    files = {f"{name}.schema.json": _for_readers(name) for name in MODELS}
    files["asyncapi.json"] = _asyncapi()
    return {name: json.dumps(content, ensure_ascii=False, indent=2) + "\n" for name, content in files.items()}


def stale(directory: Path = DIRECTORY) -> list[str]:
    """Return one line for each file in `directory` that is missing, that differs from its source, or is extra."""
    wanted = documents()
    present = {path.name for path in directory.glob("*.json")}
    lines = [f"{name}: missing" for name in sorted(wanted.keys() - present)]
    lines += [f"{name}: no longer generated" for name in sorted(present - wanted.keys())]
    lines += [
        f"{name}: differs"
        for name in sorted(wanted.keys() & present)
        if (directory / name).read_text(encoding="utf-8") != wanted[name]
    ]
    return lines


def strict(name: str) -> dict[str, Any]:
    """Return the closed schema of a message in ``MODELS``: an undeclared field or value is an error in it."""
    return _walked(_schema(name), lambda node: {**node, "additionalProperties": False} if _is_object(node) else node)


def _schema(name: str) -> dict[str, Any]:
    schema = MODELS[name].model_json_schema(mode="validation", by_alias=True)
    return {"$schema": _DIALECT, "$id": f"rasid:{name}:{SCHEMA_VERSION}", **schema}


def _for_readers(name: str) -> dict[str, Any]:
    return _walked(_schema(name), lambda node: _opened(node, values=name not in INPUTS))


def _is_object(node: dict[str, Any]) -> bool:
    return node.get("type") == "object" and "properties" in node


def _opened(node: dict[str, Any], *, values: bool) -> dict[str, Any]:
    if _is_object(node):
        return {name: value for name, value in node.items() if name != "additionalProperties"}
    if values and "enum" in node and node.get("type") == "string":
        rest = {name: value for name, value in node.items() if name not in ("enum", "type")}
        return {"anyOf": [{"enum": node["enum"]}, {"type": "string"}], **rest}
    return node


def _walked(schema: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return `schema` with `change` done to each schema in it; names of fields are no schemas."""
    inner: dict[str, Any] = {}
    for name, value in schema.items():
        if name in ("properties", "$defs"):
            inner[name] = {key: _walked(each, change) for key, each in value.items()}
        elif isinstance(value, dict):
            inner[name] = _walked(value, change)
        elif name in ("anyOf", "prefixItems"):
            inner[name] = [_walked(each, change) for each in value]
        else:
            inner[name] = value
    return change(inner)


def _headers() -> dict[str, Any]:
    names = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "traceparent"]
    optional = [*CARRIED, ORIGIN, INGESTED]
    properties = {name: {"type": "string"} for name in [*names, *optional]}
    return {"type": "object", "required": names, "properties": properties}


def _channel(topic: Topic) -> dict[str, Any]:
    # What a deployment decides otherwise (RASID_RETENTION_DAYS and its like) is not the contract's.
    config = {
        "cleanup.policy": topic.cleanup.split(","),
        "retention.ms": Policy().kept_ms(topic.keep),
        "max.message.bytes": topic.max_message_bytes,
    }
    kafka: dict[str, Any] = {"topicConfiguration": config, "bindingVersion": "0.5.0"}
    if topic.partitions:
        kafka["partitions"] = topic.partitions
    return {
        "address": topic.name,
        "description": f"{topic.description}. Key: {topic.key}.",
        "messages": {topic.value: {"$ref": f"#/components/messages/{topic.value}"}},
        "bindings": {"kafka": kafka},
    }


def _message(topic: Topic) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": topic.value,
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}},
    }
    if topic.name == DEAD_LETTER:
        message["contentType"] = "application/octet-stream"
        message["headers"] = {"$ref": "./dead-letter-headers.schema.json"}
        message["description"] = f"Any bytes. The error headers are {', '.join(ERROR_HEADERS)}."
    else:
        message["payload"] = {"$ref": f"./{topic.value}.schema.json"}
    return message


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _asyncapi() -> dict[str, Any]:
    public = [topic for topic in TOPICS if not topic.internal]
    operations = {}
    for stage in WORKERS:
        reads = SOURCES[stage]
        operations[f"{stage}.receive.{reads}"] = _operation("receive", reads, f"{stage} reads {reads}")
        for topic in (*TARGETS[stage], DEAD_LETTER):
            operations[f"{stage}.send.{topic}"] = _operation("send", topic, f"{stage} writes {topic}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rasid",
            "version": SCHEMA_VERSION,
            "description": "Enriched Arabic news on Kafka. At least once, in order by key; every record has a "
            "deterministic id (ce_id), so that a consumer that keeps the last ids sees each once. Ignore fields and "
            "values that you do not know: a minor version may add some.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in public},
        "operations": operations,
        "components": {
            "messages": {topic.value: _message(topic) for topic in public},
            "schemas": {"headers": _headers()},
        },
    }

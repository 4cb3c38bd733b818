"""Comparing what came out with what a person expects, field by field.

seeds/golden/ holds one file a seed document, read line by line by a person against its page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from schemas import envelope
from schemas.topics import DUPLICATES, ENRICHED
from workers.cluster import read_topics
from workers.errors import UsageError
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from workers.settings import Settings

__all__ = ["compare", "events_on", "golden_line", "read_golden"]


def golden_line(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a golden file holds of an event or a duplicate: what a person can check by reading the page.

    `paragraphs` are the lines of the text, one a line so that a difference shows where it is; `actors` are lines too,
    by id: id, name, country and role, with a dash for what is unknown.
    """
    line = {name: event[name] for name in ("document_id", "ordinal", "kind", "relation", "language", "title")}
    line["paragraphs"] = event["text"].split("\n")
    line |= {name: event.get(name) for name in ("published_at", "publisher", "source", "dateline")}
    line |= {name: event.get(name) for name in ("original_id", "story_id")}
    if "countries" in event:
        line["countries"] = sorted(tag["code"] for tag in event["countries"])
        line["main"] = sorted(tag["code"] for tag in event["countries"] if tag["main"])
        fields = ("id", "name", "country", "role")
        line["actors"] = sorted(" | ".join(tag[name] or "-" for name in fields) for tag in event["actors"])
    return line


def read_golden(path: Path) -> list[dict[str, Any]]:
    """Return the expected lines of a file, or of each such file in a folder, by name.

    A .json file holds a list of them, written for reading; any other file one a line.

    Raises:
        UsageError: when there is no such file, none in the folder, or one that does not hold lines of this kind.
    """
    files = sorted(path.glob("*.json*")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path} holds no golden file: give a .json or .jsonl file, or a folder of them")
    lines: list[dict[str, Any]] = []
    for file in files:
        try:
            data = file.read_bytes()
            if file.suffix == ".json":
                found = orjson.loads(data)
            else:
                found = [orjson.loads(line) for line in data.splitlines() if line.strip()]
        except (OSError, orjson.JSONDecodeError) as exc:
            raise UsageError(f"{file} cannot be read as a golden file: {exc}") from exc
        if not isinstance(found, list) or not all(
            isinstance(line, dict) and {"document_id", "ordinal"} <= line.keys() for line in found
        ):
            raise UsageError(f"{file} is no golden file: each expected article gives its document_id and ordinal")
        lines += found
    return lines


def compare(expected: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one line for each difference; only the fields that an expected line gives are compared.

    Lines are matched by document_id and ordinal; an article that nobody expected is a difference too, if its document
    is among the expected ones.
    """
    wanted = {(line["document_id"], line["ordinal"]): line for line in expected}
    got = {(event["document_id"], event["ordinal"]): golden_line(event) for event in found}
    names = {document for document, _ in wanted}
    lines = [f"{document} article {n}: expected, not found" for document, n in sorted(wanted.keys() - got.keys())]
    lines += [
        f"{document} article {n}: found ({got[document, n]['title'][:60]!r}), not expected"
        for document, n in sorted(got.keys() - wanted.keys())
        if document in names
    ]
    for key in sorted(wanted.keys() & got.keys()):
        document, n = key
        for name, value in wanted[key].items():
            if got[key].get(name) != value:
                lines += [f"{document} article {n}: {what}" for what in _differences(name, value, got[key].get(name))]
    return lines


def _differences(name: str, wanted: Any, got: Any) -> list[str]:
    """What is wrong with a field: of lines of text and of actors only those that differ, if any does."""
    lines: list[str] = []
    if name in ("paragraphs", "actors") and isinstance(got, list):
        lines += [f"{name}: {line!r} is missing" for line in wanted if line not in got]
        lines += [f"{name}: {line!r} was not expected" for line in got if line not in wanted]
    return lines or [f"{name} is {got!r}, expected {wanted!r}"]


async def events_on(
    settings: Settings, bootstrap: str, documents: Collection[str] | None = None, *, replay: str | None = None
) -> list[dict[str, Any]]:
    """Return the events and duplicates that stand on the topics now, of an article seen twice the last.

    With `documents` those of the documents with these ids alone, with `replay` (x-replay-id) those of that replay.
    """
    found = {}
    async for record in read_topics(
        bootstrap, (ENRICHED, DUPLICATES), prefix=settings.topic_prefix, security=Security.of(settings)
    ):
        if not record.is_readable or (replay is not None and record.header(envelope.REPLAY_ID) != replay):
            continue
        event = orjson.loads(record.value or b"{}")
        if documents is None or event.get("document_id") in documents:
            found[event["article_id"]] = event
    return list(found.values())

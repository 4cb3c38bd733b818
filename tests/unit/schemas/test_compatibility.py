"""What may change in the contract: each rule by a changed schema that breaks it, and by one that does not."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from schemas import export, releases
from schemas.compatibility import RULES, compare
from schemas.models import INPUTS, MODELS, SCHEMA_VERSION, Document
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.enrich import Enricher, EveryArticle
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]


def schema(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": [name for name, field in fields.items() if "default" not in field],
        "$defs": {
            "Tag": {
                "type": "object",
                "properties": {"code": {"type": "string"}, "score": {"type": "number", "maximum": 1}},
                "required": ["code"],
            }
        },
    }


OLD = schema(
    id={"type": "string", "minLength": 1, "pattern": "^[a-z]+$"},
    kind={"enum": ["story", "teaser"], "type": "string"},
    open={"anyOf": [{"enum": ["a", "b"]}, {"type": "string"}]},
    method={"const": "near", "type": "string"},
    count={"type": "integer", "default": 0},
    size={"type": "number", "default": 0},
    when={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    tags={"type": "array", "items": {"$ref": "#/$defs/Tag"}, "minItems": 1},
    run={"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "minItems": 2, "maxItems": 2},
)


def found(direction: Any, change: Callable[[dict[str, Any]], object], old: dict[str, Any] = OLD) -> list[str]:
    new = copy.deepcopy(old)
    change(new)
    assert new != old, "the change changes nothing"
    return [f"{each.where}: {each.rule}" for each in compare(old, new, direction)]


def put(name: str, **keywords: Any) -> Callable[[dict[str, Any]], object]:
    """Change keywords of a field; None takes one away."""

    def change(new: dict[str, Any]) -> None:
        field = {**new["properties"][name], **keywords}
        new["properties"][name] = {key: value for key, value in field.items() if value is not None}

    return change


def required(*, add: str = "", drop: str = "") -> Callable[[dict[str, Any]], object]:
    def change(new: dict[str, Any]) -> None:
        new["required"] = [name for name in [*new["required"], add] if name not in ("", drop)]

    return change


def gone(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda new: new["properties"].pop(name) and required(drop=name)(new)


def tag(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda new: change(new["$defs"]["Tag"])


def added(name: str, *, needed: bool) -> Callable[[dict[str, Any]], object]:
    def change(new: dict[str, Any]) -> None:
        new["properties"][name] = {"type": "string"}
        new["required"] = [*new["required"], *([name] if needed else [])]

    return change


BOTH = ("input", "output")


@pytest.mark.parametrize(
    ("change", "expected", "refused"),
    [
        (gone("count"), "count: removed-field", BOTH),
        (tag(gone("code")), "tags[].code: removed-field", BOTH),
        (put("count", type="string"), "count: retyped-field", BOTH),
        (put("size", type="integer"), "size: retyped-field", BOTH),
        (put("count", type="number"), "count: retyped-field", ("output",)),
        (put("count", type=["integer", "null"]), "count: retyped-field", ("output",)),
        (put("when", anyOf=[{"type": "string"}]), "when: retyped-field", BOTH),
        (put("tags", items={"type": "string"}), "tags[]: retyped-field", BOTH),
        (put("run", prefixItems=[{"type": "integer"}, {"type": "string"}]), "run[1]: retyped-field", BOTH),
        (added("new", needed=True), "new: new-required-field", BOTH),
        (tag(added("new", needed=True)), "tags[].new: new-required-field", BOTH),
        (required(add="when"), "when: new-required-field", BOTH),
        (required(drop="id"), "id: no-longer-required", ("output",)),
        (put("kind", enum=["story"]), "kind: narrowed-enum", BOTH),
        (put("id", enum=["x"]), "id: narrowed-enum", BOTH),
        (put("open", anyOf=[{"enum": ["a"]}, {"type": "string"}]), "open: narrowed-enum", BOTH),
        (put("open", anyOf=None, enum=["a", "b"]), "open: narrowed-enum", BOTH),
        (put("kind", enum=["story", "teaser", "verse"]), "kind: widened-enum", ("output",)),
        (put("kind", enum=None), "kind: widened-enum", ("output",)),
        (put("id", minLength=2), "id: tighter-limit", BOTH),
        (put("id", maxLength=9), "id: tighter-limit", BOTH),
        (put("id", pattern="^[a-y]+$"), "id: tighter-limit", BOTH),
        (tag(put("score", maximum=0.5)), "tags[].score: tighter-limit", BOTH),
        (put("id", minLength=None), "id: looser-limit", ("output",)),
        (put("id", pattern=None), "id: looser-limit", ("output",)),
        (tag(put("score", maximum=100)), "tags[].score: looser-limit", ("output",)),
        (put("tags", minItems=0), "tags: looser-limit", ("output",)),
        (lambda new: new.update(additionalProperties=False), ": closed-object", BOTH),
        (tag(lambda new: new.update(additionalProperties=False)), "tags[]: closed-object", BOTH),
    ],
)
def test_a_change_that_breaks_somebody_is_named_by_its_rule(
    change: Callable[[dict[str, Any]], object], expected: str, refused: tuple[str, ...]
) -> None:
    assert {direction: found(direction, change) for direction in BOTH} == {
        direction: [expected] if direction in refused else [] for direction in BOTH
    }


def test_another_constant_is_a_narrowed_and_a_widened_enum() -> None:
    assert found("output", put("method", const="exact")) == ["method: narrowed-enum", "method: widened-enum"]


@pytest.mark.parametrize("direction", BOTH)
@pytest.mark.parametrize(
    "change",
    [
        added("new", needed=False),
        tag(added("new", needed=False)),
        put("open", anyOf=[{"enum": ["a", "b", "c"]}, {"type": "string"}]),
        put("id", description="Other words", title="Id", examples=["x"]),
        put("when", format="date-time"),
        lambda new: new["properties"].update(kind={"anyOf": [{"enum": ["story", "teaser"]}, {"type": "string"}]}),
    ],
)
def test_what_breaks_nobody_is_allowed(direction: str, change: Callable[[dict[str, Any]], object]) -> None:
    assert found(direction, change) == []


def test_a_definition_that_holds_itself_is_compared_once() -> None:
    def recursive(kind: str) -> dict[str, Any]:
        node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "value": {"type": kind}}}
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert [str(each) for each in compare(recursive("string"), recursive("integer"), "output")] == [
        f"value: retyped-field: string became integer; {RULES['retyped-field']}"
    ]


@pytest.mark.parametrize("name", MODELS)
def test_the_published_schemas_take_what_a_newer_version_adds_and_the_strict_ones_do_not(name: str) -> None:
    """Every object takes an unknown field, and every list of values that Rasid writes another value."""
    readers, strict = json.loads(export.documents()[f"{name}.schema.json"]), export.strict(name)

    def nodes(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [each for item in node for each in nodes(item)]
        return [node, *(each for value in node.values() for each in nodes(value))] if isinstance(node, dict) else []

    assert not any(node.get("additionalProperties") is False for node in nodes(readers))
    assert all(
        node["additionalProperties"] is False for node in nodes(strict) if "properties" in node and "type" in node
    )
    if name not in INPUTS:
        closed = [node for node in nodes(readers) if isinstance(node.get("enum"), list) and "type" in node]
        assert closed == []


def test_a_strict_validator_reads_an_event_of_the_next_minor_version() -> None:
    enricher = Enricher(build_parse(Settings()), EveryArticle(), build_tag(), clock=lambda: 0.0)
    text = "أعلنت وزارة الصحة في دمشق افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم."
    (line,) = enricher.enrich(Document(document_id="d", title="مستشفى جديد في دمشق", text=text))
    assert isinstance(line, bytes)
    event = json.loads(line)
    readers = json.loads(export.documents()["enriched-event.schema.json"])
    jsonschema.validate(event, readers)
    jsonschema.validate(event, export.strict("enriched-event"))
    event["countries"][0]["continent"] = "Asia"
    event["story_of_tomorrow"] = {"id": 1}
    event["countries"][0]["role"] = "guest"
    jsonschema.validate(event, readers)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(event, export.strict("enriched-event"))


def test_the_present_contract_may_follow_the_latest_release() -> None:
    assert releases.latest() is not None
    assert releases.problems(export.documents(), SCHEMA_VERSION) == []


def files(**fields: Any) -> dict[str, str]:
    asyncapi = {
        "channels": {"t": {"messages": {"event": {}}}},
        "components": {"schemas": {"headers": {"type": "object", "properties": {"ce_id": {"type": "string"}}}}},
    }
    return {"event.schema.json": json.dumps(schema(**fields)), "asyncapi.json": json.dumps(asyncapi)}


def test_a_release_holds_the_next_version_to_itself(tmp_path: Path) -> None:
    id_, text = {"type": "string"}, {"type": "string", "default": ""}
    assert releases.latest(tmp_path) is None
    assert releases.problems(files(id=id_), "1.0", tmp_path) == []
    folder = releases.write(files(id=id_), "1.9", tmp_path)
    assert releases.read((1, 9), tmp_path) == files(id=id_)
    assert folder == tmp_path / "1.9"
    with pytest.raises(FileExistsError):
        releases.write(files(id=id_), "1.9", tmp_path)
    # Words may be mended; anything else is a version of its own.
    assert releases.problems(files(id={**id_, "description": "Other words"}), "1.9", tmp_path) == []
    assert releases.problems(files(id=id_, text=text), "1.9", tmp_path) == [
        "the contract differs from what was released as 1.9: set SCHEMA_VERSION to 1.10"
    ]
    assert releases.problems(files(id=id_, text=text), "1.8", tmp_path) == [
        "SCHEMA_VERSION is 1.8, but 1.9 is released: raise it"
    ]
    releases.write(files(id=id_, text=text), "1.10", tmp_path)
    assert releases.latest(tmp_path) == (1, 10)
    changed = files(id=id_)
    assert releases.problems(changed, "1.11", tmp_path) == [
        f"event.schema.json: text: removed-field: it is gone; {RULES['removed-field']}",
        "take these back, or set SCHEMA_VERSION to 2.0: they break release 1.10",
    ]
    assert releases.problems(changed, "2.0", tmp_path) == []


def test_topics_messages_headers_and_schemas_are_held_to_a_release_too() -> None:
    def broken(change: Callable[[dict[str, Any]], object]) -> list[str]:
        new = files(id={"type": "string"})
        asyncapi = json.loads(new["asyncapi.json"])
        change(asyncapi)
        new["asyncapi.json"] = json.dumps(asyncapi)
        return [f"{file} {each.where} {each.rule}" for file, each in releases.breaks(files(id={"type": "string"}), new)]

    assert broken(lambda new: new["channels"].pop("t")) == ["asyncapi.json t removed-topic"]
    assert broken(lambda new: new["channels"]["t"].update(messages={"other": {}})) == ["asyncapi.json t other-message"]
    assert broken(lambda new: new["components"]["schemas"]["headers"]["properties"].pop("ce_id")) == [
        "asyncapi.json ce_id removed-field"
    ]
    old = files(id={"type": "string"})
    assert [each.rule for _, each in releases.breaks({**old, "old.schema.json": "{}"}, old)] == ["removed-schema"]


def rasid(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "workers", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "PATH": os.environ["PATH"]},
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_refuses_an_incompatible_change_and_keeps_a_release(tmp_path: Path) -> None:
    """A copy of the contract is changed as a developer would change it."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(tmp_path / "schemas" / "released" / SCHEMA_VERSION, ignore_errors=True)
    models = tmp_path / "schemas" / "models.py"
    kept = models.read_text(encoding="utf-8")
    line = '    dateline: str | None = Field(default=None, description="The bureau line that the text opened with")\n'
    assert line in kept
    models.write_text(kept.replace(line, ""), encoding="utf-8")
    code, out, err = rasid(tmp_path, "schemas", "check")
    assert (code, out) == (1, "")
    assert "schemas/generated/article.schema.json: differs: run `rasid schemas export`" in err
    assert "enriched-event.schema.json: dateline: removed-field: it is gone" in err
    assert rasid(tmp_path, "schemas", "release")[0] == 1
    models.write_text(kept, encoding="utf-8")
    assert rasid(tmp_path, "schemas", "check")[0] == 0
    code, out, err = rasid(tmp_path, "schemas", "release")
    assert (code, err) == (0, "")
    assert out.startswith(f"released {SCHEMA_VERSION} in ")
    assert (tmp_path / "schemas" / "released" / SCHEMA_VERSION / "asyncapi.json").exists()
    code, out, err = rasid(tmp_path, "schemas", "release")
    assert (code, out) == (2, "")
    assert f"{SCHEMA_VERSION} is released already: raise SCHEMA_VERSION" in err

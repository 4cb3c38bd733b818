from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from pydantic import ValidationError

from schemas import export
from schemas.models import MODELS, Article, Document, UniqueArticle
from schemas.topics import DEAD_LETTER, SOURCES, TARGETS, TOPICS, Policy, app_id, declared
from workers.pipeline.dedupe import Dedupe
from workers.pipeline.parse import Parse
from workers.pipeline.stories import Stories
from workers.pipeline.tag import Tag

if TYPE_CHECKING:
    from pathlib import Path

ARTICLE = {
    "article_id": "a1",
    "document_id": "d1",
    "ordinal": 0,
    "articles_in_document": 1,
    "kind": "story",
    "title": "عنوان",
    "text": "نص",
    "language": "ar",
    "span": {"start": 0, "end": 8},
    "fingerprint": "f",
    "title_map": [[0, 0, 5]],
    "text_map": [[0, 6, 2]],
}


def test_checked_in_files_are_what_the_models_generate() -> None:
    assert export.stale() == []


def test_a_stale_missing_or_extra_file_is_named(tmp_path: Path) -> None:
    for name, text in export.documents().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert export.stale(tmp_path) == []
    (tmp_path / "article.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "document.schema.json").unlink()
    (tmp_path / "left-over.json").write_text("{}", encoding="utf-8")
    assert export.stale(tmp_path) == [
        "document.schema.json: missing",
        "left-over.json: no longer generated",
        "article.schema.json: differs",
    ]


@pytest.mark.parametrize("name", MODELS)
def test_each_schema_is_a_valid_json_schema(name: str) -> None:
    schema = json.loads(export.documents()[f"{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


def test_asyncapi_names_every_public_topic_and_resolves_every_reference() -> None:
    document = json.loads(export.documents()["asyncapi.json"])
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {topic.name for topic in TOPICS if not topic.internal}

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            return [r for k, v in node.items() for r in ([v] if k == "$ref" else references(v))]
        return [r for item in node for r in references(item)] if isinstance(node, list) else []

    found = references(document)
    assert found
    for reference in found:
        if reference.startswith("./"):
            assert reference.removeprefix("./") in export.documents()
            continue
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_what_the_stages_read_is_what_is_declared() -> None:
    assert {stage.name: stage.source for stage in (Parse, Dedupe, Tag, Stories)} == SOURCES
    names = {topic.name for topic in TOPICS}
    assert {DEAD_LETTER, *SOURCES.values(), *(t for targets in TARGETS.values() for t in targets)} <= names


def test_declared_topics_take_prefix_partitions_and_window() -> None:
    policy = Policy(partitions=12, window_days=30, retention_days=3, retention_bytes=1 << 30, min_insync_replicas=2)
    found = {name: (count, topic) for name, count, topic in declared(policy, prefix="shadow.")}
    assert found["shadow.articles.raw"][0] == 12
    assert found["shadow.articles.dead-letter"][0] == 1
    assert found[f"{app_id('tag', 'shadow.')}-__assignor-__leader"][0] == 1
    changelog = found["shadow.rasid-dedupe-index-changelog"]
    assert changelog[0] == found["shadow.articles.parsed"][0]
    day = 86_400_000
    kept = {name: int(topic.config(policy)["retention.ms"]) for name, (_, topic) in found.items()}
    # The window decides over what is compared, whatever else is kept for how long.
    assert kept["shadow.rasid-dedupe-index-changelog"] == kept["shadow.articles.parsed"] == 31 * day
    assert kept["shadow.articles.raw"] == 3 * day
    assert kept["shadow.events.enriched"] == 30 * day
    assert kept["shadow.articles.dead-letter"] == 90 * day
    bytes_kept = {name: topic.config(policy)["retention.bytes"] for name, (_, topic) in found.items()}
    assert bytes_kept["shadow.events.enriched"] == str(1 << 30)
    assert bytes_kept["shadow.articles.dead-letter"] == bytes_kept["shadow.rasid-dedupe-index-changelog"] == "-1"
    assert {topic.config(policy)["min.insync.replicas"] for _, topic in found.values()} == {"2"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"document_id": "d"}, "no body"),
        ({"document_id": "d", "title": "t"}, "a title is no body"),
        ({"document_id": "", "body": "x"}, "empty id"),
        ({"document_id": "d", "body": "x", "text": "y"}, "two bodies"),
        ({"document_id": 5, "body": "x"}, "id is not text"),
        ({"document_id": "d", "body": ["x"]}, "body is not text"),
    ],
)
def test_a_document_is_refused(given: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError):
        Document.model_validate(given)


def test_the_raw_body_of_title_and_text_has_a_blank_line_between_them() -> None:
    assert Document(document_id="d", title="عنوان", text="نص").raw_body == "عنوان\n\nنص"
    assert Document(document_id="d", text="نص").raw_body == "نص"
    assert Document(document_id="d", body="كل\n\nشيء").raw_body == "كل\n\nشيء"


def test_a_reader_ignores_fields_of_a_newer_writer() -> None:
    assert Article.model_validate({**ARTICLE, "invented_tomorrow": 1}).article_id == "a1"


@pytest.mark.parametrize(
    ("relation", "original"), [("update", None), ("fuller", None), ("related", None), ("original", "a0")]
)
def test_all_but_originals_and_only_they_name_an_original(relation: str, original: str | None) -> None:
    with pytest.raises(ValidationError, match="original_id is null for"):
        UniqueArticle.model_validate({**ARTICLE, "relation": relation, "original_id": original})

"""The labels that confidence is fitted to: where their articles are found, and who is right, wrong or neither."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.confidence import cross_validated, judged
from tests.bench.tags import labelled
from workers.lexicon import load
from workers.tagging import Tagger

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = [
    {"document_id": "one", "title": "", "text": "التقى أنطونيو غوتيريش وفد شركة «الأفق» للنقل.", "published_at": None},
    {
        "document_id": "two",
        "title": "",
        "text": "أعلنت السلطات الليبية ذلك، وقال سيرغي لافروف كلمة.",
        "published_at": None,
    },
]


def label(name: str, actors: list[str], neutral: list[str]) -> dict[str, Any]:
    listed = [{"surface": each, "name_en": None, "type": "person", "country": None} for each in actors]
    sets: dict[str, list[str]] = {"countries_main": [], "countries_all": []}
    return {"docno": name, **sets, "actors": listed, "neutral": neutral, "hard": ""}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number, article in enumerate(ARTICLES):
        with gzip.open(tmp_path / f"part{number}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(article))
    return tmp_path


def write(path: Path, *labels: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    return path


def test_articles_are_found_in_any_file_and_neutral_names_are_not_scored(data: Path) -> None:
    labels = write(
        data / "labels.jsonl",
        label("two", ["السلطات الليبية", "سيرغي لافروف"], ["سيرغي لافروف"]),
        label("one", ["أنطونيو غوتيريش"], []),
    )
    two, one = labelled(data, labels)
    assert (two.id, one.id, two.actors) == ("two", "one", [])
    found = {(tag.article, tag.is_right) for tag in judged(Tagger(load()), [two, one])}
    assert found == {("one", True), ("one", False)}


def test_a_label_without_an_article_is_refused(data: Path) -> None:
    labels = write(data / "labels.jsonl", label("three", [], []))
    with pytest.raises(LookupError, match=r"1 articles of .* three"):
        labelled(data, labels)


def test_each_tag_is_rated_once(data: Path) -> None:
    labels = write(data / "labels.jsonl", label("one", ["أنطونيو غوتيريش"], []), label("two", [], []))
    tags = judged(Tagger(load()), labelled(data, labels))
    rated = cross_validated(tags)
    assert sorted(tag.name for tag, _ in rated) == sorted(tag.name for tag in tags)
    assert all(0 <= value <= 1 for _, value in rated)

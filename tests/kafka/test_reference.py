"""What the lexicon knows of actors, on a real broker: compacted, keyed by id, and sent once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
import pytest

from schemas.topics import REFERENCE
from workers.lexicon import load
from workers.ops import topics
from workers.ops.reference import publish
from workers.tagging import Tagger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kafka.conftest import Stream
    from workers.lexicon import Lexicon

pytestmark = pytest.mark.kafka

OVERLAY = """country: SY
actors:
- id: qasioun-transport
  type: company
  name: شركة قاسيون للنقل
  name_en: Qasioun Transport
  merged: [qasioun-lorries]
  source: written for this test
  checked: 2026-11-01
"""


def named(lexicon: Lexicon, text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(tag.id, tag.same_as) for tag in Tagger(lexicon).tag("", text).actors]


def test_publishing_twice_sends_nothing_and_overlays_come_and_go(stream: Stream, tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    folder.mkdir()
    (folder / "actors.yaml").write_text(OVERLAY)

    def bring(*folders: Path) -> tuple[int, int, int]:
        return asyncio.run(publish(stream.settings, stream.bootstrap, load(folders)))

    first = bring()
    assert first.removed == first.unchanged == 0
    assert bring() == (0, 0, first.sent)
    records = stream.read(REFERENCE)
    assert len(records) == len({record.key for record in records}) == first.sent
    by_id = {record.key: orjson.loads(record.value or b"{}") for record in records}
    assert "us-ministry-of-defence" in by_id[b"pentagon"]["aliases"]
    assert b"us-ministry-of-defence" not in by_id

    # Who follows an id that events carried before: from the events themselves, and from the reference.
    text = "أعلنت شركة قاسيون للنقل ذلك."
    ((unlisted, _),) = named(load(), text)
    ((now, same_as),) = named(load((folder,)), text)
    assert bring(folder) == (1, 0, first.sent)
    record = stream.read(REFERENCE)[-1]
    assert record.key == now.encode() == b"qasioun-transport"
    aliases = orjson.loads(record.value or b"")["aliases"]
    assert {unlisted, "qasioun-lorries"} <= set(aliases)
    assert list(same_as) == aliases
    assert bring() == (0, 1, first.sent)
    assert stream.read(REFERENCE)[-1].value is None

    states = asyncio.run(topics.verify(stream.settings, stream.bootstrap))
    assert [each.state for each in states if each.topic.name == REFERENCE] == ["ok"]
    assert next(each.topic.cleanup for each in states if each.topic.name == REFERENCE) == "compact"

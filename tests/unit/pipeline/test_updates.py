"""What an update changed, from the stage's function to the event, without Kafka."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from schemas.models import Document, EnrichedEvent
from schemas.topics import DEAD_LETTER, PARSED, UNIQUE
from tests.unit.dedupe import texts
from workers.errors import InvalidMessage
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.document import document_record
from workers.pipeline.enrich import Enricher
from workers.pipeline.record import Lack, Output, Place, Record
from workers.settings import Settings

SETTINGS = Settings()
NOW = "2023-11-15T00:00:00Z"


def document(name: str, title: str, text: str, hour: int) -> Document:
    return Document(document_id=name, title=title, text=text, published_at=f"2023-11-14T{hour:02}:00:00Z")


REPORT = document("report", texts.TITLE, texts.REPORT + " وشارك وفد من تونس في الاحتفال.", 1)
UPDATE = document("update", texts.UPDATE_TITLE, texts.UPDATE + " وزار وفد من الجزائر موقع الحادث.", 14)
SECOND = document("second", texts.SECOND_UPDATE_TITLE, texts.SECOND_UPDATE, 23)


def events(*documents: Document) -> list[dict[str, Any]]:
    enricher = Enricher(build_parse(SETTINGS), build_dedupe(SETTINGS), build_tag(), clock=lambda: 1.7e9 + 9e4)
    return [orjson.loads(line) for each in documents for line in enricher.enrich(each) if isinstance(line, bytes)]


def test_an_update_says_what_it_changed_since_the_revision_before() -> None:
    report, update, second = events(REPORT, UPDATE, SECOND)
    assert [each["revision"] for each in (report, update, second)] == [0, 1, 2]
    assert report["changed"] is None
    changed = update["changed"]
    assert changed["since"] == report["article_id"]
    assert changed["title_changed"]
    for each in changed["sentences_added"]:
        assert update["text"][each["start"] : each["end"]] == each["surface"]
    for each in changed["sentences_removed"]:
        assert report["text"][each["start"] : each["end"]] == each["surface"]
    assert [each["surface"].split()[0] for each in changed["sentences_added"]] == ["غير", "وفتحت", "وزار"]
    assert [each["surface"].split()[0] for each in changed["sentences_removed"]] == ["وقال", "وأبدى", "ووعدت", "وشارك"]
    assert (changed["countries_added"], changed["countries_removed"]) == (["DZ"], ["TN"])
    # The second update is compared with the first, not with the original.
    assert second["original_id"] == report["article_id"]
    assert second["changed"]["since"] == update["article_id"]
    assert second["changed"]["countries_removed"] == ["DZ"]
    assert "earlier" not in EnrichedEvent.model_fields


def parsed(each: Document, offset: int) -> Record:
    (output,) = build_parse(SETTINGS).process(as_record(document_record(each, now=1.7e9), 0), now=NOW)
    return as_record(output, offset)


def as_record(output: Output, offset: int) -> Record:
    return Record(output.topic, 0, offset, output.key, output.value, output.headers, 1.7e9 + offset)


def test_a_record_that_comes_again_lacks_the_same_earlier_record() -> None:
    dedupe = build_dedupe(SETTINGS)
    records = [parsed(each, offset) for offset, each in enumerate((REPORT, UPDATE, SECOND))]
    first = [dedupe.process(record, now=NOW)[0] for record in records]
    again = [dedupe.process(record, now=NOW)[0] for record in records]
    lacks = [[output.lack and output.lack.place for output in outputs] for outputs in (first, again)]
    assert lacks[0] == lacks[1] == [None, Place(PARSED, 0, 0), Place(PARSED, 0, 1)]


def test_an_update_whose_earlier_record_is_gone_goes_out_without_changes() -> None:
    dedupe = build_dedupe(SETTINGS)
    record = parsed(UPDATE, 1)
    dedupe.process(parsed(REPORT, 0), now=NOW)
    outputs = outputs_of(dedupe, record, now=NOW)
    made = finished(outputs, {Place(PARSED, 0, 0): None}, dedupe, record, now=NOW)
    assert [output.lack for output in made] == [None, None]
    message = orjson.loads(made[0].value or b"")
    assert (made[0].topic, message["relation"], message["changed"]) == (UNIQUE, "update", None)


@pytest.mark.parametrize(("error", "told"), [(InvalidMessage("no article"), "no article"), (KeyError("x"), "a defect")])
def test_what_cannot_be_finished_is_a_dead_letter(error: Exception, told: str) -> None:
    dedupe = build_dedupe(SETTINGS)
    record = parsed(REPORT, 0)
    place = Place(PARSED, 0, 7)

    def fail(_value: bytes | None) -> Output:
        raise error

    outputs = [Output(UNIQUE, b"k", b"v", lack=Lack(place, fail)), Output("other", b"k", b"v")]
    letter, other = finished(outputs, {place: b""}, dedupe, record, now=NOW)
    assert (letter.topic, letter.value) == (DEAD_LETTER, record.value)
    assert told in dict(letter.headers)["x-error-message"].decode()
    assert other.topic == "other"


def test_every_event_names_its_story_also_one_from_before_stories_had_ids() -> None:
    dedupe, tag = build_dedupe(SETTINGS), build_tag()
    stories = []
    for offset, each in enumerate((REPORT, UPDATE)):
        output = dedupe.process(parsed(each, offset), now=NOW)[0]
        message = orjson.loads(output.value or b"")
        old = {name: value for name, value in message.items() if name not in ("story_id", "same_story")}
        for unique in (message, old):
            event = orjson.loads(
                tag.process(Record(UNIQUE, 0, 0, b"k", orjson.dumps(unique), (), 0.0), now=NOW)[0].value
            )
            stories.append((event["story_id"], event["same_story"]))
    assert stories == [(stories[0][0], [])] * 4

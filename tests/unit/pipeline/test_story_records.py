"""What tag and dedupe write of an article for its story."""

from __future__ import annotations

from dataclasses import replace

import orjson

from schemas.models import StoryRecord
from schemas.topics import BY_STORY, DUPLICATES, ENRICHED, PARSED, RAW, UNIQUE
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.record import Output, Record
from workers.pipeline.story_record import LEAD
from workers.settings import Settings

NOW = "2026-01-01T00:00:00Z"
# "Cairo: President Abdel Fattah el-Sisi received the Jordanian Foreign Minister Ayman Safadi today …"
TEXT = (
    "استقبل الرئيس المصري عبد الفتاح السيسي اليوم وزير الخارجية الأردني أيمن الصفدي، وبحث معه الوضع في سوريا. "
    "وقال المتحدث باسم الرئاسة إن اللقاء تناول سبل دعم العلاقات بين البلدين وتنسيق المواقف قبل القمة العربية المقبلة. "
    "وأكد الجانبان ضرورة وقف إطلاق النار وإيصال المساعدات إلى المدنيين في أسرع وقت ممكن ودون أي شروط."
)


def outputs(*documents: tuple[str, str]) -> list[Output]:
    """Send documents (id, text) through the three stages, as the stream would."""
    settings = Settings()
    parse, dedupe, tag = build_parse(settings), build_dedupe(settings), build_tag(settings)
    found: list[Output] = []
    for offset, (name, text) in enumerate(documents):
        body = orjson.dumps({"document_id": name, "title": "السيسي يستقبل الصفدي", "text": text})
        raw = Record(RAW, 0, offset, name.encode(), body, [], 1.76e9 + offset)
        for parsed in parse.process(raw, now=NOW):
            for decided in dedupe.process(_read(parsed, PARSED, offset), now=NOW):
                whole = decided if decided.lack is None else decided.lack.finish(None)
                found.append(whole)
                if whole.topic == UNIQUE:
                    found += tag.process(_read(whole, UNIQUE, offset), now=NOW)
    return found


def _read(output: Output, topic: str, offset: int) -> Record:
    return Record(topic, 0, offset, output.key, output.value, output.headers, 1.76e9 + offset)


def test_an_event_and_its_copy_stand_under_one_story_with_what_a_card_shows() -> None:
    found = outputs(("first", TEXT), ("copy", TEXT))
    (event,) = (orjson.loads(each.value or b"") for each in found if each.topic == ENRICHED)
    (duplicate,) = (orjson.loads(each.value or b"") for each in found if each.topic == DUPLICATES)
    written = [each for each in found if each.topic == BY_STORY]
    one, two = (StoryRecord.model_validate_json(each.value or b"") for each in written)
    assert {each.key for each in written} == {one.story_id.encode()} == {two.story_id.encode()}
    assert one.story_id == event["article_id"] == duplicate["story_id"]
    assert (one.article.event_id, one.article.relation) == (event["event_id"], "original")
    assert (two.article.event_id, two.article.relation, two.article.original_id) == (None, "duplicate", one.story_id)
    assert two.article.article_id == duplicate["article_id"]
    assert one.article.countries == [each["code"] for each in event["countries"]]
    assert one.article.main_countries == [each["code"] for each in event["countries"] if each["main"]]
    assert {each.id for each in one.actors} == {each["id"] for each in event["actors"]} >= {"ayman-safadi"}
    assert (two.countries, two.actors) == ([], [])
    assert one.article.seen_at == "2025-10-09T08:53:20.000Z"
    assert one.record_id != two.record_id


def test_the_lead_ends_with_a_word() -> None:
    (record,) = (each for each in outputs(("first", TEXT)) if each.topic == BY_STORY)
    lead = StoryRecord.model_validate_json(record.value or b"").article.lead
    assert TEXT.startswith(lead)
    assert TEXT[len(lead)] == " "
    assert LEAD - 20 < len(lead) <= LEAD


def test_the_same_input_gives_the_same_record() -> None:
    first, again = (
        [replace(each, fate=None) for each in outputs(("first", TEXT)) if each.topic == BY_STORY] for _ in range(2)
    )
    assert first == again

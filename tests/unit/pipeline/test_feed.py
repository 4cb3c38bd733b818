"""What other people's feeds send becomes documents; what lacks something is refused with what it lacks."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from schemas import envelope
from schemas.models import Article, Document
from schemas.topics import DEAD_LETTER, OUTCOMES, PARSED, RAW
from workers.errors import InvalidJSON, InvalidMessage, UsageError
from workers.pipeline.build import build_parse
from workers.pipeline.dead_letter import outputs_of
from workers.pipeline.feed import FIELDS, document_fields, read_fields
from workers.pipeline.record import Output, Record
from workers.settings import Settings
from workers.text.offsets import covering_span

TITLE = "مستشفى جديد في دمشق"
LEAD = "أعلنت وزارة الصحة في دمشق، اليوم، افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم."
MORE = "وقال مدير المستشفى إن الأطباء سيبدأون العمل فيه مطلع الأسبوع المقبل، وإن العلاج سيكون مجانيا لكل السكان."
HTML = f"<p>{LEAD}</p><p>{MORE}</p><p><a href='https://example.org'>اقرأ أيضا</a></p>"
LINK = "https://news.example.org/a?id=7"
OURS = {"document_id": "d", "title": TITLE, "text": f"{LEAD}\n{MORE}", "published_at": "2025-03-09T12:00:00Z"}
ITEM = {
    "guid": "https://news.example.org/?p=7",
    "link": LINK,
    "title": TITLE,
    "summary": LEAD,
    "content:encoded": HTML,
    "pubDate": "Sun, 09 Mar 2025 15:00:00 +0300",
    "author": "سامر النجار",
}


def parse(data: object, **settings: Any) -> list[Output]:
    record = Record(RAW, 0, 0, None, orjson.dumps(data), [], 1.75e9)
    return outputs_of(build_parse(Settings(**settings)), record, now="2025-06-15T00:00:00Z")


def article(data: object, **settings: Any) -> Article:
    (output,) = parse(data, **settings)
    assert output.topic == PARSED, output.headers
    return Article.model_validate_json(output.value or b"")


@pytest.mark.parametrize(
    "wrapped",
    [
        {"schema": {"type": "struct", "fields": []}, "payload": OURS},
        {"schema": None, "payload": OURS},
        {"schema": {"type": "string"}, "payload": orjson.dumps(OURS).decode()},
        {"before": None, "after": OURS, "op": "c", "ts_ms": 1},
        {"schema": {}, "payload": {"before": OURS, "after": OURS, "op": "u", "source": {}}},
        {"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "data": OURS},
        {"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "data": orjson.dumps(OURS).decode()},
        {"specversion": "1.0", "id": "1", "data_base64": base64.b64encode(orjson.dumps(OURS)).decode()},
        {"specversion": "1.0", "id": "1", "data": {"schema": {}, "payload": OURS}},
    ],
)
def test_a_document_in_an_envelope_is_the_document(wrapped: dict[str, Any]) -> None:
    assert article(wrapped) == article(OURS)


@pytest.mark.parametrize(
    "deletion",
    [
        {"schema": None, "payload": None},
        {"before": OURS, "after": None, "op": "d"},
        {"schema": {}, "payload": {"before": OURS, "after": None, "op": "d"}},
        {"specversion": "1.0", "id": "1", "data": None},
    ],
)
def test_a_deletion_in_an_envelope_is_a_tombstone(deletion: dict[str, Any]) -> None:
    assert [output.topic for output in parse(deletion)] == [OUTCOMES]


def test_an_item_of_a_feed_is_a_document_whose_offsets_lead_back_to_title_and_content() -> None:
    found = article(ITEM)
    assert (found.document_id, found.url, found.authors) == (ITEM["guid"], LINK, ["سامر النجار"])
    assert (found.published_at, found.published_from) == ("2025-03-09T12:00:00Z", "record")
    assert found.published_raw == ITEM["pubDate"]
    # HTML goes the way of HTML: no tag is left, and each letter leads back into the tags.
    assert (found.title, found.text) == (TITLE, f"{LEAD}\n{MORE}")
    body = f"{TITLE}\n\n{HTML}"
    for field, runs, references in (
        (found.title, found.title_map, found.title_references),
        (found.text, found.text_map, found.text_references),
    ):
        for start in range(0, len(field), 7):
            if field[start] != "\n":
                raw_start, raw_end = covering_span(runs, references, start, start + 1)
                assert body[raw_start:raw_end] == field[start]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"id": "tag:news.example.org,2025:7", "link": LINK}, "tag:news.example.org,2025:7"),
        ({"document_id": "mine", "id": "theirs", "link": LINK}, "mine"),
        ({"guid": {"#text": "urn:x:7", "@isPermaLink": "false"}}, "urn:x:7"),
        ({"guid": {"value": "urn:x:7"}}, "urn:x:7"),
        ({"guid": [{"_": "urn:x:7", "$": {"isPermaLink": "false"}}]}, "urn:x:7"),
        ({"ID": {"string": "urn:x:7"}}, "urn:x:7"),
    ],
)
def test_the_id_is_what_the_feed_calls_it(names: dict[str, Any], expected: str) -> None:
    assert article({"title": TITLE, "content": LEAD, **names}).document_id == expected


def test_without_an_id_the_link_gives_one_the_same_each_time() -> None:
    def id_of(**names: Any) -> str:
        return article({"title": TITLE, "content": LEAD, **names}).document_id

    first = id_of(link=LINK)
    assert first.startswith("link-")
    assert first == id_of(link=f"{LINK}&utm_source=rss&fbclid=1#top") == id_of(link=f" {LINK}\n")
    assert first == id_of(link={"@href": LINK.replace("news.example", "NEWS.example")})
    assert first == id_of(links=[{"rel": "self", "href": "https://x.example"}, {"rel": "alternate", "href": LINK}])
    # The number of a row says nothing beside a link, and is all there is without one.
    assert first == id_of(id=42, link=LINK)
    assert id_of(id=42) == "42"
    assert first != id_of(link="https://news.example.org/a?id=8")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ({"content_encoded": LEAD, "summary": "قصير"}, LEAD),
        ({"contentEncoded": LEAD}, LEAD),
        ({"content": [{"type": "text/html", "value": LEAD}], "summary": "قصير"}, LEAD),
        ({"content": {"#cdata-section": LEAD}}, LEAD),
        ({"content": "", "summary": LEAD}, LEAD),
        ({"description": {"#text": LEAD}}, LEAD),
        ({"body": LEAD}, LEAD),
    ],
)
def test_the_content_is_the_fullest_that_the_feed_gives(names: dict[str, Any], text: str) -> None:
    assert article({"id": "urn:x:7", "title": TITLE, **names}).text == text


def test_the_other_names_are_found_too() -> None:
    mapped = document_fields(
        {
            "id": "urn:x:7",
            "content": LEAD,
            "isoDate": "2025-03-09T12:00:00Z",
            "feed": {"title": "موقع التجربة", "url": "https://news.example.org/rss"},
            "dc:language": "ar",
            "dc:creator": ["سامر النجار", {"name": "هند الخوري"}],
            "unknown": {"deep": [1, 2]},
        }
    )
    assert mapped == {
        "document_id": "urn:x:7",
        "text": LEAD,
        "published_at": "2025-03-09T12:00:00Z",
        "source": "موقع التجربة",
        "language": "ar",
        "authors": ["سامر النجار", "هند الخوري"],
    }


def test_what_is_under_our_own_names_is_left_to_the_model() -> None:
    ours = {"document_id": {"a": 1}, "body": 12, "link": LINK, "guid": "x"}
    assert document_fields(ours) == ours


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (
            {"title": TITLE, "link": LINK},
            InvalidMessage,
            "no body: give `body`, or `title` and `text`; looked for body, text,",
        ),
        ({"document_id": "d"}, InvalidMessage, "no body: "),
        ({"title": TITLE, "content": LEAD}, InvalidMessage, "no document_id, and no link to make one of; looked for"),
        ({"content": LEAD, "id": {"unknown": "x"}}, InvalidMessage, "the record has content, id"),
        ({}, InvalidMessage, "the record has nothing"),
        ({"content": {"a": {"b": "x"}}, "id": "x"}, InvalidMessage, "no body"),
        ({"specversion": "1.0", "id": "1"}, InvalidMessage, "the CloudEvent has no data"),
        ({"specversion": "1.0", "data_base64": "%%%"}, InvalidMessage, "is not text in base64"),
        ({"specversion": "1.0", "data_base64": 7}, InvalidMessage, "is not text in base64"),
        ({"specversion": "1.0", "data": "نص"}, InvalidJSON, "the data of the CloudEvent is text that is not JSON"),
        ({"schema": {}, "payload": [1]}, InvalidJSON, "the payload of Kafka Connect's envelope is a list"),
    ],
)
def test_what_lacks_something_is_refused_with_what_it_lacks(
    data: dict[str, Any], error: type[Exception], said: str
) -> None:
    (letter,) = parse(data)
    assert letter.topic == DEAD_LETTER
    told = {name: value.decode() for name, value in letter.headers}
    assert told[envelope.ERROR_CLASS] == error.__name__
    assert said in told[envelope.ERROR_MESSAGE]
    assert LEAD not in told[envelope.ERROR_MESSAGE]


@pytest.mark.parametrize(
    "stated",
    [
        "text=matn, content; url = rabit",
        '{"text": ["matn", "content"], "url": "rabit"}',
    ],
)
def test_a_setting_gives_other_names(stated: str) -> None:
    found = article({"rabit": LINK, "matn": LEAD, "content": MORE, "title": TITLE}, feed_fields=stated)
    assert (found.url, found.text, found.title) == (LINK, LEAD, TITLE)
    assert read_fields(stated)["title"] == FIELDS["title"]
    assert read_fields(" ") == FIELDS


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("headline=title", "names 'headline': a document's fields are document_id, title"),
        ("url", "gives no names for url"),
        ("url=", "gives no names for url"),
        ('{"url": 1}', "gives no names for url"),
        ('{"url": []}', "gives no names for url"),
        ('{"url"', "is no JSON object"),
    ],
)
def test_a_setting_that_cannot_be_read_says_why(stated: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_fields(stated)


def test_a_document_s_authors_may_come_under_our_own_name() -> None:
    assert Document(document_id="d", body="x", authors=["سامر النجار"]).authors == ["سامر النجار"]
    assert article({**OURS, "authors": ["سامر النجار"]}).authors == ["سامر النجار"]

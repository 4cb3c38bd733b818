"""The times of an article: from its page or its record, and when its event counts as having been."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from schemas import envelope
from schemas.models import Article, Document
from schemas.topics import RAW
from tests.unit.dedupe import texts
from tests.unit.pipeline.test_updates import REPORT, UPDATE, document, events
from workers.pipeline.build import build_parse
from workers.pipeline.parse import articles_of
from workers.pipeline.record import Record
from workers.pipeline.times import epoch, event_time, published, stated_times
from workers.settings import Settings
from workers.text.dates import Dated, Moment, read_date

LEAD = "أعلنت وزارة الصحة في دمشق، اليوم، افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم."
MORE = "وقال مدير المستشفى إن الأطباء سيبدأون العمل فيه مطلع الأسبوع المقبل، وإن العلاج سيكون مجانيا لكل السكان."


def article(**fields: Any) -> Article:
    document = Document.model_validate(
        {"document_id": "d", "title": "مستشفى جديد", "text": f"{LEAD}\n{MORE}", **fields}
    )
    (found,) = articles_of(document, received=epoch("2025-03-20T00:00:00Z"))
    return found


def moment(value: str) -> Moment:
    found = read_date(value)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stated", "at", "precision"),
    [
        ("Sun, 09 Mar 2025 15:00:00 +0300", "2025-03-09T12:00:00Z", "second"),
        (1741521600000, "2025-03-09T12:00:00Z", "second"),
        ("٩ آذار ٢٠٢٥", "2025-03-09T00:00:00Z", "day"),
        ("yesterday", None, None),
        ("0000-00-00", None, None),
    ],
)
def test_a_record_s_time_is_given_in_utc_with_the_original_beside_it(
    stated: str | int, at: str | None, precision: str | None
) -> None:
    found = article(published_at=stated)
    assert (found.published_at, found.published_precision) == (at, precision)
    assert (found.published_raw, found.published_from) == (str(stated), "record")
    assert found.notes == []


@pytest.mark.parametrize("stated", [None, "", "  "])
def test_a_record_that_states_no_time_has_none(stated: str | None) -> None:
    found = article(published_at=stated)
    assert [getattr(found, f"published_{name}") for name in ("at", "precision", "raw", "from")] == [None] * 4


def test_a_time_in_the_future_is_kept_and_noted() -> None:
    assert article(published_at="2062-01-01T00:00:00Z").notes == ["published_at is in the future"]
    assert article(published_at="2062-01-01T00:00:00Z").published_at == "2062-01-01T00:00:00Z"
    # Against the time of fetching where one is stated: this page came before it was published.
    assert article(published_at="2025-03-12", fetched_at="2025-03-09").notes == ["published_at is in the future"]
    # Tomorrow already, further east.
    assert article(published_at="2025-03-10", fetched_at="2025-03-09T21:30:00Z").notes == []


def test_when_it_was_fetched_goes_on_in_utc() -> None:
    found = article(published_at="03/11/2025", fetched_at=1741694400)
    assert found.fetched_at == "2025-03-11T12:00:00Z"
    assert found.published_at == "2025-03-11T00:00:00Z"
    assert article(fetched_at="recently").fetched_at is None


@pytest.mark.parametrize(
    ("page", "record", "origin"),
    [
        (("2025-03-09", "page"), None, "page"),
        (("2025-03-09", "page"), "2025-03-12T10:00:00Z", "page"),
        # The same day, and more of it.
        (("2025-03-09", "page"), "2025-03-09T00:30:00+03:00", "record"),
        (("2025-03-09T10:00:00Z", "page"), "2025-03-09", "page"),
        (("2025-03-09", "markup"), "2025-03-12", "markup"),
        # A collector's line and a machine summary say less than the record.
        (("2025-03-09", "prefix"), "2025-03-12", "record"),
        (("2025-03-09", "summary"), "2025-03-12", "record"),
        (("2025-03-09", "prefix"), "yesterday", "prefix"),
        (None, "2025-03-12", "record"),
    ],
)
def test_the_page_comes_before_the_record_unless_that_says_more(
    page: tuple[str, Any] | None, record: str | None, origin: str
) -> None:
    dated = None if page is None else Dated(moment(page[0]), page[1])
    document = Document(document_id="d", body="x", published_at=record)
    found = published(dated, stated_times(document), document)
    assert found["published_from"] == origin
    assert found["published_raw"] == (record if origin == "record" else page and page[0])


@pytest.mark.parametrize(
    ("item", "record", "expected"),
    [
        ("Sun, 09 Mar 2025 15:00:00 +0300", "2025-03-12", ("2025-03-09T12:00:00Z", "feed")),
        ("just now", "2025-03-12", ("2025-03-12T00:00:00Z", "record")),
        ("just now", None, (None, "feed")),
        (None, "2025-03-12", ("2025-03-12T00:00:00Z", "record")),
    ],
)
def test_an_item_of_a_feed_stands_for_its_record(item: str | None, record: str | None, expected: object) -> None:
    document = Document(document_id="d", body="x", published_at=record)
    found = published(None, stated_times(document), document, item=item)
    assert (found["published_at"], found["published_from"]) == expected
    assert found["published_raw"] == (item if found["published_from"] == "feed" else record)


def test_a_page_s_own_date_and_a_collector_s_prefix_are_told_apart() -> None:
    def origins(body: str) -> list[tuple[str | None, str | None]]:
        return [(each.published_from, each.published_raw) for each in articles_of(Document(document_id="d", body=body))]

    assert origins(f"مستشفى جديد في دمشق\n9 مارس 2025 10:30\n{LEAD}\n{MORE}") == [("page", "9 مارس 2025 10:30")]
    assert origins(f" date 2025-03-09 - {LEAD}\n{MORE}") == [("prefix", "2025-03-09")]
    assert origins(f"date 2025-03-09\n{LEAD}\n{MORE}") == [("prefix", "2025-03-09")]


@pytest.mark.parametrize(
    ("stated", "latest", "received", "counts"),
    [
        # A time is itself, whatever came before.
        ("2025-03-09T10:00:00Z", "2025-03-09T12:00:00Z", "2025-03-20T00:00:00Z", "2025-03-09T10:00:00Z"),
        # A day was at any time of that day: as new as the newest before it, within the day.
        ("2025-03-09", "2025-03-09T12:00:00Z", "2025-03-20T00:00:00Z", "2025-03-09T12:00:00Z"),
        ("2025-03-09", "2025-03-08T12:00:00Z", "2025-03-20T00:00:00Z", "2025-03-09T00:00:00Z"),
        ("2025-03-09", "2025-03-11T12:00:00Z", "2025-03-20T00:00:00Z", "2025-03-09T23:59:59Z"),
        ("2025-03-09", None, "2025-03-20T00:00:00Z", "2025-03-09T00:00:00Z"),
        # Never after its record came.
        ("2062-01-01T00:00:00Z", None, "2025-03-20T00:00:00Z", "2025-03-20T00:00:00Z"),
        ("2025-03-20", "2025-03-20T12:00:00Z", "2025-03-19T22:00:00Z", "2025-03-19T22:00:00Z"),
        # None stated: as the newest before it.
        (None, "2025-03-09T12:00:00Z", "2025-03-20T00:00:00Z", "2025-03-09T12:00:00Z"),
        (None, None, "2025-03-20T00:00:00Z", None),
    ],
)
def test_when_an_event_counts_as_having_been(
    stated: str | None, latest: str | None, received: str, counts: str | None
) -> None:
    at = epoch(received)
    assert at is not None
    assert event_time(article(published_at=stated), latest=epoch(latest), received=at) == epoch(counts)


def test_no_event_is_later_than_its_page_was_fetched() -> None:
    # A day that had begun in Damascus only.
    found = article(published_at="2025-03-10", fetched_at="2025-03-09T22:00:00Z")
    at = event_time(found, latest=epoch("2025-03-10T12:00:00Z"), received=epoch("2025-03-20T00:00:00Z") or 0.0)
    assert at == epoch("2025-03-09T22:00:00Z")


def test_an_article_of_the_first_release_on_its_way_at_an_upgrade_has_a_time_too() -> None:
    old = {**article().model_dump(), "published_at": "2025-03-09"}
    for name in ("published_precision", "published_raw", "published_from", "fetched_at"):
        del old[name]
    received = epoch("2025-03-20T00:00:00Z") or 0.0
    assert event_time(Article.model_validate(old), latest=None, received=received) == epoch("2025-03-09T00:00:00Z")
    garbage = Article.model_validate({**old, "published_at": "أمس"})
    assert event_time(garbage, latest=None, received=received) is None


def test_an_update_that_states_its_day_alone_is_not_taken_for_what_came_before() -> None:
    # The report states the hour, what follows it the day: midnight would put it before what it follows.
    day_alone = UPDATE.model_copy(update={"published_at": "2023-11-14"})
    between = document("other", *texts.plane("الثالثة", "40", "الأدوية والخيام"), 22)
    report, _, update = events(REPORT, between, day_alone)
    assert (update["relation"], update["original_id"]) == ("update", report["article_id"])
    assert update["published_at"] == "2023-11-14T00:00:00Z"
    # The day before is before it: no update, but a report of the same event.
    before = UPDATE.model_copy(update={"published_at": "2023-11-13"})
    assert [each["relation"] for each in events(REPORT, before)] == ["original", "related"]


def test_a_foreign_event_time_is_read_or_left() -> None:
    def times(ce_time: bytes) -> set[str | None]:
        value = orjson.dumps({"document_id": "d", "title": "مستشفى جديد", "text": f"{LEAD}\n{MORE}"})
        record = Record(RAW, 0, 0, b"k", value, [("ce_time", ce_time)], 60.0)
        return {
            envelope.first_value(each.headers, "ce_time") for each in build_parse(Settings()).process(record, now="")
        }

    assert times(b"2025-03-09T15:00:00+03:00") == {"2025-03-09T12:00:00.000Z"}
    assert times(b"soon") == {"1970-01-01T00:01:00.000Z"}

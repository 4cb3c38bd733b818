"""The stories stage's function: a story as its articles make it, whatever order they come in."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import orjson
import pytest

from schemas.models import Story, StoryActor, StoryArticle, StoryCountry, StoryRecord
from schemas.topics import BY_STORY, DEAD_LETTER, STORIES
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.record import Output, Record
from workers.pipeline.stories import Stories, joined

NOW = "2026-01-01T00:00:00Z"
START = 1_760_000_000.0
DAY = 86_400.0
NAMES = {"EG": ("Egypt", "مصر"), "SY": ("Syria", "سوريا"), "JO": ("Jordan", "الأردن")}


def article(name: str, relation: str = "original", *, minute: int = 0, **fields: Any) -> StoryArticle:
    return StoryArticle(
        **{
            "article_id": name,
            "event_id": None if relation == "duplicate" else f"e-{name}",
            "document_id": f"d-{name}",
            "ordinal": 0,
            "kind": "story",
            "relation": relation,
            "original_id": None if relation == "original" else "a",
            "revision": 0,
            "title": f"خبر {name}",  # "news", and its name
            "lead": "نص",  # "text"
            "language": "ar",
            "source": None,
            "publisher": None,
            "url": None,
            "published_at": f"2026-01-01T10:{minute:02d}:00Z",
            "published_precision": "minute",
            "seen_at": f"2026-01-01T11:{minute:02d}:00.000Z",
            "countries": [],
            "main_countries": [],
            "actors": [],
        }
        | fields
    )


def message(one: StoryArticle, *, same_story: list[str] | None = None) -> StoryRecord:
    countries = [
        StoryCountry(
            code=code,
            name_en=NAMES[code][0],
            name_ar=NAMES[code][1],
            wikidata=None,
            main=code in one.main_countries,
            articles=1,
        )
        for code in one.countries
    ]
    actors = [
        StoryActor(id=id_, name=id_, name_en=None, wikidata=None, type="person", country=None, articles=1)
        for id_ in one.actors
    ]
    return StoryRecord(
        record_id=f"r-{one.article_id}",
        story_id="a",
        same_story=same_story or [],
        schema_version="1.2",
        article=one,
        countries=countries,
        actors=actors,
    )


def made(*records: StoryRecord, listed: int = 1000) -> Story:
    story = None
    for each in records:
        story = joined(story, each, at=NOW, listed=listed)
    assert story is not None
    return story


FIRST = article("a", minute=5, countries=["EG", "SY"], main_countries=["EG"], actors=["one", "two"])
COPY = article("b", "duplicate", minute=6)
FULLER = article(
    "c", "fuller", minute=9, revision=1, countries=["SY", "JO"], main_countries=["SY"], actors=["two", "three"]
)
RELATED = article("d", "related", minute=7, countries=["SY"], published_at=None, published_precision=None)


@pytest.mark.parametrize("order", list(permutations([FIRST, COPY, FULLER, RELATED])))
def test_a_story_is_the_same_in_whatever_order_its_articles_come(order: tuple[StoryArticle, ...]) -> None:
    story = made(*map(message, order))
    assert [each.article_id for each in story.articles] == ["a", "b", "d", "c"]
    assert (story.fullest, story.title) == ("c", "خبر c")
    assert [(each.code, each.main, each.articles) for each in story.countries] == [
        ("SY", True, 3),
        ("EG", True, 1),
        ("JO", False, 1),
    ]
    assert [(each.id, each.articles) for each in story.actors] == [("two", 2), ("one", 1), ("three", 1)]
    assert (story.first_published_at, story.last_published_at) == ("2026-01-01T10:05:00Z", "2026-01-01T10:09:00Z")
    assert (story.first_seen_at, story.last_seen_at) == ("2026-01-01T11:05:00.000Z", "2026-01-01T11:09:00.000Z")
    assert story.articles_left_out == 0


def test_an_article_that_comes_again_takes_its_own_place() -> None:
    once = made(message(FIRST), message(FULLER))
    assert made(message(FIRST), message(FULLER), message(FIRST), message(FULLER)) == once
    # Tagged anew: the tags that it had are gone, with what was counted of them.
    tagged = FIRST.model_copy(update={"countries": ["JO"], "main_countries": [], "actors": []})
    story = made(message(FIRST), message(FULLER), message(tagged))
    assert {each.code: each.articles for each in story.countries} == {"SY": 1, "JO": 2}
    assert [each.id for each in story.actors] == ["three", "two"]


def test_until_a_fuller_version_comes_the_original_shows_the_story_and_before_it_whatever_there_is() -> None:
    assert made(message(COPY)).fullest == "b"
    assert made(message(COPY), message(RELATED)).fullest == "d"
    assert made(message(COPY), message(RELATED), message(FIRST)).fullest == "a"
    update = article("e", "update", minute=1, revision=2)
    assert made(message(update), message(FULLER)).fullest == "e"


def test_other_stories_that_turn_out_to_be_the_same_are_kept_in_the_order_in_which_they_were_named() -> None:
    story = made(message(FIRST), message(FULLER, same_story=["z", "y"]), message(RELATED, same_story=["y", "x"]))
    assert story.same_story == ["z", "y", "x"]


def test_a_long_story_lists_its_original_its_fullest_version_and_the_latest() -> None:
    copies = [article(f"k{n:02d}", "duplicate", minute=10 + n) for n in range(20)]
    story = made(message(FIRST), message(FULLER), *map(message, copies), listed=5)
    assert [each.article_id for each in story.articles] == ["a", "c", "k17", "k18", "k19"]
    assert story.articles_left_out == 17
    assert story.fullest == "c"
    # What is no longer listed had its part in when the story began.
    early = article("k99", "duplicate", minute=0)
    story = joined(made(message(early), message(FIRST), *map(message, copies), listed=3), message(FULLER), at=NOW)
    assert story.first_published_at == early.published_at
    assert story.first_seen_at == early.seen_at


def record(one: StoryArticle, offset: int, *, time: float = START, story_id: str = "a") -> Record:
    body = message(one).model_dump() | {"story_id": story_id}
    return Record(BY_STORY, 0, offset, story_id.encode(), orjson.dumps(body), [], time)


class Topic:
    """The topic `stories` of one partition, as a worker writes it and reads it."""

    def __init__(self, stage: Stories) -> None:
        self.stage = stage
        self.records: list[Record] = []
        self.looked_up = 0

    def batch(self, *records: Record) -> None:
        """Have the stage process `records`, read back what it lacks, and write what it made."""
        results = [(each, outputs_of(self.stage, each, now=NOW)) for each in records]
        values = {}
        for _, outputs in results:
            for output in outputs:
                if output.lack is not None:
                    values[output.lack.place] = self.records[output.lack.place.offset].value
                    self.looked_up += 1
        whole = [finished(outputs, values, self.stage, each, now=NOW) for each, outputs in results]
        for each, outputs in zip(records, whole, strict=True):
            for output in outputs:
                assert output.topic == STORIES
                self.write(output, each.time)

    def write(self, output: Output, time: float) -> None:
        offset = len(self.records)
        self.records.append(Record(STORIES, 0, offset, output.key, output.value, output.headers, time))
        self.stage.written(output, offset)

    def stories(self) -> dict[str, Story]:
        last = {(each.key or b"").decode(): each.value for each in self.records}
        return {name: Story.model_validate_json(value or b"") for name, value in last.items()}


def test_a_story_that_is_not_held_whole_is_read_back_also_twice_in_one_batch() -> None:
    topic = Topic(Stories(window_days=7, whole=2))
    topic.batch(*(record(article(name), n, story_id=name) for n, name in enumerate("abcdef")))
    assert topic.looked_up == 0
    topic.batch(record(COPY, 6), record(RELATED, 7), record(FULLER, 8))
    assert topic.looked_up == 3
    assert [each.article_id for each in topic.stories()["a"].articles] == ["a", "b", "d", "c"]
    # Now it is held whole.
    topic.batch(record(article("g", "duplicate", minute=20), 9))
    assert topic.looked_up == 3
    assert len(topic.stories()["a"].articles) == 5
    assert topic.stage.held(0) == 6


def test_nothing_is_dropped_whose_last_state_is_not_acknowledged() -> None:
    stage = Stories(window_days=7, whole=1)
    first, second = (
        outputs_of(stage, record(article(name), n, story_id=name), now=NOW)[0] for n, name in enumerate("ab")
    )
    stage.written(first, 0)
    stage.written(second, 1)
    # A second state of `a` is on its way while others come: its first one must not be read back for it.
    (output,) = outputs_of(stage, record(COPY, 2), now=NOW)
    assert output.lack is not None
    finished([output], {output.lack.place: first.value}, stage, record(COPY, 2), now=NOW)
    for n, name in enumerate("cdef", 3):
        outputs_of(stage, record(article(name), n, story_id=name), now=NOW)
    (output,) = outputs_of(stage, record(RELATED, 9), now=NOW)
    assert output.lack is None
    assert len(Story.model_validate_json(output.value or b"").articles) == 3


def test_another_worker_goes_on_from_what_the_topic_holds() -> None:
    topic = Topic(Stories(window_days=7))
    topic.batch(record(FIRST, 0), record(COPY, 1), record(article("z"), 2, story_id="z"))
    after = Topic(Stories(window_days=7))
    after.records = list(topic.records)
    assert after.stage.restore(0, topic.records) == 3
    assert after.stage.held(0) == 2
    after.batch(record(FULLER, 3))
    assert after.looked_up == 1
    assert [each.article_id for each in after.stories()["a"].articles] == ["a", "b", "c"]
    # And the first, where it gets the partition back: what it held whole is not the story's last state any more.
    topic.records = list(after.records)
    topic.stage.restore(0, after.records[3:])
    topic.batch(record(RELATED, 4))
    assert [each.article_id for each in topic.stories()["a"].articles] == ["a", "b", "d", "c"]


def test_where_the_topic_was_made_again_the_story_of_another_is_not_taken_for_it() -> None:
    topic = Topic(Stories(window_days=7, whole=1))
    topic.batch(record(FIRST, 0), record(article("z"), 1, story_id="z"), record(article("y"), 2, story_id="y"))
    topic.records[0] = topic.records[1]
    topic.batch(record(COPY, 3))
    assert [each.article_id for each in topic.stories()["a"].articles] == ["b"]
    assert [(output.key, output.partition) for output in topic.stage.entries(0)] == [(b"a", 0)]


def test_a_story_is_known_until_nothing_can_belong_to_it_any_more() -> None:
    topic = Topic(Stories(window_days=7, whole=1))
    topic.batch(record(FIRST, 0))
    topic.batch(record(article("z"), 1, story_id="z", time=START + 0.1 * DAY))
    topic.batch(record(article("y"), 2, story_id="y", time=START + 7.9 * DAY))
    assert topic.stage.held(0) == 3
    topic.batch(record(article("x"), 3, story_id="x", time=START + 8.05 * DAY))
    assert topic.stage.held(0) == 4
    topic.batch(record(article("w"), 4, story_id="w", time=START + 8.15 * DAY))
    assert topic.stage.held(0) == 4
    again = Stories(window_days=7)
    assert again.restore(0, topic.records) == 5
    assert again.held(0) == 4
    topic.stage.keep_only([1])
    assert topic.stage.held(0) == 0
    assert topic.stage.allocated == 0


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"key": b"b"}, "the key is not the story_id: send the record under its story_id"),
        ({"value": b"{}"}, "not a valid StoryRecord"),
    ],
)
def test_a_record_at_fault_is_a_dead_letter_that_says_why(bent: dict[str, bytes], why: str) -> None:
    (output,) = outputs_of(Stories(window_days=7), replace(record(FIRST, 0), **bent), now=NOW)  # type: ignore[arg-type]
    assert output.topic == DEAD_LETTER
    headers = dict(output.headers)
    assert headers["x-error-stage"] == b"stories"
    assert why in headers["x-error-message"].decode()

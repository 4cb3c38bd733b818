"""What events.by-story says of an event or a duplicate: an article in short, under its story.

tag writes it for events, which have tags, and dedupe for duplicates, which have none. Both key it by `story_id`, so
that one worker of the stage `stories` sees all articles of a story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.envelope import INGESTED, digest
from schemas.models import (
    SCHEMA_VERSION,
    Duplicate,
    EnrichedEvent,
    StoryActor,
    StoryArticle,
    StoryCountry,
    StoryRecord,
)
from schemas.topics import BY_STORY
from workers.pipeline.codec import encode
from workers.pipeline.limits import carried
from workers.pipeline.record import Output, Record, derived_headers
from workers.pipeline.times import epoch

if TYPE_CHECKING:
    from schemas.topics import Stage

__all__ = ["LEAD", "story_of_duplicate", "story_of_event"]

#: Code points of a text that its story shows: two lines of a card.
LEAD = 200


def story_of_event(record: Record, event: EnrichedEvent) -> Output:
    """Return the record on events.by-story of `event`, which was made of `record`."""
    countries = [
        StoryCountry(
            code=each.code,
            name_en=each.name_en,
            name_ar=each.name_ar,
            wikidata=each.wikidata,
            main=each.main,
            articles=1,
        )
        for each in event.countries
    ]
    actors = [
        StoryActor(
            id=each.id,
            name=each.name,
            name_en=each.name_en,
            wikidata=each.wikidata,
            type=each.type,
            country=each.country,
            articles=1,
        )
        for each in event.actors
    ]
    return _output(record, "tag", event, countries, actors)


def story_of_duplicate(record: Record, duplicate: Duplicate) -> Output:
    """Return the record on events.by-story of `duplicate`, which was made of `record`."""
    return _output(record, "dedupe", duplicate, [], [])


def _output(
    record: Record,
    stage: Stage,
    article: EnrichedEvent | Duplicate,
    countries: list[StoryCountry],
    actors: list[StoryActor],
) -> Output:
    story_id = article.story_id or article.original_id or article.article_id
    known = {name: getattr(article, name) for name in StoryArticle.model_fields if hasattr(article, name)}
    own = {
        "event_id": article.event_id if isinstance(article, EnrichedEvent) else None,
        "revision": article.revision if isinstance(article, EnrichedEvent) else 0,
        "lead": _lead(article.text),
        "seen_at": _time(record),
        "countries": [each.code for each in countries],
        "main_countries": [each.code for each in countries if each.main],
        "actors": [each.id for each in actors],
    }
    message = StoryRecord(
        record_id=digest("story-record", article.article_id),
        story_id=story_id,
        same_story=article.same_story,
        schema_version=SCHEMA_VERSION,
        article=StoryArticle(**(known | own)),
        countries=countries,
        actors=actors,
    )
    headers = derived_headers(record, type_="story-record", stage=stage, id_=message.record_id, time=record.event_time)
    return Output(BY_STORY, story_id.encode(), encode(message), headers)


def _lead(text: str) -> str:
    """The beginning of a text, in one line, cut at a space."""
    start = " ".join(text[: 2 * LEAD].split())
    return start if len(start) <= LEAD else start[: LEAD + 1].rpartition(" ")[0] or start[:LEAD]


def _time(record: Record) -> str | None:
    ingested = carried(record, INGESTED)
    return None if epoch(ingested) is None else ingested

"""The table of stories on a real broker: as its articles make it, through kills, handovers and a deleted topic."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.models import Document, Story, StoryRecord
from schemas.topics import BY_STORY, DEAD_LETTER, DUPLICATES, ENRICHED, STORIES, app_id
from tests.corpus import documents
from tests.kafka.conftest import payloads
from workers.cluster import admin, end_offsets
from workers.ops.account import committed_offsets
from workers.ops.topics import apply
from workers.pipeline.stories import joined
from workers.pipeline.times import iso

if TYPE_CHECKING:
    from tests.kafka.conftest import Stream
    from workers.ops.processes import StageProcess

pytestmark = pytest.mark.kafka


def corpus(count: int, *, seed: int = 0) -> list[Document]:
    # Half of them repeat an earlier one: stories of several articles.
    return [Document.model_validate(each) for each in documents(count, seed=seed, repeated=0.5)]


def until_collected(stream: Stream, *, seconds: float = 90.0) -> None:
    """Wait until the stage has committed all of events.by-story."""

    async def wait() -> None:
        async with asyncio.timeout(seconds):
            while True:
                ends = await end_offsets(stream.bootstrap, BY_STORY, prefix=stream.settings.topic_prefix)
                done = (await committed_offsets(stream.settings, stream.bootstrap))["stories"]
                if all(done.get(partition, 0) == end for partition, end in ends.items()):
                    return
                await asyncio.sleep(0.2)

    asyncio.run(wait())


def expected(stream: Stream) -> dict[str, Story]:
    """Return each story as its records on events.by-story make it, one after the other."""
    stories: dict[str, Story] = {}
    for record in stream.read(BY_STORY):
        message = StoryRecord.model_validate_json(record.value or b"")
        stories[message.story_id] = joined(stories.get(message.story_id), message, at=iso(record.time))
    return stories


def table(stream: Stream) -> dict[str, Story]:
    """Return what the topic says last of each story."""
    return {
        (record.key or b"").decode(): Story.model_validate_json(record.value or b"") for record in stream.read(STORIES)
    }


def killed_now_and_then(stream: Stream, *, times: int) -> StageProcess:
    """Kill the worker of stories, start it again, and so on; return the one that runs in the end."""
    (worker,) = stream.start("stories")
    for _ in range(times):
        time.sleep(2.5)
        worker.process.send_signal(signal.SIGKILL)
        worker.wait()
        (worker,) = stream.start("stories")
    return worker


def test_every_event_and_duplicate_is_in_its_story_through_kills(stream: Stream) -> None:
    stream.start()
    stream.replay(corpus(400), rate=60)
    killed_now_and_then(stream, times=3)
    account = stream.wait(seconds=120)
    until_collected(stream)
    stories = table(stream)
    assert stories == expected(stream)
    events, duplicates = payloads(stream.read(ENRICHED)), payloads(stream.read(DUPLICATES))
    assert account.relations["duplicate"] > 100
    told = {(name, each.article_id) for name, story in stories.items() for each in story.articles}
    assert told == {(each["story_id"], each["article_id"]) for each in (*events, *duplicates)}
    assert max(len(story.articles) for story in stories.values()) > 2
    assert set(stream.stop().values()) == {0}
    assert stream.read(DEAD_LETTER) == []


def test_two_workers_share_the_stories_and_go_on_with_those_of_one_that_leaves(stream: Stream) -> None:
    stream.start()
    first, second = stream.start("stories", "stories")
    stream.replay(corpus(150))
    stream.wait(seconds=120)
    until_collected(stream)
    second.signal(signal.SIGTERM)
    assert second.wait() == 0
    # More articles of the same stories: what the second held is read back from the topic.
    stream.replay(corpus(300)[150:])
    stream.wait(seconds=120)
    until_collected(stream)
    assert table(stream) == expected(stream)
    assert first.alive()
    assert set(stream.stop().values()) == {0}


def test_the_table_is_made_anew_from_the_articles_when_its_topic_was_deleted(stream: Stream) -> None:
    stream.start()
    (worker,) = stream.start("stories")
    stream.replay(corpus(60))
    stream.wait(seconds=120)
    until_collected(stream)
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    settings, bootstrap = stream.settings, stream.bootstrap

    async def delete() -> None:
        async with admin(bootstrap) as client:
            await client.delete_topics([f"{settings.topic_prefix}{STORIES}"])
        async with asyncio.timeout(30):
            while not any(state.state == "created" for state in await apply(settings, bootstrap)):  # noqa: ASYNC110 - Kafka
                await asyncio.sleep(0.2)
        # From the first record again, as the runbook has it done with Kafka's own tool.
        group = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=app_id("stories", settings.topic_prefix),
            enable_auto_commit=False,
        )
        await group.start()
        try:
            source = f"{settings.topic_prefix}{BY_STORY}"
            places = [TopicPartition(source, number) for number in range(settings.partitions)]
            group.assign(places)
            await group.commit(dict.fromkeys(places, 0))
        finally:
            await group.stop()

    asyncio.run(delete())
    assert table(stream) == {}
    stream.start("stories")
    until_collected(stream)
    assert table(stream) == expected(stream)
    assert set(stream.stop().values()) == {0}

"""stories: a record of events.by-story in, its story as it stands now out: a table for whoever shows one card a story.

The topic `stories` is table and state in one: what is written to it is what the stage reads back when it is given a
partition. A record that comes again takes the place that it had, so that the story stays what it was.

A story is held for as long as de-duplication may find something that belongs to it. After that nothing comes under its
`story_id`, since de-duplication has forgotten its articles.
"""

from __future__ import annotations

import zlib
from collections import Counter, deque
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING

from schemas.envelope import digest
from schemas.models import SCHEMA_VERSION, Story, StoryActor, StoryArticle, StoryCountry, StoryRecord
from schemas.topics import SOURCES, STATE, STORIES
from workers.errors import InvalidMessage
from workers.pipeline.codec import decode, encode
from workers.pipeline.record import Fate, Lack, Output, Place, Record, derived_headers
from workers.pipeline.times import epoch, iso

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from schemas.topics import Stage

__all__ = ["LISTED", "WHOLE", "Stories", "joined"]

#: Articles that a story lists. Where a thousand reports of one topic hang together, each further record is larger than
#: the one before it; at this many it has some 700 KB.
LISTED = 1000
#: Stories of a partition that are held whole: 1.5 KB each.
WHOLE = 4_000
_DAY = 86_400.0
#: How often it is looked which stories may be forgotten, by the time of the records.
_SWEEP_SECONDS = 3600.0
#: Of articles that are no revision: which one shows most of the story.
_FULLNESS = {"original": 2, "related": 1}


def joined(story: Story | None, record: StoryRecord, *, at: str, listed: int = LISTED) -> Story:
    """Return `story`, or the first state of one, with the article of `record`.

    Args:
        story: The story as it stood; None when `record` is the first of it to come, which need not be its original's.
        record: An event or a duplicate of the story. An article that the story has already is replaced.
        at: The broker's time of the record, RFC 3339.
        listed: How many articles the story may list: the original, the fullest version and the latest ones.
    """
    known = {} if story is None else {each.article_id: each for each in story.articles}
    ordered = sorted((known | {record.article.article_id: record.article}).values(), key=_place)
    fullest = max(ordered, key=_fullness)
    articles = _bounded(ordered, fullest, listed)
    published = [each.published_at for each in articles]
    seen = [each.seen_at for each in articles]
    return Story(
        story_id=record.story_id,
        title=fullest.title,
        fullest=fullest.article_id,
        articles=articles,
        articles_left_out=(story.articles_left_out if story else 0) + len(ordered) - len(articles),
        countries=_countries(articles, [*(story.countries if story else ()), *record.countries]),
        actors=_actors(articles, [*(story.actors if story else ()), *record.actors]),
        # Those that are no longer listed had their part in the first times.
        first_published_at=min([*published, story.first_published_at if story else None], key=_early),
        last_published_at=max(published, key=_late),
        first_seen_at=min([*seen, story.first_seen_at if story else None], key=_early),
        last_seen_at=max(seen, key=_late),
        same_story=list(dict.fromkeys([*(story.same_story if story else ()), *record.same_story])),
        schema_version=SCHEMA_VERSION,
        updated_at=at,
    )


def _place(article: StoryArticle) -> tuple[bool, float, str, int]:
    return (article.relation != "original", _early(article.seen_at), article.document_id, article.ordinal)


def _fullness(article: StoryArticle) -> tuple[int, int]:
    return (article.revision, _FULLNESS.get(article.relation, 0))


def _early(time: str | None) -> float:
    """The time in epoch seconds; none at all is later than any."""
    seconds = epoch(time)
    return float("inf") if seconds is None else seconds


def _late(time: str | None) -> float:
    """The time in epoch seconds; none at all is earlier than any."""
    seconds = epoch(time)
    return float("-inf") if seconds is None else seconds


def _bounded(ordered: list[StoryArticle], fullest: StoryArticle, most: int) -> list[StoryArticle]:
    """The original, the fullest version and the latest, `most` in all, in their order."""
    always = {ordered[0].article_id, fullest.article_id}
    others = [each.article_id for each in ordered if each.article_id not in always]
    kept = always | set(others[max(0, len(others) - most + len(always)) :])
    return [each for each in ordered if each.article_id in kept]


def _countries(articles: list[StoryArticle], known: list[StoryCountry]) -> list[StoryCountry]:
    """The countries of `articles`: main ones first, then by the number of articles. Of names the last known count."""
    numbers = Counter(code for each in articles for code in each.countries)
    main = {code for each in articles for code in each.main_countries}
    named = {each.code: each for each in known}
    order = sorted(numbers, key=lambda code: (code not in main, -numbers[code], code))
    return [named[code].model_copy(update={"main": code in main, "articles": numbers[code]}) for code in order]


def _actors(articles: list[StoryArticle], known: list[StoryActor]) -> list[StoryActor]:
    """The actors of `articles`, those of most articles first. Of names the last known count."""
    numbers = Counter(id_ for each in articles for id_ in each.actors)
    named = {each.id: each for each in known}
    order = sorted(numbers, key=lambda id_: (-numbers[id_], id_))
    return [named[id_].model_copy(update={"articles": numbers[id_]}) for id_ in order]


class Stories:
    """The stories stage, with what it knows of the stories of the partitions that this process owns.

    Of each story it knows where its last record stands on `stories`; whole it holds those alone that came last. Most
    stories are one article to which nothing comes, so a story that is no longer held whole is seldom read back.
    """

    name: Stage = "stories"
    source = SOURCES["stories"]
    changelog = STATE["stories"]

    def __init__(self, *, window_days: float, whole: int = WHOLE) -> None:
        """Know a story until a day after de-duplication, which looks back `window_days`, has forgotten it.

        `whole` stories of each partition are held whole.
        """
        self._longest = (window_days + 1) * _DAY
        self._whole = whole
        self._parts: dict[int, _Part] = {}

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return the story of the article in `record` as it stands with it. `now` is not used: see `updated_at`.

        A story that is not held whole is lacking (`Lack`). Raises InvalidMessage for a record whose key is not its
        story.
        """
        del now
        message = decode(StoryRecord, record.value)
        if record.key != message.story_id.encode():
            # Another partition has the story: it would be written there and here.
            raise InvalidMessage("the key is not the story_id: send the record under its story_id")
        part = self._part(record.partition)
        part.pass_time(record.time, self._longest)
        headers = derived_headers(
            record,
            type_="story",
            stage="stories",
            id_=digest("story", message.story_id, f"{record.partition}:{record.offset}"),
            time=record.event_time,
        )
        fate = Fate("collected", message.article.kind)
        output = Output(STORIES, record.key, None, headers, partition=record.partition, fate=fate)
        offset = part.offset(message.story_id)
        if message.story_id in part.whole or offset is None:
            return [self._with_article(output, message, record.time, None)]
        finish = partial(self._with_article, output, message, record.time)
        return [replace(output, lack=Lack(Place(STORIES, record.partition, offset), finish))]

    def _with_article(self, output: Output, message: StoryRecord, time: float, earlier: bytes | None) -> Output:
        """Return the output with its story; `earlier` is the story as it was read back, if it had to be."""
        assert output.partition is not None  # noqa: S101 - `process` gave it
        part = self._part(output.partition)
        # Held whole by now, where an earlier record of the same batch had it read back.
        held = part.whole.get(message.story_id)
        known = earlier if held is None else zlib.decompress(held)
        story = None if known is None else decode(Story, known)
        if story is not None and story.story_id != message.story_id:
            # The topic was deleted and made again: another story stands in its place.
            story = None
        value = encode(joined(story, message, at=iso(time)))
        part.hold(message.story_id, value)
        return replace(output, value=value, lack=None)

    def written(self, output: Output, offset: int) -> None:
        """Note at which offset of its partition `stories` has the story in `output`."""
        if output.partition in self._parts and output.key is not None:
            self._parts[output.partition].stands(output.key.decode(), offset)

    def restore(self, partition: int, records: Iterable[Record]) -> int:
        """Take back where each story stands; see Keeper."""
        part, count = self._part(partition), 0
        for record in records:
            name = (record.key or b"").decode()
            part.whole.pop(name, None)
            part.pass_time(record.time, self._longest)
            part.stands(name, record.offset)
            count += 1
        return count

    def entries(self, partition: int) -> Iterator[Output]:
        """Yield each story that is held whole. The others are gone with their topic."""
        for name, packed in self._part(partition).whole.items():
            yield Output(STORIES, name.encode(), zlib.decompress(packed), partition=partition)

    def held(self, partition: int) -> int:
        """Return how many stories are known of a partition."""
        return len(self._part(partition))

    @property
    def allocated(self) -> int:
        """Bytes of the stories that are held whole, packed."""
        return sum(len(packed) for part in self._parts.values() for packed in part.whole.values())

    def keep_only(self, partitions: Collection[int]) -> None:
        """Forget the stories of every partition that is not in `partitions`."""
        for partition in self._parts.keys() - set(partitions):
            del self._parts[partition]

    def _part(self, partition: int) -> _Part:
        return self._parts.setdefault(partition, _Part(self._whole))


class _Part:
    """The stories of one partition."""

    def __init__(self, most: int) -> None:
        self._most = most
        #: Stories as they were last made, in JSON, deflated; those that came last are at the end.
        self.whole: dict[str, bytes] = {}
        # By 64 bits of a story's id, where its last record stands; those that came last are at the end. Two stories of
        # a million have the same number once in thirty million times, and the record says whose it is.
        self._offsets: dict[int, int] = {}
        # At which time the topic had come to which offset.
        self._times: deque[tuple[float, int]] = deque()
        self._end = 0

    def __len__(self) -> int:
        return len(self._offsets)

    def offset(self, story_id: str) -> int | None:
        """Return where the story's last record stands; None where it has none, or none that is acknowledged."""
        return self._offsets.get(_number(story_id))

    def stands(self, story_id: str, offset: int) -> None:
        """Note where the story's last record stands; what is said late of an earlier record counts for nothing."""
        number = _number(story_id)
        self._offsets[number] = max(offset, self._offsets.pop(number, 0))
        self._end = max(self._end, offset + 1)
        self._trim()

    def hold(self, story_id: str, value: bytes) -> None:
        """Hold a story as it was just made, and of the others the latest and those on their way."""
        self.whole.pop(story_id, None)
        # Where this state of it will stand is not known before it is acknowledged, and the one before it is not it.
        self._offsets.pop(_number(story_id), None)
        self.whole[story_id] = zlib.compress(value, 1)
        self._trim()

    def _trim(self) -> None:
        while len(self.whole) > self._most and self.offset(oldest := next(iter(self.whole))) is not None:
            del self.whole[oldest]

    def pass_time(self, time: float, longest: float) -> None:
        """Forget, once an hour, the stories to which nothing has come for `longest` seconds; after a pause, later."""
        if self._times and time - self._times[-1][0] < _SWEEP_SECONDS:
            return
        self._times.append((time, self._end))
        bound = 0
        while self._times[0][0] < time - longest:
            bound = self._times.popleft()[1]
        while self._offsets and self._offsets[oldest := next(iter(self._offsets))] < bound:
            del self._offsets[oldest]


def _number(story_id: str) -> int:
    return int.from_bytes(blake2b(story_id.encode(), digest_size=8).digest())

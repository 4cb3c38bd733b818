"""What a consumer knows of its topics: whether they exist, and which topic an offset belongs to.

Kafka's groups know topics by name. Where one is deleted and made again under a running group, the old topic's offsets
are committed on to the new one, and what stands before them there is passed over; or, where the new one is shorter,
waited for. So each commit carries the id of its topic as metadata, and an offset of another id is none. The topics are
looked at every few seconds: aiokafka does so every five minutes, and a worker that is started before its topics are
made would have nothing to do until then.
"""

from __future__ import annotations

import asyncio
import logging
from copy import copy
from typing import TYPE_CHECKING, Any

from aiokafka.consumer.fetcher import READ_UNCOMMITTED
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.structs import OffsetAndMetadata

from workers.existing import existing, problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aiokafka import AIOKafkaConsumer, TopicPartition

    from workers.ops.watch import Watch

__all__ = ["TopicGuard"]

log = logging.getLogger(__name__)

#: How often the topics are looked at: a group is rearranged a few seconds after they have changed.
LOOK_SECONDS = 5.0

#: Before the id, in a commit's metadata. Commits without it (an earlier release's, Kafka's own tools') are believed.
_MARK = "topic_id="


class TopicGuard:
    """Looks after the topics of one started consumer; everything runs in the event loop of that consumer."""

    def __init__(
        self, consumer: AIOKafkaConsumer, *, source: str, needed: Sequence[str], followed: Sequence[str], watch: Watch
    ) -> None:
        """Guard the topic `source` that is read, and whatever else is `needed`; all names with their prefix.

        When a topic of `followed` is made again the group is joined anew. What is missing is told to `watch`.
        """
        self._consumer, self._client = consumer, consumer._client  # noqa: SLF001 - the connections it has
        self._coordinator = consumer._coordinator  # noqa: SLF001 - aiokafka has no public way to join again
        self._source, self._needed, self._followed = source, needed, followed
        self._watch = watch
        #: Of the topics that the consumer's offsets belong to.
        self._ids: dict[str, str] = {}
        self._send = self._coordinator._do_commit_offsets  # noqa: SLF001 - every commit goes through it
        self._coordinator._do_commit_offsets = self._commit  # noqa: SLF001 - same

    async def run(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look at the topics once, and have the group rearranged where they are not what it knows."""
        try:
            found = await existing(self._client, self._needed)
        except (KafkaError, OSError, TimeoutError) as exc:
            # Whether a broker answers is another condition's business.
            log.debug("the topics could not be looked at: %r", exc)
            return
        there = found[self._source].partitions if self._source in found else 0
        self._watch.topics(problem(self._needed, found), source_partitions=there)
        if len(self._client.cluster.partitions_for_topic(self._source) or ()) != there:
            # aiokafka joins its group anew when it sees another number of partitions.
            self._client.force_metadata_update()
        made_again = [
            name for name in self._followed if name in found and self._ids.get(name, found[name].id) != found[name].id
        ]
        if made_again and self._consumer.assignment():
            log.warning("topic %s was deleted and made again: joining the group anew", ", ".join(made_again))
            self._coordinator.request_rejoin()

    async def strangers(self, places: Collection[TopicPartition]) -> set[TopicPartition]:
        """Return those partitions whose committed offset means nothing, and take the topics for what they are now.

        It is an offset of an earlier topic of that name, or one beyond the end (a topic made again whose commit does
        not say of which it is; a broker that lost records). Raises aiokafka's KafkaError.
        """
        found = await existing(self._client, self._followed)
        self._ids = {name: each.id for name, each in found.items()}
        there = [place for place in places if _has(found, place)]
        commits = await self._coordinator.fetch_committed_offsets(there)
        ends = await self._log_ends(there)
        strange = set()
        for place, commit in commits.items():
            if commit.metadata.startswith(_MARK) and commit.metadata != self._mark(place.topic):
                why = "is one of an earlier topic of this name"
            elif commit.offset > ends[place]:
                why = f"is beyond the end, {ends[place]}"
            else:
                continue
            log.warning("%s: the committed offset %d %s: reading from the beginning", place, commit.offset, why)
            strange.add(place)
        return strange

    async def _log_ends(self, places: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return where the partitions end, also beyond a transaction that is open, where the consumer's reading ends.

        A tool, or a release that read what is not committed, may have left an offset there.
        """
        fetcher = copy(self._consumer._fetcher)  # noqa: SLF001 - aiokafka has no request for it
        fetcher._isolation_level = READ_UNCOMMITTED  # noqa: SLF001 - of the copy alone
        ends: Mapping[TopicPartition, int] = await fetcher.end_offsets(places, self._consumer._request_timeout_ms)  # noqa: SLF001 - see above
        return ends

    async def _commit(self, assignment: Any, offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        """Commit `offsets` with the ids of their topics; those of a topic that is gone are of no use to anybody."""
        marked = {place: OffsetAndMetadata(at.offset, self._mark(place.topic)) for place, at in offsets.items()}
        try:
            await self._send(assignment, marked)
        except UnknownTopicOrPartitionError:
            # aiokafka would try for ever, and the whole group wait. The broker has taken what it knows.
            found = await existing(self._client, {place.topic for place in offsets})
            gone = [place for place in offsets if not _has(found, place)]
            if not gone:
                raise
            log.warning("not committed, since their topic is gone: %s", ", ".join(f"{t}/{p}" for t, p in gone))

    def _mark(self, topic: str) -> str:
        return f"{_MARK}{self._ids[topic]}" if topic in self._ids else ""


def _has(found: Mapping[str, Any], place: TopicPartition) -> bool:
    return place.topic in found and place.partition < found[place.topic].partitions

"""Accounting for every input: in = out + duplicates + dead letters + outcomes, record by record, not only as sums.

A record that was sent back from the dead letters (`rasid dlq retry`) says which record it repeats; the two are one
input, whose end is the later one's.

Every derived record carries the place of its raw record (`x-rasid-origin`), every article says how many its document
gave, and every dead letter says which record failed; so a missing article is named, not only counted. What is made of
the records is in `ledger`; here they are read.
"""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from aiokafka.errors import GroupCoordinatorNotAvailableError

from schemas.topics import SOURCES, Stage, app_id
from workers.cluster import admin, read_batches
from workers.errors import UsageError
from workers.ops.ledger import ALL, READ, Ledger
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from aiokafka import TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient
    from aiokafka.structs import OffsetAndMetadata

    from workers.ops.ledger import Account, Scope
    from workers.pipeline.record import Record
    from workers.settings import Settings

__all__ = ["Audit", "committed_offsets", "take_account"]

COORDINATOR_SECONDS = 20.0


async def committed_offsets(settings: Settings, bootstrap: str) -> dict[Stage, dict[int, int]]:
    """Return the offset that each stage has committed in each partition of its source topic."""
    result: dict[Stage, dict[int, int]] = {}
    async with admin(bootstrap, Security.of(settings)) as client:
        for stage, source in SOURCES.items():
            offsets = await _group_offsets(client, app_id(stage, settings.topic_prefix))
            result[stage] = {
                place.partition: value.offset
                for place, value in offsets.items()
                if place.topic == f"{settings.topic_prefix}{source}"
            }
    return result


async def _group_offsets(client: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Ask for a group's offsets; a new cluster takes some seconds to make the topic that it keeps them in."""
    deadline = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            offsets: Mapping[TopicPartition, OffsetAndMetadata] = await client.list_consumer_group_offsets(group)
        except GroupCoordinatorNotAvailableError as exc:
            if time.monotonic() > deadline:
                raise UsageError(f"the cluster has no coordinator for group {group}: look at its brokers") from exc
            await asyncio.sleep(0.2)
        else:
            return offsets


class Audit:
    """An account that can be taken again: what was read once is not read a second time."""

    def __init__(
        self,
        settings: Settings,
        bootstrap: str,
        *,
        scope: Scope = ALL,
        folder: Path | None = None,
    ) -> None:
        """Account for the documents of `scope`; `folder` takes what memory should not (see Ledger)."""
        self._settings, self._bootstrap, self._scope = settings, bootstrap, scope
        self._ledger = Ledger(folder, scope=scope)
        self._positions: dict[tuple[str, int], int] = {}
        self.counting_seconds = 0.0
        """How long the last account took once everything was read."""

    async def take(self, progress: Callable[[int, int], None] = lambda _read, _of: None) -> Account:
        """Read what came since the last time, and the committed offsets, and account for every raw record.

        Offsets are read first: a record that a stage commits past while the topics are read is pending, never lost.
        `progress` is told now and then how many records are read, and of how many. Raises UsageError when no broker
        answers, a topic is missing, or the disk is full.
        """
        settings = self._settings
        committed = await committed_offsets(settings, self._bootstrap)
        expected: list[int] = []
        batches = read_batches(
            self._bootstrap,
            READ,
            prefix=settings.topic_prefix,
            security=Security.of(settings),
            starts=self._positions,
            since=self._scope.since,
            to_read=expected.append,
        )
        count = 0
        with _seldom_collected():
            async with aclosing(batches):
                async for records in batches:
                    self._enter(records)
                    count += len(records)
                    progress(count, sum(expected))
            progress(count, sum(expected))
            begun = time.monotonic()
            account = self._ledger.close(committed)
        self.counting_seconds = time.monotonic() - begun
        return account

    def _enter(self, records: list[Record]) -> None:
        """Enter some records of one partition, in their order."""
        for record in records:
            self._ledger.add(record)
        last = records[-1]
        self._positions[last.topic, last.partition] = last.offset + 1


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for cycles of objects a hundredth as often: records form none, and looking took a sixth of the time."""
    young, *older = gc.get_threshold()
    gc.set_threshold(young * 100, *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)


async def take_account(settings: Settings, bootstrap: str) -> Account:
    """Take the account of all that stands on the topics, once; see `Audit.take`."""
    return await Audit(settings, bootstrap).take()

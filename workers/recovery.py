"""A stage's way back to what it held: its changelog, read when a partition is assigned."""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING

from aiokafka import TopicPartition

from workers.app import StageApp, create_app
from workers.cluster import existing_topics, read_partitions, read_records
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from typing import Any

    from faust.types.tuples import TP

    from workers.delivery import Sent
    from workers.pipeline.record import Keeper, Output, Place, Record
    from workers.settings import Settings

__all__ = ["Recovery", "create_keeping"]

log = logging.getLogger(__name__)

_CHUNK = 5000
#: Some 600 KB of de-duplication's entries: one delivery, which has RASID_REQUEST_TIMEOUT_SECONDS.
_WRITE_CHUNK = 1000


class Recovery:
    """Keeps the state of each owned partition level with its changelog.

    After a rebalance nothing is taken for granted: another worker may have owned the partition in between. Only what
    was written since the last record that our state has, with all before it, is read: a rebalance that gives a
    partition back costs one empty read.

    A changelog that was deleted and made again while we hold the state is written again from it: otherwise the next
    start would find nothing. Who wants the state forgotten stops the stage first.
    """

    def __init__(
        self,
        keeper: Keeper,
        settings: Settings,
        bootstrap: str,
        *,
        deliver: Callable[[Sequence[Output]], Awaitable[Sequence[Sent]]],
        progress: Callable[[], None] = lambda: None,
        written: Callable[[Output, int], None] = lambda _output, _offset: None,
    ) -> None:
        """Level `keeper` with its changelog on the cluster at `bootstrap`, under the settings' prefix.

        `deliver` sends outputs and waits for them; `progress` is called now and then while it is read or written;
        `written` is told the offset of each changelog record of ours.
        """
        self._progress = progress
        self._deliver = deliver
        self._written = written
        self._keeper = keeper
        self._topic = f"{settings.topic_prefix}{keeper.changelog}"
        self._source = f"{settings.topic_prefix}{keeper.source}"
        self._bootstrap = bootstrap
        self.security = Security.of(settings)
        self._positions: dict[int, int] = {}
        self._level: set[int] = set()
        #: The changelog that each partition of our state was level with.
        self._ids: dict[int, str] = {}

    def behind(self, records: Sequence[Record]) -> set[int]:
        """Return the partitions of `records` that are not level with their changelog."""
        return {record.partition for record in records} - self._level

    async def prepare(self, records: Sequence[Record]) -> int:
        """Read what the changelog holds beyond our state, for the partitions of `records`; return how many entries."""
        total = 0
        for partition in sorted(self.behind(records)):
            count = await self.recover(partition)
            total += count
            log.info(
                "the partition has %d entries from its changelog, and holds %d",
                count,
                self._keeper.held(partition),
                extra={"partition": partition},
            )
        return total

    async def recover(self, partition: int) -> int:
        """Take back what the partition's changelog holds beyond our state; return how many entries that were.

        Raises UsageError when there is no changelog, DeliveryError when one made again cannot be written.
        """
        place = TopicPartition(self._topic, partition)
        current = (await existing_topics(self._bootstrap, [self._topic], security=self.security))[self._topic].id
        if made_again := self._ids.get(partition, current) != current:
            self._positions.pop(partition, None)
        self._ids[partition] = current
        count = 0
        chunk: list[Record] = []
        async for record in read_partitions(
            self._bootstrap, {place: self._positions.get(partition)}, security=self.security
        ):
            if not record.is_readable:
                # What it held is forgotten.
                log.error("the changelog has an entry that is lost: %s", record.fault, extra={"partition": partition})
                continue
            chunk.append(record)
            # A million records at once would take more memory than the state made of them.
            if len(chunk) == _CHUNK:
                count += self._take(partition, chunk)
                chunk.clear()
        if chunk:
            count += self._take(partition, chunk)
        self._positions.setdefault(partition, 0)
        if made_again:
            await self._write_again(partition)
        self._level.add(partition)
        return count

    async def _write_again(self, partition: int) -> None:
        log.warning(
            "the changelog was deleted and made again: the %d entries held are written to it",
            self._keeper.held(partition),
            extra={"partition": partition},
        )
        entries = self._keeper.entries(partition)
        while chunk := list(islice(entries, _WRITE_CHUNK)):
            self.delivered(await self._deliver(chunk))
            self._progress()

    def _take(self, partition: int, chunk: list[Record]) -> int:
        count = self._keeper.restore(partition, chunk)
        self._positions[partition] = chunk[-1].offset + 1
        self._progress()
        return count

    def delivered(self, sent: Sequence[Sent]) -> None:
        """Note how far our own writes have brought the changelog.

        Never past an entry that another owner wrote meanwhile (we were paused, and wrote what we had in hand late):
        when the partition comes back, it is read from there.
        """
        for output, answer in sent:
            if output.topic != self._keeper.changelog or isinstance(answer, Exception):
                continue
            self._written(output, answer.offset)
            if answer.offset == self._positions.get(answer.partition):
                self._positions[answer.partition] = answer.offset + 1

    def held(self) -> dict[int, int]:
        """Return how many entries the state holds, by partition that is level with its changelog."""
        return {partition: self._keeper.held(partition) for partition in self._level}

    def assigned(self, assigned: Collection[TP]) -> None:
        """Forget what went to others, and trust nothing else until it is level again."""
        mine = {place.partition for place in assigned if place.topic == self._source}
        self._keeper.keep_only(mine)
        self._positions = {partition: at for partition, at in self._positions.items() if partition in mine}
        self._ids = {partition: known for partition, known in self._ids.items() if partition in mine}
        self._level.clear()


def create_keeping(
    settings: Settings,
    bootstrap: str,
    keeper: Keeper,
    *,
    report: Callable[[StageApp, Mapping[int, int]], None],
    written: Callable[[Output, int], None] = lambda _output, _offset: None,
) -> StageApp:
    """Return the app of a stage that holds something; nothing is connected before it starts.

    `report` is told every second how many entries are held of each partition that is level with its changelog;
    `written` is that of `Recovery`. What an output lacks is read from its topic.
    """

    def progress() -> None:
        app.watch.moved()

    async def deliver(outputs: Sequence[Output]) -> Sequence[Sent]:
        return await app.outbox.deliver(outputs)

    recovery = Recovery(keeper, settings, bootstrap, deliver=deliver, progress=progress, written=written)

    async def lookup(places: Collection[Place]) -> dict[Place, bytes | None]:
        return await read_records(bootstrap, places, prefix=settings.topic_prefix, security=recovery.security)

    async def prepare(records: Sequence[Record]) -> None:
        if recovery.behind(records):
            app.watch.recovering()
            app.watch.recovered(await recovery.prepare(records))

    app = create_app(settings, bootstrap, keeper, prepare=prepare, lookup=lookup, delivered=recovery.delivered)
    app.report = lambda: report(app, recovery.held())

    async def on_assigned(_app: Any, assigned: Collection[TP], **_: Any) -> None:
        recovery.assigned(assigned)

    app.on_partitions_assigned.connect(on_assigned)  # type: ignore[arg-type]  # mode types handlers as taking *args
    return app

"""Dead letters, for the people who look after the stream: what there is, one of them whole, and sending them back.

A letter goes back to the topic that it failed on, with its own key, bytes and headers, so ids and origin stay. Two
headers are added: how often it was sent back, and which record it repeats. By the second, `rasid verify` takes the two
for one input, and a second `retry` leaves out what is already on its way.
"""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaConnectionError

from schemas import envelope
from schemas.envelope import Origin
from schemas.topics import DEAD_LETTER, RAW, SOURCES
from workers.cluster import no_answer, read_topics
from workers.delivery import MAX_REQUEST_BYTES, KafkaOutbox
from workers.errors import TooLarge, Unreadable, UsageError
from workers.pipeline.record import Output, Place
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from workers.pipeline.record import Record
    from workers.settings import Settings

__all__ = ["Group", "Letter", "Retried", "Wanted", "find", "letters", "retry", "summary"]

#: Sent and acknowledged together: as many records, or as many bytes.
BATCH_RECORDS = 200
BATCH_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: the record as it stands on articles.dead-letter, and what its headers say."""

    record: Record
    stage: str
    error: str
    message: str
    failed: Place | None
    time: str
    attempt: int
    retries: int

    @classmethod
    def of(cls, record: Record) -> Letter:
        """Read a record of articles.dead-letter; a header that is missing or malformed is "?", None or 0."""

        def text(name: str) -> str:
            return record.header(name) or "?"

        topic, partition, offset = (
            text(name) for name in (envelope.ERROR_TOPIC, envelope.ERROR_PARTITION, envelope.ERROR_OFFSET)
        )
        place = Place.parse(f"{topic}/{partition}/{offset}")
        return cls(
            record,
            text(envelope.ERROR_STAGE),
            text(envelope.ERROR_CLASS),
            text(envelope.ERROR_MESSAGE),
            place,
            text(envelope.ERROR_TIME),
            envelope.count(record.header(envelope.ERROR_ATTEMPT)),
            envelope.count(record.header(envelope.RETRY)),
        )

    @property
    def origin(self) -> str | None:
        """Partition:offset of the raw record that it goes back to."""
        if self.failed is not None and self.failed.topic == RAW:
            return str(Origin(self.failed.partition, self.failed.offset))
        return self.record.header(envelope.ORIGIN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters are meant: all that fit everything that is given."""

    stage: str | None = None
    error: str | None = None
    origin: str | None = None
    first: int | None = None
    last: int | None = None

    def __contains__(self, letter: Letter) -> bool:
        offset = letter.record.offset
        return (
            self.stage in (None, letter.stage)
            and self.error in (None, letter.error)
            and self.origin in (None, letter.origin)
            and (self.first is None or offset >= self.first)
            and (self.last is None or offset <= self.last)
        )


@dataclass(slots=True)
class Group:
    """Letters of one stage and one error: how many, from when to when, and where they stand."""

    stage: str
    error: str
    count: int = 0
    bytes: int = 0
    since: str = ""
    until: str = ""
    first: int = 0
    last: int = 0
    most_retries: int = 0
    message: str = ""


async def letters(settings: Settings, bootstrap: str, wanted: Wanted) -> AsyncGenerator[Letter]:
    """Yield the letters that stand on the topic now and are wanted. Raises UsageError as `read_topics` does."""
    security = Security.of(settings)
    found = read_topics(bootstrap, [DEAD_LETTER], prefix=settings.topic_prefix, security=security)
    # Closed at once where the reader stops early, or its connections would be left to the garbage collector.
    async with aclosing(found):
        async for record in found:
            letter = Letter.of(record)
            if letter in wanted:
                yield letter


async def summary(settings: Settings, bootstrap: str, wanted: Wanted) -> list[Group]:
    """Return the wanted letters by stage and error, the most frequent first."""
    groups: dict[tuple[str, str], Group] = {}
    async for letter in letters(settings, bootstrap, wanted):
        new = Group(letter.stage, letter.error, since=letter.time, first=letter.record.offset)
        group = groups.setdefault((letter.stage, letter.error), new)
        group.count += 1
        group.bytes += len(letter.record.value or b"")
        group.since, group.until = min(group.since, letter.time), max(group.until, letter.time)
        group.first, group.last = min(group.first, letter.record.offset), max(group.last, letter.record.offset)
        group.most_retries = max(group.most_retries, letter.retries)
        group.message = letter.message
    return sorted(groups.values(), key=lambda group: (-group.count, group.stage, group.error))


async def find(settings: Settings, bootstrap: str, offset: int) -> Letter:
    """Return the letter at `offset`. Raises UsageError when there is none."""
    async with aclosing(letters(settings, bootstrap, Wanted(first=offset, last=offset))) as found:
        async for letter in found:
            return letter
    raise UsageError(f"no dead letter stands at offset {offset}: `rasid dlq list` shows from where to where they are")


@dataclass(slots=True)
class Retried:
    """What `retry` did, by topic and reason."""

    sent: Counter[str] = field(default_factory=Counter)
    #: Why letters were left where they are.
    left: Counter[str] = field(default_factory=Counter)


async def retry(
    settings: Settings,
    bootstrap: str,
    wanted: Wanted,
    *,
    most_retries: int,
    again: bool = False,
    limit: int | None = None,
    dry_run: bool = False,
    on_letter: Callable[[Letter, str | None], None] = lambda _letter, _why: None,
) -> Retried:
    """Send the wanted letters back, in their order, and return once the broker has acknowledged all.

    Left where they are: what was sent back `most_retries` times already; what has been sent back and not failed since,
    unless `again`; what does not say where it failed. `on_letter` is told of each, with the reason where it is left.
    Raises UsageError when no broker answers, DeliveryError when it stops answering.
    """
    done = set() if again else await _sent_back(settings, bootstrap)
    outbox = _outbox(settings, bootstrap)
    result = Retried()
    batch: list[Output] = []
    if not dry_run:
        try:
            await outbox.start()
        except KafkaConnectionError as exc:
            await outbox.stop()
            raise await no_answer(bootstrap, Security.of(settings)) from exc
    try:
        async with aclosing(letters(settings, bootstrap, wanted)) as found:
            async for letter in found:
                failed = _sendable(letter, done, most_retries)
                if isinstance(failed, str):
                    on_letter(letter, failed)
                    result.left[failed] += 1
                    continue
                on_letter(letter, None)
                # Failed twice at one place (a crash between its dead letter and the commit): once is enough.
                done.add(failed)
                batch.append(_sent_again(letter, failed))
                if len(batch) >= BATCH_RECORDS or sum(len(each.value or b"") for each in batch) >= BATCH_BYTES:
                    await _flush(outbox, batch, result, dry_run=dry_run)
                if limit is not None and result.sent.total() + len(batch) >= limit:
                    break
        await _flush(outbox, batch, result, dry_run=dry_run)
    finally:
        await outbox.stop()
    return result


def _outbox(settings: Settings, bootstrap: str) -> KafkaOutbox:
    # A record that was taken once is not too large to be sent again, whatever a stage may make of it.
    unlimited = settings.model_copy(update={"max_output_bytes": MAX_REQUEST_BYTES})
    return KafkaOutbox(unlimited, bootstrap, client_id="rasid-dlq")


async def _sent_back(settings: Settings, bootstrap: str) -> set[Place]:
    """Return the places of the records that stand a second time on their topics."""
    found = set()
    topics, security = list(SOURCES.values()), Security.of(settings)
    async for record in read_topics(bootstrap, topics, prefix=settings.topic_prefix, security=security):
        if (place := Place.parse(record.header(envelope.RETRY_OF))) is not None:
            found.add(place)
    return found


def _sendable(letter: Letter, done: set[Place], most_retries: int) -> Place | str:
    """Return the place at which it failed, or why it is left where it is."""
    if letter.failed is None or letter.failed.topic not in SOURCES.values():
        return "its headers do not say where it failed"
    if letter.error == Unreadable.__name__:
        return "no client can unpack it: `rasid dlq show OFFSET --raw FILE` writes its bytes"
    if letter.record.header(envelope.ERROR_CUT_FROM):
        return "it was too large to be kept whole: send it again from its source"
    if letter.retries >= most_retries:
        return f"sent back {letter.retries} times already: mend the cause, then raise --max-retries"
    if letter.failed in done:
        return "sent back before, and not failed since (--again sends it all the same)"
    return letter.failed


def _sent_again(letter: Letter, failed: Place) -> Output:
    # The attempt stays, and is counted up should it fail again. The partition is the key's, as it was: after a change
    # of their number a language has another owner.
    dropped = {*envelope.ERROR_HEADERS, envelope.RETRY, envelope.RETRY_OF} - {envelope.ERROR_ATTEMPT}
    kept = [(name, value) for name, value in letter.record.headers if name not in dropped]
    added = [(envelope.RETRY, str(letter.retries + 1).encode()), (envelope.RETRY_OF, str(failed).encode())]
    return Output(failed.topic, letter.record.key, letter.record.value, [*kept, *added])


async def _flush(outbox: KafkaOutbox, batch: list[Output], result: Retried, *, dry_run: bool) -> None:
    answers = [(output, None) for output in batch] if dry_run else await outbox.deliver(batch)
    for output, answer in answers:
        if isinstance(answer, TooLarge):
            result.left[f"{output.topic} does not take a record of its size"] += 1
        else:
            result.sent[output.topic] += 1
    batch.clear()

"""Records in, outputs out: the only types that a stage's function and its surroundings share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from schemas import envelope
from workers.errors import Unreadable
from workers.pipeline.limits import carried
from workers.pipeline.times import epoch, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from schemas.envelope import Headers
    from schemas.models import Kind
    from schemas.topics import Stage as StageName
    from workers.errors import InvalidRecord

__all__ = ["Fate", "Keeper", "Lack", "Output", "Place", "Processor", "Record", "derived_headers"]


class Place(NamedTuple):
    """Where a record stands. `topic` carries no prefix."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"

    @classmethod
    def parse(cls, text: str | None) -> Place | None:
        """Read what ``str(place)`` wrote; None when it is absent or malformed."""
        topic, _, rest = (text or "").partition("/")
        place = envelope.Origin.parse(rest.replace("/", ":"))
        return cls(topic, place.partition, place.offset) if topic and place is not None else None


@dataclass(frozen=True, slots=True)
class Record:
    """One consumed record. `topic` carries no prefix; `time` is the broker's time in epoch seconds.

    `fault` says why the client could not read it as it should be: key, value and headers are then what could be had.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    time: float
    fault: InvalidRecord | None = None

    @property
    def is_readable(self) -> bool:
        """Tell whether `value` is the record's own, and not the bytes of what no client can unpack."""
        return not isinstance(self.fault, Unreadable)

    def header(self, name: str) -> str | None:
        """Return the header's text, or None."""
        return envelope.first_value(self.headers, name)

    @property
    def event_time(self) -> str:
        """When the event was, in RFC 3339: as its CloudEvents header states it, else when the record came."""
        stated = epoch(self.header("ce_time"))
        return iso(self.time if stated is None else stated)


@dataclass(frozen=True, slots=True)
class Output:
    """One record to send. `topic` carries no prefix; `partition` is given only where it must equal the input's."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=list)
    partition: int | None = None
    lack: Lack | None = None
    """What has to be read before this can be sent; a stage's function itself reads nothing."""
    fate: Fate | None = None
    """Of the article that this output carries on or ends; None for what only accompanies one."""


class Fate(NamedTuple):
    """What became of an article, or of an input that is none, for those who count."""

    outcome: Literal[
        "parsed",
        "original",
        "fuller",
        "update",
        "related",
        "duplicate",
        "enriched",
        "collected",
        "tombstone",
        "repeat",
    ]
    kind: Kind | None
    """None for what is no article: a tombstone."""
    lacking: tuple[Literal["countries", "actors", "language"], ...] = ()
    """Tags that an enriched article has none of; `language` when it is in one that is not tagged."""


@dataclass(frozen=True, slots=True)
class Lack:
    """An earlier record whose value an output still lacks, and how the output is made of it."""

    place: Place
    finish: Callable[[bytes | None], Output]
    """Takes the record's value, None where the record is gone from its topic. Raises what `Processor.process` does."""


class Processor(Protocol):
    """A stage's function, with whatever state it owns."""

    name: StageName
    source: str

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return everything that `record` leads to; at least one output.

        What leads to no article leaves a record of its outcome (pipeline.outcome): nothing ends without a trace.

        `now` is the time of processing in ISO 8601. Raises InvalidRecord when the record itself is at fault; anything
        else that it raises is a defect. Both end in a dead letter.
        """
        ...


class Keeper(Processor, Protocol):
    """A stage's function that holds something of each partition, and writes it to a changelog beside its outputs.

    The changelog is partitioned as the stage's source, and of each key its last record counts.
    """

    changelog: str

    def restore(self, partition: int, records: Iterable[Record]) -> int:
        """Take changelog records of a partition back, in the changelog's order; return how many entries they gave."""
        ...

    def entries(self, partition: int) -> Iterator[Output]:
        """Yield a changelog record for each entry that is held of a partition."""
        ...

    def held(self, partition: int) -> int:
        """Return how many entries are held of a partition."""
        ...

    def keep_only(self, partitions: Collection[int]) -> None:
        """Forget what is held of every partition that is not in `partitions`."""
        ...


def derived_headers(record: Record, *, type_: str, stage: StageName, id_: str, time: str) -> Headers:
    """Return the headers of an output of `stage` made from `record`.

    Trace, replay marks and origin are carried over, each if it is of a size to be of use; `id_` is the output's
    deterministic id, `time` its event time.
    """
    extra = {name: value for name in envelope.CARRIED if (value := carried(record, name)) is not None}
    origin = carried(record, envelope.ORIGIN)
    # On the raw topic a record is its own origin.
    extra[envelope.ORIGIN] = origin if stage != "parse" and origin else f"{record.partition}:{record.offset}"
    ingested = iso(record.time) if stage == "parse" else carried(record, envelope.INGESTED)
    if ingested is not None:
        extra[envelope.INGESTED] = ingested
    return envelope.cloudevent(
        type_=type_,
        source=stage,
        id_=id_,
        time=time,
        # An article keeps its id from stage to stage; each stage's record is another span.
        traceparent=envelope.child_traceparent(record.header(envelope.TRACEPARENT), f"{stage}:{id_}"),
        extra=extra,
    )

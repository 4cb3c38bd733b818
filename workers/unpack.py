"""Unpacking what a broker answers, so that nothing that stands in a partition stops whoever reads it.

aiokafka raises for a batch that it cannot unpack, and for a record one of whose headers has a name that is not UTF-8;
at the next attempt it raises again. `adopt` gives a consumer an unpacker that goes on: what cannot be unpacked comes as
`Unreadable`, with its place, the reason and the bytes, and what holds no record (the markers of transactions, and what
was aborted) comes as `Passed`, so that whoever counts offsets knows of it.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from operator import itemgetter
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import cramjam
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord
from aiokafka.record.default_records import DefaultRecordBase, DefaultRecordBatch
from aiokafka.record.util import decode_varint_py as decode_varint
from aiokafka.structs import ConsumerRecord

from workers.errors import InvalidHeader, InvalidRecord, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.record._protocols import DefaultRecordProtocol

__all__ = ["EXPANDED_BYTES", "Answer", "Doubts", "Faulty", "Passed", "Unpacker", "adopt"]

#: What a batch may have when it is decompressed. A feed's batch has one megabyte, or is one document of eight at the
#: most; some kilobytes of zeros that expand to gigabytes are made to end a worker.
EXPANDED_BYTES = 32 << 20
#: A batch seldom expands more than so many times.
_USUAL = 16
_BEGINNING = struct.Struct(">qi")
_HEADER = DefaultRecordBase.HEADER_STRUCT
_XERIAL = b"\x82SNAPPY\0"
_MAGIC = 2
#: Of a time that a checksum does not vouch for: the year 2100 in milliseconds.
_LATEST_MS = 4_102_444_800_000


#: Of a marker's key: its version and what it marks.
_MARKER_BYTES = 4


class Passed(NamedTuple):
    """Offsets from `first` to `offset` that hold no record for anybody."""

    first: int
    offset: int


@dataclass
class Faulty(ConsumerRecord[bytes, bytes]):  # type: ignore[misc]  # aiokafka comes without types
    """A record, or a batch of them, that cannot be read as it should be; key and value are what can be had."""

    fault: InvalidRecord


_Given: TypeAlias = ConsumerRecord[bytes, bytes] | Passed
_Found: TypeAlias = tuple[ConsumerRecord[bytes, bytes] | None, int]


class _Header(NamedTuple):
    """The fields before the records of a batch (magic 2)."""

    base: int
    length: int
    epoch: int
    magic: int
    crc: int
    attributes: int
    last_delta: int
    first_time: int
    last_time: int
    producer: int
    producer_epoch: int
    sequence: int
    records: int

    @property
    def last(self) -> int:
        """The last offset that the batch takes."""
        return self.base + self.last_delta

    def has(self, flag: int) -> bool:
        """Tell whether a bit of the attributes is set."""
        return bool(self.attributes & flag)


class Answer:
    """A fetch's answer for one partition; takes the place of aiokafka's MemoryRecords."""

    def __init__(self, data: bytes | None) -> None:
        """Take the bytes of the batches, the last of which may be cut."""
        self.data = bytes(data or b"")

    def has_next(self) -> bool:
        """Tell whether there is anything to unpack."""
        return bool(self.data)

    def size_in_bytes(self) -> int:
        """Return how much that is."""
        return len(self.data)


class Doubts:
    """For each partition, the last batch that was found beyond the partition's end (its high watermark).

    Each answer of a broker holds that end and some batches. The broker notes the end before it reads the batches, so a
    batch that is appended in between is sound although it stands beyond the end. An end never falls: a batch that is
    beyond the end of a second, later answer too states an offset that it cannot have.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._seen: dict[TopicPartition, _Header] = {}

    def is_first(self, place: TopicPartition, header: _Header) -> bool:
        """Remember a batch beyond the end; return whether it was not found there before."""
        known = self._seen.get(place) == header
        self._seen[place] = header
        return not known


def adopt(consumer: AIOKafkaConsumer) -> None:
    """Have `consumer`, which was started and has fetched nothing yet, unpack by this module.

    What it gives then are ConsumerRecord, `Faulty` and `Passed`. aiokafka has no setting for the classes by which it
    unpacks: this gives the one fetcher its own view of them, and leaves the process's other consumers alone.
    """
    fetcher = consumer._fetcher  # noqa: SLF001 - see above

    def end(place: TopicPartition) -> int:
        # Set from the same answer that is unpacked.
        return int(fetcher._subscriptions.subscription.assignment.state_value(place).highwater)  # noqa: SLF001 - same

    theirs = Fetcher._proc_fetch_request  # noqa: SLF001 - same
    unpacker = partial(Unpacker, end=end, doubts=Doubts())
    names = {**theirs.__globals__, "MemoryRecords": Answer, "PartitionRecords": unpacker}
    ours = FunctionType(theirs.__code__, names, theirs.__name__, theirs.__defaults__, theirs.__closure__)
    fetcher._proc_fetch_request = MethodType(ours, fetcher)  # noqa: SLF001 - same


class Unpacker:
    """Gives what an answer holds from an offset on, in order; takes the place of aiokafka's PartitionRecords.

    `next_fetch_offset` is where what was given ends. Never raises for what the bytes are, and comes to an end; offsets
    only rise.
    """

    def __init__(
        self,
        place: TopicPartition,
        answer: Answer,
        aborted: Sequence[tuple[int, int]] | None,
        fetch_offset: int,
        key_deserializer: object,
        value_deserializer: object,
        check_crcs: object,
        isolation_level: int,
        *,
        end: Callable[[TopicPartition], int],
        doubts: Doubts,
    ) -> None:
        """Take what aiokafka's takes; `end` returns the partition's end as this answer states it.

        `doubts` is one for all answers that a consumer gets. Keys and values stay bytes, and checksums are always
        looked at.
        """
        self._place, self._data = place, answer.data
        self._committed = isolation_level == READ_COMMITTED
        #: Aborted transactions that begin further on, the nearest last; and whose transactions are aborted here.
        self._aborted = sorted(aborted or (), key=itemgetter(1), reverse=True)
        self._aborting: set[int] = set()
        self._wanted, self._end, self._doubts = fetch_offset, end(place), doubts
        self.next_fetch_offset = fetch_offset
        self._given = self._all()

    def __iter__(self) -> Iterator[_Given]:
        """Return itself."""
        return self

    def __next__(self) -> _Given:
        """Return the next ConsumerRecord, Faulty or Passed."""
        return next(self._given)

    def _all(self) -> Iterator[_Given]:
        seen = self._wanted
        for item, after in self._found():
            if item is not None:
                if item.offset > self.next_fetch_offset:
                    yield self._passed(item.offset)
                self.next_fetch_offset = item.offset + 1
                yield item
            seen = max(seen, after)
        if seen > self.next_fetch_offset:
            yield self._passed(seen)

    def _passed(self, after: int) -> Passed:
        first, self.next_fetch_offset = self.next_fetch_offset, after
        return Passed(first, after - 1)

    def _found(self) -> Iterator[_Found]:
        """Yield each record, or None for what holds none, with the offset after it."""
        batches = list(_batches(self._data))
        floor = 0
        for (data, cut), (ahead, _) in pairwise([*batches, (b"", None)]):
            header = _Header._make(_HEADER.unpack_from(data)) if len(data) >= _HEADER.size else None
            if header is not None and header.last >= self._end and self._doubts.is_first(self._place, header):
                # The next fetch brings it again, with an end that the broker notes later.
                return
            why = cut or _fault(data, header, floor, self._end)
            if header is None or why is not None:
                yield self._broken(data, header, ahead, why or "")
                # Whether an aborted transaction ends there is not known: what follows is fetched anew, with a list.
                return
            if header.last < self._wanted:
                continue
            if not self._is_empty(data, header):
                yield from self._records(data, header)
            # Only the first may begin before what is wanted.
            self._wanted = floor = max(self._wanted, header.last + 1)
            yield None, self._wanted

    def _is_empty(self, data: bytes, header: _Header) -> bool:
        """Tell whether a batch is a marker, or was aborted."""
        control = header.has(DefaultRecordBase.CONTROL_MASK)
        if self._committed:
            while self._aborted and self._aborted[-1][1] <= header.base:
                self._aborting.add(self._aborted.pop()[0])
            # A broker compresses none of its markers.
            if control and not header.has(DefaultRecordBase.CODEC_MASK) and _aborts(data):
                self._aborting.discard(header.producer)
        aborted = header.has(DefaultRecordBase.TRANSACTIONAL_MASK) and header.producer in self._aborting
        return control or aborted

    def _broken(self, data: bytes, header: _Header | None, ahead: bytes, why: str) -> _Found:
        """Return a batch whose header is not to be trusted, and where what follows it is taken to begin."""
        first, end = self._first(_base(data)), self._end
        after, following = first + 1, _base(ahead)
        if first < following <= end:
            after = following
        elif header is not None and header.records == header.last_delta + 1 and first + header.records <= end:
            after = max(after, first + header.records)
        return self._faulty_batch(data, first, after, header, why), after

    def _first(self, base: int) -> int:
        # A batch may begin before the first record that is wanted of it; a damaged one may say anything.
        return base if self._wanted <= base < self._end else self._wanted

    def _faulty_batch(self, data: bytes, first: int, after: int, header: _Header | None, why: str) -> Faulty:
        offsets = f"offset {first}" if after == first + 1 else f"offsets {first} to {after - 1}"
        fault = Unreadable(
            f"the batch at {offsets} cannot be unpacked: {why}; its bytes are kept as they stand in the log"
        )
        return self._faulty(first, header, fault, value=data)

    def _faulty(
        self,
        offset: int,
        header: _Header | None,
        fault: InvalidRecord,
        *,
        key: bytes | None = None,
        value: bytes | None = None,
        headers: tuple[tuple[str, bytes | None], ...] = (),
    ) -> Faulty:
        time = 0 if header is None or not 0 <= header.last_time < _LATEST_MS else header.last_time
        sizes = (-1 if each is None else len(each) for each in (key, value))
        kind = DefaultRecordBase.LOG_APPEND_TIME
        return Faulty(*self._place, offset, time, kind, key, value, None, *sizes, headers, fault)

    def _records(self, data: bytes, header: _Header) -> Iterator[_Found]:
        """Yield the records of a batch whose checksum is right."""
        try:
            plain = _plain(data, header)
        except _BrokenCodecError as exc:
            first = self._first(header.base)
            yield self._faulty_batch(data, first, header.last + 1, header, str(exc)), header.last + 1
            return
        before, number = header.base - 1, 0
        for record in _sound(plain, header.records):
            if not before < record.offset <= header.last:
                break
            before, number = record.offset, number + 1
            if before >= self._wanted:
                yield self._record(record), before + 1
        if number < header.records:
            yield from self._carefully(plain[_HEADER.size :], header, number, before)

    def _record(self, record: DefaultRecordProtocol) -> ConsumerRecord[bytes, bytes]:
        key, value = record.key, record.value
        return ConsumerRecord(
            *self._place,
            record.offset,
            record.timestamp,
            record.timestamp_type,
            key,
            value,
            None,
            -1 if key is None else len(key),
            -1 if value is None else len(value),
            tuple(record.headers),
        )

    def _carefully(self, body: bytes, header: _Header, skip: int, before: int) -> Iterator[_Found]:
        """Yield what is left of a batch after `skip` records, each for itself: the next of them cannot be read."""
        at = 0
        for number in range(header.records):
            piece = _piece(body, at)
            if piece is None:
                break
            begin, at = piece
            if number < skip:
                continue
            item = self._careful(body[begin:at], header, before)
            before = item.offset
            if before > header.last:
                return
            if before >= self._wanted:
                yield item, before + 1
        else:
            return
        first = max(before + 1, self._wanted)
        if first <= header.last:
            yield (
                self._faulty_batch(body[at:], first, header.last + 1, header, "a record in it has no end"),
                header.last + 1,
            )

    def _careful(self, data: bytes, header: _Header, before: int) -> Faulty | ConsumerRecord[bytes, bytes]:
        """Return one record by its bytes; `before` is the offset of the record before it."""
        try:
            fields = _fields(data)
        except (IndexError, ValueError):
            fields = None
        if fields is None or not before < header.base + fields.offset <= header.last:
            fault: InvalidRecord = Unreadable(
                "the record is no sound record (its fields do not fit its length); its bytes are kept"
            )
            return self._faulty(before + 1, header, fault, value=data)
        offset, key, value = header.base + fields.offset, fields.key, fields.value
        named = [(_named(name), content) for name, content in fields.headers]
        headers = tuple((name, content) for name, content in named if name is not None)
        if len(headers) == len(named):
            appended = header.has(DefaultRecordBase.TIMESTAMP_TYPE_MASK)
            time = header.last_time if appended else header.first_time + fields.time
            sound = _Plain(offset, time, int(appended), key, value, headers)
            return self._record(sound)
        bad = next(name for name, _ in fields.headers if _named(name) is None)
        fault = InvalidHeader(
            f"the name of a header is not UTF-8 ({bad[:20]!r}): the record is kept without that header; "
            "have the producer name it in UTF-8, and send the record again"
        )
        return self._faulty(offset, header, fault, key=key, value=value, headers=headers)


def _batches(data: bytes) -> Iterator[tuple[bytes, str | None]]:
    """Yield the batches of an answer, each with what is wrong with its length."""
    at = 0
    while len(data) - at >= _BEGINNING.size:
        size = _BEGINNING.size + _BEGINNING.unpack_from(data, at)[1]
        if size < _HEADER.size:
            yield data[at:], f"its length of {size} bytes is less than its header's"
            return
        if at + size > len(data):
            # A broker cuts its answer where it is full, but never in the first batch.
            if at == 0:
                yield data, f"it breaks off after {len(data)} of {size} bytes"
            return
        yield data[at : at + size], None
        at += size
    if data and at == 0:
        yield data, f"it breaks off after {len(data)} bytes"


def _base(data: bytes) -> int:
    return int(_BEGINNING.unpack_from(data)[0]) if len(data) >= _BEGINNING.size else -1


def _fault(data: bytes, header: _Header | None, floor: int, end: int) -> str | None:
    """Return what is wrong with a batch whose length is right, whose offsets must be from `floor` to before `end`."""
    if header is None:
        return "its header is cut"
    if header.magic != _MAGIC:
        return f"its magic byte is {header.magic}, {_MAGIC} is known"
    if not DefaultRecordBatch(data).validate_crc():
        return f"its checksum is not that of its bytes ({header.crc:08x})"
    if not 0 <= header.records <= header.last_delta + 1:
        return f"it says that it has {header.records} records at {header.last_delta + 1} offsets"
    # The checksum does not cover it.
    if header.base < floor or header.last >= end:
        return f"its offset {header.base} is not one that can stand there"
    return None


def _aborts(data: bytes) -> bool:
    """Tell whether a control batch ends an aborted transaction."""
    marker = next(_sound(data, 1), None)
    return (
        marker is not None
        and len(marker.key or b"") >= _MARKER_BYTES
        and ControlRecord.parse(marker.key) == ABORT_MARKER
    )


def _sound(plain: bytes, count: int) -> Iterator[DefaultRecordProtocol]:
    """Yield the records of an uncompressed batch up to the first that aiokafka cannot read."""
    records = DefaultRecordBatch(plain)
    for _ in range(count):
        try:
            record = next(records)
        except Exception:  # noqa: BLE001 - whatever it is, the records are then read one by one, with a reason
            return
        yield record


def _piece(body: bytes, at: int) -> tuple[int, int] | None:
    """Return where the record at `at` begins, after its length, and where it ends; None where it has no end."""
    try:
        size, begin = decode_varint(body, at)
    except (IndexError, ValueError):
        return None
    return (begin, begin + size) if 0 <= size <= len(body) - begin else None


class _Plain(NamedTuple):
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class _Fields(NamedTuple):
    """What a record's bytes say."""

    time: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[bytes, bytes | None]]


def _fields(data: bytes) -> _Fields:
    """Read a record after its length. Raises ValueError or IndexError where the fields do not fill it."""
    at = 1  # attributes, of which no bit is used

    def number() -> int:
        nonlocal at
        value: int
        value, at = decode_varint(data, at)
        return value

    def content() -> bytes | None:
        nonlocal at
        size = number()
        if size < 0:
            return None
        begin, at = at, at + size
        if at > len(data):
            raise ValueError("over the end")
        return data[begin:at]

    time, offset, key, value = number(), number(), content(), content()
    headers = []
    for _ in range(number()):
        name = content()
        if name is None:
            raise ValueError("a header without a name")
        headers.append((name, content()))
    if at != len(data):
        raise ValueError("bytes are left")
    return _Fields(time, offset, key, value, headers)


def _named(name: bytes) -> str | None:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return None


class _BrokenCodecError(ValueError):
    """The records of a batch cannot be decompressed."""


def _plain(data: bytes, header: _Header) -> bytes:
    """Return the batch uncompressed. Raises _BrokenCodecError."""
    codec = header.attributes & DefaultRecordBase.CODEC_MASK
    if codec == DefaultRecordBase.CODEC_NONE:
        return data
    if codec not in _CODECS:
        raise _BrokenCodecError(f"its compression is {codec}, which is no codec of Kafka's")
    name, expand = _CODECS[codec]
    try:
        body = expand(data[_HEADER.size :])
    except _TooLargeError:
        raise _BrokenCodecError(f"its {name} expands to more than {EXPANDED_BYTES} bytes") from None
    except (cramjam.DecompressionError, zlib.error, struct.error, ValueError) as exc:
        raise _BrokenCodecError(f"its {name} is damaged ({type(exc).__name__})") from exc
    uncompressed: bytes = _HEADER.pack(*header._replace(attributes=header.attributes & ~DefaultRecordBase.CODEC_MASK))
    return uncompressed + body


class _TooLargeError(ValueError):
    """It expands to more than EXPANDED_BYTES."""


def _gzip(data: bytes) -> bytes:
    parts, left = [], EXPANDED_BYTES
    while data:
        member = zlib.decompressobj(wbits=31)
        parts.append(member.decompress(data, left + 1))
        left -= len(parts[-1])
        if left < 0:
            raise _TooLargeError
        if not member.eof:
            raise ValueError("it breaks off")
        data = member.unused_data
    return b"".join(parts)


def _snappy(data: bytes) -> bytes:
    if not data.startswith(_XERIAL):
        return _snappy_block(data, EXPANDED_BYTES)
    parts, left, at = [], EXPANDED_BYTES, 16
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        if not 0 <= size <= len(data) - at - 4:
            raise ValueError("it breaks off")
        parts.append(_snappy_block(data[at + 4 : at + 4 + size], left))
        left -= len(parts[-1])
        at += 4 + size
    return b"".join(parts)


def _snappy_block(data: bytes, left: int) -> bytes:
    # Its length stands before it.
    if cramjam.snappy.decompress_raw_len(data) > left:
        raise _TooLargeError
    return bytes(cramjam.snappy.decompress_raw(data))


def _into(decompress: Callable[[bytes, bytearray], int], data: bytes) -> bytes:
    """Decompress into a buffer of the usual size, and where that is too small, of the largest."""
    for size in (min(_USUAL * len(data) + 4096, EXPANDED_BYTES), EXPANDED_BYTES):
        buffer = bytearray(size)
        try:
            return bytes(memoryview(buffer)[: decompress(data, buffer)])
        except cramjam.DecompressionError as exc:
            # The library has no error of its own for it.
            if "whole buffer" not in str(exc):
                raise
    raise _TooLargeError


_CODECS: Mapping[int, tuple[str, Callable[[bytes], bytes]]] = {
    DefaultRecordBase.CODEC_GZIP: ("gzip", _gzip),
    DefaultRecordBase.CODEC_SNAPPY: ("snappy", _snappy),
    DefaultRecordBase.CODEC_LZ4: ("lz4", partial(_into, cramjam.lz4.decompress_into)),
    DefaultRecordBase.CODEC_ZSTD: ("zstd", partial(_into, cramjam.zstd.decompress_into)),
}

"""Batches of records by their bytes: as a producer makes them, and with anything changed in them."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING, Any

import cramjam
from aiokafka.record.default_records import DefaultRecordBase, DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CODECS", "HEADER", "RecordParts", "again", "compressed", "marker", "packed"]

HEADER = DefaultRecordBase.HEADER_STRUCT
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
TRANSACTIONAL, CONTROL = 0x10, 0x20

RecordParts = tuple["bytes | None", "bytes | None", list[tuple[str, "bytes | None"]]]


def packed(
    records: Sequence[RecordParts], *, base: int = 0, codec: int = 0, producer: int = -1, transactional: bool = False
) -> bytes:
    """Return a batch as a producer makes it and a broker keeps it."""
    builder = DefaultRecordBatchBuilder(2, codec, transactional, producer, 0 if producer >= 0 else -1, 0, 1 << 30)
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, 1_700_000_000_000 + number, key, value, headers)
    return again(bytes(builder.build()), base=base)


def again(batch: bytes, *, crc: bool = True, body: bytes | None = None, **fields: int) -> bytes:
    """Return `batch` with other fields in its header, or another body; with a checksum that fits, where `crc`."""
    names = (
        *("base", "length", "epoch", "magic", "crc", "attributes", "last_delta", "first_time", "last_time"),
        *("producer", "producer_epoch", "sequence", "records"),
    )
    body = batch[HEADER.size :] if body is None else body
    header = (
        dict(zip(names, HEADER.unpack_from(batch), strict=True)) | {"length": HEADER.size - 12 + len(body)} | fields
    )
    made = HEADER.pack(*header.values()) + body
    if crc:
        made = made[: DefaultRecordBase.CRC_OFFSET] + struct.pack(">I", calc_crc32c(made[21:])) + made[21:]
    return made


def marker(base: int, producer: int, *, commit: bool) -> bytes:
    """Return the control batch that ends a transaction."""
    batch = packed([(struct.pack(">HH", 0, commit), struct.pack(">HI", 0, 0), [])], base=base, producer=producer)
    return again(batch, attributes=TRANSACTIONAL | CONTROL)


def compressed(codec: int, body: bytes) -> bytes:
    """Return `body` by the codec with that number, snappy in one block."""
    made: dict[int, Any] = {
        1: gzip.compress,
        2: cramjam.snappy.compress_raw,
        3: cramjam.lz4.compress,
        4: cramjam.zstd.compress,
    }
    return bytes(made[codec](body)) if codec else body

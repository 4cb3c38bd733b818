"""Throw malformed bodies and envelopes at the stages' real decode path.

    python -m tests.chaos.fuzz [--count N] [--seed N]

Each round makes a record for one of the three stages: a sound message that is then bent (wrong types, missing fields,
odd Unicode, HTML, deep nesting, huge numbers), or its bytes broken (cut, flipped, doubled), under a key and headers
that are bent too, some of them a little under and over what an envelope may have. It goes through `outputs_of` as a
worker calls it, and what comes out of parse and dedupe goes on to the next stage. Every record must end in an output or
in a dead letter for what is wrong with the record itself: any other error class is a defect of ours, and is printed
with the seed's round. Memory is read at a tenth and at the end.

One round in ten makes batches of records instead, packed by any codec, with markers and aborted ones among them, bends
their bytes (with a checksum that fits, or without), and unpacks them as a consumer does: that must come to an end, give
each offset once and in order, and what it gives goes through the stages.
"""

from __future__ import annotations

import argparse
import logging
import random
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiokafka import TopicPartition

from schemas import envelope
from schemas.topics import DEAD_LETTER, DEDUPE_CHANGELOG, PARSED, RAW, SOURCES, STAGES, TARGETS, UNIQUE
from tests.batches import CODECS, HEADER, again, marker, packed
from tests.corpus import documents
from tests.work import resident
from workers import errors
from workers.pipeline import limits
from workers.pipeline.build import build_dedupe, build_parse, build_tag
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.record import Place, Processor, Record
from workers.settings import Settings
from workers.unpack import Answer, Doubts, Faulty, Passed, Unpacker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas.envelope import Headers
    from schemas.topics import Stage
    from tests.batches import RecordParts

__all__ = ["Fuzzer", "Tally"]

#: The share of rounds that bend an answer of the broker.
ANSWERS = 0.1
BEGINNING = struct.Struct(">qi")
#: Who reads what a stage writes.
_NEXT: dict[str, Stage] = {PARSED: "dedupe", UNIQUE: "tag"}
NOW = "2025-03-01T00:00:00+00:00"
#: Error classes that say what is wrong with a record; what else is raised is ours.
_RECORDS_OWN = {
    each.__name__ for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.InvalidRecord)
}
_ODD = (
    *("", " ", "\0", "\u202e\u200f\u200b", "ــــ", "\ufeff", "﷽", "🇸🇾" * 3, "ﻻﺎ", "é" * 40, "\n" * 50, "<" * 80),
    *("&#x1F600;&amp;&bogus;", "<p>خبر<p>عاجل</div>", "<html><body>" + "<div>" * 60 + "دمشق", "قال " * 400, "۱۲۳٤٥"),
    *("\ud7ff\ue000", "٪" * 9, "(CNN)-- ", "a" * 5000, "كتب - محمد: " * 20, "سوريا\u0640\u064b\u064c", "-\n-\n-\n"),
    *("«" * 30, "\t\r\x0b\x0c\x85\u2028"),
)
_WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    1 << 70,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "",
    " ",
    "x" * 3000,
    [1, "2", None],
)


@dataclass(slots=True)
class Tally:
    """What became of the records; `defects` should be empty."""

    records: int = 0
    outputs: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    #: Headers that were too large to go on, by name.
    limits: Counter[str] = field(default_factory=Counter)
    defects: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    #: What bent batches were unpacked to.
    unpacked: Counter[str] = field(default_factory=Counter)


class Fuzzer:
    """Makes records and drives them through the stages; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        """Build the stages with a small de-duplication state, so that what grows is a leak."""
        self._rng = random.Random(seed)  # noqa: S311 - a test's choices, not a secret
        settings = Settings(dedupe_max_entries=2000)
        self._stages: dict[Stage, Processor] = {
            "parse": build_parse(settings),
            "dedupe": build_dedupe(settings),
            "tag": build_tag(),
        }
        self._offsets: Counter[str] = Counter()
        self.tally = Tally()
        self._sound: dict[str, list[bytes]] = {RAW: [orjson.dumps(each) for each in documents(60, seed=seed)]}
        self._samples()

    def _samples(self) -> None:
        """Sound messages of the later topics, made by the stages themselves."""
        steps: tuple[tuple[str, Stage], ...] = ((RAW, "parse"), (PARSED, "dedupe"))
        for source, stage in steps:
            made: dict[str, list[bytes]] = {PARSED: [], UNIQUE: []}
            for value in self._sound[source]:
                record = self._record(
                    source,
                    value,
                    envelope.cloudevent(
                        type_="document",
                        source="fuzz",
                        id_="x",
                        time=NOW,
                        traceparent=envelope.new_traceparent("x"),
                        extra={},
                    ),
                )
                for output in outputs_of(self._stages[stage], record, now=NOW):
                    made.setdefault(output.topic, []).append(output.value or b"")
            self._sound.update({name: values for name, values in made.items() if values})

    def round(self, number: int) -> None:
        """Make one record, or an answer of some batches, and see it through."""
        if self._rng.random() < ANSWERS:
            self._answer(number)
            return
        stage = self._rng.choices(STAGES, (6, 2, 2))[0]
        source = SOURCES[stage]
        record = self._record(source, self._value(source), self._headers(), self._key())
        try:
            self._through(stage, record)
        except Exception as exc:  # noqa: BLE001 - whatever gets out of the decode path would stop a worker
            self.tally.defects.append(f"round {number}, {stage}: {type(exc).__name__} got out: {exc}")
        self.tally.records += 1

    def _answer(self, number: int) -> None:
        """Bend an answer of the broker, unpack it, and see each record through."""
        stage = self._rng.choices(STAGES, (6, 2, 2))[0]
        answer, end = self._batches(SOURCES[stage])
        try:
            for given in self._unpacked(self._bent(answer), end):
                self.tally.unpacked[type(given).__name__] += 1
                if isinstance(given, Passed):
                    continue
                fault = given.fault if isinstance(given, Faulty) else None
                self.tally.records += 1
                key, value, headers = given.key, given.value, list(given.headers)
                self._through(stage, Record(SOURCES[stage], 0, given.offset, key, value, headers, 1.7e9, fault))
        except Exception as exc:  # noqa: BLE001 - as in round()
            self.tally.defects.append(f"round {number}, an answer: {type(exc).__name__} got out: {exc}")

    def _unpacked(self, answer: bytes, end: int) -> Iterator[Any]:
        wanted = min(self._rng.choice((0, 0, 0, 1, 2)), end - 1)
        aborted = [(self._rng.randrange(3), self._rng.randrange(end)) for _ in range(self._rng.choice((0, 0, 1, 2)))]
        committed = self._rng.randrange(2)
        place, doubts = TopicPartition(RAW, 0), Doubts()
        # An answer may tell an end that has passed; a batch beyond it is looked at again in the answer after it.
        for told in (self._rng.choice((end, self._rng.randrange(end + 1))), end, end):
            if wanted == end:
                return
            unpacker = Unpacker(
                *(place, Answer(answer), aborted, wanted, None, None, True, committed),
                end=lambda _, told=told: told,
                doubts=doubts,
            )
            for given in unpacker:
                first = given.first if isinstance(given, Passed) else given.offset
                if not wanted == first <= given.offset < end:
                    self.tally.defects.append(f"offset {first} to {given.offset} came where {wanted} was to come")
                wanted = given.offset + 1
                following = unpacker.next_fetch_offset
                if following != wanted:
                    self.tally.defects.append(f"after offset {given.offset} reading goes on at {following}")
                yield given

    def _batches(self, source: str) -> tuple[list[bytes], int]:
        """Return sound batches, and the offset after them."""
        batches: list[bytes] = []
        offset = 0
        for _ in range(self._rng.randint(1, 4)):
            producer = self._rng.choice((-1, -1, 0, 1, 2))
            if producer >= 0 and self._rng.random() < 0.3:
                batches.append(marker(offset, producer, commit=self._rng.random() < 0.5))
                offset += 1
                continue
            records: list[RecordParts] = [
                (self._key(), self._rng.choice((*self._sound[source][:20], None)), list(self._headers()))
                for _ in range(self._rng.randint(1, 3))
            ]
            codec = self._rng.randrange(len(CODECS))
            batches.append(packed(records, base=offset, codec=codec, producer=producer, transactional=producer >= 0))
            offset += len(records)
        return batches, offset

    def _bent(self, batches: list[bytes]) -> bytes:
        """Return the batches with something wrong in one of them, or cut."""
        at = self._rng.randrange(len(batches))
        batch = bytearray(batches[at])
        # Most of it is its records: bytes anywhere would seldom touch a field.
        first = range(HEADER.size, min(len(batch), HEADER.size + 60))
        inside = self._rng.choice((range(len(batch)), range(HEADER.size), first))
        for _ in range(self._rng.randint(0, 4)):
            batch[self._rng.choice(inside)] = self._rng.choice((0, 1, 0x7F, 0x80, 0xFF, self._rng.randrange(256)))
        bent = bytes(batch)
        if self._rng.random() < 0.2:
            bent = bent[: self._rng.randrange(HEADER.size, len(bent) + 1)]
        if self._rng.random() < 0.6:
            # A checksum that fits, and most times a length too: then the records are what is wrong.
            base, length = BEGINNING.unpack_from(bent)
            kept = length if self._rng.random() < 0.2 else len(bent) - BEGINNING.size
            bent = again(bent, base=base, length=kept)
        answer = b"".join((*batches[:at], bent, *batches[at + 1 :]))
        return answer[: self._rng.randrange(len(answer) + 1)] if self._rng.random() < 0.1 else answer

    def _through(self, stage: Stage, record: Record) -> None:
        processor = self._stages[stage]
        outputs = outputs_of(processor, record, now=NOW)
        lacking: dict[Place, bytes | None] = {
            output.lack.place: self._rng.choice((None, b"{", self._rng.choice(self._sound[PARSED])))
            for output in outputs
            if output.lack is not None
        }
        outputs = finished(outputs, lacking, processor, record, now=NOW)
        if not outputs:
            self.tally.defects.append(f"{stage}: a record led to nothing")
        for output in outputs:
            self.tally.outputs[output.topic] += 1
            if output.topic == DEAD_LETTER:
                self._judge(stage, record, dict(output.headers), output.value)
            elif output.topic not in (*TARGETS[stage], DEDUPE_CHANGELOG):
                self.tally.defects.append(f"{stage}: an output for {output.topic}")
            else:
                self._carries(stage, record, dict(output.headers))
            following = _NEXT.get(output.topic)
            if following is not None:
                self._through(following, self._record(output.topic, output.value, output.headers, output.key))

    def _carries(self, stage: Stage, record: Record, headers: dict[str, bytes]) -> None:
        """Check that what is carried on of the record's headers is small, and count what was too large for that."""
        for name in envelope.CARRIED:
            if len(headers.get(name, b"")) > limits.CARRIED_BYTES:
                self.tally.defects.append(f"{stage}: {name} of {len(headers[name])} bytes is carried on")
            given = record.header(name)
            if given is not None and name not in headers:
                self.tally.limits[name] += 1

    def _judge(self, stage: Stage, record: Record, headers: dict[str, bytes], value: bytes | None) -> None:
        error = headers[envelope.ERROR_CLASS].decode()
        self.tally.errors[f"{stage} {error}"] += 1
        message = headers[envelope.ERROR_MESSAGE].decode()
        if error not in _RECORDS_OWN:
            self.tally.defects.append(f"{stage}: {error}: {message} for {(record.value or b'')[:300]!r}")
        if value != record.value:
            self.tally.defects.append(f"{stage}: a dead letter that is not its record's bytes")

    def _record(self, topic: str, value: bytes | None, headers: Headers, key: bytes | None = b"k") -> Record:
        self._offsets[topic] += 1
        return Record(topic, 0, self._offsets[topic], key, value, headers, 1.7e9)

    def _value(self, source: str) -> bytes | None:
        message = orjson.loads(self._rng.choice(self._sound[source]))
        bends: tuple[Callable[[dict[str, Any]], bytes | None], ...] = (
            *(self._retyped, self._odd_text, self._odd_text, self._dropped, self._nested),
            *(self._cut, self._flipped, self._mixed, self._html),
        )
        bent = self._rng.choice(bends)(message)
        return None if self._rng.random() < 0.005 else bent

    def _retyped(self, message: dict[str, Any]) -> bytes:
        for name in self._rng.sample(sorted(message), k=self._rng.randint(1, min(3, len(message)))):
            message[name] = self._rng.choice(_WRONG)
        return orjson.dumps(_within(message))

    def _odd_text(self, message: dict[str, Any]) -> bytes:
        texts = [name for name, value in message.items() if isinstance(value, str)]
        name = self._rng.choice(texts)
        pieces = [
            self._rng.choice((*_ODD, str(message[name])[: self._rng.randint(0, 300)]))
            for _ in range(self._rng.randint(1, 9))
        ]
        message[name] = self._rng.choice(("", "\n", " ")).join(pieces)
        return orjson.dumps(message)

    def _dropped(self, message: dict[str, Any]) -> bytes:
        del message[self._rng.choice(sorted(message))]
        message[self._rng.choice(_ODD) or "new"] = self._rng.choice(_ODD)
        return orjson.dumps(message)

    def _nested(self, message: dict[str, Any]) -> bytes:
        depth = self._rng.choice((3, 200, 1020, 1030, 20_000))
        inner = b"[" * depth + b"1" + b"]" * depth
        name = orjson.dumps(self._rng.choice(sorted(message)))
        return orjson.dumps(message)[:-1] + b"," + name + b":" + inner + b"}"

    def _cut(self, message: dict[str, Any]) -> bytes:
        value = orjson.dumps(message)
        return value[: self._rng.randrange(len(value))]

    def _flipped(self, message: dict[str, Any]) -> bytes:
        value = bytearray(orjson.dumps(message))
        for _ in range(self._rng.randint(1, 8)):
            value[self._rng.randrange(len(value))] = self._rng.randrange(256)
        return bytes(value)

    def _mixed(self, message: dict[str, Any]) -> bytes:
        value = orjson.dumps(message)
        return self._rng.choice(
            (value + value, b"\xef\xbb\xbf" + value, b"[" + value + b"]", value.replace(b'"', b"'"), b"\0" + value)
        )

    def _html(self, message: dict[str, Any]) -> bytes:
        tags = (
            "<p>",
            "</p>",
            "<br>",
            "<div class=x>",
            "</div>",
            "<script>",
            "<!--",
            "-->",
            "<h2>",
            "<table><tr><td>",
            "<a href='#'>",
            "&nbsp;",
        )
        words = str(message.get("text") or message.get("body") or "").split(" ")[: self._rng.randint(1, 120)]
        body = " ".join(word + self._rng.choice((*tags, "", "", "")) for word in words)
        kept = {name: value for name, value in message.items() if name not in ("title", "text")}
        return orjson.dumps(
            {**kept, "body": "<html><body>" + body} if "document_id" in kept and "span" not in kept else message
        )

    def _headers(self) -> Headers:
        sound = {
            "ce_id": "x", "ce_time": NOW, "traceparent": envelope.new_traceparent("x"), envelope.ORIGIN: "0:1",
            envelope.REPLAY_ID: "fuzz", envelope.REPLAY_SEQ: "1", envelope.REPLAY_TIME: NOW,
        }  # fmt: skip
        pairs = [(name, value.encode()) for name, value in sound.items() if self._rng.random() < 0.9]
        for _ in range(self._rng.choice((0, 0, 0, 1, 3))):
            name = self._rng.choice((*sound, "x-" + "y" * 50))
            value = self._rng.choice(
                (b"", b"\xff\xfe", b"0" * 4000, b"-1", b"1:2:3", b"2025-99-99", "٣:٤".encode(), None)
            )
            pairs.append((name, value))  # type: ignore[arg-type]  # a header without a value does come, whatever its type says
        if self._rng.random() < 0.03:
            pairs += self._large(tuple(sound))
        self._rng.shuffle(pairs)
        return pairs

    def _key(self) -> bytes | None:
        if self._rng.random() < 0.97:
            return b"k"
        return self._rng.choice((None, b"", b"\xff\xfe", b"k" * 10_000, b"k" * 1_000_000))

    def _large(self, carried: Sequence[str]) -> Headers:
        """Headers that come near the limit of what is carried on, from below or from above, and large and many ones."""
        return self._rng.choice(
            (
                [(self._rng.choice(carried), b"0" * self._near(limits.CARRIED_BYTES))],
                [("x-long", b"0" * 1_000_000)],
                [(f"x-{number}", b"0") for number in range(1000)],
                [(f"x-{number}", b"0" * 5000) for number in range(16)],
            )
        )

    def _near(self, limit: int) -> int:
        return limit + self._rng.randint(-9, 9)


def _within(value: dict[str, Any]) -> dict[str, Any]:
    """Keep integers to what orjson writes; larger ones come as strings of digits."""
    return {name: str(each) if isinstance(each, int) and each > 1 << 63 else each for name, each in value.items()}


def main() -> int:
    """Read the command line, fuzz, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="records (100,000)")
    parser.add_argument("--seed", type=int, default=1, help="of every random choice (1)")
    options = parser.parse_args()
    # A defect is counted here; its traceback would be printed for each.
    logging.disable(logging.CRITICAL)
    fuzzer = Fuzzer(options.seed)
    started = time.monotonic()
    for number in range(options.count):
        fuzzer.round(number)
        if number + 1 in (options.count // 10, options.count):
            fuzzer.tally.memory_mb.append(resident() / 1e6)
    tally = fuzzer.tally
    print(f"{tally.records:,} records in {time.monotonic() - started:.0f} s")
    print("outputs: " + ", ".join(f"{name} {count:,}" for name, count in sorted(tally.outputs.items())))
    print("dead letters: " + ", ".join(f"{name} {count:,}" for name, count in tally.errors.most_common()))
    print("too large to go on: " + ", ".join(f"{what} {count:,}" for what, count in tally.limits.most_common()))
    first, last = tally.memory_mb[0], tally.memory_mb[-1]
    print("unpacked: " + ", ".join(f"{what} {count:,}" for what, count in tally.unpacked.most_common()))
    print(f"memory: {first:.0f} MB after a tenth, {last:.0f} MB at the end ({last / first:.3f})")
    for line in tally.defects[:20]:
        print(f"DEFECT {line}")
    print(f"{len(tally.defects)} defects")
    return 1 if tally.defects or last > 1.1 * first else 0


if __name__ == "__main__":
    sys.exit(main())

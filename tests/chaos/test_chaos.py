"""The short form of `make chaos`, and that its checks can fail."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from schemas import envelope
from schemas.topics import BY_COUNTRY, DEAD_LETTER, DUPLICATES, ENRICHED, PARSED, RAW, UNIQUE
from tests.chaos.__main__ import run
from tests.chaos.checks import Findings, check
from tests.chaos.faults import CONTROLS, FAULTS, Fault
from tests.chaos.fuzz import Fuzzer
from workers.pipeline.record import Record

if TYPE_CHECKING:
    from pathlib import Path

SHORT = [fault for fault in (*FAULTS, *CONTROLS) if fault.short]


@pytest.mark.kafka
@pytest.mark.parametrize("fault", SHORT, ids=[fault.name for fault in SHORT])
def test_short(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "aiokafka")
    outcome = asyncio.run(run(fault, fault.short, seed=1, folder=tmp_path))
    assert outcome.faults == fault.short
    assert outcome.passed, outcome.findings


def test_malformed_records_end_in_outputs_or_in_dead_letters_of_their_own() -> None:
    logging.disable(logging.CRITICAL)
    try:
        fuzzer = Fuzzer(3)
        for number in range(1000):
            fuzzer.round(number)
    finally:
        logging.disable(logging.NOTSET)
    assert fuzzer.tally.defects == []
    assert fuzzer.tally.outputs[DEAD_LETTER] > 100
    assert fuzzer.tally.outputs[ENRICHED] > 100
    assert fuzzer.tally.limits.keys() == set(envelope.CARRIED)


def _record(topic: str, offset: int, key: str, message: dict[str, Any], **headers: str) -> Record:
    pairs = [(name.replace("_", "-") if name != "ce_id" else name, value.encode()) for name, value in headers.items()]
    return Record(topic, 0, offset, key.encode(), orjson.dumps(message), pairs, 0.0)


PAGE = {
    "document_id": "d",
    "ordinal": 0,
    "kind": "story",
    "title": "t",
    "text": "x",
    "published_at": None,
    "span": None,
}
TAGS: dict[str, Any] = {"countries": [], "actors": []}


def _sound() -> list[Record]:
    """Two documents on their way through everything, and one piece of poison."""
    records = [_record(RAW, 2, "poison", {})]
    letter = {"x_error_topic": RAW, "x_error_partition": "0", "x_error_offset": "2"}
    records.append(_record(DEAD_LETTER, 0, "poison", {}, **letter))
    for number in range(2):
        page = {**PAGE, "document_id": f"d{number}", "article_id": f"a{number}"}
        origin = {envelope.ORIGIN.replace("-", "_"): f"0:{number}"}
        records += [
            _record(RAW, number, f"d{number}", {}),
            _record(PARSED, number, "ar", page, ce_id=f"a{number}", **origin),
            _record(UNIQUE, number, f"a{number}", page, ce_id=f"a{number}", **origin),
            _record(
                ENRICHED, number, f"a{number}", {**page, **TAGS, "event_id": f"e{number}"}, ce_id=f"e{number}", **origin
            ),
            _record(BY_COUNTRY, number, "SY", page, ce_id=f"c{number}", **origin),
        ]
    return records


def _check(records: list[Record]) -> Findings:
    expected = {f"a{n}": {**PAGE, **TAGS, "document_id": f"d{n}", "article_id": f"a{n}"} for n in range(2)}
    return check(records, sent={"d0", "d1"}, poison={"poison"}, expected=expected)


def _changed(record: Record, **fields: Any) -> Record:
    return dataclasses.replace(record, value=orjson.dumps({**orjson.loads(record.value or b""), **fields}))


def test_a_sound_stream_is_sound_also_when_it_says_things_twice() -> None:
    records = _sound()
    assert _check(records).sound
    again = _check([*records, *(dataclasses.replace(r, offset=r.offset + 2) for r in records if r.topic == ENRICHED)])
    assert again.sound
    assert again.repeated == 2


def test_each_fault_is_named() -> None:
    records = _sound()
    event = next(r for r in records if r.topic == ENRICHED)
    assert _check([r for r in records if r is not event]).lost == [
        "document d0: no article of it ended anywhere",
        "article a0 ended nowhere",
    ]
    assert _check([r for r in records if r.topic != DEAD_LETTER]).lost == ["poison poison has no dead letter"]
    stray = dataclasses.replace(next(r for r in records if r.topic == DEAD_LETTER), key=b"d0")
    assert _check([*records, stray]).dead_unexpected == ["d0   articles.raw 0 2"]
    other = _record(
        DUPLICATES, 5, "a1", {**PAGE, "document_id": "d0", "article_id": "a0", "original_id": "a1"}, ce_id="a0"
    )
    assert len(_check([*records, other]).duplicated) == 1
    assert "text differ" in _check([_changed(r, text="y") if r is event else r for r in records]).changed[0]
    twice = _changed(dataclasses.replace(event, offset=9), countries=[{"code": "SY"}])
    assert "written again with other content" in " ".join(_check([*records, twice]).changed)
    by_country = [r for r in records if r.topic == BY_COUNTRY]
    others = [r for r in records if r.topic != BY_COUNTRY]
    assert _check([*others, *reversed(by_country)]).out_of_order == ["events.by-country, key b'SY': 1 times"]

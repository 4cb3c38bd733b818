"""The log: one line an event, with its ids, and never an article's words."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka.errors import NodeNotReadyError

from workers.errors import DeliveryError
from workers.ops.logs import VALUE_LIMIT, Repeats, clean, configure
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUOTED = "نص المقال السري"


@pytest.fixture
def logged() -> Iterator[Callable[..., io.StringIO]]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("aiokafka", "faust", "mode", "asyncio", "aiohttp")}

    def make(**settings: Any) -> io.StringIO:
        stream = io.StringIO()
        configure(Settings(**settings), stage="parse", stream=stream)
        return stream

    yield make
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_the_stage_and_what_belongs_to_the_event(logged: Callable[..., io.StringIO]) -> None:
    stream = logged()
    logging.getLogger("workers.x").warning("dead letter: %s", "why", extra={"topic": "articles.raw", "offset": 7})
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "dead letter: why",
        "level": "warning",
        "logger": "workers.x",
        "stage": "parse",
        "topic": "articles.raw",
        "offset": 7,
    }


def test_what_faust_says_of_its_parts_is_left_out_but_for_debug(logged: Callable[..., io.StringIO]) -> None:
    def say() -> None:
        # Faust's base class logs under the name of the module of each part's class, ours among them.
        for name in ("faust.worker", "workers.app"):
            logging.getLogger(name).info("[^App]: Starting...")
            logging.getLogger(name).error("[^App]: Crashed")
        logging.getLogger("aiokafka.consumer").info("Joined group")
        logging.getLogger("workers.app").info("reads partitions 0, 1")

    stream = logged()
    say()
    assert [line["event"] for line in lines(stream)] == ["[^App]: Crashed", "[^App]: Crashed", "reads partitions 0, 1"]
    stream = logged(log_level="debug")
    say()
    assert len(lines(stream)) == 6


def test_other_libraries_log_the_same_way(logged: Callable[..., io.StringIO]) -> None:
    stream = logged(log_level="debug")
    logging.getLogger("aiokafka.consumer").error("node %d: %s", 1, NodeNotReadyError("not ready"))
    logging.getLogger("faust.app").info("[^App]: Starting...")
    assert [line["event"] for line in lines(stream)] == [
        "node 1: NodeNotReadyError: NodeNotReadyError: not ready",
        "[^App]: Starting...",
    ]


def test_an_exception_says_what_and_where_and_quotes_nothing(logged: Callable[..., io.StringIO]) -> None:
    stream = logged()
    log = logging.getLogger("workers.x")
    try:
        {}[QUOTED]
    except KeyError as exc:
        log.exception("a defect")
        # As mode logs a crash.
        log.error("Crashed reason=%r", exc)  # noqa: TRY400 - without a traceback
        log.critical(exc)
    assert QUOTED not in stream.getvalue()
    first, second, third = lines(stream)
    assert first["exception"] == "KeyError"
    assert first["at"][-1].startswith("test_logs.py:")
    assert second["event"] == "Crashed reason='KeyError'"
    assert third["event"] == "KeyError"
    try:
        raise DeliveryError("events.enriched: not there")  # noqa: TRY301 - to be logged
    except DeliveryError:
        log.exception("stops")
    assert lines(stream)[-1]["exception"] == "DeliveryError: events.enriched: not there"


def test_what_comes_from_outside_is_cut_and_draws_nothing(logged: Callable[..., io.StringIO]) -> None:
    for log_format in ("json", "console"):
        stream = logged(log_format=log_format)
        hostile = "a\x1b[2J\nlevel=critical\u202e\x00\ud800" + "x" * 10_000
        logging.getLogger("workers.x").warning("bad id %s", hostile, extra={"document_id": hostile})
        written = stream.getvalue()
        assert written.count("\n") == 1
        assert not [each for each in written[:-1] if not each.isprintable()]
        assert len(written) < 2000
        assert "(10" in written
    assert clean("دمشق") == "دمشق"
    assert clean("x" * VALUE_LIMIT) == "x" * VALUE_LIMIT


def test_the_clients_debug_output_stays_off(logged: Callable[..., io.StringIO]) -> None:
    stream = logged(log_level="debug")
    logging.getLogger("aiokafka.conn").debug("Response: %s", QUOTED)
    logging.getLogger("workers.x").debug("ours")
    assert [line["event"] for line in lines(stream)] == ["ours"]
    stream = logged(log_level="warn")
    logging.getLogger("aiokafka.conn").info("quiet")
    logging.getLogger("workers.x").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_a_terminal_gets_columns_and_a_file_gets_json(logged: Callable[..., io.StringIO]) -> None:
    stream = logged(log_format="console")
    logging.getLogger("workers.x").warning("dead letter", extra={"offset": 7})
    assert "[warning  ] dead letter" in stream.getvalue()
    assert "offset=7" in stream.getvalue()
    assert logged(log_format="auto").getvalue() == ""


def test_what_is_said_again_and_again_is_counted() -> None:
    now = 100.0
    repeats = Repeats(times=2, seconds=10.0, clock=lambda: now)

    def passes(message: str = "connect %s") -> Any:
        record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, (), None)
        return repeats.filter(record) and getattr(record, "left_out", 0) + 1

    assert [passes() for _ in range(5)] == [1, 1, False, False, False]
    # Another message is not held back by it.
    assert passes("other") == 1
    now += 10
    assert passes() == 1 + 3
    now += 10
    assert passes() == 1

"""A worker's log: one line an event, JSON for machines or columns for a terminal, and nothing of an article in it.

structlog renders everything, what Faust, mode and aiokafka log too: they log through `logging`, whose only handler is
structlog's. Code here logs through `logging` as well, so that the pure parts depend on nothing, and gives what belongs
to the event as `extra`: topic, partition, offset, document_id, article_id, error.

What keeps publishers' text out: our own errors are written so as not to quote it (workers/pipeline/codec.py), of any
other exception only its class and its place are told, and the clients' debug output, which dumps whole responses, is
never switched on. What comes from outside (ids, names of topics) is cut, and its control characters are shown as
escapes: a document's id must not draw on a terminal or begin a line of its own.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import orjson
import structlog

from workers.errors import explained

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import EventDict, Processor, WrappedLogger

    from workers.settings import Settings

__all__ = ["Repeats", "clean", "configure"]

#: Of a value in characters; an id of ours has 32, a URL some 200.
VALUE_LIMIT = 300
#: Of the event itself, which may hold the words of a broker's error.
EVENT_LIMIT = 1000
#: The frames of a traceback that are shown, the last ones.
FRAMES = 12
#: At debug they write out every request and response, records and all; at info each part that starts or stops.
CHATTY = ("aiokafka", "faust", "mode", "asyncio", "aiohttp")
#: What Faust's base class logs of a part, under the name of whatever module defines the part's class.
_PART = "[^"

#: C0 and C1 controls, line and paragraph separators, marks that turn the direction of what follows, lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str, limit: int = VALUE_LIMIT) -> str:
    """Return `text` on one line of at most `limit` characters, with what is not printable as escapes."""
    cut = text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), cut)


class Repeats(logging.Filter):
    """Lets the same message pass a few times in a while, then counts it: a client that retries says so each time."""

    def __init__(self, *, times: int = 5, seconds: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Let a message pass `times` times in `seconds`; messages are told apart before their values are filled in."""
        super().__init__()
        self._times, self._seconds, self._clock = times, seconds, clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record passes; the first of a new while says how many were left out before it."""
        key, now = (record.name, str(record.msg)), self._clock()
        since, count = self._seen.get(key, (now, 0))
        if now - since >= self._seconds:
            if count > self._times:
                record.left_out = count - self._times
            since, count = now, 0
        self._seen[key] = since, count + 1
        return count < self._times


class _Worded(logging.Filter):
    """Fills in a record's values: exceptions among them say only what `explained` says."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(explained(each) if isinstance(each, BaseException) else each for each in record.args)
        if isinstance(record.msg, BaseException):
            record.msg = explained(record.msg)
        return True


class _NoParts(logging.Filter):
    """Leaves out that a part of Faust's starts, stops or waits: thirty lines at every start that mean one."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not str(record.msg).startswith(_PART)


def _with_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class, what it may say, and its places in the code, outermost first."""
    given = event.pop("exc_info", None)
    exc = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(exc, BaseException):
        frames = traceback.extract_tb(exc.__traceback__)[-FRAMES:]
        event["exception"] = explained(exc)
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _cleaned(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = clean(value, EVENT_LIMIT if name == "event" else VALUE_LIMIT)
        elif isinstance(value, list):
            event[name] = [clean(str(each)) for each in value]
        elif not isinstance(value, (int, float, bool, type(None))):
            event[name] = clean(str(value))
    return event


def _json(event: EventDict, **_options: Any) -> str:
    return orjson.dumps(event).decode()


def configure(settings: Settings, *, stage: str, stream: TextIO) -> None:
    """Send everything that is logged to `stream`, in the settings' format and from their level on."""
    console = settings.log_format == "console" or (settings.log_format == "auto" and stream.isatty())

    def with_stage(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.setdefault("stage", stage)
        return event

    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty())
        if console
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(),
            with_stage,
            # Here, before `logging` renders it in its own way.
            _with_exception,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _cleaned,
            renderer,
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(Repeats())
    handler.addFilter(_Worded())
    wordy = settings.log_level == "debug"
    if not wordy:
        handler.addFilter(_NoParts())
    level = logging.getLevelName({"warn": "WARNING"}.get(settings.log_level, settings.log_level.upper()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.INFO if wordy else logging.WARNING))

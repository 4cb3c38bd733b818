"""The dead letter of a record: its own bytes and headers, and what went wrong with it."""

from __future__ import annotations

import logging
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import envelope
from schemas.models import DeadLetterHeaders
from schemas.topics import DEAD_LETTER
from workers.errors import InvalidRecord, RasidError
from workers.pipeline.limits import fitting
from workers.pipeline.record import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.topics import Stage
    from workers.pipeline.record import Lack, Place, Processor, Record

__all__ = ["dead_letter", "finished", "outputs_of"]

log = logging.getLogger(__name__)

#: A header is for reading; a long message only hides its beginning.
MESSAGE_LIMIT = 500


def outputs_of(processor: Processor, record: Record, *, now: str) -> list[Output]:
    """Return what `record` leads to: the processor's outputs, or, when it raises, the record's dead letter.

    `now` is ISO 8601. Never raises for what is wrong with a record; a defect is logged with its traceback.
    """

    def make() -> list[Output]:
        if record.fault is not None:
            raise record.fault
        return processor.process(record, now=now)

    return _or_dead_letter(make, processor, record, now)


def finished(
    outputs: Sequence[Output], values: Mapping[Place, bytes | None], processor: Processor, record: Record, *, now: str
) -> list[Output]:
    """Return `outputs` with what they lacked; or, when that raises, the record's dead letter besides what needs none.

    `values` has the value of every record that they lack. Never raises for what is wrong with a record.
    """
    made: list[Output] = []
    for output in outputs:
        lack = output.lack
        if lack is None:
            made.append(output)
        else:
            finish = partial(_finish, lack, values[lack.place])
            made += _or_dead_letter(finish, processor, record, now)
    return made


def _finish(lack: Lack, value: bytes | None) -> list[Output]:
    return [lack.finish(value)]


def _or_dead_letter(make: Callable[[], list[Output]], processor: Processor, record: Record, now: str) -> list[Output]:
    try:
        return make()
    except InvalidRecord as exc:
        return [dead_letter(record, processor.name, exc, now=now)]
    except Exception as exc:
        log.exception("%s: a defect at %s/%d/%d", processor.name, record.topic, record.partition, record.offset)
        return [dead_letter(record, processor.name, exc, now=now)]


def dead_letter(record: Record, stage: Stage, error: BaseException, *, now: str) -> Output:
    """Return the record for articles.dead-letter: key, value and headers untouched, error headers added.

    What is too large for the topic lacks its largest headers, and is cut short if that is not enough; headers say so.
    `now` is ISO 8601. A record that was sent back from the dead letters carries its earlier attempt, which is counted
    up; its other error headers are replaced.
    """
    # The attempts are read before anything is left out.
    attempt = envelope.count(record.header(envelope.ERROR_ATTEMPT)) + 1
    own = [(name, value) for name, value in record.headers if name not in envelope.ERROR_HEADERS]
    kept = fitting(record.key, record.value, own)
    headers = DeadLetterHeaders.model_validate(
        {
            envelope.ERROR_STAGE: stage,
            envelope.ERROR_CLASS: type(error).__name__,
            envelope.ERROR_MESSAGE: _message(error)[:MESSAGE_LIMIT],
            envelope.ERROR_TOPIC: record.topic,
            envelope.ERROR_PARTITION: record.partition,
            envelope.ERROR_OFFSET: record.offset,
            envelope.ERROR_TIME: now,
            envelope.ERROR_ATTEMPT: attempt,
            envelope.ERROR_HEADERS_LEFT_OUT: kept.headers_left_out or None,
            envelope.ERROR_CUT_FROM: kept.cut_from,
        }
    )
    told = headers.model_dump(by_alias=True, exclude_none=True)
    added = [(name, str(value).encode()) for name, value in told.items()]
    return Output(DEAD_LETTER, kept.key, kept.value, [*kept.headers, *added])


def _message(error: BaseException) -> str:
    """Return what the error says, if it is ours; an unknown error's text may quote the article, so only its place."""
    if isinstance(error, RasidError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = (
        f"{Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else "an unknown place"
    )
    return f"a defect in Rasid at {place}: report it, and send the record again once it is mended"

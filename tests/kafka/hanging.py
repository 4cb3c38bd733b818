"""A parse worker with a fault that a document's id asks for: what health has to find out.

`hang-loop` blocks the event loop for good, `hang-batch` waits for ever and lets the loop turn, `hang-fetch` ends the
client's fetching, `hang-thread` the thread in which the consumer talks to the broker.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any, cast

import faust
import orjson

from workers.app import create_app
from workers.pipeline.build import build_parse
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pipeline.record import Output, Record

settings = Settings()
assert settings.kafka_bootstrap
parse = build_parse(settings)


class Hanging:
    """Parses, until it is asked to hang."""

    name, source = parse.name, parse.source

    def process(self, record: Record, *, now: str) -> list[Output]:
        if asked(record) == "hang-loop":
            time.sleep(3600)
        return parse.process(record, now=now)


def asked(record: Record) -> str:
    return str(orjson.loads(record.value or b"{}")["document_id"])


async def prepare(records: Sequence[Record]) -> None:
    wanted = {asked(record) for record in records}
    thread = cast("Any", app.consumer)._thread
    if "hang-batch" in wanted:
        await asyncio.sleep(3600)
    if "hang-fetch" in wanted:
        thread.thread_loop.call_soon_threadsafe(thread._consumer._fetcher._fetch_task.cancel)
    if "hang-thread" in wanted:
        thread.thread_loop.call_soon_threadsafe(thread.thread_loop.stop)


app = create_app(settings, settings.kafka_bootstrap, cast("Any", Hanging()), prepare=prepare)

if __name__ == "__main__":
    app.finalize()
    faust.Worker(app, loglevel="info", redirect_stdouts=False).execute_from_commandline()
    sys.exit("unreachable")

"""Workers with a fault built in: `python -m tests.chaos.builds KIND STAGE`.

early    says that an output was delivered a second before it is sent: its offsets are committed too early
dropped  never sends its seventh output, and says that it has (tests/kafka/dropping.py)
clock    the system's time jumps a day ahead, then two back, every few seconds
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, cast

from aiokafka.structs import RecordMetadata

from workers.delivery import KafkaOutbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.topics import Stage
    from workers.delivery import Sent
    from workers.pipeline.record import Output

LATE_SECONDS = 1.0
JUMP_SECONDS = 3.0
DAY = 86_400.0


class EarlyOutbox(KafkaOutbox):
    """Answers at once, and sends a second later."""

    _late: set[asyncio.Task[list[Sent]]]

    async def start(self) -> None:
        self._late = set()
        await super().start()

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        task = asyncio.create_task(self._send(list(outputs)))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return [(output, RecordMetadata(output.topic, 0, None, 0, 0, 0, 0)) for output in outputs]

    async def _send(self, outputs: list[Output]) -> list[Sent]:
        await asyncio.sleep(LATE_SECONDS)
        return await super().deliver(outputs)


def jump() -> None:
    """Make the system's time of this process jump to and fro; the monotonic clock goes on."""
    real, started = time.time, time.monotonic()

    def jumped() -> float:
        turn = int((time.monotonic() - started) / JUMP_SECONDS) % 3
        return real() + (0.0, DAY, -DAY)[turn]

    time.time = jumped


def main() -> None:
    """Run one."""
    kind, stage = sys.argv[1], cast("Stage", sys.argv[2])
    if kind == "clock":
        # Before anything binds the function by name.
        jump()
    import faust

    from tests.kafka.dropping import DroppingOutbox
    from workers.settings import Settings
    from workers.stages import create_stage

    settings = Settings()
    assert settings.kafka_bootstrap
    app = create_stage(stage, settings, settings.kafka_bootstrap)
    if kind != "clock":
        outbox = {"early": EarlyOutbox, "dropped": DroppingOutbox}[kind]
        app.outbox = outbox(settings, settings.kafka_bootstrap, client_id=kind)
    app.finalize()
    faust.Worker(app, loglevel="error", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()

"""A worker that delivers nothing until a file is there: `python -m tests.kafka.holding FILE STAGE`.

FILE.held is made when it holds its first batch. If the file says `fail`, the delivery fails.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workers.delivery import KafkaOutbox
from workers.errors import DeliveryError
from workers.ops import run
from workers.settings import Settings
from workers.stages import create_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.topics import Stage
    from workers.app import StageApp
    from workers.delivery import Sent
    from workers.pipeline.record import Output


class HoldingOutbox(KafkaOutbox):
    """Waits."""

    gate: Path

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        self.gate.with_suffix(".held").touch()
        while not self.gate.exists():  # noqa: ASYNC110 - a file gives no event
            await asyncio.sleep(0.05)
        if self.gate.read_text() == "fail":
            raise DeliveryError("asked to fail")
        return await super().deliver(outputs)


def create(stage: Stage, settings: Settings, bootstrap: str) -> StageApp:
    app = create_stage(stage, settings, bootstrap)
    outbox = HoldingOutbox(settings, bootstrap, client_id="holding")
    outbox.gate = Path(sys.argv[1])
    app.outbox = outbox
    return app


if __name__ == "__main__":
    run.create_stage = create
    settings = Settings()
    assert settings.kafka_bootstrap
    run.run_stage(cast("Stage", sys.argv[2]), settings, settings.kafka_bootstrap)

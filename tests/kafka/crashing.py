"""A dedupe worker with a fault: at a random batch its state reaches the broker, its outputs do not, and it is gone.

Arguments: a seed, and `forgetful` for the negative control: an engine that does not know a record that it saw before.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from typing import TYPE_CHECKING, Any

import faust

from schemas.topics import DEDUPE_CHANGELOG
from workers.dedupe.engine import Engine
from workers.delivery import KafkaOutbox
from workers.settings import Settings
from workers.stages import create_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery import Sent
    from workers.pipeline.record import Output

#: The batch at which it goes is one of the first so many.
BATCHES = 8


class CrashingOutbox(KafkaOutbox):
    """Writes the state of one batch, and some of its outputs; then the process is killed, by the system, at once."""

    def __init__(self, settings: Settings, bootstrap: str, *, rng: random.Random) -> None:
        super().__init__(settings, bootstrap, client_id="crashing")
        self._rng = rng
        self._left = rng.randrange(BATCHES)

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        state = [output for output in outputs if output.topic == DEDUPE_CHANGELOG]
        if self._left or not state:
            self._left = max(0, self._left - 1)
            return await super().deliver(outputs)
        others = [output for output in outputs if output.topic != DEDUPE_CHANGELOG]
        await super().deliver(state)
        await super().deliver(others[: self._rng.randrange(len(others))])
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def forget() -> None:
    """Make every engine blind to the article_ids that it holds."""

    def find(_engine: Engine, _article: bytes) -> Any:
        return None

    Engine._find = find  # type: ignore[method-assign]


def main() -> None:
    seed, *options = sys.argv[1:]
    if options == ["forgetful"]:
        forget()
    settings = Settings()
    assert settings.kafka_bootstrap
    app = create_stage("dedupe", settings, settings.kafka_bootstrap)
    app.outbox = CrashingOutbox(settings, settings.kafka_bootstrap, rng=random.Random(seed))  # noqa: S311 - a test's
    app.finalize()
    faust.Worker(app, loglevel="info", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()

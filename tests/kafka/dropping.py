"""A worker with a fault, for the negative control: it never sends its seventh output, and says that it has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import faust
from aiokafka.structs import RecordMetadata

from schemas.topics import DEDUPE_CHANGELOG, Stage
from workers.delivery import KafkaOutbox
from workers.settings import Settings
from workers.stages import create_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery import Sent
    from workers.pipeline.record import Output

DROPPED = 7
#: Where a missing record is a lost article; the others are views of what stands there.
COUNTED = {"articles.parsed", "articles.unique", "articles.duplicates", "events.enriched"}


class DroppingOutbox(KafkaOutbox):
    """Drops one output."""

    seen = 0

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        answers: list[Sent] = []
        for output in outputs:
            self.seen += output.topic in COUNTED
            if output.topic in COUNTED and self.seen == DROPPED:
                answers.append((output, RecordMetadata(output.topic, 0, None, 0, 0, 0, 0)))
            else:
                answers += await super().deliver([output])
        return answers


def main() -> None:
    stage = cast("Stage", sys.argv[1])
    settings = Settings()
    assert settings.kafka_bootstrap
    assert DEDUPE_CHANGELOG not in COUNTED
    app = create_stage(stage, settings, settings.kafka_bootstrap)
    app.outbox = DroppingOutbox(settings, settings.kafka_bootstrap, client_id="dropping")
    app.finalize()
    faust.Worker(app, loglevel="error", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()

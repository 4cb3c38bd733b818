"""Publishing what the lexicon knows of actors on actors.reference: only what differs from what stands there."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from schemas.topics import REFERENCE
from workers.cluster import read_topics
from workers.delivery import KafkaOutbox
from workers.errors import TooLarge, UsageError
from workers.pipeline.reference import encoded, reference_record
from workers.pipeline.times import iso
from workers.security import Security

if TYPE_CHECKING:
    from workers.lexicon import Lexicon
    from workers.settings import Settings

__all__ = ["Published", "publish"]

_BATCH = 500


class Published(NamedTuple):
    """How many records were sent, how many ids were taken out by tombstones, and how many stood there already."""

    sent: int
    removed: int
    unchanged: int


async def publish(settings: Settings, bootstrap: str, lexicon: Lexicon) -> Published:
    """Bring actors.reference to what `lexicon` knows, and return what that took. A second time nothing is sent.

    Raises UsageError when no broker answers, the topic does not exist, or a record is too large for it; DeliveryError
    when the broker stops answering.
    """
    present: dict[str, bytes | None] = {}
    records = read_topics(bootstrap, [REFERENCE], prefix=settings.topic_prefix, security=Security.of(settings))
    async with aclosing(records):
        async for record in records:
            present[(record.key or b"").decode()] = record.value
    wanted = encoded(lexicon)
    changed = {id_: value for id_, value in wanted.items() if present.get(id_) != value}
    gone = [id_ for id_, value in present.items() if value is not None and id_ not in wanted]
    now = iso(time.time())
    outputs = [reference_record(id_, value, now=now) for id_, value in changed.items()]
    outputs += [reference_record(id_, None, now=now) for id_ in gone]
    if outputs:
        outbox = KafkaOutbox(settings, bootstrap, client_id="rasid-reference")
        await outbox.start()
        try:
            for at in range(0, len(outputs), _BATCH):
                for output, answer in await outbox.deliver(outputs[at : at + _BATCH]):
                    if isinstance(answer, TooLarge):
                        raise UsageError(f"{(output.key or b'').decode()}: {answer}: shorten the entry")
        finally:
            await outbox.stop()
    return Published(len(changed), len(gone), len(wanted) - len(changed))

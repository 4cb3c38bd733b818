"""Sending outputs and knowing that the broker has them.

Faust's own producer logs a failed delivery and lets the offset be committed (its `_on_published`), and has no
idempotence; so outputs go through one aiokafka producer of our own, whose futures are awaited before a record counts
as done.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from workers.errors import DeliveryError, TooLarge
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiokafka.structs import RecordMetadata

    from workers.pipeline.record import Output
    from workers.settings import Settings

__all__ = ["KafkaOutbox", "Outbox", "Sent"]

#: Above every topic's own limit (9 MiB): the limits that count are the settings' and the topics'.
MAX_REQUEST_BYTES = 10 << 20

Sent = tuple["Output", "RecordMetadata | TooLarge"]


class Outbox(Protocol):
    """Where a stage's outputs go."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""
        ...

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        """Send `outputs` in order and return once the broker has answered for each.

        An output that is too large for its topic comes back with the error; it is its record's fault. Raises
        DeliveryError for every other failure: some of the outputs may then be on the broker.
        """
        ...


class KafkaOutbox:
    """The outbox of a worker: one idempotent producer, every in-sync replica acknowledges."""

    def __init__(self, settings: Settings, bootstrap: str, *, client_id: str) -> None:
        """Send to the cluster at `bootstrap` under the settings' prefix."""
        self._settings = settings
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._failed = False

    async def start(self) -> None:
        """Connect."""
        compression = self._settings.producer_compression
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            **Security.of(self._settings).aiokafka(),
            # A retry after a lost acknowledgement must neither repeat a record nor change the order within a partition.
            enable_idempotence=True,
            acks="all",
            max_batch_size=self._settings.producer_batch_bytes,
            compression_type=None if compression == "none" else compression,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=int(self._settings.request_timeout_seconds * 1000),
        )
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect; what is buffered is sent before, unless a delivery failed."""
        if self._producer is None:
            return
        producer, self._producer = self._producer, None
        if self._failed:
            # Its own stop() waits for ever for what a broker that is gone has not acknowledged.
            producer._closed = True  # noqa: SLF001 - there is no public way to stop without sending
            await producer._sender.close()  # noqa: SLF001 - same
            await producer.client.close()
        else:
            await producer.stop()

    async def deliver(self, outputs: Sequence[Output]) -> list[Sent]:
        """Send `outputs` in order; see Outbox.deliver."""
        if self._producer is None:
            raise DeliveryError("the outbox is not started")
        seconds = self._settings.request_timeout_seconds
        try:
            # An idempotent producer of aiokafka's never gives a record up (Sender._can_retry): we do.
            async with asyncio.timeout(seconds):
                return await self._deliver(self._producer, outputs)
        except TimeoutError:
            self._failed = True
            raise DeliveryError(
                f"no acknowledgement within {seconds:g} s (RASID_REQUEST_TIMEOUT_SECONDS): look at the brokers: one "
                "that is away, a full disk, fewer copies in sync than min.insync.replicas"
            ) from None
        except DeliveryError:
            self._failed = True
            raise

    async def _deliver(self, producer: AIOKafkaProducer, outputs: Sequence[Output]) -> list[Sent]:
        prefix, limit = self._settings.topic_prefix, self._settings.max_output_bytes
        waiting: list[asyncio.Future[RecordMetadata] | TooLarge] = []
        for output in outputs:
            # Dead letters are exempt: they carry a record as it came, which may be over the limit of what we make.
            if output.value is not None and len(output.value) > limit and not _is_passed_through(output):
                waiting.append(_too_large(output, f"{limit} bytes are allowed: raise RASID_MAX_OUTPUT_BYTES"))
                continue
            try:
                waiting.append(
                    await producer.send(
                        f"{prefix}{output.topic}",
                        value=output.value,
                        key=output.key,
                        headers=output.headers,
                        partition=output.partition,
                    )
                )
            except MessageSizeTooLargeError:
                waiting.append(_too_large(output, f"a request may carry {MAX_REQUEST_BYTES}"))
            except (KafkaError, OSError) as exc:
                await _settle(waiting)
                raise DeliveryError(f"{output.topic}: {type(exc).__name__}: {exc}") from exc
        results = await _settle(waiting)
        sent: list[Sent] = []
        for output, result in zip(outputs, results, strict=True):
            if isinstance(result, MessageSizeTooLargeError):
                sent.append((output, _too_large(output, "the topic's max.message.bytes is smaller")))
            elif isinstance(result, TooLarge) or not isinstance(result, BaseException):
                sent.append((output, result))
            else:
                raise DeliveryError(f"{output.topic}: {type(result).__name__}: {result}") from result
        return sent


def _is_passed_through(output: Output) -> bool:
    return any(name == "x-error-stage" for name, _ in output.headers)


def _too_large(output: Output, why: str) -> TooLarge:
    size = len(output.value or b"")
    return TooLarge(f"an output for {output.topic} has {size} bytes: {why}, and send the record again")


async def _settle(
    waiting: list[asyncio.Future[RecordMetadata] | TooLarge],
) -> list[RecordMetadata | BaseException]:
    """Wait until every future has an answer, so that none is left to complain when it is collected."""
    answers = iter(await asyncio.gather(*(w for w in waiting if not isinstance(w, TooLarge)), return_exceptions=True))
    return [each if isinstance(each, TooLarge) else next(answers) for each in waiting]

"""A document as a record for articles.raw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import envelope
from schemas.topics import RAW
from workers.pipeline.codec import encode
from workers.pipeline.record import Output
from workers.pipeline.times import epoch, iso, stated_times

if TYPE_CHECKING:
    from schemas.models import Document

__all__ = ["document_record"]


def document_record(document: Document, *, now: float, replay_id: str | None = None, seq: int = 0) -> Output:
    """Return the record for articles.raw.

    `now`, in epoch seconds, is the event time of a document that states none. With `replay_id` the record carries the
    x-replay-* headers; `seq` is its place in that replay, from 0.
    """
    published, fetched = stated_times(document)
    moment = published or fetched
    original = None if moment is None else moment.iso
    stated = epoch(original)
    extra = {}
    if replay_id is not None:
        extra = {envelope.REPLAY_ID: replay_id, envelope.REPLAY_SEQ: str(seq)}
        if original:
            extra[envelope.REPLAY_TIME] = original
    headers = envelope.cloudevent(
        type_="document",
        source="replay",
        id_=document.document_id,
        time=iso(now if stated is None else stated),
        traceparent=envelope.new_traceparent(document.document_id),
        extra=extra,
    )
    return Output(RAW, document.document_id.encode(), encode(document), headers)

"""The record of an input that leads to no article: what became of it, on articles.outcomes.

It is small, carries the headers that every derived record has, and is written like any other output: acknowledged
before the input's offset is committed. So the account finds for each input either where it went or why it did not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.envelope import digest
from schemas.models import Outcome
from schemas.topics import OUTCOMES
from workers.pipeline.codec import encode
from workers.pipeline.record import Fate, Output, derived_headers

if TYPE_CHECKING:
    from schemas.models import Article
    from workers.pipeline.record import Place, Record

__all__ = ["repeat", "tombstone"]


def tombstone(record: Record) -> Output:
    """Return the outcome of a raw record without a value: a deletion in another system, and no document of ours."""
    place = f"{record.partition}:{record.offset}"
    headers = derived_headers(
        record,
        type_="outcome",
        stage="parse",
        id_=digest("tombstone", place),
        time=record.event_time,
    )
    return Output(OUTCOMES, record.key, encode(Outcome(outcome="tombstone")), headers, fate=Fate("tombstone", None))


def repeat(record: Record, article: Article, first: Place) -> Output:
    """Return the outcome of an article that went on before in the same run, from the record at `first`."""
    place = f"{record.partition}:{record.offset}"
    headers = derived_headers(
        record,
        type_="outcome",
        stage="dedupe",
        id_=digest("repeat", article.article_id, place),
        time=record.event_time,
    )
    outcome = Outcome(
        outcome="repeat",
        article_id=article.article_id,
        document_id=article.document_id,
        ordinal=article.ordinal,
        articles_in_document=article.articles_in_document,
        kind=article.kind,
        first=str(first),
    )
    return Output(OUTCOMES, article.article_id.encode(), encode(outcome), headers, fate=Fate("repeat", article.kind))

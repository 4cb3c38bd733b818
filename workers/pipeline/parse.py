"""parse: a document in, its articles out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.envelope import digest
from schemas.models import Article, Document, Span
from schemas.topics import PARSED, SOURCES
from workers.errors import DamagedText, NoArticle
from workers.pipeline.codec import decode, encode
from workers.pipeline.outcome import tombstone
from workers.pipeline.record import Fate, Output, Record, derived_headers
from workers.pipeline.times import epoch, in_the_future, iso, published, stated_times
from workers.text.body import read_body
from workers.text.fold import fingerprint
from workers.text.language import detect, is_arabizi, stated_code

if TYPE_CHECKING:
    from schemas.topics import Stage

__all__ = ["Parse", "articles_of"]


def articles_of(document: Document, *, received: float | None = None) -> list[Article]:
    """Return the articles of a document in page order.

    `received`, in epoch seconds, is when its record arrived: a time of publishing that lies beyond it, or beyond the
    time of fetching where one is stated, is kept, and noted.

    Ids depend on the document's id and on the article's place and words alone: the same document always gives the same
    ids, and a page that was changed gives new ones for what changed. Raises NoArticle.
    """
    body = document.raw_body
    title_length = len(document.title) if document.body is None and document.title else 0
    read = read_body(body, title_length=title_length)
    if read.refused is not None:
        raise DamagedText(f"the text is damaged: {read.refused}: fetch the page again, in the encoding that it states")
    if not read.found:
        raise NoArticle(f"no news found in a body of {len(body)} characters: check what the scraper kept of the page")
    times = stated_times(document)
    known_at = received if times.fetched is None else epoch(times.fetched.iso)
    stated = document.language or read.language
    found = [each.article.page for each in read.found]
    ids = [digest("article", document.document_id, str(n), page.title, page.text) for n, page in enumerate(found)]
    articles = []
    for ordinal, (page, each) in enumerate(zip(found, read.found, strict=True)):
        words = f"{page.title}\n{page.text}"
        language = detect(words)
        arabizi = language == "und" and is_arabizi(words)
        when = published(page.published, times, document, item=each.published)
        articles.append(
            Article(
                article_id=ids[ordinal],
                document_id=document.document_id,
                ordinal=ordinal,
                articles_in_document=len(found),
                kind=page.kind,
                title=page.title,
                text=page.text,
                language=(stated_code(stated) or "und") if language == "und" and not arabizi else language,
                source=page.source,
                publisher=page.publisher or document.source,
                url=each.url or document.url,
                **when,
                fetched_at=None if times.fetched is None else times.fetched.iso,
                dateline=page.dateline,
                span=Span(start=page.span[0], end=page.span[1]),
                fingerprint=fingerprint(page.title, page.text),
                summary_of=None if page.summary_of is None else ids[page.summary_of],
                title_map=list(page.title_map),
                text_map=list(page.text_map),
                title_references=list(each.article.title_references),
                text_references=list(each.article.text_references),
                notes=[*page.notes, *_notes(when["published_at"], known_at, arabizi=arabizi)],
            )
        )
    return articles


def _notes(published_at: str | None, known_at: float | None, *, arabizi: bool) -> list[str]:
    notes = []
    if arabizi:
        notes.append("Arabic in Latin letters: not tagged")
    if published_at is not None and known_at is not None and in_the_future(published_at, known_at=known_at):
        notes.append("published_at is in the future")
    return notes


class Parse:
    """The parse stage: stateless, so any process may take any record."""

    name: Stage = "parse"
    source = SOURCES["parse"]

    def __init__(self, *, max_document_bytes: int) -> None:
        """Refuse a raw record of more than `max_document_bytes` bytes."""
        self._max_document_bytes = max_document_bytes

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return one output for each article of the document in `record`; for a tombstone its outcome alone.

        Raises InvalidRecord.
        """
        if record.value is None:
            return [tombstone(record)]
        document = decode(Document, record.value, max_bytes=self._max_document_bytes)
        outputs = []
        # A summary repeats its story: the story has to be known to de-duplication before it.
        for article in sorted(articles_of(document, received=record.time), key=lambda each: each.kind == "summary"):
            stated = epoch(article.published_at)
            outputs.append(
                Output(
                    PARSED,
                    article.language.encode(),
                    encode(article),
                    derived_headers(
                        record,
                        type_="article",
                        stage="parse",
                        id_=article.article_id,
                        time=record.event_time if stated is None else iso(stated),
                    ),
                    fate=Fate("parsed", article.kind),
                )
            )
        return outputs

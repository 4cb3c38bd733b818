"""parse: a document in, its articles out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.envelope import digest
from schemas.models import Article, Document, Span
from schemas.topics import PARSED, SOURCES
from workers.errors import NoArticle
from workers.pipeline.codec import decode, encode
from workers.pipeline.outcome import tombstone
from workers.pipeline.record import Fate, Output, Record, derived_headers
from workers.pipeline.times import epoch, iso, normalised
from workers.text.fold import fingerprint
from workers.text.html import split_html
from workers.text.language import detect, stated_code
from workers.text.markup import is_html
from workers.text.pages import split_page

if TYPE_CHECKING:
    from schemas.topics import Stage

__all__ = ["Parse", "articles_of"]


def articles_of(document: Document) -> list[Article]:
    """Return the articles of a document in page order.

    Ids depend on the document's id and on the article's place and words alone: the same document always gives the same
    ids, and a page that was changed gives new ones for what changed. Raises NoArticle.
    """
    body = document.raw_body
    title_length = len(document.title) if document.body is None and document.title else 0
    stated = document.language
    if is_html(body[title_length:]):
        html = split_html(body, title_length=title_length)
        stated = stated or html.language
        references = [(each.title_references, each.text_references) for each in html.articles]
        found = [each.page for each in html.articles]
    else:
        found = split_page(body, title_length=title_length)
        references = [((), ()) for _ in found]
    if not found:
        raise NoArticle(f"no news found in a body of {len(body)} characters: check what the scraper kept of the page")
    ids = [digest("article", document.document_id, str(n), page.title, page.text) for n, page in enumerate(found)]
    articles = []
    for ordinal, page in enumerate(found):
        language = detect(f"{page.title}\n{page.text}")
        articles.append(
            Article(
                article_id=ids[ordinal],
                document_id=document.document_id,
                ordinal=ordinal,
                articles_in_document=len(found),
                kind=page.kind,
                title=page.title,
                text=page.text,
                language=(stated_code(stated) or "und") if language == "und" else language,
                source=page.source,
                publisher=page.publisher or document.source,
                url=document.url,
                published_at=page.published_at or normalised(document.published_at),
                dateline=page.dateline,
                span=Span(start=page.span[0], end=page.span[1]),
                fingerprint=fingerprint(page.title, page.text),
                summary_of=None if page.summary_of is None else ids[page.summary_of],
                title_map=list(page.title_map),
                text_map=list(page.text_map),
                title_references=list(references[ordinal][0]),
                text_references=list(references[ordinal][1]),
                notes=list(page.notes),
            )
        )
    return articles


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
        fallback = record.header("ce_time") or iso(record.time)
        outputs = []
        # A summary repeats its story: the story has to be known to de-duplication before it.
        for article in sorted(articles_of(document), key=lambda each: each.kind == "summary"):
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
                        time=fallback if stated is None else iso(stated),
                    ),
                    fate=Fate("parsed", article.kind),
                )
            )
        return outputs

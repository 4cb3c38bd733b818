"""parse: a document in, its articles out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from schemas.envelope import digest
from schemas.models import Article, Document, Span
from schemas.topics import PARSED, SOURCES
from workers.errors import DamagedText, NoArticle
from workers.lexicon.names import outlet_at
from workers.pages.body import read_body
from workers.pages.sites import Profiles
from workers.pipeline.codec import encode, read_object, validated
from workers.pipeline.feed import FIELDS, document_fields
from workers.pipeline.outcome import tombstone
from workers.pipeline.record import Fate, Output, Record, derived_headers
from workers.pipeline.times import epoch, in_the_future, iso, published, stated_times, update_published
from workers.text.fold import fingerprint
from workers.text.language import detect, is_arabizi, stated_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.topics import Stage
    from workers.pages.body import Found
    from workers.pages.sites import SiteProfile
    from workers.pipeline.feed import FeedFields
    from workers.pipeline.times import Stated

__all__ = ["Parse", "articles_of"]

NO_PROFILES = Profiles()


def articles_of(document: Document, *, received: float | None = None, site: SiteProfile | None = None) -> list[Article]:
    """Return the articles of a document in page order.

    `site` is what its site is known to repeat.

    `received`, in epoch seconds, is when its record arrived: a time of publishing that lies beyond it, or beyond the
    time of fetching where one is stated, is kept, and noted.

    Ids depend on the document's id and on the article's place and words alone: the same document always gives the same
    ids, and a page that was changed gives new ones for what changed. Raises NoArticle.
    """
    body = document.raw_body
    read = read_body(body, title_length=document.title_length, site=site)
    if read.refused is not None:
        raise DamagedText(f"the text is damaged: {read.refused}: fetch the page again, in the encoding that it states")
    if not read.found:
        raise NoArticle(f"no news found in a body of {len(body)} characters: check what the scraper kept of the page")
    outlet = (site.outlet if site else None) or document.source or _outlet_of(document.url)
    page = _Page(document, stated_times(document), received, document.language or read.language, outlet)
    pages = [each.article.page for each in read.found]
    ids = [digest("article", document.document_id, str(n), each.title, each.text) for n, each in enumerate(pages)]
    return [_article(page, ordinal, each, ids) for ordinal, each in enumerate(read.found)]


class _Page(NamedTuple):
    """What all articles of a document have in common."""

    document: Document
    times: Stated
    received: float | None
    language: str | None
    outlet: str | None


def _outlet_of(address: str | None) -> str | None:
    """The outlet whose site an address leads to, when it is a known one."""
    try:
        host = urlsplit(address or "").hostname
    except ValueError:  # an address that is none, as "http://[": it names nobody
        return None
    return outlet_at(host) if host else None


def _article(of: _Page, ordinal: int, found: Found, ids: Sequence[str]) -> Article:
    """The article `found` at this place of a document whose articles have these ids."""
    document, page = of.document, found.article.page
    language, notes = _language(f"{page.title}\n{page.text}", of.language)
    if page.told is None:
        when = published(page.published, of.times, document, item=found.published)
    else:
        when = update_published(page.told, page.published, of.times, document)
    fetched_at = None if of.times.fetched is None else of.times.fetched.iso
    known_at = of.received if fetched_at is None else epoch(fetched_at)
    if known_at is not None and when["published_at"] and in_the_future(when["published_at"], known_at=known_at):
        notes.append("published_at is in the future")
    return Article(
        article_id=ids[ordinal],
        document_id=document.document_id,
        ordinal=ordinal,
        articles_in_document=len(ids),
        kind=page.kind,
        title=page.title,
        text=page.text,
        language=language,
        source=page.source,
        publisher=page.publisher or of.outlet,
        authors=list(page.authors or found.authors or document.authors),
        url=found.url or document.url,
        **when,
        fetched_at=fetched_at,
        dateline=page.dateline,
        span=Span(start=page.span[0], end=page.span[1]),
        fingerprint=fingerprint(page.title, page.text),
        summary_of=None if page.summary_of is None else ids[page.summary_of],
        title_map=list(page.title_map),
        text_map=list(page.text_map),
        title_references=list(found.article.title_references),
        text_references=list(found.article.text_references),
        notes=[*page.notes, *notes],
    )


def _language(words: str, stated: str | None) -> tuple[str, list[str]]:
    """The language of these words, else the stated one; and what is to be noted of it."""
    language = detect(words)
    if language != "und":
        return language, []
    if is_arabizi(words):
        return language, ["Arabic in Latin letters: not tagged"]
    return stated_code(stated) or language, []


class Parse:
    """The parse stage: stateless, so any process may take any record."""

    name: Stage = "parse"
    source = SOURCES["parse"]

    def __init__(
        self, *, max_document_bytes: int, feed_fields: FeedFields = FIELDS, sites: Profiles = NO_PROFILES
    ) -> None:
        """Refuse a raw record of more than `max_document_bytes` bytes.

        `feed_fields` are the names that feeds use; `sites` say what each site prints on every page.
        """
        self._max_document_bytes = max_document_bytes
        self._feed_fields = feed_fields
        self._sites = sites

    def _articles(self, document: Document, received: float) -> list[Article]:
        return articles_of(document, received=received, site=self._sites.of(document.url, document.source))

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return one output for each article of the document in `record`; for a tombstone, and for a
        deletion in an envelope, its outcome alone.

        Raises InvalidRecord.
        """
        if record.value is None:
            return [tombstone(record)]
        data = read_object(record.value, Document.__name__, max_bytes=self._max_document_bytes)
        fields = document_fields(data, self._feed_fields)
        if fields is None:
            return [tombstone(record)]
        document = validated(Document, fields)
        outputs = []
        # A summary repeats its story: the story has to be known to de-duplication before it.
        for article in sorted(self._articles(document, record.time), key=lambda each: each.kind == "summary"):
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

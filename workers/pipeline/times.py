"""Times of records: what a document states of itself, when its event was, and epoch seconds to RFC 3339 and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from workers.text.dates import Dated, Moment, is_finer, period, read_date, same_day

if TYPE_CHECKING:
    from schemas.models import Article, Document, Precision, TimeOrigin
    from workers.text.clocks import Told

__all__ = [
    "SKEW_SECONDS",
    "Published",
    "Stated",
    "epoch",
    "event_time",
    "in_the_future",
    "iso",
    "published",
    "stated_times",
    "update_published",
]

#: The clocks of two brokers may differ by less.
SKEW_SECONDS = 600.0
_DAY = 86_400.0


class Stated(NamedTuple):
    """What a document states of its times: when it was published and fetched; None where it states none or nothing
    that can be read.
    """

    published: Moment | None
    fetched: Moment | None


def stated_times(document: Document) -> Stated:
    """Return the times in a document's fields. When it was fetched decides between day and month in figures."""
    fetched = None if document.fetched_at is None else read_date(document.fetched_at)
    latest = None if fetched is None else period(fetched.iso, fetched.precision)[1]
    published = None if document.published_at is None else read_date(document.published_at, not_after=latest)
    return Stated(published, fetched)


class Published(TypedDict):
    """The four fields of a message that say when an article was published."""

    published_at: str | None
    published_precision: Precision | None
    published_raw: str | None
    published_from: TimeOrigin | None


def published(page: Dated | None, times: Stated, document: Document, *, item: str | None = None) -> Published:
    """Return when an article was published, by what its page and its record say.

    What the page shows or declares for it comes first, unless the record means the same day more precisely. A
    collector's prefix or the summary beside a story says less than the record. Where the body is a whole feed, `item`,
    the date of the article's item as written, stands for the record's. The record's field is kept as it was written
    where nothing can be read as a date.
    """
    told, raw = times.published, document.published_at
    origin: TimeOrigin = "record"
    if item and ((moment := read_date(item)) or told is None):
        told, raw, origin = moment, item, "feed"
    if page is not None and (told is None or not _prefers_record(page, told)):
        moment = page.moment
        return _fields(moment.iso, moment.precision, moment.raw, page.origin)
    if told is not None:
        return _fields(told.iso, told.precision, told.raw, origin)
    raw = (raw or "").strip()
    return _fields(None, None, raw or None, origin if raw else None)


def update_published(mark: Told, page: Dated | None, times: Stated, document: Document) -> Published:
    """Return when an update of a live page was published, of which its page tells no more than the day, if that.

    A clock needs a day, and "two hours ago" the moment of fetching: the record tells these. Its own time is that of the
    page as a whole, and never the update's.
    """
    when = mark.moment(*(None if each is None else each.iso for each in times))
    if when is not None:
        return _fields(when.iso, when.precision, when.raw, "page")
    return _fields(None, None, mark.mark.raw, "page") if page is None else published(page, times, document)


def _prefers_record(page: Dated, told: Moment) -> bool:
    if page.origin in ("prefix", "summary"):
        return True
    return same_day(page.moment, told) and is_finer(told, page.moment)


def _fields(iso_: str | None, precision: Precision | None, raw: str | None, origin: TimeOrigin | None) -> Published:
    return Published(published_at=iso_, published_precision=precision, published_raw=raw, published_from=origin)


def epoch(text: str | None) -> float | None:
    """Return a time in RFC 3339 in seconds since 1970, taking UTC where no offset stands; None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def iso(seconds: float) -> str:
    """Return epoch seconds as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_the_future(published: str, *, known_at: float) -> bool:
    """Whether a time in RFC 3339 lies more than a day after `known_at`, in epoch seconds: no zone explains that."""
    stated = epoch(published)
    return stated is not None and stated > known_at + _DAY


def event_time(article: Article, *, latest: float | None, received: float) -> float | None:
    """Return when an article's event was, in epoch seconds; None when nothing tells.

    `latest` is the latest event time before it, `received` the time of its record. What is stated as a day was at any
    time of that day: it counts as new as the newest before it, within that day, so that it is neither before what it
    follows nor a day older than it is. No event is later than its page was fetched or its record received: a time in
    the future would age everything else out of de-duplication's window.
    """
    fetched = epoch(article.fetched_at)
    known = received if fetched is None else min(fetched, received)
    if epoch(article.published_at) is None or article.published_at is None:
        return None if latest is None else min(latest, known)
    start, end = period(article.published_at, article.published_precision)
    return min(start if latest is None else min(max(latest, start), end), known)

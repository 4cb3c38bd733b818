"""Stated times to ISO 8601 and epoch seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["epoch", "iso", "normalised"]


def _parse(text: str) -> datetime | None:
    text = text.strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def normalised(text: str | None) -> str | None:
    """Return a stated time in ISO 8601, keeping its own offset or the lack of one; as it was when it cannot be read.

    Reads ISO 8601 and the dates of e-mail and RSS (RFC 5322).
    """
    if text is None or not text.strip():
        return None
    moment = _parse(text)
    if moment is None:
        return text.strip()
    # A date without a time stays one: midnight would be an invention.
    return text.strip() if len(text.strip()) == len("2025-02-01") else moment.isoformat()


def epoch(text: str | None) -> float | None:
    """Return a time in seconds since 1970, taking UTC where none is stated; None when it cannot be read."""
    moment = _parse(text) if text else None
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def iso(seconds: float) -> str:
    """Return epoch seconds as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

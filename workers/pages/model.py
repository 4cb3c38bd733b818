"""What the reader gives: articles with the way back to the raw page, and for each line its role and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from workers.pages.blocks import Kind
    from workers.text.clocks import Told
    from workers.text.dates import Dated
    from workers.text.offsets import Run

__all__ = ["LineRole", "PageArticle"]


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One article of a page. Offsets are code points of the body, ends exclusive.

    ``told`` is the mark of an update of which the page tells no time, or its day alone.
    """

    kind: Kind
    title: str
    text: str
    title_map: tuple[Run, ...]
    text_map: tuple[Run, ...]
    span: tuple[int, int]
    publisher: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    published: Dated | None = None
    summary_of: int | None = None
    notes: tuple[str, ...] = ()
    told: Told | None = None

    @property
    def published_at(self) -> str | None:
        """The stated time in RFC 3339."""
        return None if self.published is None else self.published.moment.iso


class LineRole(NamedTuple):
    """A stretch of the raw page, ``body[start:end]``, its role, and what spoke most for it, each with its weight."""

    start: int
    end: int
    role: str
    reasons: tuple[tuple[str, float], ...]

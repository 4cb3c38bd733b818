"""Learning what a site prints on every page, from documents as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.models import Document
    from workers.pages.site_learner import Learner

__all__ = ["add_document"]


def add_document(learner: Learner, document: Document) -> None:
    """Count one document under its site, with all that its record says; see `Learner.add`."""
    learner.add(
        document.raw_body,
        url=document.url,
        source=document.source,
        title=document.title,
        title_length=document.title_length,
        published=document.published_at,
        fetched=document.fetched_at,
    )

"""Each stage's function under the settings: one place, for workers, `rasid enrich`, tests and benchmarks.

Each function imports what it builds: a parse worker has no use for a lexicon's matcher in its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.pipeline.dedupe import Dedupe
    from workers.pipeline.parse import Parse
    from workers.pipeline.tag import Tag
    from workers.settings import Settings

__all__ = ["build_dedupe", "build_parse", "build_tag"]


def build_parse(settings: Settings) -> Parse:
    """Return the parse stage's function. Raises UsageError for a mapping of feeds' names that cannot be read."""
    from workers.pipeline.feed import read_fields  # noqa: PLC0415 - see the module
    from workers.pipeline.parse import Parse  # noqa: PLC0415 - see the module

    return Parse(max_document_bytes=settings.max_document_bytes, feed_fields=read_fields(settings.feed_fields))


def build_dedupe(settings: Settings) -> Dedupe:
    """Return the dedupe stage's function, with an empty state."""
    from workers.pipeline.dedupe import Dedupe  # noqa: PLC0415 - see the module

    return Dedupe(window_days=settings.dedupe_window_days, max_entries=settings.dedupe_max_entries)


def build_tag() -> Tag:
    """Return the tag stage's function; reads the lexicon, which takes most of a second."""
    from workers.lexicon import load  # noqa: PLC0415 - see the module
    from workers.pipeline.tag import Tag  # noqa: PLC0415 - see the module

    return Tag(load())

"""Each stage's function under the settings: one place, for workers, `rasid enrich`, tests and benchmarks.

Each function imports what it builds: a parse worker has no use for a lexicon's matcher in its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.errors import UsageError

if TYPE_CHECKING:
    from workers.pages.sites import Profiles
    from workers.pipeline.dedupe import Dedupe
    from workers.pipeline.parse import Parse
    from workers.pipeline.tag import Tag
    from workers.settings import Settings

__all__ = ["build_dedupe", "build_parse", "build_tag", "site_profiles"]


def site_profiles(settings: Settings) -> Profiles:
    """Return the profiles of RASID_SITES_DIR. Raises UsageError for a folder or a file that cannot be read."""
    from workers.pages.sites import load_profiles  # noqa: PLC0415 - see the module

    try:
        return load_profiles(settings.sites_dir)
    except (ValueError, OSError) as exc:
        raise UsageError(f"RASID_SITES_DIR: {exc}") from exc


def build_parse(settings: Settings) -> Parse:
    """Return the parse stage's function.

    Raises UsageError for a mapping of feeds' names, or a site's profile, that cannot be read.
    """
    from workers.pipeline.feed import read_fields  # noqa: PLC0415 - see the module
    from workers.pipeline.parse import Parse  # noqa: PLC0415 - see the module

    return Parse(
        max_document_bytes=settings.max_document_bytes,
        feed_fields=read_fields(settings.feed_fields),
        sites=site_profiles(settings),
    )


def build_dedupe(settings: Settings) -> Dedupe:
    """Return the dedupe stage's function, with an empty state."""
    from workers.pipeline.dedupe import Dedupe  # noqa: PLC0415 - see the module

    return Dedupe(window_days=settings.dedupe_window_days, max_entries=settings.dedupe_max_entries)


def build_tag(settings: Settings | None = None) -> Tag:
    """Return the tag stage's function; reads the lexicon, which takes most of a second.

    With settings that name profiles of sites, what parse left out by them is part of the version in each event.
    """
    from workers.lexicon import load  # noqa: PLC0415 - see the module
    from workers.pipeline.tag import Tag  # noqa: PLC0415 - see the module

    return Tag(load(), sites="" if settings is None else site_profiles(settings).version)

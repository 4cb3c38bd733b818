"""Each stage's function under the settings: one place, for workers, `rasid enrich`, tests and benchmarks.

Each function imports what it builds: a parse worker has no use for a lexicon's matcher in its memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workers.errors import UsageError

if TYPE_CHECKING:
    from workers.lexicon import Lexicon
    from workers.pages.sites import Profiles
    from workers.pipeline.dedupe import Dedupe
    from workers.pipeline.parse import Parse
    from workers.pipeline.stories import Stories
    from workers.pipeline.tag import Tag
    from workers.settings import Settings

__all__ = [
    "build_dedupe",
    "build_parse",
    "build_stories",
    "build_tag",
    "lexicon",
    "overlay_folders",
    "site_profiles",
]


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


def build_stories(settings: Settings) -> Stories:
    """Return the stories stage's function, with no story."""
    from workers.pipeline.stories import Stories  # noqa: PLC0415 - see the module

    return Stories(window_days=settings.dedupe_window_days)


def lexicon(settings: Settings | None = None) -> Lexicon:
    """Return the lexicon with the overlays of RASID_LEXICON_DIRS; read once for each process.

    Raises UsageError for an overlay that cannot be read, has faults, or contradicts the lexicon.
    """
    from workers.lexicon import LexiconError, load  # noqa: PLC0415 - see the module

    folders = () if settings is None else overlay_folders(settings)
    try:
        return load(folders)
    except LexiconError as exc:
        raise UsageError(f"RASID_LEXICON_DIRS: {exc}" if folders else str(exc)) from exc


def overlay_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of RASID_LEXICON_DIRS, in order."""
    return tuple(Path(folder) for folder in settings.lexicon_dirs.split(os.pathsep) if folder)


def build_tag(settings: Settings | None = None) -> Tag:
    """Return the tag stage's function; reads the lexicon, which takes a quarter of a second, with overlays two.

    With settings that name profiles of sites, what parse left out by them is part of the version in each event. Raises
    UsageError as `lexicon` and `site_profiles` do.
    """
    from workers.pipeline.tag import Tag  # noqa: PLC0415 - see the module

    return Tag(lexicon(settings), sites="" if settings is None else site_profiles(settings).version)

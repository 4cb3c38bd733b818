"""The stories stage's Faust app: a table of stories, which it reads back from the topic that it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.pipeline.build import build_stories
from workers.recovery import create_keeping
from workers.stages import app_from_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.app import StageApp
    from workers.settings import Settings

__all__ = ["create"]


def create(settings: Settings, bootstrap: str) -> StageApp:
    """Return the app; nothing is connected before it starts."""
    stories = build_stories(settings)

    def report(app: StageApp, held: Mapping[int, int]) -> None:
        app.watch.collects(held, stories.allocated)

    return create_keeping(settings, bootstrap, stories, report=report, written=stories.written)


def __getattr__(name: str) -> StageApp:
    # `faust -A workers.stages.stories` looks for `app`; made on demand: importing this module reads no settings.
    if name == "app":
        return app_from_environment("stories")
    raise AttributeError(name)

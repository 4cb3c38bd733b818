"""The tag stage's Faust app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.app import StageApp, create_app
from workers.ops.metrics import LEXICON
from workers.pipeline.build import build_tag
from workers.stages import app_from_environment

if TYPE_CHECKING:
    from workers.settings import Settings

__all__ = ["create"]


def create(settings: Settings, bootstrap: str) -> StageApp:
    """Return the app; nothing is connected before it starts."""
    tag = build_tag(settings)
    app = create_app(settings, bootstrap, tag)
    app.watch.metrics.set(LEXICON, 1, version=tag.lexicon_version)
    return app


def __getattr__(name: str) -> StageApp:
    # `faust -A workers.stages.tag` looks for `app`; made on demand, so that importing this module reads no settings.
    if name == "app":
        return app_from_environment("tag")
    raise AttributeError(name)

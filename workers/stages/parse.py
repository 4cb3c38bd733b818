"""The parse stage's Faust app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.app import StageApp, create_app
from workers.pipeline.build import build_parse
from workers.stages import app_from_environment

if TYPE_CHECKING:
    from workers.settings import Settings

__all__ = ["create"]


def create(settings: Settings, bootstrap: str) -> StageApp:
    """Return the app; nothing is connected before it starts."""
    return create_app(settings, bootstrap, build_parse(settings))


def __getattr__(name: str) -> StageApp:
    # `faust -A workers.stages.parse` looks for `app`; made on demand, so that importing this module reads no settings.
    if name == "app":
        return app_from_environment("parse")
    raise AttributeError(name)

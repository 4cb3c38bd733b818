"""The dedupe stage's Faust app: the same loop as the others, the state's way back, and texts that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.pipeline.build import build_dedupe
from workers.recovery import create_keeping
from workers.stages import app_from_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.app import StageApp
    from workers.settings import Settings

__all__ = ["create"]


def create(settings: Settings, bootstrap: str) -> StageApp:
    """Return the app; nothing is connected before it starts."""
    dedupe = build_dedupe(settings)

    def report(app: StageApp, held: Mapping[int, int]) -> None:
        app.watch.holds(held, dedupe.allocated, dedupe.fullest)

    return create_keeping(settings, bootstrap, dedupe, report=report)


def __getattr__(name: str) -> StageApp:
    # `faust -A workers.stages.dedupe` looks for `app`; made on demand, so that importing this module reads no settings.
    if name == "app":
        return app_from_environment("dedupe")
    raise AttributeError(name)

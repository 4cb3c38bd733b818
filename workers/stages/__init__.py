"""The three Faust apps, one thin module each: `rasid worker parse`, or `faust -A workers.stages.parse worker`."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from schemas.topics import app_id
from workers.cluster import resolve_bootstrap
from workers.ops.tracing import start
from workers.settings import Settings

if TYPE_CHECKING:
    from schemas.topics import Stage
    from workers.app import StageApp

__all__ = ["app_from_environment", "create_stage"]


class _Module(Protocol):
    def create(self, settings: Settings, bootstrap: str) -> StageApp: ...


def create_stage(stage: Stage, settings: Settings, bootstrap: str) -> StageApp:
    """Return the Faust app of `stage`; only that stage's own parts are loaded (a lexicon, an index)."""
    module = cast("_Module", import_module(f"workers.stages.{stage}"))
    app = module.create(settings, bootstrap)
    app.watch.trace(
        start(app_id(stage), os.environ), prefix=settings.topic_prefix, group=app_id(stage, settings.topic_prefix)
    )
    return app


@cache
def app_from_environment(stage: Stage) -> StageApp:
    """Return the Faust app of `stage` under the settings in the environment, for `faust`; the same at each call."""
    settings = Settings()
    return create_stage(stage, settings, resolve_bootstrap(settings))

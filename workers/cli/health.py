"""`rasid health` and `rasid metrics`: asking a worker how it is, and what its metrics mean."""

from __future__ import annotations

from http.client import HTTPException
from typing import Annotated, Any

import orjson
import typer

from workers.cli.console import EXIT_FOUND, err, out
from workers.cli.console import settings as read_settings
from workers.errors import UsageError
from workers.ops.probe import ask

__all__ = ["health", "metrics"]


def health(*, ready: Annotated[bool, typer.Option("--ready", help="Ask /readyz instead of /livez.")] = False) -> None:
    """Ask the worker that listens at RASID_HEALTH_HOST and RASID_HEALTH_PORT how it is; for people.

    Exit code 0 when all is well; 1 when something is red, or when nobody answers: each red condition is named with
    since when, why, and what to do.
    """
    settings = read_settings()
    if settings.health_port is None:
        raise UsageError("RASID_HEALTH_PORT is not set: the worker has no health server to ask")
    # What listens everywhere listens here too.
    host = "127.0.0.1" if settings.health_host in ("0.0.0.0", "::") else settings.health_host  # noqa: S104 - compared
    path = "/readyz" if ready else "/livez"
    answer = _answer(host, settings.health_port, path)
    if not isinstance(answer, dict):
        shown = f"[{host}]" if ":" in host else host
        err.print(f"rasid: no worker answers at http://{shown}:{settings.health_port}{path}: {answer}")
        raise typer.Exit(EXIT_FOUND)
    red = [each for each in answer["conditions"] if not each["ok"]]
    for each in red:
        err.print(f"rasid: {each['name']} is red since {each['since']}: {each['why']}; {each['do']}")
    out.print(f"{answer['stage']} is {answer['status']}")
    if red:
        raise typer.Exit(EXIT_FOUND)


def _answer(host: str, port: int, path: str) -> dict[str, Any] | str:
    """Return the answer, of whatever status; or, as text, why there is none."""
    try:
        _, body = ask(host, port, path)
    except OSError as exc:
        return str(exc)
    except HTTPException:
        body = ""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    return answer if isinstance(answer, dict) and "conditions" in answer else "what answers is no worker of Rasid"


def metrics() -> None:
    """List every metric that a worker exports: type, unit, labels, and what to do when it moves."""
    from workers.ops.metrics import METRICS  # noqa: PLC0415 - `rasid health` should not load prometheus-client

    for each in METRICS:
        labels = f"{{{', '.join(each.labels)}}}" if each.labels else ""
        out.print(f"{each.name}{labels} ({each.type}, {each.unit}; {', '.join(each.stages)})")
        out.print(f"    {each.what}\n    {each.do}")

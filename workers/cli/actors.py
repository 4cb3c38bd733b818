"""`rasid actors`: what the lexicon may lack, and publishing what it knows."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations of a command
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from schemas.models import ActorTag
from workers.cli.console import err, out, run
from workers.cli.console import settings as read_settings
from workers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(no_args_is_help=True)


@app.callback()
def actors() -> None:
    """Review the actors that events name, and publish those that the lexicon knows."""


@app.command()
def candidates(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Enriched events as JSON lines (rasid enrich, rasid demo). None: topic events.enriched."),
    ] = None,
    *,
    least: Annotated[int, typer.Option(help="Events that must name an actor.", min=1)] = 2,
    most: Annotated[int, typer.Option(help="Actors to print.", min=1)] = 50,
    below: Annotated[
        float, typer.Option(help="Known actors of lower confidence too, as comments.", min=0, max=1)
    ] = 0.0,
    sure: Annotated[float, typer.Option(help="Least mean confidence of the others.", min=0, max=1)] = 0.0,
) -> None:
    """List frequent actors that the lexicon lacks, with contexts, as entries to paste into the lexicon.

    First come those whom most events name rightly: the confidences of their tags are added up.

    The lexicon is compiled after an edit (rasid lexicon compile) and read when a worker starts; each event says which
    version tagged it.
    """
    from workers.ops.candidates import as_yaml  # noqa: PLC0415 - a command loads what it needs
    from workers.ops.candidates import candidates as find  # noqa: PLC0415 - same

    found = find(_events(files), least=least, below=below, sure=sure)
    for line in as_yaml(found[:most]):
        out.print(line)
    err.print(f"{len(found)} candidates in at least {least} events, {min(most, len(found))} printed")


@app.command()
def publish() -> None:
    """Write what the lexicon, RASID_LEXICON_DIRS included, knows of actors to the compacted topic actors.reference.

    One record an actor, keyed by its id, with the earlier ids that it follows (aliases). What stands there already is
    not sent again; an actor that left the lexicon gets a tombstone. Run it after each change of the lexicon.
    """
    from workers.cluster import resolve_bootstrap  # noqa: PLC0415 - a command loads what it needs
    from workers.ops.reference import publish as bring  # noqa: PLC0415 - same
    from workers.pipeline.build import lexicon  # noqa: PLC0415 - same

    settings = read_settings()
    done = run(bring(settings, resolve_bootstrap(settings), lexicon(settings)))
    out.print(f"{done.sent} sent, {done.removed} removed, {done.unchanged} unchanged")


def _events(files: list[Path] | None) -> Iterator[dict[str, Any]]:
    if files is None:
        from workers.cluster import resolve_bootstrap  # noqa: PLC0415 - a file needs no Kafka
        from workers.ops.golden import events_on  # noqa: PLC0415 - same

        settings = read_settings()
        yield from run(events_on(settings, resolve_bootstrap(settings)))
        return
    for path in files:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as exc:
            raise UsageError(f"{path}: {exc.strerror}: give a file that rasid enrich or rasid demo wrote") from exc
        for number, line in enumerate(lines, 1):
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError as exc:
                raise UsageError(f"{path}, line {number}: {exc}: give enriched events as JSON lines") from exc
            if not _is_event(event):
                raise UsageError(
                    f"{path}, line {number}: no enriched event: give what rasid enrich or rasid demo wrote"
                )
            yield event


def _is_event(event: Any) -> bool:
    """Tell whether it is an event of this or an earlier contract, or a duplicate, which has no tags."""
    tags = event.get("actors", []) if isinstance(event, dict) and "document_id" in event else None
    needed = {name for name, field in ActorTag.model_fields.items() if field.is_required()}
    return isinstance(tags, list) and all(isinstance(tag, dict) and needed <= tag.keys() for tag in tags)

"""`rasid dlq`: dead letters, by kind, one of them whole, and sending them back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotations of a command
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from schemas.topics import WORKERS
from workers.cli.console import EXIT_FOUND, err, out, run, warn
from workers.cli.console import settings as read_settings
from workers.cli.marking import harmless
from workers.cluster import resolve_bootstrap
from workers.errors import UsageError

if TYPE_CHECKING:
    from workers.ops.dead_letters import Letter, Wanted
    from workers.settings import Settings

__all__ = ["app"]

app = typer.Typer(
    help="Dead letters: what could not be processed, with the reason, and the way back once that is mended.",
    no_args_is_help=True,
)

#: Of a header's value on the screen; all of it is in the record.
HEADER_SHOWN = 300

Stage = Annotated[str | None, typer.Option(help="Only those of this stage: parse, dedupe or tag.")]
Error = Annotated[str | None, typer.Option(help="Only those with this error, as `list` shows it.")]
Origin = Annotated[
    str | None, typer.Option(metavar="PARTITION:OFFSET", help="Only those of this record of articles.raw.")
]
First = Annotated[int | None, typer.Option("--from", help="From this offset of articles.dead-letter on.", min=0)]
Last = Annotated[int | None, typer.Option("--to", help="Up to this offset.", min=0)]


def _wanted(stage: str | None, error: str | None, origin: str | None, first: int | None, last: int | None) -> Wanted:
    from schemas.envelope import Origin as Place  # noqa: PLC0415 - a command loads what it needs
    from workers.ops.dead_letters import Wanted  # noqa: PLC0415 - same

    if origin is not None and Place.parse(origin) is None:
        raise UsageError(f"--origin {origin} is no place: give PARTITION:OFFSET, as `rasid dlq show` prints it")
    if stage is not None and stage not in WORKERS:
        raise UsageError(f"--stage {stage}: no stage is called that: choose {', '.join(WORKERS)}")
    return Wanted(stage, error, origin, first, last)


@app.command("list")
def list_(
    *,
    stage: Stage = None,
    error: Error = None,
    origin: Origin = None,
    first: First = None,
    last: Last = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each stage and error.")] = False,
) -> None:
    """Count dead letters by stage and error, with since when, until when, where, and what the last one says."""
    from workers.ops.dead_letters import Wanted, summary  # noqa: PLC0415 - see above

    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)
    wanted = _wanted(stage, error, origin, first, last)
    groups = run(summary(settings, bootstrap, wanted))
    if not groups and wanted != Wanted():
        warn(_nothing(settings, bootstrap))
    for group in groups:
        if as_json:
            out.print(orjson.dumps(asdict(group)).decode())
            continue
        retried = f", sent back up to {group.most_retries} times" if group.most_retries else ""
        out.print(
            f"{group.count:6} {group.stage:6} {harmless(group.error)}: offsets {group.first} to {group.last}, "
            f"{group.since} to {group.until}, {group.bytes} bytes{retried}"
        )
        out.print(f"       {_line(group.message)}")
    if not as_json:
        out.print(f"{sum(group.count for group in groups)} dead letters")


def _nothing(settings: Settings, bootstrap: str) -> str:
    """Say that no dead letter is what was asked for, and what there is."""
    from workers.ops.dead_letters import Wanted, summary  # noqa: PLC0415 - see above

    groups = run(summary(settings, bootstrap, Wanted()))
    there = ", ".join(f"{each.count} {each.stage} {each.error} ({each.first} to {each.last})" for each in groups)
    return f"no dead letter matches; there are: {there}" if groups else "no dead letter matches; there are none at all"


@app.command()
def show(
    offset: Annotated[int, typer.Argument(help="Offset on articles.dead-letter, as `list` shows it.", min=0)],
    *,
    raw: Annotated[Path | None, typer.Option("--raw", help="Write its bytes, untouched, into this file.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the record's text too: it is the publisher's.")] = False,
) -> None:
    """Show one dead letter: what was wrong, where it failed, where it came from, its headers.

    Its text is not printed unless asked for: it belongs to its publisher, and terminals keep what they show.
    """
    from workers.ops.dead_letters import find  # noqa: PLC0415 - see above

    settings = read_settings()
    letter = run(find(settings, resolve_bootstrap(settings), offset))
    value = letter.record.value
    rows = [
        ("error", f"{letter.error} in {letter.stage}, attempt {letter.attempt}, {letter.time}"),
        ("says", letter.message),
        ("failed", str(letter.failed or "?")),
        ("origin", f"articles.raw/{letter.origin.replace(':', '/')}" if letter.origin else "?"),
        ("key", "none" if letter.record.key is None else letter.record.key.decode(errors="replace")),
        ("value", "none" if value is None else f"{len(value)} bytes (--raw OUT writes them, --text prints them)"),
        *((f"  {name}", value.decode(errors="replace")) for name, value in letter.record.headers),
    ]
    width = max(len(_line(name)) for name, _ in rows)
    for name, what in rows:
        out.print(f"{_line(name):{width}}  {_line(what)}")
    if raw is not None:
        try:
            raw.write_bytes(value or b"")
        except OSError as exc:
            raise UsageError(f"{raw}: {exc.strerror}: choose another file") from exc
        out.print(f"wrote {len(value or b'')} bytes to {raw}")
    if text:
        out.print(harmless((value or b"").decode(errors="replace")))


def _line(text: str) -> str:
    """One line of others' text, cut, that does nothing to a terminal."""
    shown = harmless(text.replace("\n", " ").replace("\t", " "))
    return shown if len(shown) <= HEADER_SHOWN else f"{shown[:HEADER_SHOWN]} … ({len(shown)} characters)"


@app.command()
def retry(
    *,
    stage: Stage = None,
    error: Error = None,
    origin: Origin = None,
    first: First = None,
    last: Last = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them: needed where nothing else is given.")] = False,
    limit: Annotated[int | None, typer.Option(help="Send back this many at the most.", min=1)] = None,
    max_retries: Annotated[int, typer.Option(help="Leave what was sent back so often already.", min=1)] = 3,
    again: Annotated[bool, typer.Option("--again", help="Also what was sent back and has not failed since.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
) -> None:
    """Send dead letters back to the topic that they failed on, once their cause is mended.

    Key, bytes, ids and origin stay as they were, so `rasid verify` takes a record that was sent back and the one that
    failed for one input. The letter itself stays on its topic. A second run leaves out what is on its way already; a
    record that fails again is a new letter. Exit code 1 when some that were meant were left where they are, or none
    was found.
    """
    from workers.ops.dead_letters import Wanted  # noqa: PLC0415 - see above
    from workers.ops.dead_letters import retry as send  # noqa: PLC0415 - same

    wanted = _wanted(stage, error, origin, first, last)
    if wanted == Wanted() and not all_:
        raise UsageError("say which: --stage, --error, --origin, --from, --to, or --all; `rasid dlq list` shows them")
    settings = read_settings()

    def told(letter: Letter, why: str | None) -> None:
        if dry_run and why is None:
            out.print(f"would send {letter.record.offset} ({letter.error}) back to {letter.failed}")
        elif why is not None:
            err.print(f"rasid: dead letter {letter.record.offset} stays: {why}")

    bootstrap = resolve_bootstrap(settings)
    result = run(
        send(
            settings,
            bootstrap,
            wanted,
            most_retries=max_retries,
            again=again,
            limit=limit,
            dry_run=dry_run,
            on_letter=told,
        )
    )
    where = ", ".join(f"{count} to {topic}" for topic, count in sorted(result.sent.items()))
    done = "would be sent back (dry run: nothing was)" if dry_run else "sent back"
    out.print(f"{result.sent.total()} dead letters {done}{f': {where}' if where else ''}; {result.left.total()} left")
    nothing = wanted != Wanted() and not result.sent and not result.left
    if nothing:
        warn(_nothing(settings, bootstrap))
    if result.left or nothing:
        raise typer.Exit(EXIT_FOUND)

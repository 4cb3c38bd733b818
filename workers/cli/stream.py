"""The commands that move documents: demo, worker, enrich, verify; replay has a module of its own."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from schemas.topics import DUPLICATES, ENRICHED, WORKERS
from workers.cli.console import EXIT_FOUND, EXIT_INTERRUPTED, out, run, warn, writing
from workers.cli.console import settings as read_settings
from workers.cli.replay import Paths, replay
from workers.cluster import resolve_bootstrap
from workers.errors import UsageError
from workers.pipeline.times import epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.models import Document
    from workers.replay.reader import Problem

__all__ = ["register"]

#: Seconds between two accounts while `verify` waits.
AGAIN_SECONDS = 0.5


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(demo)
    app.command()(worker)
    app.command()(replay)
    app.command()(enrich)
    app.command()(verify)


def demo(
    paths: Annotated[list[str] | None, typer.Argument(help="Documents to stream; default: seeds/.")] = None,
    *,
    out_dir: Annotated[Path, typer.Option("--out", help="Where the events are written.")] = Path("out/demo"),
) -> None:
    """Do the main job in one go: Kafka, topics, the stages, replay, an account of every input, and a table.

    Starts a Kafka of its own when none is configured or running, and stops everything that it started.
    """
    from workers.cli import show  # noqa: PLC0415 - `rasid --help` should not load a lexicon's readers
    from workers.ops import demo as job  # noqa: PLC0415 - same

    result = job.run(read_settings(), paths or ["seeds"], out_dir, say=out.print)
    for problem in result.report.problems:
        warn(str(problem))
    show.events([*result.rows[ENRICHED], *result.rows[DUPLICATES]])
    show.summary(result)
    if result.report.problems:
        raise typer.Exit(EXIT_FOUND)


def worker(
    stage: Annotated[str, typer.Argument(help="parse, dedupe, tag, stories, or all (one process each).")],
) -> None:
    """Run a stage until SIGTERM or Ctrl-C; it then finishes the batch in hand, commits, and leaves its group.

    Exit code 0 after a signal; 1 when it stopped by itself, which is what it does when an output cannot be delivered; 3
    after a signal while it stood at the dead-letter limit (RASID_DEAD_LETTER_CONSECUTIVE, RASID_DEAD_LETTER_SHARE): it
    reads no more then, /readyz is red, and it waits for a person, so that no restart goes on with what is wrong.
    """
    from workers.ops.run import run_all, run_stage  # noqa: PLC0415 - see demo

    if stage not in (*WORKERS, "all"):
        raise UsageError(f"no stage is called {stage!r}: choose {', '.join(WORKERS)} or all")
    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)
    if stage == "all":
        sys.exit(run_all(settings, bootstrap, say=warn))
    for each in WORKERS:
        if stage == each:
            run_stage(each, settings, bootstrap)


def enrich(
    paths: Paths,
    *,
    out_file: Annotated[Path | None, typer.Option("--out", help="File for the JSON lines; default: stdout.")] = None,
    no_dedupe: Annotated[bool, typer.Option("--no-dedupe", help="Tag every article, duplicates too.")] = False,
) -> None:
    """Do what the stream does, in one process without Kafka: documents in, one JSON line an article out.

    Duplicates come out too, untagged, with `relation: duplicate` and `original_id`. A document that the stream would
    send to the dead letters is named on standard error, and the exit code is 1.
    """
    from workers.pipeline.build import build_dedupe, build_parse, build_tag  # noqa: PLC0415 - see demo
    from workers.pipeline.enrich import Enricher, EveryArticle  # noqa: PLC0415 - same
    from workers.pipeline.feed import read_fields  # noqa: PLC0415 - same
    from workers.replay.reader import Problem, Reading, read_documents  # noqa: PLC0415 - same

    settings = read_settings()
    dedupe = EveryArticle() if no_dedupe else build_dedupe(settings)
    enricher = Enricher(build_parse(settings), dedupe, build_tag(settings), clock=time.time)
    wrong = done = 0

    def lines(items: Iterable[Document | Problem]) -> Iterator[bytes]:
        nonlocal wrong, done
        for item in items:
            for result in [item] if isinstance(item, Problem) else enricher.enrich(item):
                if isinstance(result, bytes):
                    yield result
                else:
                    wrong += 1
                    warn(str(result))
            done += 1

    documents = read_documents(paths, Reading(fields=read_fields(settings.feed_fields)))
    try:
        with nullcontext(sys.stdout.buffer) if out_file is None else writing(out_file, "--out", paths) as handle:
            _write(lines(documents), handle)
    except KeyboardInterrupt:
        warn(f"ended by Ctrl-C after {done} documents; each line that was written is whole")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if enricher.repeats:
        warn(f"{enricher.repeats} articles of documents that were given before, unchanged: no second line for them")
    if wrong:
        raise typer.Exit(EXIT_FOUND)


def _write(lines: Iterator[bytes], handle: IO[bytes]) -> None:
    try:
        for line in lines:
            handle.write(line + b"\n")
            # Whoever reads the other end of a pipe gets each article as it is done.
            handle.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`): no error. The interpreter's last flush goes into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), handle.fileno())
        raise typer.Exit from None


def verify(
    *,
    golden: Annotated[
        Path | None,
        typer.Option(help="What is expected (.jsonl, .json, or a folder: seeds/golden); the difference is printed."),
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for what is still in the stream.", min=0)] = 0.0,
    replay_id: Annotated[str | None, typer.Option("--replay", help="Only the documents of this replay.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only documents that arrived since: a time in ISO 8601, or 30m, 12h, 7d ago.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only documents that arrived before: as for --since.")] = None,
    spill: Annotated[
        Path | None,
        typer.Option(help="Folder for what memory should not hold, 250 bytes a record; default: RASID_STATE_DIR."),
    ] = None,
) -> None:
    """Account for every input: in = out + duplicates + dead letters. Exit code 1 when something is lost or pending.

    Beside the records that a stage wrote again after a crash, the same document may have been sent several times:
    `distinct` says how many different documents and articles there are. Memory does not grow with their number. With
    --wait only what came meanwhile is read again.
    """
    from workers.cli import show  # noqa: PLC0415 - see demo
    from workers.cli.progress import Counted  # noqa: PLC0415 - same
    from workers.ops.account import Audit  # noqa: PLC0415 - same
    from workers.ops.golden import compare, events_on, read_golden  # noqa: PLC0415 - same
    from workers.ops.ledger import Scope  # noqa: PLC0415 - same

    settings = read_settings()
    expected = read_golden(golden) if golden is not None else []
    now = time.time()
    scope = Scope(replay_id, _moment("--since", since, now), _moment("--until", until, now))
    bootstrap = resolve_bootstrap(settings)
    audit = Audit(settings, bootstrap, scope=scope, folder=spill or settings.state_dir)
    deadline = time.monotonic() + wait
    pause = AGAIN_SECONDS
    with Counted("records read") as progress:
        while True:
            account = run(audit.take(progress))
            if account.balanced or account.lost or time.monotonic() >= deadline:
                break
            time.sleep(pause)
            # What is read again is little, but a million documents are counted up for seconds.
            pause = max(AGAIN_SECONDS, audit.counting_seconds)
    show.account(account)
    if scope.limited and not account.documents + account.tombstones:
        raise UsageError(f"no document on {settings.topic_prefix}articles.raw {scope}: nothing was accounted for")
    wrong = not account.balanced
    if golden is not None:
        differences = compare(
            expected,
            run(events_on(settings, bootstrap, {line["document_id"] for line in expected}, replay=replay_id)),
        )
        for line in differences:
            out.print(line)
        out.print(f"golden: {len(expected)} expected, {len(differences)} differences")
        wrong = wrong or bool(differences)
    if wrong:
        raise typer.Exit(EXIT_FOUND)


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def _moment(option: str, text: str | None, now: float) -> float | None:
    """Return what a person says of a time in epoch seconds: ISO 8601 (UTC unless it says otherwise), or so long ago."""
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.replace(".", "", 1).isdecimal():
        return now - float(number) * _UNITS[unit]
    moment = epoch(text) if text[:1].isdecimal() else None
    if moment is None:
        raise UsageError(f"{option} {text}: give a time as 2025-06-15T08:00 (UTC), or how long ago: 30m, 12h, 7d")
    return moment

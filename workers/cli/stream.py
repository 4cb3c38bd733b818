"""The commands that move documents: demo, worker, replay, enrich, verify."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from schemas.topics import DUPLICATES, ENRICHED, STAGES
from workers.cli.console import EXIT_FOUND, err, out
from workers.cli.console import settings as read_settings
from workers.cluster import resolve_bootstrap
from workers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemas.models import Document
    from workers.replay.producer import Report
    from workers.replay.reader import Problem

__all__ = ["register"]

Paths = Annotated[
    list[str], typer.Argument(help=".txt, .jsonl, .jsonl.gz, folders of them, or - for JSON lines on stdin.")
]
#: Seconds between two lines of progress where there is no terminal.
LINE_EVERY = 5.0


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
    """Do the main job in one go: Kafka, topics, the three stages, replay, an account of every input, and a table.

    Starts a Kafka of its own when none is configured or running, and stops everything that it started.
    """
    from workers.cli import show  # noqa: PLC0415 - `rasid --help` should not load a lexicon's readers
    from workers.ops import demo as job  # noqa: PLC0415 - same

    result = job.run(read_settings(), paths or ["seeds"], out_dir, say=out.print)
    for problem in result.report.problems:
        err.print(f"rasid: {problem}")
    show.events([*result.rows[ENRICHED], *result.rows[DUPLICATES]])
    show.summary(result)
    if result.report.problems:
        raise typer.Exit(EXIT_FOUND)


def worker(stage: Annotated[str, typer.Argument(help="parse, dedupe, tag, or all (one process each).")]) -> None:
    """Run a stage until SIGTERM or Ctrl-C; it then finishes the batch in hand, commits, and leaves its group.

    Exit code 0 after a signal; 1 when it stopped by itself, which is what it does when an output cannot be delivered; 3
    after a signal while it stood at the dead-letter limit (RASID_DEAD_LETTER_CONSECUTIVE, RASID_DEAD_LETTER_SHARE): it
    reads no more then, /readyz is red, and it waits for a person, so that no restart goes on with what is wrong.
    """
    from workers.ops.run import run_all, run_stage  # noqa: PLC0415 - see demo

    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)
    if stage == "all":
        sys.exit(run_all(settings, bootstrap))
    for each in STAGES:
        if stage == each:
            run_stage(each, settings, bootstrap)
    raise UsageError(f"no stage is called {stage!r}: choose {', '.join(STAGES)} or all")


def replay(
    paths: Paths,
    *,
    rate: Annotated[float | None, typer.Option(help="Documents a second at the most.", min=0.001)] = None,
    limit: Annotated[int | None, typer.Option(help="Stop after this many documents.", min=1)] = None,
    replay_id: Annotated[str | None, typer.Option("--id", help="Name of this replay; default: the time.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, send nothing.")] = False,
) -> None:
    """Stream documents into articles.raw.

    What cannot be read (not UTF-8, broken JSON, empty) is named with file and line, counted, and does not stop the
    rest; the exit code is then 1.
    """
    from workers.replay.producer import Report  # noqa: PLC0415 - see demo
    from workers.replay.producer import replay as send  # noqa: PLC0415 - same
    from workers.replay.reader import read_documents  # noqa: PLC0415 - same

    documents = _limited(read_documents(paths), limit)
    if dry_run:
        report = Report()
        for item in documents:
            _count(report, item)
        done = "would be sent (dry run: nothing was)"
    else:
        settings = read_settings()
        bootstrap = resolve_bootstrap(settings)
        name = replay_id or time.strftime("replay-%Y%m%dT%H%M%SZ", time.gmtime())
        with _progress(limit) as on_progress:
            report = asyncio.run(
                send(settings, bootstrap, documents, replay_id=name, rate=rate, on_progress=on_progress)
            )
        done = f"sent to {settings.topic_prefix}articles.raw as {name}"
    for problem in report.problems:
        err.print(f"rasid: {problem}")
    out.print(f"{report.sent} documents ({report.bytes} bytes) {done}; {len(report.problems)} could not be read")
    if report.problems:
        raise typer.Exit(EXIT_FOUND)


def _limited(items: Iterator[Document | Problem], limit: int | None) -> Iterator[Document | Problem]:
    """Yield up to `limit` documents; problems on the way do not count."""
    from workers.replay.reader import Problem  # noqa: PLC0415 - see demo

    count = 0
    for item in items:
        yield item
        count += not isinstance(item, Problem)
        if limit is not None and count >= limit:
            return


def _count(report: Report, item: Document | Problem) -> None:
    from workers.replay.reader import Problem  # noqa: PLC0415 - see demo

    if isinstance(item, Problem):
        report.problems.append(item)
    else:
        report.sent += 1
        report.bytes += len(item.raw_body.encode())


class _progress:  # noqa: N801 - a context manager, used like a function
    """A bar on a terminal; elsewhere a plain line every few seconds."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._last = time.monotonic()

    def __enter__(self) -> _progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        self._bar = None
        if err.is_terminal:
            columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=err)
            self._task = self._bar.add_task("replay", total=self._total)
            self._bar.start()
        return self

    def __call__(self, report: Report) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=report.sent)
        elif time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            err.print(f"{report.sent} documents sent, {len(report.problems)} could not be read")

    def __exit__(self, *_exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()


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
    from workers.replay.reader import Problem, read_documents  # noqa: PLC0415 - same

    settings = read_settings()
    dedupe = EveryArticle() if no_dedupe else build_dedupe(settings)
    enricher = Enricher(build_parse(settings), dedupe, build_tag(), clock=time.time)
    wrong = 0

    def lines(items: Iterable[Document | Problem]) -> Iterator[bytes]:
        nonlocal wrong
        for item in items:
            for result in [item] if isinstance(item, Problem) else enricher.enrich(item):
                if isinstance(result, bytes):
                    yield result
                else:
                    wrong += 1
                    err.print(f"rasid: {result}")

    documents = read_documents(paths)
    if out_file is None:
        _write(lines(documents), sys.stdout.buffer)
    else:
        with out_file.open("wb") as handle:
            _write(lines(documents), handle)
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
) -> None:
    """Account for every input: in = out + duplicates + dead letters. Exit code 1 when something is lost or pending."""
    from workers.cli import show  # noqa: PLC0415 - see demo
    from workers.ops.account import take_account  # noqa: PLC0415 - same
    from workers.ops.golden import compare, events_on, read_golden  # noqa: PLC0415 - same

    settings = read_settings()
    expected = read_golden(golden) if golden is not None else []
    bootstrap = resolve_bootstrap(settings)
    deadline = time.monotonic() + wait
    while True:
        account = asyncio.run(take_account(settings, bootstrap))
        if account.balanced or account.lost or time.monotonic() >= deadline:
            break
        time.sleep(0.5)
    show.account(account)
    wrong = not account.balanced
    if golden is not None:
        differences = compare(expected, asyncio.run(events_on(settings, bootstrap)))
        for line in differences:
            out.print(line)
        out.print(f"golden: {len(expected)} expected, {len(differences)} differences")
        wrong = wrong or bool(differences)
    if wrong:
        raise typer.Exit(EXIT_FOUND)

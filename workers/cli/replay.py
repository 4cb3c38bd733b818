"""`rasid replay`: documents into the stream, how far it has come, and how to go on after a break."""

from __future__ import annotations

import shlex
import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from schemas.models import Name
from workers.cli.console import EXIT_FOUND, EXIT_INTERRUPTED, EXIT_OK, err, out, run, warn
from workers.cli.console import settings as read_settings
from workers.cluster import resolve_bootstrap
from workers.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from schemas.models import Document
    from workers.replay.producer import Report
    from workers.replay.reader import Problem, Reading

__all__ = ["Paths", "replay"]

Paths = Annotated[
    list[str],
    typer.Argument(help=".txt, .html, .jsonl, .jsonl.gz, folders of them, or - for JSON lines on stdin."),
]
#: Seconds between two lines of progress where there is no terminal.
LINE_EVERY = 5.0


def replay(
    paths: Paths,
    *,
    rate: Annotated[float | None, typer.Option(help="Documents a second at the most.", min=0.001)] = None,
    limit: Annotated[int | None, typer.Option(help="Stop after this many documents.", min=1)] = None,
    skip: Annotated[int, typer.Option(help="Pass over this many documents: to go on after a break.", min=0)] = 0,
    replay_id: Annotated[str | None, typer.Option("--id", help="Name of this replay; default: the time.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, send nothing.")] = False,
) -> None:
    """Stream documents into articles.raw.

    What cannot be read (an encoding that is not certain, broken JSON, an empty file) is named with file and line,
    counted, and does not stop the rest; the exit code is then 1. Ctrl-C sends what is in hand, says how much was sent
    and how to go on, and ends with exit code 130; a second Ctrl-C ends at once.
    """
    from workers.pipeline.feed import read_fields  # noqa: PLC0415 - `rasid --help` should not load it
    from workers.replay.producer import Report  # noqa: PLC0415 - same
    from workers.replay.producer import replay as send  # noqa: PLC0415 - same
    from workers.replay.reader import Reading, read_documents  # noqa: PLC0415 - same

    name = _name(replay_id)
    reading, report = Reading(fields=read_fields(read_settings().feed_fields)), Report(seq=skip)
    documents = read_documents(paths, reading)
    if dry_run:
        for item in _chosen(documents, skip, limit):
            _count(report, item)
        _tell(report, "would be sent (dry run: nothing was)")
        raise typer.Exit(EXIT_FOUND if report.problems else EXIT_OK)
    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)

    def how_to_go_on() -> str:
        left = None if limit is None else limit - (report.seq - skip)
        options = {"--id": name, "--skip": report.seq, "--rate": None if rate is None else f"{rate:g}", "--limit": left}
        given = [each for option, value in options.items() if value is not None for each in (option, str(value))]
        same = ", and the same input again" if "-" in paths else ""
        return f"go on with: {shlex.join(['rasid', 'replay', *paths, *given])}{same}"

    where = f"sent to {settings.topic_prefix}articles.raw as {name}"
    try:
        with _Interrupt() as interrupt, _Progress(reading, limit) as progress:
            sending = send(
                settings,
                bootstrap,
                _chosen(interrupt.guarded(documents), skip, limit),
                replay_id=name,
                rate=rate,
                report=report,
                on_progress=progress,
                stopped=lambda: interrupt.asked,
            )
            run(sending)
    except (DeliveryError, KeyboardInterrupt) as exc:
        _tell(report, where)
        warn(f"of the batch in hand some may have been sent too; {how_to_go_on()}")
        if isinstance(exc, DeliveryError):
            raise
        raise typer.Exit(EXIT_INTERRUPTED) from None
    _tell(report, where)
    if interrupt.asked:
        warn(f"ended before the last document; {how_to_go_on()}")
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.problems:
        raise typer.Exit(EXIT_FOUND)


def _name(given: str | None) -> str:
    if given is None:
        return time.strftime("replay-%Y%m%dT%H%M%SZ", time.gmtime())
    try:
        return TypeAdapter(Name).validate_python(given)
    except ValidationError as exc:
        raise UsageError(f"--id {given!r}: give 1 to 2048 characters, no control characters among them") from exc


def _tell(report: Report, done: str) -> None:
    for problem in report.problems:
        warn(str(problem))
    out.print(f"{report.sent} documents ({report.bytes} bytes) {done}; {len(report.problems)} could not be read")


def _chosen(items: Iterator[Document | Problem], skip: int, limit: int | None) -> Iterator[Document | Problem]:
    """Yield up to `limit` documents behind the first `skip`; problems on the way do not count."""
    from workers.replay.reader import Problem  # noqa: PLC0415 - see replay

    count = 0
    for item in items:
        is_document = not isinstance(item, Problem)
        count += is_document
        if not is_document or count > skip:
            yield item
        if limit is not None and count >= skip + limit:
            return


def _count(report: Report, item: Document | Problem) -> None:
    from workers.replay.reader import Problem  # noqa: PLC0415 - see replay

    if isinstance(item, Problem):
        report.problems.append(item)
    else:
        report.sent += 1
        report.bytes += len(item.raw_body.encode())


class _Ended(BaseException):
    """Ctrl-C came while a document was read, which may wait for ever: a pipe."""


class _Interrupt:
    """Ctrl-C and SIGTERM while documents are sent: the first one ends the reading, the second one everything."""

    def __init__(self) -> None:
        self.asked = False
        self._reading = False

    def __enter__(self) -> _Interrupt:
        self._before = {number: signal.signal(number, self._came) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        if self._reading:
            raise _Ended

    def guarded(self, items: Iterator[Document | Problem]) -> Iterator[Document | Problem]:
        """Yield `items` until the first signal."""
        try:
            while not self.asked:
                self._reading = True
                item = next(items, None)
                self._reading = False
                if item is None:
                    return
                yield item
        except _Ended:
            self._reading = False


class _Progress:
    """A bar on a terminal; elsewhere a plain line every few seconds. Both with the rate and the time that is left."""

    def __init__(self, reading: Reading, limit: int | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._reading, self._limit, self._clock = reading, limit, clock
        self._started = self._last = clock()
        #: Where the time that is left is counted from: what is passed over at first takes none.
        self._first: tuple[float, int] | None = None

    def __enter__(self) -> _Progress:
        columns = (TextColumn("replay"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err) if err.is_terminal else None
        if self._bar is not None:
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        return self

    def __call__(self, report: Report) -> None:
        """Show how far `report` has come."""
        now = self._clock()
        done, total = self._done(report)
        rate = report.sent / max(now - self._started, 0.001)
        if self._bar is not None:
            of = f" of {self._limit}" if self._limit else ""
            self._bar.update(
                self._task,
                completed=done,
                total=total or None,
                description=f"{report.sent}{of} documents, {rate:.3g}/s",
            )
        elif now - self._last >= LINE_EVERY:
            self._last = now
            left = self._left(now, done, total)
            err.print(f"{report.sent} documents sent ({rate:.3g}/s{left}), {len(report.problems)} could not be read")
        if self._first is None:
            self._first = now, done

    def _done(self, report: Report) -> tuple[int, int]:
        """What is done and what there is: documents where their number is known, else bytes of the files."""
        if self._limit is not None:
            return report.sent, self._limit
        return self._reading.done, self._reading.total

    def _left(self, now: float, done: int, total: int) -> str:
        since, before = self._first or (now, done)
        if done <= before or total < done:
            return ""
        seconds = (now - since) / (done - before) * (total - done)
        return f", {done / total:.0%} done, some {seconds:.0f} s left"

    def __exit__(self, *_exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()

"""What every command shares: settings, output, and errors of one line with documented exit codes."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import ValidationError
from rich.console import Console

from workers.cli.marking import harmless
from workers.errors import DeliveryError, OutputError, RasidError, UsageError
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator

__all__ = [
    "EXIT_FOUND",
    "EXIT_INTERRUPTED",
    "EXIT_OK",
    "EXIT_USAGE",
    "err",
    "fail",
    "one_line_errors",
    "out",
    "printing",
    "run",
    "settings",
    "warn",
    "writing",
]

EXIT_OK = 0
#: The command ran and found something wrong: inputs lost or pending, topics that differ, a stale contract.
EXIT_FOUND = 1
#: The command could not run: a wrong option, setting or file, no Kafka, no Java.
EXIT_USAGE = 2
#: Ended by Ctrl-C, as shells count it (128 + SIGINT).
EXIT_INTERRUPTED = 130

T = TypeVar("T")

# No highlighting and no markup: output is read by other programs, and article text may hold square brackets.
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def warn(message: str) -> None:
    """Print one line to standard error; what others named (files, ids, topics) does nothing to a terminal."""
    shown = harmless(message).replace("\n", " ").encode(errors="replace").decode()
    err.print(f"rasid: {shown}")


def fail(message: str, code: int) -> NoReturn:
    """Print one line to standard error and exit."""
    warn(message)
    sys.exit(code)


@contextmanager
def writing(path: Path, option: str, inputs: Iterable[str] = ()) -> Iterator[IO[bytes]]:
    """Open the file that `option` names, before the work is done.

    Raises UsageError when it cannot be written, or when it is one of the `inputs`, or lies in a folder among them.
    """
    place = path.resolve()
    for each in inputs:
        if place == Path(each).resolve() or (Path(each).is_dir() and place.is_relative_to(Path(each).resolve())):
            raise UsageError(f"{path} is part of what is read: choose another file with {option}")
    try:
        with path.open("wb") as handle:
            yield handle
    except OSError as exc:
        if exc.filename not in (None, str(path)):
            raise
        raise UsageError(f"{path}: {exc.strerror}: choose another file with {option}") from exc


class _Stdout(io.FileIO):
    """Standard output that says of an error that it is its own: to others it looks like one of any file or socket."""

    def write(self, data: Any) -> int:
        """Write as much as goes. Raises OutputError; of a reader that has gone, BrokenPipeError as ever."""
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as exc:
            raise OutputError(f"standard output cannot be written: {exc.strerror}") from exc


@contextmanager
def printing() -> Iterator[None]:
    """Have all that is printed written by the end. Raises OutputError where it cannot be; what is left is dropped.

    Python itself writes what is left when it ends, and prints a traceback where it cannot.
    """
    given = sys.stdout
    # One that was closed is None. What cannot be written takes its place: else the next socket would get its number.
    descriptor = os.open(os.devnull, os.O_RDONLY) if given is None else given.fileno()
    encoding, errors = ("utf-8", "strict") if given is None else (given.encoding, given.errors)
    raw = _Stdout(descriptor, "w", closefd=False)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=raw.isatty())
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OutputError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        raise


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn the errors that a person can act on into one line and an exit code; anything else is a defect and shows."""
    try:
        yield
    except UsageError as exc:
        fail(str(exc), EXIT_USAGE)
    except DeliveryError as exc:
        fail(f"the broker did not take a record: {exc}", EXIT_FOUND)
    except RasidError as exc:
        fail(str(exc), EXIT_FOUND)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what the coroutine does, in an event loop of its own that logs defects alone."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(_unheard)
        return runner.run(coroutine)


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass over what nobody waited for and is a connection's end: the command's own error says it.

    A broker that refuses a certificate does so after the handshake (TLS 1.3), when nobody may be waiting for an answer;
    asyncio writes a traceback of it beside the one line that the person reads, also long after the loop was closed,
    when the future of the answer is forgotten. What comes without an error is of connections that were not closed.
    """
    error = context.get("exception")
    if error is not None and not isinstance(error, OSError) and not type(error).__module__.startswith("aiokafka."):
        loop.default_exception_handler(context)


def settings() -> Settings:
    """Return the settings of the environment. Raises UsageError that names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        name = f"RASID_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise UsageError(f"{name}={first['input']!r}: {first['msg'].removeprefix('Value error, ')}") from exc

"""What every command shares: settings, output, and errors of one line with documented exit codes."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError
from rich.console import Console

from workers.errors import DeliveryError, RasidError, UsageError
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXIT_FOUND", "EXIT_OK", "EXIT_USAGE", "err", "fail", "one_line_errors", "out", "settings"]

EXIT_OK = 0
#: The command ran and found something wrong: inputs lost or pending, topics that differ, a stale contract.
EXIT_FOUND = 1
#: The command could not run: a wrong option, setting or file, no Kafka, no Java.
EXIT_USAGE = 2

# No highlighting and no markup: output is read by other programs, and article text may hold square brackets.
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def fail(message: str, code: int) -> NoReturn:
    """Print one line to standard error and exit."""
    err.print(f"rasid: {message}")
    sys.exit(code)


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


def settings() -> Settings:
    """Return the settings of the environment. Raises UsageError that names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        name = f"RASID_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise UsageError(f"{name}={first['input']!r}: {first['msg']}") from exc

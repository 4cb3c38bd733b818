"""`python -m workers` is `rasid`: where the process begins."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Run the command line; see `workers.cli.main`.

    A worker imports Faust and builds its lexicon before Faust's own handlers stand, which takes seconds. SIGTERM or
    Ctrl-C ends it with exit code 0 in that time too: it has read nothing. So the handlers come before the imports.
    """
    if sys.argv[1:2] == ["worker"]:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _end)
    from workers.cli.main import main as run  # noqa: PLC0415 - see above

    run()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    # Not by an exception: whatever is being imported may swallow it.
    os._exit(0)


if __name__ == "__main__":
    main()

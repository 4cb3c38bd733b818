"""A container's health check: `python -m workers.ops.probe`. Asks the worker beside it, and imports next to nothing:
it runs every ten seconds beside each worker, where `rasid health`, which explains to people, costs eight times as much.

Exit code 0 while /readyz is green, else 1 with the answer on standard output. Docker restarts a container whose process
has ended, never one that is unhealthy, so with `--restart` the probe ends a worker that only a restart can mend: one
whose /livez is red, or whose port takes a connection and gives no answer for RASID_HEALTH_STUCK_SECONDS (a call that
never lets go of the interpreter holds the health server too). Nothing is lost: it has not committed what it hangs on.
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ask", "main", "probe"]

#: The worker answers from memory; what takes longer is not alive. Less than half of the health check's own timeout,
#: so that the probe is what reports.
ANSWER_SECONDS = 3.0
#: The setting's default (workers/settings.py): reading the settings costs six times what the probe does.
STUCK_SECONDS = 60.0


def ask(host: str, port: int, path: str) -> tuple[int, str]:
    """Return a worker's answer of whatever status: the status, and the body.

    Asks directly: a proxy of the environment has no business between a container and itself. Raises OSError
    (TimeoutError when nothing comes, else when nothing listens), or HTTPException when what answers speaks no HTTP.
    """
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace").strip()
    finally:
        connection.close()


def probe(
    port: int,
    *,
    silent_since: Path,
    stuck_seconds: float = STUCK_SECONDS,
    restart: Callable[[], object] | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[int, str]:
    """Return the exit code and what to print; call `restart` when only that can help.

    `silent_since` is a file that lives between probes: it holds the time of the first one without an answer.
    """
    try:
        status, body = ask("127.0.0.1", port, "/readyz")
        alive = 200 if status == 200 else ask("127.0.0.1", port, "/livez")[0]
    except TimeoutError:
        if not silent_since.exists():
            silent_since.write_text(str(clock()))
        silent = clock() - float(silent_since.read_text())
        if restart is not None and silent > stuck_seconds:
            silent_since.unlink()
            restart()
        return 1, f"port {port} takes the connection and has not answered for {silent:.0f} s"
    except (OSError, http.client.HTTPException) as exc:
        silent_since.unlink(missing_ok=True)
        return 1, f"no worker answers at port {port}: {exc}"
    silent_since.unlink(missing_ok=True)
    if alive != 200 and restart is not None:
        restart()
    return int(status != 200), body


def _end_worker() -> None:
    """Kill every process of this container but its first and this one."""
    if not any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")):
        raise SystemExit("--restart is for a container's health check: here it would kill what is not the worker")
    os.kill(-1, signal.SIGKILL)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Probe the worker that the environment names, print what it says, and return the exit code."""
    code, text = probe(
        int(environment.get("RASID_HEALTH_PORT", "0")),
        silent_since=Path(tempfile.gettempdir()) / "rasid-silent",
        stuck_seconds=float(environment.get("RASID_HEALTH_STUCK_SECONDS") or STUCK_SECONDS),
        restart=_end_worker if "--restart" in arguments else None,
    )
    sys.stdout.write(text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

"""Why a stage's process ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workers.ops.processes import StageProcess
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SAYS = (
    "import sys; print('{\"event\": 1}'); print('a warning\\nrasid: parse stopped by itself: no disk', file=sys.stderr)"
)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (f"{SAYS}; sys.exit(1)", "exit code 1: no disk"),
        ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL; it did not say why: has memory run out?"),
        ("import os; os.abort()", "killed by SIGABRT; it did not say why"),
        ("raise SystemExit(3)", "exit code 3; it did not say why"),
    ],
)
@pytest.mark.parametrize("logged", [True, False])
def test_why_a_stage_ended_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    program: str,
    why: str,
    *,
    logged: bool,
) -> None:
    (tmp_path / "dying.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    log = tmp_path / "log" if logged else None
    process = StageProcess("parse", Settings(), "b:1", log=log, keep_errors=not logged, program=("dying",))
    assert process.why() == why
    # What it says itself still comes through.
    said = (log.read_text() if log else "") + "".join(capfd.readouterr())
    assert ("a warning\nrasid: parse stopped by itself: no disk\n" in said) == ("no disk" in why)

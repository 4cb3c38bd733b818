"""The container's health check, against a real server; what it kills is told to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from workers.ops import probe
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def worker(live: int, ready: int) -> Iterator[int]:
    """Serve these two answers; 0 means that no answer comes."""
    go = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = {"/livez": live, "/readyz": ready}[self.path]
            if status == 0:
                go.wait()
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(f"{self.path} {status}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        go.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("live", "ready", "code", "restarts"),
    [
        (200, 200, 0, 0),
        (200, 503, 1, 0),
        (503, 503, 1, 1),
    ],
)
def test_ready_is_healthy_and_only_what_hangs_is_restarted(
    live: int, ready: int, code: int, restarts: int, tmp_path: Path
) -> None:
    ended = []
    with worker(live, ready) as port:
        found = probe.probe(port, silent_since=tmp_path / "silent", restart=lambda: ended.append(port))
        assert found == (code, f"/readyz {ready}")
        assert len(ended) == restarts
        # Without --restart it only tells.
        assert probe.probe(port, silent_since=tmp_path / "silent") == found


def test_a_worker_that_takes_connections_and_never_answers_is_restarted_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "ANSWER_SECONDS", 0.05)
    now, ended = 1000.0, []

    def look(port: int) -> tuple[int, str]:
        return probe.probe(
            port,
            silent_since=tmp_path / "silent",
            stuck_seconds=60,
            restart=lambda: ended.append(now),
            clock=lambda: now,
        )

    with worker(0, 0) as port:
        for now in (1000.0, 1030.0, 1060.0, 1061.0):
            code, text = look(port)
            assert code == 1
            assert f"not answered for {now - 1000:.0f} s" in text
        assert ended == [1061.0]
    with worker(0, 0) as port:
        now = 2000.0
        assert look(port)[1].endswith("for 0 s"), "the next worker's silence is counted from its own beginning"
    with worker(200, 200) as port:
        assert look(port)[0] == 0
    assert not (tmp_path / "silent").exists()
    assert ended == [1061.0]


def test_nothing_listens_is_unhealthy_and_restarts_nothing(tmp_path: Path) -> None:
    with worker(200, 200) as port:
        pass
    code, text = probe.probe(port, silent_since=tmp_path / "silent", restart=lambda: pytest.fail("restarted"))
    assert code == 1
    assert f"no worker answers at port {port}" in text


def test_as_a_command_it_prints_the_answer_and_outside_of_a_container_it_kills_nothing() -> None:
    with worker(503, 503) as port:
        command = [sys.executable, "-m", "workers.ops.probe"]
        environment = {**os.environ, "RASID_HEALTH_PORT": str(port)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "/readyz 503\n")
        if not os.path.exists("/.dockerenv"):  # noqa: PTH110 - as the probe asks, from outside of it
            done = subprocess.run([*command, "--restart"], env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 1
            assert "container" in done.stderr


def test_it_waits_as_long_for_a_silent_worker_as_the_worker_for_its_loop() -> None:
    assert Settings().health_stuck_seconds == probe.STUCK_SECONDS


def test_what_speaks_no_http_is_no_worker_to_the_probe_nor_to_rasid_health(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for _ in range(2):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"+OK ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        port = listening.getsockname()[1]
        code, text = probe.probe(port, silent_since=tmp_path / "silent", restart=lambda: pytest.fail("restarted"))
        assert (code, text) == (1, f"no worker answers at port {port}: +OK ready\r\n")
        environment = {**os.environ, "RASID_HEALTH_PORT": str(port)}
        command = [sys.executable, "-m", "workers", "health"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        thread.join()
    assert (done.returncode, done.stdout) == (1, "")
    url = f"http://127.0.0.1:{port}/livez"
    assert done.stderr == f"rasid: no worker answers at {url}: what answers is no worker of Rasid\n"

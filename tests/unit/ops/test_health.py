"""What turns red and when, by a clock of the test; and the server, over real sockets."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from workers.ops.health import LIVE, HealthServer, Limits, Vitals, judge
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

START = 1000.0
LIMITS = Limits(stuck=60.0, broker=15.0, disk=20.0)


def well(now: float = START) -> Vitals:
    """A worker to which nothing comes, at `now`."""
    vitals = Vitals(START)
    vitals.assigned = frozenset({0, 1})
    vitals.loop_at = vitals.broker_at = vitals.fetched_at = vitals.disk_at = now
    return vitals


def red(vitals: Vitals, now: float) -> set[str]:
    return {name for name, each in judge(vitals, LIMITS, now).items() if each is not None}


def test_a_quiet_topic_is_well_however_long_nothing_comes() -> None:
    later = START + 86_400
    assert red(well(later), later) == set()


def test_before_the_first_assignment_it_lives_and_is_not_ready() -> None:
    assert red(Vitals(START), START + 1) == {"partitions"}


def test_a_worker_that_has_no_partition_because_others_have_them_is_ready() -> None:
    vitals = well(START + 1000)
    vitals.assigned = frozenset()
    assert red(vitals, START + 1000) == set()


def stuck_loop(v: Vitals) -> None:
    v.loop_at = START


def stuck_record(v: Vitals) -> None:
    v.busy, v.moved_at = True, START


def consumer_gone(v: Vitals) -> None:
    v.consumer_ended_at = START


def no_fetch(v: Vitals) -> None:
    v.fetched_at = v.moved_at = START


def nothing_handed_over(v: Vitals) -> None:
    v.waiting, v.moved_at = 3, START


def broker_silent(v: Vitals) -> None:
    v.broker_at = v.fetched_at = START


def not_acknowledged(v: Vitals) -> None:
    v.sending_since = START


def disk_full(v: Vitals) -> None:
    v.disk_error = "no space left"


def disk_hangs(v: Vitals) -> None:
    v.disk_at = START


def topic_missing(v: Vitals) -> None:
    v.topics_why, v.topics_at = "topic articles.raw does not exist", START


def rebalancing(v: Vitals) -> None:
    v.assigned = None


def recovering(v: Vitals) -> None:
    v.recovering_since = START


def limited(v: Vitals) -> None:
    v.limit_reason = "50 dead letters in a row"


def draining(v: Vitals) -> None:
    v.draining_since = START


@pytest.mark.parametrize(
    ("fault", "after", "condition"),
    [
        (stuck_loop, 60, "loop"),
        (stuck_record, 60, "loop"),
        (no_fetch, 60, "consumer"),
        (nothing_handed_over, 60, "consumer"),
        (broker_silent, 15, "broker"),
        (not_acknowledged, 15, "delivery"),
        (disk_hangs, 20, "disk"),
        (consumer_gone, 0, "consumer"),
        (disk_full, 0, "disk"),
        (topic_missing, 0, "topics"),
        (rebalancing, 0, "partitions"),
        (recovering, 0, "state"),
        (limited, 0, "dead_letters"),
        (draining, 0, "running"),
    ],
)
def test_each_fault_turns_its_own_condition_red_and_no_other(
    fault: Callable[[Vitals], None], after: float, condition: str
) -> None:
    now = START + after + 0.1
    vitals = well(now)
    fault(vitals)
    judged = judge(vitals, LIMITS, now)
    (found,) = (each for each in judged.values() if each is not None)
    assert red(vitals, now) == {condition}
    assert found.why
    assert found.do
    if after:
        assert found.since == START
        before = well(START + after)
        fault(before)
        assert red(before, START + after) == set()


def test_coming_past_offsets_without_a_record_is_no_standing_still() -> None:
    """A long run of aborted transactions hands nothing over."""
    vitals = well(START + 3600)
    nothing_handed_over(vitals)
    assert red(vitals, START + 3600) == {"consumer"}
    vitals.passed_at = START + 3590
    assert red(vitals, START + 3600) == set()


def test_what_a_restart_cannot_mend_never_says_that_the_worker_is_dead() -> None:
    """Otherwise a broker that is away would have all workers restarted for as long as it is."""
    now = START + 3600
    vitals = well(START)
    vitals.loop_at = now
    # The broker went while records waited, a batch was in hand, outputs were on their way.
    vitals.waiting, vitals.sending_since, vitals.disk_error = 100, START, "full"
    for busy in (False, True):
        vitals.busy = busy
        assert not red(vitals, now) & LIVE
    vitals.sending_since = None
    vitals.busy = True
    assert not red(vitals, now) & LIVE


def test_a_worker_that_is_meant_to_stand_lives() -> None:
    now = START + 3600
    for fault in (limited, draining):
        vitals = well(now)
        vitals.waiting, vitals.moved_at, vitals.fetched_at = 500, START, START
        fault(vitals)
        if fault is draining:
            vitals.loop_at = START
        assert not red(vitals, now) & LIVE


def test_after_a_silence_of_the_broker_the_consumer_has_its_time() -> None:
    now = START + 3600
    vitals = well(now)
    vitals.waiting, vitals.moved_at = 500, START
    vitals.broker_back_at = now - 5
    assert red(vitals, now) == set()
    vitals.broker_back_at = now - 61
    assert red(vitals, now) == {"consumer"}


class Served:
    def __init__(self, port: int, vitals: Vitals) -> None:
        self.port, self.vitals = port, vitals
        self.now = START + 1

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def json(self, path: str) -> tuple[int, Any]:
        status, _, body = self.ask(path)
        return status, json.loads(body)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(free_port(), well())
    server = HealthServer(
        Settings(health_port=made.port, state_dir=tmp_path / "state"),
        made.vitals,
        stage="tag",
        exposition=lambda judged: f"red {sum(each is not None for each in judged.values())}\n".encode(),
        clock=lambda: made.now,
        wall=lambda: 1_750_000_000.0 + made.now - START,
    )
    server.start()
    yield made
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        made.ask("/livez")


def test_the_server_says_that_all_is_well(served: Served) -> None:
    assert served.json("/livez")[0] == 200
    status, body = served.json("/readyz")
    assert (status, body["status"], body["stage"]) == (200, "ready", "tag")
    assert all(each == {"name": each["name"], "ok": True} for each in body["conditions"])
    assert served.ask("/metrics")[2] == b"red 0\n"
    assert served.ask("/metrics")[1]["Content-Type"].startswith("text/plain")


def test_the_server_says_what_is_red_since_when_and_what_to_do(served: Served) -> None:
    served.now = START + 100.0
    served.vitals.loop_at = served.vitals.fetched_at = served.now
    status, body = served.json("/readyz")
    assert (status, body["status"]) == (503, "not ready")
    (found,) = (each for each in body["conditions"] if each["name"] == "broker")
    assert found == {
        "name": "broker",
        "ok": False,
        "since": "2025-06-15T15:06:40.000Z",
        "seconds": 100.0,
        "why": "no broker has answered",
        "do": "look at the broker, and at the network between; the worker retries",
    }
    # That is no reason to restart the worker.
    assert served.json("/livez")[0] == 200
    served.vitals.loop_at = START
    status, body = served.json("/livez")
    assert (status, [each["name"] for each in body["conditions"] if not each["ok"]]) == (503, ["loop"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/livez", 200),
        ("GET", "/", 404),
        ("GET", "/livez/", 404),
        ("GET", "/metrics/x", 404),
        ("GET", "/table", 404),
        ("GET", "/../etc/passwd", 404),
        ("POST", "/livez", 405),
        ("DELETE", "/metrics", 405),
        ("OPTIONS", "/readyz", 405),
        ("POST", "/table", 404),
    ],
)
def test_nothing_else_is_served_and_no_answer_says_by_what(served: Served, method: str, path: str, status: int) -> None:
    found, headers, body = served.ask(path, method)
    assert found == status
    assert headers["Server"] == "rasid"
    assert b"aiohttp" not in body.lower()


def test_what_is_no_http_is_refused_without_a_banner(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 no http\r\n\r\n")
        answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.0 400")
    for word in (b"aiohttp", b"Python", b"Traceback"):
        assert word not in answer
    assert served.json("/livez")[0] == 200


def test_a_port_that_is_taken_is_an_error(served: Served, tmp_path: Path) -> None:
    second = HealthServer(
        Settings(health_port=served.port, state_dir=tmp_path),
        well(),
        stage="tag",
        exposition=lambda _judged: b"",
        clock=lambda: START,
        wall=lambda: START,
    )
    with pytest.raises(OSError, match="in use"):
        second.start()

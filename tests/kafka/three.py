"""Three brokers of one cluster, from the same jars: each is broker and controller, with a small heap."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from workers.broker import LocalBroker, _free_ports, jars, java, metadata_answers

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

__all__ = ["Three"]

HEAP_MB = 256
CLUSTER = "rasidThreeBrokers00000"
START_SECONDS = 180.0


class Three:
    """Starts three brokers, kills some, and starts them again with what they have on disk."""

    def __init__(self, folder: Path) -> None:
        """Start all, and return when each answers."""
        self.folders = [folder / str(node) for node in (1, 2, 3)]
        ports = _free_ports(6)
        self._ports, self._controllers = ports[:3], ports[3:]
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in zip((1, 2, 3), self._controllers, strict=True))
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        for node, (at, port, controller) in enumerate(
            zip(self.folders, self._ports, self._controllers, strict=True), start=1
        ):
            at.mkdir(parents=True)
            more = {
                "node.id": str(node),
                "controller.quorum.voters": voters,
                "default.replication.factor": "3",
                "min.insync.replicas": "2",
                "offsets.topic.replication.factor": "3",
                "transaction.state.log.replication.factor": "3",
                "transaction.state.log.min.isr": "2",
                # A broker that is gone is found out in seconds, as on a cluster whose brokers do not share two cores.
                "broker.session.timeout.ms": "6000",
                "unclean.leader.election.enable": "false",
            }
            LocalBroker._configure(at, port, controller, {}, more)
            LocalBroker._format(at, java(), f"{jars()}/*", {}, CLUSTER)
        self.start(1, 2, 3)

    @property
    def bootstrap(self) -> str:
        return ",".join(f"127.0.0.1:{port}" for port in self._ports)

    def start(self, *nodes: int) -> None:
        """Start brokers that do not run, and wait until each answers."""
        for node in nodes:
            self._running[node] = LocalBroker._launch(self.folders[node - 1], java(), f"{jars()}/*", HEAP_MB)

        async def answer() -> None:
            async with asyncio.timeout(START_SECONDS):
                for node in nodes:
                    while not await metadata_answers(f"127.0.0.1:{self._ports[node - 1]}"):
                        assert self._running[node].poll() is None, (self.folders[node - 1] / "broker.log").read_text()
                        await asyncio.sleep(0.2)

        asyncio.run(answer())

    def kill(self, *nodes: int) -> None:
        """End brokers as a power cut would."""
        for node in nodes:
            process = self._running.pop(node)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """End what runs."""
        self.kill(*list(self._running))

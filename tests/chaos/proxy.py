"""A TCP proxy between the clients and the broker, whose connections can be cut, refused and slowed."""

from __future__ import annotations

import asyncio
import contextlib

__all__ = ["Proxy"]

_CHUNK = 64 << 10


class Proxy:
    """Listens on a free port of 127.0.0.1 and passes bytes to `target` and back."""

    def __init__(self, target: int) -> None:
        """Pass on to port `target` of 127.0.0.1, which need not be open yet."""
        self.port = 0
        self.target = target
        #: Seconds that each piece of up to 64 KiB waits in each direction.
        self.delay = 0.0
        #: Close new connections at once.
        self.refuses = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> int:
        """Reset every connection that is open; return how many there were."""
        count = len(self._open)
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()
        return count

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, behind}
        ways = [asyncio.create_task(self._pass(reader, behind)), asyncio.create_task(self._pass(behind_reader, writer))]
        self._tasks.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, behind):
            self._open.discard(each)
            each.transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)
        self._tasks.difference_update(ways)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()

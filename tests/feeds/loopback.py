"""A venue on loopback and a session that listens to it: real sockets, nothing of ours replaced."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from feeds.connection import Link, LinkSpec

PATIENCE_S = 10.0
"""How long a test waits for what must happen; nothing is asserted about how soon it does."""


class Session:
    """Hears a link. Frames that begin with "data" are data."""

    def __init__(self) -> None:
        self.frames: list[tuple[str | bytes, int]] = []
        self.stamps: list[tuple[int, int]] = []
        self.links: list[tuple[bool, int, str]] = []
        self.log: list[str] = []
        self._news = asyncio.Event()

    def on_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        self.frames.append((raw, epoch))
        self.stamps.append((mono, wall))
        self.log.append(f"frame {epoch}")
        self._news.set()
        return isinstance(raw, str) and raw.startswith("data")

    def on_link(self, up: bool, epoch: int, reason: str) -> None:
        self.links.append((up, epoch, reason))
        self.log.append(f"{'up' if up else 'down'} {epoch}")
        self._news.set()

    def data_of(self, epoch: int) -> list[str | bytes]:
        return [raw for raw, number in self.frames if number == epoch]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for news from the link until `holds`."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                # Counters in `health` may change without a call, so look again now and then.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.02)


Handler = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def venue(handler: Handler, **options: Any) -> AsyncIterator[str]:
    """Serve `handler`; yields the address. A client that goes is not an error of the handler."""

    guests: dict[ServerConnection, asyncio.Task[None]] = {}

    async def forgiving(socket: ServerConnection) -> None:
        task = asyncio.current_task()
        assert task is not None
        guests[socket] = task
        with suppress(ConnectionClosed, asyncio.CancelledError):
            await handler(socket)

    server: Server = await serve(forgiving, "127.0.0.1", 0, compression=None, close_timeout=0.2, **options)
    scheme = "wss" if "ssl" in options else "ws"
    try:
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
    finally:
        # A handler that plays dead does not end by itself.
        for socket, task in guests.items():
            socket.transport.abort()
            task.cancel()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def raw_server(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A TCP server that need not speak websocket; yields its address. Connections end with it."""
    writers: list[asyncio.StreamWriter] = []

    async def remembered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await handler(reader, writer)

    server = await asyncio.start_server(remembered, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def running(link: Link) -> AsyncIterator[asyncio.Task[None]]:
    """Run `link` for the block, then stop it."""
    task = asyncio.create_task(link.run())
    try:
        yield task
    finally:
        async with asyncio.timeout(PATIENCE_S):
            await link.stop()
            await asyncio.wait({task})


def spec(url: str, **changes: Any) -> LinkSpec:
    """A link with times short enough for a test."""
    times = {"stale_after_s": 0.2, "replace_after_s": 0.6, "first_data_s": 1.0}
    return LinkSpec("test", url, **{**times, **changes})


def link_to(url: str, session: Session, *, options: dict[str, Any] | None = None, **changes: Any) -> Link:
    return Link(spec(url, **changes), session.on_frame, session.on_link, **(options or {}))


async def silence(socket: ServerConnection) -> None:
    """Answer pings and say nothing."""
    await socket.wait_closed()


async def deliver(socket: ServerConnection, every_s: float = 0.02) -> None:
    """Data, for ever."""
    number = 0
    while True:
        await socket.send(f"data {number}")
        number += 1
        await asyncio.sleep(every_s)

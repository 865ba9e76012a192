"""Who listens to what, and sending to each without waiting for any.

Every client has a queue and a task of its own that empties it into the socket. A client whose queue is full is too
slow: it is closed with 1013, as the venue does, and nobody else notices.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

QUEUE_FRAMES: Final = 8192
"""Frames that may wait for one client."""

PING_S: Final = 20.0
"""Seconds between the pings that a client's library has to answer."""

REFUSED: Final = b"INVALID OPERATION"
"""The venue's answer to a message that it cannot use."""

_CLOSE_WAIT_S: Final = 0.3


class Client:
    """One websocket that the venue talks to."""

    def __init__(self, request: web.Request, queue_frames: int = QUEUE_FRAMES) -> None:
        self.socket = web.WebSocketResponse(heartbeat=PING_S, compress=False, max_msg_size=1 << 20)
        self.topics: set[str] = set()
        self._request = request
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(queue_frames)
        self._writer: asyncio.Task[None] | None = None
        self._cutting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Finish the handshake and begin to send."""
        await self.socket.prepare(self._request)
        self._writer = asyncio.create_task(self._write())

    def send(self, payload: bytes) -> None:
        """Queue one text frame; a client that has too many waiting is dropped."""
        if self._cutting is not None:
            return
        if self._queue.full():
            self.drop(WSCloseCode.TRY_AGAIN_LATER, b"slow consumer")
        else:
            self._queue.put_nowait(payload)

    def drop(self, code: int, reason: bytes) -> None:
        """Say goodbye if that can be said at once, and cut the connection."""
        if self._writer is not None and self._cutting is None:
            self._writer.cancel()
            self._cutting = asyncio.create_task(self._cut(code, reason))

    async def done(self) -> None:
        """The client has left, or was dropped: end its tasks."""
        if self._writer is not None:
            self._writer.cancel()
        await asyncio.gather(*(task for task in (self._writer, self._cutting) if task), return_exceptions=True)

    async def _write(self) -> None:
        try:
            while True:
                await self.socket.send_frame(await self._queue.get(), WSMsgType.TEXT)
        except ConnectionError:
            return

    async def _cut(self, code: int, reason: bytes) -> None:
        transport = self._request.transport
        try:
            async with asyncio.timeout(_CLOSE_WAIT_S):
                await self.socket.close(code=code, message=reason)
        except (TimeoutError, ConnectionError):
            pass
        finally:
            if transport is not None:
                transport.abort()


class Audience:
    """All clients of one service, by the topics that each listens to."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self._listeners: dict[str, set[Client]] = {}

    def join(self, client: Client) -> None:
        """A new client, without topics yet."""
        self.clients.add(client)

    def leave(self, client: Client) -> None:
        """A client and all its topics are gone."""
        self.unsubscribe(client, list(client.topics))
        self.clients.discard(client)

    def subscribe(self, client: Client, topics: Iterable[str]) -> None:
        """Send that client whatever is published under these topics from now on."""
        for topic in topics:
            client.topics.add(topic)
            self._listeners.setdefault(topic, set()).add(client)

    def unsubscribe(self, client: Client, topics: Iterable[str]) -> None:
        """Stop that."""
        for topic in topics:
            client.topics.discard(topic)
            listeners = self._listeners.get(topic)
            if listeners is not None:
                listeners.discard(client)
                if not listeners:
                    del self._listeners[topic]

    def listeners(self, *topics: str) -> set[Client]:
        """Everyone who listens to one of these."""
        found: set[Client] = set()
        for topic in topics:
            found |= self._listeners.get(topic, set())
        return found

    def publish(self, payload: bytes, *topics: str) -> None:
        """Send to everyone who listens to one of these topics, once."""
        for client in self.listeners(*topics):
            client.send(payload)

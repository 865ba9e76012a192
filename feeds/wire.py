"""One websocket connection that hands its frames over while the socket is being read.

`recv()` wakes a task for each frame: measured here, half of all frames then arrive 45 µs later, and every
hundredth waits behind whatever else the loop has to do, a millisecond beside a painted screen. So a frame is
handed over inside `data_received`, in the call in which its last byte came from the socket.
"""

import asyncio
import functools
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Event, State
from websockets.uri import parse_uri

from feeds.link_failure import LinkFailure, close_failure

MAX_FRAME_BYTES: Final = 2**20
OPEN_TIMEOUT_S: Final = 5.0
PING_EVERY_S: Final = 5.0
PONG_TIMEOUT_S: Final = 5.0
CLOSE_TIMEOUT_S: Final = 1.0
ADDRESS_HEAD_START_S: Final = 0.25
"""How long one address of a host may take before the next is tried beside it (a broken IPv6, mostly)."""

USER_AGENT: Final = f"pmtui websockets/{version('websockets')}"

_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})

Take = Callable[[str | bytes, int, int, int], None]
"""(frame, monotonic ns, wall ns, payload bytes) of one whole frame: text as str, binary as bytes."""

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens to a wire, and by which clocks (ns) it stamps what it hears."""

    take: Take
    crashed: Callable[[Exception], None]
    clock: Clock
    wall: Clock


class Wire(ClientConnection):
    """A connection without a receive queue: `take` is called with each frame as it arrives.

    Both stamps are taken when a frame is whole, as it would be when the library's `recv` returns. An exception of
    `take` goes to `crashed`, and no further frame is handed over. `ended` is done as soon as the connection is of
    no more use, which may be a close timeout before the socket is gone.
    """

    def __init__(self, protocol: ClientProtocol, *, ears: Ears, **limits: Any) -> None:
        super().__init__(protocol, **limits)
        self.ended: asyncio.Future[None] = self.loop.create_future()
        self._take: Take | None = ears.take
        self._crashed = ears.crashed
        self._clock = ears.clock
        self._wall = ears.wall
        self._opcode = Opcode.TEXT
        self._parts = bytearray()

    def data_received(self, data: bytes) -> None:
        """Bytes came off the socket: hand over the frames that they complete."""
        super().data_received(data)
        if self.protocol.state is State.CLOSING:
            self._end()

    def process_event(self, event: Event) -> None:
        """Take a data frame past the library's queue; the handshake's answer, pings and pongs stay its own."""
        if not isinstance(event, Frame) or event.opcode not in _DATA:
            super().process_event(event)
        elif event.fin and event.opcode is not Opcode.CONT:
            self._hand_over(event.opcode, event.data)
        else:
            self._add_fragment(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        super().connection_lost(exc)
        self._end()

    def write(self, text: str) -> bool:
        """Send a short text frame without waiting for the peer; False where the connection is not open."""
        if self.protocol.state is not State.OPEN:
            return False
        self.protocol.send_text(text.encode())
        self.send_data()
        return True

    def mute(self) -> None:
        """Hand nothing over any more."""
        self._take = None

    def failure(self) -> LinkFailure:
        """Why the connection ended."""
        protocol = self.protocol
        ours_first = protocol.close_sent is not None and not protocol.close_rcvd_then_sent
        received = None if ours_first else protocol.close_rcvd
        return close_failure(received, protocol.close_sent, self.connection_exc)

    async def shut(self) -> None:
        """Close, politely for at most a second, then without asking the peer. Cancelled: at once."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self.close()
        except TimeoutError:
            pass
        finally:
            self.transport.abort()
            await self.wait_closed()

    def _add_fragment(self, frame: Frame) -> None:
        # The parser has checked the order of fragments and the size of their sum.
        if frame.opcode is not Opcode.CONT:
            self._opcode = frame.opcode
        self._parts += frame.data
        if frame.fin:
            whole = bytes(self._parts)
            self._parts.clear()
            self._hand_over(self._opcode, whole)

    def _hand_over(self, opcode: Opcode, data: bytes | bytearray | memoryview) -> None:
        take = self._take
        if take is None:
            return
        try:
            raw = str(data, "utf-8") if opcode is Opcode.TEXT else bytes(data)
        except UnicodeDecodeError:
            self.mute()
            self.protocol.fail(CloseCode.INVALID_DATA, "text is not UTF-8")
            self.send_data()
            return
        try:
            take(raw, self._clock(), self._wall(), len(data))
        except Exception as bug:
            # A protocol's exception would end in the loop's log; the owner has to see it.
            self.mute()
            self.transport.abort()
            self._crashed(bug)

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


class _DirectConnect(connect):
    """Follows no redirect: each would be a connect outside the host's budget, and a venue sends none."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


@functools.cache
def public_tls() -> ssl.SSLContext:
    """The system's certificates, read once: it takes 35 ms, during which the loop would stand still."""
    return ssl.create_default_context()


async def open_wire(url: str, ears: Ears, tls: ssl.SSLContext | None) -> Wire:
    """Connect to `url`, a `ws://` or, with `tls`, a `wss://` address, within 5 s.

    Frames may be handed over before this returns. Raises OSError (TimeoutError, `ssl.SSLError` and name
    resolution among them) or `websockets.exceptions.InvalidHandshake`.
    """

    def wire(protocol: ClientProtocol, **limits: Any) -> Wire:
        return Wire(protocol, ears=ears, **limits)

    extra: dict[str, Any] = {}
    if tls is not None:
        extra.update(ssl=tls, ssl_shutdown_timeout=CLOSE_TIMEOUT_S)
    if _has_many_addresses(url) and isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop):
        extra.update(happy_eyeballs_delay=ADDRESS_HEAD_START_S)  # uvloop has no such argument
    connection = await _DirectConnect(
        url,
        # Annotated as a class, documented as "a wrapper or a subclass".
        create_connection=cast(type[ClientConnection], wire),
        compression=None,
        max_size=MAX_FRAME_BYTES,
        ping_interval=PING_EVERY_S,
        ping_timeout=PONG_TIMEOUT_S,
        close_timeout=CLOSE_TIMEOUT_S,
        open_timeout=OPEN_TIMEOUT_S,
        user_agent_header=USER_AGENT,
        proxy=None,
        **extra,
    )
    return cast(Wire, connection)


def _has_many_addresses(url: str) -> bool:
    # An address by number has no rival, and asyncio's race drops its socket unclosed if it is cancelled
    # just as it is won.
    try:
        ipaddress.ip_address(parse_uri(url).host)
    except ValueError:
        return True
    return False

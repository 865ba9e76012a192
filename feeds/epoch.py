"""One connection of a link: its number, its data, and what there is to complain about."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

from feeds.link_failure import LinkFailure
from feeds.link_health import LinkHealth
from feeds.wire import Ears, Wire, open_wire


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """Where a feed connects to, what it says there, and how long it may be silent. Times in seconds."""

    name: str
    """`binance`, `clob`, ..."""
    url: str
    """`ws://` or `wss://`, with its path."""
    _: KW_ONLY
    hello: tuple[str, ...] = field(default=(), repr=False)
    """Text frames sent right after the handshake; may hold credentials, so no `repr` shows them."""
    ping_text: str | None = None
    """Text frame sent every `ping_every_s`, where the venue wants one besides the protocol's own pings."""
    ping_every_s: float = 10.0
    stale_after_s: float
    """No data for longer: the feed says `stale`."""
    replace_after_s: float
    """No data for longer: the connection is replaced."""
    first_data_s: float = 5.0
    """A connection without data after this time is replaced."""
    rotate_after_s: float = 23 * 3600.0
    """A connection of this age is rotated; Binance cuts at 24 h."""


OnFrame = Callable[[str | bytes, int, int, int], bool]
"""(frame, monotonic ns, wall ns, epoch) -> whether it was data, a sign of life of this feed."""


class Epoch:
    """One connection, from its opening to its end.

    `number` is 0 until the connection is announced, which `begin` does: before its first frame at the
    latest. Times are monotonic ns, 0 for never. `stir` is called when something changed that is worth a look.
    """

    __slots__ = (
        "_begin",
        "_health",
        "_on_frame",
        "_pinger",
        "_spec",
        "_stir",
        "first_data",
        "last_data",
        "number",
        "opened",
        "proven",
        "wire",
    )

    wire: Wire

    def __init__(
        self,
        spec: LinkSpec,
        health: LinkHealth,
        on_frame: OnFrame,
        begin: Callable[["Epoch"], None],
        stir: Callable[[], None],
    ) -> None:
        self.number = 0
        self.opened = 0
        self.first_data = 0
        self.last_data = 0
        self.proven: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._spec = spec
        self._health = health
        self._on_frame = on_frame
        self._begin = begin
        self._stir = stir
        self._pinger: asyncio.Task[None] | None = None

    async def open(self, ears: Ears, tls: ssl.SSLContext | None) -> None:
        """Connect and say hello; raises as `open_wire` does."""
        self.wire = await open_wire(self._spec.url, ears, tls)
        self.opened = ears.clock()
        self.wire.ended.add_done_callback(lambda _: self._stir())
        for text in self._spec.hello:
            self.wire.write(text)
        if self._spec.ping_text is not None:
            self._pinger = asyncio.create_task(self._ping(self._spec.ping_text))

    def take(self, raw: str | bytes, mono: int, wall: int, size: int) -> None:
        """Hand a frame to the consumer and note the sign of life. The hot path."""
        if not self.number:
            self._begin(self)
        health = self._health
        health.frames += 1
        health.bytes += size
        if self._on_frame(raw, mono, wall, self.number):
            health.data_frames += 1
            health.last_data = self.last_data = mono
            if not self.first_data:
                self._prove(mono)

    def deadline(self) -> int:
        """By when data must come, or the connection is given up."""
        if not self.first_data:
            return self.opened + int(self._spec.first_data_s * 1e9)
        return self.last_data + int(self._spec.replace_after_s * 1e9)

    def failure(self, now: int) -> LinkFailure | None:
        """Why this connection has to be replaced; None while it need not be."""
        if self.wire.ended.done():
            return self.wire.failure()
        if now < self.deadline():
            return None
        if not self.first_data:
            return LinkFailure(f"connected, but no data within {self._spec.first_data_s:g} s")
        return LinkFailure(f"no data for {self._spec.replace_after_s:g} s on an open connection")

    async def shut(self) -> None:
        """Close the connection, within about a second whatever the peer does."""
        if self._pinger is not None:
            self._pinger.cancel()
        await self.wire.shut()

    def _prove(self, mono: int) -> None:
        self.first_data = mono
        self._health.fresh = True
        self.proven.set_result(None)

    async def _ping(self, text: str) -> None:
        while True:
            await asyncio.sleep(self._spec.ping_every_s)
            self.wire.write(text)

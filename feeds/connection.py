"""A websocket feed that stays connected for ever and tells the truth about its state.

A link has one connection at a time, an epoch. What ends it (the venue, the network, silence, the session's
wish) leads to the next, after a pause and within the host's connect budget. Only a rotation opens the next
connection while the old one still delivers. The link knows nothing of what frames mean.
"""

import asyncio
import random as randomness
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.uri import parse_uri

from feeds.backoff import Backoff
from feeds.connect_budget import ConnectBudget
from feeds.epoch import Epoch, LinkSpec, OnFrame
from feeds.link_failure import LinkFailure, connect_failure
from feeds.link_health import LinkHealth
from feeds.text import clean
from feeds.wire import Clock, Ears, public_tls

__all__ = ["Link", "LinkSpec", "OnFrame", "OnLink"]

PROVEN_NS: Final = 30 * 10**9
"""So long a connection must have delivered data for the next pause to be short again."""

OVERLAP_S: Final = 1.0
"""After a rotation the old connection goes on for this long, for what is still on its way."""

ROTATE_AGAIN_NS: Final = 60 * 10**9
"""After a rotation that failed."""

STOPPED: Final = "stopped"
"""The reason of a link that its owner ended, which is no news."""

OnLink = Callable[[bool, int, str], None]
"""(up, epoch, reason)."""


class Link:
    """One feed. `run` keeps it connected until it is cancelled or `stop` is called.

    Both callbacks are called synchronously on the loop. `on_frame` says whether the frame was data. What
    `on_link` says last is how things are:

    - `(True, n, ...)` comes before any frame of epoch n. Epochs grow by one.
    - `(False, n, ...)` comes after the last frame of epoch n. Attempts that fail in between are in `health`.
    - A rotation says `(True, n + 1, ...)` while n is up, and nothing when n goes: n is superseded, though its
      frames, still marked n, go on for a moment.

    An exception of a callback is a bug of the consumer: no frame is handed over any more, and `run` raises it.
    """

    def __init__(
        self,
        spec: LinkSpec,
        on_frame: OnFrame,
        on_link: OnLink,
        *,
        budget: ConnectBudget | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Clock = time.monotonic_ns,
        wall: Clock = time.time_ns,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = randomness.random,
    ) -> None:
        """`budget` is shared by the links of a host; `sleep` is how the link pauses between attempts.

        Raises ValueError where `spec.url` is not a websocket address.
        """
        try:
            parse_uri(spec.url)
        except InvalidURI as error:
            raise ValueError(f"url of feed {spec.name} is no ws:// or wss:// address: {error.msg}") from None
        self.spec: Final = spec
        self.health: Final = LinkHealth()
        self._on_frame = on_frame
        self._on_link = on_link
        self._budget = budget or ConnectBudget()
        self._tls = (tls or public_tls()) if spec.url.startswith("wss:") else None
        self._clock = clock
        self._wall = wall
        self._sleep = sleep
        self._backoff = Backoff(random)
        self._not_before = 0
        self._stir = asyncio.Event()
        self._current: Epoch | None = None
        self._asked = ""
        self._rotate_at = 0
        self._rotation: asyncio.Task[Epoch | str] | None = None
        self._epochs: set[Epoch] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._work: asyncio.Task[None] | None = None
        self._stopped = False
        self._bug: Exception | None = None

    async def run(self) -> None:
        """Stay connected until cancelled or stopped; raises what a callback raised. Once a link."""
        if self._stopped:
            return
        self._work = asyncio.create_task(self._stay_connected(), name=f"link {self.spec.name}")
        try:
            await self._work
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._bug is None and task is not None and task.cancelling():
                raise
        if self._bug is not None:
            raise self._bug

    async def stop(self) -> None:
        """End `run`, whatever the link is doing; takes about a second where the peer does not answer."""
        self._stopped = True
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait({self._work})

    def reconnect(self, reason: str) -> None:
        """Replace the connection because the session cannot use it; `reason` is shown. A fault.

        Frames of the old one may come until `on_link` has said that it is down.
        """
        if self.health.up:
            self._asked = reason
            self._stir.set()

    def rotate(self) -> None:
        """Replace the connection by another that has begun to deliver; not a fault."""
        if self.health.up and self._rotation is None:
            self._rotate_at = self._clock()
            self._stir.set()

    def send(self, text: str, epoch: int | None = None) -> bool:
        """Send a short text frame without waiting: on the current connection, or on that of `epoch`.

        False where there is no such connection. An answer to a frame belongs on the connection it came from, which
        during a rotation is not the current one.
        """
        if epoch is None:
            return self.health.up and self._current is not None and self._current.wire.write(text)
        return any(each.wire.write(text) for each in self._epochs if each.number == epoch)

    def state(self, now: int) -> str:
        """`connecting`, `live`, `stale` or `down: ` and the reason, at monotonic `now` (ns)."""
        return self.health.state(now, int(self.spec.stale_after_s * 1e9))

    async def _stay_connected(self) -> None:
        try:
            while True:
                self._current = await self._rotated() or await self._connect()
                await self._attend(self._current)
        finally:
            await self._close()

    async def _connect(self) -> Epoch:
        while True:
            await self._wait_for_turn()
            try:
                epoch = await self._open()
            except (OSError, InvalidHandshake) as error:
                self._fail(connect_failure(error, _host(self.spec.url), self._wall()))
            else:
                if not epoch.number:
                    self._begin(epoch)
                return epoch

    async def _wait_for_turn(self) -> None:
        health = self.health
        now = self._clock()
        while (wait := max(self._not_before - now, self._budget.wait_ns(now))) > 0:
            health.slow = self._budget.slow(now)
            health.waiting_until = now + wait
            await self._sleep(wait / 1e9)
            now = self._clock()
        health.waiting_until = 0

    async def _open(self) -> Epoch:
        self._budget.spend(self._clock())
        self.health.connects += 1
        epoch = Epoch(self.spec, self.health, self._on_frame, self._begin, self._stir.set)
        await epoch.open(Ears(epoch.take, self._crash, self._clock, self._wall), self._tls)
        self._epochs.add(epoch)
        return epoch

    def _begin(self, epoch: Epoch) -> None:
        health = self.health
        reason = "rotated" if health.up else "connected"
        if not health.up:
            health.reconnects += health.epoch > 0
            health.up, health.fresh, health.slow = True, False, False
        health.epoch += 1
        epoch.number = health.epoch
        self._rotate_at = self._clock() + int(self.spec.rotate_after_s * 1e9)
        self._on_link(True, epoch.number, reason)

    async def _attend(self, epoch: Epoch) -> None:
        """Watch the current connection, and those that take over from it, until one is lost."""
        while True:
            self._stir.clear()
            now = self._clock()
            failure = LinkFailure(clean(self._asked)) if self._asked else epoch.failure(now)
            if failure is not None:
                return self._lose(epoch, failure)
            if self._rotation is None and now >= self._rotate_at:
                self._rotation = asyncio.create_task(self._open_successor())
                self._rotation.add_done_callback(lambda _: self._stir.set())
            elif self._rotation is not None and self._rotation.done():
                epoch = self._current = self._hand_over(epoch, await self._rotated())
            due = epoch.deadline() if self._rotation else min(epoch.deadline(), self._rotate_at)
            await self._stirred((due - now) / 1e9)

    async def _stirred(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._stir.wait()
        except TimeoutError:
            pass

    def _lose(self, epoch: Epoch, failure: LinkFailure) -> None:
        self._asked = ""
        epoch.wire.mute()
        self._credit(epoch)
        self._leave(epoch, linger_s=0)
        if epoch.number != self.health.epoch:
            return  # its successor is up already: nothing was lost
        self.health.up = self.health.fresh = False
        self._fail(failure)
        self._on_link(False, epoch.number, failure.reason)

    def _fail(self, failure: LinkFailure) -> None:
        self.health.faults += 1
        self.health.reason = failure.reason
        pause_s = max(self._backoff.next_s(), failure.least_wait_s)
        self._not_before = self._clock() + int(pause_s * 1e9)

    def _credit(self, epoch: Epoch) -> None:
        if epoch.last_data - epoch.first_data >= PROVEN_NS:
            self._backoff.reset()

    async def _open_successor(self) -> Epoch | str:
        """A connection that has begun to deliver, or why none came about."""
        if self._budget.wait_ns(self._clock()) > 0:
            return "connect budget spent"
        try:
            epoch = await self._open()
        except (OSError, InvalidHandshake) as error:
            return connect_failure(error, _host(self.spec.url), self._wall()).reason
        signs = {epoch.proven, epoch.wire.ended}
        await asyncio.wait(signs, timeout=self.spec.first_data_s, return_when=asyncio.FIRST_COMPLETED)
        if epoch.number:  # announced: there is no way back to a smaller epoch, data or not
            return epoch
        epoch.wire.mute()
        self._leave(epoch, linger_s=0)
        return epoch.wire.failure().reason if epoch.wire.ended.done() else "no frame on the new connection"

    async def _rotated(self) -> Epoch | None:
        """What the rotation under way, if there is one, comes to."""
        if self._rotation is None:
            return None
        outcome = await self._rotation
        self._rotation = None
        if isinstance(outcome, Epoch):
            return outcome
        self.health.faults += 1
        self.health.reason = f"not rotated: {outcome}"
        return None

    def _hand_over(self, epoch: Epoch, successor: Epoch | None) -> Epoch:
        if successor is None:
            self._rotate_at = self._clock() + ROTATE_AGAIN_NS
            return epoch
        self.health.rotations += 1
        self._credit(epoch)
        self._leave(epoch, linger_s=OVERLAP_S)
        return successor

    def _leave(self, epoch: Epoch, linger_s: float) -> None:
        """Close a connection beside what goes on; it may deliver for `linger_s` more."""
        task = asyncio.create_task(self._see_off(epoch, linger_s))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _see_off(self, epoch: Epoch, linger_s: float) -> None:
        await asyncio.wait({epoch.wire.ended}, timeout=linger_s)
        await epoch.shut()
        self._epochs.discard(epoch)

    def _crash(self, bug: Exception) -> None:
        if self._bug is None and self._work is not None:
            self._bug = bug
            self._work.cancel()

    async def _close(self) -> None:
        if self._rotation is not None:
            self._rotation.cancel()
            await asyncio.wait({self._rotation})
        for epoch in self._epochs:
            epoch.wire.mute()
        was_up = self.health.up
        self.health.up = self.health.fresh = False
        self.health.reason = STOPPED
        self.health.waiting_until = 0
        try:
            if was_up and self._bug is None:
                self._on_link(False, self.health.epoch, STOPPED)
        finally:
            await asyncio.gather(*(epoch.shut() for epoch in self._epochs), *self._leaving)


def _host(url: str) -> str:
    """The host, with its port where the address names one; never what may stand before an @."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

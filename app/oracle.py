"""The settlement oracle's feed: one for all sessions of an asset, over the best of the venue's price sockets.

PolyBolt comes first and needs API credentials; RTDS, the older one, needs none and may end any day. The better one is
always tried. The next one is connected beside it once the better one has said nothing new for a while, and let go when
that has spoken again for as long. Whether a socket is alive is judged by the reports alone: an open one may be silent.
"""

import asyncio
import time
from collections import Counter, deque
from dataclasses import replace
from typing import Final, Protocol

from app.news import FeedChanged, Tell, Trouble
from app.oracle_socket import POLYBOLT, RTDS, OracleSocket
from app.settings import Settings
from engine.events import OracleTick
from engine.market import Market
from feeds.connect_budget import HostBudgets
from feeds.oracle import stated_average

SILENT_S: Final = 10.0
"""A socket without a new report for so long is not relied on; after speaking for so long it is again."""

LOOK_S: Final = 0.1

KEPT_FRAMES: Final = 260
"""Two minutes of both kinds of report, for a session that joins late."""

_NAMES: Final = {POLYBOLT: "PolyBolt", RTDS: "RTDS"}


class OracleReader(Protocol):
    """A session, as the oracle's feed sees it."""

    def on_reports(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        """A frame of the feed, and the reports in it, of which some may have come before."""
        ...


class OracleFeed:
    """The oracle's reports of one asset. Nothing is connected before a market joins that settles on them."""

    def __init__(self, settings: Settings, tell: Tell, budgets: HostBudgets, *, silent_s: float = SILENT_S) -> None:
        self.sockets: list[OracleSocket] = []
        """Those in use, best first."""
        self._settings = settings
        self._tell = tell
        self._budgets = budgets
        self._silent_s = silent_s
        self._roads = (POLYBOLT, RTDS) if settings.poly_api_key else (RTDS,)
        self._readers: list[OracleReader] = []
        self._kept: deque[tuple[str | bytes, list[OracleTick]]] = deque(maxlen=KEPT_FRAMES)
        self._window_s = 0
        self._wanted = asyncio.Event()
        self._past: Counter[str] = Counter()
        """Of the sockets that are in use no more."""
        self._stopped = False
        self._mute = False

    @property
    def speaking(self) -> OracleSocket | None:
        """The socket to look at: the best that is not silent, else the best; None before there is one."""
        now = time.monotonic_ns()
        speaking = [each for each in self.sockets if not self._silent(each, now)]
        return next(iter(speaking or self.sockets), None)

    @property
    def counters(self) -> Counter[str]:
        """What went wrong with the frames: those refused, by name (see `feeds.frames`), and those `lost`."""
        return sum((each.complaints for each in self.sockets), self._past)

    def join(self, reader: OracleReader, market: Market) -> None:
        """Hand every frame to `reader` from now on, and first those of the last two minutes.

        `market` settles on the oracle; the markets of one feed all average over the same time.
        """
        self._window_s = stated_average(market)
        self._wanted.set()
        self._readers.append(reader)
        for raw, ticks in self._kept:
            mono, wall = time.monotonic_ns(), time.time_ns()
            reader.on_reports(raw, True, [replace(tick, mono=mono, wall=wall) for tick in ticks], mono, wall)

    def leave(self, reader: OracleReader) -> None:
        """Stop handing frames to `reader`."""
        if reader in self._readers:
            self._readers.remove(reader)

    async def run(self) -> None:
        """Stay connected from the first market on, until cancelled or stopped."""
        await self._wanted.wait()
        async with asyncio.TaskGroup() as tasks:
            self._begin(tasks)
            while not self._stopped:
                await asyncio.sleep(LOOK_S)
                await self._look(tasks, time.monotonic_ns())

    async def stop(self) -> None:
        """End `run`; takes about a second where a peer does not answer."""
        self._stopped = True
        await asyncio.gather(*(each.link.stop() for each in self.sockets))

    def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """Connect to the best socket that is not in use."""
        name = self._roads[len(self.sockets)]
        budget = self._budgets.polybolt if name == POLYBOLT else self._budgets.rtds
        socket = OracleSocket(name, self._settings, self._window_s, self._hear, self._tell, budget)
        self.sockets.append(socket)
        tasks.create_task(socket.link.run(), name=name)

    async def _look(self, tasks: asyncio.TaskGroup, now: int) -> None:
        """Fall back to the next socket where the last in use is silent, and come back to the better one."""
        best, last = self.sockets[0], self.sockets[-1]
        if last is not best and best.steady(now, self._silent_ns):
            self.sockets.remove(last)
            self._past += last.complaints
            self._tell(FeedChanged("oracle", True, f"reports come from {_NAMES[best.name]} again"))
            await last.link.stop()
        elif self._silent(last, now):
            if len(self.sockets) < len(self._roads):
                self._begin(tasks)
                silent, spare = _NAMES[last.name], _NAMES[self.sockets[-1].name]
                why = f"nothing new from {silent} for {self._silent_s:g} s; trying {spare}"
                self._tell(FeedChanged("oracle", False, why))
            elif not self._mute:
                self._mute = True
                self._tell(Trouble("oracle", self._lack(last)))
        elif self._mute:
            self._mute = False
            self._tell(FeedChanged("oracle", True, f"reports come from {_NAMES[last.name]}"))

    def _lack(self, last: OracleSocket) -> str:
        state = last.link.state(time.monotonic_ns())
        silence = f"no report of the settlement's oracle for {self._silent_s:g} s ({_NAMES[last.name]} {state})"
        return f"{silence}; without it the distance is Binance's own"

    @property
    def _silent_ns(self) -> int:
        return int(self._silent_s * 1e9)

    def _silent(self, socket: OracleSocket, now: int) -> bool:
        return socket.silent(now, self._silent_ns)

    def _hear(self, raw: str | bytes, is_json: bool, ticks: list[OracleTick], mono: int, wall: int) -> None:
        if ticks:
            self._kept.append((raw, ticks))
        for reader in self._readers:
            reader.on_reports(raw, is_json, ticks, mono, wall)

"""The trader's desk: which asset and interval is traded now, what was left behind, and the commands to all of it.

Switching never cuts anything off: the sessions left behind send nothing more, keep their feeds until the venue has
settled them, and close by themselves.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.deadline import Deadline
from app.ledger import Ledger
from app.lifecycle import Lifecycle
from app.live_desk import LiveDesk
from app.news import COMPLETED_LATER, LeftOpen, Tell
from app.session import Session
from app.settings import Settings
from engine.engine import Mode
from engine.market import Asset, Interval

Build = Callable[[Settings, Mode], Lifecycle]
Counts = Callable[[], Mapping[str, int]]
"""What went wrong, by name."""


class Desk:
    """Runs one Lifecycle at a time, and those left behind until they are through."""

    def __init__(
        self,
        settings: Settings,
        build: Build,
        ledger: Ledger,
        tell: Tell,
        deadline: Deadline,
        *,
        then: str = COMPLETED_LATER,
        beside: Sequence[Counts] = (),
    ) -> None:
        """`then` says what becomes of a window that is left without an outcome, `beside` counts what is not ours."""
        self.settings = settings
        self.deadline: Final = deadline
        """Leaving begins it; whoever waits for something on the way out asks how long it may."""
        self.broken: Final = asyncio.Event()
        """Something that cannot be done without has ended: there is nothing to trade any more."""
        self.failed = False
        """The exit code is to say so."""
        self.ledger = ledger
        self.mode = Mode.PAPER
        self.switches = 0
        self.stop_file = ""
        """The file in the log folder that kills, while it is there: then only its removal takes the kill back."""
        self.live: LiveDesk | None = None
        """The live side, which is shut until it is asked for; None where nothing is traded."""
        self._build = build
        self._tell = tell
        self._then = then
        self._beside = beside
        self._past: Counter[str] = Counter()
        self._venue_clock_ms = 0
        self.current = build(settings, self.mode)
        self.left: list[Lifecycle] = []
        self._switched = asyncio.Event()

    async def run(self) -> None:
        """Trade until the course is run; what was left behind is settled first. Cancelled, it says what stays open."""
        async with asyncio.TaskGroup() as tasks:
            self._switched.clear()  # what was switched to before is what is begun with
            try:
                await self._trade(tasks)
            except asyncio.CancelledError:
                self._tell_left()
                raise

    async def _trade(self, tasks: asyncio.TaskGroup) -> None:
        work = tasks.create_task(self.current.run(), name=self._name())
        while True:
            switched = tasks.create_task(self._switched.wait(), name="switch")
            await asyncio.wait({work, switched}, return_when=asyncio.FIRST_COMPLETED)
            switched.cancel()
            if not self._switched.is_set():
                break
            self._switched.clear()
            work = tasks.create_task(self.current.run(), name=self._name())
        if self.live is not None:
            await self.live.finish()

    def _tell_left(self) -> None:
        """How many windows without an outcome have something at stake, and how much it is."""
        stakes = [stake for session in self.sessions() if (stake := session.stake)]
        if stakes:
            self._tell(LeftOpen(len(stakes), sum(stakes), self._then))

    def switch(self, asset: Asset, interval: Interval) -> bool:
        """Trade another asset or interval from now on; False where it is the present one."""
        if (asset, interval) == (self.settings.asset, self.settings.interval):
            return False
        if self.live is not None:
            self.live.leave()
        self.current.leave()
        for lifecycle in self.left:
            if lifecycle.through:
                self._past += lifecycle.counts()
        self.left = [lifecycle for lifecycle in self.left if not lifecycle.through] + [self.current]
        self.settings = replace(self.settings, asset=asset, interval=interval)
        self.current = self._build(self.settings, self.mode)
        self.current.on_venue_clock(self._venue_clock_ms)
        self.switches += 1
        self._switched.set()
        return True

    def command(self, name: str) -> None:
        """Kill or disarm: to every session there is, and to those to come."""
        if name == "disarm" and self.stop_file:
            return
        self.mode = Mode.HALTED if name == "kill" else Mode.PAPER
        if self.live is not None and name == "kill":
            self.live.kill()
        elif self.live is not None:
            self.live.revive()
        for lifecycle in (self.current, *self.left):
            lifecycle.command(name, self.mode)

    def on_venue_clock(self, ahead_ms: int) -> None:
        """Our clock was compared with the venue's: to every session there is, and to those to come."""
        self._venue_clock_ms = ahead_ms
        for lifecycle in (self.current, *self.left):
            lifecycle.on_venue_clock(ahead_ms)

    def running(self) -> Session | None:
        """The session of the window that runs now in what is traded, None between two."""
        now = time.time_ns()
        for session in self.current.sessions:
            state = session.engine.state
            if state.start_ns <= now < state.end_ns:
                return session
        return None

    def arm(self) -> str:
        """Arm live trading of the present asset and interval; why not, in words, empty where it was done."""
        if self.live is None:
            return "nothing is traded here"
        if self.mode is Mode.HALTED:
            return "killed; disarm first"
        return self.live.arm(self.current, self.running())

    def sessions(self) -> Iterator[Session]:
        """All open sessions, those left behind first."""
        for lifecycle in (*self.left, self.current):
            yield from lifecycle.sessions

    def counts(self) -> Mapping[str, int]:
        """What was refused, lost or went wrong since the start, by name; only what is not 0, ordered by name.

        `clob.`, `binance.` and `oracle.` and a name of `feeds.frames.REFUSALS`: messages that could not be read;
        `oracle.lost` and `oracle.contradicted`: reports that never came, and those that came with two values.
        `engine.`: what the engine counted in the books and trades (`trade_gap`, `book_contradicted`, ...).
        `books.differed`: comparisons with the venue's REST answer that failed. `gamma.` and a fault: requests.
        `clock.unanswered`: questions for the venue's time. `telegram.failed`, `telegram.dropped`: messages.
        `files.` and a kind of `app.telemetry.mishaps`: `dropped`, `lost`, `failures`, `torn`, `set_aside`.
        """
        counted = Counter(self._past)
        for lifecycle in (*self.left, self.current):
            counted += lifecycle.counts()
        for counts in self._beside:
            counted.update(counts())
        return dict(sorted((+counted).items()))

    def fail(self) -> None:
        """What is traded on has ended: the desk is broken, and the exit code says so."""
        self.failed = True
        self.broken.set()

    async def close(self) -> None:
        """Close every session: files whole, positions left for the next start to settle. Live orders come first."""
        if self.live is not None:
            await self.live.close()
            self.failed |= self.live.unproven
        await asyncio.gather(*(lifecycle.close() for lifecycle in (*self.left, self.current)))

    def _name(self) -> str:
        return f"{self.settings.asset} {self.settings.interval}"

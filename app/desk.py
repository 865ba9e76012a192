"""The trader's desk: which asset and interval is traded now, what was left behind, and the commands to all of it.

Switching never cuts anything off: the sessions left behind send nothing more, keep their feeds until the venue has
settled them, and close by themselves.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.ledger import Ledger
from app.lifecycle import Lifecycle
from app.live_desk import LiveDesk
from app.session import Session
from app.settings import Settings
from engine.engine import Mode
from engine.market import Asset, Interval

Build = Callable[[Settings, Mode], Lifecycle]


class Desk:
    """Runs one Lifecycle at a time, and those left behind until they are through."""

    def __init__(self, settings: Settings, build: Build, ledger: Ledger) -> None:
        self.settings = settings
        self.ledger = ledger
        self.mode = Mode.PAPER
        self.switches = 0
        self.live: LiveDesk | None = None
        """The live side, which is shut until it is asked for; None where nothing is traded."""
        self._build = build
        self.current = build(settings, self.mode)
        self.left: list[Lifecycle] = []
        self._switched = asyncio.Event()

    async def run(self) -> None:
        """Trade until the course is run; what was left behind is settled first."""
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self.current.run(), name=self._name())
            while True:
                switched = tasks.create_task(self._switched.wait(), name="switch")
                await asyncio.wait({work, switched}, return_when=asyncio.FIRST_COMPLETED)
                switched.cancel()
                if not self._switched.is_set():
                    break
                self._switched.clear()
                work = tasks.create_task(self.current.run(), name=self._name())

    def switch(self, asset: Asset, interval: Interval) -> bool:
        """Trade another asset or interval from now on; False where it is the present one."""
        if (asset, interval) == (self.settings.asset, self.settings.interval):
            return False
        if self.live is not None:
            self.live.leave()
        self.current.leave()
        self.left = [lifecycle for lifecycle in self.left if not lifecycle.through] + [self.current]
        self.settings = replace(self.settings, asset=asset, interval=interval)
        self.current = self._build(self.settings, self.mode)
        self.switches += 1
        self._switched.set()
        return True

    def command(self, name: str) -> None:
        """Kill or disarm: to every session there is, and to those to come."""
        self.mode = Mode.HALTED if name == "kill" else Mode.PAPER
        if self.live is not None and name == "kill":
            self.live.kill()
        elif self.live is not None:
            self.live.revive()
        for lifecycle in (self.current, *self.left):
            lifecycle.command(name, self.mode)

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

    async def close(self) -> None:
        """Close every session: files whole, positions left for the next start to settle. Live orders come first."""
        if self.live is not None:
            await self.live.close()
        await asyncio.gather(*(lifecycle.close() for lifecycle in (*self.left, self.current)))

    def _name(self) -> str:
        return f"{self.settings.asset} {self.settings.interval}"

"""The script's time, and playing it."""

import asyncio
import heapq
import time
from collections.abc import Callable
from typing import TypeVar

from app.demo.frame import Source

ItemT = TypeVar("ItemT")


class Clock:
    """Nanoseconds since the script's start, `start_s` in unix seconds.

    The wall clock is read once; from there on it runs with the monotonic one, so a step of the wall clock neither
    stops the venue nor makes it hurry.
    """

    def __init__(self, start_s: int) -> None:
        self._zero_ns = time.monotonic_ns() + start_s * 1_000_000_000 - time.time_ns()

    def now_ns(self) -> int:
        """The moment in the script; negative before its start."""
        return time.monotonic_ns() - self._zero_ns


class Player:
    """Plays sources against the clock: each says its piece when its moment has come, late ones at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[int, int, Callable[[], int | None]]] = []
        self._gone: set[int] = set()
        self._count = 0
        self._news = asyncio.Event()

    def add(self, source: Source[ItemT], publish: Callable[[ItemT], None]) -> Callable[[], None]:
        """Play a source from now on, giving each thing it says to `publish`; what is returned ends that."""

        def play() -> int | None:
            for item in source.advance():
                publish(item)
            return source.next_ns

        self._count += 1
        number = self._count
        self._schedule(source.next_ns, number, play)
        self._news.set()
        return lambda: self._gone.add(number)

    async def run(self) -> None:
        """Play until cancelled."""
        while True:
            self._news.clear()
            wait_s = self._play_due()
            if wait_s is None or wait_s > 0.0:
                await self._sleep(wait_s)
            else:
                await asyncio.sleep(0)

    def _play_due(self) -> float | None:
        """Play what is due now; seconds until the next moment, None where there is none."""
        now_ns = self._clock.now_ns()
        while self._due and self._due[0][0] <= now_ns:
            _, number, play = heapq.heappop(self._due)
            if number in self._gone:
                self._gone.discard(number)
            else:
                self._schedule(play(), number, play)
        return (self._due[0][0] - self._clock.now_ns()) / 1e9 if self._due else None

    def _schedule(self, next_ns: int | None, number: int, play: Callable[[], int | None]) -> None:
        if next_ns is not None:
            heapq.heappush(self._due, (next_ns, number, play))

    async def _sleep(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass

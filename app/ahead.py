"""The next windows' markets, read while there is time: a Gamma that is down when a window is due costs none of it."""

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Final

from engine.market import Market
from feeds.gamma import Gamma, Unreachable
from feeds.windows import Calendar, Window

WINDOWS: Final = 3
AHEAD_MS: Final = 600_000
"""So long before its start a window is asked for; the venue lists it a day before."""

EVERY_S: Final = 20.0
"""How often those that are not known yet are asked for, one after the other; jittered by a quarter."""


class Ahead:
    """Asks for the windows to come until cancelled, and keeps what it finds until the window is over."""

    def __init__(self, gamma: Gamma, calendar: Calendar, now_ms: Callable[[], int]) -> None:
        self._gamma = gamma
        self._calendar = calendar
        self._now_ms = now_ms
        self._found: dict[str, tuple[Market, int]] = {}

    def market(self, window: Window) -> tuple[Market, int] | None:
        """The window's market and when it was read (wall ms), None where it was not found."""
        return self._found.get(window.slug)

    async def run(self) -> None:
        """Look now, and then again and again."""
        while True:
            now_ms = self._now_ms()
            self._found = {slug: found for slug, found in self._found.items() if found[0].end_ms > now_ms}
            for window in self._unknown(now_ms):
                answer = await self._gamma.find((window,), now_ms)
                if isinstance(answer, Market):
                    self._found[window.slug] = answer, self._now_ms()
                elif isinstance(answer, Unreachable):
                    break
            await asyncio.sleep(EVERY_S * random.uniform(0.75, 1.25))

    def _unknown(self, now_ms: int) -> Iterator[Window]:
        """Those of the next windows that are near enough; none whose cut the venue alone knows."""
        window = self._calendar.current(now_ms)
        for _ in range(WINDOWS):
            window = self._calendar.following(window)
            if window.start_ms - now_ms > AHEAD_MS or len(self._calendar.candidates(window.start_ms)) > 1:
                return
            if window.slug not in self._found:
                yield window

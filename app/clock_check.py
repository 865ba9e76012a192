"""Our clock against the venue's, every few minutes: told where it is off, and a reason to send no order where far."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from app.news import Tell, Trouble
from engine.clock import VENUE_LIMIT_MS
from feeds.venue_clock import WORTH_TELLING_S, ClockOffset

EVERY_S: Final = 300.0
AGAIN_S: Final = 30.0
"""While there is no answer, or a clock that is off. Both are jittered by a quarter."""

REMEMBERED: Final = 3
"""Comparisons of which the worst counts: in whole seconds the same clock looks up to a second better or worse."""

Ask = Callable[[], Awaitable[ClockOffset | str]]
"""The comparison, or one sentence why there is none."""


class ClockCheck:
    """Compares until cancelled. `deliver` gets what is surely the difference, in ms ahead, whenever it changes."""

    def __init__(self, ask: Ask, tell: Tell, deliver: Callable[[int], None], *, pace: float = 1.0) -> None:
        """`pace` scales the pauses."""
        self.unanswered = 0
        self._ask = ask
        self._tell = tell
        self._deliver = deliver
        self._pace = pace
        self._recent: deque[int] = deque([0], maxlen=REMEMBERED)
        self._ahead_ms = 0
        self._worry = 0

    async def run(self) -> None:
        """Compare now, and then every few minutes."""
        while True:
            offset = await self._ask()
            if isinstance(offset, ClockOffset):
                self._take(offset.ahead_ms)
            else:
                self.unanswered += 1
            well = isinstance(offset, ClockOffset) and not self._worry
            await asyncio.sleep((EVERY_S if well else AGAIN_S) * self._pace * random.uniform(0.75, 1.25))

    def _take(self, ahead_ms: int) -> None:
        self._recent.append(ahead_ms)
        worst = max(self._recent, key=abs)
        if worst != self._ahead_ms:
            self._ahead_ms = worst
            self._deliver(worst)
        worry = 2 if abs(worst) > VENUE_LIMIT_MS else int(abs(worst) > WORTH_TELLING_S * 1000)
        if worry != self._worry:
            self._worry = worry
            self._tell(Trouble("clock", _sentence(worst, worry)))


def _sentence(ahead_ms: int, worry: int) -> str:
    if not worry:
        return "this machine's clock agrees with the venue's again"
    side = "ahead of" if ahead_ms > 0 else "behind"
    told = f"this machine's clock is at least {abs(ahead_ms) / 1000:.1f} s {side} the venue's"
    return f"{told}; set it" if worry == 1 else f"{told}; no order until it is set"

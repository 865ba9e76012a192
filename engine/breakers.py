"""What stops orders after failures in a row, before anybody has understood them."""

from collections import deque
from typing import Final

WITHIN_NS: Final = 60_000_000_000
DOUBTS: Final = 3
"""So many orders of unknown fate within WITHIN_NS pause a market."""

PAUSE_NS: Final = 60_000_000_000

REJECTS: Final = 3
"""From so many refusals in a row on the market's cooldown is twice as long, until an order is not refused."""

FAILURES: Final = 5
"""So many orders in a row that came to nothing by a failure, over all markets, disarm the account."""


class MarketBreaker:
    """Failures of one market's orders."""

    __slots__ = ("_doubts", "paused_until", "rejects", "why")

    def __init__(self) -> None:
        self.paused_until = 0
        """Monotonic ns."""
        self.why = ""
        """What the pause is for, in words."""
        self.rejects = 0
        """Refusals in a row."""
        self._doubts: deque[int] = deque(maxlen=DOUBTS)

    def doubted(self, mono: int) -> bool:
        """An order's fate is unknown; whether that pauses the market."""
        self._doubts.append(mono)
        if len(self._doubts) < DOUBTS or mono - self._doubts[0] > WITHIN_NS:
            return False
        self._doubts.clear()
        self.paused_until, self.why = mono + PAUSE_NS, "after orders of unknown fate"
        return True

    def pause(self, until: int) -> None:
        """The venue asked for a pause until this monotonic ns."""
        if until > self.paused_until:
            self.paused_until, self.why = until, "because the venue asked for it"

    def answered(self, *, refused: bool) -> None:
        """An order was refused, or was not."""
        self.rejects = self.rejects + 1 if refused else 0

    @property
    def cooldown_factor(self) -> int:
        """By how much the market's cooldown is longer than usual."""
        return 2 if self.rejects >= REJECTS else 1


class AccountBreaker:
    """Failures in a row over all markets. A match that found nobody is none."""

    __slots__ = ("failures",)

    def __init__(self) -> None:
        self.failures = 0

    def answered(self, *, failed: bool) -> bool:
        """An order failed, or did not; whether the account is to be disarmed."""
        self.failures = self.failures + 1 if failed else 0
        if self.failures < FAILURES:
            return False
        self.failures = 0
        return True

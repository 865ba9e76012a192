"""A hard limit on how often one host is connected to, whatever goes wrong.

Binance allows 300 connects in 5 minutes from one address and bans who keeps exceeding it; a server that
accepts and closes at once is otherwise connected to a thousand times a second.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

LIMIT: Final = 60
"""Connects in any 5 minutes, over all links of the host."""

PERIOD_NS: Final = 300 * 10**9
SLOW_EVERY_NS: Final = 60 * 10**9
"""In slow mode: one attempt a minute."""

FAST_LIMIT: Final = LIMIT - PERIOD_NS // SLOW_EVERY_NS
"""Attempts in 5 minutes before slow mode: what remains is just what slow mode needs, so the limit is kept."""


class ConnectBudget:
    """The attempts of the last 5 minutes to connect to one host; its links share one budget."""

    __slots__ = ("_attempts",)

    def __init__(self) -> None:
        self._attempts: deque[int] = deque()

    def slow(self, now: int) -> bool:
        """Whether so many attempts were made that only one a minute is left. `now` in monotonic ns."""
        while self._attempts and now - self._attempts[0] >= PERIOD_NS:
            self._attempts.popleft()
        return len(self._attempts) >= FAST_LIMIT

    def wait_ns(self, now: int) -> int:
        """Nanoseconds until the next attempt is allowed; 0 for now."""
        if not self.slow(now):
            return 0
        return max(0, self._attempts[-1] + SLOW_EVERY_NS - now)

    def spend(self, now: int) -> None:
        """Count an attempt made at `now`."""
        self._attempts.append(now)


@dataclass(frozen=True, slots=True)
class HostBudgets:
    """One budget for each host that the feeds connect to, for the life of the program."""

    binance: ConnectBudget = field(default_factory=ConnectBudget)
    clob: ConnectBudget = field(default_factory=ConnectBudget)
    polybolt: ConnectBudget = field(default_factory=ConnectBudget)
    rtds: ConnectBudget = field(default_factory=ConnectBudget)

"""Leaving takes less than five seconds, whoever hangs: one clock over all that has to end, in its order."""

from collections.abc import Callable
from time import monotonic
from typing import Final

SESSIONS_BY_S: Final = 2.0
TELEGRAM_BY_S: Final = 2.8
FILES_BY_S: Final = 3.6
VENUE_BY_S: Final = 4.0
"""When each must be through, counted from the word to stop. A person is told five seconds."""

LEAST_S: Final = 0.2
"""What is left to one whose time others have used up: enough where nothing hangs."""


class Deadline:
    """Begins with the first call of `begin` or `left_s`."""

    __slots__ = ("_began", "_clock")

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began: float | None = None

    def begin(self) -> None:
        """The word to stop; a second one changes nothing."""
        if self._began is None:
            self._began = self._clock()

    def left_s(self, by_s: float) -> float:
        """Seconds left to who must be through `by_s` after the word."""
        self.begin()
        assert self._began is not None
        return max(self._began + by_s - self._clock(), LEAST_S)

"""How long to wait before the next attempt, so that many clients do not return in step."""

from collections.abc import Callable
from typing import Final

FIRST_S: Final = 0.25
LONGEST_S: Final = 30.0


class Backoff:
    """Full jitter: each wait is drawn evenly from nothing to a bound that doubles from 0.25 s up to 30 s."""

    __slots__ = ("_bound_s", "_random")

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` returns a number in [0, 1)."""
        self._random = random
        self._bound_s = FIRST_S

    def next_s(self) -> float:
        """Seconds to wait before the next attempt; the one after may wait up to twice as long."""
        wait_s = self._random() * self._bound_s
        self._bound_s = min(2 * self._bound_s, LONGEST_S)
        return wait_s

    def reset(self) -> None:
        """Things went well for a while: the next wait is short again."""
        self._bound_s = FIRST_S

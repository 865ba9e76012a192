"""How far Binance stands above the settlement's oracle, measured while it runs.

Binance trades against USDT and the oracle reports USD: the two are dollars to several tens of dollars apart, and
the difference moves slowly. It is the median of the last minute's pairs of equal times, so that a few wild reports,
repeated ones, and ones that come late, out of order or never, do not move it.
"""

from enum import StrEnum
from typing import Final

SPAN_S: Final = 60
"""Pairs of the last so many seconds count, in the reports' own time."""

MIN_PAIRS: Final = 5
"""Fewer say nothing."""

OLD_NS: Final = 30_000_000_000
"""A basis without a new pair for so long is no longer used."""

_SIGMA: Final = 1.4826
"""A normal distribution's standard deviation in units of its median absolute deviation."""


class BasisWord(StrEnum):
    """What can be said of a basis."""

    UNKNOWN = "unknown"
    """Fewer than MIN_PAIRS pairs."""
    KNOWN = "known"
    OLD = "old"
    """It was known; no pair has come for OLD_NS."""


class Basis:
    """The running median of Binance less oracle, in dollars a coin."""

    __slots__ = ("_newest", "_newest_mono", "_pairs", "spread", "value")

    def __init__(self) -> None:
        self._pairs: dict[int, float] = {}
        self._newest = 0
        self._newest_mono = 0
        self.value = 0.0
        """The median; 0 before the first pair. `word` says whether it may be used."""
        self.spread = 0.0
        """How far single pairs lie from it: a standard deviation, from the median absolute one."""

    @property
    def pairs(self) -> int:
        """How many pairs it rests on."""
        return len(self._pairs)

    def add(self, second: int, difference: float, mono: int) -> None:
        """Take Binance less oracle at a whole second; `mono` is that second on the monotonic clock."""
        if second > self._newest:
            self._newest, self._newest_mono = second, mono
            first = second - SPAN_S
            self._pairs = {at: pair for at, pair in self._pairs.items() if at > first}
        elif second <= self._newest - SPAN_S:
            return
        self._pairs[second] = difference
        self.value = middle(list(self._pairs.values()))
        self.spread = _SIGMA * middle([abs(pair - self.value) for pair in self._pairs.values()])

    def word(self, mono: int) -> BasisWord:
        """Whether it can be used at `mono`."""
        if len(self._pairs) < MIN_PAIRS:
            return BasisWord.UNKNOWN
        return BasisWord.OLD if mono - self._newest_mono > OLD_NS else BasisWord.KNOWN


def middle(values: list[float]) -> float:
    """The median of at least one value."""
    values.sort()
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2

"""Is the edge real? Judged on the net per share, one observation a market, and not before thirty markets.

Several trades of one market share its outcome, so they count as one: five fills of a lucky window prove nothing
that one of them does not.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, sqrt
from typing import Final

Z: Final = 1.96
"""Standard errors to either side of a 95 % interval."""

MIN_MARKETS: Final = 30
"""Below this many markets a normal interval says little, and nothing is judged."""

MOST_NEEDED: Final = 9_999
"""More markets than this are shown as more than this."""


_DUST: Final = 1e-13


class Sample:
    """Observations of a figure a share, each with its shares; none of them is kept.

    The mean is a ratio of two sums, all that was earned over all shares, and its spread is that of what each market
    earned beyond its shares' part (W. Cochran, Sampling Techniques, 1977, section 6.4). The plain mean of the markets'
    figures would be wrong: who buys more the worse it goes holds few shares where it wins and many where it loses, and
    comes out above zero in a game that earns nobody a cent.
    """

    __slots__ = ("_cross", "_earned", "_earned_squares", "_share_squares", "_shares", "count")

    def __init__(self) -> None:
        self.count = 0
        self._shares = 0.0
        self._earned = 0.0
        self._share_squares = 0.0
        self._earned_squares = 0.0
        self._cross = 0.0

    def add(self, value: float, shares: float = 1.0) -> None:
        """Take one observation: `value` a share, of `shares`."""
        earned = value * shares
        self.count += 1
        self._shares += shares
        self._earned += earned
        self._share_squares += shares * shares
        self._earned_squares += earned * earned
        self._cross += earned * shares

    @property
    def mean(self) -> float:
        """All that was earned over all shares, 0 before the first."""
        return self._earned / self._shares if self._shares else 0.0

    @property
    def sd(self) -> float:
        """Standard deviation of an observation of average size, with n - 1; infinite below two observations."""
        if self.count < 2:
            return inf
        ratio = self.mean
        squares = self._earned_squares - 2.0 * ratio * self._cross + ratio * ratio * self._share_squares
        if squares < _DUST * self._earned_squares:
            return 0.0  # all alike, but for float arithmetic
        return sqrt(squares / (self.count - 1)) * self.count / self._shares

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean."""
        half = Z * self.sd / sqrt(self.count) if self.count > 1 else inf
        return self.mean - half, self.mean + half


def wilson(won: float, trades: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a win rate; all of 0 to 1 where there were no trades.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927): it stays within 0 and 1 and holds for few
    trades, where `p ± 1.96 sqrt(p (1 - p) / n)` does not.
    """
    if not trades:
        return 0.0, 1.0
    rate, weight = won / trades, Z * Z / trades
    middle = (rate + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * sqrt(rate * (1 - rate) / trades + weight / (4 * trades))
    return max(middle - half, 0.0), min(middle + half, 1.0)


class Ruling(StrEnum):
    """What can be said of an edge."""

    REAL = "real"
    """The realistic fill earns: the lower bound is above zero."""
    PHANTOM = "phantom"
    """Only the naive fill earns: the realistic upper bound is not above zero, the instant mean is."""
    NONE = "no edge"
    """Not even the naive fill earns."""
    OPEN = "not enough data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ruling and, while it is open, how many more markets would settle it if they are like those seen.

    Before MIN_MARKETS of them it is how many are missing to that number, `at_least`: fewer say nothing of a spread.
    """

    ruling: Ruling
    needed: int = 0
    at_least: bool = False

    @property
    def text(self) -> str:
        """For a person: `not enough data · 138 more markets`, `not enough data · 30 more markets at least`."""
        if self.ruling is not Ruling.OPEN:
            return self.ruling.value
        count = f"over {MOST_NEEDED:,}" if self.needed > MOST_NEEDED else f"{self.needed:,}"
        words = f"{self.ruling} · {count} more market{'' if self.needed == 1 else 's'}"
        return f"{words} at least" if self.at_least else words


def judge(realistic: Sample, instant: Sample, wins_needed: int = 0) -> Verdict:
    """The verdict on the net per share under two lenses, a market an observation.

    `wins_needed` (see `more_wins_needed`) keeps it open: dear shares that have all won so far have next to no spread,
    and would look real long before the first loss, which takes what thirty of them won, had its chance to come.
    """
    if realistic.count < MIN_MARKETS:
        return Verdict(Ruling.OPEN, MIN_MARKETS - realistic.count, at_least=True)
    low, high = realistic.interval
    if low > 0.0:
        return Verdict(Ruling.OPEN, wins_needed) if wins_needed else Verdict(Ruling.REAL)
    if high <= 0.0:
        return Verdict(Ruling.PHANTOM if instant.mean > 0.0 else Ruling.NONE)
    return Verdict(Ruling.OPEN, markets_needed(realistic))


def more_wins_needed(won: int, markets: int, break_even: float) -> int:
    """Further markets, at the win rate so far, until its lower bound stands above break-even; 0 where it does.

    Wilson's bound is the rate `e` at which `|p - e| = z sqrt(e (1 - e) / n)`, so it takes `z**2 e (1 - e) / (p - e)**2`
    markets. At most MOST_NEEDED + 1, which also stands for a rate that never gets there.
    """
    above = won / markets - break_even if markets else 0.0
    if above <= 0.0:
        return MOST_NEEDED + 1
    wanted = Z * Z * break_even * (1.0 - break_even) / above**2
    return min(max(int(wanted) + 1 - markets, 0), MOST_NEEDED + 1)


def markets_needed(sample: Sample) -> int:
    """Markets until a mean and a spread like these are told from zero: `(1.96 sd / mean) ** 2` less those seen.

    At least one, and MOST_NEEDED + 1 for what is beyond that. Of MIN_MARKETS or more.
    """
    spread = Z * sample.sd
    if spread**2 > sample.mean**2 * 10 * MOST_NEEDED:
        return MOST_NEEDED + 1
    wanted = ceil((spread / sample.mean) ** 2) if spread else 0
    return min(max(wanted - sample.count, 1), MOST_NEEDED + 1)

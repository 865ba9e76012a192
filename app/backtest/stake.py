"""What was at stake in each market, what came of it, and how far from zero luck alone would have carried the sum.

A position held to the end of a market comes to one of two sums, known beforehand: `up` if Up wins, `down` if Down
does. Without an edge it breaks even on average, which fixes its chance and its spread: with a gain of `g` and a loss
of `l` it wins with probability `l / (g + l)`, and its standard deviation is `sqrt(g * l)`. So the spread is not guessed
from what happened: dear shares that have not lost yet have one here, though none was seen. It is the score test, of
which Wilson's interval of a proportion is made.

A market is one observation, and it counts by the shares that were held: the sum of the nets over the sum of the
shares. The plain mean of each market's net per share is not fair. Who buys more the worse it goes holds few shares
where it wins and many where it loses, so that mean stands above zero in a game that earns nobody a cent.
"""

from collections.abc import Sequence
from math import inf, sqrt
from typing import NamedTuple

from engine.verdict import Z


class Stake(NamedTuple):
    """A position in one market, in dollars after costs."""

    market: int
    """Its place in the order of time."""
    shares: float
    """Of both sides together."""
    up: float
    down: float
    net: float
    """The one of both that came."""

    @property
    def breaking_even(self) -> tuple[float, float]:
        """What it comes to if Up wins and if Down does, in a market where it can break even.

        One that gains, or loses, whoever wins tells nothing of luck: its net is given either sign, at even odds.
        """
        if self.up * self.down < 0.0:
            return self.up, self.down
        return abs(self.net), -abs(self.net)

    @property
    def deviation(self) -> float:
        """The standard deviation of its net without an edge."""
        up, down = self.breaking_even
        return sqrt(-up * down)


Kinship = Sequence[Sequence[tuple[int, float]]]
"""For each market those after it that were open at the same time, each with a correlation that is assumed."""


def kinship(spans: Sequence[tuple[int, int]]) -> Kinship:
    """The kinship of markets by their starts and ends, which must stand in the order of their starts.

    Coins move together, and a long window holds short ones. Two bets that are made at `t`, in windows that then have
    `a` and `b >= a` to go, hang on one random walk, whose correlation between the two ends is `sqrt(a / b)`. It is
    highest for the earliest `t` at which both are open; that one is taken, so luck is rather over- than underrated.
    """
    found: list[list[tuple[int, float]]] = []
    for place, (_, end) in enumerate(spans):
        kin: list[tuple[int, float]] = []
        for other in range(place + 1, len(spans)):
            begins, ends = spans[other]
            if begins >= end:
                break
            kin.append((other, sqrt((min(end, ends) - begins) / (max(end, ends) - begins))))
        found.append(kin)
    return found


def joint_deviation(deviations: Sequence[tuple[int, float]], kin: Kinship) -> float:
    """The standard deviation of a sum over (market, standard deviation), each market once.

    It is `sqrt(sum of s_i * s_j * r_ij)`, as though all positions leant the same way.
    """
    own = dict(deviations)
    variance = 0.0
    for market, one in own.items():
        variance += one * one
        for other, correlation in kin[market]:
            variance += 2.0 * one * own.get(other, 0.0) * correlation
    return sqrt(variance)


def z_of(stakes: Sequence[Stake], kin: Kinship) -> float:
    """Standard deviations of luck by which the sum of the nets stands above zero; 0 where nothing was at stake."""
    spread = joint_deviation([(stake.market, stake.deviation) for stake in stakes], kin)
    return sum(stake.net for stake in stakes) / spread if spread else 0.0


class Estimate(NamedTuple):
    """A figure and its standard error, which is infinite while it cannot be told."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - Z * self.error, self.value + Z * self.error


def per_share(stakes: Sequence[Stake], kin: Kinship) -> Estimate:
    """The net in dollars a share, over all markets. ZeroDivisionError without a share.

    A ratio of two sums, whose error is that of `(net - ratio * shares) / all shares`: W. Cochran, Sampling Techniques
    (1977), section 6.4.
    """
    ratio, offs = _offs(stakes)
    return Estimate(ratio, _error(offs, len(stakes), kin))


def difference(stakes: Sequence[Stake], others: Sequence[Stake], kin: Kinship) -> Estimate:
    """The net in dollars a share less that of `others`. What they share of their luck, market by market, falls out."""
    ratio, offs = _offs(stakes)
    other_ratio, other_offs = _offs(others)
    both = {market: offs.get(market, 0.0) - other_offs.get(market, 0.0) for market in offs | other_offs}
    return Estimate(ratio - other_ratio, _error(both, min(len(stakes), len(others)), kin))


def _offs(stakes: Sequence[Stake]) -> tuple[float, dict[int, float]]:
    """The ratio, and by market how far it is moved by it."""
    shares = sum(stake.shares for stake in stakes)
    ratio = sum(stake.net for stake in stakes) / shares
    return ratio, {stake.market: (stake.net - ratio * stake.shares) / shares for stake in stakes}


def _error(offs: dict[int, float], count: int, kin: Kinship) -> float:
    if count < 2:
        return inf
    return joint_deviation([(market, abs(off)) for market, off in offs.items()], kin) * sqrt(count / (count - 1))

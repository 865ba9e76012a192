"""What one market's paper orders came to under every lens, kept until the venue names the winner."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.markout import Markouts
from engine.units import PRICE
from engine.waterfall import Leg, Steps


class LensFill(NamedTuple):
    """What one lens makes of an order: `size` bought for `cost` (before the fee) and `fee`, all 0 without a fill.

    `latency_ns` is the time from decision to match that the lens assumes, hold included.
    """

    order_id: str
    strategy: str
    outcome: int
    lens: str
    latency_ns: int
    cost: int
    size: int
    fee: int

    def net(self, winner: int) -> int:
        """Payout less cost and fee, in money units, when `winner` pays a dollar a share."""
        payout = self.size * PRICE if self.outcome == winner else 0
        return payout - self.cost - self.fee


class MarketScore:
    """One market's lens fills, the waterfall's legs of what was filled, and the markouts by strategy."""

    __slots__ = ("fills", "legs", "markouts")

    def __init__(self, fills: Iterable[LensFill] = ()) -> None:
        self.fills = list(fills)
        self.legs: list[Leg] = []
        self.markouts: dict[str, Markouts] = {}

    def net(self, lens: str, winner: int) -> int:
        """All strategies' net under one lens, in money units."""
        return sum(fill.net(winner) for fill in self.fills if fill.lens == lens)

    def mark(self, strategy: str, horizon: int, middle: int, size: int, cost: int) -> None:
        """The middle some time after a fill; see `Markouts.add`."""
        self.markouts.setdefault(strategy, Markouts()).add(horizon, middle, size, cost)

    def waterfalls(self, winner: int) -> dict[str, Steps]:
        """The steps of each strategy that had a fill, when `winner` pays a dollar a share."""
        steps: dict[str, Steps] = {}
        for leg in self.legs:
            steps[leg.strategy] = steps.get(leg.strategy, Steps()).plus(leg.steps(winner))
        return steps

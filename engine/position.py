"""What has been bought in one market, and what it earned once the venue named the winner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.events import Fill
from engine.units import PRICE


@dataclass(slots=True)
class Tally:
    """One strategy's share of the market: counts, and per outcome shares and cost (size and money units)."""

    signals: int = 0
    orders: int = 0
    fills: int = 0
    fees: int = 0
    shares: list[int] = field(default_factory=lambda: [0, 0])
    cost: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, fill: Fill) -> None:
        """Book one fill; one that is taken back has a negative size."""
        self.fills += 1 if fill.size > 0 else -1
        self.fees += fill.fee
        self.shares[fill.outcome] += fill.size
        self.cost[fill.outcome] += fill.price * fill.size

    def gross(self, winner: int) -> int:
        """Payout less cost, before fees, in money units: winners pay a dollar a share, losers nothing."""
        return self.shares[winner] * PRICE - sum(self.cost)


class Holding(NamedTuple):
    """What all fills came to at one instant, for reading: per outcome shares and cost, and the fees."""

    shares: tuple[int, int] = (0, 0)
    cost: tuple[int, int] = (0, 0)
    fees: int = 0

    @property
    def spent(self) -> int:
        """Cost and fees in money units."""
        return self.cost[0] + self.cost[1] + self.fees

    def net(self, winner: int) -> int:
        """Profit after fees, in money units, if `winner` wins."""
        return self.shares[winner] * PRICE - self.spent


class Position:
    """The sum of all fills, by strategy. Buys only: positions are held to settlement."""

    __slots__ = ("_tallies", "total")

    def __init__(self) -> None:
        self.total = Tally()
        self._tallies: dict[str, Tally] = {}

    def of(self, strategy: str) -> Tally:
        """A strategy's tally, empty at first."""
        tally = self._tallies.get(strategy)
        if tally is None:
            tally = self._tallies[strategy] = Tally()
        return tally

    def add(self, fill: Fill) -> None:
        """Book one fill in the total and with its strategy."""
        self.total.add(fill)
        self.of(fill.strategy).add(fill)

    @property
    def by_strategy(self) -> Mapping[str, Tally]:
        """The tallies of the strategies that did something."""
        return self._tallies

    @property
    def spent(self) -> int:
        """Cost and fees in money units."""
        return sum(self.total.cost) + self.total.fees

    @property
    def holding(self) -> Holding:
        """The total as it is now."""
        total = self.total
        return Holding((total.shares[0], total.shares[1]), (total.cost[0], total.cost[1]), total.fees)

"""All settled markets together, by strategy and lens: trades, win rate against break-even, net per share, verdict."""

from collections.abc import Sequence
from typing import Final

from engine.lenses import INSTANT, REALISTIC
from engine.markout import Markouts
from engine.score import LensFill, MarketScore
from engine.units import MONEY, SIZE
from engine.verdict import Sample, Verdict, judge, more_wins_needed, wilson
from engine.waterfall import Steps

ALL: Final = "all"
"""Stands for all strategies together."""


class Record:
    """What one strategy has come to under one lens. Sizes in size units, money in money units."""

    __slots__ = ("_shares_cost", "cost", "fees", "gained", "net", "sample", "size", "trades", "won")

    def __init__(self) -> None:
        self.trades = 0
        """Orders of which something was filled."""
        self.won = 0
        self.gained = 0
        """Markets that earned something."""
        self.size = 0
        self.cost = 0
        self.fees = 0
        self.net = 0
        self.sample = Sample()
        """Net per share in dollars, a market an observation that counts by its shares."""
        self._shares_cost = 0.0
        """What a share cost in each trade, fee included, in dollars: the sum over the trades."""

    def add(self, fills: Sequence[LensFill], winner: int) -> None:
        """One market's fills under this lens; a market without any is no observation."""
        size = sum(fill.size for fill in fills)
        if not size:
            return
        net = sum(fill.net(winner) for fill in fills)
        trades = [fill for fill in fills if fill.size > 0]
        self.trades += len(trades)
        self.won += sum(fill.outcome == winner for fill in trades)
        self._shares_cost += sum(_per_share(fill.cost + fill.fee, fill.size) for fill in trades)
        self.size += size
        self.cost += sum(fill.cost for fill in fills)
        self.fees += sum(fill.fee for fill in fills)
        self.net += net
        self.gained += net > 0
        self.sample.add(_per_share(net, size), size / SIZE)

    @property
    def win_rate(self) -> float | None:
        """Share of the trades that won, None where there are none."""
        return self.won / self.trades if self.trades else None

    @property
    def win_interval(self) -> tuple[float, float]:
        """Its 95 % interval. Trades of one market share an outcome, so it is narrower than it should be."""
        return wilson(self.won, self.trades)

    @property
    def break_even(self) -> float | None:
        """What the win rate is held against: what a share cost with its fee, in dollars, averaged over the trades.

        Each trade counts once, however much was bought in it, as it does in the win rate: were all of one size, nothing
        would be gained at this rate. Where the dear or the large ones lost, the net may still have the other sign.
        """
        return self._shares_cost / self.trades if self.trades else None

    @property
    def cost_per_share(self) -> float | None:
        """What a share cost on average with the fee, in dollars; a trade counts by its shares."""
        return _per_share(self.cost + self.fees, self.size) if self.size else None

    @property
    def net_per_share(self) -> float | None:
        """Dollars a share over all trades, None where there are none."""
        return _per_share(self.net, self.size) if self.size else None


class Scorecard:
    """Sums over the settled markets of one mode."""

    __slots__ = ("_records", "markets", "markouts", "waterfalls")

    def __init__(self) -> None:
        self.markets = 0
        """Settled markets in which there was an order."""
        self.waterfalls: dict[str, Steps] = {}
        """By strategy; ALL together."""
        self.markouts: dict[str, Markouts] = {}
        """By strategy; ALL together."""
        self._records: dict[tuple[str, str], Record] = {}

    def add(self, score: MarketScore, winner: int) -> None:
        """Take in a market that was settled."""
        self.take(score.fills, winner, score.waterfalls(winner), score.markouts)

    def take(
        self,
        fills: Sequence[LensFill],
        winner: int,
        waterfalls: dict[str, Steps],
        markouts: dict[str, Markouts],
    ) -> None:
        """Take in the parts of a settled market."""
        self.markets += bool(fills)
        groups: dict[tuple[str, str], list[LensFill]] = {}
        for fill in fills:
            for strategy in (fill.strategy, ALL):
                groups.setdefault((strategy, fill.lens), []).append(fill)
        for key, group in groups.items():
            self._records.setdefault(key, Record()).add(group, winner)
        for strategy, steps in waterfalls.items():
            for name in (strategy, ALL):
                self.waterfalls[name] = self.waterfalls.get(name, Steps()).plus(steps)
        for strategy, marks in markouts.items():
            for name in (strategy, ALL):
                self.markouts.setdefault(name, Markouts()).merge(marks)

    @property
    def strategies(self) -> list[str]:
        """The strategies that had an order, by name."""
        return sorted({strategy for strategy, _ in self._records} - {ALL})

    def record(self, strategy: str, lens: str) -> Record:
        """What a strategy, or ALL, has come to under a lens; an empty record where it did nothing."""
        return self._records.get((strategy, lens)) or Record()

    def verdict(self, strategy: str = ALL) -> Verdict:
        """Whether its edge is real."""
        realistic = self.record(strategy, REALISTIC)
        cost, sample = realistic.cost_per_share, realistic.sample
        # Markets, not orders: ten orders in a market win or lose together.
        wins = more_wins_needed(realistic.gained, sample.count, cost) if cost is not None else 0
        return judge(sample, self.record(strategy, INSTANT).sample, wins)


def _per_share(money: int, size: int) -> float:
    return money / MONEY / (size / SIZE)

"""Were the fair values right? By bin of the fair value, how often that side won: per signal and per bet."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.backtest.results import Results
from app.backtest.tally import FAIR_BINS
from engine.scorecard import ALL
from engine.verdict import wilson


@dataclass(slots=True)
class Bin:
    """Signals, and orders of which something was filled, whose fair value fell between two bounds."""

    low: float
    high: float
    signals: float = 0.0
    signals_won: float = 0.0
    signals_fair: float = 0.0
    """The sum of their fair values."""
    bets: int = 0
    bets_won: int = 0
    bets_fair: float = 0.0

    @property
    def bets_interval(self) -> tuple[float, float]:
        """The 95 % interval of the share of the bets that won, too narrow where they share windows."""
        return wilson(self.bets_won, self.bets)


def calibration(results: Results, name: str = ALL) -> list[Bin]:
    """All bins, empty ones too, over the settled windows.

    Signals come many to a window and share its outcome: a bin with a thousand of them may stand for one window.
    """
    bins = [Bin(number / FAIR_BINS, (number + 1) / FAIR_BINS) for number in range(FAIR_BINS)]
    for window in results.settled:
        for strategy, tally in sorted(window.signals.items()):
            if name in (ALL, strategy):
                _add_signals(bins, tally.fairs, window.outcome)
        for bet in window.bets:
            if name in (ALL, bet.strategy) and bet.size:
                found = bins[min(int(bet.fair * FAIR_BINS), FAIR_BINS - 1)]
                found.bets += 1
                found.bets_won += bet.outcome == window.outcome
                found.bets_fair += bet.fair
    return bins


def promised_too_much(results: Results) -> bool:
    """Whether the sides that were bought won clearly less often than they were held to: all of the 95 % interval.

    Bets of one window share its outcome, so the interval is as wide as if each window had been one bet.
    """
    windows = sum(any(bet.size for bet in window.bets) for window in results.settled)
    bins = calibration(results)
    bets, fair = sum(found.bets for found in bins), sum(found.bets_fair for found in bins)
    won = sum(found.bets_won for found in bins)
    return bool(bets) and wilson(won / bets * windows, windows)[1] < fair / bets


def _add_signals(bins: list[Bin], fairs: Mapping[tuple[int, int], list[float]], winner: int | None) -> None:
    for (outcome, number), (count, total) in sorted(fairs.items()):
        found = bins[number]
        found.signals += count
        found.signals_won += count * (outcome == winner)
        found.signals_fair += total

"""The realistic bets of the settled windows by time left and by price, and their sum in the order of the windows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from app.backtest.results import Results, score_of
from app.backtest.window import Bet, WindowRun
from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.units import PRICE

PARTS: Final = 10
"""Buckets of a window's time, and of the dollar."""


@dataclass(slots=True)
class Bucket:
    """Bets that were filled, of those between two bounds. Money in money units."""

    low: float
    high: float
    bets: int = 0
    won: int = 0
    size: int = 0
    net: int = 0

    @property
    def percent(self) -> str:
        """Its bounds in hundredths: percent of the window, or cents."""
        return f"{self.low * 100:.0f}–{self.high * 100:.0f}"


def by_time_left(results: Results) -> list[Bucket]:
    """By the part of the window that was left at the decision, the end of the window first."""
    return _sorted_in(results, lambda bet, window: bet.left_s * 1000 / _length_ms(window))


def by_price(results: Results) -> list[Bucket]:
    """By the average price paid, in dollars a share."""
    return _sorted_in(results, lambda bet, _: bet.cost / bet.size / PRICE)


def _length_ms(window: WindowRun) -> int:
    return window.market.end_ms - window.market.start_ms


def _sorted_in(results: Results, where: Callable[[Bet, WindowRun], float]) -> list[Bucket]:
    buckets = [Bucket(part / PARTS, (part + 1) / PARTS) for part in range(PARTS)]
    for window in results.settled:
        for bet in window.bets:
            if bet.size and window.outcome is not None:
                found = buckets[min(max(int(where(bet, window) * PARTS), 0), PARTS - 1)]
                found.bets += 1
                found.won += bet.outcome == window.outcome
                found.size += bet.size
                found.net += bet.net(window.outcome)
    return buckets


class Curve(NamedTuple):
    """Money units after each settled window, by lens, and how far the realistic sum stood below its best."""

    instant: list[int]
    realistic: list[int]
    pessimistic: list[int]
    below: list[int]
    """0 or less."""


class Fall(NamedTuple):
    """The deepest fall of the realistic sum: how much, and the places of the windows after which it began and ended.

    `since` is -1 where it began before the first window.
    """

    money: int
    since: int
    until: int


def curve(windows: Sequence[WindowRun]) -> Curve:
    """The sums after each of these settled windows, in their order."""
    instant, realistic, pessimistic = ([*accumulate(nets(window, lens) for window in windows)] for lens in _SHOWN)
    below = [value - best for value, best in zip(realistic, accumulate(realistic, max, initial=0), strict=False)]
    return Curve(instant, realistic, pessimistic, [min(fall, 0) for fall in below])


_SHOWN: Final = (INSTANT, REALISTIC, PESSIMISTIC)


def nets(window: WindowRun, lens: str) -> int:
    """What a settled window came to under a lens, in money units."""
    assert window.outcome is not None
    return score_of(window).net(lens, window.outcome)


def deepest(curve: Curve) -> Fall:
    """The deepest fall; all 0 where it never fell."""
    until = min(range(len(curve.below)), key=curve.below.__getitem__, default=0)
    if not curve.below or not curve.below[until]:
        return Fall(0, 0, 0)
    before = [0, *curve.realistic[:until]]
    best = max(range(len(before)), key=lambda place: (before[place], place))
    return Fall(-curve.below[until], best - 1, until)

"""Binance's price as it stood at each whole second, so that a report that comes late finds its partner."""

from typing import Final

KEPT: Final = 120
"""Seconds that are remembered: those in which there was a trade, newest last."""

REACH_S: Final = 3
"""How old a price may be at a second in which nobody traded: as old as a price may be for an order by default."""

PACE_S: Final = 60
"""Over how long the pace is measured."""


class Seconds:
    """The last trade at or before each whole second of exchange time, in dollars."""

    __slots__ = ("_newest", "_prices")

    def __init__(self) -> None:
        self._prices: dict[int, float] = {}
        self._newest = 0

    def see(self, time_ms: int, price: float) -> None:
        """Take a trade; one that belongs to a second before the newest is late and changes nothing."""
        second = -(-time_ms // 1000)  # the price at a second is that of the trades up to it, not of those after it
        if second < self._newest:
            return
        self._prices[second] = price
        if second > self._newest:
            self._newest = second
            if len(self._prices) > KEPT:
                del self._prices[next(iter(self._prices))]

    def at(self, second: int) -> float | None:
        """The price at `second`, None where no trade is remembered in the REACH_S before it."""
        for earlier in range(REACH_S + 1):
            price = self._prices.get(second - earlier)
            if price is not None:
                return price
        return None

    def pace(self) -> float:
        """The root mean square move in a second over the last PACE_S seconds, in dollars; 0 before two prices."""
        squares, span = 0.0, 0
        before: tuple[int, float] | None = None
        for second, price in self._prices.items():
            if second >= self._newest - PACE_S:
                if before is not None:
                    squares += (price - before[1]) ** 2
                    span += second - before[0]
                before = second, price
        return float((squares / span) ** 0.5) if span else 0.0

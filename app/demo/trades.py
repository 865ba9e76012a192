"""Binance's trades: the coin's price plus Binance's premium, cut into prints with contiguous ids.

The trades of a second depend on the seed and that second alone, so any second can be looked up in any order.
"""

import math
from random import Random
from typing import Final, NamedTuple

from app.demo.price import SECOND, Path

PRICE_TICK: Final = {"btc": 0.01, "eth": 0.01, "sol": 0.01, "xrp": 0.0001}
_MEDIAN_QTY: Final = {"btc": 0.004, "eth": 0.12, "sol": 2.5, "xrp": 200.0}
_FIRST_ID: Final = {"btc": 6_730_000_000, "eth": 3_110_000_000, "sol": 1_590_000_000, "xrp": 1_270_000_000}
_SWING_S: Final = 97.0


def premium(ns: int) -> float:
    """How far Binance stands above the oracle, as a fraction of the price; 4 to 5 basis points."""
    return 4.5e-4 + 0.3e-4 * math.sin(2.0 * math.pi * ns / (_SWING_S * SECOND))


class Trade(NamedTuple):
    """One print. `price` in dollars on Binance's grid, `qty` in coins."""

    ns: int
    trade_id: int
    price: float
    qty: float
    buyer_is_maker: bool


class Bar(NamedTuple):
    """The trades of some stretch, summed up; dollars and coins."""

    open: float
    high: float
    low: float
    close: float
    volume: float
    turnover: float
    trades: int
    taker_volume: float
    taker_turnover: float


class Tape:
    """All trades of one coin."""

    __slots__ = ("_asset", "_bars", "_path", "_per_s", "_remembered_s", "_seed")

    def __init__(self, seed: int, asset: str, path: Path, per_s: float, remembered_s: int) -> None:
        self._seed = seed
        self._asset = asset
        self._path = path
        self._per_s = per_s
        self._remembered_s = remembered_s
        self._bars: dict[int, Bar | None] = {}

    def second(self, second: int) -> list[Trade]:
        """The trades from `second` to the next, in order of time."""
        first = self._before(second)
        count = self._before(second + 1) - first
        random = Random(f"{self._seed}/{self._asset}/trades/{second}")
        offsets = sorted(int(random.random() * SECOND) for _ in range(count))
        return [
            self._trade(random, second * SECOND + offset, _FIRST_ID[self._asset] + first + i)
            for i, offset in enumerate(offsets)
        ]

    def opening(self, second: int) -> float:
        """The price of the first trade at or after a whole second."""
        while (bar := self._bar(second)) is None:
            second += 1
        return bar.open

    def last_before(self, second: int) -> float:
        """The price of the last trade before a whole second."""
        while (bar := self._bar(second - 1)) is None:
            second -= 1
        return bar.close

    def candle(self, first: int, until_ns: int) -> Bar | None:
        """The trades from the second `first` up to but without the instant `until_ns`; None where there are none."""
        last = until_ns // SECOND
        whole = [bar for second in range(first, last) if (bar := self._bar(second)) is not None]
        part = [_single(trade) for trade in self.second(last) if trade.ns < until_ns] if last >= first else []
        return _sum_up(whole + part)

    def _before(self, second: int) -> int:
        return int(self._per_s * self._path.activity(second))

    def _bar(self, second: int) -> Bar | None:
        if second not in self._bars:
            self._bars[second] = _sum_up([_single(trade) for trade in self.second(second)])
            if len(self._bars) > self._remembered_s:
                del self._bars[next(iter(self._bars))]
        return self._bars[second]

    def _trade(self, random: Random, ns: int, trade_id: int) -> Trade:
        price = self._path.price(ns)
        drift = price / self._path.price(ns - SECOND) - 1.0
        buy = random.random() < 0.5 + 0.4 * math.tanh(drift / 1e-4)
        tick = PRICE_TICK[self._asset]
        ticks = price * (1.0 + premium(ns)) / tick
        on_grid = (math.ceil(ticks) if buy else math.floor(ticks)) * tick
        qty = max(round(_MEDIAN_QTY[self._asset] * random.lognormvariate(0.0, 1.2), 5), 0.00001)
        return Trade(ns, trade_id, round(on_grid, 4), qty, not buy)


def _single(trade: Trade) -> Bar:
    turnover = trade.price * trade.qty
    taker = not trade.buyer_is_maker
    return Bar(
        trade.price,
        trade.price,
        trade.price,
        trade.price,
        trade.qty,
        turnover,
        1,
        trade.qty if taker else 0.0,
        turnover if taker else 0.0,
    )


def _sum_up(parts: list[Bar]) -> Bar | None:
    if not parts:
        return None
    return Bar(
        parts[0].open,
        max(part.high for part in parts),
        min(part.low for part in parts),
        parts[-1].close,
        math.fsum(part.volume for part in parts),
        math.fsum(part.turnover for part in parts),
        sum(part.trades for part in parts),
        math.fsum(part.taker_volume for part in parts),
        math.fsum(part.taker_turnover for part in parts),
    )

"""Binance's trade frames and candles as they stand on the wire."""

from collections import deque

import orjson

from app.demo.frame import Frame
from app.demo.price import SECOND
from app.demo.trades import Bar, Trade
from app.demo.windows import ASSETS
from app.demo.world import World

SYMBOL_ASSETS = {f"{asset.upper()}USDT": asset for asset in ASSETS}
"""Binance's symbols of the coins in the demo."""


class TradeStream:
    """All `@trade` frames of one coin from `from_ns` on, without end."""

    def __init__(self, world: World, asset: str, from_ns: int) -> None:
        self.asset = asset
        self._world = world
        self._symbol = f"{asset.upper()}USDT"
        self._channel = f"binance/{asset}usdt@trade"
        self._second = from_ns // SECOND
        self._due: deque[Trade] = deque(trade for trade in self._take_second() if trade.ns >= from_ns)

    @property
    def next_ns(self) -> int | None:
        """When the next trade is."""
        while not self._due:
            self._due.extend(self._take_second())
        return self._due[0].ns

    def advance(self) -> list[Frame]:
        """That trade."""
        if self.next_ns is None:
            return []
        trade = self._due.popleft()
        ms = self._world.wall_ms(trade.ns)
        document = {
            "e": "trade",
            "E": ms,
            "s": self._symbol,
            "t": trade.trade_id,
            "p": f"{trade.price:.8f}",
            "q": f"{trade.qty:.8f}",
            "T": ms,
            "m": trade.buyer_is_maker,
            "M": True,
        }
        return [Frame(trade.ns, self._channel, "trade", orjson.dumps(document))]

    def _take_second(self) -> list[Trade]:
        trades = self._world.tapes[self.asset].second(self._second)
        self._second += 1
        return trades


def kline(open_ms: int, close_ms: int, bar: Bar) -> list[int | str]:
    """One row of `/api/v3/klines`."""
    return [
        open_ms,
        f"{bar.open:.8f}",
        f"{bar.high:.8f}",
        f"{bar.low:.8f}",
        f"{bar.close:.8f}",
        f"{bar.volume:.8f}",
        close_ms,
        f"{bar.turnover:.8f}",
        bar.trades,
        f"{bar.taker_volume:.8f}",
        f"{bar.taker_turnover:.8f}",
        "0",
    ]

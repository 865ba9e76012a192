"""The last 30 seconds of Binance trades, kept incrementally."""

from collections import deque
from typing import Final

from engine.events import Trade

WINDOW_MS: Final = 30_000
"""How far back the buffer reaches, in the exchange's own trade time."""


class TradeFlow:
    """A rolling buffer of (time ms, price, signed quantity); buyers count up, sellers down.

    Quantities are integers of 1e-8 coin, so that the running sum never drifts.
    """

    __slots__ = ("gap_until_ms", "net", "trades")

    def __init__(self) -> None:
        self.trades: deque[tuple[int, float, int]] = deque()
        self.net = 0
        """Bought less sold over the buffer, in 1e-8 coin."""
        self.gap_until_ms = 0
        """Trade time until which the buffer has a hole in it; 0 where none was ever seen."""

    def add(self, trade: Trade) -> None:
        """Append a trade and let those older than the window fall out."""
        now = trade.time_ms
        signed = -trade.qty if trade.buyer_is_maker else trade.qty
        trades = self.trades
        trades.append((now, trade.price, signed))
        net = self.net + signed
        horizon = now - WINDOW_MS
        while trades[0][0] < horizon:
            net -= trades.popleft()[2]
        self.net = net

    def mark_gap(self, time_ms: int) -> None:
        """Trades before `time_ms` are missing: the buffer is whole again a window later."""
        self.gap_until_ms = time_ms + WINDOW_MS

    @property
    def span_s(self) -> float:
        """Seconds between the oldest and the newest trade."""
        trades = self.trades
        return (trades[-1][0] - trades[0][0]) / 1000.0 if trades else 0.0

    def velocity(self, strike: float) -> float:
        """Price change from the oldest to the newest trade, as a fraction of the strike a second, 0 without one."""
        trades = self.trades
        if not trades or not strike:
            return 0.0
        first, last = trades[0], trades[-1]
        span_ms = last[0] - first[0]
        return (last[1] - first[1]) * 1000.0 / span_ms / strike if span_ms > 0 else 0.0

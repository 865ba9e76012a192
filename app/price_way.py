"""The way of the price through a window, as the chart draws it: only prices that a trade stands behind."""

from typing import Final

from engine.state import MarketState

POINT_EVERY_MS: Final = 500


class PriceWay:
    """Says which points the way has. A feed that died adds none: the line ends where the last trade was."""

    __slots__ = ("_noted_ms", "_trade_id")

    def __init__(self) -> None:
        self._noted_ms = 0
        self._trade_id = 0

    def point(self, state: MarketState, mono: int, wall: int, max_age_ms: float) -> tuple[int, float] | None:
        """The next point as (wall ms, price in the strike's dollars); None where none is due.

        One is due half a second after the last if a trade came since, or the last one is not older than `max_age_ms`.
        """
        price, trade, wall_ms = state.price_to_draw, state.last_trade, wall // 1_000_000
        if not price or trade is None or wall_ms - self._noted_ms < POINT_EVERY_MS:
            return None
        fresh = mono - trade.mono <= max_age_ms * 1e6
        if not fresh and trade.trade_id == self._trade_id:
            return None
        self._noted_ms, self._trade_id = wall_ms, trade.trade_id
        return wall_ms if fresh else trade.wall // 1_000_000, price

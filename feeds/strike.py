"""The price to beat: from the oracle's report of the start, or as far as Binance can tell it.

Each source hands out `engine.events.Strike` with its own name and whether it is the very number that the market
settles on. The website's word is in `feeds.crypto_price`, the previous window's final in `feeds.verdict`.
"""

from typing import Final

import httpx
import orjson

from engine.events import OracleTick, Strike, StrikeSource, Trade
from engine.market import Asset, Market, Settlement
from feeds.frames import Refused
from feeds.numbers import decimal_units
from feeds.text import clean

LATE_MS: Final = 2_000
"""Who joins later than this has missed the first trade."""

_REPORTS: Final = {
    Settlement.CHAINLINK_TWAP: StrikeSource.CHAINLINK_TWAP,
    Settlement.CHAINLINK_SPOT: StrikeSource.CHAINLINK_SPOT,
}


class FirstTrade:
    """Binance's first trade at or after the window's start: never one before it, and none after a late join.

    It is an estimate (`exact` is false): averaged markets settle on another price altogether.
    """

    __slots__ = ("_done", "_joined_ms", "_since_ms", "_start_ms")

    def __init__(self, start_ms: int, joined_ms: int) -> None:
        """`joined_ms` is when we began to listen, at a feed that may have been up long before (both wall time)."""
        self._start_ms = start_ms
        self._joined_ms = joined_ms
        self._since_ms: int | None = None
        self._done = False

    def link(self, up: bool, wall_ms: int) -> None:
        """The trade feed came or went; only an unbroken watch over the start knows which trade was the first."""
        self._since_ms = max(wall_ms, self._joined_ms) if up else None

    @property
    def missed(self) -> bool:
        """The first trade went by unseen; the strike must come from an exact source."""
        return self._done

    def offer(self, trade: Trade) -> Strike | None:
        """The strike, if this trade sets it."""
        if self._done or trade.time_ms < self._start_ms:
            return None
        self._done = True
        watched = self._since_ms is not None and self._since_ms <= self._start_ms
        if not watched and trade.time_ms > self._start_ms + LATE_MS:
            return None
        return Strike(trade.mono, trade.wall, trade.price, StrikeSource.BINANCE_FIRST, exact=False)


class DecidingReports:
    """The two reports that decide a market which settles on the oracle: the one of its start, and of its end.

    Only the market's own kind of report counts: the average over its own lookback, or the spot price.
    """

    __slots__ = ("_market", "_source", "final", "strike")

    def __init__(self, market: Market) -> None:
        self._market = market
        self._source = _REPORTS.get(market.settlement)
        self.strike: float | None = None
        """Dollars; None until the report of the start has come."""
        self.final: float | None = None
        """Dollars; None until the report of the end has come."""

    def offer(self, tick: OracleTick) -> Strike | None:
        """Take one report; the strike, exactly, if it is the first of the window's start."""
        if self._source is None or tick.window_s != self._market.lookback_s:
            return None
        if tick.time_ms == self._market.end_ms:
            self.final = tick.value
        if tick.time_ms != self._market.start_ms or self.strike is not None:
            return None
        self.strike = tick.value
        return Strike(tick.mono, tick.wall, tick.value, self._source, exact=True)


def settles_on_candle(market: Market) -> bool:
    """Whether the strike is the open of a Binance candle (1h markets)."""
    return market.settlement is Settlement.BINANCE_KLINE


async def candle_open(client: httpx.AsyncClient, base: str, asset: Asset, start_ms: int) -> float | str:
    """The open of the 1h candle that starts at `start_ms`, or one sentence why it is not known yet."""
    params: dict[str, str | int] = {
        "symbol": f"{asset.upper()}USDT",
        "interval": "1h",
        "startTime": start_ms,
        "limit": 1,
    }
    try:
        response = await client.get(f"{base}/api/v3/klines", params=params)
        rows = orjson.loads(response.content)
    except httpx.HTTPError as error:
        return f"Binance candles: no answer ({error.__class__.__name__})"
    except orjson.JSONDecodeError:
        return f"Binance candles: the answer is no JSON (HTTP {response.status_code})"
    match rows:
        case [[int(opened), text, *_], *_] if opened == start_ms:
            try:
                return decimal_units(text, 8) / 1e8
            except Refused:
                return f"Binance candles: the open is no price ({clean(str(text))[:20]!r})"
        case []:
            return "Binance candles: the hour's candle is not there yet"
        case _:
            return f"Binance candles: not the candle asked for (HTTP {response.status_code})"

"""The real window of August 2026 as events, made without our parsers: what was received, when it was received."""

from collections.abc import Iterator, Sequence
from typing import Final

from engine.events import DOWN, UP, BestBidAsk, Event, Link, OracleTick, Resolution, Strike, StrikeSource, Trade
from engine.market import Market, Settlement
from tests.app.backtest.converters import TwapSource, updown_market
from tests.engine.builders import price

SECOND: Final = 1_000_000_000
COIN: Final = 100_000_000


def averaged_market(source: TwapSource, end_s: int) -> Market:
    """The window, or one of the same length that ends at another second: its average is another one of the file's."""
    return updown_market(
        end_s - 300,
        (source.up_token, source.down_token),
        fee_rate="0.07",
        settlement=Settlement.CHAINLINK_TWAP,
        lookback_s=60,
        top_only=True,
    )


def averages(source: TwapSource) -> dict[int, float]:
    """The oracle's 60 s averages that were received, by the second that they are stamped with."""
    return {round(event[2]): event[3] for event in source.events if event[1] == "t"}


def reports(source: TwapSource) -> dict[int, float]:
    """The oracle's spot reports that were received, by second."""
    return {round(event[2]): event[3] for event in source.events if event[1] == "l"}


def prices(events: Sequence[list[object]]) -> Iterator[Trade | OracleTick]:
    """Binance's price of each second as a trade, and the oracle's spot and average reports."""
    for number, (received, kind, stamp, dollars, *_) in enumerate(events, 1):
        if kind not in ("s", "l", "t"):
            continue
        assert isinstance(received, float)
        assert isinstance(stamp, float)
        assert isinstance(dollars, float)
        wall, time_ms = round(received * 1000) * 1_000_000, round(stamp * 1000)
        if kind == "s":
            yield Trade(wall, wall, number, time_ms, dollars, COIN // 100, False)
        else:
            yield OracleTick(wall, wall, time_ms, dollars, 60 if kind == "t" else 0)


def window(source: TwapSource, *, exact: bool) -> Iterator[Event]:
    """Everything of the window but prints. The strike is the oracle's average of the start, as it arrives.

    Without `exact` the same strike is called inexact: the engine then trades on the raw distance.
    """
    tokens = {source.up_token: UP, source.down_token: DOWN}
    opening = round(source.events[0][0] * 1000) * 1_000_000
    yield Link(opening, opening, "clob", 1, True)
    wall = opening
    for event in source.events:
        received, kind, *rest = event
        wall = round(received * 1000) * 1_000_000
        if kind == "b":
            token, bid, ask = rest
            yield BestBidAsk(wall, wall, 1, tokens[token], price(float(bid)), price(float(ask)), 0)
        for one in prices([event]):
            if isinstance(one, Trade):
                one.trade_id = round(rest[0])
            yield one
        if kind == "t" and rest[0] == source.start_s:
            yield Strike(wall, wall, rest[1], StrikeSource.CHAINLINK_TWAP, exact)
    yield Resolution(wall + 2 * SECOND, wall + 2 * SECOND, UP if source.resolved_up else DOWN, "gamma")

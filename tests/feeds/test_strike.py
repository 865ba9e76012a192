"""The strike and the final from the oracle's own reports of the window's start and end."""

from dataclasses import replace

import pytest

from engine.events import OracleTick, StrikeSource, Trade
from engine.market import Market, Settlement
from feeds.strike import DecidingReports, FirstTrade
from tests.engine.builders import START_MS, STRIKE, market

AVERAGED = market(settlement=Settlement.CHAINLINK_TWAP)
END_MS = AVERAGED.end_ms
SPOT = market(settlement=Settlement.CHAINLINK_SPOT)
CANDLE = market(settlement=Settlement.BINANCE_KLINE)


def tick(time_ms: int, window_s: int = 60, value: float = STRIKE) -> OracleTick:
    return OracleTick(7, 8, time_ms, value, window_s)


@pytest.mark.parametrize(
    ("of", "window_s", "source"),
    [
        (AVERAGED, 60, StrikeSource.CHAINLINK_TWAP),
        (replace(AVERAGED, lookback_s=30), 30, StrikeSource.CHAINLINK_TWAP),
        (SPOT, 0, StrikeSource.CHAINLINK_SPOT),
    ],
    ids=["60 s", "30 s", "spot"],
)
def test_the_markets_own_report_of_its_start_is_the_exact_strike(
    of: Market, window_s: int, source: StrikeSource
) -> None:
    deciding = DecidingReports(of)
    assert deciding.offer(tick(START_MS - 1000, window_s)) is None
    strike = deciding.offer(tick(START_MS, window_s))
    assert strike is not None
    assert (strike.mono, strike.wall, strike.value, strike.source, strike.exact) == (7, 8, STRIKE, source, True)
    assert deciding.offer(tick(START_MS + 1000, window_s)) is None


@pytest.mark.parametrize(("of", "window_s"), [(AVERAGED, 0), (AVERAGED, 30), (SPOT, 60), (CANDLE, 0), (CANDLE, 60)])
def test_another_kind_of_report_decides_nothing(of: Market, window_s: int) -> None:
    deciding = DecidingReports(of)
    assert deciding.offer(tick(START_MS, window_s)) is None
    assert deciding.offer(tick(END_MS, window_s)) is None
    assert (deciding.strike, deciding.final) == (None, None)


def test_a_history_that_comes_after_the_start_has_the_strike_in_it() -> None:
    deciding = DecidingReports(AVERAGED)
    history = [tick(START_MS + 1000 * second, value=STRIKE + second) for second in range(-60, 60)]
    (strike,) = [strike for one in history if (strike := deciding.offer(one)) is not None]
    assert strike.value == STRIKE


def test_a_boundary_report_that_never_came_is_not_replaced_by_its_neighbour() -> None:
    deciding = DecidingReports(AVERAGED)
    for second in (-1, 1, 299, 301):
        assert deciding.offer(tick(START_MS + 1000 * second)) is None
    assert (deciding.strike, deciding.final) == (None, None)


def test_the_report_of_the_end_is_the_final() -> None:
    deciding = DecidingReports(AVERAGED)
    deciding.offer(tick(END_MS, value=STRIKE + 1.5))
    assert deciding.final == STRIKE + 1.5


def binance(time_ms: int) -> Trade:
    return Trade(7, 8, 1, time_ms, STRIKE, 1, False)


@pytest.mark.parametrize(
    ("joined_s", "first_s", "known"),
    [(-30, 0, True), (-30, 40, True), (1, 2, True), (1, 3, False), (100, 100, False)],
    ids=["in time", "in time, quiet", "a little late", "late by its first trade", "in mid-window"],
)
def test_who_joins_late_has_no_first_trade_however_long_the_feed_was_up(
    joined_s: int, first_s: int, known: bool
) -> None:
    first = FirstTrade(START_MS, START_MS + 1000 * joined_s)
    first.link(up=True, wall_ms=START_MS - 600_000)
    strike = first.offer(binance(START_MS + 1000 * first_s))
    assert (strike is not None) == known
    assert strike is None or (strike.source, strike.exact) == (StrikeSource.BINANCE_FIRST, False)
    assert first.missed


def test_the_first_trade_is_the_first_one_at_or_after_the_start_and_never_one_before_it() -> None:
    first = FirstTrade(START_MS, START_MS - 30_000)
    first.link(up=True, wall_ms=START_MS - 30_000)
    times = (START_MS - 5_000, START_MS - 1, START_MS, START_MS + 1)
    offered = [
        first.offer(Trade(7, 8, number, time_ms, STRIKE + number, 1, False)) for number, time_ms in enumerate(times)
    ]
    (strike,) = [each for each in offered if each is not None]
    assert strike.value == STRIKE + 2
    assert offered.index(strike) == 2

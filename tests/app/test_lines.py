"""The console's log: one line a piece of news, worded so that what matters comes first."""

from dataclasses import replace

import pytest

from app.lines import Lines
from app.news import (
    FeedChanged,
    LeftOpen,
    News,
    OrderEnded,
    OrderFilled,
    OrderSent,
    StrikeKnown,
    Trouble,
    WindowSettled,
    WindowSkipped,
    WindowUnsettled,
)
from engine.events import DOWN, UP, Ack, Resolution
from engine.market import Asset, Interval
from engine.orders import OrderStatus
from engine.settlement import Result
from engine.signal import Signal
from engine.view import Line
from tests.engine.builders import fill, market, money, mono, order, strike, wall

MARKET = market()
RIPPLE = replace(market(), asset=Asset.XRP, interval=Interval.M15, slug="xrp-updown-15m-1790000100")


def told(*news: News) -> list[Line]:
    lines = Lines(lambda: wall(1.0))
    for one in news:
        lines.tell(one)
    return list(lines.lines)


def text(news: News) -> str:
    (line,) = told(news)
    return line.text


def ended(status: OrderStatus, reason: str = "") -> OrderEnded:
    sent = order(1.0, dollars=0.69)
    return OrderEnded(MARKET, sent, Ack(mono(1.2), wall(1.2), sent.order_id, sent.strategy, UP, status, reason))


def settled(net: float, fills: int = 2) -> WindowSettled:
    resolution = Resolution(mono(302), wall(302), DOWN, "gamma")
    return WindowSettled(MARKET, resolution, 5, fills, Result(money(net + 0.5), money(0.5)), {})


class TestFeeds:
    def test_the_first_connection_of_each_window_is_no_news(self) -> None:
        other = replace(MARKET, slug="btc-updown-5m-1790000400")
        assert told(*(FeedChanged("clob", True, "connected", one) for one in (MARKET, other))) == []

    def test_what_goes_down_and_comes_back_is_told_once_each(self) -> None:
        down, up = (FeedChanged("clob", state, "why", MARKET) for state in (False, True))
        assert [(line.text, line.good) for line in told(up, down, up, up)] == [
            ("clob down: why", False),
            ("clob up again: why", True),
        ]

    def test_another_window_s_connection_is_not_the_lost_one_come_back(self) -> None:
        other = replace(MARKET, slug="btc-updown-5m-1790000400")
        lines = told(FeedChanged("clob", False, "why", MARKET), FeedChanged("clob", True, "connected", other))
        assert [line.text for line in lines] == ["clob down: why"]

    def test_a_feed_that_we_stopped_did_not_fail(self) -> None:
        assert told(FeedChanged("rtds", False, "stopped")) == []


class TestOrders:
    def test_the_reason_stands_before_the_time(self) -> None:
        no_match = "no orders found to match with FAK order. FAK orders are partially filled or killed."
        assert text(ended(OrderStatus.NONE, no_match)) == "distance no fill: nobody at 69¢ · 200 ms"
        lost = "book unknown at arrival: connection lost"
        assert text(ended(OrderStatus.NONE, lost)) == "distance no fill: no book: connection lost · 200 ms"
        assert text(ended(OrderStatus.REJECTED, "too late")) == "distance no fill: too late · 200 ms"
        assert text(ended(OrderStatus.PARTIAL)) == "distance filled in part, rest killed · 200 ms"
        assert text(ended(OrderStatus.FILLED)) == "distance filled after 200 ms"

    def test_order_and_fill(self) -> None:
        signal = Signal("wants", UP, 0.8, 0.69, 0.11, 0.5, 0.05, quote_age_ms=84.0)
        assert text(OrderSent(MARKET, order(1.0, dollars=0.5), signal)) == "distance UP 10.0 @ 50¢ $5.00  quote 84 ms"
        assert text(OrderFilled(MARKET, fill(1.2, dollars=0.525, shares=9.5, fee=0.16))) == "UP 9.5 @ 52.5¢ fee $0.16"


class TestWindows:
    @pytest.mark.parametrize(("net", "shown"), [(21.36, "+$21.36"), (-3.5, "−$3.50"), (1234.5, "+$1,234.50")])
    def test_a_result_is_in_dollars(self, net: float, shown: str) -> None:
        assert text(settled(net)) == f"DOWN won  net {shown}  5 orders, 2 fills"

    def test_one_of_a_kind_is_not_told_as_many(self) -> None:
        assert text(settled(1.0, fills=1)).endswith("5 orders, 1 fill")
        assert text(LeftOpen(1, money(4.8), "then")) == "1 window without an outcome, $4.80 at stake; then"
        assert text(WindowUnsettled(MARKET, 1, 0)).startswith("left without an outcome, 1 order; ")

    def test_a_window_without_a_fill_is_neither_gain_nor_loss(self) -> None:
        (line,) = told(settled(0.0, fills=0))
        assert (line.text, line.good) == ("DOWN won  no fill  5 orders", None)

    def test_a_strike_is_written_as_exactly_as_its_coin_needs(self) -> None:
        assert text(StrikeKnown(RIPPLE, strike(0.0, 1.50125))) == "1.50125 chainlink twap, exact"
        assert text(StrikeKnown(MARKET, strike(0.0, 83711.12))) == "83,711.12 chainlink twap, exact"

    def test_what_happened_stands_before_the_long_name_of_its_window(self) -> None:
        assert text(WindowSkipped("btc-updown-5m-1", "waiting: not listed")) == "waiting: not listed  (btc-updown-5m-1)"
        assert text(Trouble("oracle", "it is silent")) == "it is silent  (oracle)"


def test_a_line_knows_the_market_that_it_is_of() -> None:
    lines = told(settled(1.0), StrikeKnown(RIPPLE, strike(0.0, 1.5)), Trouble("oracle", "it is silent"))
    assert [line.market for line in lines] == ["BTC 5m", "XRP 15m", ""]


def test_a_signal_is_told_when_it_begins_and_when_its_obstacle_changes() -> None:
    lines = Lines()
    signal = Signal("settlement_sniper", UP, 0.97, 0.91, 0.06, 0.95, 0.1, block=("price_age", 3100.0, 3000.0))
    lines.see(1, [("settlement_sniper", signal)], RIPPLE)
    lines.see(2, [("settlement_sniper", signal)], RIPPLE)
    lines.see(3, [("settlement_sniper", ("edge", 0.01, 0.05))], RIPPLE)
    lines.see(4, [("settlement_sniper", replace(signal, block=("cooldown", 3.0, 0.0)))], RIPPLE)
    assert list(lines.lines) == [
        Line(1, "signal", "sniper UP 0.970/0.91  blocked: price age", market="XRP 15m"),
    ]

from dataclasses import replace

import pytest

from app.telemetry.alerts import order_filled, order_sent, window_ended, window_started
from engine.events import DOWN, StrikeSource
from engine.market import Asset, Interval
from engine.units import MONEY
from tests.app.telemetry.examples import MARKET, STRIKE, a_fill, an_order

XRP = replace(MARKET, asset=Asset.XRP, interval=Interval.H4, slug="xrp-updown-4h-1787236800")


def test_a_start_names_the_strike_and_where_it_comes_from() -> None:
    assert window_started(MARKET, STRIKE) == (
        "BTC 5m started, btc-updown-5m-1787236800\nstrike 83,711.12 (chainlink_twap, exact)"
    )
    estimate = replace(STRIKE, value=2.513257, source=StrikeSource.BINANCE_FIRST, exact=False)
    assert window_started(XRP, estimate) == (
        "XRP 4h started, xrp-updown-4h-1787236800\nstrike 2.51326 (binance_first, not exact: paper only)"
    )


def test_a_start_without_a_strike_says_so() -> None:
    assert window_started(MARKET, None).endswith("strike not known yet: no orders")


def test_an_end_tells_the_outcome_and_the_net_profit() -> None:
    text = window_ended(MARKET, "paper", DOWN, orders=3, fills=2, net=-186 * MONEY // 100)
    assert text == "BTC 5m ended, paper\nDOWN won, net −$1.86\n3 orders, 2 fills"


def test_an_end_without_outcome_claims_no_profit() -> None:
    text = window_ended(MARKET, "live", None, orders=1, fills=1, net=0)
    assert text == "BTC 5m ended, live\noutcome not known yet\n1 order, 1 fill"


def test_an_order_tells_strategy_side_price_and_edge() -> None:
    assert order_sent(MARKET, "paper", an_order()) == (
        "BTC 5m order, paper\ndistance_fade: UP 11.5 sh at 68¢, edge +10.1¢"
    )


def test_a_fill_tells_cost_fee_and_what_it_pays() -> None:
    assert order_filled(MARKET, "live", a_fill()) == (
        "BTC 5m fill, live\ndistance_fade: UP 11.5 sh at 67.5¢, cost $7.76 + fee $0.18, pays $11.50 if right"
    )


@pytest.mark.parametrize("asset", list(Asset))
@pytest.mark.parametrize("interval", list(Interval))
def test_every_message_begins_with_asset_and_interval(asset: Asset, interval: Interval) -> None:
    market = replace(MARKET, asset=asset, interval=interval)
    for text in (
        window_started(market, STRIKE),
        window_ended(market, "paper", 0, orders=0, fills=0, net=0),
        order_sent(market, "paper", an_order()),
        order_filled(market, "paper", a_fill()),
    ):
        assert text.startswith(f"{asset.upper()} {interval.value} ")

from dataclasses import replace

from engine.execution import OrderState, TradeStatus
from engine.fees import FeeCurve
from engine.foreign import Foreign
from tests.engine.builders import FEE, money
from tests.engine.live import MARKET, order_report, trade_report


def test_trade_is_at_risk_with_its_fee_until_it_fails_or_its_market_is_settled() -> None:
    foreign = Foreign()
    assert foreign.trade(trade_report("0xf", shares=10), FeeCurve(FEE))
    assert money(5) < foreign.exposure < money(5.5)
    assert not foreign.trade(trade_report("0xf", shares=10, status=TradeStatus.FAILED), FeeCurve(FEE))
    assert foreign.exposure == 0
    foreign.trade(trade_report("0xf", "b", shares=10), None)
    assert foreign.exposure == money(5)
    foreign.settled("another")
    assert foreign.exposure == money(5)
    foreign.settled(MARKET.condition_id)
    assert foreign.exposure == 0


def test_order_in_the_book_is_at_risk_for_what_it_may_still_buy() -> None:
    foreign = Foreign()
    assert foreign.order(order_report("0xf", OrderState.LIVE, shares=4))
    assert foreign.exposure == money(3)
    assert not foreign.order(order_report("0xf", OrderState.MATCHED, shares=10))
    assert foreign.exposure == 0


def test_sale_puts_nothing_at_risk() -> None:
    foreign = Foreign()
    foreign.trade(trade_report("0xf", buys=False), None)
    foreign.order(replace(order_report("0xg", OrderState.LIVE), buys=False))
    assert foreign.exposure == 0
    assert foreign.orders == 2

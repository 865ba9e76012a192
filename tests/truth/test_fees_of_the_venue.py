"""The fee table of the venue's documentation to five decimals, and the schedule that real markets state."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from engine.fees import FeeCurve, taker_fee
from engine.market import FeeSchedule
from engine.units import SIZE, dollars, price_units, size_units
from feeds.terms import read_terms
from tests.truth.labels import june_markets, needs_data

CRYPTO = FeeSchedule(Decimal("0.07"), 1)

TABLE = [
    ("0.50", "1.75000", "3.50", "0.08750", "0.51750"),
    ("0.70", "1.47000", "2.10", "0.07350", "0.71470"),
    ("0.90", "0.63000", "0.70", "0.03150", "0.90630"),
    ("0.95", "0.33250", "0.35", "0.01663", "0.95333"),
    ("0.97", "0.20370", "0.21", "0.01019", "0.97204"),
    ("0.99", "0.06930", "0.07", "0.00347", "0.99069"),
]
"""Price, fee of 100 shares, that in percent of the notional, fee of 5 shares, break-even chance."""


@pytest.mark.parametrize(("price", "hundred", "percent", "five", "even"), TABLE)
def test_a_row_of_the_table(price: str, hundred: str, percent: str, five: str, even: str) -> None:
    p = Decimal(price)
    fee = dollars(taker_fee(CRYPTO, price_units(p), 100 * SIZE))
    assert fee == Decimal(hundred)
    assert round(fee / p, 2) == Decimal(percent)
    assert dollars(taker_fee(CRYPTO, price_units(p), 5 * SIZE)) == Decimal(five)
    assert (p + fee / 100).quantize(Decimal("0.00001"), ROUND_HALF_UP) == Decimal(even)


@pytest.mark.parametrize(("price", "order"), [(0.50, 9.6618), (0.90, 9.9305), (0.97, 9.9790)])
def test_ten_dollars_all_in_with_the_fee(price: float, order: float) -> None:
    """A buy pays its fee on top, so an order of `10 * p / (p + fee a share)` dollars costs ten."""
    assert 10 * price / (price + FeeCurve(CRYPTO).per_share(price)) == pytest.approx(order, abs=5e-5)


def test_the_shares_and_the_fee_of_ten_dollars_at_a_half() -> None:
    fee = dollars(taker_fee(CRYPTO, price_units(Decimal("0.50")), size_units(Decimal("19.3237"))))
    assert fee == Decimal("0.33816")
    assert Decimal("19.3237") * Decimal("0.50") + fee == pytest.approx(Decimal(10), abs=Decimal("0.0001"))


@needs_data
def test_every_market_of_the_june_day_states_this_schedule() -> None:
    assert {read_terms(market.gamma).fee for market in june_markets()} == {CRYPTO}

"""The taker's fee, against the schedule in decimals."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.fees import cost, taker_fee


@given(size=st.integers(1, 10**12), price=st.integers(1, 999))
def test_it_is_the_schedules_to_the_hundred_thousandth(size: int, price: int) -> None:
    p = Decimal(price) / 1000
    exact = Decimal(size) / 10**6 * Decimal("0.07") * p * (1 - p)
    assert Decimal(taker_fee(size, price)) / 10**6 == exact.quantize(Decimal("0.00001"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("shares", "price", "fee"),
    [(100, 500, 1.75), (100, 700, 1.47), (100, 970, 0.2037), (5, 950, 0.01663), (5, 990, 0.00347)],
)
def test_the_venues_own_table(shares: int, price: int, fee: float) -> None:
    assert taker_fee(shares * 10**6, price) == round(fee * 10**6)


@given(size=st.integers(1, 10**12), price=st.integers(1, 999))
def test_a_cost_is_rounded_to_the_nearest_millionth(size: int, price: int) -> None:
    exact = Decimal(size * price) / 1000
    assert cost(size, price) == exact.quantize(Decimal(1), ROUND_HALF_UP)

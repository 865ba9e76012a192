from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.units import (
    CENT,
    MONEY,
    PRICE,
    SIZE,
    dollars,
    money_units,
    price_dollars,
    price_units,
    shares,
    size_units,
)


def test_price_times_size_is_money() -> None:
    assert price_units(Decimal("0.5")) * size_units(Decimal(10)) == money_units(Decimal(5))
    assert (MONEY, CENT) == (PRICE * SIZE, MONEY // 100)


@given(price=st.integers(0, PRICE), size=st.integers(0, 10**12))
def test_units_and_decimals_are_the_same_numbers(price: int, size: int) -> None:
    assert price_units(price_dollars(price)) == price
    assert size_units(shares(size)) == size
    assert money_units(dollars(price * size)) == price * size
    assert dollars(price * size) == price_dollars(price) * shares(size)


def test_price_finer_than_the_finest_tick_is_refused() -> None:
    assert price_units(Decimal("0.0001")) == 1
    with pytest.raises(ValueError, match=r"0\.00005 is finer than 1/10000 dollar"):
        price_units(Decimal("0.00005"))


def test_sizes_and_money_are_cut_not_rounded() -> None:
    assert size_units(Decimal("1.9999999")) == 1_999_999
    assert money_units(Decimal("0.00000000019")) == 1

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.figures import coin_decimals, middle_text, money_text, price_text, real_text, shares_text
from engine.units import MONEY, PRICE, SIZE


@pytest.mark.parametrize(
    ("price", "text"), [(6_800, "0.68"), (0, "0"), (10_000, "1"), (1, "0.0001"), (9_990, "0.999"), (-100, "-0.01")]
)
def test_a_price_is_dollars_a_share(price: int, text: str) -> None:
    assert price_text(price) == text


@given(st.integers(-(10**24), 10**24))
def test_money_is_exact_without_exponent_or_trailing_zeros(money: int) -> None:
    text = money_text(money)
    assert Decimal(text) * MONEY == money
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@given(st.integers(-(10**18), 10**18))
def test_shares_and_prices_are_exact(units: int) -> None:
    assert Decimal(shares_text(units)) * SIZE == units
    assert Decimal(price_text(units)) * PRICE == units


def test_the_middle_of_two_prices_keeps_its_half_unit() -> None:
    assert middle_text(6_700, 6_801) == "0.67505"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.10, "0.1"), (-0.0000001, "0"), (12.0, "12"), (1e-9, "0"), (1e15, "1" + "0" * 15), (float("nan"), "nan")],
)
def test_a_float_has_one_plain_text(value: float, text: str) -> None:
    assert real_text(value, 6) == text


@given(st.floats(1e-6, 1e9))
def test_a_coin_shows_a_tenth_of_a_basis_point_of_its_strike_and_never_less_than_cents(strike: float) -> None:
    decimals = coin_decimals(strike)
    unit = 10.0**-decimals
    assert decimals >= 2
    assert unit <= strike * 1e-5 * (1 + 1e-12)
    assert decimals == 2 or unit * 10 > strike * 1e-5 * (1 - 1e-12)


@pytest.mark.parametrize(("strike", "decimals"), [(84_000.0, 2), (3_000.0, 2), (190.0, 3), (2.5, 5)])
def test_decimals_of_the_coins_in_scope(strike: float, decimals: int) -> None:
    assert coin_decimals(strike) == decimals


@pytest.mark.parametrize("strike", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_price_has_no_decimals(strike: float) -> None:
    with pytest.raises(ValueError, match="no price"):
        coin_decimals(strike)

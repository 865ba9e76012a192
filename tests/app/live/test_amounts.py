"""What a fill-and-kill buy promises is never worse than its limit, never over its budget, and what the venue takes."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.live.amounts import Amounts, Unsendable, buy_amounts
from engine.units import MONEY, PRICE, SIZE, money_units, price_units

FIVE = 5 * SIZE
TICKS = (1000, 100, 50, 25, 10, 1)
FINEST_TICK = Decimal("0.0001")


def usd(text: str) -> int:
    return money_units(Decimal(text))


def at(text: str) -> int:
    return price_units(Decimal(text))


@st.composite
def sendable(draw: st.DrawFn) -> tuple[int, int, int]:
    """A budget that buys enough at a price on the grid of a tick, up to what nobody has."""
    tick = draw(st.sampled_from(TICKS))
    price = draw(st.integers(1, PRICE // tick - 1)) * tick
    least = max(MONEY, -(-(FIVE + 100) * price // (MONEY // 100)) * (MONEY // 100))
    return draw(st.integers(least, least + 1_000_000 * MONEY)), price, tick


@pytest.mark.parametrize(
    ("budget", "price", "tick", "amounts"),
    [
        ("10", "0.53", "0.01", Amounts(10_000_000, 18_867_900)),
        ("5", "0.973", "0.001", Amounts(5_000_000, 5_138_700)),  # five decimals would be refused
        ("2.65", "0.53", "0.01", Amounts(2_650_000, 5_000_000)),
        ("16.90", "0.5", "0.1", Amounts(16_900_000, 33_800_000)),  # a float's floor makes 16.89 of it
        ("5.019", "0.99", "0.01", Amounts(5_010_000, 5_060_600)),
        ("1", "0.0025", "0.0025", Amounts(1_000_000, 400_000_000)),
        ("100000", "0.9999", "0.0001", Amounts(100_000_000_000, 100_010_001_000)),
    ],
)
def test_known_amounts(budget: str, price: str, tick: str, amounts: Amounts) -> None:
    assert buy_amounts(usd(budget), at(price), at(tick), FIVE) == amounts


def test_they_are_read_back_in_the_engines_units() -> None:
    amounts = buy_amounts(usd("10.005"), at("0.53"), at("0.01"), FIVE)
    assert (amounts.money, amounts.size) == (10 * MONEY, 18_867_900)


@settings(derandomize=True, deadline=None)
@given(sendable())
def test_dollars_have_two_decimals_and_shares_four(order: tuple[int, int, int]) -> None:
    amounts = buy_amounts(*order, FIVE)
    assert amounts.maker % 10_000 == 0
    assert amounts.taker % 100 == 0


@settings(derandomize=True, deadline=None)
@given(sendable())
def test_the_budget_is_spent_to_the_cent_and_never_exceeded(order: tuple[int, int, int]) -> None:
    budget, *_ = order
    assert 0 <= budget - buy_amounts(*order, FIVE).money < MONEY // 100


@settings(derandomize=True, deadline=None)
@given(sendable())
def test_the_quotient_stands_for_the_limit_on_any_grid(order: tuple[int, int, int]) -> None:
    """At least the limit, or the venue would read a lower one; and by less than the finest tick more, so that no ask
    above the limit is reached.
    """
    _, price, _ = order
    amounts = buy_amounts(*order, FIVE)
    limit = Decimal(price) / PRICE
    implied = Decimal(amounts.maker) / amounts.taker
    assert limit <= implied < limit + FINEST_TICK / 5


@settings(derandomize=True, deadline=None)
@given(sendable(), st.integers(0, 1000 * MONEY))
def test_more_money_never_buys_less(order: tuple[int, int, int], more: int) -> None:
    budget, price, tick = order
    less, larger = buy_amounts(budget, price, tick, FIVE), buy_amounts(budget + more, price, tick, FIVE)
    assert less.maker <= larger.maker
    assert less.taker <= larger.taker


@settings(derandomize=True, deadline=None)
@given(sendable(), st.sampled_from(TICKS))
def test_a_lower_limit_never_buys_less(order: tuple[int, int, int], by: int) -> None:
    budget, price, tick = order
    if price > by:
        assert buy_amounts(budget, price - by, 1, FIVE).taker >= buy_amounts(budget, price, tick, FIVE).taker


@pytest.mark.parametrize(
    ("budget", "price", "tick", "why"),
    [
        ("10", "0.535", "0.01", "the price 0.535 is not on the market's grid of 0.01"),
        ("10", "0", "0.01", "not on the market's grid"),
        ("10", "1", "0.01", "not on the market's grid"),
        ("10", "-0.5", "0.01", "not on the market's grid"),
        ("10", "0.995", "0.1", "not on the market's grid"),
        ("10", "0.53", "0", "not on the market's grid of 0"),
        ("0", "0.53", "0.01", "0.00 dollars are less than the 1 that a buy must spend"),
        ("-10", "0.53", "0.01", "-10.00 dollars are less"),
        ("0.9999", "0.1", "0.01", "0.99 dollars are less"),
        ("2.64", "0.53", "0.01", "2.64 dollars buy 4.9811 shares at 0.53, less than the market's smallest order of 5"),
        ("2.6665", "0.5333", "0.0001", "2.66 dollars buy 4.9878 shares"),  # 5 shares, were it not for the cents
    ],
)
def test_what_the_venue_would_refuse_is_not_made(budget: str, price: str, tick: str, why: str) -> None:
    with pytest.raises(Unsendable) as refused:
        buy_amounts(usd(budget), at(price), at(tick), FIVE)
    assert why in str(refused.value)


@settings(derandomize=True, deadline=None)
@given(st.integers(-MONEY, 100 * MONEY), st.integers(-10, PRICE + 10), st.integers(-10, PRICE), st.integers(0, 10**9))
def test_any_numbers_give_amounts_or_a_refusal(budget: int, price: int, tick: int, least: int) -> None:
    try:
        amounts = buy_amounts(budget, price, tick, least)
    except Unsendable:
        return
    assert amounts.maker >= 1_000_000
    assert amounts.taker >= max(least, 1)

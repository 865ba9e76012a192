from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fees import FeeCurve, taker_fee
from engine.market import FeeSchedule
from engine.units import MONEY, PRICE, dollars
from tests.engine.builders import FEE, money, price, size

VENUE_TABLE = [
    (0.50, "1.75000", "0.08750"),
    (0.70, "1.47000", "0.07350"),
    (0.90, "0.63000", "0.03150"),
    (0.95, "0.33250", "0.01663"),
    (0.97, "0.20370", "0.01019"),
    (0.99, "0.06930", "0.00347"),
]


@pytest.mark.parametrize(("p", "hundred", "five"), VENUE_TABLE)
def test_fees_of_the_venues_table(p: float, hundred: str, five: str) -> None:
    assert dollars(taker_fee(FEE, price(p), size(100))) == Decimal(hundred)
    assert dollars(taker_fee(FEE, price(p), size(5))) == Decimal(five)


def test_fee_seen_on_chain() -> None:
    """108 shares at 0.36 were charged 1.741820; ours differs by nothing that five places show."""
    assert dollars(taker_fee(FEE, price(0.36), size(108))) == Decimal("1.74182")


@pytest.mark.parametrize(
    ("shares", "fee"),
    [
        (5.0, "0.01663"),  # 0.016625, where half to even would say 0.01662
        (4.9999, "0.01662"),
        (3.0, "0.00998"),  # 0.009975
        (1.0, "0.00333"),  # 0.003325
        (0.001, "0.00000"),  # 0.000003325
        (0.002, "0.00001"),  # 0.00000665
    ],
)
def test_half_of_the_fifth_place_is_rounded_up(shares: float, fee: str) -> None:
    assert dollars(taker_fee(FEE, price(0.95), size(shares))) == Decimal(fee)


@pytest.mark.parametrize(("p", "fee"), [(0.50, "1.56250"), (0.90, "0.20250"), (0.10, "0.20250"), (0.99, "0.00245")])
def test_exponent_two_falls_off_faster(p: float, fee: str) -> None:
    squared = FeeSchedule(Decimal("0.25"), 2)
    assert dollars(taker_fee(squared, price(p), size(100))) == Decimal(fee)
    assert FeeCurve(squared).per_share(p) == pytest.approx(float(fee) / 100, abs=1e-7)


def test_market_without_fee() -> None:
    free = FeeSchedule(Decimal(0), 1)
    assert taker_fee(free, price(0.5), size(100)) == 0
    assert FeeCurve(free).per_share(0.5) == 0.0


@given(p=st.integers(1, PRICE - 1), exponent=st.sampled_from([1, 2]))
def test_curve_for_deciding_follows_the_schedule_for_booking(p: int, exponent: int) -> None:
    schedule = FeeSchedule(Decimal("0.07"), exponent)
    booked = dollars(taker_fee(schedule, p, size(1000)))
    assert FeeCurve(schedule).per_share(p / PRICE) == pytest.approx(float(booked) / 1000, abs=6e-9)


prices = st.integers(1, PRICE - 1)


@given(
    split=st.lists(st.tuples(prices, st.integers(1, 10**9)), min_size=1, max_size=40),
    exponent=st.sampled_from([1, 2]),
)
def test_no_way_of_spending_a_budget_costs_more_than_its_bound(split: list[tuple[int, int]], exponent: int) -> None:
    schedule = FeeSchedule(Decimal("0.07"), exponent)
    budget = sum(p * amount for p, amount in split)
    assert sum(taker_fee(schedule, p, amount) for p, amount in split) <= FeeCurve(schedule).bound(budget)


def test_bound_holds_for_a_thousand_crumbs_that_each_round_up() -> None:
    """0.000072 share at 0.01 owes 0.00000498 dollars and 0.000073 owes 0.00000506, which rounds to twice that."""
    crumb, cent = 73 * 100, price(0.01)
    assert taker_fee(FEE, cent, crumb) == money(0.00001)
    assert 1000 * taker_fee(FEE, cent, crumb) <= FeeCurve(FEE).bound(1000 * cent * crumb)


@given(room=st.integers(-MONEY, 200 * MONEY), rate=st.sampled_from(["0", "0.07", "0.072", "0.25"]))
def test_affordable_is_the_largest_budget_to_a_unit_that_fits_with_its_bound(room: int, rate: str) -> None:
    curve = FeeCurve(FeeSchedule(Decimal(rate), 1))
    budget = curve.affordable(room)
    assert budget >= 0
    if budget:
        assert budget + curve.bound(budget) <= room
    assert budget + 2 + curve.bound(budget + 2) > room

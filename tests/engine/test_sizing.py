from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import UP
from engine.fees import FeeCurve
from engine.market import FeeSchedule
from engine.signal import Gate, Signal
from engine.sizing import LOT, MIN_BUDGET, Sized, size_order
from engine.units import CENT, MONEY, PRICE
from tests.engine.builders import FEE, money, price, size

FIVE = size(5)
FEES = FeeCurve(FEE)


def wish(fair: float, ask: float, cap: float) -> Signal:
    return Signal("wants", UP, fair, ask, fair - ask, 0.5, cap)


def sized(
    fair: float, ask: float, *, cap: float = 1.0, bankroll: float = 100.0, room: float | int = 100.0
) -> Sized | Gate:
    units = room if isinstance(room, int) else money(room)
    return size_order(wish(fair, ask, cap), price(ask), bankroll, units, FIVE, FEES)


def test_half_kelly_is_taken_on_the_cost_with_the_fee() -> None:
    """c = 0.55 + 0.017325; (0.60 - c) / (1 - c) / 2 = 3.776 % of $100, fee included; its notional is $3.66."""
    assert sized(0.60, 0.55) == Sized(price(0.55), size(6.6545), money(3.66))


def test_cap_is_on_all_that_the_order_costs() -> None:
    """5 % of $100 is $5 with the fee: 5 / 0.5175 = 9.6618 shares, $4.8309 of them notional."""
    assert sized(0.65, 0.50, cap=0.05) == Sized(price(0.50), size(9.66), money(4.83))


def test_bankroll_scales_the_size() -> None:
    assert sized(0.65, 0.50, cap=0.05, bankroll=200.0) == Sized(price(0.50), size(19.32), money(9.66))


def test_cost_that_eats_the_edge_leaves_nothing_to_bet() -> None:
    name, value, limit = sized(0.5175, 0.50)
    assert (name, limit) == ("kelly", 0.0)
    assert value == pytest.approx(0.0, abs=1e-12)
    assert sized(0.5174, 0.50)[0] == "kelly"
    assert sized(0.62, 0.50)[0] != "kelly"


def test_order_is_cut_to_the_room_with_its_fee() -> None:
    """$3 of room: a cent for rounding, then 2.99 / 1.07 = 2.7943."""
    assert sized(0.90, 0.50, room=3.0) == Sized(price(0.50), size(5.58), money(2.79))


def test_five_shares_are_a_gate_and_not_a_floor() -> None:
    """2.685 = 2.50 * 1.07 + 0.01, and 2.50 buys five shares at 0.50."""
    room = money(2.685)
    assert sized(0.90, 0.50, room=room) == Sized(price(0.50), size(5.0), money(2.50))
    assert sized(0.90, 0.50, room=room - 1) == ("min_shares", 4.98, 5.0)


def test_one_dollar_is_a_gate_and_not_a_floor() -> None:
    room = money(1.08)
    assert sized(0.90, 0.10, room=room) == Sized(price(0.10), size(10.0), money(1.00))
    assert sized(0.90, 0.10, room=room - 1) == ("min_dollars", 0.99, 1.0)


def test_market_with_another_minimum() -> None:
    assert size_order(wish(0.65, 0.50, 0.05), price(0.50), 100.0, money(100), size(9.66), FEES) == Sized(
        price(0.50), size(9.66), money(4.83)
    )
    assert size_order(wish(0.65, 0.50, 0.05), price(0.50), 100.0, money(100), size(9.6601), FEES) == (
        "min_shares", 9.66, 9.6601,
    )  # fmt: skip


def test_no_room_is_no_shares() -> None:
    assert sized(0.90, 0.50, room=0.005) == ("min_shares", 0.0, 5.0)


@given(
    fair=st.floats(0.02, 0.98),
    best_ask=st.integers(1, PRICE - 1),
    cap=st.floats(0.01, 1.0),
    bankroll=st.floats(1.0, 1000.0),
    room=st.integers(0, 1000 * MONEY),
    rate=st.sampled_from(["0", "0.07", "0.25"]),
)
def test_order_is_never_larger_than_what_allowed_it(
    fair: float, best_ask: int, cap: float, bankroll: float, room: int, rate: str
) -> None:
    fees = FeeCurve(FeeSchedule(Decimal(rate), 1))
    ask = best_ask / PRICE
    signal = Signal("wants", UP, fair, ask, fair - ask, 0.5, cap)
    answer = size_order(signal, best_ask, bankroll, room, FIVE, fees)
    if not isinstance(answer, Sized):
        assert answer[0] in ("kelly", "min_shares", "min_dollars")
        assert answer[1] <= answer[2]
        return
    cost = ask + fees.per_share(ask)
    half = min((fair - cost) / (1.0 - cost) / 2.0, cap)
    assert answer.budget % CENT == 0
    assert answer.size % LOT == 0
    assert answer.size * answer.price <= answer.budget < (answer.size + LOT) * answer.price
    assert answer.size >= FIVE
    assert answer.budget >= MIN_BUDGET
    assert answer.budget + fees.bound(answer.budget) <= room
    assert answer.budget / MONEY * cost / ask <= half * bankroll * (1 + 1e-9)

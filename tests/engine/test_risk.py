import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.limits import Limits
from engine.position import Position
from engine.risk import Risk
from tests.engine.builders import fill, money, mono

LIMITS = Limits(max_orders=3)


def test_nothing_sent_is_nothing_in_the_way() -> None:
    assert Risk(LIMITS).check(mono(0.0), Position()) is None


def test_cooldown_starts_when_an_order_leaves_and_ends_on_the_nanosecond() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(10.0))
    assert risk.check(mono(10.0), Position()) == ("cooldown", 5.0, 0.0)
    assert risk.check(mono(15.0) - 1, Position()) == ("cooldown", 1e-9, 0.0)
    assert risk.check(mono(15.0), Position()) is None


def test_end_of_an_order_without_fill_gives_neither_its_count_nor_its_cooldown_back() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(10.0))
    risk.release("o-1")
    assert (risk.orders, risk.in_flight, risk.reserved) == (1, 0, 0)
    assert risk.check(mono(14.9), Position()) is not None


def test_orders_are_counted_to_their_limit_filled_or_not() -> None:
    risk = Risk(LIMITS)
    for number in range(3):
        assert risk.check(mono(10.0 * number), Position()) is None
        risk.commit(f"o-{number}", money(1), mono(10.0 * number))
        risk.release(f"o-{number}")
    assert risk.check(mono(100.0), Position()) == ("orders", 3, 3)


def test_full_position_leaves_no_room() -> None:
    risk, position = Risk(Limits(max_position=money(10))), Position()
    position.add(fill(0.0, dollars=0.50, shares=19, fee=0.3325))
    assert risk.check(mono(1.0), position) is None
    assert risk.room(position) == money(0.1675)
    risk.commit("o-1", money(0.1675), mono(-60.0))
    assert risk.check(mono(1.0), position) == ("position", 10.0, 10.0)


def test_cooldown_comes_before_the_count_and_the_count_before_the_position() -> None:
    risk, position = Risk(Limits(max_orders=1, max_position=money(1))), Position()
    risk.commit("o-1", money(1), mono(0.0))
    gates = [risk.check(mono(t), position) for t in (1.0, 6.0)]
    assert [gate and gate[0] for gate in gates] == ["cooldown", "orders"]
    roomy = Risk(Limits(max_orders=2, max_position=money(1)))
    roomy.commit("o-1", money(1), mono(0.0))
    gate = roomy.check(mono(6.0), position)
    assert gate is not None
    assert gate[0] == "position"


def test_fill_turns_reserve_into_position_and_the_end_frees_the_rest() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(0.0))
    risk.spend("o-1", money(3))
    assert risk.reserved == money(2)
    risk.release("o-1")
    assert risk.reserved == 0


def test_fill_larger_than_the_reserve_takes_no_more_than_the_reserve() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(0.0))
    risk.commit("o-2", money(4), mono(5.0))
    risk.spend("o-1", money(6))
    assert risk.reserved == money(4)


@pytest.mark.parametrize("stranger", ["o-1", "never-sent"])
def test_word_on_an_order_that_is_not_on_its_way_changes_nothing(stranger: str) -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(0.0))
    risk.release("o-1")
    risk.commit("o-2", money(4), mono(5.0))
    risk.spend(stranger, money(1))
    risk.release(stranger)
    assert (risk.reserved, risk.in_flight) == (money(4), 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(["commit", "spend", "release"]), st.integers(0, 4), st.integers(0, 10**11)),
        max_size=40,
    )
)
def test_reserve_is_never_negative_and_gone_when_all_orders_ended(words: list[tuple[str, int, int]]) -> None:
    risk, sent = Risk(Limits()), 0
    for word, which, amount in words:
        if word == "commit":
            sent += 1
            risk.commit(f"o-{sent}", amount, mono(0.0))
        elif word == "spend":
            risk.spend(f"o-{which}", amount)
        else:
            risk.release(f"o-{which}")
        assert risk.reserved >= 0
    for number in range(1, sent + 1):
        risk.release(f"o-{number}")
    assert (risk.reserved, risk.in_flight) == (0, 0)


def test_restart_takes_over_count_and_cooldown() -> None:
    risk = Risk(LIMITS)
    risk.restore(2, mono(12.0))
    assert risk.check(mono(11.0), Position()) == ("cooldown", 1.0, 0.0)
    assert risk.check(mono(12.0), Position()) is None
    risk.commit("o-3", money(1), mono(12.0))
    assert risk.check(mono(20.0), Position()) == ("orders", 3, 3)


# --- the account's word


def test_allowance_is_the_last_limit_that_is_asked_and_cuts_the_room() -> None:
    risk, position = Risk(Limits(max_position=money(10))), Position()
    risk.allowance = money(3)
    assert risk.room(position) == money(3)
    risk.allowance = money(30)
    assert risk.room(position) == money(10)
    risk.allowance = 0
    assert risk.check(mono(0.0), position) == ("allowance", 0.0, 0.0)
    risk.commit("o-1", money(10), mono(-60.0))
    gate = risk.check(mono(0.0), position)
    assert gate is not None
    assert gate[0] == "position"


def test_order_takes_from_the_allowance_and_its_end_gives_nothing_back() -> None:
    """Only the account knows whether another market has taken it meanwhile."""
    risk = Risk(LIMITS)
    risk.allowance = money(8)
    risk.commit("o-1", money(5), mono(0.0))
    assert risk.allowance == money(3)
    risk.release("o-1")
    assert (risk.reserved, risk.allowance) == (0, money(3))


def test_market_without_an_account_has_no_allowance_to_keep() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(0.0))
    assert risk.allowance is None


def test_longer_cooldown_counts_from_the_last_order_and_ends_with_its_reason() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(10.0))
    risk.slow_down(2)
    assert risk.check(mono(19.9), Position()) is not None
    assert risk.check(mono(20.0), Position()) is None
    risk.commit("o-2", money(5), mono(20.0))
    assert risk.cooldown_until == mono(30.0)
    risk.slow_down(1)
    assert risk.cooldown_until == mono(25.0)


def test_longer_cooldown_before_the_first_order_keeps_nothing_back() -> None:
    risk = Risk(LIMITS)
    risk.slow_down(2)
    assert risk.check(mono(0.0), Position()) is None


def test_fill_that_is_taken_back_gives_nothing_back_to_the_reserve() -> None:
    risk = Risk(LIMITS)
    risk.commit("o-1", money(5), mono(0.0))
    risk.spend("o-1", money(3))
    risk.spend("o-1", -money(3))
    assert risk.reserved == money(2)


def test_restart_takes_over_what_is_held_back() -> None:
    risk = Risk(LIMITS)
    risk.restore(1, mono(0.0), {"o-1": money(5)})
    assert (risk.reserved, risk.in_flight) == (money(5), 1)
    risk.release("o-1")
    assert (risk.reserved, risk.in_flight) == (0, 0)


def test_a_cooldown_that_was_taken_over_becomes_longer_like_any_other() -> None:
    risk = Risk(LIMITS)
    risk.restore(1, mono(5.0))
    risk.slow_down(2)
    assert risk.check(mono(9.9), Position()) is not None
    assert risk.check(mono(10.0), Position()) is None

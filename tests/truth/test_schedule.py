"""The buyer by the clock is fixed before it sees anything."""

from hypothesis import given
from hypothesis import strategies as st

from engine.events import DOWN, UP
from tests.truth.schedule import OPEN_S, ORDERS, QUIET_END_S, schedule


def test_the_same_window_has_the_same_slots() -> None:
    assert schedule(1_790_586_000, 900, (UP, DOWN)) == schedule(1_790_586_000, 900, (UP, DOWN))
    assert schedule(1_790_586_000, 900, (UP, DOWN)) != schedule(1_790_586_900, 900, (UP, DOWN))


@given(seed=st.integers(0, 2**31), length=st.sampled_from([300.0, 900.0]))
def test_each_equal_part_of_the_window_has_one_slot_that_ends_within_it(seed: int, length: float) -> None:
    part = (length - QUIET_END_S) / ORDERS
    slots = schedule(seed, length, (UP, DOWN)).slots
    assert len(slots) == ORDERS
    for number, slot in enumerate(slots):
        after = length - slot.left_s
        assert part * number <= after
        assert after + OPEN_S <= part * (number + 1) + 1e-9


def test_both_outcomes_are_drawn_and_only_quoted_ones() -> None:
    drawn = {slot.outcome for seed in range(5) for slot in schedule(seed, 300, (UP, DOWN)).slots}
    assert drawn == {UP, DOWN}
    assert {slot.outcome for slot in schedule(1, 300, (DOWN,)).slots} == {DOWN}

from fractions import Fraction
from math import hypot, inf, sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.lockin import ENDS_BEFORE_S, HOLE_S, REBUILD_ERROR, Average, LockIn

END = 1_000_000
FIRST, LAST = END - 62, END - 3


def printed(reports: dict[int, float], seconds: int = 60) -> LockIn | None:
    """What is printed of the average that is stamped END."""
    average = Average(END * 1000, seconds)
    for second, value in reports.items():
        average.add(second, value)
    return average.lock_in()


def test_average_is_over_sixty_seconds_and_ends_three_before_its_stamp() -> None:
    everything = {second: float(second) for second in range(END - 100, END + 10)}
    lock_in = printed(everything)
    assert lock_in is not None
    assert (lock_in.seconds, lock_in.share, lock_in.rest) == (60, 1.0, 0)
    assert lock_in.expected(inf if lock_in.rest else 0.0) == fmean(range(FIRST, LAST + 1))
    assert LAST == END - ENDS_BEFORE_S


def test_another_lookback_ends_at_the_same_second() -> None:
    lock_in = printed({second: float(second) for second in range(END - 100, END)}, seconds=12)
    assert lock_in is not None
    assert (lock_in.seconds, lock_in.total) == (12, sum(range(END - 14, END - 2)))


def test_nothing_is_printed_before_the_first_second_of_the_average() -> None:
    assert printed({}) is None
    assert printed({FIRST - 1: 100.0}) is None
    assert printed({FIRST: 100.0}) == LockIn(60, 1, 100.0)


def test_report_that_never_came_lies_on_the_line_between_its_neighbours() -> None:
    assert printed({FIRST: 100.0, FIRST + 3: 106.0}) == LockIn(60, 4, 100.0 + 102.0 + 104.0 + 106.0)


def test_neighbours_outside_the_average_help_to_find_its_ends() -> None:
    assert printed({FIRST - 1: 100.0, FIRST + 1: 102.0}) == LockIn(60, 2, 203.0)
    assert printed({LAST - 1: 100.0, LAST + 1: 102.0}) == LockIn(60, 2, 201.0)


def test_what_a_long_hole_hid_is_not_printed() -> None:
    """Who joins in the last minute without history knows what he saw, and the rest is still open to him."""
    assert printed({FIRST: 100.0, FIRST + HOLE_S: 105.0}) == LockIn(60, HOLE_S + 1, 615.0)
    assert printed({FIRST: 100.0, FIRST + HOLE_S + 1: 105.0}) == LockIn(60, 2, 205.0)
    assert printed({LAST: 7.0}) == LockIn(60, 1, 7.0)


def test_report_that_the_average_has_nothing_to_do_with_is_said_to_be_so() -> None:
    average = Average(END * 1000, 60)
    near = [second for second in range(END - 100, END + 20) if average.add(second, 1.0)]
    assert (near[0], near[-1]) == (FIRST - HOLE_S + 1, LAST + HOLE_S - 1)


def test_expected_final_joins_what_is_printed_with_a_price_for_the_rest() -> None:
    assert LockIn(60, 45, 45 * 100.0).expected(104.0) == 101.0
    assert LockIn(60, 60, 60 * 100.0).expected(0.0) == 100.0


def test_flip_is_what_the_rest_must_average() -> None:
    lock_in = LockIn(60, 45, 45 * 100.0)
    assert lock_in.flip(101.0) == 104.0
    assert LockIn(60, 60, 6000.0).flip(101.0) is None


seconds = st.integers(FIRST - 10, END + 5)
values = st.floats(1.0, 200_000.0)


@given(st.dictionaries(seconds, values), st.randoms(use_true_random=False))
def test_share_stays_between_nothing_and_all_and_never_falls(reports: dict[int, float], dice: object) -> None:
    order = list(reports)
    dice.shuffle(order)  # type: ignore[attr-defined]
    average, before = Average(END * 1000, 60), 0.0
    for second in order:
        average.add(second, reports[second])
        lock_in = average.lock_in()
        share = lock_in.share if lock_in is not None else 0.0
        assert before <= share <= 1.0
        before = share


@given(st.dictionaries(seconds, values), st.randoms(use_true_random=False))
def test_order_of_the_reports_does_not_matter(reports: dict[int, float], dice: object) -> None:
    order = list(reports)
    dice.shuffle(order)  # type: ignore[attr-defined]
    assert printed({second: reports[second] for second in order}) == printed(reports)


@given(st.dictionaries(seconds, values, min_size=1))
def test_printed_mean_lies_among_the_reports(reports: dict[int, float]) -> None:
    lock_in = printed(reports)
    if lock_in is not None:
        mean = lock_in.total / lock_in.printed
        assert min(reports.values()) * (1 - 1e-12) <= mean <= max(reports.values()) * (1 + 1e-12)


@given(st.integers(1, 59), st.integers(1, 10**9), st.integers(1, 10**7))
def test_rest_at_the_flip_price_makes_the_final_the_strike(count: int, total_cents: int, strike_cents: int) -> None:
    """Checked in fractions, so that only the one rounding of each result is left."""
    lock_in, strike = LockIn(60, count, total_cents / 100), strike_cents / 100
    flip = lock_in.flip(strike)
    assert flip is not None
    exact = (Fraction(strike) * 60 - Fraction(lock_in.total)) / (60 - count)
    assert flip == pytest.approx(float(exact), rel=1e-9, abs=1e-6)
    assert lock_in.expected(flip) == pytest.approx(strike, rel=1e-9, abs=1e-6)


@given(st.integers(1, 59), values, values, st.floats(0.01, 1000.0))
def test_rest_above_the_flip_price_ends_up_and_below_it_down(
    count: int, mean: float, strike: float, more: float
) -> None:
    lock_in = LockIn(60, count, mean * count)
    flip = lock_in.flip(strike)
    assert flip is not None
    assume(abs(flip) < 1e7)
    assert lock_in.expected(flip - more) < strike < lock_in.expected(flip + more)


# --- its error


def test_error_of_what_is_printed_whole_is_that_of_rebuilding_it() -> None:
    assert LockIn(60, 60, 6000.0).error(100.0, 5.0, 5.0) == 100.0 * REBUILD_ERROR


def test_error_of_the_rest_is_that_of_the_basis_and_of_where_the_price_goes() -> None:
    lock_in = LockIn(60, 30, 3000.0)
    rebuilt = 100.0 * REBUILD_ERROR / 2
    assert lock_in.error(100.0, 4.0, 0.0) == pytest.approx(hypot(rebuilt, 2.0))
    assert LockIn(60, 59, 5900.0).error(0.0, 0.0, 6.0) == pytest.approx(6.0 / 60)


def test_walk_of_the_rest_is_as_wide_as_the_mean_of_a_random_walk() -> None:
    """All walks of ten steps of a dollar up or down, which are as likely as each other."""
    means = []
    for walk in range(2**10):
        place, sum_ = 0, 0
        for step in range(10):
            place += 1 if walk >> step & 1 else -1
            sum_ += place
        means.append(sum_ / 10)
    assert LockIn(20, 10, 1000.0).error(0.0, 0.0, 1.0) == pytest.approx(pstdev(means) / 2)


@given(st.integers(1, 59), st.floats(0.0, 50.0), st.floats(0.0, 50.0))
def test_error_shrinks_as_the_average_is_printed(count: int, spread: float, pace: float) -> None:
    less, more = LockIn(60, count, count * 100.0), LockIn(60, count + 1, (count + 1) * 100.0)
    floor = sqrt(2) * REBUILD_ERROR * 100.0
    assert more.error(100.0, spread, pace) <= less.error(100.0, spread, pace) + floor

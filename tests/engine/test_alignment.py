from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.alignment import Alignment
from engine.basis import MIN_PAIRS, BasisWord
from engine.market import Settlement
from tests.engine.builders import LENGTH_S, START_MS, market, mono, report

AVERAGED = market(settlement=Settlement.CHAINLINK_TWAP)
LATE = 1.45
BASIS = 50.0


def watched(first: int, last: int, *, price: float = 68_050.0, to: Alignment | None = None) -> Alignment:
    """Binance at `price` in each of these seconds, and the oracle's reports of them 50 dollars lower, as they come."""
    alignment = to or Alignment(AVERAGED)
    for second in range(first, last + 1):
        for one in (second, second + 1):
            alignment.seconds.see(START_MS + one * 1000, price)
        alignment.on_report(report(second + LATE, second, price - BASIS))
    return alignment


def expected(alignment: Alignment, price: float) -> float:
    return price * alignment.weight + alignment.offset


def test_basis_pairs_binance_and_oracle_of_the_same_second() -> None:
    """The price goes up by 10 a second: paired at arrival it would look 10 to 20 dollars too high."""
    alignment = Alignment(AVERAGED)
    for second in range(10):
        alignment.seconds.see(START_MS + second * 1000, 68_000.0 + 10 * second)
        if second >= 2:
            reported = second - 2
            alignment.on_report(report(reported + LATE, reported, 68_000.0 + 10 * reported - BASIS))
    assert (alignment.basis.value, alignment.basis.spread, alignment.basis.pairs) == (BASIS, 0.0, 8)


def test_expected_final_is_the_price_less_the_basis_once_it_is_known() -> None:
    alignment = watched(0, MIN_PAIRS - 2)
    assert alignment.basis.word(mono(5.0)) is BasisWord.UNKNOWN
    watched(MIN_PAIRS - 1, MIN_PAIRS - 1, to=alignment)
    assert alignment.known
    assert expected(alignment, 68_100.0) == 68_050.0


def test_average_that_the_oracle_reports_is_no_price_to_pair_with() -> None:
    alignment = watched(0, 9)
    alignment.on_report(report(11.5, 10, 60_000.0, window_s=60))
    assert (alignment.basis.pairs, alignment.age_ms(mono(11.5))) == (10, 2_500.0)


def test_report_of_a_second_without_a_price_makes_no_pair_but_is_a_sign_of_life() -> None:
    alignment = Alignment(AVERAGED)
    alignment.on_report(report(LATE, 0, 68_000.0))
    assert alignment.basis.pairs == 0
    assert alignment.age_ms(mono(LATE)) == pytest.approx(1_450.0)


def test_age_is_that_of_the_second_and_not_of_the_arrival() -> None:
    """A history that is sent again after a reconnect is not fresh because it has just come."""
    alignment = Alignment(AVERAGED)
    assert alignment.age_ms(mono(0.0)) == inf
    alignment.on_report(report(30.0, 0, 68_000.0))
    assert alignment.age_ms(mono(30.0)) == 30_000.0
    alignment.on_report(report(30.1, 29, 68_000.0))
    alignment.on_report(report(30.2, 1, 68_000.0))
    assert alignment.age_ms(mono(30.2)) == 1_200.0


def test_report_from_the_future_is_as_old_as_its_arrival() -> None:
    alignment = Alignment(AVERAGED)
    alignment.on_report(report(1.0, 5_000, 68_000.0))
    assert alignment.age_ms(mono(6.0)) == 5_000.0


def test_old_basis_is_no_longer_used() -> None:
    alignment = watched(0, 9)
    assert not alignment.on_tick(mono(39.0))
    assert alignment.known
    assert alignment.on_tick(mono(39.1))
    assert (alignment.known, alignment.basis.word(mono(39.1))) == (False, BasisWord.OLD)
    assert not alignment.on_tick(mono(39.2))
    watched(50, 50, to=alignment)
    assert alignment.known


def test_last_minute_joins_what_is_printed_with_the_price_less_the_basis() -> None:
    alignment = watched(200, LENGTH_S - 63)
    assert (alignment.lock_in, alignment.error(68_050.0)) == (None, None)
    watched(LENGTH_S - 62, LENGTH_S - 18, to=alignment)
    assert alignment.lock_in is not None
    assert alignment.lock_in.share == 0.75
    assert expected(alignment, 68_050.0) == pytest.approx(68_000.0)
    assert expected(alignment, 68_090.0) == pytest.approx(68_010.0)
    assert expected(alignment, 68_090.0) == pytest.approx(alignment.lock_in.expected(68_040.0))
    assert alignment.error(68_050.0) == pytest.approx(0.75 * 7.3e-6 * 68_050.0)


def test_what_is_printed_whole_needs_neither_price_nor_basis() -> None:
    alignment = watched(LENGTH_S - 62, LENGTH_S - 3)
    assert expected(alignment, 1.0) == pytest.approx(68_000.0)
    assert not alignment.on_tick(mono(LENGTH_S + 100.0))
    assert alignment.known


def test_market_that_one_price_decides_has_a_basis_but_no_lock_in() -> None:
    alignment = watched(LENGTH_S - 62, LENGTH_S - 10, to=Alignment(market(settlement=Settlement.CHAINLINK_SPOT)))
    assert (alignment.lock_in, alignment.known, expected(alignment, 68_070.0)) == (None, True, 68_020.0)


def test_market_that_binance_decides_has_the_basis_zero_by_definition() -> None:
    alignment = watched(0, 100, to=Alignment(market(settlement=Settlement.BINANCE_KLINE)))
    assert not alignment.on_tick(mono(900.0))
    assert (alignment.known, alignment.basis.pairs) == (True, 0)
    assert expected(alignment, 68_070.0) == 68_070.0


@given(st.lists(st.integers(LENGTH_S - 130, LENGTH_S + 3), min_size=1, max_size=80), st.integers(0, 5))
def test_any_reports_in_any_order_expect_a_final_among_the_prices_that_there_were(
    seconds: list[int], extra: int
) -> None:
    """Price and oracle stand still: whatever is missing, late or repeated, the final is the oracle's price."""
    alignment = Alignment(AVERAGED)
    for second in range(LENGTH_S - 120, LENGTH_S):
        alignment.seconds.see(START_MS + second * 1000, 68_050.0)
    for second in seconds:
        alignment.on_report(report(second + LATE + extra, second, 68_000.0))
        if alignment.known:
            assert expected(alignment, 68_050.0) == pytest.approx(68_000.0)

from hypothesis import given
from hypothesis import strategies as st

from engine.seconds import KEPT, REACH_S, Seconds


def seen(*trades: tuple[int, float]) -> Seconds:
    """Trades by time in ms."""
    seconds = Seconds()
    for time_ms, dollars in trades:
        seconds.see(time_ms, dollars)
    return seconds


def test_price_at_a_second_is_that_of_the_last_trade_up_to_it() -> None:
    seconds = seen((9_200, 1.0), (10_000, 2.0), (10_001, 3.0), (10_900, 4.0))
    assert (seconds.at(10), seconds.at(11)) == (2.0, 4.0)


def test_second_without_a_trade_has_the_price_before_it_for_three_seconds() -> None:
    seconds = seen((10_000, 2.0), (20_000, 5.0))
    assert [seconds.at(second) for second in (9, 10, 13, 14, 20)] == [None, 2.0, 2.0, None, 5.0]


def test_late_trade_changes_no_second_that_is_over() -> None:
    seconds = seen((10_000, 2.0), (11_000, 3.0), (9_500, 9.0))
    assert (seconds.at(10), seconds.at(11)) == (2.0, 3.0)


def test_two_minutes_are_remembered() -> None:
    seconds = seen(*[(second * 1000, float(second)) for second in range(1, 302)])
    assert seconds.at(301 - KEPT + 1) == 182.0
    assert seconds.at(301 - KEPT) is None


def test_pace_is_the_root_mean_square_move_in_a_second() -> None:
    assert seen((1_000, 100.0), (2_000, 103.0), (3_000, 99.0)).pace() == (25 / 2) ** 0.5
    assert seen((1_000, 100.0), (5_000, 104.0)).pace() == 2.0


def test_pace_is_zero_before_two_prices_and_of_the_last_minute_only() -> None:
    assert seen().pace() == seen((1_000, 100.0)).pace() == 0.0
    assert seen((1_000, 100.0), (2_000, 900.0), *[(s * 1000, 900.0) for s in range(3, 70)]).pace() == 0.0


@given(st.lists(st.tuples(st.integers(0, 400_000), st.floats(1.0, 100.0)), max_size=60).map(sorted))
def test_any_trades_in_order_are_found_where_a_search_finds_them(trades: list[tuple[int, float]]) -> None:
    seconds = seen(*trades)
    newest = -(-trades[-1][0] // 1000) if trades else 0
    for second in range(max(newest - 100, 0), newest + 5):
        near = [dollars for time_ms, dollars in trades if (second - REACH_S - 1) * 1000 < time_ms <= second * 1000]
        assert seconds.at(second) == (near[-1] if near else None)

"""The path of the price, thinned without losing a peak."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from widgets.trace import Point, Trace

PATHS = st.lists(st.floats(1, 100), min_size=1, max_size=300).map(lambda prices: list(enumerate(prices, 1000)))


def followed(path: list[Point], columns: int) -> Trace:
    trace = Trace(1000, 1299, columns)
    trace.follow(path)
    return trace


@given(PATHS, st.integers(1, 20))
def test_it_keeps_ends_and_extremes_in_order(path: list[Point], columns: int) -> None:
    kept = followed(path, columns).points()
    prices = [price for _, price in path]
    assert kept[0] == path[0]
    assert kept[-1] == path[-1]
    assert {min(prices), max(prices)} <= {price for _, price in kept}
    assert list(kept) == sorted(set(kept) & set(path))
    assert len(kept) <= 4 * (columns + 1)


@given(PATHS, st.integers(0, 300))
def test_following_piece_by_piece_is_the_same(path: list[Point], cut: int) -> None:
    trace = followed(path[:cut], 7)
    trace.follow(path)
    assert trace.points() == followed(path, 7).points()


def test_a_history_that_forgets_its_beginning_is_followed() -> None:
    history: deque[Point] = deque([(1000, 1.0), (1001, 2.0)], maxlen=2)
    trace = Trace(1000, 1299, 300)
    trace.follow(history)
    history.append((1002, 3.0))
    trace.follow(history)
    assert trace.points() == ((1000, 1.0), (1001, 2.0), (1002, 3.0))


def test_what_lies_outside_the_window_is_not_kept() -> None:
    trace = followed([(10, 1.0), (1100, 2.0), (5000, 3.0)], 5)
    assert trace.points() == ((1100, 2.0),)
    assert trace.newest_ms == 1100

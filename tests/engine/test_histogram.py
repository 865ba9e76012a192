import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.histogram import Histogram


def filled(*durations: float) -> Histogram:
    histogram = Histogram()
    for duration in durations:
        histogram.add(duration)
    return histogram


@given(
    durations=st.lists(st.floats(1.0, 1e8), min_size=1, max_size=200),
    share=st.sampled_from([0.01, 0.5, 0.9, 0.99, 1.0]),
)
def test_quantile_is_right_to_within_a_bucket(durations: list[float], share: float) -> None:
    """A bucket's upper end is at most 19 % above anything in it."""
    found = filled(*durations).quantile(share)
    least = [duration for duration in durations if duration <= found * (1 + 1e-9)]
    assert len(least) >= share * len(durations) - 1e-9
    fewer = [duration for duration in durations if duration <= found / 2**0.25 * (1 - 1e-9)]
    assert len(fewer) < share * len(durations) or len(fewer) == 0


@given(st.lists(st.floats(0.0, 1e9), min_size=1))
def test_everything_is_counted_and_the_longest_is_kept_exactly(durations: list[float]) -> None:
    histogram = filled(*durations)
    assert histogram.total == sum(histogram.counts) == len(durations)
    assert histogram.most == max(durations)
    assert histogram.quantile(1.0) <= max(durations)


def test_nothing_measured_is_zero() -> None:
    assert Histogram().quantile(0.99) == 0.0


def test_longer_than_the_last_bucket_is_counted_in_it() -> None:
    assert filled(10.0, 1e12).counts[-1] == 1


@pytest.mark.parametrize("duration", [0.0, 0.2, 1.0])
def test_microsecond_is_the_shortest_that_is_told_apart(duration: float) -> None:
    assert filled(duration).counts[0] == 1

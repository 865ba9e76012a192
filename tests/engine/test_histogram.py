import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.histogram import WIDEST, Histogram


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


def test_shape_wider_than_its_buckets_has_no_gaps_that_are_not_in_the_counts() -> None:
    histogram = filled(*(2 ** (bucket / 4) * 1.01 for bucket in range(8)))
    for columns in range(1, 60):
        assert all(histogram.shape(columns)), columns
        assert len(histogram.shape(columns)) <= columns


def test_every_bucket_of_a_shape_is_as_wide_as_the_others() -> None:
    histogram = filled(1.0, 2.0, 2.0, 4.0)
    assert histogram.shape(9) == [1, 0, 0, 0, 2, 0, 0, 0, 1]
    assert histogram.shape(18) == [count for count in histogram.shape(9) for _ in range(2)]
    assert histogram.shape(26) == histogram.shape(18)
    assert filled(5.0).shape(60) == [1] * WIDEST
    assert histogram.shape(3) == [1, 2, 1]
    assert Histogram().shape(9) == []


@given(st.lists(st.floats(1.0, 1e8), min_size=1), st.integers(1, 200))
def test_shape_keeps_every_count_as_often_as_a_bucket_has_columns(durations: list[float], columns: int) -> None:
    histogram = filled(*durations)
    used = [bucket for bucket, count in enumerate(histogram.counts) if count]
    wide = min(max(columns // (used[-1] - used[0] + 1), 1), WIDEST)
    assert sum(histogram.shape(columns)) == wide * len(durations)

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basis import MIN_PAIRS, OLD_NS, SPAN_S, Basis, BasisWord, middle

SECOND = 1_000_000_000


def measured(pairs: list[tuple[int, float]]) -> Basis:
    """A basis after these pairs, in this order; the monotonic clock began at second 0."""
    basis = Basis()
    for second, difference in pairs:
        basis.add(second, difference, second * SECOND)
    return basis


def test_basis_is_the_median_of_its_pairs() -> None:
    assert measured([(1, 50.0), (2, 54.0), (3, 51.0)]).value == 51.0
    assert measured([(1, 50.0), (2, 54.0), (3, 51.0), (4, 52.0)]).value == 51.5


def test_basis_is_unknown_before_the_fifth_pair() -> None:
    words = [measured([(s, 50.0) for s in range(count)]).word(count * SECOND) for count in range(7)]
    assert words == [BasisWord.UNKNOWN] * MIN_PAIRS + [BasisWord.KNOWN] * 2


def test_basis_without_a_pair_for_thirty_seconds_is_old_and_the_next_pair_ends_that() -> None:
    basis = measured([(s, 50.0) for s in range(1, 11)])
    last = 10 * SECOND
    assert basis.word(last + OLD_NS) is BasisWord.KNOWN
    assert basis.word(last + OLD_NS + 1) is BasisWord.OLD
    basis.add(45, 51.0, 45 * SECOND)
    assert basis.word(45 * SECOND) is BasisWord.KNOWN


def test_basis_of_another_minute_has_to_be_measured_anew() -> None:
    basis = measured([(s, 50.0) for s in range(1, 11)])
    basis.add(10 + SPAN_S, 60.0, (10 + SPAN_S) * SECOND)
    assert (basis.value, basis.pairs, basis.word((10 + SPAN_S) * SECOND)) == (60.0, 1, BasisWord.UNKNOWN)


def test_only_the_last_minute_counts() -> None:
    basis = measured([(s, 0.0 if s <= 40 else 8.0) for s in range(1, 101)])
    assert (basis.pairs, basis.value) == (SPAN_S, 8.0)


def test_pair_from_before_the_last_minute_is_left_out() -> None:
    basis = measured([(s, 50.0) for s in range(100, 110)])
    basis.add(109 - SPAN_S, 900.0, 0)
    assert (basis.pairs, basis.value, basis.word(109 * SECOND)) == (10, 50.0, BasisWord.KNOWN)


def test_spread_is_a_standard_deviation_from_the_middle_of_the_distances() -> None:
    assert measured([(1, 50.0), (2, 52.0), (3, 54.0)]).spread == pytest.approx(1.4826 * 2.0)
    assert measured([(1, 50.0), (2, 50.0)]).spread == 0.0


differences = st.floats(-200.0, 200.0)
pairs = st.lists(
    st.tuples(st.integers(1, 150), differences), min_size=1, max_size=60, unique_by=lambda pair: pair[0]
)  # fmt: skip


@given(pairs, st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_pairs_do_not_matter(sequence: list[tuple[int, float]], dice: object) -> None:
    again = sequence + sequence[: len(sequence) // 2]
    dice.shuffle(again)  # type: ignore[attr-defined]
    one, other = measured(sequence), measured(again)
    assert (one.value, one.spread, one.pairs) == (other.value, other.spread, other.pairs)
    at = 200 * SECOND
    assert one.word(at) is other.word(at)


@given(pairs)
def test_basis_is_the_median_of_the_pairs_of_the_minute_before_the_newest(sequence: list[tuple[int, float]]) -> None:
    newest = max(second for second, _ in sequence)
    assert measured(sequence).value == median(pair for second, pair in sequence if second > newest - SPAN_S)


@given(
    st.lists(st.floats(45.0, 55.0), min_size=30, max_size=30),
    st.lists(st.floats(-1e6, 1e6), max_size=29),
    st.randoms(use_true_random=False),
)
def test_wild_pairs_do_not_move_it_while_they_are_fewer_than_half(
    good: list[float], wild: list[float], dice: object
) -> None:
    both = good + wild
    dice.shuffle(both)  # type: ignore[attr-defined]
    basis = measured(list(enumerate(both, 1)))
    assert basis.pairs == len(both)
    assert 45.0 <= basis.value <= 55.0


@given(st.sets(st.integers(1, 60), min_size=MIN_PAIRS))
def test_any_seconds_may_be_missing(there: set[int]) -> None:
    basis = measured([(second, 50.0 + second / 100) for second in sorted(there)])
    assert 50.0 < basis.value <= 50.6
    assert basis.word(60 * SECOND) is (BasisWord.OLD if max(there) < 30 else BasisWord.KNOWN)


@given(st.lists(differences, min_size=1))
def test_middle_is_the_median(values: list[float]) -> None:
    assert middle(list(values)) == median(values)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import UP
from engine.signal import Signal, clamp, half_kelly, to_billionth


@given(fair=st.integers(0, 10_000), ask=st.integers(0, 10_000))
def test_edge_of_decimal_figures_is_the_decimal_edge(fair: int, ask: int) -> None:
    assert to_billionth(fair / 10_000 - ask / 10_000) == (fair - ask) / 10_000


@given(st.floats(-1.0, 1.0))
def test_nothing_larger_than_dust_is_taken_away(dollars: float) -> None:
    assert abs(to_billionth(dollars) - dollars) <= 0.5e-9 * (1 + 1e-6)


def test_half_kelly_is_half_of_edge_over_what_can_be_won_up_to_the_cap() -> None:
    assert half_kelly(0.05, 0.60, 1.0) == pytest.approx(0.0625)
    assert half_kelly(0.05, 0.60, 0.0626) == pytest.approx(0.0625)
    assert half_kelly(0.05, 0.60, 0.0624) == 0.0624


def test_size_fraction_is_taken_before_the_fee() -> None:
    signal = Signal("momentum", UP, 0.65, 0.55, 0.10, 0.5, 0.2, net_edge=0.08)
    assert signal.size_frac == pytest.approx(0.10 / 0.45 / 2)


@pytest.mark.parametrize(("value", "clamped"), [(0.29, 0.3), (0.3, 0.3), (0.5, 0.5), (0.8, 0.8), (0.81, 0.8)])
def test_clamp_keeps_a_value_between_its_bounds(value: float, clamped: float) -> None:
    assert clamp(value, 0.3, 0.8) == clamped

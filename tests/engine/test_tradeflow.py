import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tradeflow import WINDOW_MS, TradeFlow
from tests.engine.builders import STRIKE, trade

arrivals = st.lists(
    st.tuples(st.floats(0.0, 20.0), st.floats(1.0, 100_000.0), st.floats(0.00001, 50.0), st.booleans()),
    min_size=1,
    max_size=60,
)


@given(arrivals)
def test_running_net_is_the_sum_over_the_buffer(steps: list[tuple[float, float, float, bool]]) -> None:
    flow, now = TradeFlow(), 0.0
    everything: list[tuple[int, int]] = []
    for number, (wait, price, coins, seller) in enumerate(steps, start=1):
        now += wait
        one = trade(now, price, number, coins=coins, seller=seller)
        flow.add(one)
        everything.append((one.time_ms, -one.qty if seller else one.qty))
        held = [signed for time_ms, signed in everything if time_ms >= one.time_ms - WINDOW_MS]
        assert [signed for _, _, signed in flow.trades] == held
        assert flow.net == sum(held)


def test_trade_leaves_when_it_is_more_than_thirty_seconds_older_than_the_newest() -> None:
    flow = TradeFlow()
    flow.add(trade(0.0, STRIKE, 1, coins=2.0))
    flow.add(trade(30.0, STRIKE, 2, coins=1.0, seller=True))
    assert (len(flow.trades), flow.net) == (2, 100_000_000)
    flow.add(trade(30.001, STRIKE, 3, coins=1.0, seller=True))
    assert (len(flow.trades), flow.net) == (2, -200_000_000)


def test_velocity_is_the_rise_from_oldest_to_newest_in_fractions_of_the_strike_a_second() -> None:
    flow = TradeFlow()
    for number, (at, price) in enumerate([(0.0, 68_000.0), (4.0, 69_000.0), (10.0, 68_034.0)], start=1):
        flow.add(trade(at, price, number))
    assert flow.span_s == 10.0
    assert flow.velocity(68_000.0) == pytest.approx(0.00005)
    flow.add(trade(20.0, 67_966.0, 4))
    assert flow.velocity(68_000.0) == pytest.approx(-34.0 / 20.0 / 68_000.0)


def test_nothing_moves_without_trades_time_or_strike() -> None:
    flow = TradeFlow()
    assert (flow.velocity(STRIKE), flow.span_s, flow.net) == (0.0, 0.0, 0)
    flow.add(trade(0.0, STRIKE, 1))
    assert (flow.velocity(STRIKE), flow.span_s) == (0.0, 0.0)
    flow.add(trade(0.0, STRIKE + 5, 2))
    assert flow.velocity(STRIKE) == 0.0
    flow.add(trade(1.0, STRIKE + 5, 3))
    assert flow.velocity(STRIKE) > 0.0
    assert flow.velocity(0.0) == 0.0


def test_hole_taints_the_buffer_for_a_window() -> None:
    flow = TradeFlow()
    assert flow.gap_until_ms == 0
    flow.mark_gap(1_000)
    assert flow.gap_until_ms == 31_000

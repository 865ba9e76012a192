from dataclasses import replace
from math import inf, nextafter

import pytest

from engine.events import DOWN, UP
from engine.signal import Gate, Signal
from engine.state import MarketState
from engine.strategies.momentum import Momentum
from engine.units import NO_ASK
from tests.engine.builders import LENGTH_S, burst, standing, trade

RULE = Momentum()
SIDES = pytest.mark.parametrize("side", [UP, DOWN], ids=["up", "down"])
ROUND = 1_000_000.0
"""A strike at which a velocity in fractions a second is a decimal number of dollars a second."""


def seen(
    side: int,
    *,
    ask: int = 5000,
    away: float = 0.001,
    left_frac: float = 0.5,
    count: int = 60,
    span_s: float = 10.0,
    rise: float = 100.0,
    buyers: int | None = None,
) -> MarketState:
    """A burst towards `side`, on whose side the price stands, and the side is offered at `ask`."""
    up = side == UP
    with_the_burst = count if buyers is None else buyers
    return standing(
        distance=away if up else -away,
        left_s=left_frac * LENGTH_S,
        strike=ROUND,
        trades=burst(
            count, span_s, rise if up else -rise, buyers=with_the_burst if up else count - with_the_burst, base=ROUND
        ),
        up_ask=ask if up else NO_ASK,
        down_ask=NO_ASK if up else ask,
    )


def signal(state: MarketState, rule: Momentum = RULE) -> Signal:
    answer = rule.evaluate(state)
    assert isinstance(answer, Signal), answer
    return answer


def gate(state: MarketState, rule: Momentum = RULE) -> Gate:
    answer = rule.evaluate(state)
    assert not isinstance(answer, Signal)
    return answer


@SIDES
def test_burst_towards_a_side_buys_it_at_a_fixed_fair_value(side: int) -> None:
    found = signal(seen(side))
    assert (found.outcome, found.fair, found.ask, found.edge) == (side, 0.65, 0.5, 0.15)


@SIDES
def test_more_than_fifteen_percent_of_the_window_must_be_left(side: int) -> None:
    assert gate(seen(side, left_frac=0.15)) == ("left", 0.15, 0.15)
    assert gate(seen(side, left_frac=0.1499))[0] == "left"
    assert signal(seen(side, left_frac=0.1501)).outcome == side
    state = seen(side)
    state.left_frac = nextafter(0.15, 1.0)
    assert signal(state).outcome == side


def test_the_last_nanosecond_of_the_eighty_five_percent_counts() -> None:
    state = seen(UP)
    last = state.start_ns + state.length_ns * 85 // 100
    state.price = ROUND * 1.001
    state.at(last)
    assert gate(state) == ("left", 0.15, 0.15)
    state.at(last - 1)
    assert signal(state).outcome == UP


@SIDES
def test_buffer_must_hold_fifty_trades(side: int) -> None:
    assert gate(seen(side, count=49)) == ("trades", 49, 50.0)
    assert signal(seen(side, count=50)).outcome == side
    assert signal(seen(side, count=51)).outcome == side


def test_empty_buffer_is_no_trades() -> None:
    assert gate(standing(distance=0.001)) == ("trades", 0, 50.0)


@SIDES
def test_hole_in_the_feed_blocks_until_it_has_left_the_buffer(side: int) -> None:
    state = seen(side)
    newest = state.flow.trades[-1][0]
    state.flow.gap_until_ms = newest + 1
    assert gate(state) == ("gap", 1, 0.0)
    state.flow.gap_until_ms = newest
    assert signal(state).outcome == side
    state.flow.gap_until_ms = newest - 1
    assert signal(state).outcome == side


@SIDES
def test_velocity_must_be_more_than_its_limit(side: int) -> None:
    """0.00000735 of 1,000,000 dollars a second is 7.35 dollars a second, 73.5 in ten seconds."""
    name, value, limit = gate(seen(side, rise=73.5))
    assert (name, value, limit) == ("velocity", 0.00000735, 0.00000735)
    assert gate(seen(side, rise=73.49))[0] == "velocity"
    assert signal(seen(side, rise=73.51)).outcome == side


def test_trades_of_a_single_millisecond_have_no_velocity() -> None:
    assert gate(seen(UP, span_s=0.0)) == ("velocity", 0.0, 0.00000735)


@SIDES
def test_flow_must_point_with_the_velocity(side: int) -> None:
    assert signal(seen(side, buyers=31)).outcome == side
    assert gate(seen(side, buyers=30)) == ("agreement", 2.0, 3.0)
    assert gate(seen(side, buyers=29)) == ("agreement", 2.0, 3.0)


@SIDES
def test_distance_must_point_with_the_velocity(side: int) -> None:
    assert gate(seen(side, away=0.0)) == ("agreement", 2.0, 3.0)
    assert gate(seen(side, away=-0.001)) == ("agreement", 2.0, 3.0)
    assert gate(seen(side, away=-0.001, buyers=0)) == ("agreement", 1.0, 3.0)


@SIDES
def test_distance_must_be_more_than_its_limit(side: int) -> None:
    limit = 0.000294
    assert gate(seen(side, away=limit)) == ("distance", limit, limit)
    assert gate(seen(side, away=nextafter(limit, 0.0)))[0] == "distance"
    assert signal(seen(side, away=nextafter(limit, 1.0))).outcome == side


@SIDES
def test_ask_must_be_under_sixty_cents(side: int) -> None:
    assert signal(seen(side, ask=5999)).edge == 0.0501
    assert gate(seen(side, ask=6000)) == ("ask", 0.6, 0.6)
    assert gate(seen(side, ask=6001)) == ("ask", 0.6001, 0.6)
    assert gate(seen(side, ask=10_000)) == ("ask", 1.0, 0.6)


@SIDES
def test_edge_must_reach_its_limit(side: int) -> None:
    """Under 60 cents the edge is always more than 5; with the ask free the limit stands by itself."""
    dearer = replace(RULE, max_ask=0.9)
    assert signal(seen(side, ask=5999), dearer).edge == 0.0501
    assert signal(seen(side, ask=6000), dearer).edge == 0.05
    assert gate(seen(side, ask=6001), dearer) == ("edge", 0.0499, 0.05)


@SIDES
@pytest.mark.parametrize(
    ("count", "confidence"),
    [(50, 0.3), (60, 0.3), (61, 0.305), (100, 0.5), (159, 0.795), (160, 0.8), (161, 0.8), (400, 0.8)],
)
def test_confidence_is_trades_a_second_by_forty_between_its_bounds(side: int, count: int, confidence: float) -> None:
    assert signal(seen(side, count=count, span_s=5.0)).confidence == pytest.approx(confidence, abs=1e-12)


def test_trades_of_a_single_millisecond_are_as_confident_as_can_be() -> None:
    free = replace(RULE, min_velocity=-inf, min_agreement=-inf)
    assert signal(seen(DOWN, span_s=0.0), free).confidence == 0.8


def test_only_the_last_thirty_seconds_count() -> None:
    """The first of the burst leaves when it is more than thirty seconds older than the newest trade."""
    state = seen(UP, count=50, span_s=10.0)
    state.on_trade(trade(30.0, ROUND + 400, 51))
    assert len(state.flow.trades) == 51
    state.on_trade(trade(30.001, ROUND + 400, 52))
    assert len(state.flow.trades) == 51
    state.on_trade(trade(40.001, ROUND + 400, 53))
    assert gate(state) == ("trades", 3, 50.0)


def test_size_is_half_kelly_up_to_five_percent() -> None:
    """Before fees the cap always binds: at the dearest ask that passes half Kelly is still 6.25 percent."""
    for ask in (100, 3000, 5000, 5999):
        found = signal(seen(UP, ask=ask))
        assert (found.cap, found.size_frac) == (0.05, 0.05)
    assert signal(seen(UP, ask=5999), replace(RULE, size_cap=0.2)).size_frac == pytest.approx(0.0501 / 0.4001 / 2)

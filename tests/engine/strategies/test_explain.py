from math import inf, isnan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import Trade
from engine.signal import Signal
from engine.state import MarketState
from engine.strategies import standard
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.explain import GateReading, Inquiry, agreeing, inquiry_of, rule_with
from engine.strategies.guarded import Guarded
from engine.strategies.momentum import Momentum
from engine.strategies.settlement_sniper import SettlementSniper
from tests.engine.builders import LENGTH_S, STRIKE, Declines, burst, standing, trade

RULES = (DistanceFade(), Momentum(), SettlementSniper())
AnyRule = Any
"""One of the three."""

limits = st.sampled_from([0.000294, 0.000441, 0.000588, 0.000735, 0.001176, 0.001471])
distances = st.one_of(st.floats(-0.003, 0.003), limits, limits.map(lambda limit: -limit), st.just(0.0))
times_left = st.one_of(st.floats(0.001, LENGTH_S), st.sampled_from([5.0, 30.0, 45.0, 60.0, 90.0]))
asks = st.one_of(st.just(10_000), st.integers(1, 9999), st.integers(1, 99).map(lambda cents: cents * 100))


@st.composite
def flows(draw: st.DrawFn) -> list[Trade]:
    """No trades, a steady burst, or a few scattered ones, perhaps with a hole."""
    kind = draw(st.sampled_from(["none", "burst", "scattered"]))
    if kind == "none":
        return []
    if kind == "burst":
        count = draw(st.integers(45, 70))
        rise = draw(st.floats(-60.0, 60.0))
        return burst(count, draw(st.sampled_from([0.0, 2.0, 10.0])), rise, buyers=draw(st.integers(0, count)))
    times = sorted(draw(st.lists(st.floats(0.0, 90.0), min_size=1, max_size=8)))
    skip = draw(st.integers(0, 1))
    return [
        trade(at, STRIKE + draw(st.floats(-50, 50)), 1 + i * (1 + skip), seller=draw(st.booleans()))
        for i, at in enumerate(times)
    ]


@st.composite
def states(draw: st.DrawFn) -> MarketState:
    strike = draw(st.sampled_from([STRIKE, STRIKE, STRIKE, 0.0]))
    return standing(
        distance=draw(distances) if strike else 0.0,
        left_s=draw(times_left),
        up_ask=draw(asks),
        down_ask=draw(asks),
        strike=strike,
        trades=draw(flows()),
    )


@given(rule=st.sampled_from(RULES), state=states())
def test_first_gate_that_did_not_pass_is_the_one_that_the_strategy_returns(rule: AnyRule, state: MarketState) -> None:
    readings = Inquiry(rule).readings(state)
    answer = rule.evaluate(state)
    closed = [reading for reading in readings if not reading.passed]
    if isinstance(answer, Signal):
        assert closed == []
    else:
        assert (closed[0].name, closed[0].value, closed[0].limit) == answer


@given(rule=st.sampled_from(RULES), state=states())
def test_every_gate_is_read_once_in_the_order_of_the_strategy_against_its_own_limit(
    rule: AnyRule, state: MarketState
) -> None:
    readings = Inquiry(rule).readings(state)
    assert [reading.name for reading in readings] == [name for name, _ in rule.gates]
    assert [reading.limit for reading in readings] == [getattr(rule, field) for _, field in rule.gates]
    assert [reading.at_most for reading in readings] == [field.startswith("max_") for _, field in rule.gates]
    for reading in readings:
        over, under = reading.value > reading.limit, reading.value < reading.limit
        if over or under:
            assert reading.passed is (under if reading.at_most else over)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_nothing_known_yet_can_be_explained(rule: AnyRule) -> None:
    """No price, no strike, no book, no trade: the screen asks from the first frame on."""
    assert len(Inquiry(rule).readings(standing(distance=0.0, strike=0.0))) == len(rule.gates)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_trades_before_the_strike_can_be_explained(rule: AnyRule) -> None:
    state = standing(distance=0.0, strike=0.0, trades=burst(60, 10.0, 50.0))
    readings = {reading.name: reading for reading in Inquiry(rule).readings(state)}
    assert not readings["distance"].passed
    if "velocity" in readings:
        assert readings["velocity"].value == 0.0


def test_gates_behind_a_closed_one_are_read_too() -> None:
    readings = Inquiry(Momentum()).readings(
        standing(distance=0.0001, left_s=150.0, up_ask=5000, trades=burst(20, 10.0, 80.0))
    )
    assert [reading.name for reading in readings if not reading.passed] == ["trades", "distance"]
    assert {reading.name: reading.value for reading in readings}["ask"] == 0.5


def test_explaining_changes_nothing() -> None:
    rule = SettlementSniper()
    state = standing(distance=0.002, left_s=20.0, up_ask=8000)
    before = repr(rule), list(state.flow.trades), state.distance
    Inquiry(rule).readings(state)
    assert (repr(rule), list(state.flow.trades), state.distance) == before


def test_rule_that_does_not_ask_a_gate_it_names_is_an_error() -> None:
    class Forgetful(DistanceFade):
        gates = (("colour", "size_cap"),)

    with pytest.raises(TypeError, match="distance_fade did not ask its gate colour"):
        Inquiry(Forgetful(min_distance=-inf)).readings(standing(distance=0.01, up_ask=1000))


def test_lean_beside_a_gate_is_told_while_the_rule_still_stops_there() -> None:
    state = standing(distance=0.001, up_ask=9000)
    gate = DistanceFade().evaluate(state)
    assert isinstance(gate, tuple)
    assert gate[0] == "edge"
    asked = Inquiry(DistanceFade())
    leaning = asked.lean_beside(gate, state)
    assert leaning is not None
    assert leaning.ask == 0.9
    state.ladders[0].set_ask(8900, 1)
    assert asked.lean_beside(gate, state) is None


def reading(name: str, value: float, *, passed: bool) -> GateReading:
    return GateReading(name, value, 0.5, False, passed)


def test_readings_a_moment_later_than_the_answer_do_not_contradict_it() -> None:
    told = agreeing(
        [reading("left", 0.9, passed=True), reading("speed", 0.4, passed=False), reading("ask", 0.7, passed=True)],
        ("ask", 0.2, 0.5),
    )
    assert [one.passed for one in told] == [True, True, False]
    assert (told[0].value, told[2].value) == (0.9, 0.2)
    assert isnan(told[1].value)


def test_all_gates_stand_open_beside_a_signal() -> None:
    signal = Signal("momentum", 0, 0.65, 0.5, 0.15, 0.5, 0.05)
    assert [one.passed for one in agreeing([reading("left", 0.1, passed=False)], signal)] == [True]


def test_a_gate_that_no_reading_is_of_leaves_the_readings_as_they_are() -> None:
    readings = (reading("left", 0.1, passed=False),)
    assert agreeing(readings, ("error", 0.0, 1.0)) == readings


@given(rule=st.sampled_from(RULES), state=states())
def test_lean_is_the_signal_that_open_gates_would_give(rule: AnyRule, state: MarketState) -> None:
    leaning, answer = Inquiry(rule).lean(state), rule.evaluate(state)
    assert leaning is not None
    assert 0.0 < leaning.fair < 1.0
    if isinstance(answer, Signal):
        assert (leaning.outcome, leaning.fair, leaning.edge, leaning.confidence) == (
            answer.outcome, answer.fair, answer.edge, answer.confidence,
        )  # fmt: skip


def test_rule_with_a_gate_that_it_does_not_list_cannot_lean() -> None:
    class Secretive(DistanceFade):
        gates = (("distance", "min_distance"),)

    with pytest.raises(TypeError, match="distance_fade has a gate that it does not list: edge"):
        Inquiry(Secretive()).lean(standing())


def test_changed_rule_leaves_the_other_limits() -> None:
    changed = rule_with(DistanceFade(), {"min_edge": 0.5})
    assert changed == DistanceFade(min_edge=0.5)
    assert changed.min_distance == DistanceFade().min_distance


def test_standard_rules_are_the_three_in_order() -> None:
    assert [rule.name for rule in standard()] == ["distance_fade", "momentum", "settlement_sniper"]
    assert standard() == RULES


def test_a_foreign_rule_that_lists_its_gates_is_asked_like_ours() -> None:
    inquiry = inquiry_of(Guarded(DistanceFade()))
    assert inquiry is not None
    assert inquiry.readings(standing()) == Inquiry(DistanceFade()).readings(standing())


def test_a_foreign_rule_without_gates_cannot_be_asked() -> None:
    assert inquiry_of(Guarded(Declines())) is None


@pytest.mark.parametrize("gates", ["gates", (1, 2), (("distance", "no_field"),)])
def test_a_foreign_rule_whose_gates_are_no_list_of_gates_cannot_be_asked(gates: Any) -> None:
    assert inquiry_of(Guarded(listing(gates))) is None


def test_a_foreign_rule_that_names_a_gate_it_does_not_ask_is_not_asked_again() -> None:
    inquiry = inquiry_of(Guarded(listing((("colour", "size_cap"),))))
    assert inquiry is not None
    state = standing(distance=0.01, up_ask=1000)
    assert inquiry.readings(state) == []
    assert inquiry.lean(state) is None


def test_a_foreign_rule_with_a_gate_that_it_does_not_list_does_not_lean() -> None:
    inquiry = inquiry_of(Guarded(listing((("distance", "min_distance"),))))
    assert inquiry is not None
    assert [reading.name for reading in inquiry.readings(standing())] == ["distance"]
    assert inquiry.lean(standing()) is None


def listing(gates: Any) -> DistanceFade:
    """Somebody's rule, with this for its list of gates."""

    class Foreign(DistanceFade):
        pass

    Foreign.gates = gates
    return Foreign()

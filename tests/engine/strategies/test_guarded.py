"""A foreign strategy's faults become a closed gate, its good answers stay what they are."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pytest

from engine.events import DOWN, UP
from engine.signal import Gate, Signal
from engine.state import MarketState
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.guarded import Guarded, sound
from tests.engine.builders import Declines, Desk, Wants, standing

FAULT = ("error", 0.0, 1.0)


@dataclass
class Says:
    """Answers what it is told to."""

    answer: Callable[[MarketState], Any]
    name: str = "says"

    def evaluate(self, state: MarketState) -> Signal | Gate:
        answer: Signal | Gate = self.answer(state)
        return answer


def signal(**changes: Any) -> Signal:
    given: dict[str, Any] = {
        "strategy": "says",
        "outcome": UP,
        "fair": 0.65,
        "ask": 0.5,
        "edge": 0.15,
        "confidence": 0.5,
        "cap": 0.1,
    }
    return Signal(**given | changes)


def said(answer: object) -> str:
    """What is told of a strategy with this answer where Up is offered at 50 cents."""
    guarded = Guarded(Says(lambda state: answer))
    assert guarded.evaluate(standing(up_ask=5000)) == FAULT
    assert guarded.faults == 1
    return guarded.first


def test_good_answers_pass_as_they_are() -> None:
    state = standing(up_ask=5000)
    assert Guarded(Declines()).evaluate(state) == Declines().evaluate(state)
    answer = Guarded(Says(lambda state: signal())).evaluate(state)
    assert isinstance(answer, Signal)
    assert repr(answer) == repr(signal())


def test_our_own_rules_answer_the_same_under_guard() -> None:
    state = standing(distance=0.002, up_ask=5000)
    answer, guarded = DistanceFade().evaluate(state), Guarded(DistanceFade()).evaluate(state)
    assert isinstance(answer, Signal)
    assert repr(answer) == repr(guarded)


def test_signal_that_is_handed_out_twice_is_two() -> None:
    kept = signal()
    guarded = Guarded(Says(lambda state: kept))
    first, second = (guarded.evaluate(standing(up_ask=5000)) for _ in range(2))
    assert first is not kept
    assert first is not second


def test_fault_is_a_closed_gate_and_told_by_kind_and_line_alone() -> None:
    def fails(state: MarketState) -> Any:
        return {"token": state}["key"]

    guarded = Guarded(Says(fails))
    assert [guarded.evaluate(standing()) for _ in range(3)] == [FAULT] * 3
    assert guarded.faults == 3
    line = fails.__code__.co_firstlineno + 1
    assert guarded.first == f"KeyError in line {line} of test_guarded.py"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "answered with a NoneType; return a Signal"),
        ("edge", "answered with a str"),
        (("edge", 1.0), "answered with a tuple"),
        ((1, 2, 3), "answered with a tuple"),
        (("edge", "wide", 1.0), "ValueError in line"),
        (("edge", None, 1.0), "TypeError in line"),
        (signal(strategy="momentum"), "signals as 'momentum', which is not its name"),
        (signal(outcome=2), "outcome is 2"),
        (signal(outcome="UP"), "outcome is 'UP'"),
        (signal(fair=1.2, edge=0.7), "fair is 1.2; it goes from 0 to 1"),
        (signal(fair=nan, edge=nan), "fair is nan"),
        (signal(confidence=inf), "confidence is inf"),
        (signal(cap=-0.1), "cap is -0.1"),
        (signal(cap="big"), "TypeError in line"),
        (signal(edge=0.2), "edge is 0.2; it is fair less ask"),
        (signal(edge=nan), "edge is nan"),
        (signal(ask=0.4, edge=0.25), "ask is 0.4, the book's 0.5"),
        (signal(outcome=DOWN), "a side that nobody offers"),
    ],
)
def test_answer_that_cannot_be_used_is_a_fault(answer: object, why: str) -> None:
    assert why in said(answer)


def test_numbers_become_plain_floats() -> None:
    whole = signal(fair=1, edge=0.5, confidence=1, cap=1, outcome=True)
    answer = sound(whole, "says")
    assert isinstance(answer, Signal)
    assert [type(value) for value in (answer.outcome, answer.fair, answer.confidence, answer.cap)] == [
        int, float, float, float,
    ]  # fmt: skip
    assert sound(("trades", 3, 50), "says") == ("trades", 3.0, 50.0)


def test_a_rule_that_fails_leaves_the_others_their_trade() -> None:
    desk = Desk(strategies=(Guarded(Says(lambda state: 1 / 0)), Wants())).warm()
    evaluation = desk.quote(1.0)
    assert [one.strategy for one in evaluation.signals] == ["wants"]
    assert desk.engine.answers[0] == FAULT
    assert len(desk.sent) == 1

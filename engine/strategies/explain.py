"""Why no trade: every gate of a strategy with its value against its limit, asked of the strategy itself.

No rule is written twice. To learn the value at one gate, the strategy is evaluated with the gates before it
wide open and that gate shut: what it answers is that gate, with the value it compared.
"""

from dataclasses import replace
from math import inf
from typing import Any, Final, NamedTuple, TypeVar

from engine.signal import Signal
from engine.state import MarketState
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.momentum import Momentum
from engine.strategies.settlement_sniper import SettlementSniper

Rule = TypeVar("Rule", DistanceFade, Momentum, SettlementSniper)

_AT_MOST: Final = "max_"


class GateReading(NamedTuple):
    """One gate as the screen shows it; `at_most` says on which side of the limit the value must be."""

    name: str
    value: float
    limit: float
    at_most: bool
    passed: bool


def explain(rule: Rule, state: MarketState) -> list[GateReading]:
    """All gates of `rule` in its own order. The first that did not pass is what blocks it."""
    readings: list[GateReading] = []
    opened: dict[str, float] = {}
    for name, field in rule.gates:
        at_most = field.startswith(_AT_MOST)
        limit: float = getattr(rule, field)
        shut = rule_with(rule, opened | {field: -inf if at_most else inf}).evaluate(state)
        if isinstance(shut, Signal):
            raise TypeError(f"{rule.name} did not ask its gate {name}")
        passed = not _stops(rule_with(rule, opened | {field: limit}).evaluate(state), name)
        readings.append(GateReading(name, shut[1], limit, at_most, passed))
        opened[field] = inf if at_most else -inf
    return readings


def lean(rule: Rule, state: MarketState) -> Signal:
    """What `rule` would say with every gate open: the side it looks at, the fair value it gives it, the edge."""
    opened = {field: inf if field.startswith(_AT_MOST) else -inf for _, field in rule.gates}
    answer = rule_with(rule, opened).evaluate(state)
    if not isinstance(answer, Signal):
        raise TypeError(f"{rule.name} has a gate that it does not list: {answer[0]}")
    return answer


def rule_with(rule: Rule, limits: dict[str, Any]) -> Rule:
    """The same rule with some limits changed."""
    return replace(rule, **limits)


def _stops(answer: Signal | tuple[str, float, float], name: str) -> bool:
    return not isinstance(answer, Signal) and answer[0] == name

"""Why no trade: every gate of a strategy with its value against its limit, asked of the strategy itself.

No rule is written twice. To learn the value at one gate, the strategy is evaluated with the gates before it
wide open and that gate shut: what it answers is that gate, with the value it compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import is_dataclass, replace
from math import inf, nan
from typing import Any, Final, Generic, NamedTuple, TypeVar

from engine.signal import Gate, Signal, Strategy
from engine.state import MarketState
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.guarded import Guarded
from engine.strategies.momentum import Momentum
from engine.strategies.settlement_sniper import SettlementSniper

Rule = TypeVar("Rule", DistanceFade, Momentum, SettlementSniper)
Told = TypeVar("Told")

_AT_MOST: Final = "max_"


class GateReading(NamedTuple):
    """One gate as the screen shows it; `at_most` says on which side of the limit the value must be."""

    name: str
    value: float
    limit: float
    at_most: bool
    passed: bool


def agreeing(readings: Sequence[GateReading], answer: Signal | Gate) -> tuple[GateReading, ...]:
    """The readings beside an answer that is a moment older, in which a trade may have opened a gate or shut one.

    All gates stand open beside a signal, and those before it beside a gate, which keeps the value it was closed at.
    What would contradict that is of another moment: its value is not told (nan).
    """
    closed = None if isinstance(answer, Signal) else answer
    place = len(readings)
    if closed is not None:
        place = next((at for at, reading in enumerate(readings) if reading.name == closed[0]), -1)
    told = [reading if reading.passed or at >= place else _open(reading) for at, reading in enumerate(readings)]
    if closed is not None and place >= 0:
        told[place] = readings[place]._replace(value=closed[1], limit=closed[2], passed=False)
    return tuple(told)


def _open(reading: GateReading) -> GateReading:
    return reading._replace(value=nan, passed=True)


class _Probe(NamedTuple, Generic[Rule]):
    """One gate, and the rule with that gate shut and as it is; the gates before it stand open in both."""

    name: str
    limit: float
    at_most: bool
    shut: Rule
    asked: Rule


def inquiry_of(strategy: Strategy) -> "Inquiry[Any] | None":
    """What to ask a strategy by, one from outside included; None where it does not list its gates as ours do."""
    guarded = isinstance(strategy, Guarded)
    rule: Any = strategy.rule if isinstance(strategy, Guarded) else strategy
    gates = getattr(rule, "gates", None)
    if not is_dataclass(rule) or not isinstance(gates, tuple):
        return None
    try:
        return Inquiry(rule, foreign=guarded)
    except Exception:
        if guarded:
            return None
        raise


class Inquiry(Generic[Rule]):
    """A rule together with the variants of it that must be asked, made once: making one costs more than asking it.

    A `foreign` one that fails when it is asked so, or lists other gates than it has, is asked no more: what it does
    when it trades is what counts.
    """

    __slots__ = ("_again", "_foreign", "_open", "_probes", "_rule", "_silent")

    def __init__(self, rule: Rule, *, foreign: bool = False) -> None:
        self._rule: Rule = rule
        self._foreign = foreign
        self._silent = False
        self._probes: list[_Probe[Rule]] = []
        opened: dict[str, float] = {}
        for name, field in rule.gates:
            at_most = field.startswith(_AT_MOST)
            limit: float = getattr(rule, field)
            shut = rule_with(rule, opened | {field: -inf if at_most else inf})
            self._probes.append(_Probe(name, limit, at_most, shut, rule_with(rule, opened)))
            opened[field] = inf if at_most else -inf
        self._open: Rule = rule_with(rule, opened)
        self._again: Rule = rule_with(rule, {})  # a copy: being asked by the screen must leave no trace in the rule

    def readings(self, state: MarketState) -> list[GateReading]:
        """All gates of the rule in its own order. The first that did not pass is what blocks it."""
        return self._asked(lambda: [self._read(probe, state) for probe in self._probes]) or []

    def lean(self, state: MarketState) -> Signal | None:
        """What the rule would say with every gate open: the side it looks at, the fair value it gives it, the edge."""
        return self._asked(lambda: self._leaning(state))

    def lean_beside(self, gate: Gate, state: MarketState) -> Signal | None:
        """As `lean`, if the rule still stops at `gate` with that value; None once the state has moved on from it."""
        return self._asked(lambda: self._leaning(state) if self._again.evaluate(state) == gate else None)

    def _asked(self, ask: Callable[[], Told]) -> Told | None:
        if self._silent:
            return None
        try:
            return ask()
        except Exception:
            if not self._foreign:
                raise
            self._silent = True
            return None

    def _leaning(self, state: MarketState) -> Signal:
        answer = self._open.evaluate(state)
        if not isinstance(answer, Signal):
            raise TypeError(f"{self._rule.name} has a gate that it does not list: {answer[0]}")
        return answer

    def _read(self, probe: _Probe[Rule], state: MarketState) -> GateReading:
        shut = probe.shut.evaluate(state)
        if isinstance(shut, Signal):
            raise TypeError(f"{self._rule.name} did not ask its gate {probe.name}")
        answer = probe.asked.evaluate(state)
        passed = isinstance(answer, Signal) or answer[0] != probe.name
        return GateReading(probe.name, shut[1], probe.limit, probe.at_most, passed)


def rule_with(rule: Rule, limits: dict[str, Any]) -> Rule:
    """The same rule with some limits changed."""
    return replace(rule, **limits)

"""A strategy from outside, asked so that its faults stay its own: they end no session and bend no number."""

from collections.abc import Iterator
from typing import Final

from engine.events import DOWN, UP
from engine.signal import Gate, Signal, Strategy
from engine.state import MarketState
from engine.units import NO_ASK, PRICE

FAULT: Final = "error"
"""The gate that closes where a strategy failed or gave an answer that cannot be used."""

_DUST: Final = 1e-6
"""Dollars by which float arithmetic may move a sum."""


class BadAnswer(ValueError):
    """A strategy answered something that is no opinion on a share: one sentence on what."""


class Guarded:
    """Asks `rule`, and answers for it with a closed gate where it fails.

    `faults` counts how often that was, `first` says what it was the first time; both are for a person to be told and
    decide nothing. The same states give the same answers, so a replay fails where the run did.
    """

    __slots__ = ("faults", "first", "name", "rule")

    def __init__(self, rule: Strategy) -> None:
        self.rule = rule
        self.name: Final = rule.name
        self.faults = 0
        self.first = ""

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """The rule's own answer, or the gate `error`."""
        try:
            answer = sound(self.rule.evaluate(state), self.name)
            if isinstance(answer, Signal):
                _agrees_with_the_book(answer, state)
        except Exception as fault:
            self.faults += 1
            self.first = self.first or told(fault)
            return (FAULT, 0.0, 1.0)
        return answer


def sound(answer: object, name: str) -> Signal | Gate:
    """The answer of the strategy `name` as a value of our own; BadAnswer where it is neither signal nor gate.

    A signal is made anew: of a foreign one only the opinion is taken, and one that is handed out twice is two.
    """
    if isinstance(answer, Signal):
        return _opinion(answer, name)
    if not isinstance(answer, tuple) or len(answer) != 3 or not isinstance(answer[0], str):
        raise BadAnswer(f"it answered with a {type(answer).__name__}; return a Signal or (gate, value, limit)")
    gate, value, limit = answer
    return (gate, float(value), float(limit))


def told(fault: BaseException) -> str:
    """What went wrong, and in which line of which file, without what the variables held."""
    if isinstance(fault, BadAnswer):
        return str(fault)
    place = ""
    for file, line in _places(fault):
        place = f" in line {line} of {file}"
    return f"{type(fault).__name__}{place}"


def _opinion(signal: Signal, name: str) -> Signal:
    if signal.strategy != name:
        raise BadAnswer(f"it signals as {signal.strategy!r}, which is not its name; pass self.name")
    if signal.outcome not in (UP, DOWN):
        raise BadAnswer(f"its signal's outcome is {signal.outcome!r}; use UP or DOWN of engine.events")
    for field in ("fair", "ask", "confidence", "cap"):
        if not 0.0 <= getattr(signal, field) <= 1.0:
            raise BadAnswer(f"its signal's {field} is {getattr(signal, field)!r}; it goes from 0 to 1")
    if not abs(signal.fair - signal.ask - signal.edge) < _DUST:
        raise BadAnswer(f"its signal's edge is {signal.edge!r}; it is fair less ask, before the fee")
    return Signal(
        name,
        int(signal.outcome),
        float(signal.fair),
        float(signal.ask),
        float(signal.edge),
        float(signal.confidence),
        float(signal.cap),
    )


def _agrees_with_the_book(signal: Signal, state: MarketState) -> None:
    best = state.ladders[signal.outcome].best_ask
    if best == NO_ASK:
        raise BadAnswer("it signals a side that nobody offers; an ask of $1 means that there is none")
    if not abs(signal.ask - best / PRICE) < _DUST:
        raise BadAnswer(f"its signal's ask is {signal.ask!r}, the book's {best / PRICE!r}; take the book's")


def _places(fault: BaseException) -> Iterator[tuple[str, int]]:
    """File and line of each call on the way to the fault."""
    trace = fault.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename.rpartition("/")[2], trace.tb_lineno
        trace = trace.tb_next

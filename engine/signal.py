"""What a strategy answers: a signal, or the first gate that was closed."""

from dataclasses import dataclass
from typing import Final, Protocol

from engine.orders import Order
from engine.state import MarketState

_BILLION: Final = 10**9
_TO_WHOLE: Final = 1.5 * 2.0**52

Gate = tuple[str, float, float]
"""A closed gate: (name, value, the limit that the value did not meet)."""


@dataclass(slots=True, eq=False)
class Signal:
    """A strategy wants to buy `outcome` at its ask.

    `fair`, `ask`, `edge` and `net_edge` (after the taker fee) are dollars a share, `cap` is the strategy's limit as
    a fraction of the bankroll. The engine adds `net_edge`, `quote_age_ms`, whether it was selected, and what
    stopped it or the order that it became.
    """

    strategy: str
    outcome: int
    fair: float
    ask: float
    edge: float
    confidence: float
    cap: float
    net_edge: float = 0.0
    quote_age_ms: float = 0.0
    selected: bool = False
    block: Gate | None = None
    order: Order | None = None

    @property
    def size_frac(self) -> float:
        """The fraction of the bankroll as the strategy note computes it, before fees."""
        return half_kelly(self.edge, self.ask, self.cap)


class Strategy(Protocol):
    """A pure rule over the market's state."""

    @property
    def name(self) -> str:
        """The name in files and on the screen."""
        ...

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """A signal, or the first closed gate. Reads the state, changes nothing."""
        ...


def to_billionth(dollars: float) -> float:
    """`dollars` without the dust of float arithmetic: 0.97 - 0.92 is a hair under 0.05, and must meet it exactly."""
    # Added to so large a number a float keeps no fraction: that rounds as `round` does, at a fifth of its cost.
    return ((dollars * _BILLION + _TO_WHOLE) - _TO_WHOLE) / _BILLION


def half_kelly(edge: float, cost: float, cap: float) -> float:
    """Half the Kelly fraction of a binary bet that costs `cost` and pays 1, at most `cap`: `edge / (1 - cost) / 2`."""
    half = edge / (1.0 - cost) / 2.0
    return half if half < cap else cap


def clamp(value: float, low: float, high: float) -> float:
    """`value`, or the bound that it passed. Comparisons, since `min` and `max` cost three times as much."""
    return low if value < low else high if value > high else value

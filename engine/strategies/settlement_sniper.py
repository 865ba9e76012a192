"""S3, the last 90 seconds: far from the strike with little time left, the outcome is nearly certain."""

from dataclasses import dataclass
from typing import ClassVar

from engine.events import DOWN, UP
from engine.signal import Gate, Signal, to_billionth
from engine.state import MarketState
from engine.units import PRICE

FairTable = tuple[tuple[float, tuple[float, float, float]], ...]
"""Rows of (distance above which the row holds, fair values with less than 30, 60 and 90 s left), farthest first."""


@dataclass(frozen=True, slots=True)
class SettlementSniper:
    """Thresholds are fractions of the strike; STRATEGIES.md gives each one's dollar value and source."""

    name: ClassVar[str] = "settlement_sniper"
    gates: ClassVar[tuple[tuple[str, str], ...]] = (
        ("early", "max_left_s"),
        ("late", "min_left_s"),
        ("distance", "min_distance"),
        ("reversal", "max_reversal"),
        ("edge", "min_edge"),
    )

    max_left_s: float = 90.0
    min_left_s: float = 5.0
    min_distance: float = 0.000588
    max_reversal: float = 0.0000294
    steps_s: tuple[float, float] = (30.0, 60.0)
    fair_table: FairTable = (
        (0.001471, (0.97, 0.95, 0.93)),
        (0.000735, (0.95, 0.92, 0.88)),
        (0.0, (0.90, 0.85, 0.85)),
    )
    min_edge: float = 0.05
    confidence: float = 0.95
    size_cap: float = 0.10

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """Buy the side on which the price stands unless it is running back."""
        left = state.left_s
        if not left < self.max_left_s:
            return ("early", left, self.max_left_s)
        if not left > self.min_left_s:
            return ("late", left, self.min_left_s)
        distance = state.distance
        away = abs(distance)
        if not away > self.min_distance:
            return ("distance", away, self.min_distance)
        up = distance > 0.0
        velocity = state.flow.velocity(state.strike)
        reversal = -velocity if up else velocity
        if not reversal <= self.max_reversal:
            return ("reversal", reversal, self.max_reversal)
        outcome = UP if up else DOWN
        fair = self._fair(away, left)
        ask = state.ladders[outcome].best_ask / PRICE
        edge = to_billionth(fair - ask)
        if not edge >= self.min_edge:
            return ("edge", edge, self.min_edge)
        return Signal(self.name, outcome, fair, ask, edge, self.confidence, self.size_cap)

    def _fair(self, away: float, left_s: float) -> float:
        column = 0 if left_s < self.steps_s[0] else 1 if left_s < self.steps_s[1] else 2
        for above, fairs in self.fair_table:
            if away > above:
                return fairs[column]
        return self.fair_table[-1][1][column]

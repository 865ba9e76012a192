"""S1, the whole window: the book lags Binance, so a price far from the strike is worth more than the ask says."""

from dataclasses import dataclass
from math import tanh
from typing import ClassVar

from engine.events import DOWN, UP
from engine.signal import Gate, Signal, clamp, to_billionth
from engine.state import MarketState
from engine.units import PRICE


@dataclass(frozen=True, slots=True)
class DistanceFade:
    """Thresholds are fractions of the strike; STRATEGIES.md gives each one's dollar value and source."""

    name: ClassVar[str] = "distance_fade"
    gates: ClassVar[tuple[tuple[str, str], ...]] = (("distance", "min_distance"), ("edge", "min_edge"))
    """Each gate and the field that holds its limit, in the order of `evaluate`."""

    min_distance: float = 0.000441
    fair_scale: float = 0.001176
    fair_reach: float = 0.4
    late_bonus: float = 0.15
    fair_floor: float = 0.02
    fair_ceiling: float = 0.98
    min_edge: float = 0.08
    sure_distance: float = 0.001471
    min_confidence: float = 0.3
    max_confidence: float = 1.0
    size_cap: float = 0.08

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """Buy the side on which the price stands if its fair value is well above its ask."""
        distance = state.distance
        away = abs(distance)
        if not away > self.min_distance:
            return ("distance", away, self.min_distance)
        outcome = UP if distance > 0 else DOWN
        # The note's sigmoid, seen from the side on which the price stands (it is symmetric).
        raw = 0.5 + self.fair_reach * tanh(away / self.fair_scale) + self.late_bonus * (1.0 - state.left_frac)
        fair = clamp(raw, self.fair_floor, self.fair_ceiling)
        ask = state.ladders[outcome].best_ask / PRICE
        edge = to_billionth(fair - ask)
        if not edge >= self.min_edge:
            return ("edge", edge, self.min_edge)
        confidence = clamp(away / self.sure_distance, self.min_confidence, self.max_confidence)
        return Signal(self.name, outcome, fair, ask, edge, confidence, self.size_cap)

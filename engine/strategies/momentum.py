"""S2, until 85 % of the window has passed: makers take seconds to follow a burst of trades."""

from dataclasses import dataclass
from typing import ClassVar

from engine.events import DOWN, UP
from engine.signal import Gate, Signal, clamp, to_billionth
from engine.state import MarketState
from engine.units import PRICE


@dataclass(frozen=True, slots=True)
class Momentum:
    """Thresholds are fractions of the strike; STRATEGIES.md gives each one's dollar value and source."""

    name: ClassVar[str] = "momentum"
    gates: ClassVar[tuple[tuple[str, str], ...]] = (
        ("left", "min_left_frac"),
        ("trades", "min_trades"),
        ("gap", "max_gap_ms"),
        ("velocity", "min_velocity"),
        ("agreement", "min_agreement"),
        ("distance", "min_distance"),
        ("ask", "max_ask"),
        ("edge", "min_edge"),
    )

    min_left_frac: float = 0.15
    min_trades: float = 50.0
    max_gap_ms: float = 0.0
    min_velocity: float = 0.00000735
    min_agreement: float = 3.0
    min_distance: float = 0.000294
    max_ask: float = 0.60
    fair: float = 0.65
    min_edge: float = 0.05
    sure_rate: float = 40.0
    min_confidence: float = 0.3
    max_confidence: float = 0.8
    size_cap: float = 0.05

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """Buy the side towards which price, flow and distance all point, while it is still cheap."""
        if not state.left_frac > self.min_left_frac:
            return ("left", state.left_frac, self.min_left_frac)
        flow = state.flow
        count = len(flow.trades)
        if not count >= self.min_trades:
            return ("trades", count, self.min_trades)
        missing_ms = flow.gap_until_ms - flow.trades[-1][0] if flow.gap_until_ms else 0
        if not missing_ms <= self.max_gap_ms:
            return ("gap", missing_ms, self.max_gap_ms)
        velocity = flow.velocity(state.strike)
        speed = abs(velocity)
        if not speed > self.min_velocity:
            return ("velocity", speed, self.min_velocity)
        distance = state.distance
        up = velocity > 0.0
        agreement = 1.0 + (flow.net > 0 if up else flow.net < 0) + (distance > 0.0 if up else distance < 0.0)
        if not agreement >= self.min_agreement:
            return ("agreement", agreement, self.min_agreement)
        away = abs(distance)
        if not away > self.min_distance:
            return ("distance", away, self.min_distance)
        outcome = UP if up else DOWN
        ask = state.ladders[outcome].best_ask / PRICE
        if not ask < self.max_ask:
            return ("ask", ask, self.max_ask)
        edge = to_billionth(self.fair - ask)
        if not edge >= self.min_edge:
            return ("edge", edge, self.min_edge)
        rate = count / max(flow.span_s, 0.001)
        confidence = clamp(rate / self.sure_rate, self.min_confidence, self.max_confidence)
        return Signal(self.name, outcome, self.fair, ask, edge, confidence, self.size_cap)

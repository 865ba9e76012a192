"""The three rules. Each is a frozen set of thresholds with one pure `evaluate`."""

from engine.signal import Strategy
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.momentum import Momentum
from engine.strategies.settlement_sniper import SettlementSniper


def standard() -> tuple[Strategy, ...]:
    """The three strategies with the note's thresholds, in the order in which ties are decided."""
    return DistanceFade(), Momentum(), SettlementSniper()

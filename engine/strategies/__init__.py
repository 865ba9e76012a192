"""The three rules. Each is a frozen set of thresholds with one pure `evaluate`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.signal import Strategy
from engine.strategies.distance_fade import DistanceFade
from engine.strategies.momentum import Momentum
from engine.strategies.settlement_sniper import SettlementSniper

_SHORT: Final[Mapping[str, str]] = MappingProxyType({"distance_fade": "distance", "settlement_sniper": "sniper"})


def short_name(strategy: str) -> str:
    """A strategy's name where there is little room; one from outside keeps its own."""
    return _SHORT.get(strategy, strategy)


def standard() -> tuple[Strategy, ...]:
    """The three strategies with the note's thresholds, in the order in which ties are decided."""
    return DistanceFade(), Momentum(), SettlementSniper()

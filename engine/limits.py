"""The limits a person sets, as the engine needs them."""

from dataclasses import dataclass

from engine.units import MONEY


@dataclass(frozen=True, slots=True)
class Limits:
    """Money in money units, times in nanoseconds, ages in milliseconds; defaults are the settings' defaults."""

    max_position: int = 100 * MONEY
    max_orders: int = 10
    cooldown_ns: int = 5_000_000_000
    bankroll: float = 100.0
    """Dollars."""
    min_net_edge: float = 0.01
    """Dollars a share after the fee."""
    quote_max_age_ms: float = 5_000.0
    price_max_age_ms: float = 3_000.0
    oracle_max_age_ms: float = 4_000.0
    """Of the second that the oracle's newest spot report is of; a report takes about 1450 ms to arrive."""
    cutoff_ns: int = 5_000_000_000
    """No order in this last part of the window."""
    latency_ns: int = 50_000_000
    """Network time from here to the venue, assumed for paper orders."""
    hold_ns: int = 150_000_000
    """The venue's hold of a taker's order before it is matched."""

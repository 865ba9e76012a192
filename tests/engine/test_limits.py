from engine.limits import Limits
from engine.units import MONEY


def test_defaults_are_those_of_the_settings() -> None:
    assert Limits() == Limits(
        max_position=100 * MONEY,
        max_orders=10,
        cooldown_ns=5_000 * 1_000_000,
        bankroll=100.0,
        min_net_edge=0.01,
        quote_max_age_ms=5_000.0,
        price_max_age_ms=3_000.0,
        oracle_max_age_ms=4_000.0,
        cutoff_ns=5 * 1_000_000_000,
        latency_ns=50 * 1_000_000,
        hold_ns=150 * 1_000_000,
    )

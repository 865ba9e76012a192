"""What keeps a live order back beyond what keeps a paper order back: the account's word on its market."""

from engine.events import Standing
from engine.execution import VenueMode
from engine.risk import Risk
from engine.signal import Gate
from engine.state import MarketState


def withheld(standing: Standing, state: MarketState, risk: Risk, mono: int) -> Gate | None:
    """The first reason why no live order may leave now, or None."""
    if not state.strike_exact:
        return ("strike_exact", 0.0, 1.0)
    if standing.venue is not VenueMode.NORMAL:
        return ("venue", 0.0, 1.0)
    if standing.unknown:
        return ("unknown", standing.unknown, 0.0)
    if risk.in_flight:
        return ("in_flight", risk.in_flight, 0.0)
    if mono < standing.paused_until:
        return ("paused", (standing.paused_until - mono) / 1e9, 0.0)
    return None

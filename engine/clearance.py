"""Whether an order may be taken, and whether it may leave: the last look before money is at risk.

The engine has asked most of it before. It is asked again because between an engine's decision and the socket time
passes, a person may disarm, and what one part of a program believes is not what another part may rely on.
"""

from typing import Final

from engine.commitment import Commitment
from engine.execution import VenueMode
from engine.order_life import OrderLife, Stage
from engine.orders import Order
from engine.patience import STALE_NS

WAITING: Final = 64
"""Orders that may wait for their sending at once; one more is refused before anything is held back for it."""


def refusal(commitment: Commitment, order: Order, venue: VenueMode, waiting: int, wall: int) -> str:
    """Why an order is not taken, in words; nothing where it is."""
    market, risk = commitment.market, commitment.risk
    if order.order_id in commitment.orders:
        return "an order of this name was taken before"
    if commitment.winner is not None or wall >= commitment.cutoff_ns:
        return "it is too late in the window"
    if venue is not VenueMode.NORMAL:
        return f"the venue is {venue}"
    if commitment.in_flight is not None:
        return f"an order of {market.slug} is under way"
    if order.mono < commitment.breaker.paused_until:
        return f"{market.slug} is paused {commitment.breaker.why}"
    if waiting >= WAITING:
        return f"{waiting} orders are waiting to be sent"
    gate = risk.check(order.mono, commitment.position)
    if gate is not None:
        return f"the limit of {gate[0]} is reached"
    if commitment.reserve(order) > risk.room(commitment.position):
        return "it could cost more than this market may still commit"
    return ""


def held_back(life: OrderLife, commitment: Commitment, venue: VenueMode, mono: int, wall: int) -> str:
    """Why an order that was taken must not leave now, in words; nothing where it may."""
    if life.stage is not Stage.SIGNED:
        return f"it is {life.stage} already"
    if not life.durable:
        return "its intent is not on disk"
    return outlived(life, commitment, venue, mono, wall)


def outlived(life: OrderLife, commitment: Commitment, venue: VenueMode, mono: int, wall: int) -> str:
    """Why an order must not leave any more, in words: what time alone may bring about on its way to the socket."""
    age_ms = (mono - life.order.mono) / 1e6
    if age_ms * 1e6 > STALE_NS:
        return f"its signal was {age_ms:.0f} ms old when it would have left"
    if commitment.winner is not None or wall >= commitment.cutoff_ns:
        return "it is too late in the window"
    if venue is not VenueMode.NORMAL:
        return f"the venue is {venue}"
    return ""

"""How a market ended, by the venue's own word."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from engine.events import DOWN, UP, Outcome
from feeds.gamma_fields import Fields, Refusal, UnfitError, fields, iso, number, shown, text
from feeds.listing import starts_at
from feeds.outcomes import Leg, legs

_STATUS: Final = {"v1": "umaResolutionStatus", "v2": "resolutionStatus"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The winner, None while the venue has not named it; and, in dollars a coin, the two prices it compared.

    The prices come when they come: `price_to_beat` may be there long before the winner, `final` after it.
    """

    outcome: Outcome | None
    final: float | None
    price_to_beat: float | None


def read_outcome(event: object, start_ms: int) -> Verdict | Refusal:
    """What a Gamma event (decoded JSON) says of the window that began at `start_ms`.

    Resolved means: closed, the oracle's status says so, and one outcome is worth 1 and the other 0. Prices near
    those, a status without a closed market, or a market closed without a status are all still pending.
    """
    if not isinstance(event, dict):
        return Refusal("event", shown(event), "the answer should be an object; the venue's format has changed")
    try:
        if (start := starts_at(event)) != start_ms:
            raise UnfitError("eventStartTime", iso(start), f"the window that began at {iso(start_ms)} is wanted")
        up, down = legs(event)
        prices = fields(event, "eventMetadata")
        return Verdict(_winner(up, down), _price(prices, "finalPrice"), _price(prices, "priceToBeat"))
    except UnfitError as unfit:
        return unfit.refusal


def _winner(up: Leg, down: Leg) -> Outcome | None:
    if not (_resolved(up) and _resolved(down)):
        return None
    match _worth(up), _worth(down):
        case (1, 0):
            return UP
        case (0, 1):
            return DOWN
        case _:
            return None


def _resolved(leg: Leg) -> bool:
    status = _STATUS.get(leg.version)
    if status is None:
        raise UnfitError("version", leg.version, "only v1 and v2 are known; how it says that it is resolved is not")
    return leg.market.get("closed") is True and text(leg.market, status) == "resolved"


def _worth(leg: Leg) -> Decimal | None:
    try:
        return Decimal(leg.price())
    except InvalidOperation:
        return None


def _price(metadata: Fields, name: str) -> float | None:
    return float(number(metadata, name)) if metadata.get(name) is not None else None

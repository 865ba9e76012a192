"""How exactly a coin's price is written: to a tenth of a basis point, which is what a distance is told to."""

from math import floor, log10
from typing import Final

TENTH_OF_A_BASIS_POINT: Final = 1e-5
LEAST_PLACES: Final = 2


def coin_places(price: float) -> int:
    """Decimal places of a price of this height in dollars: 2 at 83,758, 3 at 146, 5 at 2.18."""
    if price <= 0.0:
        return LEAST_PLACES
    return max(-floor(log10(price * TENTH_OF_A_BASIS_POINT)), LEAST_PLACES)


def coin_text(price: float) -> str:
    """The price with the places that matter at its height: `83,758.02`, `2.18460`."""
    return f"{price:,.{coin_places(price)}f}"

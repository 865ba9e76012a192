"""An order as the engine sends it, and the states in which it can end."""

from dataclasses import dataclass
from enum import StrEnum


class OrderStatus(StrEnum):
    """How an order ended."""

    FILLED = "filled"
    PARTIAL = "partial"
    NONE = "none"
    REJECTED = "rejected"


@dataclass(slots=True, eq=False)
class Order:
    """A fill-and-kill buy: spend up to `budget` at no worse than `price`.

    `price` is in price units, `size` (the shares that `budget` buys at `price`) in size units, `budget` in money
    units. `spot`, `edge` and `time_left_s` are what the strategy saw.
    """

    mono: int
    wall: int
    order_id: str
    strategy: str
    outcome: int
    price: int
    size: int
    budget: int
    edge: float
    spot: float
    time_left_s: float


def nth_order_id(slug: str, number: int) -> str:
    """The id of a market's order by its number, from 1 on and over restarts."""
    return f"{slug}-{number}"

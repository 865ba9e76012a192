"""How far an order goes into a book: which sizes it takes at which prices."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from app.demo.book import DOLLAR
from app.demo.fees import cost, taker_fee
from app.demo.orders import Order
from app.demo.shown import Shown

_DUST: Final = 100
"""A ten-thousandth of a dollar: less than that is not worth another match."""


class Take(NamedTuple):
    """One level's part; `price` as the order's outcome sees it, `size` in millionths of a share."""

    price: int
    size: int

    @property
    def cost(self) -> int:
        """Its dollars, in millionths, without the fee."""
        return cost(self.size, self.price)

    @property
    def fee(self) -> int:
        """The taker's fee for it, in millionths of a dollar."""
        return taker_fee(self.size, self.price)


class Plan(NamedTuple):
    """What an order would take now, best price first, and whether that is all of it."""

    takes: list[Take]
    whole: bool


def marketable(order: Order, shown: Shown) -> bool:
    """Whether something in the book is worth its price to it."""
    bid, ask = shown.touch(order.outcome)
    return order.price >= ask if order.buys else order.price <= bid


def plan(order: Order, shown: Shown) -> Plan:
    """Walk the book. A market order to buy spends its dollars, so a better price gives it more shares."""
    bids, asks = shown.levels(order.outcome)
    levels = reversed(asks if order.buys else bids)
    within = ((price, size) for price, size in levels if (price <= order.price if order.buys else price >= order.price))
    if order.budget is not None:
        return _spend(order.budget, within)
    takes: list[Take] = []
    left = order.size
    for price, size in within:
        if not left:
            break
        takes.append(Take(price, min(size, left)))
        left -= takes[-1].size
    return Plan(takes, not left)


def _spend(budget: int, levels: Iterable[tuple[int, int]]) -> Plan:
    takes: list[Take] = []
    for price, size in levels:
        if budget < _DUST:
            break
        takes.append(Take(price, min(size, budget * DOLLAR // price)))
        budget -= takes[-1].cost
    return Plan(takes, whole=budget < _DUST)

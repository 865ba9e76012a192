"""Matches: who took what from whom, and how far the settlement has come."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.demo.book import ASK, DOLLAR
from app.demo.orders import Order
from app.demo.windows import UP, Window

MATCHED: Final = "MATCHED"
MINED: Final = "MINED"
CONFIRMED: Final = "CONFIRMED"
RETRYING: Final = "RETRYING"
FAILED: Final = "FAILED"


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One order's part in a match: `price` and `buys` as that order's outcome sees it, `size` in millionths of a
    share. `order` is None for the demo's own makers and takers."""

    order_id: str
    owner: str
    wallet: str
    outcome: int
    buys: bool
    price: int
    size: int
    order: Order | None = None


@dataclass(slots=True, eq=False)
class Match:
    """A taker met makers at one price. `fee` is the taker's, in millionths of a dollar; `transaction` is settled from
    the beginning and told once the match is mined."""

    trade_id: str
    window: Window
    taker: Leg
    makers: list[Leg]
    fee: int
    transaction: str
    matched_ms: int
    status: str = MATCHED
    updated_ms: int = field(default=0)

    @property
    def legs(self) -> list[Leg]:
        """The taker's leg and the makers'."""
        return [self.taker, *self.makers]

    def facts(self) -> dict[str, Any]:
        """Everything, as plain values; sizes and dollars in millionths, prices in thousandths of a dollar."""
        return {
            "trade_id": self.trade_id,
            "status": self.status,
            "market": self.window.condition_id,
            "fee": self.fee,
            "transaction_hash": self.transaction,
            "matched_ms": self.matched_ms,
            "updated_ms": self.updated_ms,
            "taker": _facts(self.taker),
            "makers": [_facts(leg) for leg in self.makers],
        }


def leg_of(order: Order, price: int, size: int) -> Leg:
    """A private order's leg; `price` as its outcome sees it."""
    return Leg(order.order_id, order.key.key, order.account.wallet, order.outcome, order.buys, price, size, order=order)


def leg_of_flow(side: int, price: int, size: int, what: str) -> Leg:
    """The leg of one of the demo's own, on `side` of Up's book at Up's `price`, `what` naming the order.

    Whoever stands there to sell Up for 8 cents may as well be one who buys Down for 92: both occur.
    """
    digest = hashlib.sha256(what.encode()).digest()
    outcome = digest[0] % 2
    return Leg(
        order_id="0x" + digest.hex(),
        owner=str(UUID(bytes=digest[:16])),
        wallet="0x" + digest[12:].hex(),
        outcome=outcome,
        buys=(side == ASK) != (outcome == UP),
        price=price if outcome == UP else DOLLAR - price,
        size=size,
    )


def _facts(leg: Leg) -> dict[str, Any]:
    return {
        "order_id": leg.order_id,
        "owner": leg.owner,
        "wallet": leg.wallet,
        "outcome": leg.outcome,
        "side": "BUY" if leg.buys else "SELL",
        "price": leg.price,
        "size": leg.size,
        "private": leg.order is not None,
    }

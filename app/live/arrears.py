"""What an earlier run of a window could not write into its CSV files any more, though the journal has it.

The writer puts rows on disk a few times a second, and what became of an order after a kill is found out by a run that
had no session of the window yet. The journal is complete, so the files can be completed from it.
"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from app.telemetry.csvfile import read_rows
from engine.carried import Carried
from engine.commitment import Commitment
from engine.events import Ack, Fill
from engine.orders import Order, OrderStatus
from engine.units import PRICE, SIZE

_NOTHING = frozenset({OrderStatus.NONE, OrderStatus.REJECTED})


class Arrears(NamedTuple):
    """Rows that are missing, in the order in which they came to be."""

    orders: list[Order]
    fills: list[Fill]
    acks: list[Ack]


def arrears(folder: Path, commitment: Commitment) -> Arrears:
    """What `orders.csv` and `fills.csv` in `folder` lack of a market's orders and bookings."""
    listed = {row["order_id"] for row in read_rows(folder / "orders.csv")}
    rows = read_rows(folder / "fills.csv")
    booked = Counter(_key(row) for row in rows if row["filled_size"])
    over = {row["order_id"] for row in rows if not row["filled_size"]}
    fills = []
    for fill in commitment.fills:
        key = fill.order_id, fill.trade_id, fill.price, fill.size
        booked[key] -= 1
        if booked[key] < 0:
            fills.append(fill)
    acks = [
        Ack(life.order.mono, life.order.wall, name, life.order.strategy, life.order.outcome, life.status, life.reason)
        for name, life in commitment.orders.items()
        if life.acked and life.status in _NOTHING and name not in over
    ]
    return Arrears([life.order for name, life in commitment.orders.items() if name not in listed], fills, acks)


def _key(row: dict[str, str]) -> tuple[str, str, int, int]:
    price, size = Decimal(row["filled_price"]) * PRICE, Decimal(row["filled_size"]) * SIZE
    return row["order_id"], row["trade_id"], int(price), int(size)


def with_listed(folder: Path, carried: Carried) -> Carried:
    """The same, and the orders that `orders.csv` has beyond it: dispatched, and killed before they had a signature.

    They cannot have left. But they count, as every order that was dispatched, and no other may have their names.
    """
    rows = read_rows(folder / "orders.csv")
    numbered = {
        int(number): row["strategy"] for row in rows if (number := row["order_id"].rpartition("-")[2]).isdecimal()
    }
    beyond = tuple(numbered[number] for number in sorted(numbered) if number > len(carried.orders))
    return replace(carried, orders=carried.orders + beyond)

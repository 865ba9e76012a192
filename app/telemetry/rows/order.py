"""An order as it was dispatched."""

from typing import Final, Literal, NamedTuple

from app.telemetry.cells import csv_line, text_cell
from app.telemetry.figures import money_text, price_text, real_text, shares_text
from engine.events import OUTCOME_NAMES
from engine.fees import taker_fee
from engine.market import FeeSchedule
from engine.orders import Order

Account = Literal["paper", "live"]
"""Whose money it is: the `mode` column."""

ORDER_TYPE: Final = "FAK"
"""Fill and kill: every strategy takes, so there is no other kind."""


class OrderRow(NamedTuple):
    """`seq` counts the rows of this run in this file, from 1, without a gap."""

    order: Order
    account: Account
    run_id: str
    seq: int


def order_line(row: OrderRow, decimals: int, fees: FeeSchedule) -> bytes:
    """The row of `orders.csv`; `decimals` are those of the coin's price, `fees` is what the market would charge."""
    order = row.order
    return csv_line(
        (
            str(order.wall // 1_000_000),
            text_cell(order.order_id),
            OUTCOME_NAMES[order.outcome],
            price_text(order.price),
            shares_text(order.size),
            text_cell(order.strategy),
            real_text(order.edge, 6),
            real_text(order.spot, decimals),
            real_text(order.time_left_s, 3),
            row.account,
            ORDER_TYPE,
            money_text(taker_fee(fees, order.price, order.size)),
            text_cell(row.run_id),
            str(row.seq),
        )
    )

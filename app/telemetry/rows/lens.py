"""What one lens makes of an order: the fill it would have had under that lens's assumptions."""

from typing import NamedTuple

from app.telemetry.cells import csv_line, text_cell
from app.telemetry.figures import money_text, real_text, shares_text
from engine.units import PRICE


class LensRow(NamedTuple):
    """`cost` (before the fee) and `fee` in money units, `size` in size units, 0 where nothing was filled."""

    order_id: str
    lens: str
    latency_ms: float
    cost: int
    size: int
    fee: int


def lens_line(row: LensRow) -> bytes:
    """The row of `lenses.csv`; the price is the average paid, to a millionth of a dollar, empty without a fill."""
    return csv_line(
        (
            text_cell(row.order_id),
            text_cell(row.lens),
            real_text(row.latency_ms, 3),
            real_text(row.cost / row.size / PRICE, 6) if row.size else "",
            shares_text(row.size),
            money_text(row.fee),
        )
    )

"""What came of an order: a fill of the position, its void, or an end without any fill."""

from typing import NamedTuple

from app.telemetry.cells import csv_line, text_cell
from app.telemetry.figures import money_text, optional_real_text, price_text, shares_text
from app.telemetry.rows.order import Account
from engine.events import OUTCOME_NAMES, Ack, Fill
from engine.units import PRICE


class FillRow(NamedTuple):
    """One fill. A void is a row of its own whose fill has a negative size and fee.

    `status` is the order's at that moment, `settle_state` how far the venue has come with the trade, and
    `submit_to_ack_ms` the time from dispatch to this answer, None where it is unknown.
    """

    fill: Fill
    status: str
    account: Account
    settle_state: str
    submit_to_ack_ms: float | None
    run_id: str
    seq: int


class UnfilledRow(NamedTuple):
    """An ack of an order of which nothing was filled."""

    ack: Ack
    account: Account
    submit_to_ack_ms: float | None
    run_id: str
    seq: int


def fill_line(row: FillRow | UnfilledRow) -> bytes:
    """The row of `fills.csv`."""
    return _filled(row) if isinstance(row, FillRow) else _unfilled(row)


def _filled(row: FillRow) -> bytes:
    fill = row.fill
    return csv_line(
        (
            str(fill.wall // 1_000_000),
            text_cell(fill.order_id),
            text_cell(fill.strategy),
            text_cell(row.status),
            price_text(fill.price),
            shares_text(fill.size),
            optional_real_text(row.submit_to_ack_ms, 3),
            money_text(fill.size * (PRICE - fill.price)),
            OUTCOME_NAMES[fill.outcome],
            row.account,
            money_text(fill.fee),
            text_cell(row.settle_state),
            text_cell(fill.trade_id),
            text_cell(row.run_id),
            str(row.seq),
        )
    )


def _unfilled(row: UnfilledRow) -> bytes:
    ack = row.ack
    return csv_line(
        (
            str(ack.wall // 1_000_000),
            text_cell(ack.order_id),
            text_cell(ack.strategy),
            ack.status.value,
            "",
            "",
            optional_real_text(row.submit_to_ack_ms, 3),
            "0",
            OUTCOME_NAMES[ack.outcome],
            row.account,
            "0",
            "",
            "",
            text_cell(row.run_id),
            str(row.seq),
        )
    )

"""What an earlier run wrote of its orders and fills, read back cell by cell. What is not as we write it is told.

A row that cannot be read may stand for money spent or an order sent, so it is never passed over in silence.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from app.telemetry.csvfile import read_back
from app.telemetry.rows.order import ORDER_TYPE
from engine.events import OUTCOME_NAMES, Fill
from engine.orders import OrderStatus
from engine.units import MONEY, price_units, size_units
from feeds.text import clean

Row = Mapping[str, str]
Check = Callable[[str], bool]

_REAL: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_MONEY: Final = re.compile(r"\d+(\.\d{1,10})?", re.ASCII)
_PRICE: Final = re.compile(r"0\.\d{1,4}", re.ASCII)
"""As many decimals as a price unit has; those of a size and of money likewise."""
_SIZE: Final = re.compile(r"\d+(\.\d{1,6})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,19}", re.ASCII)
_UNFILLED: Final = frozenset({OrderStatus.NONE, OrderStatus.REJECTED})


class Written(NamedTuple):
    """What could be read, and a sentence for each row, or torn line, that could not."""

    orders: list[Row]
    """Every row of `orders.csv`, readable or not: an order counts however badly it was written."""
    fills: tuple[Fill, ...]
    faults: list[str]


def read_written(folder: Path) -> Written:
    """Read `orders.csv` and `fills.csv` of a window, and those that were set aside before them."""
    orders, torn_orders = read_back(folder / "orders.csv")
    answers, torn_answers = read_back(folder / "fills.csv")
    faults = [f"orders.csv: {told}" for told in torn_orders] + [f"fills.csv: {told}" for told in torn_answers]
    faults += _faults("orders.csv", orders, _ORDER)
    known = {row["order_id"]: row for row in orders if row.get("order_id")}
    if len(known) < len(orders):
        faults.append("orders.csv: an order id stands there twice, or not at all")
    fills: dict[str, Fill] = {}
    for number, row in enumerate(answers, 1):
        column = _bad_cell(row, _ANSWER) or _misfit(row, known) or ("trade_id" if row["trade_id"] in fills else "")
        if column:
            faults.append(_told("fills.csv", number, row, column))
        elif row["filled_size"]:
            fills[row["trade_id"]] = _fill(row)
    faults += _gaps("fills.csv", answers)
    return Written(orders, tuple(fills.values()), faults)


def _fill(row: Row) -> Fill:
    return Fill(
        mono=0,
        wall=int(row["ts_ms"]) * 1_000_000,
        order_id=row["order_id"],
        strategy=row["strategy"],
        outcome=OUTCOME_NAMES.index(row["side"]),
        price=price_units(Decimal(row["filled_price"])),
        size=size_units(Decimal(row["filled_size"])),
        fee=int(Decimal(row["fee"]) * MONEY),
        trade_id=row["trade_id"],
    )


def _is(pattern: re.Pattern[str]) -> Check:
    return lambda cell: pattern.fullmatch(cell) is not None


def _one_of(*words: str) -> Check:
    return lambda cell: cell in words


def _or_empty(check: Check) -> Check:
    return lambda cell: not cell or check(cell)


_COMMON: Final[Mapping[str, Check]] = {
    "ts_ms": _is(_WHOLE),
    "order_id": bool,
    "strategy": bool,
    "side": _one_of(*OUTCOME_NAMES),
    "mode": _one_of("paper"),
    "run_id": bool,
    "seq": _is(_WHOLE),
}
_ORDER: Final[Mapping[str, Check]] = {
    **_COMMON,
    "price": _is(_PRICE),
    "size": _is(_SIZE),
    "edge": _is(_REAL),
    "spot": _is(_REAL),
    "time_left_s": _is(_REAL),
    "type": _one_of(ORDER_TYPE),
    "fee_est": _is(_MONEY),
}
_ANSWER: Final[Mapping[str, Check]] = {
    **_COMMON,
    "status": _one_of(*OrderStatus),
    "filled_price": _or_empty(_is(_PRICE)),
    "filled_size": _or_empty(_is(_SIZE)),
    "submit_to_ack_ms": _or_empty(_is(_REAL)),
    "pnl_if_correct": _is(_MONEY),
    "fee": _is(_MONEY),
    "settle_state": _one_of("confirmed", ""),
    "trade_id": lambda cell: True,
}


def _bad_cell(row: Row, checks: Mapping[str, Check]) -> str:
    """The first column whose cell is not what we would have written there; empty where all are."""
    return next((column for column, check in checks.items() if column not in row or not check(row[column])), "")


def _misfit(row: Row, orders: Mapping[str, Row]) -> str:
    """The first column of a row of `fills.csv` that contradicts its order, or the row itself; empty where none does."""
    order = orders.get(row["order_id"])
    if order is None:
        return "order_id"
    for column in ("strategy", "side"):
        if row[column] != order.get(column):
            return column
    if row["status"] in _UNFILLED:
        nothing = {"filled_price": "", "filled_size": "", "pnl_if_correct": "0", "fee": "0", "settle_state": ""}
        return next((column for column, cell in (nothing | {"trade_id": ""}).items() if row[column] != cell), "")
    for column in ("filled_price", "filled_size", "settle_state"):
        if not row[column]:
            return column
    price, size = Decimal(row["filled_price"]), Decimal(row["filled_size"])
    if Decimal(row["pnl_if_correct"]) != size * (1 - price):
        return "pnl_if_correct"
    return "" if row["trade_id"].startswith(f"{row['order_id']}.") else "trade_id"


def _faults(name: str, rows: list[Row], checks: Mapping[str, Check]) -> list[str]:
    bad = ((number, row, _bad_cell(row, checks)) for number, row in enumerate(rows, 1))
    return [_told(name, number, row, column) for number, row, column in bad if column] + _gaps(name, rows)


def _gaps(name: str, rows: list[Row]) -> list[str]:
    """Each run numbers its rows from 1 without a gap: a gap is a row that is gone."""
    seen: defaultdict[str, int] = defaultdict(int)
    faults = []
    for number, row in enumerate(rows, 1):
        seq = row.get("seq", "")
        if _WHOLE.fullmatch(seq):
            run = row.get("run_id", "")
            if int(seq) != seen[run] + 1:
                faults.append(f"{name}, row {number}: seq is {seq} after {seen[run]}, so rows are missing")
            seen[run] = int(seq)
    return faults


def _told(name: str, number: int, row: Row, column: str) -> str:
    cell = f"{column} is {clean(row[column])!r}" if column in row else f"it has no {column}"
    return f"{name}, row {number}: {cell}"

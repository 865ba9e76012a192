"""A paper session takes up where an earlier run of the same window left off: from its own files.

Without this a restart would double every limit: position, order count, cooldown and strike live in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from app.telemetry.csvfile import count_rows, read_rows
from app.telemetry.info import FILE_NAME, read_info
from engine.engine import Engine
from engine.events import OUTCOME_NAMES, Fill, Strike, StrikeSource
from engine.position import Position
from engine.units import money_units, price_units, size_units

EXACT: Final = frozenset(StrikeSource) - {StrikeSource.BINANCE_FIRST}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run had done in this window."""

    orders: tuple[str, ...]
    """The strategy of each order that was dispatched."""
    last_order_ms: int
    """Wall time of the last one, 0 for none."""
    fills: tuple[Fill, ...]
    strike: float
    strike_source: StrikeSource | None
    unreadable: int
    """Rows that could not be read back; more than none is worth a person's look."""
    signals: Mapping[str, int] = field(default_factory=dict)
    """How many each strategy had given. A replay counts those of its own run alone."""

    def rebook(self, position: Position) -> None:
        """Book all that was done in a fresh position."""
        for fill in self.fills:
            position.add(fill)
        for strategy in self.orders:
            position.of(strategy).orders += 1
            position.total.orders += 1
        for strategy, signals in self.signals.items():
            position.of(strategy).signals += signals

    def record(self) -> dict[str, Any]:
        """As the `run` record of the recording carries it, so that a replay begins with the same."""
        return {
            "orders": list(self.orders),
            "last_order_ms": self.last_order_ms,
            "fills": [
                [fill.order_id, fill.strategy, fill.outcome, fill.price, fill.size, fill.fee, fill.trade_id]
                for fill in self.fills
            ],
        }


def read_earlier(folder: Path) -> Earlier:
    """Read a window's folder; an empty or missing one gives an Earlier of nothing."""
    orders = read_rows(folder / "orders.csv")
    info = read_info(folder / FILE_NAME)
    fills, unreadable = _fills(read_rows(folder / "fills.csv"))
    strike, source = _strike(info)
    last = orders[-1].get("ts_ms", "") if orders else ""
    return Earlier(
        orders=tuple(row.get("strategy", "") for row in orders),
        last_order_ms=int(last) if last.isdecimal() else 0,
        fills=fills,
        strike=strike,
        strike_source=source,
        unreadable=unreadable,
        signals=count_rows(folder / "signals.csv", "strategy"),
    )


def restore(engine: Engine, earlier: Earlier, mono: int, wall: int) -> Strike | None:
    """Give the engine what an earlier run had; returns the strike for the session to hand on as an event."""
    earlier.rebook(engine.position)
    if earlier.orders:
        since_order = wall - earlier.last_order_ms * 1_000_000
        engine.risk.restore(len(earlier.orders), mono - since_order + engine.limits.cooldown_ns)
    if earlier.strike_source is None:
        return None
    return Strike(mono, wall, earlier.strike, earlier.strike_source, earlier.strike_source in EXACT)


def read_record(data: Mapping[str, Any]) -> Earlier:
    """The counterpart of `Earlier.record`."""
    fills = tuple(Fill(0, 0, *fields) for fields in data["fills"])
    return Earlier(tuple(data["orders"]), data["last_order_ms"], fills, 0.0, None, 0)


def _fills(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[Fill, ...], int]:
    fills: list[Fill] = []
    unreadable = 0
    for row in rows:
        if not row.get("filled_size"):
            continue
        try:
            fills.append(_fill(row))
        except (KeyError, ValueError, InvalidOperation):
            unreadable += 1
    return tuple(fills), unreadable


def _fill(row: Mapping[str, str]) -> Fill:
    return Fill(
        mono=0,
        wall=int(row["ts_ms"]) * 1_000_000,
        order_id=row["order_id"],
        strategy=row["strategy"],
        outcome=OUTCOME_NAMES.index(row["side"]),
        price=price_units(Decimal(row["filled_price"])),
        size=size_units(Decimal(row["filled_size"])),
        fee=money_units(Decimal(row["fee"])),
        trade_id=row["trade_id"],
    )


def _strike(info: Mapping[str, str]) -> tuple[float, StrikeSource | None]:
    try:
        return float(info["strike"]), StrikeSource(info["strike_source"])
    except (KeyError, ValueError):
        return 0.0, None

"""A paper session takes up where an earlier run of the same window left off: from its own files.

Without this a restart would double every limit: position, order count, cooldown and strike live in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.readback import read_written
from app.telemetry.csvfile import count_rows
from app.telemetry.info import FILE_NAME, read_info
from engine.engine import Engine
from engine.events import Fill, Strike, StrikeSource
from engine.position import Position

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
    """Rows of orders and fills that could not be read back: each may stand for money that is not in `fills`."""
    signals: Mapping[str, int] = field(default_factory=dict)
    """How many each strategy had given. A replay counts those of its own run alone."""
    fault: str = ""
    """What could not be read, the first of it: which file, row, column and cell."""

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


NOTHING: Final = Earlier((), 0, (), 0.0, None, 0)
"""There was no earlier run."""


def read_earlier(folder: Path) -> Earlier:
    """Read a window's folder; an empty or missing one gives an Earlier of nothing."""
    written = read_written(folder)
    orders = written.orders
    strike, source = _strike(read_info(folder / FILE_NAME))
    times = [int(ts) for order in orders if (ts := order.get("ts_ms", "")).isascii() and ts.isdecimal()]
    return Earlier(
        orders=tuple(row.get("strategy", "") for row in orders),
        last_order_ms=max(times, default=0),
        fills=written.fills,
        strike=strike,
        strike_source=source,
        unreadable=len(written.faults),
        signals=count_rows(folder / "signals.csv", "strategy"),
        fault=written.faults[0] if written.faults else "",
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


def _strike(info: Mapping[str, str]) -> tuple[float, StrikeSource | None]:
    try:
        return float(info["strike"]), StrikeSource(info["strike_source"])
    except (KeyError, ValueError):
        return 0.0, None

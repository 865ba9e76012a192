"""How long one step took."""

from typing import Literal, NamedTuple

from app.telemetry.cells import csv_line
from app.telemetry.figures import real_text

Step = Literal["binance_recv", "pm_recv", "eval", "e2e", "order_exec"]
"""What was timed; `order_exec` is dispatch to ack handled, the venue's hold included."""


class LatencyRow(NamedTuple):
    """One measurement, in microseconds."""

    ts_ms: int
    step: Step
    us: float


def latency_line(row: LatencyRow) -> bytes:
    """The row of `latency.csv`."""
    return csv_line((str(row.ts_ms), row.step, real_text(row.us, 1)))

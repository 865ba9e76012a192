"""A strategy's signal, with what became of it."""

from typing import NamedTuple

from app.telemetry.cells import csv_line, text_cell
from app.telemetry.figures import real_text
from engine.events import OUTCOME_NAMES
from engine.signal import Gate, Signal


class SignalRow(NamedTuple):
    """`spot` and `dist` in dollars of the coin; `eval_us` times the engine's call.

    `dist` is the distance from the strike that the strategy saw: in the dollars that decide where basis and strike are
    known, so it need not be `spot` less the strike.
    """

    ts_ms: int
    signal: Signal
    spot: float
    dist: float
    time_left_s: float
    eval_us: float
    strike_source: str


def signal_line(row: SignalRow, decimals: int) -> bytes:
    """The row of `signals.csv`; `decimals` are those of the coin's price."""
    signal = row.signal
    return csv_line(
        (
            str(row.ts_ms),
            text_cell(signal.strategy),
            OUTCOME_NAMES[signal.outcome],
            real_text(signal.edge, 6),
            real_text(signal.fair, 6),
            real_text(signal.ask, 6),
            real_text(signal.confidence, 6),
            real_text(signal.size_frac, 6),
            real_text(row.spot, decimals),
            real_text(row.dist, decimals),
            real_text(row.time_left_s, 3),
            real_text(row.eval_us, 1),
            "true" if signal.selected else "false",
            real_text(signal.net_edge, 6),
            real_text(signal.quote_age_ms, 1),
            text_cell(row.strike_source),
            _block_cell(signal.block),
        )
    )


def _block_cell(block: Gate | None) -> str:
    """`cooldown 3100 of 5000`: the gate, its value and its limit; empty where nothing stood in the way."""
    if block is None:
        return ""
    name, value, limit = block
    return text_cell(f"{name} {real_text(value, 6)} of {real_text(limit, 6)}")

"""Draws the price chart with plotext, in a process of its own: a chart takes plotext 5 to 20 ms.

Nothing here is called on the trading loop. plotext keeps one figure for the whole process, so one chart is
drawn at a time; it is imported with the first chart, after `begin` has taken the terminal away from it.
"""

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from math import ceil, floor, log10
from typing import Any, Final

ChartRow = tuple[tuple[str, str], ...]
"""Cells of one row: text and style name, as in `widgets.cells`."""

Points = Sequence[tuple[int, float]]
"""(wall ms, price), oldest first."""

_STRIKE: Final = "┈"
"""What plotext makes of a dotted line."""
_CORNER: Final = "└"
_RULE: Final = "─"
_LEAST_SPAN: Final = 1e-5
"""The chart never shows less than this fraction of the price, or it would blow up a flat line's last digit."""
_STEPS_S: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14400)


def begin() -> None:
    """Set up the process: no word on the terminal, no key from it, and no life without the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def warm() -> None:
    """Import plotext before the first chart is asked for."""
    importlib.import_module("plotext")


def _end_with_parent() -> None:
    """A parent that was killed closes nothing: its end of the pipe is all that tells."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def draw_chart(
    points: Points, strike: float, start_ms: int, end_ms: int, width: int, height: int
) -> tuple[ChartRow, ...]:
    """The price over a window of `start_ms` to `end_ms` in `height` rows of `width` columns.

    Prices stand at the left, UTC times in the last row; `strike` is a dotted line with its own price, none
    where it is 0. The price is `up` in rows above the strike, `down` below. No rows where there is no room.
    """
    inside = [point for point in points if start_ms <= point[0] <= end_ms]
    prices = [price for _, price in inside] + ([strike] if strike else [])
    if not prices or height < 2 or end_ms <= start_ms:
        return ()
    low, high, step = price_span(prices, height - 1)
    ticks = price_ticks(low, high, step, strike, height - 1)
    places = max(-floor(log10(step)), 0)
    labels = [f"{tick:,.{places}f}" for tick in ticks]
    gutter = max(len(label) for label in labels) + 2
    if width - gutter < 8:
        return ()
    lines = _plot(inside, strike, (start_ms, end_ms), (low, high), width - gutter, height - 1)
    beside = {_row_of(tick, low, high, height - 1): label for tick, label in zip(ticks, labels, strict=True)}
    at_strike = _row_of(strike, low, high, height - 1) if strike else None
    rows = [_row(row, line, beside.get(row, ""), gutter, at_strike) for row, line in enumerate(lines)]
    axis = time_axis(start_ms, end_ms, width - gutter)
    return (*rows, ((" " * (gutter - 1) + _CORNER + axis, "label"),))


def price_span(prices: Sequence[float], rows: int) -> tuple[float, float, float]:
    """Lowest and highest price to show, both on half a step so that they seldom move, and the step of the labels."""
    low, high = min(prices), max(prices)
    least = max(abs(high) * _LEAST_SPAN, 1e-9)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    labels = max(rows / 4, min(rows / 2, 4.0), 1.0)
    step = _nice((high - low) / labels)
    half = step / 2
    low, high = floor(low / half) * half, ceil(high / half) * half
    return low, high, step


def _nice(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... from `value` on."""
    power = 10.0 ** floor(log10(value))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= value * (1 - 1e-9)))


def price_ticks(low: float, high: float, step: float, strike: float, rows: int) -> list[float]:
    """The prices to label: the strike, and whole steps that do not stand in its row or next to it."""
    first = ceil(low / step - 1e-9)
    steps = [n * step for n in range(first, floor(high / step + 1e-9) + 1)]
    if not strike:
        return steps
    own = _row_of(strike, low, high, rows)
    return [*(tick for tick in steps if abs(_row_of(tick, low, high, rows) - own) > 1), strike]


def _row_of(price: float, low: float, high: float, rows: int) -> int:
    """The row, from the top, in which plotext draws a price."""
    return rows - 1 - min(int((price - low) / (high - low) * (rows - 1) + 0.5), rows - 1)


def _plot(
    points: Points, strike: float, span: tuple[int, int], prices: tuple[float, float], width: int, height: int
) -> list[str]:
    """The canvas alone, without colours: braille for the price, a dotted line for the strike."""
    import plotext  # not before `begin`; it takes 0.3 s

    plotext.terminal.limit(False, False)
    figure: Any = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    figure.axes(False)
    figure.ruler("x").lim(*span)
    figure.ruler("x").ticks([], [])
    figure.ruler("y").lim(*prices)
    figure.ruler("y").ticks([], [])
    if strike:
        # The middle of the row that has the label: half-way between two rows plotext may choose the other one.
        row = height - 1 - _row_of(strike, *prices, height)
        figure.line(prices[0] + (prices[1] - prices[0]) * row / max(height - 1, 1), style="dotted")
    if points:
        figure.draw(figure.signal([ms for ms, _ in points], [price for _, price in points], marker="braille").lines())
    return str(figure.build().string(True)).splitlines()[:height]


def _row(row: int, line: str, label: str, gutter: int, at_strike: int | None) -> ChartRow:
    own = row == at_strike
    side = "bright" if at_strike is None or own else "up" if row < at_strike else "down"
    edge = "┤" if label else "│"
    cells = [(f"{label:>{gutter - 2}} {edge}", "mark" if own else "label")]
    for dotted, run in groupby(line, key=lambda char: char == _STRIKE):
        cells.append(("".join(run), "mark" if dotted else side))
    return tuple(cells)


def time_axis(start_ms: int, end_ms: int, columns: int) -> str:
    """A rule with the times of the window and their zone: ` 08:25 ─── 08:26 ─── UTC`."""
    span_s = (end_ms - start_ms) / 1000
    rule = [_RULE] * columns
    step = next((step for step in _STEPS_S if step / span_s * columns >= _label_width(step) + 3), _STEPS_S[-1])
    first = -(-start_ms // (step * 1000)) * step * 1000
    zone = " UTC" if columns >= 16 else ""
    end = columns - len(zone)
    rule[end:] = zone
    free_from = 0
    for ms in range(first, end_ms, step * 1000):
        text = f" {_time(ms, step)} "
        at = max(round((ms - start_ms) / (end_ms - start_ms) * (columns - 1)) - 1, 0)
        if at >= free_from and at + len(text) <= end:
            rule[at : at + len(text)] = text
            free_from = at + len(text)
    return "".join(rule)


def _label_width(step: int) -> int:
    return 5 if step % 60 == 0 else 8


def _time(ms: int, step: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):{'%H:%M' if step % 60 == 0 else '%H:%M:%S'}}"

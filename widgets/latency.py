"""How long things take here, from a frame's arrival to an order's answer."""

from typing import ClassVar, Final

from engine.histogram import PER_OCTAVE, Histogram
from engine.view import LatencyView, View
from widgets.cells import NONE, Cell, Row, clip_row, fit, right, took
from widgets.panel import Drawing, Panel

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_NAME: Final = 9
_NUMBER: Final = 8
_MOST_BARS: Final = 60
_HEADS: Final = ("p50", "p99", "max")
_LATE_US: Final = 10_000.0
"""From here on a step on the loop is late; an order's answer includes the network and the venue's hold."""


class LatencyPanel(Panel):
    """A row a histogram: its shape, the middle, the hundredth slowest and the slowest."""

    TITLE: ClassVar[str] = "latency"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Four rows; fewer keep the way from frame to order; many give each histogram a picture."""
        steps = _steps(view.latency)
        if not any(histogram.total for _, histogram, _ in steps):
            words = "nothing is timed in a replay" if view.tape else "nothing measured yet: waiting for the first frame"
            return Drawing([clip_row(((words, "label"),), width)])
        shown = _heads(width)
        tall = (height - len(steps)) // len(steps)
        if tall >= 3:
            rows = [row for step in steps for row in _picture(*step, shown, width, tall)]
        else:
            rows = [_line(*step, shown, width) for step in _kept(steps, height)]
        return Drawing([clip_row(row, width) for row in rows[:height]], _note(shown))


Step = tuple[str, Histogram, bool]
"""Name, durations, and whether it is ours alone, so that a late one is our fault."""


def _steps(latency: LatencyView) -> list[Step]:
    return [
        ("receive", latency.receive, True),
        ("evaluate", latency.evaluate, True),
        ("to order", latency.to_order, True),
        ("order", latency.order, False),
    ]


def _kept(steps: list[Step], height: int) -> list[Step]:
    """The steps that `height` rows can show, in their order: to order, receive, evaluate, order by importance."""
    kept = (2, 0, 1, 3)[: max(height, 1)]
    return [step for place, step in enumerate(steps) if place in kept]


def _heads(width: int) -> tuple[str, ...]:
    """The figures that fit beside the name, the 99th percentile the last to go."""
    room = (width - _NAME - 1) // _NUMBER
    return _HEADS if room >= 3 else _HEADS[1:] if room == 2 else _HEADS[1:2]


def _note(shown: tuple[str, ...]) -> str:
    """The heads of the columns; the frame sets the note so that they stand above their figures."""
    return "".join(right(head, _NUMBER) for head in shown).lstrip()


def _figures(histogram: Histogram, ours: bool, shown: tuple[str, ...]) -> Cell:
    if not histogram.total:
        return right(NONE, _NUMBER) * len(shown), "label"
    slow = histogram.quantile(0.99)
    values = {"p50": histogram.quantile(0.50) if "p50" in shown else 0.0, "p99": slow, "max": histogram.most}
    style = "warn" if ours and slow >= _LATE_US else "bright"
    return "".join(right(took(values[head]), _NUMBER) for head in shown), style


def _line(name: str, histogram: Histogram, ours: bool, shown: tuple[str, ...], width: int) -> Row:
    """Name, shape, figures; one column stays free at the end, as the note leaves one above."""
    figures = _figures(histogram, ours, shown)
    room = max(width - _NAME - len(figures[0]) - 1, 0)
    return (
        (fit(name, _NAME), "label"),
        (fit(sparkline(histogram.shape(min(room - 1, _MOST_BARS))), room), "label"),
        figures,
    )


def sparkline(heights: list[int]) -> str:
    """Counts as bars of one row; a count of one shows, however high the others are."""
    most = max(heights, default=0)
    if not most:
        return ""
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[-(-height * top // most)] if height else " " for height in heights)


def _picture(name: str, histogram: Histogram, ours: bool, shown: tuple[str, ...], width: int, tall: int) -> list[Row]:
    """The figures, then bars of `tall` rows less the scale below them."""
    figures = _figures(histogram, ours, shown)
    count = f"{histogram.total:,} counted" if histogram.total else "none yet"
    room = max(width - _NAME - len(figures[0]) - 1, 0)
    head: Row = ((fit(name, _NAME), "bright"), (fit(count, room), "label"), figures)
    shape = histogram.shape(max(width - _NAME - 1, 1))
    bars: list[Row] = [((" " * _NAME, "text"), (row, "label")) for row in tall_bars(shape, tall - 1)]
    return [head, *bars, ((" " * _NAME, "text"), (_scale(histogram, len(shape)), "label"))]


def tall_bars(heights: list[int], rows: int) -> list[str]:
    """Counts as bars over several rows, the top row first."""
    most, eighths = max(heights, default=0), len(_LEVELS)
    full = [-(-height * rows * eighths // most) if most else 0 for height in heights]
    lines: list[str] = []
    for row in range(rows - 1, -1, -1):
        over = (min(max(tall - row * eighths, 0), eighths) for tall in full)
        lines.append("".join(_LEVELS[part - 1] if part else " " for part in over))
    return lines


def _scale(histogram: Histogram, columns: int) -> str:
    """From the shortest to the longest duration, below the bars; a doubling is as wide everywhere."""
    if not histogram.total:
        return ""
    first = next(bucket for bucket, count in enumerate(histogram.counts) if count)
    least, most = took(2.0 ** (first / PER_OCTAVE)), took(histogram.most)
    return f"{least} to {most}" if columns < len(least) + len(most) + 2 else least + right(most, columns - len(least))

"""A plot to draw into: two scales, a grid with its figures, and the few marks that the charts are made of.

Colours and strokes are the page's, by class; everything here is geometry. A mark says in words what it stands for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from app.backtest.markup import Markup, el

WIDTH: Final = 440
WIDE: Final = 1080
HEIGHT: Final = 300

_TOP: Final = 14
_LINE: Final = 15
"""Pixels between two lines of text."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a pixel."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)


def steps(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`, about so many."""
    if high <= low:
        low, high = low - 1.0, low + 1.0
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough * 0.999)
    return [round(number * step, 10) for number in range(floor(low / step), ceil(high / step) + 1)]


class Plot:
    """A drawing `width` wide whose marks are added one by one."""

    def __init__(
        self,
        across: tuple[float, float],
        up: Sequence[float],
        *,
        width: int = WIDTH,
        height: int = HEIGHT,
        left: int = 56,
        right: int = 14,
        bottom: int = 44,
        room: float = 0.0,
    ) -> None:
        """`across` are the ends of the horizontal scale; `up` are the values of the vertical one with a line each.

        `room` is left above and below these values, in their own unit.
        """
        self.width, self.height = width, height
        self.x = Scale(*across, left, width - right)
        self.y = Scale(up[0] - room, up[-1] + room, height - bottom, _TOP)
        self._up = up
        self._marks: list[Markup] = []

    def add(self, *marks: Markup) -> None:
        """Draw on top of what is there."""
        self._marks += marks

    def grid(self, written: Callable[[float], str]) -> None:
        """A line across for each value of the vertical scale, the one at nothing stronger."""
        for value in self._up:
            y = self.y(value)
            kind = "zero" if value == 0 else "grid"
            self.add(el("line", x1=self.x.start, x2=self.x.stop, y1=y, y2=y, class_=kind))
            self.words(self.x.start - 8, y + 4, written(value), anchor="end")

    def below(self, value: float, text: str) -> None:
        """A figure under the horizontal scale."""
        self.words(self.x(value), self.y.start + 18, text, anchor="middle")

    def name_below(self, text: str) -> None:
        """What the horizontal scale measures."""
        self.words((self.x.start + self.x.stop) / 2, self.height - 6, text, anchor="middle", kind="axis")

    def words(self, x: float, y: float, text: str, *, anchor: str = "start", kind: str | None = None) -> None:
        """Text whose `anchor` (start, middle, end) stands at `x`."""
        self.add(el("text", text, x=x, y=y, text_anchor=anchor, class_=kind))

    def path(self, points: Sequence[tuple[float, float]], kind: str, *, floor_at: float | None = None) -> None:
        """A line through these values; with `floor_at` the area between it and that value."""
        pixels = [f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points]
        drawn = "M" + "L".join(pixels)
        if floor_at is not None:
            ground = self.y(floor_at)
            drawn += f"L{self.x(points[-1][0]):.1f} {ground:.1f}L{self.x(points[0][0]):.1f} {ground:.1f}Z"
        self.add(el("path", d=Markup(drawn), class_=kind))

    def bar(self, left: float, right: float, low: float, high: float, kind: str, said: str) -> None:
        """A bar between these values."""
        x, top = self.x(left), self.y(max(low, high))
        self.box(x, top, self.x(right) - x, abs(self.y(low) - self.y(high)), kind, said)

    def box(self, x: float, y: float, width: float, height: float, kind: str, said: str) -> None:
        """A bar in pixels, which tells what it is under the pointer. One of nothing is still a line to be seen."""
        size = {"width": max(width, 1.0), "height": max(height, 1.0)}
        self.add(el("rect", el("title", said), x=x, y=y, **size, class_=kind))

    def upright(self, value: float, text: str) -> None:
        """A dashed line from top to bottom, named at its top."""
        self.vertical(self.x(value), "mark")
        self.words(self.x(value) + 5, self.y.stop + 10, text, kind="axis")

    def vertical(self, x: float, kind: str) -> None:
        """A line from top to bottom."""
        self.add(el("line", x1=x, x2=x, y1=self.y.start, y2=self.y.stop, class_=kind))

    def drawing(self, said: str, kind: str | None = None) -> Markup:
        """The SVG; `said` is read out where nobody looks."""
        box = f"0 0 {self.width} {self.height}"
        return el("svg", *self._marks, viewBox=box, role="img", aria_label=said, class_=kind)


def apart(heights: Sequence[float], low: float, high: float) -> list[float]:
    """Heights for lines of text near these, in their order from top to bottom, none on another, all between both ends.

    `high` is the smaller number: pixels count downward.
    """
    order = sorted(range(len(heights)), key=lambda place: (heights[place], place))
    placed = [0.0] * len(heights)
    floor_now = high
    for place in order:
        placed[place] = floor_now = max(heights[place], floor_now)
        floor_now += _LINE
    ceiling = low
    for place in reversed(order):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - _LINE
    return placed


def thinned(values: Sequence[float], most: int) -> list[tuple[float, float]]:
    """(place, value) of a long row of values: of each stretch the first, lowest, highest and last, in their order."""
    if len(values) <= most:
        return list(enumerate(values))
    stretch = ceil(len(values) / (most / 4))
    points: list[tuple[float, float]] = []
    for begin in range(0, len(values), stretch):
        part = range(begin, min(begin + stretch, len(values)))
        low, high = min(part, key=values.__getitem__), max(part, key=values.__getitem__)
        points += [(place, values[place]) for place in sorted({part[0], low, high, part[-1]})]
    return points

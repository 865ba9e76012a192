"""Signals, orders and fills as they came, the newest on top."""

from itertools import islice
from typing import ClassVar, Final

from engine.market import market_name
from engine.view import Line, View
from widgets.cells import Row, clip, clip_row, fit, moment
from widgets.panel import Drawing, Panel

_STYLES: Final = {
    "signal": "label",
    "order": "bright",
    "fill": "good",
    "ack": "label",
    "strike": "text",
    "feed": "label",
    "settled": "bright",
    "open": "warn",
    "skipped": "warn",
    "trouble": "bad",
    "note": "title",
}
"""The style of a kind's word."""

_WORDS: Final = {"ack": "answer", "settled": "result", "skipped": "skip", "trouble": "fault"}
"""What is written for a kind, where its own name is too long or not a trader's."""

_KIND: Final = 7
"""Columns of a kind's word with the blank behind it."""

_MARKS: Final[dict[bool | None, str]] = {True: " ✓", False: " ✗", None: ""}
_OUTCOMES: Final[dict[bool | None, str]] = {True: "good", False: "bad", None: "text"}

_OF_ORDERS: Final = frozenset({"order", "fill", "ack", "settled", "trouble"})

_WITH_MS: Final = 48
_WITH_TIME: Final = 28
"""Columns from which a line has the time of day to the millisecond, and at all."""


class LogPanel(Panel):
    """The log of this run's decisions and what became of them."""

    TITLE: ClassVar[str] = "signals, orders, fills"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """As many lines as there is room for, the newest first."""
        lines = view.lines
        if not lines:
            return Drawing([clip_row((("waits for the first signal", "label"),), width)])
        shown = market_name(view.asset, view.interval)
        rows = [_row(line, width, shown) for line in islice(reversed(lines), height)]
        older = len(lines) - len(rows)
        return Drawing(rows, note=f"{older} older" if older else "newest first")


class LastLines(Panel):
    """The newest order, fill or answer and what else was new, without a frame, for a small screen."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """In one row the newest of what became of an order, where there is one; in more the newest lines."""
        lines = list(islice(reversed(view.lines), height))
        if height == 1:
            lines = list(islice((line for line in reversed(view.lines) if line.kind in _OF_ORDERS), 1)) or lines
        if not lines:
            return Drawing([clip_row(((" last      nothing yet: waits for the first signal", "label"),), width)])
        shown = market_name(view.asset, view.interval)
        label = (" last      ", "label")
        return Drawing([clip_row((label, *_row(line, max(width - 12, 1), shown)), width) for line in lines])


def _row(line: Line, width: int, shown: str) -> Row:
    """Time, kind, text; a mark behind the text says whether it went well, so that the colour need not.

    A line of another market than the one `shown` names its own.
    """
    time = f"{moment(line.wall)} " if width >= _WITH_MS else f"{moment(line.wall)[:8]} " if width >= _WITH_TIME else ""
    kind = fit(clip(_WORDS.get(line.kind, line.kind), _KIND - 1), _KIND - 1)
    mark = _MARKS[line.good]
    market = f"{line.market} " if line.market and line.market != shown else ""
    room = width - len(time) - _KIND - len(mark) - len(market)
    row: Row = (
        (time, "label"),
        (f"{kind} ", _STYLES.get(line.kind, "text")),
        (market, "title"),
        (clip(line.text, room) + mark, _OUTCOMES[line.good]),
    )
    return clip_row(row, width)

"""Signals, orders and fills as they came, the newest on top."""

from itertools import islice
from typing import ClassVar, Final

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
        rows = [_row(line, width) for line in islice(reversed(lines), height)]
        older = len(lines) - len(rows)
        return Drawing(rows, note=f"{older} older" if older else "newest first")


def _row(line: Line, width: int) -> Row:
    """Time, kind, text; a mark behind the text says whether it went well, so that the colour need not."""
    time = f"{moment(line.wall)} " if width >= _WITH_MS else f"{moment(line.wall)[:8]} " if width >= _WITH_TIME else ""
    kind = fit(clip(_WORDS.get(line.kind, line.kind), _KIND - 1), _KIND - 1)
    mark = _MARKS[line.good]
    room = width - len(time) - _KIND - len(mark)
    row: Row = (
        (time, "label"),
        (f"{kind} ", _STYLES.get(line.kind, "text")),
        (clip(line.text, room) + mark, _OUTCOMES[line.good]),
    )
    return clip_row(row, width)

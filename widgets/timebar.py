"""Where a replay stands in its recording: a clock, the speed, and a bar with a mark for all that happened."""

from typing import ClassVar, Final

from engine.view import TapeView, View
from widgets.cells import Row, clip_row, right, spread_row
from widgets.panel import Drawing, Panel

ROWS: Final = 2
_SIGNS: Final = {"fill": ("●", "good"), "order": ("▲", "mark"), "signal": ("·", "bright")}
"""What is marked in a column: the first of these that happened there."""

_PASSED, _COMING, _HERE = "━", "─", "┃"
_SECOND: Final = 1_000_000_000


class TimeBar(Panel):
    """Two lines above the keys; the marks stay where they are, and the place moves over them."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """State and clock, then the bar."""
        tape = view.tape
        if tape is None:
            return Drawing([])
        return Drawing([_words(tape, width), clip_row(bar(tape, width - 2), width)][:height])


def _words(tape: TapeView, width: int) -> Row:
    state = (f" {'▶ playing' if tape.playing else '‖ paused '} ", "good" if tape.playing else "warn")
    clock = (f" {_clock(tape.passed)} of {_clock(tape.length)}", "bright")
    event = (f"  event {right(f'{tape.event:,}', len(f'{tape.events:,}'))} of {tape.events:,}", "label")
    left: Row = (state, (f"{tape.speed:g}×", "bright"), (" ", "text"), clock, event)
    trouble = ((f"  ends here: {tape.trouble}", "warn"),) if tape.trouble else ()
    loading = (("  still reading", "warn"),) if tape.loading else ()
    number = f"{tape.number} of {tape.of}  " if tape.of > 1 else ""
    return spread_row((*left, *loading, *trouble), ((f"{number}{tape.name} ", "label"),), width)


def bar(tape: TapeView, columns: int) -> Row:
    """The recording from its beginning to its end; a column with several marks shows the weightiest."""
    if columns < 1 or not tape.length:
        return ((" ", "text"),)
    marks: dict[int, str] = {}
    order = tuple(_SIGNS)
    for when, kind in tape.marks:
        column = _column(when, tape.length, columns)
        if column not in marks or order.index(kind) < order.index(marks[column]):
            marks[column] = kind
    here = _column(tape.passed, tape.length, columns)
    cells: list[tuple[str, str]] = [(" ", "text")]
    for column in range(columns):
        if column == here:
            cell = (_HERE, "bright")
        elif column in marks:
            cell = _SIGNS[marks[column]]
        else:
            cell = (_PASSED, "label") if column < here else (_COMING, "frame")
        if cell[1] == cells[-1][1]:
            cells[-1] = (cells[-1][0] + cell[0], cell[1])
        else:
            cells.append(cell)
    return tuple(cells)


def _column(when: int, length: int, columns: int) -> int:
    return min(max(when, 0) * columns // length, columns - 1)


def _clock(ns: int) -> str:
    """`4:07.3`: minutes, seconds and a tenth."""
    tenths = ns * 10 // _SECOND
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    ahead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{ahead}:{rest // 10:02d}.{rest % 10}"

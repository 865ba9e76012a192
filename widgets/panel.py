"""The base of every live panel: it owns its rows, paints its own frame, and repaints only rows that changed.

A stock widget holds the loop for milliseconds a frame: style look-ups for each line, a border drawn again, and a
reference cycle per painted line for the collector to find. A panel keeps ready strips instead, one a row, and
hands Textual the ones it asks for. What that takes over from Textual: border, padding, clipping, text selection.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from engine.view import View
from widgets.cells import STYLES, Row

_TOP: Final = "╭─╮"
_BOTTOM: Final = "╰─╯"
_SIDE: Final = "│"


class RowStrip(Strip):
    """A strip that does not store itself in its own cache, which is the cycle that a stock one makes."""

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """As in Strip; a cut at the end gives the strip itself without remembering it."""
        places = list(cuts)
        if places and places[0] >= self.cell_length:
            return [self]
        return super().divide(places)


@dataclass(slots=True)
class Drawing:
    """What a panel shows: rows from the top, a note at the right of its title, and the frame's style."""

    rows: list[Row]
    note: str = ""
    frame: str = "frame"


class Panel(Widget):
    """A live panel. Subclasses say what to show in `draw`; `offer` brings the screen up to it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"panel--{name}" for name in STYLES}
    FRAMED: ClassVar[bool] = True
    """Whether the panel has a border with its title."""
    TITLE: ClassVar[str] = ""

    def __init__(self, panel_id: str) -> None:
        super().__init__(id=panel_id)
        self.can_focus = self.FRAMED
        self._wanted = Drawing([])
        self._shown: list[Row] = []
        self._head: tuple[str, str] = ("", "frame")
        self._lines: list[Strip] = []
        self._made_for = Size(0, 0)
        """The size of the strips: Textual changes a widget's size before it says so."""
        self._styles_by_name: dict[str, Style] = {}
        self.waiting = False
        """Changed rows wait for their turn."""
        self._next = 0
        self._edge = Segment(_SIDE)

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """The rows for a body of `width` columns and `height` rows; more rows than that are not shown."""
        raise NotImplementedError

    @property
    def body(self) -> tuple[int, int]:
        """Columns and rows inside the frame."""
        width, height = self.size
        return (max(width - 4, 0), max(height - 2, 0)) if self.FRAMED else (width, height)

    def offer(self, view: View, budget: int) -> int:
        """Draw, and repaint at most `budget` changed rows, the longest waiting first; returns how many."""
        width, height = self.body
        if width <= 0 or height <= 0 or not self.is_mounted:
            return 0
        self._wanted = self.draw(view, width, height)
        if self._outdated:
            self._rebuild()
            self.refresh()
            return height
        self._repaint_head()
        return self._repaint_rows(height, budget)

    def catch_up(self, budget: int) -> int:
        """Repaint at most `budget` of the rows that `offer` left waiting; returns how many."""
        return self._repaint_rows(self.body[1], budget) if self.waiting and not self._outdated else 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """The ready strips that Textual asks for."""
        if self._outdated:
            self._rebuild()
        lines = self._lines[crop.y : crop.bottom]
        if crop.x or crop.width != self.size.width:
            lines = [line.crop(crop.x, crop.right) for line in lines]
        return lines

    def notify_style_update(self) -> None:
        """The theme changed: every strip is made anew."""
        super().notify_style_update()
        self._forget()

    def on_resize(self) -> None:
        """The size changed: every strip is made anew."""
        self._forget()

    def on_focus(self) -> None:
        """The frame shows that the keys go here."""
        self._forget()
        self.refresh()

    def on_blur(self) -> None:
        """The frame is quiet again."""
        self._forget()
        self.refresh()

    @property
    def _outdated(self) -> bool:
        return not self._lines or self._made_for != self.size

    def _forget(self) -> None:
        self._styles_by_name.clear()
        self._lines = []

    def _repaint_head(self) -> None:
        head = (self._wanted.note, self._wanted.frame)
        if not self.FRAMED or head == self._head:
            return
        if head[1] != self._head[1]:
            self._rebuild()
            self.refresh()
            return
        self._head = head
        self._lines[0] = self._top(self.size.width)
        self.refresh(Region(0, 0, self.size.width, 1))

    def _repaint_rows(self, height: int, budget: int) -> int:
        """Repaint from where the last turn stopped, so that no row waits for ever behind a busy one."""
        rows = self._wanted.rows
        changed: list[int] = []
        self.waiting = False
        for step in range(height):
            row = (self._next + step) % height
            wanted: Row = rows[row] if row < len(rows) else ()
            if wanted == self._shown[row]:
                continue
            if len(changed) >= budget:
                self._next = row
                self.waiting = True
                break
            self._shown[row] = wanted
            changed.append(row)
        if changed:
            self._paint(sorted(changed))
        return len(changed)

    def _paint(self, changed: list[int]) -> None:
        """Make the strips of these rows, and tell Textual of each run of neighbours as one region."""
        width, first_line = self.size.width, 1 if self.FRAMED else 0
        regions: list[Region] = []
        begun = previous = changed[0]
        for row in changed:
            self._lines[row + first_line] = self._line(self._shown[row], width)
            if row > previous + 1:
                regions.append(Region(0, begun + first_line, width, previous - begun + 1))
                begun = row
            previous = row
        regions.append(Region(0, begun + first_line, width, previous - begun + 1))
        self.refresh(*regions)

    def _rebuild(self) -> None:
        width, height = self._made_for = self.size
        _, body_height = self.body
        rows = self._wanted.rows
        self._shown = [rows[row] if row < len(rows) else () for row in range(body_height)]
        self._head = (self._wanted.note, self._wanted.frame)
        self._edge = Segment(_SIDE, self._frame_style())
        if self.FRAMED and (width < 4 or height < 2):
            self._lines = [RowStrip.blank(width)] * height  # no room for a frame
            return
        body = [self._line(row, width) for row in self._shown]
        if self.FRAMED:
            body = [self._top(width), *body, self._bottom(width)]
        self._lines = body

    def _style(self, name: str) -> Style:
        style = self._styles_by_name.get(name)
        if style is None:
            style = self.get_component_rich_style(f"panel--{name}")
            if self.app.no_color:
                style = style.without_color
            self._styles_by_name[name] = style
        return style

    def _frame_style(self) -> Style:
        return self._style("bright" if self.has_focus else self._head[1])

    def _top(self, width: int) -> Strip:
        frame = self._frame_style()
        title, note = _cut(f" {self.TITLE} ", width - 4), f" {self._head[0]} " if self._head[0] else ""
        room = width - 4 - cell_len(title) - cell_len(note)
        if room < 0:
            note, room = "", width - 4 - cell_len(title)
        segments = [
            Segment(_TOP[:2], frame),
            Segment(title, self._style("title")),
            Segment(_TOP[1] * room, frame),
            Segment(note, self._style("label")),
            Segment(_TOP[1:], frame),
        ]
        return RowStrip(segments, width)

    def _bottom(self, width: int) -> Strip:
        return RowStrip([Segment(_BOTTOM[0] + _BOTTOM[1] * (width - 2) + _BOTTOM[2], self._frame_style())], width)

    def _line(self, row: Row, width: int) -> Strip:
        """One row as a strip of exactly `width` columns, between the frame's sides where there is one."""
        inner = width - 4 if self.FRAMED else width
        segments: list[Segment] = []
        left = inner
        for text, name in row:
            columns = cell_len(text)
            if columns > left:
                text, columns = _cut(text, left), left
            segments.append(Segment(text, self._style(name)))
            left -= columns
            if left <= 0:
                break
        if left > 0:
            segments.append(Segment(" " * left, self._style("text")))
        if not self.FRAMED:
            return RowStrip(segments, width)
        blank = Segment(" ", self._style("text"))
        return RowStrip([self._edge, blank, *segments, blank, self._edge], width)


def _cut(text: str, columns: int) -> str:
    """`text` cut to `columns` where it is longer, with an ellipsis for what is missing."""
    if columns <= 0:
        return ""
    if cell_len(text) <= columns:
        return text
    kept = ""
    for char in text:
        if cell_len(kept + char) > columns - 1:
            break
        kept += char
    return kept + "…" + " " * (columns - 1 - cell_len(kept))

"""Where each panel stands: designed layouts for three sizes, one line for less, and one panel alone when zoomed."""

from typing import Final

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

SMALL: Final = (60, 16)
"""Below this many columns or rows there is one line."""

MEDIUM: Final = (110, 36)
LARGE: Final = (180, 50)

LEAST_PRICE: Final = 5
"""With fewer rows the price panel says less than the two lines of quotes above it."""

Plan = dict[str, Region]
"""Panel to region; a panel that is not in it is not shown."""


def plan(width: int, height: int, zoomed: str = "") -> Plan:
    """The regions of the panels on a screen of this size; `zoomed` alone fills it, under the header."""
    if width < SMALL[0] or height < SMALL[1]:
        return {"oneline": Region(0, 0, width, 1)}
    edges = {"header": Region(0, 0, width, 1), "keys": Region(0, height - 1, width, 1)}
    body = Region(0, 1, width, height - 2)
    if zoomed:
        return edges | {zoomed: body}
    if width >= LARGE[0] and height >= LARGE[1]:
        return edges | _large(body)
    if width >= MEDIUM[0] and height >= MEDIUM[1]:
        return edges | _medium(body)
    return edges | _small(body)


def _medium(body: Region) -> Plan:
    """Two columns: price over the reasons and the log; the book over position, risk and latency."""
    health = Region(0, body.bottom - 1, body.width, 1)
    columns = body.height - 1
    left = body.width * 66 // 120
    right = body.width - left
    top = max(15, columns * 15 // 37)
    latency, risk, position = 6, 4, 6
    log_top = body.y + top + 6
    right_top = body.y + top
    spare = columns - top - latency - risk - position
    return {
        "price": Region(0, body.y, left, top),
        "book": Region(left, body.y, right, top),
        "why": Region(0, right_top, left, 6),
        "log": Region(0, log_top, left, columns - top - 6),
        "position": Region(left, right_top, right, position + max(spare, 0)),
        "risk": Region(left, right_top + position + max(spare, 0), right, risk),
        "latency": Region(left, health.y - latency, right, latency),
        "feeds": health,
    }


def _large(body: Region) -> Plan:
    """Three columns: price and log; book with depth; position, risk and latency with room for everything."""
    health = Region(0, body.bottom - 1, body.width, 1)
    rows = body.height - 1
    left, middle = body.width * 80 // 200, body.width * 60 // 200
    right = body.width - left - middle
    top = rows * 26 // 57
    position, risk = rows * 20 // 57, 8
    log = (rows - top) * 13 // 31
    return {
        "price": Region(0, body.y, left, top),
        "log": Region(0, body.y + top, left, log),
        "waterfall": Region(0, body.y + top + log, left, rows - top - log),
        "book": Region(left, body.y, middle, top),
        "why": Region(left, body.y + top, middle, rows - top),
        "position": Region(left + middle, body.y, right, position),
        "risk": Region(left + middle, body.y + position, right, risk),
        "latency": Region(left + middle, body.y + position + risk, right, rows - position - risk),
        "feeds": health,
    }


def _small(body: Region) -> Plan:
    """One column of what matters first; the rest is a zoom away. The quotes do without the price's chart."""
    width, y = body.width, body.y
    quotes, why, position = 2, 6, 5
    price = body.height - 1 - quotes - why - position
    if price < LEAST_PRICE:
        price, position = 0, position + price
    return {
        "quotes": Region(0, y, width, quotes),
        **({"price": Region(0, y + quotes, width, price)} if price else {}),
        "why": Region(0, y + quotes + price, width, why),
        "position": Region(0, y + quotes + price + why, width, position),
        "feeds": Region(0, body.bottom - 1, width, 1),
    }


class Board(Layout):
    """A Textual layout that places each widget by its id."""

    name = "board"

    def __init__(self, tape_rows: int = 0) -> None:
        """`tape_rows` are kept free above the keys, for the panel `tape`."""
        super().__init__()
        self.zoomed = ""
        self._tape_rows = tape_rows

    def plan(self, width: int, height: int) -> Plan:
        """The regions of the panels that are shown now."""
        regions = plan(width, height, self.zoomed)
        if not self._tape_rows or "keys" not in regions:
            return regions
        regions = plan(width, height - self._tape_rows, self.zoomed)
        if "keys" not in regions:  # without the rows of the tape the terminal is too small for panels
            return regions
        tape = {"tape": Region(0, height - 1 - self._tape_rows, width, self._tape_rows)}
        return regions | tape | {"keys": Region(0, height - 1, width, 1)}

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Placements for the children that the plan of this size shows."""
        regions = self.plan(size.width, size.height)
        return [
            WidgetPlacement(region, Offset(), Spacing(), child)
            for child in children
            if (region := regions.get(child.id or "")) is not None
        ]


class BoardScreen(Screen[None]):
    """The screen on which the panels stand. TCSS knows layouts by name only; this one it need not know."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board

    @property
    def layout(self) -> Layout:
        """The board, whatever the styles say."""
        return self.board

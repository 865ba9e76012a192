"""Where each panel stands: designed layouts for three sizes, one line for less, and one panel alone when zoomed."""

from typing import Final

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

SMALL: Final = (60, 16)
"""Below this many columns or rows there are a few rows of words."""

WORDS: Final = 5
"""How many of them at most."""

MEDIUM: Final = (110, 36)
LARGE: Final = (180, 50)

LEAST_PRICE: Final = 5
"""With fewer rows, frame and all, there is no chart."""

STRATEGIES: Final = 3
"""Lines of the strategies on a small screen; more of them are a zoom away."""

Plan = dict[str, Region]
"""Panel to region; a panel that is not in it is not shown."""


LIVE: Final = 6
"""Rows of the live account, which stands in the place of the paper account's limits."""


def plan(width: int, height: int, zoomed: str = "", *, live: bool = False) -> Plan:
    """The regions of the panels on a screen of this size; `zoomed` alone fills it, under the header.

    `live` makes room for the live account.
    """
    if width < SMALL[0] or height < SMALL[1]:
        return {"oneline": Region(0, 0, width, min(height, WORDS))}
    edges = {"header": Region(0, 0, width, 1), "keys": Region(0, height - 1, width, 1)}
    body = Region(0, 1, width, height - 2)
    if zoomed:
        return edges | {zoomed: body}
    if width >= LARGE[0] and height >= LARGE[1]:
        return edges | _large(body, live)
    if width >= MEDIUM[0] and height >= MEDIUM[1]:
        return edges | _medium(body, live)
    return edges | _small(body, live)


def _medium(body: Region, live: bool) -> Plan:
    """Two columns: price over the reasons and the log; the book over position, risk and latency."""
    health = Region(0, body.bottom - 1, body.width, 1)
    columns = body.height - 1
    left = body.width * 66 // 120
    right = body.width - left
    price = max(15, columns * 15 // 37)
    why, latency, risk = 6, 6, LIVE if live else 4
    book = price - 1
    position = columns - book - risk - latency
    return {
        "price": Region(0, body.y, left, price),
        "book": Region(left, body.y, right, book),
        "why": Region(0, body.y + price, left, why),
        "log": Region(0, body.y + price + why, left, columns - price - why),
        "position": Region(left, body.y + book, right, position),
        "live" if live else "risk": Region(left, body.y + book + position, right, risk),
        "latency": Region(left, health.y - latency, right, latency),
        "health": health,
    }


def _large(body: Region, live: bool) -> Plan:
    """Three columns: price, log and latency; book with depth and every gate; position, risk and the waterfall."""
    health = Region(0, body.bottom - 1, body.width, 1)
    rows = body.height - 1
    middle = max(66, body.width * 66 // 200)
    right = max(54, body.width * 60 // 200)
    left = body.width - middle - right
    top, latency = rows * 26 // 57, rows * 18 // 57
    risk, waterfall = 9, max(rows * 29 // 57, 25)
    return {
        "price": Region(0, body.y, left, top),
        "log": Region(0, body.y + top, left, rows - top - latency),
        "latency": Region(0, health.y - latency, left, latency),
        "book": Region(left, body.y, middle, top),
        "why": Region(left, body.y + top, middle, rows - top),
        "position": Region(left + middle, body.y, right, rows - risk - waterfall),
        "live" if live else "risk": Region(left + middle, health.y - waterfall - risk, right, risk),
        "waterfall": Region(left + middle, health.y - waterfall, right, waterfall),
        "health": health,
    }


def _small(body: Region, live: bool) -> Plan:
    """One column of lines around the chart; each panel is a zoom away."""
    width, y = body.width, body.y
    quotes, lines = 2, 1
    account = 1 if live else 0
    spare = body.height - quotes - STRATEGIES - lines - account - 1
    held = 3 if spare < 15 else 4 + min((spare - 15) // 3, 2)
    if spare > 24:
        lines += (spare - 24) // 2
    price = spare - held - (lines - 1)
    if price < LEAST_PRICE:
        price, held = 0, held + price
    why_at = y + quotes + price
    return {
        "quotes": Region(0, y, width, quotes),
        **({"price": Region(0, y + quotes, width, price)} if price else {}),
        "whylines": Region(0, why_at, width, STRATEGIES),
        **({"liveline": Region(0, why_at + STRATEGIES, width, account)} if live else {}),
        "held": Region(0, why_at + STRATEGIES + account, width, held),
        "last": Region(0, why_at + STRATEGIES + account + held, width, lines),
        "health": Region(0, body.bottom - 1, width, 1),
    }


class Board(Layout):
    """A Textual layout that places each widget by its id."""

    name = "board"

    def __init__(self, tape_rows: int = 0) -> None:
        """`tape_rows` are kept free above the keys, for the panel `tape`."""
        super().__init__()
        self.zoomed = ""
        self.live = False
        """The live account is open and has to be seen."""
        self.least = (SMALL[0], SMALL[1] + tape_rows)
        """Columns and rows from which on there are panels."""
        self._tape_rows = tape_rows

    def plan(self, width: int, height: int) -> Plan:
        """The regions of the panels that are shown now."""
        regions = plan(width, height, self.zoomed, live=self.live)
        if not self._tape_rows or "keys" not in regions:
            return regions
        regions = plan(width, height - self._tape_rows, self.zoomed, live=self.live)
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

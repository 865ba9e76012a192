"""What panels are made of: rows of cells, and the few ways in which numbers are written on them."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

from engine.coin import coin_places, coin_text
from engine.units import MONEY, SIZE

Cell = tuple[str, str]
"""Text and the name of its style, a key of STYLES."""

Row = tuple[Cell, ...]

STYLES: Final = (
    "text",  # ordinary values
    "label",  # quiet words beside them
    "bright",  # what the eye should meet
    "frame",  # borders
    "title",
    "up",  # the Up side, a rise
    "down",  # the Down side, a fall
    "good",  # live, filled, won
    "warn",  # late, near a limit
    "bad",  # dead, refused, lost
    "stale",  # a number that is too old to be believed
    "mark",  # strike line, own orders
    "mode",  # the badge: its colours change with the mode
)

NONE: Final = "–"
"""Stands where there is no number."""


def width_of(row: Row) -> int:
    """Columns that a row takes."""
    return sum([len(text) if text.isascii() else cell_len(text) for text, _ in row])


def fit(text: str, columns: int) -> str:
    """`text` in exactly `columns` columns: cut, or filled with blanks on the right."""
    return set_cell_size(text, max(columns, 0))


def clip(text: str, columns: int) -> str:
    """`text` in at most `columns` columns, with an ellipsis for what was cut."""
    if (len(text) if text.isascii() else cell_len(text)) <= columns:
        return text
    return set_cell_size(text, columns - 1).rstrip() + "…" if columns > 0 else ""


def clip_row(row: Row, columns: int) -> Row:
    """`row` in at most `columns` columns, with an ellipsis for what was cut."""
    if width_of(row) <= columns:
        return row
    kept: list[Cell] = []
    for text, style in row:
        kept.append((clip(text, columns), style))
        columns -= cell_len(text)
        if columns <= 0:
            break
    return tuple(kept)


def right(text: str, columns: int) -> str:
    """`text` in at least `columns` columns, filled on the left."""
    return " " * (columns - cell_len(text)) + text


def spread_row(left: Row, end: Row, columns: int) -> Row:
    """`left` and `end` at the two edges of a row of `columns`; what is too long is cut where they meet."""
    gap = columns - width_of(left) - width_of(end)
    return (*left, (" " * max(gap, 1), "text"), *end)


def leading(parts: Sequence[Row], columns: int, gap: str = "") -> Row:
    """The first parts that fit into `columns` together; the first one always, for something must be said."""
    return flow(parts, columns, gap)[0] if parts else ()


def flow(parts: Sequence[Row], columns: int, gap: str = "") -> list[Row]:
    """The parts in as many rows of `columns` as they take, with `gap` between those of one row."""
    rows: list[Row] = []
    taken = 0
    for part in parts:
        size = width_of(part)
        if rows and taken + len(gap) + size <= columns:
            rows[-1] = (*rows[-1], (gap, "text"), *part) if gap else (*rows[-1], *part)
            taken += len(gap) + size
        else:
            rows.append(part)
            taken = size
    return rows


def stacked(offers: Iterable[tuple[int, Sequence[Row]]], height: int) -> list[Row]:
    """Rows below each other by place. Offers of (place, rows) come in the order of importance.

    One that fits into what is left of `height` is taken, in place of what its place had before; the others are not.
    """
    taken: dict[int, Sequence[Row]] = {}
    left = height
    for place, rows in offers:
        more = len(rows) - len(taken.get(place, ()))
        if more <= left:
            taken[place] = rows
            left -= more
    return [row for place in sorted(taken) for row in taken[place]]


def columns_row(cells: Sequence[tuple[str, int, str]]) -> Row:
    """Cells of given widths: (text, width, style). A negative width sets the text to the right."""
    return tuple((right(text, -size) if size < 0 else fit(text, size), style) for text, size, style in cells)


def cents_of(dollars: float, signed: bool = False) -> str:
    """Dollars a share in cents to a tenth: `+8.6`."""
    text = f"{dollars * 100:+.1f}" if signed else f"{dollars * 100:.1f}"
    return text.replace("-", "−")


def usd(money: int, signed: bool = False) -> str:
    """Money units in dollars and cents: `$7.82`, `−$0.30`, `+$1.20`."""
    value = money / MONEY
    sign = "−" if value <= -0.005 else "+" if signed else ""
    return f"{sign}${abs(value):,.2f}"


def gain(money: int) -> Cell:
    """A gain or a loss in dollars, in its colour: `+$1.20`, `−$0.30`."""
    return usd(money, signed=True), gain_style(money)


def gain_style(money: int) -> str:
    """The style of a gain or a loss; the sign says the same."""
    return "good" if money > 0 else "bad" if money < 0 else "text"


def shares(size: int) -> str:
    """Size units in shares: whole ones from a hundred on, else to a tenth."""
    value = size / SIZE
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def whole(size: int) -> str:
    """Size units in whole shares, at most seven columns: `1,210`, `1.25 M`; `<1` for a part of one."""
    if size < SIZE:
        return "<1" if size else "0"
    return f"{size / SIZE:,.0f}" if size < 999_999 * SIZE else f"{size / SIZE / 1e6:.2f} M"


def coin(price: float) -> str:
    """A coin's price with the places that matter at its height: `83,758.02`, `2.18460`."""
    return coin_text(price)


def coin_change(change: float, price: float) -> str:
    """A change in a coin's price, with a sign and the places of `price`: `+46.90`, `−0.00120`."""
    return f"{change:+,.{coin_places(price)}f}".replace("-", "−")


def basis_points(fraction: float) -> str:
    """A fraction of the strike in basis points: `+5.6 bp`."""
    return f"{fraction * 10_000:+.1f} bp".replace("-", "−")


def clock(seconds: float) -> str:
    """Time left: `1:32`, `2:05:09`; `0:00` when it is over."""
    left = max(int(seconds), 0)
    hours, rest = divmod(left, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def moment(wall: int) -> str:
    """The time of day of a wall clock in ns, in UTC to the millisecond: `08:28:26.412`."""
    seconds, ms = divmod(wall // 1_000_000 % 86_400_000, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"


def time_of_day(ms: int) -> str:
    """A wall clock in ms as a window's start is told, in UTC: `20:12`, with seconds where there are some."""
    minutes, seconds = divmod(ms // 1000 % 86_400, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}" if seconds else f"{hours:02}:{minutes:02}"


def age(seconds: float | None) -> str:
    """How old: `0.03 s`, `4.2 s`, `3 m`; a dash for never."""
    if seconds is None:
        return NONE
    if seconds < 0.1:
        return f"{max(seconds, 0.0):.2f} s"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} m"


def took(us: float) -> str:
    """A duration: `18 µs`, `0.6 ms`, `204 ms`, `1.2 s`; a dash for none."""
    if us <= 0:
        return NONE
    if us < 1000:
        return f"{us:.0f} µs"
    if us < 1_000_000:
        return f"{us / 1000:.1f} ms" if us < 10_000 else f"{us / 1000:.0f} ms"
    return f"{us / 1e6:.1f} s"

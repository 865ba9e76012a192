"""The levels of one ladder as rows whose columns line up."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, gcd
from typing import Final

from engine.book import Ladder
from engine.units import UNKNOWN_SIZE
from widgets.cells import NONE, Cell, Row, whole

OWN: Final = "◆"
"""Marks what we hold, and the level at its average price."""

_SIZE_COLUMNS: Final = 8
_TOTAL_COLUMNS: Final = 9
_BAR_COLUMNS: Final = 14
_WORD_COLUMNS: Final = 5
"""Columns of a level's size, of the size down to it, of its bar at most, and of the word and mark behind it."""

_WITH_TOTALS: Final = 34
"""A ladder this wide has room for the size down to each level."""

_LEAST_BAR: Final = 3
"""A shorter bar says nothing."""

_TITLES: Final = ("size", "total")


class LevelColumns:
    """How the levels of one side stand below each other: price, size, size so far, bar, word, our mark."""

    __slots__ = ("_bar", "_most", "_own", "_places", "_price", "_style", "_totals", "_worded")

    def __init__(self, ladder: Ladder, width: int, style: str, prices: Sequence[int], own: int) -> None:
        grid = gcd(ladder.tick, *prices)
        self._places = 0 if grid % 100 == 0 else 1 if grid % 10 == 0 else 2
        self._price = 3 + self._places if self._places else 2
        self._totals = width >= _WITH_TOTALS
        left = width - self._price - _SIZE_COLUMNS - _WORD_COLUMNS - 2 - (_TOTAL_COLUMNS if self._totals else 0)
        self._bar = min(left, _BAR_COLUMNS) if left >= _LEAST_BAR else 0
        self._worded = left >= 0
        sizes = (ladder.asks.get(price) or ladder.bids.get(price, 0) for price in prices)
        self._most = max((size for size in sizes if size != UNKNOWN_SIZE), default=1)
        self._style = style
        self._own = own

    def titles(self) -> Row:
        """What the columns are."""
        text = f"{'¢':>{self._price}}{_TITLES[0]:>{_SIZE_COLUMNS}}"
        return ((f"{text}{_TITLES[1]:>{_TOTAL_COLUMNS}}" if self._totals else text, "label"),)

    def level(self, price: int, size: int, total: int, word: str, *, first: bool) -> Row:
        """One level; the best one of its side says which side that is."""
        cells: list[Cell] = [
            (f"{price / 100:{self._price}.{self._places}f}", "bright" if first else "text"),
            (size_text(size).rjust(_SIZE_COLUMNS), "text"),
        ]
        if self._totals:
            cells.append((size_text(total).rjust(_TOTAL_COLUMNS), "label"))
        if self._bar:
            length = 0 if size == UNKNOWN_SIZE else ceil(size * self._bar / self._most)
            cells.append((f" {'▇' * length:<{self._bar}}", self._style))
        if self._worded:
            cells.append((f" {word if first else '':<3}", "label"))
        if price == self._own:
            cells.append((OWN, "mark"))
        return tuple(cells)


def with_totals(prices: Iterable[int], sizes: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Price, size and the size of all levels up to it, from the best on."""
    total = 0
    levels: list[tuple[int, int, int]] = []
    for price in prices:
        total += sizes[price]
        levels.append((price, sizes[price], total))
    return levels


def size_text(size: int) -> str:
    """Whole shares; a dash where a recording kept no sizes."""
    return whole(size) if size < UNKNOWN_SIZE else NONE

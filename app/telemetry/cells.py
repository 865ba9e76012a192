"""Cells and lines of a CSV file: foreign text made harmless, then quoted where the format asks for it."""

import csv
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from feeds.text import clean

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell instead of showing it (OWASP, CSV injection), full-width forms included."""


@lru_cache(maxsize=512)  # names of strategies, sides and gates come thousands of times a window
def text_cell(value: str) -> str:
    """A text column: cleaned, and with a leading `'` where a spreadsheet would take it for a formula."""
    cell = clean(value)
    if value.lstrip(" ").startswith(_FORMULA):
        cell = "'" + cell
    if "," in cell or '"' in cell:
        cell = '"' + cell.replace('"', '""') + '"'
    return cell


def csv_line(cells: Iterable[str]) -> bytes:
    """One row. The cells are finished: numbers of our own making, or what `text_cell` returned."""
    return ",".join(cells).encode() + b"\n"


def split_line(line: bytes) -> list[str]:
    """The cells of one line that `csv_line` made; bytes that are no UTF-8 are replaced, never raised.

    A line that is no CSV at all has no cells.
    """
    try:
        return next(csv.reader([line.decode("utf-8", "replace")]), [])
    except csv.Error:
        return []

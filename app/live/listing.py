"""The venue's lists of our orders and trades, page after page, row by row."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from feeds.frames import UNREADABLE, refusal

FIRST_CURSOR: Final = "MA=="
LAST_CURSOR: Final = "LTE="
MOST_PAGES: Final = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """All rows of a list, and how many were refused by name (see `feeds.frames`): those may have been anything."""

    rows: tuple[Row, ...]
    refused: Mapping[str, int]

    @property
    def complete(self) -> bool:
        """Whether every row was read. Only then does what is not in it not exist."""
        return not self.refused


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its rows as they came, and where the next one begins."""

    rows: list[Any]
    next_cursor: str

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return self.next_cursor in ("", LAST_CURSOR)


def page_in(value: Any) -> Page | None:
    """The page in a decoded answer; None where it has another shape."""
    if not isinstance(value, dict):
        return None
    rows, cursor = value.get("data"), value.get("next_cursor")
    if rows is None and cursor == LAST_CURSOR:
        rows = []  # how an empty list may be written
    if not isinstance(rows, list) or not isinstance(cursor, str):
        return None
    return Page(rows, cursor)


def read_rows(rows: Iterable[Any], read: Callable[[Any], Iterable[Row]]) -> Listing[Row]:
    """`read` each row, and count the refusals."""
    taken: list[Row] = []
    refused: Counter[str] = Counter()
    for row in rows:
        try:
            taken += read(row)
        except UNREADABLE as error:
            refused[refusal(error)] += 1
    return Listing(tuple(taken), dict(refused))

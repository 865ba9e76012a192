"""When it may be said that the venue does not have an order: never because of one question, and never soon.

Orders that had timed out were seen to fill 40 s later. So it takes two looks some seconds apart, the later one a minute
after the order was sent, and in each of them every place where the order could be must have been read.
"""

from dataclasses import dataclass
from typing import Final

SPACING_NS: Final = 5_000_000_000
"""Looks that are closer together count as one."""

SURE_NS: Final = 60_000_000_000
"""Before so long after the sending nothing proves that an order does not exist."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look for an order found. `asked` (monotonic ns) is when the first of its reads began.

    `found` says whether the venue knows the order by its hash, None where that read failed; the other two, whether the
    open orders and the trades could be read to their end. What stood in them has been reported before the look is.
    """

    asked: int
    found: bool | None
    orders_read: bool
    trades_read: bool


class Absence:
    """Counts the looks in a row that found nothing of one order."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first: int | None = None
        self._last: int | None = None

    def note(self, look: Look) -> None:
        """Take in a look. One that found the order begins the count anew; one that could not read proves nothing."""
        if look.found:
            self.forget()
        elif look.found is not None and look.orders_read and look.trades_read:
            if self._first is None:
                self._first = look.asked
            self._last = look.asked

    def forget(self) -> None:
        """Something was heard of the order: what was not found before proves nothing any more."""
        self._first = self._last = None

    def proven(self, sent: int) -> bool:
        """Whether an order that was sent at `sent` (monotonic ns) is not there."""
        if self._first is None or self._last is None:
            return False
        return self._first >= sent and self._last - self._first >= SPACING_NS and self._last - sent >= SURE_NS

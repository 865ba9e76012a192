"""The book that everyone sees: the makers' levels, less what private orders took of them, plus those at rest in it.

The makers' own script never learns of private orders: it plays on as it would without them, so a demo in which
nobody trades is the same every time. What a private order takes from a level stays taken until the makers state a
new size for that level. At one price the makers stand first, then private orders in the order of their coming.
"""

from dataclasses import dataclass
from typing import Final

from app.demo.book import ASK, BID, DOLLAR, Book, Levels
from app.demo.makers import COARSE
from app.demo.windows import UP

HUNDREDTH: Final = 10_000
"""Millionths of a share in the makers' unit; private orders, and all that is shown, count millionths."""


@dataclass(slots=True, eq=False)
class Rest:
    """A private order at rest: on which side of Up's book, at which price, and how much of it is left."""

    order_id: str
    side: int
    price: int
    left: int


class Interest:
    """What private orders have changed in one book."""

    __slots__ = ("rests", "taken")

    def __init__(self) -> None:
        self.taken: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self.rests: tuple[dict[int, list[Rest]], dict[int, list[Rest]]] = ({}, {})

    def __bool__(self) -> bool:
        return any(self.taken) or any(self.rests)

    def add(self, rest: Rest) -> None:
        """An order comes to rest behind those of its price."""
        self.rests[rest.side].setdefault(rest.price, []).append(rest)

    def remove(self, rest: Rest) -> None:
        """It is gone: filled or cancelled. Removing twice does no harm."""
        queue = self.rests[rest.side].get(rest.price, [])
        if rest in queue:
            queue.remove(rest)
        if not queue:
            self.rests[rest.side].pop(rest.price, None)

    def at(self, side: int, price: int) -> list[Rest]:
        """The orders at rest at one price, first come first."""
        return list(self.rests[side].get(price, ()))

    def met_by(self, side: int, price: int) -> list[Rest]:
        """The orders on `side` that are worth at least `price` to who comes from the other side, best first."""
        queues = self.rests[side]
        worth = [each for each in queues if (each >= price if side == BID else each <= price)]
        return [rest for each in sorted(worth, reverse=side == BID) for rest in queues[each]]

    def forget(self) -> None:
        """The makers start afresh: nothing is taken any more."""
        for side in self.taken:
            side.clear()

    def clear(self) -> None:
        """The book is closed."""
        self.forget()
        for side in self.rests:
            side.clear()


class Shown:
    """The public side of one window's book, with its tick and the price of its last trade as Up sees it."""

    __slots__ = ("book", "interest", "last", "tick")

    def __init__(self) -> None:
        self.book = Book()
        self.interest = Interest()
        self.tick = COARSE
        self.last: int | None = None

    def makers(self, side: int, price: int) -> int:
        """What is left of the makers' level, in millionths of a share."""
        stated = self.book.sides[side].get(price, 0) * HUNDREDTH
        return max(stated - self.interest.taken[side].get(price, 0), 0)

    def size(self, side: int, price: int) -> int:
        """A level's whole size, in millionths of a share."""
        resting = sum(rest.left for rest in self.interest.rests[side].get(price, ()))
        return self.makers(side, price) + resting

    def state(self, side: int, price: int, taken: int) -> None:
        """The makers have stated a level's size anew, of which `taken` is gone at once."""
        if taken:
            self.interest.taken[side][price] = taken
        else:
            self.interest.taken[side].pop(price, None)

    def take(self, side: int, price: int, size: int) -> None:
        """Take that much from what is left of the makers' level."""
        if not size:
            return
        taken = self.interest.taken[side]
        taken[price] = taken.get(price, 0) + size

    def touch(self, outcome: int) -> tuple[int, int]:
        """Best bid and ask of an outcome; 0 and `DOLLAR` stand for none."""
        if not self.interest:
            return self.book.touch(outcome)
        bid = max(self._prices(BID), default=0)
        ask = min(self._prices(ASK), default=DOLLAR)
        return (bid, ask) if outcome == UP else (DOLLAR - ask, DOLLAR - bid)

    def levels(self, outcome: int) -> tuple[Levels, Levels]:
        """Bids ascending and asks descending as that outcome sees them; sizes in millionths of a share."""
        bids = [(price, self.size(BID, price)) for price in sorted(self._prices(BID))]
        asks = [(price, self.size(ASK, price)) for price in sorted(self._prices(ASK), reverse=True)]
        if outcome == UP:
            return bids, asks
        return [(DOLLAR - price, size) for price, size in asks], [(DOLLAR - price, size) for price, size in bids]

    def _prices(self, side: int) -> list[int]:
        stated = self.book.sides[side]
        if not self.interest:
            return list(stated)
        return [price for price in {*stated, *self.interest.rests[side]} if self.size(side, price)]

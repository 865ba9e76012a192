"""The demo's own flow: its takers and makers on one book's tape, and the private orders that they meet on their way.

What private orders take from the flow, or give to it, is on top: the makers' script stays what it is.
"""

from random import Random
from typing import NamedTuple

from app.demo.book import ASK, BID, BUY, DOLLAR, SELL
from app.demo.frame import Frame
from app.demo.shown import Rest, Shown
from app.demo.telling import Teller
from app.demo.windows import UP


class RestFill(NamedTuple):
    """A private order at rest was met by the flow, at its own price; `size` in millionths of a share."""

    rest: Rest
    size: int
    transaction: str


class Print(NamedTuple):
    """What is drawn for a trade before it is known what private orders make of it."""

    outcome: int
    transaction: str


def draw(random: Random) -> Print:
    """On which outcome's tape a trade stands, and its transaction."""
    return Print(random.randrange(2), f"0x{random.getrandbits(256):064x}")


class Flow:
    """One book's flow. `filled` are the private orders that it has met; whoever plays the book takes them from there.

    While it is `silent` it changes the book without a frame.
    """

    __slots__ = ("_shown", "_teller", "filled", "silent")

    def __init__(self, shown: Shown, teller: Teller) -> None:
        self.filled: list[RestFill] = []
        self.silent = False
        self._shown = shown
        self._teller = teller

    def tape(self, ns: int, drawn: Print, side: int, price: int, size: int) -> list[Frame]:
        """A trade at a price of `side`, on either outcome's tape: who buys Up at 8 cents, sells Down at 92."""
        if not size:
            return []
        self._shown.last = price
        if self.silent:
            return []
        seen = price if drawn.outcome == UP else DOLLAR - price
        action = BUY if (side == ASK) == (drawn.outcome == UP) else SELL
        return [self._teller.print(ns, drawn.outcome, seen, size, action, drawn.transaction)]

    def meet(self, ns: int, drawn: Print, side: int, price: int, size: int, *, better: bool) -> tuple[list[Frame], int]:
        """Who comes to `side` for `size` at no worse than `price` meets the private orders there: those at a better
        price, or those at that very price, behind the makers. The frames, and what is left of the size."""
        frames: list[Frame] = []
        for rest in self._shown.interest.met_by(side, price):
            part = min(rest.left, size)
            if part and (rest.price != price) == better:
                frames += self._fill(ns, drawn, rest, part)
                size -= part
        return frames, size

    def arrive(self, ns: int, side: int, price: int, size: int) -> tuple[list[Frame], int]:
        """A maker's order that crosses private ones takes from them first: the frames, and what of it is left."""
        if not self._shown.interest.met_by(1 - side, price):
            return [], size
        drawn = Print(UP, f"0x{price:04x}{ns:060x}")
        frames, left = self.meet(ns, drawn, 1 - side, price, size, better=True)
        at_price, left = self.meet(ns, drawn, 1 - side, price, left, better=False)
        return frames + at_price, left

    def uncross(self, ns: int) -> list[Frame]:
        """After a fresh start: the makers' new levels meet the private orders that they cross.

        Only the trades are told; whole books are about to follow.
        """
        frames: list[Frame] = []
        for side in (BID, ASK):
            for price in sorted(self._shown.book.sides[side], reverse=side == BID):
                size = self._shown.makers(side, price)
                met, left = self.arrive(ns, side, price, size)
                frames += [frame for frame in met if frame.kind == "last_trade_price"]
                self._shown.take(side, price, size - left)
        return frames

    def _fill(self, ns: int, drawn: Print, rest: Rest, size: int) -> list[Frame]:
        rest.left -= size
        if not rest.left:
            self._shown.interest.remove(rest)
        self.filled.append(RestFill(rest, size, drawn.transaction))
        frames = self.tape(ns, drawn, rest.side, rest.price, size)
        return [*frames, self._teller.levels(ns, [self._teller.level(ns, rest.side, rest.price)])]

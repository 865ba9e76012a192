"""The pessimistic lens: twice the latency, others in the queue first, and never a better price than the limit."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.book import Ladder
from engine.events import Print
from engine.orders import Order
from engine.paper import Taken
from engine.sizing import LOT
from engine.units import PRICE, UNKNOWN_SIZE


class Arrival(NamedTuple):
    """The asks up to the order's limit when it arrived, and how much had been printed at each of them till then."""

    asks: Mapping[int, int]
    printed: Mapping[int, int]


class Pessimist:
    """What one market's orders get if everybody else is faster.

    Of each level up to the limit an order gets the smaller of its size at arrival and a second later, less what
    was printed there in between: what was pulled was never meant, and what was sold was sold to others. It
    remembers what it took, as the paper venue does.
    """

    __slots__ = ("_printed", "_taken")

    def __init__(self) -> None:
        self._taken = Taken()
        self._printed: dict[tuple[int, int], int] = {}

    def see(self, trade: Print) -> None:
        """A taker bought here, or sold the other outcome to those who ask here: both books are one book."""
        level = (trade.outcome, trade.price) if trade.taker_buys else (1 - trade.outcome, PRICE - trade.price)
        self._printed[level] = self._printed.get(level, 0) + trade.size

    def arrive(self, order: Order, ladder: Ladder) -> Arrival:
        """Note what stands there; an unknown book has nothing."""
        outcome, left = order.outcome, self._taken.left
        asks = {price: left(outcome, price, size) for price, size in ladder.asks.items() if price <= order.price}
        return Arrival(asks, {price: self._printed.get((outcome, price), 0) for price in asks})

    def fill(self, order: Order, arrival: Arrival, ladder: Ladder) -> int:
        """A second later: the shares that the order gets, in size units, all at its limit."""
        wanted = order.size
        for price in sorted(arrival.asks):
            now = ladder.asks.get(price, 0)
            if arrival.asks[price] == UNKNOWN_SIZE and ladder.best_ask <= price:
                now = UNKNOWN_SIZE  # a recording of best prices alone: behind a better ask this one still stands
            firm = min(arrival.asks[price], self._taken.left(order.outcome, price, now))
            sold = self._printed.get((order.outcome, price), 0) - arrival.printed[price]
            size = min(max(firm - sold, 0), wanted) // LOT * LOT
            if size:
                self._taken.take(order.outcome, price, now, size)
                wanted -= size
        return order.size - wanted

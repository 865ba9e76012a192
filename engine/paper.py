"""Paper fills: the order meets the book that exists when it would arrive, not the one it was decided on."""

from typing import Final

from engine.book import Ladder
from engine.events import Ack, Fill
from engine.fees import taker_fee
from engine.market import Market
from engine.orders import Order, OrderStatus
from engine.sizing import LOT
from engine.units import UNKNOWN_SIZE

NO_MATCH: Final = "no orders found to match with FAK order"
BOOK_UNKNOWN: Final = "book unknown at arrival"
"""Why nothing was filled: in the venue's own words, and where it could not be known."""


class Taken:
    """What paper orders took from each level, which the venue knows nothing of.

    A level is whole again only when the venue states a new size for it. Otherwise ten orders could buy the same
    shares ten times.
    """

    __slots__ = ("_levels",)

    def __init__(self) -> None:
        self._levels: dict[tuple[int, int], tuple[int, int]] = {}

    def left(self, outcome: int, price: int, size: int) -> int:
        """What is left of a level that the venue says holds `size`."""
        seen, taken = self._levels.get((outcome, price), (0, 0))
        return size - taken if seen == size and size != UNKNOWN_SIZE else size

    def take(self, outcome: int, price: int, size: int, amount: int) -> None:
        """Take `amount` from a level that the venue says holds `size`."""
        self._levels[(outcome, price)] = (size, size - self.left(outcome, price, size) + amount)


class PaperVenue:
    """Matches fill-and-kill buys against one market's books, taking each share once."""

    __slots__ = ("_market", "_taken")

    def __init__(self, market: Market) -> None:
        self._market = market
        self._taken = Taken()

    def match(self, order: Order, ladder: Ladder, mono: int, wall: int) -> tuple[list[Fill], Ack]:
        """Walk the asks up to the order's limit, spending its budget; a better price buys more shares.

        Returns a fill a level, cheapest first, each with its fee, and the ack that ends the order.
        """
        if ladder.why_invalid:
            return [], self._ack(order, OrderStatus.NONE, f"{BOOK_UNKNOWN}: {ladder.why_invalid}", mono, wall)
        if wall >= self._market.end_ms * 1_000_000:
            return [], self._ack(order, OrderStatus.REJECTED, "arrived after the window's end", mono, wall)
        fills: list[Fill] = []
        budget = order.budget
        for price in sorted(price for price in ladder.asks if price <= order.price):
            size = min(self._taken.left(order.outcome, price, ladder.asks[price]), budget // price) // LOT * LOT
            if size <= 0:
                continue
            budget -= size * price
            self._taken.take(order.outcome, price, ladder.asks[price], size)
            fills.append(self._fill(order, price, size, len(fills) + 1, mono, wall))
        if not fills:
            return [], self._ack(order, OrderStatus.NONE, NO_MATCH, mono, wall)
        full = budget < order.price * LOT
        return fills, self._ack(order, OrderStatus.FILLED if full else OrderStatus.PARTIAL, "", mono, wall)

    def _fill(self, order: Order, price: int, size: int, number: int, mono: int, wall: int) -> Fill:
        fee = taker_fee(self._market.fee, price, size)
        trade_id = f"{order.order_id}.{number}"
        return Fill(mono, wall, order.order_id, order.strategy, order.outcome, price, size, fee, trade_id)

    def _ack(self, order: Order, status: OrderStatus, reason: str, mono: int, wall: int) -> Ack:
        return Ack(mono, wall, order.order_id, order.strategy, order.outcome, status, reason)

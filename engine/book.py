"""One outcome's order book, kept from snapshots and deltas."""

from collections.abc import Mapping

from engine.units import NO_ASK, NO_BID, UNKNOWN_SIZE


class Ladder:
    """Bids and asks of one outcome: price units to size units, with the best of each side at hand.

    A ladder is valid from a snapshot of the present connection until that connection is lost, the price grid
    changes or the venue's own best prices contradict it. While it is not, it is empty, so that nothing can
    be decided on what it used to say; `why_invalid` tells the reason.
    """

    __slots__ = (
        "asks",
        "best_ask",
        "best_bid",
        "bids",
        "crossed_since",
        "doubts",
        "mono",
        "tick",
        "why_invalid",
    )

    def __init__(self, tick: int) -> None:
        self.tick = tick
        self.mono = 0
        """When the venue last told or confirmed something of this book (monotonic ns)."""
        self.crossed_since = 0
        """When the bid reached the ask (monotonic ns), 0 while it is below."""
        self.invalidate("no snapshot yet")

    @property
    def valid(self) -> bool:
        """Whether the book may be traded on."""
        return not self.why_invalid

    @property
    def crossed(self) -> bool:
        """A bid at or above the ask: the book is in between two states, or wrong."""
        return self.best_bid >= self.best_ask

    def invalidate(self, why: str) -> None:
        """Forget every level; only a snapshot helps."""
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}
        self.best_bid = NO_BID
        self.best_ask = NO_ASK
        self.doubts = 0
        self.why_invalid = why
        self.crossed_since = 0

    def replace(self, bids: Mapping[int, int], asks: Mapping[int, int], tick: int, mono: int) -> None:
        """Take a snapshot; `tick` 0 leaves the price grid as it was."""
        self.bids = dict(bids)
        self.asks = dict(asks)
        self.best_bid = max(bids, default=NO_BID)
        self.best_ask = min(asks, default=NO_ASK)
        self.tick = tick or self.tick
        self.doubts = 0
        self.why_invalid = ""
        self.touch(mono)

    def set_bid(self, price: int, size: int) -> None:
        """Set a bid level to its new absolute size; 0 removes it."""
        if size:
            self.bids[price] = size
            if price > self.best_bid:
                self.best_bid = price
        elif self.bids.pop(price, 0) and price == self.best_bid:
            self.best_bid = max(self.bids, default=NO_BID)

    def set_ask(self, price: int, size: int) -> None:
        """Set an ask level to its new absolute size; 0 removes it."""
        if size:
            self.asks[price] = size
            if price < self.best_ask:
                self.best_ask = price
        elif self.asks.pop(price, 0) and price == self.best_ask:
            self.best_ask = min(self.asks, default=NO_ASK)

    def remove(self, price: int, is_bid: bool) -> None:
        """Remove a level of one side."""
        if is_bid:
            self.set_bid(price, 0)
        else:
            self.set_ask(price, 0)

    def set_top(self, bid: int, ask: int, mono: int) -> None:
        """Take best prices alone, sizes unknown: for recordings that kept no more."""
        self.bids = {bid: UNKNOWN_SIZE} if bid != NO_BID else {}
        self.asks = {ask: UNKNOWN_SIZE} if ask != NO_ASK else {}
        self.best_bid = bid
        self.best_ask = ask
        self.why_invalid = ""
        self.touch(mono)

    def confirm(self, bid: int, ask: int) -> bool:
        """Compare with the venue's own best prices; two contradictions in a row make the book invalid."""
        if bid == self.best_bid and ask == self.best_ask:
            self.doubts = 0
            return True
        self.doubts += 1
        if self.doubts >= 2:
            self.invalidate("best prices contradict the venue's")
        return False

    def still(self) -> "Ladder":
        """The book as it is at this instant, which no event changes any more."""
        still = Ladder(self.tick)
        still.mono, still.crossed_since, still.why_invalid = self.mono, self.crossed_since, self.why_invalid
        still.bids, still.asks = dict(self.bids), dict(self.asks)
        still.best_bid, still.best_ask, still.doubts = self.best_bid, self.best_ask, self.doubts
        return still

    def touch(self, mono: int) -> None:
        """The venue spoke of this book at `mono`."""
        self.mono = mono
        if self.best_bid < self.best_ask:
            self.crossed_since = 0
        elif not self.crossed_since:
            self.crossed_since = mono

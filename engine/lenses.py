"""Every paper order filled at once under several assumptions: how much of a profit hangs on how it is filled?

`instant` fills whole at the limit, at once and for nothing, as a naive backtest does. `realistic` is what the position
follows: latency and the venue's hold, then a walk through the book with fees. `pessimistic` doubles the latency and
lets everybody else go first. A ladder of latencies fills the same decision as `realistic` would at each of them.

The lenses look at the book at instants of their own and change nothing: position and decisions are none of theirs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from heapq import heappop, heappush, heapreplace
from itertools import chain
from typing import Final, NamedTuple

from engine.book import Ladder
from engine.events import Fill, Print
from engine.fees import taker_fee
from engine.limits import Limits
from engine.market import Market
from engine.markout import HORIZONS_S, twice_middle
from engine.orders import Order
from engine.paper import PaperVenue
from engine.pessimist import Arrival, Pessimist
from engine.score import LensFill, MarketScore
from engine.waterfall import Leg, fair_units

INSTANT: Final = "instant"
REALISTIC: Final = "realistic"
PESSIMISTIC: Final = "pessimistic"
LADDER_MS: Final = (0, 50, 100, 250, 500, 1000)
"""Latencies of the ladder; the hold comes on top of each."""

LADDER: Final = tuple(f"ladder_{ms}" for ms in LADDER_MS)
LENSES: Final = tuple(chain((INSTANT, REALISTIC, PESSIMISTIC), LADDER))

NEVER: Final = 2**63 - 1
SECOND: Final = 1_000_000_000
FIRM_NS: Final = SECOND
"""So long a level must stand for the pessimist to believe in it."""


class Bought(NamedTuple):
    """What the position got of an order: shares and their cost before the fee."""

    size: int
    cost: int


class Study:
    """One order under the lenses, and how far they have come with it."""

    __slots__ = ("arrival", "bought", "done", "middle", "order")

    def __init__(self, order: Order, middle: int) -> None:
        self.order = order
        self.middle = middle
        """Twice the book's middle when the order was decided, in price units."""
        self.done = 0
        """How many of its looks have been taken."""
        self.arrival: Arrival | None = None
        self.bought: Bought | None = None


Look = tuple[int, Callable[[Study, int], None]]
"""(nanoseconds after the order, what to do then); the second argument is the wall clock."""


class Lenses:
    """The studies of one market's orders. `due` is when the next look at the book is due (monotonic ns)."""

    def __init__(
        self, market: Market, limits: Limits, ladders: Sequence[Ladder], tell: Callable[[LensFill], None]
    ) -> None:
        self.due = NEVER
        self.score = MarketScore()
        self._market = market
        self._ladders = ladders
        self._tell = tell
        self._end_ns = market.end_ms * 1_000_000
        self._pessimist = Pessimist()
        self._latency_ns = limits.latency_ns + limits.hold_ns
        self._late_ns = 2 * limits.latency_ns + limits.hold_ns
        self._looks = self._schedule(limits.hold_ns)
        self._first_ns = self._looks[0][0]
        self._queue: list[tuple[int, int, Study]] = []
        """A heap: when the next look of a study is due, and which study it is, by number."""
        self._unanswered: dict[str, Study] = {}
        self._opened = 0

    def _schedule(self, hold_ns: int) -> tuple[Look, ...]:
        """The looks at an order's book in their order; those of one instant stand as they are listed here."""
        looks: list[Look] = [(self._late_ns, self._arrive_late), (self._late_ns + FIRM_NS, self._fill_late)]
        for ms, lens in zip(LADDER_MS, LADDER, strict=True):
            latency_ns = ms * 1_000_000 + hold_ns
            looks.append((latency_ns, partial(self._rung, lens, latency_ns, PaperVenue(self._market))))
        for horizon, seconds in enumerate(HORIZONS_S):
            looks.append((self._latency_ns + seconds * SECOND, partial(self._markout, horizon)))
        return tuple(sorted(looks, key=lambda look: look[0]))

    def open(self, order: Order) -> None:
        """An order was decided on the book as it is now. Where nobody bids its ask stands for the bid."""
        study = Study(order, order.price + (self._ladders[order.outcome].best_bid or order.price))
        self._unanswered[order.order_id] = study
        self._opened += 1
        heappush(self._queue, (order.mono + self._first_ns, self._opened, study))
        self.due = self._queue[0][0]

    def see(self, trade: Print) -> None:
        """A trade of the venue."""
        self._pessimist.see(trade)

    def answer(self, order: Order, fills: Sequence[Fill]) -> None:
        """The order met the book, and `fills` are the position's."""
        score, fee = self.score, sum(fill.fee for fill in fills)
        bought = Bought(sum(fill.size for fill in fills), sum(fill.price * fill.size for fill in fills))
        study = self._unanswered.pop(order.order_id)
        self._say(order, INSTANT, 0, order.price * order.size, order.size, 0)
        self._say(order, REALISTIC, self._latency_ns, bought.cost, bought.size, fee)
        if not fills:
            return
        study.bought = bought
        met = self._ladders[order.outcome].best_ask
        facts = (order.strategy, order.outcome, fair_units(order), study.middle, order.price, met)
        score.legs.append(Leg(*facts, *bought, fee))

    def look(self, mono: int, wall: int) -> None:
        """Take every look that is due at `mono`, the orders in their order."""
        looks, queue = self._looks, self._queue
        while queue and queue[0][0] <= mono:
            _, number, study = queue[0]
            looks[study.done][1](study, wall)
            study.done += 1
            if study.done < len(looks):
                heapreplace(queue, (study.order.mono + looks[study.done][0], number, study))
            else:
                heappop(queue)
        self.due = queue[0][0] if queue else NEVER

    def _arrive_late(self, study: Study, wall: int) -> None:
        if wall < self._end_ns:
            study.arrival = self._pessimist.arrive(study.order, self._ladders[study.order.outcome])

    def _fill_late(self, study: Study, wall: int) -> None:
        order, arrival, size = study.order, study.arrival, 0
        if arrival is not None:
            size = self._pessimist.fill(order, arrival, self._ladders[order.outcome])
        fee = taker_fee(self._market.fee, order.price, size)
        self._say(order, PESSIMISTIC, self._late_ns, order.price * size, size, fee)

    def _rung(self, lens: str, latency_ns: int, venue: PaperVenue, study: Study, wall: int) -> None:
        """A lens has a venue of its own: what one rung takes is not missing from another's book."""
        order = study.order
        fills, _ = venue.match(order, self._ladders[order.outcome], order.mono + latency_ns, wall)
        cost, size = sum(fill.price * fill.size for fill in fills), sum(fill.size for fill in fills)
        self._say(order, lens, latency_ns, cost, size, sum(fill.fee for fill in fills))

    def _markout(self, horizon: int, study: Study, wall: int) -> None:
        middle = twice_middle(self._ladders[study.order.outcome])
        if study.bought is not None and middle is not None:
            self.score.mark(study.order.strategy, horizon, middle, *study.bought)

    def _say(self, order: Order, lens: str, latency_ns: int, cost: int, size: int, fee: int) -> None:
        fill = LensFill(order.order_id, order.strategy, order.outcome, lens, latency_ns, cost, size, fee)
        self.score.fills.append(fill)
        self._tell(fill)

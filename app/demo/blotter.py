"""The blotter: every private order and match that there was, and what its holder is told of it."""

from collections.abc import Callable

from app.demo.accounts import CASH, Account
from app.demo.fees import cost
from app.demo.house import HouseRules
from app.demo.matches import Match
from app.demo.orders import LIVE, MATCHED, Order
from app.demo.settling import Settling
from app.demo.trouble import Trouble
from app.demo.user_channel import UserChannel
from app.demo.user_frames import order_event, trade_event


class Blotter:
    """All orders by their id, those that are open, and all matches, oldest first."""

    def __init__(
        self, seed: int, house: HouseRules, trouble: Trouble, now_ms: Callable[[], int], channel: UserChannel
    ) -> None:
        self.orders: dict[str, Order] = {}
        self.open: dict[str, Order] = {}
        self.matches: list[Match] = []
        self._now_ms = now_ms
        self._channel = channel
        self._settling = Settling(seed, house, trouble, now_ms, self._tell_match)

    def reserved(self, account: Account, asset: str) -> int:
        """What an account's open orders have set aside of an asset."""
        mine = [order for order in self.open.values() if order.account is account]
        if asset == CASH:
            return sum(cost(order.left, order.price) for order in mine if order.buys)
        return sum(order.left for order in mine if not order.buys and order.token == asset)

    def add(self, order: Order) -> None:
        """An order was taken."""
        self.orders[order.order_id] = order

    def place(self, order: Order) -> None:
        """It came to rest."""
        order.status = LIVE
        self.open[order.order_id] = order
        self.tell(order, "PLACEMENT", order.status)

    def end(self, order: Order, status: str) -> None:
        """It has ended without being filled, or without the rest of it; `status` is what is told."""
        order.status = status
        self.open.pop(order.order_id, None)
        self.tell(order, "CANCELLATION", status)

    def book(self, match: Match) -> None:
        """A match came about: it counts for its orders, its settlement begins, and everyone in it is told."""
        self.matches.append(match)
        self._settling.begin(match)
        for leg in match.legs:
            if leg.order is not None:
                leg.order.matched += leg.size
                leg.order.trades.append(match.trade_id)
        self._tell_match(match)
        for leg in match.makers:
            if leg.order is not None:
                self.filled(leg.order, whole=leg.order.matched >= leg.order.size)

    def filled(self, order: Order, *, whole: bool) -> None:
        """Tell that an order was met, as a whole or in part."""
        if whole:
            order.status = MATCHED
            self.open.pop(order.order_id, None)
        self.tell(order, "UPDATE", MATCHED if whole else LIVE)

    def tell(self, order: Order, kind: str, status: str) -> None:
        """Send an order's event."""
        self._channel.tell(order.key.key, order_event(order, kind, status, self._now_ms()))

    def _tell_match(self, match: Match) -> None:
        for leg in match.legs:
            if leg.order is not None:
                owner = leg.order.key.key
                taker = leg is match.taker
                self._channel.tell(owner, trade_event(match, owner, taker=taker, ms=self._now_ms()))

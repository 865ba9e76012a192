"""The limits of one market, over all strategies: cooldown, order count, position."""

from engine.limits import Limits
from engine.position import Position
from engine.signal import Gate
from engine.units import MONEY


class Risk:
    """Counts what was sent. An order counts and starts the cooldown when it is dispatched, filled or not."""

    __slots__ = ("_limits", "_reserves", "cooldown_until", "orders", "reserved")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._reserves: dict[str, int] = {}
        self.orders = 0
        self.reserved = 0
        """Money units that orders on their way may still spend, fees included."""
        self.cooldown_until = 0
        """Monotonic ns."""

    def check(self, mono: int, position: Position) -> Gate | None:
        """The first limit in the way, or None: cooldown in seconds, then orders, then dollars."""
        limits = self._limits
        if mono < self.cooldown_until:
            return ("cooldown", (self.cooldown_until - mono) / 1e9, 0.0)
        if self.orders >= limits.max_orders:
            return ("orders", self.orders, limits.max_orders)
        if self.room(position) <= 0:
            return ("position", (position.spent + self.reserved) / MONEY, limits.max_position / MONEY)
        return None

    def room(self, position: Position) -> int:
        """What may still be spent in this market, fees included, in money units."""
        return self._limits.max_position - position.spent - self.reserved

    def commit(self, order_id: str, reserve: int, mono: int) -> None:
        """An order left: count it, start the cooldown, hold its money back."""
        self.orders += 1
        self.cooldown_until = mono + self._limits.cooldown_ns
        self._reserves[order_id] = reserve
        self.reserved += reserve

    def spend(self, order_id: str, amount: int) -> None:
        """A fill turned part of the reserve into position."""
        part = min(amount, self._reserves.get(order_id, 0))
        if part:
            self._reserves[order_id] -= part
            self.reserved -= part

    def release(self, order_id: str) -> None:
        """The order ended: what it did not spend is free again."""
        self.reserved -= self._reserves.pop(order_id, 0)

    @property
    def in_flight(self) -> int:
        """Orders that have not ended."""
        return len(self._reserves)

    def restore(self, orders: int, cooldown_until: int) -> None:
        """Take over what an earlier run of the same window had counted."""
        self.orders = orders
        self.cooldown_until = cooldown_until

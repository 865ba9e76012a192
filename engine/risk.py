"""The limits of one market, over all strategies: cooldown, order count, position, and what the account allows."""

from collections.abc import Mapping

from engine.limits import Limits
from engine.position import Position
from engine.signal import Gate
from engine.units import MONEY


class Risk:
    """Counts what was sent. An order counts and starts the cooldown when it is dispatched, filled or not."""

    __slots__ = ("_factor", "_left", "_limits", "_reserves", "allowance", "cooldown_until", "orders", "reserved")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._reserves: dict[str, int] = {}
        self.orders = 0
        self.reserved = 0
        """Money units that orders on their way may still spend, fees included."""
        self.cooldown_until = 0
        """Monotonic ns."""
        self.allowance: int | None = None
        """What the account lets this market commit from now on, in money units; None where no account is asked."""
        self._factor = 1
        self._left: int | None = None

    def check(self, mono: int, position: Position) -> Gate | None:
        """The first limit in the way, or None: cooldown in seconds, orders, then dollars here and of the account."""
        limits = self._limits
        if mono < self.cooldown_until:
            return ("cooldown", (self.cooldown_until - mono) / 1e9, 0.0)
        if self.orders >= limits.max_orders:
            return ("orders", self.orders, limits.max_orders)
        committed = position.spent + self.reserved
        if committed >= limits.max_position:
            return ("position", committed / MONEY, limits.max_position / MONEY)
        if self.allowance is not None and self.allowance <= 0:
            return ("allowance", self.allowance / MONEY, 0.0)
        return None

    def room(self, position: Position) -> int:
        """What may still be spent in this market, fees included, in money units."""
        room = self._limits.max_position - position.spent - self.reserved
        return room if self.allowance is None else min(room, self.allowance)

    def commit(self, order_id: str, reserve: int, mono: int) -> None:
        """An order left: count it, start the cooldown, hold its money back.

        The allowance shrinks by it, and does not grow when the order ends: only the account can say what is free then.
        """
        self.orders += 1
        self._left = mono
        self.cooldown_until = mono + self._limits.cooldown_ns * self._factor
        self._reserves[order_id] = reserve
        self.reserved += reserve
        if self.allowance is not None:
            self.allowance -= reserve

    def slow_down(self, factor: int) -> None:
        """From the last order on the cooldown is `factor` times what the limits say."""
        if factor != self._factor:
            self._factor = factor
            if self._left is not None:
                self.cooldown_until = self._left + self._limits.cooldown_ns * factor

    def spend(self, order_id: str, amount: int) -> None:
        """A fill turned part of the reserve into position; one that is taken back gives nothing back to the reserve."""
        part = min(amount, self._reserves.get(order_id, 0))
        if part > 0:
            self._reserves[order_id] -= part
            self.reserved -= part

    def hold(self, order_id: str, reserve: int) -> None:
        """An order that had ended has not: hold its money back once more, and count nothing a second time."""
        self.reserved += reserve - self._reserves.get(order_id, 0)
        self._reserves[order_id] = reserve

    def release(self, order_id: str) -> None:
        """The order ended: what it did not spend is free again."""
        self.reserved -= self._reserves.pop(order_id, 0)

    @property
    def in_flight(self) -> int:
        """Orders that have not ended."""
        return len(self._reserves)

    @property
    def reserves(self) -> Mapping[str, int]:
        """What each order that has not ended may still spend, in money units."""
        return self._reserves

    def restore(self, orders: int, cooldown_until: int, reserves: Mapping[str, int] | None = None) -> None:
        """Take over what an earlier run of the window had counted, and held back for orders that have not ended."""
        self.orders = orders
        self.cooldown_until = cooldown_until
        if orders:
            self._left = cooldown_until - self._limits.cooldown_ns * self._factor
        if reserves is not None:
            self._reserves = dict(reserves)
            self.reserved = sum(reserves.values())

"""What a live engine takes over when its session begins in the middle of things: what its market has come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.engine import Engine
from engine.events import Fill


@dataclass(frozen=True, slots=True)
class Carried:
    """Money in money units, times in ns; all empty for a market of which nothing is known."""

    orders: tuple[str, ...] = ()
    """The strategy of each order that was sent, or was to be, in their order."""
    fills: tuple[Fill, ...] = ()
    """All that was booked, what was taken back included."""
    cooldown_until: int = 0
    """Monotonic."""
    reserves: Mapping[str, int] = field(default_factory=dict)
    """What each order that has not ended may still spend, by its id."""

    def restore(self, engine: Engine) -> None:
        """Give it to an engine that has seen nothing yet."""
        for fill in self.fills:
            engine.position.add(fill)
        for strategy in self.orders:
            engine.position.of(strategy).orders += 1
            engine.position.total.orders += 1
        engine.risk.restore(len(self.orders), self.cooldown_until, self.reserves)

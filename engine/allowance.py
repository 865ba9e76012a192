"""Sums over all markets of an account: what they may commit together, and what the day may lose."""

from typing import Final

DAY_NS: Final = 86_400_000_000_000


class Allowances:
    """Hands each market its allowance. `exposure` and `daily_loss` are limits in money units.

    What a day has lost is counted where it became known: a market belongs to the UTC day in which it was settled first.
    """

    __slots__ = ("_day_of", "_nets", "daily_loss", "exposure")

    def __init__(self, exposure: int, daily_loss: int) -> None:
        self.exposure = exposure
        self.daily_loss = daily_loss
        self._nets: dict[int, dict[str, int]] = {}
        self._day_of: dict[str, int] = {}

    def allowance(self, exposed: int, room: int) -> int:
        """What a market with `room` left of its own may commit where all markets together are `exposed`."""
        return max(min(self.exposure - exposed, room), 0)

    def settled(self, condition_id: str, net: int, wall: int) -> None:
        """A market was settled, or settled anew since a trade of it came late or failed."""
        day = self._day_of.setdefault(condition_id, wall // DAY_NS)
        self._nets.setdefault(day, {})[condition_id] = net

    def net(self, wall: int) -> int:
        """What the UTC day of `wall` (ns) has brought so far, in money units."""
        return sum(self._nets.get(wall // DAY_NS, {}).values())

    def lost(self, wall: int) -> bool:
        """Whether that day has lost as much as a day may."""
        return -self.net(wall) >= self.daily_loss

"""Whether this machine's wall clock can be believed.

Windows, cut-offs and the strike hang on wall time. Two things betray a bad clock: it jumps against the
monotonic one, or trades arrive before they happened.
"""

from typing import Final

STEP_NS: Final = 1_000_000_000
"""A jump of the wall clock against the monotonic one that is believed to be a step, not a drift."""

STEP_DISTRUST_NS: Final = 10_000_000_000
"""How long a clock that stepped is distrusted."""

AHEAD_LIMIT_MS: Final = 2_000
"""A trade this far in the future of our clock means that our clock is slow."""


class ClockWatch:
    """Follows the two clocks from event to event."""

    __slots__ = ("_offset", "behind_ms", "distrust_until", "steps")

    def __init__(self) -> None:
        self._offset: int | None = None
        self.steps = 0
        self.distrust_until = 0
        self.behind_ms = 0
        """How far the exchange's last trade time was ahead of our wall clock, in ms; 0 where it was not."""

    def see(self, mono: int, wall: int) -> None:
        """Compare the clocks; called on ticks and before an order, not on every frame."""
        offset = wall - mono
        if self._offset is not None and abs(offset - self._offset) > STEP_NS:
            self.steps += 1
            self.distrust_until = mono + STEP_DISTRUST_NS
        self._offset = offset

    def distrust(self, mono: int) -> tuple[str, float, float] | None:
        """The gate that a bad clock closes, or None: (name, value in seconds, limit in seconds)."""
        if mono < self.distrust_until:
            return ("clock_step", (self.distrust_until - mono) / 1e9, 0.0)
        if self.behind_ms > AHEAD_LIMIT_MS:
            return ("clock_behind", self.behind_ms / 1e3, AHEAD_LIMIT_MS / 1e3)
        return None

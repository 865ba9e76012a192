"""Whether this machine's wall clock can be believed.

Windows, cut-offs and the strike hang on wall time. Three things betray a bad clock: it jumps against the monotonic one,
trades arrive before they happened, or the venue's own clock says something else.
"""

from typing import Final

from engine.events import VenueClock

STEP_NS: Final = 1_000_000_000
"""A jump of the wall clock against the monotonic one that is believed to be a step, not a drift."""

STEP_DISTRUST_NS: Final = 10_000_000_000
"""How long a clock that stepped is distrusted."""

AHEAD_LIMIT_MS: Final = 2_000
"""A trade this far in the future of our clock means that our clock is slow."""

VENUE_LIMIT_MS: Final = 2_000
"""Our clock must not be further than this from the venue's, either way. Only what is surely so counts."""


class ClockWatch:
    """Follows the two clocks from event to event."""

    __slots__ = ("_offset", "behind_ms", "distrust_until", "steps", "venue_ms")

    def __init__(self) -> None:
        self._offset: int | None = None
        self.steps = 0
        self.distrust_until = 0
        self.behind_ms = 0
        """How far the exchange's last trade time was ahead of our wall clock, in ms; 0 where it was not."""
        self.venue_ms = 0
        """How far our clock is ahead of the venue's at least, in ms; 0 where no difference can be seen."""

    def on_venue(self, compared: VenueClock) -> None:
        """Take a comparison with the venue's clock; it holds until the next one."""
        self.venue_ms = compared.ahead_ms

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
        if abs(self.venue_ms) > VENUE_LIMIT_MS:
            return ("clock_offset", abs(self.venue_ms) / 1e3, VENUE_LIMIT_MS / 1e3)
        return None

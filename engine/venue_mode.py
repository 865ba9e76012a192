"""Which orders the venue takes, as far as its answers betray, and for how long that is believed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.execution import VenueMode

BELIEVED_S: Final[Mapping[VenueMode, float]] = MappingProxyType(
    {
        VenueMode.RESTARTING: 90.0,
        VenueMode.POST_ONLY: 120.0,
        VenueMode.CANCEL_ONLY: 60.0,
        VenueMode.DISABLED: 60.0,
    }
)
"""How long each restriction is believed where the venue does not say. Nothing tells its end but an order that is taken:
so one is tried then, and a refusal for the same reason is certain, costs nothing, and starts the time anew."""


class VenueWatch:
    """The venue's mode. A restart is followed by its post-only phase, in which a taker waits as well."""

    __slots__ = ("mode", "until")

    def __init__(self) -> None:
        self.mode = VenueMode.NORMAL
        self.until = 0
        """Monotonic ns until which the mode is believed; 0 for NORMAL."""

    def said(self, mode: VenueMode, mono: int, retry_after_s: float = 0.0) -> bool:
        """The venue betrayed its mode; whether it is another one than was known."""
        changed = mode is not self.mode
        self.mode = mode
        after_s = max(retry_after_s, 0.0) or BELIEVED_S.get(mode, 0.0)
        self.until = mono + round(after_s * 1e9) if mode is not VenueMode.NORMAL else 0
        return changed

    def tick(self, mono: int) -> bool:
        """Time passes; whether the mode is another one now."""
        if self.mode is VenueMode.NORMAL or mono < self.until:
            return False
        after = VenueMode.POST_ONLY if self.mode is VenueMode.RESTARTING else VenueMode.NORMAL
        return self.said(after, mono)

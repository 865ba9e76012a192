"""What a link knows of itself, in numbers and in one word."""

from dataclasses import dataclass


@dataclass(slots=True)
class LinkHealth:
    """Written in place by the link, read by whoever draws it. Times are monotonic ns, 0 for never."""

    up: bool = False
    epoch: int = 0
    """Number of the newest connection; each has its own."""
    last_data: int = 0
    """Arrival of the newest data frame, of whichever connection."""
    fresh: bool = False
    """Data has come since the link last came up."""
    frames: int = 0
    data_frames: int = 0
    bytes: int = 0
    """Payload bytes of all frames."""
    connects: int = 0
    """Attempts to open a connection."""
    reconnects: int = 0
    """Connections that came up in place of a lost one."""
    rotations: int = 0
    """Connections that took over from one still alive, as planned."""
    faults: int = 0
    """Connections lost or given up, and attempts that failed; not rotations."""
    reason: str = ""
    """Why the last connection or attempt ended; cleaned text."""
    waiting_until: int = 0
    """When the next attempt is made; 0 while none is waited for."""
    slow: bool = False
    """The host's connect budget is spent: one attempt a minute."""

    def state(self, now: int, stale_after_ns: int) -> str:
        """`connecting`, `live`, `stale` or `down: ` and the reason, at monotonic `now`."""
        if self.up:
            if not self.fresh:
                return "connecting"
            return "live" if now - self.last_data <= stale_after_ns else "stale"
        if not self.reason:
            return "connecting"
        pace = "; connect budget spent, one attempt a minute" if self.slow else ""
        return f"down: {self.reason}{pace}"

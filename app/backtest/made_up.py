"""Whether a recording is of a demo venue: what is earned there says nothing about the world."""

from pathlib import Path
from typing import Final

from engine.market import Market

_HOUR_MS: Final = 3_600_000
"""By so much a real window of four hours is longer or shorter on the two days a year when the clock changes."""


def is_made_up(path: Path, market: Market | None) -> bool:
    """Whether it lies where a demo's files lie, or its window has a length that no real one has."""
    if "demo" in path.resolve().parts[:-1]:
        return True
    if market is None:
        return False
    off_ms = abs(market.end_ms - market.start_ms - market.interval.seconds * 1000)
    return off_ms not in (0, _HOUR_MS)

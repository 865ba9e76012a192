"""The venue's windows: where each starts and ends, what it is called, and its tokens."""

import hashlib
from dataclasses import dataclass
from typing import Final

from app.demo.price import SECOND

ASSETS: Final = ("btc", "eth", "sol", "xrp")
INTERVALS: Final = ("5m", "15m", "1h", "4h")

LEAD_S: Final = 3
"""Seconds from the script's start to the first window's."""

LISTED_AHEAD: Final = 8
"""How many windows of each asset and interval are listed beyond the one that is open."""

RESOLVED_AFTER_S: Final = 2
"""Seconds from a window's end until the venue says who won."""

UP: Final = 0
DOWN: Final = 1
OUTCOMES: Final = ("Up", "Down")


@dataclass(frozen=True, slots=True)
class Window:
    """One market. `start_s` and `end_s` count from the script's start, `unix_start` and `unix_end` from 1970.

    `lookback_s` is 0 for the hourly market, which settles on Binance's own candle.
    """

    asset: str
    interval: str
    index: int
    start_s: int
    end_s: int
    unix_start: int
    unix_end: int
    lookback_s: int
    slug: str
    market_id: int
    condition_id: str
    tokens: tuple[str, str]

    @property
    def start_ns(self) -> int:
        """Start in nanoseconds from the script's start."""
        return self.start_s * SECOND

    @property
    def end_ns(self) -> int:
        """End in nanoseconds from the script's start."""
        return self.end_s * SECOND

    @property
    def resolved_ns(self) -> int:
        """When the outcome is announced, in nanoseconds from the script's start."""
        return (self.end_s + RESOLVED_AFTER_S) * SECOND

    @property
    def on_binance(self) -> bool:
        """Whether it settles on Binance's candle rather than on the oracle's average."""
        return self.lookback_s == 0


def make_window(seed: int, asset: str, interval: str, index: int, length_s: int, script_start_s: int) -> Window:
    """The `index`-th window (from 0) of a script that starts at the unix second `script_start_s`."""
    start_s = LEAD_S + index * length_s
    unix_start = script_start_s + start_s
    slug = f"{asset}-updown-{interval}-{unix_start}"
    number = (index * len(ASSETS) + ASSETS.index(asset)) * len(INTERVALS) + INTERVALS.index(interval)
    return Window(
        asset=asset,
        interval=interval,
        index=index,
        start_s=start_s,
        end_s=start_s + length_s,
        unix_start=unix_start,
        unix_end=unix_start + length_s,
        lookback_s=0 if interval == "1h" else length_s // 5,
        slug=slug,
        market_id=5_400_000 + number,
        condition_id="0x" + _digest(seed, slug, "condition"),
        tokens=(_token(seed, slug, "Up"), _token(seed, slug, "Down")),
    )


def _digest(seed: int, slug: str, what: str) -> str:
    return hashlib.sha256(f"{seed}/{slug}/{what}".encode()).hexdigest()


def _token(seed: int, slug: str, outcome: str) -> str:
    return str(int(_digest(seed, slug, outcome), 16))

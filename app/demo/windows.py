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

PROTOCOLS: Final = ("v1", "v2")
_BINARY_MODULE: Final = 1


@dataclass(frozen=True, slots=True)
class Window:
    """One market. `start_s` and `end_s` count from the script's start, `unix_start` and `unix_end` from 1970.

    `lookback_s` is 0 for the hourly market, which settles on Binance's own candle. `protocol` is the ledger, "v1" or
    "v2": it decides which exchange an order is signed for and what the ids look like. `condition_id` is as the order
    book service writes it, always 32 bytes.
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
    protocol: str = "v1"

    @property
    def listed_condition_id(self) -> str:
        """The condition as the listings write it: without the zero byte that v2 conditions are padded with."""
        return self.condition_id if self.protocol == "v1" else self.condition_id[:-2]

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


def make_window(
    seed: int, asset: str, interval: str, index: int, length_s: int, script_start_s: int, protocol: str = "v1"
) -> Window:
    """The `index`-th window (from 0) of a script that starts at the unix second `script_start_s`."""
    start_s = LEAD_S + index * length_s
    unix_start = script_start_s + start_s
    slug = f"{asset}-updown-{interval}-{unix_start}"
    number = (index * len(ASSETS) + ASSETS.index(asset)) * len(INTERVALS) + INTERVALS.index(interval)
    condition_id, tokens = _ids(seed, slug) if protocol == "v1" else _position_ids(seed, slug)
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
        condition_id=condition_id,
        tokens=tokens,
        protocol=protocol,
    )


def _ids(seed: int, slug: str) -> tuple[str, tuple[str, str]]:
    return "0x" + _digest(seed, slug, "condition"), (_token(seed, slug, "Up"), _token(seed, slug, "Down"))


def _position_ids(seed: int, slug: str) -> tuple[str, tuple[str, str]]:
    """The newer ledger's: the binary module's byte, 16 bytes of the condition's own and 14 zero bytes; a position's id
    is that with the outcome's index behind it."""
    condition = f"{_BINARY_MODULE:02x}{_digest(seed, slug, 'condition')[:32]}{'00' * 14}"
    positions = [str(int(f"{condition}{outcome:02x}", 16)) for outcome in (UP, DOWN)]
    return f"0x{condition}00", (positions[UP], positions[DOWN])


def _digest(seed: int, slug: str, what: str) -> str:
    return hashlib.sha256(f"{seed}/{slug}/{what}".encode()).hexdigest()


def _token(seed: int, slug: str, outcome: str) -> str:
    return str(int(_digest(seed, slug, outcome), 16))

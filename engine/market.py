"""One window of one Up/Down market, as discovered at the venue."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Asset(StrEnum):
    """The coins in scope."""

    BTC = "btc"
    ETH = "eth"
    SOL = "sol"
    XRP = "xrp"


class Interval(StrEnum):
    """The window lengths in scope."""

    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    H4 = "4h"

    @property
    def seconds(self) -> int:
        """The nominal length; the real one is the market's, and differs when the clock changes."""
        return {"5m": 300, "15m": 900, "1h": 3600, "4h": 14400}[self.value]


class Settlement(StrEnum):
    """The price that decides a market."""

    CHAINLINK_TWAP = "chainlink_twap"
    CHAINLINK_SPOT = "chainlink_spot"
    BINANCE_KLINE = "binance_kline"


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """A taker pays `shares * rate * (p * (1 - p)) ** exponent` dollars."""

    rate: Decimal
    exponent: int


@dataclass(frozen=True, slots=True)
class Market:
    """A window with its two tokens and its rules. Times in ms UTC; `tick` in price units, `min_size` in size units.

    `lookback_s` is the length of the settlement's average (0 where it settles on a single price);
    `resolution` is the venue's own address of the deciding price, word for word.
    """

    slug: str
    asset: Asset
    interval: Interval
    start_ms: int
    end_ms: int
    condition_id: str
    up_token: str
    down_token: str
    tick: int
    min_size: int
    fee: FeeSchedule
    settlement: Settlement
    lookback_s: int
    resolution: str
    version: str
    top_only: bool = False
    """A recording that kept best prices without sizes."""

    @property
    def tokens(self) -> tuple[str, str]:
        """The tokens by outcome, Up first."""
        return self.up_token, self.down_token


def market_name(asset: str, interval: str) -> str:
    """Coin and window length as people say it: `BTC 5m`."""
    return f"{asset.upper()} {interval}"

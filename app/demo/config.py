"""The settings of a demo venue."""

from dataclasses import dataclass, field

from app.demo.house import HouseRules
from app.demo.windows import PROTOCOLS


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """Everything a demo's life follows from, apart from the moment it starts.

    `rate` is feed frames a second for one asset and window: 40 % Binance trades, 60 % order book; the oracles
    stay at 1 Hz. The makers quote on a price `maker_lag_ms` old, and `pull_rate` times a second they take the
    touch of one side away for a moment and bring it back, which is how a taker's hold goes wrong. `protocol` is the
    ledger of every window, "v1" or "v2"; `house` are the rules for accounts and orders.
    ValueError, with the setting's name, where a value is out of range.
    """

    seed: int = 1
    window_s: int = 60
    rate: float = 100.0
    maker_lag_ms: int = 2500
    pull_rate: float = 0.5
    protocol: str = "v1"
    house: HouseRules = field(default_factory=HouseRules)

    def __post_init__(self) -> None:
        _require("window", self.window_s, 5, 86_400, "seconds")
        _require("rate", self.rate, 1, 10_000, "frames a second")
        _require("maker lag", self.maker_lag_ms, 0, 60_000, "milliseconds")
        _require("pull rate", self.pull_rate, 0, 20, "pulls a second")
        if self.protocol not in PROTOCOLS:
            raise ValueError(f"protocol is {self.protocol}; use {' or '.join(PROTOCOLS)}")

    @property
    def lookback_s(self) -> int:
        """Length of the settlement's average: a fifth of the window, in whole seconds."""
        return self.window_s // 5

    @property
    def trades_per_s(self) -> float:
        """Binance trades a second of one asset, on average."""
        return 0.4 * self.rate

    @property
    def book_frames_per_s(self) -> float:
        """Order book frames a second of one open window, on average."""
        return 0.6 * self.rate


def _require(name: str, value: float, low: float, high: float, unit: str) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value:g}; use {low:g} to {high:g} {unit}")

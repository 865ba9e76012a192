"""What happens in a session that a person wants to know, as values.

The log and Telegram each tell it in their way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.live_news import LiveNews
from engine.events import Ack, Fill, Resolution, Strike
from engine.market import Market
from engine.orders import Order
from engine.score import MarketScore
from engine.settlement import Result
from engine.signal import Signal

COMPLETED_LATER: Final = "completed at the next start"


@dataclass(frozen=True, slots=True)
class WindowOpened:
    """A market was discovered and its session begins."""

    market: Market
    restored_orders: int
    restored_fills: int


@dataclass(frozen=True, slots=True)
class WindowWarm:
    """10 s before the start: ready, or what is missing; told again once it has `started`, if something is."""

    market: Market
    missing: tuple[str, ...]
    started: bool


@dataclass(frozen=True, slots=True)
class StrikeKnown:
    """The price to beat is known, or known better."""

    market: Market
    strike: Strike


@dataclass(frozen=True, slots=True)
class OrderSent:
    """A signal became an order."""

    market: Market
    order: Order
    signal: Signal


@dataclass(frozen=True, slots=True)
class OrderFilled:
    """An order was matched at one price."""

    market: Market
    fill: Fill


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """The last word on an order."""

    market: Market
    order: Order
    ack: Ack


@dataclass(frozen=True, slots=True)
class WindowSettled:
    """The venue named the winner; what the window earned."""

    market: Market
    resolution: Resolution
    orders: int
    fills: int
    result: Result
    by_strategy: Mapping[str, int]
    """Net in money units, for each strategy that did something."""
    score: MarketScore = field(default_factory=MarketScore)
    """What the lenses made of the window's orders."""


@dataclass(frozen=True, slots=True)
class WindowUnsettled:
    """A window that had begun is left before the venue named the winner; `then` says what becomes of it."""

    market: Market
    orders: int
    fills: int
    then: str = COMPLETED_LATER


@dataclass(frozen=True, slots=True)
class WindowCompleted:
    """A window that an earlier run left without an outcome, settled now from its files and the venue's word."""

    slug: str
    end_ms: int
    resolution: Resolution
    orders: int
    fills: int
    result: Result
    by_strategy: Mapping[str, int]
    """Net in money units, for each strategy that did something."""
    score: MarketScore


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """The trading ends while windows are without an outcome in which something is at stake."""

    windows: int
    stake: int
    """What they may still lose, in money units: cost, fees, and what orders on their way may spend."""
    then: str


@dataclass(frozen=True, slots=True)
class WindowSkipped:
    """A window is not traded, and why."""

    slug: str
    why: str


@dataclass(frozen=True, slots=True)
class FeedChanged:
    """A feed came or went; `market` where it is that market's alone."""

    feed: str
    up: bool
    reason: str
    market: Market | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a person should look at: what it is about, and one sentence."""

    about: str
    sentence: str


News = (
    WindowOpened
    | WindowWarm
    | StrikeKnown
    | OrderSent
    | OrderFilled
    | OrderEnded
    | WindowSettled
    | WindowUnsettled
    | WindowCompleted
    | LeftOpen
    | WindowSkipped
    | FeedChanged
    | Trouble
    | LiveNews
)

Tell = Callable[[News], None]
"""Who is told. It returns at once."""

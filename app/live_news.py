"""What happens with real orders that a person wants to know, as values."""

from dataclasses import dataclass

from engine.events import Ack, Fill
from engine.market import Market
from engine.orders import Order
from engine.signal import Signal


@dataclass(frozen=True, slots=True)
class LiveSent:
    """A signal became a live order on its way out."""

    market: Market
    order: Order
    signal: Signal


@dataclass(frozen=True, slots=True)
class LiveFilled:
    """A match of a live order, or one that was taken back (negative size). `settled` is how far it has come."""

    market: Market
    fill: Fill
    settled: str


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """The last word on a live order."""

    market: Market
    ack: Ack


@dataclass(frozen=True, slots=True)
class LiveSettled:
    """A live window's result: net in money units after fees."""

    market: Market
    outcome: int
    orders: int
    fills: int
    net: int


@dataclass(frozen=True, slots=True)
class LiveLeft:
    """How the live account stands when the program ends: money units at stake, in how many windows, and today's net."""

    windows: int
    stake: int
    day_net: int


@dataclass(frozen=True, slots=True)
class LiveNotice:
    """Something about the live account: what kind of thing, and one sentence."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LiveAlarm:
    """The same where a person must look at once."""

    kind: str
    sentence: str


LiveNews = LiveSent | LiveFilled | LiveEnded | LiveSettled | LiveLeft | LiveNotice | LiveAlarm

"""Everything that can reach the engine, one small class a kind.

Every event carries two clocks, both in nanoseconds: `mono`, from which ages and pauses are computed, and
`wall`, which says where in the window we are. The engine reads no other clock. Classes on the hot path are
slotted and plain (a frozen dataclass costs five times as much to make); nobody changes one after it is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from engine.execution import VenueMode
from engine.orders import OrderStatus

Outcome = Literal[0, 1]
UP: Final = 0
DOWN: Final = 1
OUTCOME_NAMES: Final = ("UP", "DOWN")


class StrikeSource(StrEnum):
    """Where a strike comes from, best first."""

    CHAINLINK_TWAP = "chainlink_twap"
    CHAINLINK_SPOT = "chainlink_spot"
    CRYPTO_PRICE_API = "crypto_price_api"
    PREVIOUS_FINAL = "previous_final"
    BINANCE_KLINE = "binance_kline"
    BINANCE_FIRST = "binance_first"


@dataclass(slots=True, eq=False)
class Trade:
    """One Binance trade. `qty` is in 1e-8 coin; `time_ms` is the exchange's own trade time `T`."""

    mono: int
    wall: int
    trade_id: int
    time_ms: int
    price: float
    qty: int
    buyer_is_maker: bool


@dataclass(slots=True, eq=False)
class BookSnapshot:
    """The whole book of one outcome: price units to size units, both sides. `tick` is 0 where unsaid."""

    mono: int
    wall: int
    epoch: int
    outcome: int
    bids: Mapping[int, int]
    asks: Mapping[int, int]
    tick: int
    venue_ms: int


LevelChange = tuple[int, bool, int, int]
"""(outcome, is a bid, price, new absolute size; 0 removes the level)."""

TopCheck = tuple[int, int, int]
"""(outcome, best bid, best ask) as the venue states them after the change; NO_BID, NO_ASK for an empty side."""


@dataclass(slots=True, eq=False)
class BookChange:
    """One `price_change` frame: all its levels, and the tops that the venue says must result."""

    mono: int
    wall: int
    epoch: int
    changes: tuple[LevelChange, ...]
    tops: tuple[TopCheck, ...]
    venue_ms: int


@dataclass(slots=True, eq=False)
class BestBidAsk:
    """The venue's best prices of one outcome; NO_BID, NO_ASK for an empty side."""

    mono: int
    wall: int
    epoch: int
    outcome: int
    bid: int
    ask: int
    venue_ms: int


@dataclass(slots=True, eq=False)
class Print:
    """A trade of the venue (`last_trade_price`): what a taker bought or sold of one outcome."""

    mono: int
    wall: int
    outcome: int
    price: int
    size: int
    taker_buys: bool
    venue_ms: int


@dataclass(slots=True, eq=False)
class TickSize:
    """The price grid of one outcome changed; its old levels may be off the grid, so a snapshot must follow."""

    mono: int
    wall: int
    epoch: int
    outcome: int
    tick: int


@dataclass(slots=True, eq=False)
class Link:
    """A feed's connection came up or went down. Each connection of a feed has its own, growing `epoch`."""

    mono: int
    wall: int
    feed: str
    epoch: int
    up: bool


@dataclass(slots=True, eq=False)
class Strike:
    """The price to beat became known or better. `exact` means: the very number the market settles on."""

    mono: int
    wall: int
    value: float
    source: StrikeSource
    exact: bool


@dataclass(slots=True, eq=False)
class OracleTick:
    """One report of the settlement's oracle: its price of the coin at the whole second `time_ms`.

    `window_s` is the length of the average that the report states, 0 for the spot price. Dollars a coin.
    """

    mono: int
    wall: int
    time_ms: int
    value: float
    window_s: int


@dataclass(slots=True, eq=False)
class Tick:
    """100 ms have passed."""

    mono: int
    wall: int


@dataclass(slots=True, eq=False)
class Fill:
    """A match of one order at one price. `fee` is in money units.

    Where a fill is taken back, size and fee are negative.
    """

    mono: int
    wall: int
    order_id: str
    strategy: str
    outcome: int
    price: int
    size: int
    fee: int
    trade_id: str


@dataclass(slots=True, eq=False)
class Ack:
    """The last word on one order: what was not filled is released. Fills come before it."""

    mono: int
    wall: int
    order_id: str
    strategy: str
    outcome: int
    status: OrderStatus
    reason: str


@dataclass(slots=True, eq=False)
class Resolution:
    """The venue named the winner. `source` says by which road: `market_resolved` or `gamma`."""

    mono: int
    wall: int
    outcome: int
    source: str


@dataclass(slots=True, eq=False)
class Command:
    """A person's word: `arm`, `disarm`, `kill` or `switch`."""

    mono: int
    wall: int
    name: str


@dataclass(slots=True, eq=False)
class Allowance:
    """What the account lets this market commit from now on, fees included, in money units."""

    mono: int
    wall: int
    money: int


@dataclass(slots=True, eq=False)
class Standing:
    """What else the account says of this market's live orders.

    `unknown` counts its orders whose fate is unknown, `paused_until` (monotonic ns) is until when a breaker holds it
    back, and the cooldown is `cooldown_factor` times what the limits say.
    """

    mono: int
    wall: int
    venue: VenueMode = VenueMode.NORMAL
    unknown: int = 0
    paused_until: int = 0
    cooldown_factor: int = 1


@dataclass(slots=True, eq=False)
class Refused:
    """The account did not take this order when the engine would have sent it: the next one of its name is refused.

    It stands in recordings alone, and is for whoever takes the orders when one is run again; no engine is given it.
    """

    mono: int
    wall: int
    order_id: str


Event = (
    Trade
    | BookSnapshot
    | BookChange
    | BestBidAsk
    | Print
    | TickSize
    | Link
    | Strike
    | OracleTick
    | Tick
    | Fill
    | Ack
    | Resolution
    | Command
    | Allowance
    | Standing
    | Refused
)

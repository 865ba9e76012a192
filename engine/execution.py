"""What the venue says of a live order: the answer to sending it, and its later reports of orders and trades."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What one answer to sending an order proves."""

    NOT_SENT = "not_sent"
    """No byte of the request left: the order does not exist."""
    UNKNOWN = "unknown"
    """It may exist and may have been filled."""
    MATCHED = "matched"
    """It was filled, provisionally, as far as the answer says."""
    WORKING = "working"
    """It was taken and has not ended: its fate comes later."""
    REJECTED = "rejected"
    """It was refused for good."""


class VenueMode(StrEnum):
    """Which orders the venue takes at present."""

    NORMAL = "normal"
    RESTARTING = "restarting"
    POST_ONLY = "post_only"
    CANCEL_ONLY = "cancel_only"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one POST of an order, or what stands for it where none came.

    `paid` (money units) and `bought` (size units) are what the answer says was matched, 0 where it does not say.
    `order_id` and `trade_ids` are the venue's; `reason` is its words, cleaned. `mode` is what the answer betrays of the
    venue, None where nothing; `disarm` means that no further order may be tried with this account as it is.
    """

    kind: AnswerKind
    reason: str = ""
    order_id: str = ""
    paid: int = 0
    bought: int = 0
    trade_ids: tuple[str, ...] = ()
    mode: VenueMode | None = None
    disarm: bool = False
    retry_after_s: float = 0.0


class TradeStatus(StrEnum):
    """How far a match has come. Only CONFIRMED and FAILED are final."""

    MATCHED = "matched"
    MINED = "mined"
    RETRYING = "retrying"
    CONFIRMED = "confirmed"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether nothing can come after it."""
        return self in (TradeStatus.CONFIRMED, TradeStatus.FAILED)


class Leg(StrEnum):
    """On which side of a match an order stood."""

    TAKER = "taker"
    MAKER = "maker"


@dataclass(frozen=True, slots=True)
class TradeReport:
    """One order's part in one trade, from the user channel or from `/data/trades`.

    `order_id` is the hash of the order that is told of, `token` what it bought or sold; `price` in price units a share,
    `size` in size units. The same trade comes once for each status, and again after that.
    """

    trade_id: str
    order_id: str
    leg: Leg
    condition_id: str
    token: str
    buys: bool
    price: int
    size: int
    status: TradeStatus
    time_ms: int


class OrderState(StrEnum):
    """What the venue says an order is."""

    LIVE = "live"
    DELAYED = "delayed"
    MATCHED = "matched"
    CANCELED = "canceled"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as the user channel, `/data/orders` or `/data/order/{id}` tells of it.

    `original` and `matched` in size units; `reason` is the venue's own text where it gave more than a state.
    """

    order_id: str
    condition_id: str
    token: str
    buys: bool
    price: int
    original: int
    matched: int
    state: OrderState
    reason: str
    time_ms: int

"""What the blotter gives out for others to act on: plain facts, each with all that is needed to do so."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from engine.events import Ack, Allowance, Fill, Standing


class RecordKind(StrEnum):
    """The records of the journal."""

    RUN = "RUN"
    MARKET = "MARKET"
    ARM = "ARM"
    DISARM = "DISARM"
    INTENT = "INTENT"
    SENT = "SENT"
    ACK = "ACK"
    REJECT = "REJECT"
    UNKNOWN = "UNKNOWN"
    FILL = "FILL"
    VOID = "VOID"
    CANCEL = "CANCEL"
    RESOLVED = "RESOLVED"
    CLOSE = "CLOSE"


class Record(NamedTuple):
    """One record. `facts` are plain values by name; a MARKET's `market` is a Market."""

    kind: RecordKind
    mono: int
    wall: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForEngine:
    """An event for the engine of one market, and for its files. `settle` is how far a fill's settlement has come."""

    condition_id: str
    event: Fill | Ack | Allowance | Standing
    settle: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """A record for the journal."""

    record: Record


class NoticeKind(StrEnum):
    """What a person should know of."""

    UNKNOWN = "unknown"
    """An order's fate is unknown."""
    RESOLVED = "resolved"
    """What became of it is known now."""
    VOID = "void"
    """A match failed in settlement, and its fill was taken back."""
    UNSETTLED = "unsettled"
    """A match, or the claim of one, has waited too long for its settlement."""
    LATE = "late"
    """A match of an order that was believed to be over."""
    FOREIGN = "foreign"
    """An order or a trade of the wallet that is none of ours."""
    CONTRADICTION = "contradiction"
    """The venue said two things that cannot both be."""
    DROPPED = "dropped"
    """An order was not sent."""
    BREAKER = "breaker"
    VENUE = "venue"
    DISARMED = "disarmed"
    OVER_LIMIT = "over_limit"
    """More is committed than may be: something was matched that nobody could hold back any more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for a person; an alarm where somebody must look. `order` is the hash, empty where it is of none."""

    kind: NoticeKind
    condition_id: str
    order: str
    text: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Look for this order: by its hash, among the open orders, and among the trades of its market since `since_ms`.

    What is found is reported as it would be from a socket; then `Blotter.looked` is told how the look went.
    """

    order: str
    condition_id: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Disarm:
    """Every live engine is to be disarmed, at once."""

    reason: str


Entry = ForEngine | Write | Notice | Question | Disarm

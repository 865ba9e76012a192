"""The life of one live order, from the intent to the last word on its last trade.

What is known comes from several sides, twice, late and in any order: from ourselves (signed, sent, dropped), from the
answer to the order, from reports of the order and of its trades, and from looking for it. So the stage is no variable
that each of them sets. All evidence is kept, the stage follows from it, and one table says which step may follow which;
a step that is not in it is refused and counted.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from engine.absence import Absence
from engine.execution import Answer, AnswerKind, OrderReport, OrderState, TradeReport, VenueMode
from engine.market import Market
from engine.matches import Heard, Matches
from engine.orders import Order, OrderStatus
from engine.units import CENT


class Stage(StrEnum):
    """How far an order has come."""

    INTENT = "intent"
    """Decided, its money held back; nothing is signed."""
    SIGNED = "signed"
    """Its hash, which is its name at the venue, is known."""
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    """The venue took it and said nothing of its fate."""
    WORKING = "working"
    """It stands in the book."""
    DELAYED = "delayed"
    """It waits out the venue's hold of takers."""
    MATCHED = "matched"
    """Something was matched, and something may still change: more matches, or their settlement."""
    CONFIRMED = "confirmed"
    """It ended, and every trade that did not fail is settled for good."""
    FAILED = "failed"
    """It ended, and all its trades failed in settlement: nothing was bought."""
    CANCELLED = "cancelled"
    """It ended at the venue without a match, or never came to be there."""
    REJECTED = "rejected"
    """The venue refused it."""
    DROPPED = "dropped"
    """It never left."""
    UNKNOWN = "unknown"
    """It may exist and may have been matched."""


def found_nobody(reason: str) -> bool:
    """Whether the venue's words mean that nothing stood at the order's price any more: a clean end, and no fault."""
    return "no orders found to match" in reason.lower()


_MATCHED: Final = frozenset({Stage.MATCHED, Stage.CONFIRMED, Stage.FAILED})
_ENDED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.DROPPED})
_OPEN: Final = frozenset({Stage.WORKING, Stage.DELAYED})
_ALIVE: Final = frozenset({Stage.ACKNOWLEDGED, Stage.WORKING, Stage.DELAYED})

TRANSITIONS: Final[Mapping[Stage, frozenset[Stage]]] = MappingProxyType(
    {
        Stage.INTENT: frozenset({Stage.SIGNED, Stage.DROPPED}),
        # That it was sent may be missing in the journal of a run that was killed; what the venue says of it counts.
        Stage.SIGNED: _MATCHED | _ENDED | frozenset({Stage.SENT, Stage.UNKNOWN}),
        Stage.SENT: _ALIVE | _MATCHED | _ENDED | frozenset({Stage.UNKNOWN}),
        Stage.UNKNOWN: _ALIVE | _MATCHED | _ENDED,
        Stage.ACKNOWLEDGED: _ALIVE | _MATCHED | frozenset({Stage.CANCELLED, Stage.UNKNOWN}),
        # The answer may come after reports of the order: it was placed, delayed, and then refused for want of a match.
        Stage.WORKING: _ALIVE | _MATCHED | frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.UNKNOWN}),
        Stage.DELAYED: _ALIVE | _MATCHED | frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.UNKNOWN}),
        # What had ended may turn out to have been matched: money counts whatever was believed before. What was only
        # taken to be over may turn out to stand in the book.
        Stage.CANCELLED: _MATCHED | _OPEN | frozenset({Stage.REJECTED}),
        Stage.REJECTED: _MATCHED | _OPEN,
        Stage.DROPPED: _MATCHED,
        Stage.MATCHED: _MATCHED,
        Stage.CONFIRMED: _MATCHED,
        Stage.FAILED: _MATCHED,
    }
)
"""Every step that an order may take. A matched order never becomes anything but matched, confirmed or failed."""


class OrderLife:
    """One order with everything that is known of it. Times are monotonic ns; `reserve` is in money units.

    Each method that takes in evidence says whether it was news; what was none is counted by name in `counts`.
    """

    __slots__ = (
        "_answered",
        "_cancelled",
        "_closed",
        "_doubted",
        "_dropped",
        "_gone",
        "_refused",
        "_rejected",
        "_restarting",
        "_seen",
        "_seen_ms",
        "_taken",
        "absence",
        "acked",
        "alias",
        "asked",
        "asking",
        "back",
        "claimed_at",
        "counts",
        "doubted_at",
        "durable",
        "hash",
        "market",
        "matches",
        "order",
        "reason",
        "reserve",
        "sent_at",
        "stage",
        "told",
    )

    def __init__(self, market: Market, order: Order, reserve: int) -> None:
        self.market = market
        self.order = order
        self.reserve = reserve
        self.hash = ""
        """The venue's name for it, known once it is signed."""
        self.alias = ""
        """Another name that the venue gave it, which should never be."""
        self.durable = False
        """The journal has the intent on disk: only then may it be sent."""
        self.stage = Stage.INTENT
        self.reason = ""
        """The last words on it: the venue's, or why it was dropped or is in doubt."""
        self.matches = Matches(market.fee, order.price, order.budget)
        self.absence = Absence()
        self.acked = False
        """The engine has its last word, and its reserve is free, unless it came back."""
        self.back = False
        """It was taken to be over, the venue has it all the same, and its money is held back again until its end."""
        self.sent_at: int | None = None
        self.doubted_at: int | None = None
        self.claimed_at: int | None = None
        """When a match was first claimed or reported."""
        self.asked: int | None = None
        """When the venue was last asked about it."""
        self.asking = False
        self.told: set[str] = set()
        """What a person has been told about it already."""
        self.counts: Counter[str] = Counter()
        self._answered = False
        self._closed = False
        self._dropped = False
        self._rejected = False
        self._refused = False
        """The answer refused it before it could have come to stand anywhere."""
        self._cancelled = False
        self._gone = False
        """It was given up, since nobody found it."""
        self._taken = False
        self._doubted = False
        self._restarting = False
        self._seen: OrderState | None = None
        self._seen_ms = 0

    @property
    def name(self) -> str:
        """For a person: enough of the hash to find it at the venue, our own id before there is one."""
        return f"{self.hash[:10]}…{self.hash[-4:]}" if self.hash else self.order.order_id

    @property
    def ended(self) -> bool:
        """Whether the venue matches nothing more of it, as far as can be known."""
        return self._closed or self._dropped or self._rejected or self._cancelled or self._gone or self.matches.full

    @property
    def _turned_down(self) -> bool:
        """The venue refused it, or was restarting when it came and does not have it."""
        return self._rejected or (self._gone and self._restarting)

    @property
    def presumed_over(self) -> bool:
        """Whether its end follows from its refusal or from its absence alone: the venue never reported an end of it."""
        reported = self._closed or self._cancelled or self._dropped or self.matches.full
        return (self._gone or self._refused) and not reported

    @property
    def answered(self) -> bool:
        """Whether the answer to it has come."""
        return self._answered

    @property
    def last_word(self) -> bool:
        """Whether it has ended and all that is claimed of it stands in the books."""
        return self.ended and self.matches.booked_whole

    @property
    def at_rest(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.last_word and self.matches.final

    @property
    def status(self) -> OrderStatus:
        """How it ended, as an engine knows it."""
        cost = self.matches.cost
        if cost:
            return OrderStatus.FILLED if self.order.budget - cost < CENT else OrderStatus.PARTIAL
        if self._dropped or (self._turned_down and not found_nobody(self.reason)):
            return OrderStatus.REJECTED
        return OrderStatus.NONE

    def sign(self, order_hash: str) -> bool:
        """It was signed under this hash; a second signature is refused."""
        if self.stage is not Stage.INTENT:
            return self._count("signed_again")
        self.hash = order_hash
        return self._settle()

    def send(self, mono: int) -> bool:
        """It leaves now. Refused where it left before, or where the journal does not have its intent."""
        if self.stage is not Stage.SIGNED or not self.durable:
            return self._count("send_refused")
        self.sent_at = mono
        return self._settle()

    def drop(self, reason: str) -> bool:
        """It does not leave. Refused where it did."""
        if self.stage not in {Stage.INTENT, Stage.SIGNED}:
            return self._count("drop_refused")
        self._dropped, self.reason = True, reason
        return self._settle()

    def answer(self, answer: Answer) -> bool:
        """The answer to sending it. A second one is not listened to."""
        if self._answered:
            return self._count("answer_repeated")
        self._answered = True
        self.reason = answer.reason or self.reason
        match answer.kind:
            case AnswerKind.NOT_SENT if self._seen is None and not self.matches.any:
                self._dropped = True
            case AnswerKind.UNKNOWN | AnswerKind.NOT_SENT:
                self._doubted = True
            case AnswerKind.MATCHED:
                self.matches.claim(answer.bought, answer.paid, answer.trade_ids)
                self._closed = True  # what a fill-and-kill order did not get at once it never gets
            case AnswerKind.WORKING:
                self._taken = True
                if answer.bought or answer.trade_ids:
                    self.matches.claim(answer.bought, answer.paid, answer.trade_ids)
            case AnswerKind.REJECTED if answer.mode is VenueMode.RESTARTING:
                # Refused by an engine that was going down: to be looked for once it is back.
                self._doubted = self._restarting = True
            case AnswerKind.REJECTED:
                self._rejected = True
                # One that met nobody was placed first, and a report of that may come later than its answer.
                self._refused = not found_nobody(answer.reason)
        return self._settle()

    def doubt(self, reason: str) -> bool:
        """Nothing was heard of it for too long, or an earlier run left it without a last word."""
        if self._doubted or self.ended:
            return False
        self._doubted, self.reason = True, reason
        return self._settle()

    def leave_over(self, reason: str) -> bool:
        """A run ended before it did. That it stood in the book then says nothing of now."""
        if self.ended:
            return False
        self._taken, self._seen = False, None
        self._doubted, self.reason = True, reason
        return self._settle()

    def trade(self, report: TradeReport) -> Heard:
        """A report of one of its trades."""
        heard = self.matches.hear(report)
        if heard is Heard.NEW:
            self.absence.forget()
        elif heard is not Heard.ADVANCED:
            self._count(f"trade_{heard}")
        self._settle()
        return heard

    def report(self, report: OrderReport) -> bool:
        """A report of the order itself. What was older than the last one, or comes after the end, is no news.

        An order that was only taken to be over is `back` where the report shows it open, or more matched than is known.
        """
        known = self.stage, self.ended, self.back
        alive = report.state in {OrderState.LIVE, OrderState.DELAYED} or self.matches.lacks(report.matched)
        if alive and self.presumed_over:
            self._come_back()
        news = bool(report.matched) and self.matches.claim(report.matched, 0, ())
        match report.state:
            case OrderState.CANCELED | OrderState.INVALID:
                self._cancelled = True
                self.reason = self.reason or report.reason
            case OrderState.MATCHED:
                news |= self.matches.claim(report.matched, 0, ())
                self._closed = self._closed or report.matched > 0
            case OrderState.LIVE | OrderState.DELAYED:
                if report.time_ms >= self._seen_ms:
                    self._seen, self._seen_ms = report.state, report.time_ms
                self.absence.forget()
        self._settle()
        return news or (self.stage, self.ended, self.back) != known or self._count("order_report_repeated")

    def gone(self) -> None:
        """It was looked for, twice and late enough: the venue does not have it, or has no more of it than is known."""
        self.matches.take_as_complete()
        self._gone = True
        self._settle()

    def _come_back(self) -> None:
        """What it was taken to be over for has been shown to be wrong."""
        self._gone = self._refused = self._rejected = self._restarting = False
        self._seen, self._seen_ms = OrderState.LIVE, 0
        self.matches.take_as_incomplete()
        self.absence.forget()
        self.back = True

    def _settle(self) -> bool:
        """Take the step that the evidence asks for, if the table has it."""
        stage = self._where()
        if stage is not self.stage:
            if stage not in TRANSITIONS[self.stage]:
                return self._count(f"{self.stage}_not_{stage}")
            self.stage = stage
        return True

    def _where(self) -> Stage:
        """The stage that follows from the evidence: what was matched counts most, then how it ended, then the rest."""
        if self.matches.any or self.matches.claimed:
            if not (self.ended and self.matches.final):
                return Stage.MATCHED
            return Stage.CONFIRMED if self.matches.confirmed else Stage.FAILED
        said = (
            (self._dropped, Stage.DROPPED),
            (self._turned_down, Stage.REJECTED),
            (self._cancelled or self._gone, Stage.CANCELLED),
            (self._seen is OrderState.DELAYED, Stage.DELAYED),
            (self._seen is OrderState.LIVE, Stage.WORKING),
            (self._taken, Stage.ACKNOWLEDGED),
            (self._doubted, Stage.UNKNOWN),
            (self.sent_at is not None, Stage.SENT),
            (bool(self.hash), Stage.SIGNED),
        )
        return next((stage for true, stage in said if true), Stage.INTENT)

    def _count(self, name: str) -> bool:
        self.counts[name] += 1
        return False

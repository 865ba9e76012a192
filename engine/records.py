"""The journal's records of one order: made here from evidence, and made into the same evidence again.

A record holds what was heard, not what was concluded. So a journal that is read back goes through the very code that
heard it first, and comes to the same conclusions.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from engine.entries import Record, RecordKind
from engine.events import Strike, StrikeSource
from engine.execution import Answer, AnswerKind, Leg, OrderReport, OrderState, TradeReport, TradeStatus, VenueMode
from engine.market import Market
from engine.matches import CLAIM
from engine.order_life import OrderLife
from engine.orders import Order

OURS: Final = "us"
ANSWER: Final = "answer"
REPORT: Final = "report"
SILENCE: Final = "silence"
"""From whom a record's news came: the field `by`."""

_ANSWERED: Final[Mapping[AnswerKind, RecordKind]] = MappingProxyType(
    {
        AnswerKind.NOT_SENT: RecordKind.CANCEL,
        AnswerKind.UNKNOWN: RecordKind.UNKNOWN,
        AnswerKind.MATCHED: RecordKind.ACK,
        AnswerKind.WORKING: RecordKind.ACK,
        AnswerKind.REJECTED: RecordKind.REJECT,
    }
)
_Kind = TypeVar("_Kind", str, int, float)


class BadRecord(Exception):
    """A record that says something else than this version writes; one sentence says what."""


def market_record(market: Market, strike: Strike | None, mono: int, wall: int) -> Record:
    """The market that orders are about to be sent to, with the strike as it is known."""
    facts: dict[str, Any] = {"market": market}
    if strike is not None:
        facts |= {"strike": strike.value, "strike_source": strike.source.value, "strike_exact": strike.exact}
    return Record(RecordKind.MARKET, mono, wall, facts)


def read_market(record: Record) -> tuple[Market, Strike | None]:
    """The counterpart of `market_record`."""
    market = record.facts.get("market")
    if not isinstance(market, Market):
        raise BadRecord(f"the MARKET record at t={record.wall} has no market")
    if "strike" not in record.facts:
        return market, None
    source = _name(StrikeSource, record, "strike_source")
    return market, Strike(
        record.mono, record.wall, _of(float, record, "strike"), source, bool(record.facts.get("strike_exact"))
    )


def intent_record(life: OrderLife, mono: int, wall: int) -> Record:
    """An order that is about to be sent, by the hash under which the venue will know it. Never the signed order."""
    order = life.order
    facts = {
        "hash": life.hash,
        "market": life.market.condition_id,
        "order": order.order_id,
        "strategy": order.strategy,
        "outcome": order.outcome,
        "side": "BUY",
        "price": order.price,
        "size": order.size,
        "budget": order.budget,
        "reserve": life.reserve,
        "edge": order.edge,
        "spot": order.spot,
        "left_s": order.time_left_s,
        "decided": order.wall,
        "age_ms": (mono - order.mono) / 1e6,
    }
    return Record(RecordKind.INTENT, mono, wall, facts)


def read_order(record: Record, mono: int) -> Order:
    """The order of an INTENT record, decided at `mono` on the present monotonic clock."""
    return Order(
        mono=mono,
        wall=_of(int, record, "decided"),
        order_id=_of(str, record, "order"),
        strategy=_of(str, record, "strategy"),
        outcome=_of(int, record, "outcome"),
        price=_of(int, record, "price"),
        size=_of(int, record, "size"),
        budget=_of(int, record, "budget"),
        edge=_of(float, record, "edge"),
        spot=_of(float, record, "spot"),
        time_left_s=_of(float, record, "left_s"),
    )


def answer_record(order: str, answer: Answer, mono: int, wall: int) -> Record:
    """The answer to sending the order with this hash."""
    facts = {
        "hash": order,
        "by": ANSWER,
        "answer": answer.kind.value,
        "order_id": answer.order_id,
        "paid": answer.paid,
        "bought": answer.bought,
        "trades": list(answer.trade_ids),
        "reason": answer.reason,
        "mode": answer.mode.value if answer.mode is not None else "",
    }
    return Record(_ANSWERED[answer.kind], mono, wall, facts)


def read_answer(record: Record) -> Answer:
    """The counterpart of `answer_record`."""
    trades = record.facts.get("trades")
    if not isinstance(trades, list) or not all(isinstance(trade, str) for trade in trades):
        raise BadRecord(
            f"the {record.kind} record at t={record.wall} has {trades!r} for its trades, which is no list of ids"
        )
    return Answer(
        kind=_name(AnswerKind, record, "answer"),
        reason=_of(str, record, "reason"),
        order_id=_of(str, record, "order_id"),
        paid=_of(int, record, "paid"),
        bought=_of(int, record, "bought"),
        trade_ids=tuple(trades),
        mode=_name(VenueMode, record, "mode") if record.facts.get("mode") else None,
    )


def report_record(order: str, report: OrderReport, mono: int, wall: int, *, back: bool = False) -> Record | None:
    """A report of the order; None for one that says nothing that outlives a restart. `back`: it undid an end."""
    facts = {
        "hash": order,
        "by": REPORT,
        "state": report.state.value,
        "matched": report.matched,
        "reason": report.reason,
        "time_ms": report.time_ms,
    }
    if report.state in {OrderState.CANCELED, OrderState.INVALID}:
        return Record(RecordKind.CANCEL, mono, wall, facts)
    if back or report.state is OrderState.MATCHED or report.matched:
        return Record(RecordKind.ACK, mono, wall, facts)
    return None


def read_report(record: Record, life: OrderLife) -> OrderReport:
    """The counterpart of `report_record`, for the order it is of."""
    market, order = life.market, life.order
    return OrderReport(
        order_id=life.hash,
        condition_id=market.condition_id,
        token=market.tokens[order.outcome],
        buys=True,
        price=order.price,
        original=order.size,
        matched=_of(int, record, "matched"),
        state=_name(OrderState, record, "state"),
        reason=_of(str, record, "reason"),
        time_ms=_of(int, record, "time_ms"),
    )


def trade_record(order: str, report: TradeReport, mono: int, wall: int) -> Record:
    """A report of one of the order's trades; a VOID where it failed."""
    facts = {
        "hash": order,
        "trade": report.trade_id,
        "leg": report.leg.value,
        "price": report.price,
        "size": report.size,
        "status": report.status.value,
        "time_ms": report.time_ms,
    }
    kind = RecordKind.VOID if report.status is TradeStatus.FAILED else RecordKind.FILL
    return Record(kind, mono, wall, facts)


def claim_record(order: str, mono: int, wall: int) -> Record:
    """What the venue claims of this order stands in the books from now on, though its trades have not come."""
    return Record(RecordKind.FILL, mono, wall, {"hash": order, "trade": CLAIM})


def read_trade(record: Record, life: OrderLife) -> TradeReport | None:
    """The counterpart of `trade_record`, for the order it is of; None where it is a `claim_record`."""
    trade = _of(str, record, "trade")
    if trade == CLAIM:
        return None
    market = life.market
    return TradeReport(
        trade_id=trade,
        order_id=life.hash,
        leg=_name(Leg, record, "leg"),
        condition_id=market.condition_id,
        token=market.tokens[life.order.outcome],
        buys=True,
        price=_of(int, record, "price"),
        size=_of(int, record, "size"),
        status=_name(TradeStatus, record, "status"),
        time_ms=_of(int, record, "time_ms"),
    )


def note_record(kind: RecordKind, life: OrderLife, by: str, reason: str, mono: int, wall: int) -> Record:
    """A word of our own on an order: CANCEL where it was dropped, UNKNOWN where it was given up waiting, RESOLVED.

    One that was dropped before it was signed has no hash: its own name stands for it.
    """
    facts = {"hash": life.hash, "by": by, "reason": reason}
    if not life.hash:
        facts |= {"market": life.market.condition_id, "order": life.order.order_id}
    return Record(kind, mono, wall, facts)


def text_of(record: Record, field: str) -> str:
    """A text of a record; BadRecord where it has none."""
    return _of(str, record, field)


def number_of(record: Record, field: str) -> int:
    """A whole number of a record; BadRecord where it has none."""
    return _of(int, record, field)


def _of(kind: type[_Kind], record: Record, field: str) -> _Kind:
    value = record.facts.get(field)
    if kind is float and type(value) is int:
        return kind(value)
    if type(value) is not kind:
        raise BadRecord(
            f"the {record.kind} record at t={record.wall} has {value!r} for {field}, which is no {kind.__name__}"
        )
    return value


def _name(kind: type[Any], record: Record, field: str) -> Any:
    value = record.facts.get(field)
    try:
        return kind(value)
    except ValueError:
        raise BadRecord(f"the {record.kind} record at t={record.wall} has an unknown {field}, {value!r}") from None

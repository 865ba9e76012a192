"""A blotter made of a journal: every record goes through the code that heard its news first.

What is left open is another matter, see `Blotter.resume`: that something was under way then says nothing of now.
"""

from collections.abc import Iterable

from engine import records
from engine.account import Account
from engine.allowance import Allowances
from engine.blotter import Blotter
from engine.commitment import Commitment
from engine.entries import Record, RecordKind
from engine.limits import Limits
from engine.order_life import OrderLife
from engine.records import BadRecord


def rebuild(journal: Iterable[Record], limits: Limits, allowances: Allowances, mono: int, wall: int) -> Blotter:
    """The blotter as the journal knows it, disarmed; `mono` and `wall` are now. Call its `resume` next.

    BadRecord says which record cannot be understood.
    """
    blotter = Blotter(limits, allowances)
    reader = _Reader(blotter.account, mono, wall)
    for record in journal:
        reader.take(record)
    return blotter


class _Reader:
    """Takes in record after record."""

    def __init__(self, account: Account, mono: int, wall: int) -> None:
        self._account = account
        self._mono = mono
        self._wall = wall

    def take(self, record: Record) -> None:
        """What one record says."""
        match record.kind:
            case RecordKind.RUN | RecordKind.ARM | RecordKind.DISARM:
                pass  # who ran and what was armed then is for people to read: a new run begins disarmed
            case RecordKind.MARKET:
                self._market(record)
            case RecordKind.INTENT:
                self._intent(record)
            case RecordKind.CLOSE:
                self._close(record)
            case _:
                life = self._life(record)
                self._news(life, record)
                for _ in self._account.market_of(life).book(life, self._mono, record.wall):
                    pass
                self._account.note_rest(life)

    def _market(self, record: Record) -> None:
        market, strike = records.read_market(record)
        commitment = self._account.open(market)
        commitment.strike, commitment.journalled = strike, True

    def _intent(self, record: Record) -> None:
        ago = max(self._wall - records.number_of(record, "decided"), 0)
        life = self._account.intend(self._commitment(record), records.read_order(record, self._mono - ago))
        order_hash = records.text_of(record, "hash")
        if order_hash:
            life.sign(order_hash)
            life.durable = True
            self._account.orders[order_hash] = life

    def _close(self, record: Record) -> None:
        commitment, net = self._commitment(record), records.number_of(record, "net")
        commitment.winner = records.number_of(record, "winner")
        commitment.closed_net = net
        self._account.allowances.settled(commitment.market.condition_id, net, record.wall)
        if not commitment.risk.reserved:
            self._account.running.pop(commitment.market.condition_id, None)

    def _news(self, life: OrderLife, record: Record) -> None:
        by = record.facts.get("by")
        match record.kind:
            case RecordKind.SENT:
                life.send(self._mono)
            case RecordKind.FILL | RecordKind.VOID:
                trade = records.read_trade(record, life)
                if trade is None:
                    life.matches.wait_no_longer()
                else:
                    life.trade(trade)
            case RecordKind.RESOLVED:
                life.gone()
            case _ if by == records.ANSWER:
                answer = records.read_answer(record)
                life.answer(answer)
                self._account.alias(life, answer.order_id)
                self._account.market_of(life).count(answer)
            case _ if by == records.REPORT:
                self._account.take_report(life, records.read_report(record, life))
            case RecordKind.CANCEL if by == records.OURS:
                life.drop(records.text_of(record, "reason"))
            case RecordKind.UNKNOWN if by == records.SILENCE:
                life.doubt(records.text_of(record, "reason"))
            case _:
                raise BadRecord(f"the {record.kind} record at t={record.wall} is by {by!r}, which is nobody we know")

    def _life(self, record: Record) -> OrderLife:
        order_hash = records.text_of(record, "hash")
        if order_hash:
            life = self._account.orders.get(order_hash)
        else:
            life = self._commitment(record).orders.get(records.text_of(record, "order"))
        if life is None:
            raise BadRecord(f"the {record.kind} record at t={record.wall} is of an order without an INTENT record")
        return life

    def _commitment(self, record: Record) -> Commitment:
        commitment = self._account.markets.get(records.text_of(record, "market"))
        if commitment is None:
            raise BadRecord(f"the {record.kind} record at t={record.wall} is of a market without a MARKET record")
        return commitment

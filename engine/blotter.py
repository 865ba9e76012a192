"""All live orders of one account, over all its windows: who may send, what is known of each, and what follows from it.

A pure machine. What happens is told to it with the time at which it happened; it answers with entries (see
`engine/entries.py`) for others to act on: events for an engine, records for the journal, notices, questions to the
venue. It opens no socket, writes no file and reads no clock, so the same calls give the same entries.

The way of an order: `intend`, then `signed` with its hash, whose INTENT record must be on disk before `durable` is
called, then `sent`, which says whether it may leave after all, then exactly one POST, then `answered`. Reports of
orders and trades may come at any time, and `tick` about ten times a second.
"""

from typing import NamedTuple

from engine.absence import Look
from engine.account import Account
from engine.allowance import Allowances
from engine.clearance import held_back, outlived, refusal
from engine.entries import Entry, ForEngine, NoticeKind, Record, RecordKind
from engine.events import Strike
from engine.execution import Answer, OrderReport, TradeReport, VenueMode
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order
from engine.units import dollars


class Intent(NamedTuple):
    """Whether an order was taken; where not, `refused` says why in words, and nothing was counted or held back."""

    refused: str
    entries: list[Entry]


class Sending(NamedTuple):
    """Whether an order may leave now. Where not, it has been dropped, or had left before."""

    go: bool
    entries: list[Entry]


class Blotter:
    """See above. Orders go by their hashes, the venue's names for them; `mono` and `wall` are the two clocks in ns."""

    def __init__(self, limits: Limits, allowances: Allowances) -> None:
        self.account = Account(limits, allowances)
        self._out = self.account.out

    def resume(self, mono: int, wall: int) -> list[Entry]:
        """The journal has been read back (see `engine/rebuild.py`): what it left without a last word is unknown."""
        self.account.resume(mono, wall)
        return self._told(mono, wall)

    # --- markets

    def open(self, market: Market, mono: int, wall: int) -> list[Entry]:
        """A live session of this market begins, or begins again: its engine gets its allowance and its standing."""
        self.account.open(market).open()
        return self._told(mono, wall)

    def strike(self, condition_id: str, strike: Strike) -> None:
        """The market's strike is known, or known better; it goes into the journal with the next order."""
        commitment = self.account.markets.get(condition_id)
        if commitment is not None:
            commitment.learn_strike(strike)

    def settled(self, condition_id: str, winner: int, mono: int, wall: int) -> list[Entry]:
        """The venue named the winner. Orders of unknown fate may be given up from now on, on the usual evidence."""
        commitment = self.account.markets.get(condition_id)
        self.account.foreign.settled(condition_id)
        if commitment is not None and commitment.winner is None:
            commitment.winner = winner
            for life in commitment.orders.values():
                life.absence.forget()
            self.account.close(commitment, mono, wall)
        return self._told(mono, wall)

    def unsettled(self, wall: int) -> list[Market]:
        """The markets with orders that have ended and whose winner nobody has told; those of earlier runs too."""
        commitments = self.account.markets.values()
        return [one.market for one in commitments if one.orders and one.winner is None and wall >= one.end_ns]

    # --- arming

    def why_not_arm(self, wall: int) -> str:
        """What forbids arming, in words; nothing where nothing does."""
        unsure = [life.name for life in self.account.unsure]
        if unsure:
            names = ", ".join(unsure[:3])
            return f"what became of {len(unsure)} earlier orders is not known yet ({names}); wait until it is"
        allowances = self.account.allowances
        if allowances.lost(wall):
            lost, limit = dollars(-allowances.net(wall)), dollars(allowances.daily_loss)
            return f"today's loss of ${lost:.2f} has reached its limit of ${limit:.2f}; the day ends at midnight UTC"
        return ""

    def arm(self, mono: int, wall: int) -> list[Entry]:
        """A person armed the account. ValueError where `why_not_arm` has a reason."""
        if reason := self.why_not_arm(wall):
            raise ValueError(reason)
        if not self.account.armed:
            self.account.armed = True
            self._out.write(Record(RecordKind.ARM, mono, wall, {}))
        return self._told(mono, wall)

    def disarm(self, reason: str, mono: int, wall: int) -> list[Entry]:
        """From now on nothing leaves. What has left is followed to its end."""
        self.account.disarm(reason, mono, wall)
        return self._told(mono, wall)

    def venue_said(self, mode: VenueMode, mono: int, wall: int, retry_after_s: float = 0.0) -> list[Entry]:
        """Something else than the answer to an order betrayed the venue's mode."""
        self.account.venue_said(mode, mono, retry_after_s)
        return self._told(mono, wall)

    # --- an order on its way out

    def intend(self, condition_id: str, order: Order, mono: int, wall: int) -> Intent:
        """An engine wants to send an order. Taken, it counts, and its money is held back at once."""
        account = self.account
        commitment = account.markets.get(condition_id)
        if commitment is None:
            refused = "its market is not open"
        elif not account.armed:
            refused = "the account is not armed"
        else:
            refused = refusal(commitment, order, account.venue.mode, account.waiting, wall)
        if commitment is None or refused:
            account.counters["intent_refused"] += 1
            self._out.say(NoticeKind.DROPPED, condition_id, f"order {order.order_id} was not taken: {refused}")
            return Intent(refused, self._told(mono, wall))
        account.counters["intent_taken"] += 1
        account.intend(commitment, order)
        return Intent("", self._told(mono, wall))

    def signed(self, condition_id: str, order_id: str, order_hash: str, mono: int, wall: int) -> list[Entry]:
        """An order was signed: from now on all that is heard of its hash is about it, before any byte has left."""
        life = self.account.markets[condition_id].orders[order_id]
        self.account.sign(life, order_hash.lower(), mono, wall)
        return self._told(mono, wall)

    def durable(self, order_hash: str) -> None:
        """The journal has the order's INTENT record on disk; no matter if it was dropped before it was signed."""
        life = self.account.orders.get(order_hash.lower())
        if life is not None:
            life.durable = True

    def sent(self, order_hash: str, mono: int, wall: int) -> Sending:
        """The last question before the POST, to be asked when nothing stands between it and the socket."""
        account = self.account
        life = account.orders.get(order_hash.lower())
        if life is None:
            return Sending(False, self._told(mono, wall))  # dropped before it was signed
        reason = "the account is disarmed"
        if account.armed:
            reason = held_back(life, account.market_of(life), account.venue.mode, mono, wall)
        go = not reason and life.send(mono)
        if go:
            self._out.write(Record(RecordKind.SENT, mono, wall, {"hash": life.hash}))
        else:
            account.drop(life, reason, mono, wall)
        return Sending(go, self._told(mono, wall))

    def leaving(self, order_hash: str, mono: int, wall: int) -> str:
        """Why an order that was sent must not leave after all, in words; to be asked before its first byte.

        Between `sent` and the socket it may have waited for a connection.
        """
        life = self.account.orders.get(order_hash.lower())
        if not self.account.armed:
            return "the account is disarmed"
        if life is None:
            return "nobody knows it any more"
        return outlived(life, self.account.market_of(life), self.account.venue.mode, mono, wall)

    def drop(self, condition_id: str, order_id: str, reason: str, mono: int, wall: int) -> list[Entry]:
        """An order that was taken is not sent, for a reason of the caller's. One that was sent stays what it is."""
        account = self.account
        account.drop(account.markets[condition_id].orders[order_id], reason, mono, wall)
        return self._told(mono, wall)

    # --- what comes back

    def answered(self, order_hash: str, answer: Answer, mono: int, wall: int) -> list[Entry]:
        """The answer to the POST of an order, or what stands for it where none came."""
        life = self.account.orders.get(order_hash.lower())
        if life is None:
            self.account.counters["answer_not_taken"] += 1
        else:
            self.account.answer(life, answer, mono, wall)
        return self._told(mono, wall)

    def traded(self, report: TradeReport, mono: int, wall: int) -> list[Entry]:
        """A report of a trade, from the socket or from a look."""
        account, name = self.account, report.order_id.lower()
        if name in account.orders:
            account.trade(account.orders[name], report, mono, wall)
        elif name in account.past:
            account.counters["trade_past"] += 1
        else:
            account.counters["trade_foreign"] += 1
            market = account.markets.get(report.condition_id)
            if account.foreign.trade(report, market.fees if market is not None else None):
                told = f"trade {report.trade_id} is of an order that is none of ours, {report.order_id}"
                self._out.say(NoticeKind.FOREIGN, report.condition_id, told, order=report.order_id, alarm=True)
        return self._told(mono, wall)

    def reported(self, report: OrderReport, mono: int, wall: int) -> list[Entry]:
        """A report of an order, from the socket or from a look."""
        account, name = self.account, report.order_id.lower()
        if name in account.orders:
            account.report(account.orders[name], report, mono, wall)
        elif name in account.past:
            account.counters["order_past"] += 1
        else:
            account.counters["order_foreign"] += 1
            if account.foreign.order(report):
                told = f"the wallet has an order that is none of ours, {report.order_id}"
                self._out.say(NoticeKind.FOREIGN, report.condition_id, told, order=report.order_id, alarm=True)
        return self._told(mono, wall)

    def looked(self, order_hash: str, look: Look, mono: int, wall: int) -> list[Entry]:
        """A look for an order is over, as a Question asked for; what it found has been reported before."""
        life = self.account.orders.get(order_hash.lower())
        if life is not None:
            self.account.look(life, look, mono, wall)
        return self._told(mono, wall)

    def tick(self, mono: int, wall: int) -> list[Entry]:
        """Time passes."""
        account = self.account
        if account.venue.tick(mono):
            self._out.say(NoticeKind.VENUE, "", f"the venue's mode is taken to be {account.venue.mode} now")
        for life in list(account.restless):
            account.wait(life, mono, wall)
        account.sweep(mono, wall)
        return self._told(mono, wall)

    def _told(self, mono: int, wall: int) -> list[Entry]:
        """All that came of the call, and last what the engines have to be told because of it."""
        account = self.account
        exposed = account.exposure
        for condition_id, commitment in account.running.items():
            if commitment.winner is None:
                allowance = account.allowances.allowance(exposed, commitment.room)
                for event in commitment.news(allowance, account.venue.mode, mono, wall):
                    self._out.add(ForEngine(condition_id, event))
        return self._out.take()

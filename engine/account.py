"""The account: its markets, its orders, its sums, and what follows from each piece of news about them."""

from collections import Counter
from typing import Final

from engine import patience, records
from engine.absence import Look
from engine.allowance import Allowances
from engine.breakers import FAILURES, AccountBreaker
from engine.commitment import Commitment
from engine.entries import Disarm, ForEngine, NoticeKind, Question, Record, RecordKind
from engine.execution import Answer, AnswerKind, OrderReport, OrderState, TradeReport, TradeStatus, VenueMode
from engine.foreign import Foreign
from engine.limits import Limits
from engine.market import Market
from engine.matches import CLAIM, DUST, Heard
from engine.order_life import OrderLife, Stage, found_nobody
from engine.orders import Order
from engine.outbox import Outbox
from engine.units import CENT, price_dollars, shares
from engine.venue_mode import VenueWatch

KEPT_NS: Final = 3_600_000_000_000
"""A market that is at rest is kept for an hour after its end, for reports that come late or twice."""

SWEEP_NS: Final = 60_000_000_000

_OVER: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.DROPPED})


class Account:
    """Everything that is known, and the one place where news of an order is taken in.

    Whatever follows from the news is put into `out`. Orders go by their hashes, in lower case.
    """

    def __init__(self, limits: Limits, allowances: Allowances) -> None:
        self.limits = limits
        self.allowances = allowances
        self.armed = False
        self.venue = VenueWatch()
        self.foreign = Foreign()
        self.markets: dict[str, Commitment] = {}
        """By condition id."""
        self.running: dict[str, Commitment] = {}
        """Those of them in which something can still be lost: not settled yet, or with money held back."""
        self.orders: dict[str, OrderLife] = {}
        """By hash."""
        self.restless: dict[OrderLife, None] = {}
        """Orders of which more is to come: the only ones that time changes."""
        self.past: set[str] = set()
        """Hashes of orders whose markets were let go: ours, though nothing else is known of them any more."""
        self.counters: Counter[str] = Counter()
        """Everything that was told, each exactly once: what was news, and by name what was not."""
        self.out = Outbox()
        self._breaker = AccountBreaker()
        self._swept: int | None = None

    def open(self, market: Market) -> Commitment:
        """A market, made known where it is not."""
        commitment = self.markets.get(market.condition_id)
        if commitment is None:
            commitment = Commitment(market, self.limits)
            self.markets[market.condition_id] = self.running[market.condition_id] = commitment
        return commitment

    def market_of(self, life: OrderLife) -> Commitment:
        """The market that an order is of."""
        return self.markets[life.market.condition_id]

    @property
    def exposure(self) -> int:
        """What the wallet can still lose over all markets, foreign orders included, in money units."""
        return sum(commitment.exposure for commitment in self.running.values()) + self.foreign.exposure

    @property
    def waiting(self) -> int:
        """Orders that were taken and have neither left nor been dropped."""
        return sum(life.stage in {Stage.INTENT, Stage.SIGNED} for life in self.restless)

    @property
    def unsure(self) -> list[OrderLife]:
        """Orders that left, or may have left, and may still be matched."""
        return [life for life in self.restless if life.hash and not life.ended]

    def intend(self, commitment: Commitment, order: Order) -> OrderLife:
        """An order is to be sent."""
        life = commitment.intend(order)
        self.restless[life] = None
        return life

    # --- news of an order

    def answer(self, life: OrderLife, answer: Answer, mono: int, wall: int) -> None:
        """The answer to its POST."""
        if life.sent_at is None or not life.answer(answer):
            self.counters["answer_not_taken"] += 1
            return
        self.counters["answer_taken"] += 1
        self.out.write(records.answer_record(life.hash, answer, mono, wall))
        if self.alias(life, answer.order_id):
            self.contradiction(life, f"the venue calls it {answer.order_id}: its hash is wrong", mono, wall)
        if answer.mode is not None:
            self.venue_said(answer.mode, mono, answer.retry_after_s)
        elif answer.kind in {AnswerKind.MATCHED, AnswerKind.WORKING}:
            self.venue_said(VenueMode.NORMAL, mono)
        self._count(life, answer, mono, wall)
        self.follow(life, mono, wall)

    def alias(self, life: OrderLife, name: str) -> bool:
        """The venue calls it so; whether that is another name than its hash. It answers to both."""
        if not name or name.lower() in {life.hash, life.alias}:
            return False
        if name.lower() not in self.orders:
            life.alias = name.lower()
            self.orders[life.alias] = life
        return True

    def trade(self, life: OrderLife, report: TradeReport, mono: int, wall: int) -> None:
        """A report of one of its trades."""
        if not _fits(life, report) or report.trade_id in {"", CLAIM} or min(report.price, report.size) <= 0:
            self.counters["trade_misfit"] += 1
            self.contradiction(life, f"trade {report.trade_id} does not fit it and is not booked", mono, wall)
            return
        over, changed = life.stage in _OVER, life.matches.changed
        heard = life.trade(report)
        self.counters[f"trade_{heard}"] += 1
        if heard in {Heard.NEW, Heard.ADVANCED}:
            self.out.write(records.trade_record(life.hash, report, mono, wall))
            if over and life.acked:
                self._say(NoticeKind.LATE, life, f"was matched though it was taken to be over ({life.reason})")
            if report.status is TradeStatus.FAILED:
                lost = f"{shares(report.size).normalize():f} shares at ${price_dollars(report.price)}"
                self._say(NoticeKind.VOID, life, f"has a trade that failed, {report.trade_id}: {lost} are taken back")
        if heard is Heard.CONTRADICTED or life.matches.changed > changed:
            self._say(NoticeKind.CONTRADICTION, life, f"trade {report.trade_id} was told of in two ways")
        self.follow(life, mono, wall)

    def report(self, life: OrderLife, report: OrderReport, mono: int, wall: int) -> None:
        """A report of the order itself."""
        if not _fits(life, report):
            self.counters["order_misfit"] += 1
            self.contradiction(life, "a report of it tells of another token or side", mono, wall)
            return
        news, came_back = self.take_report(life, report)
        self.counters["order_news" if news else "order_repeated"] += 1
        record = records.report_record(life.hash, report, mono, wall, back=came_back) if news else None
        if record is not None:
            self.out.write(record)
        if came_back:
            life.sent_at = mono  # from here on it is looked for, and may be given up, as if it had just been sent
            self.contradiction(life, "is at the venue though it was taken to be over", mono, wall)
        if life.stage is Stage.DROPPED and report.state in {OrderState.LIVE, OrderState.DELAYED}:
            self.contradiction(life, "the venue has it though it never left", mono, wall)
        self.follow(life, mono, wall)

    def take_report(self, life: OrderLife, report: OrderReport) -> tuple[bool, bool]:
        """A report of the order as evidence: whether it was news, and whether by it the order came back.

        One that came back has its money held again.
        """
        was_back = life.back
        news = life.report(report)
        came_back = life.back and not was_back
        if came_back:
            commitment = self.market_of(life)
            commitment.hold_again(life)
            self.running[commitment.market.condition_id] = commitment
        return news, came_back

    def look(self, life: OrderLife, look: Look, mono: int, wall: int) -> None:
        """A look for it is over. Between a market's end and its settlement nothing is given up."""
        life.asking = False
        commitment = self.market_of(life)
        if not life.ended and commitment.winner is None and wall >= commitment.end_ns:
            return
        life.absence.note(look)
        since = life.sent_at if life.sent_at is not None else life.doubted_at
        if since is None or not life.absence.proven(since):
            return
        if not life.ended or (life.matches.any and not life.matches.accounted):
            self.out.write(records.note_record(RecordKind.RESOLVED, life, records.OURS, "", mono, wall))
            life.gone()
            self.follow(life, mono, wall)
        elif not life.matches.accounted:
            self._say(NoticeKind.UNSETTLED, life, "was matched as the venue says, but it shows no trade of it")

    def sign(self, life: OrderLife, order_hash: str, mono: int, wall: int) -> None:
        """It has its name at the venue: what is heard of that name is about it from now on."""
        if order_hash in self.orders or order_hash in self.past:
            self.drop(life, "its hash was used before", mono, wall)
        elif life.sign(order_hash):
            self.orders[order_hash] = life
            self._write_intent(life, mono, wall)

    def drop(self, life: OrderLife, reason: str, mono: int, wall: int) -> None:
        """It does not leave. One that was never signed counts all the same, so the journal has to know it too."""
        if life.drop(reason):
            if not life.hash:
                self._write_intent(life, mono, wall)
            self.out.write(records.note_record(RecordKind.CANCEL, life, records.OURS, reason, mono, wall))
            self._say(NoticeKind.DROPPED, life, f"was not sent: {reason}", alarm=False)
            self.follow(life, mono, wall)

    def wait(self, life: OrderLife, mono: int, wall: int) -> None:
        """Time passes over it."""
        if patience.sending_overdue(life, mono):
            self.drop(life, "it waited too long to be sent", mono, wall)
        if patience.answer_overdue(life, mono) and life.doubt("no answer came"):
            self._doubted(life, mono)
            self._write_doubt(life, mono, wall)
            self.follow(life, mono, wall)
        if patience.trades_overdue(life, mono) and life.matches.wait_no_longer():
            self.out.write(records.claim_record(life.hash, mono, wall))
            self.follow(life, mono, wall)
        if patience.doubt_overdue(life, mono):
            self._say(NoticeKind.UNKNOWN, life, f"is of unknown fate ({life.reason}); its money stays held back")
        if life.stage is Stage.UNKNOWN and wall >= self.market_of(life).end_ns:
            self._say(NoticeKind.UNKNOWN, life, "is of unknown fate though its market has ended; look at the venue")
        if patience.settlement_overdue(life, mono):
            self._say(NoticeKind.UNSETTLED, life, "was matched minutes ago and is not settled yet")
        if patience.question_due(life, mono):
            life.asked, life.asking = mono, True
            since_ms = life.order.wall // 1_000_000
            self.out.add(Question(life.hash, life.market.condition_id, since_ms))

    def resume(self, mono: int, wall: int) -> None:
        """What an earlier run left: an order without a last word is of unknown fate, and all waiting begins anew."""
        for life in list(self.restless):
            life.sent_at = mono  # no wall clock proves how long ago it was
            if life.leave_over("an earlier run left it without a last word"):
                self._write_doubt(life, mono, wall)
            self.follow(life, mono, wall)
        self.sweep(mono, wall)

    def follow(self, life: OrderLife, mono: int, wall: int) -> None:
        """Draw what follows from news of an order: bookings, its last word, the market's result."""
        matches, commitment = life.matches, self.market_of(life)
        if life.claimed_at is None and (matches.claimed or matches.any):
            life.claimed_at = mono
        if life.stage is Stage.UNKNOWN and life.doubted_at is None:
            life.doubted_at = mono
        elif life.stage is not Stage.UNKNOWN and life.doubted_at is not None:
            self._say(NoticeKind.RESOLVED, life, f"is not of unknown fate any more: {life.stage}", alarm=False)
        for event, status in commitment.book(life, mono, wall):
            self.out.add(ForEngine(life.market.condition_id, event, status.value if status is not None else ""))
        size, cost = matches.difference
        if matches.accounted and (abs(size) >= DUST or abs(cost) >= CENT):
            self._say(NoticeKind.CONTRADICTION, life, "cost another sum than the venue's answer said; its trades count")
        if commitment.position.spent + commitment.risk.reserved > self.limits.max_position:
            self._say(NoticeKind.OVER_LIMIT, life, "takes its market over MAX_POSITION_USD")
        self.close(commitment, mono, wall)
        self.note_rest(life)

    def note_rest(self, life: OrderLife) -> None:
        """Whether more is to come of it."""
        if life.at_rest:
            self.restless.pop(life, None)
        else:
            self.restless[life] = None

    # --- the account

    def close(self, commitment: Commitment, mono: int, wall: int) -> None:
        """Book the result of a settled market; again where something came late."""
        if commitment.winner is None:
            return
        condition_id = commitment.market.condition_id
        if not commitment.risk.reserved:
            self.running.pop(condition_id, None)
        if not commitment.orders or commitment.closed_net == commitment.net:
            return
        commitment.closed_net = net = commitment.net
        facts = {"market": condition_id, "winner": commitment.winner, "net": net}
        self.out.write(Record(RecordKind.CLOSE, mono, wall, facts))
        self.allowances.settled(condition_id, net, wall)
        if self.allowances.lost(wall):
            self.disarm("the day's loss has reached its limit", mono, wall)

    def sweep(self, mono: int, wall: int) -> None:
        """Once a minute: let go of the markets of which nothing more is to come."""
        if self._swept is not None and mono - self._swept < SWEEP_NS:
            return
        self._swept = mono
        for commitment in list(self.markets.values()):
            if wall >= commitment.end_ns + KEPT_NS and (commitment.at_rest or not commitment.orders):
                self.let_go(commitment)

    def let_go(self, commitment: Commitment) -> None:
        """A market is over long since: forget all but the names of its orders."""
        del self.markets[commitment.market.condition_id]
        self.running.pop(commitment.market.condition_id, None)
        for life in commitment.orders.values():
            for name in {life.hash, life.alias} - {""}:
                del self.orders[name]
                self.past.add(name)

    def venue_said(self, mode: VenueMode, mono: int, retry_after_s: float = 0.0) -> None:
        """The venue's mode showed."""
        if self.venue.said(mode, mono, retry_after_s):
            alarm = mode is not VenueMode.NORMAL
            self.out.say(NoticeKind.VENUE, "", f"the venue's mode is {mode} now", alarm=alarm)

    def disarm(self, reason: str, mono: int, wall: int) -> None:
        """Nothing leaves from now on."""
        if self.armed:
            self.armed = False
            self.out.write(Record(RecordKind.DISARM, mono, wall, {"reason": reason}))
            self.out.add(Disarm(reason))
            self.out.say(NoticeKind.DISARMED, "", f"disarmed: {reason}", alarm=True)

    def contradiction(self, life: OrderLife, text: str, mono: int, wall: int) -> None:
        """Something about an order cannot be: a person must look before another one leaves."""
        self._say(NoticeKind.CONTRADICTION, life, text)
        self.disarm(f"order {life.name}: {text}", mono, wall)

    def _count(self, life: OrderLife, answer: Answer, mono: int, wall: int) -> None:
        """What an answer means to the breakers. To have found nobody to match with is a refusal, but no failure."""
        self.market_of(life).count(answer)
        if answer.mode is None and answer.retry_after_s > 0:
            for commitment in self.markets.values():  # it counts the orders of a key, not of a market
                commitment.breaker.pause(mono + round(answer.retry_after_s * 1e9))
        if answer.kind is AnswerKind.UNKNOWN or answer.mode is VenueMode.RESTARTING:
            self._doubted(life, mono)
        fine = answer.kind in {AnswerKind.MATCHED, AnswerKind.WORKING} or found_nobody(answer.reason)
        why = answer.reason or f"its answer was {answer.kind}"
        if answer.disarm:
            self.disarm(f"order {life.name}: {why}", mono, wall)
        elif self._breaker.answered(failed=not fine):
            self.disarm(f"{FAILURES} orders in a row came to nothing; the last: {why}", mono, wall)

    def _write_intent(self, life: OrderLife, mono: int, wall: int) -> None:
        commitment = self.market_of(life)
        if not commitment.journalled:
            commitment.journalled = True
            self.out.write(records.market_record(commitment.market, commitment.strike, mono, wall))
        self.out.write(records.intent_record(life, mono, wall))

    def _write_doubt(self, life: OrderLife, mono: int, wall: int) -> None:
        self.out.write(records.note_record(RecordKind.UNKNOWN, life, records.SILENCE, life.reason, mono, wall))

    def _doubted(self, life: OrderLife, mono: int) -> None:
        if life.doubted_at is None and self.market_of(life).breaker.doubted(mono):
            slug, condition_id = life.market.slug, life.market.condition_id
            text = f"{slug} is paused for a minute: three orders of unknown fate within another"
            self.out.say(NoticeKind.BREAKER, condition_id, text, alarm=True)

    def _say(self, kind: NoticeKind, life: OrderLife, text: str, *, alarm: bool = True) -> None:
        self.out.say_once(kind, life, f"order {life.name} {text}", alarm=alarm)


def _fits(life: OrderLife, report: TradeReport | OrderReport) -> bool:
    """Whether a report can be about this order: a buy of its token."""
    return report.buys and report.token == life.market.tokens[life.order.outcome]

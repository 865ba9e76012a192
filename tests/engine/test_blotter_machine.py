"""The blotter in the hands of chance: any news in any order, lost, late and repeated, with kills in between.

Beside it stands a venue that knows the truth, and a bookkeeper who knows only what was told, and who does the sums in
the plainest way. After every step both must agree with the blotter, and the engines with it.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.absence import Look
from engine.engine import Engine, Mode
from engine.entries import Entry, ForEngine, RecordKind
from engine.events import UP, Ack, Fill
from engine.execution import Answer, AnswerKind, OrderState, TradeStatus
from engine.limits import Limits
from engine.market import Market
from engine.order_life import Stage
from engine.paper import NO_MATCH
from engine.rebuild import rebuild
from tests.engine import builders
from tests.engine.builders import Wants, money, mono, price, size, wall
from tests.engine.live import (
    Till,
    matched,
    next_market,
    not_sent,
    order_report,
    refused,
    trade_report,
    unknown,
    working,
)

LIMITS = Limits(cooldown_ns=2_000_000_000, max_position=money(30), max_orders=6)
EXPOSURE = 40.0
MARKET = replace(builders.market(), end_ms=builders.START_MS + 2_000_000)
NEXT = replace(next_market(), end_ms=builders.START_MS + 4_000_000)
"""Two long windows, so that much can happen in each."""

LIMIT_PRICE = 0.50
KILLS = 4
"""So many of them in one story, that there is a story between them."""

CONFIRMED, FAILED = TradeStatus.CONFIRMED, TradeStatus.FAILED


@dataclass
class Truth:
    """What really becomes of an order at the venue, decided when it arrives there."""

    market: Market
    budget: float
    fate: str
    trades: dict[str, float]
    """Shares by trade id; all at the limit."""
    ends: dict[str, TradeStatus]
    sent_at: float
    visible_at: float
    """From when on reads show its trades."""

    @property
    def shares(self) -> float:
        return sum(self.trades.values())

    def bought(self) -> float:
        return sum(shares for trade, shares in self.trades.items() if self.ends[trade] is CONFIRMED)


@dataclass
class Known:
    """What the blotter was told of an order, as a bookkeeper would note it."""

    trades: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    claim: float | None = None
    claim_at: float = 0.0
    booked_on_claim: bool = False

    def shares(self, truth: Truth) -> float:
        """Shares that must stand in the books: the claim less what failed, or the trades that did not fail."""
        failed = sum(self.trades[trade] for trade in self.failed)
        if self.booked_on_claim:
            return truth.shares - failed
        return sum(self.trades.values()) - failed


class Fate(NamedTuple):
    """What chance has in store for an order: of its budget `part` is matched, in pieces, some of which fail."""

    kind: str
    cuts: list[float]
    part: float
    failing: list[bool]
    lag: float

    def of(self, name: str, market: Market, budget: float, now: float) -> Truth:
        total = int(budget / LIMIT_PRICE * self.part * 100) / 100
        edges = sorted({0.0, *(round(total * cut, 2) for cut in self.cuts), total})
        pieces = [round(after - before, 2) for before, after in pairwise(edges) if after > before]
        trades = {f"{name}.{n}": piece for n, piece in enumerate(pieces)} if self.kind == "matched" else {}
        ends = {trade: FAILED if fails else CONFIRMED for trade, fails in zip(trades, self.failing, strict=False)}
        return Truth(market, budget, self.kind, trades, ends, now, now + self.lag)


FATES = st.builds(
    Fate,
    kind=st.sampled_from(["lost", "no_match", "matched", "matched", "matched"]),
    cuts=st.lists(st.sampled_from([0.2, 0.5, 0.7]), max_size=2, unique=True),
    part=st.sampled_from([1.0, 0.6]),
    failing=st.lists(st.booleans(), min_size=3, max_size=3),
    lag=st.sampled_from([0.0, 3.0, 45.0]),
)


def _end(market: Market) -> float:
    """Seconds from the first window's start to the end of this one."""
    return (market.end_ms - MARKET.start_ms) / 1000


class Machine(RuleBasedStateMachine):
    """A venue that says the truth, but when and how often it likes; and a process that is killed now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.till = Till(LIMITS, exposure=EXPOSURE, daily_loss=1_000.0, market=MARKET)
        self.engines: dict[str, Engine] = {}
        self.truths: dict[str, Truth] = {}
        self.known: dict[str, Known] = {}
        self.answered: set[str] = set()
        self.sent: Counter[str] = Counter()
        self.acks: Counter[str] = Counter()
        self.accepted: dict[str, dict[str, float]] = {MARKET.condition_id: {}, NEXT.condition_id: {}}
        """By market and hash when an order was taken."""
        self.names = 0
        self.kills = 0
        self.durable = 0
        """So many records are on disk whatever happens."""
        self.evidence: list[tuple[int, str, str, Any]] = []
        """(records after it, hash, what, data): what the bookkeeper has to forget where the journal lost it."""
        self.settled: set[str] = set()
        self.told = Counter[str]()

    @initialize()
    def begin(self) -> None:
        for market in (MARKET, NEXT):
            self._join(market)
        self._run(self.till.entries)

    # --- what happens

    @rule(
        dollars=st.sampled_from([2.5, 5.0, 9.99, 14.0]),
        later=st.booleans(),
        delay=st.sampled_from([0.0, 0.0, 0.1, 0.25, 0.3]),
        on_disk=st.sampled_from([True, True, True, False]),
        killed=st.sampled_from([False, False, False, True]),
        patient=st.booleans(),
        fate=FATES,
    )
    def order(
        self, dollars: float, later: bool, delay: float, on_disk: bool, killed: bool, patient: bool, fate: Fate
    ) -> None:
        """An order on its way out, as far as it comes; with patience all that stands in its way is resolved first."""
        if patient:
            for name in self._restless():
                self._resolve(name)
            self._wait(2.5)
        if not self.till.blotter.why_not_arm(wall(self.till.t)):
            self._do(self.till.blotter.arm)
        name = self._intend(NEXT if later else MARKET, dollars)
        if name and delay:
            self._wait(delay)
        if name and on_disk:
            self.till.blotter.durable(name)
            self.durable = len(self.till.records)
        if name and killed:
            self._kill(0)
        elif name:
            self._send(name, NEXT if later else MARKET, dollars, fate, self.till.t - delay)

    def _intend(self, market: Market, dollars: float) -> str:
        till, began, engine = self.till, len(self.till.entries), self.engines[market.condition_id]
        till.sent = max(till.sent, engine.risk.orders)
        armed, orders, name = till.blotter.account.armed, engine.risk.orders, ""
        intent = till.intend(budget=dollars, of=market)
        self.told["intent"] += 1
        if not intent.refused:
            assert armed
            life = list(till.blotter.account.markets[market.condition_id].orders.values())[-1]
            engine.risk.commit(life.order.order_id, life.reserve, life.order.mono)
            assert orders < LIMITS.max_orders
            assert till.t < _end(market) - 5
            times = self.accepted[market.condition_id]
            assert all(till.t - earlier >= 2.0 for earlier in times.values())
            self.names += 1
            name = f"0x{market.condition_id[2:]}-{self.names}"
            times[name] = till.t
            till.do(till.blotter.signed, market.condition_id, f"o-{till.sent}", name)
        self._run(till.entries[began:])
        return name

    def _send(self, name: str, market: Market, budget: float, fate: Fate, decided: float) -> None:
        till, began = self.till, len(self.till.entries)
        armed, life = till.blotter.account.armed, till.life(name)
        if till.go(name):
            assert armed
            assert life.durable
            assert till.t - decided <= 0.2500001
            assert till.t < _end(market) - 5
            self.sent[name] += 1
            self.truths[name] = fate.of(name, market, budget, till.t)
            self.known[name] = Known()
        assert not till.go(name)
        self._run(till.entries[began:])

    @precondition(lambda self: self._restless())
    @rule(data=st.data())
    def tell_all(self, data: st.DataObject) -> None:
        self._resolve(data.draw(st.sampled_from(self._restless())))

    def _resolve(self, name: str) -> None:
        """The venue tells all that is left to tell of an order."""
        truth = self.truths.get(name)
        if truth is not None:
            for trade, end in truth.ends.items():
                self._trade(name, trade, end)
            self.report_of(name, OrderState.CANCELED, 3)
        if not self.till.life(name).ended:
            for _ in range(2):
                self._wait(61.0)
                self._look(name, False, True, True)

    @precondition(lambda self: self._open())
    @rule(
        data=st.data(),
        how=st.sampled_from(["true", "true", "timeout", "working"]),
        ids=st.booleans(),
        sums=st.booleans(),
    )
    def answer(self, data: st.DataObject, how: str, ids: bool, sums: bool) -> None:
        name = data.draw(st.sampled_from(self._open()))
        truth = self.truths[name]
        claim = None
        if how == "timeout":
            answer = unknown()
        elif truth.fate == "lost":
            answer = not_sent() if name not in self.answered else unknown()
        elif how == "working":
            answer = working()
        elif truth.fate == "no_match":
            answer = refused(NO_MATCH)
        else:
            sums = sums or not ids
            claim = truth.shares if sums else None
            answer = matched(truth.shares, truth.shares * LIMIT_PRICE, truth.trades if ids else ())
            if not sums:
                answer = Answer(AnswerKind.MATCHED, trade_ids=tuple(truth.trades))
        first = name not in self.answered and self.till.life(name).sent_at is not None
        self.answered.add(name)
        self.told["answer"] += 1
        self._tell(name, "claim" if claim is not None and first else "nothing", claim, self.till.answer, name, answer)

    @precondition(lambda self: self._with_trades())
    @rule(
        data=st.data(), status=st.sampled_from(["matched", "mined", "retrying", "end", "end"]), times=st.integers(1, 2)
    )
    def trade(self, data: st.DataObject, status: str, times: int) -> None:
        name = data.draw(st.sampled_from(self._with_trades()))
        truth = self.truths[name]
        trade = data.draw(st.sampled_from(sorted(truth.trades)))
        said = truth.ends[trade] if status == "end" else TradeStatus(status)
        for _ in range(times):
            self._trade(name, trade, said)

    @precondition(lambda self: self.truths)
    @rule(data=st.data(), state=st.sampled_from(list(OrderState)), at_ms=st.integers(0, 3))
    def report(self, data: st.DataObject, state: OrderState, at_ms: int) -> None:
        """Reports of the order, true ones: one that was matched is reported with all that was."""
        self.report_of(data.draw(st.sampled_from(sorted(self.truths))), state, at_ms)

    def report_of(self, name: str, state: OrderState, at_ms: int) -> None:
        truth = self.truths[name]
        if truth.fate == "lost" or (truth.fate == "no_match") is (state is OrderState.MATCHED):
            return
        shares = 0.0 if state in {OrderState.LIVE, OrderState.DELAYED} else truth.shares
        report = order_report(
            name,
            state,
            shares=shares,
            at_ms=at_ms,
            token=truth.market.up_token,
            condition_id=truth.market.condition_id,
        )
        self.told["order"] += 1
        self._tell(name, "claim" if shares else "nothing", shares, self.till.report, report)

    @precondition(lambda self: self._taken_to_be_over())
    @rule(data=st.data(), state=st.sampled_from([OrderState.LIVE, OrderState.DELAYED]))
    def come_back(self, data: st.DataObject, state: OrderState) -> None:
        """The venue shows an order in its book whose end it never told."""
        name = data.draw(st.sampled_from(self._taken_to_be_over()))
        market = self.truths[name].market
        report = order_report(name, state, token=market.up_token, condition_id=market.condition_id)
        self.told["order"] += 1
        self._tell(name, "nothing", None, self.till.report, report)
        assert self.till.life(name).back
        assert not self.till.blotter.account.armed

    @precondition(lambda self: self.till.blotter.account.orders)
    @rule(data=st.data(), found=st.sampled_from([False, False, None]), orders=st.booleans(), trades=st.booleans())
    def look(self, data: st.DataObject, found: bool | None, orders: bool, trades: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.till.blotter.account.orders)))
        self._look(name, found, orders, trades)

    @rule(seconds=st.sampled_from([0.2, 1.0, 2.5, 3.5, 3.5, 3.5, 7.0, 70.0]))
    def wait(self, seconds: float) -> None:
        self._wait(seconds)

    @precondition(lambda self: self.truths)
    @rule()
    def disarm_and_arm(self) -> None:
        self._do(self.till.blotter.disarm, "the person said so")
        reason = self.till.blotter.why_not_arm(wall(self.till.t))
        unsure = [name for name in self.truths if not self.till.life(name).ended]
        waiting = [life for life in self.till.blotter.account.orders.values() if not life.ended]
        assert bool(reason) is bool(waiting)
        assert not unsure or reason
        if not reason:
            self._do(self.till.blotter.arm)

    @precondition(lambda self: self._ended() - self.settled)
    @rule(winner=st.sampled_from([0, 1]))
    def settle(self, winner: int) -> None:
        for market in (MARKET, NEXT):
            if market.condition_id in self._ended() - self.settled:
                self.settled.add(market.condition_id)
                self._do(self.till.blotter.settled, market.condition_id, winner)

    @precondition(lambda self: self.truths and self.kills < KILLS)
    @rule(lost=st.integers(0, 4))
    def kill(self, lost: int) -> None:
        self._kill(lost)

    def _kill(self, lost: int) -> None:
        """The process dies with `lost` records of the journal not on disk, where they need not have been."""
        self.kills += 1
        old = self.till
        boundaries = sorted({n for n, *_ in self.evidence if n >= self.durable} | {len(old.records), self.durable})
        kept = boundaries[max(len(boundaries) - 1 - lost, 0)]
        journal = old.records[:kept]
        self.till = Till(LIMITS, exposure=EXPOSURE, daily_loss=1_000.0, market=MARKET, t=old.t, armed=False)
        self.till.blotter = rebuild(journal, LIMITS, self.till.allowances(), mono(old.t), wall(old.t))
        self.till.sent = old.sent
        self.till.entries = [entry for entry in old.entries if hasattr(entry, "record")][:kept]
        self.durable = kept
        for times in self.accepted.values():
            for name in set(times) - set(self.till.blotter.account.orders):
                del times[name]  # its intent was not on disk: it cannot have left
        self.settled = {
            one for one in self.settled
            if one in self.till.blotter.account.markets and self.till.blotter.account.markets[one].winner is not None
        }  # fmt: skip
        self.acks.clear()
        self.told.clear()
        self._forget(kept)
        self.engines.clear()
        for name, truth in self.truths.items():
            assert name in self.till.blotter.account.orders, "an order that left is not in the journal"
            assert self.till.life(name).market == truth.market
        began = len(self.till.entries)
        self.till.do(self.till.blotter.resume)
        for market in (MARKET, NEXT):
            self._join(market)
        self.answered = {name for name in self.answered if self.till.life(name).answered}
        self._run(self.till.entries[began:])

    # --- what must be true after each of them

    @invariant()
    def books_agree_with_what_was_told(self) -> None:
        for market in (MARKET, NEXT):
            commitment = self.till.blotter.account.markets[market.condition_id]
            mine = [name for name, truth in self.truths.items() if truth.market == market]
            expected = sum(self.known[name].shares(self.truths[name]) for name in mine)
            assert commitment.position.total.shares[UP] == size(round(expected, 2))
            assert commitment.position.total.cost[UP] == size(round(expected, 2)) * price(LIMIT_PRICE)

    @invariant()
    def engines_agree_with_the_account(self) -> None:
        for condition_id, engine in self.engines.items():
            commitment = self.till.blotter.account.markets[condition_id]
            assert engine.position.total.shares == commitment.position.total.shares
            assert engine.position.total.fees == commitment.position.total.fees
            assert engine.risk.reserves == commitment.carried.reserves  # of what came back it hears by its allowance
            if commitment.winner is None:
                assert engine.risk.allowance == commitment.risk.allowance

    @invariant()
    def limits_hold(self) -> None:
        """What came back is beyond them: its money had been freed, on the venue's own word that it was not there."""
        account, back = self.till.blotter.account, 0
        for commitment in account.markets.values():
            again = sum(commitment.risk.reserves[name] for name, life in commitment.orders.items() if life.back)
            committed = commitment.position.spent + commitment.failed + commitment.risk.reserved
            assert committed - again <= LIMITS.max_position
            assert commitment.risk.orders <= LIMITS.max_orders
            back += again
        assert account.exposure - back <= money(EXPOSURE)

    @invariant()
    def money_is_held_back_until_the_last_word_and_freed_once(self) -> None:
        for commitment in self.till.blotter.account.markets.values():
            reserves = commitment.risk.reserves
            assert commitment.risk.reserved == sum(reserves.values()) >= 0
            for order_id, life in commitment.orders.items():
                assert (order_id in reserves) is (life.back or not life.acked)
                assert 0 <= reserves.get(order_id, 0) <= life.reserve
                assert life.acked is (life.last_word or life.back)
            assert sum(not life.acked for life in commitment.orders.values()) <= 1
        assert all(count == 1 for count in self.acks.values())

    @invariant()
    def nothing_leaves_while_an_order_that_was_taken_to_be_over_is_at_the_venue(self) -> None:
        back = [life for life in self.till.blotter.account.orders.values() if life.back and not life.ended]
        assert not (back and self.till.blotter.account.armed)
        assert not back or self.till.blotter.why_not_arm(wall(self.till.t))

    @invariant()
    def money_that_may_be_gone_is_never_free(self) -> None:
        """What really happened, told or not, is in the books or held back, unless the venue's reads denied it."""
        for name, truth in self.truths.items():
            life, known = self.till.life(name), self.known[name]
            reserves = self.till.blotter.account.markets[truth.market.condition_id].risk.reserves
            outstanding = (known.claim or 0.0) - sum(known.trades.values())
            if outstanding > 0.01 and not known.booked_on_claim:
                assert reserves[life.order.order_id] >= round(outstanding * LIMIT_PRICE * 1e10) - 1
            if truth.trades and not known.trades and known.claim is None:
                assert reserves[life.order.order_id] == life.reserve, "a match was freed before it was heard of"

    @invariant()
    def each_order_left_once_and_has_one_fate_or_is_visibly_unknown(self) -> None:
        assert all(count == 1 for count in self.sent.values())
        for name in self.truths:
            life = self.till.life(name)
            assert life.ended or life.stage in {
                Stage.SENT, Stage.ACKNOWLEDGED, Stage.WORKING, Stage.DELAYED, Stage.UNKNOWN, Stage.MATCHED
            }  # fmt: skip
            assert not [count for count in life.counts if "_not_" in count]

    @invariant()
    def everything_told_was_counted(self) -> None:
        counters = self.till.blotter.account.counters
        for kind in ("intent", "answer", "trade", "order"):
            counted = sum(count for name, count in counters.items() if name.startswith(f"{kind}_"))
            assert counted == self.told[kind], kind

    def teardown(self) -> None:
        """In the end the venue answers every question: then nothing is unknown, and the books are the truth."""
        if not self.engines:
            return
        self._wait(700.0)  # both windows are over, and nothing of them is forgotten yet
        for market in (MARKET, NEXT):
            if market.condition_id not in self.settled:
                self.settled.add(market.condition_id)
                self._do(self.till.blotter.settled, market.condition_id, 0)
        for _ in range(2):
            for name in sorted(self.till.blotter.account.orders):
                self._look(name, False, True, True)
            self._wait(6.0)
        for name, truth in self.truths.items():
            for trade, end in truth.ends.items():
                self._trade(name, trade, end)
        self._all_is_at_rest()
        self.books_agree_with_what_was_told()
        self.engines_agree_with_the_account()
        assert self.till.blotter.why_not_arm(wall(self.till.t)) == ""

    def _all_is_at_rest(self) -> None:
        for name, truth in self.truths.items():
            life = self.till.life(name)
            assert life.at_rest, (name, life.stage)
            assert bool(life.matches.confirmed) is bool(truth.bought())
        for market in (MARKET, NEXT):
            commitment = self.till.blotter.account.markets[market.condition_id]
            bought = sum(truth.bought() for truth in self.truths.values() if truth.market == market)
            assert commitment.position.total.shares[UP] == size(round(bought, 2))
            assert commitment.risk.reserved == 0

    # --- how

    def _open(self) -> list[str]:
        return sorted(name for name in self.truths if self.till.t - self.truths[name].sent_at < 30)

    def _restless(self) -> list[str]:
        return sorted(name for name, life in self.till.blotter.account.orders.items() if not life.at_rest)

    def _taken_to_be_over(self) -> list[str]:
        return sorted(name for name in self.truths if self.till.life(name).presumed_over)

    def _with_trades(self) -> list[str]:
        return sorted(name for name, truth in self.truths.items() if truth.trades)

    def _ended(self) -> set[str]:
        return {
            market.condition_id for market in (MARKET, NEXT) if self.till.t >= _end(market)
        }  # fmt: skip

    def _join(self, market: Market) -> None:
        """A session with its engine begins, in the middle of things after a kill."""
        self.till.do(self.till.blotter.open, market)
        engine = Engine(market, LIMITS, (Wants(),), lambda _: True, Mode.ARMED)
        self.till.blotter.account.markets[market.condition_id].carried.restore(engine)
        self.engines[market.condition_id] = engine

    def _do(self, call: Any, *args: object) -> None:
        began = len(self.till.entries)
        self.till.do(call, *args)
        self._run(self.till.entries[began:])

    def _run(self, entries: list[Entry]) -> None:
        """Do with the entries what a session would."""
        for entry in entries:
            if isinstance(entry, ForEngine) and entry.condition_id in self.engines:
                self.engines[entry.condition_id].handle(entry.event)
                if isinstance(entry.event, Ack):
                    self.acks[f"{entry.condition_id} {entry.event.order_id}"] += 1
                if isinstance(entry.event, Fill):
                    assert entry.event.outcome == UP

    def _tell(self, name: str, what: str, data: Any, call: Any, *args: object) -> None:
        began = len(self.till.entries)
        call(*args)
        self.evidence.append((len(self.till.records), name, what, data))
        self._note(name, what, data)
        self._run(self.till.entries[began:])

    def _note(self, name: str, what: str, data: Any) -> None:
        known = self.known[name]
        match what:
            case "claim":
                if known.claim is None and not known.trades:
                    known.claim_at = self.till.t
                if known.claim is None:
                    known.claim = data
            case "trade":
                trade, status = data
                if not known.trades and known.claim is None:
                    known.claim_at = self.till.t
                known.trades[trade] = self.truths[name].trades[trade]
                if status is FAILED:
                    known.failed.add(trade)
            case "booked":
                known.booked_on_claim = True

    def _trade(self, name: str, trade: str, status: TradeStatus) -> None:
        truth = self.truths[name]
        report = trade_report(
            name,
            trade,
            shares=truth.trades[trade],
            status=status,
            token=truth.market.up_token,
            condition_id=truth.market.condition_id,
        )
        self.told["trade"] += 1
        self._tell(name, "trade", (trade, status), self.till.trade, report)

    def _look(self, name: str, found: bool | None, orders: bool, trades: bool) -> None:
        """What the reads show is reported first, as a session would."""
        truth = self.truths.get(name)  # there is none of an order that a kill kept from leaving
        if truth is not None and trades and self.till.t >= truth.visible_at:
            for trade in truth.trades:
                self._trade(name, trade, TradeStatus.MATCHED)
        self._do(self._looked, name, Look(mono(self.till.t), found, orders, trades))

    def _looked(self, name: str, look: Look, at: int, wall_at: int) -> list[Entry]:
        return self.till.blotter.looked(name, look, at, wall_at)

    def _wait(self, seconds: float) -> None:
        """One tick at the end of it; which claims were booked then is read off the journal."""
        began, records = len(self.till.entries), len(self.till.records)
        self.till.t += seconds
        self.till.do(self.till.blotter.tick)
        for record in self.till.records[records:]:
            if record.kind is RecordKind.FILL and record.facts["trade"] == "claim":
                name = str(record.facts["hash"])
                known = self.known[name]
                assert self.till.t - known.claim_at >= 3.0
                if known.claim is not None:
                    self.evidence.append((len(self.till.records), name, "booked", None))
                    self._note(name, "booked", None)
        for known in self.known.values():
            if known.claim is not None and sum(known.trades.values()) < known.claim - 0.01:
                assert known.booked_on_claim or self.till.t - known.claim_at < 3.0
        self._run(self.till.entries[began:])

    def _forget(self, kept: int) -> None:
        """The bookkeeper knows no more than the journal."""
        self.evidence = [piece for piece in self.evidence if piece[0] <= kept]
        self.known = {name: Known() for name in self.truths}
        for _, name, what, data in self.evidence:
            self._note(name, what, data)


Machine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=80, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestMachine = Machine.TestCase

from dataclasses import replace
from itertools import permutations

import pytest

from engine.engine import Engine, Mode
from engine.entries import ForEngine, NoticeKind, RecordKind
from engine.events import UP, Ack, Allowance, Fill, Standing, StrikeSource
from engine.execution import OrderState, TradeStatus, VenueMode
from engine.limits import Limits
from engine.matches import CLAIM
from engine.order_life import Stage
from engine.orders import Order, OrderStatus
from engine.signal import Signal
from tests.engine.builders import LENGTH_S, Wants, command, money, mono, opening, strike, wall
from tests.engine.builders import bid as bid_level
from tests.engine.builders import change as book_change
from tests.engine.live import (
    LIMITS,
    MARKET,
    News,
    Till,
    matched,
    next_market,
    order_report,
    refused,
    trade_report,
    unknown,
    working,
)

CONFIRMED, FAILED = TradeStatus.CONFIRMED, TradeStatus.FAILED


# --- the way of an order


def test_way_of_an_order_in_the_journal_and_to_its_engine() -> None:
    till = Till()
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a"))
    till.trade(trade_report(name, "a", status=TradeStatus.MINED))
    till.trade(trade_report(name, "a", status=CONFIRMED))
    assert till.kinds() == [
        RecordKind.ARM,
        RecordKind.MARKET,
        RecordKind.INTENT,
        RecordKind.SENT,
        RecordKind.ACK,
        RecordKind.FILL,
        RecordKind.FILL,
        RecordKind.FILL,
    ]
    fill_entry = next(e for e in till.entries if isinstance(e, ForEngine) and isinstance(e.event, Fill))
    assert fill_entry.settle == "matched"
    (fill,), (ack,) = till.events(Fill), till.events(Ack)
    assert (fill.order_id, fill.strategy, fill.outcome, fill.trade_id) == ("o-1", "distance_fade", UP, "a")
    assert (ack.order_id, ack.status, ack.reason) == ("o-1", OrderStatus.FILLED, "")
    assert till.life().stage is Stage.CONFIRMED


def test_journal_knows_the_hash_the_money_and_the_age_but_nothing_that_is_signed() -> None:
    till = Till()
    till.intend()
    till.t += 0.1
    till.sign("0xo1")
    intent = till.records[-1]
    assert intent.facts["hash"] == "0xo1"
    assert intent.facts["reserve"] == till.reserved
    assert intent.facts["age_ms"] == pytest.approx(100.0)
    assert not {"signature", "key", "salt", "maker"} & intent.facts.keys()


def test_better_strike_goes_into_the_journal_with_the_next_order() -> None:
    till = Till()
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    till.answer(till.send(), refused())
    till.blotter.strike(MARKET.condition_id, strike(5.0))
    till.answer(till.send(), refused())
    till.blotter.strike(MARKET.condition_id, strike(0.0, 68_001.0, StrikeSource.PREVIOUS_FINAL))
    till.answer(till.send(), refused())
    told = [record.facts["strike"] for record in till.records if record.kind is RecordKind.MARKET]
    assert told == [68_000.0, 68_001.0]


def test_order_that_nobody_sends_is_dropped_by_time() -> None:
    till = Till()
    till.intend()
    till.wait(11)
    assert till.reserved == 0
    assert [ack.status for ack in till.events(Ack)] == [OrderStatus.REJECTED]
    till.sign("0xo1")  # the signer wakes up
    assert "0xo1" not in till.blotter.account.orders
    assert not till.go("0xo1")
    till.answer("0xo1", matched())
    assert till.shares == 0.0


def test_caller_may_drop_an_order_that_has_not_left_and_no_other() -> None:
    till = Till()
    till.intend()
    till.do(till.blotter.drop, MARKET.condition_id, "o-1", "it could not be signed")
    assert till.reserved == 0
    name = till.send()
    till.do(till.blotter.drop, MARKET.condition_id, "o-2", "it could not be signed")
    assert till.life(name).stage is Stage.SENT
    assert till.reserved > 0


# --- arming


def test_nothing_is_taken_and_nothing_leaves_while_it_is_not_armed() -> None:
    till = Till(armed=False)
    assert till.intend().refused == "the account is not armed"
    till.do(till.blotter.arm)
    till.intend()
    till.sign("0xo2")
    till.do(till.blotter.disarm, "the person said so")
    assert not till.go("0xo2")
    assert till.reserved == 0
    assert till.disarms() == ["the person said so"]
    assert till.kinds()[-2:] == [RecordKind.DISARM, RecordKind.CANCEL]


def test_disarm_twice_is_told_once_and_arm_twice_too() -> None:
    till = Till()
    for _ in range(2):
        till.do(till.blotter.arm)
    for _ in range(2):
        till.do(till.blotter.disarm, "enough")
    assert till.kinds() == [RecordKind.ARM, RecordKind.DISARM]
    assert len(till.notices(NoticeKind.DISARMED)) == 1


def test_days_loss_disarms_and_forbids_arming_until_the_next_day() -> None:
    till = Till(daily_loss=5.0)
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a", status=CONFIRMED))
    till.t = LENGTH_S + 60.0
    till.settle(1)
    assert not till.blotter.account.armed
    assert "loss" in till.disarms()[0]
    with pytest.raises(ValueError, match=r"\$5\.18 has reached its limit of \$5\.00"):
        till.do(till.blotter.arm)
    till.t += 86_400.0
    till.do(till.blotter.arm)


def test_win_does_not_disarm() -> None:
    till = Till(daily_loss=5.0)
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a", status=CONFIRMED))
    till.t = LENGTH_S + 60.0
    till.settle(0)
    till.settle(1)  # a second word on the winner is the session's to tell
    assert till.blotter.account.armed
    assert till.blotter.account.allowances.net(wall(till.t)) == money(10 - 5 - 0.175)


def test_market_without_orders_is_let_go_an_hour_after_its_end_though_nobody_told_its_winner() -> None:
    till = Till()
    till.t = LENGTH_S + 3_600.0
    till.do(till.blotter.tick)
    assert till.blotter.account.markets == {}
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    till.settle(0)


def test_unsettled_markets_are_those_with_orders_that_ended_without_a_winner() -> None:
    till = Till()
    till.do(till.blotter.open, next_market())
    till.answer(till.send(), refused())
    assert till.blotter.unsettled(wall(0)) == []
    assert till.blotter.unsettled(wall(LENGTH_S)) == [MARKET]
    till.settle(0)
    assert till.blotter.unsettled(wall(LENGTH_S)) == []


# --- allowances


def test_engine_gets_its_allowance_when_its_session_opens_and_whenever_it_changes() -> None:
    till = Till(Limits(cooldown_ns=0, max_position=money(50)), exposure=60.0)
    other = next_market()
    till.do(till.blotter.open, other)

    def told(of: str) -> list[float]:
        mine = [e.event for e in till.entries if isinstance(e, ForEngine) and e.condition_id == of]
        return [round(event.money / 1e10, 2) for event in mine if isinstance(event, Allowance)]

    assert (told(MARKET.condition_id), told(other.condition_id)) == ([50.0], [50.0])
    name = till.send(budget=20.0)  # with its fees it may cost 21.41
    assert told(MARKET.condition_id) == [50.0]  # its engine has taken the order off by itself
    assert told(other.condition_id) == [50.0, 38.59]
    till.answer(name, matched(20, 10.0, ["a"]))
    till.trade(trade_report(name, "a", shares=20))  # 10.35 in all, the rest is free
    assert told(MARKET.condition_id)[-1] == 39.65
    assert told(other.condition_id)[-1] == 49.65
    till.t = LENGTH_S + 1.0
    till.settle(0)
    assert told(other.condition_id)[-1] == 50.0


def test_engine_whose_session_opens_again_is_told_everything_again() -> None:
    till = Till()
    before = len(till.entries)
    till.do(till.blotter.open, MARKET)
    again = [type(entry.event) for entry in till.entries[before:] if isinstance(entry, ForEngine)]
    assert again == [Allowance, Standing]


# --- matches without trades


def test_match_that_the_answer_claims_is_booked_after_three_seconds_and_replaced_by_its_trades() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0))
    till.wait(2.5)
    assert (till.shares, till.events(Ack)) == (0.0, [])
    assert till.reserved > 0
    till.wait(1)
    assert till.shares == 10.0
    assert till.reserved == 0
    assert [fill.trade_id for fill in till.events(Fill)] == [CLAIM]
    till.trade(trade_report(name, "a", shares=10))
    assert till.shares == 10.0
    assert [(fill.trade_id, fill.size > 0) for fill in till.events(Fill)] == [
        (CLAIM, True),
        (CLAIM, False),
        ("a", True),
    ]
    assert till.commitment.position.total.fills == 1
    assert len(till.events(Ack)) == 1
    assert till.notices(NoticeKind.LATE) == []


def test_claim_that_shows_no_trade_stays_in_the_books_and_is_told() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0))
    till.wait(61)
    till.look(name)
    till.wait(6)
    till.look(name)
    assert till.shares == 10.0
    assert till.notices(NoticeKind.UNSETTLED)


def test_claim_that_its_trades_do_not_come_up_to_is_corrected_by_late_looks_and_told() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0))
    till.trade(trade_report(name, "a", shares=9, status=CONFIRMED))
    till.wait(61)
    assert till.shares == 10.0
    till.look(name)
    till.wait(6)
    till.look(name)
    assert till.shares == 9.0
    assert till.notices(NoticeKind.CONTRADICTION)
    assert till.life().stage is Stage.CONFIRMED


STORY: list[News | str] = [
    matched(10, 5.0, ["a", "b"]),
    trade_report("0xo1", "a", shares=6),
    trade_report("0xo1", "a", shares=6, status=CONFIRMED),
    trade_report("0xo1", "b", shares=4),
    trade_report("0xo1", "b", shares=4, status=FAILED),
    order_report("0xo1", OrderState.CANCELED),
    "three seconds",
]


@pytest.mark.parametrize(
    "answer", [matched(10, 5.0, ["a", "b"]), matched(10, 5.0), matched(0, 0.0, ["a", "b"]), unknown()]
)
def test_all_interleavings_of_answer_trades_failure_cancel_and_time(answer: News) -> None:
    """5,040 turns: no share twice, none lost, the money free once, and the void never more than was booked."""
    for turns in permutations([answer, *STORY[1:]]):
        till = Till()
        till.send()
        for one in turns:
            if isinstance(one, str):
                till.t += 3.1
                till.do(till.blotter.tick)
            else:
                till.hear("0xo1", one)
            assert till.shares in {0.0, 4.0, 6.0, 10.0}, turns
            assert till.reserved >= 0
        assert till.shares == 6.0, turns
        assert till.commitment.failed == money(2.0 + 0.07), turns
        assert till.reserved == 0, turns
        assert [ack.order_id for ack in till.events(Ack)] == ["o-1"], turns
        assert till.life().stage is Stage.CONFIRMED, turns
        assert till.life().at_rest, turns


def test_time_is_spent_only_on_orders_of_which_more_is_to_come() -> None:
    till = Till()
    restless = till.blotter.account.restless
    name = till.send()
    assert list(restless) == [till.life(name)]
    till.report(order_report(name, OrderState.CANCELED))
    assert not restless
    till.trade(trade_report(name, "a", shares=4))  # it had been matched after all
    assert list(restless) == [till.life(name)]
    till.trade(trade_report(name, "a", shares=4, status=CONFIRMED))
    assert not restless


# --- contradictions


@pytest.mark.parametrize(
    "report",
    [
        trade_report(token=MARKET.down_token),
        trade_report(buys=False),
        trade_report(trade=""),
        trade_report(trade=CLAIM),
        trade_report(shares=0.0),
        trade_report(dollars=0.0),
    ],
)
def test_trade_that_cannot_be_the_orders_is_not_booked_and_disarms(report: News) -> None:
    till = Till()
    till.hear(till.send(), report)
    assert till.shares == 0.0
    assert not till.blotter.account.armed
    assert till.notices(NoticeKind.CONTRADICTION)[0].alarm
    assert till.blotter.account.counters["trade_misfit"] == 1


def test_report_of_another_token_is_not_believed_and_disarms() -> None:
    till = Till()
    till.report(order_report(till.send(), OrderState.CANCELED, token="9"))
    assert till.life().stage is Stage.SENT
    assert not till.blotter.account.armed


def test_answer_under_another_name_disarms_and_both_names_are_listened_to() -> None:
    """Our hash is what everything hangs on: where the venue computes another one, nothing may leave any more."""
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"], order_id="0xDIFFERENT"))
    assert not till.blotter.account.armed
    till.trade(trade_report("0xdifferent", "a"))
    assert till.shares == 10.0
    assert till.notices(NoticeKind.FOREIGN) == []


def test_order_that_never_left_but_stands_at_the_venue_disarms() -> None:
    till = Till()
    till.intend()
    till.t += 1.0
    till.sign("0xo1")
    assert not till.go("0xo1")
    till.report(order_report("0xo1", OrderState.LIVE))
    assert not till.blotter.account.armed


def test_match_that_takes_the_market_over_its_limit_is_told() -> None:
    till = Till(Limits(cooldown_ns=0, max_position=money(6)))
    name = till.send(budget=5.0)
    till.trade(trade_report(name, "a", shares=20))
    assert till.notices(NoticeKind.OVER_LIMIT)[0].alarm


def test_answer_to_what_was_never_sent_is_counted() -> None:
    till = Till()
    till.intend()
    till.sign("0xo1")
    till.answer("0xo1", matched())
    assert till.life().stage is Stage.SIGNED
    assert till.blotter.account.counters["answer_not_taken"] == 1


def test_everything_that_is_told_is_counted_once() -> None:
    till = Till()
    name = till.send()
    story: list[News] = [
        order_report(name, OrderState.LIVE),
        order_report(name, OrderState.LIVE),
        working(),
        matched(),
        trade_report(name, "a", shares=4),
        trade_report(name, "a", shares=4),
        trade_report("0xother", "a"),
        trade_report(name, "b", token="9"),
        order_report("0xother", OrderState.LIVE),
        order_report(name, OrderState.CANCELED, token="9"),
    ]
    for news in story:
        till.hear(name, news)
    counters = till.blotter.account.counters
    assert counters == {
        "intent_taken": 1,
        "answer_taken": 1,
        "answer_not_taken": 1,
        "trade_new": 1,
        "trade_repeated": 1,
        "trade_foreign": 1,
        "trade_misfit": 1,
        "order_news": 1,
        "order_repeated": 1,
        "order_foreign": 1,
        "order_misfit": 1,
    }


def test_venue_mode_can_be_told_from_elsewhere() -> None:
    till = Till()
    till.entries += till.blotter.venue_said(VenueMode.CANCEL_ONLY, mono(0), wall(0), 10.0)
    assert till.events(Standing)[-1].venue is VenueMode.CANCEL_ONLY
    assert till.intend().refused == "the venue is cancel_only"
    till.wait(11)
    assert till.events(Standing)[-1].venue is VenueMode.NORMAL


# --- with a real engine


class Trader:
    """A live engine that is wired to a blotter as a session would wire it, with answers that come at once."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.engine = Engine(MARKET, till.limits, (Wants(),), self.dispatch, Mode.ARMED)
        self.orders: list[Order] = []
        self.told = 0
        for event in opening():
            self.engine.handle(event)
        self.catch_up()
        self.engine.handle(command(0.0, "arm"))

    def dispatch(self, order: Order) -> bool:
        if self.till.take(order).refused:
            return False
        self.orders.append(order)
        return True

    def catch_up(self) -> None:
        entries = self.till.entries[self.told :]
        self.told = len(self.till.entries)
        for entry in entries:
            if isinstance(entry, ForEngine) and entry.condition_id == MARKET.condition_id:
                self.engine.handle(entry.event)

    def quote(self) -> Order | None:
        t = self.till.t
        evaluation = self.engine.handle(book_change(t, bid_level(UP, 0.02, 1000 + t)))
        assert evaluation is not None
        self.catch_up()
        return evaluation.order

    def send(self) -> str:
        till, order = self.till, self.orders[-1]
        name = f"0x{order.order_id}"
        till.do(till.blotter.signed, MARKET.condition_id, order.order_id, name)
        till.blotter.durable(name)
        assert till.go(name)
        self.catch_up()
        return name


def test_engine_and_account_agree_at_every_step_of_the_way() -> None:
    limits = replace(LIMITS, price_max_age_ms=1e9, quote_max_age_ms=1e9, max_position=money(20))
    till = Till(limits, exposure=18.0)
    trader = Trader(till)
    engine, commitment = trader.engine, till.commitment
    answers = [matched(9, 4.5, ["a"]), refused(), unknown(), matched(4, 2.0), matched(9, 4.5, ["a"])]
    for number in range(12):
        till.t += 10.0
        order = trader.quote()
        if order is not None:
            name = trader.send()
            assert trader.quote() is None  # one at a time
            answer = answers[number % len(answers)]
            till.answer(name, answer)
            for trade in answer.trade_ids:
                status = FAILED if number == 5 else CONFIRMED
                till.trade(trade_report(name, trade, shares=9, status=status))
            trader.catch_up()
            if answer == unknown():
                trader.quote()
                assert [signal.block for signal in engine.answers if isinstance(signal, Signal)] == [
                    ("unknown", 1, 0.0)
                ]
                till.report(order_report(name, OrderState.CANCELED))
        till.wait(4)
        trader.catch_up()
        assert engine.risk.orders == commitment.risk.orders
        assert engine.risk.reserves == commitment.risk.reserves
        assert engine.risk.allowance == commitment.risk.allowance
        assert engine.position.spent == commitment.position.spent
        assert engine.position.total == commitment.position.total
        assert engine.position.spent + commitment.failed + engine.risk.reserved <= money(20)
        assert engine.position.spent + engine.risk.reserved <= money(18)
    assert len(trader.orders) >= 4

from collections import Counter
from collections.abc import Callable

import pytest

from engine.engine import Engine, Mode
from engine.entries import NoticeKind, Record, RecordKind, Write
from engine.events import Fill
from engine.execution import OrderState, TradeStatus, VenueMode
from engine.limits import Limits
from engine.matches import CLAIM
from engine.order_life import Stage
from engine.rebuild import rebuild
from engine.records import BadRecord
from tests.engine.builders import LENGTH_S, Wants, money, mono, strike, wall
from tests.engine.live import (
    LIMITS,
    MARKET,
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

CONFIRMED, FAILED = TradeStatus.CONFIRMED, TradeStatus.FAILED


def signed(till: Till) -> None:
    till.intend()
    till.sign("0xo1")


def stale(till: Till) -> None:
    till.intend()
    till.t += 1.0
    till.sign("0xo1")
    till.go("0xo1")


def unsigned(till: Till) -> None:
    till.intend()
    till.do(till.blotter.drop, MARKET.condition_id, "o-1", "the signer failed")


def partly(till: Till) -> None:
    till.answer(till.send(), unknown())
    till.trade(trade_report(shares=4))


def claimed(till: Till) -> None:
    till.answer(till.send(), matched(10, 5.0))
    till.wait(4)


def replaced(till: Till) -> None:
    claimed(till)
    till.trade(trade_report(trade="a", shares=6))


def voided(till: Till) -> None:
    till.answer(till.send(), matched(10, 5.0, ["a", "b"]))
    for trade in "ab":
        till.trade(trade_report(trade=trade, shares=5))
    till.trade(trade_report(trade="b", shares=5, status=FAILED))


def given_up(till: Till) -> None:
    till.give_up()


def came_back(till: Till) -> None:
    given_up(till)
    till.report(order_report(state=OrderState.LIVE, at_ms=1))


def refused_and_came_back(till: Till) -> None:
    till.answer(till.send(), refused())
    till.report(order_report(state=OrderState.LIVE, at_ms=1))


def came_back_matched(till: Till) -> None:
    given_up(till)
    till.report(order_report(state=OrderState.MATCHED, shares=10, at_ms=1))


def came_back_and_ended(till: Till) -> None:
    came_back(till)
    till.report(order_report(state=OrderState.CANCELED, at_ms=2))


def settled(till: Till) -> None:
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report(status=CONFIRMED))
    till.t = LENGTH_S + 60.0
    till.settle(1)


def answered_after_silence(till: Till) -> None:
    name = till.send()
    till.wait(11)
    till.answer(name, working())


STORIES: list[tuple[Callable[[Till], object], Stage]] = [
    (signed, Stage.UNKNOWN),
    (stale, Stage.DROPPED),
    (unsigned, Stage.DROPPED),
    (lambda till: till.send(), Stage.UNKNOWN),
    (lambda till: till.answer(till.send(), working()), Stage.UNKNOWN),
    (answered_after_silence, Stage.UNKNOWN),
    (lambda till: till.answer(till.send(), unknown()), Stage.UNKNOWN),
    (lambda till: till.answer(till.send(), refused("425", VenueMode.RESTARTING)), Stage.UNKNOWN),
    (lambda till: till.answer(till.send(), refused()), Stage.REJECTED),
    (lambda till: till.answer(till.send(), not_sent()), Stage.DROPPED),
    (lambda till: till.report(order_report(till.send(), OrderState.CANCELED)), Stage.CANCELLED),
    (lambda till: till.report(order_report(till.send(), OrderState.CANCELED, shares=4)), Stage.MATCHED),
    (lambda till: till.report(order_report(till.send(), OrderState.MATCHED, shares=4)), Stage.MATCHED),
    (lambda till: till.answer(till.send(), matched(10, 5.0, ["a"])), Stage.MATCHED),
    (partly, Stage.MATCHED),
    (claimed, Stage.MATCHED),
    (replaced, Stage.MATCHED),
    (voided, Stage.MATCHED),
    (given_up, Stage.CANCELLED),
    (came_back, Stage.UNKNOWN),
    (refused_and_came_back, Stage.UNKNOWN),
    (came_back_matched, Stage.MATCHED),
    (came_back_and_ended, Stage.CANCELLED),
    (settled, Stage.CONFIRMED),
]


@pytest.mark.parametrize(("story", "stage"), STORIES)
def test_restart_knows_what_the_run_before_it_knew(story: Callable[[Till], object], stage: Stage) -> None:
    before = Till()
    story(before)
    after = before.restart()
    was, now = before.commitment, after.commitment
    assert next(iter(now.orders.values())).stage is stage
    assert now.position.total == was.position.total
    assert now.position.by_strategy == was.position.by_strategy
    assert (now.risk.orders, now.risk.reserves) == (was.risk.orders, was.risk.reserves)
    assert (now.failed, now.winner, now.net, now.exposure) == (was.failed, was.winner, was.net, was.exposure)
    assert [(f.trade_id, f.price, f.size, f.fee, f.wall) for f in now.fills] == [
        (f.trade_id, f.price, f.size, f.fee, f.wall) for f in was.fills
    ]
    assert after.blotter.account.allowances.net(wall(before.t)) == before.blotter.account.allowances.net(wall(before.t))
    assert not after.blotter.account.armed
    assert sum((life.counts for life in now.orders.values()), Counter()) == Counter()


@pytest.mark.parametrize(("story", "stage"), STORIES)
def test_second_restart_changes_nothing_more(story: Callable[[Till], object], stage: Stage) -> None:
    till = Till()
    story(till)
    once = till.restart()
    twice = once.restart()
    assert next(iter(twice.commitment.orders.values())).stage is stage
    assert twice.commitment.position.total == till.commitment.position.total
    assert twice.commitment.risk.reserves == till.commitment.risk.reserves


@pytest.mark.parametrize(("story", "stage"), STORIES)
def test_no_arming_after_a_restart_while_anything_is_unknown(story: Callable[[Till], object], stage: Stage) -> None:
    till = Till()
    story(till)
    after = till.restart()
    unsure = any(not life.ended for life in after.blotter.account.orders.values())
    assert bool(after.blotter.why_not_arm(wall(after.t))) is unsure
    assert stage is not Stage.UNKNOWN or unsure


def test_order_that_a_kill_left_is_asked_for_alarmed_and_given_up_a_minute_after_the_restart() -> None:
    till = Till()
    name = till.send()
    till.t += 30.0
    after = till.restart()
    assert after.kinds()[-1] is RecordKind.UNKNOWN
    after.wait(15)
    assert after.questions()[0].order == name
    assert after.notices(NoticeKind.UNKNOWN)[0].alarm
    after.wait(35)
    after.look(name)
    after.wait(6)
    after.look(name)
    assert after.life().stage is Stage.UNKNOWN  # no clock says that the run before was not a second ago
    after.wait(10)
    after.look(name)
    assert after.life().stage is Stage.CANCELLED


def test_order_whose_sending_is_not_in_the_journal_may_have_been_sent_and_is_looked_for() -> None:
    till = Till()
    signed(till)
    after = till.restart()
    after.wait(2)
    assert [question.order for question in after.questions()] == ["0xo1"]
    after.wait(60)
    after.look("0xo1")
    after.wait(6)
    after.look("0xo1")
    assert after.life().stage is Stage.CANCELLED


def test_match_whose_sending_is_not_in_the_journal_is_asked_for_all_the_same() -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.entries = [Write(record) for record in till.records if record.kind is not RecordKind.SENT]
    after = till.restart()
    after.wait(2)
    assert [question.order for question in after.questions()] == ["0xo1"]


def test_order_that_a_kill_left_is_found_by_its_trade() -> None:
    till = Till()
    till.send()
    after = till.restart()
    after.trade(trade_report(shares=10, status=CONFIRMED))
    assert after.life().stage is Stage.CONFIRMED
    assert (after.shares, after.reserved) == (10.0, 0)


def test_trade_that_the_run_before_had_booked_is_not_booked_again() -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report(shares=10))
    after = till.restart()
    after.trade(trade_report(shares=10))
    after.trade(trade_report(shares=10, status=CONFIRMED))
    assert after.shares == 10.0
    assert after.events(Fill) == []


def test_claim_that_had_not_been_booked_is_booked_three_seconds_after_the_restart() -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0))
    after = till.restart()
    assert after.shares == 0.0
    after.wait(3.5)
    assert [fill.trade_id for fill in after.events(Fill)] == [CLAIM]
    assert after.restart().shares == 10.0


def test_cooldown_goes_on_across_a_restart_by_the_wall_clock() -> None:
    till = Till(Limits(cooldown_ns=5_000_000_000))
    till.answer(till.send(), refused())
    till.t += 2.0
    after = till.restart()
    after.do(after.blotter.arm)
    after.sent = 1
    assert after.intend().refused == "the limit of cooldown is reached"
    after.t += 3.0
    assert after.intend().refused == ""


def test_doubled_cooldown_goes_on_too() -> None:
    till = Till(Limits(cooldown_ns=5_000_000_000))
    for _ in range(3):
        till.answer(till.send(), refused())
        till.t += 7.0
    after = till.restart()
    after.do(after.blotter.arm)
    after.sent = 3
    assert after.intend().refused == "the limit of cooldown is reached"
    after.t += 3.0
    assert after.intend().refused == ""


def test_count_of_orders_goes_on_and_no_name_comes_twice() -> None:
    till = Till(Limits(cooldown_ns=0, max_orders=3))
    unsigned(till)
    till.answer(till.send(), refused())
    after = till.restart()
    after.do(after.blotter.arm)
    after.sent = after.commitment.risk.orders
    assert after.sent == 2
    assert after.intend().refused == ""
    after.sign("0xo3")
    after.do(after.blotter.drop, MARKET.condition_id, "o-3", "enough")
    assert after.intend().refused == "the limit of orders is reached"


def test_wall_clock_that_went_back_makes_no_cooldown_longer_than_it_is() -> None:
    till = Till(Limits(cooldown_ns=5_000_000_000))
    till.t = 100.0
    till.answer(till.send(), refused())
    till.t = 40.0
    after = till.restart()
    assert after.commitment.risk.cooldown_until == mono(45.0)


def test_engine_of_the_new_run_gets_what_the_market_has_come_to() -> None:
    till = Till(LIMITS)
    voided(till)
    till.answer(till.send(), unknown())
    after = till.restart()
    engine = Engine(MARKET, LIMITS, (Wants(),), lambda _: True, Mode.ARMED)
    after.commitment.carried.restore(engine)
    assert engine.position.total == after.commitment.position.total
    assert engine.position.by_strategy == after.commitment.position.by_strategy
    assert (engine.risk.orders, engine.risk.in_flight) == (2, 1)
    assert engine.risk.reserves == after.commitment.risk.reserves
    assert engine.risk.cooldown_until == after.commitment.risk.cooldown_until


def test_strike_of_the_running_market_comes_back() -> None:
    till = Till()
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    till.send()
    again = till.restart().commitment.strike
    assert again is not None
    assert (again.value, again.source, again.exact) == (68_000.0, strike(0.0).source, True)


def test_days_loss_comes_back() -> None:
    till = Till(daily_loss=5.0)
    settled(till)
    after = till.restart()
    assert "loss" in after.blotter.why_not_arm(wall(after.t))


def test_markets_that_ended_while_nobody_was_there_wait_for_their_winner() -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report(status=CONFIRMED))
    till.t = LENGTH_S + 500.0
    after = till.restart()
    assert after.blotter.unsettled(wall(after.t)) == [MARKET]
    after.settle(0)
    assert after.blotter.account.allowances.net(wall(after.t)) == money(4.825)


def test_name_that_the_venue_gave_an_order_is_known_after_a_restart() -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0, ["a"], order_id="0xother"))
    after = till.restart()
    after.trade(trade_report("0xother", "a"))
    assert after.shares == 10.0


def test_two_markets_are_kept_apart() -> None:
    till = Till()
    other = next_market()
    till.do(till.blotter.open, other)
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    name = till.send(of=other)
    till.trade(trade_report(name, "b", shares=4, token=other.up_token, condition_id=other.condition_id))
    after = till.restart()
    markets = after.blotter.account.markets
    assert markets[other.condition_id].position.total.shares == [4_000_000, 0]
    assert markets[MARKET.condition_id].position.total.shares == [0, 0]


# --- records of another making


def journal() -> list[Record]:
    till = Till()
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report())
    return till.records


def changed(kind: RecordKind, **facts: object) -> list[Record]:
    return [record._replace(facts={**record.facts, **facts}) if record.kind is kind else record for record in journal()]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (changed(RecordKind.MARKET, market="x"), "the MARKET record .* has no market"),
        (changed(RecordKind.MARKET, strike_source="hearsay"), "unknown strike_source, 'hearsay'"),
        (changed(RecordKind.INTENT, budget="5"), "the INTENT record .* has '5' for budget, which is no int"),
        (changed(RecordKind.INTENT, price=True), "True for price"),
        (changed(RecordKind.ACK, trades="a"), "'a' for its trades, which is no list of ids"),
        (changed(RecordKind.ACK, answer="perhaps"), "unknown answer, 'perhaps'"),
        (changed(RecordKind.ACK, by="a friend"), "by 'a friend', which is nobody we know"),
        (changed(RecordKind.FILL, hash="0xelse"), "the FILL record .* is of an order without an INTENT record"),
        ([record for record in journal() if record.kind is not RecordKind.MARKET], "a market without a MARKET record"),
    ],
)
def test_record_that_this_version_would_not_write_is_named(records: list[Record], told: str) -> None:
    with pytest.raises(BadRecord, match=told):
        rebuild(records, LIMITS, Till().allowances(), mono(0), wall(0))

"""What can go wrong with an order's fate, each fault by its number in the catalogue (orders and money, O01 to O23)."""

from itertools import permutations

import pytest

from engine.entries import NoticeKind, Question, RecordKind
from engine.events import Ack, Fill, Standing
from engine.execution import Answer, Leg, OrderReport, OrderState, TradeStatus, VenueMode
from engine.limits import Limits
from engine.order_life import Stage
from engine.orders import OrderStatus
from engine.paper import NO_MATCH
from tests.engine.builders import LENGTH_S, money, mono, order, size, wall
from tests.engine.live import (
    LIMITS,
    MARKET,
    News,
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

CONFIRMED, FAILED, MINED = TradeStatus.CONFIRMED, TradeStatus.FAILED, TradeStatus.MINED


# --- O01: the answer does not come, and what became of the order is unknown


def test_o01_timeout_keeps_the_money_locks_the_market_and_is_found_by_its_trade() -> None:
    till = Till()
    name = till.send()
    held = till.reserved
    till.answer(name, unknown())
    assert till.life().stage is Stage.UNKNOWN
    assert till.reserved == held > 0
    assert till.events(Standing)[-1].unknown == 1
    assert till.intend().refused == f"an order of {MARKET.slug} is under way"
    till.trade(trade_report(name, shares=10, status=TradeStatus.MATCHED))
    assert till.life().stage is Stage.MATCHED
    assert (till.shares, till.reserved) == (10.0, 0)
    assert till.events(Standing)[-1].unknown == 0
    assert [ack.status for ack in till.events(Ack)] == [OrderStatus.FILLED]
    assert till.kinds().count(RecordKind.SENT) == 1


def test_o01_person_is_alarmed_after_ten_seconds_and_told_when_it_is_known() -> None:
    till = Till()
    till.answer(till.send(), unknown())
    till.wait(9.5)
    assert till.notices(NoticeKind.UNKNOWN) == []
    till.wait(30)
    (notice,) = till.notices(NoticeKind.UNKNOWN)
    assert notice.alarm
    assert "the read timed out" in notice.text
    till.report(order_report(state=OrderState.CANCELED))
    assert [notice.text for notice in till.notices(NoticeKind.RESOLVED)]


def test_o01_nobody_found_it_is_believed_only_late_and_twice() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    till.wait(55)
    till.look(name)
    till.wait(5.1)
    till.look(name)
    assert till.life().stage is Stage.CANCELLED
    assert till.kinds()[-1] is RecordKind.RESOLVED
    assert till.reserved == 0
    assert [ack.status for ack in till.events(Ack)] == [OrderStatus.NONE]


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param([(61, {})], id="only one look"),
        pytest.param([(61, {}), (64, {})], id="two looks close together"),
        pytest.param([(1, {}), (40, {})], id="too soon after the sending"),
        pytest.param([(61, {"trades": False}), (67, {"trades": False})], id="trades could not be read"),
        pytest.param([(61, {"orders": False}), (67, {"orders": False})], id="open orders could not be read"),
        pytest.param([(61, {"found": None}), (67, {"found": None})], id="the question by hash failed"),
        pytest.param([(61, {}), (67, {"trades": False})], id="the second look could not read"),
        pytest.param([(55, {}), (60.5, {"found": True}), (62, {})], id="it was found in between"),
    ],
)
def test_o01_less_than_that_leaves_it_unknown(looks: list[tuple[float, dict[str, bool | None]]]) -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    for at, found in looks:
        till.wait(at - till.t)
        till.look(name, **found)  # type: ignore[arg-type]
    assert till.life().stage is Stage.UNKNOWN
    assert till.reserved > 0
    assert till.events(Ack) == []


def test_o01_trade_that_shows_between_two_looks_makes_the_first_one_worthless() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    till.wait(61)
    till.look(name)
    till.trade(trade_report(name, shares=4))
    till.wait(6)
    till.look(name)
    assert till.events(Ack) == []
    till.wait(6)
    till.look(name)
    assert [ack.status for ack in till.events(Ack)] == [OrderStatus.PARTIAL]


def test_o01_in_a_market_that_ended_it_stays_unknown_until_settlement() -> None:
    till = Till()
    till.t = LENGTH_S - 10.0
    name = till.send()
    till.answer(name, unknown())
    till.wait(100)
    for _ in range(3):
        till.look(name)
        till.wait(20)
    assert till.life().stage is Stage.UNKNOWN
    assert any("ended" in notice.text for notice in till.notices(NoticeKind.UNKNOWN))
    till.settle(0)
    till.look(name)
    till.wait(6)
    assert till.life().stage is Stage.UNKNOWN
    till.look(name)
    assert till.life().stage is Stage.CANCELLED
    assert till.reserved == 0


def test_o01_venue_is_asked_by_hash_soon_often_and_later_rarely() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    asked = []
    while till.t < 200:
        if any(entry.order == name for entry in till.wait(0.5) if isinstance(entry, Question)):
            asked.append(till.t)
            till.look(name, found=None)
    assert asked[:3] == [1.0, 6.0, 11.0]
    assert [round(later - sooner) for sooner, later in zip(asked[-2:], asked[-1:], strict=False)] == [30]


def test_o01_answer_that_never_comes_is_as_good_as_a_timeout() -> None:
    till = Till()
    name = till.send()
    till.wait(9.9)
    assert till.life().stage is Stage.SENT
    till.wait(0.2)
    assert till.life().stage is Stage.UNKNOWN
    till.answer(name, matched())  # it comes after all
    assert till.life().stage is Stage.MATCHED


def test_o01_no_arming_while_an_order_is_of_unknown_fate() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    till.do(till.blotter.disarm, "the person said so")
    with pytest.raises(ValueError, match="not known yet"):
        till.do(till.blotter.arm)
    till.report(order_report(name, OrderState.CANCELED))
    till.do(till.blotter.arm)
    assert till.blotter.account.armed


# --- O03: one order at a time, and each leaves once


def test_o03_second_signal_while_one_is_under_way_is_refused_before_it_counts() -> None:
    till = Till()
    till.send()
    assert till.intend().refused == f"an order of {MARKET.slug} is under way"
    assert till.commitment.risk.orders == 1
    assert till.events(Ack) == []


def test_o03_order_leaves_once_however_often_it_is_asked() -> None:
    till = Till()
    name = till.send()
    assert [till.go(name) for _ in range(3)] == [False, False, False]
    assert till.kinds().count(RecordKind.SENT) == 1
    till.answer(name, matched())
    assert not till.go(name)
    assert till.life().stage is Stage.MATCHED


def test_o03_same_order_or_same_hash_twice_is_refused() -> None:
    till = Till()
    name = till.send()
    till.answer(name, refused())
    assert till.take(order(0.0, order_id="o-1")).refused == "an order of this name was taken before"
    till.intend()
    till.do(till.blotter.signed, MARKET.condition_id, "o-2", name)
    assert till.life(name).order.order_id == "o-1"
    assert till.commitment.orders["o-2"].stage is Stage.DROPPED


def test_o03_order_may_be_under_way_in_each_of_several_markets() -> None:
    till = Till()
    other = next_market()
    till.do(till.blotter.open, other)
    till.send()
    assert till.intend(of=other).refused == ""


def test_o03_no_order_leaves_before_its_intent_is_on_disk() -> None:
    till = Till()
    till.intend()
    till.do(till.blotter.signed, MARKET.condition_id, "o-1", "0xo1")
    assert not till.go("0xo1")
    assert till.life().stage is Stage.DROPPED
    assert till.reserved == 0


def test_o18_order_that_was_sent_is_asked_about_again_before_its_first_byte() -> None:
    till = Till()
    name = till.send()
    assert till.blotter.leaving(name, mono(till.t), wall(till.t)) == ""
    assert "old when it would have left" in till.blotter.leaving(name, mono(till.t + 0.3), wall(till.t + 0.3))
    till.do(till.blotter.disarm, "a test")
    assert till.blotter.leaving(name, mono(till.t), wall(till.t)) == "the account is disarmed"
    till.answer(name, not_sent())
    assert till.life().stage is Stage.DROPPED
    assert till.reserved == 0


# --- O04: the venue's engine answers 500


def test_o04_three_of_unknown_fate_within_a_minute_pause_the_market() -> None:
    till = Till()
    for number in range(3):
        name = till.send()
        till.answer(name, unknown("500 could not run the execution"))
        till.wait(5)
        till.report(order_report(name, OrderState.CANCELED))
        assert bool(till.notices(NoticeKind.BREAKER)) is (number == 2)
    assert till.intend().refused == f"{MARKET.slug} is paused after orders of unknown fate"
    paused_until = till.events(Standing)[-1].paused_until
    till.t += 60
    assert till.intend().refused == ""
    assert paused_until > 0


def test_o04_three_of_them_over_a_longer_time_do_not() -> None:
    till = Till()
    for _ in range(4):
        name = till.send()
        till.answer(name, unknown())
        till.wait(31)
        till.report(order_report(name, OrderState.CANCELED))
    assert till.notices(NoticeKind.BREAKER) == []


@pytest.mark.parametrize("filled", [True, False])
def test_o04_500_is_resolved_by_what_the_venue_shows_whichever_it_is(filled: bool) -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown("500"))
    if filled:
        till.trade(trade_report(name))
    till.wait(61)
    till.look(name)
    till.wait(6)
    till.look(name)
    assert till.shares == (10.0 if filled else 0.0)
    assert till.reserved == 0
    assert len(till.events(Ack)) == 1


# --- O05, O06: refusals


def test_o05_answer_that_bans_the_account_disarms_it() -> None:
    till = Till()
    answer = refused("address banned")
    till.answer(till.send(), type(answer)(answer.kind, answer.reason, disarm=True))
    assert not till.blotter.account.armed
    assert "address banned" in till.disarms()[0]
    assert till.intend().refused == "the account is not armed"


def test_o05_a_refusal_that_names_a_wait_pauses_every_market_for_as_long() -> None:
    till = Till(Limits(cooldown_ns=0))
    other = next_market()
    till.do(till.blotter.open, other)
    answer = refused("Too Many Requests")
    till.answer(till.send(), type(answer)(answer.kind, answer.reason, retry_after_s=20))
    for market in (MARKET, other):
        assert till.intend(of=market).refused == f"{market.slug} is paused because the venue asked for it"
    till.t += 20.1
    assert till.intend(of=other).refused == ""


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("not enough balance / allowance", OrderStatus.REJECTED),
        ("Size (4) lower than the minimum: 5", OrderStatus.REJECTED),
        ("breaks minimum tick size rule: 0.01", OrderStatus.REJECTED),
        (f"{NO_MATCH}. FAK orders are partially filled or killed if no match is found.", OrderStatus.NONE),
    ],
)
def test_o06_refusal_frees_the_money_once_and_says_why(reason: str, status: OrderStatus) -> None:
    till = Till()
    name = till.send()
    till.answer(name, refused(reason))
    assert till.life().stage is Stage.REJECTED
    assert till.reserved == 0
    till.answer(name, refused(reason))
    till.report(order_report(name, OrderState.CANCELED))
    (ack,) = till.events(Ack)
    assert (ack.status, ack.reason) == (status, reason)
    assert till.reserved == 0


def test_o06_three_refusals_in_a_row_double_the_cooldown_until_one_is_not_refused() -> None:
    till = Till(Limits(cooldown_ns=1_000_000_000))
    factors = []
    for answer in (refused(), refused(), refused(), matched(10, 5.0)):
        name = till.send()
        till.answer(name, answer)
        factors.append(till.commitment.breaker.cooldown_factor)
        till.wait(3)
    assert factors == [1, 1, 2, 1]
    assert [standing.cooldown_factor for standing in till.events(Standing)] == [1, 2, 1]


def test_o06_longer_cooldown_holds_back_the_order_that_follows() -> None:
    till = Till(Limits(cooldown_ns=1_000_000_000))
    for _ in range(3):
        till.answer(till.send(), refused(NO_MATCH))
        till.t += 1.0
    assert till.intend().refused == "the limit of cooldown is reached"
    till.t += 1.0
    assert till.intend().refused == ""


def test_o06_five_failures_in_a_row_over_all_markets_disarm_and_no_matches_do_not_count() -> None:
    till = Till()
    markets = [next_market(number) for number in range(8)]
    for one in markets:
        till.do(till.blotter.open, one)
    for one in markets[:3]:
        till.answer(till.send(of=one), not_sent())
    till.answer(till.send(of=markets[3]), refused(NO_MATCH))
    for one in markets[4:]:
        till.answer(till.send(of=one), refused("not enough balance / allowance"))
    assert till.disarms() == []
    till.answer(till.send(), refused("not enough balance / allowance"))
    assert not till.blotter.account.armed
    assert "5 orders in a row" in till.disarms()[0]


# --- O07: partial fills


def test_o07_position_is_what_was_filled_and_the_rest_is_free_at_the_end() -> None:
    till = Till()
    name = till.send(budget=10.0)
    held = till.reserved
    till.trade(trade_report(name, "a", shares=4))
    assert till.reserved == held - till.commitment.position.spent == held - money(2.07)
    till.answer(name, matched(6, 3.0, ["a", "b"]))
    assert till.events(Ack) == []
    till.trade(trade_report(name, "b", shares=2))
    assert (till.shares, till.reserved) == (6.0, 0)
    (ack,) = till.events(Ack)
    assert ack.status is OrderStatus.PARTIAL


def test_o07_cancelled_with_a_part_filled_is_no_zero_fill() -> None:
    till = Till()
    name = till.send()
    till.answer(name, working())
    till.report(order_report(name, OrderState.CANCELED, shares=6))
    assert till.life().stage is Stage.MATCHED
    till.trade(trade_report(name, shares=6, status=CONFIRMED))
    assert till.life().stage is Stage.CONFIRMED
    assert (till.shares, till.reserved) == (6.0, 0)


# --- O08: delayed and live are not the end


@pytest.mark.parametrize("state", [OrderState.DELAYED, OrderState.LIVE])
def test_o08_delayed_order_holds_its_money_until_it_ends(state: OrderState) -> None:
    till = Till()
    name = till.send()
    till.answer(name, working())
    assert till.life().stage is Stage.ACKNOWLEDGED
    till.report(order_report(name, state))
    assert till.life().stage in {Stage.DELAYED, Stage.WORKING}
    till.wait(10)
    assert till.events(Ack) == []
    assert till.reserved > 0
    assert till.questions()
    till.trade(trade_report(name, shares=10))
    assert (till.shares, till.reserved, len(till.events(Ack))) == (10.0, 0, 1)


# --- O09: ghost fills


def test_o09_failed_trade_takes_back_exactly_what_it_brought_once() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a", "b", "c"]))
    for trade, shares in (("a", 5.0), ("b", 3.0), ("c", 2.0)):
        till.trade(trade_report(name, trade, shares=shares))
    before = till.commitment.position.spent
    for _ in range(3):
        till.trade(trade_report(name, "b", shares=3.0, status=FAILED))
    void = till.events(Fill)[-1]
    booked = next(fill for fill in till.events(Fill) if fill.trade_id == "b")
    assert (void.trade_id, void.size, void.fee) == ("b", -booked.size, -booked.fee)
    assert void.fee < 0
    assert len(till.events(Fill)) == 4
    assert till.shares == 7.0
    assert till.commitment.position.spent == before - booked.price * booked.size - booked.fee
    assert till.commitment.position.total.fills == 2
    (notice,) = till.notices(NoticeKind.VOID)
    assert notice.alarm
    assert till.kinds().count(RecordKind.VOID) == 1


def test_o09_what_failed_is_not_bought_again_with_the_money_it_gave_back() -> None:
    till = Till(Limits(cooldown_ns=0, max_position=money(12)))
    name = till.send(budget=10.0)
    till.answer(name, matched(20, 10.0, ["a"]))
    till.trade(trade_report(name, "a", shares=20, status=FAILED))
    assert till.shares == 0.0
    assert till.commitment.position.spent == 0
    assert till.intend(budget=5.0).refused == "it could cost more than this market may still commit"
    assert till.commitment.risk.allowance == money(1.65)


def test_o09_order_whose_trades_all_failed_is_failed() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a", status=FAILED))
    assert till.life().stage is Stage.FAILED


def test_o09_match_that_never_settles_is_told() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a"))
    till.wait(290)
    assert till.notices(NoticeKind.UNSETTLED) == []
    till.wait(20)
    assert len(till.notices(NoticeKind.UNSETTLED)) == 1
    assert till.shares == 10.0


def test_o09_second_end_of_a_trade_is_a_contradiction_and_changes_nothing() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a", status=CONFIRMED))
    till.trade(trade_report(name, "a", status=FAILED))
    assert till.shares == 10.0
    assert till.notices(NoticeKind.CONTRADICTION)
    assert till.blotter.account.counters["trade_contradicted"] == 1


# --- O10: the same trade twice, one trade of several orders


def test_o10_every_report_three_times_is_as_good_as_once() -> None:
    once, thrice = Till(), Till()
    story: list[News] = [
        trade_report("0xo1", "a", shares=4),
        order_report("0xo1", OrderState.LIVE, shares=4),
        trade_report("0xo1", "b", shares=6),
        trade_report("0xo1", "a", shares=4, status=MINED),
        trade_report("0xo1", "b", shares=6, status=FAILED),
        order_report("0xo1", OrderState.MATCHED, shares=10),
        trade_report("0xo1", "a", shares=4, status=CONFIRMED),
    ]
    for till, times in ((once, 1), (thrice, 3)):
        name = till.send()
        for one in story:
            for _ in range(times):
                till.hear(name, one)
        till.answer(name, matched(10, 5.0, ["a", "b"]))
    assert [(fill.trade_id, fill.size, fill.fee) for fill in once.events(Fill)] == [
        (fill.trade_id, fill.size, fill.fee) for fill in thrice.events(Fill)
    ]
    assert once.kinds() == thrice.kinds()
    assert once.shares == thrice.shares == 4.0
    counters = thrice.blotter.account.counters
    assert counters["trade_new"] + counters["trade_advanced"] + counters["trade_repeated"] == 5 * 3


def test_o10_one_trade_of_two_of_our_orders_counts_for_each() -> None:
    till = Till()
    first = till.send()
    till.trade(trade_report(first, "a", shares=10))
    second = till.send()
    till.trade(trade_report(second, "a", shares=10))
    assert till.shares == 20.0


def test_o10_leg_is_part_of_the_key_and_a_maker_pays_no_fee() -> None:
    till = Till()
    name = till.send(budget=10.0)
    till.trade(trade_report(name, "a", shares=4, leg=Leg.TAKER))
    till.trade(trade_report(name, "a", shares=3, leg=Leg.MAKER))
    taker, maker = till.events(Fill)
    assert till.shares == 7.0
    assert taker.fee > 0 == maker.fee


# --- O11: the fill comes before the answer


def test_o11_fill_before_the_answer_attaches_by_the_hash() -> None:
    till = Till()
    name = till.send()
    till.trade(trade_report(name.upper().replace("0X", "0x"), "a"))
    assert till.shares == 10.0
    till.answer(name, matched(10, 5.0, ["a"]))
    assert till.shares == 10.0
    assert till.notices(NoticeKind.FOREIGN) == []


# --- O13: cancel and fill race


def test_o13_every_order_of_cancel_fill_confirmation_and_answer_comes_to_the_same() -> None:
    story: list[News] = [
        order_report("0xo1", OrderState.CANCELED, shares=6),
        trade_report("0xo1", "a", shares=6),
        trade_report("0xo1", "a", shares=6, status=CONFIRMED),
        matched(6, 3.0, ["a"]),
    ]
    for turns in permutations(story):
        till = Till()
        name = till.send()
        for one in turns:
            till.hear(name, one)
        assert till.life().stage is Stage.CONFIRMED, turns
        assert (till.shares, till.reserved, len(till.events(Ack))) == (6.0, 0, 1), turns
        assert len(till.events(Fill)) == 1, turns


def test_o13_fill_after_it_was_given_up_counts_and_is_told() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    till.wait(61)
    till.look(name)
    till.wait(6)
    till.look(name)
    assert till.life().stage is Stage.CANCELLED
    till.trade(trade_report(name))
    assert till.life().stage is Stage.MATCHED
    assert till.shares == 10.0
    assert till.reserved == 0
    assert till.notices(NoticeKind.LATE)[0].alarm


def until_given_up(till: Till) -> str:
    name = till.give_up()
    assert (till.life(name).ended, till.reserved) == (True, 0)
    return name


@pytest.mark.parametrize(
    "report",
    [
        order_report(state=OrderState.LIVE),
        order_report(state=OrderState.DELAYED),
        order_report(state=OrderState.LIVE, shares=4),
        order_report(state=OrderState.MATCHED, shares=10),
    ],
    ids=["live", "delayed", "matched in part", "matched"],
)
@pytest.mark.parametrize("refusal", [None, refused()], ids=["given up", "refused"])
def test_o13_order_that_shows_after_it_was_taken_to_be_over_stops_everything_and_holds_its_money(
    report: OrderReport, refusal: Answer | None
) -> None:
    till = Till()
    other = next_market()
    till.do(till.blotter.open, other)
    if refusal is None:
        name = until_given_up(till)
    else:
        till.answer(name := till.send(), refusal)
    till.report(report)
    assert till.reserved == till.life(name).reserve
    assert till.blotter.account.exposure == till.reserved
    assert not till.blotter.account.armed
    assert till.disarms() == [f"order {till.life(name).name}: is at the venue though it was taken to be over"]
    assert till.notices(NoticeKind.CONTRADICTION)[0].alarm
    assert till.intend(of=other).refused == "the account is not armed"


def test_o13_money_of_an_order_that_came_back_is_held_until_the_venue_tells_its_end_and_freed_once() -> None:
    till = Till(Limits(cooldown_ns=0, max_position=money(12)))
    name = until_given_up(till)
    till.report(order_report(name, OrderState.LIVE))
    with pytest.raises(ValueError, match="not known yet"):
        till.do(till.blotter.arm)
    till.trade(trade_report(name, "a", shares=4))
    assert till.reserved == till.life(name).reserve - till.commitment.position.spent
    till.report(order_report(name, OrderState.CANCELED, shares=4))
    assert (till.shares, till.reserved) == (4.0, 0)
    assert len(till.events(Ack)) == 1
    till.do(till.blotter.arm)
    assert till.intend(budget=5.0).refused == ""


def test_o13_order_that_came_back_is_given_up_again_only_late_and_twice() -> None:
    till = Till()
    name = until_given_up(till)
    till.report(order_report(name, OrderState.LIVE))
    for _ in range(9):
        till.wait(6)
        till.look(name)
    assert till.reserved > 0
    assert till.questions()[-1].order == name
    till.wait(12)
    till.look(name)
    assert (till.life(name).stage, till.reserved) == (Stage.CANCELLED, 0)
    till.report(order_report(name, OrderState.LIVE))
    assert till.reserved == till.life(name).reserve


def test_o13_order_that_comes_back_after_the_settlement_is_exposure_until_its_end() -> None:
    till = Till()
    name = until_given_up(till)
    till.t = LENGTH_S + 10.0
    till.settle(0)
    till.report(order_report(name, OrderState.LIVE))
    assert till.blotter.account.exposure == till.life(name).reserve
    again = till.restart()
    assert again.blotter.account.exposure == till.life(name).reserve
    again.report(order_report(name, OrderState.CANCELED))
    assert again.blotter.account.exposure == 0


def test_o13_late_report_of_the_book_is_old_news_of_an_order_whose_end_the_venue_told() -> None:
    till = Till()
    name = till.send()
    till.answer(name, unknown())
    till.report(order_report(name, OrderState.CANCELED, at_ms=2))
    till.report(order_report(name, OrderState.LIVE, at_ms=1))
    assert (till.life(name).stage, till.reserved) == (Stage.CANCELLED, 0)
    assert till.blotter.account.armed
    assert till.notices(NoticeKind.CONTRADICTION) == []


# --- O14: the market is over, its trades are not


def test_o14_fill_after_the_end_and_after_settlement_lands_in_its_own_market() -> None:
    till = Till()
    other = next_market()
    till.t = LENGTH_S - 6.0
    name = till.send()
    till.answer(name, unknown())
    till.do(till.blotter.open, other)
    till.wait(96)
    till.settle(1)
    till.trade(trade_report(name, "a", shares=10))
    assert till.shares == 10.0
    assert till.blotter.account.markets[other.condition_id].position.spent == 0
    fill = till.events(Fill)[-1]
    assert fill.order_id == "o-1"
    net = -money(5.0) - fill.fee
    closes = [record.facts["net"] for record in till.records if record.kind is RecordKind.CLOSE]
    assert closes == [0, net]
    assert till.blotter.account.allowances.net(till.records[-1].wall) == net


def test_o14_market_at_rest_is_forgotten_an_hour_later_but_its_orders_are_still_ours() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10, 5.0, ["a"]))
    till.trade(trade_report(name, "a", status=CONFIRMED))
    till.t = LENGTH_S + 60.0
    till.settle(0)
    till.wait(1)
    till.t += 3_600.0
    till.wait(1)
    assert MARKET.condition_id not in till.blotter.account.markets
    till.trade(trade_report(name, "a", status=CONFIRMED))
    assert till.notices(NoticeKind.FOREIGN) == []
    assert till.blotter.account.counters["trade_past"] == 1


# --- O15: no room in the queue


def test_o15_intent_that_finds_no_room_is_refused_before_anything_is_held_back() -> None:
    till = Till(exposure=10_000.0)
    markets = [next_market(number) for number in range(65)]
    for one in markets:
        till.do(till.blotter.open, one)
    for one in markets[:64]:
        assert till.intend(of=one).refused == ""
    assert till.intend(of=markets[64]).refused == "64 orders are waiting to be sent"
    late = till.blotter.account.markets[markets[64].condition_id]
    assert (late.risk.orders, late.risk.reserved) == (0, 0)
    assert till.blotter.account.counters["intent_refused"] == 1
    assert till.notices(NoticeKind.DROPPED)


# --- O19: the limit holds with orders under way


def test_o19_filled_and_held_back_never_exceed_the_limit() -> None:
    till = Till(Limits(cooldown_ns=0, max_position=money(12)))
    first = till.send(budget=10.0)
    till.answer(first, matched(20, 10.0, ["a"]))
    till.trade(trade_report(first, "a", shares=20))
    position = till.commitment.position
    assert position.spent == money(10.35)
    assert till.intend(budget=1.60).refused == "it could cost more than this market may still commit"
    assert till.intend(budget=1.50).refused == ""
    assert position.spent + till.reserved <= money(12)


def test_o19_reserve_covers_the_fee_at_the_best_price_the_order_could_get() -> None:
    till = Till()
    name = till.send(dollars=0.50, budget=5.0)
    held = till.reserved
    till.trade(trade_report(name, "a", shares=100, dollars=0.05))
    assert till.commitment.position.spent <= held


def test_o19_all_markets_together_stay_within_the_exposure() -> None:
    till = Till(exposure=12.0)
    other = next_market()
    till.do(till.blotter.open, other)
    name = till.send(budget=10.0)
    assert till.intend(budget=5.0, of=other).refused == "it could cost more than this market may still commit"
    till.answer(name, refused())
    assert till.intend(budget=5.0, of=other).refused == ""


# --- O20: fees and dust


@pytest.mark.parametrize(
    ("dollars", "shares", "fee"),
    [(0.50, 100.0, 1.75), (0.70, 100.0, 1.47), (0.90, 5.0, 0.0315), (0.95, 5.0, 0.01663), (0.36, 108.0, 1.74182)],
)
def test_o20_fee_of_a_fill_is_the_markets_own_schedule(dollars: float, shares: float, fee: float) -> None:
    till = Till()
    name = till.send(dollars=dollars, budget=round(dollars * shares + 1, 2))
    till.trade(trade_report(name, "a", shares=shares, dollars=dollars))
    (fill,) = till.events(Fill)
    got = fill.fee / 1e10
    assert got == pytest.approx(fee, abs=0.000011)
    assert fill.size == size(shares)


def test_o20_dust_that_the_answer_has_beyond_its_trades_is_no_match() -> None:
    till = Till()
    name = till.send()
    till.answer(name, matched(10.004, 5.0))
    till.trade(trade_report(name, "a", shares=10.0))
    till.wait(10)
    assert till.shares == 10.0
    assert len(till.events(Ack)) == 1


# --- O21: stale orders


@pytest.mark.parametrize(("age", "leaves"), [(0.0, True), (0.25, True), (0.2501, False), (3.0, False)])
def test_o21_order_whose_signal_is_old_is_dropped_before_it_leaves(age: float, leaves: bool) -> None:
    till = Till()
    till.intend()
    till.t += age
    name = till.sign("0xo1")
    assert till.go(name) is leaves
    if not leaves:
        assert till.life().stage is Stage.DROPPED
        assert till.reserved == 0
        (ack,) = till.events(Ack)
        assert ack.status is OrderStatus.REJECTED
        assert "ms old" in ack.reason
        assert till.notices(NoticeKind.DROPPED)
        assert till.kinds()[-1] is RecordKind.CANCEL


def test_o21_order_does_not_leave_after_the_cutoff_though_it_was_decided_before() -> None:
    till = Till(LIMITS)
    till.t = LENGTH_S - 5.1
    assert till.intend().refused == ""
    till.sign("0xo1")
    till.t = LENGTH_S - 5.0
    assert not till.go("0xo1")
    assert till.intend().refused == "it is too late in the window"


# --- O22: foreign orders


def test_o22_foreign_trade_and_order_are_told_once_and_count_as_exposure() -> None:
    till = Till(exposure=12.0)
    for _ in range(2):
        till.trade(trade_report("0xother", "x", shares=10))
        till.report(order_report("0xbid", OrderState.LIVE))
    assert [notice.order for notice in till.notices(NoticeKind.FOREIGN)] == ["0xother", "0xbid"]
    assert till.shares == 0.0
    assert till.blotter.account.exposure >= money(10)
    assert till.intend(budget=5.0).refused == "it could cost more than this market may still commit"
    till.report(order_report("0xbid", OrderState.CANCELED))
    till.trade(trade_report("0xother", "x", shares=10, status=FAILED))
    assert till.blotter.account.exposure == 0


def test_venue_that_restarts_stops_orders_and_is_tried_again_after_its_post_only_phase() -> None:
    till = Till()
    other = next_market()
    till.do(till.blotter.open, other)
    name = till.send()
    till.answer(name, refused("425", VenueMode.RESTARTING))
    assert till.life().stage is Stage.UNKNOWN  # to be looked for once the venue is back
    assert till.intend(of=other).refused == "the venue is restarting"
    till.wait(91)
    assert till.intend(of=other).refused == "the venue is post_only"
    till.look(name)
    till.wait(6)
    till.look(name)
    assert till.life().stage is Stage.REJECTED
    till.wait(115)
    assert till.intend(of=other).refused == ""

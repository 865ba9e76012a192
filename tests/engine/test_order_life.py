from collections.abc import Callable
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.execution import AnswerKind, OrderState, TradeReport, TradeStatus, VenueMode
from engine.order_life import TRANSITIONS, OrderLife, Stage, found_nobody
from engine.orders import OrderStatus
from engine.paper import NO_MATCH
from tests.engine.builders import money, order, size
from tests.engine.live import (
    MARKET,
    News,
    matched,
    not_sent,
    order_report,
    refused,
    trade_report,
    unknown,
    working,
)

CONFIRMED, FAILED = TradeStatus.CONFIRMED, TradeStatus.FAILED


def intent(*, budget: float = 5.0) -> OrderLife:
    return OrderLife(MARKET, order(0.0, budget=budget), money(5.36))


def signed() -> OrderLife:
    life = intent()
    life.sign("0xo1")
    life.durable = True
    return life


def sent(*, budget: float = 5.0) -> OrderLife:
    life = intent(budget=budget)
    life.sign("0xo1")
    life.durable = True
    life.send(0)
    return life


def hear(life: OrderLife, *news: News) -> OrderLife:
    for one in news:
        if isinstance(one, TradeReport):
            life.trade(one)
        elif hasattr(one, "kind"):
            life.answer(one)  # type: ignore[arg-type]
        else:
            life.report(one)
    return life


# --- one step after the other


STAGES: list[tuple[Callable[[], OrderLife], Stage]] = [
    (intent, Stage.INTENT),
    (signed, Stage.SIGNED),
    (sent, Stage.SENT),
    (lambda: hear(sent(), working()), Stage.ACKNOWLEDGED),
    (lambda: hear(sent(), order_report(state=OrderState.LIVE)), Stage.WORKING),
    (lambda: hear(sent(), working(), order_report(state=OrderState.DELAYED)), Stage.DELAYED),
    (lambda: hear(sent(), matched()), Stage.MATCHED),
    (lambda: hear(sent(), matched(), trade_report(status=CONFIRMED)), Stage.CONFIRMED),
    (lambda: hear(sent(), matched(), trade_report(status=FAILED)), Stage.FAILED),
    (lambda: hear(sent(), order_report(state=OrderState.CANCELED)), Stage.CANCELLED),
    (lambda: hear(sent(), order_report(state=OrderState.INVALID)), Stage.CANCELLED),
    (lambda: hear(sent(), refused()), Stage.REJECTED),
    (lambda: hear(sent(), not_sent()), Stage.DROPPED),
    (lambda: hear(sent(), unknown()), Stage.UNKNOWN),
    (lambda: hear(sent(), refused("425", VenueMode.RESTARTING)), Stage.UNKNOWN),
    (lambda: hear(sent(), unknown(), order_report(state=OrderState.LIVE)), Stage.WORKING),
    (lambda: hear(sent(), unknown(), trade_report(shares=4)), Stage.MATCHED),
    (lambda: hear(sent(), refused(), trade_report(shares=4, status=CONFIRMED)), Stage.CONFIRMED),
]


@pytest.mark.parametrize(("made", "stage"), STAGES)
def test_stage_follows_from_what_is_known(made: Callable[[], OrderLife], stage: Stage) -> None:
    life = made()
    assert life.stage is stage
    assert not [name for name in life.counts if "_not_" in name]


def test_every_stage_can_be_told_apart_and_is_reached_above() -> None:
    assert {stage for _, stage in STAGES} == set(Stage) == set(TRANSITIONS)


def test_matched_order_never_becomes_unmatched() -> None:
    bought = {Stage.MATCHED, Stage.CONFIRMED, Stage.FAILED}
    for stage, steps in TRANSITIONS.items():
        assert stage not in bought or steps <= bought


def test_nothing_leads_back_before_the_sending() -> None:
    early = {Stage.INTENT, Stage.SIGNED, Stage.SENT}
    for stage, steps in TRANSITIONS.items():
        assert stage in early or not steps & early


# --- what we do ourselves


def test_it_is_signed_once() -> None:
    life = signed()
    assert not life.sign("0xo2")
    assert life.hash == "0xo1"
    assert life.counts["signed_again"] == 1


def test_it_leaves_once_and_only_when_its_intent_is_on_disk() -> None:
    life = intent()
    life.sign("0xo1")
    assert not life.send(1)
    life.durable = True
    assert [life.send(2), life.send(3)] == [True, False]
    assert life.sent_at == 2
    assert life.counts["send_refused"] == 2


def test_it_is_dropped_before_it_left_and_not_after() -> None:
    for life in (intent(), signed()):
        assert life.drop("too old")
        assert (life.stage, life.status, life.reason) == (Stage.DROPPED, OrderStatus.REJECTED, "too old")
        assert not life.send(1)
    life = sent()
    assert not life.drop("too old")
    assert life.stage is Stage.SENT


# --- how it ended


@pytest.mark.parametrize(
    ("news", "ended", "last_word", "status"),
    [
        ([unknown()], False, False, OrderStatus.NONE),
        ([working()], False, False, OrderStatus.NONE),
        ([refused()], True, True, OrderStatus.REJECTED),
        ([refused(NO_MATCH)], True, True, OrderStatus.NONE),
        ([not_sent()], True, True, OrderStatus.REJECTED),
        ([order_report(state=OrderState.CANCELED)], True, True, OrderStatus.NONE),
        ([matched(10, 5.0)], True, False, OrderStatus.NONE),
        ([matched(10, 5.0), trade_report(shares=10)], True, True, OrderStatus.FILLED),
        ([matched(6, 3.0), trade_report(shares=6)], True, True, OrderStatus.PARTIAL),
        ([matched(0, 0.0, ["a"]), trade_report(shares=6)], True, True, OrderStatus.PARTIAL),
        ([matched(0, 0.0)], True, False, OrderStatus.NONE),
        ([matched(0, 0.0), trade_report(shares=6)], True, False, OrderStatus.PARTIAL),
        ([trade_report(shares=6)], False, False, OrderStatus.PARTIAL),
        ([trade_report(shares=10)], True, True, OrderStatus.FILLED),
        ([order_report(state=OrderState.LIVE, shares=6), trade_report(shares=6)], False, False, OrderStatus.PARTIAL),
        ([order_report(state=OrderState.MATCHED, shares=6), trade_report(shares=6)], True, True, OrderStatus.PARTIAL),
        ([order_report(state=OrderState.MATCHED)], False, False, OrderStatus.NONE),
        ([unknown(), trade_report(shares=6)], False, False, OrderStatus.PARTIAL),
    ],
)
def test_end_and_last_word(news: list[News], ended: bool, last_word: bool, status: OrderStatus) -> None:
    """The last word frees the money: it needs the order's end, and everything claimed of it in the books."""
    life = hear(sent(), *news)
    assert (life.ended, life.last_word, life.status) == (ended, last_word, status)


def test_claim_that_waited_long_enough_is_a_last_word_but_no_rest() -> None:
    life = hear(sent(), matched(10, 5.0))
    life.matches.wait_no_longer()
    life.matches.due()
    assert life.last_word
    assert life.status is OrderStatus.FILLED
    assert not life.at_rest
    assert life.stage is Stage.MATCHED


def test_order_without_answer_that_is_found_nowhere_is_over() -> None:
    life = hear(sent(), unknown())
    life.gone()
    assert (life.stage, life.last_word) == (Stage.CANCELLED, True)


def test_order_that_a_restarting_venue_refused_is_refused_once_it_is_found_nowhere() -> None:
    life = hear(sent(), refused("425", VenueMode.RESTARTING))
    life.gone()
    assert life.stage is Stage.REJECTED


def test_order_with_a_lost_answer_keeps_what_it_bought_when_no_more_is_found() -> None:
    life = hear(sent(), unknown(), trade_report(shares=6, status=CONFIRMED))
    life.gone()
    assert (life.stage, life.last_word) == (Stage.CONFIRMED, True)
    assert life.status is OrderStatus.PARTIAL


# --- late, repeated and contradictory


def test_second_answer_is_not_listened_to() -> None:
    life = hear(sent(), refused())
    assert not life.answer(matched())
    assert life.stage is Stage.REJECTED
    assert life.counts["answer_repeated"] == 1


def test_older_report_of_the_book_does_not_replace_a_newer_one() -> None:
    life = hear(sent(), order_report(state=OrderState.LIVE, at_ms=20), order_report(state=OrderState.DELAYED, at_ms=10))
    assert life.stage is Stage.WORKING


@pytest.mark.parametrize(
    ("news", "stage"),
    [
        ([refused(NO_MATCH)], Stage.REJECTED),  # it was placed before it met nobody
        ([unknown(), order_report(state=OrderState.CANCELED)], Stage.CANCELLED),
        ([refused(), order_report(state=OrderState.CANCELED)], Stage.REJECTED),
        ([matched(10, 5.0), trade_report(status=CONFIRMED)], Stage.CONFIRMED),
    ],
)
def test_report_of_the_book_after_an_end_that_the_venue_told_changes_nothing_and_is_counted(
    news: list[News], stage: Stage
) -> None:
    life = hear(sent(), *news)
    before = life.counts["order_report_repeated"]
    hear(life, order_report(state=OrderState.LIVE))
    assert (life.stage, life.ended, life.back) == (stage, True, False)
    assert life.counts["order_report_repeated"] == before + 1


def given_up(*news: News) -> OrderLife:
    life = hear(sent(), *news)
    life.gone()
    assert life.ended
    return life


@pytest.mark.parametrize(
    "over",
    [
        lambda: given_up(unknown()),
        lambda: given_up(refused("425", VenueMode.RESTARTING)),
        lambda: given_up(unknown(), order_report(state=OrderState.LIVE, at_ms=20)),
        lambda: hear(sent(), refused()),
    ],
)
@pytest.mark.parametrize(("state", "stage"), [(OrderState.LIVE, Stage.WORKING), (OrderState.DELAYED, Stage.DELAYED)])
def test_report_of_the_book_undoes_an_end_that_was_only_concluded(
    over: Callable[[], OrderLife], state: OrderState, stage: Stage
) -> None:
    """The time of a report that is read is that of the order's creation, so it proves nothing old."""
    life = hear(over(), order_report(state=state, at_ms=10))
    assert (life.stage, life.ended, life.back) == (stage, False, True)
    hear(life, order_report(state=OrderState.CANCELED))
    assert (life.stage, life.last_word) == (Stage.CANCELLED, True)


def test_part_that_was_bought_is_not_all_any_more_when_the_rest_shows_in_the_book() -> None:
    life = given_up(unknown(), trade_report(shares=4, status=CONFIRMED))
    assert life.stage is Stage.CONFIRMED
    hear(life, order_report(state=OrderState.LIVE, shares=4))
    assert (life.stage, life.ended, life.back) == (Stage.MATCHED, False, True)
    hear(life, order_report(state=OrderState.CANCELED, shares=4))
    assert (life.stage, life.last_word) == (Stage.CONFIRMED, True)


@pytest.mark.parametrize("state", [OrderState.MATCHED, OrderState.CANCELED])
def test_late_report_of_no_more_than_was_bought_brings_nothing_back(state: OrderState) -> None:
    life = given_up(unknown(), trade_report(shares=4, status=CONFIRMED))
    hear(life, order_report(state=state, shares=4))
    assert (life.stage, life.ended, life.back) == (Stage.CONFIRMED, True, False)


def test_what_is_said_never_to_have_left_but_stands_in_the_book_is_not_dropped() -> None:
    life = hear(sent(), order_report(state=OrderState.LIVE), not_sent())
    assert life.stage is Stage.WORKING
    assert not life.ended


def test_doubt_comes_once_and_not_after_the_end() -> None:
    life = sent()
    assert [life.doubt("no answer"), life.doubt("no answer")] == [True, False]
    assert not hear(sent(), refused()).doubt("no answer")


def test_what_a_run_left_is_unknown_whatever_stage_it_had() -> None:
    for made, stage in STAGES[1:]:  # an intent that was never signed is nothing that a run could leave
        life = made()
        assert life.leave_over("a restart") is not life.ended
        if stage in {Stage.SIGNED, Stage.SENT, Stage.ACKNOWLEDGED, Stage.WORKING, Stage.DELAYED}:
            assert life.stage is Stage.UNKNOWN


LIVE, DELAYED, CANCELED = OrderState.LIVE, OrderState.DELAYED, OrderState.CANCELED

SETS: list[list[News]] = [
    [
        matched(10, 5.0, ["a", "b"]),
        trade_report(trade="a", shares=6),
        trade_report(trade="a", shares=6, status=CONFIRMED),
        trade_report(trade="b", shares=4),
        trade_report(trade="b", shares=4, status=FAILED),
        order_report(state=CANCELED),
    ],
    [
        unknown(),
        order_report(state=LIVE, at_ms=1),
        order_report(state=OrderState.MATCHED, shares=10, at_ms=2),
        trade_report(shares=10),
        trade_report(shares=10, status=CONFIRMED),
    ],
    [
        refused(NO_MATCH),
        order_report(state=LIVE, at_ms=1),
        order_report(state=DELAYED, at_ms=2),
        order_report(state=CANCELED, at_ms=3),
    ],
    [
        working(),
        order_report(state=DELAYED, at_ms=1),
        trade_report(shares=4, status=FAILED),
        order_report(state=CANCELED, shares=4, at_ms=2),
    ],
    [
        matched(0, 0.0, ["a"]),
        trade_report(shares=4, status=CONFIRMED),
        order_report(state=CANCELED, shares=4),
    ],
]


@pytest.mark.parametrize("news", SETS)
def test_same_news_in_any_order_lead_to_the_same_stage_by_allowed_steps(news: list[News]) -> None:
    ends = set()
    for turns in permutations(news):
        life, stages = sent(), [Stage.SENT]
        for one in turns:
            hear(life, one)
            stages.append(life.stage)
        assert not [name for name in life.counts if "_not_" in name], turns
        for before, after in pairwise(stages):
            assert before is after or after in TRANSITIONS[before]
        ends.add((life.stage, life.ended, life.last_word, life.status))
    assert len(ends) == 1, ends


ANSWERS = st.sampled_from([matched(10, 5.0, ["a"]), matched(6, 3.0), matched(0, 0.0), unknown(), working(), refused(),
                           refused("425", VenueMode.RESTARTING), not_sent()])  # fmt: skip
REPORTS = st.builds(
    order_report,
    st.just("0xo1"),
    st.sampled_from(list(OrderState)),
    shares=st.sampled_from([0.0, 4.0, 6.0, 10.0]),
    at_ms=st.integers(0, 5),
)
TRADES = st.builds(
    trade_report,
    st.just("0xo1"),
    st.sampled_from("abc"),
    shares=st.sampled_from([4.0, 6.0]),
    status=st.sampled_from(list(TradeStatus)),
)


@given(st.lists(st.one_of(ANSWERS, REPORTS, TRADES, st.sampled_from(["gone", "doubt", "over", "drop"])), max_size=12))
def test_no_news_however_absurd_break_it(news: list[News | str]) -> None:
    """Every step is in the table, what was matched stays matched, and an end stays one unless it was a conclusion."""
    life = sent()
    for one in news:
        before, ended = life.stage, life.ended and not life.presumed_over
        match one:
            case "gone":
                life.gone()
            case "doubt":
                life.doubt("no answer")
            case "over":
                life.leave_over("a restart")
            case "drop":
                assert not life.drop("too late")
            case str():
                pass
            case _:
                hear(life, one)
        life.matches.due()
        assert life.stage is before or life.stage in TRANSITIONS[before]
        assert life.ended or not ended
        assert not life.at_rest or life.last_word
    assert sum(match.size for match in life.matches.trades) <= size(30)


def test_kinds_of_answers_are_all_listened_to() -> None:
    """A kind without a rule would leave an order where it was."""
    stages = {kind: hear(sent(), type(unknown())(kind, bought=size(10))).stage for kind in AnswerKind}
    assert Stage.SENT not in stages.values()


@pytest.mark.parametrize(
    ("reason", "nobody"),
    [
        (NO_MATCH, True),
        (f"the venue said: {NO_MATCH.upper()}. FAK orders are partially filled or killed.", True),
        ("not enough balance / allowance", False),
        ("order_version_mismatch", False),
        ("", False),
    ],
)
def test_that_nobody_was_there_to_match_with_is_told_by_the_venues_words(reason: str, nobody: bool) -> None:
    assert found_nobody(reason) is nobody

import pytest

from engine.engine import NOT_BEST
from engine.events import DOWN, UP, Event, Print, Resolution, StrikeSource
from engine.limits import Limits
from engine.market import Settlement
from engine.orders import OrderStatus
from engine.signal import Signal
from engine.strategies import standard
from engine.units import MONEY
from tests.engine.builders import (
    LENGTH_S,
    STRIKE,
    Declines,
    Desk,
    Wants,
    ack,
    ask,
    best,
    bid,
    burst,
    change,
    command,
    fill,
    link,
    market,
    money,
    mono,
    order,
    price,
    report,
    size,
    snapshot,
    strike,
    tick,
    tick_size,
    trade,
    wall,
)

PATIENT = Limits(price_max_age_ms=1e9, quote_max_age_ms=1e9)
"""Data never gets old: for tests about something else."""


# --- when strategies are asked


@pytest.mark.parametrize(
    ("t", "asked"),
    [(-1e-9, False), (0.0, True), (150.0, True), (LENGTH_S - 5 - 1e-9, True), (LENGTH_S - 5.0, False), (301.0, False)],
)
def test_strategies_run_from_the_start_until_the_cutoff(t: float, asked: bool) -> None:
    desk = Desk(PATIENT, [Wants(), Declines()]).warm()
    evaluation = desk.engine.handle(change(t, bid(UP, 0.03, 1)))
    assert (evaluation is not None) is asked
    assert desk.engine.evaluations == asked
    assert len(desk.engine.answers) == (2 if asked else 0)


@pytest.mark.parametrize("lacking", ["strike", "price"])
def test_strategies_are_not_asked_before_price_and_strike_are_known(lacking: str) -> None:
    desk = Desk()
    desk.engine.handle(link(0.0))
    desk.engine.handle(trade(0.0, STRIKE, 1) if lacking == "strike" else strike(0.0))
    assert desk.engine.handle(snapshot(1.0, UP, {0.49: 10}, {0.50: 10})) is None
    desk.engine.handle(strike(1.0) if lacking == "strike" else trade(1.0, STRIKE, 1))
    assert desk.engine.handle(snapshot(1.1, UP, {0.49: 10}, {0.50: 10})) is not None


QUOTES: list[Event] = [
    change(1.0, bid(UP, 0.03, 1), bid(DOWN, 0.03, 1), bid(UP, 0.04, 1)),
    best(1.0, UP, 0.40, 0.50),
    snapshot(1.0, UP, {0.49: 10}, {0.50: 10}),
]
NO_QUOTES: list[Event] = [
    trade(1.0, STRIKE, 99),
    tick(1.0),
    tick_size(1.0, UP, 0.001),
    link(1.0, epoch=2),
    strike(1.0),
    report(1.45, 0, STRIKE),
    Print(mono(1.0), wall(1.0), UP, price(0.5), size(1), True, 0),
    change(1.0, bid(UP, 0.03, 1), epoch=9),
    fill(1.0),
    ack(1.0),
    command(1.0, "disarm"),
]


def kind(event: object) -> str:
    return type(event).__name__


@pytest.mark.parametrize("event", QUOTES, ids=kind)
def test_applied_frame_of_the_book_is_one_quote_and_one_evaluation(event: Event) -> None:
    desk = Desk().warm()
    assert desk.engine.handle(event) is not None
    assert desk.engine.evaluations == 1


@pytest.mark.parametrize("event", NO_QUOTES, ids=kind)
def test_other_events_ask_no_strategy(event: Event) -> None:
    desk = Desk().warm()
    assert desk.engine.handle(event) is None
    assert desk.engine.evaluations == 0


def test_quote_without_signal_answers_nothing_but_keeps_what_was_said() -> None:
    desk = Desk(strategies=[Declines()]).warm()
    assert desk.engine.handle(change(100.0, bid(UP, 0.03, 1))) is None
    assert desk.engine.answers == [("closed", 200.0, 0.0)]


# --- selection


def test_highest_edge_times_confidence_is_selected() -> None:
    """0.10 * 0.9 beats 0.15 * 0.5, though its edge is smaller."""
    bold, sure = Wants("bold", fair=0.65, confidence=0.5), Wants("sure", fair=0.60, confidence=0.9)
    evaluation = Desk(strategies=[bold, sure]).warm().quote(1.0)
    first, second = evaluation.signals
    assert (first.selected, second.selected) == (False, True)
    assert first.block == (NOT_BEST, first.edge * first.confidence, second.edge * second.confidence)
    assert second.block is None
    assert second.order is evaluation.order


def test_first_strategy_wins_a_tie() -> None:
    evaluation = Desk(strategies=[Wants("first"), Wants("second"), Wants("third")]).warm().quote(1.0)
    assert [signal.selected for signal in evaluation.signals] == [True, False, False]
    assert [signal.block and signal.block[0] for signal in evaluation.signals] == [None, NOT_BEST, NOT_BEST]


def test_selection_is_on_the_gross_edge() -> None:
    """The fee at 0.50 is a cent more than at 0.87, which turns the order of the two; selection does not look at it."""
    desk = Desk(strategies=[Wants("up", UP, fair=0.62, cap=0.1), Wants("down", DOWN, fair=0.985, cap=0.1)])
    up, down = desk.warm(up_ask=0.50, down_ask=0.87).quote(1.0).signals
    assert (up.edge, down.edge) == (0.12, 0.115)
    assert up.net_edge < down.net_edge
    assert up.selected


def test_only_the_selected_signal_is_tried() -> None:
    """The best one is stopped by its net edge; the other would have passed and is not tried in its place."""
    desk = Desk(Limits(min_net_edge=0.1), [Wants("best", fair=0.60, confidence=1.0), Wants("good", fair=0.65)])
    evaluation = desk.warm().quote(1.0)
    assert [signal.block and signal.block[0] for signal in evaluation.signals] == ["net_edge", NOT_BEST]
    assert desk.sent == []


def test_signal_carries_its_net_edge_and_the_age_of_its_quote() -> None:
    desk = Desk(strategies=[Wants(), Wants("down", DOWN)]).warm()
    up, down = desk.quote(1.0).signals
    assert up.net_edge == pytest.approx(0.15 - 0.0175)
    assert (up.quote_age_ms, down.quote_age_ms) == (0.0, 1500.0)


# --- what stops a signal: trust, risk, net edge, size, queue, halt


def test_first_signal_becomes_an_order_at_the_ask_that_the_strategy_saw() -> None:
    desk = Desk().warm()
    evaluation = desk.quote(1.0)
    (sent,) = desk.sent
    assert evaluation.order is sent
    assert evaluation.signals[0].order is sent
    assert evaluation.signals[0].block is None
    assert (sent.order_id, sent.strategy, sent.outcome) == (f"{market().slug}-1", "wants", UP)
    assert (sent.price, sent.budget, sent.size) == (price(0.50), money(4.83), size(9.66))
    assert (sent.edge, sent.spot, sent.time_left_s) == (0.15, STRIKE, 299.0)
    assert (sent.mono, sent.wall) == (mono(1.0), wall(1.0))


def test_stepped_clock_stops_even_the_quote_that_brings_it() -> None:
    desk = Desk().warm()
    frame = change(1.0, bid(UP, 0.03, 1))
    frame.wall += 2_000_000_000
    evaluation = desk.engine.handle(frame)
    assert evaluation is not None
    assert evaluation.signals[0].block == ("clock_step", 10.0, 0.0)


def test_clock_behind_the_exchange_stops_a_signal() -> None:
    desk = Desk().warm()
    ahead = trade(0.5, STRIKE, 2)
    ahead.time_ms += 2_001
    desk.trades = 2
    desk.engine.handle(ahead)
    desk.engine.handle(tick(0.6))
    assert desk.first_block(1.0) == ("clock_behind", 2.001, 2.0)
    desk.price(1.1)
    desk.engine.handle(tick(1.2))
    assert desk.quote(1.3).order is not None


def test_old_price_stops_a_signal() -> None:
    assert Desk().warm().first_block(2.6) == ("price_age", 3100.0, 3000.0)


def test_oracle_that_fell_silent_stops_a_signal_in_an_averaged_market() -> None:
    desk = Desk(market=market(settlement=Settlement.CHAINLINK_TWAP)).warm()
    assert desk.first_block(0.2) == ("oracle_age", float("inf"), 4000.0)
    for second in range(6):
        desk.price(second)
        desk.engine.handle(report(second + 0.9, second, STRIKE - 50.0))
    desk.price(9.0)
    assert desk.first_block(9.5) == ("oracle_age", 4500.0, 4000.0)
    desk.engine.handle(report(9.9, 9, STRIKE - 50.0))
    assert desk.quote(10.0).order is not None


def test_old_quote_of_the_outcome_to_buy_stops_a_signal() -> None:
    desk = Desk().warm()
    desk.price(4.6)
    assert desk.first_block(4.6, outcome=DOWN) == ("quote_age", 5100.0, 5000.0)


def test_lost_book_of_the_outcome_to_buy_stops_a_signal() -> None:
    """An empty book offers at a dollar: only a strategy that pays any price comes this far."""
    desk = Desk(strategies=[Wants(fair=1.5)]).warm()
    desk.engine.handle(tick_size(0.5, UP, 0.001))
    assert desk.first_block(1.0, outcome=DOWN) == ("book", 0.0, 1.0)


def test_crossed_book_stops_a_signal() -> None:
    desk = Desk().warm()
    evaluation = desk.engine.handle(change(1.0, bid(UP, 0.50, 1)))
    assert evaluation is not None
    assert evaluation.signals[0].block == ("crossed", 0.50, 0.50)


def test_ask_off_the_grid_stops_a_signal() -> None:
    desk = Desk().warm()
    evaluation = desk.engine.handle(change(1.0, ask(UP, 0.495, 10)))
    assert evaluation is not None
    assert evaluation.signals[0].block == ("off_grid", 0.495, 0.01)


def test_cooldown_stops_a_signal_from_dispatch_on() -> None:
    desk = Desk(PATIENT).warm()
    assert desk.quote(1.0).order is not None
    assert desk.first_block(1.1) == ("cooldown", 4.9, 0.0)
    desk.engine.handle(ack(2.0, order_id=desk.sent[0].order_id, status=OrderStatus.NONE))
    assert desk.first_block(6.0 - 1e-9) == ("cooldown", 1e-9, 0.0)
    assert desk.quote(6.0).order is not None


def test_order_count_stops_a_signal() -> None:
    desk = Desk(Limits(max_orders=1, price_max_age_ms=1e9)).warm()
    desk.quote(1.0)
    assert desk.first_block(10.0) == ("orders", 1, 1)


def test_full_position_stops_a_signal() -> None:
    desk = Desk(Limits(max_position=money(5))).warm()
    desk.engine.handle(fill(0.5, dollars=0.50, shares=10, fee=0.0))
    assert desk.first_block(1.0) == ("position", 5.0, 5.0)


def test_position_counts_both_outcomes_all_strategies_and_fees() -> None:
    desk = Desk(Limits(max_position=money(5))).warm()
    desk.engine.handle(fill(0.5, outcome=DOWN, strategy="momentum", dollars=0.40, shares=10, fee=0.5))
    desk.engine.handle(fill(0.5, outcome=UP, strategy="distance_fade", dollars=0.40, shares=1, fee=0.1))
    assert desk.first_block(1.0) == ("position", 5.0, 5.0)


def test_net_edge_stops_a_signal() -> None:
    """0.53 - 0.50 - 0.0175 = 0.0125; what meets the limit goes on to its size, which is small."""
    at = Desk(Limits(min_net_edge=0.0125), [Wants(fair=0.53)]).warm()
    assert at.first_block(1.0) == ("min_shares", 2.5, 5.0)
    over = Desk(Limits(min_net_edge=0.0126), [Wants(fair=0.53)]).warm()
    assert over.first_block(1.0) == ("net_edge", 0.0125, 0.0126)


def test_nothing_to_bet_stops_a_signal() -> None:
    desk = Desk(Limits(min_net_edge=-1.0), [Wants(fair=0.51)]).warm()
    name, value, limit = desk.first_block(1.0)
    assert (name, limit) == ("kelly", 0.0)
    assert value == pytest.approx(-0.0075)


def test_fewer_than_five_shares_stop_a_signal() -> None:
    desk = Desk(Limits(bankroll=50.0)).warm()
    assert desk.first_block(1.0) == ("min_shares", 4.82, 5.0)


def test_less_than_a_dollar_stops_a_signal() -> None:
    desk = Desk(Limits(bankroll=20.0), [Wants(fair=0.30)]).warm(up_ask=0.10, down_ask=0.95)
    assert desk.first_block(1.0) == ("min_dollars", 0.94, 1.0)


def test_full_queue_refuses_before_the_order_counts() -> None:
    desk = Desk(room=0).warm()
    assert desk.first_block(1.0)[0] == "queue"
    risk = desk.engine.risk
    assert (risk.orders, risk.reserved, risk.in_flight, risk.cooldown_until) == (0, 0, 0, 0)
    assert desk.engine.position.total.orders == 0
    desk.room = 1
    assert desk.quote(1.1).order is not None
    assert desk.sent[0].order_id.endswith("-1")


def test_kill_halts_and_only_disarm_ends_it() -> None:
    desk = Desk().warm()
    desk.engine.handle(command(0.5, "kill"))
    assert desk.engine.mode == "HALTED"
    assert desk.first_block(1.0) == ("halted", 0.0, 0.0)
    desk.engine.handle(command(1.1, "kill"))
    assert desk.first_block(1.2) == ("halted", 0.0, 0.0)
    desk.engine.handle(command(1.3, "disarm"))
    assert desk.engine.mode == "PAPER"
    assert desk.quote(1.4).order is not None


def test_switch_ends_it_for_good() -> None:
    desk = Desk().warm()
    for name in ("switch", "disarm", "kill", "disarm"):
        desk.engine.handle(command(0.5, name))
        assert desk.engine.mode == "SWITCHED"
    assert desk.first_block(1.0) == ("switched", 0.0, 0.0)


def test_halted_engine_still_books_what_was_on_its_way() -> None:
    desk = Desk().warm()
    sent = desk.quote(1.0).order
    assert sent is not None
    desk.engine.handle(command(1.1, "kill"))
    desk.engine.handle(fill(1.2, order_id=sent.order_id, strategy="wants", shares=9.66, fee=0.16905))
    desk.engine.handle(ack(1.2, order_id=sent.order_id))
    assert desk.engine.position.spent == money(4.99905)
    assert desk.engine.risk.reserved == 0


# --- money on its way


def test_order_holds_its_budget_and_the_most_that_fees_can_come_to_until_it_ends() -> None:
    desk = Desk().warm()
    sent = desk.quote(1.0).order
    assert sent is not None
    risk, position = desk.engine.risk, desk.engine.position
    reserve = money(4.83 + 4.83 * 0.07 + 0.01)
    assert (risk.reserved, risk.in_flight) == (reserve, 1)
    desk.engine.handle(fill(1.2, order_id=sent.order_id, shares=4.0, fee=0.07))
    assert (risk.reserved, position.spent) == (reserve - money(2.07), money(2.07))
    desk.engine.handle(ack(1.2, order_id=sent.order_id, status=OrderStatus.PARTIAL))
    assert (risk.reserved, risk.in_flight, position.spent) == (0, 0, money(2.07))
    desk.engine.handle(ack(1.3, order_id=sent.order_id, status=OrderStatus.PARTIAL))
    assert risk.reserved == 0


def test_order_is_cut_to_what_position_and_orders_on_their_way_leave() -> None:
    desk = Desk(Limits(max_position=money(9), cooldown_ns=0)).warm()
    first, second = desk.quote(1.0).order, desk.quote(1.1).order
    assert first is not None
    assert second is not None
    assert first.budget == money(4.83)
    assert second.budget == money(3.56)  # (9 - 5.1781 - 0.01) / 1.07
    assert desk.engine.risk.reserved <= 9 * MONEY
    assert desk.first_block(1.2)[0] in ("position", "min_shares")


def test_signals_orders_and_fills_are_tallied_by_strategy() -> None:
    desk = Desk(strategies=[Wants("one"), Wants("two")]).warm()
    sent = desk.quote(1.0).order
    assert sent is not None
    desk.quote(1.1)
    desk.engine.handle(fill(1.2, order_id=sent.order_id, strategy=sent.strategy))
    one, two = desk.engine.position.of("one"), desk.engine.position.of("two")
    assert (one.signals, one.orders, one.fills) == (2, 1, 1)
    assert (two.signals, two.orders, two.fills) == (2, 0, 0)
    assert desk.engine.position.total.orders == 1


# --- the rest of the window


def test_first_word_on_the_winner_stands() -> None:
    desk = Desk()
    assert desk.engine.winner is None
    desk.engine.handle(Resolution(mono(302.0), wall(302.0), DOWN, "market_resolved"))
    desk.engine.handle(Resolution(mono(303.0), wall(303.0), UP, "gamma"))
    assert desk.engine.winner == DOWN


def test_better_strike_moves_the_distance_of_the_next_quote() -> None:
    desk = Desk(strategies=[Declines()]).warm()
    desk.engine.handle(strike(0.1, 68_068.0))
    desk.engine.handle(change(0.2, bid(UP, 0.03, 1)))
    assert desk.state.distance == pytest.approx(-68 / 68_068)
    desk.engine.handle(strike(0.3, 60_000.0, StrikeSource.BINANCE_FIRST, exact=False))
    assert desk.state.strike == 68_068.0


def test_fills_and_ends_are_part_of_the_decision_hash() -> None:
    hashes = set()
    sequences: list[list[Event]] = [[], [fill(1.0)], [fill(1.0), ack(1.0)], [ack(1.0)]]
    for events in sequences:
        desk = Desk()
        for event in events:
            desk.engine.handle(event)
        hashes.add(desk.engine.decisions.hexdigest())
    assert len(hashes) == 4


def test_the_three_rules_run_together_and_each_answers() -> None:
    """A rise of 100 dollars in ten seconds with the book still at 50 cents: two rules buy Up, the third waits."""
    desk = Desk(strategies=standard()).warm()
    for one in burst(60, 10.0, 100.0)[1:]:
        desk.engine.handle(one)
    evaluation = desk.quote(10.0)
    fade, momentum = evaluation.signals
    assert [(signal.strategy, signal.outcome) for signal in (fade, momentum)] == [
        ("distance_fade", UP), ("momentum", UP),
    ]  # fmt: skip
    assert desk.engine.answers[2] == ("early", 290.0, 90.0)
    assert isinstance(desk.engine.answers[0], Signal)
    assert fade.selected
    assert evaluation.signals[1].block is not None


def test_order_made_by_hand_and_by_the_engine_agree() -> None:
    """`builders.order` is used where an order meets a book; it must look like the engine's own."""
    desk = Desk().warm()
    made = desk.quote(1.0).order
    assert made is not None
    by_hand = order(1.0, order_id=made.order_id, dollars=0.50, budget=4.83)
    assert (by_hand.price, by_hand.budget, by_hand.size) == (made.price, made.budget, made.size)

from math import isnan

import pytest

from engine.events import UP, Resolution, StrikeSource
from engine.lockin import LockIn
from engine.market import Settlement
from engine.signal import Signal
from engine.strategies import standard
from engine.view import MarketView
from tests.engine.builders import (
    LENGTH_S,
    STRIKE,
    Desk,
    ack,
    ask,
    bid,
    burst,
    change,
    fill,
    market,
    money,
    mono,
    report,
    snapshot,
    strike,
    trade,
    wall,
)


def moving() -> Desk:
    """The three rules, and a price that rose by 100 dollars in ten seconds over asks of 50 cents."""
    desk = Desk(strategies=standard()).warm()
    for one in burst(60, 10.0, 100.0)[1:]:
        desk.engine.handle(one)
    return desk


def test_before_the_first_quote_there_is_nothing_to_explain() -> None:
    view = MarketView(moving().engine)
    assert (view.now.answers, view.gates(), dict(view.now.leanings)) == ((), (), {})


def test_answers_and_gates_stand_by_strategy_and_agree() -> None:
    desk = moving()
    desk.quote(10.0)
    view = MarketView(desk.engine)
    answers, gates = dict(view.now.answers), dict(view.gates())
    assert list(answers) == list(gates) == ["distance_fade", "momentum", "settlement_sniper"]
    for name, answer in answers.items():
        closed = [reading for reading in gates[name] if not reading.passed]
        if isinstance(answer, Signal):
            assert closed == []
        else:
            assert closed[0][:3] == answer


def test_prices_strike_and_books_are_the_engines_own() -> None:
    desk = moving()
    view = MarketView(desk.engine)
    now = view.now
    assert (now.price, now.strike, now.strike_exact) == (STRIKE + 100.0, STRIKE, True)
    assert now.strike_source is StrikeSource.CHAINLINK_TWAP
    assert now.price_age_ms(mono(10.25)) == 250.0
    assert [ladder.asks for ladder in now.ladders] == [ladder.asks for ladder in desk.state.ladders]
    assert MarketView(Desk().engine).now.price_age_ms(mono(1.0)) is None


def test_last_minute_is_shown_with_basis_final_lock_in_and_what_would_flip_it() -> None:
    desk = Desk(market=market(settlement=Settlement.CHAINLINK_TWAP))
    view = MarketView(desk.engine)
    now = view.now
    assert (now.basis, now.oracle_age_ms(mono(0.0)), now.expected_final) == (None, None, None)
    assert (now.lock_in, now.flip, now.final_error) == (None, None, None)
    for second in range(230, 268):
        desk.engine.handle(trade(second, 68_060.0, second))
        desk.engine.handle(report(second + 0.9, second, 68_010.0))
    desk.engine.handle(strike(268.0))
    desk.engine.handle(snapshot(268.0, UP, {0.40: 50}, {0.50: 50}, epoch=0))
    assert view.now is now
    view.look()
    now = view.now
    assert (now.basis, now.oracle_age_ms(mono(268.0))) == (50.0, 1000)
    assert now.lock_in == LockIn(60, 30, 30 * 68_010.0)
    assert now.flip == 67_990.0
    assert now.expected_final == pytest.approx(68_010.0)
    assert now.final_error == pytest.approx(0.5 * 7.3e-6 * 68_060.0)
    assert now.aligned
    assert now.distance == pytest.approx(10 / STRIKE)
    assert now.raw_distance == pytest.approx(60 / STRIKE)


def test_basis_of_a_market_that_binance_decides_is_zero() -> None:
    now = MarketView(Desk(market=market(settlement=Settlement.BINANCE_KLINE)).warm().engine).now
    assert (now.basis, now.lock_in, now.expected_final) == (0.0, None, STRIKE)


def test_money_and_orders_follow_an_order_from_dispatch_to_its_end() -> None:
    desk = Desk().warm()
    view = MarketView(desk.engine)
    now = view.now
    assert (now.orders, now.in_flight, now.reserved, now.holding.spent, now.cooldown_s(mono(1.0))) == (0, 0, 0, 0, 0.0)
    sent = desk.quote(1.0).order
    assert sent is not None
    view.look()
    now = view.now
    assert (now.orders, now.in_flight, now.cooldown_s(mono(2.0))) == (1, 1, 4.0)
    assert now.reserved > sent.budget
    desk.engine.handle(fill(1.2, order_id=sent.order_id, strategy="wants", shares=9.66, fee=0.16905))
    desk.engine.handle(ack(1.2, order_id=sent.order_id))
    view.look()
    now = view.now
    assert (now.in_flight, now.reserved, now.holding.spent) == (0, 0, money(4.99905))
    assert view.by_strategy["wants"].fills == 1
    assert now.cooldown_s(mono(7.0)) == 0.0


@pytest.mark.parametrize(
    ("t", "left", "gone"), [(-30.0, 330.0, 0.0), (0.0, 300.0, 0.0), (75.0, 225.0, 0.25), (310.0, -10.0, 1.0)]
)
def test_time_left_and_gone_at_any_moment(t: float, left: float, gone: float) -> None:
    view = MarketView(Desk().engine)
    assert (view.left_s(wall(t)), view.gone_frac(wall(t))) == (left, gone)


def test_counts_and_the_winner_are_shown() -> None:
    desk = Desk().warm()
    view = MarketView(desk.engine)
    desk.engine.handle(change(1.0, bid(UP, 0.03, 1), epoch=9))
    assert view.counters == {"old_epoch": 1}
    assert MarketView(Desk().engine).now.winner is None
    desk.engine.handle(Resolution(mono(302.0), wall(302.0), UP, "gamma"))
    view.look()
    assert view.now.winner == UP
    assert list(view.now.prints) == [None, None]


class TestOneInstant:
    def test_nothing_that_comes_later_changes_what_was_looked_at(self) -> None:
        desk = moving()
        desk.quote(10.0)
        view = MarketView(desk.engine)
        now, asks = view.now, dict(view.now.ladders[UP].asks)
        desk.engine.handle(trade(10.1, STRIKE - 500.0, 90))
        desk.engine.handle(change(10.2, ask(UP, 0.50, 0), ask(UP, 0.51, 7), bid(UP, 0.49, 3)))
        desk.engine.handle(fill(10.3, shares=9.0))
        assert view.now is now
        assert now.price == STRIKE + 100.0
        assert now.ladders[UP].asks == asks
        assert now.holding.shares == (0, 0)
        view.look()
        assert (view.now.price, view.now.ladders[UP].asks[5100]) == (STRIKE - 500.0, 7_000_000)
        assert view.now.holding.shares == (9_000_000, 0)

    def test_what_a_strategy_leans_to_stands_still_with_its_reason(self) -> None:
        desk = dear()
        view = MarketView(desk.engine)
        answers, leaning = view.now.answers, view.now.leanings["momentum"]
        assert dict(answers)["momentum"] == ("ask", 0.68, 0.6)
        assert (leaning.outcome, leaning.ask) == (UP, 0.68)
        after_cutoff = LENGTH_S - 4.0
        desk.engine.handle(change(after_cutoff, ask(UP, 0.68, 0), ask(UP, 0.69, 7)))
        view.look()
        assert view.now.answers is answers
        assert view.now.leanings["momentum"] is leaning
        assert view.now.ladders[UP].best_ask == 6900

    def test_a_leaning_that_is_of_another_moment_than_its_reason_is_not_told(self) -> None:
        desk = dear()
        desk.engine.handle(change(LENGTH_S - 4.0, ask(UP, 0.68, 0), ask(UP, 0.69, 7)))
        now = MarketView(desk.engine).now
        assert dict(now.answers)["momentum"] == ("ask", 0.68, 0.6)
        assert "momentum" not in now.leanings

    def test_gates_that_were_asked_a_moment_later_still_agree_with_the_answers(self) -> None:
        desk = dear()
        for number in range(40):  # the price runs back, so nothing points the same way any more
            desk.engine.handle(trade(10.1, STRIKE - 300.0 - number, 61 + number, seller=True))
        view = MarketView(desk.engine)
        readings = dict(view.gates())["momentum"]
        assert next(reading for reading in readings if not reading.passed)[:3] == ("ask", 0.68, 0.6)
        assert isnan(next(reading.value for reading in readings if reading.name == "agreement"))

    def test_gates_follow_the_quotes_while_they_are_asked_for(self) -> None:
        desk = dear()
        view = MarketView(desk.engine)
        before = view.gates()
        view.look()
        assert view.gates() is before
        desk.quote(10.5)
        view.look()
        assert view.gates() is not before


def dear() -> Desk:
    """As `moving`, over asks of 68 cents, with a quote: momentum finds the ask too high."""
    desk = moving()
    desk.engine.handle(snapshot(10.0, UP, {0.67: 50}, {0.68: 50}))
    return desk

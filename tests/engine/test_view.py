import pytest

from engine.basis import BasisWord
from engine.events import UP, Resolution, StrikeSource
from engine.lockin import LockIn
from engine.market import Settlement
from engine.signal import Signal
from engine.strategies import standard
from engine.view import MarketView
from tests.engine.builders import (
    STRIKE,
    Desk,
    ack,
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
    assert (list(view.answers), list(view.gates()), view.leaning("momentum")) == ([], [], None)


def test_answers_and_gates_stand_by_strategy_and_agree() -> None:
    desk = moving()
    desk.quote(10.0)
    view = MarketView(desk.engine)
    answers, gates = dict(view.answers), dict(view.gates())
    assert list(answers) == list(gates) == ["distance_fade", "momentum", "settlement_sniper"]
    for name, answer in answers.items():
        closed = [reading for reading in gates[name] if not reading.passed]
        if isinstance(answer, Signal):
            assert closed == []
            leaning = view.leaning(name)
            assert leaning is not None
            assert (leaning.outcome, leaning.fair) == (answer.outcome, answer.fair)
        else:
            assert closed[0][:3] == answer
    assert view.leaning("nobody") is None


def test_prices_strike_and_books_are_the_engines_own() -> None:
    desk = moving()
    view = MarketView(desk.engine)
    assert (view.price, view.strike, view.strike_exact) == (STRIKE + 100.0, STRIKE, True)
    assert view.strike_source is StrikeSource.CHAINLINK_TWAP
    assert view.price_age_ms(mono(10.25)) == 250.0
    assert view.ladders is desk.state.ladders
    assert MarketView(Desk().engine).price_age_ms(mono(1.0)) is None


def test_last_minute_is_shown_with_basis_final_lock_in_and_what_would_flip_it() -> None:
    desk = Desk(market=market(settlement=Settlement.CHAINLINK_TWAP))
    view = MarketView(desk.engine)
    assert (view.basis, view.basis_word(mono(0.0)), view.oracle_age_ms(mono(0.0))) == (None, BasisWord.UNKNOWN, None)
    assert (view.expected_final, view.lock_in, view.flip, view.final_error) == (None, None, None, None)
    for second in range(230, 268):
        desk.engine.handle(trade(second, 68_060.0, second))
        desk.engine.handle(report(second + 0.9, second, 68_010.0))
    desk.engine.handle(strike(268.0))
    desk.engine.handle(snapshot(268.0, UP, {0.40: 50}, {0.50: 50}, epoch=0))
    assert (view.basis, view.basis_word(mono(268.0)), view.oracle_age_ms(mono(268.0))) == (50.0, BasisWord.KNOWN, 1000)
    assert view.lock_in == LockIn(60, 30, 30 * 68_010.0)
    assert view.flip == 67_990.0
    assert view.expected_final == pytest.approx(68_010.0)
    assert view.final_error == pytest.approx(0.5 * 7.3e-6 * 68_060.0)
    assert view.aligned
    assert view.distance == pytest.approx(10 / STRIKE)
    assert view.raw_distance == pytest.approx(60 / STRIKE)
    assert view.basis_word(mono(299.0)) is BasisWord.OLD
    assert view.basis == 50.0


def test_basis_of_a_market_that_binance_decides_is_zero() -> None:
    view = MarketView(Desk(market=market(settlement=Settlement.BINANCE_KLINE)).warm().engine)
    assert (view.basis, view.basis_word(mono(0.0)), view.lock_in, view.expected_final) == (
        0.0, BasisWord.KNOWN, None, STRIKE,
    )  # fmt: skip


def test_money_and_orders_follow_an_order_from_dispatch_to_its_end() -> None:
    desk = Desk().warm()
    view = MarketView(desk.engine)
    assert (view.orders, view.in_flight, view.reserved, view.spent, view.cooldown_s(mono(1.0))) == (0, 0, 0, 0, 0.0)
    sent = desk.quote(1.0).order
    assert sent is not None
    assert (view.orders, view.in_flight, view.cooldown_s(mono(2.0))) == (1, 1, 4.0)
    assert view.reserved > sent.budget
    desk.engine.handle(fill(1.2, order_id=sent.order_id, strategy="wants", shares=9.66, fee=0.16905))
    desk.engine.handle(ack(1.2, order_id=sent.order_id))
    assert (view.in_flight, view.reserved, view.spent) == (0, 0, money(4.99905))
    assert view.position.fills == view.by_strategy["wants"].fills == 1
    assert view.cooldown_s(mono(7.0)) == 0.0


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
    assert MarketView(Desk().engine).winner is None
    desk.engine.handle(Resolution(mono(302.0), wall(302.0), UP, "gamma"))
    assert view.winner == UP
    assert list(view.prints) == [None, None]

import pytest

from engine.events import UP, Resolution, StrikeSource
from engine.signal import Signal
from engine.strategies import standard
from engine.view import MarketView
from tests.engine.builders import STRIKE, Desk, ack, bid, burst, change, fill, money, mono, wall


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

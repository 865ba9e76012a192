"""The chart's points: where the price went, and nothing of where it was not seen to be."""

from app.price_way import PriceWay
from engine.state import MarketState
from tests.engine.builders import STRIKE, market, mono, trade, wall

MAX_AGE_MS = 3_000.0


def points(trades: dict[float, float], until: float) -> list[tuple[float, float]]:
    """Looked at ten times a second: (seconds into the window, price)."""
    state, way, number = MarketState(market()), PriceWay(), 0
    found = []
    due = sorted(trades.items())
    for tenth in range(int(until * 10) + 1):
        now = tenth / 10
        while due and due[0][0] <= now:
            at, price = due.pop(0)
            number += 1
            state.on_trade(trade(at, price, number))
        point = way.point(state, mono(now), wall(now), MAX_AGE_MS)
        if point is not None:
            found.append(((point[0] - wall(0) // 1_000_000) / 1000, point[1]))
    return found


def test_two_points_a_second_at_most() -> None:
    busy = {tenth / 10: STRIKE + tenth for tenth in range(40)}
    assert [at for at, _ in points(busy, 3.9)] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]


def test_a_quiet_coin_keeps_its_price_while_that_is_young() -> None:
    assert points({0.0: STRIKE}, 2.0) == [(0.0, STRIKE), (0.5, STRIKE), (1.0, STRIKE), (1.5, STRIKE), (2.0, STRIKE)]


def test_a_feed_that_died_draws_no_line() -> None:
    assert points({0.0: STRIKE}, 60.0)[-1][0] == 3.0


def test_the_line_goes_on_with_the_first_trade_after_the_silence() -> None:
    after = [point for point in points({0.0: STRIKE, 20.0: STRIKE + 5}, 20.4) if point[0] > 3.0]
    assert after == [(20.0, STRIKE + 5)]


def test_before_the_first_trade_there_is_nothing() -> None:
    assert points({}, 5.0) == []

import pytest

from engine.events import DOWN, UP
from engine.limits import Limits
from engine.state import MarketState
from engine.trust import distrust
from tests.engine.builders import ask, bid, change, link, market, mono, snapshot, trade, wall

LIMITS = Limits()


def trusted(t: float = 10.0) -> MarketState:
    """Fresh price, fresh uncrossed books."""
    state = MarketState(market())
    state.clock.see(mono(t), wall(t))
    state.on_link(link(t))
    state.on_trade(trade(t, 68_000.0, 1))
    for outcome in (UP, DOWN):
        state.on_snapshot(snapshot(t, outcome, {0.49: 10}, {0.51: 10}))
    return state


def test_fresh_data_is_trusted() -> None:
    assert distrust(trusted(), UP, mono(10.0), LIMITS) is None


def test_clock_comes_first() -> None:
    state = trusted()
    state.clock.behind_ms = 2_001
    assert distrust(state, UP, mono(60.0), LIMITS) == ("clock_behind", 2.001, 2.0)


def test_price_may_be_three_seconds_old() -> None:
    state = trusted()
    assert distrust(state, UP, mono(13.0), LIMITS) is None
    assert distrust(state, UP, mono(13.0) + 1, LIMITS) == ("price_age", 3000.000001, 3000.0)


def test_no_price_at_all_is_infinitely_old() -> None:
    state = trusted()
    state.last_trade = None
    assert distrust(state, UP, mono(10.0), LIMITS) == ("price_age", float("inf"), 3000.0)


def test_quote_may_be_five_seconds_old() -> None:
    state = trusted()
    state.on_trade(trade(15.0, 68_000.0, 2))
    assert distrust(state, UP, mono(15.0), LIMITS) is None
    assert distrust(state, UP, mono(15.0) + 1, LIMITS) == ("quote_age", 5000.000001, 5000.0)


def test_age_is_that_of_the_outcome_to_buy() -> None:
    state = trusted()
    state.on_trade(trade(16.0, 68_000.0, 2))
    state.on_change(change(16.0, bid(DOWN, 0.30, 1)))
    assert distrust(state, DOWN, mono(16.0), LIMITS) is None
    gate = distrust(state, UP, mono(16.0), LIMITS)
    assert gate is not None
    assert gate[0] == "quote_age"


def test_invalid_book_is_not_traded_on() -> None:
    state = trusted()
    state.ladders[UP].invalidate("connection lost")
    assert distrust(state, UP, mono(10.0), LIMITS) == ("book", 0.0, 1.0)
    assert distrust(state, DOWN, mono(10.0), LIMITS) is None


@pytest.mark.parametrize(("highest_bid", "crossed"), [(0.50, False), (0.51, True), (0.52, True)])
def test_bid_at_or_above_the_ask_is_not_traded_on(highest_bid: float, crossed: bool) -> None:
    state = trusted()
    state.on_change(change(10.0, bid(UP, highest_bid, 1)))
    assert distrust(state, UP, mono(10.0), LIMITS) == (("crossed", highest_bid, 0.51) if crossed else None)


def test_side_without_bids_may_be_bought() -> None:
    """Late in a window nobody bids for the side that is losing, and everybody knows its ask."""
    state = trusted()
    state.on_change(change(10.0, bid(UP, 0.49, 0)))
    assert distrust(state, UP, mono(10.0), LIMITS) is None


def test_ask_off_the_grid_is_not_traded_on() -> None:
    state = trusted()
    state.on_change(change(10.0, ask(UP, 0.505, 1)))
    assert distrust(state, UP, mono(10.0), LIMITS) == ("off_grid", 0.505, 0.01)
    state.ladders[UP].tick = 50
    assert distrust(state, UP, mono(10.0), LIMITS) is None

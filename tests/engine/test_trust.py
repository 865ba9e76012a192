import pytest

from engine.events import DOWN, UP, BookChange, BookSnapshot, StrikeSource
from engine.limits import Limits
from engine.market import Settlement
from engine.state import MarketState
from engine.trust import distrust
from tests.engine.builders import ask, bid, change, link, market, mono, report, size, snapshot, strike, trade, wall

LIMITS = Limits()


def trusted(t: float = 10.0, settlement: Settlement = Settlement.CHAINLINK_SPOT) -> MarketState:
    """Fresh price, fresh uncrossed books."""
    state = MarketState(market(settlement=settlement))
    state.clock.see(mono(t), wall(t))
    state.on_link(link(t))
    state.on_trade(trade(t, 68_000.0, 1))
    for outcome in (UP, DOWN):
        state.on_snapshot(snapshot(t, outcome, {0.49: 10}, {0.51: 10}))
    return state


def test_fresh_data_is_trusted() -> None:
    assert distrust(trusted(), UP, mono(10.0), LIMITS) is None


def test_a_disk_that_takes_no_orders_comes_before_all_that_is_traded_on() -> None:
    state = trusted()
    state.on_link(link(10.0, up=False, feed="disk"))
    assert distrust(state, UP, mono(60.0), LIMITS) == ("disk", 0.0, 1.0)
    assert state.clob_up
    state.on_link(link(10.0, up=True, feed="disk", epoch=2))
    assert distrust(state, UP, mono(10.0), LIMITS) is None


def test_clock_comes_first() -> None:
    state = trusted()
    state.clock.behind_ms = 2_001
    assert distrust(state, UP, mono(60.0), LIMITS) == ("clock_behind", 2.001, 2.0)


def test_price_may_be_three_seconds_old() -> None:
    state = trusted()
    assert distrust(state, UP, mono(13.0), LIMITS) is None
    assert distrust(state, UP, mono(13.0) + 1, LIMITS) == ("price_age", 3000.000001, 3000.0)


def test_price_that_came_three_seconds_after_its_trade_is_refused_however_fresh_it_is_here() -> None:
    state = trusted()
    newest = state.last_trade
    assert newest is not None
    newest.time_ms = newest.wall // 1_000_000 - 3_000
    assert distrust(state, UP, mono(10.0), LIMITS) is None
    newest.time_ms -= 1
    assert distrust(state, UP, mono(10.0), LIMITS) == ("price_late", 3001.0, 3000.0)


def test_no_price_at_all_is_infinitely_old() -> None:
    state = trusted()
    state.last_trade = None
    assert distrust(state, UP, mono(10.0), LIMITS) == ("price_age", float("inf"), 3000.0)


def averaged(*, reports: int = 8, source: StrikeSource = StrikeSource.CHAINLINK_TWAP) -> MarketState:
    """A trusted state of an averaged market, whose oracle's newest report is of second 7."""
    state = trusted(-1.0, Settlement.CHAINLINK_TWAP)
    state.on_strike(strike(0.0, source=source, exact=source is not StrikeSource.BINANCE_FIRST))
    for second in range(8 - reports, 8):
        state.alignment.seconds.see(wall(second) // 1_000_000, 68_000.0)
        state.on_report(report(second + 1.5, second, 67_950.0))
    state.on_trade(trade(11.0, 68_000.0, 2))
    state.on_snapshot(snapshot(11.0, UP, {0.49: 10}, {0.51: 10}))
    return state


def test_oracle_of_an_averaged_market_may_be_four_seconds_old() -> None:
    state = averaged()
    assert distrust(state, UP, mono(11.0), LIMITS) is None
    assert distrust(state, UP, mono(11.0) + 1, LIMITS) == ("oracle_age", 4000.000001, 4000.0)


def test_oracle_that_never_spoke_is_infinitely_old() -> None:
    assert distrust(averaged(reports=0), UP, mono(11.0), LIMITS) == ("oracle_age", float("inf"), 4000.0)


def test_distance_from_the_oracles_strike_needs_five_pairs() -> None:
    assert distrust(averaged(reports=4), UP, mono(11.0), LIMITS) == ("basis", 4, 5)
    assert distrust(averaged(reports=5), UP, mono(11.0), LIMITS) is None


def test_strike_in_binances_dollars_needs_no_oracle() -> None:
    assert distrust(averaged(reports=0, source=StrikeSource.BINANCE_FIRST), UP, mono(11.0), LIMITS) is None


def test_book_whose_change_came_five_seconds_late_is_refused_however_fresh_it_is_here() -> None:
    state = trusted()
    late = BookChange(mono(9.0), wall(9.0), state.clob_epoch, ((UP, True, 100, size(1)),), (), 0)
    late.venue_ms = late.wall // 1_000_000 - 5_000
    assert state.on_change(late)
    assert distrust(state, UP, mono(10.0), LIMITS) is None
    late.venue_ms -= 1
    assert distrust(state, UP, mono(10.0), LIMITS) == ("book_late", 5001.0, 5000.0)


def test_time_of_a_whole_book_says_nothing_of_how_late_it_came() -> None:
    state = trusted()
    late = BookChange(mono(9.0), wall(9.0), state.clob_epoch, ((UP, True, 100, size(1)),), (), 1)
    assert state.on_change(late)
    assert distrust(state, UP, mono(10.0), LIMITS) is not None
    ladder = state.ladders[UP]
    book = BookSnapshot(mono(9.5), wall(9.5), state.clob_epoch, UP, dict(ladder.bids), dict(ladder.asks), 0, 1)
    assert state.on_snapshot(book)
    assert distrust(state, UP, mono(10.0), LIMITS) is None


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


def test_book_of_a_cent_and_99_is_nobodys() -> None:
    state = trusted()
    state.on_snapshot(snapshot(10.0, UP, {0.01: 10}, {0.99: 10}))
    assert distrust(state, UP, mono(10.0), LIMITS) == ("ghost_book", 0.98, 0.98)


def test_up_and_down_that_contradict_each_other_are_not_traded_on() -> None:
    state = trusted()
    state.on_snapshot(snapshot(10.0, UP, {0.49: 10}, {0.61: 10}))
    assert distrust(state, UP, mono(10.0), LIMITS) is None
    state.on_snapshot(snapshot(10.0, UP, {0.49: 10}, {0.62: 10}))
    assert distrust(state, UP, mono(10.0), LIMITS) == ("mirror", 0.11, 0.1)


def test_books_that_stand_still_while_the_price_runs_are_not_traded_on() -> None:
    state = trusted()
    state.on_tick(mono(10.0))
    state.on_trade(trade(16.0, 68_068.0, 2))
    state.on_change(change(16.0, bid(UP, 0.30, 5)))
    assert distrust(state, UP, mono(16.0), LIMITS) == ("frozen_book", 0.001, 0.0005)
    state.on_change(change(16.0, bid(UP, 0.50, 5)))
    state.on_tick(mono(16.1))
    assert distrust(state, UP, mono(16.1), LIMITS) is None

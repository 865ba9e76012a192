from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import DOWN, UP, BookChange, BookSnapshot, Print, StrikeSource
from engine.market import Market, Settlement
from engine.state import MarketState
from engine.units import NO_ASK, NO_BID, UNKNOWN_SIZE
from tests.engine.builders import (
    STRIKE,
    ask,
    best,
    bid,
    change,
    link,
    market,
    mono,
    price,
    report,
    size,
    snapshot,
    strike,
    tick_size,
    top,
    trade,
    wall,
)


def linked(epoch: int = 1, *, top_only: bool = False) -> MarketState:
    """A state with both books of the connection."""
    state = MarketState(market(top_only=top_only))
    state.on_link(link(0.0, epoch=epoch))
    for outcome in (UP, DOWN):
        state.on_snapshot(snapshot(0.0, outcome, {0.49: 10}, {0.51: 10}, epoch=epoch))
    return state


def tops(state: MarketState, outcome: int = UP) -> tuple[int, int]:
    return state.ladders[outcome].best_bid, state.ladders[outcome].best_ask


# --- trades


def test_trade_sets_the_price() -> None:
    state = MarketState(market())
    state.on_trade(trade(1.0, 68_100.0, 5))
    assert (state.price, state.last_trade_id, len(state.flow.trades)) == (68_100.0, 5, 1)
    assert not state.counters


@pytest.mark.parametrize("late_id", [5, 4])
def test_repeated_or_late_trade_is_counted_and_dropped(late_id: int) -> None:
    state = MarketState(market())
    state.on_trade(trade(1.0, 68_100.0, 5))
    state.on_trade(trade(1.1, 1.0, late_id))
    assert (state.price, len(state.flow.trades), state.flow.gap_until_ms) == (68_100.0, 1, 0)
    assert state.counters == {"trade_repeated": 1}


def test_missing_ids_are_counted_and_taint_the_buffer() -> None:
    state = MarketState(market())
    state.on_trade(trade(1.0, 68_100.0, 5))
    state.on_trade(trade(2.0, 68_101.0, 7))
    assert state.counters == {"trade_gap": 1}
    assert state.flow.gap_until_ms == wall(2.0) // 1_000_000 + 30_000


@given(st.lists(st.integers(1, 12), max_size=40))
def test_any_order_and_repetition_leaves_the_trades_that_were_newer_than_all_before(ids: list[int]) -> None:
    state, clean = MarketState(market()), MarketState(market())
    newest = 0
    for trade_id in ids:
        state.on_trade(trade(trade_id, STRIKE + trade_id, trade_id))
        if trade_id > newest:
            clean.on_trade(trade(trade_id, STRIKE + trade_id, trade_id))
            newest = trade_id
    assert state.price == clean.price
    assert (list(state.flow.trades), state.flow.net) == (list(clean.flow.trades), clean.flow.net)
    assert state.counters["trade_repeated"] == len(ids) - len(clean.flow.trades)


# --- time


def test_distance_and_time_left_at_a_moment() -> None:
    state = MarketState(market())
    state.on_trade(trade(1.0, 68_034.0, 1))
    state.on_strike(strike(1.0))
    state.at(wall(75.0))
    assert (state.left_s, state.left_frac) == (225.0, 0.75)
    assert state.distance == pytest.approx(0.0005)


def test_length_is_the_markets_and_not_the_intervals() -> None:
    state = MarketState(market(length_s=60))
    state.on_trade(trade(1.0, 68_034.0, 1))
    state.on_strike(strike(1.0))
    state.at(wall(45.0))
    assert (state.left_s, state.left_frac) == (15.0, 0.25)


def test_ready_needs_price_and_strike() -> None:
    state = MarketState(market())
    assert not state.ready
    state.on_trade(trade(1.0, 68_034.0, 1))
    assert not state.ready
    state.on_strike(strike(1.0))
    assert state.ready


# --- the distance in the dollars that decide

AVERAGED = market(settlement=Settlement.CHAINLINK_TWAP)
ORACLES = [source for source in StrikeSource if not source.startswith("binance")]


def based(of: Market = AVERAGED, *, basis: float = 50.0, first: int = 0, last: int = 9) -> MarketState:
    """Binance at 68,084 for these seconds, and the oracle's reports of them `basis` lower."""
    state = MarketState(of)
    for second in range(first, last + 1):
        state.on_trade(trade(second, 68_084.0, second + 1))
        state.on_report(report(second + 0.9, second, 68_084.0 - basis))
    return state


@pytest.mark.parametrize("source", ORACLES)
@pytest.mark.parametrize("settlement", [Settlement.CHAINLINK_TWAP, Settlement.CHAINLINK_SPOT])
def test_distance_from_the_oracles_own_strike_is_the_prices_less_the_basis(
    source: StrikeSource, settlement: Settlement
) -> None:
    state = based(market(settlement=settlement))
    state.on_strike(strike(10.0, source=source))
    state.at(wall(10.0))
    assert state.distance == pytest.approx(0.0005)
    assert state.raw_distance == pytest.approx(84 / STRIKE)
    assert state.expected_final == pytest.approx(68_034.0)
    assert state.aligned


@pytest.mark.parametrize(
    ("source", "exact"), [(StrikeSource.BINANCE_FIRST, False), (StrikeSource.CHAINLINK_TWAP, False)]
)
def test_distance_from_any_other_strike_is_the_raw_one(source: StrikeSource, exact: bool) -> None:
    """A strike in Binance's dollars has the basis in it already; of an inexact one nobody knows."""
    state = based()
    state.on_strike(strike(10.0, source=source, exact=exact))
    state.at(wall(10.0))
    assert state.distance == state.raw_distance == 84 / STRIKE
    assert not state.aligned


def test_distance_is_raw_and_the_final_unknown_while_the_basis_is() -> None:
    state = based(last=3)
    state.on_strike(strike(4.0))
    state.at(wall(4.0))
    assert (state.distance, state.expected_final, state.aligned) == (84 / STRIKE, None, False)
    state.on_trade(trade(4.0, 68_084.0, 9))
    state.on_report(report(4.9, 4, 68_034.0))
    state.at(wall(5.0))
    assert state.distance == pytest.approx(0.0005)
    assert state.aligned


def test_distance_is_raw_again_when_the_basis_is_old() -> None:
    state = based()
    state.on_strike(strike(10.0))
    state.on_tick(mono(39.5))
    state.at(wall(39.5))
    assert (state.distance, state.expected_final, state.aligned) == (84 / STRIKE, None, False)


def test_distance_in_the_last_minute_is_that_of_the_final_to_expect() -> None:
    """Two thirds of the average are printed at 68,034: ten dollars more of the price are a third of it in the final."""
    state = based(first=230, last=277)
    state.on_strike(strike(278.0))
    lock_in = state.alignment.lock_in
    assert lock_in is not None
    assert lock_in.printed == 40
    state.on_trade(trade(278.0, 68_114.0, 999))
    state.at(wall(278.0))
    assert state.distance == pytest.approx(44 / STRIKE)
    assert state.raw_distance == pytest.approx(114 / STRIKE)


def test_market_that_binance_decides_is_aligned_as_it_is() -> None:
    state = based(market(settlement=Settlement.BINANCE_KLINE))
    state.on_strike(strike(10.0, source=StrikeSource.BINANCE_FIRST, exact=False))
    assert not state.aligned
    state.on_strike(strike(10.0, source=StrikeSource.BINANCE_KLINE))
    state.at(wall(10.0))
    assert (state.distance, state.expected_final, state.aligned) == (84 / STRIKE, 68_084.0, True)


def test_without_strike_or_price_there_is_no_raw_distance_and_no_final() -> None:
    state = MarketState(market(settlement=Settlement.BINANCE_KLINE))
    assert (state.raw_distance, state.expected_final) == (0.0, None)


# --- the strike


def test_first_strike_is_taken_whatever_its_source() -> None:
    state = MarketState(market())
    assert state.on_strike(strike(0.1, 68_010.0, StrikeSource.BINANCE_FIRST, exact=False))
    assert (state.strike, state.strike_source, state.strike_exact) == (68_010.0, StrikeSource.BINANCE_FIRST, False)


RANKED = list(StrikeSource)


@pytest.mark.parametrize(("known", "new"), list(product(RANKED, RANKED)))
@pytest.mark.parametrize(("known_exact", "new_exact"), list(product([True, False], repeat=2)))
def test_strike_is_replaced_by_a_better_one_only(
    known: StrikeSource, new: StrikeSource, known_exact: bool, new_exact: bool
) -> None:
    """Exact beats inexact whatever the sources; between equals the better source, or the same one again, wins."""
    state = MarketState(market())
    state.on_strike(strike(0.0, 1.0, known, exact=known_exact))
    better = RANKED.index(new) <= RANKED.index(known) if known_exact is new_exact else new_exact
    assert state.on_strike(strike(1.0, 2.0, new, exact=new_exact)) is better
    assert state.strike == (2.0 if better else 1.0)
    assert state.strike_exact is (new_exact if better else known_exact)
    assert state.strike_source is (new if better else known)


# --- connections and their books


def test_books_are_invalid_until_a_snapshot_of_this_connection() -> None:
    state = MarketState(market())
    state.on_link(link(0.0, epoch=1))
    assert [ladder.why_invalid for ladder in state.ladders] == ["no snapshot yet"] * 2
    state.on_snapshot(snapshot(0.1, UP, {0.49: 10}, {0.51: 10}))
    assert [ladder.valid for ladder in state.ladders] == [True, False]


def test_delta_without_a_book_is_counted_and_no_quote() -> None:
    state = MarketState(market())
    state.on_link(link(0.0))
    assert not state.on_change(change(0.1, bid(UP, 0.49, 10), tops=[top(UP, 0.49, 0.51)]))
    assert not state.on_best(best(0.2, UP, 0.49, 0.51))
    assert state.counters == {"delta_without_book": 2}
    assert tops(state) == (NO_BID, NO_ASK)


def test_lost_connection_empties_both_books() -> None:
    state = linked()
    state.on_link(link(1.0, up=False))
    assert [ladder.why_invalid for ladder in state.ladders] == ["connection lost"] * 2
    assert not state.clob_up


@pytest.mark.parametrize(
    "frame",
    [
        snapshot(2.0, UP, {0.30: 1}, {0.31: 1}),
        change(2.0, ask(UP, 0.31, 1), tops=[top(UP, 0.49, 0.31)]),
        best(2.0, UP, 0.30, 0.31),
        tick_size(2.0, UP, 0.001),
    ],
    ids=lambda frame: type(frame).__name__,
)
@pytest.mark.parametrize("reconnected", [True, False], ids=["reconnected", "down"])
def test_frame_of_a_connection_that_is_gone_is_counted_and_ignored(frame: object, reconnected: bool) -> None:
    state = linked(epoch=1)
    state.on_link(link(1.0, up=False, epoch=1))
    if reconnected:
        state.on_link(link(1.5, epoch=2))
        state.on_snapshot(snapshot(1.6, UP, {0.49: 10}, {0.51: 10}, epoch=2))
    before = tops(state), state.ladders[UP].why_invalid, state.ladders[UP].tick
    take = {BookSnapshot: state.on_snapshot, BookChange: state.on_change}.get(type(frame)) or (
        state.on_best if hasattr(frame, "bid") else state.on_tick_size
    )
    assert not take(frame)  # type: ignore[operator]
    assert (tops(state), state.ladders[UP].why_invalid, state.ladders[UP].tick) == before
    assert state.counters == {"old_epoch": 1}


def test_connection_that_takes_over_is_not_ended_by_the_end_of_the_old_one() -> None:
    state = linked(epoch=1)
    state.on_link(link(1.0, epoch=2))
    state.on_snapshot(snapshot(1.1, UP, {0.48: 10}, {0.52: 10}, epoch=2))
    state.on_link(link(1.2, up=False, epoch=1))
    assert state.clob_up
    assert tops(state) == (price(0.48), price(0.52))


def test_other_feeds_links_leave_the_books_alone() -> None:
    state = linked(epoch=1)
    state.on_link(link(1.0, up=False, epoch=9, feed="binance"))
    assert state.ladders[UP].valid


# --- deltas


def test_delta_changes_both_outcomes_books() -> None:
    state = linked()
    frame = change(
        1.0, ask(UP, 0.50, 7), bid(DOWN, 0.50, 7), tops=[top(UP, 0.49, 0.50), top(DOWN, 0.50, 0.51)]
    )  # fmt: skip
    assert state.on_change(frame)
    assert tops(state, UP) == (price(0.49), price(0.50))
    assert tops(state, DOWN) == (price(0.50), price(0.51))
    assert state.ladders[UP].asks[price(0.50)] == size(7)
    assert [ladder.mono for ladder in state.ladders] == [mono(1.0)] * 2


def test_delta_of_one_outcome_leaves_the_others_age() -> None:
    state = linked()
    state.on_change(change(1.0, ask(UP, 0.52, 7)))
    assert [ladder.mono for ladder in state.ladders] == [mono(1.0), mono(0.0)]


def test_two_contradictions_in_a_row_make_the_book_invalid_until_a_snapshot() -> None:
    state = linked()
    wrong = [top(UP, 0.49, 0.50)]
    state.on_change(change(1.0, ask(UP, 0.60, 1), tops=wrong))
    assert state.ladders[UP].valid
    state.on_change(change(2.0, ask(UP, 0.61, 1), tops=wrong))
    assert state.ladders[UP].why_invalid == "best prices contradict the venue's"
    assert state.ladders[DOWN].valid
    assert state.counters == {"book_contradicted": 2}
    assert not state.on_change(change(3.0, ask(UP, 0.61, 1), tops=wrong))
    state.on_snapshot(snapshot(4.0, UP, {0.49: 10}, {0.50: 10}))
    assert state.ladders[UP].valid


def test_crossing_is_seen_in_frames_that_state_no_best_prices() -> None:
    state = linked()
    state.on_change(change(1.0, bid(UP, 0.51, 1)))
    assert (state.ladders[UP].crossed, state.ladders[UP].crossed_since) == (True, mono(1.0))
    state.on_change(change(2.0, bid(UP, 0.51, 0)))
    assert (state.ladders[UP].crossed, state.ladders[UP].crossed_since) == (False, 0)


cents = st.integers(1, 99).map(lambda cent: cent / 100)
changes = st.tuples(st.sampled_from([UP, DOWN]), st.booleans(), cents, st.sampled_from([0.0, 1.0, 2.5]))
frames = st.one_of(
    st.tuples(st.just("change"), st.integers(1, 3), st.lists(changes, min_size=1, max_size=4)),
    st.tuples(st.just("snapshot"), st.integers(1, 3), st.tuples(cents, cents)),
    st.tuples(st.just("link"), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("tick"), st.integers(1, 3), st.just(0.001)),
)


@given(st.lists(frames, max_size=25))
def test_any_order_and_repetition_of_frames_leaves_sane_books(sequence: list[tuple[str, int, object]]) -> None:
    state = MarketState(market())
    for t, (kind, epoch, what) in enumerate(sequence):
        match kind, what:
            case "change", list(entries):
                state.on_change(
                    change(
                        t, *[(outcome, is_bid, price(at), size(n)) for outcome, is_bid, at, n in entries], epoch=epoch
                    )
                )
            case "snapshot", (float(low), float(high)):
                state.on_snapshot(snapshot(t, UP, {low: 5}, {high: 5}, epoch=epoch))
            case "link", bool(up):
                state.on_link(link(t, up, epoch=epoch))
            case "tick", float(grid):
                state.on_tick_size(tick_size(t, UP, grid, epoch=epoch))
        for ladder in state.ladders:
            assert ladder.best_bid == max(ladder.bids, default=NO_BID)
            assert ladder.best_ask == min(ladder.asks, default=NO_ASK)
            assert all(amount > 0 for amount in (*ladder.bids.values(), *ladder.asks.values()))
            assert ladder.valid or not (ladder.bids or ladder.asks)
            assert bool(ladder.crossed_since) is ladder.crossed


# --- best prices, the grid, prints


def test_best_prices_that_agree_refresh_the_books_age() -> None:
    state = linked()
    assert state.on_best(best(1.0, UP, 0.49, 0.51))
    assert state.ladders[UP].mono == mono(1.0)


def test_best_prices_that_differ_are_a_quote_and_a_count_but_no_verdict() -> None:
    state = linked()
    for t in (1.0, 2.0, 3.0):
        assert state.on_best(best(t, UP, 0.48, 0.51))
    assert state.ladders[UP].valid
    assert (state.ladders[UP].mono, tops(state)) == (mono(0.0), (price(0.49), price(0.51)))
    assert state.counters == {"best_differs": 3}


def test_recording_with_best_prices_only_takes_them_as_its_book() -> None:
    state = MarketState(market(top_only=True))
    assert state.on_best(best(1.0, UP, 0.49, 0.51, epoch=0))
    assert state.ladders[UP].asks == {price(0.51): UNKNOWN_SIZE}
    assert state.on_best(best(2.0, UP, 0.47, 0.48, epoch=0))
    assert tops(state) == (price(0.47), price(0.48))
    assert state.on_best(best(3.0, UP, 0.0, 1.0, epoch=0))
    assert tops(state) == (NO_BID, NO_ASK)


def test_new_grid_empties_the_book_until_the_snapshot() -> None:
    state = linked()
    state.on_tick_size(tick_size(1.0, UP, 0.001))
    assert (state.ladders[UP].tick, state.ladders[UP].why_invalid) == (10, "tick size changed")
    assert tops(state) == (NO_BID, NO_ASK)
    assert state.ladders[DOWN].valid
    assert not state.on_change(change(1.1, ask(UP, 0.505, 5)))
    state.on_snapshot(snapshot(1.2, UP, {0.49: 10}, {0.505: 10}))
    assert (state.ladders[UP].valid, state.ladders[UP].tick, tops(state)[1]) == (True, 10, price(0.505))


def test_last_print_of_each_outcome_is_kept() -> None:
    state = MarketState(market())
    seen = Print(mono(1.0), wall(1.0), DOWN, price(0.4), size(3), True, 0)
    state.on_print(seen)
    assert state.last_print == [None, seen]

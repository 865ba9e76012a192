"""Paper orders through the timeline: decided at 1.0 s, they meet the book 50 + 150 ms later, at 1.2 s.

`Wants` spends 5 % of $100 with the fee at 0.50: $4.83 for 9.66 shares.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.book import Ladder
from engine.events import DOWN, UP, Event, Fill
from engine.fees import taker_fee
from engine.limits import Limits
from engine.orders import Order, OrderStatus
from engine.paper import NO_MATCH, PaperVenue
from engine.sizing import LOT
from engine.timeline import Timeline
from engine.units import MONEY
from tests.engine.builders import (
    FEE,
    Heard,
    ask,
    bid,
    change,
    link,
    market,
    money,
    mono,
    opening,
    order,
    price,
    size,
    snapshot,
    tick_size,
    timeline,
    trade,
    wall,
)

ARRIVAL = 1.2


def decided(*, shares: float = 100.0, limits: Limits | None = None) -> tuple[Timeline, Heard]:
    """A timeline whose order left at 1.0 s for `shares` at 0.50, with more of them at 0.90."""
    line, heard = timeline(limits=limits)
    for event in opening(shares=shares):
        line.deliver(event)
    evaluation = line.deliver(change(1.0, bid(UP, 0.02, 1)))
    assert evaluation is not None
    assert evaluation.order is not None
    return line, heard


def answer(line: Timeline, heard: Heard, *meanwhile: Event) -> tuple[list[Fill], OrderStatus, str]:
    """What became of the order after the events of its hold."""
    for event in meanwhile:
        line.deliver(event)
    line.advance(mono(ARRIVAL))
    ((_, fills, ack),) = heard.answers
    assert (ack.mono, ack.wall) == (mono(ARRIVAL), wall(ARRIVAL))
    assert all((fill.mono, fill.wall) == (ack.mono, ack.wall) for fill in fills)
    return fills, ack.status, ack.reason


def lots(fills: list[Fill]) -> list[tuple[int, int]]:
    return [(fill.price, fill.size) for fill in fills]


def test_book_that_stood_fills_the_order_at_its_limit() -> None:
    fills, status, _ = answer(*decided())
    assert lots(fills) == [(price(0.50), size(9.66))]
    assert status is OrderStatus.FILLED
    assert fills[0].fee == money(0.16905)  # 9.66 * 0.07 * 0.25


def test_nothing_is_known_before_latency_and_hold_have_passed() -> None:
    line, heard = decided()
    line.advance(mono(ARRIVAL) - 1)
    assert heard.answers == []
    assert line.engine.risk.in_flight == 1
    line.advance(mono(ARRIVAL))
    assert line.engine.risk.in_flight == 0


def test_book_drained_during_the_hold_gives_no_fill() -> None:
    fills, status, reason = answer(*decided(), change(1.1, ask(UP, 0.50, 0)))
    assert (fills, status, reason) == ([], OrderStatus.NONE, NO_MATCH)


def test_book_drained_to_a_rest_gives_a_partial_fill() -> None:
    fills, status, _ = answer(*decided(), change(1.1, ask(UP, 0.50, 4)))
    assert lots(fills) == [(price(0.50), size(4))]
    assert status is OrderStatus.PARTIAL


def test_requote_above_the_limit_gives_no_fill() -> None:
    fills, status, _ = answer(*decided(), change(1.1, ask(UP, 0.50, 0), ask(UP, 0.51, 100)))
    assert (fills, status) == ([], OrderStatus.NONE)


def test_better_price_buys_more_shares_for_the_same_budget() -> None:
    """$4.83 at 0.40 is 12.075 shares."""
    fills, status, _ = answer(*decided(), change(1.1, ask(UP, 0.40, 100), bid(UP, 0.40, 0)))
    assert lots(fills) == [(price(0.40), size(12.075))]
    assert status is OrderStatus.FILLED
    assert fills[0].fee == money(0.20286)  # 12.075 * 0.07 * 0.24


def test_levels_are_walked_cheapest_first_with_a_fill_and_a_fee_each() -> None:
    """$0.80 for two at 0.40, $1.35 for three at 0.45, and the other $2.68 for 5.36 at 0.50."""
    fills, status, _ = answer(*decided(), change(1.1, bid(UP, 0.40, 0), ask(UP, 0.45, 3), ask(UP, 0.40, 2)))
    assert lots(fills) == [(price(0.40), size(2)), (price(0.45), size(3)), (price(0.50), size(5.36))]
    assert [fill.fee for fill in fills] == [money(0.0336), money(0.05198), money(0.0938)]
    assert [fill.trade_id[-2:] for fill in fills] == [".1", ".2", ".3"]
    assert status is OrderStatus.FILLED


def test_frame_of_the_instant_of_arrival_comes_too_late_to_be_met() -> None:
    line, heard = decided()
    line.advance(mono(ARRIVAL) - 1)
    assert line.due == mono(ARRIVAL)
    line.deliver(change(ARRIVAL, ask(UP, 0.50, 0)))
    assert lots(heard.fills) == [(price(0.50), size(9.66))]


def test_frame_a_nanosecond_before_the_arrival_is_met() -> None:
    line, heard = decided()
    line.deliver(change(ARRIVAL - 1e-9, ask(UP, 0.50, 0)))
    line.advance(mono(ARRIVAL))
    assert heard.fills == []


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (link(1.1, up=False), "book unknown at arrival: connection lost"),
        (link(1.1, epoch=2), "book unknown at arrival: no snapshot yet"),
        (tick_size(1.1, UP, 0.001), "book unknown at arrival: tick size changed"),
    ],
    ids=["lost", "reconnected", "new grid"],
)
def test_book_unknown_at_arrival_fills_nothing_and_says_why(event: Event, reason: str) -> None:
    assert answer(*decided(), event) == ([], OrderStatus.NONE, reason)


def test_book_known_again_by_the_arrival_is_met() -> None:
    fills, _, _ = answer(*decided(), link(1.1, epoch=2), snapshot(1.15, UP, {}, {0.48: 3}, epoch=2))
    assert lots(fills) == [(price(0.48), size(3))]


@pytest.mark.parametrize(
    ("after_end_ns", "status"), [(-1, OrderStatus.FILLED), (0, OrderStatus.REJECTED), (1, OrderStatus.REJECTED)]
)
def test_arrival_after_the_windows_end_is_rejected(after_end_ns: int, status: OrderStatus) -> None:
    end = 300.0
    late = Limits(latency_ns=mono(end) - mono(1.0) - 150_000_000 + after_end_ns)
    line, heard = decided(limits=late)
    line.advance(mono(end + 1))
    ((_, _, ack),) = heard.answers
    assert ack.status is status
    assert ack.reason == ("arrived after the window's end" if status is OrderStatus.REJECTED else "")


def test_level_is_taken_once_until_the_venue_says_its_size_anew() -> None:
    line, heard = decided(shares=12.0, limits=Limits(cooldown_ns=0))
    line.deliver(change(1.1, bid(UP, 0.03, 1)))
    line.advance(mono(1.5))
    assert [size for _, size in lots(heard.fills)] == [size(9.66), size(2.34)]
    line.deliver(change(2.0, bid(UP, 0.03, 2)))
    line.advance(mono(2.5))
    assert heard.answers[2][2].reason == NO_MATCH
    line.deliver(trade(2.9, 68_000.0, 2))
    line.deliver(change(3.0, ask(UP, 0.50, 5)))
    line.advance(mono(3.5))
    assert lots(heard.fills)[2:] == [(price(0.50), size(5))]


def test_levels_of_the_two_outcomes_are_taken_apart() -> None:
    venue, up, down = PaperVenue(market()), Ladder(100), Ladder(100)
    for ladder in (up, down):
        ladder.replace({}, {price(0.50): size(10)}, 0, 1)
    first, _ = venue.match(order(1.0, outcome=UP), up, mono(1.2), wall(1.2))
    second, _ = venue.match(order(1.0, order_id="o-2", outcome=DOWN), down, mono(1.2), wall(1.2))
    assert [fill.size for fill in first + second] == [size(10), size(10)]


def test_level_of_unknown_size_fills_every_order() -> None:
    """A recording of best prices says nothing of sizes; such a run is marked, not refused."""
    venue, ladder = PaperVenue(market(top_only=True)), Ladder(100)
    ladder.set_top(price(0.49), price(0.50), 1)
    for number in range(3):
        fills, ack = venue.match(order(1.0, order_id=f"o-{number}"), ladder, mono(1.2), wall(1.2))
        assert (lots(fills), ack.status) == ([(price(0.50), size(10))], OrderStatus.FILLED)


def test_remainder_too_small_for_a_lot_is_no_partial_fill() -> None:
    """$5.00 at 0.53 is 9.4339 shares and a rest of 0.0033 cents."""
    venue, ladder = PaperVenue(market()), Ladder(100)
    ladder.replace({}, {price(0.53): size(100)}, 0, 1)
    fills, ack = venue.match(order(1.0, dollars=0.53), ladder, mono(1.2), wall(1.2))
    assert (lots(fills), ack.status) == ([(price(0.53), size(9.4339))], OrderStatus.FILLED)


asks = st.dictionaries(st.integers(1, 9999), st.integers(1, 40 * 1_000_000), max_size=15)
orders = st.lists(st.tuples(st.integers(1, 9999), st.integers(100, 2000)), min_size=1, max_size=4)


@given(asks=asks, wanted=orders)
def test_no_order_goes_over_its_limit_its_budget_or_what_the_book_holds(
    asks: dict[int, int], wanted: list[tuple[int, int]]
) -> None:
    venue, ladder = PaperVenue(market()), Ladder(1)
    ladder.replace({}, asks, 0, 1)
    taken: dict[int, int] = {}
    for number, (limit, cents) in enumerate(wanted):
        budget = cents * MONEY // 100
        one = Order(0, wall(1.0), f"o-{number}", "s", UP, limit, budget // limit, budget, 0.1, 1.0, 1.0)
        fills, ack = venue.match(one, ladder, mono(1.2), wall(1.2))
        assert sum(fill.price * fill.size for fill in fills) <= budget
        assert [fill.price for fill in fills] == sorted(fill.price for fill in fills)
        for fill in fills:
            assert fill.price <= limit
            assert fill.size % LOT == 0
            assert fill.fee == taker_fee(FEE, fill.price, fill.size)
            taken[fill.price] = taken.get(fill.price, 0) + fill.size
        left = budget - sum(fill.price * fill.size for fill in fills)
        expected = OrderStatus.NONE if not fills else OrderStatus.FILLED if left < limit * LOT else OrderStatus.PARTIAL
        assert ack.status is expected
        if ack.status is not OrderStatus.FILLED:
            cheaper = [at for at in asks if at <= limit]
            assert all(asks[at] - taken.get(at, 0) < LOT or left < at * LOT for at in cheaper)
    assert all(amount <= asks[at] for at, amount in taken.items())

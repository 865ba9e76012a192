"""One decision under every lens. `Wants` decides at 1.0 s for 9.66 UP at 0.50; the book's middle is 0.45 then.

With 50 ms latency and 150 ms hold the order arrives at 1.2 s; the pessimist's at 1.25 s, and it looks again at 2.25 s.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import DOWN, UP, Event, Print
from engine.lenses import INSTANT, LADDER, LENSES, PESSIMISTIC, REALISTIC
from engine.limits import Limits
from engine.score import LensFill
from engine.settlement import settle
from engine.timeline import Timeline
from engine.units import MONEY, PRICE
from tests.engine.builders import (
    Heard,
    ask,
    best,
    bid,
    change,
    link,
    market,
    money,
    mono,
    opening,
    price,
    size,
    timeline,
    wall,
)
from tests.engine.test_timeline import EAGER, QUICK, Step, session, steps

WHOLE = (price(0.50) * size(9.66), size(9.66), money(0.16905))
"""The order filled at its limit: cost, size, and 9.66 * 0.07 * 0.25 of fee."""

NOTHING = (0, 0, 0)


def decided(*, shares: float = 100.0, limits: Limits | None = None) -> tuple[Timeline, Heard]:
    line, heard = timeline(limits=limits)
    for event in opening(shares=shares):
        line.deliver(event)
    line.deliver(change(1.0, bid(UP, 0.02, 1)))
    return line, heard


def printed(t: float, outcome: int, dollars: float, shares: float, *, buys: bool = True) -> Print:
    return Print(mono(t), wall(t), outcome, price(dollars), size(shares), buys, 0)


def seen(*meanwhile: Event, shares: float = 100.0, limits: Limits | None = None) -> dict[str, tuple[int, int, int]]:
    """Cost, size and fee of the first order under each lens."""
    line, heard = decided(shares=shares, limits=limits)
    for event in meanwhile:
        line.deliver(event)
    line.advance(mono(40.0))
    return {fill.lens: (fill.cost, fill.size, fill.fee) for fill in heard.lenses if fill.order_id.endswith("-1")}


def test_a_book_that_stands_fills_every_lens_alike_and_only_the_naive_one_for_nothing() -> None:
    filled = seen()
    assert filled.pop(INSTANT) == (*WHOLE[:2], 0)
    assert filled == dict.fromkeys((REALISTIC, PESSIMISTIC, *LADDER), WHOLE)


def test_each_lens_is_told_once_with_its_latency() -> None:
    line, heard = decided()
    line.advance(mono(40.0))
    assert {fill.lens: fill.latency_ns // 1_000_000 for fill in heard.lenses} == {
        "instant": 0,
        "realistic": 200,
        "pessimistic": 250,
        "ladder_0": 150,
        "ladder_50": 200,
        "ladder_100": 250,
        "ladder_250": 400,
        "ladder_500": 650,
        "ladder_1000": 1150,
    }
    assert len(heard.lenses) == len(LENSES)
    assert line.lenses.score.fills == heard.lenses


def test_a_book_that_is_drained_fills_those_who_came_before() -> None:
    filled = seen(change(1.22, ask(UP, 0.50, 0)))
    assert [lens for lens in LENSES if filled[lens] != NOTHING] == ["instant", "realistic", "ladder_0", "ladder_50"]


def test_a_book_that_comes_back_fills_those_who_come_late() -> None:
    filled = seen(change(1.1, ask(UP, 0.50, 0)), change(1.5, ask(UP, 0.50, 100)))
    assert [lens for lens in LENSES if filled[lens] != NOTHING] == ["instant", "ladder_500", "ladder_1000"]


def test_a_better_price_is_everybodys_but_the_pessimists() -> None:
    """$4.83 at 0.40 is 12.075 shares; the pessimist pays 0.50 for its 9.66."""
    filled = seen(change(1.1, bid(UP, 0.40, 0), ask(UP, 0.40, 100)))
    assert filled[REALISTIC] == (price(0.40) * size(12.075), size(12.075), money(0.20286))
    assert filled[PESSIMISTIC] == WHOLE


def pessimists_shares(*meanwhile: Event) -> int:
    return seen(*meanwhile)[PESSIMISTIC][1]


def test_the_pessimist_takes_what_stands_for_a_second_less_what_is_printed() -> None:
    """8 at arrival, 6 a second later, 1.5 bought by others and 0.5 sold to the same makers as DOWN: 4 are left."""
    assert pessimists_shares(
        change(1.1, ask(UP, 0.50, 8)),
        printed(1.5, UP, 0.50, 1.5),
        printed(1.6, DOWN, 0.50, 0.5, buys=False),
        change(2.0, ask(UP, 0.50, 6)),
    ) == size(4)


def test_the_pessimist_counts_every_level_up_to_the_limit() -> None:
    """3 of 5 stay at 0.48, 2 of 2 at 0.50; what is new at 0.49 was not there at arrival."""
    assert pessimists_shares(
        change(1.1, ask(UP, 0.48, 5), ask(UP, 0.50, 2)),
        change(1.9, ask(UP, 0.48, 3), ask(UP, 0.49, 50)),
    ) == size(5)


@pytest.mark.parametrize(
    "elsewhere",
    [
        printed(1.24, UP, 0.50, 90),
        printed(2.26, UP, 0.50, 90),
        printed(1.5, UP, 0.51, 90),
        printed(1.5, UP, 0.50, 90, buys=False),
        printed(1.5, DOWN, 0.50, 90),
    ],
    ids=["before", "after", "another price", "sold to a bid", "the other side bought"],
)
def test_the_pessimist_does_not_mind_what_others_trade_elsewhere(elsewhere: Event) -> None:
    assert pessimists_shares(change(1.1, ask(UP, 0.50, 10)), elsewhere) == size(9.66)


def test_more_prints_than_shares_leave_none() -> None:
    assert pessimists_shares(change(1.1, ask(UP, 0.50, 10)), printed(1.5, UP, 0.50, 11)) == 0


def test_a_book_lost_in_the_pessimists_second_gives_nothing() -> None:
    assert pessimists_shares(link(1.8, up=False)) == 0


def test_after_the_end_nothing_is_filled_but_the_naive_lens() -> None:
    late = Limits(latency_ns=300 * 10**9)
    line, heard = decided(limits=late)
    line.advance(mono(1000.0))
    filled = {fill.lens: fill.size for fill in heard.lenses}
    assert (filled[REALISTIC], filled[PESSIMISTIC], filled[INSTANT]) == (0, 0, size(9.66))
    assert filled["ladder_1000"] == size(9.66)


def test_every_lens_takes_a_share_once() -> None:
    line, heard = decided(shares=12.0, limits=Limits(cooldown_ns=0))
    line.deliver(change(1.1, bid(UP, 0.03, 1)))
    line.advance(mono(40.0))
    for lens in LENSES:
        filled = [fill.size for fill in heard.lenses if fill.lens == lens]
        assert filled == ([size(9.66), size(9.66)] if lens == INSTANT else [size(9.66), size(2.34)]), lens


def test_best_prices_without_sizes_fill_every_lens() -> None:
    line, heard = timeline(of=market(top_only=True))
    for event in opening()[:4]:
        line.deliver(event)
    line.deliver(best(0.9, UP, 0.40, 0.50))
    line.deliver(best(1.0, UP, 0.40, 0.50))
    line.advance(mono(40.0))
    assert {fill.size for fill in heard.lenses} == {size(9.66)}


def test_a_look_is_taken_before_the_frame_of_its_own_instant() -> None:
    filled = seen(change(1.4, ask(UP, 0.50, 0)))
    assert filled["ladder_250"] == WHOLE
    assert filled["ladder_500"] == NOTHING


def test_nothing_is_due_any_more_thirty_seconds_after_the_last_fill() -> None:
    line, _ = decided()
    line.advance(mono(31.2) - 1)
    assert line.lenses.due == mono(31.2)
    line.advance(mono(31.2))
    assert line.lenses.due > mono(10**6)


# --- waterfall and markouts of the same order


def test_the_waterfall_of_one_order_by_hand() -> None:
    """At arrival three shares are asked for at 0.49: 3 * 0.49 + 6.72 * 0.50 = $4.83 for 9.72 shares."""
    line, _ = decided()
    line.deliver(change(1.1, ask(UP, 0.49, 3)))
    line.advance(mono(1.2))
    (won,) = line.lenses.score.waterfalls(UP).values()
    assert won._asdict() == {
        "size": size(9.72),
        "model_edge": money(1.944),  # (0.65 - 0.45) * 9.72
        "spread": money(-0.486),  # (0.45 - 0.50) * 9.72
        "latency_drift": money(0.0972),  # the ask came a cent closer
        "slippage": money(-0.0672),  # 0.49 * 9.72 - 4.83
        "fee": money(-0.17008),  # 3 * 0.07 * 0.49 * 0.51 = 0.05248, and 6.72 * 0.0175
        "settlement_luck": money(3.402),  # 0.35 * 9.72
    }
    assert won.net == money(9.72 - 4.83 - 0.17008)
    assert line.lenses.score.waterfalls(DOWN)["wants"].net == money(-4.83 - 0.17008)


def test_without_a_bid_the_ask_stands_for_the_middle() -> None:
    line, _ = timeline()
    for event in opening():
        line.deliver(event)
    line.deliver(change(1.0, bid(UP, 0.40, 0), bid(UP, 0.02, 0)))
    line.advance(mono(1.2))
    (won,) = line.lenses.score.waterfalls(UP).values()
    assert (won.spread, won.model_edge) == (0, money(0.15 * 9.66))


def test_markouts_are_the_middle_after_so_many_seconds_less_the_price_paid() -> None:
    """Middle 0.45 a second after the fill, 0.475 after five; no bid after ten; 0.55 after thirty."""
    line, _ = decided()
    line.deliver(change(5.0, bid(UP, 0.45, 9)))
    line.deliver(change(9.0, bid(UP, 0.45, 0), bid(UP, 0.40, 0), bid(UP, 0.02, 0)))
    line.deliver(change(20.0, bid(UP, 0.60, 9), ask(UP, 0.50, 0), ask(UP, 0.90, 0), ask(UP, 0.62, 9)))
    line.advance(mono(31.2))
    marks = line.lenses.score.markouts["wants"]
    assert [marks.per_share(horizon) for horizon in range(4)] == pytest.approx([-0.05, -0.025, None, 0.11])


def test_an_order_without_a_fill_has_no_waterfall_and_no_markout() -> None:
    line, _ = decided()
    line.deliver(change(1.1, ask(UP, 0.50, 0)))
    line.advance(mono(40.0))
    assert (line.lenses.score.legs, line.lenses.score.markouts) == ([], {})


# --- for every path


def by_order(fills: Sequence[LensFill]) -> dict[str, dict[str, LensFill]]:
    orders: dict[str, dict[str, LensFill]] = {}
    for fill in fills:
        orders.setdefault(fill.order_id, {})[fill.lens] = fill
    return orders


def net_per_share(fill: LensFill, winner: int) -> float:
    return fill.net(winner) / fill.size


shrinking = st.lists(
    st.tuples(st.integers(1, 700), st.sampled_from([0.49, 0.50, 0.90]), st.floats(0.0, 1.0), st.booleans()), max_size=12
)


@settings(max_examples=80)
@given(path=shrinking, shares=st.sampled_from([3.0, 9.66, 20.0]))
def test_where_the_book_does_not_improve_slower_is_never_better(
    path: Sequence[tuple[int, float, float, bool]], shares: float
) -> None:
    """Levels at and above the limit shrink, vanish and are sold to others; none is added."""
    line, heard = decided(shares=shares, limits=Limits(max_orders=1))
    left = {0.50: shares, 0.90: shares}
    ms = 1000
    for wait, level, part, sold in path:
        ms += wait
        if level in left:
            gone = left[level] * (1 - part)
            left[level] -= gone
            if sold and gone:
                line.deliver(printed(ms / 1000, UP, level, gone))
            line.deliver(change(ms / 1000, ask(UP, level, left[level])))
    line.advance(mono(60.0))
    ((_, fills),) = by_order(heard.lenses).items()
    ordered = [fills[lens] for lens in (INSTANT, *LADDER)]
    chains = (ordered, [fills[INSTANT], fills[REALISTIC], fills[PESSIMISTIC]])
    for chain in chains:
        for faster, slower in pairwise(chain):
            assert slower.size <= faster.size
            assert slower.net(UP) <= faster.net(UP)
            for side in (UP, DOWN) if slower.size else ():
                rounding = money(0.00001) / slower.size  # of both fees, half up to five places
                assert net_per_share(slower, side) <= net_per_share(faster, side) + rounding


@settings(max_examples=60)
@given(sequence=steps)
def test_realistic_is_the_position_and_the_rung_of_the_same_latency(sequence: Sequence[Step]) -> None:
    line, heard = timeline(limits=QUICK, strategies=EAGER)
    for event in session(sequence):
        line.deliver(event)
    line.advance(line.due + 60 * 10**9)
    realistic = [fill for fill in heard.lenses if fill.lens == REALISTIC]
    same = [fill._replace(lens=REALISTIC) for fill in heard.lenses if fill.lens == "ladder_50"]
    assert same == realistic
    position = line.engine.position
    for side in (UP, DOWN):
        bought = [fill for fill in realistic if fill.outcome == side]
        assert position.total.shares[side] == sum(fill.size for fill in bought)
        assert position.total.cost[side] == sum(fill.cost for fill in bought)
        assert settle(position.total, side).net == line.lenses.score.net(REALISTIC, side)
    assert all(len(lenses) == len(LENSES) for lenses in by_order(heard.lenses).values())


@settings(max_examples=60)
@given(sequence=steps)
def test_the_waterfall_adds_up_to_the_profit_whatever_happened(sequence: Sequence[Step]) -> None:
    line, _ = timeline(limits=replace(QUICK, max_position=300 * MONEY), strategies=EAGER)
    for event in session(sequence):
        line.deliver(event)
    line.advance(line.due + 10**9)
    for winner in (UP, DOWN):
        tallies = line.engine.position.by_strategy
        nets = {name: settle(tally, winner).net for name, tally in tallies.items() if tally.fills}
        falls = line.lenses.score.waterfalls(winner)
        assert {name: fall.net for name, fall in falls.items()} == nets
        for name, fall in falls.items():
            assert fall.size == sum(line.engine.position.of(name).shares)


@settings(max_examples=40)
@given(sequence=steps, looks=st.lists(st.integers(-500_000, 20_000_000), max_size=30))
def test_small_and_large_steps_of_time_show_the_lenses_the_same(sequence: Sequence[Step], looks: Sequence[int]) -> None:
    """As live, where a pulse advances the timeline, and as in replay, where only the records do."""
    events = session(sequence)
    last = events[-1].mono + 40 * 10**9
    once, heard_once = timeline(limits=QUICK, strategies=EAGER)
    often, heard_often = timeline(limits=QUICK, strategies=EAGER)
    pulses = sorted(mono(0.0) + us * 1000 for us in looks)
    for event in events:
        once.deliver(event)
        while pulses and pulses[0] <= event.mono:
            often.advance(pulses.pop(0))
        often.deliver(event)
    once.advance(last)
    for pulse in [*(pulse for pulse in pulses if pulse < last), last]:
        often.advance(pulse)
    assert heard_often.lenses == heard_once.lenses
    assert often.lenses.score.legs == once.lenses.score.legs
    assert {name: marks.gained for name, marks in often.lenses.score.markouts.items()} == {
        name: marks.gained for name, marks in once.lenses.score.markouts.items()
    }


def test_a_lens_fill_pays_a_dollar_a_share_or_nothing() -> None:
    fill = LensFill("o-1", "wants", UP, INSTANT, 0, price(0.6) * size(10), size(10), money(0.1))
    assert (fill.net(UP), fill.net(DOWN)) == (money(3.9), money(-6.1))
    assert fill.net(UP) - fill.net(DOWN) == PRICE * size(10)

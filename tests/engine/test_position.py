from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.events import DOWN, UP, Fill
from engine.position import Position, Tally
from engine.units import CENT, MONEY
from tests.engine.builders import fill, money, size

fills = st.lists(
    st.builds(
        lambda outcome, cents, shares, fee, strategy: Fill(0, 0, "o", strategy, outcome, cents * 100, shares, fee, "t"),
        st.sampled_from([UP, DOWN]),
        st.integers(1, 99),
        st.integers(1, 10**9),
        st.integers(0, CENT),
        st.sampled_from(["momentum", "distance_fade", "settlement_sniper"]),
    ),
    max_size=30,
)


@given(fills)
def test_position_is_the_sum_of_its_fills(all_fills: list[Fill]) -> None:
    position = Position()
    for one in all_fills:
        position.add(one)
    assert position.spent == sum(one.price * one.size + one.fee for one in all_fills)
    for outcome in (UP, DOWN):
        assert position.total.shares[outcome] == sum(one.size for one in all_fills if one.outcome == outcome)
        assert position.total.cost[outcome] == sum(one.price * one.size for one in all_fills if one.outcome == outcome)
    assert position.total.fills == len(all_fills)


@given(fills, st.sets(st.integers(0, 29)))
def test_position_is_the_sum_of_the_fills_that_were_not_taken_back(all_fills: list[Fill], taken_back: set[int]) -> None:
    """A void is the fill once more with negative size and fee, after any others."""
    position, standing = Position(), Position()
    for one in all_fills:
        position.add(one)
    for number, one in enumerate(all_fills):
        if number in taken_back:
            position.add(replace(one, size=-one.size, fee=-one.fee))
        else:
            standing.add(one)
    assert (position.total.shares, position.total.cost) == (standing.total.shares, standing.total.cost)
    assert (position.total.fees, position.spent) == (standing.total.fees, standing.spent)
    for winner in (UP, DOWN):
        assert position.total.gross(winner) == standing.total.gross(winner)
        for name, tally in standing.by_strategy.items():
            assert position.of(name).gross(winner) == tally.gross(winner)


@given(fills, st.sampled_from([UP, DOWN]))
def test_strategies_add_up_to_the_total(all_fills: list[Fill], winner: int) -> None:
    position = Position()
    for one in all_fills:
        position.add(one)
    tallies = position.by_strategy.values()
    assert sum(tally.fees for tally in tallies) == position.total.fees
    assert sum(tally.fills for tally in tallies) == position.total.fills
    assert sum(tally.gross(winner) for tally in tallies) == position.total.gross(winner)


def test_strategy_that_did_nothing_has_an_empty_tally() -> None:
    position = Position()
    assert position.of("momentum") == Tally()
    assert position.of("momentum") is position.of("momentum")


def test_voided_match_is_taken_back_by_a_fill_of_negative_size() -> None:
    position = Position()
    position.add(fill(1.0, dollars=0.5, shares=10, fee=0.175))
    position.add(fill(2.0, dollars=0.5, shares=-10, fee=-0.175))
    assert (position.spent, position.total.shares) == (0, [0, 0])


def test_winners_pay_a_dollar_a_share_and_losers_nothing() -> None:
    tally = Tally()
    tally.add(fill(1.0, outcome=UP, dollars=0.60, shares=10))
    tally.add(fill(2.0, outcome=DOWN, dollars=0.30, shares=5))
    assert tally.gross(UP) == 10 * MONEY - money(6.0) - money(1.5)
    assert tally.gross(DOWN) == 5 * MONEY - money(6.0) - money(1.5)
    assert tally.shares == [size(10), size(5)]


def test_fill_that_is_taken_back_leaves_nothing_of_it() -> None:
    position = Position()
    position.add(fill(0.0, shares=10.0, fee=0.175))
    position.add(fill(1.0, shares=6.0, fee=0.105, trade_id="o-1.2"))
    position.add(fill(2.0, shares=-10.0, fee=-0.175))
    only = Position()
    only.add(fill(1.0, shares=6.0, fee=0.105))
    assert position.total == only.total
    assert position.by_strategy == only.by_strategy


def test_holding_says_what_either_outcome_would_leave_after_fees() -> None:
    position = Position()
    position.add(fill(1.0, outcome=UP, dollars=0.60, shares=10, fee=0.17))
    position.add(fill(2.0, outcome=DOWN, dollars=0.30, shares=5, fee=0.07))
    holding = position.holding
    position.add(fill(3.0, outcome=DOWN, dollars=0.30, shares=50))
    assert holding.spent == money(7.74)
    assert (holding.net(UP), holding.net(DOWN)) == (money(10 - 7.74), money(5 - 7.74))

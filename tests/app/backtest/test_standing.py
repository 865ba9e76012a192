"""The order of combinations: by z, among those that traded in enough markets, and what is set now beside them."""

from array import array
from pathlib import Path
from random import Random

import pytest

from app.backtest.split import Span
from app.backtest.standing import Ranking, judge_alone, rank
from app.backtest.sweep import Done, Holding, Part
from engine.events import DOWN, UP
from engine.units import MONEY, SIZE

SHARES = 10


def spans(count: int, coins: int = 1) -> list[Span]:
    return [Span(n // coins * 5, n // coins * 5 + 5, f"w{n}", Path(f"w{n}")) for n in range(count)]


def part(*trials: dict[int, bool], price: float = 0.5, markets: int = 100, coins: int = 1) -> Part:
    """By trial, the markets in which it held ten shares at `price`, and whether they won. Up wins all of them."""
    made = Part(spans(markets, coins), rows=[array("q") for _ in trials])
    gain, loss = round(SHARES * (1 - price) * MONEY), round(-SHARES * price * MONEY)
    for market in range(markets):
        held = [
            Holding(1, 1, SHARES * SIZE, gain if won else loss, loss if won else gain)
            if (won := trial.get(market)) is not None
            else Holding(0, 0, 0, 0, 0)
            for trial in trials
        ]
        made.take(Done(market, market, 0, winner=UP, holdings=tuple(held)))
    return made


def winning(wins: int, losses: int, first: int = 0) -> dict[int, bool]:
    return {first + place: place < wins for place in range(wins + losses)}


def order(ranking: Ranking) -> list[int]:
    return [one.trial for one in ranking.standings]


def test_they_stand_by_how_far_luck_must_have_carried_them() -> None:
    ranking = rank(part(winning(20, 20), winning(30, 10), winning(62, 28)), 0, 1)
    assert order(ranking) == [2, 1, 0]
    assert [one.z for one in ranking.standings] == pytest.approx([34 / 90**0.5, 20 / 40**0.5, 0.0])
    assert ranking.best is ranking.standings[0]
    assert ranking.now is ranking.standings[2]


def test_a_few_lucky_markets_are_not_ranked_however_lucky() -> None:
    ranking = rank(part(winning(29, 0), winning(18, 12), {}), 1, 1)
    assert order(ranking) == [1, 0, 2]
    assert [one.by_luck is None for one in ranking.standings] == [False, True, True]
    assert [one.markets for one in ranking.standings] == [30, 29, 0]


def test_the_plain_correction_too_is_for_those_that_are_ranked() -> None:
    few = [winning(2, 1, first) for first in range(95)]
    alone, among = rank(part(winning(64, 36)), 0, 1), rank(part(winning(64, 36), *few), 0, 1)
    assert (among.ranked, len(among.standings)) == (1, 96)
    assert among.sidak == alone.sidak
    assert among.standings[0] == alone.standings[0]


def test_where_none_has_enough_markets_there_is_no_best() -> None:
    ranking = rank(part(winning(5, 3), winning(12, 0)), 0, 1)
    assert (ranking.best, ranking.sidak, ranking.ahead) == (None, None, None)
    assert order(ranking) == [1, 0]


def test_dear_shares_that_never_lost_do_not_lead_before_others_that_are_less_likely() -> None:
    dear = part(winning(40, 0), price=0.97)
    coins = part(winning(30, 10), price=0.5)
    assert rank(dear, 0, 1).standings[0].z < rank(coins, 0, 1).standings[0].z
    assert dear.stakes(0)[0].net == pytest.approx(0.3)
    assert (rank(dear, 0, 1).standings[0].by_luck or 0) > 0.2


def test_of_equal_ones_what_is_set_now_leads_and_then_the_one_that_was_given_first() -> None:
    assert order(rank(part(winning(20, 12), winning(20, 12), winning(20, 12)), 2, 1)) == [2, 0, 1]


def test_figures_are_those_of_the_positions() -> None:
    (one,) = rank(part(winning(24, 16)), 0, 1).standings
    assert (one.orders, one.trades, one.markets) == (40, 40, 40)
    assert one.net == pytest.approx(5.0 * 24 - 5.0 * 16)
    assert one.per_share is not None
    assert one.per_share.value == pytest.approx(0.1)


def test_coins_of_one_instant_do_not_count_as_so_many_observations_in_z() -> None:
    together, apart = rank(part(winning(60, 40), coins=4), 0, 1), rank(part(winning(60, 40)), 0, 1)
    assert together.standings[0].markets == apart.standings[0].markets == 100
    assert together.standings[0].z == pytest.approx(apart.standings[0].z / 2)


def test_the_chance_of_luck_grows_with_all_that_was_tried() -> None:
    random = Random(4)
    others = [{market: random.random() < 0.5 for market in range(100)} for _ in range(20)]
    alone, among = rank(part(winning(64, 36)), 0, 1), rank(part(winning(64, 36), *others), 0, 1)
    assert (alone.standings[0].by_luck or 1) < 0.01
    assert among.standings[0].trial == 0
    assert 3 * (alone.standings[0].by_luck or 1) < (among.standings[0].by_luck or 1) < (among.sidak or 0) + 0.02
    assert among.bar > alone.bar


def test_the_lead_over_what_is_set_now_is_told_where_both_are_ranked() -> None:
    better, same, few = (
        part(winning(60, 20), winning(40, 40)),
        part(winning(60, 20)),
        part(winning(60, 20), winning(9, 9)),
    )
    ahead = rank(better, 1, 1).ahead
    assert ahead is not None
    assert ahead.value == pytest.approx(0.25)
    assert rank(same, 0, 1).ahead is None
    assert rank(few, 1, 1).ahead is None


def test_the_same_seed_ranks_the_same() -> None:
    held = part(winning(30, 20), winning(28, 14))
    assert rank(held, 0, 5) == rank(held, 0, 5)
    assert rank(held, 0, 5) != rank(held, 0, 6)


class TestAlone:
    def test_it_is_not_corrected_for_others(self) -> None:
        random = Random(4)
        others = [{market: random.random() < 0.5 for market in range(100)} for _ in range(20)]
        held = part(winning(60, 40), *others)
        alone = judge_alone(held, 0, 1)
        assert (alone.by_luck or 1) == pytest.approx(0.0284, abs=0.012)  # of 100 coins 60 or more
        assert alone == rank(part(winning(60, 40)), 0, 1).standings[0]

    def test_it_needs_no_thirty_markets_but_one(self) -> None:
        assert judge_alone(part(winning(3, 0)), 0, 1).by_luck == pytest.approx(1 / 8, abs=0.03)
        assert judge_alone(part({}), 0, 1).by_luck is None


def test_who_won_decides_what_a_position_came_to() -> None:
    held = Part(spans(1), rows=[array("q")])
    held.take(Done(0, 0, 0, winner=DOWN, holdings=(Holding(1, 1, SIZE, MONEY, -2 * MONEY),)))
    assert judge_alone(held, 0, 1).net == -2.0

"""How far from zero luck alone carries a sum of positions: known values, and games that earn nobody a cent."""

from collections.abc import Callable
from math import inf, sqrt
from random import Random

import pytest

from app.backtest.stake import Stake, difference, joint_deviation, kinship, per_share, z_of

APART = kinship([(start, start + 5) for start in range(0, 5000, 5)])
"""Markets that have nothing to do with each other."""


def bet(market: int, won: bool, price: float = 0.5, shares: float = 10.0, *, on_up: bool = True) -> Stake:
    gain, loss = shares * (1.0 - price), -shares * price
    up, down = (gain, loss) if on_up else (loss, gain)
    return Stake(market, shares, up, down, gain if won else loss)


class TestOnePosition:
    def test_a_share_at_a_price_has_the_spread_of_a_coin_of_that_chance(self) -> None:
        assert bet(0, True, 0.5, 1.0).deviation == 0.5
        assert bet(0, True, 0.9, 1.0).deviation == pytest.approx(sqrt(0.9 * 0.1))

    def test_what_came_of_it_does_not_matter_to_its_spread(self) -> None:
        assert bet(0, True, 0.97).deviation == bet(0, False, 0.97).deviation

    @pytest.mark.parametrize("net", [2.0, -2.0])
    def test_one_that_comes_to_the_same_whoever_wins_is_given_a_sign(self, net: float) -> None:
        sure = Stake(0, 10.0, net, net, net)
        assert sure.breaking_even == (2.0, -2.0)
        assert sure.deviation == 2.0

    def test_one_of_nothing_has_none(self) -> None:
        assert Stake(0, 0.0, 0.0, 0.0, 0.0).deviation == 0.0


class TestZ:
    def test_it_is_the_score_test_of_a_proportion(self) -> None:
        """60 of 100 coins: (60 - 50) / sqrt(100 * 0.5 * 0.5) = 2."""
        assert z_of([bet(place, place < 60) for place in range(100)], APART) == pytest.approx(2.0)

    def test_dear_shares_that_have_not_lost_yet_are_not_told_from_luck(self) -> None:
        """40 of 40 at 97 cents: (40 - 38.8) / sqrt(40 * 0.97 * 0.03), though no spread was seen."""
        assert z_of([bet(place, True, 0.97) for place in range(40)], APART) == pytest.approx(1.2 / sqrt(1.164))

    def test_the_unit_of_money_does_not_matter(self) -> None:
        small, large = ([bet(place, place % 3 > 0, 0.6, shares) for place in range(60)] for shares in (1.0, 5000.0))
        assert z_of(small, APART) == pytest.approx(z_of(large, APART))

    def test_nothing_at_stake_stands_nowhere(self) -> None:
        assert z_of([], APART) == 0.0
        assert z_of([Stake(0, 0.0, 0.0, 0.0, 0.0)], APART) == 0.0


class TestKinship:
    def test_windows_one_after_the_other_have_none(self) -> None:
        assert kinship([(0, 5), (5, 10), (10, 15)]) == [[], [], []]

    def test_coins_of_one_window_are_taken_to_move_as_one(self) -> None:
        assert kinship([(0, 5), (0, 5), (0, 5)]) == [[(1, 1.0), (2, 1.0)], [(2, 1.0)], []]

    def test_a_long_window_shares_with_a_short_one_what_they_still_have_to_go(self) -> None:
        first, middle, last = (0, 5), (5, 10), (10, 15)
        (kin, *_) = kinship([(0, 15), first, middle, last])
        assert kin == [(1, sqrt(5 / 15)), (2, sqrt(5 / 10)), (3, 1.0)]

    def test_coins_that_move_as_one_are_one_observation(self) -> None:
        together = kinship([(0, 5)] * 4)
        assert joint_deviation([(market, 0.5) for market in range(4)], together) == pytest.approx(2.0)
        assert joint_deviation([(market, 0.5) for market in range(4)], APART) == pytest.approx(1.0)
        four = [bet(market, True, shares=2.5) for market in range(4)]
        assert z_of(four, together) == pytest.approx(z_of([bet(0, True)], APART))

    def test_a_market_in_which_nothing_was_held_adds_nothing(self) -> None:
        assert joint_deviation([(0, 3.0), (2, 4.0)], kinship([(0, 5), (0, 5), (5, 9)])) == 5.0


class TestPerShare:
    def test_it_is_all_nets_over_all_shares(self) -> None:
        estimate = per_share([bet(0, True, 0.4, 10.0), bet(1, False, 0.4, 30.0)], APART)
        assert estimate.value == pytest.approx((6.0 - 12.0) / 40.0)

    def test_of_equal_positions_its_error_is_that_of_a_mean(self) -> None:
        """40 of 50 at 70 cents: mean 0.1, standard deviation with n - 1."""
        nets = [0.3] * 40 + [-0.7] * 10
        sd = sqrt(sum((net - 0.1) ** 2 for net in nets) / 49)
        estimate = per_share([bet(place, net > 0, 0.7, 20.0) for place, net in enumerate(nets)], APART)
        assert estimate.value == pytest.approx(0.1)
        assert estimate.error == pytest.approx(sd / sqrt(50))
        assert estimate.interval == pytest.approx((0.1 - 1.96 * sd / sqrt(50), 0.1 + 1.96 * sd / sqrt(50)))

    def test_of_one_market_it_has_no_bounds(self) -> None:
        assert per_share([bet(0, True)], APART).interval == (-inf, inf)


class TestDifference:
    def test_of_the_same_positions_there_is_none(self) -> None:
        same = [bet(place, place % 2 > 0) for place in range(10)]
        assert difference(same, same, APART) == (0.0, 0.0)

    def test_what_both_have_of_their_luck_falls_out(self) -> None:
        """Both bet on the same coins, one a cent a share cheaper: the difference is a cent, and certain."""
        dear, cheap = ([bet(place, place % 2 > 0, price) for place in range(40)] for price in (0.51, 0.50))
        estimate = difference(cheap, dear, APART)
        assert estimate.value == pytest.approx(0.01)
        assert estimate.error == pytest.approx(0.0, abs=1e-12)
        assert per_share(cheap, APART).error > 0.05

    def test_of_different_markets_both_errors_add_up(self) -> None:
        some, others = ([bet(place, place % 3 > 0) for place in range(first, first + 50)] for first in (0, 50))
        error = sqrt(per_share(some, APART).error ** 2 + per_share(others, APART).error ** 2)
        assert difference(some, others, APART).error == pytest.approx(error)


Rule = Callable[[float, float, float], bool]
"""(price of a side, shares of it and of the other side so far) to whether one more share of it is bought."""


def fair_game(random: Random, markets: int, rule: Rule) -> list[Stake]:
    """Each market is a walk of ten steps at most; at each both sides can be bought at what they are worth."""
    stakes: list[Stake] = []
    for market in range(markets):
        worth, cost, shares = 5, 0.0, [0.0, 0.0]
        for _ in range(10):
            for side, ask in ((0, worth / 10), (1, 1.0 - worth / 10)):
                if 0.0 < ask < 1.0 and rule(ask, shares[side], shares[1 - side]):
                    shares[side] += 1.0
                    cost += ask
            if worth in (0, 10):
                break
            worth += random.choice((-1, 1))
        up, down = shares[0] - cost, shares[1] - cost
        if sum(shares):
            stakes.append(Stake(market, sum(shares), up, down, up if random.random() < worth / 10 else down))
    return stakes


def averages_down(ask: float, own: float, other: float) -> bool:
    """Buys the side that has fallen a little, then more of it whenever it is cheaper."""
    return ask < 0.35 if own else 0.35 < ask < 0.45 and not other


def follows(ask: float, own: float, other: float) -> bool:
    """Buys the side that leads."""
    return 0.5 < ask < 0.8


def once(ask: float, own: float, other: float) -> bool:
    return ask > 0.55 and not own + other


@pytest.mark.parametrize("rule", [averages_down, follows, once])
def test_in_a_fair_game_z_is_spread_as_a_normal_z_whatever_the_rule(rule: Rule) -> None:
    random = Random(5)
    found = [z_of(fair_game(random, 60, rule), APART) for _ in range(800)]
    mean = sum(found) / len(found)
    sd = sqrt(sum((z - mean) ** 2 for z in found) / len(found))
    assert abs(mean) < 0.12
    assert 0.8 < sd < 1.1
    assert 0.02 < sum(z > 1.645 for z in found) / len(found) < 0.075


def test_the_plain_mean_of_each_markets_net_per_share_is_not_fair() -> None:
    """Why it is not what combinations are ranked by: it finds an edge where there is none."""
    stakes = fair_game(Random(5), 20_000, averages_down)
    nets = [stake.net / stake.shares for stake in stakes]
    mean = sum(nets) / len(nets)
    error = sqrt(sum((net - mean) ** 2 for net in nets)) / len(nets)
    assert mean / error > 5.0
    assert abs(per_share(stakes, kinship([(n, n + 1) for n in range(20_000)])).value) < 0.01

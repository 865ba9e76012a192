"""The best of many without an edge: known values, a plain computation beside the quick one, and simulated worlds."""

from collections.abc import Sequence
from math import erf, inf, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backtest import noise
from app.backtest.noise import DRAWS, bar, chance, highest_by_luck, sidak
from app.backtest.stake import Kinship, Stake, kinship, z_of


def bet(market: int, price: float, shares: float = 1.0, *, on_up: bool = True, up_won: bool = True) -> Stake:
    gain, loss = shares * (1.0 - price), -shares * price
    up, down = (gain, loss) if on_up else (loss, gain)
    return Stake(market, shares, up, down, up if up_won else down)


def plainly(combinations: Sequence[Sequence[Stake]], markets: int, seed: int, draws: int) -> list[float]:
    """The same draws, one at a time."""
    random = Random(seed)
    mask = (1 << 24) - 1
    drawn = []
    for _ in range(markets):
        bits = random.getrandbits(32 * draws)
        drawn.append([(bits >> 32 * lane & mask) / (1 << 24) for lane in range(draws)])
    highest = [-inf] * draws
    for stakes in combinations:
        spread = sqrt(sum(stake.deviation**2 for stake in stakes))
        for draw in range(draws):
            total = 0.0
            for stake in stakes:
                up, down = stake.breaking_even
                if up != down:
                    total += up if drawn[stake.market][draw] < down / (down - up) else down
            highest[draw] = max(highest[draw], total / spread if spread else 0.0)
    return highest


@st.composite
def positions(draw: st.DrawFn, markets: int) -> list[Stake]:
    held = draw(st.sets(st.integers(0, markets - 1)))
    prices = st.integers(1, 99).map(lambda cents: cents / 100)
    one = st.builds(bet, st.just(0), prices, st.sampled_from([0.5, 5.0, 300.0]), on_up=st.booleans())
    sure = st.sampled_from(
        [Stake(0, 2.0, 0.1, 0.2, 0.2), Stake(0, 2.0, -0.1, -0.2, -0.1), Stake(0, 2.0, 0.0, 0.0, 0.0)]
    )
    return [draw(one | sure)._replace(market=market) for market in sorted(held)]


class TestTheQuickComputation:
    @given(st.lists(positions(6), max_size=4), st.integers(0, 2**32))
    def test_it_is_the_plain_one(self, combinations: list[list[Stake]], seed: int) -> None:
        assert highest_by_luck(combinations, 6, seed, 50) == pytest.approx(plainly(combinations, 6, seed, 50), abs=1e-4)

    def test_no_sum_runs_into_the_next_lane_however_many_markets_there_are(self) -> None:
        """All on one side, as dear and as large as can be: the largest sums that there are."""
        for on_up in (True, False):
            stakes = [bet(market, 0.999, 10**6, on_up=on_up) for market in range(2000)]
            found = highest_by_luck([stakes], 2000, 3, 20)
            assert found == pytest.approx(plainly([stakes], 2000, 3, 20), abs=1e-2)

    @pytest.mark.parametrize("block", [1, 12, 10_000])
    def test_it_does_not_matter_how_many_are_in_memory_at_once(
        self, block: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(noise, "_BLOCK", block)
        random = Random(1)
        combinations = [[bet(market, random.uniform(0.2, 0.8)) for market in range(5)] for _ in range(20)]
        apart = [highest_by_luck([one], 5, 9, 40) for one in combinations]
        assert highest_by_luck(combinations, 5, 9, 40) == [max(draw) for draw in zip(*apart, strict=True)]

    def test_the_same_seed_draws_the_same(self) -> None:
        stakes = [[bet(market, 0.4) for market in range(30)]]
        assert highest_by_luck(stakes, 30, 1) == highest_by_luck(stakes, 30, 1)
        assert highest_by_luck(stakes, 30, 1) != highest_by_luck(stakes, 30, 2)


class TestOneCombination:
    def test_its_z_is_spread_by_one_around_zero(self) -> None:
        found = highest_by_luck([[bet(market, 0.3, on_up=market % 2 > 0) for market in range(200)]], 200, 1)
        mean = sum(found) / DRAWS
        assert abs(mean) < 0.07
        assert sum((z - mean) ** 2 for z in found) / DRAWS == pytest.approx(1.0, abs=0.1)

    def test_its_chance_is_the_normal_tail(self) -> None:
        found = highest_by_luck([[bet(market, 0.5) for market in range(400)]], 400, 1)
        for z in (0.0, 1.0, 2.0):
            # Half a coin beyond z: so many of 400 are a step, not a line.
            normal = (1.0 - erf((z - 0.05) / sqrt(2.0))) / 2.0
            assert chance(z, found) == pytest.approx(normal, abs=3.5 * sqrt(normal * (1 - normal) / DRAWS))

    def test_dear_shares_that_have_not_lost_yet_are_as_likely_as_the_product_of_their_prices(self) -> None:
        """40 of 40 at 97 cents: 0.97 ** 40 = 0.296. Flipping signs would say 2 ** -40."""
        stakes = [bet(market, 0.97) for market in range(40)]
        apart: Kinship = [[] for _ in stakes]
        assert chance(z_of(stakes, apart), highest_by_luck([stakes], 40, 1)) == pytest.approx(0.97**40, abs=0.035)


class TestMany:
    def test_as_many_that_do_the_same_are_as_one(self) -> None:
        one = [bet(market, 0.5) for market in range(100)]
        assert highest_by_luck([one] * 20, 100, 1) == highest_by_luck([one], 100, 1)

    def test_those_that_share_no_market_are_corrected_as_independent_ones(self) -> None:
        apart = [[bet(market, 0.5) for market in range(first, first + 50)] for first in range(0, 1000, 50)]
        found = highest_by_luck(apart, 1000, 1)
        for z in (1.4, 2.2, 3.0):
            # The z of fifty coins goes in steps of 0.28, so its chance lies between those of half a step about it.
            assert sidak(z + 0.14, 20) - 0.03 < chance(z, found) < sidak(z - 0.14, 20) + 0.03

    def test_opposite_bets_win_in_turn(self) -> None:
        ups = [bet(market, 0.5) for market in range(100)]
        downs = [bet(market, 0.5, on_up=False) for market in range(100)]
        found = highest_by_luck([ups, downs], 100, 1)
        assert min(found) >= 0.0
        assert chance(1.99, found) == pytest.approx(2 * chance(1.99, highest_by_luck([ups], 100, 1)), abs=0.02)

    def test_without_a_combination_there_is_no_best(self) -> None:
        assert highest_by_luck([], 10, 1, 3) == [-inf] * 3


class TestChances:
    def test_the_world_that_happened_counts_among_the_draws(self) -> None:
        assert chance(9.0, [1.0, 2.0, 3.0]) == 1 / 4
        assert chance(2.0, [1.0, 2.0, 3.0]) == 3 / 4
        assert chance(0.0, [1.0, 2.0, 3.0]) == 1.0

    def test_the_bar_is_what_luck_reaches_one_time_in_twenty(self) -> None:
        worlds = [float(place) for place in range(100)]
        assert bar(worlds) == 95.0
        assert chance(bar(worlds), worlds) == pytest.approx(0.05, abs=0.011)

    def test_sidaks_correction_has_the_values_of_the_tables(self) -> None:
        assert sidak(1.6448536, 1) == pytest.approx(0.05)
        assert sidak(2.5683, 10) == pytest.approx(0.05, abs=1e-4)  # 1 - 0.95 ** (1 / 10) = 0.005116
        assert sidak(0.0, 2) == pytest.approx(0.75)
        assert sidak(12.0, 10_000) == pytest.approx(10_000 * 1.78e-33, rel=0.01)
        assert sidak(-50.0, 3) == 1.0


def made_up_world(random: Random, coins: int) -> tuple[list[list[Stake]], Kinship]:
    """Eighty windows whose price is fair at each instant, and fifteen rules that buy who leads by so much."""
    spans: list[tuple[int, int]] = []
    combinations: list[list[Stake]] = [[] for _ in range(15)]
    for window in range(80 // coins):
        market_wide = [random.gauss(0.0, 1.0) for _ in range(10)]
        for _ in range(coins):
            walk, odds = 0.0, list[float]()
            share = 0.8 if coins > 1 else 0.0
            for left in range(9, -1, -1):
                walk += sqrt(share) * market_wide[left] + sqrt(1.0 - share) * random.gauss(0.0, 1.0)
                odds += [(1.0 + erf(walk / sqrt(2.0 * left))) / 2.0] if left else []
            for number, stakes in enumerate(combinations):
                lead = 0.55 + 0.43 * number / 15
                bought = next((price for price in odds if max(price, 1.0 - price) > lead), None)
                if bought is not None:
                    on_up = bought > 0.5
                    price = min(bought if on_up else 1.0 - bought, 0.9999)
                    stakes.append(bet(len(spans), price, on_up=on_up, up_won=walk > 0.0))
            spans.append((window, window + 1))
    return combinations, kinship(spans)


@pytest.mark.parametrize(("coins", "most"), [(1, 0.075), (4, 0.05)])
def test_in_worlds_without_an_edge_the_best_of_fifteen_is_found_one_time_in_twenty(coins: int, most: float) -> None:
    """400 worlds: 7.5 % is beyond two standard errors of 5 %. Coins that move together are found more seldom still."""
    random, found = Random(11), 0
    for seed in range(400):
        combinations, kin = made_up_world(random, coins)
        ranked = [stakes for stakes in combinations if len(stakes) >= 20]
        highest = highest_by_luck(ranked, len(kin), seed, 199)
        found += chance(max(z_of(stakes, kin) for stakes in ranked), highest) <= 0.05
    assert found / 400 <= most


def test_an_edge_that_is_there_is_found_among_many_that_have_none() -> None:
    random, found = Random(3), 0
    for seed in range(40):
        ups = [random.random() < 0.5 for _ in range(100)]
        idle = [[bet(m, 0.5, on_up=random.random() < 0.5, up_won=up) for m, up in enumerate(ups)] for _ in range(20)]
        knowing = [bet(m, 0.5, on_up=up if random.random() < 0.7 else not up, up_won=up) for m, up in enumerate(ups)]
        apart: Kinship = [[] for _ in ups]
        found += chance(z_of(knowing, apart), highest_by_luck([*idle, knowing], 100, seed, 199)) <= 0.05
    assert found >= 34

"""Many markets together: what each strategy came to under each lens."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import DOWN, UP
from engine.lenses import INSTANT, REALISTIC
from engine.markout import Markouts
from engine.score import LensFill, MarketScore
from engine.scorecard import ALL, Scorecard
from engine.units import MONEY
from engine.verdict import Ruling
from engine.waterfall import Leg
from tests.engine.builders import money, price, size


def bought(
    shares: float, dollars: float, *, fee: float = 0.0, side: int = UP, strategy: str = "fade", lens: str = REALISTIC
) -> LensFill:
    units = size(shares)
    return LensFill("o-1", strategy, side, lens, 200_000_000, price(dollars) * units, units, money(fee))


def card(*markets: tuple[list[LensFill], int]) -> Scorecard:
    made = Scorecard()
    for fills, winner in markets:
        made.add(MarketScore(fills), winner)
    return made


def test_trades_cost_and_net_by_hand() -> None:
    """10 at 0.60 won: 10 - 6 - 0.20; 5 at 0.40 lost: -2 - 0.10. A share cost 0.62 and 0.42."""
    record = card(([bought(10, 0.60, fee=0.20)], UP), ([bought(5, 0.40, fee=0.10)], DOWN)).record("fade", REALISTIC)
    assert (record.trades, record.won, record.net) == (2, 1, money(1.70))
    assert record.win_rate == 0.5
    assert record.break_even == pytest.approx((0.62 + 0.42) / 2)
    assert record.cost_per_share == pytest.approx(8.30 / 15)
    assert record.net_per_share == pytest.approx(1.70 / 15)
    assert record.sample.count == 2
    assert record.sample.mean == pytest.approx(record.net_per_share)


def test_several_trades_of_a_market_are_one_observation() -> None:
    record = card(([bought(10, 0.60), bought(30, 0.70)], UP)).record("fade", REALISTIC)
    assert (record.trades, record.sample.count) == (2, 1)
    assert record.sample.mean == pytest.approx((10 * 0.40 + 30 * 0.30) / 40)


def test_each_trade_counts_once_in_break_even_as_it_does_in_the_win_rate() -> None:
    """A large cheap trade that lost: by shares the price would be 0.32, and the win rate seem far above it."""
    record = card(([bought(10, 0.60)], UP), ([bought(10, 0.60)], UP), ([bought(90, 0.25)], DOWN)).record(ALL, REALISTIC)
    assert record.win_rate == pytest.approx(2 / 3)
    assert record.break_even == pytest.approx((0.60 + 0.60 + 0.25) / 3)
    assert record.cost_per_share == pytest.approx(34.5 / 110)


@given(st.lists(st.tuples(st.integers(2, 98), st.booleans()), min_size=1, max_size=20))
def test_among_trades_of_one_size_won_against_even_has_the_sign_of_the_net(bets: list[tuple[int, bool]]) -> None:
    markets = [([bought(10, cents / 100, fee=0.1)], UP if won else DOWN) for cents, won in bets]
    record = card(*markets).record(ALL, REALISTIC)
    assert record.win_rate is not None
    assert record.break_even is not None
    assert (record.win_rate - record.break_even) * 10 * len(bets) == pytest.approx(record.net / MONEY)


def test_an_order_without_a_fill_is_neither_a_trade_nor_an_observation() -> None:
    made = card(([bought(0, 0.60)], UP))
    record = made.record("fade", REALISTIC)
    assert (made.markets, record.trades, record.sample.count) == (1, 0, 0)
    assert (record.win_rate, record.break_even, record.net_per_share) == (None, None, None)
    assert record.cost_per_share is None


def test_strategies_stand_apart_and_together() -> None:
    fills = [bought(10, 0.60), bought(10, 0.30, side=DOWN, strategy="sniper")]
    made = card((fills, UP))
    assert made.strategies == ["fade", "sniper"]
    assert made.record("fade", REALISTIC).net == money(4.0)
    assert made.record("sniper", REALISTIC).net == money(-3.0)
    assert made.record(ALL, REALISTIC).net == money(1.0)
    assert made.record(ALL, REALISTIC).sample.count == 1


def test_a_market_without_an_order_is_not_counted() -> None:
    assert card(([], UP)).markets == 0


def test_waterfalls_and_markouts_are_summed() -> None:
    made = Scorecard()
    for winner in (UP, DOWN):
        score = MarketScore()
        score.legs.append(
            Leg("fade", UP, price(0.70), 2 * price(0.59), price(0.60), price(0.61), size(10), money(6.15), money(0.2))
        )
        score.mark("fade", 0, 2 * price(0.62), size(10), money(6.15))
        made.add(score, winner)
    steps = made.waterfalls[ALL]
    assert steps == made.waterfalls["fade"]
    assert (steps.size, steps.net) == (size(20), money(10 - 12.30 - 0.40))
    assert (steps.latency_drift, steps.slippage) == (money(-0.20), money(-0.10))
    assert made.markouts[ALL].per_share(0) == pytest.approx(0.005)
    assert made.markouts[ALL].per_share(1) is None
    assert isinstance(made.markouts["fade"], Markouts)


def simulated(seed: int, *, lost_to_the_fast: float, chance: float) -> Scorecard:
    """400 markets of one order at 0.50; what would win is gone by the arrival as often as `lost_to_the_fast` says."""
    dice, made = Random(seed), Scorecard()
    for _ in range(400):
        winner = UP if dice.random() < chance else DOWN
        gone = winner == UP and dice.random() < lost_to_the_fast
        late = bought(0 if gone else 10, 0.50, fee=0 if gone else 0.175)
        made.add(MarketScore([bought(10, 0.50, lens=INSTANT), late]), winner)
    return made


def test_an_edge_that_survives_the_hold_is_real() -> None:
    assert simulated(1, lost_to_the_fast=0.0, chance=0.62).verdict("fade").ruling is Ruling.REAL


def test_an_edge_that_the_fast_take_is_a_phantom() -> None:
    made = simulated(2, lost_to_the_fast=0.6, chance=0.60)
    assert (made.record(ALL, INSTANT).net > 0) > (made.record(ALL, REALISTIC).net > 0)
    assert made.verdict().ruling is Ruling.PHANTOM


def test_noise_needs_more_markets() -> None:
    verdict = simulated(3, lost_to_the_fast=0.0, chance=0.5175).verdict()
    assert verdict.ruling is Ruling.OPEN
    assert verdict.needed > 0


def test_before_the_first_market_thirty_are_missing() -> None:
    assert Scorecard().verdict().text == "not enough data · 30 more markets at least"


def fair_and_dear(seed: int, orders: int) -> Scorecard:
    """Thirty markets of so many orders each at 92 cents with the fee, which win 92 times in 100."""
    dice, made = Random(seed), Scorecard()
    for _ in range(30):
        winner = UP if dice.random() < 0.92 else DOWN
        fills = [bought(10, 0.92, fee=0.0, lens=lens) for lens in (INSTANT, REALISTIC) for _ in range(orders)]
        made.add(MarketScore(fills), winner)
    return made


@pytest.mark.parametrize("orders", [1, 3, 10])
def test_many_orders_a_market_prove_no_more_than_one(orders: int) -> None:
    """Undefeated by luck: that is one game of twelve."""
    games = [fair_and_dear(seed, orders) for seed in range(200)]
    assert any(game.record(ALL, REALISTIC).won == 30 * orders for game in games)
    assert [game.verdict() for game in games] == [fair_and_dear(seed, 1).verdict() for seed in range(200)]
    assert not any(game.verdict().ruling is Ruling.REAL for game in games)

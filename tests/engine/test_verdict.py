"""When an edge is called real, a phantom or open."""

from math import inf, sqrt
from random import Random

import pytest

from engine.verdict import (
    MIN_MARKETS,
    MOST_NEEDED,
    Ruling,
    Sample,
    Verdict,
    judge,
    markets_needed,
    more_wins_needed,
    wilson,
)


def sample(*values: float) -> Sample:
    made = Sample()
    for value in values:
        made.add(value)
    return made


def spread_around(mean: float, off: float, pairs: int) -> Sample:
    """`2 * pairs` observations, half of them `off` above `mean` and half below."""
    return sample(*(mean + off * sign for sign in (1, -1) for _ in range(pairs)))


@pytest.mark.parametrize(
    ("won", "trades", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_that_of_the_tables(won: int, trades: int, low: float, high: float) -> None:
    """0 of 10 and 10 of 10: `z² / (n + z²)` = 3.8416 / 13.8416. 1 of 29: Newcombe, Statistics in Medicine 17 (1998)."""
    assert list(wilson(won, trades)) == pytest.approx([low, high], abs=5e-5)


def test_mean_and_spread_are_those_of_the_values() -> None:
    made = sample(0.1, 0.4, -0.2, 0.5)
    assert made.mean == pytest.approx(0.2)
    assert made.sd == pytest.approx(0.316228, abs=1e-6)  # squares 0.01 + 0.04 + 0.16 + 0.09 over 3
    assert list(made.interval) == pytest.approx([-0.109903, 0.509903], abs=1e-6)


def test_one_observation_bounds_nothing() -> None:
    assert sample(0.3).interval == (-inf, inf)
    assert sample().interval == (-inf, inf)


def test_a_mean_clear_of_zero_is_real() -> None:
    assert judge(spread_around(0.05, 0.1, 15), spread_around(0.1, 0.1, 15)) == Verdict(Ruling.REAL)


def test_twenty_nine_markets_are_too_few_however_clear() -> None:
    clear = sample(*(0.05 + i / 1000 for i in range(MIN_MARKETS - 1)))
    assert judge(clear, clear) == Verdict(Ruling.OPEN, 1, at_least=True)


def test_before_thirty_markets_no_number_is_estimated_that_the_next_market_would_overturn() -> None:
    noise = spread_around(0.001, 0.5, 14)
    assert judge(noise, noise) == Verdict(Ruling.OPEN, 2, at_least=True)
    assert judge(sample(), sample()) == Verdict(Ruling.OPEN, 30, at_least=True)


def test_an_edge_that_only_the_naive_fill_has_is_a_phantom() -> None:
    assert judge(spread_around(-0.05, 0.1, 15), spread_around(0.01, 0.1, 15)) == Verdict(Ruling.PHANTOM)


def test_where_even_the_naive_fill_loses_there_is_no_edge() -> None:
    assert judge(spread_around(-0.05, 0.1, 15), spread_around(-0.01, 0.1, 15)) == Verdict(Ruling.NONE)


def test_a_mean_within_its_error_says_how_many_markets_are_missing() -> None:
    """sd is 0.1 * sqrt(100 / 99); (1.96 * sd / 0.01)² = 388.04, so 389 less the 100 seen."""
    noise = spread_around(0.01, 0.1, 50)
    assert judge(noise, noise) == Verdict(Ruling.OPEN, 289)


def test_no_mean_at_all_needs_more_markets_than_anybody_waits_for() -> None:
    assert markets_needed(spread_around(0.0, 0.1, 50)) == MOST_NEEDED + 1
    assert markets_needed(spread_around(0.0001, 0.1, 50)) == MOST_NEEDED + 1


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict(Ruling.REAL), "real"),
        (Verdict(Ruling.PHANTOM), "phantom"),
        (Verdict(Ruling.NONE), "no edge"),
        (Verdict(Ruling.OPEN, 138), "not enough data · 138 more markets"),
        (Verdict(Ruling.OPEN, 1), "not enough data · 1 more market"),
        (Verdict(Ruling.OPEN, 30, at_least=True), "not enough data · 30 more markets at least"),
        (Verdict(Ruling.OPEN, MOST_NEEDED + 1), "not enough data · over 9,999 more markets"),
    ],
)
def test_its_words(verdict: Verdict, text: str) -> None:
    assert verdict.text == text


# --- simulated markets: buy at 50 cents, pay 1.75 cents in fees, win with a given chance


def markets(seed: int, count: int, chance: float, cost: float) -> Sample:
    dice = Random(seed)
    return sample(*((dice.random() < chance) - cost for _ in range(count)))


def test_a_real_edge_is_found() -> None:
    """A chance of 0.62 against a cost of 0.5175: ten cents a share at a spread of 49."""
    rulings = [judge(markets(seed, 400, 0.62, 0.5175), markets(seed, 400, 0.62, 0.50)).ruling for seed in range(100)]
    assert rulings.count(Ruling.REAL) > 95


def test_an_edge_that_late_fills_lose_is_found_to_be_a_phantom() -> None:
    """All of 60 in 100 would win; those that are still to be had after the hold win 42 in 100."""
    rulings = [
        judge(markets(seed, 400, 0.42, 0.5175), markets(seed + 1000, 400, 0.60, 0.50)).ruling for seed in range(100)
    ]
    assert rulings.count(Ruling.PHANTOM) > 95


def test_noise_stays_open() -> None:
    """A fair bet is called real or lost at most as often as a 95 % interval allows, and a little luck."""
    rulings = [
        judge(markets(seed, 400, 0.5175, 0.5175), markets(seed, 400, 0.5175, 0.50)).ruling for seed in range(200)
    ]
    assert rulings.count(Ruling.OPEN) > 180


def test_dear_shares_that_have_all_won_are_not_real_before_a_loss_had_its_chance() -> None:
    won_all = Sample()
    for _ in range(35):
        won_all.add(0.028)
    wins = more_wins_needed(35, 35, 0.972)
    assert wins > 60
    assert judge(won_all, won_all) == Verdict(Ruling.REAL)
    assert judge(won_all, won_all, wins) == Verdict(Ruling.OPEN, wins)
    assert more_wins_needed(35 + wins, 35 + wins, 0.972) == 0


def test_a_win_rate_below_break_even_never_gets_there_and_one_far_above_is_there() -> None:
    assert more_wins_needed(50, 100, 0.55) == MOST_NEEDED + 1
    assert more_wins_needed(80, 100, 0.55) == 0
    assert more_wins_needed(0, 0, 0.5) == MOST_NEEDED + 1


def averaging_down(seed: int, count: int) -> Sample:
    """A fair game without costs: buy a share at 60; where the price falls to 30, buy three more; else wait for the end.

    From 60 the price goes to 100 or to 30 (4 of 7), from 30 to 100 or to 0: no bet in it has an edge.
    """
    dice, made = Random(seed), Sample()
    for _ in range(count):
        if dice.random() < 3 / 7:
            made.add(1.0 - 0.60)
        else:
            won = dice.random() < 0.30
            made.add((4.0 * won - 0.60 - 3 * 0.30) / 4.0, 4.0)
    return made


def test_who_buys_more_the_worse_it_goes_is_not_called_real_for_it() -> None:
    """The plain mean of the markets' figures, each as one, would find an edge of 15 cents a share in this game."""
    made = [averaging_down(seed, 400) for seed in range(200)]
    rulings = [judge(one, one).ruling for one in made]
    assert rulings.count(Ruling.REAL) <= 12
    assert abs(sum(one.mean for one in made) / len(made)) < 0.005


def test_an_observation_counts_by_its_shares() -> None:
    """By hand: earned 1 and -2 over 2 and 8 shares, so -0.1 a share; beyond that 1.2 and -1.2."""
    made = Sample()
    made.add(0.5, 2.0)
    made.add(-0.25, 8.0)
    assert made.mean == pytest.approx(-0.1)
    assert made.sd == pytest.approx(sqrt(2 * 1.2**2) / 5.0)

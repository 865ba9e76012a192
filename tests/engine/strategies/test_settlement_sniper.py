from dataclasses import replace
from itertools import product
from math import nextafter

import pytest

from engine.events import DOWN, UP
from engine.signal import Gate, Signal
from engine.state import MarketState
from engine.strategies.settlement_sniper import SettlementSniper
from engine.units import NO_ASK
from tests.engine.builders import burst, standing

RULE = SettlementSniper()
SIDES = pytest.mark.parametrize("side", [UP, DOWN], ids=["up", "down"])
ROUND = 1_000_000.0
"""A strike at which a velocity in fractions a second is a decimal number of dollars a second."""


def seen(side: int, *, away: float = 0.002, left_s: float = 20.0, ask: int = 8000, rise: float = 0.0) -> MarketState:
    """The price stands `away` on the side's side, and has moved `rise` dollars further there in ten seconds."""
    up = side == UP
    return standing(
        distance=away if up else -away,
        left_s=left_s,
        strike=ROUND,
        trades=burst(60, 10.0, rise if up else -rise, base=ROUND),
        up_ask=ask if up else NO_ASK,
        down_ask=NO_ASK if up else ask,
    )


def signal(state: MarketState, rule: SettlementSniper = RULE) -> Signal:
    answer = rule.evaluate(state)
    assert isinstance(answer, Signal), answer
    return answer


def gate(state: MarketState, rule: SettlementSniper = RULE) -> Gate:
    answer = rule.evaluate(state)
    assert not isinstance(answer, Signal)
    return answer


@SIDES
def test_less_than_ninety_seconds_must_be_left(side: int) -> None:
    assert gate(seen(side, left_s=90.0)) == ("early", 90.0, 90.0)
    assert gate(seen(side, left_s=nextafter(90.0, 100.0)))[0] == "early"
    assert signal(seen(side, left_s=nextafter(90.0, 0.0))).outcome == side


@SIDES
def test_more_than_five_seconds_must_be_left(side: int) -> None:
    assert gate(seen(side, left_s=5.0)) == ("late", 5.0, 5.0)
    assert gate(seen(side, left_s=nextafter(5.0, 0.0)))[0] == "late"
    assert signal(seen(side, left_s=nextafter(5.0, 10.0))).outcome == side


@SIDES
def test_distance_must_be_more_than_its_limit(side: int) -> None:
    limit = 0.000588
    assert gate(seen(side, away=limit)) == ("distance", limit, limit)
    assert gate(seen(side, away=nextafter(limit, 0.0)))[0] == "distance"
    assert signal(seen(side, away=nextafter(limit, 1.0))).fair == 0.90


@SIDES
def test_price_that_runs_back_too_fast_is_left_alone(side: int) -> None:
    """0.0000294 of 1,000,000 dollars a second is 29.40 dollars a second, 294 in ten seconds."""
    assert signal(seen(side, rise=-293.99)).outcome == side
    assert signal(seen(side, rise=-294.0)).outcome == side
    name, value, limit = gate(seen(side, rise=-294.01))
    assert (name, limit) == ("reversal", 0.0000294)
    assert value == pytest.approx(0.000029401)


@SIDES
def test_price_that_runs_away_from_the_strike_is_no_reversal(side: int) -> None:
    assert signal(seen(side, rise=5000.0)).outcome == side


def test_without_trades_there_is_no_reversal() -> None:
    assert signal(standing(distance=0.002, left_s=20.0, up_ask=8000)).outcome == UP


NEAR, MIDDLE, FAR = nextafter(0.000588, 1.0), 0.001, 0.003
FAIR = {
    (FAR, 20.0): 0.97, (FAR, 45.0): 0.95, (FAR, 75.0): 0.93,
    (MIDDLE, 20.0): 0.95, (MIDDLE, 45.0): 0.92, (MIDDLE, 75.0): 0.88,
    (NEAR, 20.0): 0.90, (NEAR, 45.0): 0.85, (NEAR, 75.0): 0.85,
}  # fmt: skip


@SIDES
@pytest.mark.parametrize(("cell", "fair"), FAIR.items())
def test_fair_value_comes_from_the_table(side: int, cell: tuple[float, float], fair: float) -> None:
    away, left_s = cell
    assert signal(seen(side, away=away, left_s=left_s)).fair == fair


@SIDES
@pytest.mark.parametrize(
    ("away", "fairs"),
    [
        (nextafter(0.001471, 1.0), (0.97, 0.95, 0.93)),
        (0.001471, (0.95, 0.92, 0.88)),
        (nextafter(0.001471, 0.0), (0.95, 0.92, 0.88)),
        (nextafter(0.000735, 1.0), (0.95, 0.92, 0.88)),
        (0.000735, (0.90, 0.85, 0.85)),
        (nextafter(0.000735, 0.0), (0.90, 0.85, 0.85)),
    ],
)
def test_row_holds_only_beyond_its_distance(side: int, away: float, fairs: tuple[float, float, float]) -> None:
    assert tuple(signal(seen(side, away=away, left_s=left_s)).fair for left_s in (20.0, 45.0, 75.0)) == fairs


@SIDES
@pytest.mark.parametrize(
    ("left_s", "fairs"),
    [
        (nextafter(30.0, 0.0), (0.97, 0.95, 0.90)),
        (30.0, (0.95, 0.92, 0.85)),
        (nextafter(30.0, 60.0), (0.95, 0.92, 0.85)),
        (nextafter(60.0, 0.0), (0.95, 0.92, 0.85)),
        (60.0, (0.93, 0.88, 0.85)),
        (nextafter(60.0, 90.0), (0.93, 0.88, 0.85)),
    ],
)
def test_column_holds_only_under_its_time(side: int, left_s: float, fairs: tuple[float, float, float]) -> None:
    assert tuple(signal(seen(side, away=away, left_s=left_s)).fair for away in (FAR, MIDDLE, NEAR)) == fairs


@SIDES
@pytest.mark.parametrize(("cell", "fair"), FAIR.items())
def test_edge_must_reach_its_limit_in_every_cell(side: int, cell: tuple[float, float], fair: float) -> None:
    """0.97 - 0.92 and 0.95 - 0.90 are a hair under 0.05 as floats, and an edge of five cents all the same."""
    away, left_s = cell
    ask = round(fair * 10_000) - 500
    assert signal(seen(side, away=away, left_s=left_s, ask=ask)).edge == 0.05
    assert signal(seen(side, away=away, left_s=left_s, ask=ask - 1)).edge == 0.0501
    assert gate(seen(side, away=away, left_s=left_s, ask=ask + 1)) == ("edge", 0.0499, 0.05)


@SIDES
def test_side_that_nobody_offers_has_no_edge(side: int) -> None:
    assert gate(seen(side, ask=10_000)) == ("edge", -0.03, 0.05)


@pytest.mark.parametrize(("cell", "fair"), FAIR.items())
def test_thinnest_edge_already_asks_for_the_cap(cell: tuple[float, float], fair: float) -> None:
    """Before fees half Kelly is always more than ten percent."""
    away, left_s = cell
    assert signal(seen(UP, away=away, left_s=left_s, ask=round(fair * 10_000) - 500)).size_frac == 0.10


def test_confidence_is_fixed_and_size_is_half_kelly_up_to_ten_percent() -> None:
    for away, left_s in product((NEAR, FAR), (6.0, 89.0)):
        found = signal(seen(UP, away=away, left_s=left_s))
        assert (found.confidence, found.cap) == (0.95, 0.10)
        assert found.size_frac == 0.10
    assert signal(seen(UP, ask=9000), replace(RULE, size_cap=1.0)).size_frac == pytest.approx(0.07 / 0.10 / 2)


def test_nearer_than_every_row_the_last_one_holds() -> None:
    """A sweep may open the distance gate altogether; the table must have an answer there too."""
    assert signal(seen(DOWN, away=0.0, ask=7000), replace(RULE, min_distance=-1.0)).fair == 0.90

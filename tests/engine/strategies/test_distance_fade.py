from dataclasses import replace
from math import inf, nextafter

import pytest

from engine.events import DOWN, UP
from engine.signal import Signal
from engine.state import MarketState
from engine.strategies.distance_fade import DistanceFade
from engine.units import NO_ASK
from tests.engine.builders import LENGTH_S, standing

RULE = DistanceFade()
SIDES = pytest.mark.parametrize("side", [UP, DOWN], ids=["up", "down"])


def seen(side: int, away: float, ask: int, left_frac: float = 0.5) -> MarketState:
    """The price stands `away` on the side's side of the strike, and the side is offered at `ask`."""
    distance = away if side == UP else -away
    up_ask, down_ask = (ask, NO_ASK) if side == UP else (NO_ASK, ask)
    return standing(distance=distance, left_s=left_frac * LENGTH_S, up_ask=up_ask, down_ask=down_ask)


def signal(state: MarketState, rule: DistanceFade = RULE) -> Signal:
    answer = rule.evaluate(state)
    assert isinstance(answer, Signal), answer
    return answer


@SIDES
def test_distance_must_be_more_than_its_limit(side: int) -> None:
    limit = 0.000441
    assert RULE.evaluate(seen(side, limit, 1000)) == ("distance", limit, limit)
    under = nextafter(limit, 0.0)
    assert RULE.evaluate(seen(side, under, 1000)) == ("distance", under, limit)
    assert signal(seen(side, nextafter(limit, 1.0), 1000)).outcome == side


@SIDES
def test_edge_must_reach_its_limit_where_the_fair_value_is_at_its_ceiling(side: int) -> None:
    far, late = 0.01, 0.0
    at = signal(seen(side, far, 9000, late))
    assert (at.outcome, at.fair, at.ask, at.edge) == (side, 0.98, 0.90, 0.08)
    assert signal(seen(side, far, 8999, late)).edge == 0.0801
    assert RULE.evaluate(seen(side, far, 9001, late)) == ("edge", 0.0799, 0.08)


@SIDES
def test_side_that_nobody_offers_has_no_edge(side: int) -> None:
    answer = RULE.evaluate(seen(side, 0.01, 10_000))
    assert not isinstance(answer, Signal)
    assert answer[0] == "edge"
    assert answer[1] < 0


@SIDES
@pytest.mark.parametrize(
    ("away", "left_frac", "fair"),
    [
        (0.001176, 1.0, 0.5 + 0.4 * 0.761594155955765),
        (0.001176, 0.5, 0.5 + 0.4 * 0.761594155955765 + 0.075),
        (0.000588, 0.75, 0.5 + 0.4 * 0.46211715726000975 + 0.0375),
        (0.002352, 0.9, 0.5 + 0.4 * 0.9640275800758169 + 0.015),
    ],
)
def test_fair_value_is_the_sigmoid_and_the_bonus_for_lateness(
    side: int, away: float, left_frac: float, fair: float
) -> None:
    assert signal(seen(side, away, 2000, left_frac)).fair == pytest.approx(fair, abs=1e-12)


@SIDES
def test_fair_value_stops_at_its_ceiling(side: int) -> None:
    """Far away the sigmoid is 0.9, so 0.98 is reached when 8/15 of the window has passed."""
    assert signal(seen(side, 0.05, 2000, 7 / 15 + 0.001)).fair == pytest.approx(0.97985, abs=1e-9)
    assert signal(seen(side, 0.05, 2000, 7 / 15)).fair == pytest.approx(0.98, abs=1e-12)
    assert signal(seen(side, 0.05, 2000, 7 / 15 - 0.001)).fair == 0.98


@SIDES
def test_fair_value_stops_at_its_floor(side: int) -> None:
    """The side bought is the one ahead, worth more than 0.5, so only a floor above that can bind."""
    assert RULE.fair_floor == 0.02
    state = seen(side, 0.000588, 2000, 1.0)
    assert signal(state).fair == pytest.approx(0.68485, abs=1e-5)
    assert signal(state, replace(RULE, fair_floor=0.68)).fair == pytest.approx(0.68485, abs=1e-5)
    assert signal(state, replace(RULE, fair_floor=0.69)).fair == 0.69


@SIDES
def test_down_is_worth_what_up_is_not(side: int) -> None:
    """The note clamps Up's fair value and takes the rest for Down; the rule asks each side directly."""
    other = DOWN if side == UP else UP
    for away in (0.0005, 0.001, 0.02):
        assert signal(seen(side, away, 1000)).fair == signal(seen(other, away, 1000)).fair


@SIDES
def test_confidence_grows_with_the_distance_between_its_bounds(side: int) -> None:
    lowest = 0.3 * 0.001471  # 0.0004413, a hair above the smallest distance that may trade
    assert signal(seen(side, 0.00044101, 1000)).confidence == 0.3
    assert signal(seen(side, nextafter(lowest, inf), 1000)).confidence == pytest.approx(0.3, abs=1e-12)
    assert signal(seen(side, 0.000442, 1000)).confidence == pytest.approx(0.000442 / 0.001471)
    assert signal(seen(side, nextafter(0.001471, 0.0), 1000)).confidence < 1.0
    assert signal(seen(side, 0.001471, 1000)).confidence == 1.0
    assert signal(seen(side, 0.0015, 1000)).confidence == 1.0


def test_size_is_half_kelly_up_to_eight_percent() -> None:
    found = signal(seen(UP, 0.01, 9000, 0.0))
    assert (found.cap, found.size_frac) == (0.08, 0.08)  # half Kelly would be 0.08 / 0.10 / 2 = 0.4
    assert signal(seen(UP, 0.01, 9000, 0.0), replace(RULE, size_cap=0.5)).size_frac == pytest.approx(0.4)


@SIDES
def test_thinnest_edge_already_asks_for_the_cap(side: int) -> None:
    """Before fees half Kelly is always more than eight percent: the cap is the size."""
    ahead = signal(seen(side, nextafter(0.000441, 1.0), 1000, 1.0)).fair
    thinnest = signal(seen(side, nextafter(0.000441, 1.0), int((ahead - 0.08) * 10_000), 1.0))
    assert thinnest.edge < 0.0802
    assert thinnest.size_frac == 0.08

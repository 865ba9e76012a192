"""Which combinations are tried: the whole grid, or so many that were drawn."""

import pytest

from app.backtest.axis import Axis
from app.backtest.grid import MOST, points
from app.values import SettingError

COOLDOWN = Axis("COOLDOWN_MS", ("0", "5000"))
EDGE = Axis("MIN_NET_EDGE", ("0.01", "0.02", "0.05"))
FEW = Axis("ORDER_CUTOFF_S", ("0", "2"), (0, 2), whole=True)
ANY = Axis("MIN_NET_EDGE", ("0", "0.1"), (0.0, 0.1))


def refusal(axes: list[Axis], drawn: int | None = None) -> str:
    with pytest.raises(SettingError) as refused:
        points(axes, drawn, 1)
    return str(refused.value)


def test_a_grid_is_every_value_with_every_other_the_last_axis_turning_fastest() -> None:
    assert points([COOLDOWN, EDGE], None, 1) == [
        *(("0", "0.01"), ("0", "0.02"), ("0", "0.05")),
        *(("5000", "0.01"), ("5000", "0.02"), ("5000", "0.05")),
    ]


def test_drawn_combinations_are_different_ones_and_the_same_for_the_same_seed() -> None:
    drawn = points([COOLDOWN, ANY], 200, 7)
    assert len(set(drawn)) == 200
    assert {cooldown for cooldown, _ in drawn} == {"0", "5000"}
    assert points([COOLDOWN, ANY], 200, 7) == drawn
    assert points([COOLDOWN, ANY], 200, 8) != drawn


def test_all_that_there_are_can_be_drawn() -> None:
    assert sorted(points([COOLDOWN, FEW], 6, 1)) == sorted((a, b) for a in ("0", "5000") for b in ("0", "1", "2"))


def test_more_than_there_are_cannot() -> None:
    told = "--random 7: there are only 6 combinations; ask for no more than that."
    assert refusal([COOLDOWN, FEW], 7) == told


def test_a_range_without_a_draw_is_refused() -> None:
    told = "--set MIN_NET_EDGE=0..0.1 is a range, to draw from; add --random N, or list values."
    assert refusal([COOLDOWN, ANY]) == told


def test_a_grid_beyond_all_measure_is_refused() -> None:
    hundred = Axis("A", tuple(map(str, range(100))))
    assert len(points([hundred, hundred], None, 1)) == MOST
    told = "--set: these make 20,000 combinations, and 10,000 is the most; leave some out, or add --random N."
    assert refusal([hundred, hundred, COOLDOWN]) == told

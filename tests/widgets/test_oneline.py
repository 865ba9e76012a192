"""The console in a line, for terminals that are too small."""

import pytest

from engine.view import FeedView
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import bought, opening, styles, texts, waiting
from widgets.oneline import OneLine


@pytest.fixture
def line() -> OneLine:
    return OneLine("line")


def test_all_in_one_row_where_it_fits(line: OneLine) -> None:
    assert texts(line.draw(bought().view(), 90, 1)) == [
        " ● PAPER  1:32 left  BTC 5m  UP 11.5 sh @ 68.0¢  open −$0.29  day −$1.86"
    ]


def test_the_rest_flows_into_the_rows_below(line: OneLine) -> None:
    assert texts(line.draw(bought().view(), 40, 3)) == [
        " ● PAPER  1:32 left  BTC 5m",
        "UP 11.5 sh @ 68.0¢  open −$0.29",
        "day −$1.86",
    ]


def test_what_is_urgent_stands_behind_the_mode(line: OneLine) -> None:
    feeds = (FeedView("clob", "down", "", 4.2, 0.0, 0, 0),)
    view = bought().view(mode="HALTED", reasons=("killed by a person",), feeds=feeds)
    assert texts(line.draw(view, 60, 1)) == [" ■ HALTED  killed by a person  CLOB down 4.2 s  1:32 left"]


def test_the_last_seconds_stand_out(line: OneLine) -> None:
    assert "bad" in styles(line.draw(opening().at(293.0).view(), 58, 1).rows[0])


def test_no_window_and_no_position_are_said(line: OneLine) -> None:
    assert texts(line.draw(waiting(state="WAITING"), 58, 1)) == [" ● PAPER  WAITING  BTC 5m  nothing held  day +$0.00"]


def test_it_fits_into_any_size(line: OneLine) -> None:
    views = [bought().view(reasons=(HOSTILE, "x")), waiting(mode=HOSTILE)]
    assert [wrong for size in SIZES for wrong in too_wide(line, views, *size)] == []


async def test_it_paints(line: OneLine) -> None:
    assert "● PAPER" in await painted(line, bought().view(), 40, 3)

"""Position and profit in a few lines on a small screen."""

import pytest

from engine.events import UP, Resolution
from engine.view import DayView
from tests.engine.builders import START_MS, mono, wall
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.views import bought, opening, settling, texts, waiting
from widgets.held_lines import HeldLines


@pytest.fixture
def panel() -> HeldLines:
    return HeldLines("held")


def test_the_screen_of_80_columns(panel: HeldLines) -> None:
    assert texts(panel.draw(bought().view(), 80, 4)) == [
        " position  UP 11.5 sh @ 68.0¢  $8.00 paid  open −$0.29",
        " outcome   if UP +$3.50 · if DOWN −$8.00",
        " today     net −$1.86  instant +$4.10  realistic −$1.86  pessim. −$5.20",
        " verdict   not enough data · 30 more markets at least",
    ]


def test_an_earlier_window_takes_the_place_of_the_verdict(panel: HeldLines) -> None:
    view = bought().view(earlier=(settling(),))
    assert texts(panel.draw(view, 80, 4)) == [
        " position  UP 11.5 sh @ 68.0¢  $8.00 paid  open −$0.29",
        " outcome   if UP +$3.50 · if DOWN −$8.00",
        " settling  BTC 14:10  DOWN 60.8 sh  $27.60 paid · if DOWN +$33.20",
        " today     net −$1.86  instant +$4.10  realistic −$1.86  pessim. −$5.20",
    ]


def test_several_of_them_are_summed_where_there_is_no_row_for_each(panel: HeldLines) -> None:
    many = (settling(start_ms=START_MS - 600_000), settling())
    assert texts(panel.draw(bought().view(earlier=many), 80, 4))[2] == (
        " settling  2 windows  $55.20 paid · −$55.20 to +$66.40"
    )
    assert sum("settling  BTC" in row for row in texts(panel.draw(bought().view(earlier=many), 80, 6))) == 2


def test_nothing_held_leaves_room_for_the_day(panel: HeldLines) -> None:
    rows = texts(panel.draw(opening().view(), 80, 4))
    assert (rows[0], rows[2]) == (" position  nothing held", "           41 windows  12 trades  7 won")


def test_the_result_stands_in_the_place_of_the_outcomes(panel: HeldLines) -> None:
    scene = bought().at(302.0, Resolution(mono(302), wall(302), UP, "gamma"))
    rows = texts(panel.draw(scene.view(), 80, 4))
    assert rows[0].endswith("UP won +$3.50")
    assert not any("outcome" in row for row in rows)


def test_a_replay_calls_the_day_a_window(panel: HeldLines) -> None:
    assert " window    net +$0.00" in texts(panel.draw(opening().view(day=DayView(name="window")), 80, 4))


def test_it_fits_into_any_size(panel: HeldLines) -> None:
    views = [bought().view(earlier=(settling(), settling(winner=UP))), opening().view(), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []


async def test_it_paints(panel: HeldLines) -> None:
    assert "if UP +$3.50" in await painted(panel, bought().view(), 80, 4)

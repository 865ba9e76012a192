"""The position panel: what is held, what it pays, what the day came to."""

import pytest

from engine.events import DOWN, UP, Resolution
from engine.view import DayView
from tests.engine.builders import fill, money, mono, wall
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import bought, opening, styles, texts, waiting
from widgets.positions import PositionPanel


@pytest.fixture
def panel() -> PositionPanel:
    return PositionPanel("position")


def test_the_screen_of_120_columns(panel: PositionPanel) -> None:
    drawing = panel.draw(bought().view(), 50, 10)
    assert texts(drawing) == [
        "     shares   avg    cost      pays   bid     open",
        "UP     11.5 68.0¢   $7.82    $11.50   67¢   −$0.12",
        "with fees $8.00 ($0.18)       after fees    −$0.29",
        "today  41 markets  12 trades  7 won  net    −$1.86",
        "instant +$4.10  realistic −$1.86  pessim. −$5.20",
        "verdict  not enough data · 30 more markets",
        "fees $2.10  distance_fade −$1.86",
    ]
    assert (drawing.note, drawing.frame) == ("paper", "frame")


def test_both_sides_are_counted_into_the_profit(panel: PositionPanel) -> None:
    scene = opening()
    scene.at(1.0, fill(1.0, outcome=UP, dollars=0.60, shares=10, fee=0.1))
    scene.at(2.0, fill(2.0, outcome=DOWN, dollars=0.30, shares=20, fee=0.2, trade_id="o-1.2"))
    rows = texts(panel.draw(scene.view(), 50, 7))
    # UP bid 67: 6.70 - 6.00; DOWN bid 32: 6.40 - 6.00; fees 0.30
    assert rows[1].split() == ["UP", "10.0", "60.0¢", "$6.00", "$10.00", "67¢", "+$0.70"]
    assert rows[2].split() == ["DOWN", "20.0", "30.0¢", "$6.00", "$20.00", "32¢", "+$0.40"]
    assert rows[3].split()[-1] == "+$0.80"


def test_a_missing_bid_gives_no_profit(panel: PositionPanel) -> None:
    scene = bought()
    scene.engine.state.ladders[UP].invalidate("connection lost")
    rows = texts(panel.draw(scene.view(), 50, 6))
    assert rows[1].split()[-2:] == ["–", "–"]
    assert rows[2].split()[-3:] == ["no", "bid", "–"]


def test_an_old_quote_makes_the_profit_grey_and_says_how_old(panel: PositionPanel) -> None:
    scene = bought()
    row = panel.draw(scene.at(220.0).view(), 50, 6).rows[2]
    assert "stale" in styles(row)
    assert "bid 12.1 s old" in "".join(text for text, _ in row)


@pytest.mark.parametrize(("winner", "net"), [(UP, "+$3.50"), (DOWN, "−$8.00")])
def test_after_the_verdict_the_profit_is_what_was_earned(panel: PositionPanel, winner: int, net: str) -> None:
    scene = bought()
    scene.at(302.0, Resolution(mono(302), wall(302), winner, "gamma"))
    assert texts(panel.draw(scene.view(), 50, 6))[2].endswith(f" {('UP', 'DOWN')[winner]} won, net    {net}")


@pytest.mark.parametrize("mode", ["ARMED", "HALTED"])
def test_armed_and_halted_change_frame_and_word(panel: PositionPanel, mode: str) -> None:
    drawing = panel.draw(bought().view(mode=mode), 50, 5)
    assert (drawing.note, drawing.frame) == (mode, "mode")


def test_a_zoomed_panel_has_a_row_for_each_strategy(panel: PositionPanel) -> None:
    day = DayView(3, 2, 1, money(0.4), money(0.2), {"momentum": money(1.4), "distance_fade": money(-1.0)})
    rows = texts(panel.draw(bought().view(day=day), 76, 20))
    assert [row.split()[0] for row in rows[8:10]] == ["distance_fade", "momentum"]
    assert rows[9].split()[-1] == "+$1.40"
    assert rows[10] == "fees today $0.20"


def test_three_rows_keep_position_cost_and_day(panel: PositionPanel) -> None:
    assert texts(panel.draw(bought().view(), 40, 3)) == [
        "UP 11.5 sh @ 68.0¢  open −$0.29",
        "cost $8.00 w. fee  UP pays $11.50",
        "today  41 markets          net    −$1.86",
    ]


def test_five_rows_leave_the_table_out_for_what_the_net_hangs_on(panel: PositionPanel) -> None:
    assert texts(panel.draw(bought().view(), 50, 5)) == [
        "UP 11.5 sh @ 68.0¢  open −$0.29",
        "cost $8.00 w. fee  UP pays $11.50",
        "today  41 markets  12 trades  7 won  net    −$1.86",
        "instant +$4.10  realistic −$1.86  pessim. −$5.20",
        "verdict  not enough data · 30 more markets",
    ]


def test_a_lens_without_a_settled_order_has_a_dash(panel: PositionPanel) -> None:
    assert texts(panel.draw(opening().view(day=DayView()), 50, 5))[2] == "instant –  realistic –  pessim. –"


def test_nothing_held_and_no_window_are_said(panel: PositionPanel) -> None:
    assert texts(panel.draw(opening().view(), 50, 5))[0] == "nothing held"
    assert texts(panel.draw(waiting(), 60, 5))[0].startswith("no window yet: waiting for")


def test_it_fits_into_any_size(panel: PositionPanel) -> None:
    views = [bought().view(mode="HALTED", day=DayView(1, 1, 1, 0, 0, {HOSTILE: 1})), opening().view(), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []


async def test_it_paints(panel: PositionPanel) -> None:
    screen = await painted(panel, bought().view(mode="ARMED"), 54, 8)
    assert "ARMED" in screen
    assert "with fees $8.00 ($0.18)" in screen

import pytest

from engine.events import DOWN, UP
from engine.limits import Limits
from engine.view import View
from tests.engine.builders import ask as ask_level
from tests.engine.builders import best, change, link, market, strike
from tests.engine.builders import trade as binance_trade
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.views import (
    NOW,
    PRICE,
    STRIKE,
    Scene,
    books,
    bought,
    opening,
    printed,
    styles,
    text,
    texts,
    waiting,
)
from widgets.ladder import BookPanel

PANEL = BookPanel("book")
BOUGHT = bought().view()
VIEWS = (BOUGHT, waiting(), opening().at(60.0).view())


def rows(view: View, width: int = 50, height: int = 11) -> list[str]:
    return texts(PANEL.draw(view, width, height))


def test_book_of_the_screen() -> None:
    drawing = PANEL.draw(BOUGHT, 50, 11)
    assert drawing.note == "asks 101¢"
    assert texts(drawing) == [
        "UP   68¢ × 1,210         DOWN 33¢ × 980",
        "◆ 11.5 sh @ 68.0¢",
        "70   2,100 ▇▇▇▇▇▇        35   3,300 ▇▇▇▇▇▇▇▇",
        "69     860 ▇▇▇           34   1,450 ▇▇▇▇",
        "68   1,210 ▇▇▇      ask◆ 33     980 ▇▇▇      ask",
        "────── 1¢ ──────         ────── 1¢ ──────",
        "67     980 ▇▇▇      bid  32   1,210 ▇▇▇      bid",
        "66   1,450 ▇▇▇▇          31     860 ▇▇▇",
        "65   3,300 ▇▇▇▇▇▇▇▇      30   2,100 ▇▇▇▇▇▇",
        "last 68¢ × 40.0 ▲ 2.0 s  last 32¢ × 12.0 ▼ 5.0 s",
        "fresh 0.1 s · tick 1¢ · min 5 · fee 1.75¢ at 50¢",
    ]


def test_zoomed_book_has_titles_and_the_size_down_to_each_level() -> None:
    assert rows(BOUGHT, 76, 14)[2:9] == [
        " ¢    size    total                    ¢    size    total",
        "71   5,000    9,170 ▇▇▇▇▇▇▇▇▇▇▇▇      36   2,700    8,430 ▇▇▇▇▇▇▇",
        "70   2,100    4,170 ▇▇▇▇▇▇            35   3,300    5,730 ▇▇▇▇▇▇▇▇",
        "69     860    2,070 ▇▇▇               34   1,450    2,430 ▇▇▇▇",
        "68   1,210    1,210 ▇▇▇          ask◆ 33     980      980 ▇▇▇          ask",
        "────── 1¢ ──────                      ────── 1¢ ──────",
        "67     980      980 ▇▇▇          bid  32   1,210    1,210 ▇▇▇          bid",
    ]


def test_best_prices_are_the_last_to_go() -> None:
    assert rows(BOUGHT, 50, 1) == ["UP   68¢ × 1,210         DOWN 33¢ × 980"]
    assert rows(BOUGHT, 50, 3) == [
        "UP   68¢ × 1,210         DOWN 33¢ × 980",
        "last 68¢ × 40.0 ▲ 2.0 s  last 32¢ × 12.0 ▼ 5.0 s",
        "fresh 0.1 s · tick 1¢ · min 5 · fee 1.75¢ at 50¢",
    ]


def test_narrow_gives_up_bars_then_words() -> None:
    assert [row[17:].rstrip() for row in rows(BOUGHT, 34, 7)[2:5]] == [
        "33     980 ask",
        "──── 1¢ ────",
        "32   1,210 bid",
    ]
    assert [row[12:] for row in rows(BOUGHT, 24, 7)[2:5]] == ["33     980", "── 1¢ ──", "32   1,210"]


def test_levels_stand_in_the_same_place_when_one_goes() -> None:
    scene = bought()
    before = rows(scene.view(), 50, 13)
    scene.at(NOW, change(NOW, ask_level(UP, 0.71, 0), ask_level(UP, 0.75, 0)))
    after = rows(scene.view(), 50, 13)
    assert [row[:2] for row in before[2:7]] == ["71", "70", "69", "68", "──"]
    assert [row[:2] for row in after[2:7]] == ["  ", "70", "69", "68", "──"]


def test_finer_grid_shows_its_decimals_under_each_other() -> None:
    scene = Scene(market(tick=0.001)).at(1.0, link(0), *books(1.0, {0.67: 50, 0.665: 3.4}, {0.675: 0.5, 0.68: 9}))
    assert [row[:17].rstrip() for row in rows(scene.view(), 50, 9)[2:7]] == [
        "68.0       9 ▇▇",
        "67.5      <1 ▇",
        "────── 0.5¢ ─────",
        "67.0      50 ▇▇▇▇",
        "66.5       3 ▇",
    ]


def test_on_a_finer_grid_the_sides_stay_apart_and_what_does_not_fit_is_left_out_by_meaning() -> None:
    scene = Scene(market(tick=0.001)).at(1.0, link(0), *books(1.0, {0.981: 50}, {0.982: 20}))
    for size, shown in ((21.1, " × 21"), (250.0, " ×250"), (12_345.0, " ×12k"), (123_456.0, "")):
        scene.at(2.0, printed(2.0, UP, 0.982, size, buys=True), printed(2.0, DOWN, 0.018, 10.0, buys=False))
        last, foot = rows(scene.at(3.0).view())[-2:]
        assert last[24] == " "
        assert last[25:] == "last 1.8¢ × 10 ▼ 1.0 s"
        assert last[:24].rstrip() == f"last 98.2¢{shown} ▲ 1.0 s"
        assert foot == "fresh 2.0 s · tick 0.1¢ · min 5 · fee ≤ 1.75¢"
    assert rows(scene.view(), 76)[-2:] == [
        "last 98.2¢ × 123,456 ▲ 1.0 s          last 1.8¢ × 10.0 ▼ 1.0 s",
        "fresh 2.0 s · tick 0.1¢ · min 5 · fee 1.75¢ at 50¢",
    ]
    assert rows(scene.view(), 30)[-1] == "fresh 2.0 s · tick 0.1¢"


def test_nothing_comes_and_goes_in_the_last_rows_while_they_grow_old() -> None:
    scene = Scene(market(tick=0.001)).at(1.0, link(0), *books(1.0, {0.981: 50}, {0.982: 20}))
    scene.at(2.0, printed(2.0, UP, 0.982, 21.1, buys=True))
    for t in (2.0, 2.05, 3.0, 42.0):
        assert [row.partition("▲")[0] for row in rows(scene.at(t).view())[-2:-1]] == ["last 98.2¢ × 21 "]
        assert rows(scene.view())[-1].endswith("fee ≤ 1.75¢")


def test_level_off_the_grid_is_not_rounded_onto_it() -> None:
    scene = Scene().at(1.0, link(0), *books(1.0, {0.67: 50}, {0.6875: 20}))
    assert rows(scene.view(), 50, 7)[2].startswith("68.75")


def test_sizes_that_a_recording_did_not_keep_are_dashes_without_bars() -> None:
    scene = Scene(market(top_only=True)).at(1.0, link(0), best(1.0, UP, 0.67, 0.68), best(1.0, DOWN, 0.32, 0.33))
    shown = rows(scene.view(), 76, 7)
    assert shown[0].startswith("UP   68¢ × –  ")
    assert shown[2].startswith("68       –        –              ask")


def test_huge_level_keeps_its_column() -> None:
    scene = Scene().at(1.0, link(0), *books(1.0, {0.67: 1_250_000}, {0.68: 999_998}))
    shown = rows(scene.view(), 50, 7)
    assert shown[2].startswith("68 999,998 ▇")
    assert shown[4].startswith("67  1.25 M ▇")


def test_without_trades_and_position_there_are_none() -> None:
    shown = rows(opening().view())
    assert shown[1] == ""
    assert shown[-2] == "last –                   last –"


def test_side_without_asks_says_so_and_the_sum_is_not_given() -> None:
    scene = opening()
    scene.at(1.0, *books(1.0, {}, {0.68: 10}))
    drawing = PANEL.draw(scene.view(), 50, 11)
    assert texts(drawing)[0] == "UP   68¢ × 10            DOWN no asks"
    assert texts(drawing)[5] == "no bids                  no asks"
    assert drawing.note == ""


def test_crossed_book_says_for_how_long() -> None:
    scene = opening().at(1.0, *books(1.0, {0.70: 10}, {0.68: 10}))
    view = scene.at(3.5).view()
    drawing = PANEL.draw(view, 50, 11)
    assert text(drawing.rows[5]) == "crossed for 2.5 s        crossed for 2.5 s"
    assert styles(drawing.rows[5]) == {"bad"}


def test_no_market_yet() -> None:
    assert rows(waiting()) == ["waits for a market"]


def test_no_book_yet_says_why_in_place_of_prices() -> None:
    scene = Scene().at(1.0, link(0.5), strike(0.5, STRIKE), binance_trade(0.5, PRICE, 1))
    shown = rows(scene.view())
    assert shown[0] == "UP   no snapshot yet     DOWN no snapshot yet"
    assert shown[-1].startswith("no book · tick 1¢")


def test_lost_connection_takes_the_book_away() -> None:
    scene = bought()
    drawing = PANEL.draw(scene.at(NOW, link(NOW, up=False)).view(), 50, 11)
    assert texts(drawing)[0] == "UP   connection lost     DOWN connection lost"
    assert "warn" in styles(drawing.rows[0])
    assert drawing.note == ""


def test_old_book_looks_old_and_says_how_old() -> None:
    limits = Limits(quote_max_age_ms=5_000.0)
    scene = Scene(limits=limits).at(1.0, link(0), *books(1.0))
    fresh = PANEL.draw(scene.at(6.0).view(), 50, 11)
    stale = PANEL.draw(scene.at(6.1).view(), 50, 11)
    assert text(fresh.rows[-1]).startswith("fresh 5.0 s")
    assert "stale" not in styles(fresh.rows[0])
    assert text(stale.rows[0]) == "UP   68¢  5.1 s old      DOWN 33¢  5.1 s old"
    assert text(stale.rows[-1]).startswith("stale 5.1 s")
    assert [styles(row) for row in stale.rows[:-1] if row[0][0].strip()] == [{"stale"}] * 9


def test_only_the_side_that_is_old_looks_old() -> None:
    scene = Scene().at(1.0, link(0), *books(1.0))
    scene.at(7.0, change(7.0, ask_level(UP, 0.90, 5)))
    headline = PANEL.draw(scene.view(), 80, 11).rows[0]
    assert text(headline) == "UP   68¢ × 1,210                        DOWN 33¢  6.0 s old"
    assert headline[0] == ("UP   ", "up")
    assert headline[-1][1] == "stale"


def test_average_price_between_two_levels_marks_the_nearer_one() -> None:
    scene = bought()
    scene.engine.position.total.cost[UP] += scene.engine.position.total.shares[UP] * 60
    shown = rows(scene.view())
    assert shown[1] == "◆ 11.5 sh @ 68.6¢"
    assert [row[:2] for row in shown if "◆" in row] == ["◆ ", "69"]


def test_arrow_follows_the_taker() -> None:
    scene = opening().at(2.0, printed(2.0, UP, 0.68, 250, buys=False))
    assert rows(scene.view())[-2] == "last 68¢ × 250 ▼ 0.00 s  last –"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_wider_or_higher_than_the_body(width: int, height: int) -> None:
    assert not too_wide(PANEL, VIEWS, width, height)


async def test_panel_paints_its_frame_note_and_rows() -> None:
    screen = (await painted(BookPanel("book"), BOUGHT, 54, 13)).splitlines()
    assert screen[0] == "╭─ book " + "─" * 33 + " asks 101¢ ─╮"
    assert screen[1] == "│ UP   68¢ × 1,210         DOWN 33¢ × 980            │"
    assert screen[-1] == "╰" + "─" * 52 + "╯"

import pytest

from engine.events import UP
from engine.view import View
from tests.engine.builders import Declines, change, command, link, market, strike, tick
from tests.engine.builders import ask as ask_level
from tests.engine.builders import trade as binance_trade
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import NOW, PRICE, STRIKE, Scene, books, bought, opening, quote, styles, text, texts, waiting
from widgets.gates import WhyPanel

PANEL = WhyPanel("why")
BOUGHT = bought().view()


def rows(view: View, width: int = 62, height: int = 4) -> list[str]:
    return texts(PANEL.draw(view, width, height))


def test_reasons_of_the_screen() -> None:
    assert rows(BOUGHT) == [
        "         side fair ask    edge fee   net conf blocked by",
        "distance UP   .781 .68   +10.1 1.5  +8.6 0.38 cooldown 3.1 s",
        "momentum UP   .650 .68    −3.0   –     –    – ask ≥ 60¢",
        "sniper   –       –   –       –   –     –    – 2 s too early",
    ]


def test_zoomed_shows_every_gate_with_its_value_against_its_limit() -> None:
    assert rows(BOUGHT, 76, 20) == [
        "         side fair ask    edge fee   net conf blocked by",
        "distance UP   .781 .68   +10.1 1.5  +8.6 0.38 cooldown 3.1 s",
        "  ✓ distance                5.6 bp  > 4.41 bp",
        "  ✓ edge                     10.1¢  ≥ 8¢",
        "  ✗ cooldown                 3.1 s  ≤ 0 s",
        "momentum UP   .650 .68    −3.0   –     –    – ask ≥ 60¢",
        "  ✓ time left                 31 %  > 15 %",
        "  ✓ trades in 30 s              65  ≥ 50",
        "  ✓ trades missing for       0.0 s  ≤ 0 s",
        "  ✓ speed                0.21 bp/s  > 0.0735 bp/s",
        "  ✓ signs that agree             3  ≥ 3",
        "  ✓ distance                5.6 bp  > 2.94 bp",
        "  ✗ ask                      68.0¢  < 60¢",
        "  ✗ edge                     −3.0¢  ≥ 5¢",
        "sniper   –       –   –       –   –     –    – 2 s too early",
        "  ✗ time left               92.1 s  < 90 s",
        "  ✓ time left               92.1 s  > 5 s",
        "  ✗ distance                5.6 bp  > 5.88 bp",
        "  ✓ runs back           −0.21 bp/s  ≤ 0.294 bp/s",
        "  ✓ edge                     17.0¢  ≥ 5¢",
    ]


def test_one_row_less_leaves_out_the_gate_that_the_line_names_already() -> None:
    shown = rows(BOUGHT, 76, 19)
    assert len(shown) == 19
    assert not any("≤ 0 s" in row and "cooldown" in row for row in shown)


def test_without_room_for_all_gates_the_closed_ones_go_first_and_every_row_is_used() -> None:
    """The rows of the zoomed panel on the smallest screen, 60x16."""
    drawing = PANEL.draw(BOUGHT, 56, 12)
    assert drawing.note == "8 of 15 gates"
    assert texts(drawing) == [
        "         side fair ask    edge   net blocked by",
        "distance UP   .781 .68   +10.1  +8.6 cooldown 3.1 s",
        "  ✓ distance                5.6 bp  > 4.41 bp",
        "  ✓ edge                     10.1¢  ≥ 8¢",
        "momentum UP   .650 .68    −3.0     – ask ≥ 60¢",
        "  ✓ time left                 31 %  > 15 %",
        "  ✗ ask                      68.0¢  < 60¢",
        "  ✗ edge                     −3.0¢  ≥ 5¢",
        "sniper   –       –   –       –     – 2 s too early",
        "  ✗ time left               92.1 s  < 90 s",
        "  ✓ time left               92.1 s  > 5 s",
        "  ✗ distance                5.6 bp  > 5.88 bp",
    ]


def test_in_a_few_rows_there_are_the_lines_alone() -> None:
    drawing = PANEL.draw(BOUGHT, 56, 9)
    assert (len(drawing.rows), drawing.note) == (4, "")
    assert len(rows(BOUGHT, 56, 10)) == 10


def test_only_the_first_closed_gate_stands_out() -> None:
    drawing = PANEL.draw(BOUGHT, 76, 20)
    marks = {text(row): row[0][1] for row in drawing.rows if row[0][0].strip() in "✓✗"}
    assert marks["  ✗ ask                      68.0¢  < 60¢"] == "warn"
    assert marks["  ✗ edge                     −3.0¢  ≥ 5¢"] == "label"
    assert marks["  ✓ edge                     17.0¢  ≥ 5¢"] == "good"


def test_narrow_keeps_the_reason_and_gives_up_the_figures_one_by_one() -> None:
    assert rows(BOUGHT, 56)[1] == "distance UP   .781 .68   +10.1  +8.6 cooldown 3.1 s"
    assert rows(BOUGHT, 40)[1] == "distance UP    +10.1 cooldown 3.1 s"
    assert rows(BOUGHT, 26)[1] == "distance  cooldown 3.1 s"


def test_too_few_rows_leave_the_signal_and_drop_the_titles() -> None:
    assert [row.split()[0] for row in rows(BOUGHT, 62, 3)] == ["distance", "momentum", "sniper"]
    assert [row.split()[0] for row in rows(BOUGHT, 62, 1)] == ["distance"]
    assert [row.split()[0] for row in rows(closing_in().view(), 62, 1)] == ["sniper"]


def closing_in() -> Scene:
    """50 s before the end, 6 bp above the strike, Binance silent for long: only the sniper has a signal."""
    scene = opening().at(249.0, binance_trade(249.0, STRIKE * 1.0006, 2))
    return scene.at(255.0, *books(255.0, {0.77: 500}, {0.78: 500}))


def test_signal_that_may_not_be_traded_says_why_with_its_fee_and_net_edge() -> None:
    assert rows(closing_in().view())[1:] == [
        "distance UP   .816 .78    +3.6   –     –    – edge 3.6¢ < 8¢",
        "momentum –       –   –       –   –     –    – in the last 15 %",
        "sniper   UP   .850 .78    +7.0 1.2  +5.8 0.95 price 6.0 s old",
    ]


def test_order_that_was_sent_is_said_until_the_next_quote() -> None:
    scene = opening().at(60.0, binance_trade(60.0, PRICE + 40.0, 2), tick(60.0), quote(60.0))
    line = PANEL.draw(scene.view(), 62, 4).rows[1]
    assert text(line).endswith(f"ordered {scene.sent[0].size / 1e6:.1f} sh")
    assert line[-1][1] == "good"
    scene.at(60.1, quote(60.1))
    assert rows(scene.view())[1].endswith("cooldown 4.9 s")


def test_figures_are_of_the_quote_that_the_reason_is_of() -> None:
    """After the last quote that is evaluated books and prices go on; beside a frozen reason nothing moves."""
    scene = bought()
    view = scene.view()
    assert view.market is not None
    before = rows(view, 76, 20)
    scene.at(296.0, binance_trade(296.0, STRIKE - 500.0, 70), *books(296.0, {0.30: 50}, {0.35: 70}))
    view.market.look()
    assert rows(view, 76, 20) == before
    view = scene.view()
    drawing = PANEL.draw(view, 76, 20)
    assert drawing.note == "no orders in the last 5 s"
    assert {style for row in drawing.rows for style in styles(row)} == {"stale"}


def test_a_reason_whose_figures_were_missed_stands_alone() -> None:
    scene = bought()
    scene.at(296.0, *books(296.0, {0.30: 50}, {0.35: 70}))
    assert rows(scene.view())[2] == "momentum –       –   –       –   –     –    – ask ≥ 60¢"


def test_side_below_the_strike_is_down() -> None:
    scene = opening().at(60.0, binance_trade(60.0, STRIKE - 100.0, 2), tick(60.0), *books(60.0))
    line = PANEL.draw(scene.view(), 62, 4).rows[1]
    assert text(line).startswith("distance DOWN .")
    assert ("DOWN ", "down") in line


def test_halted_engine_says_so() -> None:
    scene = bought()
    scene.at(NOW, command(NOW, "kill"), quote(NOW))
    assert rows(scene.view())[1].endswith("halted")


def test_ask_on_a_finer_grid_keeps_its_decimals() -> None:
    scene = Scene(market(tick=0.0001)).at(0.0, link(0.0), strike(0.0, STRIKE), tick(0.0))
    scene.at(60.0, binance_trade(60.0, PRICE, 1), tick(60.0), *books(60.0, {0.55: 50}, {0.5625: 400}))
    assert rows(scene.view())[1][:31] == "distance UP   .707 .5625 +14.5 "


def test_no_asks_is_a_dash_not_a_dollar() -> None:
    scene = bought().at(NOW, change(NOW, *[ask_level(UP, dollars, 0) for dollars in (0.68, 0.69, 0.70, 0.71, 0.75)]))
    assert rows(scene.view())[2] == "momentum UP   .650   –   −35.0   –     –    – ask ≥ 60¢"


def test_empty_panel_says_what_it_waits_for() -> None:
    scene = Scene()
    assert rows(waiting()) == ["waits for a market"]
    assert rows(scene.at(-12.0).view()) == ["waits for the window's start in 0:12"]
    assert rows(scene.at(1.0).view()) == ["waits for Binance's first price"]
    assert rows(scene.at(1.0, binance_trade(1.0, PRICE, 1)).view()) == ["waits for the strike"]
    assert rows(scene.at(1.0, strike(1.0, STRIKE)).view()) == ["waits for the order book"]
    assert rows(scene.at(1.0, link(1.0), *books(1.0)[:1]).view())[0].strip().startswith("side")


def test_book_without_a_quote_since_the_strike_came_is_waited_for() -> None:
    scene = Scene().at(0.5, link(0.0), *books(0.5), binance_trade(0.5, PRICE, 1), strike(0.5, STRIKE))
    assert rows(scene.view()) == ["waits for the next quote"]


def test_answers_of_an_old_quote_look_old() -> None:
    scene = bought()
    assert PANEL.draw(scene.at(212.8).view(), 62, 4).note == ""
    drawing = PANEL.draw(scene.at(213.0).view(), 62, 4)
    assert drawing.note == "no quote for 5.1 s"
    assert [styles(row) for row in drawing.rows] == [{"stale"}] * 4


def test_lost_book_is_named() -> None:
    drawing = PANEL.draw(bought().at(NOW, link(NOW, up=False)).view(), 62, 4)
    assert drawing.note == "connection lost"
    assert styles(drawing.rows[1]) == {"stale"}


def test_last_seconds_and_the_end_are_named() -> None:
    scene = bought()
    assert PANEL.draw(scene.at(295.0).view(), 62, 4).note == "no orders in the last 5 s"
    assert PANEL.draw(scene.at(300.0).view(), 62, 4).note == "the window is over"


def test_strange_strategy_does_not_break_the_line() -> None:
    scene = opening()
    scene.engine.strategies = (Declines(HOSTILE),)
    scene.engine._rules = (scene.engine.strategies[0].evaluate,)
    shown = rows(scene.at(1.0, quote(1.0)).view(), 62, 2)
    assert shown[1].startswith("[bold re ")
    assert shown[1].endswith(" closed")


VIEWS = (BOUGHT, waiting(), closing_in().view(), Scene().at(-60.0).view())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_wider_or_higher_than_the_body(width: int, height: int) -> None:
    assert not too_wide(PANEL, VIEWS, width, height)


async def test_panel_paints_its_lines() -> None:
    screen = (await painted(WhyPanel("why"), BOUGHT, 66, 6)).splitlines()
    assert screen[0].startswith("╭─ why, why not ─")
    assert screen[2] == "│ distance UP   .781 .68   +10.1 1.5  +8.6 0.38 cooldown 3.1 s   │"

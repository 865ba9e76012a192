"""A line a strategy on a small screen."""

import pytest

from engine.events import UP
from engine.view import DayView
from tests.engine.builders import ask as ask_level
from tests.engine.builders import change, money
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import NOW, Scene, books, bought, opening, styles, texts, waiting
from widgets.why_lines import WhyLines

PANEL = WhyLines("whylines")
BOUGHT = bought().view()


def test_price_edge_reason_and_the_day_of_each_strategy() -> None:
    day = DayView(by_strategy={"distance_fade": money(-1.86), "settlement_sniper": money(21.36)})
    assert texts(PANEL.draw(bought().view(day=day), 80, 3)) == [
        " distance  UP   .781/.68   net +8.6¢   cooldown 3.1 s                day −$1.86",
        " momentum  UP   .650/.68   edge −3.0¢  ask ≥ 60¢",
        " sniper    –                           2 s too early                day +$21.36",
    ]


def test_narrow_keeps_the_reason_and_gives_up_the_day() -> None:
    assert [row[39:].strip() for row in texts(PANEL.draw(BOUGHT, 60, 3))] == [
        "cooldown 3.1 s",
        "ask ≥ 60¢",
        "2 s too early",
    ]


def test_what_is_of_an_old_quote_looks_old_and_says_why() -> None:
    drawing = PANEL.draw(bought().at(297.0).view(), 80, 3)
    assert any("no orders in the last 5 s" in row for row in texts(drawing))
    assert all("stale" in styles(row) for row in drawing.rows)


def test_no_asks_is_a_dash_not_a_dollar() -> None:
    gone = change(NOW, *[ask_level(UP, dollars, 0) for dollars in (0.68, 0.69, 0.70, 0.71, 0.75)])
    assert texts(PANEL.draw(bought().at(NOW, gone).view(), 80, 3))[1].startswith(
        " momentum  UP   .650/–     edge −35.0¢"
    )


def test_what_is_waited_for_is_said() -> None:
    assert texts(PANEL.draw(waiting(), 80, 3)) == [" waits for a market"]
    assert texts(PANEL.draw(Scene().at(1.0).view(), 80, 3)) == [" waits for Binance's first price"]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_wider_or_higher_than_the_body(width: int, height: int) -> None:
    views = (BOUGHT, waiting(), opening().at(60.0, *books(60.0)).view(day=DayView(by_strategy={HOSTILE: 1})))
    assert not too_wide(PANEL, views, width, height)


async def test_it_paints() -> None:
    assert "UP   .781/.68" in await painted(WhyLines("whylines"), BOUGHT, 80, 3)

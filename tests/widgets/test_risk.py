"""The risk panel: limits used and left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import UP, Resolution
from engine.limits import Limits
from tests.engine.builders import fill, money, mono, wall
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.views import Scene, bought, opening, settling, styles, texts, waiting
from widgets.risk import RiskPanel, bar_of


@pytest.fixture
def panel() -> RiskPanel:
    return RiskPanel("risk")


def test_the_screen_of_120_columns(panel: RiskPanel) -> None:
    assert texts(panel.draw(bought().view(), 50, 2)) == [
        "position    $8.00 of $100 ▇▁▁▁▁▁▁  orders  1 of 10",
        "cooldown  3.0 s  in flight 0  day net −$1.86",
    ]


def test_an_order_on_its_way_counts_as_used(panel: RiskPanel) -> None:
    scene = opening()
    scene.engine.risk.commit("o-1", money(12.5), 0)
    rows = texts(panel.draw(scene.view(), 76, 20))
    assert rows[0].startswith("position   $12.50 of $100")
    assert rows[1] == "reserved   $12.50 by orders on their way"
    assert rows[5] == "in flight 1"


def test_what_earlier_windows_have_at_stake_is_added_up(panel: RiskPanel) -> None:
    view = bought().view(earlier=(settling(), settling(winner=UP)))
    assert texts(panel.draw(view, 50, 2))[1] == "cooldown  3.0 s  at stake $35.60  day net −$1.86"
    assert "at stake   $35.60 over all windows" in texts(panel.draw(view, 56, 7))
    assert texts(panel.draw(waiting(earlier=(settling(),)), 50, 2))[1] == "at stake $27.60   day net +$0.00"


def test_what_is_decided_is_no_longer_at_stake(panel: RiskPanel) -> None:
    scene = bought().at(302.0, Resolution(mono(302), wall(302), UP, "gamma"))
    assert "at stake    $0.00 over all windows" in texts(panel.draw(scene.view(), 56, 7))


def test_a_full_limit_says_so_in_words(panel: RiskPanel) -> None:
    scene = Scene(limits=Limits(max_position=money(5), max_orders=0))
    scene.at(1.0, fill(1.0, dollars=0.5, shares=10, fee=0.1))
    drawing = panel.draw(scene.view(), 60, 2)
    assert "$5.10 of $5 full" in texts(drawing)[0]
    assert "0 of 0 used up" in texts(drawing)[0]
    assert "bad" in styles(drawing.rows[0])


def test_a_cooldown_that_is_over_says_so(panel: RiskPanel) -> None:
    assert "cooldown  over" in texts(panel.draw(opening().view(), 50, 2))[1]


@given(st.floats(-1, 2), st.integers(1, 60))
def test_the_bar_is_full_at_the_limit_only_and_shows_the_first_cent(share: float, columns: int) -> None:
    bar = bar_of(share, columns)
    assert len(bar) == columns
    assert bar.startswith("▇") == (share > 0)
    if columns > 1:
        assert (bar == "▇" * columns) == (share >= 1)


def test_no_window_is_said_and_the_day_stays(panel: RiskPanel) -> None:
    assert texts(panel.draw(waiting(), 50, 2)) == ["no window yet: no limit is in use", "day net +$0.00"]


def test_it_fits_into_any_size(panel: RiskPanel) -> None:
    views = [bought().view(earlier=(settling(),)), bought().view(), waiting(), waiting(earlier=(settling(),))]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []


async def test_it_paints(panel: RiskPanel) -> None:
    assert "$8.00 of $100" in await painted(panel, bought().view(), 54, 4)

"""The feeds line and the zoomed health panel: can this screen be believed."""

import pytest

from engine.view import FeedView, View
from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import bought, styles, texts, waiting
from widgets.health import HealthLine, HealthPanel

BROKEN = (
    FeedView("binance", "live", "", 0.03, 142.0, 1, 0),
    FeedView("clob", "down", "the venue closed the connection", 4.2, 0.0, 3, 2),
    FeedView("rtds", "stale", "", 7.0, 0.3, 0, 0),
)


@pytest.fixture
def line() -> HealthLine:
    return HealthLine("feeds")


@pytest.fixture
def panel() -> HealthPanel:
    return HealthPanel("health")


def broken() -> View:
    return bought().view(feeds=BROKEN, gaps=2, dropped=5, loop_lag_ms=12.5)


def test_the_line_of_120_columns(line: HealthLine) -> None:
    assert texts(line.draw(bought().view(), 120, 1)) == [
        " feeds  Binance 0.03 s 142/s · CLOB  0.1 s  61/s · oracle  0.9 s   1/s"
        "     gaps 0  reconnects 0  dropped 0  loop 0.4 ms"
    ]


def test_a_feed_that_is_not_live_says_so_in_a_word(line: HealthLine) -> None:
    drawing = line.draw(broken(), 120, 1)
    text = texts(drawing)[0]
    assert "CLOB down 4.2 s" in text
    assert "RTDS stale 7.0 s" in text
    assert "gaps 2  reconnects 4  faults 2  dropped 5  loop 12.5 ms" in text
    assert {"bad", "stale", "warn"} <= styles(drawing.rows[0])


@pytest.mark.parametrize("width", [30, 45, 60, 80, 100])
def test_trouble_is_told_at_every_width(line: HealthLine, width: int) -> None:
    assert "CLOB down" in texts(line.draw(broken(), width, 1))[0]


def test_a_line_without_feeds_says_so(line: HealthLine) -> None:
    assert "none yet: not connected" in texts(line.draw(waiting(), 80, 1))[0]


def test_the_panel_has_a_row_a_feed_with_its_reason(panel: HealthPanel) -> None:
    drawing = panel.draw(broken(), 116, 20)
    rows = texts(drawing)
    assert drawing.note == "1 of 3 live"
    assert rows[2].split(maxsplit=7) == [
        "CLOB", "down", "4.2", "s", "0/s", "3", "2", "the venue closed the connection",
    ]  # fmt: skip
    assert [row.split() for row in rows[5:8]] == [["gaps", "2"], ["dropped", "5"], ["loop", "12.5", "ms"]]


def test_the_panel_lists_what_the_engine_counted(panel: HealthPanel) -> None:
    scene = bought()
    scene.engine.state.counters["trade_gap"] = 1234
    assert ["trade", "gap", "1,234"] in [row.split() for row in texts(panel.draw(scene.view(), 116, 20))]


def test_a_tiny_panel_shows_trouble_first(panel: HealthPanel) -> None:
    assert texts(panel.draw(broken(), 40, 1)) == [" CLOB down 4.2 s"]


@pytest.mark.parametrize("widget", [HealthLine("line"), HealthPanel("panel")])
def test_they_fit_into_any_size(widget: HealthLine | HealthPanel) -> None:
    hostile = FeedView(HOSTILE, "down", HOSTILE, None, 1e9, 10**9, 10**9)
    views = [broken(), bought().view(feeds=(hostile, *BROKEN)), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(widget, views, *size)] == []


async def test_they_paint(line: HealthLine, panel: HealthPanel) -> None:
    assert "CLOB down 4.2 s" in await painted(line, broken(), 120, 1)
    assert "the venue closed the connection" in await painted(panel, broken(), 120, 20)


def test_the_zoomed_panel_counts_what_went_wrong_with_the_oracle(panel: HealthPanel) -> None:
    view = bought().view(feeds=BROKEN, oracle={"value_differs": 2, "lost": 1})
    rows = [row.split() for row in texts(panel.draw(view, 120, 30))]
    assert ["oracle", "value", "differs", "2"] in rows
    assert ["oracle", "lost", "1"] in rows

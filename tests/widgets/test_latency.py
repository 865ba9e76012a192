"""The latency panel: the shape of each histogram and its figures."""

import pytest

from engine.histogram import Histogram
from engine.view import LatencyView
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.views import bought, styles, texts, waiting
from widgets.latency import LatencyPanel, sparkline, tall_bars


@pytest.fixture
def panel() -> LatencyPanel:
    return LatencyPanel("latency")


def measured(us: float, count: int) -> Histogram:
    histogram = Histogram()
    for _ in range(count):
        histogram.add(us)
    return histogram


def test_a_row_for_each_step_below_the_heads_of_the_frame(panel: LatencyPanel) -> None:
    drawing = panel.draw(bought().view(), 50, 4)
    rows = texts(drawing)
    assert [row[:9].strip() for row in rows] == ["receive", "evaluate", "to order", "order"]
    assert [row[26:].split() for row in rows] == [
        ["19", "µs", "23", "µs", "180", "µs"],
        ["7", "µs", "8", "µs", "60", "µs"],
        ["54", "µs", "64", "µs", "490", "µs"],
        ["220", "ms", "262", "ms", "2.0", "s"],
    ]


async def test_the_heads_stand_above_their_figures(panel: LatencyPanel) -> None:
    lines = (await painted(panel, bought().view(), 54, 6)).splitlines()
    for head, unit in (("p50", "19 µs"), ("p99", "23 µs"), ("max", "180 µs")):
        assert lines[0].index(head) + len(head) == lines[1].index(unit) + len(unit)


def test_few_rows_keep_the_way_to_the_order(panel: LatencyPanel) -> None:
    assert [texts(panel.draw(bought().view(), 50, rows))[0][:8] for rows in (1, 2)] == ["to order", "receive "]


def test_a_step_that_was_not_measured_has_dashes(panel: LatencyPanel) -> None:
    view = bought().view(latency=LatencyView(receive=measured(20.0, 5)))
    assert texts(panel.draw(view, 50, 4))[3].split() == ["order", "–", "–", "–"]


def test_a_slow_step_of_our_own_is_a_warning_and_a_slow_venue_is_not(panel: LatencyPanel) -> None:
    view = bought().view(latency=LatencyView(receive=measured(20_000.0, 5), order=measured(200_000.0, 5)))
    rows = panel.draw(view, 50, 4).rows
    assert "warn" in styles(rows[0])
    assert "warn" not in styles(rows[3])


def test_a_narrow_panel_keeps_the_99th_percentile(panel: LatencyPanel) -> None:
    assert panel.draw(bought().view(), 20, 4).note == "p99"


def test_a_single_count_shows_beside_a_great_one() -> None:
    assert sparkline([1, 0, 1000, 500]) == "▂ █▅"
    assert tall_bars([1, 0, 16], 2) == ["  █", "▁ █"]


def test_a_zoomed_panel_has_pictures_with_counts_and_a_scale(panel: LatencyPanel) -> None:
    rows = texts(panel.draw(bought().view(), 76, 20))
    assert len(rows) == 20
    assert rows[0].startswith("receive  301 counted")
    assert rows[4].split() == ["13", "µs", "180", "µs"]


def test_nothing_measured_is_said(panel: LatencyPanel) -> None:
    assert texts(panel.draw(waiting(), 60, 4)) == ["nothing measured yet: waiting for the first frame"]


def test_it_fits_into_any_size(panel: LatencyPanel) -> None:
    views = [bought().view(), bought().view(latency=LatencyView(order=measured(3e7, 1))), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []

"""The plans of all sizes: panels tile the screen, and each of them can be had alone."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from app.board_app import ZOOMABLE
from widgets.board import LIVE, MEDIUM, SMALL, WORDS, plan

WIDTHS, HEIGHTS = st.integers(1, 250), st.integers(1, 80)
FRAMED_LEAST = 3
"""Rows without which a framed panel has nothing between its borders."""


def overlapping(regions: list[Region]) -> list[tuple[Region, Region]]:
    return [pair for pair in combinations(regions, 2) if pair[0].intersection(pair[1]).area]


@given(WIDTHS, HEIGHTS, st.sampled_from(("", *ZOOMABLE)))
def test_panels_tile_the_screen(width: int, height: int, zoomed: str) -> None:
    regions = plan(width, height, zoomed)
    screen = Region(0, 0, width, height)
    assert all(screen.contains_region(region) and region.area for region in regions.values())
    assert overlapping(list(regions.values())) == []
    if "oneline" not in regions:
        assert sum(region.area for region in regions.values()) == screen.area


@given(WIDTHS, HEIGHTS)
def test_below_the_smallest_layout_there_are_a_few_rows_of_words(width: int, height: int) -> None:
    too_small = width < SMALL[0] or height < SMALL[1]
    assert (plan(width, height).keys() == {"oneline"}) is too_small
    if too_small:
        assert plan(width, height)["oneline"] == Region(0, 0, width, min(height, WORDS))


def test_on_80_by_24_the_chart_has_seven_rows_at_least_and_each_strategy_a_line() -> None:
    regions = plan(80, 24)
    assert regions["price"].height - 2 >= 7
    assert (regions["quotes"].height, regions["whylines"].height, regions["last"].height) == (2, 3, 1)
    assert regions["held"].height >= 4


@given(WIDTHS, HEIGHTS)
def test_every_framed_panel_has_a_row_to_say_something(width: int, height: int) -> None:
    framed = {name: region for name, region in plan(width, height).items() if name in ZOOMABLE}
    assert {name: region.height for name, region in framed.items() if region.height < FRAMED_LEAST} == {}


@pytest.mark.parametrize("panel", ZOOMABLE)
def test_each_panel_can_be_had_alone(panel: str) -> None:
    for width, height in (80, 24), SMALL, (120, 40), (200, 60):
        assert plan(width, height, panel) == {
            "header": Region(0, 0, width, 1),
            panel: Region(0, 1, width, height - 2),
            "keys": Region(0, height - 1, width, 1),
        }


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (110, 36)])
def test_an_open_live_account_takes_the_place_of_the_paper_limits(size: tuple[int, int]) -> None:
    regions = plan(*size, live=True)
    assert plan(*size).keys() - regions.keys() == {"risk"}
    assert regions["live"].height >= LIVE


def test_on_a_small_screen_an_open_live_account_has_a_line_of_its_own() -> None:
    for size in (80, 24), SMALL:
        regions = plan(*size, live=True)
        assert regions["liveline"].height == 1
        assert sum(region.area for region in regions.values()) == size[0] * size[1]


def test_a_large_screen_shows_every_panel_and_a_small_one_what_matters_first() -> None:
    assert set(ZOOMABLE) - plan(200, 60).keys() == {"feeds", "live"}
    assert set(ZOOMABLE) - plan(120, 40).keys() == {"feeds", "live", "waterfall"}
    assert "health" in plan(120, 40)
    small = {"header", "quotes", "price", "whylines", "held", "last", "health", "keys"}
    assert plan(80, 24).keys() == small
    assert plan(*SMALL).keys() == small - {"price"}
    assert "book" in plan(*MEDIUM)

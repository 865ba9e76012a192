"""What every panel does with its rows: frames them, cuts them, and repaints those that changed within its budget."""

import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region

from engine.view import View
from tests.snap import screen_text
from tests.widgets.sizes import HOSTILE
from widgets.panel import Drawing, Panel, _cut

VIEW = View("btc", "5m")

Look = Callable[..., Coroutine[Any, Any, list[str]]]
"""Reads the screen, of another size where one is given."""


class Rows(Panel):
    """Shows the rows it was given, and remembers what it told Textual to repaint."""

    TITLE = "rows"

    def __init__(self) -> None:
        super().__init__("rows")
        self.drawing = Drawing([])
        self.told: list[Region] = []

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """As given."""
        return Drawing(list(self.drawing.rows), self.drawing.note, self.drawing.frame)

    def show(self, *texts: str, budget: int = 99) -> int:
        """Rows of one cell each; how many were repainted."""
        self.drawing.rows = [((text, "text"),) for text in texts]
        self.told.clear()
        return self.offer(VIEW, budget)

    def refresh(self, *regions: Region, **options: bool) -> "Rows":
        """Note the regions."""
        self.told += regions
        super().refresh(*regions, **options)
        return self


class Screen(App[None]):
    """The panel alone, or in a box that scrolls."""

    CSS = "#rows { width: 100%; height: 100%; } VerticalScroll #rows { height: 20; }"
    AUTO_FOCUS = None

    def __init__(self, scrolled: bool = False) -> None:
        super().__init__()
        self.rows = Rows()
        self._scrolled = scrolled

    def compose(self) -> ComposeResult:
        """The panel."""
        if self._scrolled:
            with VerticalScroll():
                yield self.rows
        else:
            yield self.rows


@asynccontextmanager
async def screen(width: int = 20, height: int = 8, scrolled: bool = False) -> AsyncIterator[tuple[Rows, Look]]:
    """The panel on a screen, and what is read there."""
    app = Screen(scrolled)
    async with app.run_test(size=(width, height)) as pilot:

        async def look(size: tuple[int, int] | None = None) -> list[str]:
            if size is not None:
                await pilot.resize_terminal(*size)
            await pilot.pause()
            return screen_text(app).removesuffix("\n").split("\n")

        yield app.rows, look


async def test_it_frames_its_rows_with_its_title_and_a_note() -> None:
    async with screen() as (rows, look):
        rows.drawing.note = "note"
        rows.show("one", "two")
        assert await look() == [
            "╭─ rows ──── note ─╮",
            "│ one              │",
            "│ two              │",
            *["│                  │"] * 4,
            "╰──────────────────╯",
        ]


async def test_only_changed_rows_are_repainted_neighbours_together() -> None:
    async with screen() as (rows, look):
        rows.show("a", "b", "c", "d", "e")
        await look()
        assert rows.show("a", "b", "c", "d", "e") == 0
        assert rows.told == []
        assert rows.show("A", "b", "C", "D", "e") == 3
        assert rows.told == [Region(0, 1, 20, 1), Region(0, 3, 20, 2)]
        assert [row[2] for row in (await look())[1:6]] == ["A", "b", "C", "D", "e"]


async def test_another_note_repaints_the_top_alone() -> None:
    async with screen() as (rows, look):
        rows.show("a")
        await look()
        rows.drawing.note = "new"
        assert rows.show("a") == 0
        assert rows.told == [Region(0, 0, 20, 1)]
        assert (await look())[0] == "╭─ rows ───── new ─╮"


async def test_no_turn_repaints_more_than_its_budget_and_no_row_waits_for_ever() -> None:
    async with screen() as (rows, look):
        rows.show(*"aaaaaa")
        await look()
        seen: set[tuple[int, str]] = set()
        for turn in range(3):
            busy = str(turn)
            assert rows.show(busy, busy, "B", "B", "B", "B", budget=2) == 2
            assert rows.waiting
            seen |= {(number, row[2]) for number, row in enumerate(await look())}
        assert {(number, "B") for number in range(3, 7)} <= seen


async def test_what_was_left_waiting_is_caught_up_later() -> None:
    async with screen() as (rows, look):
        rows.show(*"aaaaaa")
        await look()
        assert rows.show(*"bbbbbb", budget=4) == 4
        assert rows.catch_up(99) == 2
        assert not rows.waiting
        assert rows.catch_up(99) == 0
        assert [row[2] for row in (await look())[1:7]] == list("bbbbbb")


async def test_a_resize_makes_every_row_anew() -> None:
    async with screen() as (rows, look):
        rows.show("one", "two")
        await look()
        for size in (40, 5), (1, 1), (3, 2), (4, 3), (5, 3), (20, 8):
            await look(size)
            rows.show("one", "two")
            drawn = await look()
            assert len(drawn) == size[1]
            assert max(cell_len(row) for row in drawn) <= size[0]
        assert [row[2:5] for row in drawn[1:3]] == ["one", "two"]


async def test_another_theme_paints_every_row_in_its_colours() -> None:
    async with screen() as (rows, look):
        rows.show("one")
        await look()
        rows.app.theme = "textual-light"
        await look()
        rows.show("one")
        light = rows._lines[1]
        rows.app.theme = "textual-dark"
        await look()
        rows.show("one")
        assert rows._lines[1].text == light.text
        assert rows._lines[1] != light


async def test_where_a_box_shows_a_part_it_is_that_part() -> None:
    async with screen(20, 6, scrolled=True) as (rows, look):
        rows.show(*(f"row {number}" for number in range(18)))
        await look()
        rows.app.query_one(VerticalScroll).scroll_to(y=5, animate=False)
        assert [row[2:8].strip() for row in await look()] == [f"row {number}" for number in range(4, 10)]


async def test_rows_are_cut_at_the_frame_in_whole_characters() -> None:
    async with screen(11, 5) as (rows, look):
        rows.show("1234567", "12345678", "上がる価格")
        drawn = await look()
        assert drawn[1:4] == ["│ 1234567 │", "│ 123456… │", "│ 上がる… │"]


@given(st.text(max_size=40), st.integers(-3, 30))
def test_a_cut_text_has_exactly_the_columns_or_was_short_enough(text: str, columns: int) -> None:
    cut = _cut(text, columns)
    assert cut == text if columns > 0 and cell_len(text) <= columns else cell_len(cut) == max(columns, 0)


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 8), (120, 20)])
async def test_markup_stays_text_and_breaks_nothing(size: tuple[int, int]) -> None:
    async with screen(*size) as (rows, look):
        rows.drawing.note = HOSTILE
        rows.show(HOSTILE, HOSTILE)
        drawn = await look()
        assert all(cell_len(row) <= size[0] for row in drawn)
        assert size[0] < 60 or "[bold red]上がる価格[/]" in drawn[1]


async def test_painting_makes_no_reference_cycles() -> None:
    async with screen(60, 20) as (rows, look):
        rows.show(*"abcdefgh")
        await look()
        gc.collect()
        gc.disable()
        try:
            for number in range(30):
                rows.show(*(f"{number} {letter}" for letter in "abcdefgh"))
                rows.screen._compositor.render_strips()
            assert gc.collect() == 0
        finally:
            gc.enable()

"""What every panel must bear: any size, and any text from outside."""

from collections.abc import Sequence
from typing import Final

from textual.app import App, ComposeResult

from engine.view import View
from widgets.cells import STYLES, width_of
from widgets.panel import Panel

SIZES: Final = [(width, height) for width in (*range(1, 90, 3), 120, 200) for height in (1, 2, 3, 5, 8, 20, 60)]

HOSTILE: Final = "[bold red]上がる価格[/] \U0001f600 " * 8
"""Markup, wide characters, and far too long."""


def too_wide(panel: Panel, views: Sequence[View], width: int, height: int) -> list[str]:
    """Rows that do not fit into a body of that size, and styles that do not exist."""
    wrong: list[str] = []
    for view in views:
        drawing = panel.draw(view, width, height)
        if len(drawing.rows) > height:
            wrong.append(f"{len(drawing.rows)} rows in {height}")
        for row in drawing.rows:
            if width_of(row) > width:
                wrong.append(f"{width_of(row)} columns in {width}: {row}")
            wrong += [f"no style {style}" for _, style in row if style not in STYLES]
    return wrong


async def painted(panel: Panel, view: View, width: int, height: int) -> str:
    """The text of a screen that shows the panel alone."""

    class Screen(App[None]):
        def compose(self) -> ComposeResult:
            yield panel

    panel.styles.width = width
    panel.styles.height = height
    app = Screen()
    async with app.run_test(size=(width, height)) as pilot:
        panel.offer(view, budget=100)
        await pilot.pause()
        return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())

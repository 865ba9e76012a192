"""Consoles for tests: one over a still scene, whose clocks stand; and one over a desk that trades."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot

from app.console import Console
from app.desk import Desk
from app.glance import Glance
from app.host import hosted
from app.ledger import Ledger
from app.lines import Lines
from app.news import Tell
from app.options import Options
from app.settings import load
from engine.view import View
from tests.engine.builders import wall
from tests.widgets.views import NOW, PRICE, STRIKE, bought
from widgets.board import plan
from widgets.chart_artist import PAUSE_NS
from widgets.price_chart import PricePanel

NOWHERE: Final = dict.fromkeys(
    ("GAMMA_URL", "BINANCE_REST_URL", "CLOB_REST_URL", "SITE_URL"), "http://127.0.0.1:9"
) | dict.fromkeys(("BINANCE_WS_URL", "CLOB_WS_URL", "RTDS_WS_URL", "POLYBOLT_WS_URL"), "ws://127.0.0.1:9")
"""Settings that point at nobody."""

WAY = (0, -6, -4, -9, -12, -7, -10, -3, 2, 0, 5, 9, 7, 12, 18, 15, 21, 26, 22, 17, 20, 25, 31, 28, 33, 38, 35, 41, 44)
"""The price's way through the window, in dollars from the strike."""


class StillGlance(Glance):
    """Shows one view for ever."""

    def __init__(self, desk: Desk, view: View) -> None:
        super().__init__(desk, Ledger(), Lines(), demo=view.demo)
        self.view = view

    def refill(self) -> None:
        """The clocks stand."""

    def beat(self, late_ms: float) -> None:
        """The same on every machine."""


def mid_window(**fields: Any) -> View:
    """The moment of the panels' tests, with a price that wandered there."""
    return bought().view(history=way(NOW), **fields)


def way(until: float) -> list[tuple[int, float]]:
    """(wall ms, price) twice a second: straight lines through WAY, then the last price."""
    steps, legs = int(until * 2), len(WAY) - 1
    points = []
    for step in range(steps):
        leg, part = divmod(step * legs / steps, 1)
        rise = WAY[int(leg)] * (1 - part) + WAY[int(leg) + 1] * part
        points.append((wall(step / 2) // 1_000_000, STRIKE + rise))
    return [*points, (wall(until) // 1_000_000, PRICE)]


@asynccontextmanager
async def still(view: View, folder: Path, size: tuple[int, int], theme: str = "dark") -> AsyncIterator[Pilot[None]]:
    """A console of this size over one view, painted whole. Its desk is real and is never run."""
    settings = load({}, NOWHERE, None)
    async with hosted(settings, options(folder), lambda news: None) as desk:
        glance = StillGlance(desk, view)
        async with on_screen(desk, glance, asyncio.Event().wait(), folder, size, theme) as pilot:
            await painted(pilot)
            yield pilot


@asynccontextmanager
async def trading(
    venue: Mapping[str, str], folder: Path, *tellers: Tell, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """A console over a desk that trades at the demo venue of these settings."""
    settings, lines, ledger = load({}, venue, None), Lines(), Ledger()
    async with hosted(settings, options(folder), lines.tell, ledger.tell, *tellers) as desk:
        glance = Glance(desk, ledger, lines, demo=True)
        async with on_screen(desk, glance, desk.run(), folder, size, "dark") as pilot:
            yield pilot


@asynccontextmanager
async def on_screen(
    desk: Desk,
    glance: Glance,
    trade: Coroutine[Any, Any, Any],
    folder: Path,
    size: tuple[int, int],
    theme: str,
) -> AsyncIterator[Pilot[None]]:
    """The console on a terminal that is not there."""
    work: asyncio.Task[None] = asyncio.create_task(trade)

    async def leave() -> None:
        work.cancel()
        await asyncio.wait({work})

    console = Console(desk, work, glance, leave, theme=theme, picture_dir=folder)
    try:
        async with console.run_test(size=size, notifications=True) as pilot:
            yield pilot
    finally:
        await leave()


def options(folder: Path) -> Options:
    """Files in this folder, without an end."""
    return Options(log_dir=folder, markets=0, duration_s=0.0, record=True, demo=None)


def console_of(pilot: Pilot[None]) -> Console:
    """The console, as what it is."""
    assert isinstance(pilot.app, Console)
    return pilot.app


async def painted(pilot: Pilot[None]) -> None:
    """Until every panel stands where the plan wants it, and shows the view."""
    console = console_of(pilot)
    while not _placed(console):
        await pilot.pause()
    console.painter.paint_all()
    await pilot.pause()


async def charted(pilot: Pilot[None]) -> None:
    """Until the chart of this size is drawn, too."""
    console = console_of(pilot)
    await painted(pilot)
    panel = console.query_one(PricePanel)
    width, height = panel.body
    height -= 2 if panel.headlines else 0
    while (frame := console.artist.frame) is None or (frame.width, frame.height) != (width, height):
        console.artist._asked = -PAUSE_NS  # by a clock that stands, the pause between two charts never ends
        await painted(pilot)
        await asyncio.sleep(0.02)
    await painted(pilot)


def _placed(console: Console) -> bool:
    planned = plan(console.size.width, console.size.height, console.board.zoomed)
    return {panel.id: panel.region for panel in console.visible_panels()} == planned

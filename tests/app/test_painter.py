"""The painter's slices: whatever happens between two of them, one frame tells of one instant."""

import asyncio
import re
from pathlib import Path

import pytest

from app.host import hosted
from app.painter import SLICES
from app.settings import load
from tests.app.consoles import NOWHERE, StillGlance, console_of, on_screen, options, painted
from tests.engine.builders import trade as binance_trade
from tests.snap import screen_text
from tests.widgets.views import NOW, STRIKE, Scene, books, bought


class LookingGlance(StillGlance):
    """The clocks stand, the engine does not: each refill looks at it."""

    def refill(self) -> None:
        """As the real one does with the shown market."""
        if self.view.market is not None:
            self.view.market.look()


def swing(scene: Scene, turn: int) -> None:
    """The coin jumps to one side of the strike, and both books with it."""
    up = turn % 3 == 0
    scene.at(NOW, binance_trade(NOW, STRIKE + (40.0 if up else -40.0), 1000 + turn))
    scene.at(NOW, *books(NOW, {0.80 if up else 0.20: 100}, {0.82 if up else 0.22: 100}))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80x24", "120x40", "200x60"])
async def test_all_panels_of_a_frame_stand_on_the_same_side(tmp_path: Path, size: tuple[int, int]) -> None:
    scene = bought()
    async with hosted(load({}, NOWHERE, None), options(tmp_path), lambda news: None) as desk:
        glance = LookingGlance(desk, scene.view())
        async with on_screen(desk, glance, asyncio.Event().wait(), tmp_path, size, "dark") as pilot:
            console = console_of(pilot)
            await painted(pilot)
            assert console._painting is not None
            console._painting.cancel()
            while console.painter._slice:
                console.painter.paint_slice()
            sides = []
            for turn in range(48):
                swing(scene, turn)
                console.painter.paint_slice()
                if turn % SLICES == SLICES - 1:
                    for panel in console.visible_panels():
                        panel.catch_up(1000)
                    sides.append(sides_told(screen_text(console)))
            assert {len(told) for told in sides} == {1}, sides
            assert {side for told in sides for side in told} == {"UP", "DOWN"}


def sides_told(text: str) -> set[str]:
    """Which side leads by the arrow, by the title of the price, and by the book."""
    arrow = re.search(r"Binance [\d,.]+(?:  strike [\d,.]+ exact)? +([▲▼])", text)
    title = re.search(r"(UP|DOWN) leads", text)
    ask = re.search(r"UP +(?:\d+/)?(\d+)¢", text)
    assert arrow is not None, text
    assert title is not None
    assert ask is not None
    return {{"▲": "UP", "▼": "DOWN"}[arrow[1]], title[1], {"82": "UP", "22": "DOWN"}[ask[1]]}

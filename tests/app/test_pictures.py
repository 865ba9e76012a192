"""Pictures of the whole console, of one moment of one window whose clocks stand."""

from pathlib import Path

import pytest

import themes
from tests.app.consoles import charted, console_of, mid_window, still
from tests.snap import Snap
from tests.widgets.views import settling, waiting


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80x24", "120x40", "200x60"])
async def test_each_size(tmp_path: Path, snap: Snap, size: tuple[int, int]) -> None:
    async with still(mid_window(), tmp_path, size) as pilot:
        await charted(pilot)
        snap(pilot.app)


@pytest.mark.parametrize("theme", themes.NAMES[1:])
async def test_each_other_theme(tmp_path: Path, snap: Snap, theme: str) -> None:
    async with still(mid_window(), tmp_path, (120, 40), theme) as pilot:
        await charted(pilot)
        snap(pilot.app)


async def test_halted(tmp_path: Path, snap: Snap) -> None:
    view = mid_window(mode="HALTED", state="HALTED", reasons=("killed: d to go back to paper",))
    async with still(view, tmp_path, (120, 40)) as pilot:
        console_of(pilot).desk.command("kill")
        pilot.app.set_class(True, "-halted")
        await charted(pilot)
        snap(pilot.app)


@pytest.mark.parametrize("size", [(50, 10), (80, 24), (120, 40)], ids=["50x10", "80x24", "120x40"])
async def test_a_demo_whose_last_windows_wait_for_their_outcome(
    tmp_path: Path, snap: Snap, size: tuple[int, int]
) -> None:
    left = settling(asset="eth", interval="15m", ended=False)
    async with still(mid_window(demo=True, earlier=(settling(), left)), tmp_path, size) as pilot:
        if size[0] >= 80:
            await charted(pilot)
        snap(pilot.app)


async def test_before_the_first_window(tmp_path: Path, snap: Snap) -> None:
    view = waiting(state="WAITING", reasons=("looking for the window",))
    async with still(view, tmp_path, (120, 40)) as pilot:
        snap(pilot.app)

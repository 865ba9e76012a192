"""For people: `python -m tests.picture` draws the picture of the README, `docs/console.svg`, anew.

It is the real console over the demo venue, three minutes into a window of five; a run takes as long.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from app.demo.child import start_venue
from app.demo.config import DemoConfig
from tests.app.consoles import trading
from tests.snap import screen_picture

PICTURE: Final = Path(__file__).parents[1] / "docs" / "console.svg"
TITLE: Final = "pmtui --demo"
WAIT_S: Final = 190
PLAY: Final = dict.fromkeys(("POLY_API_KEY", "POLY_API_SECRET", "POLY_API_PASSPHRASE"), "play")
"""The demo venue takes any credentials."""


async def drawn(folder: Path) -> str:
    """The console at 120x40, mid-window, in the dark theme."""
    venue = await start_venue(DemoConfig(seed=3, window_s=300))
    try:
        settings = {name.upper(): url for name, url in venue.addresses.items()} | PLAY
        settings |= {"WINDOW_S": str(venue.window_s), "WINDOW_START_S": str(venue.window_start_s)}
        async with trading(settings, folder) as pilot:
            await asyncio.sleep(WAIT_S)
            return screen_picture(pilot.app, TITLE)
    finally:
        await venue.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as nowhere:
        PICTURE.write_text(asyncio.run(drawn(Path(nowhere))), encoding="utf-8")
    print(PICTURE)

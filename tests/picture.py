"""For people: `python -m tests.picture` draws the picture of the README, `docs/console.svg`, anew."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from tests.app.consoles import charted, mid_window, still
from tests.snap import screen_picture

PICTURE: Final = Path(__file__).parents[1] / "docs" / "console.svg"
TITLE: Final = "pmtui --demo"


async def drawn(folder: Path) -> str:
    """The console at 120x40, mid-window, in the dark theme."""
    async with still(mid_window(demo=True), folder, (120, 40)) as pilot:
        await charted(pilot)
        return screen_picture(pilot.app, TITLE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as nowhere:
        PICTURE.write_text(asyncio.run(drawn(Path(nowhere))), encoding="utf-8")
    print(PICTURE)

"""Whether the disk of the log folder is running full, told once, before it is."""

import asyncio
import os
from pathlib import Path
from typing import Final

from app.news import Tell, Trouble

LOW_BYTES: Final = 500 * 10**6
LOOK_S: Final = 30.0


def free_bytes(folder: Path) -> int:
    """What may still be written there without being root. Blocks; raises OSError."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


async def watch_room(folder: Path, tell: Tell, low: int = LOW_BYTES) -> None:
    """Look until there is little room, say so, and be done."""
    while True:
        free = await asyncio.to_thread(free_bytes, folder)
        if free < low:
            told = f"{free / 1e6:,.0f} MB are left on the disk of {folder}; make room, orders stop when it is full"
            tell(Trouble("disk", told))
            return
        await asyncio.sleep(LOOK_S)

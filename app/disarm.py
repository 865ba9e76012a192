"""Disarming from outside, also where the screen is dead: a signal, or a file in the log folder."""

import asyncio
import signal
from pathlib import Path
from typing import Final

from app.desk import Desk
from app.live_plan import DISARM_FILE

LOOK_S: Final = 0.25


async def watch_disarm(desk: Desk, log_dir: Path) -> None:
    """Disarm at SIGUSR1, and for as long as the file is there. Until cancelled."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _disarm, desk, "signal SIGUSR1")
    try:
        while True:
            if desk.live is not None and desk.live.armed and (why := _told_by_file(log_dir / DISARM_FILE)):
                _disarm(desk, why)
            await asyncio.sleep(LOOK_S)
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR1)


def _told_by_file(path: Path) -> str:
    """Why to disarm, empty where nothing is there. A folder that cannot be looked into any more says nothing good."""
    try:
        return f"the file {path.name} is in the log folder" if path.exists() else ""
    except OSError as error:
        return f"the log folder cannot be looked into for the file {path.name}: {error.strerror}"


def _disarm(desk: Desk, reason: str) -> None:
    if desk.live is not None:
        desk.live.disarm(reason)

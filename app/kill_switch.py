"""Disarming and killing from outside, also where the screen is dead: a signal, or a file in the log folder."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.desk import Desk
from app.live_news import LiveNotice
from app.live_plan import DISARM_FILE, KILL_FILE
from app.news import Tell
from engine.engine import Mode

LOOK_S: Final = 0.25


async def watch_switches(desk: Desk, log_dir: Path, tell: Tell) -> None:
    """SIGUSR1 and the file DISARM disarm, SIGUSR2 and the file KILL kill, for as long as the file is there.

    Until cancelled. A signal acts whenever it comes, so that a kill which the venue did not hear can be repeated.
    """
    switches: dict[signal.Signals, Callable[[str], None]] = {
        signal.SIGUSR1: lambda why: _disarm(desk, why, tell),
        signal.SIGUSR2: lambda why: _kill(desk, why, tell),
    }
    loop = asyncio.get_running_loop()
    for number, switch in switches.items():
        loop.add_signal_handler(number, switch, f"signal {number.name}")
    try:
        while True:
            if desk.live is not None and desk.live.armed and (why := _told_by_file(log_dir / DISARM_FILE)):
                _disarm(desk, why, tell)
            why = _told_by_file(log_dir / KILL_FILE)
            desk.stop_file = KILL_FILE if why else ""
            if why and not _is_killed(desk):
                _kill(desk, why, tell)
            await asyncio.sleep(LOOK_S)
    finally:
        for number in switches:
            loop.remove_signal_handler(number)


def _is_killed(desk: Desk) -> bool:
    """Whether there is nothing more to kill; an account that was opened after the kill is still to be asked."""
    return desk.mode is Mode.HALTED and (desk.live is None or desk.live.halted)


def _told_by_file(path: Path) -> str:
    """Why to act, empty where nothing is there. A folder that cannot be looked into any more says nothing good."""
    try:
        return f"the file {path.name} is in the log folder" if path.exists() else ""
    except OSError as error:
        return f"the log folder cannot be looked into for the file {path.name}: {error.strerror}"


def _disarm(desk: Desk, reason: str, tell: Tell) -> None:
    armed = desk.live is not None and desk.live.armed
    if desk.live is not None:
        desk.live.disarm(reason)
    if not armed:
        tell(LiveNotice("disarmed", f"disarmed ({reason}); nothing was armed"))


def _kill(desk: Desk, reason: str, tell: Tell) -> None:
    """The account is killed before anything is said of it."""
    desk.command("kill")
    tell(LiveNotice("killed", f"killed ({reason}): no order of any kind from now on"))

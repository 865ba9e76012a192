"""`pmtui replay`: a screen over recordings, until it is closed."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import themes
from app.driver import driver_class
from app.remember import read_theme
from app.replay_app import ReplayApp
from engine.signal import Strategy

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_replay(paths: Sequence[Path], known: Mapping[str, Strategy], log_dir: Path, theme: str | None) -> int:
    """Play until the person quits or a signal asks to stop; the exit code."""
    chosen = theme or read_theme(os.environ, themes.NAMES) or themes.NAMES[0]
    app = ReplayApp(paths, known, theme=chosen, picture_dir=log_dir, driver_class=driver_class())
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, lambda: app.call_later(app.action_quit))
    await app.run_async()
    return app.return_code or 0

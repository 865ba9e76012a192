"""`pmtui`: the console around the desk. The trading is begun before the screen and outlives it."""

import asyncio
import contextlib
import os
from typing import Final

import themes
from app.console import Console
from app.deadline import SESSIONS_BY_S
from app.demo.child import VenueError
from app.desk import Desk
from app.driver import driver_class
from app.glance import Glance
from app.headless import DONE, FAILED, HELD, SIGNALS, end_work, told_fault
from app.host import hosted
from app.lines import Lines
from app.live_news import LiveAlarm, LiveLeft
from app.lock import AlreadyRunning
from app.log import Log, overhearing
from app.news import LeftOpen, News, Tell, Trouble, WindowUnsettled
from app.options import Options
from app.remember import read_theme
from app.settings import Settings

PARTING: Final = (LeftOpen, WindowUnsettled, Trouble, LiveAlarm, LiveLeft)
"""What is said while the screen closes, and would be gone with it."""


class _Switch:
    """Sends the news to the screen while there is one, and to the log after it.

    What matters of the time between is kept until then.
    """

    def __init__(self, screen: Tell, log: Tell) -> None:
        self.closing = False
        self._screen: Tell | None = screen
        self._log = log
        self._kept: list[News] = []

    def __call__(self, news: News) -> None:
        parting = isinstance(news, PARTING)
        if self._screen is None:
            if parting or not self.closing:
                self._log(news)
            return
        self._screen(news)
        if self.closing and parting:
            self._kept.append(news)

    def screen_gone(self) -> None:
        """Log what was kept, and what comes from now on: all of it where the trading goes on."""
        self._screen = None
        for news in self._kept:
            self._log(news)
        self._kept.clear()


async def run_console(settings: Settings, options: Options, theme: str | None) -> int:
    """Trade under a screen until the person quits, the course is run or a signal asks to stop; the exit code."""
    lines, log = Lines(), Log()
    news = _Switch(lines.tell, log)
    try:
        with overhearing(news):
            async with hosted(settings, options, news) as desk:
                glance = Glance(desk, desk.ledger, lines, demo=desk.settings.window_s is not None)
                work = asyncio.create_task(desk.run(), name="desk")
                try:
                    code = await _under_a_screen(desk, work, glance, options, _theme(theme), news, log)
                finally:
                    await end_work(desk, work)
            return FAILED if desk.failed else code
    except AlreadyRunning as error:
        log(Trouble("start", str(error)))
        return HELD
    except (VenueError, OSError) as error:
        log(Trouble("start", str(error)))
        return FAILED


async def _under_a_screen(
    desk: Desk, work: asyncio.Task[None], glance: Glance, options: Options, theme: str, news: _Switch, log: Log
) -> int:
    """The screen for as long as it lasts; after a fault of the screen the trading goes on without it."""

    async def leave() -> None:
        news.closing = True
        await end_work(desk, work)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(desk.deadline.left_s(SESSIONS_BY_S)):
                await desk.close()

    app = Console(desk, work, glance, leave, theme=theme, picture_dir=options.log_dir, driver_class=driver_class())
    stop = asyncio.Event()

    def asked_to_stop() -> None:
        stop.set()
        app.call_later(app.action_quit)

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, asked_to_stop)
    timer = loop.call_later(options.duration_s, asked_to_stop) if options.duration_s else None
    await app.run_async()
    if timer is not None and app.return_code == DONE:
        timer.cancel()
    news.screen_gone()
    if app.return_code == DONE:
        return DONE
    if not work.done():
        log(Trouble("screen", "the screen failed; trading goes on without it, ctrl+c ends it"))
        asked = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        news.closing = True
        await end_work(desk, work)
    return told_fault(work, log) or FAILED


def _theme(asked: str | None) -> str:
    return asked or read_theme(os.environ, themes.NAMES) or themes.NAMES[0]

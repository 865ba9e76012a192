"""A terminal that stops reading (a hung ssh, ctrl+s, a stopped pager) must not stop the trading.

Textual hands what it draws to a writer thread through a short queue, and waits on the event loop while that is full.
This driver never waits: with the queue half full it leaves out whole frames, and owes one repaint of everything for
when the terminal reads again. Nothing on the screen is then older than the few frames that were in the queue.
"""

import os
import signal
from queue import Full
from typing import Any, Final, cast

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from app.terminal import TerminalFile, open_terminal

HIGH_WATER: Final = 10
"""Writes in the queue from which on no frame is begun. Of the 30 places it has, a frame that was begun takes two more
and leaving takes 16, so that neither waits."""

_LOOK_S: Final = 0.1
"""How often the queue is looked at while a repaint is owed."""

_LEAVE_S: Final = 0.5
"""How long leaving waits for a terminal that does not read."""


class SkippingDriver(LinuxDriver):
    """Draws on a terminal, or leaves it out; never waits for one."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.skipped = 0
        """Frames that were left out."""
        self.gave_up = False
        """The terminal had not read everything when it was left: it may still look as if the console ran."""
        self._terminal: TerminalFile | None = None
        self._drawing = False
        self._in_frame = False
        self._skipping = False
        self._repaint_owed = False
        self._hung_up = False

    def run_input_thread(self) -> None:
        """Read keys until the end; a terminal that cannot be read any more is gone."""
        try:
            super().run_input_thread()
        except OSError:
            self._hang_up()

    def _sigtstp_application(self, *_: object) -> None:
        """Asked to pause: give the terminal back first, where the program has it."""
        if self._drawing:
            super()._sigtstp_application()
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        """Going on after a pause. A terminal that closes sends this too, after SIGHUP: that is no call to come back."""
        if self._must_signal_resume:
            super()._sigcont_application()

    def start_application_mode(self) -> None:
        """Open the terminal, take it over, and from then on send frames only while it keeps up."""
        self._terminal = open_terminal()
        self._file = cast(Any, self._terminal)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._drawing = True

    def stop_application_mode(self) -> None:
        """Give the terminal back. What restores it is not a frame: it is never left out."""
        self._drawing = self._skipping = False
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Queue `data`, or leave it out together with the rest of its frame."""
        if self._drawing and self._terminal is not None and self._terminal.abandoned:
            self._hang_up()
        if not self._in_frame:
            self._skipping = self._drawing and self._queued() >= HIGH_WATER
            if self._skipping:
                self._leave_out()
        if data == SYNC_START:
            self._in_frame = True
        elif data == SYNC_END:
            self._in_frame = False
        if not self._skipping:
            super().write(data)

    def close(self) -> None:
        """End the writer thread: once everything is written, or without the rest if the terminal does not read."""
        writer, terminal = self._writer_thread, self._terminal
        if writer is None or terminal is None:
            return
        try:
            writer._queue.put_nowait(None)
        except Full:
            terminal.abandoned = True
        writer.join(_LEAVE_S)
        if writer.is_alive() or terminal.abandoned:
            self._give_up(terminal)
            writer.join(_LEAVE_S)
        if not writer.is_alive():
            terminal.close()

    def _give_up(self, terminal: TerminalFile) -> None:
        """Textual would print a crash report next, on the same terminal, and wait for it."""
        self.gave_up = terminal.abandoned = True
        self._app._exit_renderables.clear()

    def _hang_up(self) -> None:
        """The terminal is gone. Not every way of losing it sends the signal that closing it does, so here it is."""
        if not self._hung_up:
            self._hung_up = True
            os.kill(os.getpid(), signal.SIGHUP)

    def _queued(self) -> int:
        return self._writer_thread._queue.qsize() if self._writer_thread is not None else 0

    def _leave_out(self) -> None:
        self.skipped += 1
        if not self._repaint_owed:
            self._repaint_owed = True
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        """Repaint everything once the queue is empty; look again later while it is not."""
        if not self._drawing:
            return
        if self._queued():
            self._loop.call_later(_LOOK_S, self._look)
            return
        self._repaint_owed = False
        self._app.call_later(self._app.refresh)


def driver_class() -> type[Driver] | None:
    """For `App(driver_class=...)`: ours, unless the environment names another one in TEXTUAL_DRIVER."""
    return None if os.environ.get("TEXTUAL_DRIVER") else SkippingDriver

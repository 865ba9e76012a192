"""A terminal to write to from a thread of its own, which may have to wait for it and can be told to stop waiting."""

import curses
import os
import sys
import time
from select import select
from typing import Final

_LOOK_UP_S: Final = 0.1
"""How often a waiting writer looks whether it was told to stop."""

_PAUSE_S: Final = 0.005
"""A terminal may call itself ready and still take nothing, for want of room for a whole line end."""


_DUMB: Final = ("", "dumb", "unknown")


def can_draw(term: str) -> bool:
    """Whether a terminal of this name, as in TERM, puts its cursor where it is told to.

    One that this machine's database does not have is believed to: those that are new can, and are often missing there.
    """
    if term in _DUMB:
        return False
    try:
        curses.setupterm(term, 2)
    except curses.error:
        return True
    return curses.tigetstr("cup") is not None


class TerminalFile:
    """The file of Textual's writer thread.

    Its descriptor is the program's alone and does not block, so no write is ever stuck in the kernel: the thread can
    always end, and with it the program, even if nobody reads the terminal any more.
    """

    __slots__ = ("_fd", "abandoned")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.abandoned = False
        """Set from outside, or here when the terminal is gone: what is still to be written is thrown away."""

    def write(self, text: str) -> None:
        """Wait until the terminal has taken all of `text`, or until it is abandoned."""
        left = memoryview(text.encode("utf-8", "replace"))
        while left and not self.abandoned:
            if select([], [self._fd], [], _LOOK_UP_S)[1]:
                left = left[self._offer(left) :]

    def flush(self) -> None:
        """Nothing is held back."""

    def fileno(self) -> int:
        """The descriptor."""
        return self._fd

    def close(self) -> None:
        """Let go of the descriptor."""
        os.close(self._fd)

    def _offer(self, data: memoryview) -> int:
        """How many bytes of it were taken."""
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            time.sleep(_PAUSE_S)
        except OSError:
            self.abandoned = True
        return 0


def open_terminal() -> TerminalFile:
    """The terminal that the program was started on: the one of stderr, or of stdout where stderr goes to a file.

    It is opened a second time, because whether a descriptor blocks is shared with every program that inherited it.
    Where it has no name to open (some containers) the inherited one has to do.
    """
    inherited = next((fd for fd in (_fd(sys.__stderr__), _fd(sys.__stdout__)) if fd is not None and os.isatty(fd)), 2)
    try:
        return TerminalFile(os.open(os.ttyname(inherited), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK))
    except OSError:
        return TerminalFile(os.dup(inherited))


def _fd(stream: object) -> int | None:
    try:
        return int(stream.fileno())  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return None

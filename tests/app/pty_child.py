"""A program on a terminal of its own, whose other end the test reads, or does not."""

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.program import ROOT, clean_environment

PATIENCE_S = 30.0

ON_ITS_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Makes the terminal the session's own, as a login does: who closes it sends SIGHUP, and SIGCONT after it."""


class PtyChild:
    """Runs `python -c code` on a new pseudo-terminal; `tell` is a pipe on which it reports in lines.

    `program` runs `python` with these arguments instead. `own_terminal` False leaves the program without the signals
    that a terminal sends.
    """

    def __init__(
        self,
        code: str = "",
        columns: int = 120,
        lines: int = 40,
        *,
        program: Sequence[str] = (),
        cwd: Path | None = None,
        extra: Mapping[str, str] | None = None,
        own_terminal: bool = True,
    ) -> None:
        self.master, slave = os.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        self._tell, told = os.pipe()
        hidden = {"COLUMNS", "LINES", "TEXTUAL_DRIVER", "NO_COLOR", "TEXTUAL"}
        environment = {name: value for name, value in clean_environment().items() if name not in hidden}
        environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor", "TELL": str(told)}
        command = [*program] if program else ["-c", code]
        self.process = subprocess.Popen(
            [sys.executable, *(["-c", ON_ITS_TERMINAL] if own_terminal else []), *command],
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment | dict(extra or {}),
            pass_fds=[told],
            start_new_session=True,
        )
        os.close(slave)
        os.close(told)
        self.seen = b""
        """What was drawn, or so much of it as the test has not put away."""
        self.drawn_before = b""
        """What the test has put away."""
        self.told = b""
        self._hung_up = False

    def __enter__(self) -> "PtyChild":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()
        os.close(self._tell)

    def read_until(self, done: Callable[[], bool], screen: bool = True) -> None:
        """Read what it tells, and its screen unless it is to be left unread, until `done`; fails if that never is."""
        deadline = time.monotonic() + PATIENCE_S
        ends = {self.master, self._tell} if screen else {self._tell}
        while not done():
            assert time.monotonic() < deadline, f"told {self.told[-200:]!r}, screen ended in {self.seen[-400:]!r}"
            for end in select.select(list(ends), [], [], 0.5)[0]:
                if not self._take(end):
                    ends.discard(end)
            if not ends:
                break

    def read_to_end(self) -> int:
        """Read everything until it has ended; returns its exit code."""
        self.read_until(lambda: False)
        return self.process.wait(PATIENCE_S)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does."""
        if not self._hung_up:
            self._hung_up = True
            os.close(self.master)

    def end(self, how: signal.Signals | None) -> int:
        """Send the signal, or close the terminal for None; returns the exit code, if it ends within 5 s."""
        if how is None:
            self.hang_up()
        else:
            self.process.send_signal(how)
            self.read_until(lambda: False)
        return self.process.wait(5)

    @property
    def text(self) -> str:
        """What was drawn so far, one thing after the other, without colours and movements."""
        return re.sub(r"\x1b(\][^\x07]*\x07|\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])", "", self.seen.decode(errors="replace"))

    def children(self) -> list[int]:
        """The processes that it started, directly or not, and that are running now."""
        parents = {pid: parent for pid, parent, _ in _processes()}
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found[1:]

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def _take(self, end: int) -> bool:
        try:
            data = os.read(end, 65536)
        except OSError:
            return False
        if end == self.master:
            self.seen += data
        else:
            self.told += data
        return bool(data)


def still_running(pids: Sequence[int]) -> list[int]:
    """Those that have not ended, after a moment in which they may."""
    deadline = time.monotonic() + 5
    left = [*pids]
    while left and time.monotonic() < deadline:
        running = {pid for pid, _, state in _processes() if state != "Z"}
        left = [pid for pid in left if pid in running]
        time.sleep(0.05)
    return left


def _processes() -> list[tuple[int, int, str]]:
    """Every process with its parent and state."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue  # it has just ended
            found.append((int(folder.name), int(parent), state))
    return found

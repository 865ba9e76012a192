"""A program on a terminal of its own, whose other end the test reads, or does not."""

import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType

from tests.program import ROOT, clean_environment

PATIENCE_S = 30.0


class PtyChild:
    """Runs `python -c code` on a new pseudo-terminal; `tell` is a pipe on which it reports in lines."""

    def __init__(self, code: str, columns: int = 120, lines: int = 40) -> None:
        self.master, slave = os.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        self._tell, told = os.pipe()
        hidden = {"COLUMNS", "LINES", "TEXTUAL_DRIVER", "NO_COLOR", "TEXTUAL"}
        environment = {name: value for name, value in clean_environment().items() if name not in hidden}
        environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor", "TELL": str(told)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            pass_fds=[told],
            start_new_session=True,
        )
        os.close(slave)
        os.close(told)
        self.seen = b""
        self.told = b""

    def __enter__(self) -> "PtyChild":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
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

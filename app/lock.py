"""One instance a log folder, and one a wallet."""

import fcntl
import os
import re
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.telemetry.disk import make_folder

_PID: Final = re.compile(rb"[0-9]{1,10}")


class AlreadyRunning(Exception):
    """Another instance holds it; `pid` is its process, None in the instant before it has said so."""

    def __init__(self, what: str, pid: int | None, advice: str) -> None:
        process = f"process {pid}" if pid is not None else "another process"
        super().__init__(f"{process} is already using {what}; {advice}")
        self.pid: Final = pid


class FolderLock:
    """Holds `folder/.lock` between `with` and its end; the kernel lets go of it when the process dies, however it dies.

    Entering raises AlreadyRunning, which names the folder as `what` and gives `advice`, or OSError where the folder
    cannot be made.
    """

    def __init__(
        self, folder: Path, what: str = "the log folder", advice: str = "stop it, or give another with --log-dir"
    ) -> None:
        self._folder = folder
        self._what = what
        self._advice = advice
        self._fd: int | None = None

    def __enter__(self) -> Self:
        make_folder(self._folder)
        fd = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, b"%d\n" % os.getpid(), 0)
        except BlockingIOError:
            holder = _PID.match(os.pread(fd, 16, 0))
            os.close(fd)
            pid = int(holder[0]) if holder else None
            raise AlreadyRunning(f"{self._what} {self._folder}", pid, self._advice) from None
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

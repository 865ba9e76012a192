"""A file that only grows, by whole lines, and is whole again after whatever happened to it.

A process killed inside a write, or a full disk, can leave half a line at the end; a line written after it
would be glued to it. So every opening looks for the last line end and moves what follows it into `*.torn`,
and a write that was cut short is undone up to its last whole line. Writing never raises: lines wait in memory,
the failure is counted and said once, and the next write tries again.
"""

import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.telemetry.disk import make_folder, older_names, open_private, sync_folder
from app.telemetry.mishaps import Mishaps

BATCH_BYTES: Final = 64 * 1024
"""About the most that one write hands to the kernel: some 20 µs of copying."""

_CHUNK: Final = 64 * 1024


class LineFile:
    """Appends lines to `path`, below `header` where the file is new.

    `fits` looks at an older file (by descriptor) and says whether our lines may follow its own; where not, it is
    renamed to `path.1`, `path.2` and so on. `hold` bounds the bytes that wait while the disk refuses them.
    """

    __slots__ = (
        "_fd",
        "_fits",
        "_good",
        "_header",
        "_held",
        "_hold",
        "_mishaps",
        "_ragged",
        "_refused",
        "_waiting",
        "path",
    )

    def __init__(
        self,
        path: Path,
        mishaps: Mishaps,
        *,
        header: bytes = b"",
        fits: Callable[[int], bool] | None = None,
        hold: int | None = None,
    ) -> None:
        self.path: Final = path
        self._mishaps = mishaps
        self._header = header
        self._fits = fits
        self._hold = hold
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._fd: int | None = None
        self._good = 0
        """Everything before this offset is whole lines."""
        self._ragged = False
        """Half a line stands after `_good`, and could not be taken back yet."""
        self._refused = False

    @property
    def waiting(self) -> int:
        """Lines that are not in the file yet."""
        return len(self._waiting)

    def add(self, line: bytes) -> bool:
        """Take a line for the next write; False where too much waits already."""
        if self._hold is not None and self._held + len(line) > self._hold:
            return False
        self._waiting.append(line)
        self._held += len(line)
        return True

    def open(self) -> int:
        """The descriptor of the file, which is opened, and put in order, at the first call. Raises OSError."""
        if self._fd is None:
            fd = self._put_in_order()
            try:
                if self._good and self._fits is not None and not self._fits(fd):
                    os.close(fd)
                    self._set_aside()
                    fd = self._put_in_order()
            except BaseException:
                os.close(fd)
                raise
            self._fd = fd
        return self._fd

    def write(self) -> bool:
        """Hand one batch of whole lines to the kernel; False where nothing waits or the disk refused."""
        if not self._waiting:
            return False
        try:
            self._append(self.open())
        except OSError as error:
            self._note(error)
            return False
        if self._refused:
            self._refused = False
            self._mishaps.taken(str(self.path))
        return True

    def sync(self) -> Callable[[], None] | None:
        """A call for another thread that puts on disk what was written so far; None where nothing was."""
        if self._fd is None:
            return None
        own, folder = os.dup(self._fd), self.path.parent

        def put_on_disk() -> None:
            try:
                os.fdatasync(own)
            finally:
                os.close(own)
            sync_folder(folder)

        return put_on_disk

    def close(self) -> None:
        """Let go of the file. What still waits is kept, and the next write opens the file again."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _append(self, fd: int) -> None:
        if self._ragged:
            self._take_back(fd)
        header = b"" if self._good else self._header
        batch = header + b"".join(self._next_lines())
        written, refusal = _write(fd, batch)
        whole = written if refusal is None else batch.rfind(b"\n", 0, written) + 1
        self._good += whole
        self._forget(whole - len(header))
        if refusal is not None:
            self._ragged = written > whole
            if self._ragged:
                self._take_back(fd)
            raise refusal

    def _take_back(self, fd: int) -> None:
        os.ftruncate(fd, self._good)
        self._ragged = False

    def _next_lines(self) -> list[bytes]:
        lines: list[bytes] = []
        size = 0
        for line in self._waiting:
            size += len(line)
            if lines and size > BATCH_BYTES:
                break
            lines.append(line)
        return lines

    def _forget(self, size: int) -> None:
        while size > 0:
            done = len(self._waiting.popleft())
            size -= done
            self._held -= done

    def _note(self, error: OSError) -> None:
        self._refused = True
        self._mishaps.failed(str(self.path), error)

    def _put_in_order(self) -> int:
        make_folder(self.path.parent)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(fd).st_size
            self._good = _end_of_last_line(fd, size)
            if self._good < size:
                self._move_torn_tail(fd, size)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _move_torn_tail(self, fd: int, size: int) -> None:
        torn = os.pread(fd, size - self._good, self._good)
        with open_private(Path(f"{self.path}.torn"), os.O_APPEND) as kept:
            kept.write(torn + b"\n")
        os.ftruncate(fd, self._good)
        told = f"{self.path} ended in half a line ({len(torn)} bytes), which is now in {self.path.name}.torn"
        self._mishaps.note("torn", told)

    def _set_aside(self) -> None:
        aside = next(path for path in older_names(self.path) if not path.exists())
        self.path.rename(aside)
        told = f"{self.path} does not have this version's columns; it is now {aside.name}"
        self._mishaps.note("set_aside", told)


def _write(fd: int, batch: bytes) -> tuple[int, OSError | None]:
    """How much was written, and what refused the rest: a write that is cut short does not say so, the next one does."""
    written = 0
    try:
        while written < len(batch):
            written += os.write(fd, batch[written:])
    except OSError as error:
        return written, error
    return written, None


def _end_of_last_line(fd: int, size: int) -> int:
    end = size
    while end:
        start = max(0, end - _CHUNK)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0

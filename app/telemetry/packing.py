"""A window's recording, compressed when the window is over.

A window that was left and entered again has its first part in `frames.jsonl.gz` and goes on in `frames.jsonl`;
packing adds the second part as a further gzip member, which every reader of gzip takes as one stream. The old
file is replaced only when the new one is on disk, so that a kill at any moment loses nothing.
"""

import gzip
import os
import shutil
import zlib
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from app.telemetry.disk import older_names, open_private, sync_folder
from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Mishaps
from app.telemetry.recording import FILE_NAME, PACKED_NAME

_CHUNK: Final = 256 * 1024
_LEVEL: Final = 6
_BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile)


def pack_recording(folder: Path, mishaps: Mishaps) -> None:
    """Move `frames.jsonl` into `frames.jsonl.gz`; nothing happens where there is none. Blocks; raises OSError.

    Nobody may be writing it. A torn tail, which would glue two lines together inside, is moved out first.
    """
    plain, packed = folder / FILE_NAME, folder / PACKED_NAME
    if not plain.exists():
        return
    if not finish_packing(folder, mishaps):
        lines = LineFile(plain, mishaps)
        lines.open()
        lines.close()
        _add_member(plain, packed)
        sync_folder(folder)
        plain.unlink()


def finish_packing(folder: Path, mishaps: Mishaps) -> bool:
    """Remove the plain file of a packing that was killed just before it; True where that was so. Blocks.

    A packed file that cannot be read is renamed, since what is added behind its fault could not be read either.
    """
    plain, packed = folder / FILE_NAME, folder / PACKED_NAME
    if not (plain.exists() and packed.exists()):
        return False
    try:
        done = _last_line(packed) == _last_line(plain)
    except _BROKEN:
        aside = next(path for path in older_names(packed) if not path.exists())
        packed.rename(aside)
        mishaps.note("set_aside", f"{packed} cannot be read to its end; it is now {aside.name}")
        return False
    if done:  # no line comes twice: each carries the monotonic time of its arrival
        plain.unlink()
    return done


def recording_lines(folder: Path) -> Iterator[bytes]:
    """The whole lines of a window's recording, the packed part first; a torn last line is left out."""
    packed, plain = folder / PACKED_NAME, folder / FILE_NAME
    parts = (_lines(path) for path in (packed, plain) if path.exists())
    return chain.from_iterable(parts)


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line


def _last_line(path: Path) -> bytes:
    return next(iter(deque(_lines(path), maxlen=1)), b"")


def _add_member(plain: Path, packed: Path) -> None:
    draft = packed.with_name(f"{packed.name}.tmp")
    with open_private(draft, os.O_TRUNC) as out:
        if packed.exists():
            with packed.open("rb") as before:
                shutil.copyfileobj(before, out, _CHUNK)
        with plain.open("rb") as lines, gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as member:
            shutil.copyfileobj(lines, member, _CHUNK)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(packed)

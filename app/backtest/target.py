"""A file that a long run will write at its end: refused before the run where it cannot be, whole or not there after."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.arguments import UsageError
from app.values import shown


def check(option: str, path: Path) -> None:
    """UsageError, naming the option, where `path` cannot be written or is there and no ordinary file."""
    told = f"{option} {shown(str(path))}"
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{told} is there and no file; give another name")
        if path.exists() and not os.access(path, os.W_OK):
            raise UsageError(f"{told} is there and may not be written; give another name")
        draft = _draft(path)
        draft.write_bytes(b"")
        draft.unlink()
    except (OSError, RuntimeError) as error:  # a RuntimeError is a link that leads to itself
        why = error.strerror if isinstance(error, OSError) else "it is a link that leads to itself"
        raise UsageError(f"{told} cannot be written: {why}; give another place") from None


def check_apart(option: str, path: Path, recordings: Iterable[Path]) -> None:
    """UsageError, naming the option, where `path` is one of these recordings or lies in the folder of one."""
    taken = {recording.resolve() for recording in recordings}
    if not taken.isdisjoint((path.resolve(), path.resolve().parent)):
        raise UsageError(f"{option} {shown(str(path))} is a recording, or lies in one's folder; give another name")


def write(path: Path, content: bytes) -> None:
    """Put `content` in place of the file: a reader finds what was there before or all of it. OSError."""
    draft = _draft(path)
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path.resolve())
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _draft(path: Path) -> Path:
    """Beside the file itself, also where `path` is a link to it."""
    real = path.resolve()
    return real.with_name(f".{real.name}.{os.getpid()}.tmp")

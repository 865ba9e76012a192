"""Private folders and files, and names that survive a power cut."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO


def make_folder(folder: Path) -> None:
    """`folder` and what is missing above it, for the owner alone."""
    for missing in [parent for parent in (folder, *folder.parents) if not parent.is_dir()][::-1]:
        missing.mkdir(mode=0o700, exist_ok=True)


def open_private(path: Path, flags: int) -> BinaryIO:
    """`path` for writing bytes, with `os.O_TRUNC` or `os.O_APPEND`; a new file is the owner's alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb")


def sync_folder(folder: Path) -> None:
    """Make names that were created or renamed in `folder` survive a power cut. Blocks."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def older_names(path: Path) -> Iterator[Path]:
    """`path.1`, `path.2` and so on: the names under which files are set aside, oldest first, without end."""
    return (path.with_name(f"{path.name}.{number}") for number in count(1))

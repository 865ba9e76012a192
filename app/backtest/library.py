"""Which recordings stand under the paths that a person named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.arguments import UsageError
from app.backtest.seed_folder import is_seed_folder
from app.values import shown
from feeds.recording import PACKED, PLAIN

ENDINGS: Final = (".jsonl", ".jsonl.gz")
"""How a recording's name ends; a file that was named by itself may be called anything."""

NOT_OF_THE_WORLD: Final = frozenset({"demo", "live"})
"""Left out of the log folder where no path was named: made-up windows, and the same windows a second time."""


JOURNAL: Final = "journal.jsonl"
"""The live account's journal lies above its windows, and is no recording (see `app/live/journal.py`)."""


def find(paths: Sequence[Path]) -> list[Path]:
    """The recordings: files, and windows' folders (of their frames, or of the original bot's two CSV files).

    A folder is searched to its depths, links aside, in the order of names; what is found twice stands once. One that
    cannot be read stands there itself, so that whoever would run it can say so. FileNotFoundError where a path that
    was named is neither a file nor a folder.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not (path.is_file() or path.is_dir()):
            raise FileNotFoundError(path)
        for one in _below(path) if path.is_dir() else [path]:
            found.setdefault(one.resolve(), one)
    return list(found.values())


def find_logged(log_dir: Path) -> list[Path]:
    """The recordings of real windows on paper in the log folder; none where there is no such folder."""
    if not log_dir.is_dir():
        return []
    rooms = sorted(room for room in log_dir.iterdir() if room.is_dir() and room.name not in NOT_OF_THE_WORLD)
    return find(rooms)


@contextmanager
def refusals() -> Iterator[None]:
    """Say what is wrong with a path of the command line that is looked at in the block: UsageError."""
    try:
        yield
    except FileNotFoundError as error:
        raise UsageError(f"{shown(str(error.args[0]))} is neither a file nor a folder; name a recording") from None
    except OSError as error:
        told = f"{shown(str(error.filename))} cannot be looked at: {error.strerror}"
        raise UsageError(f"{told}; name another") from None


def _below(folder: Path) -> Iterator[Path]:
    inside: list[tuple[Path, bool]] = []
    try:
        alone = is_window(folder)
        if not alone:
            inside = [(path, path.is_dir()) for path in sorted(folder.iterdir()) if not path.is_symlink()]
    except OSError:
        alone = True
    if alone:
        yield folder
    for path, is_folder in inside:
        if is_folder:
            yield from _below(path)
        elif path.name.endswith(ENDINGS) and path.name != JOURNAL and path.is_file():
            yield path


def is_window(folder: Path) -> bool:
    """Whether a folder is one window's: it holds a recording, or what the original bot left of it."""
    return any((folder / name).is_file() for name in (PACKED, PLAIN)) or is_seed_folder(folder)

"""What stands beside a recording: the window's `market_info.txt`, in its folder or next to the file."""

from collections.abc import Mapping
from pathlib import Path

from app.telemetry.info import FILE_NAME, read_info
from engine.market import Market


def told_beside(path: Path, market: Market) -> Mapping[str, str]:
    """The pairs of the window's file; none where there is no file, or where it tells of another window.

    Recordings of several windows may lie in one folder as plain files. OSError where it cannot be read.
    """
    told = read_info(folder_of(path) / FILE_NAME)
    known = {"slug": market.slug, "start_ms": str(market.start_ms)}
    return told if all(told.get(key, value) == value for key, value in known.items()) else {}


def folder_of(path: Path) -> Path:
    """Where the other files of a recording's window lie."""
    return path if path.is_dir() else path.parent

"""A day of made-up busy windows through `pmtui backtest`: 288 of 30,000 frames, on one process and on all cores.

Each window has a number, and so a start, dice and a path of the price of its own (see `busy`). It is the program as a
person starts it that is timed, from the command to the end of the table, loading and all. Its memory is that of the
parent and its processes together, at its most.
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from app.backtest.spread import cores, local, spread
from feeds.recording import PACKED
from tests.bench.busy import write_window
from tests.bench.table import Row
from tests.program import ROOT, clean_environment

WINDOWS: Final = 288
RATE: Final = 100
"""Frames a second: 30,000 a window."""


class Timed(NamedTuple):
    """One run of the program."""

    seconds: float
    peak_mb: float
    table: str


def rows(folder: Path, windows: int = WINDOWS) -> list[Row]:
    """The day on one process, on all cores, and what the second core brings."""
    write_day(folder, windows)
    one, all_cores = timed(folder, 1), timed(folder, cores())
    assert one.table == all_cores.table, "more processes say something else than one"
    frames = windows * 300 * RATE
    return [
        _row("one process", frames, one, ""),
        _row(f"{cores()} processes", frames, all_cores, "<= 60 s on 2 cores, < 500 MB"),
        Row("what the other cores bring", f"{one.seconds / all_cores.seconds:.2f} times as fast", ">= 1.7 on 2 cores"),
    ]


def write_day(folder: Path, windows: int = WINDOWS) -> None:
    """The windows, each in a folder of its own."""
    with local(cores()) as executor:
        for _ in spread(range(windows), partial(_write, folder), executor, cores()):
            pass


def timed(folder: Path, processes: int) -> Timed:
    """Run the backtest over the folder."""
    command = [sys.executable, "-m", "app.cli", "backtest", str(folder), "--processes", str(processes)]
    environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
    with TemporaryFile("w+") as table:
        begun = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=table) as process:
            peak = 0.0
            while process.poll() is None:
                peak = max(peak, _resident_mb(process.pid))
                time.sleep(0.1)
        seconds = time.perf_counter() - begun
        assert process.returncode == 0, "the backtest failed"
        table.seek(0)
        return Timed(seconds, peak, table.read())


def _row(what: str, frames: int, run: Timed, reach: str) -> Row:
    speed = f"{run.seconds:.1f} s, {frames / run.seconds:,.0f} frames/s, {run.peak_mb:.0f} MB"
    return Row(f"a day of 5-minute windows, {frames:,} frames, {what}", speed, reach)


def _write(folder: Path, number: int) -> None:
    packed = write_window(folder, number, RATE)
    packed.with_suffix("").unlink()
    home = folder / f"{number:03}"
    home.mkdir()
    packed.replace(home / PACKED)


def _resident_mb(pid: int) -> float:
    """What a process and those that it started hold in memory, pages that they share counted for each."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        below = [int(child) for child in children.read_text().split()]
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(map(_resident_mb, below))

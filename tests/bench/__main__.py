"""`make bench`: figures as a table on stdout. Nothing here is asserted: these machines are noisy."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import day, replaying, running, screen, warm
from tests.bench.table import Row, machine_row, show


def main() -> int:
    """Warm loops first, then the running program over sockets."""
    quick = "--quick" in sys.argv
    show("this machine", [machine_row()])
    show("warm loop, one process, per event", warm.rows())
    with TemporaryDirectory() as folder:
        for rate in (300, 3000):
            rows: list[Row] = running.rows(rate, 30 if quick else 60, Path(folder) / str(rate))
            show(f"running program over sockets, {rate} frames/s", rows)
        show("the console on a pseudo-terminal", screen.rows(Path(folder) / "screen"))
        _backtests(Path(folder) / "day", quick=quick)
        if not quick:
            show("a five-minute demo at 300 frames/s", running.soak(Path(folder) / "soak"))
    show("this machine, again", [machine_row()])
    return 0


def _backtests(folder: Path, *, quick: bool) -> None:
    """Recordings: one window on one core, and a day of them through the program."""
    show("recordings run again, one process", replaying.rows())
    folder.mkdir()
    show("pmtui backtest over made-up busy windows", day.rows(folder, 24 if quick else day.WINDOWS))


if __name__ == "__main__":
    sys.exit(main())

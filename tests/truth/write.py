"""`python -m tests.truth.write FOLDER`: every real window that can be one as a recording, laid out as in a log folder.

What each source did not keep is made up by its converter and said there. The frames that were captured for some minutes
of a window, without a strike and without an outcome, are left out.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from engine.market import Market
from feeds.recording import PACKED, read_market, records
from tests.app.backtest.converters import read_top5_log, read_twap_window, write_top5_log, write_twap_window
from tests.app.backtest.report import TOP5_LOG, TWAP_WINDOW
from tests.bench.busy import packed
from tests.truth.books import april_windows, fifteen_minute_windows, write_books
from tests.truth.rounds import read_round, round_paths, write_round

Write = Callable[[Path], Path]
"""Writes one window's recording to the path that it is given."""


def write_windows(folder: Path) -> list[Path]:
    """Write them all, each into `INTERVAL/SLUG` below `folder`; returns the windows' folders."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(one, folder) for one in _writers()]


def _writers() -> Iterator[Write]:
    yield partial(write_twap_window, read_twap_window(TWAP_WINDOW))
    yield partial(write_top5_log, read_top5_log(TOP5_LOG))
    for source in round_paths():
        yield partial(write_round, read_round(source))
    for window in (*fifteen_minute_windows(), *april_windows()):
        yield partial(write_books, window)


def _write(write: Write, folder: Path) -> Path:
    plain = write(folder / "frames.jsonl")
    market = _market(plain)
    home = folder / market.interval / market.slug
    home.mkdir(parents=True, exist_ok=True)
    packed(plain).replace(home / PACKED)
    plain.unlink()
    return home


def _market(path: Path) -> Market:
    return read_market(next(record.data for record in records(path) if record.source == "market"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.truth.write FOLDER")
    print(*write_windows(Path(sys.argv[1])), sep="\n")

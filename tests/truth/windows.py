"""The real windows that can be run, by data set, each made a recording and run once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from engine.strategies import standard
from feeds.recording import records
from tests.app.backtest.converters import (
    Line,
    read_top5_log,
    read_twap_window,
    write_lines,
    write_top5_log,
    write_twap_window,
)
from tests.app.backtest.report import TOP5_LOG, TWAP_WINDOW
from tests.truth.books import BooksOnly, april_windows, fifteen_minute_windows, write_books
from tests.truth.rounds import read_round, round_paths, write_round
from tests.truth.running import Run
from tests.truth.schedule import schedule


class DataSet(NamedTuple):
    """Windows of one source. `note` says what the source did not keep."""

    name: str
    note: str
    runs: Callable[[Path], Iterator[Run]]
    """The windows' runs; the recordings are made in the folder."""


def _twap(folder: Path) -> Iterator[Run]:
    yield Run(write_twap_window(read_twap_window(TWAP_WINDOW), folder / "twap.jsonl"))


def _twap_raw(folder: Path) -> Iterator[Run]:
    """The same window with the oracle withheld: its reports are dropped, its strike is told as if from Binance."""
    whole = write_twap_window(read_twap_window(TWAP_WINDOW), folder / "twap.jsonl")
    lines = [Line(record.wall, record.source, record.data) for record in records(whole) if record.source != "oracle"]
    raw = [
        line._replace(data=line.data | {"source": "binance_first", "exact": False}) if line.source == "strike" else line
        for line in lines
    ]
    yield Run(write_lines(raw, folder / "raw.jsonl"))


def _top5(folder: Path) -> Iterator[Run]:
    yield Run(write_top5_log(read_top5_log(TOP5_LOG), folder / "top5.jsonl"))


def _rounds(folder: Path) -> Iterator[Run]:
    for path in round_paths():
        yield Run(write_round(read_round(path), folder / f"{path.stem}.jsonl"))


def _fifteen(folder: Path) -> Iterator[Run]:
    return _by_the_clock(fifteen_minute_windows(), folder)


def _april(folder: Path) -> Iterator[Run]:
    return _by_the_clock(april_windows(), folder)


def _by_the_clock(windows: list[BooksOnly], folder: Path) -> Iterator[Run]:
    for window in windows:
        market = window.market
        slots = schedule(market.start_ms // 1000, market.interval.seconds, window.quoted)
        yield Run(write_books(window, folder / f"{market.slug}.jsonl"), (*standard(), slots))


STRATEGIES_ON: Final = (
    DataSet(
        "August 2026, 5m, average",
        "best prices without sizes, in the last 90 s only: an order's whole size is taken, by the pessimistic lens "
        "while the best ask a second later is no worse; Binance once a second",
        _twap,
    ),
    DataSet(
        "August 2026, the same, raw",
        "the same window without the oracle's reports: the distance is Binance's own price from the strike",
        _twap_raw,
    ),
    DataSet(
        "April 2026, 5m, five levels",
        "books and Binance's price once a second: a latency below a second meets the book that was seen",
        _top5,
    ),
    DataSet(
        "July 2026, 5m, rounds at 1 Hz",
        "the favourite's ask alone, in whole cents, once a second, without sizes: taken as in August; no bids, so no "
        "spread; Chainlink's price stands in for Binance's",
        _rounds,
    ),
)
"""Prices and quotes: the strategies run on them."""

SCHEDULE_ON: Final = (
    DataSet(
        "September 2026, 15m, 20 levels",
        "books once a second, so a latency below a second meets the book that was seen; no price of the coin",
        _fifteen,
    ),
    DataSet("April 2026, 5m, Down book", "one token's whole book, no price of the coin; winner inferred", _april),
)
"""Books alone: orders by the clock run on them, beside our strategies, which a price that says nothing leaves cold."""

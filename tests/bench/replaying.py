"""How fast a recording is run again, on one core: events that are parsed already, and frames from a packed file."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.events import Ack, Event, Fill
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill
from engine.strategies import standard
from engine.timeline import Timeline
from feeds.recording import FrameReader, Record, read_market, records
from tests.bench.busy import packed, write_window
from tests.bench.table import Row
from tests.truth.books import APRIL, april_windows, write_books

PASSES: Final = 7


def rows() -> list[Row]:
    """Events and frames a second of a busy window, frames a second of a real one."""
    with TemporaryDirectory() as folder:
        busy = write_window(Path(folder))
        made = [_events(busy), _frames("a busy window, packed file to result", busy, ">= 120,000")]
        if APRIL.is_dir():
            april = packed(write_books(april_windows()[0], Path(folder) / "april.jsonl"))
            made.append(_frames("a real window of April 2026, the same", april))
    return made


class Nobody:
    """Nobody wants to know what came of an order."""

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """Nothing to do."""

    def on_lens(self, fill: LensFill) -> None:
        """Nothing to do."""


def opened(path: Path) -> tuple[Market, Record, Iterator[Record]]:
    """The market of a recording of one run, its run record, and the records that follow."""
    lines = records(path)
    began = next(lines)
    return read_market(next(lines).data), began, lines


def beginning(market: Market, began: Record) -> Timeline:
    """A run before its first event."""
    return Timeline(market, Limits(), standard(), Nobody(), began.mono, began.wall)


def deliver(timeline: Timeline, events: Sequence[Event]) -> Timeline:
    """Events through timeline, engine, paper venue and lenses."""
    take = timeline.deliver
    for event in events:
        take(event)
    return timeline


def run(path: Path) -> Timeline:
    """A recording of one run from the file to its last event."""
    market, began, lines = opened(path)
    timeline, read = beginning(market, began), FrameReader(market).events
    take = timeline.deliver
    for record in lines:
        for event in read(record):
            take(event)
    return timeline


def _events(path: Path) -> Row:
    market, began, lines = opened(path)
    read = FrameReader(market).events
    events = [event for record in lines for event in read(record)]
    engine = deliver(beginning(market, began), events).engine
    kinds = Counter(type(event).__name__ for event in events)
    signals = sum(tally.signals for tally in engine.position.by_strategy.values())
    facts = f"{kinds['BookChange']} deltas, {kinds['Trade']} trades, {signals} signals, {engine.risk.orders} orders"
    speed = _a_second(len(events), lambda: deliver(beginning(market, began), events))
    return Row(f"parsed events ({facts})", speed, ">= 500,000")


def _frames(what: str, path: Path, reach: str = "") -> Row:
    lines = sum(1 for _ in records(path))
    return Row(f"{what} ({lines} lines)", _a_second(lines, lambda: run(path)), reach)


def _a_second(count: int, act: Callable[[], object]) -> str:
    """The best and the worst of PASSES, without the collector of garbage, as a backtest runs."""
    times = []
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for _ in range(PASSES):
            begun = time.perf_counter()
            act()
            times.append(time.perf_counter() - begun)
    finally:
        gc.enable()
        gc.unfreeze()
    best, worst = count / min(times), count / max(times)
    return f"{best:,.0f} a second ({min(times) / count * 1e6:.2f} µs each), worst {worst:,.0f}"

"""The backtest as text for a terminal or a file: a table by strategy, the lenses, where the edge goes, what counts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from app.backtest.calibration import promised_too_much
from app.backtest.figures import cents, gained, interval, per_share, percent
from app.backtest.results import Results
from app.backtest.words import LUCK_IS, NOT_OF_THE_WORLD, TOO_MUCH, gaps_said, period
from app.said import counted
from engine.lenses import INSTANT, LADDER, LADDER_MS, PESSIMISTIC, REALISTIC
from engine.markout import HORIZONS_S
from engine.scorecard import Record
from engine.waterfall import STEP_NAMES
from feeds.text import clean

NAMED: Final = 10
"""So many windows are named in a list; the others are counted."""

LENS_LABELS: Final = (
    (INSTANT, "instant"),
    (REALISTIC, "realistic"),
    (PESSIMISTIC, "pessimistic"),
    *((lens, f"  at {ms:,} ms") for lens, ms in zip(LADDER, LADDER_MS, strict=True)),
)

_Row = tuple[str, ...]


def table(results: Results) -> Iterator[str]:
    """All of it, line by line."""
    yield period(results)
    yield ""
    yield from _aligned([_HEAD, *(_strategy(results, name) for name in results.names)])
    yield ""
    if results.ordering:
        yield from _aligned(row for name in results.ordering for row in _lenses(results, name))
    yield from (f"{'verdict: ' + name:<{_VERDICT}}  {results.line(name).verdict.text}" for name in results.names)
    if results.card.waterfalls:
        yield ""
        yield from _waterfall(results)
    if results.card.markouts:
        yield ""
        yield from _aligned([_MARKOUT_HEAD, *_markouts(results)])
    yield ""
    yield from counts(results)


_HEAD: Final = (
    *("strategy", "markets", "signals", "orders", "filled", "won", "95 %", "even"),
    *("net $", "return", "edge", "net edge", "selected"),
)
_LENS_HEAD: Final = ("trades", "won", "95 %", "even", "a share", "net $")
_MARKOUT_HEAD: Final = ("after a fill, a share", *(f"{seconds} s" for seconds in HORIZONS_S))
_VERDICT: Final = len("verdict: settlement_sniper")


def _strategy(results: Results, name: str) -> _Row:
    line = results.line(name)
    record = line.record
    return (
        name,
        *(f"{count:,}" for count in (line.markets, line.tally.signals, line.orders, record.trades)),
        percent(record.win_rate),
        interval(record),
        percent(record.break_even),
        gained(record.net),
        percent(line.returned, signed=True),
        cents(line.edge),
        cents(line.net_edge),
        percent(line.selected),
    )


def _lenses(results: Results, name: str) -> Iterator[_Row]:
    yield f"lenses: {name}", *_LENS_HEAD
    for lens, label in LENS_LABELS:
        record: Record = results.card.record(name, lens)
        share = cents(record.net_per_share)
        rate, even = percent(record.win_rate), percent(record.break_even)
        yield label, f"{record.trades:,}", rate, interval(record), even, share, gained(record.net)
    yield ()


def _waterfall(results: Results) -> Iterator[str]:
    falls = results.card.waterfalls
    names = [name for name in results.names if name in falls]
    head = ["where the edge goes", *(cell for name in names for cell in (name, "$"))]
    rows = [tuple(head)]
    for label, step in zip([*STEP_NAMES, "net"], [*range(1, len(STEP_NAMES) + 1), None], strict=True):
        cells = [label.replace("_", " ")]
        for name in names:
            money = falls[name].net if step is None else falls[name][step]
            cells += [cents(per_share(money, falls[name].size)), gained(money)]
        rows.append(tuple(cells))
    yield from _aligned(rows)
    yield f"settlement luck {LUCK_IS}" + (f"; here {TOO_MUCH}" if promised_too_much(results) else "")


def _markouts(results: Results) -> Iterator[_Row]:
    for name in results.names:
        marks = results.card.markouts.get(name)
        if marks is not None:
            yield name, *(cents(marks.per_share(horizon)) for horizon in range(len(HORIZONS_S)))


def counts(results: Results) -> Iterator[str]:
    """What ran and what did not, and what of it does not count."""
    ran, orders = len(results.windows), sum(len(window.bets) for window in results.open)
    yield f"{counted(ran, 'window')} ran, {len(results.settled):,} of them settled"
    if results.open:
        yield (
            f"{counted(len(results.open), 'window')} without an outcome, in none of the figures above "
            f"({counted(orders, 'order')} there)"
        )
        yield from _named([window.market.slug for window in results.open])
    yield f"{counted(len(results.skipped), 'recording')} skipped"
    if results.copies:
        yield f"{counted(len(results.copies), 'recording')} of a window that was there already: it is counted once"
        yield from _named([f"{copy.path} is the window of {copy.of}" for copy in results.copies])
    top_only = sum(window.market.top_only for window in results.windows)
    if top_only:
        yield f"{counted(top_only, 'window')} recorded best prices without sizes: an order is filled whole there"
    if results.gaps:
        yield gaps_said(results)
        yield from _named([f"{one.market.slug}: {counted(one.dropped, 'line')}" for one in results.gaps])
    if results.demo:
        yield f"{counted(len(results.demo), 'window')} of a demo: {NOT_OF_THE_WORLD}"
    for name, (fault, windows) in sorted(results.faults.items()):
        yield (
            f"{name} failed {counted(fault.times, 'time')} in {counted(windows, 'window')}, first with "
            f"{clean(fault.first)}"
        )


def _named(texts: Sequence[str]) -> Iterator[str]:
    yield from (f"  {clean(text)}" for text in islice(texts, NAMED))
    if len(texts) > NAMED:
        yield f"  and {len(texts) - NAMED:,} more"


def _aligned(rows: Iterable[_Row]) -> Iterator[str]:
    """Columns as wide as their widest cell, words to the left and figures to the right; an empty row stays empty."""
    lines = [*rows]
    widths = [max(map(len, column)) for column in zip(*filter(None, lines), strict=True)]
    for line in lines:
        cells = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=False))
        )
        yield "  ".join(cells).rstrip()

"""The charts whose lines run over windows or over latencies: the sum, its falls, and what speed is worth."""

from collections.abc import Callable, Sequence
from typing import Final

from app.backtest.buckets import Curve
from app.backtest.figures import cents, gained
from app.backtest.markup import Markup, el
from app.backtest.plot import WIDE, WIDTH, Plot, apart, steps, thinned
from app.backtest.results import Results
from app.backtest.words import minute
from app.said import counted
from engine.lenses import INSTANT, LADDER, LADDER_MS, PESSIMISTIC, REALISTIC
from engine.scorecard import ALL
from engine.units import MONEY

_HOVERED: Final = 600
"""Windows up to which each is named under the pointer."""

_DETAIL: Final = 1200
"""Points of a line beyond which more cannot be seen."""

_LABELS: Final = 156
_SHORT_LABELS: Final = 92
"""Pixels to the right of the lines for their names, with what they came to where there is room."""

_BACK_TO_FRONT: Final = (PESSIMISTIC, INSTANT, REALISTIC)

_Draw = Callable[[Results, Curve, int], Plot]


def equity(results: Results, curve: Curve, said: str) -> Markup:
    """The sums of the three fills over the settled windows."""
    return _for_both(_equity, results, curve, said)


def drawdown(results: Results, curve: Curve, said: str) -> Markup:
    """How far the realistic sum stood below its best."""
    return _for_both(_drawdown, results, curve, said)


def _for_both(draw: _Draw, results: Results, curve: Curve, said: str) -> Markup:
    """Once for a wide page and once for a narrow one, so that the letters are of one size on both."""
    wide, narrow = draw(results, curve, WIDE), draw(results, curve, WIDTH)
    return Markup(wide.drawing(said, "wide") + narrow.drawing(said, "narrow"))


def _equity(results: Results, curve: Curve, width: int) -> Plot:
    sums = {lens: _dollars(line) for lens, line in _by_lens(curve).items()}
    values = [0.0, *(value for line in sums.values() for value in line)]
    up = steps(min(values), max(values))
    plot = Plot((0, len(curve.realistic)), up, width=width, right=_LABELS if width == WIDE else _SHORT_LABELS)
    plot.grid(_axis_dollars(up))
    for lens in _BACK_TO_FRONT:
        plot.path(thinned([0.0, *sums[lens]], _DETAIL), f"line {lens}")
    ends = [plot.y(line[-1]) for line in sums.values()]
    for y, (lens, line) in zip(apart(ends, plot.y.start, plot.y.stop), sums.items(), strict=True):
        told = f"{lens} {line[-1]:+,.2f}" if width == WIDE else lens
        plot.words(plot.x.stop + 8, y + 4, told, kind=f"name {lens}")
    _windows_below(plot, results)
    _hover(plot, results, curve)
    return plot


def _drawdown(results: Results, curve: Curve, width: int) -> Plot:
    falls = _dollars(curve.below)
    up = steps(min(falls), 0.0, 3)
    plot = Plot((0, len(falls)), up, width=width, height=200, right=_LABELS if width == WIDE else _SHORT_LABELS)
    plot.grid(_axis_dollars(up))
    points = thinned([0.0, *falls], _DETAIL)
    plot.path(points, "area loss", floor_at=0.0)
    plot.path(points, "line loss")
    lowest = min(range(len(falls)), key=falls.__getitem__)
    if falls[lowest]:
        x, y = plot.x(lowest + 1), plot.y(falls[lowest])
        plot.add(el("circle", cx=x, cy=y, r=4.0, class_="point loss"))
        plot.words(plot.x.stop + 8, min(y + 4, plot.y.start), f"{falls[lowest]:+,.2f}", kind="name")
    _windows_below(plot, results)
    return plot


def ladder(results: Results, said: str) -> Markup:
    """Net a share at each latency of the ladder, with the naive and the pessimistic fill as levels beside it."""
    rungs = [(place, results.card.record(ALL, lens).net_per_share) for place, lens in enumerate(LADDER)]
    known = [(float(place), share * 100) for place, share in rungs if share is not None]
    levels = {lens: results.card.record(ALL, lens).net_per_share for lens in (INSTANT, PESSIMISTIC)}
    marks = {lens: share * 100 for lens, share in levels.items() if share is not None}
    values = [0.0, *marks.values(), *(value for _, value in known)]
    up = steps(min(values), max(values))
    plot = Plot((-0.4, len(LADDER) - 0.6), up, right=96)
    plot.grid(lambda value: f"{value:+g}¢" if value else "0¢")
    for place, ms in enumerate(LADDER_MS):
        plot.below(place, f"{ms:,}")
    plot.name_below("ms from decision to venue, before its hold")
    heights = apart([plot.y(value) for value in marks.values()], plot.y.start, plot.y.stop)
    for y, (lens, value) in zip(heights, marks.items(), strict=True):
        plot.path([(plot.x.low, value), (plot.x.high, value)], f"line {lens}")
        plot.words(plot.x.stop + 8, y + 4, lens, kind=f"name {lens}")
    plot.path(known, "line realistic")
    for at, value in known:
        lens, ms = LADDER[int(at)], LADDER_MS[int(at)]
        told = el("title", f"at {ms:,} ms: {cents(value / 100)} a share, {_fills(results, lens)}")
        plot.add(el("circle", told, cx=plot.x(at), cy=plot.y(value), r=4.5, class_="point realistic"))
        plot.words(plot.x(at), plot.y(value) - 10, cents(value / 100), anchor="middle", kind="value")
    return plot.drawing(said)


def _fills(results: Results, lens: str) -> str:
    record = results.card.record(ALL, lens)
    return f"{counted(record.trades, 'trade')}, {gained(record.net)} dollars"


def _by_lens(curve: Curve) -> dict[str, list[int]]:
    return {INSTANT: curve.instant, REALISTIC: curve.realistic, PESSIMISTIC: curve.pessimistic}


def _dollars(money: Sequence[int]) -> list[float]:
    return [amount / MONEY for amount in money]


def _axis_dollars(up: Sequence[float]) -> Callable[[float], str]:
    """With cents only where the lines of the grid are closer than a dollar."""
    decimals = 2 if up[1] - up[0] < 1 else 0
    return lambda value: f"{'-' if value < 0 else ''}${abs(value):,.{decimals}f}"


def _windows_below(plot: Plot, results: Results) -> None:
    """The times of some windows under the scale, and what it counts."""
    count = len(results.settled)
    parts = 4 if plot.width == WIDE else 2
    for place in sorted({count * part // parts for part in range(parts)} | {count - 1}):
        plot.below(place + 1, minute(results.settled[place].market.start_ms)[5:])
    plot.name_below(f"{counted(count, 'settled window')} in order; starts in UTC")


def _hover(plot: Plot, results: Results, curve: Curve) -> None:
    """A strip a window that says, under the pointer, which it is and what the sums were after it."""
    if len(results.settled) > _HOVERED:
        return
    for place, window in enumerate(results.settled):
        sums = ", ".join(f"{lens} {gained(line[place])}" for lens, line in _by_lens(curve).items())
        said = f"{window.market.slug}: {sums} dollars"
        plot.bar(place, place + 1, plot.y.low, plot.y.high, "hover", said)

"""The charts made of bars: what was promised, where the money was made by time and by price, where the edge goes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from app.backtest.buckets import Bucket
from app.backtest.figures import cents, gained, per_share, percent
from app.backtest.markup import Markup
from app.backtest.plot import WIDTH, Plot, Scale, steps
from app.said import counted
from engine.units import MONEY
from engine.waterfall import STEP_NAMES, Steps

LOWEST: Final = -20
HIGHEST: Final = 40
"""Cents of net edge between which a signal has a bar of its own; what is beyond stands at the end."""

_ROW: Final = 32
_NAMES: Final = 116


def edges(counts: Mapping[int, int], least: float, said: str) -> Markup:
    """Signals by the net edge that they promised, in whole cents; `least` dollars are needed for an order."""
    bars: dict[int, int] = {}
    for edge, count in counts.items():
        place = min(max(edge, LOWEST), HIGHEST)
        bars[place] = bars.get(place, 0) + count
    first, last = min([*bars, 0]), max([*bars, 10]) + 1
    plot = Plot((first, last), steps(0, max(bars.values()), 4))
    plot.grid(_short)
    total = sum(bars.values())
    for edge, count in sorted(bars.items()):
        told = f"{edge} to {edge + 1}¢: {counted(count, 'signal')}, {percent(count / total)}"
        plot.bar(edge + 0.06, edge + 0.94, 0, count, "bar plain", told)
    for value in steps(first, last, 8):
        if first <= value <= last and value == int(value):
            plot.below(value, f"{value:+.0f}¢" if value else "0¢")
    plot.name_below("net edge promised, cents a share")
    plot.upright(least * 100, f"least for an order {least * 100:g}¢")
    return plot.drawing(said)


def profits(buckets: Sequence[Bucket], measure: str, said: str) -> Markup:
    """The net of each bucket up or down from nothing, with its sum and its bets beside it."""
    nets = [bucket.net / MONEY for bucket in buckets]
    up = steps(min([0.0, *nets]), max([0.0, *nets]), 4)
    plot = Plot((0, len(buckets)), up, room=(up[1] - up[0]) / 2)
    plot.grid(lambda value: f"{'-' if value < 0 else ''}${abs(value):,g}")
    for place, (bucket, net) in enumerate(zip(buckets, nets, strict=True)):
        plot.below(place, f"{bucket.low * 100:.0f}")
        if bucket.bets:
            _profit(plot, place, bucket, net)
    plot.below(len(buckets), "100")
    plot.name_below(measure)
    return plot.drawing(said)


def _profit(plot: Plot, place: int, bucket: Bucket, net: float) -> None:
    kind = "bar gain" if net >= 0 else "bar loss"
    told = f"{bucket.percent}: {gained(bucket.net)} dollars, {counted(bucket.bets, 'bet')}, {bucket.won:,} won"
    plot.bar(place + 0.12, place + 0.88, 0, net, kind, told)
    middle, end = plot.x(place + 0.5), plot.y(net)
    first, second = (end - 18, end - 5) if net >= 0 else (end + 14, end + 27)
    plot.words(middle, first, f"{net:+.0f}" if abs(net) >= 100 else f"{net:+.1f}", anchor="middle", kind="value")
    won = f"{bucket.won}/{bucket.bets}" if bucket.bets < 100 else f"{bucket.won / bucket.bets:.0%}"
    plot.words(middle, second, won, anchor="middle", kind="axis")


def waterfall(fall: Steps, said: str) -> Markup:
    """Each step in cents a share from where the one before it ended; the net from nothing."""
    shares = [per_share(money, fall.size) * 100 for money in (*fall[1:], fall.net)]
    ends = [0.0]
    for share in shares[:-1]:
        ends.append(ends[-1] + share)
    scale = Scale(min(ends), max(max(ends), min(ends) + 1e-9), _NAMES, WIDTH - 78)
    plot = Plot((scale.low, scale.high), [0, 1], left=_NAMES, right=78, height=_ROW * len(shares) + 12, bottom=0)
    zero = scale(0)
    names = [*(name.replace("_", " ") for name in STEP_NAMES), "net"]
    from_to = [*pairwise(ends), (0.0, shares[-1])]
    plot.vertical(zero, "zero")
    for row, (name, share, (begin, end)) in enumerate(zip(names, shares, from_to, strict=True)):
        top = 8 + row * _ROW
        left, right = sorted((scale(begin), scale(end)))
        kind = "bar net" if name == "net" else "bar gain" if share >= 0 else "bar loss"
        plot.box(left, top, right - left, _ROW - 12, kind, f"{name}: {cents(share / 100)} a share")
        plot.words(_NAMES - 12, top + 14, name, anchor="end", kind="name" if name == "net" else None)
        plot.words(max(right, zero) + 6, top + 14, cents(share / 100), kind="value")
    return plot.drawing(said)


def _short(value: float) -> str:
    """A count on a scale: 1,200 as 1.2k."""
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"

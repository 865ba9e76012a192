"""What the day came to: its net, the same under other fills, what each strategy had of it, and what that proves."""

from typing import Final

from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.strategies import short_name
from engine.verdict import Ruling, Verdict
from engine.view import WINDOW, DayView, View
from widgets.cells import NONE, Cell, Row, flow, gain, leading, right, spread_row, usd, width_of

RULING_STYLES: Final = {Ruling.REAL: "good", Ruling.PHANTOM: "bad", Ruling.NONE: "bad", Ruling.OPEN: "text"}

_LENS_WORDS: Final = (
    (INSTANT, "instant", "inst."),
    (REALISTIC, "realistic", "real."),
    (PESSIMISTIC, "pessim.", "pess."),
)
_BY_WEIGHT: Final = (1, 2, 0)
"""The lens that the position follows, then the one that doubts it; the naive one is the first to go."""

_NET: Final = 9


def verdict_cell(verdict: Verdict) -> Cell:
    """The verdict's words in the colour of what it says."""
    return verdict.text, RULING_STYLES[verdict.ruling]


def verdict_row(view: View) -> Row:
    """Whether the edge is real over all markets so far."""
    return (("verdict ", "label"), verdict_cell(view.score.verdict()))


def day_row(day: DayView, width: int) -> Row:
    """`today  41 windows  12 trades  7 won` and the net at the right edge."""
    text, style = gain(day.net)
    net: Row = (("net ", "label"), (right(text, _NET), style))
    left = leading([((day.name, "label"),), *counts_parts(day)], width - width_of(net) - 1, "  ")
    return spread_row(left, net, width) if width_of(left) + width_of(net) < width else net


def counts_parts(day: DayView) -> list[Row]:
    """`41 windows`, traded in or not, `12 trades`, `7 won`; a replay, which knows one window, need not count it."""
    windows = (day.markets, "window" if day.markets == 1 else "windows")
    trades = (day.trades, "trade" if day.trades == 1 else "trades")
    counts = (*([windows] if day.name != WINDOW else []), trades, (day.won, "won"))
    return [((f"{count}", "bright"), (f" {word}", "label")) for count, word in counts]


def lens_row(day: DayView, width: int) -> Row:
    """The day's net under each lens in one row, the naive one the first to go where there is no room for all."""
    return _whole_lens_row(day, width) or leading([_lenses(day, 2)[place] for place in _BY_WEIGHT], width, " ")


def lens_rows(day: DayView, width: int) -> list[Row]:
    """All lenses, in as many rows as that takes."""
    row = _whole_lens_row(day, width)
    return [row] if row else flow(_lenses(day, 2), width, " ")


def _whole_lens_row(day: DayView, width: int) -> Row:
    """All of them in one row, their names shortened if need be; empty where even that does not fit."""
    for names, gap in ((1, "  "), (2, "  "), (2, " ")):
        rows = flow(_lenses(day, names), width, gap)
        if len(rows) == 1 and width_of(rows[0]) <= width:
            return rows[0]
    return ()


def _lenses(day: DayView, names: int) -> list[Row]:
    parts: list[Row] = []
    for words in _LENS_WORDS:
        net = day.lenses.get(words[0])
        parts.append(((f"{words[names]} ", "label"), gain(net) if net is not None else (NONE, "label")))
    return parts


def strategy_rows(day: DayView, width: int) -> list[Row]:
    """The day's net of each strategy, those without one last, and the fees, in as few rows as can be."""
    named = sorted(day.by_strategy.items(), key=lambda pair: (pair[1] == 0, pair[0]))
    parts: list[Row] = [((f"{short_name(name)} ", "label"), gain(net)) for name, net in named]
    parts.append((("fees ", "label"), (usd(day.fees), "text")))
    wide, tight = flow(parts, width, "  "), flow(parts, width, " ")
    return wide if len(wide) <= len(tight) else tight

"""Where the edge goes, and how much of it hangs on how an order is filled: all settled markets of this mode."""

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Final

from engine.lenses import INSTANT, LADDER, LADDER_MS, PESSIMISTIC, REALISTIC
from engine.markout import HORIZONS_S, Markouts
from engine.scorecard import ALL, Record, Scorecard
from engine.strategies import short_name
from engine.units import MONEY, SIZE
from engine.view import View
from engine.waterfall import STEP_NAMES, Steps
from widgets.cells import NONE, Cell, Row, cents_of, clip, clip_row, fit, flow, right, stacked
from widgets.panel import Drawing, Panel
from widgets.results import verdict_cell

_STEP: Final = 16
_COLUMN: Final = 10
_WIDE_COLUMN: Final = 13
"""Columns of a step's name and of its figure: four figures stand beside it in 56 columns, with room left over wider."""

_MOST_BAR: Final = 40
_LEAST_BAR: Final = 4
_LENS: Final = 14
_LENS_HEADS: Final = (("trades", 7), ("won", 7), ("95 %", 10), ("even", 8), ("a share", 10))
_LENS_LABELS: Final = (
    (INSTANT, "instant"),
    (REALISTIC, "realistic"),
    (PESSIMISTIC, "pessimistic"),
    *((lens, f"  at {ms:,} ms") for lens, ms in zip(LADDER, LADDER_MS, strict=True)),
)


_FIRST_LENSES: Final = 3
"""The lenses above the ladder of latencies."""

_OF_LUCK: Final = "luck is nothing on average, if the model is right"
"""A model that promises too much shows as bad luck, time and again."""

STEPS, LENSES, BEFORE_MARKOUTS, MARKOUTS, BEFORE_VERDICTS, VERDICTS = range(6)
"""Places in the panel, from the top."""


class WaterfallPanel(Panel):
    """The waterfall, the lenses, the markouts and the verdicts."""

    TITLE: ClassVar[str] = "waterfall and lenses"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """The steps first, then the lenses, then what happened after the fills, then each strategy's verdict."""
        score = view.score
        if not score.markets:
            rows: list[Row] = [(("no market with an order is settled yet: waiting for the first", "label"),)]
        else:
            lenses, verdicts = _lenses(score), _verdicts(score)
            steps = [*_waterfall(score, width), _of_luck(score, width)]
            rows = stacked(
                [
                    (STEPS, steps),
                    (LENSES, lenses[: _FIRST_LENSES + 1]),
                    (VERDICTS, verdicts[:1]),
                    (LENSES, lenses),
                    (VERDICTS, verdicts),
                    (MARKOUTS, _markouts(score.markouts.get(ALL), width)),
                    (BEFORE_VERDICTS, [()]),
                    (BEFORE_MARKOUTS, [()]),
                    (STEPS, [*steps, ()] if steps[-1] else steps),
                ],
                height,
            )
        markets = f"{score.markets:,} market{'' if score.markets == 1 else 's'}"
        return Drawing([clip_row(row, width) for row in rows[:height]], markets if score.markets else "")


def _waterfall(score: Scorecard, width: int) -> list[Row]:
    """A row a step in cents a share, all strategies first; bars beside them where there is room."""
    falls = score.waterfalls
    if ALL not in falls:
        return [(("nothing was filled yet: no waterfall", "label"),)]
    names = [ALL, *(name for name in score.strategies if name in falls)]
    column = _WIDE_COLUMN if _STEP + _WIDE_COLUMN * len(names) + _LEAST_BAR + 2 <= width else _COLUMN
    shown = names[: max((width - _STEP) // column, 1)]
    room = min(width - _STEP - column * len(shown) - 2, _MOST_BAR)
    head: Row = ((fit("cents a share", _STEP), "label"), *((_name(name, column), "label") for name in shown))
    per_share = [_per_share(falls[name]) for name in shown]
    bars = _bars(per_share[0], room) if room >= _LEAST_BAR else [""] * len(per_share[0])
    labels = [name.replace("_", " ") for name in STEP_NAMES] + ["net"]
    rows = [head]
    for step, (label, bar) in enumerate(zip(labels, bars, strict=True)):
        figures = [_signed(steps[step], column) for steps in per_share]
        rows.append(((fit(label, _STEP), "label"), *figures, (f"  {bar}", figures[0][1])))
    return rows


def _of_luck(score: Scorecard, width: int) -> Row:
    """What settlement luck is, where there is room for it: the row that parts the steps from the lenses."""
    return ((_OF_LUCK, "label"),) if ALL in score.waterfalls and len(_OF_LUCK) <= width else ()


def _name(name: str, column: int) -> str:
    """A column's head, with a blank before it at least."""
    return right(clip(short_name(name), column - 1), column)


def _per_share(steps: Steps) -> list[float]:
    """The steps and the net in dollars a share."""
    shares = steps.size / SIZE
    return [money / MONEY / shares for money in (*steps[1:], steps.net)]


def _bars(values: Sequence[float], room: int) -> list[str]:
    """Each step begins where the one before it ended, as far as `room` columns allow; the net begins at nothing."""
    ends = [0.0]
    for value in values[:-1]:
        ends.append(ends[-1] + value)
    low, high = min(ends), max(ends)
    scale = (room - 1) / (high - low) if high > low else 0.0
    spans = [*pairwise(ends), (0.0, values[-1])]
    bars: list[str] = []
    for begin, end in spans:
        first, last = sorted((round((begin - low) * scale), round((end - low) * scale)))
        bars.append(" " * first + "▇" * max(last - first, 1))
    return bars


def _lenses(score: Scorecard) -> list[Row]:
    """A row a lens over all strategies: trades, win rate with its interval, break-even, net a share."""
    heads: Row = tuple((right(head, size), "label") for head, size in _LENS_HEADS)
    rows: list[Row] = [((fit("all strategies", _LENS), "label"), *heads)]
    for lens, label in _LENS_LABELS:
        rows.append(((fit(label, _LENS), "label"), *_figures(score.record(ALL, lens))))
    return rows


def _figures(record: Record) -> Row:
    rate, even = record.win_rate, record.break_even
    low, high = record.win_interval
    words = (
        f"{record.trades:,}",
        f"{rate * 100:.0f} %" if rate is not None else NONE,
        f"{low * 100:.0f}–{high * 100:.0f} %" if rate is not None else NONE,
        f"{cents_of(even)}¢" if even is not None else NONE,
    )
    plain = ((right(word, size), "text") for word, (_, size) in zip(words, _LENS_HEADS, strict=False))
    return (*plain, _signed(record.net_per_share, _LENS_HEADS[-1][1]))


def _markouts(marks: Markouts | None, width: int) -> list[Row]:
    """The middle after so many seconds less the price paid, in cents a share."""
    parts: list[Row] = []
    for horizon, seconds in enumerate(HORIZONS_S):
        value = marks.per_share(horizon) if marks is not None else None
        parts.append(((f"{seconds} s ", "label"), _signed(value, 0)))
    rows = flow(parts, max(width - _LENS - 2, 1), "   ")
    labels = ["after the fill"] + [""] * (len(rows) - 1)
    return [((fit(label, _LENS + 2), "label"), *row) for label, row in zip(labels, rows, strict=True)]


def _verdicts(score: Scorecard) -> list[Row]:
    return [
        ((fit(clip(short_name(name), _COLUMN - 1), _COLUMN), "label"), verdict_cell(score.verdict(name)))
        for name in (ALL, *score.strategies)
    ]


def _signed(dollars: float | None, columns: int) -> Cell:
    """A gain or loss a share in cents, its sign and its colour saying the same; a dash where there is none."""
    if dollars is None:
        return right(NONE, columns), "label"
    cents = round(dollars * 100, 1)
    style = "good" if cents > 0 else "bad" if cents < 0 else "text"
    return right(f"{cents_of(cents / 100, signed=True)}¢" if cents else "0.0¢", columns), style

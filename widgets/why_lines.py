"""Why, why not in a line a strategy, for a small screen: its price, its edge, what stops it, and its net of the day."""

from typing import ClassVar, Final

from engine.events import OUTCOME_NAMES
from engine.figures import Figures
from engine.signal import Gate, Signal
from engine.strategies import short_name
from engine.units import NO_ASK, PRICE
from engine.view import View
from widgets.cells import NONE, Cell, Row, cents_of, clip_row, fit, gain, spread_row, width_of
from widgets.gates import bare, opinion_of, signals_first, verdict_on, waits_for, why_old
from widgets.holding import SIDES
from widgets.panel import Drawing, Panel

_NAME: Final = 10
_PRICES: Final = 11
_EDGE: Final = 12
"""Columns of the name, of fair value and ask, and of the edge."""


class WhyLines(Panel):
    """One line a strategy, without titles."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Every strategy that has a row; where they say nothing yet, what they wait for."""
        market = view.market
        if market is None:
            return Drawing([clip_row(((" waits for a market", "label"),), width)])
        answers = market.now.answers
        if not answers:
            return Drawing([clip_row(((" ", "text"), *waits_for(market, view)), width)])
        old = why_old(market, view)
        rows = [_line(name, answer, market.now, bool(old)) for name, answer in signals_first(answers, height)[:height]]
        nets = view.day.by_strategy
        if old:
            rows = _noted(rows, old, width)
        else:
            names = [name for name, _ in signals_first(answers, height)]
            rows = [_with_end(row, nets.get(name, 0), width) for row, name in zip(rows, names, strict=False)]
        return Drawing([clip_row(row, width) for row in rows])


def _noted(rows: list[Row], note: str, width: int) -> list[Row]:
    """The rows with `note` at the right edge of the first that has room for it."""
    place = next((at for at, row in enumerate(rows) if width_of(row) + len(note) + 2 <= width), None)
    return [
        spread_row(row, ((note, "warn"), (" ", "text")), width) if at == place else row for at, row in enumerate(rows)
    ]


def _with_end(row: Row, net: int, width: int) -> Row:
    """The day's net of the strategy at the right edge, where it has one and there is room."""
    end: Row = (("day ", "label"), gain(net), (" ", "text"))
    return spread_row(row, end, width) if net and width_of(row) + width_of(end) + 2 <= width else row


def _line(name: str, answer: Signal | Gate, now: Figures, old: bool) -> Row:
    """` distance  UP   .781/.68   net +8.6¢   cooldown 3.1 s`."""
    opinion = opinion_of(name, answer, now)
    label: Cell = (f" {fit(short_name(name), _NAME - 1)} ", "label")
    figures = _figures(opinion) if opinion is not None else ((fit(NONE, 5 + _PRICES + _EDGE), "label"),)
    row: Row = (label, *figures, verdict_on(answer))
    return tuple((text, "stale") for text, _ in row) if old else row


def _figures(signal: Signal) -> Row:
    """Side, fair value against ask, and the edge: after the fee where the engine took the signal up."""
    ask = bare(signal.ask) if signal.ask * PRICE < NO_ASK else NONE
    taken = signal.selected or signal.block is not None
    edge = f"net {cents_of(signal.net_edge, signed=True)}¢" if taken else f"edge {cents_of(signal.edge, signed=True)}¢"
    return (
        (fit(OUTCOME_NAMES[signal.outcome], 5), SIDES[signal.outcome]),
        (fit(f"{signal.fair:.3f}"[1:] + f"/{ask}", _PRICES), "text"),
        (fit(edge, _EDGE), "bright" if taken else "text"),
    )

"""Why, why not: what each strategy thinks of the market, and the first gate that keeps it from buying."""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from engine.events import OUTCOME_NAMES
from engine.figures import Answers, Figures
from engine.signal import Gate, Signal
from engine.strategies import short_name
from engine.strategies.explain import GateReading
from engine.units import NO_ASK, PRICE
from engine.view import MarketView, View
from widgets.cells import NONE, Cell, Row, age, cents_of, clip_row, clock, fit, right, shares
from widgets.gate_words import against, say
from widgets.holding import SIDES
from widgets.panel import Drawing, Panel

_NAME: Final = 9
_WORDS: Final = 16
"""Columns of a strategy's name, and those that the blocking gate gets before any figure does."""

_LABEL: Final = 19
_VALUE: Final = 11
"""Columns of a gate's label and of its value."""


class Column(NamedTuple):
    """A column of figures: its title and what stands for no figure, each as wide as it is; the last rank goes first."""

    title: str
    none: str
    rank: int


_COLUMNS: Final = (
    Column("side ", "–    ", 0),
    Column("fair ", "   – ", 3),
    Column("ask  ", "  –  ", 2),
    Column("  edge", "     –", 1),
    Column(" fee", "   –", 5),
    Column("   net", "     –", 4),
    Column(" conf", "    –", 6),
)


class WhyPanel(Panel):
    """One line a strategy; with room for them, its gates with their values against their limits."""

    TITLE: ClassVar[str] = "why, why not"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Titles and a line for each strategy; without the titles where there is only room for the lines."""
        market = view.market
        if market is None:
            return Drawing([clip_row((("waits for a market", "label"),), width)])
        answers = market.now.answers
        if not answers:
            return Drawing([clip_row(waits_for(market, view), width)])
        old = why_old(market, view)
        columns = _columns(width)
        lines = [_line(name, answer, market.now, columns) for name, answer in signals_first(answers, height)]
        rows, left_out = lines[:height], ""
        if height > len(lines):
            with_gates, left_out = _with_gates(lines, market, height - 1)
            rows = [_titles(columns), *with_gates]
        if old:
            rows = [tuple((text, "stale") for text, _ in row) for row in rows]
        return Drawing([clip_row(row, width) for row in rows], note=old or left_out)


def signals_first(answers: Answers, height: int) -> Answers:
    """In their own order where each has a row; else those with a signal in front."""
    return answers if len(answers) <= height else tuple(sorted(answers, key=lambda one: not isinstance(one[1], Signal)))


def waits_for(market: MarketView, view: View) -> Row:
    """What the first evaluation is waiting for."""
    now = market.now
    early_ms = market.market.start_ms - view.wall / 1e6
    if early_ms > 0:
        return (("waits for the window's start in ", "label"), (clock(early_ms / 1000), "bright"))
    lacks = (
        (now.price, "Binance's first price"),
        (now.strike, "the strike"),
        (any(ladder.valid for ladder in now.ladders), "the order book"),
    )
    what = next((words for there, words in lacks if not there), "the next quote")
    return (("waits for ", "label"), (what, "warn"))


def why_old(market: MarketView, view: View) -> str:
    """Why the answers are no longer of now; empty while they are."""
    left = market.left_s(view.wall)
    if left <= 0:
        return "the window is over"
    cutoff = market.limits.cutoff_ns / 1e9
    if left <= cutoff:
        return f"no orders in the last {cutoff:g} s"
    up, down = market.now.ladders
    if not (up.valid or down.valid):
        return up.why_invalid
    quiet_s = (view.mono - max(up.mono, down.mono)) / 1e9
    return f"no quote for {age(quiet_s)}" if quiet_s * 1000 > market.limits.quote_max_age_ms else ""


def _columns(width: int) -> tuple[int, ...]:
    """The places of the columns that fit, the least needed left out first."""
    left = width - _NAME - _WORDS - 1
    chosen: list[int] = []
    for place in sorted(range(len(_COLUMNS)), key=lambda place: _COLUMNS[place].rank):
        left -= len(_COLUMNS[place].title)
        if left < 0:
            break
        chosen.append(place)
    return tuple(sorted(chosen))


def _titles(columns: Sequence[int]) -> Row:
    titles = "".join(_COLUMNS[place].title for place in columns)
    return ((f"{' ' * _NAME}{titles} blocked by", "label"),)


def _line(name: str, answer: Signal | Gate, now: Figures, columns: Sequence[int]) -> Row:
    """A strategy's name, its figures, and what stops it or the order that it became."""
    opinion = opinion_of(name, answer, now)
    figures = (*_figures(opinion), *_completed(answer)) if opinion is not None else ()
    cells: list[Cell] = [(fit(short_name(name), _NAME - 1), "label"), (" ", "text")]
    cells += [figures[place] if place < len(figures) else (_COLUMNS[place].none, "label") for place in columns]
    return (*cells, (" ", "text"), verdict_on(answer))


def opinion_of(name: str, answer: Signal | Gate, now: Figures) -> Signal | None:
    """What a strategy thinks: its signal, or what it leans to where only the price stops it."""
    return answer if isinstance(answer, Signal) else now.leanings.get(name)


def verdict_on(answer: Signal | Gate) -> Cell:
    """What stops a strategy, or the order that its signal became."""
    if not isinstance(answer, Signal):
        return say(answer), "text"
    if answer.order is not None:
        return f"ordered {shares(answer.order.size)} sh", "good"
    return say(answer.block) if answer.block is not None else NONE, "warn"


def _figures(signal: Signal) -> tuple[Cell, ...]:
    """Side, fair value, ask and edge, each as wide as its column."""
    ask = f"{bare(signal.ask):<5}" if signal.ask * PRICE < NO_ASK else _COLUMNS[2].none
    return (
        (fit(OUTCOME_NAMES[signal.outcome], 5), SIDES[signal.outcome]),
        (f"{signal.fair:.3f} "[1:].rjust(5), "text"),
        (ask, "text"),
        (right(cents_of(signal.edge, signed=True), 6), "text"),
    )


def _completed(signal: Signal | Gate) -> tuple[Cell, ...]:
    """Fee, net edge and confidence, which only a signal has that the engine took up."""
    if not isinstance(signal, Signal):
        return ()
    return (
        (right(cents_of(signal.edge - signal.net_edge), 4), "text"),
        (right(cents_of(signal.net_edge, signed=True), 6), "bright"),
        (f" {signal.confidence:.2f}", "text"),
    )


def bare(dollars: float) -> str:
    """Dollars below one as an ask is quoted: `.68`, `.675`."""
    text = f"{dollars:.4f}"[1:]
    return text[:3] + text[3:].rstrip("0")


def _with_gates(lines: list[Row], market: MarketView, height: int) -> tuple[list[Row], str]:
    """Each line with its strategy's gates under it, as many as fit, and a word on how many those are if not all.

    In a few rows there are the lines alone.
    """
    if height < 3 * len(lines):
        return lines, ""
    readings = [of_strategy for _, of_strategy in market.gates()]
    counts = [len(of_strategy) for of_strategy in readings]
    spare = height - len(lines) - sum(counts)
    if spare >= 0:
        return _with_all(lines, readings, market, spare), ""
    shown = _shared_out(counts, height - len(lines))
    rows: list[Row] = []
    for line, of_strategy, count in zip(lines, readings, shown, strict=True):
        rows += [line, *_closed_first(of_strategy, count)]
    return rows, f"{sum(shown)} of {sum(counts)} gates"


def _with_all(lines: list[Row], readings: Sequence[Sequence[GateReading]], market: MarketView, spare: int) -> list[Row]:
    """All gates, and below a strategy's own the one before the order that stopped it, while there are rows to spare."""
    rows: list[Row] = []
    for line, of_strategy, (_, answer) in zip(lines, readings, market.now.answers, strict=True):
        rows += [line, *_gate_rows(of_strategy)]
        if isinstance(answer, Signal) and answer.block is not None and spare > 0:
            spare -= 1
            rows.append(_gate_row(answer.block, "✗", "warn"))
    return rows


def _shared_out(counts: Sequence[int], rows: int) -> list[int]:
    """So many rows among those who want `counts` of them, one to each in turn."""
    given = [0] * len(counts)
    while rows > 0 and given != list(counts):
        for place, count in enumerate(counts):
            if given[place] < count and rows > 0:
                given[place] += 1
                rows -= 1
    return given


def _closed_first(readings: Sequence[GateReading], count: int) -> list[Row]:
    """So many of a strategy's gates in their order, the open ones left out first."""
    kept = sorted(range(len(readings)), key=lambda place: readings[place].passed)[:count]
    return [row for place, row in enumerate(_gate_rows(readings)) if place in kept]


def _gate_rows(readings: Sequence[GateReading]) -> list[Row]:
    """The gates in the order in which they are asked; only the first closed one stands out."""
    rows: list[Row] = []
    stopped = False
    for reading in readings:
        style = "good" if reading.passed else "label" if stopped else "warn"
        stopped = stopped or not reading.passed
        rows.append(_gate_row(reading[:3], "✓" if reading.passed else "✗", style))
    return rows


def _gate_row(gate: Gate, mark: str, style: str) -> Row:
    label, value, needs = against(gate)
    return (
        (f"  {mark} ", style),
        (fit(label, _LABEL), "label" if style != "warn" else "text"),
        (right(value, _VALUE), "text"),
        (f"  {needs}", "label"),
    )

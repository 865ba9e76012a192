"""The first line: am I safe, which window, how long, and what is going on."""

from typing import ClassVar, Final

from engine.market import market_name
from engine.view import MarketView, View
from widgets.cells import Row, clip_row, clock, width_of
from widgets.panel import Drawing, Panel

_BAR: Final = 30
_LEAST_BAR: Final = 6
_WORDS: Final = 38
_LEAST_WORDS: Final = 14
"""Columns of the bar, at most and at least, and those that the state's words get before the bar grows, and at all."""

_SIGNS: Final = {"PAPER": "●", "ARMED": "▲", "HALTED": "■", "REPLAY": "◇"}
"""The mode has a sign and a word of its own, so that it does not hang on its colour."""

_MODE: Final = max(map(len, _SIGNS))
"""What stands behind the mode keeps its place whatever the mode is."""

DEMO: Final = "DEMO"

URGENT_S: Final = 10.0
SOON_S: Final = 60.0


def badge(view: View) -> Row:
    """The mode with its sign, ` ● PAPER `, and beside it whether all of this is made up."""
    mode: Row = ((f" {_SIGNS.get(view.mode, '?')} {view.mode} ", "mode"),)
    return (*mode, (f" {DEMO}", "warn")) if view.demo else mode


class Header(Panel):
    """One line, the same place on every screen and at every size."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Mode, market, times, bar and time left keep their places; the state's words have the rest."""
        mode = badge(view)
        gap = " " * (1 + max(_MODE - len(view.mode), 0))
        name: Row = ((f"{gap}{market_name(view.asset, view.interval)} ", "bright"),)
        fixed: Row = (*mode, *name)
        if view.market is not None:
            left = _time_left(view.market, view.wall)
            span, columns = _shares_of(view.span, width - width_of(fixed) - width_of(left))
            fixed = (*fixed, (span, "label"), *_bar(view.market, view.wall, columns), *left)
        words = clip_row(_state(view), max(width - width_of(fixed), 0))
        return Drawing([clip_row((*fixed, *words), width)])


def _shares_of(span: str, room: int) -> tuple[str, int]:
    """The window's times as they fit, and the columns of the bar: what it keeps from its first second to its last.

    They hang on the width and on the window alone, never on what there is to say.
    """
    whole, short = f" {span} ", f" {span.partition(' · ')[0]} "
    for text in (whole, short) if span else ():
        left = room - len(text) - _LEAST_BAR
        if left >= _WORDS or (text == short and left >= _LEAST_WORDS):
            return text, _LEAST_BAR + min(max(left - _WORDS, 0), _BAR - _LEAST_BAR)
    return " ", _LEAST_BAR if room >= _LEAST_BAR + _LEAST_WORDS else 0


def _state(view: View) -> Row:
    style = "good" if view.state == "TRADING" else "warn"
    words: list[tuple[str, str]] = [(f"  {view.state}", style)]
    if view.reasons:
        words.append((f" {view.reasons[0]}", "warn"))
    if view.next_window:
        words.append((f" · {view.next_window}", "label"))
    return tuple(words)


def _time_left(market: MarketView, wall: int) -> Row:
    """`1:32 left`, or `in 0:12` before the start, in the columns of the longest that this window has."""
    span_s = (market.market.end_ms - market.market.start_ms) / 1000
    columns = len(f"{clock(span_s)} left")
    until, left = market.start_in_s(wall), market.left_s(wall)
    if until > 0:
        return ((f" {f'in {clock(until)}':>{columns}}", "label"),)
    style = "bad" if left < URGENT_S else "warn" if left < SOON_S else "bright"
    return ((f" {clock(left):>{columns - 5}}", style), (" left", "label"))


def _bar(market: MarketView, wall: int, columns: int) -> Row:
    gone = round(market.gone_frac(wall) * columns)
    return (("━" * gone, "label"), ("━" * (columns - gone), "frame"))

"""The first line: am I safe, which window, how long, and what is going on."""

from typing import ClassVar, Final

from engine.view import View
from widgets.cells import Row, clip_row, clock, width_of
from widgets.panel import Drawing, Panel

_BAR: Final = 30
_SIGNS: Final = {"PAPER": "●", "ARMED": "▲", "HALTED": "■", "REPLAY": "◇"}
"""The mode has a sign and a word of its own, so that it does not hang on its colour."""

URGENT_S: Final = 10.0
SOON_S: Final = 60.0


def badge(mode: str) -> Row:
    """The mode with its sign: ` ● PAPER `."""
    return ((f" {_SIGNS.get(mode, '?')} {mode} ", "mode"), (" ", "text"))


class Header(Panel):
    """One line, the same place on every screen and at every size."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """Mode badge first; then as much of the rest as fits, the state last to go."""
        mode = badge(view.mode)
        name: Row = ((f" {view.asset.upper()} {view.interval} ", "bright"),)
        state = self._state(view)
        left = self._time_left(view)
        span: Row = ((f" {view.span} ", "label"),) if view.span else ()
        room = width - width_of(mode) - width_of(name) - width_of(left) - width_of(state)
        if room < width_of(span):
            span = ((f" {view.span.partition(' · ')[0]} ", "label"),) if view.span else ()
        if room < width_of(span):
            span = ()
        bar = self._bar(view, min(room - width_of(span) - 2, _BAR))
        return Drawing([clip_row((*mode, *name, *span, *bar, *left, *state), width)])

    def _state(self, view: View) -> Row:
        style = "good" if view.state == "TRADING" else "warn"
        words: list[tuple[str, str]] = [(f"  {view.state}", style)]
        if view.reasons:
            words.append((f" {view.reasons[0]}", "warn"))
        if view.next_window:
            words.append((f" · {view.next_window}", "label"))
        return tuple(words)

    def _time_left(self, view: View) -> Row:
        if view.market is None:
            return ()
        left = view.market.left_s(view.wall)
        until = view.market.start_in_s(view.wall)
        if until > 0:
            return ((f" starts in {clock(until)}", "label"),)
        style = "bad" if left < URGENT_S else "warn" if left < SOON_S else "bright"
        return ((f" {clock(left)}", style), (" left", "label"))

    def _bar(self, view: View, columns: int) -> Row:
        if view.market is None or columns < 5:
            return ()
        gone = round(view.market.gone_frac(view.wall) * columns)
        return (("━" * gone, "label"), ("━" * (columns - gone), "frame"))

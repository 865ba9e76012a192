"""Asks a replay where to go: a time of day, or so long after the window's start or before its end."""

import re
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_DAY_S: Final = 86_400
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,3})?)", re.ASCII)
_SINCE: Final = re.compile(r"([+-])(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)", re.ASCII)

FORMS: Final = "08:27:41 UTC · +2:30 after the window's start · -0:10 before its end"


def instant(text: str, start_ms: int, end_ms: int) -> int | None:
    """The wall time in ms that `text` names in or about this window; None where it names none.

    A time of day is the one nearest to the window's middle, so that a window may lie over midnight.
    """
    text = text.strip()
    if match := _SINCE.fullmatch(text):
        ms = round((int(match[2] or 0) * 60 + float(match[3])) * 1000)
        return start_ms + ms if match[1] == "+" else end_ms - ms
    match = _CLOCK.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59 or float(match[3]) >= 60:
        return None
    of_day = round((int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])) * 1000)
    middle = (start_ms + end_ms) // 2
    midnight = middle // (_DAY_S * 1000) * (_DAY_S * 1000)
    return min((midnight + day * _DAY_S * 1000 + of_day for day in (-1, 0, 1)), key=lambda ms: abs(ms - middle))


class GoDialog(ModalScreen[int | None]):
    """A line to type into; None when it was left with escape."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "cancel")]

    def __init__(self, start_ms: int, end_ms: int) -> None:
        super().__init__(classes="dialog")
        self._window = start_ms, end_ms

    def compose(self) -> ComposeResult:
        """The line, and what may be typed."""
        with Vertical(classes="dialog--box -wide") as box:
            box.border_title = Content("go to")
            box.border_subtitle = Content("enter goes · esc cancels")
            yield Input(compact=True, max_length=20)
            yield Static(FORMS, classes="label", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there, or say what is wrong with it."""
        ms = instant(event.value, *self._window)
        if ms is None:
            self.query_one(Static).update(Content.styled(f"that names no time; {FORMS}", "$pm-warn"))
        else:
            self.dismiss(ms)

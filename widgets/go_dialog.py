"""Asks a replay where to go: a time of day, a place on its bar, a time after the window's start or before its end."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from widgets.dialogs import named_lines

_SECOND: Final = 1_000_000_000
_DAY: Final = 86_400 * _SECOND
_CLOCK: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d(?:\.\d{1,3})?)", re.ASCII)
_SINCE: Final = re.compile(r"([+-])(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)", re.ASCII)

FORMS: Final = (
    ("08:27:41", "UTC, where the recording has that time"),
    ("0:31.2", "a place on the bar, as its clock says it; 1:02:03 too"),
    ("+2:30", "after the window's start"),
    ("-0:10", "before its end"),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Start and end of the window, and the recording's first and last instant: wall clock, ns."""

    start: int
    end: int
    first: int
    last: int


def instant(text: str, reach: Reach) -> int | None:
    """The wall time in ns that `text` names in or about this window; None where it names none.

    Three numbers are a time of day where the recording has that time, else a place on its bar, as two numbers always
    are; where the bar is too short, they are the time of day again. It is the one nearest to the window's middle, so
    that a window may lie over midnight.
    """
    text = text.strip()
    if match := _SINCE.fullmatch(text):
        ns = _ns(0, int(match[2] or 0), float(match[3]))
        return reach.start + ns if match[1] == "+" else reach.end - ns
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), float(match[3])
    place = reach.first + _ns(hours, minutes, seconds)
    if match[1] is None:
        return place
    if minutes > 59:
        return None
    of_day = _of_day(_ns(hours, minutes, seconds), reach)
    if of_day is not None and reach.first <= of_day <= reach.last:
        return of_day
    return place if place <= reach.last else of_day


def _of_day(ns: int, reach: Reach) -> int | None:
    """So long after midnight, on the day that brings it nearest to the window's middle; None for what is no time."""
    if ns >= _DAY:
        return None
    middle = (reach.start + reach.end) // 2
    midnight = middle // _DAY * _DAY
    return min((midnight + day * _DAY + ns for day in (-1, 0, 1)), key=lambda wall: abs(wall - middle))


def _ns(hours: int, minutes: int, seconds: float) -> int:
    return (hours * 3600 + minutes * 60) * _SECOND + round(seconds * 1000) * 1_000_000


class GoDialog(ModalScreen[int | None]):
    """A line to type into: a wall time in ns, None when it was left with escape."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "cancel")]

    def __init__(self, reach: Reach) -> None:
        super().__init__(classes="dialog")
        self._reach = reach

    def compose(self) -> ComposeResult:
        """The line, and what may be typed."""
        with Vertical(classes="dialog--box -wide") as box:
            box.border_title = Content("go to")
            box.border_subtitle = Content("enter goes · esc cancels")
            yield Input(compact=True, max_length=20)
            yield Static(_forms(), classes="label", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there, or say what is wrong with it."""
        wall = instant(event.value, self._reach)
        if wall is None:
            wrong = Content.styled("that names no time; these do:\n", "$pm-warn")
            self.query_one(Static).update(Content.assemble(wrong, _forms()))
        else:
            self.dismiss(wall)


def _forms() -> Content:
    return named_lines(FORMS, "$pm-bright")

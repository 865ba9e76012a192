"""The small dialogs: picking one of a few. They open at once and never scroll."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine.market import Interval

TEXT_COLUMNS: Final = 72
"""Room for words in a wide dialog on a terminal of 80 columns."""

SAFETY_KEYS: Final[tuple[BindingType, ...]] = (
    Binding("d", "app.disarm", show=False),
    Binding("k", "app.kill", show=False),
)
"""What must work from every screen: a dialog does not let the keys of the console below it through by itself."""


def named_lines(lines: Sequence[tuple[str, str]], name_style: str) -> Content:
    """Names in a column, and beside each what it means, wrapped under its own beginning."""
    wide = max((len(name) for name, _ in lines), default=0)
    rows: list[Content] = []
    for name, words in lines:
        for place, part in enumerate(textwrap.wrap(words, max(TEXT_COLUMNS - wide - 4, 20)) or [""]):
            head = f"  {'' if place else name:<{wide}}  "
            rows.append(Content.assemble(Content.styled(head, name_style), Content(part)))
    return Content("\n").join(rows)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a pick: what is returned, what is shown, and a quiet word beside it."""

    value: str
    name: str
    about: str = ""


class PickDialog(ModalScreen[str | None]):
    """One of a few, by its number, with the arrows and enter, or by a click; None when it was left with escape."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "cancel"),
        *SAFETY_KEYS,
        *(Binding(str(place), f"pick({place})", show=False) for place in range(1, 10)),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: str, note: str = "") -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._choices = choices
        self._current = current
        self._note = note

    def compose(self) -> ComposeResult:
        """A list with the present choice under the cursor."""
        with Vertical(classes="dialog--box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content("esc cancels")
            options = OptionList(*self._options(), markup=False, compact=True)
            options.highlighted = self._place(self._current)
            yield options
            if self._note:
                yield Static(self._note, classes="label", markup=False)

    def action_pick(self, place: int) -> None:
        """Take the line of that number, if there is one."""
        if place <= len(self._choices):
            self.dismiss(self._choices[place - 1].value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click took a line."""
        self.dismiss(self._choices[event.option_index].value)

    def _options(self) -> Sequence[Option]:
        wide = max(len(choice.name) for choice in self._choices)
        return [
            Option(
                Content.assemble(
                    Content.styled(f"{place} ", "$pm-label"),
                    Content(f"{'●' if choice.value == self._current else ' '} {choice.name.ljust(wide)}  "),
                    Content.styled(choice.about, "$pm-label"),
                )
            )
            for place, choice in enumerate(self._choices, 1)
        ]

    def _place(self, value: str) -> int:
        return next((place for place, choice in enumerate(self._choices) if choice.value == value), 0)


def interval_dialog(current: Interval) -> PickDialog:
    """The window length, in the order of the intervals."""
    choices = [Choice(interval, interval, _length(interval.seconds)) for interval in Interval]
    return PickDialog("interval", choices, current, "switching disarms")


def _length(seconds: int) -> str:
    if seconds < 3600:
        return f"{seconds // 60} minutes"
    return f"{seconds // 3600} hour{'s' if seconds > 3600 else ''}"

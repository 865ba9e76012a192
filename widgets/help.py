"""The help screen: every key with what it does, and what each panel shows, taken from the running console itself."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from widgets.dialogs import SAFETY_KEYS, named_lines
from widgets.panel import Panel

DEMO_NOTE: Final = (
    "This is a demo: the venue runs on this machine, and its prices are made up. "
    "What is earned here says nothing about the world."
)

_STOCK: Final = tuple(Binding.make_bindings([*App.BINDINGS, *Screen.BINDINGS]))
"""What every Textual program has: how to move the focus, to copy text, to quit in its own way."""

Lines = Sequence[tuple[str, str]]
"""Names with what they mean."""


class HelpScreen(ModalScreen[None]):
    """Keys first, panels below; one text in a box that scrolls where the terminal is small."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,question_mark,q", "dismiss", "close"),
        *SAFETY_KEYS,
    ]

    def __init__(self, keys: Lines, panels: Lines, demo: bool = False) -> None:
        super().__init__(classes="dialog")
        self._keys = keys
        self._panels = panels
        self._demo = demo

    def compose(self) -> ComposeResult:
        """One box of text, with the focus, so that the arrows and page keys scroll it."""
        with VerticalScroll(classes="dialog--box -wide") as box:
            box.border_title = Content("help")
            box.border_subtitle = Content("esc closes")
            yield Static(help_words(self._keys, self._panels, self._demo), markup=False)


def help_words(keys: Lines, panels: Lines, demo: bool) -> Content:
    """The text: a column of names and one of what they mean, under two headings."""
    parts = [_section("keys", keys), _section("panels", panels)]
    if demo:
        parts.append(Content.styled(DEMO_NOTE, "$pm-warn"))
    return Content("\n\n").join(parts)


def key_lines(app: App[Any], own: Iterable[BindingType] = ()) -> list[tuple[str, str]]:
    """The keys that work now, as the app writes them, each with its binding's tooltip or description.

    Keys of one meaning share a line. To be asked before the help is pushed, since it has keys of its own. What every
    Textual program has is left out, unless the app means something of its `own` by the key.
    """
    stock = {(binding.key, binding.action) for binding in _STOCK}
    mine = {binding.key: binding for binding in Binding.make_bindings(own)}
    names: dict[str, list[str]] = {}
    for active in app.screen.active_bindings.values():
        binding = active.binding
        if (binding.key, binding.action) in stock:
            if binding.key not in mine:
                continue
            binding = mine[binding.key]
        meaning = binding.tooltip or binding.description
        if meaning and not binding.system:
            names.setdefault(meaning, []).append(app.get_key_display(binding))
    return [(" ".join(dict.fromkeys(keys)), meaning) for meaning, keys in names.items()]


def panel_lines(panels: Iterable[Panel]) -> list[tuple[str, str]]:
    """The titled panels, each with the first sentence of its class's own description."""
    return [(panel.TITLE, _first_sentence(type(panel))) for panel in panels if panel.TITLE]


def _first_sentence(kind: type[Panel]) -> str:
    told = inspect.getdoc(kind) if kind.__doc__ else None
    return " ".join((told or "").partition("\n\n")[0].split())


def _section(title: str, lines: Lines) -> Content:
    return Content("\n").join([Content.styled(title, "$pm-label"), named_lines(lines, "bold $pm-bright")])

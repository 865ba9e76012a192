"""The last line: which keys do what right now."""

from typing import ClassVar, Final

from engine.view import View
from widgets.cells import Row, clip_row, width_of
from widgets.panel import Drawing, Panel

KeyWords = tuple[tuple[str, str], ...]
"""Keys with a word each."""

TRADING_KEYS: Final[KeyWords] = (
    ("a", "arm"),
    ("d", "disarm"),
    ("k", "kill"),
    ("1-4", "asset"),
    ("i", "interval"),
    ("w", "why"),
    ("z", "zoom"),
    ("t", "theme"),
    ("s", "picture"),
    ("?", "help"),
    ("^p", "commands"),
    ("q", "quit"),
)
"""In the order of importance; what does not fit is left out from the right, but for help and quit."""

ALWAYS: Final = frozenset({"?", "q"})


class Keys(Panel):
    """One line of keys. When orders may leave or were stopped, the way back stands first."""

    FRAMED: ClassVar[bool] = False

    def __init__(self, panel_id: str, keys: KeyWords = TRADING_KEYS) -> None:
        super().__init__(panel_id)
        self._keys = keys

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """As many keys as fit."""
        keys = list(self._keys)
        if view.mode not in ("PAPER", "REPLAY"):
            keys.sort(key=lambda key: key[0] != "d")
        row = _row(keys)
        while width_of(row) > width and (spare := [key for key in keys if key[0] not in ALWAYS]):
            keys.remove(spare[-1])
            row = _row(keys)
        if view.demo:
            note: Row = (("  demo: what is earned here says nothing about the world", "label"),)
            if width_of(row) + width_of(note) <= width:
                row = (*row, *note)
        return Drawing([clip_row(row, width)])


def _row(keys: list[tuple[str, str]]) -> Row:
    cells = []
    for key, word in keys:
        cells += [(f" {key}", "bright"), (f" {word} ", "label")]
    return tuple(cells)

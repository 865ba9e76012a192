"""Keeps the screen up to date in slices so short that no frame of a feed waits for one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from engine.view import View
from widgets.panel import Panel

SLICES: Final = 4
BEAT_S: Final = 0.1
"""Every panel is drawn once a beat, a quarter of them in each slice."""

ROW_BUDGET: Final = 24
"""Rows repainted in one slice at most."""


class Painter:
    """Draws the visible panels in turn. It reads the engine between two frames of a feed, never during one."""

    def __init__(self, view: View, refill: Callable[[], None], panels: Callable[[], Sequence[Panel]]) -> None:
        self._view = view
        self._refill = refill
        self._panels = panels
        self._slice = 0
        self.painted_rows = 0

    async def run(self, beat: Callable[[float], None]) -> None:
        """Paint until cancelled. `beat` is told how many ms late the loop was each time."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + BEAT_S / SLICES
            await asyncio.sleep(BEAT_S / SLICES)
            beat((clock() - due) * 1e3)
            self.paint_slice()

    def paint_slice(self) -> None:
        """One slice: its own panels first, then what earlier slices left, within the row budget."""
        if self._slice == 0:
            self._refill()
        panels = self._panels()
        budget = ROW_BUDGET
        for panel in panels[self._slice :: SLICES]:
            budget -= panel.offer(self._view, budget)
        for panel in panels:
            if budget > 0 and panel.waiting:
                budget -= panel.catch_up(budget)
        self.painted_rows += ROW_BUDGET - budget
        self._slice = (self._slice + 1) % SLICES

    def paint_all(self) -> None:
        """Everything at once: the first frame, a new size, another theme, a picture."""
        self._refill()
        for panel in self._panels():
            panel.offer(self._view, 1000)

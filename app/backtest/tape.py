"""A recording in memory, run once from end to end: its steps, the places worth going to, and the runs on the way.

The run leaves a copy of itself every CHECKPOINT_STEPS steps. Whoever wants to be somewhere takes the copy before it and
runs on from there: the same engine over the same events, so going back is as exact as going on.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Final, NamedTuple

from app.backtest.beside import folder_of
from app.backtest.logbook import Logbook
from app.backtest.opening import OURS, Opening, Step
from app.backtest.recorded import named, play
from app.backtest.run import Run
from app.scorecard import read_lens_fills
from engine.market import Market
from engine.orders import nth_order_id
from engine.score import LensFill
from engine.signal import Strategy
from engine.view import Line
from feeds.recording import BadRecording

CHECKPOINT_STEPS: Final = 4_000
"""A copy takes about 30 ms, and so many steps about as long."""

CHUNK_STEPS: Final = 250
"""Steps between two chances for somebody else, some milliseconds."""


class Mark(NamedTuple):
    """Something happened at `mono`: a `signal` that began or turned, an `order` or a `fill`."""

    mono: int
    kind: str


class Tape:
    """A recording that is being read. It grows by `load`; what is there already can be played."""

    def __init__(self, path: Path, known: Mapping[str, Strategy] = OURS) -> None:
        self.path = path
        self.steps: list[Step] = []
        self.monos: list[int] = []
        """When each step was taken in (monotonic ns); never running backward."""
        self.marks: list[Mark] = []
        self.lines: list[Line] = []
        self.line_monos: list[int] = []
        self.prices: list[tuple[int, float]] = []
        """(wall ms, price in the dollars of the strike), at most two a second."""
        self.price_monos: list[int] = []
        self.whole = False
        self.trouble = ""
        """Why the rest cannot be read."""
        self._known = known
        self._lens_fills: list[LensFill] | None = None
        """Those in the window's files, once somebody has asked."""
        self._checkpoints: list[tuple[int, Run | None]] = [(0, None)]
        """How many steps had been taken, and the run as it was then."""

    @property
    def begin(self) -> int:
        """When it begins (monotonic ns), 0 while nothing is read."""
        return self.monos[0] if self.monos else 0

    @property
    def end(self) -> int:
        """When it ends, as far as it is read."""
        return self.monos[-1] if self.monos else 0

    @property
    def market(self) -> Market | None:
        """The market of its first run; None while nothing is read."""
        return self.steps[0].market if self.steps and isinstance(self.steps[0], Opening) else None

    def load(self) -> Iterator[None]:
        """Read and run it, stopping after every few steps. What cannot be read ends it, and is told in `trouble`."""
        try:
            yield from self._load()
        except BadRecording as error:
            self.trouble = str(error)
        self.whole = True

    def _load(self) -> Iterator[None]:
        logbook: Logbook | None = None
        with named(self.path):
            for step in play(self.path):
                if isinstance(step, Opening):
                    logbook = Logbook(self.begun(step))
                    self._append(step, step.mono)
                elif step and logbook is not None:
                    logbook.take(step)
                    self._append(step, step[-1].mono)
                    self._note(logbook)
                if len(self.steps) % CHUNK_STEPS == 0:
                    yield

    def run_before(self, steps: int) -> tuple[int, Run | None]:
        """A fresh copy of the last run that is kept of at most so many steps, and how many those are."""
        place = bisect_right(self._checkpoints, steps, key=lambda checkpoint: checkpoint[0]) - 1
        taken, run = self._checkpoints[place]
        return taken, copy_of(run) if run is not None else None

    def begun(self, opening: Opening) -> Run:
        """A run of this tape at its beginning.

        Its lenses have what the window's files tell of the orders before it, as the session's had: so its net and
        theirs are of the same orders. Without those files they have its own orders alone.
        """
        run = Run(opening, strategies=opening.rules(self._known))
        run.score.fills += self._lenses_before(opening)
        return run

    def _lenses_before(self, opening: Opening) -> list[LensFill]:
        slug, orders = opening.market.slug, len(opening.earlier.orders)
        ids = {nth_order_id(slug, number) for number in range(1, orders + 1)}
        if ids and self._lens_fills is None:
            self._lens_fills = _read_lens_fills(folder_of(self.path))
        return [fill for fill in self._lens_fills or () if fill.order_id in ids]

    def _append(self, step: Step, mono: int) -> None:
        self.steps.append(step)
        self.monos.append(max(mono, self.end))

    def _note(self, logbook: Logbook) -> None:
        """Keep what the last step led to, and a copy of the run from time to time."""
        mono = self.end
        for line in logbook.new_lines():
            self.lines.append(line)
            self.line_monos.append(mono)
        self.marks += [Mark(mono, kind) for kind in logbook.new_marks()]
        point = logbook.new_price(mono)
        if point is not None:
            self.prices.append(point)
            self.price_monos.append(mono)
        if len(self.steps) - self._checkpoints[-1][0] >= CHECKPOINT_STEPS:
            self._checkpoints.append((len(self.steps), copy_of(logbook.run)))


def _read_lens_fills(folder: Path) -> list[LensFill]:
    try:
        return read_lens_fills(folder)
    except OSError:
        return []


def copy_of(run: Run) -> Run:
    """The run as it is now, sharing with it only what never changes."""
    opening = run.opening
    shared: dict[int, object] = {id(thing): thing for thing in (opening, opening.market, opening.limits)}
    shared |= {id(strategy): strategy for strategy in run.engine.strategies}
    return deepcopy(run, shared)

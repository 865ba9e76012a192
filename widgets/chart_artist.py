"""Has charts drawn by a process of its own, so that the trading loop never waits for one."""

import multiprocessing
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Final

from widgets.chart_worker import ChartRow, begin, draw_chart, warm
from widgets.trace import Point

PAUSE_NS: Final = 500_000_000
"""At most two charts a second."""

_END_S: Final = 3.0
"""How long `close` waits for a killed process."""


@dataclass(frozen=True, slots=True)
class ChartFrame:
    """What a chart is drawn into: the strike, the window in wall ms, columns and rows."""

    strike: float
    start_ms: int
    end_ms: int
    width: int
    height: int


class ChartArtist:
    """One chart in the making at a time. Every method returns at once; times are the view's monotonic ns.

    Nothing is queued: who is refused asks again with what is newest then. A chart that fails is told in
    `trouble` and the next one is tried; a process that dies is not replaced.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._children: list[BaseProcess] = []
        self._making: Future[tuple[ChartRow, ...]] | None = None
        self._asked_for: tuple[ChartFrame, int] | None = None
        self._asked = -PAUSE_NS
        self._ended = False
        self.rows: tuple[ChartRow, ...] = ()
        """The last chart that was finished."""
        self.frame: ChartFrame | None = None
        """What it was drawn into."""
        self.newest_ms = -1
        """Time of its newest point, −1 for none."""
        self.trouble = ""
        """Why there is no newer chart; empty while all is well."""

    def start(self) -> None:
        """Start the process; 20 ms once, so before the feeds if possible. Else the first `ask` does it."""
        try:
            self._started()
        except OSError as error:
            self._give_up(error)

    @property
    def process_ids(self) -> list[int]:
        """The processes that draw, none before the first chart and after the end."""
        return [child.pid for child in self._children if child.pid is not None and child.is_alive()]

    def free(self, mono: int) -> bool:
        """Fetch what is finished; whether a chart may be asked for now."""
        self._fetch()
        return not self._ended and self._making is None and mono - self._asked >= PAUSE_NS

    def waiting_s(self, mono: int) -> float:
        """How long the chart in the making has been so, 0 for none."""
        return (mono - self._asked) / 1e9 if self._making is not None else 0.0

    def ask(self, frame: ChartFrame, points: tuple[Point, ...], mono: int) -> bool:
        """Have a chart drawn; False where it cannot be now."""
        if not self.free(mono):
            return False
        self._asked = mono
        self._asked_for = frame, points[-1][0] if points else -1
        window = frame.strike, frame.start_ms, frame.end_ms
        try:
            self._making = self._started().submit(draw_chart, points, *window, frame.width, frame.height)
        except (BrokenProcessPool, OSError) as error:
            self._give_up(error)
            return False
        return True

    def close(self) -> None:
        """End the process at once, whatever it is doing."""
        self._ended = True
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        # Not `join`: the pool's own thread waits for them too, and who comes second is told nothing.
        for child in self._children:
            wait([child.sentinel], _END_S)
        self._children = []
        self._pool = None
        self._making = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forking a process that has threads and an open terminal is not safe; a spawned one is clean.
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=begin)
            others = multiprocessing.active_children()
            pool.submit(warm)
            # The pool does not tell its processes, and `close` must be able to end the one that it started.
            self._children = [child for child in multiprocessing.active_children() if child not in others]
            self._pool = pool
        return self._pool

    def _fetch(self) -> None:
        making = self._making
        if making is None or self._asked_for is None or not making.done():
            return
        self._making = None
        try:
            self.rows = making.result()
        except BrokenProcessPool as error:
            self._give_up(error)
        except Exception as error:  # whatever plotext raises on these points must not end the console
            self.trouble = f"no chart: {type(error).__name__}: {error}"
        else:
            self.frame, self.newest_ms = self._asked_for
            self.trouble = ""

    def _give_up(self, error: Exception) -> None:
        self._ended = True
        self.trouble = f"no chart any more: the process that draws it ended ({type(error).__name__})"

"""Of a window that was recorded more than once, the one recording that a sweep takes: the same as a backtest does."""

import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from app.backtest.job import Skipped, Terms, run_one
from app.backtest.progress import Progress, weigh
from app.backtest.results import Results
from app.backtest.split import Skip, Span
from app.backtest.spread import local, spread
from app.backtest.window import WindowRun
from engine.limits import Limits
from feeds.text import clean

_NOBODY: Final = Terms(Limits(), (), ())
"""No strategy: what is asked is whether a recording can be run, how long it is, and whether it has an outcome."""


def once(spans: Sequence[Span], processes: int) -> tuple[list[Span], list[Skip]]:
    """Each window once, and the recordings that are left out for it; `spans` in the order in which they were found.

    Whether a recording can be used shows at its end, so those of such windows are run. BrokenExecutor where a process
    is killed meanwhile.
    """
    doubtful = _several(spans)
    if not doubtful:
        return list(spans), []
    results = Results(_run(doubtful, processes), ())
    kept = {window.path for window in results.windows}
    bad = [Skip(one.path, clean(one.why)) for one in results.skipped]
    copies = [Skip(one.path, f"is of the same window as {clean(str(one.of))}") for one in results.copies]
    left_out = set(doubtful) - kept
    return [span for span in spans if span.path not in left_out], [*bad, *copies]


def _several(spans: Sequence[Span]) -> list[Path]:
    """The recordings of windows that have more than one."""
    found: dict[tuple[str, int], list[Path]] = {}
    for span in spans:
        found.setdefault((span.slug, span.start_ms), []).append(span.path)
    return [path for paths in found.values() if len(paths) > 1 for path in paths]


def _run(paths: Sequence[Path], processes: int) -> dict[int, WindowRun | Skipped]:
    """What became of each, by its place; a line on the terminal says how far it is."""
    outcomes: dict[int, WindowRun | Skipped] = {}
    with (
        closing(Progress(sys.stderr, [weigh(path) for path in paths])) as line,
        local(min(processes, len(paths))) as executor,
    ):
        line.draw()
        for place, outcome in spread(enumerate(paths), partial(_placed, _NOBODY), executor, processes, line.draw):
            outcomes[place] = outcome
            line.ended(place, outcome.frames if isinstance(outcome, WindowRun) else 0)
    return outcomes


def _placed(terms: Terms, job: tuple[int, Path]) -> tuple[int, WindowRun | Skipped]:
    place, path = job
    return place, run_one(terms, path)

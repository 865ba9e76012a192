"""`pmtui backtest`: recordings through the same engine, in several processes; a table, and a report in two forms."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from app.arguments import UsageError
from app.backtest import target
from app.backtest.document import document
from app.backtest.job import Skipped, Terms, run_one, terms
from app.backtest.library import find, find_logged, refusals
from app.backtest.page import page
from app.backtest.printed import print_lines
from app.backtest.progress import Progress, weigh
from app.backtest.results import DEMO, Results
from app.backtest.spread import cores
from app.backtest.survive import survive
from app.backtest.table import table
from app.backtest.window import WindowRun
from app.said import counted
from app.settings import Settings
from app.strategies import Selection
from app.values import shown
from feeds.text import clean

DONE: Final = 0
FAILED: Final = 1

KILLED: Final = "the process that ran it was killed, twice; give it more memory, or leave the recording out"


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    paths: tuple[Path, ...]
    """Files and folders; the log folder's real windows where there are none."""
    log_dir: Path
    json: Path | None
    html: Path | None
    processes: int | None
    """None for all cores."""


def run_backtest(settings: Settings, request: Request) -> int:
    """Run the recordings and print the table; returns the exit code. Raises UsageError and SettingError."""
    conditions = terms(settings.limits(), Selection(settings.strategies))
    _check_targets(request)
    recordings = _recordings(request)
    if not recordings:
        return _failed(_nothing(request))
    try:
        outcomes = _run(recordings, conditions, request.processes or cores())
    except KeyboardInterrupt:
        return _failed("interrupted; nothing was written")
    except BrokenExecutor:
        return _failed("the processes that were to run the recordings ended at once; is there enough memory?")
    results = Results(outcomes, conditions.names)
    if not results.windows:
        return _failed(f"none of {counted(len(recordings), 'recording')} could be run")
    return _tell(results, conditions, request)


def _check_targets(request: Request) -> None:
    for option, path in _targets(request):
        target.check(option, path)
    if request.json is not None and request.html is not None and request.json.resolve() == request.html.resolve():
        raise UsageError(f"--json and --html are both {shown(str(request.json))}; give two names")


def _targets(request: Request) -> Iterator[tuple[str, Path]]:
    if request.json is not None:
        yield "--json", request.json
    if request.html is not None:
        yield "--html", request.html


def _recordings(request: Request) -> list[Path]:
    with refusals():
        found = find(request.paths) if request.paths else find_logged(request.log_dir)
    for option, path in _targets(request):
        target.check_apart(option, path, found)
    return found


def _nothing(request: Request) -> str:
    """Why there is nothing to run, and what to do about it."""
    if request.paths:
        return f"there is no recording under {', '.join(shown(str(path)) for path in request.paths)}"
    logs, demo = shown(str(request.log_dir)), request.log_dir / DEMO
    made_up = find([demo]) if demo.is_dir() else []
    if made_up:
        return (
            f"{logs} holds no recording of a real window, only {counted(len(made_up), 'recording')} of a demo, which "
            f"says nothing about the world; to run it all the same, give its path: pmtui backtest {shown(str(demo))}"
        )
    return f"{logs} holds no recording; make some with pmtui record, or name a file or a folder"


def _run(recordings: Sequence[Path], conditions: Terms, processes: int) -> dict[int, WindowRun | Skipped]:
    """What became of each recording, by its place."""
    outcomes: dict[int, WindowRun | Skipped] = {}
    progress = Progress(sys.stderr, [weigh(path) for path in recordings])
    work, again = partial(run_one, conditions), partial(_again, progress)
    with (
        contextlib.closing(progress),
        contextlib.closing(survive(recordings, work, processes, again=again, beat=progress.draw)) as ended,
    ):
        progress.draw()
        for place, made in ended:
            outcome = outcomes[place] = made or Skipped(recordings[place], KILLED)
            if isinstance(outcome, Skipped):
                progress.say(f"pmtui: skipped {clean(str(outcome.path))}: {outcome.reason}")
                progress.ended(place, 0)
            else:
                progress.ended(place, outcome.frames)
        progress.finish()
    return outcomes


def _again(progress: Progress, recordings: int) -> None:
    told = f"{counted(recordings, 'recording')} on their way are run again, one at a time"
    progress.say(f"pmtui: a process was killed; {told}")


def _tell(results: Results, conditions: Terms, request: Request) -> int:
    """Print the table and write the files."""
    told = print_lines(table(results))
    reports = (
        (request.json, partial(document, results, conditions)),
        (request.html, partial(page, results, conditions)),
    )
    for path, make in reports:
        if path is not None:
            try:
                target.write(path, make())
            except OSError as error:
                return _failed(f"{shown(str(path))} could not be written: {error.strerror or error}")
    return _failed(told) if told else DONE


def _failed(sentence: str) -> int:
    sys.stderr.write(f"pmtui: {sentence}\n")
    return FAILED

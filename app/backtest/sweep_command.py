"""`pmtui sweep`: from the options of the command line to the report on stdout."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.backtest import target
from app.backtest.cluster import ClusterFailed, check_address, cluster
from app.backtest.copies import once
from app.backtest.library import find, refusals
from app.backtest.printed import print_lines
from app.backtest.progress import Progress, weigh
from app.backtest.split import Skip, split, survey
from app.backtest.spread import local
from app.backtest.sweep import Unreachable
from app.backtest.sweep_json import as_json
from app.backtest.sweep_table import table
from app.backtest.swept import Swept, Watch, sweep
from app.backtest.trial import Loader, combine
from app.said import counted
from app.values import SettingError, shown
from feeds.text import clean


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """What the command line says."""

    paths: tuple[Path, ...]
    given: tuple[str, ...]
    """Each `--set` as it stands."""
    drawn: int | None
    """Combinations to draw; None for the whole grid."""
    seed: int
    holdout_percent: int
    processes: int
    dask: str | None
    json_file: Path | None


NONE_USABLE: Final = "none of the recordings can be used"


class SweepFailed(Exception):
    """The sweep came to nothing: one sentence."""


def run_sweep(options: SweepOptions, settings: Loader) -> int:
    """Run the sweep, print its report; returns the exit code. SettingError, UsageError for what is wrong beforehand."""
    combinations = combine(options.given, options.drawn, options.seed, settings)
    if options.dask is not None:
        check_address(options.dask)
    found = _found(options)
    surveyed, skipped = survey(found)
    try:
        spans, copies = once(surveyed, options.processes)
        skipped += copies
        parts = split(spans, options.holdout_percent)
        if not parts.search:
            _tell_skipped(skipped)
            raise SweepFailed(_too_few(len(spans)))
        with _workers(options) as (executor, processes), _followed() as watch:
            swept = sweep(combinations, parts, skipped, options.seed, executor, processes, watch)
        _tell_skipped(swept.skipped)
        if len(swept.searched.refused) == len(parts.search):
            raise SweepFailed(NONE_USABLE)
        return _report(swept, options.json_file)
    except BrokenExecutor:
        return _failed("a process was killed while it ran a recording, perhaps for its memory; give fewer --processes")
    except (ClusterFailed, SweepFailed, Unreachable) as error:
        return _failed(str(error))


def _report(swept: Swept, json_file: Path | None) -> int:
    told = print_lines(table(swept))
    if json_file is not None:
        try:
            target.write(json_file, as_json(swept))
        except OSError as error:
            raise SweepFailed(f"--json {shown(str(json_file))} cannot be written ({error.strerror})") from None
    return _failed(told) if told else 0


@contextmanager
def _followed() -> Iterator[Watch]:
    """A line on the terminal says how far the sweep has come; a job is a recording and some of the combinations."""
    lines: list[Progress] = []

    def watch(paths: Sequence[Path]) -> Callable[[int, int], None]:
        line = Progress(sys.stderr, [weigh(path) for path in paths], unit="job")
        lines.append(line)
        line.draw()
        return line.ended

    try:
        yield watch
        for line in lines:
            line.finish()
    finally:
        for line in lines:
            line.close()


@contextmanager
def _workers(options: SweepOptions) -> Iterator[tuple[Executor, int]]:
    if options.dask is not None:
        with cluster(options.dask) as workers:
            yield workers
    else:
        with local(options.processes) as executor:
            yield executor, options.processes


def _found(options: SweepOptions) -> list[Path]:
    with refusals():
        found = find(options.paths)
    if not found:
        raise SettingError(f"there is no recording in {', '.join(shown(str(path)) for path in options.paths)}.")
    if options.json_file is not None:
        target.check("--json", options.json_file)
        target.check_apart("--json", options.json_file, found)
    return found


def _too_few(windows: int) -> str:
    if not windows:
        return NONE_USABLE
    return f"{counted(windows, 'window')} cannot be cut into an earlier and a later part; give recordings of more"


def _tell_skipped(skipped: Sequence[Skip]) -> None:
    for skip in skipped:
        sys.stderr.write(f"pmtui: skipped {clean(str(skip.path))}: {skip.why}\n")


def _failed(sentence: str) -> int:
    sys.stderr.write(f"pmtui: {sentence}\n")
    return 1

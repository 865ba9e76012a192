"""`pmtui replay --check`: does a recording, run again, decide what the run decided?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.backtest.beside import told_beside
from app.backtest.job import skipped
from app.backtest.replay import Replay, replay
from app.backtest.seed_folder import is_seed_folder
from app.said import counted, sent_and_filled
from app.telemetry.info import FILE_NAME
from engine.signal import Strategy
from feeds.text import clean

SAME: Final = 0
DIFFERENT: Final = 1

_KEY: Final = "decision_hash"
_RUN: Final = "run_id"
"""Whose hash it is; older files do not say."""


def check(paths: Sequence[Path], known: Mapping[str, Strategy]) -> int:
    """A line for each recording on stdout. The exit code: 0 where every one was compared and decides the same."""
    words = [_checked(path, known) for path in paths]
    for word, line in words:
        print(f"{word:<9} {line}")
    return SAME if all(word == "same" for word, _ in words) else DIFFERENT


def _checked(path: Path, known: Mapping[str, Strategy]) -> tuple[str, str]:
    """One word on a recording, and its hash or what is wrong with it. Whatever that is, the next one is checked too."""
    try:
        return _compared(path, known)
    except KeyboardInterrupt:
        raise
    except BaseException as fault:  # a strategy from outside may raise what it likes
        return "unread", clean(f"{path.name}: {skipped(path, fault).reason}")


def _compared(path: Path, known: Mapping[str, Strategy]) -> tuple[str, str]:
    """The last run of the window against its hash: of an earlier one none is kept."""
    *earlier, last = replay(path, known)
    name = clean(path.name)
    if not last.engine.strategies:
        return "nothing", f"{name}: no strategy was asked when it was recorded, so it decided nothing"
    which = f", the last of {len(earlier) + 1} runs" if earlier else ""
    decided = f"{name}: {last.decision_hash}, {sent_and_filled(len(last.orders), len(last.fills))}{which}"
    told = told_beside(path, last.market)
    lack = _lack(path, last, told)
    if lack:
        return "no hash", f"{decided}; {lack}"
    if told[_KEY] != last.decision_hash:
        gaps = f"; {counted(last.dropped, 'line')} of it were dropped by a full disk" if last.dropped else ""
        return "DIFFERENT", f"{decided}; the run itself had {clean(told[_KEY])}{gaps}"
    return "same", decided


def _lack(path: Path, last: Replay, told: Mapping[str, str]) -> str:
    """Why there is no hash that this run could be compared with; nothing where there is one."""
    if is_seed_folder(path):
        return "two CSV files do not hold all that a run took in, so its own hash is no measure"
    if _KEY not in told:
        return f"no {FILE_NAME} of this window beside it says {_KEY}"
    if told.get(_RUN, last.run_id) != last.run_id:
        return f"the {_KEY} in {FILE_NAME} is of run {clean(told[_RUN])}, which was not recorded here"
    return ""

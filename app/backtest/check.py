"""`pmtui replay --check`: does a recording, run again, decide what the run decided?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.backtest.replay import replay
from app.said import sent_and_filled
from app.telemetry.info import FILE_NAME, read_info
from engine.signal import Strategy
from feeds.recording import BadRecording
from feeds.text import clean

SAME: Final = 0
DIFFERENT: Final = 1

_KEY: Final = "decision_hash"


def check(paths: Sequence[Path], known: Mapping[str, Strategy]) -> int:
    """A line for each recording on stdout. The exit code: 0 where every one was compared and decides the same."""
    words = [_checked(path, known) for path in paths]
    for word, line in words:
        print(f"{word:<9} {line}")
    return SAME if all(word == "same" for word, _ in words) else DIFFERENT


def _checked(path: Path, known: Mapping[str, Strategy]) -> tuple[str, str]:
    """One word on a recording, and its hash or what is wrong with it.

    `market_info.txt` has the hash of the last run of a window, so a window that was entered twice is compared by that.
    """
    name = clean(path.name)
    try:
        *_, last = replay(path, known)
    except BadRecording as error:
        return "unread", str(error)
    folder = path if path.is_dir() else path.parent
    told = read_info(folder / FILE_NAME).get(_KEY)
    counts = sent_and_filled(len(last.orders), len(last.fills))
    if told is None:
        return "no hash", f"{name}: {last.decision_hash}, {counts}; {FILE_NAME} beside it does not say {_KEY}"
    if told != last.decision_hash:
        return "DIFFERENT", f"{name}: {last.decision_hash}, {counts}; the run itself had {clean(told)}"
    return "same", f"{name}: {told}, {counts}"

"""One recording as a job for another process: what it comes to, or why it is left out, both as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.backtest.quiet import sweep_up
from app.backtest.window import WindowRun, run_window
from app.strategies import Selection
from app.values import SettingError
from engine.limits import Limits
from engine.signal import Strategy
from engine.strategies.guarded import Guarded, told
from feeds.recording import BadRecording
from feeds.text import clean

Rules = Selection | tuple[Strategy, ...]
"""Ours as they are; where there are others, what they are loaded by, anew for each window."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which limits and by which strategies all recordings are run."""

    limits: Limits
    rules: Rules
    names: tuple[str, ...]
    """Of the strategies, in their order."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A recording that counts nowhere, and why: one sentence."""

    path: Path
    why: str

    @property
    def reason(self) -> str:
        """`why` without the name of the file, which whoever shows it has before it."""
        name = self.path.name
        named = self.why.startswith((f"{name}:", f"{name},"))
        return self.why[len(name) + 1 :].lstrip() if named else self.why


def terms(limits: Limits, selection: Selection) -> Terms:
    """The terms for these strategies. Raises SettingError where one cannot be loaded."""
    strategies = selection.load()
    foreign = any(isinstance(strategy, Guarded) for strategy in strategies)
    return Terms(limits, selection if foreign else strategies, tuple(strategy.name for strategy in strategies))


def run_one(terms: Terms, path: Path) -> WindowRun | Skipped:
    """Run one recording; whatever is wrong with it is told, not raised."""
    try:
        return run_window(path, terms.limits, _strategies(terms.rules))
    except BaseException as fault:  # a strategy from outside may raise what it likes; ctrl+c does not come here
        return skipped(path, fault)
    finally:
        sweep_up()


def skipped(path: Path, fault: BaseException) -> Skipped:
    """The recording that this fault ended."""
    match fault:
        case BadRecording() | SettingError():
            return Skipped(path, str(fault))
        case OSError():
            return Skipped(path, f"it cannot be read: {clean(fault.strerror or str(fault))}")
        case MemoryError():
            return Skipped(path, "it takes more memory than there is")
    return Skipped(path, f"a fault ended it: {told(fault)}")


def _strategies(rules: Rules) -> Sequence[Strategy]:
    return rules.load() if isinstance(rules, Selection) else rules

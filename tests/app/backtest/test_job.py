"""One recording as a job: whatever is wrong with it comes back as a sentence."""

from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import ClassVar

import pytest

from app.backtest.job import Skipped, Terms, run_one, terms
from app.backtest.window import WindowRun
from app.strategies import Selection
from app.values import SettingError
from engine.limits import Limits
from engine.signal import Gate, Signal
from engine.state import MarketState
from engine.strategies import standard
from tests.app.backtest.converters import write_lines
from tests.app.backtest.small import small_lines, small_market, write_small

TERMS = Terms(Limits(), standard(), ())

FAULTY = """
class Faulty:
    name = "faulty"

    def evaluate(self, state):
        return ("left", 1 / 0, 0.0)

STRATEGY = Faulty()
"""


@dataclass(frozen=True)
class Raising:
    """A strategy that nobody guards."""

    fault: type[BaseException]
    name: ClassVar[str] = "raising"

    def evaluate(self, state: MarketState) -> Signal | Gate:
        raise self.fault


def test_a_window_comes_back_as_what_it_came_to(tmp_path: Path) -> None:
    run = run_one(TERMS, write_small(tmp_path))
    assert isinstance(run, WindowRun)
    assert len(run.bets) == 1
    assert run.faults == {}


def test_it_is_small_enough_to_be_sent_and_kept(tmp_path: Path) -> None:
    assert len(ForkingPickler.dumps(run_one(TERMS, write_small(tmp_path)))) < 10_000


def test_a_bad_recording_says_why_without_its_name_twice(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_bytes(b"{}\n")
    skipped = run_one(TERMS, path)
    assert skipped == Skipped(path, "notes.jsonl, line 1: not a record, which is an object with t, m, s and d")
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "line 1: not a record, which is an object with t, m, s and d"


def test_a_name_that_is_also_a_word_takes_nothing_from_the_reason(tmp_path: Path) -> None:
    assert Skipped(tmp_path / "a", "a fault ended it: KeyError").reason == "a fault ended it: KeyError"
    assert Skipped(tmp_path / "a", "a: has no run record").reason == "has no run record"


def test_a_window_of_another_unit_than_milliseconds_is_left_out(tmp_path: Path) -> None:
    """Taken for milliseconds it would lie in the year 58,851, which no report can write."""
    market = small_market()
    micro = {"start_ms": market.start_ms * 1000, "end_ms": market.end_ms * 1000}
    lines = [line._replace(data=line.data | micro) if line.source == "market" else line for line in small_lines()]
    skipped = run_one(TERMS, write_lines(lines, tmp_path / "micro.jsonl"))
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith(f"the market record's start_ms is {market.start_ms * 1000}, no time in whole ")


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    skipped = run_one(TERMS, tmp_path / "gone.jsonl")
    assert isinstance(skipped, Skipped)
    assert "No such file" in skipped.reason


@pytest.mark.parametrize("fault", [KeyError, RecursionError, SystemExit, MemoryError, KeyboardInterrupt])
def test_an_unexpected_fault_names_its_kind_and_goes_no_further(fault: type[BaseException], tmp_path: Path) -> None:
    skipped = run_one(Terms(Limits(), (Raising(fault),), ("raising",)), write_small(tmp_path))
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith(
        "it takes more memory" if fault is MemoryError else f"a fault ended it: {fault.__name__}"
    )


def test_ours_travel_as_they_are_and_others_as_what_they_are_loaded_by(tmp_path: Path) -> None:
    assert terms(Limits(), Selection(("momentum",))).rules == (standard()[1],)
    path = tmp_path / "faulty.py"
    path.write_text(FAULTY)
    selection = Selection(("momentum", str(path)))
    assert terms(Limits(), selection).rules == selection


def test_the_faults_of_a_strategy_from_outside_are_counted_by_window(tmp_path: Path) -> None:
    path = tmp_path / "faulty.py"
    path.write_text(FAULTY)
    made = terms(Limits(), Selection((str(path),)))
    for number in range(2):
        run = run_one(made, write_small(tmp_path, number))
        assert isinstance(run, WindowRun)
        assert run.faults["faulty"].times == 2, "one a quote"
        assert run.faults["faulty"].first == "ZeroDivisionError in line 6 of faulty.py"


def test_a_strategy_that_cannot_be_loaded_is_refused_before_anything_is_run() -> None:
    with pytest.raises(SettingError, match="is not a file"):
        terms(Limits(), Selection(("nowhere.py",)))

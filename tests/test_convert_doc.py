"""docs/convert.py: a table becomes a recording that runs, and its limits are those of a program without settings."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.backtest.recorded import play
from app.backtest.replay import replay
from engine.limits import Limits
from tests.program import ROOT, clean_environment, run

START_MS = 1_795_000_200_000
SCRIPT = ROOT / "docs" / "convert.py"


def converted(folder: Path) -> Path:
    """Five minutes, a row a second: the price goes up, and the Up book follows twenty seconds later."""
    rows = ["ms,price,up_bid,up_ask,down_bid,down_ask"]
    for second in range(300):
        bid = 50 if second < 60 else 60
        prices = (f"0.{bid}", f"0.{bid + 1}", f"0.{99 - bid}", f"0.{100 - bid}")
        rows.append(",".join([str(START_MS + second * 1000), str(80_000 + min(second, 40) * 5), *prices]))
    table = folder / "rows.csv"
    table.write_text("\n".join(rows) + "\n")
    target = folder / "window.jsonl"
    words = (str(table), str(target), str(START_MS), "80000", "UP")
    subprocess.run([sys.executable, str(SCRIPT), *words], check=True, env=clean_environment(), timeout=30)
    return target


def test_the_recording_runs_from_its_first_row_to_its_outcome(tmp_path: Path) -> None:
    path = converted(tmp_path)
    (played,) = replay(path)
    assert played.events["Trade"] == 300
    assert played.events["BestBidAsk"] == 600
    assert (played.strike, played.strike_exact, played.outcome) == (80_000.0, False, 0)
    assert not any(sum(counts.values()) for counts in played.refusals.values())


def test_today_s_strategies_find_something_in_it(tmp_path: Path) -> None:
    from app.backtest.window import run_window
    from engine.strategies import standard

    window = run_window(converted(tmp_path), Limits(), standard())
    assert window.bets
    assert window.bets[0].outcome == 0


def test_its_limits_are_the_defaults(tmp_path: Path) -> None:
    opening = next(play(converted(tmp_path)))
    assert opening.limits == Limits()  # type: ignore[union-attr]


@pytest.mark.parametrize("words", [(), ("rows.csv", "window.jsonl", "1795000200000", "80000")])
def test_without_its_words_it_says_in_one_sentence_which_they_are(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words], capture_output=True, text=True, env=clean_environment(), timeout=30
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("usage: python convert.py ROWS.csv WINDOW.jsonl START_MS STRIKE OUTCOME")


def test_a_check_has_no_decisions_of_a_run_to_compare_it_with(tmp_path: Path) -> None:
    done = run("replay", "--check", str(converted(tmp_path)), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("nothing   window.jsonl: ")


def test_it_is_short_enough_to_be_read() -> None:
    code = [line for line in SCRIPT.read_text().split('"""')[2].splitlines() if line.strip()]
    assert len(code) <= 40

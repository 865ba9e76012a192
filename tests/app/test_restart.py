"""A program killed inside a window takes it up again where it left off, and the recording of both runs replays."""

import re
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from app.backtest.replay import Replay, replay
from tests.program import demo_venue, start
from tests.recompute_net import check, read_info, read_rows

WINDOW_S = 36
COOLDOWN_MS = 8_000
SEED = 27
"""A venue whose price is far enough from the strike for signals in most seconds of such a window."""

SETTINGS = {"COOLDOWN_MS": str(COOLDOWN_MS), "ORDER_CUTOFF_S": "1", "ORDER_LATENCY_MS": "0", "TAKER_HOLD_MS": "0"}
"""Orders meet the book on which they were decided, so that the first one is filled."""


class Restarted(NamedTuple):
    """What a killed run and the run after it left behind."""

    window: Path
    orders_before: list[dict[str, str]]
    """`orders.csv` as it was on disk right after the kill."""
    told: str
    """The second run's log."""
    runs: list[Replay]


@pytest.fixture(scope="module")
def venue() -> Iterator[Mapping[str, str]]:
    """A venue that outlives the program; the settings that point at it."""
    with demo_venue(f"--window={WINDOW_S}", f"--seed={SEED}", "--rate=200", "--pull-rate=0") as settings:
        yield settings


@pytest.fixture(scope="module")
def restarted(venue: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Restarted:
    folder = tmp_path_factory.mktemp("restart")
    settings = dict(venue) | SETTINGS
    # Binance's own candle settles the hourly market: nothing waits for an oracle here.
    arguments = ("--no-ui", "--record", "--markets", "1", "--interval", "1h", "--log-dir", str(folder))

    first = start(*arguments, cwd=folder, environment=settings)
    assert first.stderr is not None
    exact = filled = False
    for line in first.stderr:  # either may come first, and after a fill there is no other before the cooldown is over
        exact = exact or "exact=yes" in line
        filled = filled or "  fill  " in line
        if exact and filled:
            break
    (window,) = (folder / "demo" / "1h").iterdir()
    wait_for_rows(window / "fills.csv")
    wait_for_frames(window)
    first.kill()
    first.communicate(timeout=10)
    orders_before = read_rows(window / "orders.csv")

    second = start(*arguments, cwd=folder, environment=settings)
    _, told = second.communicate(timeout=WINDOW_S + 30)
    assert second.returncode == 0, told
    return Restarted(window, orders_before, told, replay(window))


def wait_for_rows(path: Path) -> None:
    """Until the writer, which writes four times a second, has put a row on disk."""
    until = time.monotonic() + 10
    while not read_rows(path):
        assert time.monotonic() < until, f"no row in {path.name}"
        time.sleep(0.02)


def wait_for_frames(window: Path) -> None:
    """Until the recording, which is written less often than orders and fills, has passed all that has been told."""
    told_ns = time.time_ns()
    until = time.monotonic() + 10
    while (
        max(int(wall) for wall in re.findall(r'^{"t":(\d+)', (window / "frames.jsonl").read_text(), re.MULTILINE))
        < told_ns
    ):
        assert time.monotonic() < until, "the recording stands still"
        time.sleep(0.05)


def test_the_second_run_has_the_orders_and_the_position_of_the_first(restarted: Restarted) -> None:
    first, second = restarted.runs
    assert len(restarted.orders_before) == len(first.orders) == first.engine.risk.orders > 0
    assert first.fills
    assert second.engine.risk.orders == len(first.orders) + len(second.orders)
    bought = [sum(fill.size for fill in (*first.fills, *second.fills) if fill.outcome == side) for side in (0, 1)]
    assert second.engine.position.total.shares == bought


def test_orders_are_numbered_on_over_the_restart(restarted: Restarted) -> None:
    rows = read_rows(restarted.window / "orders.csv")
    assert len(rows) > len(restarted.orders_before), "no orders after the restart: choose another seed"
    assert [row["order_id"].rsplit("-", 1)[1] for row in rows] == [str(n + 1) for n in range(len(rows))]
    assert read_info(restarted.window)["total_orders"] == str(len(rows))


def test_the_cooldown_goes_on_over_the_restart(restarted: Restarted) -> None:
    rows = read_rows(restarted.window / "orders.csv")
    times = [int(row["ts_ms"]) for row in rows]
    assert all(later - earlier >= COOLDOWN_MS for earlier, later in pairwise(times))
    last_before = int(restarted.orders_before[-1]["ts_ms"])
    second_run_began = restarted.runs[1].began_ms
    blocked = [
        row
        for row in read_rows(restarted.window / "signals.csv")
        if second_run_began <= int(row["ts_ms"]) < last_before + COOLDOWN_MS and row["selected"] == "true"
    ]
    assert blocked, "the restart took longer than the cooldown"
    assert {row["block"].split()[0] for row in blocked} == {"cooldown"}


def test_the_strike_is_the_first_runs(restarted: Restarted) -> None:
    first, second = restarted.runs
    assert first.strike_source is not None
    assert (second.strike, second.strike_source, second.strike_exact) == (
        first.strike,
        first.strike_source,
        first.strike_exact,
    )


def test_the_replay_of_both_runs_ends_with_the_second_runs_hash(restarted: Restarted) -> None:
    info = read_info(restarted.window)
    assert restarted.runs[1].decision_hash == info["decision_hash"]
    assert restarted.runs[0].decision_hash != info["decision_hash"]
    answered = [row["trade_id"] for row in read_rows(restarted.window / "fills.csv") if row["filled_size"]]
    assert [fill.trade_id for run in restarted.runs for fill in run.fills] == answered


def test_the_windows_money_is_that_of_both_runs(restarted: Restarted, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(restarted.window) == []
    assert "settled" in restarted.told

"""Quitting inside a window: what stays open is told, and settled by the next start where its venue still runs."""

import re
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.program import demo_venue, run, start
from tests.recompute_net import check, read_info, read_rows

WINDOW_S = 20
AT_ONCE = {"ORDER_LATENCY_MS": "0", "TAKER_HOLD_MS": "0"}
"""Orders meet the book on which they were decided, so that the first one is filled."""


@pytest.fixture
def venue() -> Iterator[Mapping[str, str]]:
    """A venue that outlives the program; the settings that point at it."""
    with demo_venue(f"--window={WINDOW_S}", "--seed=7", "--pull-rate=0") as settings:
        yield settings


def stopped_after(kind: str, *arguments: str, folder: Path, settings: Mapping[str, str]) -> list[str]:
    """The log of a run that is told to stop after its first line of this kind."""
    process = start("--no-ui", *arguments, "--log-dir", str(folder), cwd=folder, environment=settings)
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if f"Z  {kind} " in line:
            break
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=15)
    assert process.returncode == 0
    return seen + rest.splitlines(keepends=True)


def line_of(kind: str, log: list[str]) -> str:
    (line,) = [line for line in log if f"Z  {kind} " in line]
    return line


def test_the_next_start_settles_it_and_tells_so_and_counts_it(tmp_path: Path, venue: Mapping[str, str]) -> None:
    settings = dict(venue) | AT_ONCE
    first = stopped_after("fill", folder=tmp_path, settings=settings)
    left = line_of("left", first)
    assert "windows=1 " in left
    assert "completed at the next start, if its venue still runs then" in left
    (window,) = (tmp_path / "demo" / "5m").iterdir()
    spent = sum(
        float(row["filled_price"] or 0) * float(row["filled_size"] or 0) for row in read_rows(window / "fills.csv")
    )
    stake = re.search(r"stake_usd=([\d.]+)", left)
    assert stake is not None
    assert float(stake[1]) >= spent - 0.01
    assert "completed at the next start" in line_of("open", first)
    time.sleep(max(int(read_info(window)["end_ms"]) / 1000 + 3 - time.time(), 0))

    second = run("--no-ui", "--duration", "4", "--log-dir", str(tmp_path), cwd=tmp_path, environment=settings)
    assert second.returncode == 0, second.stderr
    completed = line_of("completed", second.stderr.splitlines(keepends=True))
    info = read_info(window)
    assert f"market={window.name} outcome={info['outcome']} source=gamma" in completed
    assert check(window) == []
    day = line_of("day", second.stderr.splitlines(keepends=True))
    assert re.search(r" windows=1 trades=[1-9]", day), day
    net = re.search(r" net=(\S+)", completed)
    assert net is not None
    assert f"net={net[1]} " in day


def test_a_demos_own_venue_forgets_so_nothing_is_promised(tmp_path: Path) -> None:
    log = stopped_after("fill", "--demo", "--window", str(WINDOW_S), "--seed", "7", folder=tmp_path, settings=AT_ONCE)
    for line in (line_of("left", log), line_of("open", log)):
        assert "a demo's venue forgets its windows when it ends" in line
        assert "next start" not in line


def test_a_window_in_which_nothing_was_bought_is_not_told_as_money_left_open(tmp_path: Path) -> None:
    log = stopped_after(
        "strike", "--demo", "--window", str(WINDOW_S), folder=tmp_path, settings={"MIN_NET_EDGE": "0.99"}
    )
    assert "orders=0 fills=0" in line_of("open", log)
    assert not [line for line in log if "Z  left " in line]

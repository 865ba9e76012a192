"""One command trades the simulated venue over real sockets, from discovery to settlement."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import ROOT, run
from tests.recompute_net import read_info, read_rows

WINDOW_S = 30
MARKETS = 3


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("demo")
    arguments = ["--no-ui", "--demo", "--window", str(WINDOW_S), "--markets", str(MARKETS), "--seed", "7"]
    done = run(*arguments, "--log-dir", str(folder), cwd=folder, timeout=WINDOW_S * (MARKETS + 2))
    return done, folder / "demo" / "5m"


def windows(root: Path) -> list[Path]:
    return sorted(root.iterdir())


def recorded(folder: Path) -> Iterator[dict[str, object]]:
    with gzip.open(folder / "frames.jsonl.gz", "rt") as lines:
        yield from map(json.loads, lines)


def test_it_ends_by_itself_after_three_settled_windows(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, root = demo
    assert done.returncode == 0, done.stderr
    assert len(windows(root)) == MARKETS
    assert done.stderr.count("  settled  ") == MARKETS
    assert "trouble" not in done.stderr
    assert done.stdout == ""


def test_the_windows_follow_each_other_without_a_gap_and_each_next_one_is_warm(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, root = demo
    infos = [read_info(folder) for folder in windows(root)]
    assert [info["start_ms"] for info in infos[1:]] == [info["end_ms"] for info in infos[:-1]]
    assert done.stderr.count("state=ready") == MARKETS
    for folder, info in list(zip(windows(root), infos, strict=True))[1:]:
        warm_ns = (int(info["start_ms"]) - 10_000) * 1_000_000
        seen = [line for line in recorded(folder) if isinstance(line["t"], int) and line["t"] <= warm_ns]
        assert {"binance", "clob", "link", "market", "oracle", "run"} <= {line["s"] for line in seen}


def test_every_window_has_signals_orders_fills_and_a_settlement(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, root = demo
    infos = [read_info(folder) for folder in windows(root)]
    assert all(int(info["total_signals"]) > 0 for info in infos)
    assert sum(int(info["total_orders"]) for info in infos) > 0
    assert sum(int(info["total_filled"]) for info in infos) > 0
    assert all(info["outcome"] in ("UP", "DOWN") for info in infos)
    assert all(info["dropped_rows"] == "0" for info in infos)


def test_the_outcome_is_the_one_that_the_venues_own_strike_and_final_give(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, root = demo
    infos = [read_info(folder) for folder in windows(root)]
    finals = [float(info["final"]) for info in infos]
    for strike, info in zip(finals, infos[1:], strict=False):
        assert (float(info["final"]) >= strike) == (info["outcome"] == "UP")


def test_the_net_profit_equals_a_recomputation_that_knows_nothing_of_the_project(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, root = demo
    script = ROOT / "tests" / "recompute_net.py"
    checked = subprocess.run([sys.executable, "-I", script, root], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(checked.stdout.splitlines()) == MARKETS


def test_every_signal_that_is_no_order_says_what_stopped_it(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, root = demo
    for folder in windows(root):
        signals = read_rows(folder / "signals.csv")
        ordered = [row for row in signals if not row["block"]]
        assert all(row["selected"] == "true" for row in ordered)
        assert len(ordered) == len(read_rows(folder / "orders.csv"))


def test_the_distance_of_a_signal_is_the_one_that_the_strategy_saw(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """Binance stands above the oracle, so its raw distance has the wrong sign where the price is near the strike."""
    _, root = demo
    rows = [row for folder in windows(root) for row in read_rows(folder / "signals.csv")]
    faded = [row for row in rows if row["strategy"] == "distance_fade"]
    assert faded
    for row in faded:
        assert (float(row["dist"]) > 0) == (row["side"] == "UP"), row
        assert abs(float(row["dist"])) > 0.000441 * float(row["price"]) * 0.99, row


def test_every_strike_is_the_oracles_own_and_the_venue_agrees_with_strike_and_final(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, root = demo
    for folder in windows(root):
        info = read_info(folder)
        assert info["strike_source"] == "chainlink_twap"
        assert (info["audit_strike"], info["audit_final"]) == ("0", "0")
        late_ms = int(info["strike_known_ms"]) - int(info["start_ms"])
        assert 0 < late_ms < WINDOW_S * 1000
        (strike,) = [line["d"] for line in recorded(folder) if line["s"] == "strike" and exact(line)]
        assert isinstance(strike, dict)
        assert str(strike["value"]) == info["strike"]


def exact(line: dict[str, object]) -> bool:
    data = line["d"]
    return isinstance(data, dict) and data["exact"] is True


def test_what_the_lock_in_said_at_last_is_what_the_window_settled_on(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """All of the average is printed by then; what was rebuilt of it is off by its rounding at most."""
    _, root = demo
    for folder in windows(root):
        info = read_info(folder)
        assert float(info["lock_in_share"]) == 1.0
        assert abs(float(info["lock_in_mean"]) - float(info["final"])) < 0.01

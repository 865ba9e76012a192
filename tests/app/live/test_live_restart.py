"""A live window that is left and entered again: the limits go on, and the recording of both runs is decided again."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.backtest.recorded import recording
from app.backtest.replay import replay
from tests.app.demo.trading import Desk, running
from tests.app.live.rig import venue_settings
from tests.program import run, start
from tests.recompute_net import read_info, read_rows

WINDOW_S = 45
PATIENCE_S = 60


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """A venue whose second window has an order early on."""
    with running(f"--window={WINDOW_S}", "--rate=100", "--seed=7") as desk:
        yield desk


def until_filled(folder: Path, wanted: float) -> None:
    while time.monotonic() < wanted:
        files = list(folder.glob("logs/demo/live/5m/*/fills.csv"))
        if files and any(row["filled_size"] for row in read_rows(files[0].parent / "fills.csv")):
            return
        time.sleep(0.1)
    raise AssertionError("no live order was filled")


def test_the_second_run_goes_on_where_the_first_one_stopped(desk: Desk, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text(desk.facts["wallet_key"])
    key_file.chmod(0o600)
    given = venue_settings(desk.facts) | {
        "WALLET_KEY_FILE": str(key_file),
        "FUNDER": desk.facts["funder"],
        "SIGNATURE_TYPE": str(desk.facts["signature_type"]),
        "ARM_LIVE": "btc-5m",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    arguments = ("--no-ui", "--record", "--markets", "1", "--arm", "--log-dir", str(tmp_path / "logs"))
    first = start(*arguments, cwd=tmp_path, environment=given)
    try:
        until_filled(tmp_path, time.monotonic() + PATIENCE_S)
        first.send_signal(signal.SIGTERM)
        _, told = first.communicate(timeout=20)
    finally:
        first.kill()
    assert first.returncode == 0, told
    second = run(*arguments, cwd=tmp_path, environment=given, timeout=3 * WINDOW_S)
    assert second.returncode == 0, second.stderr
    folder = sorted((tmp_path / "logs" / "demo" / "live" / "5m").iterdir())[0]
    runs = [record.data for record in recording(folder) if record.source == "run"]
    assert len(runs) == 2, second.stderr
    assert runs[0]["earlier"]["orders"] == []
    sent = told.count("  live-order  ")
    assert len(runs[1]["earlier"]["orders"]) == sent > 0
    again = replay(folder)
    assert again[-1].decision_hash == read_info(folder)["decision_hash"]
    ids = [order.order_id for one in again for order in one.orders]
    assert ids == [f"{folder.name}-{number + 1}" for number in range(len(ids))]
    assert [row["order_id"] for row in read_rows(folder / "orders.csv")] == ids
    assert again[-1].engine.risk.orders == len(ids)
    assert sum(len(one.fills) for one in again) == len(
        [row for row in read_rows(folder / "fills.csv") if row["trade_id"]]
    )

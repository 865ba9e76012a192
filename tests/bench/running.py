"""The running program on a demo venue over loopback: what its own latency file says, and what memory it takes."""

import csv
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

from tests.bench.table import Row, spread
from tests.program import ROOT, clean_environment

MANY_ORDERS: Final = {"COOLDOWN_MS": "100", "MAX_ORDERS_PER_MARKET": "1000", "MAX_POSITION_USD": "1000000"}
"""So that there are enough orders for a percentile."""

BOUNDS: Final = {
    300: {
        "e2e": "median <= 50 µs, 99 % <= 200 µs",
        "pm_recv": "median <= 20 µs, 99 % <= 100 µs",
        "binance_recv": "median <= 10 µs, 99 % <= 50 µs",
    },
    3000: {"e2e": "median <= 30 µs, 99 % <= 100 µs"},
}

NAMES: Final = {
    "e2e": "frame received to order dispatched",
    "pm_recv": "book frame to event handed over",
    "binance_recv": "Binance frame to event handed over",
    "eval": "evaluation, telemetry of its signals included",
}


def rows(rate: int, window_s: int, folder: Path) -> list[Row]:
    """One window at `rate` frames a second."""
    process = _start(rate, window_s, folder, MANY_ORDERS)
    process.communicate()
    measured = latencies(folder)
    made = []
    for event, name in NAMES.items():
        values = sorted(measured[event])
        if not values:
            continue
        made.append(Row(f"{name} ({len(values)})", spread(values), BOUNDS[rate].get(event, "")))
    if measured["e2e"]:
        under = sum(value < 50 for value in measured["e2e"]) / len(measured["e2e"])
        made.append(Row("orders dispatched under 50 µs", f"{under:.1%}"))
    return made


def soak(folder: Path) -> list[Row]:
    """Five minutes at 300 frames/s: memory from the second minute to the fifth, and what was dropped."""
    process = _start(300, 300, folder, {})
    begun = time.monotonic()
    samples: list[tuple[float, float]] = []
    while process.poll() is None:
        time.sleep(2)
        elapsed = time.monotonic() - begun
        if 120 <= elapsed <= 300 and (resident := _resident_mb(process.pid)):
            samples.append((elapsed / 60, resident))
    process.communicate()
    dropped = [line for path in folder.rglob("market_info.txt") for line in path.read_text().splitlines()]
    rows_dropped = next((line.partition("=")[2] for line in dropped if line.startswith("dropped_rows=")), "?")
    return [
        Row("memory slope, minutes 2 to 5", f"{_slope(samples):+.2f} MB a minute", "< 1 MB a minute"),
        Row("memory at the end", f"{samples[-1][1]:.0f} MB" if samples else "not measured"),
        Row("rows dropped", rows_dropped, "0"),
        Row("exit code", str(process.returncode), "0"),
    ]


def _start(rate: int, window_s: int, folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True)
    arguments = ["--no-ui", "--demo", "--window", str(window_s), "--markets", "1", "--seed", "7", "--rate", str(rate)]
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments, "--log-dir", str(folder)],
        cwd=folder,
        env=clean_environment(settings) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def latencies(folder: Path) -> dict[str, list[float]]:
    """All of a folder's latency files, in microseconds by event."""
    measured: dict[str, list[float]] = defaultdict(list)
    for path in folder.rglob("latency.csv"):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                measured[row["event"]].append(float(row["latency_us"]))
    return measured


def _resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123 - a kernel file
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _slope(samples: list[tuple[float, float]]) -> float:
    """Least squares, megabytes a minute."""
    if len(samples) < 2:
        return 0.0
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    spread_x = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread_x

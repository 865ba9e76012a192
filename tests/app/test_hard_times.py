"""The program when what it stands on gives way: a full disk, a venue that dies, a world that has stopped answering."""

import asyncio
import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.disk_room import watch_room
from app.news import News, Trouble
from tests.program import ROOT, clean_environment, run, start

DEMO = ("--demo", "--window", "20", "--seed", "27", "--rate", "200")
BUSY = {"COOLDOWN_MS": "200", "ORDER_CUTOFF_S": "1", "MAX_ORDERS_PER_MARKET": "50"}
"""Settings under which such a window has an order every second or so."""

PAIR = r'[a-z_]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]+)'
LINE = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z  [a-z]+ +(?:{PAIR})(?: {PAIR})*")


def lines_of(text: str) -> list[str]:
    """The log's lines, each of which must be one that a machine can read."""
    lines = text.splitlines()
    for line in lines:
        assert LINE.fullmatch(line), line
    return lines


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own; skips where it cannot be mounted."""
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, f"size={size}".encode()) != 0:
        pytest.skip("mounting a small disk takes root")
    try:
        yield folder
    finally:
        libc.umount2(str(folder).encode(), 2)


def test_a_full_disk_is_told_at_once_stops_orders_and_ends_with_1(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "1m") as disk:
        arguments = ("--no-ui", *DEMO, "--duration", "16", "--log-dir", str(disk / "logs"))
        done = run(*arguments, cwd=tmp_path, environment=BUSY)
        for file in disk.rglob("orders.csv"):
            assert file.read_text().endswith("\n")
    lines = lines_of(done.stderr)
    assert done.returncode == 1, done.stderr
    (low,) = [line for line in lines if "about=disk" in line]
    assert "1 MB are left on the disk of" in low
    refused = next(number for number, line in enumerate(lines) if 'about=files what="cannot write' in line)
    assert "No space left on device" in lines[refused] or "only a part of a write fitted" in lines[refused]
    after = [line for line in lines[refused:] if "Z  order " in line]
    assert len(after) <= 1, "the one that was sent while the first row was refused"
    assert sum("about=files" in line for line in lines[:refused]) == 0
    lost = [line for line in lines if "could not be written" in line]
    assert any("frames.jsonl" in line for line in lost)
    assert "lines lost that never should be" in lines[-2]
    assert re.search(r"  counts  .*files_failures=\d+ files_lost=\d+", lines[-1])


def test_with_room_for_all_of_it_orders_go_on(tmp_path: Path) -> None:
    """What the test above compares with."""
    arguments = ("--no-ui", *DEMO, "--duration", "16", "--log-dir", str(tmp_path))
    done = run(*arguments, cwd=tmp_path, environment=BUSY)
    assert done.returncode == 0, done.stderr
    assert sum("Z  order " in line for line in lines_of(done.stderr)) > 4


def test_a_recording_that_may_not_grow_is_lost_and_said_so_while_orders_go_on(tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "--no-ui", *DEMO, "--duration", "16", "--log-dir", str(tmp_path)],
        cwd=tmp_path,
        env=clean_environment(BUSY) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        preexec_fn=small_files,
        check=False,
    )
    lines = lines_of(done.stderr)
    assert done.returncode == 1, done.stderr
    refused = next(number for number, line in enumerate(lines) if 'about=files what="cannot write' in line)
    assert "frames.jsonl" in lines[refused]
    assert any("Z  order " in line for line in lines[refused:])


async def test_little_room_is_told_once_and_enough_is_not(tmp_path: Path) -> None:
    news: list[News] = []
    await watch_room(tmp_path, news.append, low=2**62)
    (told,) = news
    assert isinstance(told, Trouble)
    assert re.fullmatch(rf"[\d,]+ MB are left on the disk of {tmp_path}; .*", told.sentence)
    enough = asyncio.create_task(watch_room(tmp_path, news.append, low=0))
    await asyncio.sleep(0.2)
    enough.cancel()
    assert len(news) == 1


def seen_until(process: subprocess.Popen[str], holds: Callable[[str], bool]) -> list[str]:
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if holds(line):
            break
    return seen


def venue_of(process: subprocess.Popen[str]) -> int:
    """The process id of the demo's venue."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (pid,) = [int(child) for child in children if b"app.demo" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return pid


def test_a_venue_that_dies_is_named_and_ends_the_run_with_1(tmp_path: Path) -> None:
    process = start("--no-ui", *DEMO, "--log-dir", str(tmp_path), cwd=tmp_path)
    seen_until(process, lambda line: "Z  strike " in line)
    os.kill(venue_of(process), signal.SIGKILL)
    _, rest = process.communicate(timeout=20)
    assert process.returncode == 1, rest
    (told,) = [line for line in lines_of(rest) if "about=venue" in line]
    assert 'what="the simulated venue has ended (killed by signal 9); start the program again"' in told


@pytest.fixture
def black_hole() -> Iterator[str]:
    """Takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_it_stops_within_five_seconds_though_nobody_answers_any_more(
    tmp_path: Path, black_hole: str, number: signal.Signals
) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": "12345:a-token-of-nobody", "TELEGRAM_CHAT_ID": "1", "TELEGRAM_URL": black_hole}
    process = start("--no-ui", *DEMO, "--log-dir", str(tmp_path), cwd=tmp_path, environment=BUSY | telegram)
    seen_until(process, lambda line: "Z  order " in line)
    venue = venue_of(process)
    os.kill(venue, signal.SIGSTOP)
    asked = time.monotonic()
    process.send_signal(number)
    _, rest = process.communicate(timeout=20)
    took = time.monotonic() - asked
    assert process.returncode == 0, rest
    assert took < 4.5, f"{took:.2f} s leave no margin to the five that are promised"
    assert not Path(f"/proc/{venue}").exists()
    assert "about=telegram" in rest
    lines_of(rest)
    for path in tmp_path.rglob("*.csv"):
        assert path.read_text().endswith("\n")

"""What the screen costs the trading, and what it is like to use: the real console on a real pseudo-terminal."""

import json
import os
import select
import socket
import statistics
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.bench.table import Row, quantile, spread
from tests.program import ROOT, clean_environment

SECONDS: Final = 20
DATAGRAMS: Final = 500
"""A second."""


class Terminal:
    """The console under the meter, on a terminal of `size` columns and lines that is read, or left unread."""

    def __init__(self, folder: Path, size: tuple[int, int], *arguments: str, seconds: float = SECONDS) -> None:
        folder.mkdir(parents=True)
        self.result = folder / "meter.json"
        self.bytes = 0
        self.tail = b""
        self._port = _free_port()
        self.master, slave = os.openpty()
        termios.tcsetwinsize(slave, (size[1], size[0]))
        environment = clean_environment({"PYTHONPATH": str(ROOT), "METER_PORT": str(self._port)})
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_STATE_HOME": str(folder)}
        command = [sys.executable, "-m", "tests.bench.metered", str(self.result), str(seconds), "--", *arguments]
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--demo", "--window", "300", "--seed", "7", "--log-dir", str(folder / "logs")],
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, seconds: float, until: Callable[[bytes], bool] | None = None) -> float:
        """Read the screen and send datagrams for so long, or until it shows something; returns the time it took."""
        begun = time.perf_counter()
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        seen = b""
        sent = 0
        while (passed := time.perf_counter() - begun) < seconds and self.process.poll() is None:
            while sent < passed * DATAGRAMS:
                sender.sendto(b"%d" % time.monotonic_ns(), ("127.0.0.1", self._port))
                sent += 1
            if self.master in select.select([self.master], [], [], 0.001)[0]:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    break
                self.bytes += len(data)
                seen = seen[-4096:] + data
                if until is not None and until(seen):
                    break
        sender.close()
        return time.perf_counter() - begun

    def press(self, key: str) -> None:
        """Type a key."""
        os.write(self.master, key.encode())

    def finish(self) -> dict[str, Any]:
        """Read to the end; what the meter says."""
        self.read(60.0)
        self.process.wait(20)
        os.close(self.master)
        measured: dict[str, Any] = json.loads(self.result.read_text())
        return measured


def rows(folder: Path) -> list[Row]:
    """Every figure of the screen."""
    return [
        *_frames(folder / "120", (120, 40), "median <= 1.2 ms, 99 % <= 2.5 ms"),
        *_frames(folder / "200", (200, 60), "99 % <= 3 ms"),
        *_quiet(folder / "quiet"),
        *_hands(folder / "hands"),
        *_stalled(folder / "stalled"),
    ]


def _frames(folder: Path, size: tuple[int, int], reach: str) -> list[Row]:
    """A frame's hold of the loop, and datagrams beside it and headless."""
    screen = Terminal(folder / "screen", size, "--rate", "300")
    with_screen = screen.finish()
    headless = Terminal(folder / "headless", size, "--no-ui", "--rate", "300").finish()
    name = f"{size[0]}x{size[1]}"
    late, bare = sorted(with_screen["late_us"]), sorted(headless["late_us"])
    made = [
        Row(
            f"{name}: hold of the loop while drawing", spread([us / 1e3 for us in with_screen["draws_us"]], "ms"), reach
        ),
        Row(f"{name}: any other turn of the loop", spread([us / 1e3 for us in with_screen["other_us"]], "ms")),
        Row(f"{name}: datagram to handler, screen on", spread([us / 1e3 for us in late], "ms"), "99 % <= 1.5 ms"),
        Row(f"{name}: the same headless", spread([us / 1e3 for us in bare], "ms")),
    ]
    if late and bare:
        ratio = quantile(late, 0.99) / quantile(bare, 0.99)
        made.append(Row(f"{name}: 99th percentile against headless", f"{ratio:.1f} times", "<= 5 times"))
        made.append(Row(f"{name}: 99.9th percentile, screen on", f"{quantile(late, 0.999) / 1e3:.2f} ms", "<= 5 ms"))
    made.append(
        Row(f"{name}: cyclic garbage", f"{with_screen['cycles']} objects in {with_screen['cycle_frames']} frames", "0")
    )
    made.append(Row(f"{name}: collections of the oldest generation", str(with_screen["oldest_collections"]), "0"))
    made.append(_e2e(folder))
    return made


def _e2e(folder: Path) -> Row:
    from tests.bench.running import latencies

    medians = [statistics.median(latencies(folder / part)["e2e"] or [0.0]) for part in ("screen", "headless")]
    ratio = f"{medians[0]:.0f} against {medians[1]:.0f} µs" if all(medians) else "too few orders"
    return Row("median end to end, screen on against headless", ratio, "<= 1.3 times")


def _quiet(folder: Path) -> list[Row]:
    """100 frames a second: processor time and bytes."""
    terminal = Terminal(folder, (120, 40), "--rate", "100")
    measured = terminal.finish()
    frames = max(measured["frames"], 1)
    return [
        Row("processor time at 100 frames/s", f"{measured['cpu_share']:.0%} of one core", "<= 30 %"),
        Row("bytes to the terminal a frame", f"{terminal.bytes / frames / 1e3:.1f} kB over {frames} frames", "<= 8 kB"),
    ]


def _hands(folder: Path) -> list[Row]:
    """What a person feels: the start, and keys."""
    terminal = Terminal(folder, (120, 40), "--rate", "100")
    first = terminal.read(20.0, lambda seen: b"asks " in seen and b"Binance" in seen)
    terminal.read(4.0)
    opened = []
    for _ in range(10):
        terminal.press("?")
        opened.append(terminal.read(2.0, lambda seen: b"closes" in seen) * 1e3)
        terminal.press("\x1b")
        terminal.read(0.7)
    terminal.finish()
    return [
        Row("start to first useful screen, demo", f"{first:.2f} s", "<= 1.5 s"),
        Row("key press to visible effect (help)", spread(opened, "ms"), "<= 100 ms"),
    ]


def _stalled(folder: Path) -> list[Row]:
    """Nobody reads the terminal for 5 s."""
    terminal = Terminal(folder, (120, 40), "--rate", "100", seconds=12)
    terminal.read(10.0)
    time.sleep(5.0)
    again = terminal.read(5.0, lambda seen: b"PAPER" in seen) * 1e3
    measured = terminal.finish()
    return [
        Row("longest gap of the loop, terminal unread for 5 s", f"{measured['gap_ms']:.0f} ms", "<= 60 ms"),
        Row("whole screen again after it reads", f"{again:.0f} ms"),
    ]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

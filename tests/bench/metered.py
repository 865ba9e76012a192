"""The program with a meter in its event loop: `python -m tests.bench.metered RESULT SECONDS -- ARGUMENTS`.

The meter times what each turn of the loop costs in processor time of its thread, so that what other programs of the
machine do does not count, and marks the turns in which the screen was drawn. It also listens for datagrams that
another process sends, and says how long each was on its way.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

from app.cli import main as pmtui

WARM_S: Final = 8.0
"""What happens before belongs to the start."""

GARBAGE_S: Final = 3.0


class Meter:
    """What was measured since the start was over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.on = False
        self.drawn = False
        self.frames = 0
        self.draws_us: list[float] = []
        self.other_us: list[float] = []
        self.late_us: list[float] = []
        self.gap_ms = 0.0
        self.oldest_collections = 0
        self.cycles = -1
        self.cycle_frames = 0
        self.cpu_share = 0.0
        self._last = 0.0

    def turn(self, us: float) -> None:
        """One turn of the loop is over."""
        if self.on:
            (self.draws_us if self.drawn else self.other_us).append(us)
        self.drawn = False

    def drew(self) -> None:
        """The screen was drawn in this turn, or panels were."""
        self.drawn = True

    def sent(self) -> None:
        """A frame went to the terminal."""
        self.drawn = True
        self.frames += self.on

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """The start is over."""
        self.on = True
        self._last = time.perf_counter()
        self._beat(loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.perf_counter()
        if self.on:  # the meter's own collection of garbage comes after
            self.gap_ms = max(self.gap_ms, (now - self._last) * 1e3 - 5)
        self._last = now
        loop.call_later(0.005, self._beat, loop)

    def result(self) -> dict[str, Any]:
        """All of it, for the parent."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


class Listener(asyncio.DatagramProtocol):
    """Datagrams carry the monotonic time at which they were sent."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One arrived at its handler."""
        if self._meter.on:
            self._meter.late_us.append((time.monotonic_ns() - int(data)) / 1e3)


def metered_loop(meter: Meter) -> type[asyncio.SelectorEventLoop]:
    """An event loop that tells the meter of each of its turns."""

    class MeteredLoop(asyncio.SelectorEventLoop):
        def _run_once(self) -> None:
            begun = time.thread_time_ns()
            super()._run_once()  # type: ignore[misc]
            meter.turn((time.thread_time_ns() - begun) / 1e3)

    return MeteredLoop


def _watch_the_screen(meter: Meter) -> None:
    from app.driver import SkippingDriver
    from app.painter import Painter

    paint, write = Painter.paint_slice, SkippingDriver.write

    def metered_paint(self: Painter) -> None:
        meter.drew()
        paint(self)

    def metered_write(self: SkippingDriver, data: str) -> None:
        meter.sent()
        write(self, data)

    Painter.paint_slice = metered_paint  # type: ignore[method-assign]
    SkippingDriver.write = metered_write  # type: ignore[method-assign]


async def _measure(meter: Meter, port: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Listener(meter), sock=port)
    await asyncio.sleep(WARM_S)
    meter.begin(loop)
    collected = gc.get_stats()[2]["collections"]
    cpu = time.process_time()
    await asyncio.sleep(meter.seconds)
    meter.on = False
    meter.cpu_share = (time.process_time() - cpu) / meter.seconds
    meter.oldest_collections = gc.get_stats()[2]["collections"] - collected
    gc.collect()
    gc.disable()
    meter.on, meter.cycle_frames = True, -meter.frames
    await asyncio.sleep(GARBAGE_S)
    meter.on = False
    meter.cycle_frames += meter.frames
    meter.cycles = gc.collect()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Run the program under the meter and write down what it said."""
    result, seconds = Path(sys.argv[1]), float(sys.argv[2])
    meter = Meter(seconds)
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.bind(("127.0.0.1", int(os.environ.get("METER_PORT", "0"))))
    port.setblocking(False)
    sys.modules["uvloop"] = None  # type: ignore[assignment]
    loop_class = metered_loop(meter)

    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            loop = loop_class()
            loop.call_soon(lambda: loop.create_task(_measure(meter, port)))
            return loop

    asyncio.set_event_loop_policy(Policy())
    if "--no-ui" not in sys.argv:
        os.environ["TEXTUAL_FPS"] = "30"
        _watch_the_screen(meter)
    code = pmtui(sys.argv[sys.argv.index("--") + 1 :])
    result.write_text(json.dumps(meter.result()))
    return code


if __name__ == "__main__":
    sys.exit(main())

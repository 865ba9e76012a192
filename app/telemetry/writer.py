"""The one writer of the process: everything that sessions write goes through it, off the hot path.

`put` appends to a queue and returns. Every 20 ms the queue is turned into text, in slices short enough that a
feed's callback between two of them does not notice; every 250 ms, at once with an order or a fill, the text is handed
to the kernel; every second what must survive a power cut is forced to disk in a thread. What the kernel has taken
survives a kill. A changed `market_info.txt` is replaced at once, so that no order is in its file before the strike
that it was sent on.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter_ns
from typing import Any, Final

from app.telemetry.info import MarketInfo, write_info
from app.telemetry.mishaps import Mishaps
from app.telemetry.output import Output, Row

QUEUE_ROWS: Final = 4096
"""Beyond this many rows, those that may be dropped are."""

SLICE_ROWS: Final = 32
SLICE_NS: Final = 150_000
"""A slice of rendering ends at whichever comes first; both grow when more than QUEUE_ROWS wait."""

RENDER_EVERY_S: Final = 0.02
WRITE_EVERY_S: Final = 0.25
SYNC_EVERY_S: Final = 1.0


class Writer:
    """Owns the queue. Run `run` for the life of the process, end it, then await `close`."""

    __slots__ = ("_changed", "_disk", "_infos", "_queue", "_unsynced", "_unwritten", "_wake", "mishaps")

    def __init__(self, tell: Callable[[str], None] = lambda sentence: None) -> None:
        """`tell` gets what goes wrong, in sentences."""
        self.mishaps: Final = Mishaps(tell)
        self._queue: deque[tuple[Output[Any], Any]] = deque()
        self._unwritten: dict[Output[Any], None] = {}
        self._unsynced: dict[Output[Any], None] = {}
        self._infos: dict[MarketInfo, None] = {}
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, "telemetry")  # one thread, so that of two saves the later one stays

    @property
    def queued(self) -> int:
        """Rows that are not text yet."""
        return len(self._queue)

    def put(self, output: Output[Row], row: Row) -> bool:
        """Queue a row; False, and counted, where the queue is full and this kind of row may be dropped."""
        if output.may_drop and len(self._queue) >= QUEUE_ROWS:
            output.drop()
            return False
        self._queue.append((output, row))
        self._wake.set()
        return True

    def save(self, info: MarketInfo) -> None:
        """Have the file replaced at once, or, where the disk refuses, tried again every second."""
        self._infos[info] = None
        self._changed.set()

    async def run(self) -> None:
        """Write until cancelled. What is left then is written by `close`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_on())
            tasks.create_task(self._sync_on())
            tasks.create_task(self._save_on())

    async def flush(self, outputs: Iterable[Output[Any]], infos: Iterable[MarketInfo]) -> None:
        """Bring these files up to date and onto the disk, as far as the disk lets us."""
        await self._render_all()
        for output in outputs:
            await self._write(output)
            self._unsynced[output] = None
        await self._sync_all()
        for info in infos:
            self._infos[info] = None
            await self._save(info)

    def release(self, output: Output[Any]) -> None:
        """Close the file, now or as soon as the disk has taken what waits for it."""
        output.closing = True
        if not output.file.waiting:
            output.file.close()

    async def close(self) -> None:
        """Write what is left, and count as lost what could not be. Every session's files are closed before."""
        await self._render_all()
        await self.flush([*self._unwritten], [])
        for output in self._unwritten:
            output.give_up()
        for info in self._infos:
            self.mishaps.note("lost", f"{info.path} could not be written", each=True)
        self._disk.shutdown(wait=False)

    async def _write_on(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            if not (self._unwritten or self._queue):
                await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(RENDER_EVERY_S)
            await self._render_all()
            # An order that a kill made us forget would be one over the limit after the restart.
            if clock() >= due or any(output.durable for output in self._unwritten):
                await self._write_all()
                due = clock() + WRITE_EVERY_S

    async def _sync_on(self) -> None:
        while True:
            await asyncio.sleep(SYNC_EVERY_S)
            await self._sync_all()

    async def _render_all(self) -> None:
        """Render what is queued now; what comes meanwhile waits for the next time, so that writing has its turn."""
        left = len(self._queue)
        while left > 0 and self._queue:
            left -= self._render_slice()
            await asyncio.sleep(0)

    def _render_slice(self) -> int:
        # Slices grow with what has piled up: rows that may not be dropped must not fill the memory either.
        share = 1 + len(self._queue) // QUEUE_ROWS
        end = perf_counter_ns() + SLICE_NS * share
        rows = min(SLICE_ROWS * share, len(self._queue))
        for done in range(1, rows + 1):
            output, row = self._queue.popleft()
            output.render(row)
            self._unwritten[output] = None
            if perf_counter_ns() >= end:
                return done
        return rows

    async def _write_all(self) -> None:
        """Orders and fills last: whoever finds one in its file finds the frames that led to it in the recording."""
        for output in sorted(self._unwritten, key=lambda output: output.durable):
            await self._write(output)
            if output.durable:
                self._unsynced[output] = None

    async def _write(self, output: Output[Any]) -> None:
        for _ in iter(output.file.write, False):
            await asyncio.sleep(0)
        if not output.file.waiting:
            self._unwritten.pop(output, None)
            if output.closing:
                output.file.close()

    async def _save_on(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._save_all()

    async def _sync_all(self) -> None:
        outputs, self._unsynced = [*self._unsynced], {}
        for output in outputs:
            put_on_disk = output.file.sync()
            if put_on_disk is not None and not await self._in_thread(put_on_disk, f"{output.file.path} onto the disk"):
                self._unsynced[output] = None
        await self._save_all()

    async def _save_all(self) -> None:
        for info in [*self._infos]:
            if info in self._infos:  # else another task has taken it meanwhile
                await self._save(info)

    async def _save(self, info: MarketInfo) -> None:
        del self._infos[info]
        saved = False
        try:
            saved = await self._in_thread(partial(write_info, info.path, info.text()), str(info.path))
        finally:
            if not saved:  # refused by the disk, or cancelled: it is still to be done
                self._infos[info] = None

    async def _in_thread(self, call: Callable[[], None], what: str) -> bool:
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, call)
        except OSError as error:
            self.mishaps.failed(what, error)
            return False
        self.mishaps.taken(what)
        return True

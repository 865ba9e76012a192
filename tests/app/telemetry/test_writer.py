import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from app.telemetry.info import MarketInfo
from app.telemetry.linefile import LineFile
from app.telemetry.mishaps import Kind
from app.telemetry.output import Output
from app.telemetry.recording import Frame, frame_line, gap_line
from app.telemetry.writer import SLICE_ROWS, Writer


@contextmanager
def running(writer: Writer) -> Iterator[None]:
    task = asyncio.ensure_future(writer.run())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def an_output(writer: Writer, path: Path, *, durable: bool = False) -> Output[int]:
    return Output(LineFile(path, writer.mishaps), lambda n: b"%d\n" % n, writer.mishaps, durable=durable)


async def until_written(path: Path, text: bytes) -> None:
    async with asyncio.timeout(10):
        while not path.exists() or path.read_bytes() != text:  # noqa: ASYNC110  nor has a file
            await asyncio.sleep(0.01)


async def test_rows_reach_the_kernel_while_it_runs_in_the_order_they_came(tmp_path: Path) -> None:
    writer = Writer()
    output = an_output(writer, tmp_path / "a")
    with running(writer):
        for n in range(1_000):
            writer.put(output, n)
        await until_written(tmp_path / "a", b"".join(b"%d\n" % n for n in range(1_000)))
        writer.put(output, 1_000)
        await until_written(tmp_path / "a", b"".join(b"%d\n" % n for n in range(1_001)))
    output.file.close()


async def test_others_run_between_two_slices_of_rendering(tmp_path: Path) -> None:
    writer = Writer()
    output = an_output(writer, tmp_path / "a")
    for n in range(10 * SLICE_ROWS):
        writer.put(output, n)
    flush = asyncio.ensure_future(writer.flush([output], []))
    turns = []
    while writer.queued:
        turns.append(writer.queued)
        await asyncio.sleep(0)
    await flush
    output.file.close()
    assert all(before - after <= SLICE_ROWS for before, after in pairwise(turns))


async def test_what_is_queued_when_the_writer_ends_is_still_written(tmp_path: Path) -> None:
    writer = Writer()
    output = an_output(writer, tmp_path / "a", durable=True)
    task = asyncio.ensure_future(writer.run())
    await asyncio.sleep(0)
    writer.put(output, 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    writer.put(output, 2)
    await writer.close()
    output.file.close()
    assert (tmp_path / "a").read_bytes() == b"1\n2\n"


async def test_no_window_loses_its_info_when_the_writer_ends_in_the_middle_of_saving(tmp_path: Path) -> None:
    writer = Writer()
    slow, other = (MarketInfo(tmp_path / name / "market_info.txt") for name in ("slow", "other"))
    slow.path.parent.mkdir()
    draft = slow.path.with_name("market_info.txt.tmp")
    os.mkfifo(draft)  # opening it waits for a reader, as a disk that stalls
    for info in (slow, other):
        info.update({"slug": info.path.parent.name})
        writer.save(info)
    task = asyncio.ensure_future(writer.run())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait({task})
    reader = os.open(draft, os.O_RDONLY | os.O_NONBLOCK)
    closing = asyncio.ensure_future(writer.close())
    await asyncio.sleep(0.1)
    draft.unlink(missing_ok=True)
    await closing
    os.close(reader)
    assert other.path.read_text() == "slug=other\n"


async def test_a_full_disk_holds_rows_back_until_there_is_room(tmp_path: Path) -> None:
    told: list[str] = []
    writer = Writer(told.append)
    output = an_output(writer, tmp_path / "a", durable=True)
    with files_no_longer_than(3):
        for n in range(5):
            writer.put(output, n)
        await writer.flush([output], [])
        assert (tmp_path / "a").read_bytes() == b"0\n"
        assert writer.mishaps.counts["failures"] >= 1
        assert writer.mishaps.counts["dropped"] == 0
        writer.release(output)
    with running(writer):
        await until_written(tmp_path / "a", b"0\n1\n2\n3\n4\n")
    await writer.close()
    refused, taken = told
    assert refused.startswith(f"cannot write {tmp_path / 'a'}: ")
    assert taken == "the disk takes everything again"
    assert writer.mishaps.counts["lost"] == 0


@pytest.mark.parametrize(("may_drop", "kind"), [(False, "lost"), (True, "dropped")])
async def test_rows_that_never_find_room_are_said_at_the_end(tmp_path: Path, may_drop: bool, kind: Kind) -> None:
    told: list[str] = []
    writer = Writer(told.append)
    file = LineFile(tmp_path / "a", writer.mishaps)
    output: Output[int] = Output(file, lambda n: b"%d\n" % n, writer.mishaps, may_drop=may_drop)
    with files_no_longer_than(3):
        for n in range(5):
            writer.put(output, n)
        await writer.close()
    assert told[-1] == f"4 lines of {tmp_path / 'a'} could not be written"
    assert writer.mishaps.counts[kind] == 4


async def test_a_changed_info_that_never_finds_room_is_lost(tmp_path: Path) -> None:
    told: list[str] = []
    writer, info = Writer(told.append), MarketInfo(tmp_path / "market_info.txt")
    info.update({"slug": "a" * 80})
    with files_no_longer_than(3):
        writer.save(info)
        await writer.flush([], [info])
        await writer.close()
    assert told[-1] == f"{info.path} could not be written"
    assert writer.mishaps.counts["lost"] == 1


async def test_a_recording_owns_up_to_the_lines_a_full_disk_cost_it(tmp_path: Path) -> None:
    writer = Writer()
    file = LineFile(tmp_path / "frames.jsonl", writer.mishaps, hold=100)
    output = Output(file, frame_line, writer.mishaps, gap=gap_line)
    with files_no_longer_than(0):
        for n in range(10):
            writer.put(output, Frame(n, n, "clob", "[]", is_json=True))
        await writer.flush([output], [])
    assert writer.mishaps.counts["dropped"] == output.dropped == 7
    await writer.flush([output], [])
    writer.put(output, Frame(10, 10, "clob", "[]", is_json=True))
    await writer.flush([output], [])
    await writer.close()
    file.close()
    lines = [orjson.loads(line) for line in (tmp_path / "frames.jsonl").read_bytes().splitlines()]
    assert [line["t"] for line in lines] == [0, 1, 2, 10, 10]
    assert (lines[3]["s"], lines[3]["d"]) == ("drop", {"lines": 7})

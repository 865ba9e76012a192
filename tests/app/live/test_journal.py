import asyncio
import os
import signal
import stat
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import permutations
from pathlib import Path

import orjson
import pytest

from app.live.journal import FILE_NAME, Found, Journal, JournalFailed, read_journal, record_line
from app.lock import AlreadyRunning
from engine.entries import Record, RecordKind
from engine.execution import OrderState, TradeStatus, VenueMode
from engine.records import BadRecord
from tests.engine.builders import strike
from tests.engine.live import MARKET, Till, matched, order_report, refused, trade_report, unknown
from tests.program import ROOT, clean_environment


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Journal, Found]]:
    journal, found = await Journal.open(folder)
    try:
        yield journal, found
    finally:
        await journal.close()


def sent(number: int) -> Record:
    return Record(RecordKind.SENT, number, 10**18 + number, {"hash": f"0x{number}"})


def story() -> list[Record]:
    """Every kind of record, as a blotter gives them out."""
    till = Till()
    till.blotter.strike(MARKET.condition_id, strike(0.0))
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report())
    till.trade(trade_report(status=TradeStatus.FAILED))
    till.answer(till.send(), refused("not enough balance / allowance «100 %»"))
    till.report(order_report(till.send(), OrderState.CANCELED))
    till.answer(till.send(), unknown())
    till.answer(till.life("0xo4").hash, refused("425", VenueMode.RESTARTING))
    till.wait(61)
    till.look("0xo4")
    till.wait(6)
    till.look("0xo4")
    till.t += 300
    till.settle(0)
    till.do(till.blotter.disarm, "the person said so")
    return [Record(RecordKind.RUN, 0, 0, {"run_id": "r1"}), *till.records]


async def written(folder: Path, records: list[Record]) -> bytes:
    async with opened(folder) as (journal, _):
        await journal.write(records)
    return (folder / FILE_NAME).read_bytes()


# --- what is written comes back


async def test_every_kind_of_record_comes_back_as_it_was(tmp_path: Path) -> None:
    records = story()
    assert {record.kind for record in records} == set(RecordKind)
    await written(tmp_path, records)
    async with opened(tmp_path) as (_, found):
        assert list(found.records) == records
        assert (found.torn, found.half) == (0, False)


async def test_file_read_back_makes_the_same_blotter(tmp_path: Path) -> None:
    till = Till()
    till.answer(till.send(), matched(10, 5.0, ["a"]))
    till.trade(trade_report())
    await written(tmp_path, till.records)
    async with opened(tmp_path) as (_, found):
        assert list(found.records) == till.records
    assert till.restart().commitment.position.total == till.commitment.position.total


async def test_line_is_json_that_anybody_can_read_and_check(tmp_path: Path) -> None:
    text = await written(tmp_path, [sent(1), sent(2)])
    lines = [orjson.loads(line) for line in text.splitlines()]
    assert [(line["n"], line["type"], line["t_mono"], line["hash"]) for line in lines] == [
        (1, "SENT", 1, "0x1"),
        (2, "SENT", 2, "0x2"),
    ]
    for raw, line in zip(text.splitlines(), lines, strict=True):
        body, _, checksum = raw.rpartition(b',"crc32":')
        assert zlib.crc32(body) == line["crc32"] == int(checksum.rstrip(b"}"))


async def test_numbers_go_on_without_a_gap_over_runs(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        text = await written(tmp_path, [sent(number)])
    assert [orjson.loads(line)["n"] for line in text.splitlines()] == [1, 2, 3]


async def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "live" / "0xwallet"
    await written(folder, [sent(1)])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


async def test_records_given_at_once_stand_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    async with opened(tmp_path) as (journal, _):
        await asyncio.gather(*(journal.write([sent(number)]) for number in range(50)))
    async with opened(tmp_path) as (_, found):
        assert [record.mono for record in found.records] == list(range(50))


async def test_nothing_to_write_is_written_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as (journal, _):
        await journal.write([])
        await journal.write([sent(1)])
    assert (tmp_path / FILE_NAME).read_bytes().count(b"\n") == 1


async def test_who_stops_waiting_does_not_stop_the_writing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (journal, _):
        for number in range(20):
            journal.write([sent(number)]).cancel()
    async with opened(tmp_path) as (_, found):
        assert len(found.records) == 20


async def test_second_instance_is_refused_and_told_which_one_has_the_wallet(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()} is already using the journal in {tmp_path}"):
            await Journal.open(tmp_path)
    async with opened(tmp_path):
        pass


# --- damage


async def test_half_line_at_every_length_is_set_aside_and_nothing_before_it_is_lost(tmp_path: Path) -> None:
    text = await written(tmp_path, [sent(1), sent(2), sent(3)])
    last = text.rindex(b"\n", 0, -1) + 1
    for end in range(last + 1, len(text)):
        (tmp_path / FILE_NAME).write_bytes(text[:end])
        torn = tmp_path / f"{FILE_NAME}.torn"
        torn.unlink(missing_ok=True)
        async with opened(tmp_path) as (journal, found):
            assert [record.mono for record in found.records] == [1, 2]
            assert (found.torn, found.half) == (1, True)
            assert torn.read_bytes() == text[last:end] + b"\n"
            await journal.write([sent(4)])
        assert [record.mono for record in read_journal((tmp_path / FILE_NAME).read_bytes())[0].records] == [1, 2, 4]
    assert stat.S_IMODE(torn.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda lines: [lines[0], lines[1].replace(b"0x2", b"0x9"), *lines[2:]], id="another value"),
        pytest.param(lambda lines: [lines[0], lines[1][:20] + b"\n", *lines[2:]], id="a line cut in the middle"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], id="a record missing"),
        pytest.param(lambda lines: [lines[0], lines[0], *lines[2:]], id="a record twice"),
        pytest.param(lambda lines: [lines[0], b"\0" * 512 + b"\n", *lines[2:]], id="zeros as after a power cut"),
        pytest.param(lambda lines: [lines[0], b"\n", *lines[1:]], id="an empty line"),
        pytest.param(lambda lines: [lines[0], lines[1].rstrip(b"\n"), *lines[2:]], id="two lines glued together"),
    ],
)
async def test_reading_stops_at_the_first_bad_line_and_keeps_the_rest_aside(
    tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    text = await written(tmp_path, [sent(number) for number in (1, 2, 3, 4)])
    damaged = b"".join(damage(text.splitlines(keepends=True)))
    (tmp_path / FILE_NAME).write_bytes(damaged)
    async with opened(tmp_path) as (_, found):
        assert [record.mono for record in found.records] == [1]
        assert found.torn >= 2
        assert not found.half
    kept = (tmp_path / FILE_NAME).read_bytes()
    assert kept + (tmp_path / f"{FILE_NAME}.torn").read_bytes() == damaged


@pytest.mark.parametrize("which", range(3))
async def test_any_single_byte_that_changes_is_noticed(tmp_path: Path, which: int) -> None:
    text = await written(tmp_path, [sent(1), sent(2), sent(3)])
    lines = text.splitlines(keepends=True)
    begin = sum(len(line) for line in lines[:which])
    for place in range(begin, begin + len(lines[which])):
        damaged = bytearray(text)
        damaged[place] ^= 0x04
        found, good = read_journal(bytes(damaged))
        assert len(found.records) == which
        assert good == begin


def test_records_in_any_other_order_are_no_journal() -> None:
    lines = [record_line(number, sent(number)) for number in (1, 2, 3)]
    for turn in permutations(lines):
        found, _ = read_journal(b"".join(turn))
        assert len(found.records) == (
            3 if list(turn) == lines else 2 if turn[:2] == tuple(lines[:2]) else int(turn[0] == lines[0])
        )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"n": 1, "t_wall": 1, "t_mono": 1, "type": "HEDGE"}, "'HEDGE' is not a valid RecordKind"),
        ({"n": 1, "t_wall": 1, "type": "SENT"}, "'t_mono'"),
        ({"n": 1, "t_wall": 1, "t_mono": 1, "type": "MARKET", "market": {"slug": "x"}}, "market record's"),
    ],
)
async def test_whole_record_of_another_version_is_refused_and_not_cut_away(
    tmp_path: Path, line: dict[str, object], told: str
) -> None:
    body = orjson.dumps(line)[:-1]
    text = b'%b,"crc32":%d}\n' % (body, zlib.crc32(body))
    (tmp_path / FILE_NAME).write_bytes(text)
    with pytest.raises(BadRecord, match=told):
        await Journal.open(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == text
    (tmp_path / FILE_NAME).unlink()
    async with opened(tmp_path):
        pass  # and the lock was let go


# --- a disk that refuses


async def test_full_disk_is_said_and_nothing_counts(tmp_path: Path) -> None:
    """/dev/full answers every write with ENOSPC, and cannot be cut back either."""
    (tmp_path / FILE_NAME).symlink_to("/dev/full")
    async with opened(tmp_path) as (journal, _):
        for _ in range(2):
            with pytest.raises(JournalFailed, match=r"cannot be written: (No space left on device|Invalid argument)"):
                await journal.write([sent(1)])


async def test_record_is_on_disk_only_when_the_disk_has_said_so(tmp_path: Path) -> None:
    """/dev/null takes every write, but cannot be forced to disk: who relied on the write alone would send now."""
    (tmp_path / FILE_NAME).symlink_to("/dev/null")
    async with opened(tmp_path) as (journal, _):
        with pytest.raises(JournalFailed, match="could not be forced to disk"):
            await journal.write([sent(1)])
        with pytest.raises(JournalFailed, match="could not be forced to disk"):
            await journal.write([sent(2)])


@pytest.mark.parametrize("facts", [{"hash": "\ud800"}, {"paid": 2**70}, {"n": 3}], ids=ascii)
async def test_nothing_is_written_after_a_record_that_is_no_json(tmp_path: Path, facts: dict[str, object]) -> None:
    """What came after it would be a story with a hole: a SENT, say, whose INTENT is not there."""
    async with opened(tmp_path) as (journal, _):
        await journal.write([sent(1)])
        for records in ([Record(RecordKind.SENT, 1, 1, facts), sent(9)], [sent(2)]):
            with pytest.raises(JournalFailed, match=r"cannot be written as JSON: .*; nothing is written after it"):
                await journal.write(records)
    async with opened(tmp_path) as (_, found):
        assert list(found.records) == [sent(1)]


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from app.live.journal import FILE_NAME, Journal, JournalFailed
from engine.entries import Record, RecordKind

def sent(number):
    return Record(RecordKind.SENT, number, 0, {"hash": "0x" + "f" * 40})

async def main(folder, limit):
    journal, _ = await Journal.open(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    taken = 0
    try:
        for number in range(100):
            await journal.write([sent(number)])
            taken += 1
    except JournalFailed as error:
        print(error)
    size = (folder / FILE_NAME).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await journal.write([sent(100), sent(101)])
    print(taken, size, (folder / FILE_NAME).stat().st_size)
    await journal.close()

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.mark.parametrize("limit", [1000, 1001, 1037])
async def test_write_that_is_cut_short_is_taken_back_and_goes_before_the_next_one(tmp_path: Path, limit: int) -> None:
    """A limit on the file's size: the kernel writes what fits, as on a disk that is nearly full."""
    done = child(LIMITED, tmp_path, str(limit))
    told, figures = done.stdout.splitlines()
    assert "cannot be written: " in told
    taken, size, size_after = (int(figure) for figure in figures.split())
    assert 0 < taken < 100
    long = [sent(number)._replace(wall=0, facts={"hash": "0x" + "f" * 40}) for number in range(taken)]
    assert size == sum(len(record_line(number, record)) for number, record in enumerate(long, 1)) <= limit
    async with opened(tmp_path) as (_, found):
        assert [record.mono for record in found.records] == [*range(taken + 1), 100, 101]
        assert found.torn == 0
    assert size_after == (tmp_path / FILE_NAME).stat().st_size


# --- a kill


WRITES = """
import asyncio, sys
from pathlib import Path
from app.live.journal import Journal
from engine.entries import Record, RecordKind

async def main(folder):
    journal, found = await Journal.open(folder)
    number = len(found.records)
    while True:
        batch = [Record(RecordKind.SENT, number + i, 0, {"hash": "0x" + "f" * 700}) for i in range(3)]
        await journal.write(batch)
        number += len(batch)
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()

asyncio.run(main(Path(sys.argv[1])))
"""


def test_kill_in_the_middle_of_writing_loses_nothing_that_was_said_to_be_on_disk(tmp_path: Path) -> None:
    before = 0
    for turn in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment()
        ) as writer:
            assert writer.stdout is not None
            for _ in range(5 + 7 * turn):
                said = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            said = max([said, *(int(line) for line in writer.stdout.read().splitlines() if line)])
        found = asyncio.run(found_in(tmp_path))
        assert len(found.records) >= said > before
        assert [record.mono for record in found.records] == list(range(len(found.records)))
        assert found.torn == 0 or found.half
        before = len(found.records)


async def found_in(folder: Path) -> Found:
    async with opened(folder) as (_, found):
        return found


def environment() -> dict[str, str]:
    return clean_environment() | {"PYTHONPATH": str(ROOT)}


def child(code: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done

import asyncio
import csv
import gzip
import os
import random
import signal as signals
import stat
import sys
from contextlib import suppress
from pathlib import Path

import orjson

from app.telemetry import columns
from app.telemetry.csvfile import read_rows
from app.telemetry.info import read_info
from app.telemetry.packing import recording_lines
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import QUEUE_ROWS, Writer
from engine.events import Trade
from engine.score import LensFill
from tests.app.telemetry.examples import MARKET, START_MS, STRIKE, WALL, a_fill, a_signal, an_order, an_unfilled_ack


async def opened(folder: Path, run_id: str = "run1", *, record: bool = True) -> tuple[Writer, WindowFiles]:
    writer = Writer()
    return writer, await WindowFiles.open(writer, folder, MARKET, run_id=run_id, record=record)


def a_little_of_everything(files: WindowFiles) -> None:
    files.strike(STRIKE)
    files.frame(WALL, 1, "clob", '{"a": 1}', is_json=True)
    files.signal(
        WALL, a_signal(), spot=84_046.9, dist=46.9, time_left_s=93.8, eval_us=6.0, strike_source="chainlink_twap"
    )
    files.latency(WALL, "eval", 6.0)
    files.order(an_order())
    files.fill(a_fill(), status="filled", settle_state="confirmed", submit_to_ack_ms=200.0)
    files.unfilled(an_unfilled_ack(), submit_to_ack_ms=200.0)
    files.lens(LensFill("p1", "fade", 0, "realistic", 200_000_000, 0, 0, 0))
    files.trade(Trade(1, WALL, 1, START_MS, 83758.02, 1, buyer_is_maker=True))
    files.quote(WALL, up_bid=6_700, up_ask=6_800, down_bid=3_200, down_ask=3_300)
    files.record(WALL, 2, "link", {"feed": "clob", "epoch": 1, "up": True})


async def test_a_session_leaves_every_file_of_the_design(tmp_path: Path) -> None:
    folder = tmp_path / "5m" / MARKET.slug
    writer, files = await opened(folder)
    a_little_of_everything(files)
    await files.close()
    await writer.close()
    headers = {path.name: path.read_text().split("\n")[0] for path in folder.glob("*.csv")}
    assert headers == {
        "signals.csv": ",".join(columns.SIGNALS),
        "latency.csv": ",".join(columns.LATENCY),
        "orders.csv": ",".join(columns.ORDERS),
        "fills.csv": ",".join(columns.FILLS),
        "lenses.csv": ",".join(columns.LENSES),
        "binance.csv": ",".join(columns.BINANCE),
        "polymarket.csv": ",".join(columns.POLYMARKET),
    }
    assert {path.name for path in folder.iterdir()} - set(headers) == {"market_info.txt", "frames.jsonl.gz"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert read_info(folder / "market_info.txt") == {
        "slug": MARKET.slug,
        "strike": "83711.123456",
        "strike_source": "chainlink_twap",
        "strike_known_ms": str(WALL // 1_000_000),
        "start_ms": str(START_MS),
        "end_ms": str(START_MS + 300_000),
        "dropped_rows": "0",
        "run_id": "run1",
    }
    lines = gzip.decompress((folder / "frames.jsonl.gz").read_bytes()).splitlines()
    assert [orjson.loads(line)["s"] for line in lines] == ["clob", "link"]


async def test_a_window_is_known_by_its_start_as_soon_as_it_is_open(tmp_path: Path) -> None:
    await opened(tmp_path, record=False)
    assert read_info(tmp_path / "market_info.txt")["start_ms"] == str(START_MS)
    assert [path.name for path in tmp_path.iterdir()] == ["market_info.txt"], "other files come with their first row"


async def test_without_recording_no_frame_is_kept(tmp_path: Path) -> None:
    _, files = await opened(tmp_path, record=False)
    a_little_of_everything(files)
    await files.close()
    assert not list(tmp_path.glob("frames*"))


async def test_coin_prices_take_the_strikes_decimals(tmp_path: Path) -> None:
    _, files = await opened(tmp_path)
    files.strike(STRIKE)
    files.order(an_order())
    await files.close()
    assert [row["spot"] for row in read_rows(tmp_path / "orders.csv")] == ["83758.02"]


async def test_a_full_queue_drops_signals_and_latencies_only_and_counts_them(tmp_path: Path) -> None:
    writer, files = await opened(tmp_path)
    for _ in range(QUEUE_ROWS):
        files.latency(WALL, "pm_recv", 18.0)
    assert files.dropped == 0
    a_little_of_everything(files)
    files.latency(WALL, "pm_recv", 18.0)
    assert files.dropped == writer.mishaps.counts["dropped"] == 3
    await files.close()
    assert len(read_rows(tmp_path / "latency.csv")) == QUEUE_ROWS
    assert not (tmp_path / "signals.csv").exists()
    kept = {name: len(read_rows(tmp_path / name)) for name in ("orders.csv", "fills.csv", "lenses.csv", "binance.csv")}
    assert kept == {"orders.csv": 1, "fills.csv": 2, "lenses.csv": 1, "binance.csv": 1}
    assert len(list(recording_lines(tmp_path))) == 2
    assert read_info(tmp_path / "market_info.txt")["dropped_rows"] == "3"


async def test_dropped_rows_add_up_over_restarts(tmp_path: Path) -> None:
    for expected in (5, 10):
        _, files = await opened(tmp_path)
        for _ in range(QUEUE_ROWS + 5):
            files.latency(WALL, "pm_recv", 18.0)
        await files.close()
        assert read_info(tmp_path / "market_info.txt")["dropped_rows"] == str(expected)


async def test_numbers_have_no_gap_within_a_run_and_begin_again_in_the_next(tmp_path: Path) -> None:
    for run_id in ("run1", "run1", "run2"):
        _, files = await opened(tmp_path, run_id)
        for _ in range(3):
            files.order(an_order())
            files.fill(a_fill(), status="filled", settle_state="confirmed", submit_to_ack_ms=None)
            files.unfilled(an_unfilled_ack(), submit_to_ack_ms=None)
        await files.close()
    orders = [(row["run_id"], row["seq"]) for row in read_rows(tmp_path / "orders.csv")]
    assert orders == [("run1", str(n)) for n in range(1, 7)] + [("run2", str(n)) for n in range(1, 4)]
    fills = [int(row["seq"]) for row in read_rows(tmp_path / "fills.csv") if row["run_id"] == "run1"]
    assert fills == list(range(1, 13))


async def test_a_void_is_a_row_that_cancels_the_fill(tmp_path: Path) -> None:
    _, files = await opened(tmp_path)
    files.fill(a_fill(), status="filled", settle_state="matched", submit_to_ack_ms=200.0)
    files.void(a_fill(), wall=WALL + 9_000_000_000, settle_state="failed")
    await files.close()
    filled, void = read_rows(tmp_path / "fills.csv")
    assert (void["filled_size"], void["fee"], void["pnl_if_correct"]) == ("-11.5", "-0.1751680001", "-3.7375")
    assert (void["status"], void["settle_state"], void["seq"]) == ("void", "failed", "2")
    assert int(void["ts_ms"]) == WALL // 1_000_000 + 9_000
    assert void["filled_price"] == filled["filled_price"]


async def test_a_recording_goes_on_after_a_restart_and_loses_nothing(tmp_path: Path) -> None:
    for number, pack in enumerate((False, True, False, True)):
        _, files = await opened(tmp_path)
        files.frame(WALL, number, "clob", "PONG", is_json=False)
        await files.close(pack=pack)
    lines = [orjson.loads(line) for line in recording_lines(tmp_path)]
    assert [line["m"] for line in lines] == [0, 1, 2, 3]
    assert [path.name for path in tmp_path.glob("frames*")] == ["frames.jsonl.gz"]


CHILD = """
import asyncio, sys
from pathlib import Path
from app.telemetry.window_files import WindowFiles
from app.telemetry.writer import Writer
from tests.app.telemetry.examples import MARKET
from tests.app.telemetry.test_window_files import a_little_of_everything

async def main():
    writer = Writer()
    files = await WindowFiles.open(writer, Path(sys.argv[1]), MARKET, run_id=sys.argv[2], record=True)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(writer.run())
        while True:
            for _ in range(20):
                a_little_of_everything(files)
            await asyncio.sleep(0)

asyncio.run(main())
"""


async def until_larger(path: Path, size: int) -> None:
    async with asyncio.timeout(30):
        while not path.exists() or path.stat().st_size < size:  # noqa: ASYNC110  a file has no event
            await asyncio.sleep(0.01)


async def test_after_a_kill_at_any_moment_every_row_is_whole(tmp_path: Path) -> None:
    moment = random.Random(7)
    for run in range(5):
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, str(tmp_path), f"run{run}")
        orders = tmp_path / "orders.csv"
        await until_larger(orders, (orders.stat().st_size if orders.exists() else 0) + 10_000)
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), moment.random() / 4)
        child.send_signal(signals.SIGKILL)
        await child.wait()
        if run == 2:
            for name in ("orders.csv", "frames.jsonl"):
                with (tmp_path / name).open("r+b") as file:
                    file.truncate(file.seek(0, os.SEEK_END) - 3)
    writer, files = await opened(tmp_path, "last")
    await files.close()
    for path in tmp_path.glob("*.csv"):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        assert len(rows) > 100, path
        assert all(len(row) == len(header) for row in rows), path
    for name in ("orders.csv", "fills.csv"):
        rows_of = read_rows(tmp_path / name)
        for run in range(5):
            seqs = [int(row["seq"]) for row in rows_of if row["run_id"] == f"run{run}"]
            assert seqs == list(range(1, len(seqs) + 1))
    assert all(orjson.loads(line)["s"] in {"clob", "link"} for line in recording_lines(tmp_path))
    assert not list(tmp_path.glob("*.1")), "no file was taken for one of another version"
    assert (tmp_path / "orders.csv.torn").exists()
    assert (tmp_path / "frames.jsonl.torn").exists()
    await writer.close()


async def test_the_hash_of_an_earlier_run_goes_when_the_window_is_entered_again(tmp_path: Path) -> None:
    """The run that enters it may be killed before it has one of its own, and no other is to be taken for it."""
    _, first = await opened(tmp_path)
    first.info({"decision_hash": "f" * 32, "total_orders": 3})
    await first.close()
    assert read_info(tmp_path / "market_info.txt")["run_id"] == "run1"
    await opened(tmp_path, "run2")
    left = read_info(tmp_path / "market_info.txt")
    assert "decision_hash" not in left
    assert (left["run_id"], left["total_orders"]) == ("run2", "3")


async def test_a_torn_tail_is_counted_when_the_window_is_opened_again(tmp_path: Path) -> None:
    _, files = await opened(tmp_path)
    files.order(an_order())
    await files.close()
    with (tmp_path / "orders.csv").open("ab") as file:
        file.write(b"1787237006212,p1,U")
    writer, files = await opened(tmp_path, "run2")
    assert writer.mishaps.counts["torn"] == 1
    files.order(an_order())
    await files.close()
    assert [row["run_id"] for row in read_rows(tmp_path / "orders.csv")] == ["run1", "run2"]


async def test_orders_of_an_older_version_are_still_read_after_they_were_set_aside(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"ts_ms,order_id\n1,old\n")
    writer, files = await opened(tmp_path)
    files.order(an_order())
    await files.close()
    assert writer.mishaps.counts["set_aside"] == 1
    assert [row["order_id"] for row in read_rows(tmp_path / "orders.csv")] == ["old", "p1"]


async def test_a_row_that_cannot_be_text_is_counted_and_the_others_go_on(tmp_path: Path) -> None:
    writer, files = await opened(tmp_path)
    files.lens(LensFill("p1", "fade", 0, "instant", 0, 1, 1, "free"))  # type: ignore[arg-type]
    files.lens(LensFill("p2", "fade", 0, "instant", 0, 0, 0, 0))
    await files.close()
    assert [row["order_id"] for row in read_rows(tmp_path / "lenses.csv")] == ["p2"]
    assert files.dropped == writer.mishaps.counts["dropped"] == 1
    assert writer.mishaps.counts["lost"] == 1
    assert (
        writer.mishaps.trouble
        == f"rows of {tmp_path / 'lenses.csv'} are lost: a row could not be written as text (TypeError)"
    )

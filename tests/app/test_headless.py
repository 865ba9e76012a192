"""The program without a screen: how it is stopped, what it tells, and what it records."""

import asyncio
import csv
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from engine.events import BestBidAsk, BookChange, BookSnapshot, Link, TickSize
from engine.state import MarketState
from feeds.recording import FrameReader, read_market, records
from tests.program import ROOT, clean_environment, run, start
from tests.recompute_net import read_info

TOKEN = "123456:canary-token-that-must-not-show"
DEMO = ("--demo", "--window", "12", "--seed", "3")


def log_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_within_five_seconds_with_whole_files(tmp_path: Path, number: signal.Signals) -> None:
    process = start("--no-ui", *DEMO, "--log-dir", str(tmp_path), cwd=tmp_path)
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if "  strike  " in line and "exact=yes" in line:
            break
    asked = time.monotonic()
    process.send_signal(number)
    _, rest = process.communicate(timeout=15)
    assert process.returncode == 0, "".join(seen) + rest
    assert time.monotonic() - asked < 5
    folder = next(path.parent for path in tmp_path.rglob("market_info.txt"))
    info = read_info(folder)
    assert "outcome" not in info
    assert info["strike_source"] == "chainlink_twap"
    assert re.fullmatch("[0-9a-f]{32}", info["decision_hash"])
    for path in folder.glob("*.csv"):
        assert path.read_text().endswith("\n")
    assert all(json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines())


def test_each_log_line_is_a_time_an_event_and_pairs(tmp_path: Path) -> None:
    done = run("--no-ui", *DEMO, "--duration", "6", "--log-dir", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pair = r'[a-z_]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]+)'
    line = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z  [a-z]+ +(?:{pair})(?: {pair})*")
    lines = log_lines(done.stderr)
    assert len(lines) > 3
    for text in lines:
        assert line.fullmatch(text), text


def test_foreign_names_in_the_settings_file_are_told_once_without_their_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"LOG_LEVEL={TOKEN}\nPRIVATE_KEY={TOKEN}\nCOOLDOWN_MS=7\n")
    done = run("--no-ui", *DEMO, "--duration", "1", "--log-dir", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (told,) = [line for line in log_lines(done.stderr) if "about=settings" in line]
    assert told.endswith(
        'what="the settings file has names that are no settings and are ignored: LOG_LEVEL, PRIVATE_KEY"'
    )
    assert "canary" not in done.stderr


def test_a_second_instance_on_the_same_log_folder_exits_with_3(tmp_path: Path) -> None:
    first = start("--no-ui", *DEMO, "--log-dir", str(tmp_path), cwd=tmp_path)
    assert first.stderr is not None
    first.stderr.readline()
    second = run("--no-ui", *DEMO, "--log-dir", str(tmp_path), cwd=tmp_path)
    first.terminate()
    first.communicate(timeout=15)
    assert second.returncode == 3
    assert len(log_lines(second.stderr)) == 1
    assert str(first.pid) in second.stderr


def test_record_writes_the_tape_and_the_recording_and_sends_no_order(tmp_path: Path) -> None:
    done = run("record", *DEMO, "--markets", "1", "--log-dir", str(tmp_path), cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
    folder = next(path.parent for path in tmp_path.rglob("market_info.txt"))
    assert not (folder / "orders.csv").exists()
    assert not (folder / "signals.csv").exists()
    assert (folder / "frames.jsonl.gz").exists()
    with (folder / "binance.csv").open() as trades, (folder / "polymarket.csv").open() as quotes:
        prices = [float(row["price"]) for row in csv.DictReader(trades)]
        asks = [row["up_ask"] for row in csv.DictReader(quotes)]
    assert len(prices) > 100
    assert len(asks) == quotes_in(folder) > 100
    assert read_info(folder)["outcome"] in ("UP", "DOWN")


def quotes_in(folder: Path) -> int:
    """How many frames of the recording the engine applies to a book."""
    lines = list(records(folder / "frames.jsonl.gz"))
    market = read_market(next(line.data for line in lines if line.source == "market"))
    reader, state = FrameReader(market), MarketState(market)
    quotes = 0
    for event in (event for line in lines for event in reader.events(line)):
        match event:
            case BookSnapshot():
                quotes += state.on_snapshot(event)
            case BookChange():
                quotes += state.on_change(event)
            case BestBidAsk():
                quotes += state.on_best(event)
            case TickSize():
                state.on_tick_size(event)
            case Link():
                state.on_link(event)
    return quotes


def test_ws_test_names_each_feed_with_its_rate_and_delay(tmp_path: Path) -> None:
    done = run("ws-test", *DEMO, "--duration", "3", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    gamma, clock, binance, clob, oracle = done.stdout.splitlines()
    assert gamma.split()[:2] == ["gamma", "ok"]
    assert clock.split()[:2] == ["clock", "ok"]
    assert binance.split()[:2] == ["binance", "ok"]
    assert clob.split()[:2] == ["clob", "ok"]
    assert re.search(r"oracle +ok +[\d.]+ events/s  late 1\d{3}\.\d ms median, .* at most  OracleTick \d+", oracle)
    assert re.search(r"[\d.]+ events/s  late -?[\d.]+ ms median, -?[\d.]+ ms at most  Trade \d+", binance)


def test_ws_test_against_nothing_says_so_and_exits_with_1(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("GAMMA_URL", "BINANCE_REST_URL", "CLOB_REST_URL", "SITE_URL"), "http://127.0.0.1:9")
    nowhere |= dict.fromkeys(("BINANCE_WS_URL", "CLOB_WS_URL", "RTDS_WS_URL", "POLYBOLT_WS_URL"), "ws://127.0.0.1:9")
    done = run("ws-test", "--duration", "1", cwd=tmp_path, environment=nowhere)
    assert done.returncode == 1
    assert "gamma    failed" in done.stdout
    assert "binance  failed" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.fixture
async def bot_api() -> AsyncIterator[tuple[str, list[str]]]:
    messages: list[str] = []

    async def take(request: web.Request) -> web.Response:
        assert request.match_info["token"] == f"bot{TOKEN}"
        messages.append((await request.json())["text"])
        return web.json_response({"ok": True, "result": {}})

    api = web.Application()
    api.router.add_post("/{token}/sendMessage", take)
    runner = web.AppRunner(api)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", messages
    await runner.cleanup()


async def test_telegram_hears_start_order_fill_and_end_but_never_a_signal(
    tmp_path: Path, bot_api: tuple[str, list[str]]
) -> None:
    url, messages = bot_api
    settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHAT_ID": "42", "TELEGRAM_URL": url}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "app.cli", "--no-ui", "--demo", "--window", "20", "--seed", "7", "--markets", "1"),
        cwd=tmp_path,
        env=clean_environment(settings) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    assert messages
    assert all(message.startswith("BTC 5m ") for message in messages)
    kinds = [message.split()[2].rstrip(",") for message in messages]
    assert kinds[0] == "started"
    assert kinds[-1] == "ended"
    assert set(kinds) <= {"started", "order", "fill", "ended"}
    log = err.decode()
    assert kinds.count("order") == log.count("  order     ")
    assert kinds.count("fill") == log.count("  fill      ")
    assert "canary" not in log + out.decode()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes()

"""The real program on a real terminal: what a person sees, how it ends, and what it leaves of the terminal."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.app.backtest.tapes import write_tape
from tests.app.pty_child import PtyChild, still_running
from tests.recompute_net import read_rows

DEMO = ("--demo", "--window", "20", "--seed", "7")

WITH_A_FAULT = """
import sys
from app import cli
from app.console import Console
from widgets.risk import RiskPanel

draw, mount = RiskPanel.draw, Console.on_mount

def failing_draw(self, view, width, height):
    if view.market is not None:
        raise RuntimeError("a fault in a panel")
    return draw(self, view, width, height)

def failing_mount(self):
    mount(self)
    raise RuntimeError("a fault in a panel")

if sys.argv[1] == "draw":
    RiskPanel.draw = failing_draw
else:
    Console.on_mount = failing_mount
if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[2:]))
"""

LEFT = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[?1003l", "\x1b[?1006l", "\x1b[?2004l", "\x1b[?1004l")
"""Alternate screen left, cursor shown, mouse, paste and focus reports off."""


def console(*arguments: str, folder: Path, own_terminal: bool = True) -> PtyChild:
    program = ("-m", "app.cli", *arguments, "--log-dir", str(folder / "logs"))
    state = {"XDG_STATE_HOME": str(folder / "state")}
    return PtyChild(program=program, cwd=folder, extra=state, own_terminal=own_terminal)


def failing(where: str, folder: Path) -> PtyChild:
    program = ("-c", WITH_A_FAULT, where, *DEMO, "--log-dir", str(folder / "logs"))
    return PtyChild(program=program, cwd=folder, extra={"XDG_STATE_HOME": str(folder / "state")})


def wait_for(child: PtyChild, *words: str) -> None:
    """Until all of these were drawn since the last call."""
    child.read_until(lambda: all(word in child.text for word in words))
    assert all(word in child.text for word in words), child.text[-2000:]
    child.seen, child.drawn_before = b"", child.drawn_before + child.seen


def assert_terminal_is_given_back(drawn: bytes) -> None:
    for mode in LEFT:
        on = mode[:-1] + ("h" if mode[-1] == "l" else "l")
        assert drawn.rfind(mode.encode()) > drawn.rfind(on.encode()), mode


def windows(folder: Path) -> list[Path]:
    return sorted(path.parent for path in (folder / "logs").rglob("market_info.txt"))


def test_a_session_from_start_to_quit(tmp_path: Path) -> None:
    with console(*DEMO, folder=tmp_path) as child:
        wait_for(child, "● PAPER", "BTC 5m", "TRADING", "strike")
        children = child.children()
        wait_for(child, " fill ", "filled after")
        child.type("a")
        wait_for(child, "real orders, real money", "may trade", "wallet")
        child.type("arm btc\r")
        wait_for(child, "not armed: type arm btc 5m")
        child.type("\x1b")
        wait_for(child, "signals, orders, fills")  # before the next key, or the two would be one: alt and the key
        child.type("2")
        wait_for(child, "● PAPER", "ETH 5m")
        child.type("k")
        wait_for(child, "■ HALTED")
        child.type("d")
        wait_for(child, "● PAPER")
        child.type("q")
        assert child.read_to_end() == 0
        assert still_running(children) == []
        assert_terminal_is_given_back(child.drawn_before + child.seen)
        said = child.text.rpartition("[?1049l")[2]
        assert re.search(r"Z  left +windows=[12] stake_usd=\d+\.\d\d why=", said), said
    btc = next(folder for folder in windows(tmp_path) if folder.name.startswith("btc"))
    assert any(row["filled_size"] for row in read_rows(btc / "fills.csv"))
    for folder in windows(tmp_path):
        for path in folder.glob("*.csv"):
            assert path.read_text().endswith("\n")
            assert all(None not in row and None not in row.values() for row in read_rows(path))


def test_armed_from_the_dialog_real_orders_leave_until_the_kill(tmp_path: Path) -> None:
    """Real to the demo venue: signed with its play wallet, and matched by it."""
    with console("--demo", "--window", "60", "--seed", "7", folder=tmp_path) as child:
        wait_for(child, "● PAPER", "TRADING")
        child.type("a")
        wait_for(child, "may trade", "both fresh")
        child.type("arm btc 5m")
        asked = 0.0

        def armed() -> bool:
            """Ask once a second: the exact strike comes when it comes, and a busy machine has old data for a moment."""
            nonlocal asked
            if time.monotonic() > asked + 1.0:
                asked = time.monotonic()
                child.type("\r")
            return "▲ ARMED" in child.text

        child.read_until(armed)
        wait_for(child, "▲ ARMED", "armed for BTC 5m")
        key = (tmp_path / "logs" / "demo" / ".play-key").read_text().strip().removeprefix("0x")
        wait_for(child, "LIVE bought")
        child.type("k")
        wait_for(child, "■ HALTED", "nothing is open at the venue")
        child.type("q")
        assert child.read_to_end() == 0
        assert len(key) == 64
        assert key not in (child.drawn_before + child.seen).decode(errors="replace").lower()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and key in path.read_bytes().decode("latin-1")]
    live = [folder for folder in windows(tmp_path) if "live" in folder.parts or folder.name.endswith("live")]
    assert any(row["filled_size"] for folder in live for row in read_rows(folder / "fills.csv"))
    assert list((tmp_path / "logs").rglob("journal*"))


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_places_no_cursor_is_refused_in_one_sentence(tmp_path: Path, term: str) -> None:
    for arguments, instead in (DEMO, "--no-ui"), (("replay", str(write_tape(tmp_path, lines=5))), "replay --check"):
        program = ("-m", "app.cli", *arguments)
        with PtyChild(program=program, cwd=tmp_path, extra={"TERM": term}) as child:
            assert child.read_to_end() == 2
            (line,) = child.text.splitlines()
        assert line.startswith(f"pmtui: TERM is {term or 'not set'}, so the console cannot")
        assert line.endswith(f"or run pmtui {instead}")


@pytest.mark.parametrize("how", [None, signal.SIGTERM, signal.SIGHUP], ids=["q", "SIGTERM", "SIGHUP"])
def test_a_replay_from_start_to_its_end(tmp_path: Path, how: signal.Signals | None) -> None:
    recording = write_tape(tmp_path, lines=1_500)
    with console("replay", str(recording), folder=tmp_path) as child:
        wait_for(child, "◇ REPLAY", "▶ playing", "strike")
        child.type(" ")
        wait_for(child, "‖ paused")
        if how is None:
            child.type("q")
        else:
            child.process.send_signal(how)
        assert child.read_to_end() == 0
        assert_terminal_is_given_back(child.drawn_before + child.seen)
    assert not (tmp_path / "logs").exists(), "a replay writes nothing"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, None], ids=["SIGTERM", "SIGINT", "the terminal closes"])
def test_it_ends_when_it_is_told_to(tmp_path: Path, how: signal.Signals | None) -> None:
    with console(*DEMO, folder=tmp_path) as child:
        wait_for(child, "● PAPER", "left")
        children = child.children()
        assert len(children) >= 2
        assert child.end(how) == 0
        assert still_running(children) == []
        if how is not None:
            assert_terminal_is_given_back(child.drawn_before + child.seen)
    assert windows(tmp_path)


def test_it_ends_when_the_terminal_is_gone_and_nobody_tells(tmp_path: Path) -> None:
    with console(*DEMO, folder=tmp_path, own_terminal=False) as child:
        wait_for(child, "● PAPER", "left")
        children = child.children()
        child.hang_up()
        assert child.process.wait(5) == 0
        assert still_running(children) == []


def test_a_demos_venue_that_dies_is_named_and_the_screen_stays_until_it_is_left(tmp_path: Path) -> None:
    with console(*DEMO, folder=tmp_path) as child:
        wait_for(child, "● PAPER", "left")
        venue = next(pid for pid in child.children() if b"app.demo" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(venue, signal.SIGKILL)
        wait_for(child, "the simulated venue has ended")
        child.type("q")
        assert child.read_to_end() == 1
        assert_terminal_is_given_back(child.drawn_before + child.seen)


def test_a_course_that_ends_while_the_screen_starts_ends_it(tmp_path: Path) -> None:
    with console(*DEMO, "--duration", "0.001", folder=tmp_path) as child:
        assert child.read_to_end() == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, None], ids=["SIGTERM", "SIGINT", "the terminal closes"])
def test_after_a_fault_in_a_panel_it_trades_on_in_lines_until_it_is_told_to_end(
    tmp_path: Path, how: signal.Signals | None
) -> None:
    with failing("draw", tmp_path) as child:
        wait_for(child, "RuntimeError: a fault in a panel", "about=screen")
        wait_for(child, "Z  ")
        assert_terminal_is_given_back(child.drawn_before)
        children = child.children()
        assert child.end(how) == 1
        assert still_running(children) == []
        assert "Traceback" not in child.text
    assert windows(tmp_path)


def test_after_a_fault_at_the_start_of_the_screen_it_ends_with_its_terminal(tmp_path: Path) -> None:
    with failing("mount", tmp_path) as child:
        wait_for(child, "RuntimeError: a fault in a panel", "about=screen")
        wait_for(child, "Z  ")
        assert_terminal_is_given_back(child.drawn_before)
        children = child.children()
        assert child.end(None) == 1
        assert still_running(children) == []


HOSTILE = "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2Jowned\x9b31m\x90owned\x9c[bold]markup[/bold]"
NEVER = (b"\x1b]0;", b"\x1b]52;", b"\x1b[2Jowned", b"\xc2\x9b", b"\xc2\x90", b"\xc2\x9c")


@pytest.fixture
async def hostile_venue() -> AsyncIterator[dict[str, str]]:
    """A venue that says nothing but what should do harm to a terminal; the settings that point at it."""

    async def say(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade") != "websocket":
            return web.json_response([{"slug": HOSTILE, "question": HOSTILE, "markets": [{"outcomes": HOSTILE}]}])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(HOSTILE)
        await socket.close(code=4000, message=HOSTILE.encode())
        return socket

    api = web.Application()
    api.router.add_route("*", "/{path:.*}", say)
    runner = web.AppRunner(api)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    names = ("GAMMA_URL", "BINANCE_REST_URL", "CLOB_REST_URL", "SITE_URL")
    sockets = ("BINANCE_WS_URL", "CLOB_WS_URL", "RTDS_WS_URL", "POLYBOLT_WS_URL")
    yield dict.fromkeys(names, f"http://{host}") | dict.fromkeys(sockets, f"ws://{host}")
    await runner.cleanup()


async def test_what_the_venue_says_never_reaches_the_terminal_raw(
    tmp_path: Path, hostile_venue: dict[str, str]
) -> None:
    def drive() -> bytes:
        program = ("-m", "app.cli", "--log-dir", str(tmp_path / "logs"))
        extra = hostile_venue | {"XDG_STATE_HOME": str(tmp_path / "state")}
        with PtyChild(program=program, columns=200, lines=60, cwd=tmp_path, extra=extra) as child:
            child.read_until(lambda: "feeds" in child.text)
            child.type("w\t")  # the log alone, where there is room for whole sentences
            child.read_until(lambda: "[bold]markup[/bold]" in child.text)
            child.type("q")
            assert child.read_to_end() == 0
            return child.seen

    drawn = await asyncio.to_thread(drive)
    assert [told for told in NEVER if told in drawn] == []
    assert "\N{REPLACEMENT CHARACTER}]52;c;b3duZWQ=" in drawn.decode()

"""The replay console driven by its keys, over a recording of a busy window."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._toast import Toast

from app.backtest.opening import OURS
from app.board_app import BoardApp
from app.replay_app import ReplayApp
from engine.lenses import LENSES, REALISTIC
from engine.orders import nth_order_id
from tests.app.backtest.converters import write_lines
from tests.app.backtest.live_tapes import play_live
from tests.app.backtest.seed_files import lines as lines_of
from tests.app.backtest.small import small_lines, small_market
from tests.app.backtest.tapes import write_tape
from tests.snap import screen_text
from widgets.go_dialog import GoDialog

PATIENCE_S = 60.0
SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tape(tmp_path_factory.mktemp("tape"))


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds."""
    return write_tape(tmp_path_factory.mktemp("short"), lines=1_500)


@asynccontextmanager
async def replaying(
    *paths: Path, folder: Path, size: tuple[int, int] = (120, 40), read: bool = True
) -> AsyncIterator[tuple[Pilot[None], ReplayApp]]:
    """The app over these recordings, standing still; `read` waits until the first is."""
    app = ReplayApp(paths, OURS, theme="dark", picture_dir=folder)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("space")
        if read:
            await until(lambda: app.player.tape.whole and app.player.run is not None)
        assert not app.player.playing
        yield pilot, app


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - whatever makes it so has no event of its own
            await asyncio.sleep(0.02)


def shown(app: ReplayApp) -> str:
    app.painter.paint_all()
    return screen_text(app)


async def test_every_key_moves_through_the_recording(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        player = app.player
        begin, end = player.tape.begin, player.tape.end
        await pilot.press("end")
        assert player.now == end
        await pilot.press("home")
        assert player.now == begin
        await pilot.press("right", "right", "shift+right", "left")
        assert player.now == begin + 11 * SECOND
        await pilot.press("shift+left")
        assert player.now == begin + SECOND
        taken = player.taken
        await pilot.press("full_stop", "full_stop", "comma")
        assert player.taken == taken + 1
        await pilot.press("plus", "plus", "minus")
        assert player.speed == 2.0
        await pilot.press("n")
        first_signal = player.now
        await pilot.press("o", "f")
        assert player.now > first_signal
        assert player.run is not None
        assert player.run.fills
        await pilot.press("O")
        await pilot.press("O")
        assert player.now <= first_signal
        await pilot.press("F")
        assert "no fill before this" in shown(app)


async def test_playing_is_begun_and_stopped_by_one_key_and_goes_as_fast_as_is_set(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        await pilot.press(*["plus"] * 9, "space")
        assert app.player.playing
        await until(lambda: app.player.now > app.player.tape.begin + 60 * SECOND)
        await pilot.press("space")
        stopped = app.player.now
        await asyncio.sleep(0.3)
        assert app.player.now == stopped
        assert "‖ paused 100×" in " ".join(shown(app).split())


async def test_the_panels_show_the_recording_s_own_time_and_say_that_it_is_a_replay(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        await pilot.press("f")
        screen = shown(app)
        assert screen.lstrip().startswith("◇ REPLAY")
        assert "nothing is timed in a replay" in screen
        assert "strike  80,000.00" in screen
        await pilot.press("end")
        settled = shown(app)
        assert "SETTLED" in settled
        assert "DOWN won" in settled
        await pilot.press("home")
        assert "SETTLED" not in shown(app)


def entered_again(folder: Path) -> Path:
    """A settled window of which only the second run is recorded; the first had bought 10 shares of Down at 40 cents."""
    folder.mkdir()
    market = small_market()
    bought = [nth_order_id(market.slug, 1), "momentum", 1, 4_000, 10_000_000, 1_680_000_000, "t1"]
    lines = small_lines(outcome="DOWN", price=80_010.0)
    lines[0].data["earlier"] = {"orders": ["momentum"], "last_order_ms": market.start_ms, "fills": [bought]}
    return write_lines(lines, folder / "frames.jsonl").parent


async def test_the_lenses_of_a_window_that_was_entered_again_are_of_both_runs(tmp_path: Path) -> None:
    folder = entered_again(tmp_path / "window")
    order_id = nth_order_id(small_market().slug, 1)
    (folder / "orders.csv").write_text(f"order_id,side,strategy\n{order_id},DOWN,momentum\n")
    rows = [f"{order_id},{lens},200,0.4,10,0.168" for lens in LENSES]
    (folder / "lenses.csv").write_text(lines_of("order_id,lens,latency_ms,filled_price,filled_size,fee", *rows))
    async with replaying(folder, folder=tmp_path) as (pilot, app):
        await pilot.press("end")
        screen = shown(app)
        assert "SETTLED" in screen
        assert "last run alone" not in screen
        day = app._replay.view.day
        assert day.net == day.lenses[REALISTIC] == 58_320_000_000
        await pilot.press("home", "end")
        shown(app)
        assert app._replay.view.day.lenses[REALISTIC] == 58_320_000_000, "each time that one goes there"


async def test_lenses_that_lack_an_earlier_run_say_so(tmp_path: Path) -> None:
    folder = entered_again(tmp_path / "window")
    async with replaying(folder, folder=tmp_path) as (pilot, app):
        await pilot.press("end")
        assert "SETTLED lenses: last run alone" in shown(app)


async def test_a_live_window_is_summed_up_by_its_own_fills_and_has_no_lenses(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "live" / "5m" / "btc-updown-5m-1795000200"
    session, account, _ = await play_live(path, folder, (2, 0, 5))
    assert session.net
    async with replaying(folder, folder=tmp_path) as (pilot, app):
        await pilot.press("end")
        assert "SETTLED" in shown(app)
        day = app._replay.view.day
        assert (day.net, day.fees) == (session.net, session.engine.position.total.fees)
        assert 0 < day.trades <= len(account.taken)
        assert day.won <= day.trades
        assert day.lenses == {}


async def test_going_to_a_time_is_typed_and_a_wrong_one_is_said_to_be_wrong(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        market = app.player.tape.market
        assert market is not None
        await pilot.press("g")
        assert isinstance(app.screen, GoDialog)
        await pilot.press(*"soon", "enter")
        assert isinstance(app.screen, GoDialog)
        assert "that names no time" in screen_text(app)
        assert "a place on the bar" in screen_text(app)
        app.screen.query_one(Input).value = "-0:20"
        await pilot.press("left", "right", "home", "end", "enter")
        assert app.player.wall == market.end_ms * 1_000_000 - 20 * SECOND
        await pilot.press("g", "escape")
        assert app.player.wall == market.end_ms * 1_000_000 - 20 * SECOND


async def going(pilot: Pilot[None], app: ReplayApp, text: str) -> str:
    """Type it into the dialog; the screen after that."""
    await pilot.press("g")
    app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()
    return shown(app)


async def test_the_clock_of_the_bar_goes_to_the_place_that_it_shows(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        for text in ("0:31.2", "0:00:31.2"):
            await pilot.press("end")
            assert " 0:31.2 of " in await going(pilot, app, text)
            assert app.player.now == app.player.tape.begin + 31_200_000_000


async def test_beyond_the_recording_is_its_end_and_that_is_said(path: Path, tmp_path: Path) -> None:
    async with replaying(path, folder=tmp_path) as (pilot, app):
        assert "the recording ends here" in await going(pilot, app, "+9:00")
        assert app.player.now == app.player.tape.end
        assert "the recording begins here" in await going(pilot, app, "-99:00")
        assert app.player.now == app.player.tape.begin


async def test_one_recording_after_the_other(path: Path, short: Path, tmp_path: Path) -> None:
    async with replaying(short, path, folder=tmp_path) as (pilot, app):
        await pilot.press("pageup")
        assert "this is the first recording" in shown(app)
        await pilot.press("end", "left", "space")
        await until(lambda: app.player.tape.path == path)
        assert app.player.playing, "it goes on by itself"
        await pilot.press("space", "pageup")
        await until(lambda: app.player.tape.path == short and app.player.run is not None)
        assert "1 of 2  head.jsonl" in shown(app)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (200, 60)])
async def test_a_notice_leaves_the_time_bar_and_the_line_above_it_alone(
    short: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with replaying(short, folder=tmp_path, size=size) as (pilot, app):
        await pilot.press("end", "f")
        await until(lambda: bool(app.screen.query(Toast)))
        await pilot.pause()
        notice, health = app.screen.query_one(Toast).region, app.screen.query_one("#health").region
        assert app.screen.query_one("#tape").region.y == health.bottom
        assert 0 < notice.bottom <= health.y


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 16), (20, 5), (1, 1)])
async def test_at_every_size_it_stands(short: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    async with replaying(short, folder=tmp_path, size=size) as (pilot, app):
        await pilot.press("right")
        screen = shown(app)
        if size[0] >= 60:
            assert "◇ REPLAY" in screen
        if size == (60, 16):
            assert "needs 60×18" in screen, "two rows of it are the tape's"
        if size[1] >= 24:
            assert "event" in screen
            assert "space play" in screen


async def test_a_recording_that_cannot_be_read_says_so_on_the_screen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    async with replaying(bad, folder=tmp_path, read=False) as (pilot, app):
        await until(lambda: app.player.tape.whole)
        await pilot.press("right", "n", "f", "g", "end", "full_stop")
        screen = shown(app)
        assert "NOTHING TO SHOW" in screen
        assert "not a record" in screen


async def test_zoom_theme_help_and_the_palette_work_as_in_the_console(short: Path, tmp_path: Path) -> None:
    async with replaying(short, folder=tmp_path) as (pilot, app):
        await pilot.press("w")
        assert app.board.zoomed == "why"
        await pilot.press("z", "t", "question_mark")
        await pilot.pause()
        assert "An event on" in screen_text(app)
        assert "Arm" not in screen_text(app)
        await pilot.press("escape", "s")
        assert list(tmp_path.glob("pmtui-*.svg"))
        await pilot.press("q")
        await until(lambda: not app.is_running)


def test_the_keys_of_the_last_line_are_keys() -> None:
    known = {binding.key for binding in Binding.make_bindings([*ReplayApp.BINDINGS, *BoardApp.BINDINGS])}
    names = {"←→": ("left", "right"), ",.": ("comma", "full_stop"), "-+": ("minus", "plus"), "?": ("question_mark",)}
    for key, _ in ReplayApp.KEYS:
        assert set(names.get(key, (key,))) <= known

"""The console driven by its keys: over still scenes, and over a desk that trades at a demo venue."""

import asyncio
import gc
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.app import App
from textual.binding import Binding
from textual.command import CommandInput, CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._toast import Toast

import themes
from app.board_app import ZOOMABLE, BoardApp
from app.console import ASSETS, Console
from app.news import News, OrderFilled, OrderSent, WindowSettled
from engine.engine import Mode
from engine.market import Asset, Interval
from engine.view import DayView
from tests.app.consoles import charted, console_of, mid_window, painted, still, trading
from tests.engine.builders import money
from tests.program import demo_venue
from tests.recompute_net import read_info, read_rows
from tests.snap import screen_text
from tests.widgets.sizes import HOSTILE
from tests.widgets.views import waiting
from widgets.arm_dialog import ArmDialog
from widgets.board import BoardScreen
from widgets.dialogs import PickDialog
from widgets.help import HelpScreen
from widgets.keys import TRADING_KEYS

PATIENCE_S = 30.0
MARKUP = "[bold red]上がる価格[/]"


@pytest.fixture(scope="module")
def venue() -> Iterator[Mapping[str, str]]:
    """A demo venue with short windows; the settings that point at it."""
    quick = {"ORDER_LATENCY_MS": "0", "TAKER_HOLD_MS": "0", "ORDER_CUTOFF_S": "1", "COOLDOWN_MS": "1000"}
    with demo_venue("--window=12", "--seed=27", "--rate=100", "--pull-rate=0") as settings:
        yield settings | quick


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the theme is remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "pmtui" / "theme"


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop run until this is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - whatever makes it so has no event of its own
            await asyncio.sleep(0.02)


def shown(pilot: Pilot[None]) -> set[str]:
    """The panels on the screen."""
    return {panel.id or "" for panel in console_of(pilot).visible_panels()}


def mode_of(pilot: Pilot[None]) -> Mode:
    """What the desk may do now."""
    return console_of(pilot).desk.mode


class TestKeys:
    async def test_disarm_and_kill(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("k")
            assert mode_of(pilot) is Mode.HALTED
            assert pilot.app.has_class("-halted")
            await pilot.press("d")
            assert mode_of(pilot) is Mode.PAPER
            assert not pilot.app.has_class("-halted")

    async def test_without_a_wallet_arming_says_so_and_stays_on_paper(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("a")
            assert isinstance(pilot.app.screen, ArmDialog)
            live = console_of(pilot).desk.live
            assert live is not None
            await until(lambda: bool(live.refused))
            await pilot.press(*("space" if letter == " " else letter for letter in "arm btc 5m"), "enter")
            await until(lambda: "not armed: " in screen_text(pilot.app))
            assert live.refused[:40] in screen_text(pilot.app)
            assert not live.armed
            assert mode_of(pilot) is Mode.PAPER
            assert not pilot.app.has_class("-armed")

    async def test_a_number_trades_that_coin(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            for switches, (key, asset) in enumerate(zip("1234", ASSETS, strict=True)):
                await pilot.press(key, key)
                assert console_of(pilot).desk.settings.asset is asset
                assert console_of(pilot).desk.switches == switches

    async def test_the_interval_is_picked(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            for key, interval in zip("1234", Interval, strict=True):
                await pilot.press("i", key)
                await pilot.pause()
                assert console_of(pilot).desk.settings.interval is interval
            await pilot.press("i", "escape")
            assert console_of(pilot).desk.settings.interval is Interval.H4
            assert console_of(pilot).desk.switches == 3

    async def test_w_shows_every_gate_alone_and_escape_brings_back_all(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            before = shown(pilot)
            await pilot.press("w")
            await painted(pilot)
            assert shown(pilot) == {"header", "why", "keys"}
            assert "trades in 30 s" in screen_text(pilot.app)
            await pilot.press("escape")
            assert shown(pilot) == before
            await pilot.press("w", "w")
            assert shown(pilot) == before

    async def test_the_feeds_zoomed_are_a_table_with_every_count(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            console_of(pilot).action_zoom("feeds")
            await painted(pilot)
            text = screen_text(pilot.app)
        assert shown(pilot) == {"header", "feeds", "keys"}
        assert "feeds and health" in text
        assert "3 of 3 live" in text
        assert "reconnects  faults" in text

    async def test_tab_zooms_every_panel_in_turn(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            pilot.app.set_focus(None)
            await pilot.press("z")
            seen = []
            for _ in ZOOMABLE:
                (alone,) = shown(pilot) - {"header", "keys"}
                seen.append(alone)
                await painted(pilot)
                assert any(row.strip("│─╭╮╰╯ ") for row in screen_text(pilot.app).splitlines()[1:-1]), alone
                await pilot.press("tab")
            assert seen == list(ZOOMABLE)
            await pilot.press("z")
            assert len(shown(pilot)) > 3

    async def test_z_zooms_what_has_the_focus(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            console_of(pilot).query_one("#position").focus()
            await pilot.press("z")
            assert shown(pilot) == {"header", "position", "keys"}

    async def test_t_steps_through_the_themes_and_remembers(self, tmp_path: Path, remembered: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            for name in (*themes.NAMES[1:], themes.NAMES[0]):
                await pilot.press("t")
                assert pilot.app.theme == name
                await pilot.pause()
                assert f"theme {name}" in screen_text(pilot.app), "it says which one is on now"
                assert remembered.read_text().strip() == name

    async def test_s_saves_a_picture(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("s")
            (picture,) = tmp_path.glob("*.svg")
            assert "83,758.02" in picture.read_text()

    async def test_a_picture_that_cannot_be_saved_is_told(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            console_of(pilot)._picture_dir = tmp_path / "a file"
            (tmp_path / "a file").write_text("")
            await pilot.press("s")
            await until(lambda: "no picture: " in screen_text(pilot.app))

    async def test_help_names_every_key_and_every_panel(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 60)) as pilot:
            await pilot.press("question_mark")
            text = screen_text(pilot.app)
            for word in ("Arm live trading", "Disarm; back to paper", "Kill", "Asset BTC", "Asset XRP", "Interval"):
                assert word in text
            for word in ("Why no trade", "Zoom the focused panel", "Next theme", "Save a picture", "Help", "Quit"):
                assert word in text
            assert isinstance(pilot.app.screen, HelpScreen)
            keys = {key for names, _ in pilot.app.screen._keys for key in names.split()}
            footer = {name for key, _ in TRADING_KEYS for name in ("1234" if key == "1-4" else (key,))}
            assert footer | {"tab", "esc"} <= keys
            assert "position and profit" in text
            await pilot.press("q")
            assert len(pilot.app.screen_stack) == 1
            assert pilot.app.is_running

    @pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
    async def test_quitting_ends_the_trading_first(self, tmp_path: Path, key: str) -> None:
        async with still(mid_window(), tmp_path, (80, 24)) as pilot:
            console = console_of(pilot)
            await pilot.press(key)
            await until(lambda: not console.is_running)
            assert console._work.done()
            assert console.return_code == 0

    async def test_every_key_is_in_the_palette_and_every_panel(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            console = console_of(pilot)
            commands = list(console.get_system_commands(console.screen))
            titles = {command.title for command in commands}
            assert {f"key {key}" for key in (*"adk1234iwztsq", "?")} <= {command.help for command in commands}
            assert {f"Zoom: {panel}" for panel in ZOOMABLE} <= titles
            assert {f"Theme: {name}" for name in themes.NAMES} <= titles

    async def test_a_command_of_the_palette_does_what_its_key_does(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("ctrl+p")
            await pilot.press(*"kill")
            await until(lambda: "Kill" in screen_text(pilot.app))
            await pilot.press("enter")
            await until(lambda: mode_of(pilot) is Mode.HALTED)

    def test_the_keys_of_the_last_line_are_keys(self) -> None:
        known = {binding.key for binding in console_bindings()}
        for key, _ in TRADING_KEYS:
            names = "1234" if key == "1-4" else [{"?": "question_mark", "^p": "ctrl+p"}.get(key, key)]
            assert set(names) <= known


def console_bindings() -> list[Binding]:
    """Every binding of the console."""
    own = [*Console.BINDINGS, *BoardApp.BINDINGS]
    return list(Binding.make_bindings([*App.BINDINGS, *own, (App.COMMAND_PALETTE_BINDING, "")]))


SCREENS = (("tab", BoardScreen), ("w", BoardScreen), ("a", ArmDialog), ("i", PickDialog), ("question_mark", HelpScreen))
"""Keys, and the screens to which they lead."""


class TestSafety:
    async def test_disarm_and_kill_work_from_every_screen(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            for key, kind in SCREENS:
                await pilot.press(key)
                assert isinstance(pilot.app.screen, kind)
                typing = "ctrl+" if kind is ArmDialog else ""
                await pilot.press(f"{typing}k")
                assert mode_of(pilot) is Mode.HALTED, key
                await pilot.press(f"{typing}d")
                assert mode_of(pilot) is Mode.PAPER, key
                assert isinstance(pilot.app.screen, kind)
                await pilot.press("escape")

    async def test_a_d_typed_into_the_palette_is_a_letter_and_ctrl_d_disarms(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("k", "ctrl+p", "d", "k")
            assert isinstance(pilot.app.screen, CommandPalette)
            assert pilot.app.screen.query_one(CommandInput).value == "dk"
            assert mode_of(pilot) is Mode.HALTED
            await pilot.press("ctrl+d")
            assert mode_of(pilot) is Mode.PAPER

    async def test_the_dialogs_that_do_not_arm_have_nothing_to_type_into(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            for key in ("i", "question_mark"):
                await pilot.press(key)
                assert not pilot.app.screen.query(Input)
                await pilot.press("escape")

    async def test_enter_anywhere_confirms_nothing(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            desk = console_of(pilot).desk
            for key, _ in SCREENS:
                await pilot.press(key, "enter", "enter", "enter", "escape")
                assert (mode_of(pilot), desk.switches) == (Mode.PAPER, 0), key

    async def test_tab_in_a_dialog_moves_nothing_behind_it(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("w", "a", "tab", "tab")
            assert console_of(pilot).board.zoomed == "why"


class TestSizes:
    async def test_any_size_and_back(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await charted(pilot)
            before = screen_text(pilot.app)
            for size in (1, 1), (2, 2), (59, 16), (60, 15), (60, 16), (80, 24), (111, 36), (200, 60), (1, 80), (250, 1):
                await pilot.resize_terminal(*size)
                await painted(pilot)
                rows = screen_text(pilot.app).removesuffix("\n").split("\n")
                assert len(rows) <= size[1]
                assert max(cell_len(row) for row in rows) <= size[0]
            await pilot.resize_terminal(120, 40)
            await charted(pilot)
            assert screen_text(pilot.app) == before

    async def test_too_small_for_panels_there_are_a_few_rows_of_words(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (20, 5)) as pilot:
            assert shown(pilot) == {"oneline"}
            assert screen_text(pilot.app).startswith(" ● PAPER   1:32 left\n")

    async def test_nothing_lies_over_the_words_and_what_would_is_told_among_them(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (40, 8)) as pilot:
            for key, words in (
                ("a", "arm: needs 60×16"),
                ("i", "interval: needs"),
                ("?", "help: needs"),
                ("d", "on paper"),
            ):
                await pilot.press({"?": "question_mark"}.get(key, key))
                await painted(pilot)
                rows = screen_text(pilot.app).splitlines()
                assert len(pilot.app.screen_stack) == 1
                assert rows[0].startswith(" ● PAPER   1:32 left")
                assert any(words in row for row in rows), key
                assert not pilot.app.screen.query(Toast)
            await pilot.press("ctrl+p")
            assert not isinstance(pilot.app.screen, CommandPalette)

    async def test_a_notice_that_no_longer_fits_goes(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("k")
            await until(lambda: bool(pilot.app.screen.query(Toast)))
            await pilot.resize_terminal(40, 8)
            await painted(pilot)
            await until(lambda: not pilot.app.screen.query(Toast))

    async def test_a_notice_is_as_narrow_as_its_words_and_leaves_the_last_two_lines_alone(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("d")
            await until(lambda: bool(pilot.app.screen.query(Toast)))
            await pilot.pause()
            region = pilot.app.screen.query_one(Toast).region
            assert region.width < 20
            assert region.bottom <= 38

    async def test_a_dialog_that_no_longer_fits_goes(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            for key in "a", "i", "question_mark", "ctrl+p":
                await pilot.press(key)
                assert len(pilot.app.screen_stack) == 2
                await pilot.resize_terminal(40, 8)
                await pilot.pause()
                await painted(pilot)
                assert len(pilot.app.screen_stack) == 1
                assert screen_text(pilot.app).startswith(" ● PAPER   1:32 left")
                await pilot.resize_terminal(120, 40)
                await painted(pilot)

    async def test_a_zoom_outlives_a_resize(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("w")
            for size in (40, 10), (200, 60), (80, 24):
                await pilot.resize_terminal(*size)
                await pilot.pause()
            assert shown(pilot) == {"header", "why", "keys"}


class TestLooks:
    async def test_nothing_yet(self, tmp_path: Path) -> None:
        view = waiting(state="WAITING", reasons=("looking for the window",))
        async with still(view, tmp_path, (120, 40)) as pilot:
            text = screen_text(pilot.app)
        assert "WAITING looking for the window" in text
        assert text.count("waiting for") + text.count("waits for") + text.count("no window yet") >= 4

    async def test_old_numbers_look_old(self, tmp_path: Path) -> None:
        view = mid_window(state="STALE DATA", reasons=("the book is silent",))
        view.mono += 9_000_000_000
        async with still(view, tmp_path, (120, 40)) as pilot:
            text = screen_text(pilot.app)
        assert "STALE DATA the book is silent" in text
        assert "9.0 s old" in text

    async def test_halted_cannot_be_overlooked(self, tmp_path: Path) -> None:
        view = mid_window(mode="HALTED", state="HALTED", reasons=("killed: d to go back to paper",))
        async with still(view, tmp_path, (80, 24)) as pilot:
            rows = screen_text(pilot.app).splitlines()
        assert rows[0].startswith(" ■ HALTED")
        assert rows[-1].startswith(" d disarm")
        async with still(view, tmp_path, (120, 40)) as pilot:
            rows = screen_text(pilot.app).splitlines()
        assert any("position and profit" in row and "HALTED" in row for row in rows)

    async def test_the_day(self, tmp_path: Path) -> None:
        view = mid_window(day=DayView(3, 2, 1, money(1.25), money(0.5), {"momentum": money(1.25)}))
        async with still(view, tmp_path, (120, 40)) as pilot:
            assert "today  3 windows  2 trades  1 won" in screen_text(pilot.app)
        async with still(view, tmp_path, (80, 24)) as pilot:
            assert "today     net +$1.25" in screen_text(pilot.app)

    async def test_text_from_outside_is_only_text(self, tmp_path: Path) -> None:
        view = mid_window(state="NOT TRADING", reasons=(HOSTILE,), next_window=HOSTILE)
        for size in (80, 24), (200, 60), (20, 3):
            async with still(view, tmp_path, size) as pilot:
                assert all(cell_len(row) <= size[0] for row in screen_text(pilot.app).splitlines())
                assert size[0] < 80 or MARKUP[:10] in screen_text(pilot.app)


class TestWithoutColour:
    async def test_no_color_leaves_words_signs_and_attributes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            for key in ("", "a", "i", "question_mark", "ctrl+p"):
                await pilot.press(*([key] if key else []))
                await pilot.pause()
                assert [style for _, style in segments(pilot) if style.color or style.bgcolor] == [], key
                await pilot.press("escape")
            await painted(pilot)
            shown = segments(pilot)
        assert [text for text, style in shown if style.reverse] == [" ● PAPER "]
        assert any(style.bold for _, style in shown)

    async def test_the_line_that_enter_would_take_stands_out_without_colours_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            await pilot.press("i", "down")
            await pilot.pause()
            assert [text.strip() for text, style in segments(pilot) if style.underline] == [
                "2",
                "15m",
                "15 minutes",
                "",
            ]

    async def test_an_empty_no_color_asks_for_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", "")
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            told = {style.color for _, style in segments(pilot) if style.color}
        assert any(color.triplet and len(set(color.triplet)) > 1 for color in told), "not only shades of grey"


def segments(pilot: Pilot[None]) -> list[tuple[str, Style]]:
    """What is on the screen, run by run."""
    strips = pilot.app.screen._compositor.render_strips()
    return [(segment.text, segment.style or Style()) for strip in strips for segment in strip]


class TestFault:
    async def test_a_fault_in_a_panel_ends_the_screen_and_not_the_trading(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("a fault in a panel")

        async def show() -> None:
            async with still(mid_window(), tmp_path, (120, 40)) as pilot:
                console = console_of(pilot)
                monkeypatch.setattr(console.visible_panels()[0], "draw", fail)
                await until(lambda: console.return_code == 1)
                assert not console._work.done()

        with pytest.raises(RuntimeError, match="a fault in a panel"):  # run_test raises what ended the screen
            await show()

    async def test_painting_makes_no_reference_cycles(self, tmp_path: Path) -> None:
        async with still(mid_window(), tmp_path, (120, 40)) as pilot:
            console = console_of(pilot)
            frames(console, 20)
            await pilot.pause()
            gc.collect()
            gc.disable()
            try:
                for _ in range(20):
                    frames(console, 1)
                    console.screen._compositor.render_strips()
                assert gc.collect() == 0
            finally:
                gc.enable()


def frames(console: Console, count: int) -> None:
    """Frames in which every age on the screen changes."""
    for _ in range(count):
        console.glance.view.mono += 100_000_000
        console.glance.view.wall += 100_000_000
        for _ in range(4):
            console.painter.paint_slice()


class TestTrading:
    async def test_switching_loses_no_fill_and_no_file(self, venue: Mapping[str, str], tmp_path: Path) -> None:
        news: list[News] = []
        async with trading(venue, tmp_path, news.append) as pilot:
            desk = console_of(pilot).desk
            await until(lambda: any(isinstance(one, OrderFilled) for one in news))
            await pilot.press("2")
            switched_at = len(news)
            filled = next(one.market.slug for one in news if isinstance(one, OrderFilled))
            await until(lambda: [session.market.asset for session in desk.current.sessions] == [Asset.ETH])
            await pilot.press("i", "2")
            assert desk.settings.interval is Interval.M15
            await until(lambda: any(isinstance(one, WindowSettled) and one.market.slug == filled for one in news))
            await until(lambda: desk.left == [] or all(lifecycle.through for lifecycle in desk.left))
            await until(lambda: "ETH 15m" in screen_text(pilot.app))
            assert not any(isinstance(one, OrderSent) and one.market.slug == filled for one in news[switched_at:])
            await until(lambda: console_of(pilot).glance.view.day.markets >= 1)
            day = console_of(pilot).glance.view.day
            assert day.trades == sum(one.fills for one in news if isinstance(one, WindowSettled))
            await pilot.press("q")
            await until(lambda: not pilot.app.is_running)
        assert_files_hold(news, tmp_path, filled)

    async def test_money_at_stake_stays_on_the_screen_when_the_window_turns(
        self, venue: Mapping[str, str], tmp_path: Path
    ) -> None:
        news: list[News] = []
        async with trading(venue, tmp_path, news.append) as pilot:
            await until(lambda: any(isinstance(one, OrderFilled) for one in news))
            await until(lambda: {"settling  BTC", "at stake $"} <= words_on(pilot, "settling  BTC", "at stake $"))
            settled = len([one for one in news if isinstance(one, WindowSettled)])
            await until(lambda: len([one for one in news if isinstance(one, WindowSettled)]) > settled)
            await until(lambda: "settling  BTC" not in screen_text(pilot.app))
            assert " ● PAPER  DEMO  BTC 5m " in screen_text(pilot.app)

    async def test_the_screen_follows_the_market(self, venue: Mapping[str, str], tmp_path: Path) -> None:
        async with trading(venue, tmp_path) as pilot:
            await until(lambda: "TRADING" in screen_text(pilot.app))
            await until(
                lambda: "strike  " in screen_text(pilot.app) and "first Binance trade" in screen_text(pilot.app)
            )
            await pilot.press("k")
            await until(lambda: "■ HALTED" in screen_text(pilot.app))
            await pilot.press("d")
            await until(lambda: "● PAPER" in screen_text(pilot.app))


def words_on(pilot: Pilot[None], *words: str) -> set[str]:
    """Those of the words that are on the screen now."""
    text = screen_text(pilot.app)
    return {word for word in words if word in text}


def assert_files_hold(news: list[News], folder: Path, slug: str) -> None:
    """Every order and fill that was told of stands in its window's files, and that window is complete."""
    for window in [path.parent for path in folder.rglob("market_info.txt")]:
        told = [one for one in news if isinstance(one, OrderFilled) and one.market.slug == window.name]
        sent = [one for one in news if isinstance(one, OrderSent) and one.market.slug == window.name]
        rows = read_rows(window / "fills.csv") if (window / "fills.csv").exists() else []
        assert [one.fill.trade_id for one in told] == [row["trade_id"] for row in rows if row["filled_size"]]
        orders = read_rows(window / "orders.csv") if (window / "orders.csv").exists() else []
        assert [one.order.order_id for one in sent] == [row["order_id"] for row in orders]
        if window.name == slug:
            assert told
            assert read_info(window)["outcome"] in ("UP", "DOWN")
            assert (window / "frames.jsonl.gz").exists()

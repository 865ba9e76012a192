"""The dialogs in a running App: what they say, and how they are left."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.pilot import Pilot

from engine.market import Interval
from engine.view import View
from tests.snap import Snap, screen_text
from tests.widgets.test_theme import Console, Sampler
from widgets.dialogs import Choice, PickDialog, interval_dialog
from widgets.help import DEMO_NOTE, HelpScreen, key_lines, panel_lines
from widgets.panel import Panel

ANSWER_NOTHING = "nothing yet"
Dialog = PickDialog | HelpScreen
HOSTILE = "[@click=app.bell]x[/] [bold"


class Desk(Console):
    """A console with keys of its own, which remembers what a dialog returned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "arm", "arm", tooltip="what a live session would do"),
        Binding("d", "disarm", "disarm"),
        *(Binding(str(place), f"asset({place})", tooltip="asset: btc eth sol xrp") for place in range(1, 5)),
        Binding("q", "quit", "quit"),
        Binding("x", "nothing"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.answer: object = ANSWER_NOTHING
        self.done: list[str] = []

    def ask(self, dialog: Dialog) -> None:
        """Open the dialog."""
        self.push_screen(dialog, self.keep)

    def keep(self, answer: object) -> None:
        """What it returned."""
        self.answer = answer

    def action_arm(self) -> None:
        """Seen to have been called."""
        self.done.append("arm")


def desk_of(pilot: Pilot[None]) -> Desk:
    assert isinstance(pilot.app, Desk)
    return pilot.app


async def opened(pilot: Pilot[None], dialog: Dialog) -> Desk:
    """The console with the dialog open."""
    desk = desk_of(pilot)
    desk.query_one(Sampler).offer(View("btc", "5m"), 99)
    desk.ask(dialog)
    await pilot.pause()
    assert desk.screen is dialog
    return desk


async def answered(pilot: Pilot[None], dialog: Dialog, *keys: str) -> object:
    """What the dialog returns after these keys; it is closed then, or returned nothing."""
    desk = await opened(pilot, dialog)
    desk.answer = ANSWER_NOTHING
    await pilot.press(*keys)
    await pilot.pause()
    assert (len(desk.screen_stack) == 1) is (desk.answer != ANSWER_NOTHING)
    return desk.answer


class TestPick:
    async def test_the_intervals(self, snap: Snap) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            snap(await opened(pilot, interval_dialog(Interval.M15)))

    async def test_a_number_takes_its_line(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            for key, interval in zip("1234", Interval, strict=True):
                assert await answered(pilot, interval_dialog(Interval.M5), key) == interval

    async def test_the_cursor_begins_at_the_present_one(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            for keys, answer in ([], "15m"), (["down"], "1h"), (["up"], "5m"), (["down", "down"], "4h"):
                assert await answered(pilot, interval_dialog(Interval.M15), *keys, "enter") == answer

    async def test_a_click_takes_a_line(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            desk = await opened(pilot, interval_dialog(Interval.M5))
            await pilot.click("OptionList", offset=(4, 2))
            await pilot.pause()
            assert desk.answer == "1h"

    async def test_escape_cancels(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            assert await answered(pilot, interval_dialog(Interval.M5), "escape") is None

    async def test_a_number_without_a_line_does_nothing(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            assert await answered(pilot, interval_dialog(Interval.M5), "5", "9") == ANSWER_NOTHING

    async def test_text_is_never_markup(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            dialog = PickDialog(HOSTILE, [Choice("one", HOSTILE[:20], HOSTILE[:8])], "one", HOSTILE)
            assert screen_text(await opened(pilot, dialog)).count(HOSTILE) == 2


class TestHelp:
    async def test_the_keys_and_the_panels(self, snap: Snap) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            app = pilot.app
            snap(await opened(pilot, HelpScreen(key_lines(app), panel_lines(app.query(Panel)), demo=True)))

    async def test_every_key_with_a_meaning_is_listed_once_and_stock_keys_are_not(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            assert key_lines(pilot.app) == [
                ("a", "what a live session would do"),
                ("d", "disarm"),
                ("1 2 3 4", "asset: btc eth sol xrp"),
                ("q", "quit"),
                ("^p", "Open the command palette"),
            ]

    async def test_a_key_that_was_rebound_is_shown_as_it_is_now(self) -> None:
        class Rebound(Desk):
            BINDINGS: ClassVar[list[BindingType]] = [Binding("b", "buy", "buy", id="buy")]

        async with Rebound().run_test(size=(80, 24)) as pilot:
            pilot.app.set_keymap({"buy": "f2"})
            assert ("f2", "buy") in key_lines(pilot.app)

    @pytest.mark.parametrize("demo", [True, False])
    async def test_a_demo_says_that_it_is_one(self, demo: bool) -> None:
        async with Desk().run_test(size=(200, 60)) as pilot:
            text = screen_text(await opened(pilot, HelpScreen([("a", "arm")], [], demo)))
            assert (DEMO_NOTE[:40] in text) is demo

    async def test_it_closes_and_the_console_does_not(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            for key in "escape", "enter", "question_mark", "q":
                assert await answered(pilot, HelpScreen([("a", "arm")], []), key) is None
            assert pilot.app.is_running

    async def test_what_does_not_fit_can_be_scrolled_to(self) -> None:
        lines = [(f"key {number}", f"meaning {number}") for number in range(60)]
        async with Desk().run_test(size=(80, 24)) as pilot:
            desk = await opened(pilot, HelpScreen(lines, []))
            assert "meaning 59" not in screen_text(desk)
            await pilot.press("end")
            await pilot.pause()
            assert "meaning 59" in screen_text(desk)

    async def test_a_long_meaning_is_wrapped_under_its_own_beginning(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            text = screen_text(await opened(pilot, HelpScreen([("a", "word " * 30), ("longer", "short")], [])))
        rows = [row for row in text.split("\n") if "word" in row]
        assert len(rows) > 1
        assert len({row.index("word") for row in rows}) == 1

    async def test_text_is_never_markup(self) -> None:
        async with Desk().run_test(size=(80, 24)) as pilot:
            text = screen_text(await opened(pilot, HelpScreen([(HOSTILE[:9], HOSTILE)], [("p", HOSTILE)])))
            assert text.count(HOSTILE) == 2


@pytest.mark.parametrize(
    "dialog",
    [lambda: interval_dialog(Interval.M5), lambda: HelpScreen([("a", "arm")], [("p", "x " * 90)], True)],
    ids=["pick", "help"],
)
async def test_no_size_of_terminal_breaks_a_dialog(dialog: Callable[[], Dialog]) -> None:
    async with Desk().run_test(size=(80, 24)) as pilot:
        desk = await opened(pilot, dialog())
        for width, height in (1, 1), (10, 3), (20, 6), (40, 10), (200, 60):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            rows = screen_text(desk).rstrip("\n").split("\n")
            assert len(rows) <= height
            assert max(cell_len(row) for row in rows) <= width
        await pilot.press("escape")
        await pilot.pause()
        assert desk.answer is None

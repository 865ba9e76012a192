"""The arming dialog in a running App: it shows every gate and limit, and arms by the phrase alone."""

from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from engine.limits import Limits
from engine.units import MONEY
from engine.view import ArmGate, View
from tests.snap import Snap, screen_text
from tests.widgets.test_theme import Console, Sampler
from widgets.arm_dialog import LOOK_S, ArmDialog

NAMES = ("wallet", "geoblock", "clock", "account", "balance", "strike", "feeds")
ALL_NAMES = (*NAMES, "format", "market", "orders", "disarm")
LIMITS = replace(Limits(), max_position=250 * MONEY, max_orders=3, cooldown_ns=1_500_000_000, min_net_edge=0.025)


class Account:
    """What the dialog asks, and how often it was told to arm."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = NAMES
        self.shut: dict[str, str] = {}
        self.refuses = ""
        self.armed = 0

    def gates(self) -> tuple[ArmGate, ...]:
        """Open, but for those in `shut`."""
        return tuple(ArmGate(name, name not in self.shut, self.shut.get(name, "is well")) for name in self.names)

    def arm(self) -> str:
        """The first closed gate, as the account says it."""
        for gate in self.gates():
            if not gate.passed:
                return f"{gate.name}: {gate.state}"
        self.armed += not self.refuses
        return self.refuses


class Desk(Console):
    """Remembers what the dialog returned."""

    answer: object = "nothing yet"

    def ask(self, account: Account) -> None:
        """Open the dialog."""
        dialog = ArmDialog("sol", "1h", LIMITS, (200 * MONEY, 25 * MONEY), account.gates, account.arm)
        self.push_screen(dialog, self.keep)

    def keep(self, answer: object) -> None:
        """What it returned."""
        self.answer = answer


async def opened(pilot: Pilot[None], account: Account) -> Desk:
    desk = pilot.app
    assert isinstance(desk, Desk)
    desk.query_one(Sampler).offer(View("sol", "1h"), 99)
    desk.ask(account)
    await pilot.pause()
    return desk


async def write(pilot: Pilot[None], text: str) -> None:
    """As fingers do."""
    await pilot.press(*("space" if letter == " " else letter for letter in text), "enter")
    await pilot.pause()


async def test_it_shows_every_gate_and_every_limit(snap: Snap) -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        account.shut["clock"] = "2.4 s ahead of the venue's: set it"
        desk = await opened(pilot, account)
        text = screen_text(desk)
        for words in (*NAMES, "✗ clock", "2.4 s ahead of the venue's: set it"):
            assert words in text
        for words in (
            "$250.00 at most",
            "in 3 orders",
            "1.5 s between",
            "2.5¢ a share",
            "$200.00 at stake",
            "$25.00 lost",
        ):
            assert words in text
        snap(desk)


async def test_the_phrase_alone_arms() -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        desk = await opened(pilot, account)
        for wrong in ("", "yes", "arm", "arm sol", "ARM SOL 1H", "arm btc 5m", "arm sol 1hh"):
            await write(pilot, wrong)
            assert account.armed == 0
            assert "not armed: type arm sol 1h, letter for letter" in screen_text(desk)
            await pilot.press(*["backspace"] * len(wrong))
        await write(pilot, "arm sol 1h")
        assert account.armed == 1
        assert desk.answer is True
        assert len(desk.screen_stack) == 1


@pytest.mark.parametrize("name", NAMES)
async def test_a_closed_gate_stops_it_and_is_named(name: str) -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        account.shut[name] = "is not well"
        desk = await opened(pilot, account)
        await write(pilot, "arm sol 1h")
        assert account.armed == 0
        assert desk.answer == "nothing yet"
        assert f"not armed: {name}: is not well" in screen_text(desk)


async def test_a_gate_that_opens_meanwhile_is_seen() -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        account.shut["feeds"] = "Binance is silent"
        desk = await opened(pilot, account)
        assert "✗ feeds" in screen_text(desk)
        account.shut.clear()
        await pilot.pause(2 * LOOK_S)
        assert "✗ feeds" not in screen_text(desk)


async def test_a_refusal_goes_when_its_gate_opens() -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        account.shut["strike"] = "not exact yet"
        desk = await opened(pilot, account)
        await write(pilot, "arm sol 1h")
        assert "not armed: strike: not exact yet" in screen_text(desk)
        account.shut.clear()
        await pilot.pause(2 * LOOK_S)
        assert "not armed" not in screen_text(desk)
        assert "every gate is open now: enter again" in screen_text(desk)


async def test_on_24_rows_every_gate_and_limit_is_in_sight_and_on_16_the_arrows_show_the_rest() -> None:
    async with Desk().run_test(size=(80, 24)) as pilot:
        account = Account()
        account.names = ALL_NAMES
        desk = await opened(pilot, account)
        await pilot.pause()
        assert all(words in screen_text(desk) for words in (*ALL_NAMES, "it holds", "old data", "type: arm sol 1h"))
        assert "shows the rest" not in screen_text(desk)
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert "old data" not in screen_text(desk)
        assert "shows the rest" in screen_text(desk)
        await pilot.press("down", "down")
        await pilot.pause()
        assert all(words in screen_text(desk) for words in ("disarm", "old data", "type: arm sol 1h"))
        await pilot.press("pageup", "up")
        await pilot.pause()
        assert "wallet" in screen_text(desk)


async def test_escape_stays_on_paper() -> None:
    async with Desk().run_test(size=(80, 30)) as pilot:
        account = Account()
        desk = await opened(pilot, account)
        await pilot.press(*"arm", "escape")
        await pilot.pause()
        assert desk.answer is False
        assert account.armed == 0


async def test_gates_and_the_line_to_type_into_are_in_sight_on_every_screen() -> None:
    async with Desk().run_test(size=(80, 24)) as pilot:
        desk = await opened(pilot, Account())
        for width, height in (80, 24), (60, 16), (20, 6), (1, 1), (200, 60):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            rows = screen_text(desk).rstrip("\n").split("\n")
            assert len(rows) <= height
            assert max(cell_len(row) for row in rows) <= width
            if height >= 16:
                assert all(any(f"✓ {name}" in row for row in rows) for name in NAMES)
            if height >= 24:
                assert any("old data" in row for row in rows)
                assert any("type: arm sol 1h" in row for row in rows)

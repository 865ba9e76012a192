"""The Textual screen over the running desk. It reads the engine; the engine never knows that it is there."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.driver import Driver

from app.board_app import BoardApp
from app.desk import Desk
from app.glance import Glance
from engine.engine import Mode
from engine.market import Asset, Interval, market_name
from engine.units import MONEY
from engine.view import ArmGate
from widgets.arm_dialog import ArmDialog
from widgets.board import Board
from widgets.dialogs import interval_dialog

ASSETS: Final = tuple(Asset)

MODE_S: Final = 0.2
"""How often the screen's colours follow the mode, which also changes by itself."""


class Console(BoardApp):
    """Panels, keys and dialogs. `leave` is awaited before the screen goes: it ends the trading in order."""

    FAULT: ClassVar[str] = "the screen failed; trading goes on without it, and ctrl+c ends it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "arm", "Arm live trading", id="arm"),
        Binding("d", "disarm", "Disarm; back to paper", id="disarm"),
        Binding("ctrl+d", "disarm", "Disarm; back to paper", id="disarm.typing", show=False, priority=True),
        Binding("k", "kill", "Kill: no order of any kind", id="kill"),
        *(
            Binding(str(number), f"asset('{asset}')", f"Asset {asset.upper()}", id=f"asset.{asset}")
            for number, asset in enumerate(ASSETS, 1)
        ),
        Binding("i", "interval", "Interval", id="interval"),
    ]

    def __init__(
        self,
        desk: Desk,
        work: asyncio.Task[None],
        glance: Glance,
        leave: Callable[[], Any],
        *,
        theme: str,
        picture_dir: Path,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(glance, Board(), theme=theme, picture_dir=picture_dir, driver_class=driver_class)
        self.desk = desk
        self.glance = glance
        self._work = work
        self._leave = leave
        self._leaving = False

    def on_mount(self) -> None:
        """Host the desk's work."""
        self.run_worker(self._host(), name="desk", group="desk", exit_on_error=False)
        self.set_interval(MODE_S, self._show_mode)

    async def _host(self) -> None:
        """Wait for the trading without owning it: Textual cancels its workers, never this task."""
        await asyncio.wait({self._work})
        if not self._leaving and self.is_running:
            ended_well = self._work.cancelled() or self._work.exception() is None
            self.exit(return_code=0 if ended_well else 1)

    def action_arm(self) -> None:
        """Open the live account, show its gates, and arm where a person types that it should be."""
        desk, settings = self.desk, self.desk.settings
        if desk.live is None or not self.has_room_for("arm"):
            return
        desk.live.open()
        account_limits = (round(settings.max_exposure_usd * MONEY), round(settings.daily_loss_usd * MONEY))
        dialog = ArmDialog(
            *(settings.asset, settings.interval, settings.limits(), account_limits), gates=self._gates, arm=desk.arm
        )
        self.push_screen(dialog, self._told_armed)

    def _gates(self) -> Sequence[ArmGate]:
        session = self.desk.running()
        return self.desk.live.gates(session.engine if session is not None else None) if self.desk.live else ()

    def _told_armed(self, armed: bool | None) -> None:
        self._show_mode()
        if armed:
            name = market_name(self.desk.settings.asset, self.desk.settings.interval)
            self.notify(f"armed: real orders in {name} from now on; d disarms", severity="warning", timeout=4)

    def action_disarm(self) -> None:
        """Back to paper, from every screen."""
        self.desk.command("disarm")
        self._show_mode()
        if self.desk.stop_file:
            told = f"killed: remove the file {self.desk.stop_file} from the log folder first, then d"
            self.notify(told, severity="warning", timeout=4)
        else:
            self.notify("on paper", timeout=2)

    def action_kill(self) -> None:
        """No order of any kind from now on, until disarm."""
        self.desk.command("kill")
        self._show_mode()
        self.notify("killed: no order of any kind until d", severity="warning", timeout=4)

    def _show_mode(self) -> None:
        """The mode's colours, and the live account's panel from the moment when it is open."""
        live = self.desk.live
        self.set_class(self.desk.mode is Mode.HALTED, "-halted")
        self.set_class(self.desk.mode is not Mode.HALTED and live is not None and live.armed, "-armed")
        is_open = live is not None and live.opened is not None
        if is_open is not self.board.live:
            self.board.live = is_open
            self._show_planned()

    def action_asset(self, asset: str) -> None:
        """Trade another coin."""
        self._switch(Asset(asset), self.desk.settings.interval)

    def action_interval(self) -> None:
        """Pick another window length."""

        def picked(interval: str | None) -> None:
            if interval is not None:
                self._switch(self.desk.settings.asset, Interval(interval))

        if not self.has_room_for("interval"):
            return
        self.push_screen(interval_dialog(self.desk.settings.interval), picked)

    def _switch(self, asset: Asset, interval: Interval) -> None:
        if self.desk.switch(asset, interval):
            self.notify(f"{asset.upper()} {interval}; what was open is settled first", timeout=3)

    async def action_quit(self) -> None:
        """End the trading in order, then the screen."""
        if self._leaving:
            return
        self._leaving = True
        self.glance.view.state = "CLOSING"
        await self._leave()
        self.exit()

"""The Textual screen over the running desk. It reads the engine; the engine never knows that it is there."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.driver import Driver

from app.board_app import BoardApp
from app.desk import Desk
from app.glance import Glance
from engine.engine import Mode
from engine.market import Asset, Interval
from widgets.board import Board
from widgets.dialogs import ArmDialog, Choice, PickDialog

ASSETS: Final = tuple(Asset)
INTERVALS: Final = tuple(Interval)


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

    async def _host(self) -> None:
        """Wait for the trading without owning it: Textual cancels its workers, never this task."""
        await asyncio.wait({self._work})
        if not self._leaving and self.is_running:
            ended_well = self._work.cancelled() or self._work.exception() is None
            self.exit(return_code=0 if ended_well else 1)

    def action_arm(self) -> None:
        """Say what live trading would need; it is not part of this version."""
        settings = self.desk.settings
        if self.has_room_for("arm"):
            self.push_screen(ArmDialog(settings.asset, settings.interval, settings.limits()))

    def action_disarm(self) -> None:
        """Back to paper, from every screen."""
        self.desk.command("disarm")
        self._show_mode()
        self.notify("on paper", timeout=2)

    def action_kill(self) -> None:
        """No order of any kind from now on, until disarm."""
        self.desk.command("kill")
        self._show_mode()
        self.notify("killed: no order of any kind until d", severity="warning", timeout=4)

    def _show_mode(self) -> None:
        self.set_class(self.desk.mode is Mode.HALTED, "-halted")

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
        choices = [Choice(interval.value, interval.value) for interval in INTERVALS]
        self.push_screen(PickDialog("interval", choices, self.desk.settings.interval), picked)

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

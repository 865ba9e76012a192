"""The Textual app that every console of ours is: panels on a board, painted in slices, themes, zoom, pictures, help."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, cast

from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Resize
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen

import themes
from app.crash import tell_crash
from app.garbage import settle_garbage
from app.painter import Painter
from app.plain import Colourless
from app.remember import write_theme
from engine.view import View
from widgets.board import Board, BoardScreen
from widgets.chart_artist import ChartArtist
from widgets.gates import WhyPanel
from widgets.header import Header
from widgets.health import HealthLine, HealthPanel
from widgets.held_lines import HeldLines
from widgets.help import HelpScreen, key_lines, panel_lines
from widgets.keys import TRADING_KEYS, Keys, KeyWords
from widgets.ladder import BookPanel
from widgets.latency import LatencyPanel
from widgets.live import LiveLine, LivePanel
from widgets.oneline import OneLine
from widgets.panel import Panel
from widgets.positions import PositionPanel
from widgets.price_chart import PricePanel
from widgets.quotes import Quotes
from widgets.risk import RiskPanel
from widgets.signals import LastLines, LogPanel
from widgets.theme import CSS_PATH, load_themes, variable_defaults
from widgets.waterfall import WaterfallPanel
from widgets.why_lines import WhyLines

ZOOMABLE: Final = ("price", "book", "why", "log", "position", "live", "risk", "latency", "waterfall", "feeds")

NOTICE_S: Final = 3.0

SETTLE_S: Final = 2.0
"""After the first paint, and after what makes much anew, garbage is settled once the screen is quiet."""


class Look(Protocol):
    """What fills the view that the panels draw."""

    view: View

    def refill(self) -> None:
        """Bring the view up to now."""
        ...

    def beat(self, late_ms: float) -> None:
        """How late the loop woke the painter."""
        ...


class BoardApp(App[None]):
    """What does not depend on where the figures come from. A console adds its panels, its keys and its work."""

    CSS_PATH = CSS_PATH
    ENABLE_COMMAND_PALETTE = True
    ALLOW_SELECT = False
    FAULT: ClassVar[str] = "the screen failed"
    """What is said on a fault of the screen."""
    KEYS: ClassVar[KeyWords] = TRADING_KEYS
    """What the last line says of the keys."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "zoom('why')", "Why no trade: every gate", id="why"),
        Binding("z", "zoom_focused", "Zoom the focused panel", id="zoom"),
        Binding("tab", "focus_next", "Next panel; zoomed, the next one in its place", id="next"),
        Binding("escape", "unzoom", "Back to all panels", id="unzoom", show=False),
        Binding("t", "next_theme", "Next theme", id="theme"),
        Binding("s", "picture", "Save a picture of the screen", id="picture"),
        Binding("question_mark", "help", "Help", id="help"),
        Binding("q", "quit", "Quit", id="quit"),
        Binding("ctrl+c", "quit", "Quit", id="quit.ctrl", show=False, priority=True),
    ]

    def __init__(
        self,
        look: Look,
        board: Board,
        *,
        theme: str,
        picture_dir: Path,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.no_color = bool(os.environ.get("NO_COLOR"))
        for known in load_themes():
            self.register_theme(known)
        self.theme = theme
        self.look = look
        self.board = board
        self.artist = ChartArtist()
        self.artist.start()  # now: once the screen is up, stderr is no file that a child could have
        self.painter = Painter(look.view, look.refill, self.visible_panels)
        self._picture_dir = picture_dir
        self._painting: asyncio.Task[None] | None = None
        self._visible: list[Panel] = []
        self._in_words = False
        """The terminal is too small for panels, and so for whatever would lie over them."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colour names, for Textual's own themes too."""
        return variable_defaults()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With NO_COLOR no colour at all, where Textual's own answer is shades of grey."""
        filters = [kept for kept in super().get_line_filters() if not isinstance(kept, Monochrome | NoColor)]
        return [*filters, Colourless()] if self.no_color else filters

    def get_default_screen(self) -> BoardScreen:
        """The screen that is placed by the board."""
        return BoardScreen(self.board)

    def compose(self) -> ComposeResult:
        """Every panel there is; the board decides which are shown."""
        yield Header("header")
        yield Quotes("quotes")
        yield PricePanel("price", self.artist)
        yield BookPanel("book")
        yield WhyPanel("why")
        yield LogPanel("log")
        yield PositionPanel("position")
        yield LivePanel("live")
        yield RiskPanel("risk")
        yield LatencyPanel("latency")
        yield WaterfallPanel("waterfall")
        yield HealthPanel("feeds")
        yield WhyLines("whylines")
        yield LiveLine("liveline")
        yield HeldLines("held")
        yield LastLines("last")
        yield HealthLine("health")
        yield Keys("keys", self.KEYS)
        yield OneLine("oneline", self.board.least)

    def on_mount(self) -> None:
        """Lay the panels out and begin to paint."""
        self.animation_level = "none"
        self._show_planned()
        self._painting = asyncio.create_task(self._paint(), name="painter")
        self.set_timer(SETTLE_S, settle_garbage)

    def on_resize(self, event: Resize) -> None:
        """Another size may mean another layout. The app's own size still is the old one here."""
        self._show_planned(event.size)

    def visible_panels(self) -> list[Panel]:
        """The panels that the present layout shows, on the screen at the bottom of the stack."""
        return self._visible

    async def _paint(self) -> None:
        """Paint until the screen goes. A fault in a panel is a fault of the screen, told as one."""
        try:
            await self.painter.run(self.look.beat)
        except asyncio.CancelledError:
            raise
        except Exception as fault:
            self._handle_exception(fault)

    def _show_planned(self, size: Size | None = None) -> None:
        """Show the panels of the plan for `size`, the present one by default, and only those."""
        width, height = size or self.size
        regions = self.board.plan(width, height)
        panels = list(self.screen_stack[0].query_children(Panel))
        for panel in panels:
            panel.display = panel.id in regions
        self._visible = [panel for panel in panels if panel.display]
        self.screen_stack[0].query_one(PricePanel).headlines = "quotes" not in regions
        self._in_words = "oneline" in regions
        if self._in_words:
            self.clear_notifications()
            while len(self.screen_stack) > 1:
                self.pop_screen()
        self.screen_stack[0].refresh(layout=True)

    def action_zoom(self, panel_id: str) -> None:
        """Show one panel alone; again shows all."""
        self.board.zoomed = "" if self.board.zoomed == panel_id else panel_id
        self._show_planned()
        if self.board.zoomed:
            self.query_one(f"#{panel_id}", Panel).focus()

    def action_zoom_focused(self) -> None:
        """Zoom the focused panel, the price where none is focused; again shows all."""
        focused = self.focused.id if isinstance(self.focused, Panel) else None
        self.action_zoom(self.board.zoomed or focused or "price")

    def action_unzoom(self) -> None:
        """Back to all panels."""
        if self.board.zoomed:
            self.action_zoom(self.board.zoomed)

    def action_focus_next(self) -> None:
        """The next panel; zoomed, the next panel in its place."""
        if self.board.zoomed and self.screen is self.screen_stack[0]:
            place = ZOOMABLE.index(self.board.zoomed) if self.board.zoomed in ZOOMABLE else -1
            self.action_zoom(ZOOMABLE[(place + 1) % len(ZOOMABLE)])
        else:
            self.screen.focus_next()

    def action_next_theme(self) -> None:
        """The next of our themes, remembered for the next start."""
        place = themes.NAMES.index(self.theme) if self.theme in themes.NAMES else -1
        self._use_theme(themes.NAMES[(place + 1) % len(themes.NAMES)])
        self.set_timer(SETTLE_S, settle_garbage)

    def action_picture(self) -> None:
        """Save the screen as SVG in the log folder, all of it as of one instant."""
        self.painter.paint_all()
        name = f"pmtui-{datetime.fromtimestamp(time.time(), UTC):%Y%m%dT%H%M%SZ}.svg"
        try:
            path = self.save_screenshot(name, str(self._picture_dir))
            Path(path).chmod(0o600)
        except OSError as error:
            self.notify(f"no picture: {error.strerror}", severity="error", timeout=5)
        else:
            self.notify(f"picture saved: {path}", timeout=4)

    def action_help(self) -> None:
        """What every key does."""
        if self.has_room_for("help"):
            panels = panel_lines(self.screen_stack[0].query_children(Panel))
            self.push_screen(HelpScreen(key_lines(self, self._own_bindings()), panels, self.look.view.demo))

    def action_command_palette(self) -> None:
        """Every action by name."""
        if self.has_room_for("commands"):
            super().action_command_palette()

    def has_room_for(self, what: str) -> bool:
        """Whether a dialog may open: over a few rows of words it would cover the mode. Says so if it may not."""
        if self._in_words:
            self.notify(f"{what}: needs {self.board.least[0]}×{self.board.least[1]}", timeout=3)
        return not self._in_words

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice for `timeout` seconds: over the panels, or as one of the words where there are no panels."""
        if not self._in_words:
            super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
            return
        line = self.screen_stack[0].query_one(OneLine)
        line.notice = message
        self.set_timer(NOTICE_S if timeout is None else timeout, partial(line.forget, message))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every key's action, and a zoom for every panel, by name."""
        for binding in self._own_bindings():
            if binding.show:
                key = self.get_key_display(binding)
                yield SystemCommand(binding.description, f"key {key}", self._acting(binding.action))
        for panel_id in ZOOMABLE:
            yield SystemCommand(f"Zoom: {panel_id}", "this panel alone", self._acting(f"zoom('{panel_id}')"))
        for name in themes.NAMES:
            yield SystemCommand(f"Theme: {name}", "remembered for the next start", self._themed(name))

    def _own_bindings(self) -> Iterable[Binding]:
        """The console's own keys, then those of every board."""
        own = [] if type(self) is BoardApp else type(self).BINDINGS
        return cast(Iterable[Binding], [*own, *BoardApp.BINDINGS])

    def _acting(self, action: str) -> Callable[[], Any]:
        return lambda: self.call_later(self.run_action, action)

    def _themed(self, name: str) -> Callable[[], None]:
        return lambda: self._use_theme(name)

    def _use_theme(self, name: str) -> None:
        self.theme = name
        write_theme(os.environ, name)
        self.notify(f"theme {name}", timeout=2)

    def on_unmount(self) -> None:
        """The screen goes: stop painting, and end the chart's process."""
        if self._painting is not None:
            self._painting.cancel()
        self.artist.close()

    def _fatal_error(self) -> None:
        """A fault of the screen: told without the variables' values, which may hold a secret."""
        self.bell()
        tell_crash(self, self.FAULT)
        self._close_messages_no_wait()

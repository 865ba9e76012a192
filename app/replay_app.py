"""The console over recordings: the same panels, with keys that move through time instead of keys that trade."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.driver import Driver

from app.backtest.logbook import FILL, ORDER, SIGNAL
from app.backtest.player import Player
from app.backtest.tape import Tape
from app.board_app import BoardApp
from app.replay_look import ReplayLook
from engine.signal import Strategy
from feeds.text import clean
from widgets.board import Board
from widgets.go_dialog import GoDialog, Reach
from widgets.keys import KeyWords
from widgets.timebar import ROWS, TimeBar

_MS: Final = 1_000_000
_SECOND: Final = 1_000_000_000


class ReplayApp(BoardApp):
    """Plays recordings one after the other. Nothing is traded and nothing is written, but for pictures."""

    FAULT: ClassVar[str] = "the screen failed"
    KEYS: ClassVar[KeyWords] = (
        ("space", "play"),
        ("←→", "second"),
        (",.", "event"),
        ("-+", "speed"),
        ("o", "order"),
        ("f", "fill"),
        ("n", "signal"),
        ("g", "go to"),
        ("w", "why"),
        ("z", "zoom"),
        ("?", "help"),
        ("q", "quit"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "Play, or pause", id="play"),
        Binding("right", "second(1)", "A second on", id="second.on"),
        Binding("left", "second(-1)", "A second back", id="second.back"),
        Binding("shift+right", "second(10)", "Ten seconds on", id="seconds.on"),
        Binding("shift+left", "second(-10)", "Ten seconds back", id="seconds.back"),
        Binding("full_stop", "event(1)", "An event on", id="event.on"),
        Binding("comma", "event(-1)", "An event back", id="event.back"),
        Binding("plus,equals_sign", "speed(1)", "Faster, to 100×", id="faster"),
        Binding("minus", "speed(-1)", "Slower, to 0.25×", id="slower"),
        Binding("n", f"mark('{SIGNAL}', False)", "Next signal that begins", id="signal.on"),
        Binding("N", f"mark('{SIGNAL}', True)", "The signal before", id="signal.back"),
        Binding("o", f"mark('{ORDER}', False)", "Next order", id="order.on"),
        Binding("O", f"mark('{ORDER}', True)", "The order before", id="order.back"),
        Binding("f", f"mark('{FILL}', False)", "Next fill", id="fill.on"),
        Binding("F", f"mark('{FILL}', True)", "The fill before", id="fill.back"),
        Binding("g", "go", "Go to a time", id="go"),
        Binding("home", "edge(False)", "To the beginning", id="begin"),
        Binding("end", "edge(True)", "To the end", id="end"),
        Binding("pagedown", "recording(1)", "Next recording", id="recording.on"),
        Binding("pageup", "recording(-1)", "The recording before", id="recording.back"),
    ]

    def __init__(
        self,
        paths: Sequence[Path],
        known: Mapping[str, Strategy],
        *,
        theme: str,
        picture_dir: Path,
        driver_class: type[Driver] | None = None,
    ) -> None:
        self._replay = ReplayLook(_name(paths[0]))
        board = Board(tape_rows=ROWS)
        super().__init__(self._replay, board, theme=theme, picture_dir=picture_dir, driver_class=driver_class)
        self._paths = paths
        self._known = known
        self._place = 0
        self._reading: asyncio.Task[None] | None = None
        self.player = Player(Tape(paths[0], known))

    def compose(self) -> ComposeResult:
        """The panels of every console, and the time bar."""
        yield from super().compose()
        yield TimeBar("tape")

    def on_mount(self) -> None:
        """Open the first recording, and go on to the next where one has been played to its end."""
        self._open(0, play=True)

    def _open(self, place: int, *, play: bool) -> None:
        self._place = place
        if self._reading is not None:
            self._reading.cancel()
        path = self._paths[place]
        speed = self.player.speed
        self.player = Player(Tape(path, self._known))
        self.player.speed, self.player.playing = speed, play
        self._replay.show(self.player, _name(path), place + 1, len(self._paths))
        self._reading = asyncio.create_task(self._read(self.player), name="reading")

    async def _read(self, player: Player) -> None:
        """Read the tape in slices, then play on to the next one when this one is over."""
        try:
            for _ in player.tape.load():
                await asyncio.sleep(0)
            while not player.finished:  # noqa: ASYNC110 - the painter moves it on, and tells nobody
                await asyncio.sleep(0.1)
            if self._place + 1 < len(self._paths):
                self._open(self._place + 1, play=True)
        except asyncio.CancelledError:
            raise
        except Exception as fault:
            self._handle_exception(fault)

    def action_play(self) -> None:
        """Play or pause; at the end, from the beginning."""
        player = self.player
        if player.at_end:
            player.go(player.tape.begin)
        player.playing = not player.playing

    def action_second(self, seconds: int) -> None:
        """So many seconds on or back."""
        self._moved(self.player.now + seconds * _SECOND)

    def action_event(self, steps: int) -> None:
        """So many events on or back, standing still."""
        self.player.playing = False
        self.player.step(steps)

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self.player.faster(steps)

    def action_mark(self, kind: str, back: bool) -> None:
        """To the next mark of a kind, or the one before, standing still."""
        self.player.playing = False
        if self.player.go_to_mark(frozenset({kind}), back=back) is None:
            self.notify(f"no {kind} {'before' if back else 'after'} this", timeout=2)

    def action_go(self) -> None:
        """Ask for a time and go there."""
        player, tape = self.player, self.player.tape
        market = tape.market
        if market is None or not self.has_room_for("go to"):
            return
        first = player.wall - (player.now - tape.begin)
        reach = Reach(market.start_ms * _MS, market.end_ms * _MS, first, first + tape.end - tape.begin)

        def picked(wall: int | None) -> None:
            if wall is not None:
                self._go_to(self.player.now + wall - self.player.wall)

        self.push_screen(GoDialog(reach), picked)

    def _go_to(self, mono: int) -> None:
        """Go to an instant, and say so where the recording does not reach that far."""
        tape = self.player.tape
        self._moved(mono)
        if mono > tape.end:
            self.notify("the recording ends here" if tape.whole else "not read further than this yet", timeout=2)
        elif mono < tape.begin:
            self.notify("the recording begins here", timeout=2)

    def action_edge(self, end: bool) -> None:
        """To the beginning or to the end."""
        self._moved(self.player.tape.end if end else self.player.tape.begin)

    def action_recording(self, places: int) -> None:
        """The next recording, or the one before."""
        place = self._place + places
        if 0 <= place < len(self._paths):
            self._open(place, play=self.player.playing)
        else:
            self.notify(f"this is the {'last' if places > 0 else 'first'} recording", timeout=2)

    def _moved(self, mono: int) -> None:
        if self.player.tape.steps:
            self.player.go(mono)

    async def action_quit(self) -> None:
        """Close the screen."""
        self.exit()

    def on_unmount(self) -> None:
        """Read no further."""
        if self._reading is not None:
            self._reading.cancel()


def _name(path: Path) -> str:
    """The window's folder, or the file."""
    return clean(path.name)

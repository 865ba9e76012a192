"""Arming: every gate with its state, what an armed session does and under which limits, and a phrase to be typed."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engine.limits import Limits
from engine.view import ArmGate
from widgets.cells import usd
from widgets.dialogs import TEXT_COLUMNS, named_lines

LOOK_S: Final = 0.25

FIXED_ROWS: Final = 4
"""The frame, the line to type into, the answer."""


def phrase(asset: str, interval: str) -> str:
    """What must be typed, letter for letter."""
    return f"arm {asset} {interval}"


class ArmDialog(ModalScreen[bool]):
    """Gates on top, kept up to date; enter does nothing unless the phrase is there and every gate is open.

    `gates` says how things stand, `arm` arms and says why not where it does not. True where it was armed.
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close, stay on paper"),
        Binding("ctrl+d", "app.disarm", show=False, priority=True),
        Binding("ctrl+k", "app.kill", show=False, priority=True),
        Binding("up,pageup", "turn(-1)", show=False, priority=True),
        Binding("down,pagedown", "turn(1)", show=False, priority=True),
    ]

    def __init__(
        self,
        asset: str,
        interval: str,
        limits: Limits,
        account_limits: tuple[int, int],
        gates: Callable[[], Sequence[ArmGate]],
        arm: Callable[[], str],
    ) -> None:
        """`account_limits`: most at stake over all markets, and the day's loss, in money units."""
        super().__init__(classes="dialog")
        self._market = f"{asset.upper()} {interval}"
        self._phrase = phrase(asset, interval)
        self._limits = limits
        self._account_limits = account_limits
        self._gates = gates
        self._arm = arm
        self._refused = False

    def compose(self) -> ComposeResult:
        """Gates, consequences, the line to type into, which is in sight on the smallest screen too."""
        with Vertical(classes="dialog--box -wide") as box:
            box.border_title = Content(f"arm {self._market}: real orders, real money")
            with VerticalScroll(classes="dialog--rest", can_focus=False):
                yield Static(self._gate_words(), id="gates", markup=False)
                yield Static(consequences(self._limits, *self._account_limits), markup=False)
            yield Input(compact=True, max_length=40, placeholder=f"type: {self._phrase}")
            yield Static("", id="answer", markup=False)

    def on_mount(self) -> None:
        """Keep the gates up to date."""
        self.set_interval(LOOK_S, self._look)

    def on_resize(self, event: Resize) -> None:
        """Keep the frame, the line to type into and the answer on the screen."""
        self.query_one(VerticalScroll).styles.max_height = max(event.size.height - FIXED_ROWS, 1)
        self.call_after_refresh(self._tell_keys)

    def _tell_keys(self) -> None:
        """Where not everything can be seen at once, how to see the rest."""
        more = self.query_one(VerticalScroll).max_scroll_y > 0
        keys = "ctrl+k kills · esc stays on paper"
        self.query_one(Vertical).border_subtitle = Content(f"↑ ↓ shows the rest · {keys}" if more else keys)

    def action_turn(self, way: int) -> None:
        """Show more of the gates and limits, half a screen at a time."""
        rest = self.query_one(VerticalScroll)
        rest.scroll_relative(y=way * max(rest.size.height // 2, 1), animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Arm, or say what stands in the way."""
        if event.value.strip() != self._phrase:
            self._answer(f"not armed: type {self._phrase}, letter for letter")
            return
        refused = self._arm()
        self._refused = bool(refused)
        if refused:
            self._answer(f"not armed: {refused}")
        else:
            self.dismiss(True)

    def action_leave(self) -> None:
        """Back, on paper."""
        self.dismiss(False)

    def _look(self) -> None:
        self.query_one("#gates", Static).update(self._gate_words())
        if self._refused and all(gate.passed for gate in self._gates()):
            self._refused = False
            self._answer("every gate is open now: enter again")

    def _answer(self, text: str) -> None:
        self.query_one("#answer", Static).update(Content.styled(text, "$pm-warn"))

    def _gate_words(self) -> Content:
        return gate_words(self._gates())


def gate_words(gates: Sequence[ArmGate]) -> Content:
    """A line a gate: a sign, its name, its state."""
    wide = max((len(gate.name) for gate in gates), default=0)
    rows = []
    for gate in gates:
        sign, style = ("✓", "$pm-good") if gate.passed else ("✗", "$pm-warn")
        state = gate.state[: TEXT_COLUMNS - wide - 6]
        rows.append(
            Content.assemble(
                Content.styled(f"{sign} ", style),
                Content.styled(f"{gate.name:<{wide}}  ", "$pm-label"),
                Content(state) if gate.passed else Content.styled(state, "$pm-warn"),
            )
        )
    return Content("\n").join(rows)


def consequences(limits: Limits, exposure: int, daily_loss: int) -> Content:
    """What an armed session does, with every limit it has."""
    quote_s, price_s = limits.quote_max_age_ms / 1e3, limits.price_max_age_ms / 1e3
    rules = (
        ("it holds", "window after window, until d, k, switch, fault or quit"),
        ("a window", f"{usd(limits.max_position)} at most, fees included, in {limits.max_orders} orders"),
        ("all windows", f"{usd(exposure)} at stake at most; disarms at {usd(daily_loss)} lost a day"),
        ("an order", "takes the ask it saw or better; held to settlement"),
        ("a pause", f"{limits.cooldown_ns / 1e9:g} s between orders, none in the last {limits.cutoff_ns / 1e9:g} s"),
        ("net edge", f"{limits.min_net_edge * 100:g}¢ a share or more, after the fee"),
        ("old data", f"stops it: a quote after {quote_s:g} s, a coin price after {price_s:g} s"),
    )
    return Content("\n").join([Content(""), named_lines(rules, "$pm-label")])

"""Delivers everything to a live engine at its due time: feeds and answers as they come, ticks between them."""

from collections.abc import Callable, Sequence

from engine.engine import Engine, Evaluation, Mode
from engine.events import Event, Tick
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order
from engine.signal import Strategy
from engine.timeline import TICK_NS


class LiveTimeline:
    """One market's live engine with its ticks. Its orders go to `dispatch`, and what becomes of them comes as events.

    As with paper, a tick is delivered with its due time before any later event, so a recording decides the same.
    """

    def __init__(
        self,
        market: Market,
        limits: Limits,
        strategies: Sequence[Strategy],
        dispatch: Callable[[Order], bool],
        mono: int,
        wall: int,
    ) -> None:
        self.engine = Engine(market, limits, strategies, dispatch, Mode.ARMED)
        self._next_tick = mono + TICK_NS
        self._latest: Event = Tick(mono, wall)

    def deliver(self, event: Event) -> Evaluation | None:
        """Hand an event to the engine after the ticks that were due before it."""
        if self._next_tick <= event.mono:
            self.advance(event.mono)
        self._latest = event
        return self.engine.handle(event)

    def wall_at(self, mono: int) -> int:
        """The wall clock at `mono`, by the last event that came."""
        return mono + self._latest.wall - self._latest.mono

    def advance(self, mono: int) -> None:
        """Deliver the ticks that are due up to and including `mono`."""
        while self._next_tick <= mono:
            self.engine.handle(Tick(self._next_tick, self.wall_at(self._next_tick)))
            self._next_tick += TICK_NS

"""Delivers everything to the engine at its due time: frames as they come, ticks and paper fills between them.

Live and in replay alike, what is due before an event is delivered before it, with its due time as its own
time. So nothing that the timeline makes has to be recorded, and a replay decides what the run decided. The
lenses look at the book in the same way, each at its due time; they see it and leave it as it is.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from engine.engine import Engine, Evaluation
from engine.events import Ack, Event, Fill, Print, Tick
from engine.lenses import Lenses
from engine.limits import Limits
from engine.market import Market
from engine.orders import Order
from engine.paper import PaperVenue
from engine.score import LensFill
from engine.signal import Strategy

TICK_NS: Final = 100_000_000
QUEUE: Final = 64
"""Orders that may be on their way at once; one more is refused before it counts."""


class Observer(Protocol):
    """Who wants to know what came of an order."""

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """A paper order met the book: its fills, and the ack that ended it. The engine has handled them."""
        ...

    def on_lens(self, fill: LensFill) -> None:
        """What one lens made of an order, told when it is known: up to seconds after the order's answer."""
        ...


class Timeline:
    """One market's engine with its ticks and its paper venue. Time is the events' own."""

    def __init__(
        self,
        market: Market,
        limits: Limits,
        strategies: Sequence[Strategy],
        observer: Observer,
        mono: int,
        wall: int,
    ) -> None:
        self.engine = Engine(market, limits, strategies, self._dispatch)
        self._handle = self.engine.handle
        # The engine's own table rather than its `handle`: a call less for every event.
        self._handlers: Mapping[type, Callable[..., Evaluation | None]] = {
            **self.engine.handlers,
            Print: self._on_print,
        }
        self.lenses = Lenses(market, limits, self.engine.state.ladders, observer.on_lens)
        self._paper = PaperVenue(market)
        self._observer = observer
        self._delay_ns = limits.latency_ns + limits.hold_ns
        self._arrivals: deque[Order] = deque()
        self._next_tick = mono + TICK_NS
        self._due = self._next_tick
        self._latest: Event = Tick(mono, wall)
        """The last event that came: how far its clocks are apart says what the wall clock is at a due time."""

    @property
    def due(self) -> int:
        """When the next tick, paper fill or look of a lens is due (monotonic ns)."""
        return self._due

    def rest_s(self, mono: int) -> float:
        """Seconds until something is due, 0 where it is."""
        return max(self._due - mono, 0) / 1e9

    def deliver(self, event: Event) -> Evaluation | None:
        """Hand an event to the engine after all that was due before it."""
        if self._due <= event.mono:
            self.advance(event.mono)
        self._latest = event
        return self._handlers[event.__class__](event)

    def advance(self, mono: int) -> None:
        """Deliver what is due up to and including `mono`; of one instant fills come first, then looks, then a tick."""
        while self._due <= mono:
            due = self._due
            wall = self.wall_at(due)
            if self._arrivals and self._arrivals[0].mono + self._delay_ns == due:
                self._arrive(self._arrivals.popleft(), due, wall)
            elif self.lenses.due == due:
                self.lenses.look(due, wall)
            else:
                self._handle(Tick(due, wall))
                self._next_tick += TICK_NS
            self._schedule()

    def wall_at(self, mono: int) -> int:
        """The wall clock at `mono`, by the last event that came."""
        return mono + self._latest.wall - self._latest.mono

    def _on_print(self, trade: Print) -> Evaluation | None:
        self.lenses.see(trade)
        return self._handle(trade)

    def _dispatch(self, order: Order) -> bool:
        if len(self._arrivals) >= QUEUE:
            return False
        self._arrivals.append(order)
        self.lenses.open(order)
        due = min(order.mono + self._delay_ns, self.lenses.due)
        if due < self._due:
            self._due = due
        return True

    def _arrive(self, order: Order, mono: int, wall: int) -> None:
        fills, ack = self._paper.match(order, self.engine.state.ladders[order.outcome], mono, wall)
        for fill in fills:
            self._handle(fill)
        self._handle(ack)
        self._observer.on_answer(order, fills, ack)
        self.lenses.answer(order, fills)

    def _schedule(self) -> None:
        due = min(self._next_tick, self.lenses.due)
        if self._arrivals:
            due = min(due, self._arrivals[0].mono + self._delay_ns)
        self._due = due

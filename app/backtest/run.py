"""One run of a recording, run again: the engine, its paper venue and its lenses, and what came of each order."""

from collections.abc import Sequence

from app.backtest.opening import Opening
from app.backtest.tally import SignalTally
from app.restore import Earlier, restore
from engine.events import Ack, Event, Fill
from engine.limits import Limits
from engine.orders import Order
from engine.score import LensFill
from engine.signal import Signal, Strategy
from engine.timeline import Timeline


class Run:
    """A run on its way. Give it the events of the recording, batch by batch; read it at any time.

    `limits`, `strategies` and `earlier` stand in for those that the run had; None keeps them.
    """

    def __init__(
        self,
        opening: Opening,
        *,
        limits: Limits | None = None,
        strategies: Sequence[Strategy] | None = None,
        earlier: Earlier | None = None,
    ) -> None:
        mono, wall = opening.mono, opening.wall
        chosen = opening.rules() if strategies is None else strategies
        self.opening = opening
        self.timeline = Timeline(opening.market, limits or opening.limits, chosen, self, mono, wall)
        self.engine = self.timeline.engine
        self._deliver = self.timeline.deliver
        self.score = self.timeline.lenses.score
        self.kinds: dict[type, int] = dict.fromkeys(self.engine.handlers, 0)
        """How many events of each class were delivered; ticks and paper fills are the timeline's own."""
        self.signals: dict[str, SignalTally] = {}
        """By strategy."""
        self.orders: list[tuple[Order, Signal]] = []
        """Each with the signal that it came of."""
        self.fills: list[Fill] = []
        self.acks: list[Ack] = []
        restore(self.engine, opening.earlier if earlier is None else earlier, mono, wall)

    def take(self, events: Sequence[Event]) -> None:
        """Deliver what one record held. The hot path."""
        kinds = self.kinds
        for event in events:
            kinds[event.__class__] += 1
            evaluation = self._deliver(event)
            if evaluation is not None:
                self._note(evaluation.signals)

    def _note(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            tally = self.signals.get(signal.strategy)
            if tally is None:
                tally = self.signals[signal.strategy] = SignalTally()
            tally.add(signal)
            if signal.order is not None:
                self.orders.append((signal.order, signal))

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """A paper order met the book."""
        self.fills += fills
        self.acks.append(ack)

    def on_lens(self, fill: LensFill) -> None:
        """What a lens made of an order; the timeline's score has it."""

"""One run of a recording, run again: the engine, its paper venue and its lenses, and what came of each order.

A live run is run again as it was: its orders are taken or refused as the account took or refused them, and what became
of them is in the recording. Run as paper (`as_paper`), it is decided anew, and what its account, a person and its disk
said to it is left out.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from app.backtest.opening import Opening
from app.backtest.tally import SignalTally
from app.restore import Earlier, restore
from engine.engine import Evaluation
from engine.events import Ack, Allowance, Command, Event, Fill, Link, Refused, Standing
from engine.limits import Limits
from engine.live_timeline import LiveTimeline
from engine.orders import Order
from engine.score import LensFill, MarketScore
from engine.signal import Signal, Strategy
from engine.timeline import Timeline

_ITS_OWN: Final = frozenset({Fill, Ack, Allowance, Standing, Refused, Command})
"""What a run was told by its account or by a person: it belongs to that run alone, as the state of its disk does."""


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
        as_paper: bool = False,
    ) -> None:
        mono, wall = opening.mono, opening.wall
        chosen = opening.rules() if strategies is None else strategies
        self.opening = opening
        self.live = opening.carried is not None and not as_paper
        self.timeline: Timeline | LiveTimeline
        self.score: MarketScore
        self._deliver: Callable[[Event], Evaluation | None]
        if opening.carried is not None and not as_paper:
            self.timeline = LiveTimeline(opening.market, limits or opening.limits, chosen, self._dispatch, mono, wall)
            self.score = MarketScore()  # the lenses are of paper orders
            self._deliver = self._deliver_live
            opening.carried.restore(self.timeline.engine)
        else:
            self.timeline = Timeline(opening.market, limits or opening.limits, chosen, self, mono, wall)
            self.score = self.timeline.lenses.score
            self._deliver = self._deliver_anew if as_paper else self.timeline.deliver
            restore(self.timeline.engine, opening.earlier if earlier is None else earlier, mono, wall)
        self.engine = self.timeline.engine
        self.kinds: dict[type, int] = dict.fromkeys((*self.engine.handlers, Refused), 0)
        """How many events of each class were delivered; ticks and paper fills are the timeline's own."""
        self.signals: dict[str, SignalTally] = {}
        """By strategy."""
        self.orders: list[tuple[Order, Signal]] = []
        """Each with the signal that it came of."""
        self.fills: list[Fill] = []
        self.acks: list[Ack] = []
        self._refused: Counter[str] = Counter()

    def take(self, events: Sequence[Event]) -> None:
        """Deliver what one record held. The hot path."""
        deliver, kinds = self._deliver, self.kinds
        for event in events:
            kinds[event.__class__] += 1
            evaluation = deliver(event)
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

    def _deliver_live(self, event: Event) -> Evaluation | None:
        match event:
            case Refused():
                self._refused[event.order_id] += 1
                return None
            case Fill():
                self.fills.append(event)
            case Ack():
                self.acks.append(event)
        return self.timeline.deliver(event)

    def _deliver_anew(self, event: Event) -> Evaluation | None:
        if event.__class__ in _ITS_OWN or (isinstance(event, Link) and event.feed == "disk"):
            return None
        return self.timeline.deliver(event)

    def _dispatch(self, order: Order) -> bool:
        """Whether the account took this order. One that it refused stands in the recording before the frame."""
        if self._refused[order.order_id]:
            self._refused[order.order_id] -= 1
            return False
        return True

"""One recording through the engine, the timeline and the paper venue, with strategies of the caller's choice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.backtest.opening import Opening
from app.backtest.recorded import play
from engine.engine import Engine
from engine.events import Ack, Fill
from engine.orders import Order
from engine.score import LensFill, MarketScore
from engine.signal import Signal, Strategy
from engine.timeline import Timeline


class Run:
    """A window, from its recording's first line to its last.

    `app.backtest` runs the strategies that a recording names; this runs any, None meaning those.
    """

    def __init__(self, path: Path, strategies: Sequence[Strategy] | None = None) -> None:
        opening, *rest = play(path)
        assert isinstance(opening, Opening)
        chosen = opening.rules() if strategies is None else strategies
        self.orders: list[Order] = []
        self.fills: list[Fill] = []
        self.acks: list[Ack] = []
        self.refusals = opening.refusals
        timeline = Timeline(opening.market, opening.limits, chosen, self, opening.mono, opening.wall)
        self.engine: Engine = timeline.engine
        self.score: MarketScore = timeline.lenses.score
        self.stopped: Counter[str] = Counter()
        """Selected signals of which no order came, by the gate that stopped them."""
        for events in rest:
            assert not isinstance(events, Opening), "one run a recording here"
            for event in events:
                evaluation = timeline.deliver(event)
                if evaluation is not None and evaluation.order is None:
                    self.stopped.update(gate_of(evaluation.signals))

    @property
    def winner(self) -> int:
        """Who won; every converted recording ends with its settlement."""
        assert self.engine.winner is not None
        return self.engine.winner

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """A paper order met the book."""
        self.orders.append(order)
        self.fills += fills
        self.acks.append(ack)

    def on_lens(self, fill: LensFill) -> None:
        """What a lens made of an order; `score` has it."""


def gate_of(signals: Sequence[Signal]) -> Iterator[str]:
    """What stopped the selected one of these signals."""
    return (signal.block[0] for signal in signals if signal.selected and signal.block is not None)

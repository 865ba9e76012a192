"""A recording run again: the same parsers, timeline and engine, no clock and no file but the recording.

What the run decided is decided again, so the decision hash must be the one in the window's `market_info.txt`.
The hash of a run is that after its last record: the live session takes nothing in after it, and what would be
due later is left undone here too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.backtest.recorded import Opening, read_opening, recording
from app.restore import restore
from engine.engine import Engine
from engine.events import Ack, Fill, StrikeSource
from engine.market import Market
from engine.orders import Order
from engine.score import LensFill, MarketScore
from engine.settlement import Result, settle
from engine.timeline import Timeline
from feeds.recording import BadRecording, FrameReader, Record


@dataclass(frozen=True, slots=True)
class Replay:
    """One run of a recording, run again. `events`, `signals` and `refusals` count by name."""

    run_id: str
    began_ms: int
    """Wall time."""
    market: Market
    engine: Engine
    """In its final state."""
    events: Mapping[str, int]
    """What was delivered, by class; ticks and paper fills are the timeline's own and not counted."""
    refusals: Mapping[str, Mapping[str, int]]
    """By feed: the messages that made no event (see `feeds.frames`)."""
    evaluations: int
    signals: Mapping[str, int]
    """By strategy."""
    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    acks: tuple[Ack, ...]
    score: MarketScore
    """What the lenses made of these orders."""
    strike: float
    """Dollars, 0 where it never became known."""
    strike_source: StrikeSource | None
    strike_exact: bool
    outcome: int | None
    result: Result | None
    """Money units, fills of earlier runs of the window included; None while there is no outcome."""
    decision_hash: str


def replay(path: Path) -> list[Replay]:
    """Run every run of a recording again: a file, or the folder of a window. A restart makes a further run.

    BadRecording says which file, and what in it cannot be used.
    """
    try:
        return list(_runs(path))
    except BadRecording as error:
        text = str(error)
        raise BadRecording(text if text.startswith(path.name) else f"{path.name}: {text}") from None


def _runs(path: Path) -> Iterator[Replay]:
    opening: Record | None = None
    run: _Run | None = None
    for record in recording(path):
        if record.source == "run":
            if run is not None:
                yield run.result()
            opening, run = record, None
        elif run is not None:
            run.take(record)
        elif opening is None:
            raise BadRecording(f"begins with a {record.source} record; the run record is missing")
        elif record.source == "market":
            run = _Run(read_opening(opening, record))
        else:
            raise BadRecording(f"has a {record.source} record right after its run record; the market record is missing")
    if run is None:
        raise BadRecording("has no run record" if opening is None else "has no market record after its run record")
    yield run.result()


class _Run:
    """One run on its way."""

    def __init__(self, opening: Opening) -> None:
        market, mono, wall = opening.market, opening.mono, opening.wall
        self._opening = opening
        self._timeline = Timeline(market, opening.limits, opening.strategies, self, mono, wall)
        self._reader = FrameReader(market)
        self._kinds: Counter[type] = Counter()
        self._orders: list[Order] = []
        self._fills: list[Fill] = []
        self._acks: list[Ack] = []
        restore(self._timeline.engine, opening.earlier, mono, wall)

    def take(self, record: Record) -> None:
        """Deliver what the record holds. The hot path."""
        for event in self._reader.events(record):
            self._kinds[event.__class__] += 1
            evaluation = self._timeline.deliver(event)
            if evaluation is not None and evaluation.order is not None:
                self._orders.append(evaluation.order)

    def on_answer(self, order: Order, fills: Sequence[Fill], ack: Ack) -> None:
        """A paper order met the book."""
        self._fills += fills
        self._acks.append(ack)

    def on_lens(self, fill: LensFill) -> None:
        """What a lens made of an order; the timeline's score has it."""

    def result(self) -> Replay:
        """What the run came to."""
        engine, reader = self._timeline.engine, self._reader
        state, position = engine.state, engine.position
        return Replay(
            run_id=self._opening.run_id,
            began_ms=self._opening.wall // 1_000_000,
            market=engine.market,
            engine=engine,
            events={kind.__name__: count for kind, count in self._kinds.items()},
            refusals={
                "binance": dict(reader.binance.counters),
                "clob": dict(reader.clob.counters),
                "oracle": dict(reader.oracle.counters),
            },
            evaluations=engine.evaluations,
            signals={name: tally.signals for name, tally in position.by_strategy.items()},
            orders=tuple(self._orders),
            fills=tuple(self._fills),
            acks=tuple(self._acks),
            score=self._timeline.lenses.score,
            strike=state.strike,
            strike_source=state.strike_source,
            strike_exact=state.strike_exact,
            outcome=engine.winner,
            result=None if engine.winner is None else settle(position.total, engine.winner),
            decision_hash=engine.decisions.hexdigest(),
        )

"""A recording run again as it was: the same parsers, timeline and engine, no clock and no file but the recording.

What the run decided is decided again, so the decision hash must be the one in the window's `market_info.txt`.
The hash of a run is that after its last record: the live session takes nothing in after it, and what would be
due later is left undone here too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.backtest.opening import OURS, Opening
from app.backtest.recorded import named, play
from app.backtest.run import Run
from engine.engine import Engine
from engine.events import Ack, Fill, StrikeSource
from engine.market import Market
from engine.orders import Order
from engine.score import MarketScore
from engine.settlement import Result, settle
from engine.signal import Strategy


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
    dropped: int
    """Lines of the run that the disk refused: it may well decide something else without them."""
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


def replay(path: Path, known: Mapping[str, Strategy] = OURS) -> list[Replay]:
    """Run every run of a recording again: a file, or the folder of a window. A restart makes a further run.

    `known` are the strategies that its run record may name. BadRecording says which file, and what in it cannot be
    used.
    """
    return [_replayed(run) for run in runs(path, known)]


def runs(path: Path, known: Mapping[str, Strategy] = OURS) -> Iterator[Run]:
    """Every run of a recording as it was, each when its last record has been taken in."""
    run: Run | None = None
    for step in play(path):
        if not isinstance(step, Opening):
            assert run is not None  # an Opening comes first
            run.take(step)
            continue
        if run is not None:
            yield run
        with named(path):
            run = Run(step, strategies=step.rules(known))
    if run is not None:
        yield run


def _replayed(run: Run) -> Replay:
    engine = run.engine
    state, position = engine.state, engine.position
    return Replay(
        run_id=run.opening.run_id,
        began_ms=run.opening.wall // 1_000_000,
        market=engine.market,
        engine=engine,
        events={kind.__name__: count for kind, count in run.kinds.items() if count},
        refusals={feed: dict(counters) for feed, counters in run.opening.refusals.items()},
        dropped=run.opening.dropped,
        evaluations=engine.evaluations,
        signals={name: tally.signals for name, tally in position.by_strategy.items()},
        orders=tuple(order for order, _ in run.orders),
        fills=tuple(run.fills),
        acks=tuple(run.acks),
        score=run.score,
        strike=state.strike,
        strike_source=state.strike_source,
        strike_exact=state.strike_exact,
        outcome=engine.winner,
        result=None if engine.winner is None else settle(position.total, engine.winner),
        decision_hash=engine.decisions.hexdigest(),
    )

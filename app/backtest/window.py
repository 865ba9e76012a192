"""One recorded window run again under limits and strategies of today: small enough to come back from a process."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.backtest.beside import told_beside
from app.backtest.opening import Opening, Step
from app.backtest.recorded import named, play
from app.backtest.run import Run
from app.backtest.tally import SignalTally
from app.restore import Earlier
from engine.events import OUTCOME_NAMES, StrikeSource
from engine.limits import Limits
from engine.market import Market
from engine.markout import Markouts
from engine.score import LensFill
from engine.signal import Strategy
from engine.strategies.guarded import Guarded
from engine.units import PRICE
from engine.waterfall import Leg


class Bet(NamedTuple):
    """One order and what the position got of it. `fair`, `edge` and `net_edge` are dollars a share, as decided."""

    strategy: str
    outcome: int
    wall_ms: int
    left_s: float
    """Seconds to the window's end when it was decided."""
    price: int
    """The limit, in price units."""
    wanted: int
    """Size units that it asked for."""
    fair: float
    edge: float
    net_edge: float
    size: int
    """Size units that it got, 0 for none."""
    cost: int
    """Money units before the fee."""
    fee: int

    def net(self, winner: int) -> int:
        """Payout less cost and fee in money units, when `winner` pays a dollar a share."""
        return (self.size * PRICE if winner == self.outcome else 0) - self.cost - self.fee


class Faults(NamedTuple):
    """How often a strategy from outside failed in this window, and what it was the first time."""

    times: int
    first: str


@dataclass(frozen=True, slots=True)
class WindowRun:
    """What a window came to. A restart inside it is one window: what its first run bought counts in the second."""

    path: Path
    market: Market
    runs: int
    frames: int
    """Records that were read, our own among them."""
    events: int
    refused: int
    """Messages that made no event, those that are known and of no use included."""
    dropped: int
    """Lines that the disk refused when it was recorded."""
    evaluations: int
    strike: float
    """Dollars, 0 where it never became known."""
    strike_source: StrikeSource | None
    strike_exact: bool
    outcome: int | None
    """From the recording, else from `market_info.txt` beside it: a window may have been settled after its recording."""
    signals: Mapping[str, SignalTally]
    """By strategy."""
    bets: tuple[Bet, ...]
    lens_fills: tuple[LensFill, ...]
    legs: tuple[Leg, ...]
    markouts: Mapping[str, Markouts]
    """By strategy."""
    hashes: tuple[str, ...]
    """The decision hash of each run."""
    faults: Mapping[str, Faults]
    """By strategy, of those that failed."""


def run_window(path: Path, limits: Limits, strategies: Sequence[Strategy]) -> WindowRun:
    """Run a recording, a file or a window's folder, from its first record to its last; a live one as paper.

    BadRecording says which one, and what in it cannot be used; a recording is taken whole or not at all.
    """
    with named(path):
        return run_steps(path, play(path), limits, strategies)


def run_steps(path: Path, steps: Iterable[Step], limits: Limits, strategies: Sequence[Strategy]) -> WindowRun:
    """The same for steps that have been read already; `path` says only where they are from."""
    passage = Passage(path, limits, strategies)
    passage.take(steps)
    return passage.window()


class Passage:
    """A recording on its way through the engine. Give it all steps in their order, then ask for the window.

    Several of them can be given the same steps: a step is read once and run under each.
    """

    __slots__ = ("_failed", "_frames", "_limits", "_path", "_runs", "_strategies")

    def __init__(self, path: Path, limits: Limits, strategies: Sequence[Strategy]) -> None:
        self._path = path
        self._limits = limits
        self._strategies = strategies
        self._runs: list[Run] = []
        self._frames = 0
        self._failed = _failed(strategies)

    def take(self, steps: Iterable[Step]) -> None:
        """Run the next steps."""
        runs = self._runs
        for step in steps:
            self._frames += 1
            if isinstance(step, Opening):
                earlier = _left_by(runs)
                runs.append(Run(step, limits=self._limits, strategies=self._strategies, earlier=earlier, as_paper=True))
            else:
                runs[-1].take(step)

    def window(self) -> WindowRun:
        """What the steps so far came to."""
        return _window(self._path, self._runs, self._frames, _faults(self._strategies, self._failed))


def _failed(strategies: Sequence[Strategy]) -> dict[str, int]:
    return {strategy.name: strategy.faults for strategy in strategies if isinstance(strategy, Guarded)}


def _faults(strategies: Sequence[Strategy], before: Mapping[str, int]) -> dict[str, Faults]:
    """What went wrong since `before`."""
    return {
        strategy.name: Faults(strategy.faults - before[strategy.name], strategy.first)
        for strategy in strategies
        if isinstance(strategy, Guarded) and strategy.faults > before[strategy.name]
    }


def _left_by(runs: Sequence[Run]) -> Earlier:
    """What the runs so far had done, as the next one takes it up."""
    orders = [order for run in runs for order, _ in run.orders]
    return Earlier(
        orders=tuple(order.strategy for order in orders),
        last_order_ms=orders[-1].wall // 1_000_000 if orders else 0,
        fills=tuple(fill for run in runs for fill in run.fills),
        strike=0.0,
        strike_source=None,
        unreadable=0,
    )


def _window(path: Path, runs: Sequence[Run], frames: int, faults: Mapping[str, Faults]) -> WindowRun:
    last = runs[-1].engine
    signals: dict[str, SignalTally] = {}
    markouts: dict[str, Markouts] = {}
    for run in runs:
        for name, tally in run.signals.items():
            signals.setdefault(name, SignalTally()).merge(tally)
        for name, marks in run.score.markouts.items():
            markouts.setdefault(name, Markouts()).merge(marks)
    return WindowRun(
        path=path,
        market=last.market,
        runs=len(runs),
        frames=frames,
        events=sum(sum(run.kinds.values()) for run in runs),
        refused=sum(sum(counters.values()) for run in runs for counters in run.opening.refusals.values()),
        dropped=sum(run.opening.dropped for run in runs),
        evaluations=sum(run.engine.evaluations for run in runs),
        strike=last.state.strike,
        strike_source=last.state.strike_source,
        strike_exact=last.state.strike_exact,
        outcome=_outcome(path, runs),
        signals=signals,
        bets=tuple(bet for run in runs for bet in _bets(run)),
        lens_fills=tuple(fill for run in runs for fill in run.score.fills),
        legs=tuple(leg for run in runs for leg in run.score.legs),
        markouts=markouts,
        hashes=tuple(run.engine.decisions.hexdigest() for run in runs),
        faults=faults,
    )


def _bets(run: Run) -> list[Bet]:
    size: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    fee: Counter[str] = Counter()
    for fill in run.fills:
        size[fill.order_id] += fill.size
        cost[fill.order_id] += fill.size * fill.price
        fee[fill.order_id] += fill.fee
    return [
        Bet(
            strategy=order.strategy,
            outcome=order.outcome,
            wall_ms=order.wall // 1_000_000,
            left_s=order.time_left_s,
            price=order.price,
            wanted=order.size,
            fair=signal.fair,
            edge=signal.edge,
            net_edge=signal.net_edge,
            size=size[order.order_id],
            cost=cost[order.order_id],
            fee=fee[order.order_id],
        )
        for order, signal in run.orders
    ]


def _outcome(path: Path, runs: Sequence[Run]) -> int | None:
    for run in runs:
        if run.engine.winner is not None:
            return run.engine.winner
    told = told_beside(path, runs[-1].engine.market).get("outcome")
    return OUTCOME_NAMES.index(told) if told in OUTCOME_NAMES else None

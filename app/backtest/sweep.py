"""Many combinations run over many recordings, spread over processes: one reading serves a batch of combinations."""

import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Final, NamedTuple

from app.backtest.quiet import sweep_up
from app.backtest.recorded import play
from app.backtest.split import Skip, Span
from app.backtest.spread import spread
from app.backtest.stake import Stake
from app.backtest.trial import Trial
from app.backtest.window import Bet, Passage
from app.strategies import load
from engine.events import DOWN, UP
from engine.signal import Strategy
from engine.strategies.guarded import Guarded
from engine.strategies.guarded import told as fault_told
from engine.units import MONEY, SIZE
from feeds.recording import BadRecording
from feeds.text import clean

BATCH: Final = 32
"""Trials that one reading serves. It takes as long as four of them run; each has an engine in memory."""

STEPS: Final = 5_000
"""Records that are held at once, however long the recording is: every trial runs them before the next are read."""

Progress = Callable[[int, int], object]
"""Told when a job has ended: its place among all, and how many records it ran."""


class Unreachable(Exception):
    """A process that was to run a recording cannot read it: one sentence."""


class Job(NamedTuple):
    """A batch of trials over one recording. `market` and `first` say which market, and which trial comes first."""

    place: int
    market: int
    path: Path
    first: int
    trials: tuple[Trial, ...]


class Holding(NamedTuple):
    """What one trial did in one market. Size units, both sides together; money units after costs."""

    orders: int
    trades: int
    """Orders of which something was filled."""
    size: int
    up: int
    """Net if Up wins."""
    down: int


class Done(NamedTuple):
    """What a job came to; nothing but `refused` where the recording cannot be used."""

    place: int
    market: int
    first: int
    refused: str = ""
    unreachable: bool = False
    winner: int | None = None
    holdings: tuple[Holding, ...] = ()
    records: int = 0
    """For each trial anew."""
    faults: tuple[tuple[str, str, int], ...] = ()
    """Of strategies that are not ours: name, what went wrong first, how often."""


@dataclass(slots=True)
class Part:
    """The markets of one part of a sweep, and what each trial did there."""

    spans: Sequence[Span]
    winners: dict[int, int] = field(default_factory=dict)
    """By market: who won. Without it a market is no observation."""
    unsettled: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By strategy and what went wrong first."""
    rows: list["array[int]"] = field(default_factory=list)
    """By trial: market and Holding, six numbers for each market with an order."""

    @property
    def skipped(self) -> list[Skip]:
        """Recordings that were not to be used, though their first lines were."""
        return [Skip(self.spans[market].path, why) for market, why in sorted(self.refused.items())]

    @property
    def made_up(self) -> int:
        """Settled markets of a demo."""
        return sum(self.spans[market].made_up for market in self.winners)

    @property
    def top_only(self) -> int:
        """Settled markets that were recorded without sizes."""
        return sum(self.spans[market].top_only for market in self.winners)

    def holdings(self, trial: int) -> list[tuple[int, Holding]]:
        """What the trial did in the settled markets in which it had an order, by time."""
        row = iter(self.rows[trial])
        found = [(market, Holding(*rest)) for market, *rest in zip(*[row] * 6, strict=True)]
        return sorted(one for one in found if one[0] in self.winners)

    def stakes(self, trial: int) -> list[Stake]:
        """What the trial had at stake there."""
        return [_stake(market, held, self.winners[market]) for market, held in self.holdings(trial) if held.size]

    def take(self, done: Done) -> None:
        """Take in what a job came to. The order of jobs makes no difference. Raises Unreachable."""
        market = done.market
        if done.unreachable:
            raise Unreachable(done.refused)
        if done.refused:
            self.refused[market] = done.refused
            self.winners.pop(market, None)
        if market in self.refused:
            return  # for one batch, and so for all: trials are compared on the same markets
        if done.winner is None:
            self.unsettled.add(market)
        else:
            self.winners[market] = done.winner
        for name, what, count in done.faults:
            self.faults[name, what] += count
        for trial, holding in enumerate(done.holdings, done.first):
            if holding.orders:
                self.rows[trial].extend((market, *holding))


def run_part(
    spans: Sequence[Span],
    trials: Sequence[Trial],
    executor: Executor,
    processes: int,
    progress: Progress,
) -> Part:
    """Run all trials over all of these windows. Raises Unreachable, and what the executor raises."""
    part = Part(spans, rows=[array("q") for _ in trials])
    for done in spread(jobs(spans, trials), work, executor, processes):
        part.take(done)
        progress(done.place, done.records)
    return part


def jobs(spans: Sequence[Span], trials: Sequence[Trial]) -> Iterator[Job]:
    """The work, recording by recording."""
    firsts = range(0, len(trials), BATCH)
    for place, ((market, span), first) in enumerate(product(enumerate(spans), firsts)):
        yield Job(place, market, span.path.absolute(), first, tuple(trials[first : first + BATCH]))


def work(job: Job) -> Done:
    """Run a job, in whichever process. Whatever is wrong with the recording comes back as a sentence."""
    refused = Done(job.place, job.market, job.first)
    if not os.access(job.path, os.R_OK):
        told = f"a worker cannot read {clean(str(job.path))}; every worker needs the recordings under the same path"
        return refused._replace(refused=told, unreachable=True)
    rules = _rules(job.trials)
    try:
        return _run(job, rules)
    except BadRecording as error:
        return refused._replace(refused=clean(str(error)))
    except OSError as error:
        return refused._replace(refused=f"it cannot be read: {clean(error.strerror or str(error))}")
    except Exception as fault:
        return refused._replace(refused=f"a fault of the program ended it: {fault_told(fault)}")
    finally:
        sweep_up()


def _rules(trials: Sequence[Trial]) -> list[Sequence[Strategy]]:
    """Each trial's strategies. Ours have no memory and are loaded once; others might, and are loaded for each anew."""
    ours: dict[tuple[str, ...], tuple[Strategy, ...]] = {}
    rules: list[Sequence[Strategy]] = []
    for trial in trials:
        spec = trial.selection.spec
        loaded = ours[spec] if spec in ours else load(spec)
        if not any(isinstance(rule, Guarded) for rule in loaded):
            ours[spec] = loaded
        rules.append(trial.selection.changed(loaded))
    return rules


def _run(job: Job, rules: Sequence[Sequence[Strategy]]) -> Done:
    passages = [Passage(job.path, trial.limits, own) for trial, own in zip(job.trials, rules, strict=True)]
    steps = play(job.path)
    while some := list(islice(steps, STEPS)):
        for passage in passages:
            passage.take(some)
    windows = [passage.window() for passage in passages]
    guards = [rule for own in rules for rule in own if isinstance(rule, Guarded) and rule.faults]
    return Done(
        job.place,
        job.market,
        job.first,
        winner=windows[0].outcome,
        holdings=tuple(_holding(window.bets) for window in windows),
        records=sum(window.frames for window in windows),
        faults=tuple((guard.name, guard.first, guard.faults) for guard in guards),
    )


def _holding(bets: Sequence[Bet]) -> Holding:
    return Holding(
        orders=len(bets),
        trades=sum(bet.size > 0 for bet in bets),
        size=sum(bet.size for bet in bets),
        up=sum(bet.net(UP) for bet in bets),
        down=sum(bet.net(DOWN) for bet in bets),
    )


def _stake(market: int, held: Holding, winner: int) -> Stake:
    up, down = held.up / MONEY, held.down / MONEY
    return Stake(market, held.size / SIZE, up, down, up if winner == UP else down)

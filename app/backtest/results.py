"""What all windows of a backtest come to together. It does not hang on the order in which they were run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.backtest.job import Skipped
from app.backtest.tally import SignalTally
from app.backtest.window import Faults, WindowRun
from engine.lenses import REALISTIC
from engine.market import Interval, Market
from engine.score import MarketScore
from engine.scorecard import ALL, Record, Scorecard
from engine.verdict import Verdict
from feeds.windows import Calendar

DEMO: Final = "demo"
"""The folder below a log folder under which a demo's windows lie."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A recording of a window of which there was a fuller one, or one that was found earlier."""

    path: Path
    of: Path


@dataclass(frozen=True, slots=True)
class Line:
    """What one strategy, or ALL, came to over the settled windows."""

    name: str
    markets: int
    """Windows in which it sent an order."""
    orders: int
    tally: SignalTally
    record: Record
    """Under the realistic lens."""
    verdict: Verdict

    @property
    def returned(self) -> float | None:
        """Net over what was spent, fees included, as a fraction; None where nothing was."""
        spent = self.record.cost + self.record.fees
        return self.record.net / spent if spent else None

    @property
    def edge(self) -> float | None:
        """What a signal promised on average, in dollars a share before the fee; None without one."""
        return self.tally.edge / self.tally.signals if self.tally.signals else None

    @property
    def net_edge(self) -> float | None:
        """The same after the fee."""
        return self.tally.net_edge / self.tally.signals if self.tally.signals else None

    @property
    def selected(self) -> float | None:
        """The share of its signals that was the best of their quote."""
        return self.tally.selected / self.tally.signals if self.tally.signals else None


class Results:
    """The sums over the settled windows, and what stands beside them without counting."""

    def __init__(self, outcomes: Mapping[int, WindowRun | Skipped], names: Sequence[str]) -> None:
        """`outcomes` by the place of each recording among those that were found, `names` of the strategies."""
        made = [outcomes[place] for place in sorted(outcomes)]
        self.skipped = [one for one in made if isinstance(one, Skipped)]
        kept, self.copies = _once([one for one in made if isinstance(one, WindowRun)])
        self.windows = sorted(kept, key=lambda window: (window.market.start_ms, window.market.slug))
        """Every window once, by its start."""
        self.settled = [window for window in self.windows if window.outcome is not None]
        self.open = [window for window in self.windows if window.outcome is None]
        """Those without an outcome: in no sum."""
        self.demo = [window for window in self.windows if of_a_demo(window)]
        self.gaps = [window for window in self.windows if window.dropped]
        """Those of whose recordings lines are missing."""
        self.names = [ALL, *names]
        self.card = Scorecard()
        self._tallies = {name: SignalTally() for name in self.names}
        self._orders: Counter[str] = Counter()
        self._markets: Counter[str] = Counter()
        for window in self.settled:
            self._add(window)

    def _add(self, window: WindowRun) -> None:
        assert window.outcome is not None
        self.card.add(score_of(window), window.outcome)
        for name, tally in sorted(window.signals.items()):
            for whose in (name, ALL):
                self._tallies[whose].merge(tally)
        for bet in window.bets:
            self._orders.update((bet.strategy, ALL))
        self._markets.update({name for bet in window.bets for name in (bet.strategy, ALL)})

    def line(self, name: str) -> Line:
        """The figures of one strategy, or of ALL."""
        return Line(
            name=name,
            markets=self._markets[name],
            orders=self._orders[name],
            tally=self._tallies[name],
            record=self.card.record(name, REALISTIC),
            verdict=self.card.verdict(name),
        )

    @property
    def ordering(self) -> list[str]:
        """ALL and the strategies that sent an order; empty where none did."""
        return [name for name in self.names if self._orders[name]]

    @property
    def faults(self) -> dict[str, tuple[Faults, int]]:
        """By strategy from outside that failed: how often and how first, and in how many windows."""
        found: dict[str, tuple[Faults, int]] = {}
        for window in self.windows:
            for name, fault in window.faults.items():
                so_far, windows = found.get(name, (Faults(0, fault.first), 0))
                found[name] = Faults(so_far.times + fault.times, so_far.first), windows + 1
        return found


def score_of(window: WindowRun) -> MarketScore:
    """What the lenses made of a window's orders, as the engine kept it."""
    score = MarketScore(window.lens_fills)
    score.legs = list(window.legs)
    score.markouts = dict(window.markouts)
    return score


def of_a_demo(window: WindowRun) -> bool:
    """Whether a window is made up."""
    return is_of_a_demo(window.path, window.market)


def is_of_a_demo(path: Path, market: Market) -> bool:
    """Whether a recording is made up: it lies where a demo's do, or is longer or shorter than its interval says."""
    return _in_a_demos_folder(path.absolute()) or not _of_the_calendar(market)


def _in_a_demos_folder(path: Path) -> bool:
    """`demo/INTERVAL/SLUG`, or `demo/live/INTERVAL/SLUG`, for the window's folder or a file in it."""
    parts = path.parts
    above = [parts[:place] for place, part in enumerate(parts) if part in tuple(Interval)]
    return any(parts[-1:] == (DEMO,) or parts[-2:] == (DEMO, "live") for parts in above)


def _of_the_calendar(market: Market) -> bool:
    """Whether the venue cuts a window like this; how it does on the days when the clock changes is not known."""
    return any(
        window.start_ms == market.start_ms and (window.end_ms == market.end_ms or window.must_hold_ms is not None)
        for window in Calendar(market.asset, market.interval).candidates(market.start_ms)
    )


def _once(windows: Sequence[WindowRun]) -> tuple[list[WindowRun], list[Copy]]:
    """Each window once: of two recordings the one with an outcome, then the longer one, then the first."""
    by_window: dict[tuple[str, int], list[WindowRun]] = {}
    for window in windows:
        by_window.setdefault((window.market.slug, window.market.start_ms), []).append(window)
    kept, copies = [], []
    for same in by_window.values():
        best = max(same, key=lambda window: (window.outcome is not None, window.frames))
        kept.append(best)
        copies += [Copy(window.path, best.path) for window in same if window is not best]
    return kept, copies

"""`python -m tests.truth.report`: what the strategies, and a buyer who knows nothing, earn on the real windows.

Everything goes the ordinary way: parsers, timeline, engine, paper venue, lenses, scorecard, at the default limits.
What each source did not keep stands under its tables. Few windows: a verdict needs thirty markets.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.lenses import INSTANT, LADDER, LADDER_MS, PESSIMISTIC, REALISTIC
from engine.scorecard import ALL, Record, Scorecard
from engine.strategies import standard
from engine.units import dollars
from engine.waterfall import STEP_NAMES
from tests.truth.running import Run
from tests.truth.schedule import Schedule
from tests.truth.windows import SCHEDULE_ON, STRATEGIES_ON, DataSet

LENSES = (INSTANT, REALISTIC, PESSIMISTIC)


class Result:
    """A data set's runs summed up, by strategy."""

    def __init__(self, data: DataSet, runs: Sequence[Run]) -> None:
        self.name = data.name
        self.note = data.note
        self.markets = len(runs)
        self.card = Scorecard()
        self.signals: Counter[str] = Counter()
        self.orders: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()
        for run in runs:
            self.card.add(run.score, run.winner)
            self.stopped += run.stopped
            for name, tally in run.engine.position.by_strategy.items():
                for whose in (name, ALL):
                    self.signals[whose] += tally.signals
                    self.orders[whose] += tally.orders

    def that_ordered(self, names: Sequence[str]) -> Iterator[str]:
        """Those of the strategies that sent an order here."""
        return (name for name in names if self.orders[name])


def results(sets: Sequence[DataSet]) -> list[Result]:
    """Each data set run once."""
    with tempfile.TemporaryDirectory() as folder:
        return [Result(data, list(data.runs(Path(folder)))) for data in sets]


def report(title: str, sets: Sequence[Result], names: Sequence[str]) -> Iterator[str]:
    """The tables of some data sets; `names` are the strategies that ran on them."""
    yield title
    yield ""
    yield from _table(
        ("data", "strategy", "markets", "signals", "orders", "filled", "won", "even", "fees", "net"), _sums(sets, names)
    )
    yield ""
    yield "net in dollars by lens, and cents a share"
    yield from _table(("data", "strategy", *LENSES, *(f"{ms} ms" for ms in LADDER_MS)), _nets(sets, names))
    yield ""
    yield "verdict, and where the realistic net goes: cents a share"
    steps = (name.replace("_", " ") for name in STEP_NAMES)
    yield from _table(("data", "strategy", *steps, "net", "verdict"), _steps(sets, names))
    yield ""
    for one in sets:
        stopped = ", ".join(f"{gate} {count}" for gate, count in one.stopped.most_common()) or "none"
        yield f"{one.name}: selected signals without an order, by what stopped them: {stopped}"
    yield ""
    yield from (f"{one.name}: {one.note}" for one in sets)


def _sums(sets: Sequence[Result], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for one in sets:
        for name in names:
            record = one.card.record(name, REALISTIC)
            rate = "-" if record.win_rate is None else f"{record.win_rate:.0%}"
            even = "-" if record.break_even is None else f"{record.break_even:.0%}"
            counts = (one.markets, one.signals[name], one.orders[name], record.trades)
            fees = f"{dollars(record.fees):.2f}"
            yield one.name, name, *map(str, counts), rate, even, fees, _dollars(record.net)


def _nets(sets: Sequence[Result], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for one in sets:
        for name in one.that_ordered(names):
            yield one.name, name, *(_net(one.card.record(name, lens)) for lens in (*LENSES, *LADDER))


def _net(record: Record) -> str:
    if record.net_per_share is None:
        return "-"
    return f"{_dollars(record.net)} ({100 * record.net_per_share:+.1f})"


def _steps(sets: Sequence[Result], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for one in sets:
        for name in one.that_ordered(names):
            verdict = one.card.verdict(name).text
            steps = one.card.waterfalls.get(name)
            if steps is None:
                yield one.name, name, *("-" for _ in (*STEP_NAMES, "net")), verdict
            else:
                parts = (*steps[1:], steps.net)
                yield one.name, name, *(f"{part / steps.size / 100:+.2f}" for part in parts), verdict


def _dollars(money: int) -> str:
    return f"{dollars(money):+.2f}"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their widest cell, words to the left and figures to the right."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            cell.ljust(width) if place < 2 or head[place] == "verdict" else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def main() -> None:
    """Print both."""
    strategies = [*(strategy.name for strategy in standard()), ALL]
    print(*report("strategies, where a price and quotes were kept", results(STRATEGIES_ON), strategies), sep="\n")
    print()
    print(*report("orders by the clock, where books alone were kept", results(SCHEDULE_ON), [Schedule.name]), sep="\n")


if __name__ == "__main__":
    main()

"""The tables and lists of the page: the same figures as in the terminal, and every window."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.backtest.buckets import nets
from app.backtest.calibration import Bin
from app.backtest.figures import NONE, cents, gained, interval, per_share, percent, spent
from app.backtest.markup import Markup, el, html_table
from app.backtest.results import Results, of_a_demo
from app.backtest.table import LENS_LABELS, counts
from app.backtest.window import WindowRun
from app.backtest.words import minute
from app.said import counted
from engine.events import OUTCOME_NAMES
from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.markout import HORIZONS_S
from engine.scorecard import ALL
from engine.waterfall import STEP_NAMES

_STRATEGIES: Final = (
    *("strategy", "net $", "return", "won", "95 %", "break-even", "markets", "orders", "filled"),
    *("spent $", "fees $", "signals", "selected", "edge", "net edge"),
)
_LENSES: Final = ("trades", "won", "95 %", "break-even", "net a share", "net $")
_WINDOWS: Final = (
    *("window", "start, UTC", "outcome", "signals", "orders", "filled"),
    *("realistic $", "naive $", "pessimistic $", ""),
)


def strategies_table(results: Results) -> Markup:
    """A row a strategy, under realistic fills."""
    return html_table(_STRATEGIES, (_strategy(results, name) for name in results.names))


def _strategy(results: Results, name: str) -> tuple[str, ...]:
    line = results.line(name)
    record = line.record
    return (
        name,
        gained(record.net),
        percent(line.returned, signed=True),
        percent(record.win_rate),
        interval(record),
        percent(record.break_even),
        *(f"{count:,}" for count in (line.markets, line.orders, record.trades)),
        spent(record.cost + record.fees),
        spent(record.fees),
        f"{line.tally.signals:,}",
        percent(line.selected),
        cents(line.edge),
        cents(line.net_edge),
    )


def lens_tables(results: Results) -> Iterator[Markup]:
    """A table of the lenses for all strategies, and one for each that sent an order."""
    if not results.ordering:
        yield el("p", "No order was sent.", class_="nothing")
    for name in results.ordering:
        lenses = html_table((name, *_LENSES), _lenses(results, name))
        yield lenses if name == ALL else el("details", el("summary", name), lenses)


def _lenses(results: Results, name: str) -> Iterator[tuple[str, ...]]:
    for lens, label in LENS_LABELS:
        record = results.card.record(name, lens)
        rate, even = percent(record.win_rate), percent(record.break_even)
        share, net = cents(record.net_per_share), gained(record.net)
        yield label.strip(), f"{record.trades:,}", rate, interval(record), even, share, net


def waterfall_table(results: Results) -> Markup:
    """The steps by strategy, in cents a share and in dollars."""
    falls = results.card.waterfalls
    names = [name for name in results.names if name in falls]
    if not names:
        return el("p", "Nothing was filled.", class_="nothing")
    rows = []
    for place, step in enumerate((*STEP_NAMES, "net"), 1):
        row = [step.replace("_", " ")]
        for name in names:
            money = falls[name].net if step == "net" else falls[name][place]
            row += [cents(per_share(money, falls[name].size)), gained(money)]
        rows.append(row)
    return html_table(["a share, and in dollars", *(head for name in names for head in (name, "$"))], rows)


def markouts_table(results: Results) -> Markup:
    """Where the price went after a fill."""
    marks = results.card.markouts
    names = [name for name in results.names if name in marks]
    if not names:
        return Markup("")
    rows = [(name, *(cents(marks[name].per_share(horizon)) for horizon in range(len(HORIZONS_S)))) for name in names]
    return html_table(["middle after a fill less its price", *(f"{seconds} s" for seconds in HORIZONS_S)], rows)


def bins_table(bins: Sequence[Bin]) -> Markup:
    """The figures behind the calibration, folded away."""
    head = ("fair value", "signals", "won", "bets", "won", "95 %")
    return el(
        "details", el("summary", "The figures"), html_table(head, (_bin(found) for found in bins if _used(found)))
    )


def _used(found: Bin) -> bool:
    return bool(found.signals or found.bets)


def _bin(found: Bin) -> tuple[str, ...]:
    low, high = found.bets_interval
    return (
        f"{found.low * 100:.0f}–{found.high * 100:.0f}¢",
        f"{found.signals:,.0f}",
        percent(found.signals_won / found.signals) if found.signals else NONE,
        f"{found.bets:,}",
        percent(found.bets_won / found.bets) if found.bets else NONE,
        f"{low * 100:.0f}–{high * 100:.0f} %" if found.bets else NONE,
    )


def left_out(results: Results) -> Iterator[Markup]:
    """The counts, and each recording that counts nowhere."""
    yield el("ul", *(el("li", line) for line in counts(results)))
    if results.skipped:
        told = [el("li", el("code", str(one.path)), f" {one.reason}") for one in results.skipped]
        yield el("details", el("summary", counted(len(told), "recording") + " skipped, and why"), el("ul", *told))


def windows_table(results: Results) -> Markup:
    """Every window in its order, folded away."""
    rows = (_window(window) for window in results.windows)
    return el("details", el("summary", "Every window"), html_table(_WINDOWS, rows, 3))


def _window(window: WindowRun) -> tuple[str, ...]:
    settled = window.outcome is not None
    known = (
        ("demo", of_a_demo(window)),
        ("best prices", window.market.top_only),
        (f"{counted(window.dropped, 'line')} dropped", window.dropped > 0),
    )
    notes = [note for note, holds in known if holds]
    return (
        window.market.slug,
        minute(window.market.start_ms),
        OUTCOME_NAMES[window.outcome] if window.outcome is not None else "none",
        f"{sum(tally.signals for tally in window.signals.values()):,}",
        f"{len(window.bets):,}",
        f"{sum(bet.size > 0 for bet in window.bets):,}",
        *(gained(nets(window, lens)) if settled else NONE for lens in (REALISTIC, INSTANT, PESSIMISTIC)),
        ", ".join(notes),
    )

"""The backtest as one HTML page that needs nothing else: no script, no network, drawings and style inside.

The charts are of all strategies together; the tables are of each. Their titles say what there is to be seen.
"""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.backtest.bar_charts import HIGHEST, LOWEST, edges, profits, waterfall
from app.backtest.buckets import Curve, by_price, by_time_left, curve, deepest
from app.backtest.calibration import calibration, promised_too_much
from app.backtest.calibration_chart import calibration_chart
from app.backtest.charts import drawdown, equity, ladder
from app.backtest.figures import gained, interval, percent, spent
from app.backtest.job import Terms
from app.backtest.markup import Markup, el, joined
from app.backtest.page_tables import (
    bins_table,
    left_out,
    lens_tables,
    markouts_table,
    strategies_table,
    waterfall_table,
    windows_table,
)
from app.backtest.results import Results
from app.backtest.words import (
    HEADLINES,
    LUCK_IS,
    calibration_said,
    edges_said,
    equity_said,
    fall_said,
    gaps_said,
    ladder_said,
    made_up_said,
    period,
    price_said,
    time_said,
    verdict_said,
    waterfall_said,
)
from app.said import counted
from engine.lenses import LADDER, LADDER_MS
from engine.scorecard import ALL

STYLE: Final = Path(__file__).with_name("page.css")

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""Whatever got into the page, a browser loads nothing and runs nothing."""


def page(results: Results, terms: Terms) -> bytes:
    """The page, UTF-8."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"pmtui backtest · {period(results)}"),
        el("style", Markup(STYLE.read_text(encoding="utf-8"))),
    )
    body = el("body", el("main", *_sections(results, terms)))
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n".encode()


def _sections(results: Results, terms: Terms) -> Iterator[Markup]:
    sums = curve(results.settled)
    yield _top(results)
    yield from _warnings(results)
    yield _tiles(results, sums)
    yield el("section", el("h2", "Verdicts"), _verdicts(results), strategies_table(results))
    if results.settled:
        yield el("section", el("h2", "All strategies together"), *_over_time(results, sums), _charts(results, terms))
    fills = lens_tables(results)
    yield el("section", el("h2", "How much of it hangs on the fill"), *fills, class_="narrower")
    tables = waterfall_table(results), markouts_table(results)
    yield el("section", el("h2", "Where the edge goes"), *tables, class_="narrower")
    yield el("section", el("h2", "What ran, and what does not count"), *left_out(results), windows_table(results))
    yield _foot(terms)


def _top(results: Results) -> Markup:
    return el(
        "header",
        el("p", "pmtui backtest", class_="brand"),
        el("h1", HEADLINES[results.card.verdict().ruling]),
        el("p", verdict_said(results, ALL), class_="lead"),
        el("p", period(results), class_="about"),
    )


def _warnings(results: Results) -> Iterator[Markup]:
    if results.demo:
        told = f"{made_up_said(len(results.demo), len(results.windows))}."
        yield el("p", el("strong", "Made up. "), told, class_="warning", role="note")
    if results.open:
        told = f"{counted(len(results.open), 'window')} without an outcome, in none of the figures."
        yield el("p", el("strong", "Unsettled. "), told, class_="warning", role="note")
    if results.gaps:
        yield el("p", el("strong", "Gaps. "), f"{gaps_said(results)}.", class_="warning", role="note")
    if results.skipped:
        told = f"{counted(len(results.skipped), 'recording')} could not be run; the reasons are at the end."
        yield el("p", el("strong", "Skipped. "), told, class_="warning", role="note")


def _tiles(results: Results, sums: Curve) -> Markup:
    line = results.line(ALL)
    record, fall = line.record, deepest(sums)
    even = f"{interval(record)}; break-even {percent(record.break_even)}" if record.trades else "no bet was filled"
    paid = f"on ${spent(record.cost + record.fees)} spent, ${spent(record.fees)} of it fees"
    filled = f"of {counted(line.orders, 'order')} in {counted(line.markets, 'market')}"
    tiles = (
        ("net, realistic fills", f"{gained(record.net)} $", percent(line.returned, signed=True), paid),
        ("won", percent(record.win_rate), "", even),
        ("bets filled", f"{record.trades:,}", "", filled),
        ("deepest fall", f"{spent(fall.money)} $", "", "of the realistic sum from its best"),
    )
    return el("dl", *(_tile(*tile) for tile in tiles), class_="tiles")


def _tile(name: str, figure: str, beside: str, about: str) -> Markup:
    return el("div", el("dt", name), el("dd", figure, el("small", beside)), el("dd", about, class_="about"))


def _verdicts(results: Results) -> Markup:
    return el("ul", *(_verdict(results, name) for name in results.names if name != ALL), class_="verdicts")


def _verdict(results: Results, name: str) -> Markup:
    ruling = el("span", results.card.verdict(name).ruling, class_="ruling")
    return el("li", el("b", name), ruling, el("p", verdict_said(results, name)))


def _over_time(results: Results, sums: Curve) -> Iterator[Markup]:
    said = equity_said(results)
    about = (
        "Dollars, summed over the settled windows. The naive fill is whole, at once and for nothing; the realistic "
        "one meets the book after latency and hold and pays the fee; the pessimistic one lets everybody else go first."
    )
    yield _figure(said, equity(results, sums, said), about, class_="whole")
    said = fall_said(results, deepest(sums))
    about = "How far the realistic sum stood below the best that it had been, in dollars."
    yield _figure(said, drawdown(results, sums, said), about, class_="whole")


def _charts(results: Results, terms: Terms) -> Markup:
    return el(
        "div",
        _calibration(results),
        _edges(results, terms.limits.min_net_edge),
        *_by_bucket(results),
        _ladder(results),
        _waterfall(results),
        class_="charts",
    )


def _calibration(results: Results) -> Markup:
    bins = calibration(results)
    said = calibration_said(bins)
    about = (
        "On the dashed line a side wins as often as it was held to be worth. Discs are bets, with the 95 % interval of "
        "their win rate; squares are signals, which come many to a window and share its outcome."
    )
    return _figure(said, calibration_chart(bins, said), about, bins_table(bins))


def _edges(results: Results, least: float) -> Markup:
    line = results.line(ALL)
    said = edges_said(line, least)
    about = (
        "Signals by the edge after the fee that they promised, before any of it was earned. What is beyond "
        f"{LOWEST} or {HIGHEST} cents stands at the end."
    )
    counts = line.tally.edge_cents
    return _figure(said, edges(counts, least, said) if counts else None, about)


def _by_bucket(results: Results) -> Iterator[Markup]:
    about = "Dollars with realistic fills; beside each sum how many of its bets won."
    times, prices = by_time_left(results), by_price(results)
    for buckets, said, measure in (
        (times, time_said(times), "percent of the window left at the decision"),
        (prices, price_said(prices), "average price paid, cents a share"),
    ):
        bets = any(bucket.bets for bucket in buckets)
        yield _figure(said, profits(buckets, measure, said) if bets else None, about)


def _ladder(results: Results) -> Markup:
    first, last = (results.card.record(ALL, lens) for lens in (LADDER[0], LADDER[-1]))
    said = ladder_said(results, first, last, LADDER_MS[-1])
    about = (
        "Net a share of the same orders at other latencies, cents. A book that comes back also fills those who come "
        "late, so slower is not always worse."
    )
    return _figure(said, ladder(results, said) if results.line(ALL).record.trades else None, about)


def _waterfall(results: Results) -> Markup:
    fall = results.card.waterfalls.get(ALL)
    said = waterfall_said(fall, promised_too_much(results))
    about = (
        "Cents a share of what was filled, from what the model promised to what was paid out. Settlement luck "
        f"{LUCK_IS}."
    )
    return _figure(said, None if fall is None else waterfall(fall, said), about)


def _figure(said: str, drawing: Markup | None, about: str, *more: Markup, class_: str | None = None) -> Markup:
    shown = el("p", "Nothing to draw.", class_="nothing") if drawing is None else drawing
    return el("figure", el("h3", said), shown, el("figcaption", about), *more, class_=class_)


def _foot(terms: Terms) -> Markup:
    limits = terms.limits
    told = (
        f"pmtui {version('pmtui')}. Limits: ${spent(limits.max_position)} and {counted(limits.max_orders, 'order')} a "
        f"market, {limits.cooldown_ns / 1e9:g} s between orders, bankroll ${limits.bankroll:,.2f}, at least "
        f"{limits.min_net_edge * 100:g}¢ of net edge, latency {limits.latency_ns / 1e6:g} ms, hold "
        f"{limits.hold_ns / 1e6:g} ms, no order in the last {limits.cutoff_ns / 1e9:g} s."
    )
    honest = (
        "Bets of one window share its outcome, so a win rate's interval is narrower than it should be; the verdicts "
        "count each market once. A paper order moves nobody and competes with nobody."
    )
    return el("footer", joined([el("p", told), el("p", honest)]))

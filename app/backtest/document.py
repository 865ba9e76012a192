"""A backtest as one JSON document: everything in the table, and a row a window. docs/backtest.md says what is what."""

from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Final

import orjson

from app.backtest.buckets import Bucket, by_price, by_time_left, curve, deepest, nets
from app.backtest.calibration import Bin, calibration
from app.backtest.job import Terms
from app.backtest.results import Line, Results, of_a_demo
from app.backtest.window import Bet, WindowRun
from app.telemetry.figures import money_text, price_text, shares_text
from engine.events import OUTCOME_NAMES
from engine.lenses import INSTANT, LENSES, PESSIMISTIC, REALISTIC
from engine.markout import HORIZONS_S, Markouts
from engine.scorecard import Record
from engine.waterfall import STEP_NAMES, Steps
from feeds.text import clean

FORMAT: Final = 1


def document(results: Results, terms: Terms) -> bytes:
    """The document, UTF-8, ended by a newline."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(_document(results, terms), option=options)


def _document(results: Results, terms: Terms) -> dict[str, Any]:
    fall = deepest(curve(results.settled))
    return {
        "format": FORMAT,
        "version": version("pmtui"),
        "limits": asdict(terms.limits),
        "counts": {
            "windows": len(results.windows),
            "settled": len(results.settled),
            "without_outcome": len(results.open),
            "demo": len(results.demo),
            "top_only": sum(window.market.top_only for window in results.windows),
            "with_gaps": len(results.gaps),
            "dropped_lines": sum(window.dropped for window in results.gaps),
            "skipped": len(results.skipped),
            "copies": len(results.copies),
        },
        "strategies": [_strategy(results, results.line(name)) for name in results.names],
        "drawdown": money_text(fall.money),
        "by_time_left": [_bucket(bucket) for bucket in by_time_left(results)],
        "by_price": [_bucket(bucket) for bucket in by_price(results)],
        "windows": [_window(window) for window in results.windows],
        "skipped": [{"path": clean(str(one.path)), "why": one.reason} for one in results.skipped],
        "copies": [{"path": clean(str(one.path)), "of": clean(str(one.of))} for one in results.copies],
        "faults": {
            name: {"times": fault.times, "windows": windows, "first": clean(fault.first)}
            for name, (fault, windows) in results.faults.items()
        },
    }


def _strategy(results: Results, line: Line) -> dict[str, Any]:
    card, tally = results.card, line.tally
    falls, marks = card.waterfalls.get(line.name), card.markouts.get(line.name)
    return {
        "name": line.name,
        "markets": line.markets,
        "signals": tally.signals,
        "selected": tally.selected,
        "selected_share": line.selected,
        "edge": line.edge,
        "net_edge": line.net_edge,
        "orders": line.orders,
        "return": line.returned,
        "verdict": {
            "ruling": line.verdict.ruling.value,
            "markets_needed": line.verdict.needed,
            "text": line.verdict.text,
        },
        "lenses": {lens: _record(card.record(line.name, lens)) for lens in LENSES},
        "waterfall": None if falls is None else _steps(falls),
        "markouts": None if marks is None else [*_markouts(marks)],
        "stopped": dict(sorted(tally.blocked.items())),
        "edge_cents": {str(cents): count for cents, count in sorted(tally.edge_cents.items())},
        "calibration": [_bin(found) for found in calibration(results, line.name)],
    }


def _record(record: Record) -> dict[str, Any]:
    low, high = record.win_interval
    return {
        "trades": record.trades,
        "won": record.won,
        "win_rate": record.win_rate,
        "win_low": low,
        "win_high": high,
        "break_even": record.break_even,
        "markets": record.sample.count,
        "shares": shares_text(record.size),
        "cost": money_text(record.cost),
        "fees": money_text(record.fees),
        "net": money_text(record.net),
        "net_per_share": record.net_per_share,
    }


def _steps(steps: Steps) -> dict[str, str]:
    parts = {name: money_text(money) for name, money in zip(STEP_NAMES, steps[1:], strict=True)}
    return {"shares": shares_text(steps.size), **parts, "net": money_text(steps.net)}


def _markouts(marks: Markouts) -> Iterator[dict[str, Any]]:
    for horizon, seconds in enumerate(HORIZONS_S):
        gained, size = marks.gained[horizon], marks.sizes[horizon]
        share = marks.per_share(horizon)
        yield {"seconds": seconds, "gained": money_text(gained), "shares": shares_text(size), "per_share": share}


def _bin(found: Bin) -> dict[str, Any]:
    return {
        "from": found.low,
        "to": found.high,
        "signals": round(found.signals),
        "signals_won": round(found.signals_won),
        "signals_fair": found.signals_fair / found.signals if found.signals else None,
        "bets": found.bets,
        "bets_won": found.bets_won,
        "bets_fair": found.bets_fair / found.bets if found.bets else None,
    }


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        "from": bucket.low,
        "to": bucket.high,
        "bets": bucket.bets,
        "won": bucket.won,
        "shares": shares_text(bucket.size),
        "net": money_text(bucket.net),
    }


def _window(window: WindowRun) -> dict[str, Any]:
    market, shown = window.market, (INSTANT, REALISTIC, PESSIMISTIC)
    return {
        "slug": clean(market.slug),
        "path": clean(str(window.path)),
        "asset": market.asset.value,
        "interval": market.interval.value,
        "start_ms": market.start_ms,
        "end_ms": market.end_ms,
        "settlement": market.settlement.value,
        "demo": of_a_demo(window),
        "top_only": market.top_only,
        "runs": window.runs,
        "frames": window.frames,
        "events": window.events,
        "refused": window.refused,
        "dropped": window.dropped,
        "evaluations": window.evaluations,
        "strike": window.strike or None,
        "strike_source": window.strike_source,
        "strike_exact": window.strike_exact,
        "outcome": None if window.outcome is None else OUTCOME_NAMES[window.outcome],
        "signals": {name: tally.signals for name, tally in sorted(window.signals.items())},
        "net": None if window.outcome is None else {lens: money_text(nets(window, lens)) for lens in shown},
        "decision_hashes": window.hashes,
        "bets": [_bet(bet, window.outcome) for bet in window.bets],
    }


def _bet(bet: Bet, winner: int | None) -> dict[str, Any]:
    return {
        "strategy": bet.strategy,
        "side": OUTCOME_NAMES[bet.outcome],
        "ts_ms": bet.wall_ms,
        "left_s": bet.left_s,
        "price": price_text(bet.price),
        "wanted": shares_text(bet.wanted),
        "fair": bet.fair,
        "edge": bet.edge,
        "net_edge": bet.net_edge,
        "shares": shares_text(bet.size),
        "cost": money_text(bet.cost),
        "fee": money_text(bet.fee),
        "net": None if winner is None else money_text(bet.net(winner)),
    }

"""Two real windows, whole: what their sources say, counted without our parsers, is what the engine has seen."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.backtest.opening import Opening
from app.backtest.recorded import play
from app.backtest.replay import Replay, replay
from engine.engine import Engine
from engine.events import OUTCOME_NAMES, UP, BestBidAsk, BookSnapshot, Event, Trade
from engine.units import PRICE, SIZE
from tests.app.backtest.converters import (
    TwapSource,
    read_top5_log,
    read_twap_window,
    write_top5_log,
    write_twap_window,
)
from tests.app.backtest.report import TOP5_LOG, TWAP_WINDOW, report
from tests.feeds.recorded import needs_recordings

pytestmark = needs_recordings

SIDES = ("up", "down")


@pytest.fixture(scope="module")
def twap_source() -> TwapSource:
    return read_twap_window(TWAP_WINDOW)


@pytest.fixture(scope="module")
def twap_path(twap_source: TwapSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_twap_window(twap_source, tmp_path_factory.mktemp("twap") / "frames.jsonl")


@pytest.fixture(scope="module")
def twap(twap_path: Path) -> Replay:
    (run,) = replay(twap_path)
    return run


@pytest.fixture(scope="module")
def log() -> list[dict[str, Any]]:
    return read_top5_log(TOP5_LOG)


@pytest.fixture(scope="module")
def log_path(log: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_top5_log(log, tmp_path_factory.mktemp("top5") / "frames.jsonl")


@pytest.fixture(scope="module")
def top5(log_path: Path) -> Replay:
    (run,) = replay(log_path)
    return run


def states(path: Path) -> Iterator[tuple[Engine, Event]]:
    """Each event of the recording after the engine, which has no strategies here, has taken it."""
    opening, *rest = play(path)
    assert isinstance(opening, Opening)
    engine = Engine(opening.market, opening.limits, (), lambda order: True)
    for events in rest:
        assert not isinstance(events, Opening)
        for event in events:
            engine.handle(event)
            yield engine, event


def nothing_lost(run: Replay) -> bool:
    return not any(run.refusals.values()) and not run.engine.state.counters


def test_every_line_of_the_august_window_becomes_one_event(twap_source: TwapSource, twap: Replay) -> None:
    kinds = Counter(event[1] for event in twap_source.events)
    assert twap.events == {
        "BestBidAsk": kinds["b"],
        "Print": kinds["p"],
        "Trade": kinds["s"],
        "OracleTick": kinds["l"] + kinds["t"],
        "Strike": 1,
        "Resolution": 1,
        "Link": 2,
    }
    assert nothing_lost(twap)


def test_the_strike_of_the_august_window_is_the_price_to_beat_of_its_label(
    twap_source: TwapSource, twap: Replay
) -> None:
    assert twap.strike == twap_source.price_to_beat
    assert (twap.strike_source, twap.strike_exact) == ("chainlink_twap", True)


def test_the_august_window_ends_as_its_label_and_its_two_averages_say(twap_source: TwapSource, twap: Replay) -> None:
    assert twap.outcome is not None
    assert (twap.outcome == UP) == twap_source.resolved_up == (twap_source.final >= twap_source.price_to_beat)


def test_every_quote_between_start_and_cutoff_of_the_august_window_is_evaluated(
    twap_source: TwapSource, twap: Replay
) -> None:
    start = twap_source.start_s
    strike_at = next(event[0] for event in twap_source.events if event[1:3] == ["t", start])
    quotes = [event[0] for event in twap_source.events if event[1] == "b"]
    assert strike_at < quotes[0]
    assert twap.evaluations == sum(start <= at < start + 295 for at in quotes)


def test_after_each_line_of_the_august_window_the_best_prices_and_the_coins_are_the_sources(
    twap_source: TwapSource, twap_path: Path
) -> None:
    outcomes = {twap_source.up_token: 0, twap_source.down_token: 1}
    told = [
        (rest[1],) if kind == "s" else (outcomes[rest[0]], price_units(rest[1]), price_units(rest[2]))
        for _, kind, *rest in twap_source.events
        if kind in "sb"
    ]
    seen: list[tuple[float, ...]] = []
    for engine, event in states(twap_path):
        if isinstance(event, Trade):
            seen.append((engine.state.price,))
        elif isinstance(event, BestBidAsk):
            ladder = engine.state.ladders[event.outcome]
            seen.append((event.outcome, ladder.best_bid, ladder.best_ask))
    assert seen == told


def test_every_book_and_price_of_the_april_log_becomes_one_event(log: list[dict[str, Any]], top5: Replay) -> None:
    kinds = Counter(entry["type"] for entry in log)
    books = sum(entry[side] is not None for entry in log if entry["type"] == "orderbook_snapshot" for side in SIDES)
    assert top5.events == {"BookSnapshot": books, "Trade": kinds["ticker"], "Strike": 1, "Resolution": 1, "Link": 2}
    assert nothing_lost(top5)


def test_the_strike_of_the_april_log_is_its_price_to_beat(log: list[dict[str, Any]], top5: Replay) -> None:
    assert {entry["priceToBeat"] for entry in log if entry["type"] == "market_price"} == {top5.strike}
    assert top5.strike_exact


def test_the_april_window_ends_as_its_log_says(log: list[dict[str, Any]], top5: Replay) -> None:
    (end,) = [entry for entry in log if entry["type"] == "resolution"]
    assert top5.outcome is not None
    assert OUTCOME_NAMES[top5.outcome] == end["direction"]
    assert (top5.outcome == UP) == (end["closePrice"] >= end["openPrice"])


def test_the_april_books_are_evaluated_from_the_strike_to_the_cutoff(log: list[dict[str, Any]], top5: Replay) -> None:
    known = next(place for place, entry in enumerate(log) if entry["type"] == "market_price")
    cutoff_ms = log[0]["endTime"] - 5_000
    books = [entry for entry in log[known:] if entry["type"] == "orderbook_snapshot" and entry["ts"] < cutoff_ms]
    assert log[known]["ts"] >= top5.market.start_ms
    assert top5.evaluations == sum(book[side] is not None for book in books for side in SIDES)


def test_after_each_snapshot_of_the_april_log_the_book_has_its_five_levels(
    log: list[dict[str, Any]], log_path: Path
) -> None:
    told = [entry[side] for entry in log if entry["type"] == "orderbook_snapshot" for side in SIDES if entry[side]]
    seen = [
        (dict(ladder.bids), dict(ladder.asks), ladder.best_bid, ladder.best_ask)
        for engine, event in states(log_path)
        if isinstance(event, BookSnapshot)
        for ladder in [engine.state.ladders[event.outcome]]
    ]
    assert seen == [
        (bids, asks, max(bids, default=0), min(asks, default=PRICE))
        for side in told
        for bids, asks in [(in_units(side["bids"]), in_units(side["asks"]))]
    ]


def price_units(dollars: str) -> int:
    return round(float(dollars) * PRICE)


def in_units(levels: list[list[float]]) -> dict[int, int]:
    return {round(price * PRICE): round(size * SIZE) for price, size in levels}


def test_both_windows_run_twice_decide_the_same(twap: Replay, twap_path: Path, top5: Replay, log_path: Path) -> None:
    assert replay(log_path)[0].decision_hash == top5.decision_hash
    assert replay(twap_path)[0].decision_hash == twap.decision_hash


def test_the_report_names_strike_outcome_and_money(twap: Replay, twap_source: TwapSource) -> None:
    text = "\n".join(report(twap))
    assert str(twap_source.price_to_beat) in text
    assert "outcome      DOWN" in text
    assert "net" in text

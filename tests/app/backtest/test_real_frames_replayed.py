"""Real frames of the venue, put into recordings: every book is taken, nothing refused, nothing contradicted."""

import csv
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.backtest.replay import Replay, replay
from engine.events import DOWN
from engine.market import Asset, Interval, Market
from engine.units import PRICE
from feeds.frames import IGNORED, decode
from tests.app.backtest.converters import Line, updown_market, write_frames
from tests.app.backtest.report import DATA
from tests.feeds.recorded import needs_recordings

pytestmark = needs_recordings

BOOKS = DATA / "clob-book-frames-btc5m-2026-04"
SESSIONS = DATA / "multifeed-raw-2026-04"
FIFTEEN = DATA / "clob-15m-raw-2026-09-21"
STARTS = ("1776083700", "1776252000", "1776327300", "1776336600")


def run_again(market: Market, frames: list[Line], folder: Path) -> Replay:
    (run,) = replay(write_frames(market, frames, folder / "frames.jsonl"))
    assert run.engine.state.counters == {}, "a repeated trade, an old connection, or a contradicted book"
    return run


def told_nothing_unreadable(run: Replay) -> bool:
    return all(set(counts) <= IGNORED for counts in run.refusals.values())


@pytest.mark.parametrize("start", STARTS)
def test_a_window_of_full_books_of_the_down_token_ends_where_its_last_book_does(start: str, tmp_path: Path) -> None:
    with (BOOKS / "windows.csv").open(newline="") as file:
        (known,) = [row for row in csv.DictReader(file) if row["window"] == start]
    text = lzma.decompress((BOOKS / f"btc-updown-5m-{start}.jsonl.xz").read_bytes()).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    frames = [Line(round(line["recv_ts"] * 1e9), "clob", line["frame"]) for line in lines]
    run = run_again(updown_market(int(start), ("another token", known["asset_id"])), frames, tmp_path)
    assert run.events == {"Link": 2, "BookSnapshot": int(known["frames"])}
    assert run.refusals == {"binance": {}, "clob": {}, "oracle": {}}
    down, last = run.engine.state.ladders[DOWN], lines[-1]["frame"]
    assert down.best_bid == max((round(float(level["price"]) * PRICE) for level in last["bids"]), default=0)
    assert down.best_ask == min((round(float(level["price"]) * PRICE) for level in last["asks"]), default=PRICE)
    assert (down.best_bid > PRICE // 2) == (known["outcome_inferred"] == "Down")


def sessions() -> list[str]:
    return sorted(path.name for path in SESSIONS.iterdir() if path.is_dir()) if SESSIONS.is_dir() else []


def markets(session: str) -> Iterator[Market]:
    for line in (SESSIONS / session / "markets.jsonl").read_text().splitlines():
        market = json.loads(line)
        tokens = {outcome["outcome"]: outcome["token_id"] for outcome in market["outcomes"]}
        yield updown_market(
            market["start_ts"] // 1000,
            (tokens["Up"], tokens["Down"]),
            asset=Asset(market["asset"].lower()),
            interval=Interval.M15,
        )


SOURCES = {"polymarket_clob": "clob", "binance": "binance", "polymarket_rtds_chainlink": "oracle"}
"""The capture's names for what we read too; its other price sources are nobody's here."""


def session_frames(session: str) -> list[Line]:
    lines = [json.loads(line) for line in (SESSIONS / session / "raw_messages.jsonl").read_text().splitlines()]
    return [
        Line(line["recv_mono_ns"], SOURCES.get(line["source"], "elsewhere"), decode(line["payload"])) for line in lines
    ]


def messages(frames: list[Line], source: str) -> Iterator[dict[str, Any]]:
    for frame in frames:
        if frame.source == source:
            yield from frame.data if isinstance(frame.data, list) else [frame.data]


def report_seconds(market: Market, frames: list[Line]) -> Iterator[int]:
    """The whole seconds of which the oracle reported this market's coin, history included."""
    for message in messages(frames, "oracle"):
        payload = message.get("payload", {}) if isinstance(message, dict) else {}
        if payload.get("symbol") == f"{market.asset}/usd":
            points = payload.get("data", [payload])
            yield from (point["timestamp"] for point in points if point["timestamp"] % 1000 == 0)


def kinds_told_of(market: Market, frames: list[Line]) -> Counter[str]:
    """What the frames hold for this market, by their own words."""
    told: Counter[str] = Counter()
    for message in messages(frames, "clob"):
        named = {message.get("asset_id")} | {change["asset_id"] for change in message.get("price_changes", ())}
        if named & set(market.tokens):
            told[message.get("event_type", "book")] += 1
    symbol = f"{market.asset.upper()}USDT"
    told["report"] = len(set(report_seconds(market, frames)))
    told["trade"] = sum(message["data"]["s"] == symbol for message in messages(frames, "binance"))
    return +told


EVENTS = {
    "book": "BookSnapshot",
    "price_change": "BookChange",
    "best_bid_ask": "BestBidAsk",
    "last_trade_price": "Print",
    "tick_size_change": "TickSize",
    "trade": "Trade",
    "report": "OracleTick",
}


@pytest.mark.parametrize("session", sessions())
def test_each_market_of_a_session_gets_its_own_frames_and_no_others(session: str, tmp_path: Path) -> None:
    frames = session_frames(session)
    for market in markets(session):
        (run,) = replay(write_frames(market, frames, tmp_path / "frames.jsonl"))
        told = kinds_told_of(market, frames)
        assert run.events == {EVENTS[kind]: count for kind, count in told.items()} | {"Link": 2}
        assert told_nothing_unreadable(run)
        assert set(run.engine.state.counters) <= {"trade_gap"}, "the capture went on and off, so trades are missing"


def test_the_first_frames_of_a_15m_market_build_the_book_that_they_state(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in (FIFTEEN / "15m_raw_first10.jsonl").read_text().splitlines()]
    frames = [Line(line["received_ms"] * 1_000_000, "clob", decode(line["raw"])) for line in lines]
    up, down = (book["asset_id"] for book in frames[0].data)
    run = run_again(updown_market(1_789_987_500, (up, down), interval=Interval.M15), frames, tmp_path)
    assert run.events == {"Link": 2, "BookSnapshot": 2, "BookChange": 9}
    stated = {change["asset_id"]: change for frame in frames[1:] for change in frame.data["price_changes"]}
    for token, ladder in zip((up, down), run.engine.state.ladders, strict=True):
        assert ladder.best_bid == round(float(stated[token]["best_bid"]) * PRICE)
        assert ladder.best_ask == round(float(stated[token]["best_ask"]) * PRICE)

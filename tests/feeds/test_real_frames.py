"""The parsers on everything real that we have: no file left out, every message accounted for."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from engine.events import BookChange, BookSnapshot, Event
from engine.units import NO_ASK, NO_BID
from feeds.binance import BinanceParser
from feeds.clob import ClobParser
from tests.feeds.real_frames import FRAME_FILES, OTHER_FILES, Made
from tests.feeds.recorded import all_files, frames, lines, needs_recordings, tokens

pytestmark = needs_recordings

BINANCE = "data/binance-spot-raw-2024-08/btcusdt_trade_4000.jsonl"
WINDOW_15M = "data/clob-15m-raw-2026-09-21/15m_raw_first10.jsonl"
SESSIONS = [name for name in FRAME_FILES if name.endswith("raw_messages.jsonl")]
BOOKS = [name for name in FRAME_FILES if name.endswith(".jsonl.xz")]


def kinds(events: list[Any]) -> Counter[str]:
    return Counter(type(event).__name__ for event in events)


def test_no_file_is_missing_from_the_table() -> None:
    others = [name for names in OTHER_FILES.values() for name in names]
    assert sorted([*FRAME_FILES, *others]) == all_files()


@pytest.mark.parametrize("name", FRAME_FILES)
def test_a_file_of_frames_gives_just_these_events_and_counts(name: str) -> None:
    clob, binance = ClobParser(*tokens(name)), BinanceParser("btcusdt")
    market: Counter[str] = Counter()
    trades: Counter[str] = Counter()
    for frame in frames(name):
        market += kinds(clob.events(frame, 1, 2, 3))
        trades += kinds(binance.events(frame, 1, 2))
    assert Made(dict(market + clob.counters), dict(trades + binance.counters)) == FRAME_FILES[name]


DOCUMENTS = [name for names in OTHER_FILES.values() for name in names if name.endswith((".json", ".jsonl"))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_no_frame_gives_no_event(name: str) -> None:
    clob, binance = ClobParser("up", "down"), BinanceParser("btcusdt")
    for frame in frames(name):
        assert clob.events(frame, 1, 2, 3) == []
        assert binance.events(frame, 1, 2) == []


class DictBook:
    """A book as simple as can be, to hold what the venue says against what it said before."""

    def __init__(self) -> None:
        self.sides: dict[tuple[int, bool], dict[int, int]] = {}

    def apply(self, event: Event) -> None:
        if isinstance(event, BookSnapshot):
            self.sides[event.outcome, True] = dict(event.bids)
            self.sides[event.outcome, False] = dict(event.asks)
        elif isinstance(event, BookChange):
            for outcome, is_bid, price, size in event.changes:
                side = self.sides[outcome, is_bid]
                side[price] = size
                if size == 0:
                    del side[price]

    def top(self, outcome: int) -> tuple[int, int, int]:
        bids, asks = self.sides[outcome, True], self.sides[outcome, False]
        return outcome, max(bids, default=NO_BID), min(asks, default=NO_ASK)


def tops_agreeing(clob: ClobParser, recorded: list[object]) -> tuple[int, int]:
    """How many stated tops equal the book rebuilt so far, and how many were stated."""
    book = DictBook()
    agreeing = stated = 0
    for frame in recorded:
        for event in clob.events(frame, 1, 2, 3):
            book.apply(event)
            if isinstance(event, BookChange):
                agreeing += sum(book.top(top[0]) == top for top in event.tops)
                stated += len(event.tops)
    return agreeing, stated


def test_the_15m_book_rebuilt_from_deltas_has_the_venues_best_prices() -> None:
    assert tops_agreeing(ClobParser(*tokens(WINDOW_15M)), list(frames(WINDOW_15M))) == (18, 18)


def test_the_books_of_three_markets_rebuilt_from_deltas_have_the_venues_best_prices() -> None:
    agreeing = stated = 0
    for name in SESSIONS:
        recorded = list(frames(name))
        for market in lines(name.replace("raw_messages", "markets")):
            up, down = (outcome["token_id"] for outcome in json.loads(market)["outcomes"])
            one, all_of_them = tops_agreeing(ClobParser(up, down), recorded)
            agreeing += one
            stated += all_of_them
    assert (agreeing, stated) == (74, 74)


@pytest.mark.parametrize("name", BOOKS)
def test_the_best_level_is_the_highest_bid_and_the_lowest_ask_wherever_it_stands(name: str) -> None:
    clob = ClobParser(*tokens(name))
    for frame in frames(name):
        (event,) = clob.events(frame, 1, 2, 3)
        assert isinstance(event, BookSnapshot)
        assert isinstance(frame, dict)
        for levels, side in ((frame["bids"], event.bids), (frame["asks"], event.asks)):
            assert len(side) == len(levels)
            assert sum(side.values()) == sum(int(Decimal(level["size"]) * 1_000_000) for level in levels)
        if frame["bids"]:
            assert max(event.bids) == Decimal(frame["bids"][-1]["price"]) * 10_000
        if frame["asks"]:
            assert min(event.asks) == Decimal(frame["asks"][-1]["price"]) * 10_000


def test_the_recorded_trades_are_read_to_the_last_digit() -> None:
    parser = BinanceParser("btcusdt")
    recorded: list[Any] = [frame["data"] for frame in frames(BINANCE) if isinstance(frame, dict)]
    trades = [parser.events(message, 1, 2)[0] for message in recorded]
    first = trades[0].trade_id
    assert [trade.trade_id for trade in trades] == list(range(first, first + 4000))
    assert [trade.price for trade in trades] == [float(message["p"]) for message in recorded]
    assert [Decimal(trade.qty) / 10**8 for trade in trades] == [Decimal(message["q"]) for message in recorded]
    assert [trade.time_ms for trade in trades] == [message["T"] for message in recorded]
    assert [trade.buyer_is_maker for trade in trades] == [message["m"] for message in recorded]

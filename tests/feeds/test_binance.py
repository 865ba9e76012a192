"""Binance frames become trades, or one counted reason why not."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import Trade
from feeds.binance import BinanceParser
from feeds.frames import IGNORED, REFUSALS, decode
from tests.feeds.mutation import ANY_JSON, mutated

TRADE: dict[str, Any] = {
    "e": "trade",
    "E": 1_790_000_000_124,
    "s": "BTCUSDT",
    "t": 6_700_000_001,
    "p": "84321.05000000",
    "q": "0.00097000",
    "T": 1_790_000_000_123,
    "m": False,
    "M": True,
}


def parsed(parser: BinanceParser, frame: object) -> list[tuple[object, ...]]:
    return [fields(trade) for trade in parser.events(frame, 7, 8)]


def fields(trade: Trade) -> tuple[object, ...]:
    return (
        trade.mono,
        trade.wall,
        trade.trade_id,
        trade.time_ms,
        trade.price,
        trade.qty,
        trade.buyer_is_maker,
    )


EXPECTED = [(7, 8, 6_700_000_001, 1_790_000_000_123, 84321.05, 97_000, False)]


@pytest.mark.parametrize("frame", [TRADE, {"stream": "btcusdt@trade", "data": TRADE}], ids=["raw", "combined"])
def test_a_trade_is_read_raw_and_combined(frame: object) -> None:
    parser = BinanceParser("btcusdt")
    assert parsed(parser, frame) == EXPECTED
    assert not parser.counters


def test_fields_nobody_asked_for_are_ignored() -> None:
    assert parsed(BinanceParser("btcusdt"), TRADE | {"b": 1, "X": "new"}) == EXPECTED


def test_repeated_and_late_trades_pass_for_the_engine_to_order() -> None:
    parser = BinanceParser("btcusdt")
    ids = [3, 1, 3, 2]
    assert [parser.events(TRADE | {"t": i}, 7, 8)[0].trade_id for i in ids] == ids


AGG = {"e": "aggTrade", "E": 1, "s": "BTCUSDT", "a": 4, "p": "1.0", "q": "1.0", "f": 1, "l": 1, "T": 1, "m": False}
TICKER = {"u": 100_000_000_001, "s": "BTCUSDT", "b": "1.0", "B": "1.0", "a": "2.0", "A": "1.0"}


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (AGG, "aggTrade"),
        (TICKER, "bookTicker"),
        (TICKER | {"e": "bookTicker"}, "bookTicker"),
        ({"stream": "btcusdt@bookTicker", "data": TICKER}, "bookTicker"),
        ({"e": "kline", "s": "BTCUSDT", "k": {}}, "kline"),
        ({"e": "depthUpdate", "s": "BTCUSDT", "b": [], "a": []}, "depthUpdate"),
        (TRADE | {"s": "ETHUSDT"}, "foreign_symbol"),
        (TRADE | {"s": "btcusdt"}, "foreign_symbol"),
    ],
)
def test_what_we_know_and_do_not_use_is_counted_under_its_own_name(frame: object, name: str) -> None:
    parser = BinanceParser("btcusdt")
    assert not parsed(parser, frame)
    assert parser.counters == {name: 1}
    assert name in IGNORED


@pytest.mark.parametrize(
    "frame",
    [{"e": "serverShutdown", "E": 1}, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}}],
)
def test_a_server_that_says_it_closes_is_heard(frame: object) -> None:
    parser = BinanceParser("btcusdt")
    assert not parsed(parser, frame)
    assert parser.shutdown
    assert parser.counters == {"serverShutdown": 1}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in TRADE.items() if name != key}


REFUSED = [
    ("PONG", "unknown_text"),
    ("", "unknown_text"),
    ('{"e":"trade","s":"BTC', "unknown_text"),
    (None, "not_an_object"),
    (5, "not_an_object"),
    (True, "not_an_object"),
    ([], "not_an_object"),
    ([TRADE], "not_an_object"),
    ({}, "unknown_event"),
    ({"result": None, "id": 1}, "unknown_event"),
    ({"e": "24hrTicker", "s": "BTCUSDT"}, "unknown_event"),
    ({"stream": "btcusdt@trade"}, "missing_field"),
    ({"stream": "btcusdt@trade", "data": None}, "bad_type"),
    ({"stream": "btcusdt@trade", "data": [TRADE]}, "bad_type"),
    ({"stream": "btcusdt@trade", "data": "trade"}, "bad_type"),
    *((without(key), "missing_field") for key in ("s", "t", "p", "q", "T", "m")),
    (without("e"), "unknown_event"),
    (TRADE | {"e": ["trade"]}, "bad_type"),
    (TRADE | {"s": 5}, "bad_type"),
    (TRADE | {"t": "6700000001"}, "bad_type"),
    (TRADE | {"t": 1.5}, "bad_type"),
    (TRADE | {"t": True}, "bad_type"),
    (TRADE | {"m": 1}, "bad_type"),
    (TRADE | {"m": "true"}, "bad_type"),
    (TRADE | {"p": 84321.05}, "bad_type"),
    (TRADE | {"p": ["84321.05"]}, "bad_type"),
    (TRADE | {"p": "nan"}, "bad_number"),
    (TRADE | {"p": "1e5"}, "bad_number"),
    (TRADE | {"p": "-1.0"}, "bad_number"),
    (TRADE | {"p": "٣"}, "bad_number"),
    (TRADE | {"p": "0.00000000"}, "price_out_of_range"),
    (TRADE | {"p": "99999999999"}, "price_out_of_range"),
    (TRADE | {"q": "1_000"}, "bad_number"),
    (TRADE | {"q": "Infinity"}, "bad_number"),
    (TRADE | {"q": "0.00000000"}, "size_out_of_range"),
    (TRADE | {"q": "0.000000001"}, "off_grid"),
    (TRADE | {"T": "1790000000123"}, "bad_type"),
    (TRADE | {"T": 1_790_000_000_123.0}, "bad_type"),
    (TRADE | {"T": 1_790_000_000_123_000}, "bad_time"),
    (TRADE | {"T": 1_790_000_000}, "bad_time"),
]


@pytest.mark.parametrize(("frame", "name"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_bad_frame_is_one_counted_refusal_and_leaves_its_neighbours_alone(frame: object, name: str) -> None:
    parser = BinanceParser("btcusdt")
    assert parsed(parser, TRADE) == EXPECTED
    assert parsed(parser, frame) == []
    assert parsed(parser, TRADE) == EXPECTED
    assert parser.counters == {name: 1}
    assert name in REFUSALS
    assert not parser.shutdown


@settings(max_examples=500, derandomize=True, deadline=None)
@given(mutated([TRADE, {"stream": "btcusdt@trade", "data": TRADE}]))
def test_any_change_to_a_frame_gives_one_trade_or_one_count(frame: object) -> None:
    parser = BinanceParser("btcusdt")
    before = copy.deepcopy(frame)
    events = parsed(parser, frame)
    assert len(events) + parser.counters.total() == 1
    assert parser.counters.keys() <= REFUSALS | IGNORED
    assert frame == before
    assert parsed(parser, TRADE) == EXPECTED


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(ANY_JSON, st.text().map(decode), st.binary().map(decode)))
def test_no_frame_raises(frame: object) -> None:
    parser = BinanceParser("btcusdt")
    assert parser.events(frame, 7, 8) == []
    assert parser.counters.total() == 1
